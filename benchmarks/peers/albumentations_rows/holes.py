"""Holes."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

from collections.abc import Sequence

import albumentations as A  # noqa: N812
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import made, through

ROWS = Rows()


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    sizes = {"hole_height_range": hole_height_range, "hole_width_range": hole_width_range}
    return through(A.CoarseDropout, **sizes, num_holes_range=num_holes_range)


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return through(A.Erasing, scale=scale, ratio=ratio, fill=fill)


@ROWS.row
def GridDropout(
    ratio: float, unit_size_range: list[int], holes_number_xy: list[int] | None, random_offset: bool
) -> Call:
    grid = {"unit_size_range": unit_size_range, "holes_number_xy": holes_number_xy, "random_offset": random_offset}
    return through(A.GridDropout, ratio=ratio, **grid)


@ROWS.row
def PixelDropout(dropout_prob: float, per_channel: bool, drop_value: int) -> Call:
    return through(A.PixelDropout, dropout_prob=dropout_prob, per_channel=per_channel, drop_value=drop_value)


# Without boxes or masks this is no work at all, and of the two boxes are the faster.
@ROWS.differs("in one box, the middle quarter of the image")
def ConstrainedCoarseDropout(
    num_holes_range: list[int], hole_height_range: list[float], hole_width_range: list[float]
) -> Call:
    sizes = {"hole_height_range": hole_height_range, "hole_width_range": hole_width_range}
    labelled = {"bbox_labels": ["object"], "num_holes_range": num_holes_range}
    boxes: Sequence[Sequence[float]] = [(0.25, 0.25, 0.75, 0.75)]
    layout = A.BboxParams("albumentations", label_fields=["labels"])
    pipeline = A.Compose([made(A.ConstrainedCoarseDropout, **sizes, **labelled)], bbox_params=layout)
    return lambda image: np.ascontiguousarray(pipeline(image=image, bboxes=boxes, labels=["object"])["image"])
