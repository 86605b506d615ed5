"""Regions of a frame that an `Erase` covers: rectangles, polygons, run lengths, or a mask made from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from . import rle
from .errors import InvalidData
from .functions import Call, plain
from .maps import Size
from .plain import Plain

Array = np.ndarray[Any, np.dtype[Any]]


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
