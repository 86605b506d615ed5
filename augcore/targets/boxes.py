"""Axis-parallel boxes. They travel as the outlines they became, and are fitted, cut and filtered when read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import attrs
import numpy as np

from .. import outlines
from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData
from ..frame import Frame
from ..maps import Map, Size
from ..params import Parameter, choice, declared, flag, number, parameter
from .base import Annotation, Array
from .rows import Table, field_names, read_rows, read_table, write_rows

FORMATS = {
    "pascal_voc": "x_min, y_min, x_max, y_max in pixels",
    "albumentations": "x_min, y_min, x_max, y_max as fractions of the frame",
    "coco": "x_min, y_min, width, height in pixels",
    "cxcywh": "x_center, y_center, width, height in pixels",
    "yolo": "x_center, y_center, width, height as fractions of the frame",
}
LABEL_FIELDS = Parameter(
    field_names, "names of arguments with one value a row", {"type": "array", "items": {"type": "string"}}
)
_TOLERANCE = 1e-6  # of the frame's longer side: what decimal notation and float32 lose
_CORNERS_OF_DIAGONAL = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
_ELLIPSE = np.linspace(0, 2 * math.pi, 72, endpoint=False)
_SEGMENTS = 8  # a side of a box under a dense map is followed at so many points


@attrs.define(eq=False, repr=False)
class BoxState:
    """Outlines (N, K, 2): K = 2 for a diagonal while sides stay axis-parallel, 4 corners or more afterwards.

    `exposed` is the fraction of each box that nothing has erased.
    """

    outlines: Array
    exposed: Array | None
    table: Table


def to_corners(format: str, rows: Array, size: Size) -> Array:
    """(N, 4) rows of a format as x_min, y_min, x_max, y_max in pixels."""
    if format in ("yolo", "albumentations"):
        height, width = size
        rows = rows * (width, height, width, height)
    if format == "coco":
        return np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], 1)
    if format in ("yolo", "cxcywh"):
        half = rows[:, 2:] / 2
        return np.concatenate([rows[:, :2] - half, rows[:, :2] + half], 1)
    return rows


def from_corners(format: str, low: Array, high: Array, size: Size) -> Array:
    """(N, 4) rows of a format from the corners (N, 2) with the least and the greatest coordinates, in pixels."""
    if format == "coco":
        first, second = low, high - low
    elif format in ("yolo", "cxcywh"):
        first, second = (low + high) / 2, high - low
    else:
        first, second = low, high
    rows = np.concatenate([first, second], 1)
    if format in ("yolo", "albumentations"):
        height, width = size
        rows = rows / (width, height, width, height)
    return rows


@declared
class BboxParams(Annotation):
    """Boxes, and which of them count.

    Args:
        format: what a row holds; further columns of a row are carried along.
        label_fields: names of arguments that hold one value a box.
        min_area: least area in pixels of what is visible.
        min_visibility: least part of the whole box that must be visible, in [0, 1].
        min_width, min_height: least sides in pixels of what is visible.
        clip: cut boxes that reach out of the frame when they come in, instead of refusing them.
        filter_invalid_bboxes: drop boxes that come in invalid, instead of refusing them.
        max_accept_ratio: greatest ratio of the longer side to the shorter one.
    """

    format: str = choice(options=tuple(FORMATS))
    label_fields: tuple[str, ...] = parameter(LABEL_FIELDS, default=())
    min_area: float = number(default=0.0, low=0, unit="px²")
    min_visibility: float = number(default=0.0, low=0, high=1, unit="fraction of the box")
    min_width: float = number(default=0.0, low=0, unit="px")
    min_height: float = number(default=0.0, low=0, unit="px")
    clip: bool = flag(default=False)
    filter_invalid_bboxes: bool = flag(default=False)
    max_accept_ratio: float | None = number(default=None, low=1, unit="long side / short side", none=True)

    kind: ClassVar[str] = "bboxes"
    default_names: ClassVar[tuple[str, ...]] = ("bboxes",)

    def companions(self) -> tuple[str, ...]:
        return self.label_fields

    @property
    def _takes_all(self) -> bool:
        """Whether boxes that are wholly visible all count."""
        return not (self.min_area or self.min_width or self.min_height or self.max_accept_ratio is not None)

    # In

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> BoxState:
        assert frame is not None
        rows, extra = read_rows(name, data[name], 4, FORMATS[self.format])
        table = read_table(name, data, self.label_fields, extra, len(rows))
        corners = to_corners(self.format, rows, frame.size)
        if len(corners):
            kept, corners = self._accept(name, rows, corners, frame.size)
            if kept is not None:
                table = table.take(kept)
        return BoxState(corners.reshape(-1, 2, 2), None, table)

    def _accept(self, name: str, rows: Array, corners: Array, size: Size) -> tuple[Array | None, Array]:
        """Which boxes are let in (None for all), and their corners inside the frame."""
        if _all_proper(corners, size):
            return None, corners
        slack = _TOLERANCE * max(size)
        inside = np.clip(corners, 0, (size[1], size[0], size[1], size[0]))
        if _all_proper(inside, size) and np.abs(inside - corners).max() <= slack:
            return None, inside
        with np.errstate(invalid="ignore"):
            proper = (corners[:, 2:] > corners[:, :2]).all(1) & np.isfinite(corners).all(1)
            # What clipping leaves of a proper box may be nothing, and then it is dropped.
            near = proper if self.clip else proper & (np.abs(inside - corners).max(1) <= slack)
        if not near.all() and not self.filter_invalid_bboxes:
            self._refuse(name, rows, corners, int(np.flatnonzero(~near)[0]), size)
        kept = near & (inside[:, 2:] > inside[:, :2]).all(1)
        return np.flatnonzero(kept), inside[kept]

    def _refuse(self, name: str, rows: Array, corners: Array, row: int, size: Size) -> NoReturn:
        given = f"{name}[{row}]: {self.format} {tuple(rows[row].tolist())}"
        drop = "filter_invalid_bboxes=True in BboxParams drops such boxes"
        if not np.isfinite(rows[row]).all():
            raise InvalidData(f"{given} holds a value that is not finite; {drop}")
        x0, y0, x1, y1 = corners[row].tolist()
        if x1 <= x0 or y1 <= y0:
            low, high, side = ("x_min", "x_max", (x0, x1)) if x1 <= x0 else ("y_min", "y_max", (y0, y1))
            raise InvalidData(f"{given} has {high} {side[1]:g} not greater than {low} {side[0]:g}; {drop}")
        raise InvalidData(
            f"{given} reaches out of the frame of {size[1]}×{size[0]} (width × height), from ({x0:g}, {y0:g}) to "
            f"({x1:g}, {y1:g}); clip=True in BboxParams cuts such boxes, filter_invalid_bboxes=True drops them"
        )

    # Effects

    def geometry(self, state: BoxState, effect: Geometry, frame: Frame) -> BoxState:
        return BoxState(_follow(state.outlines, effect.map, effect.box_method), state.exposed, state.table)

    def erase(self, state: BoxState, effect: Erase, frame: Frame) -> BoxState:
        if not len(state.outlines):
            return state
        return attrs.evolve(state, exposed=_less(state, effect.region.mask(frame.size)))

    def mix(self, state: BoxState, effect: Mix, frame: Frame, partner: BoxState) -> BoxState:
        mine, other = _settled(state, frame), partner
        if effect.region is not None:
            shown = np.zeros(frame.size, bool)
            x0, y0, x1, y1 = effect.region
            shown[y0:y1, x0:x1] = True
            mine = attrs.evolve(mine, exposed=_less(mine, shown))
            # This one's boxes stay whole behind what covers them; of the other's, what is not pasted is not here.
            other = attrs.evolve(other, exposed=_less(other, ~shown), outlines=_within(other.outlines, effect.region))
        count = max(mine.outlines.shape[1], other.outlines.shape[1])
        exposed = [np.ones(len(s.outlines)) if s.exposed is None else s.exposed for s in (mine, other)]
        joined = np.concatenate([_with_points(s.outlines, count) for s in (mine, other)])
        return BoxState(joined, np.concatenate(exposed), mine.table.join(other.table))

    def per_target(self, state: BoxState, effect: PerTarget, frame: Frame) -> BoxState:
        """The function gets and gives (N, 4) rows in this target's format."""
        function = effect.function(self.kind)
        if function is None:
            return state
        rows = from_corners(self.format, *_hulls(state.outlines), frame.size)
        moved = np.asarray(function(rows, **dict(effect.arguments)), float)
        if moved.shape != rows.shape:
            raise InvalidData(f"Lambda(bboxes=…): returned shape {moved.shape} for {rows.shape}; give one row a box")
        return attrs.evolve(state, outlines=to_corners(self.format, moved, frame.size).reshape(-1, 2, 2))

    # Out

    def look(self, state: BoxState, frame: Frame) -> Array:
        """What is visible and counts, as (N, 4) x_min, y_min, x_max, y_max in pixels."""
        return np.concatenate(self._visible(state, frame)[1:], 1)

    def _visible(self, state: BoxState, frame: Frame) -> tuple[Array | None, Array, Array]:
        """The rows that count (None for all), and the lower and upper corners of their visible hulls."""
        if not len(state.outlines):
            return None, np.zeros((0, 2)), np.zeros((0, 2))
        low, high, part = _see(state.outlines, frame)
        if part is None and state.exposed is None and self._takes_all:
            return None, low, high
        if state.exposed is not None:
            part = state.exposed if part is None else part * state.exposed
        sides = high - low
        areas = sides[:, 0] * sides[:, 1]
        counts = areas >= self.min_area if self.min_area else areas > 0
        if part is not None:
            counts &= (areas > 0) & (part > 0) & (part >= self.min_visibility - 1e-9)
        if self.min_width or self.min_height:
            counts &= (sides >= (self.min_width, self.min_height)).all(1)
        if self.max_accept_ratio is not None:
            counts &= sides.max(1) <= self.max_accept_ratio * sides.min(1)
        if counts.all():
            return None, low, high
        kept = np.flatnonzero(counts)
        return kept, low[kept], high[kept]

    def write(self, name: str, state: BoxState, frame: Frame, result: dict[str, Any]) -> None:
        kept, low, high = self._visible(state, frame)
        table = state.table if kept is None else state.table.take(kept)
        rows = from_corners(self.format, low, high, frame.size)
        extra = table.column("", result[name]) if "" in table.columns else None
        result[name] = write_rows(rows, extra, result[name])
        for field in self.label_fields:
            result[field] = table.column(field, result[field])


def _all_proper(corners: Array, size: Size) -> bool:
    """Whether all boxes have a positive area inside the frame; NaN has none."""
    height, width = size
    if len(corners) <= 32:  # where the arrays of the other way cost more than they save
        return all(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height for x0, y0, x1, y1 in corners.tolist())
    low, high = corners[:, :2], corners[:, 2:]
    return bool((high - low).min() > 0 and low.min() >= 0 and (high <= (width, height)).all())


def _with_points(shapes: Array, count: int) -> Array:
    """Outlines with at least so many points: corners for diagonals, the last point repeated beyond them."""
    if shapes.shape[1] == 2 and count > 2:
        x, y = shapes[..., 0], shapes[..., 1]
        across, down = _CORNERS_OF_DIAGONAL.T
        shapes = np.stack([x[:, across], y[:, down]], -1)
    return outlines.with_points(shapes, count)


def _within(shapes: Array, rectangle: tuple[int, int, int, int]) -> Array:
    """Outlines cut to a rectangle."""
    x0, y0, x1, y1 = rectangle
    if shapes.shape[1] == 2:
        return np.clip(shapes, (x0, y0), (x1, y1))
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
    return outlines.clip(shapes, outlines.half_planes(corners))


def _follow(shapes: Array, map: Map, method: str) -> Array:
    """Outlines after a map, with as many points as it takes to follow them."""
    if map.axis_aligned:
        return map.forward(shapes)
    count = shapes.shape[1]
    shapes = _with_points(shapes, 4)
    if method == "ellipse" and count <= 4:
        # Conjugate half-axes of the parallelogram.
        centre = shapes.mean(1, keepdims=True)
        u, v = (shapes[:, 1] - shapes[:, 0]) / 2, (shapes[:, 3] - shapes[:, 0]) / 2
        shapes = centre + u[:, None] * np.cos(_ELLIPSE)[:, None] + v[:, None] * np.sin(_ELLIPSE)[:, None]
    elif not map.keeps_lines and count <= 4:
        part = np.arange(_SEGMENTS)[:, None] / _SEGMENTS
        steps = shapes[:, :, None] * (1 - part) + np.roll(shapes, -1, 1)[:, :, None] * part
        shapes = steps.reshape(len(shapes), 4 * _SEGMENTS, 2)
    return map.forward(map.in_front(shapes))


def _settled(state: BoxState, frame: Frame) -> BoxState:
    """The same boxes cut to what the frame shows, for a new frame that shows everything."""
    if not len(state.outlines) or frame.is_original:
        return state
    part = _see(state.outlines, frame)[2]
    if part is None:
        return state
    cut = outlines.clip(_with_points(state.outlines, 4), frame.planes)
    return BoxState(cut, part if state.exposed is None else part * state.exposed, state.table)


def _hulls(shapes: Array) -> tuple[Array, Array]:
    """The least and the greatest coordinates of each outline, (N, 2) each."""
    return outlines.least(shapes), outlines.greatest(shapes)


def _see(shapes: Array, frame: Frame) -> tuple[Array, Array, Array | None]:
    """The hull of what the frame shows of each outline, and how much of the whole outline that is: None for all."""
    low, high = _hulls(shapes)
    if shapes.shape[1] == 2 and frame.is_whole:
        return low, high, None
    if shapes.shape[1] == 2 and frame.rectangle is not None:
        x0, y0, x1, y1 = frame.rectangle
        seen_low, seen_high = (
            np.minimum(np.maximum(low, (x0, y0)), (x1, y1)),
            np.maximum(np.minimum(high, (x1, y1)), (x0, y0)),
        )
        left, whole = seen_high - seen_low, high - low
        if (left == whole).all():
            return seen_low, seen_high, None
        areas = whole[:, 0] * whole[:, 1]  # none is left of what a mix has cut away
        return seen_low, seen_high, np.divide(left[:, 0] * left[:, 1], areas, out=np.zeros(len(areas)), where=areas > 0)
    # Only outlines that reach out of the content need to be cut.
    shapes, planes = _with_points(shapes, 4), frame.planes
    cut = (outlines.least_per_outline(shapes, planes) < 0).any(0)
    part = None
    if cut.any():
        part = np.ones(len(shapes))
        clipped = outlines.clip(shapes[cut], planes)
        whole = outlines.area(shapes[cut])
        part[cut] = np.divide(outlines.area(clipped), whole, out=np.zeros(len(whole)), where=whole > 0)
        low[cut], high[cut] = _hulls(clipped)
    limit = (frame.size[1], frame.size[0])
    return np.minimum(np.maximum(low, 0), limit), np.minimum(np.maximum(high, 0), limit), part


def _less(state: BoxState, covered: Array) -> Array:
    """The exposed fractions after the pixels in `covered` are erased as well.

    Boxes are taken for their hulls here, and what several erasures cover for independent of each other.
    """
    height, width = covered.shape
    sums = np.zeros((height + 1, width + 1))
    np.cumsum(np.cumsum(covered, 0, dtype=float), 1, out=sums[1:, 1:])
    low, high = (np.clip(corner, 0, (width, height)) for corner in _hulls(state.outlines))

    def under(x: Array, y: Array) -> Array:
        """The covered area left of and above (x, y), exact between pixels too."""
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        right, bottom = np.minimum(left + 1, width), np.minimum(top + 1, height)
        a, b = x - left, y - top
        upper = sums[top, left] * (1 - a) + sums[top, right] * a
        lower = sums[bottom, left] * (1 - a) + sums[bottom, right] * a
        return np.asarray(upper * (1 - b) + lower * b)

    (x0, y0), (x1, y1) = low.T, high.T
    erased = under(x1, y1) - under(x0, y1) - under(x1, y0) + under(x0, y0)
    areas = (x1 - x0) * (y1 - y0)
    left = 1 - np.divide(erased, areas, out=np.zeros(len(areas)), where=areas > 0)
    left = np.where(left < 1e-9, 0.0, left)
    return left if state.exposed is None else np.asarray(state.exposed * left)
