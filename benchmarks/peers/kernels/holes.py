"""Holes and pastes."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.scratch import SIDE, flat

ROWS = Rows()


def holes(places: Sequence[tuple[int, int]], height: int, width: int) -> Call:
    windows = [(slice(y, y + height), slice(x, x + width)) for x, y in places]

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        for window in windows:
            out[window] = 0
        return out

    return call


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    side = round(SIDE * math.sqrt(sum(scale) / 2))
    return holes([(180, 90)], side, side)


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    height, width = (round(SIDE * sum(sides) / 2) for sides in (hole_height_range, hole_width_range))
    return holes([(30, 300), (200, 120), (350, 350), (400, 60)][: num_holes_range[0]], height, width)


@ROWS.row
def ConstrainedCoarseDropout(
    num_holes_range: list[int], hole_height_range: list[float], hole_width_range: list[float]
) -> Call:
    # In the middle quarter, where the others have their object.
    height, width = (round(SIDE / 2 * sum(sides) / 2) for sides in (hole_height_range, hole_width_range))
    return holes([(150, 250), (270, 180)], height, width)


@ROWS.row
def GridDropout(
    ratio: float, unit_size_range: list[int], holes_number_xy: list[int] | None, random_offset: bool
) -> Call:
    # All holes at once: in the rows that have some, what is kept is one row of a mask.
    unit = sum(unit_size_range) // 2
    hole = round(unit * ratio)
    kept = np.repeat(np.where(np.arange(SIDE) % unit < hole, 0, 255).astype(np.uint8), 3)

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        lines = flat(out)
        for first in range(hole):
            lines[first::unit] &= kept
        return out

    return call


@ROWS.row
def GridMask(num_grid_range: list[int], line_width_range: list[float], rotation_range: list[float]) -> Call:
    number = sum(num_grid_range) // 2
    width = round(SIDE / number * sum(line_width_range) / 2)
    starts = [SIDE * line // number for line in range(number)]
    kept = np.full((SIDE, 3), 255, np.uint8)
    for start in starts:
        kept[start : start + width] = 0
    kept = kept.ravel()

    def call(image: np.ndarray) -> np.ndarray:
        out = flat(image) & kept
        for start in starts:
            out[start : start + width] = 0
        return out.reshape(image.shape)

    return call


@ROWS.row
def CopyAndPaste(
    min_visibility_after_paste: float,
    blend_mode: str,
    blend_sigma_range: list[float],
    scale_range: list[float],
    min_paste_area: int,
) -> Call:
    # A disc of 100 pixels across, cut out already.
    rows, columns = np.mgrid[:100, :100].astype(np.uint8)
    object_ = np.stack([2 * rows, 2 * columns, 255 - rows - columns], -1)
    mask = cv2.circle(np.zeros((100, 100), np.uint8), (50, 50), 49, 255, cv2.FILLED)

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        cv2.copyTo(object_, mask, out[200:300, 260:360])
        return out

    return call
