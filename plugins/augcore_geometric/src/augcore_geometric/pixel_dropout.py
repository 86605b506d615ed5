"""Dropout of single pixels, or of single values of them."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from augcore import (
    Erase,
    InvalidParameter,
    PixelFn,
    Rng,
    Scatter,
    Transform,
    View,
    max_value,
    params,
    pixel_function,
    region_mask,
    to_range,
    transform,
)
from augcore.params import Fill, require

Array = np.ndarray[Any, np.dtype[Any]]


def chosen(draws: np.random.Generator, shape: tuple[int, ...], probability: float) -> Array:
    """Booleans, each true with that probability and by itself.

    A byte of noise decides, and only where it is at the limit more is drawn: an eighth of the noise that numbers in
    [0, 1) would take, to the same precision.
    """
    count = math.prod(shape)
    words = draws.bit_generator.random_raw(-(-count // 8))
    noise = words.astype("<u8", copy=False).view(np.uint8)[:count]
    limit = math.floor(probability * 256)
    places = np.flatnonzero(noise <= limit)  # few, mostly, and looked for once
    at_limit = noise[places] == limit
    found = np.zeros(count, bool)
    found[places] = True
    found[places[at_limit]] = draws.random(int(at_limit.sum())) < probability * 256 - limit
    return found.reshape(shape)


@region_mask
def dropped_pixels(size: tuple[int, int], *, probability: float, seed: int) -> Array:
    """Single pixels, each with that probability."""
    return chosen(np.random.Generator(np.random.SFC64(seed)), size, probability)


@pixel_function
def drop_values(image: Array, *, probability: float, value: Any, seed: int) -> Array:
    """Single values of pixels, each with that probability, replaced by `value`: on the scale where black is 0 and white
    1, one number or one per channel; None for noise."""
    draws = np.random.Generator(np.random.SFC64(seed))
    kept = ~chosen(draws, image.shape, probability)
    out = np.empty(image.shape, image.dtype)
    out[:] = _noise(draws, image) if value is None else _colour(image, value)
    # Channels side by side are one plane for OpenCV, whatever their number.
    height, width, channels = image.shape
    given, mask, result = (array.reshape(height, width * channels) for array in (image, kept.view(np.uint8), out))
    return np.asarray(cv2.copyTo(np.ascontiguousarray(given), mask, result)).reshape(image.shape)


def _noise(draws: np.random.Generator, image: Array) -> Array:
    if image.dtype.kind == "f":
        return np.asarray(draws.random(image.shape, np.float32))
    return np.asarray(draws.integers(0, int(max_value(image.dtype)), image.shape, image.dtype, endpoint=True))


def _colour(image: Array, value: Any) -> Array:
    channels = image.shape[2]
    if isinstance(value, tuple) and len(value) != channels:
        raise InvalidParameter(
            f"drop_value: {len(value)} numbers given for {channels} channels; give one, or one for each"
        )
    return to_range(np.array(value, np.float64, ndmin=1) * max_value(image.dtype), image.dtype)


@transform
class PixelDropout(Transform):
    """Fill single pixels, each with the same probability.

    Args:
        dropout_prob: the probability of each pixel.
        per_channel: each value of a pixel is dropped or kept by itself; then no annotation is hidden.
        drop_value: what dropped pixels hold, a number or one per channel; None for noise.
        mask_drop_value: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range.
    Moves: nothing; boxes are less visible by their part of the dropped pixels, keypoints on dropped pixels hidden.
    Raises: InvalidParameter: a probability above 1.0; `mask_drop_value` with `per_channel`, as masks have not the
        picture's channels.
    Source: salt and pepper noise of one value; each pixel an independent Bernoulli trial.

    >>> PixelDropout(0.2, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    dropout_prob: float = params.number(default=0.01, low=0, high=1, unit="probability")
    per_channel: bool = params.flag(default=False)
    drop_value: Fill | None = params.fill(default=0, none=True)
    mask_drop_value: Fill | None = params.fill(default=None, none=True)

    def __attrs_post_init__(self) -> None:
        require(
            not self.per_channel or self.mask_drop_value is None,
            f"PixelDropout: mask_drop_value={self.mask_drop_value} with per_channel=True, which drops no whole pixels; "
            "give one of them",
        )

    def sample(self, rng: Rng, view: View) -> Erase | PixelFn:
        if self.per_channel:
            value = _on_unit_scale(self.drop_value, view.value_range)
            return PixelFn(drop_values, probability=self.dropout_prob, value=value, seed=rng.seed())
        region = Scatter(dropped_pixels, probability=self.dropout_prob, seed=rng.seed())
        if self.drop_value is None:
            return Erase(region, "random", self.mask_drop_value, rng.seed())
        return Erase(region, self.drop_value, self.mask_drop_value)


def _on_unit_scale(value: Any, value_range: tuple[float, float]) -> Any:
    """A fill for a pixel function, which takes black for 0 and white for 1 where a pipeline says what they are."""
    low, high = value_range
    if isinstance(value, tuple):
        return tuple((one - low) / (high - low) for one in value)
    return None if value is None else (value - low) / (high - low)
