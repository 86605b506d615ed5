"""The noise of cameras at high sensitivity: in luma, and in the hue of colours."""

from __future__ import annotations

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
    params,
    pixel_function,
    transform,
)
from augcore.noise import normal_quantiles, random_bytes, random_words

from .quantiles import normal_slices

Array = np.ndarray[Any, np.dtype[Any]]

_DEPTHS = {np.dtype("uint8"): cv2.CV_8U, np.dtype("uint16"): cv2.CV_16U, np.dtype("float32"): cv2.CV_32F}
# Of no colour, in what cvtColor gives for Cr and Cb.
_NEUTRAL = {np.dtype("uint8"): 128, np.dtype("uint16"): 32768, np.dtype("float32"): 0.5}
# What a change of Y, Cr and Cb adds to red, green and blue (Rec. 601, as in OpenCV's cvtColor).
_TO_RGB = np.array([[1, 1.403, 0], [1, -0.714, -0.344], [1, 0, 1.773]], np.float32)


@pixel_function(channels=(3,), per_frame=True)
def add_iso_noise(image: Array, *, hue: float, luma: float, seed: int) -> Array:
    """RGB with Gaussian noise in its luma, and with the hue of each pixel turned by a Gaussian angle.

    Args:
        hue: standard deviation of the angle in the plane of Cb and Cr, in full turns; greys have none.
        luma: standard deviation of what all three channels get, as a fraction of white.
    """
    height, width, _ = image.shape
    _, red, blue = (plane.astype(np.float32) for plane in cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)))
    red -= _NEUTRAL[image.dtype]
    blue -= _NEUTRAL[image.dtype]
    angles = normal_slices()[0][:, None] * (2 * math.pi * hue)
    turn = random_bytes(seed, height * width).reshape(height, width, 1)
    sine, less = (apply_table(turn, part.astype(np.float32))[:, :, 0] for part in (np.sin(angles), np.cos(angles) - 1))
    table = normal_quantiles()[:, None] * np.float32(luma * max_value(image.dtype))
    noise = apply_table(random_words(seed + 1, (height, width, 1)), table)[:, :, 0]
    # Only the change goes back to RGB, so that rounding touches nothing but the noise.
    change = cv2.transform(cv2.merge([noise, less * red + sine * blue, less * blue - sine * red]), _TO_RGB)
    return np.asarray(cv2.add(image, change, dtype=_DEPTHS[image.dtype]))


@transform
class ISONoise(Transform):
    """Noise of a camera at high sensitivity: grain in the light, and colours that waver.

    Args:
        color_shift: how far hues turn at full intensity, as a standard deviation in full turns, drawn uniformly. Greys
            have no hue and keep none.
        intensity: how strong both are, drawn uniformly: the luma's standard deviation is a fifth of it, in fractions of
            white, and that of the hue this times the colour shift.
    Accepts: uint8, uint16, float32; 3 channels, RGB. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: color_shift or intensity outside [0, 1]. Unsupported: other than 3 channels.
    Source: luma and hue in Y, Cb and Cr of Rec. 601. The spread is the same in shadows and lights, since it grows with
        the root of the light and values are about that root. In albumentations 2.0.8 the shift is added as a part of
        360 degrees to a hue in degrees, which is nothing, and light is only ever added, to a few pixels.

    >>> ISONoise(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    color_shift: Interval = params.interval(default=(0.01, 0.05), low=0, high=1, single="fixed", unit="turns")
    intensity: Interval = params.interval(default=(0.1, 0.5), low=0, high=1, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        shift, intensity = rng.uniform(*self.color_shift), rng.uniform(*self.intensity)
        return PixelFn(add_iso_noise, hue=shift * intensity, luma=intensity / 5, seed=rng.seed())
