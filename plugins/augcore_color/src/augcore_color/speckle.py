"""Noise of images made with waves: factors on pixels, and the magnitude of complex numbers with noise in them."""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import (
    Interval,
    Lookup,
    PixelFn,
    Rng,
    Transform,
    View,
    apply_table,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.noise import normal_quantiles, random_words

from .noise import beside, in_all_channels
from .quantiles import quantiles

Array = np.ndarray[Any, np.dtype[Any]]


@pixel_function
def gain_curve(x: Array, *, gain: tuple[float, ...]) -> Array:
    """x · gain, with one number for all channels or one for each."""
    return np.asarray(x * beside(gain, x))


@pixel_function(per_frame=True)
def multiply_pixels(image: Array, *, low: float, high: float, per_channel: bool, seed: int) -> Array:
    """Each pixel, or each value of it, times a factor of its own, evenly distributed from low to high."""
    height, width, channels = image.shape
    factors = (low + high) / 2 + quantiles("uniform")[:, None] * np.float32((high - low) / 2)
    drawn = apply_table(random_words(seed, (height, width, channels if per_channel else 1)), factors)
    return to_range(in_all_channels(drawn, channels) * image, image.dtype)


@transform
class MultiplicativeNoise(Transform):
    """Multiply the picture, its channels or its pixels by random factors.

    Args:
        multiplier: the factors, drawn uniformly.
        per_channel: give each channel factors of its own; otherwise all channels get the same, and grey stays grey.
        elementwise: give each pixel factors of its own; otherwise the whole picture gets the same.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: a multiplier below 0.
    Source: none needed; speckle is noise of this kind.

    >>> MultiplicativeNoise(elementwise=True, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    multiplier: Interval = params.interval(default=(0.9, 1.1), low=0, single="fixed", unit="factor")
    per_channel: bool = params.flag(default=False)
    elementwise: bool = params.flag(default=False)

    def sample(self, rng: Rng, view: View) -> Lookup | PixelFn:
        low, high = self.multiplier
        if self.elementwise:
            return PixelFn(multiply_pixels, low=low, high=high, per_channel=self.per_channel, seed=rng.seed())
        count = view.channels if self.per_channel else 1
        return Lookup(gain_curve, gain=tuple(rng.uniform(low, high) for _ in range(count)))


@pixel_function(per_frame=True)
def magnitude_of_noisy(image: Array, *, std: float, seed: int) -> Array:
    """|value + noise + i · noise|, with Gaussian noise of its own in both parts; std as a fraction of white."""
    rows = image.reshape(len(image), -1)
    table = normal_quantiles()[:, None] * np.float32(std * max_value(image.dtype))
    real, imaginary = apply_table(random_words(seed, (2 * len(rows), rows.shape[1], 1)), table).reshape(2, *rows.shape)
    real += rows
    # Not cv2.magnitude, whose last bit depends on where in memory its arrays lie.
    real *= real
    imaginary *= imaginary
    real += imaginary
    return to_range(np.sqrt(real, out=real).reshape(image.shape), image.dtype)


@transform
class RicianNoise(Transform):
    """The noise of magnetic resonance images: the magnitude of a complex signal with Gaussian noise in both its parts.

    Where there is no signal it never falls below black and follows Rayleigh's distribution, so that air is grey; where
    the signal is strong it is as good as Gaussian.

    Args:
        std_range: standard deviation of the noise in each of the two parts, as a fraction of white, drawn uniformly.
    Accepts: uint8, uint16, float32; any channel count, each with noise of its own. Integers are rounded and cut to
        their range; floats come out at 0 or above and are not cut.
    Moves: nothing.
    Raises: InvalidParameter: std_range outside [0, 1].
    Source: Gudbjartsson and Patz 1995, "The Rician distribution of noisy MRI data".

    >>> RicianNoise(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    std_range: Interval = params.interval(default=(0.02, 0.1), low=0, high=1, single="fixed", unit="fraction of white")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(magnitude_of_noisy, std=rng.uniform(*self.std_range), seed=rng.seed())
