"""Sizes and windows."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
from itertools import cycle

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.scratch import ROW, SHAPE, SIDE, SIZE

ROWS = Rows()


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    # np.ascontiguousarray takes twice as long.
    return lambda image: image[100 : 100 + height, 130 : 130 + width].copy()


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    return lambda image: image[top : top + height, left : left + width].copy()


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    side = round(SIDE * math.sqrt(sum(scale) / 2))
    window = slice(70, 70 + side), slice(60, 60 + side)
    return lambda image: cv2.resize(image[window], (width, size[0]), interpolation=cv2.INTER_LINEAR)


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    side = sum(min_max_height) // 2
    window = slice(70, 70 + side), slice(60, 60 + side)
    return lambda image: cv2.resize(image[window], size[::-1], interpolation=cv2.INTER_LINEAR)


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    sides = cycle([round(SIDE * (1 + limit / 2)) for limit in scale_limit])
    return lambda image: cv2.resize(image, (side := next(sides), side), interpolation=cv2.INTER_LINEAR)


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    # Rows are repeated by copying: cv2.resize up takes 3 times as long, np.repeat 2.5 times.
    small = round(SIDE * scale_range[0])
    times = SIDE // small

    def call(image: np.ndarray) -> np.ndarray:
        lines = cv2.resize(image, (small, small), interpolation=cv2.INTER_NEAREST)
        lines = cv2.resize(lines, (SIDE, small), interpolation=cv2.INTER_NEAREST)
        out = np.empty((small, times, ROW), np.uint8)
        out[:] = lines.reshape(small, 1, ROW)
        return out.reshape(SHAPE)

    return call


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return lambda image: cv2.copyMakeBorder(image, *(padding,) * 4, cv2.BORDER_CONSTANT, value=fill)


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    sides = ((min_height - SIDE) // 2,) * 2 + ((min_width - SIDE) // 2,) * 2
    return lambda image: cv2.copyMakeBorder(image, *sides, cv2.BORDER_CONSTANT, value=fill)


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    top, right, bottom, left = px
    assert top < 0 < right
    assert bottom < 0 < left
    padded = np.empty((SIDE + top + bottom, SIDE + left + right, 3), np.uint8)

    def call(image: np.ndarray) -> np.ndarray:
        cut = image[-top : SIDE + bottom]
        cv2.copyMakeBorder(cut, 0, 0, left, right, cv2.BORDER_CONSTANT, dst=padded, value=fill)
        return cv2.resize(padded, SIZE, interpolation=cv2.INTER_LINEAR)

    return call
