"""The principal components of a picture's colours, and shifts along them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from augcore import (
    PixelFn,
    Rng,
    Transform,
    Unsupported,
    View,
    max_value,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]


def principal_axes(planes: list[Array]) -> tuple[Array, Array]:
    """Variances along the axes in which colours vary, and the axes as columns, the widest first.

    Args:
        planes: the channels, (H, W) each; variances are in squares of white. Axes point towards more light: their sums
            are 0 or more.
    """
    variances, axes = np.linalg.eigh(covariance(planes))
    return variances[::-1], (axes * np.where(axes.sum(0) < 0, -1, 1))[:, ::-1]


def covariance(planes: list[Array]) -> Array:
    """Of the channels, in squares of white.

    From sums of products, which are exact for bytes and depend on no number of threads, as BLAS does.
    """
    count, white = planes[0].size, max_value(planes[0].dtype)
    wide = np.uint16 if planes[0].dtype == np.uint8 else np.float32
    means = np.array([cv2.sumElems(plane)[0] for plane in planes]) / count
    squares = np.empty((len(planes), len(planes)))
    for i, first in enumerate(planes):
        for j, second in enumerate(planes[: i + 1]):
            squares[i, j] = squares[j, i] = cv2.sumElems(np.multiply(first, second, dtype=wide))[0] / count
    return np.asarray((squares - np.outer(means, means)) / white**2)


@pixel_function
def shifted_along_axes(image: Array, *, weights: tuple[float, ...]) -> Array:
    """One colour added to all pixels: each principal axis times its variance and its weight, the widest axis first."""
    planes = split_channels(image)
    if len(weights) != len(planes):
        raise Unsupported(
            f"color.shifted_along_axes needs {len(weights)} channels, and the image has {len(planes)}; "
            "SelectiveChannelTransform applies it to some of them"
        )
    variances, axes = principal_axes(planes)
    shift = axes @ (variances * weights) * max_value(image.dtype)
    return merge_channels([_shifted(plane, by) for plane, by in zip(planes, shift.tolist(), strict=True)])


def _shifted(plane: Array, by: float) -> Array:
    if plane.dtype == np.float32:
        return plane + np.float32(by)
    # Pixels are whole, so rounding now is rounding the sum. Of one row, since OpenCV takes a number for four of them
    # beside an array of four rows.
    row, whole = plane.reshape(1, -1), round(by)
    return np.asarray(cv2.add(row, whole) if whole >= 0 else cv2.subtract(row, -whole)).reshape(plane.shape)


@transform
class FancyPCA(Transform):
    """Shift all pixels by one colour, along the axes in which the colours of this picture vary.

    Args:
        alpha: standard deviation of the weights, drawn from a normal distribution, one for each axis; the shift along
            an axis is its weight times the variance along it, in units of white and its square.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
        A picture of one colour stays as it is.
    Moves: nothing.
    Raises: InvalidParameter: alpha below 0.
    Source: Krizhevsky, Sutskever and Hinton 2012, section 4.1, with the axes of the picture, or of each frame of a
        clip, in place of the training set's. albumentations 2.0.8 scales each pixel's distance from the mean instead,
        which leaves the mean as it is.

    >>> FancyPCA(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha: float = params.number(default=0.1, low=0)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        weights = tuple(rng.normal(0, self.alpha) for _ in range(view.channels))
        return PixelFn(shifted_along_axes, weights=weights)
