"""Rows given in groups, one an object: an array (N, K, columns), or a list of lists of rows; label fields likewise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidData
from .rows import Array, Table, join_values, read_rows, read_table, write_rows


def _is_group(value: Any) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def is_nested(value: Any) -> bool:
    """Whether these are groups of rows, or of labels, rather than single ones."""
    if isinstance(value, np.ndarray):
        return value.ndim == 3
    if not isinstance(value, (list, tuple)) or not value or not _is_group(value[0]):
        return False
    filled = next((group for group in value if _is_group(group) and len(group)), None)
    # Groups without rows are groups as far as can be told.
    return all(map(_is_group, value)) if filled is None else _is_group(filled[0])


def read_nested_rows(name: str, value: Any, count: int, columns: str) -> tuple[Array, list[Any] | None, Array]:
    """Coordinates of all rows, what stands behind them in each, and the number of the object that each belongs to."""
    found = [read_rows(f"{name}[{number}]", group, count, columns) for number, group in enumerate(value)]
    rows = np.concatenate([rows for rows, _ in found]) if found else np.zeros((0, count))
    owner = np.repeat(np.arange(len(found)), [len(rows) for rows, _ in found])
    if all(extra is None for _, extra in found):
        return rows, None, owner
    behind: list[Any] = []
    for group, extra in found:
        behind.extend([()] * len(group) if extra is None else extra)
    return rows, behind, owner


def flattened(values: Any) -> Any:
    """Labels of rows in groups as one list or array; others as they are."""
    if isinstance(values, np.ndarray) and values.ndim > 1:
        return values.reshape(-1, *values.shape[2:])
    if isinstance(values, (list, tuple)) and values and all(map(_is_group, values)):
        return [value for group in values for value in group]
    return values


def read_nested_table(
    name: str, data: Mapping[str, Any], fields: Sequence[str], extra: Any, owner: Array, count: int
) -> Table:
    """The label fields beside rows of objects, given one value a row, in the same groups or flat."""
    rows = np.bincount(owner, minlength=count).tolist()
    flat: dict[str, Any] = {field: flattened(data[field]) for field in fields if field in data}
    for field, values in ((field, data[field]) for field in flat):
        if not (isinstance(values, (list, tuple)) and any(map(_is_group, values))):
            continue
        for number, (group, wanted) in enumerate(zip(values, rows, strict=False)):
            if not _is_group(group) or len(group) != wanted:
                raise InvalidData(
                    f"{field}[{number}]: {group!r} for the {wanted} rows of {name}[{number}]; give one value a row"
                )
    return read_table(name, flat, fields, extra, len(owner))


def _groups(owner: Array, count: int) -> list[slice]:
    ends = np.cumsum(np.bincount(owner, minlength=count)).tolist()
    return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def regrouped(name: str, rows: Array, table: Table, owner: Array, count: int, given: Any) -> Any:
    """Rows as groups in the containers that were given: `given` has one entry an object, and none for those that a mix
    added, which look like the first."""
    extra = table.column("", []) if "" in table.columns else None
    plain = isinstance(given, np.ndarray) and given.ndim < 3  # none were given, and a mix brought some
    examples = [] if plain else list(given)
    first = examples[0] if examples else np.zeros((0, 0), given.dtype) if isinstance(given, np.ndarray) else []
    groups = [
        write_rows(rows[group], None if extra is None else extra[group], example, name)
        for group, example in zip(_groups(owner, count), [*examples, *[first] * count], strict=False)
    ]
    if not isinstance(given, np.ndarray):
        return tuple(groups) if isinstance(given, tuple) else groups
    if len({len(group) for group in groups}) > 1:
        raise InvalidData(
            f"{name}: objects of {sorted({len(group) for group in groups})} rows do not fit into one array; give lists "
            "of rows, or as many rows for each object"
        )
    empty = np.zeros((0, *given.shape[1:]), given.dtype if given.dtype.kind == "f" else np.float64)
    return np.stack(groups) if groups else empty


def split(values: list[Any], owner: Array, count: int, given: Any) -> Any:
    """Labels of rows in the groups in which they were given; those of objects that a mix added look like the first."""
    if isinstance(given, np.ndarray):
        return join_values(values, given.dtype).reshape(count, *given.shape[1:])
    examples = [*given, *[given[0]] * count]
    groups = []
    for group, example in zip(_groups(owner, count), examples, strict=False):
        part = values[group]
        if isinstance(example, np.ndarray):
            part = join_values(part, example.dtype)  # type: ignore[assignment]
        groups.append(tuple(part) if isinstance(example, tuple) else part)
    return tuple(groups) if isinstance(given, tuple) else groups
