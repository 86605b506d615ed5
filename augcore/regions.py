"""Regions of a frame that an `Erase` covers: rectangles, polygons, run lengths, or a mask made from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import cv2
import numpy as np

from . import rle
from .errors import InvalidData
from .functions import Call, plain
from .maps import Size
from .plain import Plain

Array = np.ndarray[Any, np.dtype[Any]]

_FEW = 64  # rectangles, up to which going through them is faster than a mask


class Region(Plain):
    """Something with a mask."""

    __slots__ = ()
    # Its size is (depth, height, width); see `regions3d.py`.
    is_volumetric: ClassVar[bool] = False

    def slices(self, size: tuple[int, ...]) -> Sequence[tuple[slice, ...]] | None:
        """Indices of its pieces, if these are windows, so that nobody needs a mask."""
        return None

    def within(self, z: int) -> Region:
        """What it covers of the slice with that number."""
        return self

    def mask(self, size: Size) -> Array:
        """(H, W) booleans, true where the region is."""
        raise NotImplementedError

    def pieces(self, size: Size) -> Array:
        """(H, W) whole numbers: 0 beside the region, then one for each of the pieces that take a random colour each."""
        return self.mask(size).view(np.uint8)

    def holds(self, points: Array, size: tuple[int, ...]) -> Array:
        """Which of (N, 2) points lie on its pixels, or of (N, 3) points, in whatever slice or on its voxels."""
        pixels, inside = _pixels_at(points, size)
        mask: Array = self.mask(size)  # type: ignore[arg-type]  # of a volume, if that is what the region is of
        return np.asarray(inside & mask[tuple(pixels[::-1])])

    def area_within(self, low: Array, high: Array, size: Size) -> Array:
        """(N,): how much of it lies in upright boxes within the frame, of corners (N, 2)."""
        covered = np.ascontiguousarray(self.mask(size)).view(np.uint8)
        sums = np.asarray(cv2.integral(covered))
        (x0, y0), (x1, y1) = low.T, high.T
        return _under(sums, x1, y1) - _under(sums, x0, y1) - _under(sums, x1, y0) + _under(sums, x0, y0)


def _pixels_at(points: Array, size: tuple[int, ...]) -> tuple[Array, Array]:
    """The pixels, x first, that points (N, …) lie on or next to, and which of them lie in the frame."""
    sides = size[::-1]
    known = np.asarray(np.isfinite(points).all(1))
    safe = np.where(known[:, None], points[:, : len(sides)], -1.0)
    inside = np.asarray((safe >= 0).all(1) & (safe <= sides).all(1))
    return np.clip(safe, 0, np.subtract(sides, 1)).astype(int).T, inside


def _under(sums: Array, x: Array, y: Array) -> Array:
    """The covered area left of and above (x, y), from a summed area table; exact between pixels too."""
    height, width = sums.shape[0] - 1, sums.shape[1] - 1
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, width), np.minimum(top + 1, height)
    a, b = x - left, y - top
    upper = sums[top, left] * (1 - a) + sums[top, right] * a
    lower = sums[bottom, left] * (1 - a) + sums[bottom, right] * a
    return np.asarray(upper * (1 - b) + lower * b)


@attrs.frozen(slots=False, eq=False, repr=False)
class Rectangles(Region):
    """(x_min, y_min, x_max, y_max) in whole pixels, the maxima not included."""

    boxes: tuple[tuple[int, int, int, int], ...] = attrs.field(converter=plain)

    def slices(self, size: tuple[int, ...]) -> list[tuple[slice, ...]]:
        return [(slice(y0, y1), slice(x0, x1)) for x0, y0, x1, y1 in map(_positive, self.boxes)]

    def mask(self, size: Size) -> Array:
        mask = np.zeros(size, bool)
        for rows, columns in self.slices(size):
            mask[rows, columns] = True
        return mask

    def pieces(self, size: Size) -> Array:
        numbers = np.zeros(size, np.int32)
        for number, place in enumerate(self.slices(size), 1):
            numbers[place] = number
        return numbers

    def holds(self, points: Array, size: tuple[int, ...]) -> Array:
        if len(self.boxes) > _FEW:
            return super().holds(points, size)
        (x, y), inside = _pixels_at(points, size)
        x0, y0, x1, y1 = np.array(self.boxes).reshape(-1, 4, 1).swapaxes(0, 1)
        return np.asarray(inside & ((x0 <= x) & (x < x1) & (y0 <= y) & (y < y1)).any(0))

    def area_within(self, low: Array, high: Array, size: Size) -> Array:
        if len(self.boxes) > _FEW:
            return super().area_within(low, high, size)
        # Between the lines that all sides lie on, each field is covered or not: a table of a few fields, no mask.
        boxes = np.array(self.boxes).reshape(-1, 4)
        columns, rows = np.unique(boxes[:, ::2]), np.unique(boxes[:, 1::2])
        covered = np.zeros((max(len(rows) - 1, 0), max(len(columns) - 1, 0)))
        x0, x1 = np.searchsorted(columns, boxes[:, ::2]).T.tolist()
        y0, y1 = np.searchsorted(rows, boxes[:, 1::2]).T.tolist()
        for field in zip(x0, y0, x1, y1, strict=True):
            covered[field[1] : field[3], field[0] : field[2]] = 1
        across, down = (
            np.maximum(np.minimum(high[:, axis, None], lines[1:]) - np.maximum(low[:, axis, None], lines[:-1]), 0)
            for axis, lines in enumerate((columns, rows))
        )
        return np.asarray(((down @ covered) * across).sum(1))


def _positive(box: tuple[int, int, int, int]) -> tuple[int, ...]:
    return box if min(box) >= 0 else tuple(max(side, 0) for side in box)


@attrs.frozen(slots=False, eq=False, repr=False)
class Polygons(Region):
    """Outlines as tuples of (x, y) points in the continuous frame."""

    outlines: tuple[tuple[tuple[float, float], ...], ...] = attrs.field(converter=plain)

    def mask(self, size: Size) -> Array:
        # Along the raster each crossing of an outline steps into it or out of it; the region is where the steps do not
        # add up to 0.
        crossings = [_crossings(outline, size) for outline in self.outlines]
        places = np.concatenate([np.zeros(1, int), *crossings])
        steps = np.concatenate([np.zeros(1, int), *(1 - 2 * (np.arange(len(one)) & 1) for one in crossings)])
        order = np.argsort(places, kind="stable")
        lengths = np.diff(places[order], append=size[0] * size[1])
        return np.repeat(np.cumsum(steps[order]) > 0, lengths).reshape(size)

    def pieces(self, size: Size) -> Array:
        numbers = np.zeros(size, np.int32)
        for number, outline in enumerate(self.outlines, 1):
            numbers[Polygons((outline,)).mask(size)] = number
        return numbers


def _crossings(points: tuple[tuple[float, float], ...], size: Size) -> Array:
    """Where along the raster, row by row, a closed outline is crossed, in order, counted in pixels whose centres were
    passed: by even-odd counting, into it and out of it in turn. (cv2.fillPoly paints the rim as well.)"""
    height, width = size
    outline = np.asarray(points, float).reshape(-1, 2)
    found = [np.zeros(0, int)]
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, 0), strict=True):
        top, bottom = (min(max(int(np.ceil(y - 0.5)), 0), height) for y in sorted((y0, y1)))
        if top < bottom:
            rows = np.arange(top, bottom)
            x = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
            found.append(rows * width + np.clip(np.ceil(x - 0.5), 0, width).astype(int))
    return np.sort(np.concatenate(found))


@attrs.frozen(slots=False, eq=False, repr=False)
class RunLengths(Region):
    """A mask of a frame of one size, as COCO's run lengths in text (`rle.py`)."""

    size: Size = attrs.field(converter=plain)
    counts: str

    @classmethod
    def of(cls, mask: Array) -> RunLengths:
        """The region where an (H, W) mask is not 0."""
        return cls(mask.shape, rle.pack(rle.runs(mask)))

    def mask(self, size: Size) -> Array:
        if size != self.size:
            raise InvalidData(
                f"run lengths of a frame of {self.size} (height, width) meet one of {size}; "
                "give a picture of the size they were made for"
            )
        return rle.decode(self.counts, size).view(bool)


@attrs.frozen(init=False, slots=False, eq=False, repr=False)
class Scatter(Region):
    """A mask made by a registered function from its arguments, a seed among them; see `region_mask`."""

    call: Call

    def __init__(self, function: Any, /, **arguments: Any) -> None:
        self.__attrs_init__(Call.of(function, arguments))

    def mask(self, size: Size) -> Array:
        return np.asarray(self.call(size), bool)

    def pieces(self, size: Size) -> Array:
        made = np.asarray(self.call(size))
        return made.view(np.uint8) if made.dtype == bool else made
