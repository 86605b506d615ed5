"""Maps of light from small grids, and what pictures look like under them."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.peers.kernels.chance import DRAWS
from benchmarks.peers.kernels.fields import RADIUS, smooth
from benchmarks.peers.kernels.scratch import SECOND, flat


def veil(nodes: np.ndarray) -> np.ndarray:
    """A smooth map of bytes, on all channels. Three channels at once take longer."""
    return cv2.cvtColor(smooth(nodes), cv2.COLOR_GRAY2RGB, SECOND)


def levels(nodes: np.ndarray, white: float = 255) -> np.ndarray:
    return np.clip(np.rint(nodes * white), 0, 255).astype(np.uint8)


def times(image: np.ndarray, factors: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """image · factors / 255. NumPy with 16 bits takes as long, cv2.blendLinear 4 times."""
    return cv2.multiply(flat(image), flat(factors), out, 1 / 255).reshape(image.shape)


def fogged(image: np.ndarray, through: np.ndarray) -> np.ndarray:
    """White with the picture seen through it: what is missing to white, times the part that is let through."""
    out = cv2.bitwise_not(flat(image))
    times(out, flat(through), out)
    return cv2.bitwise_not(out, out).reshape(image.shape)


def plasma() -> np.ndarray:
    """Octaves of noise, each half as strong as the one before, from -1 to 1; finer ones are below a level."""
    nodes = np.zeros((3, 3), np.float32)
    for octave in range(5):
        nodes = cv2.resize(nodes, (2 << octave, 2 << octave), interpolation=cv2.INTER_LINEAR)
        nodes += DRAWS.uniform(-1, 1, nodes.shape).astype(np.float32) / (1 << octave)
    nodes = cv2.resize(nodes, RADIUS.shape)
    return nodes / np.abs(nodes).max()
