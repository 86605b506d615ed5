"""Colour: hue, saturation and value, and colour to grey. Curves on single values are in tone.py."""

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
def shift_hsv(image: Array, *, hue: float, saturation: float, value: float) -> Array:
    """RGB with its hue turned and saturation and value shifted; grey pixels stay grey.

    Args:
        hue: in units of 2 degrees, as OpenCV counts it in bytes: 180 is a full turn.
        saturation, value: in 255ths of the whole range.
    """
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
        average, and no colour more than 6.
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


@pixel_function(channels=(1, 3))
def weighted_average(image: Array, *, channels: int) -> Array:
    """Luma of Rec. 601: 0.299 R + 0.587 G + 0.114 B, as OpenCV has it."""
    return _grey(image, channels, cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.shape[2] == 3 else image)


@pixel_function(channels=(1, 3))
def lightness(image: Array, *, channels: int) -> Array:
    """CIE L* of sRGB under D65, its 0 to 100 stretched over the dtype's range; floats are held within [0, 1]."""
    if image.shape[2] == 1:
        return _grey(image, channels, image)
    if image.dtype == np.uint8:
        return _grey(image, channels, np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_RGB2LAB)[..., 0]))
    white = max_value(image.dtype)
    lab = cv2.cvtColor(np.clip(image.astype(np.float32) / np.float32(white), 0, 1), cv2.COLOR_RGB2LAB)
    return _grey(image, channels, lab[..., 0] * np.float32(white / 100))


@pixel_function
def desaturation(image: Array, *, channels: int) -> Array:
    """Half way between the largest and the smallest channel."""
    planes = split_channels(image)
    low, high = np.minimum.reduce(planes), np.maximum.reduce(planes)
    return _grey(image, channels, cv2.addWeighted(low, 0.5, high, 0.5, 0))


@pixel_function
def average(image: Array, *, channels: int) -> Array:
    """The mean of all channels."""
    total = np.zeros(image.shape[:2], np.float32)
    for plane in split_channels(image):
        total += plane
    return _grey(image, channels, total / np.float32(image.shape[2]))


@pixel_function
def maximum(image: Array, *, channels: int) -> Array:
    """The largest channel, which is the value of HSV."""
    return _grey(image, channels, np.maximum.reduce(split_channels(image)))


@pixel_function
def principal_component(image: Array, *, channels: int) -> Array:
    """The direction in which the colours of this picture vary most, stretched from black to white.

    It points towards more light: its weights sum to 0 or more. A picture of one colour becomes the mean of it.
    """
    rows = np.stack([plane.ravel() for plane in split_channels(image)]).astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    axis = np.linalg.eigh(rows @ rows.T)[1][:, -1]
    along = (axis if axis.sum() >= 0 else -axis) @ rows
    low, high = along.min(), along.max()
    if high <= low:
        return average(image, channels=channels)
    along = (along - low) * (max_value(image.dtype) / (high - low))
    return _grey(image, channels, along.reshape(image.shape[:2]).astype(np.float32))


def _grey(image: Array, channels: int, grey: Array) -> Array:
    """One plane as the wanted number of equal channels, in the picture's dtype."""
    if grey is image and channels == 1:
        return image
    if grey.dtype != image.dtype:
        grey = to_range(grey, image.dtype)
    grey = grey.reshape(image.shape[:2])
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)) if channels == 3 else merge_channels([grey] * channels)


_TO_GREY = {
    "weighted_average": weighted_average,
    "from_lab": lightness,
    "desaturation": desaturation,
    "average": average,
    "max": maximum,
    "pca": principal_component,
}


@transform
class ToGray(Transform):
    """Colour to grey. A picture of one channel is grey already, and is repeated as often as asked.

    Args:
        num_output_channels: how many equal channels come out.
        method: "weighted_average" is the luma of Rec. 601 (0.299 R + 0.587 G + 0.114 B), as OpenCV has it; "from_lab"
            CIE lightness; "desaturation" half way between the largest and the smallest channel; "average" their mean;
            "max" the largest; "pca" the direction in which this picture's colours vary most, from black to white.
    Accepts: uint8, uint16, float32; any channel count, but 1 or 3 for the first two methods, which need RGB. Integers
        are rounded; floats beyond 1 stay so, except that "from_lab" cuts them and "pca" stretches everything to [0, 1].
    Moves: nothing.
    Raises: InvalidParameter: num_output_channels below 1, an unknown method. Unsupported: 2, 4 or more channels where
        RGB is needed.
    Source: ITU-R BT.601 and CIE 1976 L*, as in OpenCV's cvtColor.

    >>> ToGray(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_output_channels: int = params.integer(default=3, low=1)
    method: str = params.choice(default="weighted_average", options=tuple(_TO_GREY))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return _as_grey(self.method, self.num_output_channels)


@functools.lru_cache(64)
def _as_grey(method: str, channels: int) -> PixelFn:
    """The effect, which nothing is drawn for."""
    return PixelFn(_TO_GREY[method], channels=channels)
