"""Defocus: every point of the scene becomes the disc of an open aperture."""

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
    max_value,
    params,
    pixel_function,
    transform,
)

from .blur import gaussian_kernel, rounded

Array = np.ndarray[Any, np.dtype[Any]]


def disc_reaches(radius: int) -> list[int]:
    """How far a disc of whole pixels reaches above and below its middle row, at each of its 2 · radius + 1 columns."""
    return [math.isqrt(radius**2 - x**2) for x in range(-radius, radius + 1)]


def disc_sum(image: Array, radius: int) -> Array:
    """The sum of the pixels within a radius of each, mirrored beyond the edge, in a dtype that holds it.

    Columns of pixels grow around each pixel, and wherever one has the height of the disc at some place, it is added
    there: 2 additions for each column of the disc, where a convolution takes one for each pixel.
    """
    height, width, channels = image.shape
    reaches = disc_reaches(radius)
    area = sum(2 * reach + 1 for reach in reaches)
    integers = image.dtype != np.float32
    dtype = np.min_scalar_type(int(area * max_value(image.dtype))) if integers else np.dtype(np.float32)
    padded = cv2.copyMakeBorder(image, *(radius,) * 4, cv2.BORDER_REFLECT_101).astype(dtype)
    rows = padded.reshape(len(padded), -1)
    columns = rows[radius : radius + height].copy()
    total = np.zeros((height, width * channels), dtype)
    for reach in range(radius + 1):
        if reach:
            columns += rows[radius - reach : radius - reach + height]
            columns += rows[radius + reach : radius + reach + height]
        for place in (place for place, one in enumerate(reaches) if one == reach):
            total += columns[:, place * channels : (place + width) * channels]
    return total.reshape(image.shape)


@pixel_function
def defocus(image: Array, *, radius: int, alias_blur: float) -> Array:
    """Convolved with a disc that is softened by a Gaussian, its sigma `alias_blur`; mirrored beyond the edge."""
    softening = gaussian_kernel(alias_blur)
    area = sum(2 * reach + 1 for reach in disc_reaches(radius))

    def blurred(part: Array) -> Array:
        total = disc_sum(part, radius).astype(np.float32, copy=False)
        # A mirrored picture stays one when it is convolved with a disc, so the softening may mirror, too.
        return rounded(cv2.sepFilter2D(total, -1, softening, softening / area), image.dtype)

    return by_channels(image, blurred, MOST_CHANNELS)


@transform
class Defocus(Transform):
    """Blur as a lens does that is out of focus: points become discs.

    Args:
        radius: of the disc in whole pixels, drawn uniformly; a number a means (1, a).
        alias_blur: the sigma in pixels of a Gaussian that softens the disc's jagged edge, drawn uniformly; a number a
            means (0, a).
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing.
    Raises: InvalidParameter: a radius below 1, a negative alias_blur.
    Source: Hendrycks and Dietterich, "Benchmarking neural network robustness" (2019): the disc x² + y² <= radius².
        Borders as cv2.BORDER_REFLECT_101. As in albumentations 2.0.8, but for large alias_blur, where the Gaussian ends
        at 3.5 sigma here and after one or two pixels there.

    >>> Defocus(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    radius: Interval = params.interval(default=(3, 10), low=1, single=1, whole=True, unit="px")
    alias_blur: Interval = params.interval(default=(0.1, 0.5), low=0, single=0, unit="px")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.radius
        return PixelFn(defocus, radius=rng.integer(int(low), int(high)), alias_blur=rng.uniform(*self.alias_blur))
