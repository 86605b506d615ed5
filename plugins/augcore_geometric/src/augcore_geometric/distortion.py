"""Distortions by noise: smooth noise bends the picture, white noise frays it. Those by a grid, a spline, a lens or
water are in files of their own."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from augcore import (
    Border,
    Dense,
    Geometry,
    Interpolation,
    Rng,
    Spread,
    Transform,
    View,
    displacement_field,
    params,
    transform,
)
from augcore.noise import even_numbers, normal_numbers, random_words
from augcore.params import Fill

from .effect import KEYPOINT_METHODS, geometry

Array = np.ndarray[Any, np.dtype[Any]]
_REACH = 3.0  # standard deviations at which a Gaussian is cut off; 0.3 % of it lies beyond


@displacement_field
def elastic_field(
    size: tuple[int, int],
    *,
    seed: int,
    alpha: float,
    sigma: float,
    same: bool = False,
    distribution: str = "gaussian",
    approximate: bool = False,
) -> Array:
    """White noise within [-1, 1], smoothed by a Gaussian of standard deviation sigma, times alpha: (H, W, 2) pixels.

    A field so smooth needs no noise in every pixel. It is made on a grid sigma / 2 wide and interpolated by cubics; the
    noise, whose mean over a Gaussian is the less the more of it there is, is scaled by the grid's width in turn. The
    spread is alpha · s / (2 · sigma · sqrt(π)), s being that of the noise, within 3 %; at sigma 50 this takes a
    hundredth of the time that smoothing in full takes. `approximate` takes a grid 0.8 sigma wide and interpolates
    linearly: the spread is up to 10 % less between the grid's points, and less smooth.
    """
    height, width = size
    step = max(1, int(sigma * (0.8 if approximate else 0.5)))
    coarse = sigma / step
    reach = math.ceil(_REACH * coarse)
    margin = reach + 2  # for the Gaussian, and for the cubics
    shape = (-(-height // step) + 2 * margin, -(-width // step) + 2 * margin, 1 if same else 2)
    strength = alpha / step
    if distribution == "uniform":
        noise = even_numbers(seed, shape)
    else:
        noise = normal_numbers(seed, shape)
        strength /= largest_of_normal(height * width * shape[2])
    kernel = cv2.getGaussianKernel(2 * reach + 1, coarse, cv2.CV_32F)
    # The scale goes into one of the two kernels.
    field = cv2.sepFilter2D(noise, cv2.CV_32F, kernel * strength, kernel).reshape(shape)[reach:-reach, reach:-reach]
    if step > 1:
        method = cv2.INTER_LINEAR if approximate else cv2.INTER_CUBIC
        field = cv2.resize(field, None, fx=step, fy=step, interpolation=method).reshape(
            field.shape[0] * step, field.shape[1] * step, -1
        )
    field = field[2 * step : 2 * step + height, 2 * step : 2 * step + width]
    return np.broadcast_to(field, (height, width, 2)) if same else field


def largest_of_normal(count: int) -> float:
    """The median of the largest absolute value among so many standard normal numbers."""
    from statistics import NormalDist  # needed here alone, and slow to import

    return NormalDist().inv_cdf((1 + 0.5 ** (1 / count)) / 2)


@transform
class ElasticTransform(Transform):
    """Bend the picture by a smooth random field, as if it were printed on rubber.

    Pixels are displaced by alpha / (17 sigma) or so (standard deviation along each axis, in pixels, of a picture of
    half a megapixel with gaussian noise; with uniform noise alpha / (6 sigma)): alpha = 100 · sigma is strong. From
    alpha = 5 sigma² on, half of the pictures fold somewhere; below 3 sigma² hardly any does.

    Args:
        alpha: how far; the noise, within [-1, 1], is multiplied by it.
        sigma: how smoothly: standard deviation in pixels of the Gaussian that smooths the noise.
        interpolation: for images.
        approximate: make the field on a coarser grid, in less time; its spread is up to 10 % less.
        same_dxdy: displace by the same number along x and y, in less time: all pixels move along one diagonal.
        mask_interpolation: for masks.
        noise_distribution: "gaussian", scaled so that the largest of a picture's numbers is about 1, or "uniform".
        keypoint_remapping_method: "direct" or "mask", two ways of finding about where keypoints go; accepted so that
            pipelines can keep it. Here both give the exact place.
        border_mode: what shows beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept, and what leaves it is cut.
    Raises: InvalidParameter: a negative alpha, a sigma below 0.1.
    Source: Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks".

    >>> ElasticTransform(alpha=300, sigma=10, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha: float = params.number(default=1, low=0, unit="px")
    sigma: float = params.number(default=50, low=0.1, unit="px")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    approximate: bool = params.flag(default=False)
    same_dxdy: bool = params.flag(default=False)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    noise_distribution: str = params.choice(default="gaussian", options=("gaussian", "uniform"))
    keypoint_remapping_method: str = params.choice(default="mask", options=KEYPOINT_METHODS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        field = Dense.of(
            elastic_field,
            view.size,
            seed=rng.seed(),
            alpha=self.alpha,
            sigma=self.sigma,
            same=self.same_dxdy,
            distribution=self.noise_distribution,
            approximate=self.approximate,
        )
        return geometry(self, field)


@displacement_field
def spread_field(size: tuple[int, int], *, seed: int, radius: float) -> Array:
    """Each pixel shows one of those whose centres lie within the radius, itself among them, all equally likely."""
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    near = x**2 + y**2 <= radius**2
    # A random word looks up which one.
    chosen = np.arange(65536) * int(near.sum()) >> 16
    words = random_words(seed, size)
    return np.moveaxis(np.stack([x[near][chosen].take(words), y[near][chosen].take(words)]), 0, -1)


@transform
class PixelSpread(Transform):
    """Give each pixel the value of a random one near it: edges fray, as behind frosted glass.

    Masks take their labels from the same pixels as the image. Boxes, keypoints and polygons stay where they are, which
    is where their objects are on the average.

    Args:
        radius: how far away the other pixel is at most.
        border_mode: what lies beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; no value is new but those of the border.
    Moves: images and masks, pixel by pixel; other targets stay. There is no way back, so undoing raises NotInvertible.
    Raises: InvalidParameter: a radius outside [0, 128].
    Source: none needed.

    >>> PixelSpread(radius=2, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    radius: float = params.number(default=2, low=0, high=128, unit="px")
    border_mode: Border = params.border(default=Border.REFLECT_101)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        field = Spread.of(spread_field, view.size, seed=rng.seed(), radius=self.radius)
        return geometry(self, field, interpolation=Interpolation.NEAREST)
