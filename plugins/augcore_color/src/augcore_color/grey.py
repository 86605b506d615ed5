"""Between grey and colour: colour to grey, grey to three channels, to sepia and to ramps of colours."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    Unsupported,
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
from augcore.params import Parameter, parameter

from .color import mixed
from .pca import principal_axes

Array = np.ndarray[Any, np.dtype[Any]]
Colour = tuple[float, ...]


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
    planes = split_channels(image)
    rows = np.stack([plane.ravel() for plane in planes]).astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    along = principal_axes(planes)[1][:, 0].astype(np.float32) @ rows
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


@pixel_function
def repeated(image: Array, *, channels: int) -> Array:
    """One channel as so many equal ones; an image that has so many stays as it is."""
    given = image.shape[2]
    if given == channels:
        return image
    if given != 1:
        raise Unsupported(
            f"color.repeated needs {' or '.join(map(str, sorted({1, channels})))} channels, and the image has {given}; "
            "ToGray makes one of them"
        )
    return _grey(image, channels, image)


@transform
class ToRGB(Transform):
    """Repeat the one channel of a grey picture. A picture that has the wanted number of channels stays as it is.

    Args:
        num_output_channels: how many equal channels come out.
    Accepts: uint8, uint16, float32; 1 channel, or as many as asked for. Values are kept.
    Moves: nothing.
    Raises: InvalidParameter: num_output_channels below 1. Unsupported: any other number of channels.
    Source: none needed.

    >>> ToRGB()(image=image[:, :, 0])["image"].shape
    (512, 512, 3)
    """

    num_output_channels: int = params.integer(default=3, low=1)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(repeated, channels=self.num_output_channels)


_SEPIA = ((0.393, 0.769, 0.189, 0.0), (0.349, 0.686, 0.168, 0.0), (0.272, 0.534, 0.131, 0.0))


@transform
class ToSepia(Transform):
    """Colour to the browns of an old photograph.

    Accepts: uint8, uint16, float32; 3 channels, RGB. Integers are rounded, to within 0.9 levels in uint8, and cut to
        their range. Floats are not cut: white goes to 1.351 in red and 1.203 in green.
    Moves: nothing.
    Raises: Unsupported: other than 3 channels.
    Source: the matrix in common use, published by Microsoft for .NET in 2004; each row weighs much as luma does.

    >>> ToSepia(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return _TO_SEPIA


_TO_SEPIA = PixelFn(mixed, matrix=_SEPIA)


@pixel_function(channels=(1, 3))
def colorized(image: Array, *, black: Colour, mid: Colour | None, white: Colour, mid_value: float) -> Array:
    """Grey levels along straight lines from the colour of black over that of `mid_value` to that of white.

    Args:
        image: RGB, of which luma is taken, or grey.
        black, mid, white, mid_value: in fractions of white; without mid the line is one.
    """
    grey = weighted_average(image, channels=1)
    places, colours = ((0, 1), (black, white)) if mid is None else ((0, mid_value, 1), (black, mid, white))
    top = max_value(image.dtype)
    if image.dtype == np.float32:
        return merge_channels(
            [np.interp(grey[:, :, 0], places, ends).astype(np.float32) for ends in zip(*colours, strict=True)]
        )
    levels = np.arange(int(top) + 1)[:, None] / top
    tables = [to_range(np.interp(levels, places, ends) * top, image.dtype) for ends in zip(*colours, strict=True)]
    return merge_channels([apply_table(grey, table)[:, :, 0] for table in tables])


def _two_colours(value: Any) -> tuple[Colour, Colour]:
    """Read ((r, g, b), (r, g, b)), the least and the greatest of each, or one colour, as such a pair."""
    given = (
        np.asarray(value) if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, str) else np.empty(0)
    )
    if given.shape not in ((3,), (2, 3)) or given.dtype.kind not in "iuf":
        raise ValueError(f"{value!r} is not a range of colours; give ((r, g, b), (r, g, b)), or one colour (r, g, b)")
    low, high = (given, given) if given.ndim == 1 else given
    if not (low <= high).all():
        raise ValueError(f"{value!r} is not a range of colours; give the least of each channel first")
    if not ((low >= 0) & (high <= 255)).all():
        raise ValueError(f"{value!r} is outside [0, 255]; give numbers inside it")
    return tuple(low.tolist()), tuple(high.tolist())


_COLOUR = {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 255}, "minItems": 3, "maxItems": 3}
_COLOURS = Parameter(
    _two_colours,
    "((r, g, b), (r, g, b)) within [0, 255], the least of each channel first, or one colour",
    {"anyOf": [_COLOUR, {"type": "array", "items": _COLOUR, "minItems": 2, "maxItems": 2}]},
    "255ths",
)


@transform
class Colorize(Transform):
    """Grey levels to a ramp of colours: black becomes one colour, white another, and a grey between them a third.

    Args:
        black_range, white_range: the colour of black and of white, each of its channels drawn uniformly between two
            colours, in 255ths whatever the dtype; one colour is taken as it is.
        mid_range: the colour of the grey `mid_value_range`; None for a straight ramp from black to white.
        mid_value_range: which grey that is, in 255ths, drawn uniformly.
    Accepts: uint8, uint16, float32; 3 channels, RGB, of which luma (Rec. 601) is taken, or 1; 3 come out. Integers are
        rounded; floats are held within [0, 1], and what is beyond black or white takes their colours.
    Moves: nothing.
    Raises: InvalidParameter: colours outside [0, 255] or that are no range, mid_value_range outside [1, 254].
        Unsupported: other than 1 or 3 channels.
    Source: linear interpolation, as of Pillow's ImageOps.colorize.

    >>> Colorize(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    black_range: tuple[Colour, Colour] = parameter(_COLOURS, default=((0, 0, 0), (64, 64, 64)))
    white_range: tuple[Colour, Colour] = parameter(_COLOURS, default=((192, 192, 192), (255, 255, 255)))
    mid_range: tuple[Colour, Colour] | None = parameter(_COLOURS, default=((64, 64, 64), (192, 192, 192)), none=True)
    mid_value_range: Interval = params.interval(default=(96, 160), low=1, high=254, single="fixed", unit="255ths")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        black, mid, white = (_drawn(rng, ends) for ends in (self.black_range, self.mid_range, self.white_range))
        mid_value = rng.uniform(*self.mid_value_range) / 255
        return PixelFn(colorized, black=black, mid=mid, white=white, mid_value=mid_value)


def _drawn(rng: Rng, ends: tuple[Colour, Colour] | None) -> Colour | None:
    """A colour between two, as fractions."""
    return None if ends is None else tuple(rng.uniform(low, high) / 255 for low, high in zip(*ends, strict=True))
