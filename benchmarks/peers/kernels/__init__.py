"""The limit: the OpenCV, NumPy and stringzilla calls that a row cannot do without, and nothing around them.

What is drawn is fixed, at a typical value or by one draw, and with it tables, kernels and small grids that take little
to make. What is as large as the picture is made in the call: noise, masks, displacements. Memory for what lies between
is kept; the output's is new. A picture may be a few levels off what the row's formula gives.

Left out: Resize, LongestMaxSize and SmallestMaxSize, which have nothing to do at the benchmark's size, and rows that
are a picture of something rather than an operation, with no evident chain: Halftone, LensFlare, RandomGravel, Spatter,
Superpixels.
"""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.peers import Rows
from benchmarks.peers.kernels import blur, colors, holes, light, noise, places, sizes, values, warps

ROWS = Rows.of(
    sizes.ROWS, warps.ROWS, places.ROWS, values.ROWS, colors.ROWS, light.ROWS, blur.ROWS, noise.ROWS, holes.ROWS
)

cv2.setNumThreads(1)


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output
