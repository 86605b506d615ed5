"""The rows that albumentations 2.0.8 and its successor share: one module name, classes of the same names.

What the successor calls `blur_range` was `blur_limit`, `radius_range` was `radius`: `made` finds the name that is
there.
"""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.peers import Rows
from benchmarks.peers.albumentations_rows import blur, colors, holes, light, noise, places, sizes

ROWS = Rows.of(sizes.ROWS, places.ROWS, colors.ROWS, light.ROWS, blur.ROWS, noise.ROWS, holes.ROWS)

cv2.setNumThreads(1)


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output
