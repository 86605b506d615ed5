"""Colors: channels, tables, histograms."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import random

import kornia.augmentation as K  # noqa: N812
import torch
from kornia import color, enhance

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import always, around, contiguous

ROWS = Rows()


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return always(K.ColorJitter, brightness=brightness, contrast=contrast, saturation=saturation, hue=hue)


@ROWS.differs("adds brightness, contrast about black, saturation of HSV")
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    ranges = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}
    return always(K.ColorJiggle, **{name: tuple(span) for name, span in ranges.items()})


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    # Of its two the one that blends with grey, as others do, which is the faster.
    return contiguous(lambda image: enhance.adjust_saturation_with_gray_subtraction(image, saturation_factor))


@ROWS.row
def Hue(hue: float) -> Call:
    # 180 steps make a circle for the others, and one for this.
    return always(K.RandomHue, hue=around(hue / 180))


@ROWS.differs("ColorJiggle: saturation is scaled, brightness added to RGB")
def HSV(hue: float, saturation: float, value: float) -> Call:
    return always(K.ColorJiggle, brightness=value, saturation=saturation, hue=hue)


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    # Of its two the one that multiplies.
    return contiguous(
        lambda image: enhance.adjust_brightness_accumulative(image, 1 + random.uniform(*brightness_limit)),
    )


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    # Of its two the one about the mean of the image's grey, not about black.
    return contiguous(
        lambda image: enhance.adjust_contrast_with_mean_subtraction(image, 1 + random.uniform(*contrast_limit)),
    )


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    # Others count it in percent.
    return contiguous(lambda image: enhance.adjust_gamma(image, gamma / 100))


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    return always(K.RandomPlanckianJitter, mode=mode)


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return always(K.RandomRGBShift, **{f"{channel}_shift_limit": pixel_shift / 255 for channel in "rgb"})


@ROWS.row
def ChannelShuffle() -> Call:
    return always(K.RandomChannelShuffle)


@ROWS.row
def ChannelSwap() -> Call:
    return contiguous(color.rgb_to_bgr)


@ROWS.row
def ChannelDropout() -> Call:
    return always(K.RandomChannelDropout)


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    assert num_output_channels == 3
    return contiguous(lambda image: color.grayscale_to_rgb(color.rgb_to_grayscale(image)))


@ROWS.differs("not clipped")
def ToSepia() -> Call:
    return contiguous(lambda image: color.sepia_from_rgb(image, rescale=False))


@ROWS.row
def Invert() -> Call:
    return contiguous(enhance.invert)


@ROWS.row
def Posterize(bits: int) -> Call:
    return contiguous(lambda image: enhance.posterize(image, bits))


@ROWS.row
def Solarize(threshold: float) -> Call:
    return contiguous(lambda image: enhance.solarize(image, threshold))


@ROWS.row
def AutoContrast() -> Call:
    return contiguous(enhance.normalize_min_max)


@ROWS.row
def Equalize(mode: str) -> Call:
    assert mode == "pil"
    return contiguous(enhance.equalize)


@ROWS.differs("every channel by itself")
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    return always(K.RandomClahe, clip_limit=tuple(clip_limit), grid_size=tuple(tile_grid_size))


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    shift, scale = torch.tensor(mean), torch.tensor(std)
    return contiguous(lambda image: enhance.normalize(image, shift, scale))
