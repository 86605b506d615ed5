"""The content of a frame as pixels: which of them a convex region shows. As an outline it is tracked by `frame.py`."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from . import outlines
from .maps import Size

Array = np.ndarray[Any, np.dtype[Any]]
Outline = tuple[tuple[float, float], ...]


@functools.lru_cache(4)  # a picture and its masks ask for the same one
def shown(content: Outline, size: Size) -> Array:
    """(H, W) uint8: 255 where a pixel's centre lies inside the convex region, else 0."""
    first, last = _spans(np.asarray(content), *size)
    columns = np.arange(size[1], dtype=np.int32)
    inside = (columns >= first[:, None]) & (columns < last[:, None])
    mask = inside.view(np.uint8) * np.uint8(255)
    mask.flags.writeable = False
    return mask


def _spans(content: Array, height: int, width: int) -> tuple[Array, Array]:
    """In each row the columns, from the first to before the last, whose pixels have their centre in a convex region."""
    rows = np.arange(height) + 0.5
    low, high = np.zeros(height), np.full(height, float(width))
    planes = outlines.half_planes(content)
    if len(planes) < 3:  # it holds nothing
        high[:] = -1.0
    for a, b, c in planes:
        rest = b * rows + c
        if abs(a) < 1e-12:
            high[rest < 0] = -1.0
        elif a > 0:
            np.maximum(low, -rest / a, out=low)
        else:
            np.minimum(high, -rest / a, out=high)
    first = np.clip(np.ceil(low - 0.5), 0, width).astype(np.int32)
    last = np.clip(np.floor(high - 0.5) + 1, 0, width).astype(np.int32)
    return first, last
