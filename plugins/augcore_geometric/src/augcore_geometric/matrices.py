"""Matrices of the plane, 3×3, for points (x, y, 1) of the continuous frame: the arithmetic behind `affine.py`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from augcore import InvalidParameter

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Size = tuple[int, int]
Corners = Sequence[tuple[float, float]]


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


def homography(corners: Corners) -> Matrix:
    """The matrix that takes four corners, from the upper left one clockwise, to those of the unit square.

    Source: Heckbert 1989, "Fundamentals of texture mapping and image warping", section 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    sides = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True)]
    turns = [a[0] * b[1] - a[1] * b[0] for a, b in zip(sides, (*sides[1:], sides[0]), strict=True)]
    if not all(turn > 1e-9 for turn in turns):
        raise InvalidParameter(
            f"perspective: {[(round(x, 3), round(y, 3)) for x, y in corners]} are not the corners of a convex "
            "quadrilateral; give four that are, clockwise from the upper left"
        )
    # The other way about, from the unit square, the nine numbers can be written down.
    across, down = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    (ax, ay), (bx, by) = (x1 - x2, y1 - y2), (x3 - x2, y3 - y2)
    area = ax * by - bx * ay
    g, h = (across * by - bx * down) / area, (ax * down - across * ay) / area
    square = ((x1 - x0 + g * x1, x3 - x0 + h * x3, x0), (y1 - y0 + g * y1, y3 - y0 + h * y3, y0), (g, h, 1.0))
    matrix = np.linalg.inv(square)
    return np.asarray(matrix / matrix[2, 2])
