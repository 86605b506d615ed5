"""Frosted glass: pixels change places with others near by."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np

from augcore import PixelFn, Rng, Transform, View, apply_table, by_channels, params, pixel_function, transform
from augcore.noise import random_words

from .blur import gaussian_blur, require_warpable

Array = np.ndarray[Any, np.dtype[Any]]

_MOST_DELTA = 127  # so that one random word of 16 bits holds an offset


@functools.lru_cache(16)
def offset_table(max_delta: int) -> Array:
    """For each word of 16 bits an offset (x, y), both within [-max_delta, max_delta], in one number of 32 bits."""
    side = 2 * max_delta + 1
    slot = np.arange(65536) * side**2 >> 16
    pairs = np.stack([slot % side, slot // side], axis=1).astype(np.int16) - np.int16(max_delta)
    return pairs.view(np.int32)


def offsets(seed: int, shape: tuple[int, int, int], max_delta: int) -> Array:
    """Whole numbers (x, y), each within [-max_delta, max_delta] and as likely as the others, int16 (…, 2)."""
    return apply_table(random_words(seed, shape), offset_table(max_delta)).view(np.int16).reshape(*shape, 2)


@functools.lru_cache(4)
def pixel_places(height: int, width: int) -> Array:
    """The place (x, y) of each pixel, int16 (height, width, 2)."""
    return np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).astype(np.int16)


def scattered(image: Array, moves: Array) -> Array:
    """Each pixel takes the value that lies at its offset, all at once; beyond its edge the picture is mirrored."""
    require_warpable(image, "GlassBlur")
    places = moves + pixel_places(*image.shape[:2])
    mirror = cv2.BORDER_REFLECT_101
    return by_channels(image, lambda part: cv2.remap(part, places, None, cv2.INTER_NEAREST, borderMode=mirror))


def swapped(image: Array, moves: Array) -> Array:
    """Each pixel changes places with the one at its offset, one after the other, from the last to the first.

    What lies beyond the edge is the pixel at it. No value is lost or doubled.
    """
    height, width, channels = image.shape
    rows = np.clip(np.arange(height)[:, None] + moves[..., 1], 0, height - 1)
    columns = np.clip(np.arange(width) + moves[..., 0], 0, width - 1)
    partners = (rows * width + columns).ravel().tolist()
    order = list(range(height * width))
    for place in range(len(order) - 1, -1, -1):
        other = partners[place]
        order[place], order[other] = order[other], order[place]
    return image.reshape(-1, channels)[order].reshape(image.shape)


@pixel_function
def glass_blur(image: Array, *, sigma: float, max_delta: int, iterations: int, mode: str, seed: int) -> Array:
    """Blurred with a Gaussian, shaken up, and blurred again."""
    image = gaussian_blur(image, sigma=sigma, size=0)
    shake = {"fast": scattered, "exact": swapped}[mode]
    for moves in offsets(seed, (iterations, *image.shape[:2]), max_delta):
        image = shake(image, moves)
    return gaussian_blur(image, sigma=sigma, size=0)


@transform
class GlassBlur(Transform):
    """Blur as frosted glass does: pixels are shaken up among their neighbours, between two light Gaussian blurs.

    Args:
        sigma: of both Gaussians, in pixels; at 0 there are none.
        max_delta: how far along each axis a pixel may go at once, in pixels.
        iterations: how often they are shaken up.
        mode: "fast" lets all pixels take the value of one near by at once, so that some values double and others
            vanish; "exact" swaps pixels one after the other, so that all values remain, and takes twenty times as long.
    Accepts: uint8, uint16, float32; any channel count, of which all go together. Values stay within the input's own
        range, floats too.
    Moves: nothing. All frames of a clip are seen through the same glass.
    Raises: InvalidParameter: a negative sigma, max_delta outside [1, 127], iterations below 1. Unsupported: sides above
        32767 in "fast".
    Source: Hendrycks and Dietterich, "Benchmarking neural network robustness" (2019), whose swaps are "exact". Unlike
        there and in albumentations 2.0.8, offsets reach to max_delta on both sides, and the picture's edge is shaken up
        too.

    >>> GlassBlur(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    sigma: float = params.number(default=0.7, low=0, unit="px")
    max_delta: int = params.integer(default=4, low=1, high=_MOST_DELTA, unit="px")
    iterations: int = params.integer(default=2, low=1)
    mode: str = params.choice(default="fast", options=("fast", "exact"))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            glass_blur,
            sigma=self.sigma,
            max_delta=self.max_delta,
            iterations=self.iterations,
            mode=self.mode,
            seed=rng.seed(),
        )
