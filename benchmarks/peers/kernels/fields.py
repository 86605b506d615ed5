"""Small grids over the picture, and the displacements that are interpolated from them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.peers import Call
from benchmarks.peers.kernels.chance import DRAWS
from benchmarks.peers.kernels.moves import with_four
from benchmarks.peers.kernels.scratch import SIDE

# Displacements are smooth: made at every 16th pixel, and interpolated. A margin of one such step is cut off again.
STEP = 16
NODES = (np.arange(SIDE // STEP + 2) - 0.5) * STEP - 0.5
ACROSS, DOWN = np.meshgrid(NODES, NODES)
RIGHT, BELOW = ACROSS * 2 / SIDE - 1, DOWN * 2 / SIDE - 1  # from -1 to 1
RADIUS = np.hypot(RIGHT, BELOW)


def smooth(nodes: np.ndarray) -> np.ndarray:
    whole = cv2.resize(nodes, None, fx=STEP, fy=STEP, interpolation=cv2.INTER_LINEAR)
    return whole[STEP:-STEP, STEP:-STEP]


RELATIVE = cv2.INTER_LINEAR | cv2.WARP_RELATIVE_MAP


def displaced(x: np.ndarray, y: np.ndarray, finer: Callable[[np.ndarray], np.ndarray] = smooth) -> Call:
    """Moved by small grids of displacements in pixels. Fixed-point maps take longer in OpenCV 5."""
    x, y = x.astype(np.float32), y.astype(np.float32)
    return with_four(lambda image: cv2.remap(image, finer(x), finer(y), RELATIVE))


def piecewise(cells: int, strength: float) -> Call:
    """Random displacements at the corners of cells, interpolated within them."""
    scale = SIDE / cells
    start = round(scale / 2)

    def finer(nodes: np.ndarray) -> np.ndarray:
        return cv2.resize(nodes, None, fx=scale, fy=scale)[start : start + SIDE, start : start + SIDE]

    nodes = DRAWS.uniform(-strength, strength, (2, cells + 1, cells + 1)) * scale
    return displaced(*nodes, finer)
