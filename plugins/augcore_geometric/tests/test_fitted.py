"""Pictures that are shown whole: rotated in a frame of the same size, scaled at random, and in a letter box."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_geometric import LetterBox, RandomScale, SafeRotate
from hypothesis import given
from hypothesis import strategies as st

from augcore import BboxParams, Compose, InvalidParameter

SIDES = st.integers(2, 300)
CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)


def effects_of(transform: Any, size: tuple[int, int], key: int = 0) -> list[Any]:
    _, trace = Compose([transform], seed=4).keyed(key).traced(image=np.zeros(size, np.uint8))
    return [step.effect for step in trace.steps]


# SafeRotate


@given(height=SIDES, width=SIDES, angle=st.floats(-360, 360))
def test_a_safe_rotation_shows_the_whole_picture_as_large_as_it_can_be(height: int, width: int, angle: float) -> None:
    (effect,) = effects_of(SafeRotate((angle, angle), p=1), (height, width))
    frame = np.array([width, height], float)
    moved = effect.map.forward(CORNERS * frame)
    assert effect.map.output == (height, width)
    assert (moved >= -1e-6).all()
    assert (moved <= frame + 1e-6).all()
    touches = np.isclose(moved.min(0), 0, atol=1e-6) & np.isclose(moved.max(0), frame, atol=1e-6)
    assert touches.any()
    # It is turned by that angle, counter-clockwise, and no side is stretched more than the other.
    (x, y), down = moved[1] - moved[0], moved[3] - moved[0]
    assert math.isclose(math.hypot(x, y) / width, math.hypot(*down) / height, rel_tol=1e-9)
    assert math.isclose(math.cos(math.atan2(-y, x) - math.radians(angle)), 1, abs_tol=1e-9)


def test_a_safe_rotation_loses_no_box() -> None:
    params = BboxParams("pascal_voc", min_visibility=1)
    pipeline = Compose([SafeRotate(180, p=1)], bbox_params=params, seed=1)
    corners = [(0, 0, 10, 8), (80, 0, 90, 8), (80, 52, 90, 60), (0, 52, 10, 60)]
    for key in range(20):
        assert len(pipeline.keyed(key)(image=np.zeros((60, 90), np.uint8), bboxes=corners)["bboxes"]) == 4


# RandomScale


@given(height=SIDES, width=SIDES, key=st.integers(0, 99))
def test_random_scales_are_one_factor_for_both_sides_within_the_limits(height: int, width: int, key: int) -> None:
    (effect,) = effects_of(RandomScale((-0.5, 1), p=1), (height, width), key)
    new = effect.map.output
    # Some factor within [0.5, 2] leads to both sides, rounded.
    least = max((side - 0.5) / old for side, old in zip(new, (height, width), strict=True))
    most = min((side + 0.5) / old for side, old in zip(new, (height, width), strict=True))
    assert max(least, 0.5) <= min(most, 2) + 1e-9


def test_random_scales_differ_and_reach_both_ends_of_the_range() -> None:
    heights = [effects_of(RandomScale(0.2, p=1), (100, 50), key)[0].map.output[0] for key in range(200)]
    assert min(heights) in (80, 81)
    assert max(heights) in (119, 120)


# LetterBox


@given(
    size=st.tuples(SIDES, SIDES),
    frame=st.tuples(SIDES, SIDES),
    scale_up=st.booleans(),
    position=st.sampled_from(["center", "top_left", "top_right", "bottom_left", "bottom_right", "random"]),
)
def test_a_letter_box_holds_the_whole_picture_with_its_aspect(
    size: Any, frame: Any, scale_up: Any, position: Any
) -> None:
    resized, padded = effects_of(LetterBox(frame, scale_up, position), size)
    assert padded.map.output == frame
    factor = min(frame[0] / size[0], frame[1] / size[1], math.inf if scale_up else 1)
    assert resized.map.output == tuple(max(1, math.floor(side * factor + 0.5)) for side in size)
    x0, y0, x1, y1 = padded.map.content
    assert (y1 - y0, x1 - x0) == resized.map.output
    room = np.array([frame[1] - x1, frame[0] - y1])
    before = np.array([x0, y0])
    if position == "center":
        assert np.isin(room - before, (0, 1)).all()
    elif position != "random":
        assert (room[0] == 0) if "right" in position else (before[0] == 0)
        assert (room[1] == 0) if "bottom" in position else (before[1] == 0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_letter_box_is_a_resize_and_a_border(dtype: str) -> None:
    image = (np.random.default_rng(0).random((30, 60, 3)) * (1 if dtype == "float32" else 200)).astype(dtype)
    mask = np.random.default_rng(1).integers(1, 5, (30, 60))
    fill = 0.25 if dtype == "float32" else 114
    out = LetterBox((80, 40), fill=fill, fill_mask=7)(image=image, mask=mask)
    assert np.array_equal(out["image"][30:50], cv2.resize(image, (40, 20)))
    assert (out["image"][:30] == fill).all()
    assert (out["image"][50:] == fill).all()
    assert set(np.unique(out["mask"][30:50])) <= {1, 2, 3, 4}
    assert (out["mask"][:30] == 7).all()


def test_random_places_in_a_letter_box_differ() -> None:
    tops = {effects_of(LetterBox((60, 20), position="random"), (20, 20), key)[1].map.content[1] for key in range(300)}
    assert tops == set(range(41))


# What is refused


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SafeRotate(400), r"SafeRotate\.limit: -400 is outside \[-360, 360\] degrees"),
        (lambda: RandomScale((-1, 0)), r"RandomScale\.scale_limit: -1 is outside"),
        (lambda: LetterBox((0, 5)), r"LetterBox\.size: 0 is outside \[1, inf\) px"),
        (lambda: LetterBox(640), r"LetterBox\.size: 640 is not 2 numbers; give 2 numbers"),
        (lambda: LetterBox((5, 5), position="middle"), r"LetterBox\.position: 'middle' is not one of"),
    ],
)
def test_what_is_not_legal_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)
