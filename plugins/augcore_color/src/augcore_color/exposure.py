"""Exposure: the light that a picture got, measured on it and changed in linear light."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any, ClassVar

import cv2
import numpy as np

from augcore import (
    Interval,
    Lookup,
    Rng,
    Transform,
    View,
    apply_table,
    max_value,
    params,
    pixel_function,
    split_channels,
    transform,
)

from .tone import first_pictures

Array = np.ndarray[Any, np.dtype[Any]]

LUMINANCE = (0.2126, 0.7152, 0.0722)  # of linear red, green and blue: Rec. 709, whose primaries sRGB has


def to_linear(x: Array) -> Array:
    """sRGB to linear light (IEC 61966-2-1); beyond [0, 1] the curve goes on, and is mirrored below 0."""
    size = np.abs(x)
    return np.copysign(np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4), x)


def from_linear(x: Array) -> Array:
    """The way back of `to_linear`."""
    size = np.abs(x)
    return np.copysign(np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055), x)


@pixel_function
def exposed(x: Array, *, gain: float) -> Array:
    """So many times the light, of values in sRGB."""
    return from_linear(to_linear(x) * gain)


@functools.lru_cache(8)
def _linear_table(dtype: np.dtype[Any], low: float, high: float) -> Array:
    levels = np.arange(int(max_value(dtype)) + 1)[:, None]
    return np.asarray(to_linear((levels - low) / (high - low)), np.float32)


def mean_luminance(pictures: Sequence[Array], value_range: tuple[float, float]) -> float:
    """Of pictures (H, W, C) in sRGB, in linear light; white has 1. Other numbers of channels than 3 weigh alike."""
    low, high = value_range
    total = 0.0
    for picture in pictures:
        channels = picture.shape[2]
        weights = LUMINANCE if channels == 3 else (1 / channels,) * channels
        for weight, plane in zip(weights, split_channels(picture), strict=True):
            if plane.dtype == np.float32:
                light = to_linear((plane - np.float32(low)) / np.float32(high - low))
            else:
                light = apply_table(plane[:, :, None], _linear_table(plane.dtype, low, high))[:, :, 0]
            total += weight * cv2.mean(light)[0]
    return total / max(len(pictures), 1)


@transform
class ExposureMatching(Transform):
    """Expose the picture so that its mean luminance is a drawn one.

    Args:
        target_range: the luminance to reach, in linear light and as a fraction of white, drawn evenly in stops; middle
            grey has 0.18, and the default goes one stop to either side.
        max_gain: the light is changed by this factor at most, up or down; 8 is three stops.
    Accepts: uint8, uint16, float32 in sRGB; any channel count, luminance being that of Rec. 709 for three, and the mean
        of them otherwise. Integers are cut at white, which leaves the mean below the target; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: target_range outside [0.001, 1], max_gain below 1.
    Source: IEC 61966-2-1 (sRGB), ITU-R BT.709. One gain, measured on the first picture or volume as it comes in, serves
        all frames of a clip and all pictures of a call; one that is black throughout stays so.

    >>> ExposureMatching(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    target_range: Interval = params.interval(
        default=(0.09, 0.36), low=0.001, high=1, single="fixed", unit="fraction of white"
    )
    max_gain: float = params.number(default=8.0, low=1)

    needs: ClassVar[frozenset[str]] = frozenset({"image"})

    def sample(self, rng: Rng, view: View) -> Lookup:
        low, high = map(math.log, self.target_range)
        target = math.exp(rng.uniform(low, high))
        luminance = mean_luminance(first_pictures(view), view.value_range)
        gain = min(max(target / luminance, 1 / self.max_gain), self.max_gain) if luminance > 0 else 1.0
        return Lookup(exposed, gain=gain)
