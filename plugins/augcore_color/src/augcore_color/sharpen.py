"""Detail: what sharpens and embosses, by kernels of three by three pixels and by the difference to a blur."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from augcore import (
    MOST_CHANNELS,
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    apply_table,
    by_channels,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.params import require

from .blur import drawn_size, gaussian_blur, kernel_sizes

Array = np.ndarray[Any, np.dtype[Any]]
Kernel = tuple[tuple[float, float, float], ...]

_SAME: Kernel = ((0, 0, 0), (0, 1, 0), (0, 0, 0))

# What Pillow calls EDGE_ENHANCE and DETAIL.
ENHANCING: dict[str, Kernel] = {
    "edge": ((-1 / 2, -1 / 2, -1 / 2), (-1 / 2, 10 / 2, -1 / 2), (-1 / 2, -1 / 2, -1 / 2)),
    "detail": ((0, -1 / 6, 0), (-1 / 6, 10 / 6, -1 / 6), (0, -1 / 6, 0)),
}


# Kernels


def mixed(kernel: Kernel, alpha: float) -> Kernel:
    """The kernel that gives alpha of what this one makes of a picture, and 1 - alpha of the picture."""
    rows = zip(kernel, _SAME, strict=True)
    return tuple(
        tuple(alpha * w + (1 - alpha) * same for w, same in zip(*row, strict=True))  # type: ignore[misc]
        for row in rows
    )


def laplacian(lightness: float) -> Kernel:
    """A pixel less its eight neighbours; lightness is what is left of it where the picture is even."""
    return ((-1, -1, -1), (-1, 8 + lightness, -1), (-1, -1, -1))


def relief(strength: float) -> Kernel:
    """The picture lit from its upper left corner: the slope towards the lower right is added."""
    return ((-1 - strength, -strength, 0), (-strength, 1, strength), (0, strength, 1 + strength))


@pixel_function
def filtered(image: Array, *, kernel: Kernel) -> Array:
    """Correlated with a kernel of 3×3; beyond its edge the picture is mirrored."""
    weights = np.array(kernel, np.float32)
    side = float(weights[0, 0])
    if image.dtype == np.uint8 and np.count_nonzero(weights == side) == 8 and weights[1, 1] != side:
        return by_channels(image, lambda part: _with_box(part, float(weights[1, 1]) - side, side), MOST_CHANNELS)
    return by_channels(image, lambda part: cv2.filter2D(part, -1, weights), MOST_CHANNELS)


def _with_box(image: Array, centre: float, box: float) -> Array:
    """centre · value + box · (the sum of the 3×3 around it), of bytes, in two thirds of the time of cv2.filter2D.

    In 256ths of a level, which saturate as uint16 where bytes do.
    """
    sums = cv2.boxFilter(image, cv2.CV_16U, (3, 3), normalize=False)
    fine = cv2.addWeighted(image.astype(np.uint16), 256 * centre, sums, 256 * box, 128, dst=sums)
    out = np.empty(image.shape, np.uint8)
    np.right_shift(fine.reshape(image.shape), 8, out=out, casting="unsafe")
    return out


# Differences to a blur


@pixel_function
def sharpened(image: Array, *, amount: float, size: int, sigma: float, threshold: float) -> Array:
    """The image plus amount times what a Gaussian blur takes from it.

    Args:
        threshold: differences up to it, as a fraction of white, are left alone; from there to twice as much the amount
            grows from nothing to the whole.
    """
    blurred = gaussian_blur(image, sigma=sigma, size=size)
    if image.dtype == np.uint8:
        table = to_range(added(np.arange(256.0), amount, 255 * threshold), np.uint8)[:, None]
        lighter = apply_table(cv2.subtract(image, blurred).reshape(image.shape), table)
        darker = apply_table(cv2.subtract(blurred, image).reshape(image.shape), table)
        return np.asarray(cv2.subtract(cv2.add(image, lighter), darker)).reshape(image.shape)
    white = max_value(image.dtype)
    difference = image.astype(np.float32) - blurred
    return to_range(image + added(difference, amount, white * threshold), image.dtype)


def added(difference: Array, amount: float, threshold: float) -> Array:
    """amount · difference, faded in between threshold and twice the threshold."""
    if threshold == 0:
        return difference * amount
    return difference * (amount * np.clip(np.abs(difference) / threshold - 1, 0, 1))


# Transforms


@transform
class Sharpen(Transform):
    """Sharpen, by a kernel of 3×3 or by the difference to a Gaussian blur.

    Args:
        alpha: how much of the sharpened picture there is beside the original, 0 to 1, drawn uniformly; for
            "gaussian" how much of the difference is added.
        lightness: of the sharpened picture, drawn uniformly: 1 keeps that of the original, below it is darker, above
            lighter. For "kernel" alone.
        method: "kernel" for [[-1, -1, -1], [-1, 8 + lightness, -1], [-1, -1, -1]], "gaussian" for
            image + alpha · (image - blurred).
        kernel_size: of the blur, in pixels; odd.
        sigma: of the blur, in pixels.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: alpha outside [0, 1], lightness below 0, an even kernel_size, sigma not above 0.
    Source: the Laplacian of eight neighbours; unsharp masking. Borders as cv2.BORDER_REFLECT_101. In albumentations
        2.0.8 the differences of "gaussian" wrap around in integers.

    >>> Sharpen(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha: Interval = params.interval(default=(0.2, 0.5), low=0, high=1, single="fixed")
    lightness: Interval = params.interval(default=(0.5, 1.0), low=0, single="fixed")
    method: str = params.choice(default="kernel", options=("kernel", "gaussian"))
    kernel_size: int = params.integer(default=5, low=3, unit="px")
    sigma: float = params.number(default=1.0, low=0, open_low=True, unit="px")

    def __attrs_post_init__(self) -> None:
        require(
            self.kernel_size % 2,
            f"Sharpen.kernel_size: {self.kernel_size} is even; give an odd one, so that the blur has a middle",
        )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        alpha = rng.uniform(*self.alpha)
        if self.method == "gaussian":
            return PixelFn(sharpened, amount=alpha, size=self.kernel_size, sigma=self.sigma, threshold=0.0)
        return PixelFn(filtered, kernel=mixed(laplacian(rng.uniform(*self.lightness)), alpha))


@transform
class Enhance(Transform):
    """Enhance edges or details by a fixed kernel of 3×3.

    Args:
        mode: "edge" for [[-1, -1, -1], [-1, 10, -1], [-1, -1, -1]] / 2, "detail" for the gentler
            [[0, -1, 0], [-1, 10, -1], [0, -1, 0]] / 6. Both keep the lightness.
        alpha_range: how much of the enhanced picture there is beside the original, drawn uniformly.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: an unknown mode, alpha_range outside [0, 1].
    Source: the kernels are those of Pillow's ImageFilter.EDGE_ENHANCE and ImageFilter.DETAIL. Borders as
        cv2.BORDER_REFLECT_101, where Pillow leaves a rim of one pixel as it is.

    >>> Enhance(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    mode: str = params.choice(default="edge", options=tuple(ENHANCING))
    alpha_range: Interval = params.interval(default=(0.5, 1.0), low=0, high=1, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(filtered, kernel=mixed(ENHANCING[self.mode], rng.uniform(*self.alpha_range)))


@transform
class Emboss(Transform):
    """Emboss: the picture as a relief lit from its upper left corner, laid over it.

    Args:
        alpha: how much of the relief there is beside the original, 0 to 1, drawn uniformly.
        strength: how steep the relief is, drawn uniformly.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: alpha outside [0, 1], strength below 0.
    Source: the kernel [[-1 - s, -s, 0], [-s, 1, s], [0, s, 1 + s]], as in imgaug and albumentations. Borders as
        cv2.BORDER_REFLECT_101.

    >>> Emboss(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha: Interval = params.interval(default=(0.2, 0.5), low=0, high=1, single="fixed")
    strength: Interval = params.interval(default=(0.2, 0.7), low=0, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        alpha = rng.uniform(*self.alpha)
        return PixelFn(filtered, kernel=mixed(relief(rng.uniform(*self.strength)), alpha))


@transform
class UnsharpMask(Transform):
    """Add what a Gaussian blur takes away, where that is more than noise.

    Args:
        blur_limit: the blur's kernel size in pixels, drawn from the odd numbers of the interval; a number a means
            (3, a).
        sigma_limit: the blur's standard deviation in pixels, drawn uniformly; a number a means (0, a). 0 leaves it to
            the size, as in OpenCV.
        alpha: how much of the difference is added, 0 to 1, drawn uniformly; a number a means (0, a).
        threshold: in 255ths of the whole range, whatever the dtype: smaller differences are left alone, and up to
            twice as much they are added in part, so that there is no step.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: an even size, sigma below 0, alpha outside [0, 1], threshold outside [0, 255].
    Source: unsharp masking with a threshold for each pixel and channel. albumentations 2.0.8 blurs the mask of what is
        above the threshold instead, so that noise beside edges is sharpened too; with threshold 0 both are the same.

    >>> UnsharpMask(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    blur_limit: Interval = kernel_sizes(default=(3, 7))
    sigma_limit: Interval = params.interval(default=(0.0, 0.0), low=0, single=0, unit="px")
    alpha: Interval = params.interval(default=(0.2, 0.5), low=0, high=1, single=0)
    threshold: int = params.integer(default=10, low=0, high=255, unit="255ths of the range")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            sharpened,
            size=drawn_size(rng, self.blur_limit),
            sigma=rng.uniform(*self.sigma_limit),
            amount=rng.uniform(*self.alpha),
            threshold=self.threshold / 255,
        )
