"""Light that falls unevenly: smooth patterns over the picture, and pictures made lighter or darker along them.

What lenses do to light is in lens.py, random patterns in plasma.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    merge_channels,
    params,
    pixel_function,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]
Size = tuple[int, int]

_NODES = 64  # along the shorter side; interpolated between them, x² from 0 to 1 is 1/16384 off


# Patterns of light


def smooth_pattern(values: Callable[[Array, Array], Array], size: Size) -> Array:
    """A smooth function of places in pixels, x to the right and y down, as float32 (H, W).

    It is found on a coarse grid that reaches beyond the picture, and interpolated.
    """
    step = max(1, min(size) // _NODES)
    y, x = ((np.arange(-(-side // step) + 2) - 0.5) * step for side in size)
    nodes = values(x, y[:, None]).astype(np.float32)
    whole = cv2.resize(nodes, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[step : step + size[0], step : step + size[1]])


def relit(image: Array, pattern: Array, amount: float) -> Array:
    """image · (1 + amount · pattern), for a pattern (H, W) within [0, 1] and an amount within [-1, 1]."""
    if image.dtype == np.uint8:
        rows = image.reshape(len(image), -1)
        return signed_sum(image, cv2.multiply(rows, levels(pattern, image.shape[2]), scale=abs(amount) / 255), amount)
    return to_range(image * merge_channels([1 + np.float32(amount) * pattern] * image.shape[2]), image.dtype)


def levels(pattern: Array, channels: int, white: float = 255) -> Array:
    """A pattern as bytes, the same for all channels, (H, W · channels)."""
    plane = cv2.convertScaleAbs(pattern, alpha=white).reshape(pattern.shape)
    spread = cv2.cvtColor(plane, cv2.COLOR_GRAY2RGB) if channels == 3 else merge_channels([plane] * channels)
    return np.asarray(spread).reshape(len(pattern), -1)


def signed_sum(image: Array, change: Array, sign: float) -> Array:
    """Bytes plus or minus a change (H, W · C), cut to their range; the change is overwritten."""
    add = cv2.add if sign >= 0 else cv2.subtract
    return np.asarray(add(image.reshape(change.shape), change, dst=change)).reshape(image.shape)


# Light from somewhere


@pixel_function
def linear_light(image: Array, *, amount: float, angle: float) -> Array:
    """Changed from nothing on one side to the amount on the other, where the angle points to."""
    height, width = image.shape[:2]
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    span = abs(across) + abs(down)

    def ramp(x: Array, y: Array) -> Array:
        return np.asarray(((x / width - 0.5) * across + (y / height - 0.5) * down) / span + 0.5)

    return relit(image, smooth_pattern(ramp, (height, width)), amount)


@pixel_function
def corner_light(image: Array, *, amount: float, corner: int) -> Array:
    """Changed by the amount in a corner, less with the distance, and not at all in the opposite one.

    Args:
        corner: 0 for the upper left one, and on clockwise.
    """
    height, width = image.shape[:2]
    right, bottom = width * (corner in (1, 2)), height * (corner in (2, 3))

    def slope(x: Array, y: Array) -> Array:
        return np.asarray(1 - np.hypot(x - right, y - bottom) / math.hypot(width, height))

    return relit(image, smooth_pattern(slope, (height, width)), amount)


@pixel_function
def spot_light(image: Array, *, amount: float, x: float, y: float, sigma: float) -> Array:
    """Changed by the amount in one place, and around it less, as a Gaussian.

    Args:
        x, y: the place, in fractions of the width and the height.
        sigma: its standard deviation, in fractions of the longer side.
    """
    height, width = image.shape[:2]
    spread = 2 * (sigma * max(height, width)) ** 2

    def bell(across: Array, down: Array) -> Array:
        return np.asarray(np.exp((across - x * width) ** 2 / -spread) * np.exp((down - y * height) ** 2 / -spread))

    return relit(image, smooth_pattern(bell, (height, width)), amount)


@transform
class Illumination(Transform):
    """Light or shade that is stronger in one part of the picture: value · (1 ± intensity · pattern).

    Args:
        mode: the pattern, from 0 to 1: "linear" grows evenly across the picture, "corner" is 1 in one of the corners
            and falls to 0 in the opposite one, "gaussian" is a bell around a place.
        intensity_range: how much is added or taken where the pattern is 1, as a fraction of the value, drawn uniformly.
        effect_type: "brighten", "darken", or "both" for the one or the other.
        angle_range: where the linear pattern grows to, in degrees from the right side on clockwise, drawn uniformly.
        center_range: the place of the bell, in fractions of the width and the height, drawn uniformly.
        sigma_range: its standard deviation, in fractions of the longer side, drawn uniformly.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: an unknown mode or effect_type, intensity_range outside [0, 1], angle_range outside
        [-360, 360], center_range outside [0, 1], sigma_range outside [0.01, 10].
    Source: the patterns of kornia's RandomLinearIllumination and its kin, applied as factors. In albumentations 2.0.8
        "linear" always brightens one half and darkens the other, and "corner" changes the corners opposite.

    >>> Illumination(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    mode: str = params.choice(default="linear", options=("linear", "corner", "gaussian"))
    intensity_range: Interval = params.interval(default=(0.01, 0.2), low=0, high=1, single="fixed")
    effect_type: str = params.choice(default="both", options=("brighten", "darken", "both"))
    angle_range: Interval = params.interval(default=(0, 360), low=-360, high=360, single="fixed", unit="degrees")
    center_range: Interval = params.interval(default=(0.1, 0.9), low=0, high=1, single="fixed")
    sigma_range: Interval = params.interval(default=(0.2, 1.0), low=0.01, high=10, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        amount = rng.uniform(*self.intensity_range)
        if self.effect_type == "darken" or (self.effect_type == "both" and rng.chance(0.5)):
            amount = -amount
        if self.mode == "linear":
            return PixelFn(linear_light, amount=amount, angle=rng.uniform(*self.angle_range))
        if self.mode == "corner":
            return PixelFn(corner_light, amount=amount, corner=rng.integer(0, 3))
        x, y = rng.uniform(*self.center_range), rng.uniform(*self.center_range)
        return PixelFn(spot_light, amount=amount, x=x, y=y, sigma=rng.uniform(*self.sigma_range))
