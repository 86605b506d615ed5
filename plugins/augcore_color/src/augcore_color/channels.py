"""Channels as wholes: shifted, emptied, put in another order. Weighted sums of channels are in color.py."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    Lookup,
    PixelFn,
    Rng,
    Transform,
    Unsupported,
    View,
    max_value,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    to_range,
    transform,
)
from augcore.params import Parameter, parameter

from .additive_noise import offset_curve

Array = np.ndarray[Any, np.dtype[Any]]


@transform
class RGBShift(Transform):
    """Add a number to each of red, green and blue.

    Args:
        r_shift_limit, g_shift_limit, b_shift_limit: in 255ths of the whole range, whatever the dtype, drawn uniformly;
            a number a means (-a, a).
    Accepts: uint8, uint16, float32; 3 channels, RGB. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: limits outside [-255, 255]. Unsupported: other than 3 channels.
    Source: none needed. albumentations 2.0.8 takes limits up to 1 for fractions of the range; here they are 255ths too.

    >>> RGBShift(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    r_shift_limit: Interval = params.interval(default=(-20, 20), low=-255, high=255, unit="255ths")
    g_shift_limit: Interval = params.interval(default=(-20, 20), low=-255, high=255, unit="255ths")
    b_shift_limit: Interval = params.interval(default=(-20, 20), low=-255, high=255, unit="255ths")

    def sample(self, rng: Rng, view: View) -> Lookup:
        if view.channels != 3:
            raise Unsupported(
                f"RGBShift needs 3 channels, and the image has {view.channels}; give RGB, or grey after ToRGB"
            )
        limits = (self.r_shift_limit, self.g_shift_limit, self.b_shift_limit)
        return Lookup(offset_curve, offset=tuple(rng.uniform(*limit) / 255 for limit in limits))


@pixel_function
def channels_filled(image: Array, *, channels: tuple[int, ...], fill: float) -> Array:
    """An image some of whose channels hold one value throughout, given as a fraction of white."""
    count = image.shape[2]
    if max(channels) >= count:
        raise Unsupported(
            f"color.channels_filled needs {max(channels) + 1} channels or more, and the image has {count}; "
            "give images of as many channels to one call"
        )
    kept, filled = _rows(image.dtype, image.shape[1], count, channels, fill)
    # Bits of whole rows: setting every third number by itself takes three times as long.
    rows = np.ascontiguousarray(image).view(kept.dtype).reshape(len(image), -1) & kept
    if filled is not None:
        rows |= filled
    return np.asarray(rows.view(image.dtype).reshape(image.shape))


@functools.lru_cache(64)
def _rows(
    dtype: np.dtype[Any], width: int, count: int, channels: tuple[int, ...], fill: float
) -> tuple[Array, Array | None]:
    """Of a row of pixels the bits that stay, and those of the value of emptied channels, if it has any."""
    words = np.dtype(f"u{dtype.itemsize}")
    kept = np.full(count, np.iinfo(words).max, words)
    kept[list(channels)] = 0
    value = to_range(np.array([fill * max_value(dtype)]), dtype).view(words)
    return np.tile(kept, width), np.tile(~kept & value, width) if value else None


@transform
class ChannelDropout(Transform):
    """Set some channels to one value. At least one is left.

    Args:
        channel_drop_range: how many channels, drawn evenly; which ones is drawn too. A number a means (a, a).
        fill: the value they get, in the picture's own levels; one beyond the range of integers is cut to it.
    Accepts: uint8, uint16, float32; more channels than the greatest number of channel_drop_range.
    Moves: nothing.
    Raises: InvalidParameter: channel_drop_range below 1. Unsupported: too few channels.
    Source: none needed.

    >>> ChannelDropout(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    channel_drop_range: Interval = params.interval(default=(1, 1), low=1, single="fixed", whole=True, unit="channels")
    fill: float = params.number(default=0.0)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        (fewest, most), channels = self.channel_drop_range, view.channels
        if most >= channels:
            raise Unsupported(
                f"ChannelDropout.channel_drop_range: {fewest, most} leaves none of the image's {channels} channel(s); "
                "give fewer"
            )
        dropped = rng.permutation(channels)[: rng.integer(int(fewest), int(most))]
        low, high = view.value_range
        return _emptied(tuple(dropped), (self.fill - low) / (high - low))


@functools.lru_cache(64)
def _emptied(channels: tuple[int, ...], fill: float) -> PixelFn:
    """The effect, which is one of few."""
    return PixelFn(channels_filled, channels=channels, fill=fill)


@pixel_function
def reordered(image: Array, *, order: tuple[int, ...]) -> Array:
    """Channel order[i] of an image as channel i."""
    if len(order) != image.shape[2]:
        raise Unsupported(
            f"color.reordered needs {len(order)} channels, and the image has {image.shape[2]}; "
            "SelectiveChannelTransform applies it to some of them"
        )
    if order == (2, 1, 0):
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    planes = split_channels(image)
    return merge_channels([planes[channel] for channel in order])


@transform
class ChannelShuffle(Transform):
    """Put the channels in random order.

    Accepts: uint8, uint16, float32; any channel count. Values are kept.
    Moves: nothing.
    Raises: nothing of its own.
    Source: none needed. All orders are equally likely, the present one among them.

    >>> ChannelShuffle(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return _reordered(tuple(rng.permutation(view.channels)))


@functools.lru_cache(64)
def _reordered(order: tuple[int, ...]) -> PixelFn:
    """The effect, which is one of few."""
    return PixelFn(reordered, order=order)


def _order(value: Any) -> tuple[int, ...]:
    """Read a permutation of 0, 1, …"""
    given = tuple(value) if isinstance(value, (list, tuple, np.ndarray)) else ()
    if not given or not all(isinstance(one, (int, np.integer)) for one in given):
        raise ValueError(f"{value!r} is not an order of channels; give their numbers, such as (2, 1, 0)")
    if sorted(given) != list(range(len(given))):
        raise ValueError(f"{value!r} is not an order of channels; give each of 0 to {len(given) - 1} once")
    return tuple(int(one) for one in given)


_ORDER = Parameter(
    _order,
    "each of 0, 1, … once",
    {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1, "uniqueItems": True},
)


@transform
class ChannelSwap(Transform):
    """Put the channels in a given order.

    Args:
        channel_order: for each channel that comes out, the number of the one that goes there, from 0; (2, 1, 0) makes
            RGB of BGR, and BGR of RGB.
    Accepts: uint8, uint16, float32; as many channels as channel_order has numbers. Values are kept.
    Moves: nothing.
    Raises: InvalidParameter: a channel_order that leaves a number out or has one twice. Unsupported: another number of
        channels.
    Source: none needed.

    >>> ChannelSwap(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    channel_order: tuple[int, ...] = parameter(_ORDER, default=(2, 1, 0))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        if len(self.channel_order) != view.channels:
            raise Unsupported(
                f"ChannelSwap.channel_order: {self.channel_order} orders {len(self.channel_order)} channels, and the "
                f"image has {view.channels}; give each of 0 to {view.channels - 1} once"
            )
        return _reordered(self.channel_order)
