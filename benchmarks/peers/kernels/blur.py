"""Blur and edges."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.moves import about_centre, with_four
from benchmarks.peers.kernels.scratch import FIRST, FLAT, OTHER, SHAPE, SIZE, flat
from benchmarks.peers.kernels.tables import table, translate

ROWS = Rows()


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as with the others.
    return lambda image: cv2.blur(image, (radius, radius), borderType=cv2.BORDER_CONSTANT)


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    # At this size cv2.sepFilter2D takes as long.
    return lambda image: cv2.GaussianBlur(image, kernel_size, sigma)


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return lambda image: cv2.medianBlur(image, blur_limit)


def filtered(kernel: np.ndarray) -> Call:
    kernel = kernel.astype(np.float32)
    return lambda image: cv2.filter2D(image, -1, kernel)


def separated(kernel: np.ndarray, rank: int) -> Call:
    """The kernel as a sum of products of a column and a row, its singular vectors: a fifth of cv2.filter2D's time.

    Kernels that are the same upside down have vectors that are even or odd; to the last bit, they take
    half of the time.
    """
    left, strengths, right = np.linalg.svd(kernel)
    pairs = [(even_or_odd(left[:, i] * strengths[i]), even_or_odd(right[i])) for i in range(rank)]
    sums = np.empty((2, *SHAPE), np.int16)

    def call(image: np.ndarray) -> np.ndarray:
        total, part = sums
        cv2.sepFilter2D(image, cv2.CV_16S, pairs[0][1], pairs[0][0], total)
        for column, row in pairs[1:-1]:
            cv2.add(total, cv2.sepFilter2D(image, cv2.CV_16S, row, column, part), total)
        column, row = pairs[-1]
        return cv2.add(total, cv2.sepFilter2D(image, cv2.CV_16S, row, column, part), dtype=cv2.CV_8U)

    return call


def even_or_odd(vector: np.ndarray) -> np.ndarray:
    sign = 1 if vector @ vector[::-1] > 0 else -1
    return ((vector + sign * vector[::-1]) / 2).astype(np.float32)


def distances(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, x = np.mgrid[:size, :size] - size // 2
    return x, y, np.hypot(x, y)


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    line = cv2.line(np.zeros((kernel_size, kernel_size), np.uint8), (0, 1), (kernel_size - 1, kernel_size - 2), 1)
    return filtered(line / line.sum())


@ROWS.row
def AdvancedBlur(blur_limit: list[int], sigma_x_limit: list[float], sigma_y_limit: list[float]) -> Call:
    x, y, _ = distances(sum(blur_limit) // 2)
    along, across = (x + y) / math.sqrt(2), (x - y) / math.sqrt(2)
    kernel = np.exp(-((along / (0.8 * sigma_x_limit[1])) ** 2 + (across / (0.4 * sigma_y_limit[1])) ** 2) / 2)
    return separated(kernel / kernel.sum(), 3)


@ROWS.row
def Defocus(radius: list[int], alias_blur: list[float]) -> Call:
    size = sum(radius) + 1
    disk = (distances(size)[2] <= size // 2).astype(np.float32)
    disk = cv2.GaussianBlur(disk, (3, 3), sum(alias_blur) / 2)
    # Two products are up to 4 levels off, three 3, of the cut edge of the disk; the blur looks the same.
    return separated(disk / disk.sum(), 2)


@ROWS.row
def RingingOvershoot(blur_limit: list[int], cutoff: list[float]) -> Call:
    # J1 by its integral: the sinc of two dimensions. Three products are exact to the rounding.
    size, cut = sum(blur_limit) // 2, sum(cutoff) / 2
    radius = distances(size)[2]
    angles = (np.arange(400) + 0.5) * math.pi / 400
    waves = np.cos(angles - (cut * radius)[..., None] * np.sin(angles)).mean(-1)
    kernel = np.where(radius > 0, cut * waves / (2 * math.pi * np.maximum(radius, 1)), cut**2 / (4 * math.pi))
    return separated(kernel / kernel.sum(), 3)


@ROWS.row
def ZoomBlur(max_factor: list[float]) -> Call:
    # Sixteen zooms by four: the picture and its zoom in the middle, that and its zoom by twice as much, and so on.
    step = (sum(max_factor) / 2) ** (1 / 15)
    zooms = [about_centre(np.eye(2) * step ** (1 << k)) for k in range(4)]

    def move(image: np.ndarray) -> np.ndarray:
        for zoom in zooms:
            image = cv2.addWeighted(image, 0.5, cv2.warpAffine(image, zoom, SIZE), 0.5, 0)
        return image

    return with_four(move)


def with_box(centre: float, around: float) -> Call:
    """A kernel of 3×3 with one number around its centre, as a box that is taken away: half of cv2.filter2D's time."""
    return lambda image: cv2.addWeighted(image, centre - around, cv2.blur(image, (3, 3), FIRST), 9 * around, 0)


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    share, light = sum(alpha) / 2, sum(lightness) / 2
    return with_box(1 - share + share * (8 + light), -share)


@ROWS.row
def EnhanceEdge(mode: str, alpha_range: list[float]) -> Call:
    share = sum(alpha_range) / 2
    return with_box(1 - share + share * 5, -share / 2)


@ROWS.row
def EnhanceDetail(mode: str, alpha_range: list[float]) -> Call:
    # Five numbers that are not 0; cv2.Laplacian takes as long.
    share = sum(alpha_range) / 2
    kernel = np.zeros((3, 3))
    kernel[1], kernel[:, 1], kernel[1, 1] = -share / 6, -share / 6, 1 - share + share * 10 / 6
    return filtered(kernel)


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    share, force = sum(alpha) / 2, sum(strength) / 2
    slope = np.array([[-1 - force, 0 - force, 0], [0 - force, 1, 0 + force], [0, 0 + force, 1 + force]])
    plain = np.zeros((3, 3))
    plain[1, 1] = 1
    return filtered((1 - share) * plain + share * slope)


@ROWS.row
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    # Both signs of the difference by themselves, since bytes saturate; the table has the threshold and the strength.
    # With a sigma of 0, which stands for this one, OpenCV takes twice as long for this size.
    size = sum(blur_limit) // 2
    sigma = sigma_limit or 0.3 * ((size - 1) / 2 - 1) + 0.8
    amount = table(lambda x: np.where(x > threshold, x * sum(alpha) / 2, 0))

    def call(image: np.ndarray) -> np.ndarray:
        blurred, lines = flat(cv2.GaussianBlur(image, (size, size), sigma, FIRST)), flat(image)
        above = translate(cv2.subtract(lines, blurred, OTHER), amount, np.empty_like(lines))
        out = cv2.add(lines, above, above)
        cv2.subtract(blurred, lines, OTHER)
        return cv2.subtract(out, translate(OTHER, amount, FLAT), out).reshape(image.shape)

    return call


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    kernel = np.ones((scale[1], scale[1]), np.uint8)
    return lambda image: cv2.dilate(image, kernel)
