"""Superpixels: regions of similar colour, found by SLIC, and pictures painted with their mean colours."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from augcore import (
    MOST_CHANNELS,
    Interpolation,
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    by_channels,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.noise import random_words

Array = np.ndarray[Any, np.dtype[Any]]

_COMPACTNESS = 10.0  # how many units of lightness a way as long as a cell counts for
_ROUNDS = 5  # after which few pixels still change sides


def superpixels(picture: Array, grid: tuple[int, int]) -> Array:
    """The number of the superpixel that each pixel belongs to, (H, W).

    SLIC: k-means over colours and places, begun from a grid, where a pixel chooses among the nine centres that began
    nearest to it. So pixels of one cell have the same nine, and their distances are a product of matrices.

    Args:
        picture: (H, W, F) float32, of which distances are Euclidean; H and W must be multiples of the grid's.
        grid: how many superpixels there are, down and across.
    """
    (rows, columns), (height, width, depth) = grid, picture.shape
    tall, wide = height // rows, width // columns
    places = np.moveaxis(np.indices((height, width), np.float32), 0, 2) * np.float32(_COMPACTNESS)
    points = np.concatenate([picture, places / np.array((tall, wide), np.float32)], 2)
    cells = points.reshape(rows, tall, columns, wide, depth + 2).swapaxes(1, 2).reshape(rows * columns, -1, depth + 2)
    transposed, squares = np.ascontiguousarray(cells.swapaxes(1, 2)), (cells**2).sum(2)[:, None]
    features = np.ascontiguousarray(cells.reshape(-1, depth + 2).T, np.float64)
    near = _neighbours(rows, columns)
    centres = cells.mean(1)
    labels = np.repeat(np.arange(rows * columns), tall * wide)
    for _ in range(_ROUNDS):
        candidates = centres[near]
        distances = candidates @ transposed
        distances *= -2
        distances += squares
        distances += (candidates**2).sum(2)[:, :, None]
        labels = np.take_along_axis(near, _least(distances), 1).ravel()
        counts = np.bincount(labels, minlength=len(centres))[:, None]
        sums = np.stack([np.bincount(labels, feature, len(centres)) for feature in features], 1)
        centres = np.where(counts, sums / np.maximum(counts, 1), centres).astype(np.float32)
    return labels.reshape(rows, columns, tall, wide).swapaxes(1, 2).reshape(height, width)


def _least(distances: Array) -> Array:
    """Which of at most 16 numbers along the middle axis is the least; the array is overwritten.

    Numbers that are not below 0 are in order as bits, too, and the last four bits can say whose they are: the least of
    them is found in a fifth of the time of argmin.
    """
    bits = np.maximum(distances, 0, out=distances).view(np.int32)
    bits &= ~15
    bits |= np.arange(distances.shape[1], dtype=np.int32)[:, None]
    return np.asarray(bits.min(1) & 15)


def _neighbours(rows: int, columns: int) -> Array:
    """For each cell of a grid the numbers of the nine around it, (cells, 9); at the edge some of them twice."""
    down, across = (np.clip(np.add.outer(np.arange(n), (-1, 0, 1)), 0, n - 1) for n in (rows, columns))
    return np.asarray(down[:, None, :, None] * columns + across[None, :, None, :]).reshape(-1, 9)


def colours(image: Array) -> Array:
    """What SLIC compares: CIE L*a*b* of three channels, else values from 0 to 100, weighed so that more channels count
    as much as one. Found from 8 bits a value, since no more can be told apart."""
    small = to_range(image * np.float32(255 / max_value(image.dtype)), np.uint8)
    if image.shape[2] == 3:
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB) * np.array((100 / 255, 1, 1), np.float32))
    return np.asarray(small * np.float32(100 / 255 / math.sqrt(image.shape[2])))


@pixel_function
def mosaic(image: Array, *, share: float, count: int, max_size: int | None, interpolation: int, seed: int) -> Array:
    """Some superpixels painted with their mean colour: each of about `count` by the chance `share`.

    Args:
        max_size: they are found on a picture of at most so many pixels a side; None for one as large as this.
    """
    height, width = image.shape[:2]
    rows = max(1, round(math.sqrt(count * height / width)))
    columns = max(1, round(count / rows))
    replaced = random_words(seed, (1, 1, rows * columns)).ravel() < share * 65536
    if not replaced.any():
        return image
    scale = 1 if max_size is None else min(1, max_size / max(height, width))
    tall, wide = (max(1, round(side * scale / n)) for side, n in ((height, rows), (width, columns)))
    small = _resized(image, (rows * tall, columns * wide), cv2.INTER_AREA)
    labels = superpixels(colours(small), (rows, columns))
    counts = np.maximum(np.bincount(labels.ravel(), minlength=rows * columns), 1)
    sums = [np.bincount(labels.ravel(), channel, rows * columns) for channel in small.reshape(-1, small.shape[2]).T]
    means = to_range(np.stack([total / counts for total in sums], 1), image.dtype)
    painted = _resized(means[labels], (height, width), interpolation)
    mask = _resized(replaced[labels].astype(np.uint8)[:, :, None] * 255, (height, width), cv2.INTER_LINEAR) > 127
    if image.shape[2] > MOST_CHANNELS:
        return np.where(mask, painted, image)
    return np.asarray(cv2.copyTo(painted, mask.view(np.uint8), image.copy())).reshape(image.shape)


def _resized(image: Array, size: tuple[int, int], interpolation: int) -> Array:
    return by_channels(image, lambda part: cv2.resize(part, size[::-1], interpolation=interpolation))


@transform
class Superpixels(Transform):
    """Paint some superpixels, which are regions of similar colour, with their mean colour.

    Args:
        p_replace: the chance of each superpixel to be painted, drawn uniformly; a number a means (0, a). 1 turns the
            whole picture into a mosaic.
        n_segments: about how many superpixels there are, drawn from the whole numbers of the interval; a number a means
            (1, a).
        max_size: superpixels are found on a picture whose longer side is at most so many pixels; None for one as large
            as the picture, which takes longer and follows edges more closely.
        interpolation: of the colours between neighbouring superpixels: "nearest" for hard edges.
    Accepts: uint8, uint16, float32; any channel count, all of which have a say in the regions. Integers are rounded;
        means of floats are kept beyond 1, but colours beyond 1 are told apart like 1.
    Moves: nothing.
    Raises: InvalidParameter: p_replace outside [0, 1], n_segments or max_size below 1.
    Source: SLIC (Achanta et al. 2012) on CIE L*a*b* with compactness 10, five rounds; pieces that lie apart from their
        superpixel are left. What is not painted keeps its full resolution; albumentations 2.0.8 enlarges the small
        picture instead.

    >>> Superpixels(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    p_replace: Interval = params.interval(default=(0, 0.1), low=0, high=1, single=0)
    n_segments: Interval = params.interval(default=(100, 100), low=1, single=1, whole=True)
    max_size: int | None = params.integer(default=128, low=1, none=True, unit="px")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.n_segments
        return PixelFn(
            mosaic,
            share=rng.uniform(*self.p_replace),
            count=rng.integer(int(low), int(high)),
            max_size=self.max_size,
            interpolation=int(self.interpolation),
            seed=rng.seed(),
        )
