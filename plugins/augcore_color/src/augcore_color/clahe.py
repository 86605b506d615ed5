"""CLAHE: contrast from the histograms of a picture's parts. Those of whole pictures are in histogram.py."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    max_value,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]


def tile_tables(plane: Array, clip: float, grid: tuple[int, int]) -> Array:
    """For each tile of a grid and each of 256 levels what it becomes in [0, 1]: (rows, columns, 256).

    Args:
        plane: bytes whose sides are multiples of the grid's.
        clip: how many pixels count for a level, in multiples of the mean; the others are spread over all levels.
    """
    rows, columns = grid
    area = plane.size // (rows * columns)
    tiles = plane.reshape(rows, -1, columns, plane.shape[1] // columns).swapaxes(1, 2).reshape(rows * columns, area)
    places = tiles + 256 * np.arange(rows * columns)[:, None]
    counts = np.bincount(places.ravel(), minlength=256 * rows * columns).reshape(rows, columns, 256)
    most = max(int(clip * area / 256), 1)
    kept = np.minimum(counts, most)
    each, rest = np.divmod(area - kept.sum(-1, keepdims=True), 256)
    # As OpenCV does, whose bytes must look like other dtypes: one more for as many levels as there are left over.
    place, step = np.arange(256), np.maximum(256 // np.maximum(rest, 1), 1)
    kept += each + ((place % step == 0) & (place // step < rest))
    return np.asarray(np.cumsum(kept, -1) / area, np.float32)


def fine_clahe(plane: Array, clip: float, grid: tuple[int, int]) -> Array:
    """What cv2.CLAHE does to bytes, for float32 in [0, 1] and without steps: its curves are followed between levels.

    OpenCV's own for 16 bits counts 65536 levels, of which a tile has too few pixels: the limit of contrast is lost.
    """
    height, width = plane.shape
    rows, columns = grid
    # As OpenCV does: where one side is no multiple of its tiles, the other too gets more, if only whole pixels of them.
    further = (rows - height % rows, columns - width % columns) if height % rows or width % columns else (0, 0)
    padded = cv2.copyMakeBorder(plane, 0, further[0], 0, further[1], cv2.BORDER_REFLECT_101)
    tables = tile_tables(to_range(padded * np.float32(255), np.uint8), clip, grid).reshape(-1, 256)
    steps = np.diff(tables, axis=1, append=tables[:, -1:])  # to the next level, which white does not have
    values = plane * np.float32(255)
    level = values.astype(np.int32)
    part = values - level
    out = np.zeros(plane.shape, np.float32)
    for row, vertical in _neighbours(height, padded.shape[0] // rows, rows):
        for column, horizontal in _neighbours(width, padded.shape[1] // columns, columns):
            place = level + ((row * columns)[:, None] + column) * 256
            out += vertical[:, None] * horizontal * (tables.take(place) + part * steps.take(place))
    return out


def _neighbours(side: int, tile: int, count: int) -> list[tuple[Array, Array]]:
    """For each pixel along a side the tiles whose middles lie before it and behind it, each with its weight."""
    place = (np.arange(side) / tile - 0.5).astype(np.float32)
    before = np.floor(place).astype(int)
    weight = place - before
    return [(np.maximum(before, 0), 1 - weight), (np.minimum(before + 1, count - 1), weight)]


@pixel_function
def equalized_by_parts(image: Array, *, clip: float, grid: tuple[int, int]) -> Array:
    """CLAHE of the lightness of three channels, and of each channel by itself for other numbers of them."""
    rows, columns = min(grid[0], image.shape[0]), min(grid[1], image.shape[1])
    if image.dtype == np.uint8:
        equalizer = cv2.createCLAHE(clip, (columns, rows))
        if image.shape[2] != 3:
            return merge_channels([equalizer.apply(plane) for plane in split_channels(image)])
        planes = split_channels(cv2.cvtColor(image, cv2.COLOR_RGB2LAB))
        planes[0] = equalizer.apply(planes[0])
        return np.asarray(cv2.cvtColor(merge_channels(planes), cv2.COLOR_LAB2RGB))
    white = np.float32(max_value(image.dtype))
    unit = np.clip(image.astype(np.float32) / white, 0, 1)
    if image.shape[2] != 3:
        fine = [fine_clahe(plane, clip, (rows, columns)) for plane in split_channels(unit)]
        return to_range(merge_channels(fine) * white, image.dtype)
    planes = split_channels(cv2.cvtColor(unit, cv2.COLOR_RGB2LAB))
    planes[0] = fine_clahe(np.clip(planes[0] / 100, 0, 1), clip, (rows, columns)) * 100
    return to_range(np.clip(cv2.cvtColor(merge_channels(planes), cv2.COLOR_LAB2RGB), 0, 1) * white, image.dtype)


@transform
class CLAHE(Transform):
    """Equalise the histogram by parts, with limited contrast.

    Args:
        clip_limit: how many pixels count for a level, in multiples of the mean of all levels, 1 or more, drawn
            uniformly; a number a means (1, a). The others are spread over all levels, so that no part becomes more than
            clip_limit + 1 times as steep.
        tile_grid_size: the number of parts, (rows, columns); a picture has no more of them than pixels.
    Accepts: uint8, uint16, float32; any channel count: the CIE lightness of three, as of sRGB, and each channel by
        itself for other numbers. Floats are held within [0, 1]; uint16 and floats are counted in 256 levels and changed
        without steps.
    Moves: nothing.
    Raises: InvalidParameter: clip_limit below 1, a grid without parts.
    Source: Zuiderveld (1994), Contrast limited adaptive histogram equalization, as in cv2.CLAHE. albumentations 2.0.8
        takes the number of columns first. Frames of a clip are equalised each by itself.

    >>> CLAHE(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    clip_limit: Interval = params.interval(default=4.0, low=1, single=1)
    tile_grid_size: tuple[int, int] = params.numbers(default=(8, 8), length=2, low=1, whole=True)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(equalized_by_parts, clip=rng.uniform(*self.clip_limit), grid=self.tile_grid_size)
