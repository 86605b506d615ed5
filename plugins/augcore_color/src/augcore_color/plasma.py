"""Plasma: clouds of noise in octaves, and pictures made lighter, darker or steeper along them."""

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
    merge_channels,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.noise import random_words

from .light import levels, relit, signed_sum

Array = np.ndarray[Any, np.dtype[Any]]


def plasma(size: tuple[int, int], *, roughness: float, finest: int, seed: int) -> Array:
    """Clouds from 0 to 1, float32 (H, W).

    Octaves of even noise, each twice as fine as the one before, are added up while the sum is enlarged twofold by
    linear interpolation; repeated, that interpolates by splines, which show no grid.

    Args:
        roughness: the strength of an octave in units of that of the next coarser one.
        finest: cells along the longer side in the finest octave.
    """
    octaves = max(1, (max(size) - 1).bit_length())
    shapes = [(-(-size[0] >> octave), -(-size[1] >> octave)) for octave in reversed(range(octaves))]
    noisy = [shape for shape in shapes if max(shape) <= finest] or shapes[:1]
    clouds = np.zeros((1, 1), np.float32)
    for octave, shape in enumerate(noisy):
        clouds = cv2.resize(clouds, shape[::-1], interpolation=cv2.INTER_LINEAR)
        clouds += random_words(seed + octave, (*shape, 1))[:, :, 0] * np.float32(roughness**octave)
    low, high = clouds.min(), clouds.max()
    clouds = (clouds - low) / (high - low if high > low else 1)
    for shape in shapes[len(noisy) :]:
        clouds = cv2.resize(clouds, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(clouds)


@pixel_function
def plasma_tone(image: Array, *, brightness: float, contrast: float, roughness: float, finest: int, seed: int) -> Array:
    """Lighter by brightness · clouds, as a fraction of white, and then steeper about its mean by contrast · clouds."""
    clouds = plasma(image.shape[:2], roughness=roughness, finest=finest, seed=seed)
    if image.dtype == np.uint8:
        if brightness:
            image = signed_sum(image, levels(clouds, image.shape[2], 255 * abs(brightness)), brightness)
        return steeper_bytes(image, clouds, contrast) if contrast else image
    pattern = merge_channels([clouds] * image.shape[2])
    out = image + pattern * np.float32(brightness * max_value(image.dtype))
    if contrast:
        out += (out - mean_of(out)) * (pattern * np.float32(contrast))
    return to_range(out, image.dtype)


def steeper_bytes(image: Array, pattern: Array, amount: float) -> Array:
    """value + amount · pattern · (value - mean), of bytes; what lies above the mean and what lies below by themselves,
    since bytes have no sign."""
    above = np.arange(256.0)[:, None] - mean_of(image)
    factors = levels(pattern, image.shape[2])
    for side, sign in ((above, amount), (-above, -amount)):
        distance = apply_table(image, to_range(np.maximum(side, 0), np.uint8)).reshape(factors.shape)
        change = cv2.multiply(distance, factors, dst=distance, scale=abs(amount) / 255)
        image = signed_sum(image, change, sign)
    return image


def mean_of(image: Array) -> float:
    """Of all pixels and channels."""
    return float(cv2.mean(image.reshape(len(image), -1))[0])


@pixel_function
def plasma_shadow(image: Array, *, intensity: float, roughness: float, finest: int, seed: int) -> Array:
    """Darker by intensity · clouds, as a fraction of each value."""
    return relit(image, plasma(image.shape[:2], roughness=roughness, finest=finest, seed=seed), -intensity)


@transform
class PlasmaBrightnessContrast(Transform):
    """Brightness and contrast that change from place to place, along clouds of noise.

    Args:
        brightness_range: what is added where the clouds are densest, as a fraction of white, drawn uniformly; less in
            between, down to nothing.
        contrast_range: how much steeper values get there about the picture's mean, drawn uniformly; 0.3 takes them 1.3
            times as far from it.
        plasma_size: cells along the longer side in the finest octave of the clouds: fewer make them softer.
        roughness: the strength of each octave in units of that of the coarser one before it: 0.5 makes soft clouds,
            from 1 on they are grainy.
    Accepts: uint8, uint16, float32; any channel count, all of them changed alike. Integers are rounded and cut to their
        range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: brightness_range or contrast_range outside [-1, 1], plasma_size below 1, roughness outside
        (0, 100].
    Source: sums of octaves of noise, in place of the diamond-square fractals of kornia and albumentations (Fournier et
        al. 1982), whose creases run along rows and columns. The mean is that after the change of brightness. In
        albumentations 2.0.8 what is below 0 changes nothing.

    >>> PlasmaBrightnessContrast(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    brightness_range: Interval = params.interval(default=(-0.3, 0.3), low=-1, high=1, unit="fraction of white")
    contrast_range: Interval = params.interval(default=(-0.3, 0.3), low=-1, high=1, unit="fraction")
    plasma_size: int = params.integer(default=256, low=1)
    roughness: float = params.number(default=3.0, low=0, high=100, open_low=True)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            plasma_tone,
            brightness=rng.uniform(*self.brightness_range),
            contrast=rng.uniform(*self.contrast_range),
            roughness=self.roughness,
            finest=self.plasma_size,
            seed=rng.seed(),
        )


@transform
class PlasmaShadow(Transform):
    """Shadows in the shape of clouds of noise: value · (1 - intensity · clouds).

    Args:
        shadow_intensity_range: how much is taken where the clouds are densest, as a fraction of the value, drawn
            uniformly; less in between, down to nothing.
        plasma_size: cells along the longer side in the finest octave of the clouds: fewer make them softer.
        roughness: the strength of each octave in units of that of the coarser one before it: 0.5 makes soft clouds,
            from 1 on they are grainy.
    Accepts: uint8, uint16, float32; any channel count, all of them darkened alike. Integers are rounded; floats
        beyond 1 are darkened like others.
    Moves: nothing.
    Raises: InvalidParameter: shadow_intensity_range outside [0, 1], plasma_size below 1, roughness outside (0, 100].
    Source: as PlasmaBrightnessContrast.

    >>> PlasmaShadow(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    shadow_intensity_range: Interval = params.interval(default=(0.3, 0.7), low=0, high=1, single="fixed")
    plasma_size: int = params.integer(default=256, low=1)
    roughness: float = params.number(default=3.0, low=0, high=100, open_low=True)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        intensity = rng.uniform(*self.shadow_intensity_range)
        return PixelFn(
            plasma_shadow, intensity=intensity, roughness=self.roughness, finest=self.plasma_size, seed=rng.seed()
        )
