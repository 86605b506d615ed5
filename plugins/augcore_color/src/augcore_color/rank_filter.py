"""Filters that sort the values of a window: its median, and the most frequent of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from augcore import Interval, PixelFn, Rng, Transform, View, by_channels, pixel_function, transform

from .blur import drawn_size, kernel_sizes

Array = np.ndarray[Any, np.dtype[Any]]

# Two places, whether the lesser value is wanted at the first, and the greater one at the second.
Comparator = tuple[int, int, bool, bool]

_STRIP = 2**16  # bytes of each of the planes of a window, which are sorted together


@functools.lru_cache(64)
def sorting_network(count: int) -> tuple[Comparator, ...]:
    """Comparators that, in this order, sort so many values (Batcher's merge exchange; Knuth, TAOCP 5.2.2 M)."""
    steps = []
    top = 1 << max((count - 1).bit_length() - 1, 0)
    part = top
    while part > 0 and count > 1:
        span, distance, rest = top, part, 0
        while True:
            steps += [(i, i + distance, True, True) for i in range(count - distance) if i & part == rest]
            if span == part:
                break
            distance, span, rest = span - part, span // 2, part
        part //= 2
    return tuple(steps)


@functools.lru_cache(64)
def selecting_network(count: int, place: int) -> tuple[Comparator, ...]:
    """What is left of `sorting_network` where only the value at one place is wanted."""
    wanted, steps = {place}, []
    for first, second, _, _ in reversed(sorting_network(count)):
        if first in wanted or second in wanted:
            steps.append((first, second, first in wanted, second in wanted))
            wanted |= {first, second}
    return tuple(reversed(steps))


def put_in_order(planes: list[Array], steps: Sequence[Comparator]) -> None:
    """The values at the same place of all planes, through a network."""
    spare = np.empty_like(planes[0])
    for first, second, lesser, greater in steps:
        low, high = planes[first], planes[second]
        if lesser and greater:
            np.minimum(low, high, out=spare)
            np.maximum(low, high, out=high)
            planes[first], spare = spare, low
        elif lesser:
            np.minimum(low, high, out=low)
        else:
            np.maximum(low, high, out=high)


def over_windows(image: Array, size: int, function: Callable[[list[Array], Array], Array]) -> Array:
    """function(planes, pixels), where the planes hold the values of the window of size × size around each pixel.

    Beyond its edge the picture's edge goes on. It is taken in strips of rows, whose planes fit the cache.
    """
    height, width, channels = image.shape
    half = size // 2
    rows = np.pad(image, ((half, half), (half, half), (0, 0)), mode="edge").reshape(height + 2 * half, -1)
    out = np.empty((height, width * channels), image.dtype)
    strip = max(1, _STRIP // (out.itemsize * out.shape[1]))
    for top in range(0, height, strip):
        bottom = min(top + strip, height)
        planes = [
            rows[top + y : bottom + y, x * channels : (x + width) * channels].copy()
            for y in range(size)
            for x in range(size)
        ]
        out[top:bottom] = function(planes, image[top:bottom].reshape(bottom - top, -1))
    return out.reshape(image.shape)


@pixel_function
def median_blur(image: Array, *, size: int) -> Array:
    """The median of size × size pixels around each, of each channel by itself; beyond its edge the edge goes on."""
    # OpenCV takes 1, 3 or 4 channels, and from size 7 on bytes alone.
    if size <= 5 or image.dtype == np.uint8:
        most = 4 if image.shape[2] in (3, 4) else 1
        return by_channels(image, lambda part: cv2.medianBlur(part, size), most)
    middle = size**2 // 2

    def median(planes: list[Array], _: Array) -> Array:
        put_in_order(planes, selecting_network(size**2, middle))
        return planes[middle]

    return over_windows(image, size, median)


@transform
class MedianBlur(Transform):
    """Replace each pixel by the median of a square around it, of each channel by itself: specks go and edges stay.

    Args:
        blur_limit: the square's side in pixels, drawn from the odd numbers of the interval; a number a means (3, a).
    Accepts: uint8, uint16, float32; any channel count. Gives values that were there before.
    Moves: nothing.
    Raises: InvalidParameter: a side that is even or below 3.
    Source: cv2.medianBlur, with borders as cv2.BORDER_REPLICATE; the same for uint16 and float32 with sides above 5,
        which OpenCV does not take, by a sorting network.

    >>> MedianBlur(blur_limit=5, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(3, 7))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(median_blur, size=drawn_size(rng, self.blur_limit))


def most_frequent(planes: list[Array], own: Array) -> Array:
    """The value that most of the planes hold, at each place: `own` if it is one of several such, else the least.

    At most 255 planes, since they are counted in bytes. Choices are made by masks of bits, in a tenth of the time that
    np.where takes.
    """
    put_in_order(planes, sorting_network(len(planes)))
    bits = np.dtype(f"i{own.itemsize}")
    found = planes[0].view(bits).copy()
    run, longest = np.ones(own.shape, np.uint8), np.ones(own.shape, np.uint8)
    owns = (planes[0] == own).view(np.uint8)
    for before, value in pairwise(planes):
        run &= mask_where(value == before).view(np.uint8)
        run += 1
        found ^= (found ^ value.view(bits)) & mask_where(run > longest).astype(bits, copy=False)
        np.maximum(longest, run, out=longest)
        owns += (value == own).view(np.uint8)
    found ^= (found ^ own.view(bits)) & mask_where(owns == longest).astype(bits, copy=False)
    return found.view(own.dtype)


def mask_where(condition: Array) -> Array:
    """All bits where it holds, as int8, which keeps them so in wider integers, too."""
    return np.negative(condition.view(np.int8))


@pixel_function
def mode_filter(image: Array, *, size: int) -> Array:
    """`most_frequent` of size × size pixels around each, channel by channel; beyond its edge the edge goes on."""
    return over_windows(image, size, most_frequent)


@transform
class ModeFilter(Transform):
    """Replace each pixel by the most frequent value of a square around it, of each channel by itself.

    Flat regions lose their specks and keep their exact values, which suits drawings and posterised pictures. A pixel
    whose own value is as frequent as any stays, so that noise in which all values differ is left alone. The channels of
    a photograph choose apart, which makes specks of colours that were not there.

    Args:
        kernel_range: the square's side in pixels, drawn from the odd numbers of the interval; a number a means (3, a).
    Accepts: uint8, uint16, float32; any channel count. Gives values that were there before; floats are alike only
        where they are equal to the bit.
    Moves: nothing.
    Raises: InvalidParameter: a side that is even, or outside [3, 15].
    Source: none needed; of several values that are the most frequent, and not the pixel's own, the least.

    >>> ModeFilter(kernel_range=5, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    kernel_range: Interval = kernel_sizes(default=(3, 7), high=15)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(mode_filter, size=drawn_size(rng, self.kernel_range))
