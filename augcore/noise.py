"""Arrays of random numbers from a seed, the same on every machine and with every release of NumPy: for pixel functions,
fields and regions that are made from one. Scalars are drawn in `rng.py`."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def random_bytes(seed: int, count: int) -> Array:
    """Evenly distributed uint8.

    These are the raw bits of SFC64 (Doty-Humphrey), which NumPy keeps from release to release; the methods of its
    generators may change.
    """
    raw = np.random.SFC64(seed).random_raw((count + 7) // 8)
    return raw.astype("<u8", copy=False).view(np.uint8)[:count]


def random_words(seed: int, shape: tuple[int, ...]) -> Array:
    """Evenly distributed uint16, from the same bits."""
    raw = random_bytes(seed, 2 * math.prod(shape))
    return raw.view("<u2").astype(np.uint16, copy=False).reshape(shape)


@functools.cache
def normal_quantiles() -> Array:
    """The normal distribution, of mean 0 and variance 1, at the middles of 65536 equal slices of probability, in rising
    order, float32; the largest is 4.2.

    A random word looks up one normal number, in a fifth of the time of drawing it.
    """
    grid = np.linspace(-6, 6, 24001)
    cumulated = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in grid.tolist()])
    upper = np.interp((np.arange(32768, 65536) + 0.5) / 65536, cumulated, grid)
    table = np.concatenate([-upper[::-1], upper])
    table = np.asarray(table / table.std(), np.float32)
    table.flags.writeable = False
    return table


def normal_numbers(seed: int, shape: tuple[int, ...]) -> Array:
    """Normal numbers of mean 0 and variance 1, none beyond 4.2, float32."""
    return normal_quantiles().take(random_words(seed, shape))


def even_numbers(seed: int, shape: tuple[int, ...]) -> Array:
    """Evenly distributed float32 in (-1, 1), in 65536 steps."""
    return (random_words(seed, shape) + np.float32(0.5)) * np.float32(1 / 32768) - np.float32(1)
