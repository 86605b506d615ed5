"""Erosion and dilation: what becomes of values, labels, boxes and points, and that they agree with each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import Crop, Morphological
from hypothesis import given
from hypothesis import strategies as st

from augcore import BboxParams, Compose, InvalidParameter, KeypointParams, Unsupported
from augcore.targets.upright import from_corners

SIZE = (40, 50)
OPERATIONS = ("erosion", "dilation")
SIDES = st.integers(1, 8)


def brute(image: np.ndarray, side: int, operation: str) -> np.ndarray:
    """The greatest or least value of the square around each pixel, one by one; nothing counts beyond the frame."""
    before, after = side // 2, side - 1 - side // 2
    best = max if operation == "dilation" else min
    rows, columns = image.shape
    return np.array(
        [
            [
                best(image[max(0, y - before) : y + after + 1, max(0, x - before) : x + after + 1].ravel().tolist())
                for x in range(columns)
            ]
            for y in range(rows)
        ],
        image.dtype,
    )


def hull(mask: np.ndarray) -> list[float]:
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("side", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_pixels_are_the_extremes_of_the_square_around_them(dtype: str, side: int, operation: str) -> None:
    values = np.random.default_rng(side).integers(0, 60000, (13, 17))
    image = (values / 60000 if dtype == "float32" else values % 251).astype(dtype)
    out = Morphological(side, operation, p=1)(image=image)["image"]
    assert out.dtype == image.dtype
    assert np.array_equal(out, brute(image, side, operation))


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("channels", [2, 5, 128, 129, 200])
def test_each_channel_goes_by_itself(channels: int, operation: str) -> None:
    image = np.random.default_rng(0).integers(0, 256, (9, 11, channels), np.uint8)
    out = Morphological(3, operation, p=1)(image=image)["image"]
    for channel in range(channels):
        assert np.array_equal(out[..., channel], brute(image[..., channel], 3, operation))


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("dtype", "labels"),
    [
        ("bool", [False, True]),
        ("int8", [-7, 0, 100]),
        ("int32", [-(2**31), 0, 2**31 - 1]),
        ("uint32", [0, 2**32 - 1]),
        ("int64", [0, 2**53, 2**53 + 1]),
        ("uint64", [0, 2**64 - 1]),
        ("float16", [0.0, 0.5]),
        (">i4", [0, 1, 70000]),
    ],
)
def test_masks_of_every_dtype_keep_their_labels(dtype: str, labels: list[Any], operation: str) -> None:
    mask = np.array(labels, dtype)[np.random.default_rng(1).integers(0, len(labels), (12, 10))]
    out = Morphological(2, operation, p=1)(image=np.zeros((12, 10), np.uint8), mask=mask)["mask"]
    assert out.dtype == mask.dtype
    assert np.array_equal(out, brute(mask, 2, operation))


@given(
    operation=st.sampled_from(OPERATIONS),
    side=SIDES,
    corners=st.tuples(*[st.integers(0, n) for n in (SIZE[1] - 1, SIZE[0] - 1, 30, 30)]),
    format=st.sampled_from(["pascal_voc", "albumentations", "coco", "cxcywh", "yolo"]),
)
def test_boxes_stay_the_hulls_of_their_masks(operation: str, side: int, corners: Any, format: str) -> None:
    x, y, width, height = corners
    mask = np.zeros(SIZE, np.uint8)
    mask[y : y + height + 1, x : x + width + 1] = 1
    plain = Compose([Morphological(side, operation, p=1)], bbox_params=BboxParams("pascal_voc", min_visibility=1))
    out = plain(image=mask, mask=mask, bboxes=np.array([hull(mask)], float))
    assert np.array_equal(out["image"], out["mask"])
    wanted = np.array([hull(out["mask"])] if out["mask"].any() else [], float).reshape(-1, 4)
    assert np.allclose(out["bboxes"], wanted)
    assert np.allclose(in_format(format, plain, mask), wanted, atol=1e-9)


def in_format(format: str, plain: Compose, mask: np.ndarray) -> np.ndarray:
    """What comes of the mask's hull where it is given and taken in another format, as corners in pixels."""
    box, params = np.array([hull(mask)], float), BboxParams(format)
    rows = from_corners(format, box[:, :2], box[:, 2:], SIZE)
    out = np.reshape(Compose(plain.transforms, bbox_params=params)(image=mask, bboxes=rows)["bboxes"], (-1, 4))
    return params.corners_of(out, SIZE)[:, [0, 2]].reshape(-1, 4)


def test_a_box_cut_by_the_frame_grows_inside_it_and_keeps_its_visibility() -> None:
    steps = [Crop(20, 0, 50, 40), Morphological(3, p=1)]
    for least, count in ((0.4, 1), (0.7, 0)):
        pipeline = Compose(steps, bbox_params=BboxParams("pascal_voc", min_visibility=least))
        out = pipeline(image=np.zeros(SIZE, np.uint8), bboxes=[(10, 10, 30, 20)])["bboxes"]
        assert out == ([(0, 9, 11, 21)] * count)


@given(operation=st.sampled_from(OPERATIONS), side=SIDES, x=st.integers(8, 40), y=st.integers(8, 30))
def test_keypoints_and_polygons_stay_on_the_middle_of_what_they_mark(operation: str, side: int, x: int, y: int) -> None:
    dark = 255 * (operation == "erosion")
    image = np.full(SIZE, dark, np.uint8)
    image[y, x] = 255 - dark
    pipeline = Compose([Morphological(side, operation, p=1)], keypoint_params=KeypointParams("xy"))
    square = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
    out = pipeline(image=image, keypoints=[(x, y)], polygons=[np.array(square, float)])
    rows, columns = np.nonzero(out["image"] != dark)
    assert np.allclose(out["keypoints"], [(columns.mean(), rows.mean())])
    assert np.allclose(out["polygons"][0].mean(0), (columns.mean() + 0.5, rows.mean() + 0.5))


def test_keypoints_inside_stay_inside_and_those_outside_or_unknown_stay_where_they_are() -> None:
    points = [(49.0, 39.0), (49.4, 3.0), (-0.4, 5.0), (-0.8, 5.0), (np.nan, 4.0)]
    params = KeypointParams("xy", remove_invisible=False)
    out = Compose([Morphological(2, p=1)], keypoint_params=params)(image=np.zeros(SIZE, np.uint8), keypoints=points)
    wanted = [(49.0, 39.0), (49.4, 3.5), (0.1, 5.5), (-0.8, 5.0), (np.nan, 4.0)]
    assert np.allclose(out["keypoints"], wanted, equal_nan=True)


def test_sides_are_drawn_from_all_of_the_range() -> None:
    image = np.zeros((21, 21), np.uint8)
    image[10, 10] = 1
    pipeline = Compose([Morphological((2, 5), p=1)], seed=1)
    counts = {int(pipeline.keyed(key)(image=image)["image"].sum()) for key in range(60)}
    assert counts == {4, 9, 16, 25}


def test_volumes_go_slice_by_slice() -> None:
    volume = np.random.default_rng(0).integers(0, 256, (4, 9, 8), np.uint8)
    out = Morphological(3, p=1)(volume=volume, mask3d=volume)
    assert np.array_equal(out["volume"], [brute(one, 3, "dilation") for one in volume])
    assert np.array_equal(out["volume"], out["mask3d"])


def test_a_value_range_is_kept_to_the_bit() -> None:
    image = np.random.default_rng(0).uniform(0, 50, (9, 9)).astype(np.float32)
    out = Compose([Morphological(3, p=1)], value_range=(0, 50))(image=image)["image"]
    assert np.array_equal(out, brute(image, 3, "dilation"))


def test_oriented_boxes_are_refused_by_name() -> None:
    pipeline = Compose([Morphological(3, p=1)], bbox_params=BboxParams("cxcywh", bbox_type="obb"))
    with pytest.raises(Unsupported, match=r"geometric\.spread_boxes takes upright boxes") as caught:
        pipeline(image=np.zeros(SIZE, np.uint8), bboxes=[(20, 20, 9, 6, 30)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scale": 0}, r"Morphological\.scale: 0 is outside \[1, inf\) px"),
        ({"scale": (3, 2)}, r"Morphological\.scale: \(3, 2\) is not an interval"),
        ({"operation": "opening"}, r"Morphological\.operation: 'opening' is not one of 'erosion', 'dilation'"),
    ],
)
def test_what_is_not_legal_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        Morphological(**given)
