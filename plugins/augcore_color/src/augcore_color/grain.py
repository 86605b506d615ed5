"""The grain of photographic film."""

from __future__ import annotations

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
    to_range,
    transform,
)
from augcore.noise import normal_quantiles, random_words

from .noise import in_all_channels
from .quantiles import paired

Array = np.ndarray[Any, np.dtype[Any]]

_WIDTH = 2.3548  # of a Gaussian at half its height, in standard deviations
_STEPS = 32  # of grain in bytes, in a standard deviation


@pixel_function(per_frame=True)
def add_grain(image: Array, *, intensity: float, width: float, seed: int) -> Array:
    """The picture plus intensity · sqrt(x · (1 - x)) · grain for each value x in [0, 1], and nothing beyond.

    Args:
        width: of the spots of grain at half their height, in pixels.
    """
    grain = grain_of(image.shape[:2], width, seed)
    if image.dtype == np.uint8:
        steps = cv2.convertScaleAbs(grain, alpha=_STEPS, beta=128)
        rows = in_all_channels(steps[:, :, None], image.shape[2]).reshape(len(image), -1)
        return apply_table(paired(rows, image.reshape(rows.shape)), _byte_table(intensity)).reshape(image.shape)
    white = np.float32(max_value(image.dtype))
    x = np.clip(image / white, 0, 1, dtype=np.float32)
    spread = np.sqrt(x * (1 - x)) * (np.float32(intensity) * white)
    return to_range(image + spread * in_all_channels(grain[:, :, None], image.shape[2]), image.dtype)


def _byte_table(intensity: float) -> Array:
    """The value that each level and byte of grain give together, (256 · 256, 1)."""
    x = np.arange(256)[:, None] / 255
    grain = (np.arange(256) - 128) / _STEPS
    return to_range(255 * (x + intensity * np.sqrt(x * (1 - x)) * grain), np.uint8).reshape(-1, 1)


def grain_of(size: tuple[int, int], width: float, seed: int) -> Array:
    """Gaussian noise of mean 0 and variance 1 everywhere, of Gaussian spots of that width, (H, W) as float32.

    It is filtered from noise that reaches beyond the picture, so that its edge is like its middle. Noise made small and
    enlarged would be weaker between its points than at them, which shows as a grid.
    """
    sigma = width / _WIDTH
    reach = int(3 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= np.sqrt(np.sum(kernel**2))
    noise = apply_table(random_words(seed, (size[0] + 2 * reach, size[1] + 2 * reach, 1)), normal_quantiles()[:, None])
    spots = cv2.sepFilter2D(noise[:, :, 0], -1, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
    return np.ascontiguousarray(spots[reach : reach + size[0], reach : reach + size[1]])


@transform
class FilmGrain(Transform):
    """The grain of film: spots of random lightness, strongest in the mid-tones and gone in black and in white.

    Args:
        intensity_range: how strong the grain is, drawn uniformly: twice its standard deviation in the mid-tones, as a
            fraction of white.
        grain_size_range: width of the spots at half their height in pixels, drawn uniformly; at 1 hardly more than
            neighbours are alike.
    Accepts: uint8, uint16, float32; any channel count; all channels have the same grain, each as strong as its own
        value asks, so grey stays grey. Integers are rounded and cut to their range; floats are not cut, and outside
        [0, 1] there is no grain.
    Moves: nothing.
    Raises: InvalidParameter: intensity_range outside [0, 1], grain_size_range below 0.5 px.
    Source: film that lets a part x through is covered by grains to 1 - x, and what a small spot lets through has the
        variance x · (1 - x) over the number of grains in it (Newson, Delon and Galerne 2017, "A stochastic film grain
        model for resolution-independent rendering"); the spots are Gaussian here.

    >>> FilmGrain(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    intensity_range: Interval = params.interval(
        default=(0.1, 0.3), low=0, high=1, single="fixed", unit="fraction of white"
    )
    grain_size_range: Interval = params.interval(default=(1, 3), low=0.5, single="fixed", unit="px")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        intensity, width = rng.uniform(*self.intensity_range), rng.uniform(*self.grain_size_range)
        return PixelFn(add_grain, intensity=intensity, width=width, seed=rng.seed())
