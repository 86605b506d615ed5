"""Contrast from a picture's own histogram, stretched or equalised; each frame of a clip goes by its own. The histograms
of parts are in clahe.py, curves that do not depend on the picture in tone.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np

from augcore import (
    InvalidData,
    PixelFn,
    Rng,
    RunLengths,
    Transform,
    View,
    apply_table,
    max_value,
    merge_channels,
    params,
    pixel_function,
    rle,
    split_channels,
    to_range,
    transform,
)
from augcore.params import Parameter, parameter

from .tone import first_pictures

Array = np.ndarray[Any, np.dtype[Any]]

_FINEST = 65535  # the highest of the levels that floats are counted in


def in_levels(plane: Array) -> tuple[Array, float, float]:
    """A plane as levels that can be counted, and the values of the lowest and the highest level.

    Integers are such levels; floats get 65536 of them, from their least value to their greatest.
    """
    if plane.dtype != np.float32:
        return plane, 0.0, max_value(plane.dtype)
    low, high, _, _ = cv2.minMaxLoc(plane)
    if not low < high:
        return np.zeros(plane.shape, np.uint16), low, low
    return to_range((plane - np.float32(low)) * np.float32(_FINEST / (high - low)), np.uint16), low, high


def counted(levels: Array, mask: Array | None = None) -> Array:
    """How many pixels have each level, where the mask is not 0."""
    count = int(max_value(levels.dtype)) + 1
    return np.asarray(cv2.calcHist([levels], [0], mask, [count], [0, count])).ravel()


def _through(plane: Array, levels: Array, table: Array) -> Array:
    """A plane whose levels become those of the table."""
    return apply_table(levels[:, :, None], to_range(table, plane.dtype)[:, None])[:, :, 0]


def _by_planes(image: Array, function: Callable[[Array], Array]) -> Array:
    return merge_channels([function(plane) for plane in split_channels(image)])


# Stretched


def bounds(counts: Array, cutoff: float) -> tuple[int, int]:
    """The first and the last level that are left when so many percent of the pixels are taken from either end."""
    up, down = np.cumsum(counts, dtype=float), np.cumsum(counts[::-1], dtype=float)
    cut = up[-1] * cutoff / 100
    return int(np.searchsorted(up, cut, "right")), len(counts) - 1 - int(np.searchsorted(down, cut, "right"))


@pixel_function
def stretched_contrast(image: Array, *, cutoff: float, ignore: int | None, method: str) -> Array:
    """Each channel from its darkest to its lightest level, but for `cutoff` percent of the pixels at either end.

    Args:
        ignore: a level in 255ths of white that is not counted and stays as it is.
        method: "pil" along a straight line, "cdf" by the part of the pixels that is as dark or darker.
    """
    return _by_planes(image, lambda plane: _stretched(plane, cutoff, ignore, method))


def _stretched(plane: Array, cutoff: float, ignore: int | None, method: str) -> Array:
    levels, low, high = in_levels(plane)
    if not low < high:
        return plane
    top, white = max_value(levels.dtype), max_value(plane.dtype)
    kept = None if ignore is None else round((ignore / 255 * white - low) / (high - low) * top)
    if method == "pil" and cutoff == 0 and kept is None:
        first, last = map(int, cv2.minMaxLoc(levels)[:2])  # which takes a thirtieth of the time of counting
    else:
        counts = counted(levels)
        if kept is not None and 0 <= kept <= top:
            counts[kept] = 0
        first, last = bounds(counts, cutoff)
    if not first < last:
        return plane
    if method == "pil":
        table = (np.arange(int(top) + 1) - first) * (white / (last - first))
    else:
        counts[:first] = counts[last + 1 :] = 0
        table = ranks(counts, white)
    table = np.clip(table, 0, white)
    if kept is not None and 0 <= kept <= top:
        table[kept] = low + kept * (high - low) / top
    return _through(plane, levels, table)


@transform
class AutoContrast(Transform):
    """Stretch the contrast of each channel to the whole range.

    Args:
        cutoff: percent of the pixels that are left out of account at either end, and become black or white.
        ignore: a level, 0 to 255, of other dtypes in 255ths of white, that is not counted and stays as it is.
        method: "pil" stretches along a straight line; "cdf" gives each value the part of the pixels that is as dark or
            darker, which spreads tones evenly.
    Accepts: uint8, uint16, float32; any channel count, each by itself. Floats go from 0 to 1, in 65536 steps between
        the least and the greatest; none is beyond 1 any more. Channels of one value stay as they are.
    Moves: nothing.
    Raises: InvalidParameter: cutoff outside [0, 50], ignore outside [0, 255], an unknown method.
    Source: Pillow's ImageOps.autocontrast, which cuts fractions off where this rounds. albumentations 2.0.8 takes one
        level more from the dark end than from the light one, and passes over the channel numbered `ignore`. Frames of
        a clip are stretched each by itself.

    >>> AutoContrast(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    cutoff: float = params.number(default=0, low=0, high=50, unit="percent")
    ignore: int | None = params.integer(default=None, low=0, high=255, none=True)
    method: str = params.choice(default="cdf", options=("cdf", "pil"))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(stretched_contrast, cutoff=self.cutoff, ignore=self.ignore, method=self.method)


# Equalised


def ranks(counts: Array, white: float) -> Array:
    """For each level the part of the pixels that is as dark or darker, as cv2.equalizeHist has it: the darkest level
    that occurs becomes 0, the lightest white. In single precision, as there."""
    darkest = counts[np.argmax(counts > 0)]
    up = np.cumsum(counts, dtype=float)
    room = up[-1] - darkest
    return np.asarray(np.maximum(up - darkest, 0).astype(np.float32) * np.float32(white / room))


def ranks_below(counts: Array, white: float) -> Array:
    """For each level the part of the pixels that is darker, as Pillow has it: in whole numbers for bytes, which leaves
    pictures of fewer than 255 pixels without a step."""
    below = np.cumsum(counts, dtype=float) - counts
    occurring = np.flatnonzero(counts)
    room = below[occurring[-1]]
    step = room // white if white == 255 else room / white
    if step == 0:
        return np.arange(len(counts))
    return np.asarray(np.minimum(below / step if white == 1 else np.floor(below / step + 0.5), white))


_RANKS = {"cv": ranks, "pil": ranks_below}


def _equalized(plane: Array, mode: str, mask: Array | None) -> Array:
    levels, low, high = in_levels(plane)
    if not low < high:
        return plane
    counts = counted(levels, mask)
    if np.count_nonzero(counts) < 2:
        return plane
    return _through(plane, levels, _RANKS[mode](counts, max_value(plane.dtype)))


def _decoded(mask: str | None, image: Array) -> Array | None:
    return None if mask is None else rle.decode(mask, image.shape[:2])


@pixel_function
def equalized(image: Array, *, mode: str, mask: str | None) -> Array:
    """Each channel with all its tones equally frequent; the mask of pixels to count as COCO's run lengths in text."""
    counting = _decoded(mask, image)
    return _by_planes(image, lambda plane: _equalized(plane, mode, counting))


@pixel_function(channels=(1, 3))
def equalized_luma(image: Array, *, mode: str, mask: str | None) -> Array:
    """The same for the luma of Rec. 601 alone; colour differences stay."""
    if image.shape[2] == 1:
        return equalized(image, mode=mode, mask=mask)
    planes = split_channels(cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb))
    planes[0] = _equalized(planes[0], mode, _decoded(mask, image))
    return np.asarray(cv2.cvtColor(merge_channels(planes), cv2.COLOR_YCrCb2RGB))


_Mask = RunLengths | Callable[..., Any]


def _read_mask(value: Any) -> _Mask:
    """A function, or a mask as run lengths: an array cannot be compared, nor written to a file."""
    if isinstance(value, RunLengths) or (callable(value) and not isinstance(value, type)):
        return value
    if isinstance(value, Mapping):
        value = value.get("RunLengths", value)  # as files have it
        if isinstance(value, Mapping) and value.keys() == {"size", "counts"}:
            return RunLengths.of(rle.decode(value["counts"], value["size"]))
    if isinstance(value, np.ndarray) and (value.ndim == 2 or (value.ndim == 3 and value.shape[2] == 1)):
        return RunLengths.of(value.reshape(value.shape[:2]) != 0)
    got = f"an array of {value.shape}" if isinstance(value, np.ndarray) else repr(value)
    raise ValueError(f"{got} is no mask; give an array (height, width), or a function that makes one of image=…")


_MASK = Parameter(_read_mask, "an array (height, width), COCO's run lengths, or a function", {})


def _read_names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{value!r} are not names; give a list of names of targets or arguments")
    return tuple(value)


_NAMES = Parameter(_read_names, "a list of names", {"type": "array", "items": {"type": "string"}})


@transform
class Equalize(Transform):
    """Equalise the histogram: all tones become about equally frequent.

    Args:
        mode: "cv" ranks pixels as OpenCV's equalizeHist does, the darkest becoming black and the lightest white; "pil"
            as Pillow's ImageOps.equalize.
        by_channels: equalise each channel by itself; otherwise luma (Rec. 601) alone, and colours stay.
        mask: which pixels are counted, those that are not 0: an array (height, width) of the picture's size, or a
            function that makes it of image=… and of what `mask_params` names; None for all. All pixels are changed.
            A function is not saved in a file.
        mask_params: names of targets (boxes come as x_min, y_min, x_max, y_max in pixels) or of other arguments of the
            call.
    Accepts: uint8, uint16, float32; any channel count, 1 or 3 without `by_channels`. Floats come out within [0, 1],
        ranked in 65536 steps between the least and the greatest. Channels of one value stay as they are, and in the
        mode "pil" bytes of fewer than 255 pixels.
    Moves: nothing.
    Raises: InvalidParameter: an unknown mode, a mask that is neither. InvalidData: a mask of another size than the
        picture. Unsupported: other than 1 or 3 channels without `by_channels`.
    Source: OpenCV and Pillow; albumentations 2.0.8 differs from Pillow in "pil", since it counts the pixels of a level
        itself as darker. Frames of a clip are equalised each by itself, and share a mask.

    >>> Equalize(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    mode: str = params.choice(default="cv", options=tuple(_RANKS))
    by_channels: bool = params.flag(default=True)
    mask: _Mask | None = parameter(_MASK, default=None, none=True)
    mask_params: tuple[str, ...] = parameter(_NAMES, default=())

    def arguments(self) -> frozenset[str]:
        return frozenset(self.mask_params)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        function = equalized if self.by_channels else equalized_luma
        return PixelFn(function, mode=self.mode, mask=None if self.mask is None else self._counts(self.mask, view))

    def _counts(self, mask: _Mask, view: View) -> str:
        """Run lengths of the mask for the picture that comes in."""
        if isinstance(mask, RunLengths):
            size, counts = mask.size, mask.counts
        else:
            given = {name: view[name] if name in view else view.argument(name) for name in self.mask_params}
            made = np.asarray(mask(image=next(iter(first_pictures(view)), None), **given))
            size = made.shape[:2] if made.ndim == 3 and made.shape[2] == 1 else made.shape
            counts = rle.encode(made.reshape(size) != 0)["counts"] if size == view.size else ""
        if tuple(size) != view.size:
            raise InvalidData(
                f"Equalize.mask: of size {tuple(size)}, and the picture has {view.size} (height, width); "
                "give a mask of the picture's size"
            )
        return counts
