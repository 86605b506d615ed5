"""Fields that are sums of products of a function of the row and one of the column: a matrix product makes them, without
going through all pixels once for each function. Which functions, is said where the transforms are."""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import matrix_product

Array = np.ndarray[Any, np.dtype[Any]]


def products(rows: Array, columns: Array) -> Array:
    """(H, W, 2) float32, x and y laid out one after the other, from the functions of the rows (2, H, K) and of the
    columns (2, K, W); what x and y have in common may be given without the first axis."""
    rows, columns = (np.broadcast_to(one, (2, *one.shape[-2:])).astype(np.float32) for one in (rows, columns))
    field = np.empty((2, rows.shape[1], columns.shape[2]), np.float32)
    for first, second, out in zip(rows, columns, field, strict=True):
        matrix_product(first, second, out)
    return np.moveaxis(field, 0, -1)


def steps(side: int, count: int) -> Array:
    """Where the pixels of a side lie between `count` points, the first of them at the centre of the first pixel and the
    last of them at that of the last one: 0 … count - 1."""
    return np.linspace(0, count - 1, side) if side > 1 else np.zeros(side)


def between(points: Array, size: tuple[int, int]) -> Array:
    """(H, W, 2) float32: what is given at a grid of points (2, rows, columns) from corner to corner of the frame, pixel
    centres both, interpolated linearly along rows and columns."""
    rows, columns = (_shares(side, count) for side, count in zip(size, points.shape[1:], strict=True))
    return products(rows, points @ columns.T)


def _shares(side: int, count: int) -> Array:
    """(side, count): by how much each pixel takes part in each point."""
    return np.asarray(np.maximum(0, 1 - np.abs(steps(side, count)[:, None] - np.arange(count))))
