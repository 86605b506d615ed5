"""Tone: brightness, contrast and gamma, as curves that act on each value by itself. Hue and grey are in color.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from augcore import Interval, Lookup, Rng, Transform, View, params, pixel_function, transform

Array = np.ndarray[Any, np.dtype[Any]]


@pixel_function
def linear_curve(x: Array, *, gain: float, offset: float) -> Array:
    """gain · x + offset."""
    return x * gain + offset


@pixel_function
def gamma_curve(x: Array, *, gamma: float) -> Array:
    """x ** gamma; what is below black becomes black, since a negative number has no such power."""
    return np.maximum(x, 0) ** gamma


def within_range(gain: float, offset: float) -> tuple[float, float]:
    """The gain and offset nearest in spirit that keep [0, 1] inside [0, 1], so that nothing is cut off.

    The offset goes first: it is held within [0, 1], and the gain takes what room is left.
    """
    offset = min(max(offset, 0.0), 1.0)
    return min(max(gain, -offset), 1.0 - offset), offset


# The pictures that belong to the first of each kind.
_FIRST: dict[str, Callable[[Any], Any]] = {
    "image": lambda image: [image],
    "images": lambda images: images[:1],
    "volume": lambda slices: slices,
    "volumes": lambda volumes: volumes[0],
}


@transform
class RandomBrightnessContrast(Transform):
    """Change contrast and brightness: value · (1 + contrast) + brightness · reference.

    Args:
        brightness_limit: what is added, as a fraction of the reference, drawn uniformly; a number a means (-a, a).
        contrast_limit: how much steeper the curve gets, drawn uniformly; 0.2 multiplies by 1.2, and a number a means
            (-a, a).
        brightness_by_max: the reference is white; otherwise it is the mean of the picture or volume as it comes in (of
            the first one, where several share a draw).
        ensure_safe_range: limit both so that black to white stays within black to white and nothing is cut off.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut,
        and values beyond 1 go on along the same line.
    Moves: nothing.
    Raises: InvalidParameter: a limit that is not an interval.
    Source: none needed.

    >>> RandomBrightnessContrast(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    brightness_limit: Interval = params.interval(default=(-0.2, 0.2), unit="fraction of the reference")
    contrast_limit: Interval = params.interval(default=(-0.2, 0.2), unit="fraction")
    brightness_by_max: bool = params.flag(default=True)
    ensure_safe_range: bool = params.flag(default=False)

    def sample(self, rng: Rng, view: View) -> Lookup:
        gain = 1.0 + rng.uniform(*self.contrast_limit)
        offset = rng.uniform(*self.brightness_limit)
        if not self.brightness_by_max:
            offset *= _mean_of_first(view)
        if self.ensure_safe_range:
            gain, offset = within_range(gain, offset)
        return Lookup(linear_curve, gain=gain, offset=offset)


def _mean_of_first(view: View) -> float:
    """The mean of the first picture or volume, as a fraction of the way from black to white; 0 for masks alone.

    Looking at the view finishes pending work, so that only draws that look pay for it; `needs` stays empty.
    """
    for kind, first in _FIRST.items():
        if kind in view and len(view[kind]):
            means = [cv2.mean(picture.reshape(len(picture), -1))[0] for picture in first(view[kind])]
            low, high = view.value_range
            return float((sum(means) / len(means) - low) / (high - low))
    return 0.0


@transform
class RandomGamma(Transform):
    """Raise values to a power: below 100 percent pictures get lighter, above it darker; black and white stay.

    Args:
        gamma_limit: the exponent in percent, drawn uniformly; a number a means from 1 to a.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded; floats beyond 1 follow the power, and
        those below 0 become 0.
    Moves: nothing.
    Raises: InvalidParameter: gamma_limit below 1 percent.
    Source: value ** (gamma / 100) on values in [0, 1].

    >>> RandomGamma(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    gamma_limit: Interval = params.interval(default=(80, 120), low=1, single=1, unit="percent")

    def sample(self, rng: Rng, view: View) -> Lookup:
        return Lookup(gamma_curve, gamma=rng.uniform(*self.gamma_limit) / 100)
