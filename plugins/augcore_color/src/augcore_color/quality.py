"""Quality: what is lost when pictures are made smaller, or compressed, and shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from augcore import (
    MOST_CHANNELS,
    Interpolation,
    Interval,
    PixelFn,
    Rng,
    Transform,
    Unsupported,
    View,
    by_channels,
    max_value,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    to_range,
    transform,
)
from augcore.params import Parameter, parameter

Array = np.ndarray[Any, np.dtype[Any]]

_NEAREST = (Interpolation.NEAREST, Interpolation.NEAREST_EXACT)


def resized(image: Array, size: tuple[int, int], interpolation: int) -> Array:
    """The image at another size (height, width); nearest takes the pixel in whose middle or nearest to it one looks."""
    if interpolation in _NEAREST:
        # Rows by themselves, which are copied in a quarter of the time, and first where that leaves fewer of them.
        rows = _nearest(image.shape[0], size[0])
        if size[0] < image.shape[0]:
            return _nearest_columns(np.take(image, rows, 0), size[1])
        return np.take(_nearest_columns(image, size[1]), rows, 0)
    # Means over areas that are not whole multiples are made of four channels at most.
    return _resized(image, size, interpolation, 4 if interpolation == Interpolation.AREA else MOST_CHANNELS)


def _nearest(side: int, new: int) -> Array:
    """Which of so many pixels the middle of each of the new ones lies in; OpenCV decides where it lies between two."""
    places = np.arange(side, dtype=np.float32)[None]
    return np.asarray(cv2.resize(places, (new, 1), interpolation=cv2.INTER_NEAREST_EXACT)[0], int)


def _nearest_columns(image: Array, width: int) -> Array:
    """By OpenCV's exact kind of nearest, which does not shift; three bytes go among four, in half of the time."""
    size = image.shape[0], width
    if image.shape[2] != 3 or image.dtype != np.uint8:
        return _resized(image, size, Interpolation.NEAREST_EXACT, MOST_CHANNELS)
    wide = _resized(cv2.cvtColor(image, cv2.COLOR_RGB2RGBA), size, Interpolation.NEAREST_EXACT, MOST_CHANNELS)
    return np.asarray(cv2.cvtColor(wide, cv2.COLOR_RGBA2RGB))


def _resized(image: Array, size: tuple[int, int], interpolation: int, most: int) -> Array:
    return by_channels(image, lambda part: cv2.resize(part, size[::-1], interpolation=int(interpolation)), most)


@pixel_function
def downscaled(image: Array, *, scale: float, down: int, up: int) -> Array:
    """The image made smaller and enlarged again; at least one pixel is left on the way."""
    height, width = image.shape[:2]
    small = max(1, round(height * scale)), max(1, round(width * scale))
    return image if small == (height, width) else resized(resized(image, small, down), (height, width), up)


_read_interpolation = params.interpolation().metadata["parameter"].parse


def _read_pair(value: Any) -> tuple[Interpolation, Interpolation]:
    """(down, up), from a mapping or a pair."""
    if isinstance(value, Mapping):
        if value.keys() != {"downscale", "upscale"}:
            raise ValueError(f"{dict(value)!r} does not name both; give {{'downscale': …, 'upscale': …}}")
        value = (value["downscale"], value["upscale"])
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError(f"{value!r} is no pair; give {{'downscale': …, 'upscale': …}}, or two in this order")
    return _read_interpolation(value[0]), _read_interpolation(value[1])


_PAIR = Parameter(_read_pair, "{'downscale': interpolation, 'upscale': interpolation}, or two in this order", {})


@transform
class Downscale(Transform):
    """Make the picture smaller and enlarge it again, as if it came from a coarser sensor.

    Args:
        scale_range: how many times as long as before the sides become, 0 to 1, drawn uniformly; at least one pixel is
            left.
        interpolation_pair: {"downscale": …, "upscale": …}, names or OpenCV's flags, or the two in this order. "area"
            averages, and leaves no false patterns.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range, which "cubic" and
        "lanczos4" leave; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: scale_range outside [0, 1], an interpolation that is not known, or only one.
    Source: cv2.resize. "nearest" is OpenCV's exact kind, with which the picture does not shift.

    >>> Downscale(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale_range: Interval = params.interval(default=(0.25, 0.25), low=0, high=1, single="fixed")
    interpolation_pair: tuple[Interpolation, Interpolation] = parameter(
        _PAIR, default=(Interpolation.NEAREST, Interpolation.NEAREST)
    )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        down, up = self.interpolation_pair
        return PixelFn(downscaled, scale=rng.uniform(*self.scale_range), down=down, up=up)


# File ending, and OpenCV's flag for the quality.
_CODECS = {"jpeg": (".jpg", cv2.IMWRITE_JPEG_QUALITY), "webp": (".webp", cv2.IMWRITE_WEBP_QUALITY)}


@pixel_function
def compressed(image: Array, *, codec: str, quality: int) -> Array:
    """The image written and read again, with 8 bits; three channels as colour, others each as grey."""
    if image.dtype != np.uint8:
        white = np.float32(max_value(image.dtype))
        small = compressed(to_range(image * (np.float32(255) / white), np.uint8), codec=codec, quality=quality)
        return to_range(small * (white / np.float32(255)), image.dtype)
    if image.shape[2] == 3:
        # The array that is written is given up before the file is read, which uses its memory again.
        file = _written(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), codec, quality)
        return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR_RGB))
    files = [_written(plane, codec, quality) for plane in split_channels(image)]
    return merge_channels([np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE)) for file in files])


def _written(picture: Array, codec: str, quality: int) -> Array:
    """The bytes of a file."""
    ending, flag = _CODECS[codec]
    try:
        written, file = cv2.imencode(ending, picture, (flag, quality))
    except cv2.error:
        written = False
    if not written:
        side = max(picture.shape[:2])
        mend = "give a smaller picture" if cv2.haveImageWriter(ending) else "this OpenCV has no such codec"
        raise Unsupported(f"ImageCompression.compression_type: {codec!r} fails for {side} pixels a side; {mend}")
    return np.asarray(file)


@transform
class ImageCompression(Transform):
    """Compress the picture as JPEG or WebP and read it again.

    Args:
        compression_type: "jpeg" or "webp".
        quality_range: from 1, the worst, to 100, drawn uniformly from the whole numbers.
    Accepts: uint8, uint16, float32; any channel count: three as RGB, others each as a grey picture. uint16 and floats
        have 8 bits on the way, floats from 0 to 1.
    Moves: nothing.
    Raises: InvalidParameter: an unknown type, quality_range outside [1, 100]. Unsupported: an OpenCV without the codec,
        or a picture too large for it.
    Source: the codecs of this OpenCV, whose results differ between versions by a few levels. albumentations 2.0.8 gives
        the codec red for blue, so that red is blurred less and blue more than in a photograph.

    >>> ImageCompression(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    compression_type: str = params.choice(default="jpeg", options=tuple(_CODECS))
    quality_range: Interval = params.interval(default=(99, 100), low=1, high=100, single="fixed", whole=True)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.quality_range
        return PixelFn(compressed, codec=self.compression_type, quality=rng.integer(int(low), int(high)))
