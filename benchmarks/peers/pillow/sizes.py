"""Sizes and crops."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import random

from PIL import ImageOps

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.draws import share, window
from benchmarks.peers.pillow.pictures import Picture, method

ROWS = Rows()


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return lambda image: image.resize((target_size, target_size), method(interpolation))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return lambda image: ImageOps.contain(image, (max_size, max_size), method(interpolation))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return lambda image: ImageOps.cover(image, (max_size, max_size), method(interpolation))


@ROWS.differs("antialiased")
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return lambda image: ImageOps.scale(image, 1 + random.uniform(*scale_limit), method(interpolation))


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    down, up = map(method, interpolation_pair)
    return lambda image: ImageOps.scale(image, random.uniform(*scale_range), down).resize(image.size, up)


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    def call(image: Picture) -> Picture:
        left, top = random.randint(0, image.width - width), random.randint(0, image.height - height)
        return image.crop((left, top, left + width, top + height))

    return call


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    def call(image: Picture) -> Picture:
        left, top = (image.width - width) // 2, (image.height - height) // 2
        return image.crop((left, top, left + width, top + height))

    return call


@ROWS.differs("antialiased")
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    how, (high, wide) = method(interpolation), size
    return lambda image: image.resize((wide, high), how, box=window(image, *share(image, scale, ratio)))


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    how, (high, wide) = method(interpolation), size

    def call(image: Picture) -> Picture:
        side = random.randint(*min_max_height)
        return image.resize((wide, high), how, box=window(image, side, side))

    return call


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    assert border_mode == "constant"
    return lambda image: ImageOps.expand(image, padding, (fill,) * 3)


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    assert border_mode == "constant"

    def call(image: Picture) -> Picture:
        across, along = max(min_width - image.width, 0), max(min_height - image.height, 0)
        borders = across // 2, along // 2, across - across // 2, along - along // 2
        return ImageOps.expand(image, borders, (fill,) * 3)

    return call


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    # What a crop takes from outside of the image is 0.
    assert border_mode == "constant"
    assert fill == 0
    assert keep_size
    top, right, bottom, left = px
    how = method(interpolation)
    return lambda image: image.crop((-left, -top, image.width + right, image.height + bottom)).resize(image.size, how)
