"""Carrying out maps of volumes on arrays (D, H, W, C). OpenCV knows no volumes: lattices are NumPy's, resizes are
OpenCV's along two axes and then the third, and everything else looks up voxels itself, a slice at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from .effects import Geometry
from .errors import InvalidData, InvalidParameter, Unsupported
from .maps import Resize
from .maps3d import Dense3, Lattice3, Map3, Resize3
from .params import Border, Interpolation
from .resample import _COMPUTED, _NEAREST, _NUMPY_PAD, _filled, _per_channel, resample

Array = np.ndarray[Any, np.dtype[Any]]

_ROW_LIMIT = 1 << 20  # values in a row of what cv2.resize is given at a time


def resample3d(volume: Array, effect: Geometry, interpolation: Interpolation, fill: Any) -> Array:
    """The volume as the effect's map shows it. A pure crop or flip comes back as a view."""
    map = effect.map
    assert isinstance(map, Map3)
    if volume.shape[:3] != map.size:
        raise InvalidData(
            f"a volume of {volume.shape[:3]} (depth, height, width) meets a {type(map).__name__} map made for "
            f"{map.size}; give volumes of one size"
        )
    fill = _per_channel(fill, volume.shape[3])
    if isinstance(map, Lattice3):
        return _lattice(volume, map, effect.border, fill)
    if volume.dtype not in _COMPUTED and interpolation not in _NEAREST:
        raise Unsupported(
            f"{volume.dtype} volumes cannot be resampled with {interpolation.name.lower()} interpolation; use nearest"
        )
    if isinstance(map, Resize3):
        return _resize(volume, effect, map, interpolation)
    if interpolation not in (*_NEAREST, Interpolation.LINEAR, Interpolation.LINEAR_EXACT, Interpolation.AREA):
        raise Unsupported(
            f"{type(map).__name__} maps take nearest or linear interpolation, not {interpolation.name.lower()}"
        )
    return _warp(volume, map, interpolation in _NEAREST, effect.border, fill)


def _lattice(volume: Array, map: Lattice3, border: Border, fill: tuple[float, ...]) -> Array:
    z0, y0, x0, z1, y1, x1 = map.source
    shown = volume[z0:z1, y0:y1, x0:x1]
    out = shown.transpose(*(abs(axis) - 1 for axis in map.turn), 3)
    out = np.flip(out, tuple(axis for axis in range(3) if map.turn[axis] < 0))
    if not map.has_border:
        return np.asarray(out)
    low, high = map.content[:3], map.content[3:]
    if 0 in out.shape[:3]:
        if border != Border.CONSTANT:
            raise InvalidParameter(f"border {border.name.lower()}: the new volume shows nothing of the old to repeat")
        return _filled((*map.output, volume.shape[3]), volume.dtype, fill)
    if border == Border.CONSTANT:
        padded = _filled((*map.output, volume.shape[3]), volume.dtype, fill)
        padded[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = out
        return padded
    sides = [(a, side - b) for a, b, side in zip(low, high, map.output, strict=True)]
    return np.pad(out, (*sides, (0, 0)), mode=_NUMPY_PAD[border])


def _resize(volume: Array, effect: Geometry, map: Resize3, interpolation: Interpolation) -> Array:
    """Each slice to its new height and width, then each column of voxels to its new depth."""
    plane = attrs.evolve(effect, map=map.plane)
    slices = np.stack([resample(one, plane, interpolation, 0) for one in volume])
    if map.output[0] == map.size[0]:
        return slices
    columns = np.ascontiguousarray(slices).reshape(map.size[0], -1)
    out = np.empty((map.output[0], columns.shape[1]), volume.dtype)
    for start in range(0, columns.shape[1], _ROW_LIMIT):
        part = np.ascontiguousarray(columns[:, start : start + _ROW_LIMIT])[:, :, None]
        depth = Resize((map.size[0], part.shape[1]), (map.output[0], part.shape[1]))
        done = resample(part, attrs.evolve(effect, map=depth), interpolation, 0)
        out[:, start : start + _ROW_LIMIT] = done[:, :, 0]
    return out.reshape(*map.output, volume.shape[3])


def _warp(volume: Array, map: Map3, nearest: bool, border: Border, fill: tuple[float, ...]) -> Array:
    source = _Voxels(volume, border, fill)
    out = np.empty((*map.output, volume.shape[3]), volume.dtype)
    look = source.nearest if nearest else source.linear
    for z, places in enumerate(_source_places(map)):
        out[z] = look(places).reshape(*map.output[1:], volume.shape[3])
    return out


def _source_places(map: Map3) -> Iterator[Array]:
    """For each slice of the output, where its voxels look: (H·W, 3) voxel indices z, y, x."""
    depth, height, width = map.output
    rows, columns = np.mgrid[:height, :width].reshape(2, -1) + 0.5
    back = None if isinstance(map, Dense3) else map.inverse().matrix  # type: ignore[attr-defined]
    for z in range(depth):
        if isinstance(map, Dense3) and not map.inverted:  # centres look exactly where the field says
            points = np.stack([columns, rows, np.full_like(rows, z + 0.5)], 1) + map.field[z].reshape(-1, 3)
        elif back is None:
            points = map.backward(np.stack([columns, rows, np.full_like(rows, z + 0.5)], 1))
        else:
            points = (
                columns[:, None] * back[:3, 0] + rows[:, None] * back[:3, 1] + (z + 0.5) * back[:3, 2] + back[:3, 3]
            )
        yield points[:, ::-1] - 0.5


class _Voxels:
    """Values of a volume at any place, with its border: whole indices outside are folded back, or lie in a rim that
    holds the fill."""

    def __init__(self, volume: Array, border: Border, fill: tuple[float, ...]) -> None:
        self.border = border
        self.rim = int(border == Border.CONSTANT)
        self.dtype = volume.dtype
        if self.rim:
            framed = _filled(tuple(side + 2 for side in volume.shape[:3]) + volume.shape[3:], volume.dtype, fill)
            framed[1:-1, 1:-1, 1:-1] = volume
            volume = framed
        self.shape = volume.shape[:3]
        self.values = np.ascontiguousarray(volume).reshape(-1, volume.shape[3])

    def _index(self, place: Array, axis: int) -> Array:
        """Whole places along an axis as indices into `values`."""
        side = self.shape[axis] - 2 * self.rim
        if self.border == Border.CONSTANT:
            return np.asarray(np.clip(place, -1, side)) + 1
        return folded(place, side, self.border)

    def at(self, z: Array, y: Array, x: Array) -> Array:
        return np.asarray(self.values[(z * self.shape[1] + y) * self.shape[2] + x])

    def nearest(self, places: Array) -> Array:
        # A hair up, so that places halfway between voxels go one way whatever the rounding before.
        whole = np.floor(places + 0.5 + 1e-9).astype(np.int64)
        return self.at(*(self._index(whole[:, axis], axis) for axis in range(3)))

    def linear(self, places: Array) -> Array:
        low = np.floor(places).astype(np.int64)
        part = (places - low).astype(np.float64 if self.dtype == np.float64 else np.float32)
        ends = [(self._index(low[:, axis], axis), self._index(low[:, axis] + 1, axis)) for axis in range(3)]
        along: Any = [(1 - part[:, axis, None], part[:, axis, None]) for axis in range(3)]
        total: Any = 0
        for a, b in np.ndindex(2, 2):
            row = self.at(ends[0][a], ends[1][b], ends[2][0]) * along[2][0]
            row += self.at(ends[0][a], ends[1][b], ends[2][1]) * along[2][1]
            total = total + row * (along[0][a] * along[1][b])
        return _as_dtype(total, self.dtype)


def _as_dtype(values: Array, dtype: np.dtype[Any]) -> Array:
    if dtype.kind == "f":
        return values.astype(dtype, copy=False)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(values), limits.min, limits.max).astype(dtype)


def folded(index: Array, side: int, border: Border) -> Array:
    """Whole indices of any size as those of the voxels that a border repeats there, as OpenCV's borders do."""
    if border == Border.REPLICATE or side == 1:
        return np.asarray(np.clip(index, 0, side - 1))
    if border == Border.WRAP:
        return np.asarray(index % side)
    period = 2 * side if border == Border.REFLECT else 2 * side - 2
    index = index % period
    mirrored = period - 1 - index if border == Border.REFLECT else period - index
    return np.asarray(np.where(index < side, index, mirrored))
