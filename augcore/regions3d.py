"""Regions of volumes that an `Erase` covers. Regions of pictures, which cover all slices alike, are in `regions.py`."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import numpy as np

from .functions import plain
from .regions import Rectangles, Region

Array = np.ndarray[Any, np.dtype[Any]]
Box3 = tuple[int, int, int, int, int, int]


@attrs.frozen(slots=False, eq=False, repr=False)
class Cuboids(Region):
    """(z_min, y_min, x_min, z_max, y_max, x_max) in whole voxels, the maxima not included."""

    boxes: tuple[Box3, ...] = attrs.field(converter=plain)
    is_volumetric: ClassVar[bool] = True

    def slices(self, size: tuple[int, ...]) -> list[tuple[slice, ...]]:
        return [
            tuple(slice(max(low, 0), max(high, 0)) for low, high in zip(b[:3], b[3:], strict=True)) for b in self.boxes
        ]

    def mask(self, size: tuple[int, ...]) -> Array:
        """(D, H, W) booleans."""
        places = self.slices(size)
        mask = np.zeros(size, bool)
        for place in places:
            mask[place] = True
        return mask

    def pieces(self, size: tuple[int, ...]) -> Array:
        """(D, H, W) whole numbers, one for each cuboid."""
        numbers = np.zeros(size, np.int32)
        for number, place in enumerate(self.slices(size), 1):
            numbers[place] = number
        return numbers

    def within(self, z: int) -> Rectangles:
        return Rectangles(tuple((x0, y0, x1, y1) for z0, y0, x0, z1, y1, x1 in self.boxes if z0 <= z < z1))
