"""Distributions that random words pick numbers from, beside the normal one of `augcore.noise`."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from augcore.noise import normal_quantiles

Array = np.ndarray[Any, np.dtype[Any]]


def paired(noise: Array, level: Array) -> Array:
    """Two planes of bytes (H, W) as one of words (H, W, 1), 256 · level + noise: what both are looked up by."""
    return np.asarray(cv2.merge([noise, level]).view("<u2"), np.uint16)


@functools.lru_cache(32)
def quantiles(distribution: str, *shape: float) -> Array:
    """A distribution at the middles of 65536 equal slices of probability, in rising order.

    One 16-bit word looks up one number, in a fifth of the time of drawing it.
    """
    table = DISTRIBUTIONS[distribution](*shape)
    table.flags.writeable = False
    return table


def uniform_quantiles() -> Array:
    """From -1 to 1."""
    return np.asarray((np.arange(65536) + 0.5) / 32768 - 1, np.float32)


@functools.cache
def normal_slices() -> tuple[Array, Array, Array]:
    """The means of the first three powers in each 256th of the normal distribution: what a byte looks up."""
    z = normal_quantiles().astype(float).reshape(256, 256)
    return z.mean(1), (z**2).mean(1), (z**3).mean(1)


def laplace_quantiles() -> Array:
    """With mean 0 and scale 1, which is a variance of 2; the largest is 11.1."""
    upper = -np.log((np.arange(32768)[::-1] + 0.5) / 32768)
    return np.asarray(np.concatenate([-upper[::-1], upper]), np.float32)


def beta_quantiles(alpha: float, beta: float) -> Array:
    """Of the beta distribution, stretched from (0, 1) to (-1, 1).

    The density is summed over z = log(x / (1 - x)), where it is smooth however steep it is at 0 and 1, with points that
    lie close around its maximum and ever farther apart in its tails.
    """
    spread = math.sqrt((alpha + beta) / (alpha * beta))
    reach = math.asinh(50 * max(1 / alpha, 1 / beta, spread) / spread)
    t, step = np.linspace(-reach, reach, 4001, retstep=True)
    z = math.log(alpha / beta) + spread * np.sinh(t)
    logarithm = -alpha * np.logaddexp(0, -z) - beta * np.logaddexp(0, z)
    density = np.exp(logarithm - logarithm.max()) * np.cosh(t)
    cumulated = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * step)])
    return np.asarray(
        np.tanh(np.interp((np.arange(65536) + 0.5) / 65536, cumulated / cumulated[-1], z) / 2), np.float32
    )


DISTRIBUTIONS: dict[str, Callable[..., Array]] = {
    "uniform": uniform_quantiles,
    "gaussian": normal_quantiles,
    "laplace": laplace_quantiles,
    "beta": beta_quantiles,
}
