"""What fills the regions that are erased in pictures and in other rasters: colours, noise, or what surrounds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from .. import pixels
from ..effects import Erase
from ..errors import Unsupported
from ..regions import Region
from ..resample import _in_range, _per_channel
from .base import Array

_LEAST_INPAINTED = 4  # pixels a side
INPAINT = {"inpaint_telea": cv2.INPAINT_TELEA, "inpaint_ns": cv2.INPAINT_NS}


def fill_region(
    state: Array, effect: Erase, fill: Any, value_range: tuple[float, float] | None = None, name: str = "fill"
) -> Array:
    """The array with the effect's region filled; random values are of the range, or else of the dtype's.

    Args:
        name: of the parameter that the fill is from, for errors.
    """
    region = effect.region
    if fill in INPAINT:
        return _inpaint(state, region.mask(state.shape[:2]), fill)
    if isinstance(fill, str):
        draws = np.random.default_rng(effect.seed)
        return _with_noise(state, region, fill, lambda shape: _noise(draws, shape, state.dtype, value_range))
    colour = _in_range(_per_channel(fill, state.shape[-1], name), state.dtype)
    places = region.slices(state.shape[:-1])
    if places is None:
        return _painted(state, region.mask(state.shape[:2]), colour)
    out = state.copy()
    # One number is written a row at a time, a colour pixel by pixel.
    value = colour if isinstance(fill, tuple) and len(set(fill)) > 1 else colour[0]
    for place in places:
        out[place] = value
    return out


def _painted(state: Array, mask: Array, colour: Array) -> Array:
    """The array with one colour where the mask is true.

    `cv2.copyTo` moves what remains, pixels of any dtype as so many bytes, in a twentieth of the time of `out[mask] =`.
    """
    out = np.empty(state.shape, state.dtype)
    out[:] = colour[0] if len(set(colour.tolist())) == 1 else np.tile(colour, (state.shape[1], 1))
    kept = np.ascontiguousarray(~mask)
    if _width(state) <= pixels.MOST_CHANNELS:
        cv2.copyTo(np.ascontiguousarray(state).view(np.uint8), kept.view(np.uint8), out.view(np.uint8))
    else:
        np.copyto(_items(out), _items(np.ascontiguousarray(state)), where=kept)
    return out


def _with_noise(state: Array, region: Region, fill: str, noise: Callable[[tuple[int, ...]], Array]) -> Array:
    """The array with random values in each pixel of a region, or in each of its pieces."""
    out = state.copy()
    channels, pixelwise = state.shape[-1], fill == "random"
    places = region.slices(state.shape[:-1])
    if places is not None:
        for place in places:
            out[place] = noise(out[place].shape if pixelwise else (channels,))
        return out
    numbers = (region.mask if pixelwise else region.pieces)(state.shape[:2])
    inside = numbers != 0
    if pixelwise:
        values = _items(noise((int(inside.sum()), channels)))
    else:
        values = _items(noise((int(numbers.max()), channels)))[numbers[inside] - 1]
    _items(out)[inside] = values
    return out


def _width(array: Array) -> int:
    """Of a pixel, in bytes."""
    return int(array.shape[-1]) * array.itemsize


def _items(array: Array) -> Array:
    """A contiguous (…, C) array as one item a pixel: NumPy picks and puts those in a quarter of the time."""
    return array.view(np.dtype((np.void, _width(array))))[..., 0]


def _noise(
    draws: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any], value_range: tuple[float, float] | None
) -> Array:
    """Values drawn evenly from the whole range."""
    if dtype.kind == "f":
        values = draws.random(shape, np.float32)
        return values if value_range is None else pixels.from_unit(values, dtype, value_range)
    return draws.integers(*pixels.levels_of(dtype, value_range), shape, dtype, endpoint=True)


def _inpaint(state: Array, mask: Array, method: str) -> Array:
    if state.shape[2] not in (1, 3) or state.dtype != np.uint8:
        raise Unsupported(
            f"fill {method!r} takes uint8 pictures of 1 or 3 channels, not {state.dtype} with {state.shape[2]}; "
            "give a colour or 'random' instead"
        )
    # On pictures of one row cv2.inpaint 5.0 reads memory that nobody wrote, and may give another result each time.
    height, width = state.shape[:2]
    y, x = max(0, _LEAST_INPAINTED - height), max(0, _LEAST_INPAINTED - width)
    state, mask = _rimmed(state, y, x), _rimmed(mask.astype(np.uint8), y, x)
    out = np.asarray(cv2.inpaint(state, mask, 3, INPAINT[method])).reshape(state.shape)
    return np.ascontiguousarray(out[y : y + height, x : x + width])


def _rimmed(array: Array, y: int, x: int) -> Array:
    """The array with its outermost rows and columns repeated."""
    return array if not (y or x) else np.pad(array, ((y, y), (x, x), (0, 0))[: array.ndim], mode="edge")
