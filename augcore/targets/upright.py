"""Axis-parallel boxes: their formats, and what becomes of them on the way. Turned ones are in `oriented.py`.

On the way they are outlines (N, K, 2): K = 2 for a diagonal while sides stay axis-parallel, 4 corners or more
afterwards. A box is the hull of what is visible of its outline, found when it is read.
"""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np

from .. import outlines
from ..frame import Frame
from ..maps import Map, Size
from ..regions import Region
from .base import Array

FORMATS = {
    "pascal_voc": "x_min, y_min, x_max, y_max in pixels",
    "albumentations": "x_min, y_min, x_max, y_max as fractions of the frame",
    "coco": "x_min, y_min, width, height in pixels",
    "cxcywh": "x_center, y_center, width, height in pixels",
    "yolo": "x_center, y_center, width, height as fractions of the frame",
}
# Of oriented boxes alone; `oriented.py` need not be imported to know their names.
CORNER_FORMATS = {
    "corners": "x1, y1, x2, y2, x3, y3, x4, y4 in pixels",
    "yolo_corners": "x1, y1, x2, y2, x3, y3, x4, y4 as fractions of the frame",
}
TOLERANCE = 1e-6  # of the frame's longer side: what decimal notation and float32 lose
_CORNERS_OF_DIAGONAL = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
_ELLIPSE = np.linspace(0, 2 * math.pi, 72, endpoint=False)
# Under a map that bends lines a side is followed at points no further apart, in px, up to so many. The outline of a
# box of 400 px then leaves it by 0.09 px under ElasticTransform(alpha=900, sigma=20); with 8 points a side, by 1.7.
_STEP, _MOST = 8.0, 64


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


def fault(corners: Array) -> str:
    """What is wrong with a box x_min, y_min, x_max, y_max by itself, in words; '' if nothing is."""
    x0, y0, x1, y1 = corners.tolist()
    if x0 < x1 and y0 < y1:
        return ""
    low, high, side = ("x_min", "x_max", (x0, x1)) if x1 <= x0 else ("y_min", "y_max", (y0, y1))
    return f"has {high} {side[1]:g} not greater than {low} {side[0]:g}"


@attrs.define(eq=False, repr=False)
class Entry:
    """Boxes that come in.

    Attributes:
        shapes: all of them, inside the frame as far as that is wanted.
        accepted: which ones are let in, the others being refused; None for all.
        left: of which of them anything is inside.
        exposed: see `BoxState`.
    """

    shapes: Any
    accepted: Array | None = None
    left: Array | None = None
    exposed: Array | None = None


@attrs.define(eq=False, repr=False)
class Hulls:
    """What is visible: the least and greatest coordinates, (N, 2) each; `part` of the whole outline, None for all."""

    low: Array
    high: Array
    part: Array | None = None

    def __getitem__(self, places: Array) -> Hulls:
        return Hulls(self.low[places], self.high[places])

    def sides(self) -> Array:
        return np.asarray(self.high - self.low)

    def hulls(self) -> Array:
        """(N, 4) x_min, y_min, x_max, y_max in pixels."""
        return np.concatenate([self.low, self.high], 1)


@attrs.frozen
class Upright:
    """How axis-parallel boxes of one format are read, followed, seen and written; shapes are outlines (N, K, 2)."""

    format: str

    @property
    def columns(self) -> tuple[int, str]:
        """How many coordinates a row has, and what they are."""
        return 4, FORMATS[self.format]

    # In

    def shapes(self, rows: Array, size: Size) -> Array:
        return to_corners(self.format, rows, size).reshape(-1, 2, 2)

    def enter(self, rows: Array, size: Size, clip: bool) -> Entry:
        """Boxes inside the frame. Those that reach out of it by more than rounding are accepted if they may be cut."""
        corners = to_corners(self.format, rows, size)
        if _all_proper(corners, size):
            return Entry(corners.reshape(-1, 2, 2))
        slack = TOLERANCE * max(size)
        inside = np.clip(corners, 0, (size[1], size[0], size[1], size[0]))
        shapes = inside.reshape(-1, 2, 2)
        if _all_proper(inside, size) and np.abs(inside - corners).max() <= slack:
            return Entry(shapes)
        with np.errstate(invalid="ignore"):
            proper = (corners[:, 2:] > corners[:, :2]).all(1) & np.isfinite(corners).all(1)
            # What clipping leaves of a proper box may be nothing, and then it is dropped.
            accepted = proper if clip else proper & (np.abs(inside - corners).max(1) <= slack)
        return Entry(shapes, np.asarray(accepted), np.asarray((inside[:, 2:] > inside[:, :2]).all(1)))

    def fault(self, row: Array, size: Size) -> str:
        """What is wrong with a box by itself, in words; '' if nothing is."""
        return fault(to_corners(self.format, row[None], size)[0])

    # On the way

    def follow(self, shapes: Array, map: Map, method: str) -> Array:
        if map.axis_aligned:
            return map.forward(shapes)
        return moved(map, map.in_front(traced(shapes, map, method)))

    def settled(self, shapes: Array, frame: Frame) -> tuple[Array, Array | None]:
        """Shapes cut to what the frame shows, and what part of each that is."""
        part = self.see(shapes, frame).part
        return shapes if part is None else outlines.clip(with_points(shapes, 4), frame.planes), part

    def within(self, shapes: Array, rectangle: tuple[float, float, float, float]) -> Array:
        x0, y0, x1, y1 = rectangle
        if shapes.shape[1] == 2:
            return np.clip(shapes, (x0, y0), (x1, y1))
        return outlines.clip(shapes, planes_of(rectangle))

    def shifted(self, shapes: Array, by: Array) -> Array:
        return np.asarray(shapes + by[:, None])

    def joined(self, first: Array, second: Array) -> Array:
        return joined(first, second)

    def erased(self, shapes: Array, region: Region, size: Size) -> Array:
        """Which part of each box lies in the region; boxes are taken for their hulls."""
        low, high = (np.clip(corner, 0, size[::-1]) for corner in outlines.hulls(shapes))
        areas = (high - low).prod(1)
        erased = region.area_within(low, high, size)
        return np.asarray(np.divide(erased, areas, out=np.zeros(len(areas)), where=areas > 0))

    # Out

    def corners(self, shapes: Array) -> Array:
        return with_points(shapes, 4)

    def whole(self, shapes: Array) -> Hulls:
        return Hulls(*outlines.hulls(shapes))

    def see(self, shapes: Array, frame: Frame) -> Hulls:
        """The hull of what the frame shows of each outline, and how much of the whole outline that is."""
        if shapes.shape[1] > 2 or frame.rectangle is None:
            return _see_outlines(shapes, frame)
        if frame.is_whole:
            return self.whole(shapes)
        x0, y0, x1, y1 = frame.rectangle
        seen_low, seen_high = outlines.hulls(np.minimum(np.maximum(shapes, np.array((x0, y0))), np.array((x1, y1))))
        left, whole = seen_high - seen_low, np.abs(shapes[:, 1] - shapes[:, 0])
        if (left == whole).all():
            return Hulls(seen_low, seen_high)
        areas = whole[:, 0] * whole[:, 1]  # none is left of what a mix has cut away
        part = np.divide(left[:, 0] * left[:, 1], areas, out=np.zeros(len(areas)), where=areas > 0)
        return Hulls(seen_low, seen_high, part)

    def rows(self, seen: Hulls, size: Size) -> Array:
        return from_corners(self.format, seen.low, seen.high, size)


# Outlines of either type


def with_points(shapes: Array, count: int) -> Array:
    """Outlines with at least so many points: corners for diagonals, the last point repeated beyond them."""
    if shapes.shape[1] == 2 and count > 2:
        shapes = shapes[:, _CORNERS_OF_DIAGONAL, (0, 1)]
    return outlines.with_points(shapes, count)


def joined(first: Array, second: Array) -> Array:
    count = max(first.shape[1], second.shape[1])
    return np.concatenate([with_points(first, count), with_points(second, count)])


def planes_of(rectangle: tuple[float, float, float, float]) -> Array:
    """x_min, y_min, x_max, y_max as half planes, see `outlines.half_planes`."""
    x0, y0, x1, y1 = rectangle
    return outlines.half_planes(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float))


def traced(shapes: Array, map: Map, method: str) -> Array:
    """Outlines with as many points as it takes to follow them through the map."""
    count = shapes.shape[1]
    shapes = with_points(shapes, 4)
    if method == "ellipse" and count <= 4:
        # Conjugate half-axes of the parallelogram.
        centre = shapes.mean(1, keepdims=True)
        u, v = (shapes[:, 1] - shapes[:, 0]) / 2, (shapes[:, 3] - shapes[:, 0]) / 2
        return np.asarray(centre + u[:, None] * np.cos(_ELLIPSE)[:, None] + v[:, None] * np.sin(_ELLIPSE)[:, None])
    return _in_steps(shapes) if not map.keeps_lines and count <= 4 else shapes


def _in_steps(corners: Array) -> Array:
    """Outlines of four corners with as many points on each side as it needs by itself, the last one repeated where
    others need more."""
    following = np.roll(corners, -1, 1)
    longest = np.sqrt(((following - corners) ** 2).sum(2)).max(1, initial=0.0)
    counts = np.clip(np.ceil(np.nan_to_num(longest) / _STEP), 4, _MOST).astype(int)
    most = int(counts.max(initial=4))
    place = np.minimum(np.arange(4 * most), 4 * counts[:, None] - 1)
    side, step = np.divmod(place, counts[:, None])
    part = (step / counts[:, None])[..., None]
    row = np.arange(len(corners))[:, None]
    return np.asarray(corners[row, side] * (1 - part) + following[row, side] * part)


def moved(map: Map, shapes: Array) -> Array:
    """Outlines after a map; where points are costly, those that are repeated are mapped once."""
    if map.keeps_lines or not len(shapes):
        return map.forward(shapes)
    new = np.ones(shapes.shape[:2], bool)
    new[:, 1:] = (shapes[:, 1:] != shapes[:, :-1]).any(2)
    return np.asarray(map.forward(shapes[new])[np.cumsum(new.ravel()) - 1].reshape(shapes.shape))


# Parts


def _all_proper(corners: Array, size: Size) -> bool:
    """Whether all boxes have a positive area inside the frame; NaN has none."""
    height, width = size
    if len(corners) <= 32:  # where the arrays of the other way cost more than they save
        return all(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height for x0, y0, x1, y1 in corners.tolist())
    low, high = corners[:, :2], corners[:, 2:]
    return bool((high - low).min() > 0 and low.min() >= 0 and (high <= (width, height)).all())


def _see_outlines(shapes: Array, frame: Frame) -> Hulls:
    low, high = outlines.hulls(shapes)
    limit = np.array(frame.size[::-1], float)
    # Only outlines that reach out of the content need to be cut, and only hulls that do can hold some.
    if frame.only_edges_cut:
        planes = frame.edges
        near = np.flatnonzero(((low < 0) | (high > limit)).any(1))
    else:
        planes = frame.planes
        near = np.flatnonzero(outlines.hulls_reach_over(low, high, planes))
    if not len(near):
        return Hulls(low, high, None)
    if near.size * shapes.shape[1] <= outlines.FEW:
        return _see_few(shapes, planes, near, low, high, frame.size)
    part = None
    reaching = with_points(shapes[near], 4)
    clipped = outlines.clip(reaching, planes)
    if clipped is not reaching:
        whole = outlines.area(reaching)
        part = np.ones(len(shapes))
        part[near] = np.divide(outlines.area(clipped), whole, out=np.zeros(len(whole)), where=whole > 0)
    # What lies on an edge is beyond it by rounding, which is not to be seen.
    low[near], high[near] = (np.minimum(np.maximum(ends, 0), limit) for ends in outlines.hulls(clipped))
    return Hulls(low, high, part)


def _see_few(shapes: Array, planes: Array, near: Array, low: Array, high: Array, size: Size) -> Hulls:
    """The same where few outlines are near the edge, in plain floats."""
    edges, (height, width), part = planes.tolist(), size, None
    for place, outline in zip(near.tolist(), with_points(shapes[near], 4).tolist(), strict=True):
        cut = outlines.cut(outline, edges)
        if cut is not outline:
            part = np.ones(len(shapes)) if part is None else part
            whole = outlines.area_of(outline)
            part[place] = outlines.area_of(cut) / whole if whole else 0.0
        xs, ys = zip(*cut, strict=True)
        # What lies on an edge is beyond it by rounding, which is not to be seen.
        low[place] = min(max(min(xs), 0.0), width), min(max(min(ys), 0.0), height)
        high[place] = min(max(max(xs), 0.0), width), min(max(max(ys), 0.0), height)
    return Hulls(low, high, part)
