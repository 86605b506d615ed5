"""Filters: blur and edges."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.pictures import Picture

ROWS = Rows()


@ROWS.differs("three box blurs, no kernel size")
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return lambda image: image.filter(ImageFilter.GaussianBlur(sigma))


@ROWS.differs("border replicated")
def Blur(radius: int, border_mode: str) -> Call:
    # The row's radius is the side of the kernel, this one's is how far it reaches.
    return lambda image: image.filter(ImageFilter.BoxBlur(radius // 2))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return lambda image: image.filter(ImageFilter.MedianFilter(blur_limit))


@ROWS.differs("line drawn through the kernel's middle")
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    size, middle = (kernel_size, kernel_size), kernel_size // 2

    def call(image: Picture) -> Picture:
        angle, line = math.radians(random.uniform(*angle_range)), Image.new("L", size)
        across, along = round(middle * math.cos(angle)), round(middle * math.sin(angle))
        ImageDraw.Draw(line).line((middle - across, middle - along, middle + across, middle + along), 1)
        return image.filter(ImageFilter.Kernel(size, line.tobytes()))

    return call


@ROWS.differs("three box blurs")
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    # Without a sigma others derive it from the kernel's side, as OpenCV does.
    assert sigma_limit == 0
    low, high = (0.3 * ((side - 1) * 0.5 - 1) + 0.8 for side in blur_limit)

    def call(image: Picture) -> Picture:
        percent = round(100 * random.uniform(*alpha))
        return image.filter(ImageFilter.UnsharpMask(random.uniform(low, high), percent, threshold))

    return call


@ROWS.differs("always 3×3")
def Morphological(scale: list[int], operation: str) -> Call:
    assert operation == "dilation"
    dilation = ImageFilter.MaxFilter(3)
    return lambda image: image.filter(dilation)


def mixed(image: Picture, weights: Sequence[float], alpha: float) -> Picture:
    """The image and what a kernel of 3×3 makes of it, mixed: one kernel does both."""
    kernel = [alpha * weight for weight in weights]
    kernel[4] += 1 - alpha
    return image.filter(ImageFilter.Kernel((3, 3), kernel, scale=1))


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    def call(image: Picture) -> Picture:
        weights = [-1, -1, -1, -1, 8 + random.uniform(*lightness), -1, -1, -1, -1]
        return mixed(image, weights, random.uniform(*alpha))

    return call


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    def call(image: Picture) -> Picture:
        by = random.uniform(*strength)
        return mixed(image, [-1 - by, -by, 0, -by, 1, by, 0, by, 1 + by], random.uniform(*alpha))

    return call


def enhanced(kernel: type[ImageFilter.BuiltinFilter], alpha_range: Sequence[float]) -> Call:
    _, divisor, _, weights = kernel.filterargs
    weights = [weight / divisor for weight in weights]
    return lambda image: mixed(image, weights, random.uniform(*alpha_range))


@ROWS.row
def EnhanceEdge(mode: str, alpha_range: list[float]) -> Call:
    assert mode == "edge"
    return enhanced(ImageFilter.EDGE_ENHANCE, alpha_range)


@ROWS.row
def EnhanceDetail(mode: str, alpha_range: list[float]) -> Call:
    assert mode == "detail"
    return enhanced(ImageFilter.DETAIL, alpha_range)
