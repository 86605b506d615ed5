"""Noise and files."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import io

from PIL import Image, ImageChops

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.pictures import Picture

ROWS = Rows()


@ROWS.differs("noise cut off at half of the range")
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    # Its noise is an image around 128.
    assert per_channel
    offset = 255 * mean - 128

    def call(image: Picture) -> Picture:
        noise = Image.merge("RGB", [Image.effect_noise(image.size, 255 * std) for _ in range(3)])
        return ImageChops.add(image, noise, offset=offset)

    return call


@ROWS.row
def JpegCompression(quality: int) -> Call:
    def call(image: Picture) -> Picture:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        output = Image.open(file)
        output.load()
        return output

    return call
