"""From pixels to the numbers that a network takes, and from floats to pixels."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from augcore import (
    Lookup,
    PixelFn,
    Rng,
    Transform,
    Unsupported,
    View,
    apply_table,
    max_value,
    params,
    pixel_function,
    split_channels,
    to_range,
    transform,
)
from augcore.params import require

Array = np.ndarray[Any, np.dtype[Any]]


@pixel_function(output="float32")
def standard_curve(x: Array, *, mean: tuple[float, ...], std: tuple[float, ...]) -> Array:
    """(x - mean) / std, with one number for all channels, or one for each."""
    return standardized(x, mean, std)


def standardized(values: Array, mean: Sequence[float] | Array, std: Sequence[float] | Array) -> Array:
    """(values - mean) / std as float32.

    Args:
        values: a picture (H, W, C), or a table (levels, 1) that is spread over the channels.
        mean, std: in the units of the values, one number for all channels, or one for each.
    """
    mean, std = np.asarray(mean, np.float64), np.asarray(std, np.float64)
    if values.ndim == 2:
        return np.asarray((values - mean) / std, np.float32)
    if values.dtype == np.uint8:
        return apply_table(values, standardized(np.arange(256)[:, None], mean, std))
    # Rows of W·C values, since NumPy takes ten times as long to spread three numbers along an axis of three.
    rows = values.reshape(len(values), -1).astype(np.float32)
    rows -= _along_rows(mean, values)
    rows *= _along_rows(1 / std, values)
    return rows.reshape(values.shape)


def _along_rows(numbers: Array, image: Array) -> Array:
    numbers = numbers.astype(np.float32)
    return numbers if numbers.size == 1 else np.tile(numbers, image.shape[1])


@pixel_function(output="float32")
def standardized_by_itself(image: Array, *, per_channel: bool) -> Array:
    """With mean 0 and standard deviation 1, of the picture as a whole or of each channel. What is even becomes 0."""
    means, stds = channel_statistics(image)
    if not per_channel:
        mean = means.mean(keepdims=True)
        means, stds = mean, np.sqrt((stds**2 + (means - mean) ** 2).mean(keepdims=True))
    # A spread that float32 could not tell from rounding is none.
    stds = np.where(stds > 1e-6 * np.abs(means), stds, np.inf)
    return standardized(image, means, stds)


def channel_statistics(image: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each channel, in float64."""
    found = [cv2.meanStdDev(plane) for plane in split_channels(image)]
    return np.array([mean[0, 0] for mean, _ in found]), np.array([std[0, 0] for _, std in found])


@pixel_function(output="float32")
def stretched(image: Array, *, per_channel: bool) -> Array:
    """From the least value at 0 to the greatest at 1, of the picture as a whole or of each channel."""
    rows = image.reshape(len(image), -1)
    low, high = (ends.reshape(image.shape[1:]).astype(np.float64) for ends in (rows.min(0), rows.max(0)))
    axis = 0 if per_channel else None
    low, high = np.atleast_1d(low.min(axis)), np.atleast_1d(high.max(axis))
    return standardized(image, low, np.where(high > low, high - low, np.inf))


_BY_ITSELF = {
    "image": (standardized_by_itself, False),
    "image_per_channel": (standardized_by_itself, True),
    "min_max": (stretched, False),
    "min_max_per_channel": (stretched, True),
}


@transform
class Normalize(Transform):
    """Pixels as float32 numbers around 0, by known statistics or by the picture's own.

    Args:
        mean, std: as fractions of max_pixel_value, one for all channels or one for each. "standard" alone uses them;
            elsewhere they may be None.
        max_pixel_value: what counts as 1, in the picture's own levels: 255 for uint8, 65535 for uint16, 1 for float32;
            None takes the one that fits the picture's dtype, or white of the pipeline's value_range.
        normalization: "standard" gives (value - mean · max) / (std · max); "image" mean 0 and standard deviation 1 over
            the whole picture, "image_per_channel" over each channel; "min_max" and "min_max_per_channel" stretch the
            picture, or each channel, to [0, 1]. What is of one value throughout becomes 0.
    Accepts: uint8, uint16, float32; any channel count. Gives float32; nothing is cut.
    Moves: nothing.
    Raises: InvalidParameter: mean or std missing for "standard", a std that is not above 0, unequal lengths.
        Unsupported: as many numbers as the picture has no channels.
    Source: the default statistics are those of ImageNet.

    >>> Normalize()(image=image)["image"].dtype
    dtype('float32')
    """

    mean: tuple[float, ...] | float | None = params.numbers(default=(0.485, 0.456, 0.406), single=True, none=True)
    std: tuple[float, ...] | float | None = params.numbers(default=(0.229, 0.224, 0.225), single=True, none=True)
    max_pixel_value: float | None = params.number(default=255.0, low=0, open_low=True, none=True)
    normalization: str = params.choice(default="standard", options=("standard", *_BY_ITSELF))
    p: float = params.probability(1.0)

    def __attrs_post_init__(self) -> None:
        if self.normalization != "standard":
            return
        for name in ("mean", "std"):
            require(
                getattr(self, name) not in (None, ()),
                f"Normalize.{name}: {getattr(self, name)} with normalization='standard'; "
                "give a number, or one per channel",
            )
        require(
            all(value > 0 for value in _tuple(self.std)),
            f"Normalize.std: {self.std!r} is not above 0; give positive numbers",
        )
        lengths = {len(_tuple(value)) for value in (self.mean, self.std)} - {1}
        require(
            len(lengths) < 2,
            f"Normalize.std: {self.std!r} does not fit mean {self.mean!r}; give as many of the one as of the other",
        )

    def sample(self, rng: Rng, view: View) -> Lookup | PixelFn:
        if self.normalization != "standard":
            function, per_channel = _BY_ITSELF[self.normalization]
            return PixelFn(function, per_channel=per_channel)
        channels = view.channels
        for name in ("mean", "std"):
            count = len(_tuple(getattr(self, name)))
            if count not in (1, channels):
                raise Unsupported(
                    f"Normalize.{name}: {count} numbers, and the image has {channels} channel(s); "
                    "give one number, or one for each channel"
                )
        low, high = view.value_range
        require(
            self.max_pixel_value or high > 0,
            f"Normalize.max_pixel_value: None takes white, which is {high:g} here; give a number above 0",
        )
        return _standard(_tuple(self.mean), _tuple(self.std), self.max_pixel_value or high, low, high)


@functools.lru_cache(64)
def _standard(mean: tuple[float, ...], std: tuple[float, ...], top: float, low: float, high: float) -> Lookup:
    scale = top / (high - low)
    # The curve sees black at 0, where the formula has the picture's own levels.
    shifted = tuple(value * scale - low / (high - low) for value in mean)
    return Lookup(standard_curve, mean=shifted, std=tuple(value * scale for value in std))


def _tuple(value: Any) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


@transform
class ToFloat(Transform):
    """Values as float32 numbers, black at 0 and white at 1.

    Args:
        max_value: the level of the picture that becomes 1; None for white, of the dtype or of the pipeline's
            value_range, and then what is black there becomes 0.
    Accepts: uint8, uint16, float32; any channel count. Gives float32; nothing is cut.
    Moves: nothing.
    Raises: InvalidParameter: max_value not above 0.
    Source: none needed.

    >>> ToFloat()(image=image)["image"].dtype
    dtype('float32')
    """

    max_value: float | None = params.number(default=None, low=0, open_low=True, none=True)
    p: float = params.probability(1.0)

    def sample(self, rng: Rng, view: View) -> Lookup:
        if self.max_value is None:
            return _standard((0.0,), (1.0,), 1.0, 0.0, 1.0)
        return _standard((0.0,), (1.0,), self.max_value, *view.value_range)


@pixel_function(output="uint8")
def bytes_of(image: Array, *, top: float) -> Array:
    """Fractions of white times `top`, rounded and cut to 0 … 255."""
    return _levels_of(image, top, np.uint8)


@pixel_function(output="uint16")
def words_of(image: Array, *, top: float) -> Array:
    """Fractions of white times `top`, rounded and cut to 0 … 65535."""
    return _levels_of(image, top, np.uint16)


def _levels_of(image: Array, top: float, dtype: Any) -> Array:
    if image.dtype == dtype and top == max_value(dtype):
        return image
    return to_range(image * np.float32(top / max_value(image.dtype)), dtype)


_INTEGERS = {"uint8": bytes_of, "uint16": words_of}


@transform
class FromFloat(Transform):
    """Floats as integers: black at 0, white at the highest level. What `ToFloat` did is undone.

    Args:
        dtype: "uint8" or "uint16"; no other integers are pictures here.
        max_value: the level that 1 becomes; None for the highest of the dtype.
    Accepts: float32; uint8 and uint16 too, as fractions of their white; any channel count. Gives uint8 or uint16,
        rounded and cut to the dtype's range, on a scale of its own where the pipeline has a value_range.
    Moves: nothing.
    Raises: InvalidParameter: another dtype, max_value not above 0.
    Source: none needed.

    >>> FromFloat()(image=image)["image"].dtype
    dtype('uint8')
    """

    dtype: str = params.choice(default="uint8", options=tuple(_INTEGERS))
    max_value: float | None = params.number(default=None, low=0, open_low=True, none=True)
    p: float = params.probability(1.0)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(_INTEGERS[self.dtype], top=self.max_value or max_value(self.dtype))
