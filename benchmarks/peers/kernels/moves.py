"""Moves of pixels with a channel more, and the matrices of affine ones."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.peers import Call
from benchmarks.peers.kernels.scratch import FOUR, SIDE, SIZE


def with_four(move: Callable[[np.ndarray], np.ndarray]) -> Call:
    """Interpolation with a fourth channel: the same numbers as with three, in less than half of the time."""

    def call(image: np.ndarray) -> np.ndarray:
        return cv2.cvtColor(move(cv2.cvtColor(image, cv2.COLOR_RGB2RGBA, FOUR)), cv2.COLOR_RGBA2RGB)

    return call


def as_words(move: Callable[[np.ndarray], np.ndarray]) -> Call:
    """Nearest pixels, moved as words of 32 bits: half of the time that three channels take, and exact."""

    def call(image: np.ndarray) -> np.ndarray:
        words = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA, FOUR).view(np.float32)[..., 0]
        return cv2.cvtColor(move(words).view(np.uint8).reshape(SIDE, SIDE, 4), cv2.COLOR_RGBA2RGB)

    return call


def affine(matrix: np.ndarray, border: int = cv2.BORDER_CONSTANT) -> Call:
    return with_four(lambda image: cv2.warpAffine(image, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=border))


def about_centre(linear: np.ndarray, x: float = 0, y: float = 0) -> np.ndarray:
    centre = np.full(2, (SIDE - 1) / 2)
    return np.column_stack([linear, centre - linear @ centre + (x, y)])


def turn(degrees: float, scale: float = 1.0) -> np.ndarray:
    return cv2.getRotationMatrix2D((0, 0), degrees, scale)[:, :2]
