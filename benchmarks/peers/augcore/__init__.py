"""augcore, through `Compose` as its users call it.

A row without a transform of its own is here where another transform says the same with its parameters.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import Rows
from benchmarks.peers.augcore import colors, light, places, sizes, values

__all__ = ["ROWS", "photograph", "picture"]

ROWS = Rows.of(sizes.ROWS, places.ROWS, values.ROWS, colors.ROWS, light.ROWS)


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output
