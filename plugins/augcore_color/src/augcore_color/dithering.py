"""Dithering: few levels a channel, whose mean over a place is still that of the picture."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.noise import random_words

Array = np.ndarray[Any, np.dtype[Any]]

_FINE = 255 * 16  # steps that error diffusion tells apart, so that rounding in floats cannot send it another way


@functools.cache
def bayer_matrix(size: int) -> Array:
    """Thresholds between 0 and 1, as far apart as can be, (size, size); the size is a power of two."""
    ranks = np.zeros((1, 1))
    while len(ranks) < size:
        ranks = np.block([[4 * ranks, 4 * ranks + 2], [4 * ranks + 3, 4 * ranks + 1]])
    return (ranks + 0.5) / size**2


def steps(image: Array, levels: int) -> Array:
    """The image in steps from level to level, float32 from 0 to levels - 1."""
    values = image.astype(np.float32) * np.float32((levels - 1) / max_value(image.dtype))
    return np.clip(values, 0, levels - 1, out=values)


def from_steps(chosen: Array, levels: int, dtype: Any) -> Array:
    return to_range(chosen * np.float32(max_value(dtype) / (levels - 1)), dtype)


@pixel_function
def ordered(image: Array, *, levels: int, matrix_size: int) -> Array:
    """Rounded up where the value's fraction is above the threshold of a Bayer matrix, which is repeated."""
    height, width, channels = image.shape
    tile = np.repeat(bayer_matrix(matrix_size).astype(np.float32), channels, 1)
    thresholds = np.tile(tile, (-(-height // matrix_size), -(-width // matrix_size)))[:height, : width * channels]
    return from_steps(np.floor(steps(image, levels) + thresholds.reshape(image.shape)), levels, image.dtype)


@pixel_function(per_frame=True)
def scattered(image: Array, *, levels: int, seed: int) -> Array:
    """Rounded up by chance, the more likely the larger the value's fraction is."""
    thresholds = (random_words(seed, image.shape) + np.float32(0.5)) / np.float32(65536)
    return from_steps(np.floor(steps(image, levels) + thresholds), levels, image.dtype)


@pixel_function
def diffused(image: Array, *, levels: int) -> Array:
    """Rounded, and what that changes is given on to the neighbours that come later (Floyd and Steinberg 1976).

    A pixel needs its left neighbour and the three above it, so all pixels with the same x + 2y are free at the same
    time: W + 2H turns, each over up to H pixels at once. In memory they lie W - 2 pixels apart.
    """
    fine = np.rint(steps(image, levels) * np.float32(_FINE / (levels - 1))) * np.float32((levels - 1) / _FINE)
    height, width, channels = image.shape
    fine = np.pad(fine, ((0, 0), (0, max(0, 3 - width)), (0, 0)))  # else pixels would lie nowhere apart
    pitch, pixels = fine.shape[1], np.ascontiguousarray(fine).reshape(-1, channels)
    # What rounding took away in the last three turns; row y is at y + 1.
    first, second, third = np.zeros((3, height + 1, channels), np.float32)
    for turn in range(width + 2 * height - 2):
        top, end = max(0, (turn - width + 2) // 2), min(height, turn // 2 + 1)
        place = top * (pitch - 2) + turn
        now = pixels[place : place + (end - top - 1) * (pitch - 2) + 1 : pitch - 2]
        above, same = slice(top, end), slice(top + 1, end + 1)
        wanted = now + first[same] * np.float32(7 / 16)
        wanted += first[above] * np.float32(3 / 16)
        wanted += second[above] * np.float32(5 / 16)
        wanted += third[above] * np.float32(1 / 16)
        np.rint(wanted, out=now)
        third[:] = 0
        np.subtract(wanted, now, out=third[same])
        first, second, third = third, first, second
    chosen = pixels.reshape(height, pitch, channels)[:, :width]
    return from_steps(np.clip(chosen, 0, levels - 1), levels, image.dtype)


@transform
class Dithering(Transform):
    """Few levels a channel, mixed so finely that the mean tone of a place is kept.

    Args:
        method: "error_diffusion" gives what rounding changes on to the neighbours, "ordered" compares with a matrix
            that is repeated, "random" with noise.
        levels_range: how many levels each channel has, black and white among them, drawn from the whole numbers of the
            interval.
        matrix_size: of the Bayer matrix, in pixels. For "ordered" alone.
    Accepts: uint8, uint16, float32; any channel count, each dithered by itself. Floats are cut to [0, 1].
    Moves: nothing.
    Raises: InvalidParameter: an unknown method, levels_range outside [2, 256], matrix_size other than 2, 4, 8 or 16.
    Source: Floyd and Steinberg (1976), line by line from the left, on values of 12 bits; Bayer (1973); Roberts (1962).

    >>> Dithering(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    method: str = params.choice(default="error_diffusion", options=("random", "ordered", "error_diffusion"))
    levels_range: Interval = params.interval(default=(2, 4), low=2, high=256, single="fixed", whole=True)
    matrix_size: int = params.choice(default=8, options=(2, 4, 8, 16))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.levels_range
        levels = rng.integer(int(low), int(high))
        if self.method == "random":
            return PixelFn(scattered, levels=levels, seed=rng.seed())
        if self.method == "ordered":
            return PixelFn(ordered, levels=levels, matrix_size=self.matrix_size)
        return PixelFn(diffused, levels=levels)
