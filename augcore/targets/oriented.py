"""Oriented boxes: turned about their own centres. Axis-parallel ones are in `upright.py`.

On the way they are outlines, and two points that say where each box faces. Both go through every map, so that heading
is right under reflections, shears, perspective and fields; a rectangle is fitted once, when a box is read. Its sides
run along the heading and across it, so what a frame cuts off shortens a box and never turns it.
"""

from __future__ import annotations

import math

import attrs
import numpy as np

from .. import outlines
from ..frame import Frame
from ..maps import Map, Size
from ..regions import Region
from . import upright
from .base import Array
from .upright import TOLERANCE, Entry, from_corners, planes_of, to_corners

FORMATS = {name: f"{words}, and an angle" for name, words in upright.FORMATS.items()} | upright.CORNER_FORMATS
# A turned box's corners, then the middles of its rear and front, in halves of its sides.
_ALONG = np.array([-1.0, 1, 1, -1, -1, 1])
_ACROSS = np.array([-1.0, -1, 1, 1, 0, 0])
_REACHES = 1e-9  # pixels beyond an edge that count as reaching over it, as in `outlines.clip`
_SAME_ANGLE = 1e-9  # of a full turn: what the rounding of a dozen maps adds up to
_LINES = 64  # on so many lines of a box it is counted what an erasure covers


@attrs.define(eq=False, repr=False)
class Oriented:
    """Boxes on their way.

    Attributes:
        outlines: (N, K, 2). They run in the direction in which the corners came in, with mirrors taken out.
        facing: (N, 2, 2) the middle of the rear side, and of the front side; the first side of a box runs that way.
        intact: (N,) whether an outline still is the four corners that came in, the first one first.
        angles: (N, 1) as they came in; (N, 0) for formats of corners.
    """

    outlines: Array
    facing: Array
    intact: Array
    angles: Array

    def __len__(self) -> int:
        return len(self.outlines)

    def __getitem__(self, places: Array) -> Oriented:
        return Oriented(self.outlines[places], self.facing[places], self.intact[places], self.angles[places])


@attrs.define(eq=False, repr=False)
class Rectangles:
    """What is visible: outlines, and the rectangles fitted to them; `part` of the whole outline, None for all.

    `axes` (N, 2) are unit vectors along the boxes' headings, `low` and `high` (N, 2) how far the boxes extend along
    them and across.
    """

    shapes: Oriented
    axes: Array
    low: Array
    high: Array
    part: Array | None = None

    @classmethod
    def of(cls, shapes: Oriented, part: Array | None = None) -> Rectangles:
        return cls(shapes, *fitted(shapes.outlines, shapes.facing), part)

    def __getitem__(self, places: Array) -> Rectangles:
        return Rectangles(self.shapes[places], self.axes[places], self.low[places], self.high[places])

    def sides(self) -> Array:
        return np.asarray(self.high - self.low)

    def hulls(self) -> Array:
        """(N, 4) x_min, y_min, x_max, y_max of what is visible, in pixels."""
        return np.concatenate([outlines.least(self.shapes.outlines), outlines.greatest(self.shapes.outlines)], 1)

    def corners(self) -> Array:
        """(N, 4, 2): the first side along the heading, the rest in the direction of the outline."""
        first = np.where((outlines.signed_area(self.shapes.outlines) < 0)[:, None], 1, 0) ^ np.array([0, 0, 1, 1])
        across = np.where(first == 0, self.low[:, 1:], self.high[:, 1:])
        along = np.stack([self.low[:, 0], self.high[:, 0], self.high[:, 0], self.low[:, 0]], 1)
        return _placed(self.axes, along, across)

    def centres(self) -> Array:
        middle = (self.low + self.high) / 2
        return _placed(self.axes, middle[:, :1], middle[:, 1:])[:, 0]


def fitted(shapes: Array, facing: Array) -> tuple[Array, Array, Array]:
    """Axes, low and high of the rectangles that face that way and enclose the outlines, see `Rectangles`."""
    axes = facing[:, 1] - facing[:, 0]
    length = np.hypot(axes[:, 0], axes[:, 1])[:, None]
    # A box that faces nowhere has no area, or only a sliver of it lies on this side of a horizon.
    axes = np.where(length > 0, axes, (1.0, 0.0)) / np.where(length > 0, length, 1.0)
    u, v = axes[:, :1], axes[:, 1:]
    x, y = shapes[..., 0], shapes[..., 1]
    along, across = x * u + y * v, y * u - x * v
    low, high = ((end(along), end(across)) for end in (outlines.least, outlines.greatest))
    return axes, np.stack(low, 1), np.stack(high, 1)


def _placed(axes: Array, along: Array, across: Array) -> Array:
    """(N, K, 2) points so far (N, K) along axes (N, 2) and across them."""
    # Filled in by coordinates: NumPy is slow where the last axis of all arrays is of length 2.
    u, v = axes[:, :1], axes[:, 1:]
    points = np.empty((*along.shape, 2))
    points[..., 0] = along * u - across * v
    points[..., 1] = along * v + across * u
    return points


def turned(given: Array, axes: Array, full_turn: float) -> Array:
    """(N, 1) angles of axes, in [0, full_turn), or in [-full_turn / 2, full_turn / 2) for those given below zero.

    An angle that is what was given comes out as it was given, in whatever range that is.
    """
    slack = _SAME_ANGLE * full_turn
    turn = np.arctan2(axes[:, 1:], axes[:, :1]) * (full_turn / (2 * math.pi)) - given
    turn = turn - full_turn * np.rint(turn / full_turn)
    lowest = np.where(given < 0, -full_turn / 2, 0.0)
    angles = np.maximum(lowest, lowest + np.mod(given + turn - lowest + slack, full_turn) - slack)
    return np.where(np.abs(turn) < slack, given, angles)


@attrs.frozen
class OrientedBoxes:
    """How oriented boxes of one format are read, followed, seen and written; shapes are `Oriented`."""

    format: str
    full_turn: float

    @property
    def columns(self) -> tuple[int, str]:
        """How many coordinates a row has, and what they are."""
        return 8 if self._has_corners else 5, FORMATS[self.format]

    @property
    def _has_corners(self) -> bool:
        return self.format in upright.CORNER_FORMATS

    # In

    def shapes(self, rows: Array, size: Size) -> Oriented:
        if self._has_corners:
            shapes = rows.reshape(-1, 4, 2)
            shapes = shapes * size[::-1] if self.format == "yolo_corners" else shapes
            rear, front = shapes[:, [0, 1]], shapes[:, [3, 2]]
            return Oriented(shapes, (rear + front) / 2, np.ones(len(rows), bool), rows[:, 8:])
        corners = to_corners(self.format, rows[:, :4], size)
        angles = rows[:, 4:]
        radians = angles[:, 0] * (2 * math.pi / self.full_turn)
        axes = np.stack([np.cos(radians), np.sin(radians)], 1)
        half = (corners[:, 2:] - corners[:, :2]) / 2
        points = _placed(axes, half[:, :1] * _ALONG, half[:, 1:] * _ACROSS)
        points += ((corners[:, :2] + corners[:, 2:]) / 2)[:, None]
        return Oriented(points[:, :4], points[:, 4:], np.ones(len(rows), bool), angles)

    def enter(self, rows: Array, size: Size, clip: bool) -> Entry:
        """Boxes of which each side is touched by what lies inside the frame: corners alone may stick out of it.

        Others are accepted if they may be cut, in their own axes. What of a box lies outside now will never be seen, so
        visibility is compared with what lies inside.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            shapes, rectangle = self.shapes(rows, size), (0.0, 0.0, float(size[1]), float(size[0]))
            proper = np.isfinite(rows).all(1) & self._solid(rows, shapes, size)
            if proper.all() and _all_within(shapes.outlines, rectangle):
                return Entry(shapes)
            shapes = attrs.evolve(shapes, outlines=np.where(proper[:, None, None], shapes.outlines, 0.0))
            inside = outlines.clip(shapes.outlines, planes_of(rectangle))
            full, seen = Rectangles.of(shapes), Rectangles.of(attrs.evolve(shapes, outlines=inside))
            lost = np.maximum(np.abs(full.low - seen.low), np.abs(full.high - seen.high)).max(1)
            near = lost <= TOLERANCE * max(size)
            if clip:
                shapes = _either(near, shapes, seen.corners())
            area, whole = outlines.area(inside), outlines.area(shapes.outlines)
            exposed = np.divide(whole, area, out=np.zeros(len(area)), where=area > 0)
        return Entry(shapes, proper if clip else proper & near, area > 0, exposed)

    def _solid(self, rows: Array, shapes: Oriented, size: Size) -> Array:
        """Which boxes have positive sides."""
        if self._has_corners:
            return (outlines.area(shapes.outlines) > 0) & ~_crossing(shapes.outlines)
        corners = to_corners(self.format, rows[:, :4], size)
        return np.asarray((corners[:, 2:] > corners[:, :2]).all(1))

    def fault(self, row: Array, size: Size) -> str:
        """What is wrong with a box by itself, in words; '' if nothing is."""
        if not self._has_corners:
            return upright.fault(to_corners(self.format, row[None, :4], size)[0])
        shapes = row.reshape(1, 4, 2)
        if _crossing(shapes)[0]:
            return "has corners that are not in order; go round the box from one to the next"
        return "" if outlines.area(shapes)[0] > 0 else "has corners that enclose no area"

    # On the way

    def follow(self, shapes: Oriented, map: Map, method: str) -> Oriented:
        facing = shapes.facing
        points, intact = shapes.outlines, shapes.intact
        if not map.axis_aligned:
            facing = map.in_front(facing)[:, :2]
            points, intact = _traced(shapes, map, method)
        moved = upright.moved(map, points)
        if map.is_reflection:
            # The other way round from the fourth corner on, so that the first side runs along the heading again.
            moved = np.concatenate([moved[:, 3::-1], moved[:, :3:-1]], 1)
        return Oriented(moved, map.forward(facing), intact, shapes.angles)

    def settled(self, shapes: Oriented, frame: Frame) -> tuple[Oriented, Array | None]:
        """Shapes cut to what the frame shows, and what part of each that is."""
        return _shown(shapes, frame)

    def within(self, shapes: Oriented, rectangle: tuple[float, float, float, float]) -> Oriented:
        return _cut(shapes, planes_of(rectangle))[0]

    def shifted(self, shapes: Oriented, by: Array) -> Oriented:
        return Oriented(shapes.outlines + by[:, None], shapes.facing + by[:, None], shapes.intact, shapes.angles)

    def joined(self, first: Oriented, second: Oriented) -> Oriented:
        return Oriented(
            upright.joined(first.outlines, second.outlines),
            np.concatenate([first.facing, second.facing]),
            np.concatenate([first.intact, second.intact]),
            np.concatenate([first.angles, second.angles]),
        )

    def erased(self, shapes: Oriented, region: Region, size: Size) -> Array:
        """Which part of each box lies in the region."""
        return _covered_part(shapes.outlines, region.mask(size))

    # Out

    def corners(self, shapes: Oriented) -> Array:
        return shapes.outlines

    def whole(self, shapes: Oriented) -> Rectangles:
        return Rectangles.of(shapes)

    def see(self, shapes: Oriented, frame: Frame) -> Rectangles:
        return Rectangles.of(*_shown(shapes, frame))

    def rows(self, seen: Rectangles, size: Size) -> Array:
        shapes = seen.shapes
        if self._has_corners:
            kept = shapes.outlines[:, :4]
            corners = kept if shapes.intact.all() else np.where(shapes.intact[:, None, None], kept, seen.corners())
            return (corners / size[::-1] if self.format == "yolo_corners" else corners).reshape(-1, 8)
        centres, half = seen.centres(), seen.sides() / 2
        rows = from_corners(self.format, centres - half, centres + half, size)
        return np.concatenate([rows, turned(shapes.angles, seen.axes, self.full_turn)], 1)


# Parts


def _all_within(shapes: Array, rectangle: tuple[float, float, float, float]) -> bool:
    """Whether no outline reaches out of x_min, y_min, x_max, y_max: told in a tenth of the time that cutting takes."""
    x0, y0, x1, y1 = rectangle
    x, y = shapes[..., 0], shapes[..., 1]
    return bool(x.size == 0 or (x.min() >= x0 and y.min() >= y0 and x.max() <= x1 and y.max() <= y1))


def _crossing(corners: Array) -> Array:
    """(N,) which of (N, 4, 2) corners do not go round: the outline then turns left twice, and right twice."""
    edges = np.roll(corners, -1, 1) - corners
    following = np.roll(edges, -1, 1)
    turns = edges[..., 0] * following[..., 1] - edges[..., 1] * following[..., 0]
    return np.asarray(((turns > 0).sum(1) == 2) & ((turns < 0).sum(1) == 2))


def _either(kept: Array, shapes: Oriented, others: Array) -> Oriented:
    """Some boxes as they are, the others with other outlines."""
    chosen = np.where(kept[:, None, None], shapes.outlines, others)
    return Oriented(chosen, shapes.facing, shapes.intact & kept, shapes.angles)


def _traced(shapes: Oriented, map: Map, method: str) -> tuple[Array, Array]:
    """Outlines with as many points as the map needs, in front of its horizon, and which still are four corners."""
    points = upright.traced(shapes.outlines, map, method)
    whole = shapes.intact if points is shapes.outlines and map.keeps_lines else np.zeros(len(shapes), bool)
    front = map.in_front(points)
    # One that has lost a corner has another point in its place, or in that of an earlier one.
    return front, whole if front is points else whole & (front[:, :4] == points[:, :4]).all((1, 2))


def _shown(shapes: Oriented, frame: Frame) -> tuple[Oriented, Array | None]:
    """Shapes cut to what the frame shows, and what part of each is left; None for all."""
    rectangle = frame.rectangle
    if rectangle is not None and _all_within(shapes.outlines, rectangle):
        return shapes, None
    return _cut(shapes, frame.planes)


def _cut(shapes: Oriented, planes: Array) -> tuple[Oriented, Array | None]:
    """Shapes cut to half planes, and what part of each is left; None for all."""
    # Which outlines reach out of any by more than rounding.
    cut = (outlines.least_per_outline(shapes.outlines, planes) < -_REACHES).any(0)
    if not cut.any():
        return shapes, None
    clipped, whole = outlines.clip(shapes.outlines[cut], planes), outlines.area(shapes.outlines[cut])
    part = np.ones(len(shapes))
    part[cut] = np.divide(outlines.area(clipped), whole, out=np.zeros(len(whole)), where=whole > 0)
    count = clipped.shape[1]
    left = outlines.with_points(shapes.outlines, count) if count > shapes.outlines.shape[1] else shapes.outlines.copy()
    left[cut] = outlines.with_points(clipped, left.shape[1])
    return Oriented(left, shapes.facing, shapes.intact & ~cut, shapes.angles), part


def _covered_part(shapes: Array, covered: Array) -> Array:
    """Which part of each outline lies on true pixels, of what lies in the frame.

    Each outline is taken for `_LINES` horizontal lines at equal distances, on which the covered length is exact: a
    64th of its height at most goes unnoticed.
    """
    height, width = covered.shape
    sums = np.zeros((height, width + 1), np.int32)
    np.cumsum(covered, 1, dtype=np.int32, out=sums[:, 1:])
    top, bottom = (np.clip(corner[:, 1:], 0, height) for corner in (outlines.least(shapes), outlines.greatest(shapes)))
    y = top + (bottom - top) * ((np.arange(_LINES) + 0.5) / _LINES)
    left, right = _spans(shapes, y)
    left, right = np.clip(left, 0, width), np.clip(right, 0, width)
    row = np.minimum(y.astype(int), height - 1)
    length = np.maximum(right - left, 0)
    erased = np.where(length > 0, _sum_until(sums, row, right) - _sum_until(sums, row, left), 0.0).sum(1)
    total = length.sum(1)
    return np.asarray(np.divide(erased, total, out=np.zeros(len(total)), where=total > 0))


def _spans(shapes: Array, y: Array) -> tuple[Array, Array]:
    """(N, L) the first and the last x of outlines (N, K, 2) at the heights (N, L)."""
    left, right = np.full(y.shape, np.inf), np.full(y.shape, -np.inf)
    for k in range(shapes.shape[1]):
        (x0, y0), (x1, y1) = shapes[:, k - 1, :, None].swapaxes(0, 1), shapes[:, k, :, None].swapaxes(0, 1)
        crosses = (y0 <= y) != (y1 <= y)
        x = x0 + (y - y0) * ((x1 - x0) / np.where(y0 == y1, 1.0, y1 - y0))
        left = np.where(crosses, np.minimum(left, x), left)
        right = np.where(crosses, np.maximum(right, x), right)
    return left, right


def _sum_until(sums: Array, row: Array, x: Array) -> Array:
    """The running sums of rows up to x, exact between pixels too."""
    before = np.minimum(x.astype(int), sums.shape[1] - 2)
    start = sums[row, before]
    return np.asarray(start + (x - before) * (sums[row, before + 1] - start))
