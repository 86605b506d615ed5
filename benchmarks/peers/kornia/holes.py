"""Holes."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import kornia.augmentation as K  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import always, contiguous, exactly, fixed

ROWS = Rows()


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return always(K.RandomErasing, scale=tuple(scale), ratio=tuple(ratio), value=fill)


@ROWS.differs("one erasure after the other")
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    height, width = fixed(hole_height_range), fixed(hole_width_range)
    size = {"scale": exactly(height * width), "ratio": exactly(height / width)}
    return contiguous(K.ImageSequential(*(K.RandomErasing(**size, p=1) for _ in range(int(fixed(num_holes_range))))))
