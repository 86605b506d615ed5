"""The continuous frame: what is drawn at a keypoint stays there, and boxes and points go where arithmetic says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import (
    D4,
    Affine,
    CenterCrop,
    Crop,
    ElasticTransform,
    HorizontalFlip,
    LongestMaxSize,
    Pad,
    PadIfNeeded,
    Perspective,
    RandomCrop,
    RandomResizedCrop,
    RandomRotate90,
    Resize,
    Rotate,
    ShiftScaleRotate,
    SmallestMaxSize,
    Transpose,
    VerticalFlip,
)

import augcore
from augcore import BboxParams, Compose, KeypointParams, Trace

SIGMA, POINT, SIZE = 3.0, (40.25, 30.5), (65, 97)


def blob(size: tuple[int, int], point: tuple[float, float]) -> np.ndarray:
    """A Gaussian about a point given as pixel indices."""
    x, y = np.arange(size[1]) - point[0], np.arange(size[0])[:, None] - point[1]
    return np.exp(-(x**2 + y**2) / (2 * SIGMA**2)).astype(np.float32)


def centroid(values: np.ndarray) -> np.ndarray:
    rows, columns = np.indices(values.shape)
    return np.array([(columns * values).sum(), (rows * values).sum()], float) / values.sum(dtype=float)


def traced(transform: Any, key: int, size: tuple[int, int] = SIZE, **options: Any) -> tuple[dict[str, Any], Trace]:
    points = KeypointParams(format="xy", remove_invisible=False)
    pipeline = Compose([transform], keypoint_params=points, seed=5, **options)
    return pipeline.keyed(key).traced(image=blob(size, POINT), keypoints=[POINT])


def is_whole(image: np.ndarray, point: tuple[float, float]) -> bool:
    """Whether a blob about the point lies within the picture to four standard deviations, with room for stretching."""
    return all(16 <= at <= side - 17 for at, side in zip(point, image.shape[::-1], strict=True))


LINEAR = [
    HorizontalFlip(p=1),
    VerticalFlip(p=1),
    Transpose(p=1),
    RandomRotate90(),
    D4(),
    Crop(10, 5, 90, 60),
    CenterCrop(60, 80),
    RandomCrop(55, 80),
    Pad(7),
    PadIfNeeded(80, 110, position="random"),
    Resize(130, 110),
    Resize(130, 97),
    Resize(50, 80, interpolation="area"),
    Resize(97, 142, interpolation="cubic"),
    LongestMaxSize(150),
    SmallestMaxSize((100, 120)),
    RandomResizedCrop((120, 150), scale=(0.7, 1)),
    Rotate(15, p=1),
    Rotate(8, crop_border=True, p=1),
    Rotate(15, interpolation="lanczos4", p=1),
    Affine(scale=(0.8, 1.3), rotate=10, shear=(-8, 8), translate_percent=(-0.05, 0.05), p=1),
    Affine(scale=(0.8, 1.3), rotate=(-180, 180), fit_output=True, p=1),
    Affine(translate_px={"x": (-9, 9), "y": 3}, p=1),
    ShiftScaleRotate(rotate_limit=20, p=1),
]


@pytest.mark.parametrize("transform", LINEAR, ids=repr)
def test_a_blob_stays_within_two_hundredths_of_a_pixel_of_its_keypoint(transform: Any) -> None:
    seen = 0
    for key in range(8):
        result, _ = traced(transform, key)
        if is_whole(result["image"], result["keypoints"][0]):
            seen += 1
            assert np.hypot(*(centroid(result["image"]) - result["keypoints"][0])) < 0.02
    assert seen


def mass_moved(map: Any) -> np.ndarray:
    """Where the centroid of the blob goes if each bit of it goes where the map says, grown as the map grows it."""
    rows, columns = np.indices(SIZE)
    points = np.stack([columns, rows], -1).reshape(-1, 2) + 0.5
    near = blob(SIZE, POINT).ravel() > 1e-6
    mass = blob(SIZE, POINT).ravel()[near] * np.abs(np.linalg.det(map.jacobian(points[near])))
    return (map.forward(points[near]) * mass[:, None]).sum(0) / mass.sum() - 0.5


@pytest.mark.parametrize(
    ("transform", "tolerance"),
    [
        (Perspective(0.05, p=1), 0.02),
        (Perspective(0.06, fit_output=True, keep_size=False, p=1), 0.02),
        (ElasticTransform(120, 12, p=1), 0.05),
        (ElasticTransform(400, 20, approximate=True, p=1), 0.05),
    ],
    ids=repr,
)
def test_a_blob_that_is_bent_goes_where_its_mass_goes(transform: Any, tolerance: float) -> None:
    seen = 0
    for key in range(8):
        result, trace = traced(transform, key)
        if not is_whole(result["image"], result["keypoints"][0]):
            continue
        seen += 1
        (map,) = (step.effect.map for step in trace.steps)
        assert np.hypot(*(centroid(result["image"]) - mass_moved(map))) < tolerance
        assert np.hypot(*(map.forward(np.array([POINT]) + 0.5)[0] - 0.5 - result["keypoints"][0])) < 1e-9
    assert seen


# Even noise moves pixels 2.3 times as far as normal noise of the same alpha.
@pytest.mark.parametrize(("distribution", "alpha"), [("gaussian", 60), ("uniform", 26)])
@pytest.mark.parametrize("approximate", [False, True])
def test_a_blob_bent_mildly_stays_within_a_tenth_of_a_pixel(distribution: str, alpha: int, approximate: bool) -> None:
    transform = ElasticTransform(alpha, 16, approximate=approximate, noise_distribution=distribution, p=1)
    moved = []
    for key in range(8):
        result, _ = traced(transform, key)
        moved.append(np.hypot(*np.subtract(result["keypoints"][0], POINT)))
        assert np.hypot(*(centroid(result["image"]) - result["keypoints"][0])) < 0.1
    assert max(moved) > 0.3


# Arithmetic


def test_keypoints_are_pixel_centres() -> None:
    params = KeypointParams(format="xy")
    image = np.zeros((4, 10), np.uint8)
    for transform, point, expected in ((HorizontalFlip(p=1), (0, 0), (9, 0)), (Resize(4, 20), (4.5, 1), (9.5, 1))):
        out = Compose([transform], keypoint_params=params)(image=image, keypoints=[point])
        assert out["keypoints"] == [expected]


@pytest.mark.parametrize("width", [7, 10, 33])
@pytest.mark.parametrize("factor", [2, 3])
def test_resizing_scales_about_the_corner_of_the_frame_and_not_the_centre_of_a_pixel(width: int, factor: int) -> None:
    params = KeypointParams(format="xy")
    image = np.zeros((5, width), np.uint8)
    out = Compose([Resize(5, width * factor)], keypoint_params=params)(
        image=image, keypoints=[(x, 2) for x in range(width)]
    )
    assert np.allclose(np.array(out["keypoints"])[:, 0], (np.arange(width) + 0.5) * factor - 0.5)


@pytest.mark.parametrize(
    ("transform", "box"),
    [
        (HorizontalFlip(p=1), (70, 10, 90, 40)),
        (VerticalFlip(p=1), (10, 20, 30, 50)),
        (Transpose(p=1), (10, 10, 40, 30)),
        (Crop(5, 6, 100, 60), (5, 4, 25, 34)),
        (Pad((1, 2, 3, 4)), (11, 12, 31, 42)),
        (Resize(120, 50), (5, 20, 15, 80)),
        (Affine(scale=2, p=1), (0, 0, 10, 50)),
        (Affine(translate_px={"x": 7, "y": -3}, p=1), (17, 7, 37, 37)),
        (Rotate((180, 180), p=1), (70, 20, 90, 50)),
        (ShiftScaleRotate((0.1, 0.1), (0, 0), (0, 0), p=1), (20, 16, 40, 46)),
    ],
    ids=repr,
)
def test_boxes_go_where_arithmetic_says(transform: Any, box: tuple[float, ...]) -> None:
    image = np.zeros((60, 100, 3), np.uint8)
    out = Compose([transform], bbox_params=BboxParams(format="pascal_voc"))(image=image, bboxes=[(10, 10, 30, 40)])
    assert np.allclose(out["bboxes"][0], box, atol=1e-9)


def test_positive_angles_turn_counter_clockwise_on_the_screen() -> None:
    image = np.zeros((101, 101), np.uint8)
    image[50, 90] = 255
    for transform in (Rotate((90, 90), p=1), Affine(rotate=90, p=1), ShiftScaleRotate(0, (0, 0), (90, 90), p=1)):
        assert np.argwhere(transform(image=image)["image"] > 128).tolist() == [[10, 50]]


@pytest.mark.parametrize(("size", "box"), [((500, 500), (200, 200, 300, 300)), ((300, 420), (160, 100, 240, 190))])
@pytest.mark.parametrize("turns", [8, 12])
def test_rotations_that_add_up_to_a_full_turn_give_the_box_back(size: Any, box: Any, turns: int) -> None:
    pipeline = Compose([Rotate((360 / turns,) * 2, p=1)] * turns, bbox_params=BboxParams(format="pascal_voc"))
    out = pipeline(image=np.zeros(size, np.uint8), bboxes=[box])
    assert np.allclose(out["bboxes"][0], box, atol=1e-3)


def test_eight_turns_merged_into_one_leave_a_smooth_picture_as_it_was() -> None:
    y, x = np.mgrid[:200, :200] / 200
    image = (128 + 60 * np.sin(9 * x) * np.cos(7 * y)).astype(np.uint8)
    out = Compose([Rotate((45, 45), p=1)] * 8, fuse="resample")(image=image)["image"]
    error = (out[60:140, 60:140].astype(float) - image[60:140, 60:140]) ** 2
    assert 10 * np.log10(255**2 / max(error.mean(), 1e-9)) > 45


@pytest.mark.parametrize("scale", [1, 2.5])
def test_visibility_is_counted_against_the_whole_object_over_several_crops(scale: float) -> None:
    side = round(100 * scale)
    crops = [Crop(0, 0, round(part * side), side) for part in (0.8, 0.6)]
    image = np.zeros((side, side), np.uint8)
    kept = [
        len(
            Compose(crops, bbox_params=BboxParams(format="pascal_voc", min_visibility=least))(
                image=image, bboxes=[(0, 0, side, side)]
            )["bboxes"]
        )
        for least in (0.7, 0.6)
    ]
    assert kept == [0, 1]


@pytest.mark.parametrize("side", [64, 96])
def test_a_box_that_a_crop_does_not_touch_is_wholly_visible(side: int) -> None:
    params = BboxParams(format="pascal_voc", min_visibility=1.0)
    out = Compose([CenterCrop(side, side)], bbox_params=params)(
        image=np.zeros((128, 128), np.uint8), bboxes=[(40, 40, 60, 60)]
    )
    cut = (128 - side) // 2
    assert np.allclose(out["bboxes"][0], np.array([40, 40, 60, 60]) - cut)


# There and back


@pytest.mark.parametrize("transform", [*LINEAR, Perspective(0.05, p=1), ElasticTransform(60, 12, p=1)], ids=repr)
def test_predictions_go_back_to_the_original_frame(transform: Any) -> None:
    params = {
        "bbox_params": BboxParams(format="pascal_voc"),
        "keypoint_params": KeypointParams(format="xy", remove_invisible=False),
    }
    pipeline = Compose([transform], **params, seed=8)
    for key in range(3):
        out, trace = pipeline.keyed(key).traced(
            image=blob(SIZE, POINT), bboxes=[(38.0, 28, 46, 36)], keypoints=[POINT, (50.0, 20.0)]
        )
        points = out["keypoints"]
        back = trace.undo(image=out["image"], keypoints=points)
        assert back["image"].shape == SIZE
        assert np.allclose(back["keypoints"], [POINT, (50, 20)], atol=0.01)


# Masks


@pytest.mark.parametrize("transform", LINEAR, ids=repr)
def test_a_mask_covers_what_it_covered(transform: Any) -> None:
    shape = blob(SIZE, POINT) > 0.3
    for key in range(4):
        _, trace = traced(transform, key)
        out = trace.apply(image=shape.astype(np.float32), mask=shape, keypoints=[POINT])
        image = out["image"]
        sure = (image < 0.1) | (image > 0.9)
        assert out["mask"].dtype == bool
        assert sure.mean() > 0.5
        assert np.array_equal(out["mask"][sure], image[sure] > 0.5)


def test_labels_stay_labels_through_every_linear_transform() -> None:
    labels = np.random.default_rng(0).choice(np.array([0, 3, 2**40]), SIZE)
    for transform in LINEAR:
        out = transform(image=np.zeros(SIZE, np.uint8), mask=labels)["mask"]
        assert out.dtype == np.int64
        assert set(np.unique(out)) <= {0, 3, 2**40}


def test_transforms_are_found_by_name() -> None:
    assert augcore.Rotate is Rotate
