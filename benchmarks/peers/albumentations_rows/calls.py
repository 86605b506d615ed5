"""From a row's parameters to transforms, and to calls of them through `Compose`."""

from __future__ import annotations

import inspect
from typing import Any

import albumentations as A  # noqa: N812
import cv2
import numpy as np

from benchmarks.peers import Call

METHODS = {"nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR}
BORDERS = {"constant": cv2.BORDER_CONSTANT, "reflect101": cv2.BORDER_REFLECT_101}


def composed(*transforms: Any) -> Call:
    pipeline = A.Compose(list(transforms))
    return lambda image: np.ascontiguousarray(pipeline(image=image)["image"])


def made(kind: type, **parameters: Any) -> Any:
    """The transform with parameters in the successor's names, JSON's lists as tuples, always applied."""
    known = inspect.signature(kind).parameters
    named = {}
    for name, value in parameters.items():
        stem = name.removesuffix("_range")
        found = next(old for old in (name, f"{stem}_limit", stem, "limit") if old in known)
        named[found] = frozen(value)
    return kind(**named, p=1)


def through(kind: type, **parameters: Any) -> Call:
    return composed(made(kind, **parameters))


def frozen(value: Any) -> Any:
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def exactly(value: float) -> tuple[float, float]:
    return value, value


def around(value: float) -> tuple[float, float]:
    return -value, value


def filled(border_mode: str, fill: int) -> dict[str, Any]:
    return {"border_mode": BORDERS[border_mode], "fill": fill}
