"""Matrices of the plane, 3×3, for points (x, y, 1) of the continuous frame: the arithmetic behind `affine.py`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from augcore import InvalidParameter

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Size = tuple[int, int]


def rotation(angle: float) -> Matrix:
    """Counter-clockwise on the screen, in radians."""
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]])


def scaling(x: float, y: float) -> Matrix:
    return np.diag((x, y, 1.0))


def shearing(x: float, y: float) -> Matrix:
    """Vertical lines lean to the right at the top by x, horizontal ones rise to the right by y, in radians."""
    return np.array([[1, -math.tan(x), 0], [-math.tan(y), 1, 0], [0, 0, 1.0]])


def shift(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def about(matrix: Matrix, size: Size, output: Size | None = None) -> Matrix:
    """The matrix applied about the centre of a frame of `size`, which comes to lie in the centre of `output`."""
    height, width = size
    new_height, new_width = output or size
    return shift(new_width / 2, new_height / 2) @ matrix @ shift(-width / 2, -height / 2)


def bounds(matrix: Matrix, size: Size) -> Matrix:
    """The least and the greatest (x, y), as two rows, of a frame of `size` behind the matrix."""
    height, width = size
    corners = matrix @ np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)]).T
    moved = corners[:2] / corners[2]
    return np.stack([moved.min(1), moved.max(1)])


def inscribed(size: Size, angle: float) -> tuple[float, float]:
    """(height, width) of the largest upright rectangle within a frame of `size` rotated by `angle` radians.

    A rectangle (w, h) fits if w·cos + h·sin <= W and w·sin + h·cos <= H. Its area is greatest where both hold with
    equality, unless the frame is so narrow that one alone does: then its centre lines are w·cos = h·sin = half the
    narrow side, or the same with sine and cosine exchanged.
    """
    height, width = size
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    long, short = max(width, height), min(width, height)
    if short <= 2 * sin * cos * long or abs(sin - cos) < 1e-9:
        along, across = short / (2 * sin), short / (2 * cos)
        return (across, along) if width >= height else (along, across)
    both = cos * cos - sin * sin
    return (height * cos - width * sin) / both, (width * cos - height * sin) / both


def homography(corners: Matrix, output: Size) -> Matrix:
    """The matrix that takes four corners (4, 2), from the upper left one clockwise, to those of a frame."""
    height, width = output
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners.tolist(), ((0, 0), (width, 0), (width, height), (0, height)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    targets = np.array([0, 0, width, 0, width, height, 0, height], float)
    sides = np.roll(corners, -1, 0) - corners
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    if not (turns > 1e-9).all():
        raise InvalidParameter(
            f"perspective: {corners.round(3).tolist()} are not the corners of a convex quadrilateral; "
            "give four that are, clockwise from the upper left"
        )
    return np.append(np.linalg.solve(np.array(rows), targets), 1.0).reshape(3, 3)
