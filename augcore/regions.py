"""Regions of a frame that an `Erase` covers: rectangles, polygons, or a mask made from a seed."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from .functions import Call, plain
from .maps import Size
from .plain import Plain

Array = np.ndarray[Any, np.dtype[Any]]


class Region(Plain):
    """Something with a mask."""

    __slots__ = ()

    def mask(self, size: Size) -> Array:
        """(H, W) booleans, true where the region is."""
        raise NotImplementedError

    def parts(self, size: Size) -> list[Array]:
        """The masks of the pieces that take one random colour each."""
        return [self.mask(size)]


@attrs.frozen(slots=False, eq=False, repr=False)
class Rectangles(Region):
    """(x_min, y_min, x_max, y_max) in whole pixels, the maxima not included."""

    boxes: tuple[tuple[int, int, int, int], ...] = attrs.field(converter=plain)

    def slices(self) -> list[tuple[slice, slice]]:
        return [(slice(y0, y1), slice(x0, x1)) for x0, y0, x1, y1 in map(_positive, self.boxes)]

    def mask(self, size: Size) -> Array:
        mask = np.zeros(size, bool)
        for rows, columns in self.slices():
            mask[rows, columns] = True
        return mask

    def parts(self, size: Size) -> list[Array]:
        return [Rectangles((box,)).mask(size) for box in self.boxes]


def _positive(box: tuple[int, int, int, int]) -> tuple[int, ...]:
    return box if min(box) >= 0 else tuple(max(side, 0) for side in box)


@attrs.frozen(slots=False, eq=False, repr=False)
class Polygons(Region):
    """Outlines as tuples of (x, y) points in the continuous frame."""

    outlines: tuple[tuple[tuple[float, float], ...], ...] = attrs.field(converter=plain)

    def mask(self, size: Size) -> Array:
        mask = np.zeros(size, bool)
        for outline in self.outlines:
            mask |= _inside(np.asarray(outline, float).reshape(-1, 2), size)
        return mask

    def parts(self, size: Size) -> list[Array]:
        return [Polygons((outline,)).mask(size) for outline in self.outlines]


def _inside(outline: Array, size: Size) -> Array:
    """Which pixel centres lie inside a closed outline, by even-odd counting. (cv2.fillPoly paints its rim as well.)"""
    height, width = size
    crossings = np.zeros((height, width + 1), bool)
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, 0), strict=True):
        top, bottom = (min(max(int(np.ceil(y - 0.5)), 0), height) for y in sorted((y0, y1)))
        if top < bottom:
            rows = np.arange(top, bottom)
            x = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
            crossings[rows, np.clip(np.ceil(x - 0.5), 0, width).astype(int)] ^= True
    return np.asarray(np.logical_xor.accumulate(crossings, 1)[:, :width])


@attrs.frozen(init=False, slots=False, eq=False, repr=False)
class Scatter(Region):
    """A mask made by a registered function from its arguments, a seed among them."""

    call: Call

    def __init__(self, function: Any, /, **arguments: Any) -> None:
        self.__attrs_init__(Call.of(function, arguments))

    def mask(self, size: Size) -> Array:
        return np.asarray(self.call(size), bool)
