"""Ringing: what an ideal low-pass filter leaves at edges, in overshoots and waves."""

from __future__ import annotations

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
    by_channels,
    params,
    pixel_function,
    transform,
)

from .blur import drawn_size, kernel_sizes

Array = np.ndarray[Any, np.dtype[Any]]

# How much of the kernel's weight may be missing: what makes half a level of each dtype at most.
_MISSING = {np.dtype("uint8"): 0.5 / 255, np.dtype("uint16"): 0.5 / 65535, np.dtype("float32"): 1e-7}
_DEPTHS = {np.dtype("uint8"): cv2.CV_8U, np.dtype("uint16"): cv2.CV_16U, np.dtype("float32"): cv2.CV_32F}


def jinc_kernel(cutoff: float, size: int) -> Array:
    """The kernel of an ideal circular low-pass filter, cut to a square of that size; the weights sum to 1.

    Args:
        cutoff: the highest frequency that passes, in radians per pixel; pi is that of every other pixel.
    """
    squares = (np.arange(size) - size // 2) ** 2
    distances, places = np.unique(np.add.outer(squares, squares), return_inverse=True)
    weights = jinc(cutoff * np.sqrt(distances))[places].reshape(size, size)
    return np.asarray(weights / weights.sum())


def jinc(x: Array) -> Array:
    """2 · J1(x) / x, from Bessel's integral; 1 at 0."""
    # The rule of equal steps is exact to rounding for a periodic function, once there are more steps than x.
    angles = (np.arange(64 + 2 * int(x.max())) + 0.5) * (math.pi / (64 + 2 * int(x.max())))
    bessel = np.cos(angles - np.multiply.outer(x, np.sin(angles))).mean(-1)
    return np.asarray(np.divide(2 * bessel, x, out=np.ones(x.shape), where=x > 1e-8))


def separated(kernel: Array, missing: float) -> list[tuple[Array, Array]]:
    """Columns and rows whose outer products sum to a kernel that is its own mirror image, but for so much weight.

    Its singular vectors, as many as that takes. They are made even to the last bit, since OpenCV then halves the work.
    """
    left, strengths, right = np.linalg.svd(kernel)
    pairs: list[tuple[Array, Array]] = []
    rest = kernel
    for column, strength, row in zip(left.T, strengths, right, strict=True):
        if pairs and np.abs(rest).sum() <= missing:
            break
        column, row = (column + column[::-1]) * (strength / 2), (row + row[::-1]) / 2
        pairs.append((column, row))
        rest = rest - np.outer(column, row)
    return pairs


@pixel_function
def low_pass(image: Array, *, cutoff: float, size: int) -> Array:
    """Convolved with `jinc_kernel(cutoff, size)`; beyond its edge the picture is mirrored."""
    pairs = separated(jinc_kernel(cutoff, size), _MISSING[image.dtype])
    return by_channels(image, lambda part: _convolved(part, pairs), MOST_CHANNELS)


def _convolved(image: Array, pairs: list[tuple[Array, Array]]) -> Array:
    """By a sum of products: a kernel of 11×11 takes three of them, in a fifth of the time of cv2.filter2D."""
    (column, row), *others = pairs
    if not others:
        return np.asarray(cv2.sepFilter2D(image, -1, row, column))
    total = cv2.sepFilter2D(image, cv2.CV_32F, row, column)
    for column, row in others[:-1]:
        total = cv2.add(total, cv2.sepFilter2D(image, cv2.CV_32F, row, column), dst=total)
    column, row = others[-1]
    # Rounded and cut to the range of integers by this sum.
    return np.asarray(cv2.add(total, cv2.sepFilter2D(image, cv2.CV_32F, row, column), dtype=_DEPTHS[image.dtype]))


@transform
class RingingOvershoot(Transform):
    """Ringing and overshoot at edges, as an ideal low-pass filter makes them.

    Args:
        blur_limit: the kernel's size in pixels, drawn from the odd numbers of the interval; a number a means (3, a).
        cutoff: the highest frequency that passes, in radians per pixel, drawn uniformly; pi would let all pass.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats overshoot
        it. An even picture stays as it is.
    Moves: nothing.
    Raises: InvalidParameter: an even size, cutoff outside [0, pi].
    Source: the circular sinc filter, cutoff · J1(cutoff · r) / (2 pi r), of Real-ESRGAN (Wang et al. 2021), scaled to
        a sum of 1. Borders as cv2.BORDER_REFLECT_101.

    >>> RingingOvershoot(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(7, 15))
    cutoff: Interval = params.interval(
        default=(math.pi / 4, math.pi / 2), low=0, high=math.pi, single="fixed", unit="radians per pixel"
    )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        size = drawn_size(rng, self.blur_limit)
        return PixelFn(low_pass, cutoff=rng.uniform(*self.cutoff), size=size)
