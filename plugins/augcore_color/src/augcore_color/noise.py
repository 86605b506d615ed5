"""Noise: random values added to pixels, made from a seed wherever the effect is carried out."""

from __future__ import annotations

import functools
import math
from typing import Any

import cv2
import numpy as np

from augcore import (
    MOST_CHANNELS,
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    apply_table,
    by_channels,
    max_value,
    merge_channels,
    params,
    pixel_function,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]

# Wide enough for any noise that these dtypes may be given, before it is added and cut.
_SIGNED = {np.dtype("uint8"): np.int16, np.dtype("uint16"): np.int32}


def words(seed: int, shape: tuple[int, int, int]) -> Array:
    """Evenly distributed uint16, the same for a seed on every machine.

    These are the raw bits of SFC64 (Doty-Humphrey), which NumPy keeps from release to release; the methods of its
    generators may change.
    """
    count = math.prod(shape)
    raw = np.random.SFC64(seed).random_raw((count + 3) // 4)
    return raw.astype("<u8", copy=False).view("<u2")[:count].astype(np.uint16, copy=False).reshape(shape)


@functools.cache
def normal_quantiles() -> Array:
    """The normal distribution at the middles of 65536 equal slices, with mean 0 and variance 1.

    One 16-bit word looks up one normal number, a fifth of the time of drawing it; the largest is 4.2 sigma.
    """
    grid = np.linspace(-6, 6, 24001)
    cumulated = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in grid.tolist()])
    upper = np.interp((np.arange(32768, 65536) + 0.5) / 65536, cumulated, grid)
    quantiles = np.concatenate([-upper[::-1], upper])
    return np.asarray(quantiles / quantiles.std(), np.float32)


@pixel_function(per_frame=True)
def add_gaussian(image: Array, *, mean: float, std: float, per_channel: bool, scale: float, seed: int) -> Array:
    """The image plus Gaussian noise; mean and std in fractions of white.

    Args:
        per_channel: each channel has noise of its own; otherwise all have the same.
        scale: below 1 the noise is made for a picture so much smaller and enlarged, which makes its grain coarser.
    """
    white = max_value(image.dtype)
    height, width, channels = image.shape
    drawn = channels if per_channel else 1
    table = normal_quantiles()[:, None] * (std * white) + mean * white
    if scale < 1:
        small = max(1, round(height * scale)), max(1, round(width * scale))
        grain = enlarged(apply_table(words(seed, (*small, drawn)), normal_quantiles()[:, None]), (height, width))
        noise = grain * np.float32(std * white) + np.float32(mean * white)
        noise = noise if image.dtype == np.float32 else np.rint(noise, out=noise).astype(_SIGNED[image.dtype])
    else:
        if image.dtype != np.float32:
            table = np.rint(table).astype(_SIGNED[image.dtype])  # pixels are whole, so rounding now is rounding the sum
        noise = apply_table(words(seed, (height, width, drawn)), table)
    if drawn < channels:
        noise = merge_channels([noise[:, :, 0]] * channels)
    np.add(noise, image, out=noise)
    return noise if image.dtype == np.float32 else np.clip(noise, 0, int(white), out=noise).astype(image.dtype)


def enlarged(noise: Array, size: tuple[int, int]) -> Array:
    """Noise of unit variance at another size, linearly interpolated; its variance over the picture is still 1."""
    rows, columns = (_kept_variance(small, large) for small, large in zip(noise.shape, size, strict=False))
    noise = noise * np.float32(1 / math.sqrt(rows * columns))
    return by_channels(noise, lambda part: cv2.resize(part, size[::-1], interpolation=cv2.INTER_LINEAR), MOST_CHANNELS)


def _kept_variance(small: int, large: int) -> float:
    """What linear interpolation along an axis leaves of the variance of independent values, on average."""
    position = np.clip((np.arange(large) + 0.5) * small / large - 0.5, 0, small - 1)
    part = position % 1
    return float(np.mean(part**2 + (1 - part) ** 2))


@transform
class GaussNoise(Transform):
    """Add Gaussian noise.

    Args:
        std_range: standard deviation as a fraction of white, drawn uniformly.
        mean_range: mean as a fraction of white, drawn uniformly.
        per_channel: give each channel noise of its own; otherwise all channels get the same, and grey stays grey.
        noise_scale_factor: in (0, 1]; below 1 the noise is made for a picture so much smaller and enlarged by linear
            interpolation, which is faster and coarser; its standard deviation over the picture is kept.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: std_range outside [0, 1], mean_range outside [-1, 1], noise_scale_factor outside (0, 1].
    Source: normal numbers by inversion: 65536 quantiles, picked by random 16-bit words; the same on every machine.

    >>> GaussNoise(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    std_range: Interval = params.interval(default=(0.2, 0.44), low=0, high=1, single="fixed", unit="fraction of white")
    mean_range: Interval = params.interval(default=(0.0, 0.0), low=-1, high=1, single="fixed", unit="fraction of white")
    per_channel: bool = params.flag(default=True)
    noise_scale_factor: float = params.number(default=1.0, low=0, high=1, open_low=True)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            add_gaussian,
            mean=rng.uniform(*self.mean_range),
            std=rng.uniform(*self.std_range),
            per_channel=self.per_channel,
            scale=self.noise_scale_factor,
            seed=rng.seed(),
        )
