"""Blurs: convolution with a smoothing kernel.

Those of cameras are in motion_blur.py and defocus.py, glass is in glass_blur.py, and medians are in rank_filter.py.
"""

from __future__ import annotations

import math
from typing import Any

import attrs
import cv2
import numpy as np

from augcore import (
    MOST_CHANNELS,
    Interval,
    PixelFn,
    Rng,
    Transform,
    Unsupported,
    View,
    by_channels,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.noise import random_words
from augcore.params import Parameter, interval_of, parameter, require

Array = np.ndarray[Any, np.dtype[Any]]

_MOST_PIXELS = 32767  # OpenCV's warps count them in 16 bits


def gaussian_kernel(sigma: float, size: int = 0) -> Array:
    """Weights of a Gaussian at whole pixels, summing to 1.

    Args:
        size: how many, odd; 0 for all within 3.5 sigma.
        sigma: 0 for the value that OpenCV gives a kernel of that size, 0.3 · ((size - 1) / 2 - 1) + 0.8.
    """
    if size == 0:
        size = 2 * int(3.5 * sigma) + 1
    if sigma == 0:
        sigma = 0.3 * ((size - 1) / 2 - 1) + 0.8
    return np.asarray(cv2.getGaussianKernel(size, sigma)[:, 0])


@pixel_function
def gaussian_blur(image: Array, *, sigma: float, size: int) -> Array:
    """Convolved with `gaussian_kernel(sigma, size)` along both axes; beyond its edge the picture is mirrored."""
    kernel = gaussian_kernel(sigma, size)
    if len(kernel) == 1:
        return image
    # Not cv2.GaussianBlur: for bytes it rounds the weights to 1/256 (up to 1.4 levels off, where this is 0.5 off) and
    # takes 1.4 to 3 times as long from size 7 on (OpenCV 5.0).
    return by_channels(image, lambda part: cv2.sepFilter2D(part, -1, kernel, kernel), MOST_CHANNELS)


@pixel_function
def box_blur(image: Array, *, size: int) -> Array:
    """The mean of size × size pixels around each; beyond its edge the picture is mirrored."""
    return by_channels(image, lambda part: cv2.blur(part, (size, size)), MOST_CHANNELS)


def convolved(image: Array, kernel: Array) -> Array:
    """Convolved with a kernel of odd sides whose weights are not below 0; beyond its edge the picture is mirrored.

    In float32, and rounded once: with integers cv2.filter2D takes two to ten times as long, conversions included
    (OpenCV 5.0). Weights of 0 cost nothing.
    """
    mirrored = np.ascontiguousarray(kernel[::-1, ::-1], np.float32)

    def filtered(part: Array) -> Array:
        return rounded(cv2.filter2D(part.astype(np.float32, copy=False), -1, mirrored), image.dtype)

    return by_channels(image, filtered, MOST_CHANNELS)


def rounded(values: Array, dtype: np.dtype[Any]) -> Array:
    """Means of pixels, float32, as pixels again."""
    # Both round halves to even; OpenCV takes a third of the time. It drops signs, which means of bytes do not have.
    return np.asarray(cv2.convertScaleAbs(values)) if dtype == np.uint8 else to_range(values, dtype)


def require_warpable(image: Array, name: str) -> None:
    """Raise Unsupported if OpenCV's warps do not take a picture of that size."""
    if max(image.shape[:2]) > _MOST_PIXELS:
        raise Unsupported(
            f"{name}: a picture of {image.shape[:2]} is too large; OpenCV's limit is {_MOST_PIXELS} a side, so crop it"
        )


def kernel_sizes(default: Any = attrs.NOTHING, *, low: int = 3, high: float = math.inf) -> Any:
    """A parameter: an interval of odd kernel sizes to draw from with `drawn_size`; a number a means from `low` to a.

    Args:
        low: 3, or 0 where that is a size too, which leaves it to sigma.
        high: the largest size that is allowed.
    """
    also = ", or 0 to follow sigma" if low == 0 else ""

    def parse(value: Any) -> Interval:
        sizes = interval_of(value, low, high, low, True, "px")
        if not all(size == 0 or size % 2 for size in sizes):
            raise ValueError(f"{sizes} holds an even size; give odd ones{also}")
        return sizes

    end = {"type": "integer", "minimum": low} | ({"maximum": high} if high < math.inf else {})
    schema = {"anyOf": [end, {"type": "array", "items": end, "minItems": 2, "maxItems": 2}]}
    legal = f"(low, high) of odd numbers within [{low}, {high:g}{']' if high < math.inf else ')'} px{also}"
    return parameter(Parameter(parse, legal, schema, "px"), default)


def odd_sizes(low: int, high: int) -> list[int]:
    """The kernel sizes within an interval: 0 where it begins there, and its odd numbers; with 0, from 3."""
    sizes = list(range(3 if low == 0 else low, high + 1, 2))
    return [0, *sizes] if low == 0 else sizes


def drawn_size(rng: Rng, limit: Interval) -> int:
    """One of the odd sizes of an interval, all alike."""
    low, high = int(limit[0]), int(limit[1])
    return rng.choice(odd_sizes(low, high)) if low < high else low


@transform
class Blur(Transform):
    """Blur with a box: each pixel becomes the mean of a square around it.

    Args:
        blur_limit: the square's side in pixels, drawn from the odd numbers of the interval; a number a means (3, a).
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing.
    Raises: InvalidParameter: a side that is even or below 3.
    Source: cv2.blur; borders as cv2.BORDER_REFLECT_101.

    >>> Blur(blur_limit=5, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(3, 7))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(box_blur, size=drawn_size(rng, self.blur_limit))


@transform
class GaussianBlur(Transform):
    """Blur with a Gaussian. The picture does not shift and its mean stays, up to what is mirrored at the edges.

    Args:
        blur_limit: the kernel's size in pixels, drawn from the odd numbers of the interval; 0 means as many as
            sigma asks for, 2 · int(3.5 · sigma) + 1. A number a means (0, a).
        sigma_limit: the standard deviation in pixels, drawn uniformly; a number a means (0, a). 0 leaves it to the
            size, as in OpenCV, and without a size nothing is blurred.
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing.
    Raises: InvalidParameter: an even size other than 0, or a negative sigma.
    Source: the kernel sizes are those of Pillow's GaussianBlur; borders as cv2.BORDER_REFLECT_101.

    >>> GaussianBlur(sigma_limit=2, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(0, 0), low=0)
    sigma_limit: Interval = params.interval(default=(0.5, 3.0), low=0, single=0, unit="px")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        size = drawn_size(rng, self.blur_limit)
        return PixelFn(gaussian_blur, sigma=rng.uniform(*self.sigma_limit), size=size)


# Of a kernel's weight; beside it, a smaller one would be lost in the rounding of float32 and only take time.
_LEAST_WEIGHT = 1e-9


def generalised_gaussian(size: int, sigma_x: float, sigma_y: float, angle: float, beta: float) -> Array:
    """Weights exp(-½ · q ** beta), with q = (u / sigma_x)² + (v / sigma_y)², u and v along axes turned by the angle.

    Args:
        angle: in degrees, counter-clockwise.
        beta: 1 for a Gaussian; below it the tails are heavier, above it the kernel becomes an even disc.
    """
    y, x = np.mgrid[:size, :size] - size // 2
    turn = math.radians(angle)
    u = (x * math.cos(turn) - y * math.sin(turn)) / max(sigma_x, 1e-6)
    v = (x * math.sin(turn) + y * math.cos(turn)) / max(sigma_y, 1e-6)
    return np.asarray(np.exp(-0.5 * (u**2 + v**2) ** beta))


@pixel_function
def advanced_blur(
    image: Array,
    *,
    size: int,
    sigma_x: float,
    sigma_y: float,
    angle: float,
    beta: float,
    noise: tuple[float, float],
    seed: int,
) -> Array:
    """Convolved with a `generalised_gaussian` whose weights are each multiplied by a random number within `noise`."""
    low, high = noise
    chance = (random_words(seed, (1, size, size))[0] + 0.5) / 65536
    kernel = generalised_gaussian(size, sigma_x, sigma_y, angle, beta) * (low + (high - low) * chance)
    kernel /= kernel.sum()
    return convolved(image, np.where(kernel < _LEAST_WEIGHT, 0, kernel))


@transform
class AdvancedBlur(Transform):
    """Blur with a generalised Gaussian: longer one way than the other, turned, peaked or flat, and irregular.

    Args:
        blur_limit: the kernel's size in pixels, drawn from the odd numbers of the interval; a number a means (3, a).
        sigma_x_limit, sigma_y_limit: the spread along the kernel's own axes in pixels, drawn uniformly; a number a
            means (0, a). At 0 the kernel is a line.
        rotate_limit: how far the axes are turned, in degrees, counter-clockwise, drawn uniformly; a number a means
            (-a, a).
        beta_limit: the exponent: 1 is a Gaussian, less has a sharper peak and heavier tails, more is flatter and ends
            more suddenly. Drawn uniformly from the part of the interval below 1 or from that above it, either as likely
            as the other; a number a means (0, a).
        noise_limit: numbers by which the weights of the kernel are multiplied, drawn uniformly for each; a number a
            means (0, a). The weights then sum to 1 again.
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing; but an irregular kernel shifts the picture by a part of a pixel.
    Raises: InvalidParameter: a size that is even or below 3, a negative sigma or beta, noise_limit that is not above 0.
    Source: Wang et al., Real-ESRGAN (2021); the distribution is that of Pascal et al., "Parameter estimation for
        multivariate generalized Gaussian distributions" (2013). Borders as cv2.BORDER_REFLECT_101. Albumentations 2.0.8
        has the same kernel, and turns it clockwise.

    >>> AdvancedBlur(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(3, 7))
    sigma_x_limit: Interval = params.interval(default=(0.2, 1.0), low=0, single=0, unit="px")
    sigma_y_limit: Interval = params.interval(default=(0.2, 1.0), low=0, single=0, unit="px")
    rotate_limit: Interval = params.interval(default=(-90, 90), low=-360, high=360, unit="degrees")
    beta_limit: Interval = params.interval(default=(0.5, 8.0), low=0, single=0)
    noise_limit: Interval = params.interval(default=(0.9, 1.1), low=0, single=0)

    def __attrs_post_init__(self) -> None:
        require(
            self.noise_limit[1] > 0,
            f"AdvancedBlur.noise_limit: {self.noise_limit} leaves no weights; give (low, high) with high above 0",
        )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        low, high = self.beta_limit
        beta_range = rng.choice([(low, 1.0), (1.0, high)]) if low < 1 < high else (low, high)
        return PixelFn(
            advanced_blur,
            size=drawn_size(rng, self.blur_limit),
            sigma_x=rng.uniform(*self.sigma_x_limit),
            sigma_y=rng.uniform(*self.sigma_y_limit),
            angle=rng.uniform(*self.rotate_limit),
            beta=rng.uniform(*beta_range),
            noise=self.noise_limit,
            seed=rng.seed(),
        )
