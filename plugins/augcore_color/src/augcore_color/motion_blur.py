"""Blurs of a camera that moves while the shutter is open: along a line, or towards the scene."""

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
    by_channels,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    transform,
)
from augcore.params import require

from .blur import convolved, drawn_size, kernel_sizes, require_warpable, rounded

Array = np.ndarray[Any, np.dtype[Any]]


def motion_kernel(size: int, angle: float, direction: float, shift: tuple[float, float] = (0.0, 0.0)) -> Array:
    """Equal weights, summing to 1, at the pixels that a point passes on a straight way.

    Args:
        size: how long the way is in pixels, odd; its middle is the point itself while direction is 0.
        angle: of the way in degrees, counter-clockwise from the right.
        direction: 1 leaves only the half of the way ahead of the point, -1 the one behind it.
        shift: moves the whole way by (x, y) pixels.
    """
    half = size // 2
    way = np.linspace(-half * (1 - max(direction, 0)), half * (1 + min(direction, 0)), size)
    turn = math.radians(angle)
    # To 9 digits first: the cosine of 90 degrees is not quite 0, which must not decide where halves are rounded to.
    x = np.rint(np.round(shift[0] + way * math.cos(turn), 9)).astype(int)
    y = np.rint(np.round(shift[1] - way * math.sin(turn), 9)).astype(int)
    reach = int(max(np.abs(x).max(), np.abs(y).max()))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    kernel[reach + y, reach + x] = 1
    return np.asarray(kernel / kernel.sum())


@pixel_function
def motion_blur(image: Array, *, size: int, angle: float, direction: float, shift: tuple[float, float]) -> Array:
    """Convolved with `motion_kernel`; beyond its edge the picture is mirrored."""
    return convolved(image, motion_kernel(size, angle, direction, shift))


@transform
class MotionBlur(Transform):
    """Blur along a straight line, as a picture taken from a moving camera.

    Args:
        blur_limit: how long the line is in pixels, drawn from the odd numbers of the interval; a number a means (3, a).
        allow_shifted: let the line lie aside of the pixel, by up to a quarter of its length along each axis, drawn
            uniformly. The picture shifts by as much, and annotations do not.
        angle_range: of the line in degrees, counter-clockwise from the right, drawn uniformly.
        direction_range: which part of the line is used, drawn uniformly: at 0 all of it, which leaves the picture where
            it is; at 1 the half ahead and at -1 the half behind, which shift it along the line.
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing.
    Raises: InvalidParameter: a length that is even or below 3, an angle outside [-360, 360], a direction outside
        [-1, 1].
    Source: a line of whole pixels of equal weight; borders as cv2.BORDER_REFLECT_101. Albumentations 2.0.8 has the same
        lines, with angles counted clockwise from the left; it bends shifted ones at the edge of the kernel.

    >>> MotionBlur(blur_limit=15, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(3, 7))
    allow_shifted: bool = params.flag(default=True)
    angle_range: Interval = params.interval(default=(0, 360), low=-360, high=360, single="fixed", unit="degrees")
    direction_range: Interval = params.interval(default=(-1.0, 1.0), low=-1, high=1, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        size = drawn_size(rng, self.blur_limit)
        most = size // 2 / 2 if self.allow_shifted else 0.0
        return PixelFn(
            motion_blur,
            size=size,
            angle=rng.uniform(*self.angle_range),
            direction=rng.uniform(*self.direction_range),
            shift=(rng.uniform(-most, most), rng.uniform(-most, most)),
        )


def doublings_for(factor: float, step: float) -> int:
    """How often copies must be doubled until neighbours among those enlarged by 1 … factor differ by `step` at most."""
    return math.ceil(math.log2(1 + math.ceil((factor - 1) / step)))


@pixel_function
def zoom_blur(image: Array, *, factor: float, doublings: int) -> Array:
    """The mean of 2 ** doublings copies, enlarged about the centre by 1 … factor in equal ratios.

    The mean of a picture and its enlargement by r, averaged with that mean's enlargement by r², is the mean of four,
    and so on: as many warps as doublings. Interpolations add up to the softness of a pixel at most.
    """
    if doublings == 0:
        return image
    require_warpable(image, "ZoomBlur")
    height, width, _ = image.shape
    ratio = factor ** (1 / (2**doublings - 1))

    def averaged(part: Array) -> Array:
        mean = part.astype(np.float32)
        for doubling in range(doublings):
            scale = ratio ** -(2**doubling)
            back = np.array([[scale, 0, (1 - scale) * (width - 1) / 2], [0, scale, (1 - scale) * (height - 1) / 2]])
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            zoomed = cv2.warpAffine(mean, back, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
            mean = cv2.addWeighted(mean, 0.5, zoomed, 0.5, 0)
        return rounded(mean, image.dtype)

    return by_channels(image, lambda part: among_four(part, averaged), 4)


def among_four(part: Array, function: Any) -> Array:
    """function(part), with two or three channels put among four, of which OpenCV 5 warps all in half the time.

    Two alone it would look up at positions rounded to 1/32 px.
    """
    channels = part.shape[2]
    if channels not in (2, 3):
        return np.asarray(function(part))
    wide = function(merge_channels((split_channels(part) * 2)[:4]))
    return merge_channels(split_channels(wide)[:channels])


@transform
class ZoomBlur(Transform):
    """Blur towards the edges, as a picture taken while the lens zooms in: sharp in the middle, streaked around it.

    Args:
        max_factor: the largest zoom, drawn uniformly; a number a means (1, a). At 1 nothing is blurred.
        step_factor: how far apart the zooms may be of which the mean is taken, drawn uniformly; a number a means
            (a, a). There are a power of two of them, in equal ratios, so they mostly lie closer.
    Accepts: uint8, uint16, float32; any channel count. Values stay within the input's own range, floats too.
    Moves: nothing; the centre of the picture is kept, and what is far from it shifts outwards by half of its streak.
    Raises: InvalidParameter: max_factor below 1, step_factor that is not above 0. Unsupported: sides above 32767.
    Source: Hendrycks and Dietterich, "Benchmarking neural network robustness" (2019). There, and in albumentations
        2.0.8, zooms lie at equal differences rather than ratios, and the picture itself counts twice.

    >>> ZoomBlur(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    max_factor: Interval = params.interval(default=(1.0, 1.31), low=1, single=1, unit="zoom")
    step_factor: Interval = params.interval(default=(0.01, 0.03), low=0, single="fixed", unit="zoom")

    def __attrs_post_init__(self) -> None:
        require(
            self.step_factor[0] > 0,
            f"ZoomBlur.step_factor: {self.step_factor} holds 0, which no number of steps fills; give steps above 0",
        )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        factor = rng.uniform(*self.max_factor)
        step = rng.uniform(*self.step_factor)
        return PixelFn(zoom_blur, factor=factor, doublings=doublings_for(factor, step))
