"""Values of pixels: the range of each dtype, tables made from curves, and their use on images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import stringzilla

from .effects import Lookup
from .errors import InvalidData
from .functions import Call

Array = np.ndarray[Any, np.dtype[Any]]

IMAGE_DTYPES = (np.dtype("uint8"), np.dtype("uint16"), np.dtype("float32"))
_UINT8, _UINT16, _FLOAT32 = IMAGE_DTYPES


def max_value(dtype: Any) -> float:
    """What counts as white: 255, 65535, and 1.0 for floats."""
    return {_UINT8: 255.0, _UINT16: 65535.0}.get(np.dtype(dtype), 1.0)


def to_range(values: Array, dtype: Any) -> Array:
    """Values scaled to the dtype's own range, as that dtype: rounded and saturated for integers, kept for floats."""
    dtype = np.dtype(dtype)
    if dtype == _FLOAT32:
        return values.astype(np.float32, copy=False)
    return np.clip(np.rint(values), 0, max_value(dtype)).astype(dtype)


def by_channels(image: Array, function: Callable[[Array], Array], most: int = 4) -> Array:
    """function(image) for OpenCV functions that take few channels: on `most` at a time, always giving (H, W, C)."""
    from .resample import _by_channels

    return _by_channels(image, most, lambda part, _: function(part))


def lookup(image: Array, effect: Lookup) -> Array:
    """The image through the effect's curves. Integers go through one table, whatever the number of curves."""
    if image.dtype == _FLOAT32:
        for step in effect.steps:
            image = np.asarray(step(image), np.float32)
        return image
    levels = int(max_value(image.dtype)) + 1
    table = np.arange(levels, dtype=image.dtype)[:, None]
    for step in effect.steps:
        table = _through(step, table)
    if table.shape[1] not in (1, image.shape[2]):
        raise InvalidData(
            f"{effect.steps[-1].function}: gives {table.shape[1]} channels for an image of {image.shape[2]}; "
            "give one value, or one for each channel of the image"
        )
    return apply_table(image, table)


def _through(step: Call, table: Array) -> Array:
    """One curve on a table of integers, or of floats once a curve before it gave floats."""
    if table.dtype == _FLOAT32:
        return np.asarray(step(table), np.float32)
    top = max_value(table.dtype)
    values = np.asarray(step(table / top), float)
    if getattr(step.resolve(), "output", None) == "float32":
        return values.astype(np.float32)
    return to_range(values * top, table.dtype)


def apply_table(image: Array, table: Array) -> Array:
    """image (H, W, C) through a table (levels, 1 or C) of any dtype."""
    if image.dtype == _UINT8 and table.shape[1] == 1 and table.dtype == _UINT8:
        return _translate(image, table[:, 0])
    if image.dtype == _UINT8 and image.shape[2] <= 4:
        table = np.broadcast_to(table, (256, image.shape[2])) if image.shape[2] > 1 else table
        return cv2.LUT(image, np.ascontiguousarray(table)[None]).reshape(image.shape)
    if table.shape[1] == 1:
        return np.take(table[:, 0], image)
    out = np.empty(image.shape, table.dtype)
    for channel in range(image.shape[2]):
        out[..., channel] = table[:, channel].take(image[..., channel])
    return out


def _translate(image: Array, table: Array) -> Array:
    """Bytes through a table of bytes. stringzilla's shuffles take a third of the time of cv2.LUT."""
    out = image.copy(order="C")
    stringzilla.translate(memoryview(out).cast("B"), memoryview(np.ascontiguousarray(table)), inplace=True)  # type: ignore[arg-type]
    return out
