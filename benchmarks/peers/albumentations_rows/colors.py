"""Colors: channels, tables, histograms."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

from typing import Any

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import around, composed, exactly, made, through

ROWS = Rows()


def jitter(brightness: Any = (1, 1), contrast: Any = (1, 1), saturation: Any = (1, 1), hue: Any = (0, 0)) -> Any:
    given = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}
    return made(A.ColorJitter, **{f"{name}_range": span for name, span in given.items()})


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    # As 2.0.8 and torchvision read single numbers.
    factors = [(max(0, 1 - limit), 1 + limit) for limit in (brightness, contrast, saturation)]
    return composed(jitter(*factors, around(hue)))


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return composed(jitter(brightness, contrast, saturation, hue))


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return composed(jitter(saturation=exactly(saturation_factor)))


def shifted(hue: float, saturation: float, value: float) -> Call:
    """Hue in degrees of 180 for the circle, the others in bytes, as this library has them."""
    limits = {"hue_shift_range": hue, "sat_shift_range": saturation, "val_shift_range": value}
    return through(A.HueSaturationValue, **{name: around(limit) for name, limit in limits.items()})


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    return shifted(hue * 180, saturation * 255, value * 255)


@ROWS.row
def Hue(hue: float) -> Call:
    return shifted(hue, 0, 0)


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    return through(A.RandomBrightnessContrast, brightness_range=brightness_limit, contrast_range=(0, 0))


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    return through(A.RandomBrightnessContrast, brightness_range=(0, 0), contrast_range=contrast_limit)


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    return through(A.RandomGamma, gamma_range=exactly(gamma))


@ROWS.row
def RandomToneCurve(scale: float) -> Call:
    return through(A.RandomToneCurve, scale=scale)


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    return through(A.PlanckianJitter, mode=mode)


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return through(A.RGBShift, **{f"{channel}_shift_range": around(pixel_shift) for channel in "rgb"})


@ROWS.row
def ChannelShuffle() -> Call:
    return through(A.ChannelShuffle)


@ROWS.row
def ChannelDropout() -> Call:
    return through(A.ChannelDropout)


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return through(A.ToGray, num_output_channels=num_output_channels)


@ROWS.row
def ToSepia() -> Call:
    return through(A.ToSepia)


@ROWS.row
def FancyPCA(alpha: float) -> Call:
    return through(A.FancyPCA, alpha=alpha)


@ROWS.row
def Invert() -> Call:
    return through(A.InvertImg)


@ROWS.row
def Posterize(bits: int) -> Call:
    return through(A.Posterize, num_bits=exactly(bits))


@ROWS.row
def Solarize(threshold: float) -> Call:
    return through(A.Solarize, threshold_range=exactly(threshold))


@ROWS.row
def AutoContrast() -> Call:
    # Of its two methods the one that gives what everybody else's gives.
    return through(A.AutoContrast, method="pil")


@ROWS.row
def Equalize(mode: str) -> Call:
    return through(A.Equalize, mode=mode)


@ROWS.row
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    return through(A.CLAHE, clip_range=clip_limit, tile_grid_size=tile_grid_size)


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    return through(A.Normalize, mean=mean, std=std)
