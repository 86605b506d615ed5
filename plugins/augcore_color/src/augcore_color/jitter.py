"""Jitter: brightness, contrast, saturation and hue, each drawn for itself and put together."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from augcore import Interval, PixelFn, Rng, Transform, View, max_value, params, pixel_function, transform
from augcore.params import Parameter, interval_of, parameter

from .color import transformed, turned

Array = np.ndarray[Any, np.dtype[Any]]

_LUMA = np.array((0.299, 0.587, 0.114))  # Rec. 601
_SAME = {channels: np.eye(channels, channels + 1) for channels in (1, 3)}
_FOR_COLOUR = {"saturation", "hue", "channels"}


@pixel_function(channels=(1, 3))
def jittered(
    image: Array,
    *,
    order: tuple[str, ...],
    brightness: float = 1.0,
    contrast: float = 1.0,
    saturation: float = 1.0,
    hue: float = 0.0,
    channels: tuple[int, ...] = (),
) -> Array:
    """An image after steps that are named by the arguments which they take.

    Args:
        order: the steps; those that only colour has leave one channel as it is.
        brightness, contrast, saturation: factors.
        hue: as a part of a full turn.
        channels: their new order.
    """
    amounts = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "channels": channels}
    steps = order if image.shape[2] == 3 else [step for step in order if step not in _FOR_COLOUR]
    # All but the hue are linear in the channels, so what lies between two hues is one matrix; None changes nothing.
    matrix = None
    for step in steps:
        if step != "hue":
            matrix = _LINEAR[step](_SAME[image.shape[2]] if matrix is None else matrix, amounts[step], image)
        elif hue:
            image, matrix = turned(image if matrix is None else transformed(image, matrix), hue), None
    return image if matrix is None else transformed(image, matrix)


def _brightness(matrix: Array, factor: float, image: Array) -> Array:
    """A multiple: a blend with black."""
    return factor * matrix


def _contrast(matrix: Array, factor: float, image: Array) -> Array:
    """A blend with the mean of the luma of what the image is by then."""
    channels = image.shape[2]
    sums = np.array(cv2.sumElems(image)[:channels])
    means = matrix @ np.append(sums / (image[:, :, 0].size * max_value(image.dtype)), 1)
    matrix = factor * matrix
    matrix[:, -1] += (1 - factor) * (means @ _LUMA if channels == 3 else means[0])
    return matrix


def _saturation(matrix: Array, factor: float, image: Array) -> Array:
    """A blend with each pixel's luma."""
    return factor * matrix + (1 - factor) * (_LUMA @ matrix)


def _channels(matrix: Array, order: tuple[int, ...], image: Array) -> Array:
    return matrix[list(order)]


_LINEAR: dict[str, Callable[[Array, Any, Array], Array]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "saturation": _saturation,
    "channels": _channels,
}


def _factors(value: Any) -> Interval:
    """Read an interval of factors, or one number a as (1 - a, 1 + a), from 0."""
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        interval_of(value, low=0, single="fixed")
        return max(0.0, 1 - float(value)), 1 + float(value)
    return interval_of(value, low=0)


_FACTORS = Parameter(
    _factors,
    "(low, high) within [0, inf), or a number a for (1 - a, 1 + a)",
    {
        "anyOf": [
            {"type": "number", "minimum": 0},
            {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 2, "maxItems": 2},
        ]
    },
    "factor",
)

_NEUTRAL = {"brightness": (1.0, 1.0), "contrast": (1.0, 1.0), "saturation": (1.0, 1.0), "hue": (0.0, 0.0)}
_ORDERS = (
    ("brightness", "contrast", "saturation", "hue", "channels"),
    ("brightness", "saturation", "hue", "contrast", "channels"),
)


@transform
class ColorJitter(Transform):
    """Change brightness, contrast, saturation and hue, one after the other in random order.

    Args:
        brightness: what values are multiplied by, drawn uniformly; a number a means (1 - a, 1 + a), from 0.
        contrast: what the distance from the picture's mean luma is multiplied by, drawn and given in the same way.
        saturation: what the distance from each pixel's own luma is multiplied by, in the same way; 0 gives grey.
        hue: by what part of a full circle the hue of HSV is turned, drawn uniformly; a number a means (-a, a).
    Accepts: uint8, uint16, float32; 3 channels, RGB, or 1, where saturation and hue change nothing. Integers are
        rounded, uint8 to within 0.9 levels, and cut to their range before the hue is turned and at the end, not after
        each step; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: factors below 0, hue outside [-0.5, 0.5]. Unsupported: other than 1 or 3 channels.
    Source: torchvision's ColorJitter, with luma of Rec. 601. That cuts values after each step, and floats too, so what
        one step makes brighter than white is lost there where a later one darkens it again.

    >>> ColorJitter(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    brightness: Interval = parameter(_FACTORS, default=(0.8, 1.2))
    contrast: Interval = parameter(_FACTORS, default=(0.8, 1.2))
    saturation: Interval = parameter(_FACTORS, default=(0.8, 1.2))
    hue: Interval = params.interval(default=(-0.5, 0.5), low=-0.5, high=0.5, unit="turns")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        ranges = _changing(self.brightness, self.contrast, self.saturation, self.hue)
        amounts = {step: rng.uniform(*ends) for step, ends in ranges}
        order = tuple(ranges[place][0] for place in rng.permutation(len(ranges)))
        return PixelFn(jittered, order=order, **amounts)


@functools.lru_cache(64)
def _changing(*ranges: Interval) -> tuple[tuple[str, Interval], ...]:
    """Those ranges of brightness, contrast, saturation and hue, with their names, that are not one neutral number."""
    return tuple((step, ends) for (step, none), ends in zip(_NEUTRAL.items(), ranges, strict=True) if ends != none)


@transform
class PhotoMetricDistort(Transform):
    """Change brightness, contrast, saturation, hue and the order of channels, each with a probability of its own.

    Args:
        brightness_range, contrast_range, saturation_range: factors as those of ColorJitter, drawn uniformly.
        hue_range: by what part of a full circle the hue of HSV is turned, drawn uniformly; a number a means (-a, a).
        distort_p: the probability of each of the five. Contrast comes after brightness or after the hue, which is drawn
            evenly; the order of channels comes last.
    Accepts: uint8, uint16, float32; 3 channels, RGB, or 1, where brightness and contrast alone change. Integers are
        rounded, uint8 to within 0.9 levels, and cut to their range before the hue is turned and at the end; floats are
        not cut.
    Moves: nothing.
    Raises: InvalidParameter: factors below 0, hue_range outside [-0.5, 0.5], distort_p outside [0, 1]. Unsupported:
        other than 1 or 3 channels.
    Source: Liu et al. 2016 (SSD), section 2.2 and its code, with the factors of torchvision's RandomPhotometricDistort:
        Liu adds brightness, and measures contrast from black, not from the mean luma.

    >>> PhotoMetricDistort(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    brightness_range: Interval = params.interval(default=(0.875, 1.125), low=0, single="fixed", unit="factor")
    contrast_range: Interval = params.interval(default=(0.5, 1.5), low=0, single="fixed", unit="factor")
    saturation_range: Interval = params.interval(default=(0.5, 1.5), low=0, single="fixed", unit="factor")
    hue_range: Interval = params.interval(default=(-0.05, 0.05), low=-0.5, high=0.5, unit="turns")
    distort_p: float = params.number(default=0.5, low=0, high=1, unit="probability")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        steps = rng.choice(_ORDERS)
        return PixelFn(
            jittered,
            order=tuple(step for step in steps if rng.chance(self.distort_p)),
            brightness=rng.uniform(*self.brightness_range),
            contrast=rng.uniform(*self.contrast_range),
            saturation=rng.uniform(*self.saturation_range),
            hue=rng.uniform(*self.hue_range),
            channels=tuple(rng.permutation(3)),
        )
