"""Tables of bytes, and changes of one plane in its place."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import stringzilla

from benchmarks.peers import Call
from benchmarks.peers.kernels.scratch import PLANES


def table(curve: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    return np.clip(np.rint(curve(np.arange(256.0))), 0, 255).astype(np.uint8)


def translate(source: np.ndarray, levels: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Bytes through a table. cv2.LUT takes 2.5 times as long."""
    stringzilla.translate(memoryview(source).cast("B"), memoryview(levels).cast("B"), out=memoryview(out).cast("B"))
    return out


def by_table(levels: np.ndarray) -> Call:
    return lambda image: translate(image, levels, np.empty_like(image))


def by_planes(*changes: Callable[[np.ndarray], object]) -> Call:
    """Each channel changed in its place, in a plane of its own. cv2.LUT with three columns takes 3 times as long as
    with three tables here, cv2.add with three numbers and other signs 2.5 times, cv2.multiply 5 times."""
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(image, planes)
        for plane, change in zip(planes, changes, strict=True):
            change(plane)
        return cv2.merge(planes)

    return call


def keep(plane: np.ndarray) -> None:
    pass


def in_place(levels: np.ndarray) -> Callable[[np.ndarray], object]:
    view = memoryview(levels).cast("B")
    return lambda plane: stringzilla.translate(memoryview(plane).cast("B"), view, inplace=True)


def added(amount: float) -> Callable[[np.ndarray], object]:
    """A sum that saturates; below 0, and with fractions, cv2.add takes 5 times as long as for whole numbers above."""
    operation, number = (cv2.subtract if amount < 0 else cv2.add), float(round(abs(amount)))
    return lambda plane: operation(plane, number, plane)
