"""Tone: curves that act on each value by itself and do not depend on the picture. Those that follow from its histogram
are in histogram.py and exposure.py, hue and grey in color.py."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from augcore import Interval, Lookup, Rng, Transform, Unsupported, View, params, pixel_function, transform
from augcore.params import Parameter, interval_of, parameter

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
    means = [cv2.mean(picture.reshape(len(picture), -1))[0] for picture in first_pictures(view)]
    low, high = view.value_range
    return float((sum(means) / len(means) - low) / (high - low)) if means else 0.0


def first_pictures(view: View) -> Sequence[Array]:
    """The first picture that comes in, or the slices of the first volume; none where there are masks alone."""
    return next((first(view[kind]) for kind, first in _FIRST.items() if kind in view and len(view[kind])), ())


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


@pixel_function
def inverted(x: Array) -> Array:
    """1 - x."""
    return 1 - x


@pixel_function
def solarized(x: Array, *, threshold: float) -> Array:
    """1 - x from the threshold on, x below it."""
    return np.where(x >= threshold, 1 - x, x)


@pixel_function
def posterized(x: Array, *, bits: tuple[int, ...]) -> Array:
    """The lower end of the step that x lies on, of 2 ** bits equal ones, as bytes have it: a multiple of
    2 ** (8 - bits) / 255.

    Args:
        bits: one number for all channels, or one for each.
    """
    steps = 2.0 ** np.array(bits)
    return np.asarray(np.clip(np.floor(x * steps), 0, steps - 1) * (256 / steps / 255))


@pixel_function
def bezier_curve(x: Array, *, low: tuple[float, ...], high: tuple[float, ...]) -> Array:
    """The cubic Bézier curve from (0, 0) by (1/3, low) and (2/3, high) to (1, 1); beyond [0, 1] values stay.

    Args:
        low, high: one number for all channels, or one for each.
    """
    a, b = np.array(low), np.array(high)
    inside = np.clip(x, 0, 1)
    rest = 1 - inside
    return np.asarray(rest * inside * 3 * (rest * a + inside * b) + inside**3 + (x - inside))


@transform
class InvertImg(Transform):
    """A negative: black becomes white and white black.

    Accepts: uint8, uint16, float32; any channel count. Integers are exact; floats become 1 - value, so that those
        beyond 1 become negative.
    Moves: nothing.
    Source: none needed.

    >>> InvertImg(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    def sample(self, rng: Rng, view: View) -> Lookup:
        return _INVERTED


_INVERTED = Lookup(inverted)


@transform
class Solarize(Transform):
    """Invert what is as light as a threshold or lighter, as in a print that was exposed twice.

    Args:
        threshold_range: as a fraction of white, drawn uniformly; at 0 all is inverted.
    Accepts: uint8, uint16, float32; any channel count, each by itself. Floats from the threshold on become 1 - value,
        so that those beyond 1 become negative.
    Moves: nothing.
    Raises: InvalidParameter: threshold_range outside [0, 1].
    Source: the Sabattier effect, in the form of Pillow's ImageOps.solarize.

    >>> Solarize(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    threshold_range: Interval = params.interval(
        default=(0.5, 0.5), low=0, high=1, single="fixed", unit="fraction of white"
    )

    def sample(self, rng: Rng, view: View) -> Lookup:
        low, high = self.threshold_range
        return _solarized(low) if low == high else Lookup(solarized, threshold=rng.uniform(low, high))


@functools.lru_cache(64)
def _solarized(threshold: float) -> Lookup:
    """The effect, where nothing is drawn for it."""
    return Lookup(solarized, threshold=threshold)


_Bits = tuple[int, int]


def _read_bits(value: Any) -> _Bits | tuple[_Bits, ...]:
    """(low, high) for all channels, or one for each."""
    numbers = isinstance(value, (list, tuple)) and not any(isinstance(item, (list, tuple)) for item in value)
    if isinstance(value, (list, tuple)) and not (numbers and len(value) == 2):
        if not value:
            raise ValueError(f"{value!r} holds no numbers; give one, or one for each channel")
        return tuple(_interval_of_bits(item) for item in value)
    return _interval_of_bits(value)


def _interval_of_bits(value: Any) -> _Bits:
    low, high = interval_of(value, 1, 8, single="fixed", whole=True, unit="bits")
    return int(low), int(high)


_BITS = Parameter(
    _read_bits,
    "a number of bits from 1 to 8, (low, high), or a list of either, one for each channel",
    {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 8}, {"type": "array", "minItems": 1}]},
    "bits",
)


@transform
class Posterize(Transform):
    """Keep the highest bits of each value alone, so that few tones remain.

    Args:
        num_bits: how many, 1 to 8, or (low, high) to draw from; a list of three or more numbers, or of (low, high), has
            one for each channel.
    Accepts: uint8, uint16, float32; any channel count. Every dtype gets the levels of bytes whose lower bits are 0,
        from 0 to (256 - 2 ** (8 - bits)) / 255; floats beyond white take the lightest of them, those below black 0.
    Moves: nothing.
    Raises: InvalidParameter: fewer bits than 1 or more than 8. Unsupported: as many numbers as the picture has no
        channels.
    Source: none needed.

    >>> Posterize(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_bits: _Bits | tuple[_Bits, ...] = parameter(_BITS, default=4)

    def sample(self, rng: Rng, view: View) -> Lookup:
        each: Any = self.num_bits if isinstance(self.num_bits[0], tuple) else (self.num_bits,)
        if len(each) not in (1, view.channels):
            raise Unsupported(
                f"Posterize.num_bits: {len(each)} of them, and the image has {view.channels} channel(s); "
                "give one, or one for each channel"
            )
        return _posterized(tuple(low if low == high else rng.integer(low, high) for low, high in each))


@functools.lru_cache(64)
def _posterized(bits: tuple[int, ...]) -> Lookup:
    """The effect, of which there are few."""
    return Lookup(posterized, bits=bits)


@transform
class RandomToneCurve(Transform):
    """Bend the tone curve: shadows and highlights are lifted or lowered by themselves, black and white stay.

    Args:
        scale: standard deviation of the heights, normally distributed, of the curve's two control points, 0 to 1; at 0
            the picture stays as it is.
        per_channel: give each channel a curve of its own, which changes colours.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded; floats beyond black and white stay as they
        are.
    Moves: nothing.
    Raises: InvalidParameter: scale outside [0, 1].
    Source: Afifi and Brown (2019), "What else can fool deep learning?". The curve is a cubic Bézier whose control
        points stand at 1/3 and 2/3 of the range, around heights of 1/3 and 2/3, held within [0, 1]. albumentations
        2.0.8 has the same curves around heights of 1/4 and 3/4, which add contrast on average.

    >>> RandomToneCurve(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale: float = params.number(default=0.1, low=0, high=1)
    per_channel: bool = params.flag(default=False)

    def sample(self, rng: Rng, view: View) -> Lookup:
        curves = range(view.channels if self.per_channel else 1)
        low, high = (tuple(min(max(rng.normal(mean, self.scale), 0.0), 1.0) for _ in curves) for mean in (1 / 3, 2 / 3))
        return Lookup(bezier_curve, low=low, high=high)
