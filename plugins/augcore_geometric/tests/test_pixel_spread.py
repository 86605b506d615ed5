"""Pixels that are spread at random: which ones are shown, and that annotations stay where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import HorizontalFlip, PixelSpread, Rotate
from augcore_geometric.distortion import spread_field

import augcore
from augcore import Compose, NotInvertible, Trace

SIZE = (60, 80)
SPREAD = PixelSpread(3, p=1)


@pytest.mark.parametrize("radius", [0, 1, 1.5, 2, 3.7, 20])
def test_all_pixels_within_the_radius_are_as_likely_and_no_others_are_shown(radius: float) -> None:
    field = spread_field((300, 400), seed=3, radius=radius)
    assert np.array_equal(field, np.rint(field))
    assert (field**2).sum(2).max() <= radius**2
    reach = np.arange(-int(radius), int(radius) + 1)
    within = int((reach**2 + reach[:, None] ** 2 <= radius**2).sum())
    _, counts = np.unique(field.reshape(-1, 2), axis=0, return_counts=True)
    assert len(counts) == within
    expected = 300 * 400 / within
    assert np.abs(counts - expected).max() <= 6 * np.sqrt(expected)


def test_neighbours_are_drawn_independently() -> None:
    field = spread_field((200, 200), seed=1, radius=4)
    for one, other in ((field[1:], field[:-1]), (field[:, 1:], field[:, :-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(field[..., 0].ravel(), field[..., 1].ravel())[0, 1]) < 0.02


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_masks_take_the_same_pixels_as_the_image_and_no_value_is_new(dtype: str) -> None:
    image = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE).astype(dtype)
    mask = image.astype(np.int64) + 2**40
    out = Compose([SPREAD], seed=0)(image=image, mask=mask)
    assert np.array_equal(out["image"].astype(np.int64) + 2**40, out["mask"])
    assert not np.array_equal(out["image"], image)


def test_annotations_stay_as_they_are() -> None:
    boxes, points = [[10.0, 10.0, 30.25, 30.5], [0.0, 0.0, 80.0, 60.0]], [[20.0, 12.5], [79.0, 0.0]]
    polygons = [[[5.0, 5.0, 40.0, 5.0, 20.0, 33.0]]]
    camera = np.array([[70.0, 0, 40], [0, 70, 30], [0, 0, 1]])
    given = {"bboxes": boxes, "keypoints": points, "polygons": polygons, "camera_matrix": camera}
    pipeline = Compose([SPREAD], bbox_params="pascal_voc", keypoint_params="xy", seed=0)
    out = pipeline(image=np.zeros(SIZE, np.uint8), **given)
    for name, value in given.items():
        np.testing.assert_allclose(out[name], value, atol=1e-9, err_msg=name)


def test_oriented_boxes_keep_their_corners() -> None:
    box = [[40.0, 30.0, 20.0, 10.0, 0.4]]
    pipeline = Compose([SPREAD], bbox_params=augcore.BboxParams("cxcywh", bbox_type="obb"), seed=0)
    np.testing.assert_allclose(pipeline(image=np.zeros(SIZE, np.uint8), bboxes=box)["bboxes"], box, atol=1e-9)


def test_points_of_a_volume_stay_and_stay_visible() -> None:
    points = [[20.0, 12.0, 1.0], [79.0, 59.0, 2.0]]
    out = Compose([SPREAD], keypoint_params="xyz", seed=0)(volume=np.zeros((3, *SIZE), np.uint8), keypoints=points)
    np.testing.assert_allclose(out["keypoints"], points, atol=1e-9)


def test_flow_keeps_its_vectors_and_has_none_from_beyond_the_border() -> None:
    flow = np.full((*SIZE, 2), (1.5, -2.0), np.float32)
    out = Compose([PixelSpread(3, "constant", p=1)], seed=0)(image=np.zeros(SIZE, np.uint8), flow=flow)["flow"]
    assert (out[4:-4, 4:-4] == (1.5, -2.0)).all()
    assert (out[0] == 0).any()


def test_a_fill_that_a_mask_cannot_hold_is_refused_where_it_would_be_shown() -> None:
    image, mask = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    spread = PixelSpread(3, "constant", fill_mask=-1, p=1)
    with pytest.raises(augcore.InvalidParameter, match="uint8 does not hold the fill -1"):
        Compose([spread], seed=0)(image=image, mask=mask)
    Compose([PixelSpread(0, "constant", fill_mask=-1, p=1)], seed=0)(image=image, mask=mask)


def test_there_is_no_way_back_and_the_error_names_the_transform() -> None:
    out, trace = Compose([SPREAD], keypoint_params="xy", seed=0).traced(
        image=np.zeros(SIZE, np.uint8), keypoints=[(1.0, 2.0)]
    )
    with pytest.raises(
        NotInvertible, match=r"PixelSpread: pixels that were spread at random have no way back"
    ) as caught:
        trace.undo(keypoints=out["keypoints"])
    assert "\n" not in str(caught.value)


def test_a_replay_from_json_is_the_same_to_the_bit() -> None:
    image = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)
    out, trace = Compose([SPREAD], seed=1).traced(image=image)
    assert np.array_equal(Trace.from_json(trace.to_json()).apply(image=image)["image"], out["image"])


@pytest.mark.parametrize(
    "other", [Rotate(20, interpolation="nearest", border_mode="reflect_101", p=1), HorizontalFlip(p=1)]
)
def test_it_is_not_interpolated_with_a_warp_beside_it(other: Any) -> None:
    image = np.random.default_rng(0).integers(0, 256, SIZE, np.uint8)
    for steps in ([other, SPREAD], [SPREAD, other]):
        apart, merged = (Compose(steps, seed=2, fuse=fuse)(image=image)["image"] for fuse in ("off", "resample"))
        assert np.array_equal(apart, merged)
