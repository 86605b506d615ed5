"""Pixels that move as they are: symmetries, tiles, and pixels from nearby."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import cycle

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.chance import DRAWS, ONE_PLANE, random_bytes
from benchmarks.peers.kernels.moves import as_words
from benchmarks.peers.kernels.scratch import FIRST, SIDE, SIZE, same

ROWS = Rows()


@ROWS.row
def HorizontalFlip() -> Call:
    return lambda image: cv2.flip(image, 1)


@ROWS.row
def VerticalFlip() -> Call:
    return lambda image: cv2.flip(image, 0)


@ROWS.row
def Transpose() -> Call:
    # Words of 32 bits and planes take longer.
    return cv2.transpose


def in_turn(calls: Sequence[Call]) -> Call:
    """One after the other, since they take unlike times."""
    following = cycle(calls)
    return lambda image: next(following)(image)


TURNS = [
    same,
    lambda image: cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE),
    lambda image: cv2.rotate(image, cv2.ROTATE_180),
    lambda image: cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE),
]


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    return in_turn(TURNS)


@ROWS.row
def SquareSymmetry() -> Call:
    # The other diagonal is a transposition of a picture that is upside down.
    mirrors = [
        lambda image: cv2.flip(image, 1),
        lambda image: cv2.flip(image, 0),
        cv2.transpose,
        lambda image: cv2.rotate(cv2.transpose(image, FIRST), cv2.ROTATE_180),
    ]
    return in_turn([*TURNS, *mirrors])


def scattered(radius: int) -> Callable[[np.ndarray], np.ndarray]:
    """Each pixel from a random place nearby: both offsets, as one number of 64 bits, by a table from one byte.

    np.take with indices of 64 bits and maps of 16 bits take longer.
    """
    offsets = np.arange(256) * (2 * radius + 1) ** 2 // 256
    pairs = np.stack([offsets % (2 * radius + 1), offsets // (2 * radius + 1)], 1) - radius
    packed = pairs.astype(np.float32).view(np.float64).ravel()

    def move(words: np.ndarray) -> np.ndarray:
        chosen = cv2.LUT(random_bytes(ONE_PLANE).reshape(SIZE), packed)
        nearest = cv2.INTER_NEAREST | cv2.WARP_RELATIVE_MAP
        return cv2.remap(
            words, chosen.view(np.float32).reshape(SIDE, SIDE, 2), None, nearest, None, cv2.BORDER_REFLECT_101
        )

    return move


@ROWS.row
def PixelSpread(radius: int, interpolation: str, border_mode: str, fill: int) -> Call:
    return as_words(scattered(radius))


@ROWS.row
def GlassBlur(sigma: float, max_delta: int, iterations: int) -> Call:
    # Two rounds of exchanges carry a pixel as far as one round of so much wider ones does.
    move = as_words(scattered(round(max_delta * math.sqrt(iterations))))

    def call(image: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(move(cv2.GaussianBlur(image, (3, 3), sigma, FIRST)), (3, 3), sigma)

    return call


def shuffled(rows: int, columns: int) -> Call:
    tops = [SIDE * row // rows for row in range(rows + 1)]
    lefts = [SIDE * column // columns for column in range(columns + 1)]
    cells = [
        (slice(*tops[row : row + 2]), slice(*lefts[column : column + 2]))
        for row in range(rows)
        for column in range(columns)
    ]
    # Cells of the same size change places.
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, cell in enumerate(cells):
        groups.setdefault(tuple(part.stop - part.start for part in cell), []).append(number)
    pairs = [
        (cells[to], cells[source])
        for group in groups.values()
        for to, source in zip(group, DRAWS.permutation(group), strict=True)
    ]

    def call(image: np.ndarray) -> np.ndarray:
        out = np.empty_like(image)
        for to, source in pairs:
            out[to] = image[source]
        return out

    return call


@ROWS.row
def RandomGridShuffle(grid: list[int]) -> Call:
    return shuffled(*grid)


@ROWS.row
def RandomJigsaw(grid: list[int]) -> Call:
    return shuffled(*grid)
