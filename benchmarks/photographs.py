"""The eight pictures that everything is timed on: 512×512×3, uint8, from the six photographs of examples/data.

Two of them are wide enough for a second window of the same size.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from benchmarks.libraries import ROOT

SIDE = 512
# File, and where the window lies along the longer side: 0 at its start, 1 at its end.
WINDOWS = (
    ("astronaut", 0.5), ("cat", 0.5), ("coffee", 0.5), ("coins", 0.5),
    ("rocket", 0.5), ("motorcycle", 0.0), ("motorcycle", 1.0), ("coffee", 1.0),
)  # fmt: skip


def photographs() -> np.ndarray:
    """(8, 512, 512, 3), RGB."""
    return np.stack([window(name, place) for name, place in WINDOWS])


def window(name: str, place: float) -> np.ndarray:
    path = ROOT / "examples" / "data" / "images" / f"{name}.jpg"
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    height, width = picture.shape[:2]
    scale = SIDE / min(height, width)
    size = max(SIDE, round(width * scale)), max(SIDE, round(height * scale))
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    top, left = (round((length - SIDE) * place) for length in picture.shape[:2])
    return picture[top : top + SIDE, left : left + SIDE].copy()


def write(folder: Path) -> None:
    np.save(folder / "photographs.npy", photographs())
