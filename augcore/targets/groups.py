"""Rows given in groups, one an object: an array (N, K, columns), or a list of lists of rows; label fields likewise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidData
from .rows import Array, Table, read_rows, read_table, write_rows


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


def regrouped(rows: Array, table: Table, owner: Any, count: int, given: Any) -> Any:
    """Rows as groups in the containers that were given: `given` has one entry an object, and none for those that a mix
    added, which look like the first."""
    extra = table.column("", []) if "" in table.columns else None
    pattern = [*given, *[given[0] if len(given) else []] * (count - len(given))]
    groups = [
        write_rows(rows[group], None if extra is None else extra[group], example)
        for group, example in zip(_groups(owner, count), pattern, strict=True)
    ]
    if isinstance(given, np.ndarray):
        empty = np.zeros((0, *given.shape[1:]), given.dtype if given.dtype.kind == "f" else np.float64)
        return np.stack(groups) if groups else empty
    return tuple(groups) if isinstance(given, tuple) else groups


def split(values: Any, owner: Any, count: int, given: Any) -> Any:
    """Values of rows in the groups in which they were given, if they were."""
    if owner is None or isinstance(given, np.ndarray):
        nested = isinstance(given, np.ndarray) and given.ndim > 1
        return np.asarray(values, given.dtype).reshape(count, -1) if nested else values
    containers = [group for group in given if isinstance(group, (list, tuple, np.ndarray))]
    if not containers:
        return values
    kinds = [*map(type, given), *[type(given[0])] * count]
    groups = [list(values[group]) for group in _groups(owner, count)]
    shaped = [tuple(group) if kind is tuple else group for group, kind in zip(groups, kinds, strict=False)]
    return tuple(shaped) if isinstance(given, tuple) else shaped
