"""Crops, pads and resizes: the sizes they promise, where the picture lies, and what is shown beyond it."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_geometric import (
    CenterCrop,
    Crop,
    LongestMaxSize,
    Pad,
    PadIfNeeded,
    RandomCrop,
    RandomResizedCrop,
    Resize,
    SmallestMaxSize,
)

from augcore import Compose, InvalidData

POSITIONS = ("center", "top_left", "top_right", "bottom_left", "bottom_right", "random")
MODES = {
    "constant": cv2.BORDER_CONSTANT,
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT,
    "reflect_101": cv2.BORDER_REFLECT_101,
    "wrap": cv2.BORDER_WRAP,
}


def picture(height: int, width: int) -> np.ndarray:
    """Every pixel different, so that a window is known by its content."""
    return (np.arange(height * width, dtype=np.uint16) + 1).reshape(height, width)


def window_of(transform: Any, image: np.ndarray, key: int = 0) -> tuple[np.ndarray, Any]:
    out, trace = Compose([transform], seed=1).keyed(key).traced(image=image)
    return out["image"], [step.effect.map for step in trace.steps if step.effect is not None]


# Sizes


@pytest.mark.parametrize(
    ("transform", "size"),
    [
        (RandomCrop(30, 40), (30, 40)),
        (RandomCrop(90, 40, pad_if_needed=True, pad_position="random"), (90, 40)),
        (RandomCrop(90, 140, pad_if_needed=True, border_mode="reflect"), (90, 140)),
        (RandomResizedCrop((33, 21)), (33, 21)),
        (RandomResizedCrop((33, 21), scale=(0.001, 0.002), ratio=(0.1, 10)), (33, 21)),
        (RandomResizedCrop((9, 9), ratio=(20, 30)), (9, 9)),
    ],
    ids=repr,
)
def test_random_crops_have_the_size_they_promise_over_hundreds_of_draws(transform: Any, size: Any) -> None:
    pipeline, image = Compose([transform], seed=2), picture(61, 83)
    assert {pipeline.keyed(key)(image=image)["image"].shape for key in range(300)} == {size}


def test_a_random_crop_reaches_every_place_and_no_other() -> None:
    corners = {int(window_of(RandomCrop(3, 4), picture(6, 6), key)[0][0, 0]) for key in range(400)}
    assert corners == {1 + column + 6 * row for row in range(4) for column in range(3)}


def test_random_resized_crops_keep_to_their_area_and_shape() -> None:
    image = picture(200, 300)
    for key in range(300):
        _, maps = window_of(RandomResizedCrop((50, 50), scale=(0.2, 0.4), ratio=(0.5, 2)), image, key)
        height, width = maps[0].output
        assert 0.19 < height * width / 60000 < 0.41
        assert 0.49 < width / height < 2.05


@pytest.mark.parametrize(("ratio", "expected"), [((8, 9), (28, 225)), ((0.05, 0.1), (100, 10)), ((1, 1), (100, 100))])
def test_a_shape_that_does_not_fit_gives_the_largest_window_in_the_middle(ratio: Any, expected: Any) -> None:
    _, maps = window_of(RandomResizedCrop((5, 5), scale=(1, 1), ratio=ratio), picture(100, 225))
    assert maps[0].output == expected
    assert maps[0].shift == (-((225 - expected[1]) // 2), -((100 - expected[0]) // 2))


@pytest.mark.parametrize(
    ("transform", "size"),
    [
        (LongestMaxSize(60), (40, 60)),
        (LongestMaxSize(300), (200, 300)),
        (LongestMaxSize(max_size_hw=(50, 60)), (40, 60)),
        (LongestMaxSize(max_size_hw=(50, None)), (50, 75)),
        (LongestMaxSize(max_size_hw=(None, 30)), (20, 30)),
        (LongestMaxSize(1), (1, 1)),
        (SmallestMaxSize(60), (60, 90)),
        (SmallestMaxSize(max_size_hw=(50, 60)), (50, 75)),
        (SmallestMaxSize(max_size_hw=(30, 60)), (40, 60)),
        (SmallestMaxSize(max_size_hw=(None, 30)), (20, 30)),
        (Resize(7, 9), (7, 9)),
    ],
    ids=repr,
)
def test_resizes_give_the_size_they_promise(transform: Any, size: Any) -> None:
    assert transform(image=picture(100, 150))["image"].shape == size


def test_one_of_several_sizes_is_drawn() -> None:
    pipeline = Compose([LongestMaxSize((20, 30, 40))], seed=0)
    assert {max(pipeline(image=picture(50, 30))["image"].shape) for _ in range(60)} == {20, 30, 40}


@pytest.mark.parametrize(("size", "downscaled"), [((20, 30), True), ((20, 90), True), ((60, 90), False)])
def test_means_over_areas_serve_where_the_picture_shrinks_and_nowhere_else(size: Any, downscaled: bool) -> None:
    image = np.random.default_rng(0).integers(0, 256, (41, 61), np.uint8)
    for choice, kinds in ((None, ()), ("image", ("image",)), ("image_mask", ("image", "mask"))):
        out = Resize(*size, area_for_downscale=choice)(image=image, mask=image)
        for kind, usual in (("image", cv2.INTER_LINEAR), ("mask", cv2.INTER_NEAREST_EXACT)):
            method = cv2.INTER_AREA if downscaled and kind in kinds else usual
            assert np.array_equal(out[kind], cv2.resize(image, size[::-1], interpolation=method))


# Places


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("position", POSITIONS)
def test_a_padded_crop_is_the_crop_of_the_padded_picture(mode: str, position: str) -> None:
    image, window = picture(20, 30), (12, 3, 41, 26)
    room = (26 - 20, 41 - 30)
    for key in range(5):
        transform = Crop(*window, pad_if_needed=True, pad_position=position, border_mode=mode, fill=7)
        out, _ = window_of(transform, image, key)
        top = {"center": 3, "random": None}.get(position, 0 if "top" in position else room[0])
        left = {"center": 5, "random": None}.get(position, 0 if "left" in position else room[1])
        places = [
            (t, s)
            for t in range(7)
            for s in range(12)
            if t == (top if top is not None else t) and s == (left if left is not None else s)
        ]
        padded = [cv2.copyMakeBorder(image, t, 6 - t, s, 11 - s, MODES[mode], value=7)[3:26, 12:41] for t, s in places]
        assert any(np.array_equal(out, one) for one in padded)


@pytest.mark.parametrize("kind", [CenterCrop, RandomCrop])
@pytest.mark.parametrize(("position", "corner"), [("top_left", (0, 0)), ("bottom_right", (10, 5)), ("center", (5, 2))])
def test_a_crop_larger_than_the_picture_holds_it_where_pad_position_says(kind: Any, position: str, corner: Any) -> None:
    image = picture(20, 30)
    out = kind(30, 35, pad_if_needed=True, pad_position=position, fill=9, p=1)(image=image)["image"]
    y, x = corner
    assert np.array_equal(out[y : y + 20, x : x + 30], image)
    assert (out == 9).sum() == 30 * 35 - 600 + (image == 9).sum()


def test_a_crop_lower_but_wider_than_the_picture_is_cut_and_padded_at_once() -> None:
    image = picture(20, 30)
    out, maps = window_of(CenterCrop(10, 40, pad_if_needed=True), image)
    assert np.array_equal(out[:, 5:35], image[5:15])
    assert len(maps) == 1


def test_random_positions_of_pads_reach_every_place() -> None:
    pipeline, image = Compose([PadIfNeeded(7, 6, position="random")], seed=1), np.ones((5, 5), np.uint8)
    places = {tuple(np.argwhere(pipeline(image=image)["image"])[0].tolist()) for _ in range(100)}
    assert places == {(y, x) for y in range(3) for x in range(2)}


@pytest.mark.parametrize(
    ("padding", "expected"), [(2, (2, 2, 2, 2)), ((1, 3), (3, 3, 1, 1)), ((1, 2, 3, 4), (2, 4, 1, 3))]
)
@pytest.mark.parametrize("mode", MODES)
def test_pads_add_what_is_asked_for_on_each_side(padding: Any, expected: Any, mode: str) -> None:
    image = picture(6, 9)
    out = Pad(padding, fill=5, border_mode=mode)(image=image, mask=image)
    for name, fill in (("image", 5), ("mask", 0)):
        assert np.array_equal(out[name], cv2.copyMakeBorder(image, *expected, MODES[mode], value=fill))


@pytest.mark.parametrize("divisor", [1, 8, 13])
@pytest.mark.parametrize("size", [(1, 1), (16, 13), (33, 40)])
def test_pads_to_multiples_add_as_little_as_they_can(divisor: int, size: Any) -> None:
    out = PadIfNeeded(None, None, divisor, divisor)(image=picture(*size))["image"]
    assert out.shape == tuple(math.ceil(side / divisor) * divisor for side in size)


# What does not fit


@pytest.mark.parametrize("transform", [Crop(0, 0, 50, 10), CenterCrop(10, 50), RandomCrop(10, 50)], ids=repr)
def test_a_crop_larger_than_the_picture_is_refused_with_the_way_out(transform: Any) -> None:
    name = "x_max" if isinstance(transform, Crop) else "width"
    with pytest.raises(InvalidData) as caught:
        transform(image=picture(20, 30))
    assert str(caught.value) == (
        f"{type(transform).__name__}.{name}: a crop of 50×10 (width × height) does not fit into a picture of 30×20; "
        "give a smaller crop, or pad_if_needed=True"
    )
