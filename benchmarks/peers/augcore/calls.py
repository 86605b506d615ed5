"""How all rows are called."""

from __future__ import annotations

import cv2
import numpy as np

import augcore as A  # noqa: N812
from benchmarks.peers import Call

cv2.setNumThreads(1)

# Names of interpolations where the rows have others.
METHODS = {"bilinear": "linear"}


def method(interpolation: str) -> str:
    return METHODS.get(interpolation, interpolation)


def composed(*transforms: A.Transform) -> Call:
    pipeline = A.Compose(transforms)
    return lambda image: np.ascontiguousarray(pipeline(image=image)["image"])
