"""Values by themselves: tables, sums, histograms."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.chance import DRAWS
from benchmarks.peers.kernels.scratch import FIRST, PLANES, SHAPE, SIDE, flat
from benchmarks.peers.kernels.tables import added, by_planes, by_table, in_place, keep, table

ROWS = Rows()


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    # A sum that saturates takes a third of the time of a table.
    amount = float(round(255 * brightness_limit[0]))
    return lambda image: cv2.add(flat(image), amount).reshape(image.shape)


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    # cv2.convertScaleAbs takes longer than a table.
    return by_table(table(lambda x: x * (1 + contrast_limit[0])))


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    return by_table(table(lambda x: 255 * (x / 255) ** (gamma / 100)))


@ROWS.row
def RandomToneCurve(scale: float) -> Call:
    return by_table(table(lambda x: x + 255 * scale * np.sin(x / 255 * math.pi * 2) / 2))


@ROWS.row
def Invert() -> Call:
    return cv2.bitwise_not


@ROWS.row
def Posterize(bits: int) -> Call:
    kept = np.uint8(256 - (1 << (8 - bits)))
    return lambda image: image & kept


@ROWS.row
def Solarize(threshold: float) -> Call:
    # At half of the range what is inverted is what gets darker by it; another threshold needs a mask (cv2.threshold and
    # cv2.bitwise_xor), half as long again.
    assert threshold == 0.5

    def call(image: np.ndarray) -> np.ndarray:
        out = cv2.bitwise_not(image)
        return cv2.min(image, out, out)

    return call


@ROWS.row
def AutoContrast() -> Call:
    ramp = np.arange(256.0)

    def stretch(plane: np.ndarray) -> None:
        low, high, _, _ = cv2.minMaxLoc(plane)
        if low < high:
            in_place(np.clip((ramp - low) * (255 / (high - low)) + 0.5, 0, 255).astype(np.uint8))(plane)

    return by_planes(stretch, stretch, stretch)


@ROWS.row
def Equalize(mode: str) -> Call:
    # cv2.equalizeHist takes longer than its two parts.
    def call(image: np.ndarray) -> np.ndarray:
        planes = PLANES[:3]
        cv2.split(image, planes)
        for plane in planes:
            counts = cv2.calcHist([plane], [0], None, [256], [0, 256]).ravel()
            below = np.cumsum(counts) - counts / 2
            in_place((below * (255 / below[-1])).astype(np.uint8))(plane)
        return cv2.merge(planes)

    return call


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return by_planes(added(pixel_shift / 2), added(-pixel_shift / 2), added(pixel_shift / 4))


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    # Green is the measure of the others.
    return by_planes(in_place(table(lambda x: x * 0.85)), keep, in_place(table(lambda x: x * 1.25)))


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    factors = DRAWS.uniform(*multiplier, 3)
    return by_planes(*(in_place(table(lambda x, factor=factor: x * factor)) for factor in factors))


@ROWS.row
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    # Luma, of YCrCb, would take half of the time of lightness; lightness is what everybody takes.
    equalizer = cv2.createCLAHE(sum(clip_limit) / 2, tile_grid_size)
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2LAB, FIRST), planes)
        equalizer.apply(planes[0], planes[0])
        return cv2.cvtColor(cv2.merge(planes, FIRST), cv2.COLOR_LAB2RGB)

    return call


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    # As float32 in strips that stay in the cache, and from each to the output through one matrix. Of a row times and a
    # row plus in such strips this takes 3 quarters of the time, of cv2.LUT with three columns of float32 a third.
    matrix = np.zeros((3, 4), np.float32)
    matrix[range(3), range(3)] = 1 / (255 * np.array(std))
    matrix[:, 3] = -np.array(mean) / np.array(std)

    def call(image: np.ndarray) -> np.ndarray:
        out = np.empty(SHAPE, np.float32)
        for start in range(0, SIDE, 128):
            rows = slice(start, start + 128)
            cv2.transform(image[rows].astype(np.float32), matrix, dst=out[rows])
        return out

    return call
