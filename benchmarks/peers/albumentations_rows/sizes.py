"""Sizes and windows."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import METHODS, filled, through

ROWS = Rows()


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return through(A.Resize, height=target_size, width=target_size, interpolation=METHODS[interpolation])


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return through(A.LongestMaxSize, max_size=max_size, interpolation=METHODS[interpolation])


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return through(A.SmallestMaxSize, max_size=max_size, interpolation=METHODS[interpolation])


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return through(A.RandomScale, scale_range=scale_limit, interpolation=METHODS[interpolation])


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    down, up = (METHODS[name] for name in interpolation_pair)
    return through(A.Downscale, scale_range=scale_range, interpolation_pair={"downscale": down, "upscale": up})


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return through(A.RandomCrop, height=height, width=width)


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    return through(A.CenterCrop, height=height, width=width)


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    return through(A.RandomResizedCrop, size=size, scale=scale, ratio=ratio, interpolation=METHODS[interpolation])


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    return through(A.RandomSizedCrop, min_max_height=min_max_height, size=size, interpolation=METHODS[interpolation])


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    how = {"keep_size": keep_size, "interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    return through(A.CropAndPad, px=px, **how)


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return through(A.Pad, padding=padding, **filled(border_mode, fill))


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return through(A.PadIfNeeded, min_height=min_height, min_width=min_width, **filled(border_mode, fill))
