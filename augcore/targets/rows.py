"""Rows of annotations: coordinates come apart from what else belongs to a row, and go back into the user's containers.

Labels are carried as row numbers and looked up at the end, never converted: 2**53 + 1 stays 2**53 + 1.
"""

from __future__ import annotations

import itertools
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import attrs
import numpy as np

from ..errors import InvalidData, WrongType

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.define(eq=False, repr=False)
class Table:
    """What belongs to the rows besides coordinates: label fields, and columns of a row beyond its coordinates.

    `rows` says which of the original rows are left; `columns` hold all of them, by field name ("" for the further
    columns of the rows themselves).
    """

    columns: Mapping[str, Any]
    rows: Array
    # Whether these are all rows in order: then columns are copied instead of picked value by value.
    complete: bool = False
    # The argument that holds the rows, for errors.
    name: str = ""

    def take(self, kept: Array) -> Table:
        return Table(self.columns, self.rows[kept], name=self.name)

    def labels(self) -> dict[str, tuple[Any, ...]]:
        """The values of the label fields in the rows that are left."""
        # NumPy's numbers as Python's: what is decided by them goes into effects.
        return {
            name: tuple(value.item() if isinstance(value, np.generic) else value for value in self._list(name))
            for name in self.columns
            if name
        }

    def join(self, other: Table) -> Table:
        """These rows, then the other sample's."""
        columns = {name: [*self._list(name), *other._list(name)] for name in {**self.columns, **other.columns}}
        if columns.get(""):
            self._check_further_columns(other)
        else:
            columns.pop("", None)
        return Table(columns, np.arange(len(self.rows) + len(other.rows)), name=self.name)

    def _list(self, name: str) -> list[Any]:
        return [self.columns[name][row] for row in self.rows.tolist()] if name in self.columns else []

    def _check_further_columns(self, other: Table) -> None:
        mine, others = self._list(""), other._list("")
        for behind, rows, its, those in (
            (mine, self.rows, "this", "the mixed-in"),
            (others, other.rows, "the mixed-in", "this"),
        ):
            if len(rows) and not behind:
                raise InvalidData(
                    f"{self.name}: behind the coordinates, rows of {its} sample hold nothing, those of {those} sample "
                    f"{short((mine or others)[0])}; give all rows the same columns"
                )

    def column(self, name: str, given: Any) -> Any:
        """The values of a label field in the rows that are left, in a container like the one given."""
        column = self.columns[name]
        if self.complete and type(column) is type(given) is list:
            return column.copy()
        if isinstance(given, np.ndarray):
            return join_values(column, given.dtype)[self.rows] if isinstance(column, list) else column[self.rows]
        values = [column[row] for row in self.rows.tolist()]
        return tuple(values) if isinstance(given, tuple) else values


def join_values(values: list[Any], dtype: Any) -> Array:
    """Values of two samples in the dtype of the first, or, where that would change one, in a dtype that holds all."""
    for kind in (dtype, None, object):
        try:
            array = np.asarray(values, kind)
        except (OverflowError, TypeError, ValueError):
            continue
        if all(np.array_equal(kept, value) for kept, value in zip(array, values, strict=True)):
            return array
    return np.asarray(values)


def short(value: Any) -> str:
    """A value for an error, cut to a line."""
    try:
        text = " ".join(reprlib.repr(value).split())
        return text if len(text) < 120 else f"{text[:117]}..."
    except ValueError:  # Python refuses to spell out numbers of more than 4,300 digits
        return f"a {type(value).__name__} of huge numbers"


def is_sequence(value: Any) -> bool:
    """Whether a value is a list, a tuple, or an array that has a length."""
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)


def read_rows(name: str, value: Any, count: int, columns: str) -> tuple[Array, list[Any] | Array | None]:
    """Coordinates (N, count) in float64, and what stands behind them in each row, if anything.

    Args:
        columns: the names of the coordinates, for errors.
    """
    if isinstance(value, np.ndarray):
        if value.size == 0:
            further = max(0, value.shape[1] - count) if value.ndim == 2 else 0
            return np.zeros((0, count)), np.zeros((0, further), value.dtype) if further else None
        if value.ndim != 2 or value.shape[1] < count or value.dtype.kind not in "buif":
            raise InvalidData(
                f"{name}: an array of shape {value.shape} and dtype {value.dtype} is not (N, {count}) numbers; "
                f"give rows of {columns}"
            )
        extra = value[:, count:] if value.shape[1] > count else None
        return value[:, :count].astype(np.float64), extra
    if not isinstance(value, (list, tuple)):
        raise WrongType(f"{name}: {type(value).__name__} is neither an array nor a list; give rows of {columns}")
    try:
        parts = [row[:count] for row in value]
        coordinates = np.array(parts, np.float64)
        # NumPy would make numbers of text, and of lists within rows whatever fits.
        kinds = set(map(type, itertools.chain.from_iterable(parts)))
        fits = coordinates.shape == (len(value), count) and not any(issubclass(kind, (str, bytes)) for kind in kinds)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        fits = False
    if not fits and len(value):
        _explain_rows(name, value, count, columns)
    extra_rows = [row[count:] for row in value]
    return coordinates.reshape(-1, count), extra_rows if any(len(extra) for extra in extra_rows) else None


def _explain_rows(name: str, value: Sequence[Any], count: int, columns: str) -> NoReturn:
    for index, row in enumerate(value):
        given = f"{name}[{index}]: {short(row)} is not a row of {columns}"
        if not is_sequence(row):
            raise InvalidData(f"{given}; give {count} numbers for each")
        for place, number in enumerate(row[:count]):
            if isinstance(number, (str, bytes)):
                raise InvalidData(f"{given}; {short(number)} in column {place} is text, so convert it with float()")
            if isinstance(number, (list, tuple)) or np.ndim(number):
                raise InvalidData(f"{given}; column {place} holds {short(number)}, so give {count} numbers in one list")
            try:
                float(number)
            except OverflowError:
                raise InvalidData(f"{given}; the number in column {place} is larger than any float") from None
            except (TypeError, ValueError):
                raise InvalidData(f"{given}; {short(number)} in column {place} is no number") from None
        if len(row) < count:
            raise InvalidData(f"{given}; it holds {len(row)}, so give {count} numbers for each")
    raise InvalidData(f"{name}: not rows of {columns}; give {count} numbers for each")


def read_made(what: str, value: Any, shape: tuple[int, ...]) -> Array:
    """What a function of the user's made of rows: float64 of the same shape, in an array of its own."""
    try:
        array = np.asarray(value)
    except (OverflowError, TypeError, ValueError):  # such as rows of several lengths
        raise InvalidData(f"{what}: returned {short(value)}; give an array of the shape {shape}") from None
    if array.size == 0 and 0 in shape:
        return np.zeros(shape)
    if array.dtype.kind not in "buif":
        raise WrongType(
            f"{what}: returned {type(value).__name__} {short(value)}, which is not numbers; give an array of the shape "
            f"{shape}"
        )
    if array.shape != shape:
        raise InvalidData(f"{what}: returned shape {array.shape} for {shape}; give one row for each that came in")
    return array.astype(np.float64)


def write_rows(coordinates: Array, extra: Any, given: Any, name: str = "rows") -> Any:
    """Rows in the container that was given: an array, a list or a tuple, of rows of the type of the first one.

    Floating dtypes are kept; whole-number arrays come back as float64, since rounding would move what they annotate.

    Args:
        extra: what stands behind the coordinates of each row, or None.
        name: the argument, for errors.
    """
    if isinstance(given, np.ndarray):
        if extra is not None and len(extra) == len(coordinates) > 0:
            try:
                extra = np.asarray(extra, np.float64).reshape(len(coordinates), -1)
            except (OverflowError, TypeError, ValueError):
                raise InvalidData(
                    f"{name}: an array takes numbers, as many in each row, and behind the coordinates of mixed rows "
                    f"stand {short([*map(list, extra)])}; give all rows the same columns, or lists of rows"
                ) from None
            coordinates = np.concatenate([coordinates, extra], 1)
        elif not len(coordinates) and given.ndim == 2 and (given.shape[1] > coordinates.shape[1] or not len(given)):
            coordinates = np.zeros((0, given.shape[1]))
        return coordinates.astype(given.dtype if given.dtype.kind == "f" else np.float64, copy=False)
    rows: list[Any] = coordinates.tolist()
    if extra is not None:
        rows = [[*row, *rest] for row, rest in zip(rows, extra, strict=True)]
    first = given[0] if given else []
    if isinstance(first, tuple):
        rows = [tuple(row) for row in rows]
    elif isinstance(first, np.ndarray):
        rows = [np.asarray(row, first.dtype if first.dtype.kind == "f" else np.float64) for row in rows]
    return tuple(rows) if isinstance(given, tuple) else rows


def read_table(name: str, data: Mapping[str, Any], fields: Sequence[str], extra: Any, count: int) -> Table:
    """The label fields beside `count` rows of data[name]."""
    columns: dict[str, Any] = {} if extra is None else {"": extra}
    for field in fields:
        if field not in data:
            raise InvalidData(
                f"{name}: label field {field!r} is missing; pass {field}=… with {count} values, "
                "or take it out of label_fields"
            )
        values = data[field]
        if not is_sequence(values):
            if isinstance(values, np.ndarray):
                raise WrongType(f"{field}: an array of shape () holds no rows; give one value a row")
            raise WrongType(f"{field}: {type(values).__name__} is neither an array nor a list; give one value a row")
        if len(values) != count:
            raise InvalidData(f"{field}: {len(values)} values for the {count} rows of {name}; give one for each row")
        columns[field] = values
    return Table(columns, np.arange(count), True, name)


def field_names(value: Any) -> tuple[str, ...]:
    """Label fields as a tuple of names, from a list, one name, or None."""
    if value is None:
        return ()
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"{value!r} is not a list of names; give the names of arguments that hold one value a row")
    return names
