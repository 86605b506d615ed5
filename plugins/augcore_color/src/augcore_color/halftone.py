"""Halftones: pictures of dots on paper, as printing presses make them. Dithering, which knows pixels, is in
dithering.py."""

from __future__ import annotations

import functools
import math
from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    apply_table,
    max_value,
    merge_channels,
    params,
    pixel_function,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]

_APART = 30.0  # degrees between the screens of neighbouring channels, as between those of cyan, magenta and black


@functools.cache
def _shares() -> Array:
    """For each of 256 heights of the dots' profile, how much of the paper lies below it."""
    wave = np.cos((np.arange(1024) + 0.5) * (math.pi / 1024))
    counts = np.bincount(_heights(np.add.outer(wave, wave).astype(np.float32)).ravel(), minlength=256)
    return np.asarray((np.cumsum(counts) - counts / 2) / counts.sum())


def _heights(profile: Array) -> Array:
    """A sum of two cosines as bytes."""
    return np.asarray(cv2.convertScaleAbs(profile, alpha=255 / 4, beta=255 / 2)).reshape(profile.shape)


def screen(size: tuple[int, int], *, pitch: float, angle: float, shift: tuple[float, float], dtype: Any) -> Array:
    """Thresholds (H, W) of a screen of round dots, evenly distributed from black to white; a dot's middle is white.

    Args:
        pitch: from dot to dot, in pixels.
        angle: of the rows of dots, in degrees.
        shift: along and across the rows, in radians.
    """
    turn, step = math.radians(angle), 2 * math.pi / pitch
    y, x = (np.arange(side) * step for side in size)
    columns, rows = [], []
    # cos(a + b) is a product of sums of products: both waves are one product of matrices.
    for direction, phase in ((turn, shift[0]), (turn + math.pi / 2, shift[1])):
        across, down = x * math.cos(direction) + phase, y * math.sin(direction)
        columns += [np.cos(down), -np.sin(down)]
        rows += [np.cos(across), np.sin(across)]
    profile = cv2.gemm(np.stack(columns, 1).astype(np.float32), np.stack(rows).astype(np.float32), 1, None, 0)
    table = to_range(_shares() * max_value(dtype), dtype)
    return apply_table(_heights(profile)[:, :, None], table[:, None])[:, :, 0]


def inked(x: Array, gain: float) -> Array:
    """The values that give gain · value - (gain - 1) · threshold, cut to [0, 1], the mean x over all thresholds.

    It is the root of a parabola where dots, or the gaps between them, have no full middle.
    """
    least = np.minimum(x, 1 - x)
    bent = np.sqrt(2 * (gain - 1) * least) / gain
    straight = ((gain - 1) * least + 0.5) / gain
    value = np.where(least * 2 * (gain - 1) < 1, bent, straight)
    return np.asarray(np.where(x > 0.5, 1 - value, value))


@pixel_function
def printed(image: Array, *, pitch: float, angle: float, shift: tuple[float, float], blend: float) -> Array:
    """Each channel as dark dots on white, with its screen 30° from that of the channel before it.

    Args:
        blend: how much of the original shows through.
    """
    dtype, white = image.dtype, max_value(image.dtype)
    gain = max(2.0, pitch / 2)  # the edges of dots are about a pixel wide
    if dtype == np.float32:
        image = np.clip(image, 0, 1)
        values = inked(image, gain).astype(np.float32)
    else:
        table = inked(np.arange(white + 1) / white, gain) * white
        values = apply_table(image, to_range(table, dtype)[:, None])
    turns = min(image.shape[2], round(90 / _APART))
    screens = [
        screen(image.shape[:2], pitch=pitch, angle=angle + _APART * turn, shift=shift, dtype=dtype)
        for turn in range(turns)
    ]
    thresholds = merge_channels([screens[channel % turns] for channel in range(image.shape[2])])
    flat = (len(image), -1)
    dots = cv2.addWeighted(values.reshape(flat), gain, thresholds.reshape(flat), 1 - gain, 0)
    if dtype == np.float32:
        np.clip(dots, 0, 1, out=dots)
    return np.asarray(cv2.addWeighted(dots, 1 - blend, image.reshape(flat), blend, 0, dst=dots)).reshape(image.shape)


@transform
class Halftone(Transform):
    """Print with a screen of dots: the darker a place, the larger its dots. The mean tone of a place is kept.

    Args:
        dot_size_range: from dot to dot, in pixels, drawn uniformly.
        blend_range: how much of the original shows through, 0 to 1, drawn uniformly.
        angle_range: of the first channel's rows of dots, in degrees, drawn uniformly; each further channel's are
            turned by 30° more, as those of printing inks are.
    Accepts: uint8, uint16, float32; any channel count. Floats are cut to [0, 1].
    Moves: nothing.
    Raises: InvalidParameter: dot_size_range outside [2, 256], blend_range outside [0, 1], angle_range outside
        [-360, 360].
    Source: clustered-dot screening with a spot function of two cosines (Ulichney 1987), the edges of dots softened
        over a pixel; thresholds are evened out, so that dots cover as much as they should.

    >>> Halftone(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    dot_size_range: Interval = params.interval(default=(4, 10), low=2, high=256, single="fixed", unit="px")
    blend_range: Interval = params.interval(default=(0.0, 0.35), low=0, high=1, single="fixed")
    angle_range: Interval = params.interval(default=(0, 90), low=-360, high=360, single="fixed", unit="degrees")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            printed,
            pitch=rng.uniform(*self.dot_size_range),
            angle=rng.uniform(*self.angle_range),
            shift=(rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)),
            blend=rng.uniform(*self.blend_range),
        )
