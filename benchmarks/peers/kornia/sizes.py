"""Sizes and windows."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import random

import kornia.augmentation as K  # noqa: N812
import torch
from kornia.geometry import transform as geometry

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import SIDE, Image, always, contiguous, exactly, fixed

ROWS = Rows()

# Its grids begin at the middles of the corner pixels unless told otherwise; OpenCV's resizing at their corners.
GRID = {"align_corners": False}


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return contiguous(lambda image: geometry.resize(image, (target_size, target_size), interpolation))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return contiguous(lambda image: geometry.resize(image, max_size, interpolation, side="long"))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return contiguous(lambda image: geometry.resize(image, max_size, interpolation, side="short"))


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return contiguous(lambda image: geometry.rescale(image, 1 + random.uniform(*scale_limit), interpolation))


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    scale = fixed(scale_range)
    down, up = interpolation_pair

    def call(image: Image) -> Image:
        return geometry.resize(geometry.rescale(image, scale, down), tuple(image.shape[-2:]), up)

    return contiguous(call)


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return always(K.RandomCrop, size=(height, width))


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    # The function resamples, the augmentation slices.
    return always(K.CenterCrop, size=(height, width))


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    window = {"scale": tuple(scale), "ratio": tuple(ratio)}
    return always(K.RandomResizedCrop, size=tuple(size), **window, resample=interpolation, **GRID)


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    # A square window's share of the area is its height's share, squared.
    window = {"scale": tuple((height / SIDE) ** 2 for height in min_max_height), "ratio": exactly(1)}
    return always(K.RandomResizedCrop, size=tuple(size), **window, resample=interpolation, **GRID)


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    # A box that begins outside of the image is padded with zeros.
    assert border_mode == "constant"
    assert fill == 0
    assert keep_size
    top, right, bottom, left = px

    def call(image: Image) -> Image:
        height, width = image.shape[-2:]
        x, y, to_x, to_y = -left, -top, width + right - 1, height + bottom - 1
        box = torch.tensor([[[x, y], [to_x, y], [to_x, to_y], [x, to_y]]], dtype=torch.float32)
        return geometry.crop_and_resize(image, box, (height, width), interpolation)

    return contiguous(call)


@ROWS.differs("all of it at the right and at the bottom")
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    side = SIDE + 2 * padding
    return contiguous(K.PadTo((side, side), border_mode, fill))


@ROWS.differs("all of it at the right and at the bottom")
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return contiguous(K.PadTo((min_height, min_width), border_mode, fill))
