"""Outlines under a map that tears the frame: which piece each goes with. How pieces move is the map's to say."""

from __future__ import annotations

import numpy as np

from .. import outlines
from ..maps import Map
from .base import Array
from .upright import planes_of

_SAME = 1e-9  # parts of outlines that differ by less are as large: rounding must not choose between them


def rectangles(map: Map) -> tuple[Array, Array]:
    """The pieces of the input (P, 4), x_min, y_min, x_max, y_max, and by how much each moves (P, 2)."""
    found, shifts = [], []
    for (to_rows, to_columns), (rows, columns) in map.pieces():
        found.append((columns.start, rows.start, columns.stop, rows.stop))
        shifts.append((to_columns.start - columns.start, to_rows.start - rows.start))
    return np.array(found, float), np.array(shifts, float)


def largest_parts(shapes: Array, pieces: Array) -> tuple[Array, Array]:
    """Of each outline (N, K, 2) the piece that holds the most of it, the first of several, and how much of it that is.

    One of which no piece holds anything has the piece -1.
    """
    areas, whole = _areas_in(shapes, pieces), outlines.area(shapes)
    most = areas.max(1)
    found = (areas >= most[:, None] * (1 - _SAME)).argmax(1)
    part = np.divide(most, whole, out=np.zeros(len(whole)), where=whole > 0)
    return np.where(most > 0, found, -1), np.where(part > 1 - _SAME, 1.0, part)


def _areas_in(shapes: Array, pieces: Array) -> Array:
    """(N, P): how much of each outline lies in each piece."""
    low, high = outlines.hulls(shapes)
    sides = np.minimum(high[:, None], pieces[:, 2:]) - np.maximum(low[:, None], pieces[:, :2])
    areas = np.maximum(sides, 0).prod(2)
    # An upright box is its own hull; others are cut by those pieces that their hulls reach into.
    others = outlines.area(shapes) < (high - low).prod(1) * (1 - 1e-12)
    reached = (areas > 0) & others[:, None]
    for piece in np.flatnonzero(reached.any(0)):
        some = np.flatnonzero(reached[:, piece])
        areas[some, piece] = outlines.area(outlines.clip(shapes[some], planes_of(tuple(pieces[piece].tolist()))))
    return np.asarray(areas)
