"""Colours and channels."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

from typing import Any

import augcore as A  # noqa: N812
from benchmarks.peers import Call, Rows
from benchmarks.peers.augcore.calls import composed

ROWS = Rows()


def jitter(brightness: Any = (1, 1), contrast: Any = (1, 1), saturation: Any = (1, 1), hue: Any = (0, 0)) -> Call:
    return composed(A.ColorJitter(brightness, contrast, saturation, hue, p=1))


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return jitter(brightness, contrast, saturation, hue)


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return jitter(brightness, contrast, saturation, hue)


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return jitter(saturation=(saturation_factor, saturation_factor))


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    # Each of its steps is drawn, too: here all are taken.
    ranges = brightness_range, contrast_range, saturation_range, hue_range
    return composed(A.PhotoMetricDistort(*ranges, distort_p=1, p=1))


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    return composed(A.PlanckianJitter(mode, p=1))


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return composed(A.RGBShift(pixel_shift, pixel_shift, pixel_shift, p=1))


@ROWS.row
def FancyPCA(alpha: float) -> Call:
    return composed(A.FancyPCA(alpha, p=1))


@ROWS.row
def ToSepia() -> Call:
    return composed(A.ToSepia(p=1))


@ROWS.row
def Colorize(
    black_range: list[list[int]], white_range: list[list[int]], mid_range: list[list[int]], mid_value_range: list[int]
) -> Call:
    return composed(A.Colorize(black_range, white_range, mid_range, mid_value_range, p=1))


@ROWS.row
def ChannelShuffle() -> Call:
    return composed(A.ChannelShuffle(p=1))


@ROWS.row
def ChannelSwap() -> Call:
    return composed(A.ChannelSwap(p=1))


@ROWS.row
def ChannelDropout() -> Call:
    return composed(A.ChannelDropout(p=1))
