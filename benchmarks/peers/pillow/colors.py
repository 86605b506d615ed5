"""Colours. `Image.point` looks each byte up, in a table a band."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageEnhance, ImageOps, ImageStat

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.draws import either_way
from benchmarks.peers.pillow.pictures import Picture
from benchmarks.peers.pillow.tables import ROUND, multiplied, rotated, shifted

ROWS = Rows()


def brightened(image: Picture, factor: float) -> Picture:
    """As ImageEnhance.Brightness, which blends with a black image in four times as long."""
    return image.point(multiplied(factor) * 3)


def contrasted(image: Picture, factor: float) -> Picture:
    """As ImageEnhance.Contrast, which blends with an image of the mean grey in three times as long."""
    grey = round(ImageStat.Stat(image.convert("L")).mean[0])
    return image.point(multiplied(factor, grey * (1 - factor)) * 3)


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    return lambda image: brightened(image, 1 + random.uniform(*brightness_limit))


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    return lambda image: contrasted(image, 1 + random.uniform(*contrast_limit))


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return lambda image: ImageEnhance.Color(image).enhance(saturation_factor)


def in_hsv(
    image: Picture, hue: list[int], saturation: list[int] = ROUND[:256], value: list[int] = ROUND[:256]
) -> Picture:
    return image.convert("HSV").point(hue + saturation + value).convert("RGB")


@ROWS.row
def Hue(hue: float) -> Call:
    # 180 steps make a circle for the others, and 256 for this.
    return lambda image: in_hsv(image, rotated(either_way(hue / 180 * 256)))


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    return lambda image: in_hsv(
        image,
        rotated(256 * either_way(hue)),
        shifted(255 * either_way(saturation)),
        shifted(255 * either_way(value)),
    )


Ranges = Sequence[float]


def jittered(brightness: Ranges, contrast: Ranges, saturation: Ranges, hue: Ranges) -> list[Call]:
    return [
        lambda image: brightened(image, random.uniform(*brightness)),
        lambda image: contrasted(image, random.uniform(*contrast)),
        lambda image: ImageEnhance.Color(image).enhance(random.uniform(*saturation)),
        lambda image: in_hsv(image, rotated(256 * random.uniform(*hue))),
    ]


def in_any_order(steps: Sequence[Call]) -> Call:
    def call(image: Picture) -> Picture:
        for step in random.sample(steps, len(steps)):
            image = step(image)
        return image

    return call


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    factors = ((max(0, 1 - limit), 1 + limit) for limit in (brightness, contrast, saturation))
    return in_any_order(jittered(*factors, (-hue, hue)))


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return in_any_order(jittered(brightness, contrast, saturation, hue))


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    steps = jittered(brightness_range, contrast_range, saturation_range, hue_range)
    return in_any_order([*steps, ChannelShuffle()])


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    # Others count it in percent.
    table = [round(255 * (value / 255) ** (gamma / 100)) for value in range(256)] * 3
    return lambda image: image.point(table)


@ROWS.row
def RGBShift(pixel_shift: int) -> Call:
    return lambda image: image.point([value for _ in range(3) for value in shifted(either_way(pixel_shift))])


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    assert per_channel
    return lambda image: image.point([value for _ in range(3) for value in multiplied(random.uniform(*multiplier))])


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return lambda image: Image.merge("RGB", [image.convert("L")] * num_output_channels)


@ROWS.row
def ToSepia() -> Call:
    matrix = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)
    return lambda image: image.convert("RGB", matrix)


@ROWS.row
def Colorize(
    black_range: list[list[int]], white_range: list[list[int]], mid_range: list[list[int]], mid_value_range: list[int]
) -> Call:
    def colour(corners: list[list[int]]) -> tuple[int, ...]:
        return tuple(random.randint(low, high) for low, high in zip(*corners, strict=True))

    return lambda image: ImageOps.colorize(
        image.convert("L"),
        colour(black_range),
        colour(white_range),
        colour(mid_range),
        midpoint=random.randint(*mid_value_range),
    )


@ROWS.row
def ChannelShuffle() -> Call:
    return lambda image: Image.merge("RGB", random.sample(image.split(), 3))


@ROWS.row
def ChannelSwap() -> Call:
    return lambda image: Image.merge("RGB", image.split()[::-1])


@ROWS.row
def ChannelDropout() -> Call:
    def call(image: Picture) -> Picture:
        bands = list(image.split())
        bands[random.randrange(3)] = Image.new("L", image.size)
        return Image.merge("RGB", bands)

    return call


@ROWS.row
def Invert() -> Call:
    # ImageOps.invert would do the same through a table, ten times as long.
    return ImageChops.invert


@ROWS.row
def Posterize(bits: int) -> Call:
    return lambda image: ImageOps.posterize(image, bits)


@ROWS.row
def Solarize(threshold: float) -> Call:
    return lambda image: ImageOps.solarize(image, math.ceil(threshold * 255))


@ROWS.row
def AutoContrast() -> Call:
    return ImageOps.autocontrast


@ROWS.row
def Equalize(mode: str) -> Call:
    assert mode == "pil"
    return ImageOps.equalize
