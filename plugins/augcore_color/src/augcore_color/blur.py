"""Blurs: convolution with a smoothing kernel."""

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
    params,
    pixel_function,
    transform,
)
from augcore.params import require

Array = np.ndarray[Any, np.dtype[Any]]


def gaussian_kernel(sigma: float, size: int = 0) -> Array:
    """Weights of a Gaussian at whole pixels, summing to 1.

    Args:
        size: how many, odd; 0 for all within 3.5 sigma.
        sigma: 0 for the value that OpenCV gives a kernel of that size, 0.3 · ((size - 1) / 2 - 1) + 0.8.
    """
    if size == 0:
        size = 2 * int(3.5 * sigma) + 1
    if sigma == 0:
        sigma = 0.3 * ((size - 1) / 2 - 1) + 0.8
    return np.asarray(cv2.getGaussianKernel(size, sigma)[:, 0])


@pixel_function
def gaussian_blur(image: Array, *, sigma: float, size: int) -> Array:
    """Convolved with `gaussian_kernel(sigma, size)` along both axes; beyond its edge the picture is mirrored."""
    kernel = gaussian_kernel(sigma, size)
    if len(kernel) == 1:
        return image
    # Not cv2.GaussianBlur: for bytes it rounds the weights to 1/256 (up to 1.4 levels off, where this is 0.5 off) and
    # takes 1.4 to 3 times as long from size 7 on (OpenCV 5.0).
    return by_channels(image, lambda part: cv2.sepFilter2D(part, -1, kernel, kernel), MOST_CHANNELS)


def odd_sizes(low: int, high: int) -> list[int]:
    """The kernel sizes within an interval: 0 where it begins there, and its odd numbers; with 0, from 3."""
    sizes = list(range(3 if low == 0 else low, high + 1, 2))
    return [0, *sizes] if low == 0 else sizes


@transform
class GaussianBlur(Transform):
    """Blur with a Gaussian. The picture does not shift and its mean stays, up to what is mirrored at the edges.

    Args:
        blur_limit: the kernel's size in pixels, drawn from the odd numbers of the interval; 0 means as many as
            sigma asks for, 2 · int(3.5 · sigma) + 1. A number a means (0, a).
        sigma_limit: the standard deviation in pixels, drawn uniformly; a number a means (0, a). 0 leaves it to the
            size, as in OpenCV, and without a size nothing is blurred.
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing.
    Raises: InvalidParameter: an even size other than 0, or a negative sigma.
    Source: the kernel sizes are those of Pillow's GaussianBlur; borders as cv2.BORDER_REFLECT_101.

    >>> GaussianBlur(sigma_limit=2, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = params.interval(default=(0, 0), low=0, single=0, whole=True, unit="px")
    sigma_limit: Interval = params.interval(default=(0.5, 3.0), low=0, single=0, unit="px")

    def __attrs_post_init__(self) -> None:
        require(
            all(size == 0 or size % 2 for size in self.blur_limit),
            f"GaussianBlur.blur_limit: {self.blur_limit} holds an even size; give odd ones, or 0 to follow sigma",
        )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.blur_limit
        size = rng.choice(odd_sizes(int(low), int(high))) if low < high else int(low)
        return PixelFn(gaussian_blur, sigma=rng.uniform(*self.sigma_limit), size=size)
