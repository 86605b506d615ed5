"""Calls in inference mode, and the ranges that augmentations draw from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from benchmarks.peers import Call

Image = torch.Tensor
SIDE = 512


def contiguous(transform: Callable[[Image], Image]) -> Call:
    def call(image: Image) -> Image:
        with torch.inference_mode():
            return transform(image).contiguous()

    return call


def always(kind: Callable[..., Callable[[Image], Image]], **parameters: Any) -> Call:
    return contiguous(kind(**parameters, p=1))


def exactly(value: float) -> tuple[float, float]:
    return value, value


def around(value: float) -> tuple[float, float]:
    return -value, value


def fixed(span: Sequence[float]) -> float:
    """The value of a range that holds one."""
    low, high = span
    assert low == high
    return low
