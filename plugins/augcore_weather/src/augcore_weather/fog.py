"""Fog: light scattered towards the camera by what hangs in the air."""

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
    merge_channels,
    params,
    pixel_function,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]

# Patches over a pixel at the edge of the picture and in its middle, on average and in the densest fog.
_EDGE, _MIDDLE = 1.6, 16.0
_RADII = (0.05, 0.1, 0.2)  # of patches, in shorter sides of the picture; each makes a third of the fog


def coverage(size: tuple[int, int], *, density: float, seed: int) -> Array:
    """How many patches of fog lie over each cell of a coarse grid on the picture, float32.

    Patches are scattered at random (a Poisson process), thickest in the middle, and fade out as Gaussians whose spread
    is their radius. They are far wider than a cell, so it is enough to count them per cell and to blur the counts;
    drawing them one by one would take hundreds of passes over the picture.
    """
    finest = _RADII[0] * min(size)
    rows, columns = (max(2, math.ceil(side / finest)) for side in size)
    y, x = (((np.arange(n) + 0.5) / n * 2 - 1) ** 2 for n in (rows, columns))
    expected = density * (_EDGE + (_MIDDLE - _EDGE) * np.outer(1 - y, 1 - x)) / len(_RADII)
    draws = np.random.default_rng(seed)
    total = np.zeros((rows, columns), np.float32)
    for radius in _RADII:
        vertical, horizontal = radius * min(size) * rows / size[0], radius * min(size) * columns / size[1]  # in cells
        area = math.pi * vertical * horizontal
        counts = (draws.poisson(expected / area) * area).astype(np.float32)
        total += cv2.GaussianBlur(counts, (0, 0), sigmaX=horizontal, sigmaY=vertical, borderType=cv2.BORDER_REFLECT)
    return total


@pixel_function
def add_fog(image: Array, *, density: float, opacity: float, seed: int) -> Array:
    """The scene seen through patches that each let 1 - opacity of it through and put white in place of the rest.

    What fog scatters a little it also blurs, the denser the more.
    """
    transmission = (1 - opacity) ** coverage(image.shape[:2], density=density, seed=seed)
    sigma = density * min(image.shape[:2]) / 180
    scene = by_channels(image, lambda part: cv2.GaussianBlur(part, (0, 0), sigma), MOST_CHANNELS) if sigma else image
    size = image.shape[1::-1]
    if image.dtype == np.uint8:
        transmission = cv2.resize(to_range(transmission * 255, np.uint8), size, interpolation=cv2.INTER_CUBIC)
        through = merge_channels([transmission] * image.shape[2])
        rows = cv2.bitwise_not(scene.reshape(len(scene), -1))
        rows = cv2.multiply(rows, through.reshape(rows.shape), rows, scale=1 / 255)
        return np.asarray(cv2.bitwise_not(rows, rows)).reshape(image.shape)
    white = np.float32(max_value(image.dtype))
    through = np.clip(cv2.resize(transmission, size, interpolation=cv2.INTER_CUBIC), 0, 1)
    return to_range(white - (white - scene) * merge_channels([through] * image.shape[2]), image.dtype)


@transform
class RandomFog(Transform):
    """Fog: a white, patchy veil, thickest in the middle, and a slight blur.

    Args:
        alpha_coef: how much one patch of fog hides in the densest fog, 0 to 1.
        fog_coef_range: how dense the fog is, 0 to 1, drawn uniformly: the number of patches, how much each of them
            hides, and the blur grow with it. At 0 there is no fog.
    Accepts: uint8, uint16, float32; any channel count, each veiled with white. Values stay within the range; floats
        beyond 1 are pulled towards 1.
    Moves: nothing.
    Raises: InvalidParameter: alpha_coef or fog_coef_range outside [0, 1].
    Source: the veil is that of a participating medium, scene · t + white · (1 - t) (Koschmieder 1924), with t the
        product over the patches on the line of sight.

    >>> RandomFog(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha_coef: float = params.number(default=0.08, low=0, high=1)
    fog_coef_range: Interval = params.interval(default=(0.3, 1), low=0, high=1, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        density = rng.uniform(*self.fog_coef_range)
        return PixelFn(add_fog, density=density, opacity=self.alpha_coef * density, seed=rng.seed())
