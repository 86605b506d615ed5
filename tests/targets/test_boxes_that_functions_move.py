"""Registered functions on boxes: they know no formats, so they get pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augcore import BboxParams, Compose, PerTarget, Transform, Unsupported, pixel_function, transform
from augcore.targets.upright import FORMATS, from_corners, to_corners

SIZE = (40, 50)
CORNERS = np.array([(10.0, 5.0, 30.0, 25.0), (40.0, 20.0, 50.0, 40.0)])


@pixel_function
def moved_right(boxes: Any) -> Any:
    return boxes + np.array((5, 0, 5, 0))


@transform
class MovedRight(Transform):
    """Move boxes by five pixels."""

    def sample(self, rng: Any, view: Any) -> PerTarget:
        return PerTarget.of({"bboxes": moved_right})


@pytest.mark.parametrize("format", FORMATS)
def test_registered_functions_get_pixels_whatever_the_format(format: str) -> None:
    rows = from_corners(format, CORNERS[:, :2], CORNERS[:, 2:], SIZE)
    pipeline = Compose([MovedRight(p=1)], bbox_params=BboxParams(format))
    out = pipeline(image=np.zeros(SIZE, np.uint8), bboxes=rows)["bboxes"]
    assert np.allclose(to_corners(format, out, SIZE), [(15, 5, 35, 25), (45, 20, 50, 40)])


def test_what_leaves_the_frame_is_lost_to_visibility() -> None:
    for least, count in ((0.5, 2), (0.6, 1)):
        pipeline = Compose([MovedRight(p=1)], bbox_params=BboxParams("pascal_voc", min_visibility=least))
        assert len(pipeline(image=np.zeros(SIZE, np.uint8), bboxes=CORNERS)["bboxes"]) == count


def test_oriented_boxes_are_refused_by_the_functions_name() -> None:
    pipeline = Compose([MovedRight(p=1)], bbox_params=BboxParams("cxcywh", bbox_type="obb"))
    with pytest.raises(Unsupported, match=r"moved_right takes upright boxes, and these are oriented; leave it out"):
        pipeline(image=np.zeros(SIZE, np.uint8), bboxes=[(20, 20, 9, 6, 30)])
