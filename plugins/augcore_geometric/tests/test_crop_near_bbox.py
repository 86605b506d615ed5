"""Crops near a box that is given beside the picture: where it has gone, how far edges are shifted, what is no box."""

from __future__ import annotations

from typing import Any

import augcore_geometric as geometric
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import Compose, InvalidData


def numbered(height: int, width: int) -> Any:
    return np.arange(height * width, dtype=np.uint16).reshape(height, width)


@pytest.mark.parametrize("box", [(10, 20, 30, 25), (9.2, 19.9, 29.1, 25.0), np.array([9.5, 19.5, 30, 24.5])])
def test_without_shifts_the_window_is_the_box_wherever_it_has_gone(box: Any) -> None:
    x0, y0 = np.floor(box[:2]).astype(int)
    x1, y1 = np.ceil(box[2:]).astype(int)
    shown = {*numbered(40, 60)[y0:y1, x0:x1].ravel().tolist()}
    for before in ((), (augcore.D4(),), (augcore.Crop(5, 6, 50, 40), augcore.D4()), (augcore.Pad(7), augcore.D4())):
        pipeline = Compose([*before, geometric.RandomCropNearBBox(0)], seed=2)
        for _ in range(8):
            out = pipeline(image=numbered(40, 60), cropping_bbox=box)["image"]
            assert {*out.ravel().tolist()} == shown
            assert out.size == len(shown)


def test_a_box_that_is_turned_counts_as_its_hull() -> None:
    pipeline = Compose([augcore.Rotate((45, 45), p=1), geometric.RandomCropNearBBox(0)])
    out = pipeline(image=np.full((100, 100), 9, np.uint8), cropping_bbox=(40, 40, 60, 60))["image"]
    assert out.shape == (30, 30)  # 20 · √2 = 28.3, in whole pixels about the middle


def test_edges_reach_as_far_as_they_may_be_shifted_both_ways() -> None:
    pipeline, found = Compose([geometric.RandomCropNearBBox((0.5, 0.1))], seed=4), []
    for key in range(900):
        (step,) = pipeline.keyed(key).traced(image=numbered(60, 80), cropping_bbox=(20, 20, 60, 40))[1].steps
        x, y = step.effect.map.shift
        found.append((-x, -y, step.effect.map.output[1] - x, step.effect.map.output[0] - y))
    assert np.min(found, 0).tolist() == [16, 10, 56, 30]
    assert np.max(found, 0).tolist() == [24, 30, 64, 50]


@given(
    part=st.floats(0, 1),
    corner=st.tuples(st.floats(-20, 29), st.floats(-20, 19)),
    size=st.tuples(st.floats(0.1, 60), st.floats(0.1, 60)),
    key=st.integers(0, 99),
)
def test_windows_near_a_box_lie_in_the_frame_and_hold_something(part: Any, corner: Any, size: Any, key: int) -> None:
    box = (*corner, corner[0] + max(size[0], 0.1 - corner[0]), corner[1] + max(size[1], 0.1 - corner[1]))
    pipeline = Compose([geometric.RandomCropNearBBox(part)], seed=key)
    out = pipeline(image=numbered(20, 30), cropping_bbox=box)["image"]
    assert out.size
    top, left = divmod(int(out[0, 0]), 30)
    assert np.array_equal(out, numbered(20, 30)[top : top + out.shape[0], left : left + out.shape[1]])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, r"None given as 'near' is no box; give \(x_min, y_min, x_max, y_max\) in pixels"),
        ((1, 2, 3), r"\(1, 2, 3\) given as 'near' is no box"),
        ((1, 2, 3, "4m"), r"is no box"),
        ((5, 2, 3, 4), r"\(5, 2, 3, 4\) given as 'near' is no box"),
        ((1, 2, float("nan"), 4), r"is no box"),
        ((1, 2, float("inf"), 4), r"is no box"),
        (np.zeros((30, 4)), r"is no box"),
        ((30, 2, 40, 8), r"lies outside the frame, at \(30, 2, 40, 8\) in 30×20 \(width × height\); give one inside"),
    ],
)
def test_what_is_no_box_is_named_with_its_key(value: Any, said: str) -> None:
    step = geometric.RandomCropNearBBox(cropping_bbox_key="near")
    with pytest.raises(InvalidData, match=said) as caught:
        step(image=numbered(20, 30), near=value)
    assert str(caught.value).startswith("RandomCropNearBBox.cropping_bbox_key: ")
    assert "\n" not in str(caught.value)
    with pytest.raises(InvalidData, match="no 'near' given"):
        step(image=numbered(20, 30), cropping_bbox=(1, 2, 3, 4))


def test_a_box_that_was_cut_off_before_is_refused() -> None:
    pipeline = Compose([augcore.Crop(0, 0, 10, 10), geometric.RandomCropNearBBox()])
    with pytest.raises(InvalidData, match=r"put this transform before those that cut it off"):
        pipeline(image=numbered(20, 30), cropping_bbox=(12, 2, 20, 8))
