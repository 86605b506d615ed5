"""Carrying out maps of volumes on arrays (D, H, W, C). OpenCV knows no volumes: lattices are NumPy's, resizes are
OpenCV's along two axes and then the third, and everything else looks up voxels, a slice of the output at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import attrs
import cv2
import numpy as np

from .effects import Geometry
from .errors import InvalidData, InvalidParameter, Unsupported
from .linear import Resize
from .maps3d import Dense3, Lattice3, Linear3, Map3, Resize3
from .params import Border, Interpolation
from .resample import (
    _COMPUTED,
    _MOST_PIXELS,
    _NEAREST,
    _NUMPY_PAD,
    _WARPED,
    _filled,
    _per_channel,
    _transpose,
    in_pieces,
    resample,
)

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
    if map.tears:
        return in_pieces(volume, map)
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
    out = _transposed(volume[z0:z1, y0:y1, x0:x1], [abs(axis) - 1 for axis in map.turn])
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


def _transposed(volume: Array, order: list[int]) -> Array:
    if order[0] != 2 or 0 in volume.shape:
        return volume.transpose(*order, 3)
    # Slices along x are strewn over all memory; OpenCV, a plane at a time, collects them in a fifth of NumPy's time.
    planes = np.moveaxis(volume.view(np.uint8), order[1], 0)
    return np.stack([_transpose(plane) for plane in planes], 1).view(volume.dtype)


def _resize(volume: Array, effect: Geometry, map: Resize3, interpolation: Interpolation) -> Array:
    """Each slice to its new height and width, then each column of voxels to its new depth."""
    plane = attrs.evolve(effect, map=map.plane)
    slices = np.stack([resample(one, plane, interpolation, 0) for one in volume], dtype=volume.dtype)
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
    rimmed = _rimmed(volume, border, fill)
    look = _Nearest(rimmed) if nearest else _Linear(rimmed)
    out = np.empty((*map.output, volume.shape[3]), volume.dtype)
    for z, places in enumerate(_source_places(map)):
        held = [folded(place, side, border) for place, side in zip(places, map.size, strict=True)]
        out[z] = look(*held)
    return out


def _source_places(map: Map3) -> Iterator[tuple[Array, Array, Array]]:
    """For each slice of the output, where its voxels look: z, y and x in voxel indices, each (H, W)."""
    depth, height, width = map.output
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    back = map.inverse().matrix if isinstance(map, Linear3) else None
    for z in range(depth):
        if back is not None:
            a, b, c = (one[0] * x + (one[1] * y + (one[2] * (z + 0.5) + one[3] - 0.5)) for one in back[:3])
        elif isinstance(map, Dense3) and not map.inverted:  # centres look exactly where the field says
            # Not in the field's float32, which a Python float would leave it in.
            a, b, c = (start + map.field[z, :, :, axis] - 0.5 for axis, start in enumerate((x, y, np.float64(z + 0.5))))
        else:
            centres = np.stack(np.broadcast_arrays(x, y, z + 0.5), -1)
            a, b, c = np.moveaxis(map.backward(centres), -1, 0) - 0.5
        yield c, b, a


def folded(place: Array, side: int, border: Border) -> Array:
    """Places along an axis, in voxel indices, as those that a border repeats there: in [-1, side], so that one more
    voxel on either side is all that interpolation needs."""
    if border == Border.CONSTANT:
        return np.asarray(np.clip(place, -1, side))
    if border == Border.REPLICATE or side == 1:
        return np.asarray(np.clip(place, 0, side - 1))
    if place.min() >= 0 and place.max() <= side - 1:
        return place
    if border == Border.WRAP:
        return np.asarray(place % side)
    if border == Border.REFLECT:
        along = (place + 0.5) % (2 * side)
        return np.asarray(np.minimum(along, 2 * side - along) - 0.5)
    along = place % (2 * side - 2)
    return np.asarray(np.minimum(along, 2 * side - 2 - along))


def _rimmed(volume: Array, border: Border, fill: tuple[float, ...]) -> Array:
    """The volume with one more voxel on each side."""
    if border != Border.CONSTANT:
        return np.pad(volume, ((1, 1), (1, 1), (1, 1), (0, 0)), mode=_NUMPY_PAD[border])
    depth, height, width, channels = volume.shape
    out = _filled((depth + 2, height + 2, width + 2, channels), volume.dtype, fill)
    out[1:-1, 1:-1, 1:-1] = volume
    return out


class _Nearest:
    """The voxel nearest to each place, copied whatever its dtype."""

    def __init__(self, rimmed: Array) -> None:
        self.values = rimmed.reshape(-1, rimmed.shape[3])
        self.height, self.width = rimmed.shape[1:3]

    def __call__(self, *places: Array) -> Array:
        # A hair up, so that places halfway between voxels go one way whatever the rounding before.
        z, y, x = (np.floor(place + (1.5 + 1e-9)).astype(np.intp) for place in places)
        return np.asarray(self.values.take((z * self.height + y) * self.width + x, 0))


class _Linear:
    """Values between voxels: cv2.remap looks up the slices before and after each place, NumPy weighs the two.

    The slices lie side by side in one picture, as square as may be, so that every pixel may look into another of them.
    They are floats, which cost no more than bytes, since those would be rounded twice.
    """

    def __init__(self, rimmed: Array) -> None:
        depth, height, width, self.channels = rimmed.shape
        across = min(max(1, round(math.sqrt(depth * height / width))), depth)
        down = -(-depth // across)
        if max(down * height, across * width) > _MOST_PIXELS:
            raise Unsupported(
                f"a volume of {tuple(side - 2 for side in rimmed.shape[:3])} cannot be warped: side by side its slices "
                f"take more than {_MOST_PIXELS} × {_MOST_PIXELS} pixels, OpenCV's limit; cut it into parts"
            )
        self.whole = rimmed.dtype.kind != "f"
        dtype = np.float64 if rimmed.dtype == np.float64 else np.float32
        # Four channels take half the time of three, and for two OpenCV 5.0 rounds places to 1/32 px.
        together = 1 if self.channels == 1 else _WARPED
        sheets = np.zeros((-(-self.channels // together), down, height, across, width, together), dtype)
        for number, sheet in enumerate(sheets):
            part = rimmed[..., number * together : (number + 1) * together]
            for layer in range(depth):
                sheet[layer // across, :, layer % across, :, : part.shape[3]] = part[layer]
        self.pictures = sheets.reshape(len(sheets), down * height, across * width, together)
        # Where slices begin. The last one comes twice: beyond it something is looked up with weight 0.
        layers = np.minimum(np.arange(depth + 1), depth - 1)
        self.left = (layers % across * width + 1).astype(np.float32)
        self.top = (layers // across * height + 1).astype(np.float32)

    def __call__(self, z: Array, y: Array, x: Array) -> Array:
        before = np.floor(z)
        layer, part = before.astype(np.intp) + 1, (z - before).astype(self.pictures.dtype)[..., None]
        found = self._slices(layer, y, x)
        if part.any():
            found += (self._slices(layer + 1, y, x) - found) * part
        found = found[..., : self.channels]
        return np.rint(found, out=found) if self.whole else found

    def _slices(self, layer: Array, y: Array, x: Array) -> Array:
        x, y = (x + self.left[layer]).astype(np.float32), (y + self.top[layer]).astype(np.float32)
        found = [cv2.remap(one, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for one in self.pictures]
        return np.concatenate([one.reshape(*x.shape, -1) for one in found], -1)
