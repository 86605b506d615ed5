"""Holes and pastes."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.draws import share, whole, window
from benchmarks.peers.pillow.pictures import Flip, Picture

ROWS = Rows()


def with_holes(image: Picture, sizes: Sequence[tuple[float, float]], fill: int = 0) -> Picture:
    output = image.copy()
    for width, height in sizes:
        output.paste((fill,) * 3, whole(window(image, width, height)))
    return output


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return lambda image: with_holes(image, [share(image, scale, ratio)], fill)


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    def call(image: Picture) -> Picture:
        holes = range(random.randint(*num_holes_range))
        return with_holes(
            image,
            [
                (image.width * random.uniform(*hole_width_range), image.height * random.uniform(*hole_height_range))
                for _ in holes
            ],
        )

    return call


@ROWS.differs("one object of 100 pixels across, pasted through a mask")
def CopyAndPaste(
    min_visibility_after_paste: float,
    blend_mode: str,
    blend_sigma_range: list[float],
    scale_range: list[float],
    min_paste_area: int,
) -> Call:
    # There are no boxes or masks whose visibility would have to be looked at.
    assert blend_mode == "hard"
    assert scale_range == [1, 1]
    size = (100, 100)
    ramp = Image.linear_gradient("L").resize(size)
    thing = Image.merge("RGB", (ramp, ramp.transpose(Flip.TRANSPOSE), ImageChops.invert(ramp)))
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, 99, 99), 255)

    def call(image: Picture) -> Picture:
        output = image.copy()
        output.paste(thing, whole(window(image, *size))[:2], mask)
        return output

    return call
