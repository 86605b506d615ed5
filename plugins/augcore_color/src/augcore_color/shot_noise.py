"""Shot noise: light comes in photons, and how many of them are counted in a pixel is Poisson's distribution."""

from __future__ import annotations

import functools
import math
from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
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
from augcore.noise import normal_quantiles, random_bytes, random_words

from .quantiles import normal_slices, paired

Array = np.ndarray[Any, np.dtype[Any]]

GAMMA = 2.2  # values are light to the power 1 / GAMMA


@pixel_function(per_frame=True)
def count_photons(image: Array, *, photons: float, seed: int) -> Array:
    """The picture as counted photons show it, where white stands for `photons` on average; each value by itself."""
    rows = image.reshape(len(image), -1)
    if image.dtype == np.uint8:
        means, levels = _byte_tables(photons)
        numbers = _picked(means, rows, random_bytes(seed, 2 * rows.size).reshape(2, *rows.shape))
        return apply_table(numbers.astype(np.uint8)[:, :, None], levels).reshape(image.shape)
    white = max_value(image.dtype)
    light = cv2.pow(np.maximum(rows / np.float32(white), 0, dtype=np.float32), GAMMA)
    counts = poisson(light * np.float32(photons), seed)
    # Not cv2.pow, which takes twice as long where there are zeros.
    values = (counts * np.float32(1 / photons)) ** np.float32(1 / GAMMA) * np.float32(white)
    return to_range(values.reshape(image.shape), image.dtype)


def _picked(means: Array, level: Array, noise: Array) -> Array:
    """Random counts, (H, W), from a table of mean counts in 256ths by level and by noise, (256 · 256, 1).

    The first byte of noise picks one of 256 slices of the level's distribution, the second one what the mean of the
    slice lies between. So the mean is right in the dark too, where one byte could not tell how rare a photon is.
    """
    counts = apply_table(paired(noise[0], level), means)[:, :, 0]
    np.add(counts, noise[1], out=counts)
    return np.asarray(np.right_shift(counts, 8, out=counts))


@functools.lru_cache(8)
def _byte_tables(photons: float) -> tuple[Array, Array]:
    """For the levels of bytes the table that `_picked` takes, and the level that each number of it is.

    Counts are numbered, one for all that look alike and the last for all that are white.
    """
    expected = (np.arange(256) / 255) ** GAMMA * photons
    counts = np.unique(np.append(np.rint(expected), math.ceil(photons)))
    levels = np.rint(255 * np.minimum(counts / photons, 1) ** (1 / GAMMA)).astype(np.uint8)
    levels, first = np.unique(levels, return_index=True)
    counts, last = counts[first], len(levels) - 1
    means = _slice_means(expected)
    # Where no count is left out, counts are their own numbers.
    numbers = np.minimum(means, last) if counts[-1] == last else np.interp(means, counts, np.arange(last + 1))
    return _in_256ths(numbers), np.resize(levels, 256)[:, None]


def _in_256ths(means: Array) -> Array:
    return np.asarray(np.rint(means * 256), np.uint16).reshape(-1, 1)


_FEW = (255 / 32) ** 2  # photons, up to which distributions are summed; above, the expansion is right to 0.001


def poisson(expected: Array, seed: int) -> Array:
    """Random counts of Poisson's distribution as float32, for expected counts (H, W) of 0 or more.

    Small ones are drawn from two of 256 tabled distributions, in the shares that make the mean right; this adds 0.1 %
    to the variance. The roots of what they expect are 1/32 apart.
    """
    noise = random_bytes(seed, 3 * expected.size).reshape(3, *expected.shape)
    size = np.float32(32**2) * np.minimum(expected, np.float32(_FEW))
    lower = np.floor(np.sqrt(size))
    share = (size - lower * lower) / (2 * lower + 1)
    lower += share * 256 > noise[2] + np.float32(0.5)
    counts = _picked(_small_table(), lower.astype(np.uint8), noise[:2]).astype(np.float32)
    many = np.flatnonzero(expected >= _FEW)
    if len(many):
        z = apply_table(random_words(seed + 1, (len(many), 1, 1)), normal_quantiles()[:, None]).ravel()
        counts.ravel()[many] = np.floor(_expansion(expected.ravel()[many], z, z * z, z * z * z))
    return counts


@functools.cache
def _small_table() -> Array:
    return _in_256ths(_slice_means((np.arange(256) / 32) ** 2))


def _expansion(expected: Array, z: Array, second: Array, third: Array) -> Array:
    """Quantiles of Poisson's distribution about the normal one, from its powers; rounded down they are counts.

    Giles 2016, "Algorithm 955: approximation of the inverse Poisson cumulative distribution function".
    """
    root = np.sqrt(expected)
    return np.asarray(expected + root * z + (1 / 3 + second / 6) - (z / 36 + third / 72) / root)


def _slice_means(expected: Array) -> Array:
    """The mean of each 256th of Poisson's distributions, (levels, 256), for expected counts in rising order."""
    few = expected[expected <= _FEW]
    most = int(few[-1] + 8 * math.sqrt(few[-1])) + 16
    number = np.arange(most)
    factorials = np.cumsum(np.log(np.maximum(number, 1)))
    logarithms = number * np.log(np.maximum(few, 1e-300))[:, None] - few[:, None] - factorials
    below = np.minimum(np.cumsum(np.exp(logarithms), 1) * 256, 256)
    # A slice has one more count for each sum that lies below it, and a part of one for a sum within it.
    slot = below.astype(int)
    part = below - slot
    slot += np.arange(len(few))[:, None] * 258
    steps = np.bincount(slot.ravel(), (1 - part).ravel(), len(few) * 258)
    steps += np.bincount(slot.ravel() + 1, part.ravel(), len(few) * 258)
    means = np.cumsum(steps.reshape(-1, 258)[:, :256], 1)
    if len(few) == len(expected):
        return means
    return np.concatenate([means, _expansion(expected[len(few) :, None], *normal_slices()) - 0.5])


@transform
class ShotNoise(Transform):
    """Noise of light itself: photons are counted, so noise grows with the root of the light.

    Args:
        scale_range: what one photon adds, as a fraction of the light of white, drawn uniformly: at 0.1 white is 10
            photons on average, and noise is stronger the larger the scale.
    Accepts: uint8, uint16, float32; any channel count, each value by itself. Values are taken for light to the power
        1 / 2.2; integers are cut to their range; floats below 0 become 0, and those beyond 1 are light like other.
    Moves: nothing.
    Raises: InvalidParameter: scale_range below 1e-6.
    Source: Schottky 1918; counts by inversion of Poisson's distribution, whose variance is its mean.

    >>> ShotNoise(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale_range: Interval = params.interval(
        default=(0.1, 0.3), low=1e-6, single="fixed", unit="fraction of the light of white"
    )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(count_photons, photons=1 / rng.uniform(*self.scale_range), seed=rng.seed())
