"""Sizes and windows."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import augcore as A  # noqa: N812
from benchmarks.peers import Call, Rows
from benchmarks.peers.augcore.calls import composed, method

ROWS = Rows()


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return composed(A.Resize(target_size, target_size, interpolation=method(interpolation), p=1))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return composed(A.LongestMaxSize(max_size, interpolation=method(interpolation), p=1))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return composed(A.SmallestMaxSize(max_size, interpolation=method(interpolation), p=1))


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return composed(A.RandomCrop(height, width, p=1))


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    return composed(A.CenterCrop(height, width, p=1))


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    return composed(A.RandomResizedCrop(size, scale=scale, ratio=ratio, interpolation=method(interpolation), p=1))


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return composed(A.Pad(padding, fill=fill, border_mode=border_mode, p=1))


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return composed(A.PadIfNeeded(min_height, min_width, border_mode=border_mode, fill=fill, p=1))


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return composed(A.RandomScale(scale_limit, method(interpolation), p=1))


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    return composed(A.RandomSizedCrop(min_max_height, size, interpolation=method(interpolation), p=1))


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    how = {"interpolation": method(interpolation), "border_mode": border_mode, "fill": fill}
    return composed(A.CropAndPad(px, keep_size=keep_size, **how, p=1))
