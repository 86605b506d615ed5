"""Colour of three channels: hue, saturation and value, and mixtures of channels. Between grey and colour it is grey.py,
light of a temperature illuminant.py, and curves on single values tone.py.
"""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    apply_table,
    max_value,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]


@pixel_function(channels=(3,))
def mixed(image: Array, *, matrix: tuple[tuple[float, ...], ...]) -> Array:
    """Each channel as a weighted sum of all three, plus a constant in the last column, as a fraction of white."""
    return np.asarray(cv2.transform(image, _in_levels(matrix, max_value(image.dtype))))


@functools.lru_cache(64)
def _in_levels(matrix: tuple[tuple[float, ...], ...], white: float) -> Array:
    """The matrix with its constants in levels, kept for those that nothing is drawn for."""
    return np.array(matrix) * ([1.0] * len(matrix) + [white])


def transformed(image: Array, matrix: Array) -> Array:
    """The channels of an image (H, W, C) through a matrix (C, C + 1) whose last column is in fractions of white."""
    matrix = matrix.copy()
    matrix[:, -1] *= max_value(image.dtype)
    return np.asarray(cv2.transform(image, matrix)).reshape(image.shape)


def turned(image: Array, turn: float) -> Array:
    """RGB with its hue turned by a part of a full circle, from red to green to blue.

    A hue of HSV tells where a channel lies between the largest and the smallest of its pixel. A turn by a sixth of the
    circle exchanges channels and mirrors them between those two; a turn by less than a twelfth moves channels by so
    much of what lies between the two, until one of them is reached and another channel goes on from there. So neither
    angles nor divisions are needed: bytes take half the time of OpenCV's conversions and lose nothing but the last
    rounding.
    """
    planes = split_channels(image)
    # In place wherever that is possible: fewer planes are more of them in the cache.
    high, low = cv2.max(planes[0], planes[1]), cv2.min(planes[0], planes[1])
    cv2.max(high, planes[2], dst=high)
    cv2.min(low, planes[2], dst=low)
    sixths = round(6 * turn)
    rest = 6 * turn - sixths
    if rest:
        way = _times(cv2.subtract(high, low), abs(rest))
        bottom, top = cv2.add(low, way), cv2.subtract(high, way, dst=way)
        others = (1, 2, 0) if rest > 0 else (2, 0, 1)
        planes = [_slid(planes[c], planes[others[c]], low, high, bottom, top) for c in range(3)]
    if sixths % 2:
        planes = [cv2.add(cv2.subtract(high, plane, dst=plane), low, dst=plane) for plane in planes]
        sixths += 3
    return merge_channels([planes[(c - sixths // 2) % 3] for c in range(3)])


def _slid(plane: Array, other: Array, low: Array, high: Array, bottom: Array, top: Array) -> Array:
    """A channel after a small turn towards another one.

    Where the other is above `top`, which is as far below the largest channel as the turn goes, it takes over as the
    largest, and this one falls; where the other is below `bottom`, this one rises.
    """
    moved = _beyond(other, top)
    moved = cv2.max(cv2.subtract(plane, moved, dst=moved), low, dst=moved)
    risen = _beyond(bottom, other)
    return np.asarray(cv2.min(cv2.add(moved, risen, dst=moved), high, dst=moved))


def _beyond(values: Array, limits: Array) -> Array:
    """How far values go beyond limits, 0 for those that do not. OpenCV cuts differences of integers at 0 by itself."""
    over = cv2.subtract(values, limits)
    return np.maximum(over, 0, out=over) if over.dtype == np.float32 else np.asarray(over)


def _times(plane: Array, factor: float) -> Array:
    """A plane times a factor, rounded."""
    if plane.dtype == np.uint8:
        return apply_table(plane[:, :, None], to_range(np.arange(256)[:, None] * factor, np.uint8))[:, :, 0]
    return to_range(plane * np.float32(factor), plane.dtype)


@pixel_function(channels=(3,))
def shift_hsv(image: Array, *, hue: float, saturation: float, value: float) -> Array:
    """RGB with its hue turned and saturation and value shifted; grey pixels stay grey.

    Args:
        hue: in units of 2 degrees, as OpenCV counts it in bytes: 180 is a full turn.
        saturation, value: in 255ths of the whole range.
    """
    if saturation == value == 0:
        return turned(image, hue / 180)
    if image.dtype == np.uint8:
        return _shift_bytes(image, round(hue), round(saturation), round(value))
    white = max_value(image.dtype)
    hsv = cv2.cvtColor(image.astype(np.float32) / np.float32(white), cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + 2 * hue) % 360
    hsv[..., 1] = np.clip(hsv[..., 1] + (saturation / 255) * (hsv[..., 1] > 0), 0, 1)
    hsv[..., 2] = np.maximum(hsv[..., 2] + value / 255, 0)
    return to_range(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * np.float32(white), image.dtype)


# OpenCV takes hues of bytes beyond its 180 steps as what they are after a turn, but they end at 255.
_FARTHEST = 255 - 179


def _shift_bytes(image: Array, hue: int, saturation: int, value: int) -> Array:
    """`shift_hsv` of bytes, in sums that saturate: a table for each channel takes twice as long as both conversions."""
    hue = (hue + 90) % 180 - 90
    # Sums only grow. With red and blue exchanged, hues go round the other way.
    there, back = (cv2.COLOR_RGB2HSV, cv2.COLOR_HSV2RGB) if hue >= 0 else (cv2.COLOR_BGR2HSV, cv2.COLOR_HSV2BGR)
    hsv = cv2.cvtColor(image, there)
    hue = abs(hue)
    if hue > _FARTHEST:
        hsv[..., 0] = (hsv[..., 0] + np.uint16(hue - _FARTHEST)) % 180
        hue = _FARTHEST
    # A saturation of 0 has no hue to grow from.
    greys = _greys(hsv) if saturation > 0 else None
    # Per channel; negative numbers, or others than whole ones, take OpenCV six times as long.
    if hue or saturation > 0 or value > 0:
        cv2.add(hsv, (hue, max(saturation, 0), max(value, 0), 0), dst=hsv)
    if saturation < 0 or value < 0:
        cv2.subtract(hsv, (0, max(-saturation, 0), max(-value, 0), 0), dst=hsv)
    if greys is not None:
        cv2.min(hsv, greys, dst=hsv)
    return np.asarray(cv2.cvtColor(hsv, back))


def _greys(hsv: Array) -> Array:
    """The greatest value that each number may have so that greys stay greys: 0 for their saturation, 255 for others."""
    most = cv2.threshold(hsv, 0, 255, cv2.THRESH_BINARY)[1].reshape(len(hsv), -1)
    most |= np.tile(np.array((255, 0, 255), np.uint8), hsv.shape[1])
    return np.asarray(most.reshape(hsv.shape))


@transform
class HueSaturationValue(Transform):
    """Turn the hue and shift saturation and value.

    Args:
        hue_shift_limit: in units of 2 degrees (180 is a full turn), drawn uniformly; a number a means (-a, a).
        sat_shift_limit: in 255ths of the whole range, whatever the dtype, drawn uniformly; a number a means (-a, a).
        val_shift_limit: the same for the value, which is the largest of the three channels.
    Accepts: uint8, uint16, float32; 3 channels, RGB. Integers are rounded and cut to their range; in floats the
        saturation is held within [0, 1] and the value above 0, and values beyond 1 are shifted like others. In uint8
        hue, saturation and value go in whole steps, hue in those of 2 degrees; a photograph loses 0.4 levels there on
        average, and no colour more than 6; where the hue alone is turned, nothing is lost but the last rounding.
    Moves: nothing.
    Raises: InvalidParameter: limits outside [-180, 180] and [-255, 255]. Unsupported: other than 3 channels.
    Source: the HSV cone as in OpenCV's cvtColor.

    >>> HueSaturationValue(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    hue_shift_limit: Interval = params.interval(default=(-20, 20), low=-180, high=180, unit="2 degrees")
    sat_shift_limit: Interval = params.interval(default=(-30, 30), low=-255, high=255, unit="255ths")
    val_shift_limit: Interval = params.interval(default=(-20, 20), low=-255, high=255, unit="255ths")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            shift_hsv,
            hue=rng.uniform(*self.hue_shift_limit),
            saturation=rng.uniform(*self.sat_shift_limit),
            value=rng.uniform(*self.val_shift_limit),
        )
