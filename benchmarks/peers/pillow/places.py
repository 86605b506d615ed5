"""Pixels that move as they are: flips, tiles, and pixels from nearby."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.pictures import Flip, Picture

ROWS = Rows()


@ROWS.row
def HorizontalFlip() -> Call:
    return lambda image: image.transpose(Flip.FLIP_LEFT_RIGHT)


@ROWS.row
def VerticalFlip() -> Call:
    return lambda image: image.transpose(Flip.FLIP_TOP_BOTTOM)


@ROWS.row
def Transpose() -> Call:
    return lambda image: image.transpose(Flip.TRANSPOSE)


def one_of(flips: Sequence[Flip | None]) -> Call:
    def call(image: Picture) -> Picture:
        flip = random.choice(flips)
        return image.copy() if flip is None else image.transpose(flip)

    return call


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    low, high = times
    return one_of((None, Flip.ROTATE_90, Flip.ROTATE_180, Flip.ROTATE_270)[low : high + 1])


@ROWS.row
def SquareSymmetry() -> Call:
    return one_of((None, *Flip))


def tiles_shuffled(columns: int, rows: int) -> Call:
    def call(image: Picture) -> Picture:
        width, height = image.width // columns, image.height // rows
        boxes = [
            (x * width, y * height, (x + 1) * width, (y + 1) * height) for y in range(rows) for x in range(columns)
        ]
        output = image.copy()
        for box, source in zip(boxes, random.sample(boxes, len(boxes)), strict=True):
            output.paste(image.crop(source), box)
        return output

    return call


@ROWS.differs("tiles cropped and pasted one by one")
def RandomGridShuffle(grid: list[int]) -> Call:
    return tiles_shuffled(*grid)


@ROWS.differs("tiles cropped and pasted one by one")
def RandomJigsaw(grid: list[int]) -> Call:
    return tiles_shuffled(*grid)


@ROWS.differs("border not reflected")
def PixelSpread(radius: int, interpolation: str, border_mode: str, fill: int) -> Call:
    # Its distance is how many pixels there are to choose from.
    return lambda image: image.effect_spread(2 * radius + 1)
