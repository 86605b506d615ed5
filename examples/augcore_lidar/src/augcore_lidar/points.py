"""The target `lidar`: returns of a scanner that were projected into the picture, and move with it."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, ClassVar, NamedTuple

import numpy as np

from augcore import Annotation, Erase, Frame, Geometry, InvalidData, Mix, PerTarget, Rectangles, WrongType, params

Array = np.ndarray[Any, np.dtype[Any]]


class Returns(NamedTuple):
    """The state, which travels through the effects. They give new ones and never modify what they are given."""

    points: Array  # (N, 2) in the continuous frame, whose first pixel covers [0, 1) × [0, 1)
    values: Array  # (N, 1 or 2): intensity and range, which no effect touches
    seen: Array  # (N,) booleans: nothing that was pasted or erased hides it, wherever it lies


@params.declared
class Lidar(Annotation):
    """Lidar returns, rows of x, y and intensity, given as pixel indices: the centre of the first pixel is (0, 0).

    Args:
        with_range: rows have a fourth column, the distance measured.
        min_intensity: weaker returns count as hidden.
        remove_hidden: take out the rows of returns that left the picture or were covered; otherwise all keep their
            rows, those with NaN for x and y.
    """

    with_range: bool = params.flag(default=False)
    min_intensity: float | None = params.number(default=None, low=0, none=True)
    remove_hidden: bool = params.flag(default=True)

    kind: ClassVar[str] = "lidar"

    # In

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Returns:
        table = self._table(name, data[name])
        points, values = table[:, :2].astype(np.float64) + 0.5, table[:, 2:]
        infinite = np.flatnonzero(np.isinf(points).any(1))
        if len(infinite):
            row = tuple(table[infinite[0]].tolist())
            raise InvalidData(f"{name}[{infinite[0]}]: {row} lies nowhere; give NaN for x and y where nothing returned")
        strong = self.min_intensity is None or values[:, 0].astype(np.float64) >= self.min_intensity
        return Returns(points, values, np.asarray(np.isfinite(points).all(1) & strong))

    def _table(self, name: str, given: Any) -> Array:
        """Rows and columns: of the user's dtype, or of the user's very objects where a list was given."""
        columns = ("x", "y", "intensity", "range") if self.with_range else ("x", "y", "intensity")
        mend = f"give rows of {', '.join(columns)}"
        if isinstance(given, np.ndarray):
            table = given.reshape(0, len(columns)) if given.shape == (0,) else given
            if table.ndim != 2 or table.shape[1] != len(columns) or table.dtype.kind not in "uif":
                raise InvalidData(f"{name}: an array of shape {given.shape} and dtype {given.dtype}; {mend}")
            return table
        if not isinstance(given, (list, tuple)):
            raise WrongType(f"{name}: {type(given).__name__} is neither an array nor a list; {mend}")
        for number, row in enumerate(given):
            fits = isinstance(row, (list, tuple)) and len(row) == len(columns)
            if not (fits and all(isinstance(value, Real) for value in row)):
                raise InvalidData(f"{name}[{number}]: {row!r} is no return; {mend}")
        return np.array(given, object).reshape(len(given), len(columns))

    # Effects

    def geometry(self, state: Returns, effect: Geometry, frame: Frame) -> Returns:
        return state._replace(points=effect.map.forward(state.points))

    def erase(self, state: Returns, effect: Erase, frame: Frame) -> Returns:
        return state._replace(seen=state.seen & ~_lie_on(effect.region.mask(frame.size), state.points))

    def mix(self, state: Returns, effect: Mix, frame: Frame, partner: Returns) -> Returns:
        mine, theirs = state.seen & frame.shows(state.points), partner.seen
        if effect.region is not None:
            pasted = Rectangles((effect.region,)).mask(frame.size)
            mine, theirs = mine & ~_lie_on(pasted, state.points), theirs & _lie_on(pasted, partner.points)
        points, values, _ = (np.concatenate(both) for both in zip(state, partner, strict=True))
        return Returns(points, values, np.concatenate([mine, theirs]))

    def per_target(self, state: Returns, effect: PerTarget, frame: Frame) -> Returns:
        """The function gets and gives (N, 2) pixel indices, x before y."""
        function = effect.function(self.kind)
        if function is None:
            return state
        points = np.asarray(function(state.points - 0.5, **dict(effect.arguments)), np.float64) + 0.5
        if points.shape != state.points.shape:
            raise InvalidData(f"lidar: a function gave {points.shape} for points {state.points.shape}; keep the shape")
        return state._replace(points=points)

    # Out

    def write(self, name: str, state: Returns, frame: Frame, result: dict[str, Any]) -> None:
        given, shown = result[name], state.seen & frame.shows(state.points)
        points, values = np.where(shown[:, None], state.points - 0.5, np.nan), state.values
        if self.remove_hidden:
            points, values = points[shown], values[shown]
        if isinstance(given, np.ndarray):
            # Whole numbers come back as floats: rounding would move returns off what they were measured on.
            dtype = given.dtype if given.dtype.kind == "f" else np.float64
            result[name] = np.concatenate([points, values], 1).astype(dtype)
        else:
            outer, inner = (tuple if isinstance(part, tuple) else list for part in (given, given[0] if given else []))
            result[name] = outer(inner(row) for row in np.concatenate([points, values.astype(object)], 1).tolist())


def _lie_on(mask: Array, points: Array) -> Array:
    """Which points lie on true pixels; those outside, which are not shown anyway, count with the nearest one."""
    height, width = mask.shape
    x, y = np.clip(np.nan_to_num(points), 0, (width - 1, height - 1)).astype(int).T
    return np.asarray(mask[y, x])
