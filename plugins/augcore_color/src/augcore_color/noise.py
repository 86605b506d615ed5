"""Noise that is added, from any distribution, made from a seed wherever the effect is carried out. What light, sensors
and film do is in shot_noise.py, iso_noise.py and grain.py.
"""

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
    Unsupported,
    View,
    apply_table,
    by_channels,
    max_value,
    merge_channels,
    params,
    pixel_function,
    transform,
)
from augcore.noise import random_bytes, random_words

from .quantiles import quantiles

Array = np.ndarray[Any, np.dtype[Any]]
Distribution = tuple[Any, ...]  # its name, and its shape if it has any: what `quantiles` takes

# Wide enough for any noise that these dtypes may be given, before it is added and cut.
_SIGNED = {np.dtype("uint8"): np.int16, np.dtype("uint16"): np.int32}


def added(
    image: Array, distribution: Distribution, mean: float, spread: float, shared: bool, scale: float, seed: int
) -> Array:
    """The image plus mean + spread · noise, both in fractions of white.

    Args:
        shared: all channels have the same noise; otherwise each has noise of its own.
        scale: below 1 the noise is made for a picture so much smaller and enlarged, which makes its grain coarser.
    """
    white = max_value(image.dtype)
    height, width, channels = image.shape
    drawn = 1 if shared else channels
    if scale < 1:
        small = max(1, round(height * scale)), max(1, round(width * scale))
        unit = quantiles(*distribution)
        middle = float(unit.mean(dtype=float))
        grain = apply_table(random_words(seed, (*small, drawn)), (unit - np.float32(middle))[:, None])
        noise = enlarged(grain, (height, width)) * np.float32(spread * white)
        noise += np.float32((mean + middle * spread) * white)
        noise = noise if image.dtype == np.float32 else np.rint(noise, out=noise).astype(_SIGNED[image.dtype])
    elif image.dtype == np.uint8:
        noise = random_bytes(seed, height * width * drawn).reshape(height, width, drawn)
        return _added_to_bytes(
            image, in_all_channels(noise, channels), _by_bytes(*distribution) * (spread * 255) + mean * 255
        )
    else:
        table = quantiles(*distribution)[:, None] * (spread * white) + mean * white
        if image.dtype != np.float32:
            table = np.rint(table).astype(_SIGNED[image.dtype])  # pixels are whole, so rounding now is rounding the sum
        noise = apply_table(random_words(seed, (height, width, drawn)), table)
    noise = in_all_channels(noise, channels)
    np.add(noise, image, out=noise)
    return noise if image.dtype == np.float32 else np.clip(noise, 0, int(white), out=noise).astype(image.dtype)


def check_numbers(numbers: tuple[float, ...], channels: int) -> None:
    """Raise Unsupported unless there is one number for all channels, or one for each."""
    if len(numbers) not in (1, channels):
        raise Unsupported(
            f"gives {len(numbers)} channels for an image of {channels}; "
            "give one value, or one for each channel of the image"
        )


def beside(numbers: tuple[float, ...], values: Array) -> Array:
    """One number for all channels or one for each, as an array to calculate with values, channels last."""
    if values.shape[-1] > 1:  # tables have one column for all
        check_numbers(numbers, values.shape[-1])
    return np.asarray(numbers, values.dtype)


def in_all_channels(noise: Array, channels: int) -> Array:
    """Noise of one channel as that of several."""
    return noise if noise.shape[2] == channels else merge_channels([noise[:, :, 0]] * channels)


# A byte chooses among 256 numbers, in half the time that a word takes among 65536. So that noise is not made of 256
# values, every strip of a picture has 256 of its own.
_STRIPS = 8


@functools.lru_cache(32)
def _by_bytes(*distribution: Any) -> Array:
    """The quantiles as a table of 256 for each strip, (strips, 256), all with the mean and variance of the whole."""
    unit = quantiles(*distribution).astype(float)
    tables = unit.reshape(256, _STRIPS, -1).mean(2).T
    tables = tables - tables.mean(1, keepdims=True)
    return np.asarray(tables * (unit.std() / tables.std(1, keepdims=True)) + unit.mean())


def _added_to_bytes(image: Array, noise: Array, tables: Array) -> Array:
    """A uint8 image plus what bytes of noise stand for: what is added and what is taken away each have a table, and
    sums of bytes that saturate take a third of the time of wider ones."""
    levels = np.rint(tables)
    more, less = (np.clip(part, 0, 255).astype(np.uint8)[:, :, None] for part in (levels, -levels))
    height = -(-len(image) // len(tables))
    out = np.empty(image.shape, np.uint8)
    rows, given, noise = (array.reshape(len(image), -1) for array in (out, image, noise))
    for number, start in enumerate(range(0, len(image), height)):
        strip = slice(start, start + height)
        part = noise[strip, :, None]
        cv2.add(given[strip], apply_table(part, more[number])[:, :, 0], dst=rows[strip])
        cv2.subtract(rows[strip], apply_table(part, less[number])[:, :, 0], dst=rows[strip])
    return out


def enlarged(noise: Array, size: tuple[int, int]) -> Array:
    """Noise of mean 0 at another size, linearly interpolated; its variance over the picture is kept."""
    rows, columns = (_kept_variance(small, large) for small, large in zip(noise.shape, size, strict=False))
    noise = noise * np.float32(1 / math.sqrt(rows * columns))
    return by_channels(noise, lambda part: cv2.resize(part, size[::-1], interpolation=cv2.INTER_LINEAR), MOST_CHANNELS)


def _kept_variance(small: int, large: int) -> float:
    """What linear interpolation along an axis leaves of the variance of independent values, on average."""
    position = np.clip((np.arange(large) + 0.5) * small / large - 0.5, 0, small - 1)
    part = position % 1
    return float(np.mean(part**2 + (1 - part) ** 2))


@pixel_function(per_frame=True)
def add_gaussian(image: Array, *, mean: float, std: float, per_channel: bool, scale: float, seed: int) -> Array:
    """The image plus Gaussian noise; mean and std in fractions of white, the rest as in `added`."""
    return added(image, ("gaussian",), mean, std, not per_channel, scale, seed)


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
    Source: normal numbers by inversion: 65536 quantiles, picked by random 16-bit words, or 2048 of them for uint8,
        picked by bytes; the same on every machine.

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
