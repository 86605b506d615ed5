"""pillow 13.0.0: images in mode RGB, and the operations of its modules Image, ImageOps, ImageFilter, ImageEnhance…

Its operations take fixed arguments, so what a row draws is drawn here, by `random`, within the call.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from benchmarks.peers import Rows
from benchmarks.peers.pillow import blur, colors, holes, noise, places, sizes, warps
from benchmarks.peers.pillow.pictures import Picture

ROWS = Rows.of(sizes.ROWS, places.ROWS, warps.ROWS, colors.ROWS, blur.ROWS, noise.ROWS, holes.ROWS)


def photograph(pixels: np.ndarray) -> Picture:
    return Image.fromarray(pixels)


def picture(output: Picture) -> np.ndarray:
    return np.asarray(output)
