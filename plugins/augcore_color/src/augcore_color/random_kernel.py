"""Convolution with kernels that are drawn at random."""

from __future__ import annotations

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
    by_channels,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    transform,
)
from augcore.noise import normal_quantiles, random_words
from augcore.params import require

from .blur import odd_sizes

Array = np.ndarray[Any, np.dtype[Any]]


def random_kernels(size: int, strength: float, count: int, seed: int) -> Array:
    """Kernels (count, size, size) that leave flat areas as they are and have their centre of mass in the middle.

    Each is 1 - strength of the kernel that changes nothing, and strength of an even blur and Gaussian weights of
    variance 1 / size² on top, from which their mean and their first moments are taken.
    """
    middle = (size - 1) / 2
    y, x = np.mgrid[:size, :size] - middle
    weights = normal_quantiles().astype(float)[random_words(seed, (count, size, size))] / size
    for flat in (np.ones_like(x), x, y):
        weights -= (weights * flat).sum((1, 2), keepdims=True) / (flat * flat).sum() * flat
    kernels = strength * (1 / size**2 + weights)
    kernels[:, size // 2, size // 2] += 1 - strength
    return np.asarray(kernels)


@pixel_function
def random_convolution(image: Array, *, size: int, strength: float, per_channel: bool, seed: int) -> Array:
    """Filtered with `random_kernels`, one for all channels or one for each; beyond its edge the picture is mirrored."""
    kernels = random_kernels(size, strength, image.shape[2] if per_channel else 1, seed)
    if per_channel:
        planes = zip(split_channels(image), kernels, strict=True)
        return merge_channels([cv2.filter2D(plane, -1, kernel) for plane, kernel in planes])
    return by_channels(image, lambda part: cv2.filter2D(part, -1, kernels[0]), MOST_CHANNELS)


@transform
class StochasticConvolution(Transform):
    """Convolve with a small random kernel, which changes texture and leaves shapes and flat areas alone.

    Args:
        kernel_size: sides of the kernel in pixels, drawn from the odd numbers of the interval.
        strength_range: how much of the picture the kernel replaces, drawn uniformly; at 0 nothing changes.
        per_channel: give each channel a kernel of its own; otherwise all channels get the same, and grey stays grey.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut,
        and may go beyond the values that came in.
    Moves: nothing; kernels have their centre of mass in the middle.
    Raises: InvalidParameter: an even kernel_size, or one outside [3, 31]; strength_range outside [0, 1].
    Source: after Xu et al. 2021, "Robust and generalizable visual representation learning via random convolutions",
        with weights that sum to 1 and without mixing channels; borders as cv2.BORDER_REFLECT_101.

    >>> StochasticConvolution(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    kernel_size: Interval = params.interval(default=(3, 7), low=3, high=31, single="fixed", whole=True, unit="px")
    strength_range: Interval = params.interval(default=(0.2, 0.8), low=0, high=1, single="fixed")
    per_channel: bool = params.flag(default=False)

    def __attrs_post_init__(self) -> None:
        require(
            all(size % 2 for size in self.kernel_size),
            f"StochasticConvolution.kernel_size: {self.kernel_size} holds an even size; give odd ones",
        )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.kernel_size
        return PixelFn(
            random_convolution,
            size=rng.choice(odd_sizes(int(low), int(high))),
            strength=rng.uniform(*self.strength_range),
            per_channel=self.per_channel,
            seed=rng.seed(),
        )
