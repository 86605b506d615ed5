"""Blur and edges."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import random

import kornia.augmentation as K  # noqa: N812
import torch
from kornia import filters, morphology

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import Image, always, contiguous, exactly

ROWS = Rows()


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as the public benchmark reads it.
    return contiguous(lambda image: filters.box_blur(image, radius, border_mode))


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    size = tuple(kernel_size)
    return contiguous(lambda image: filters.gaussian_blur2d(image, size, exactly(sigma)))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return contiguous(lambda image: filters.median_blur(image, blur_limit))


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    ranges = {"angle": tuple(angle_range), "direction": tuple(direction_range)}
    return always(K.RandomMotionBlur, kernel_size=kernel_size, **ranges, border_type="reflect")


@ROWS.differs("no lightness")
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    # It moves away from a smoothed image, whose kernel sums to 13: this factor adds as much of the Laplacian.
    return always(K.RandomSharpness, sharpness=tuple(1 + 13 * share for share in alpha))


@ROWS.apart("neither alpha nor threshold")
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    assert sigma_limit == 0
    low, high = blur_limit

    def call(image: Image) -> Image:
        size = random.randrange(low, high + 1, 2)
        # What OpenCV takes for a width of 0.
        return filters.unsharp_mask(image, size, exactly(0.3 * ((size - 1) / 2 - 1) + 0.8))

    return contiguous(call)


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    assert operation == "dilation"
    low, high = scale
    kernels = [torch.ones(side, side) for side in range(low, high + 1)]
    return contiguous(lambda image: morphology.dilation(image, random.choice(kernels)))
