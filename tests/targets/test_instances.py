"""Bound objects: one decision keeps or drops an object's box, mask, polygon, keypoints and labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore as A  # noqa: N812
from augcore import BboxParams, Compose, InvalidData, InvalidParameter, KeypointParams, Trace, from_dict
from augcore.testing import Case

SIZE = (120, 160)
BOUND = ("bboxes", "masks", "polygons", "keypoints", "ids")
OPTIONS: dict[str, Any] = {
    "bbox_params": BboxParams("pascal_voc", label_fields=["kind"], min_visibility=0.3),
    "keypoint_params": KeypointParams("xyv", remove_invisible=False),
    "instance_binding": BOUND,
}


def objects(corners: Any, size: tuple[int, int] = SIZE) -> dict[str, Any]:
    """Rectangles x, y, width, height with all that can be said of them; ids say which is which."""
    found: dict[str, Any] = {name: [] for name in (*BOUND, "kind")}
    for number, (x, y, w, h) in enumerate(corners):
        mask = np.zeros(size, np.uint8)
        mask[y : y + h, x : x + w] = number + 1
        found["bboxes"].append((x, y, x + w, y + h))
        found["masks"].append(mask)
        found["polygons"].append([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
        found["keypoints"].append([(x + 1, y + 1, 2), (x + w - 2, y + h - 2, 1)])
        found["ids"].append(f"object {number}")
        found["kind"].append(2**53 + number)
    return found


def check_whole(out: dict[str, Any], given: dict[str, Any]) -> list[int]:
    """The numbers of the objects that are left; every target holds the same ones, in order."""
    left = [given["ids"].index(name) for name in out["ids"]]
    assert out["kind"] == [given["kind"][number] for number in left]
    assert {len(out[name]) for name in BOUND} == {len(left)}
    for number, mask in zip(left, out["masks"], strict=True):
        assert set(np.unique(mask)) <= {0, number + 1}
        assert mask.any()
    for polygon, box, points in zip(out["polygons"], out["bboxes"], out["keypoints"], strict=True):
        low, high = np.min(polygon, 0), np.max(polygon, 0)
        # Under a map that bends lines, both are followed at points of their edges, and not at the same: chords of 8 px
        # leave a wave of sigma 10 and 2 px by up to 8² / 8 · 2 / 10² px.
        assert (low >= np.array(box[:2]) - 0.16).all()
        assert (high <= np.array(box[2:]) + 0.16).all()
        assert len(points) == 2
    return left


rectangles = st.lists(
    st.tuples(st.integers(0, 140), st.integers(0, 100), st.integers(4, 20), st.integers(4, 20)), max_size=6
)


@given(rectangles, st.integers(0, 10**6))
def test_whatever_is_left_of_objects_is_left_of_all_their_parts(corners, key):
    pipeline = Compose(
        [
            A.RandomResizedCrop((90, 110), scale=(0.2, 0.7), p=1),
            A.HorizontalFlip(),
            A.Rotate(limit=60, p=0.7),
            A.CoarseDropout(fill_mask=0, p=0.5),
            A.ElasticTransform(alpha=80, sigma=10, p=0.3),
        ],
        seed=1,
        **OPTIONS,
    )
    data = objects(corners)
    out, trace = pipeline.keyed(key).traced(image=np.zeros((*SIZE, 3), np.uint8), **data)
    left = check_whole(out, data)
    again = Trace.from_json(trace.to_json()).apply(image=np.zeros((*SIZE, 3), np.uint8), **data)
    assert again["ids"] == out["ids"]
    assert again["bboxes"] == out["bboxes"]
    # Each object meets the same fate when it comes alone.
    for number in range(len(corners)):
        alone = {name: [values[number]] for name, values in data.items()}
        kept = trace.apply(image=np.zeros((*SIZE, 3), np.uint8), **alone)["ids"]
        assert kept == ([data["ids"][number]] if number in left else [])


def test_objects_of_the_photographs_stay_whole_through_every_transform(continuous: Case, photographs: Any) -> None:
    for photograph in photographs:
        shapes = [one["segmentation"] for one in photograph.outlined]
        if not shapes:
            continue
        data = {
            "bboxes": [one["bbox"] for one in photograph.outlined],
            "ids": [one["id"] for one in photograph.outlined],
            "masks": [photograph.mask_of(rings) for rings in shapes],
            "polygons": shapes,
        }
        pipeline = Compose(
            [continuous.transform],
            bbox_params=BboxParams("coco", min_visibility=0.2, clip=True),
            instance_binding=("bboxes", "masks", "polygons", "ids"),
            seed=0,
        )
        for key in range(3):
            out = pipeline.keyed(key)(image=photograph.image, **data)
            assert len(out["bboxes"]) == len(out["masks"]) == len(out["polygons"]) == len(out["ids"])
            for (x, y, w, h), mask, rings in zip(out["bboxes"], out["masks"], out["polygons"], strict=True):
                rows, columns = np.nonzero(mask)
                assert len(rows)
                # The annotators' boxes are hulls of their outlines to a pixel or two.
                slack = 3.0 * max(
                    out["image"].shape[0] / photograph.size[0], out["image"].shape[1] / photograph.size[1]
                )
                assert x - slack <= columns.min()
                assert columns.max() + 1 <= x + w + slack
                assert y - slack <= rows.min()
                assert rows.max() + 1 <= y + h + slack
                points = np.concatenate([np.reshape(ring, (-1, 2)) for ring in rings])
                assert (points.min(0) >= np.array((x, y)) - slack).all()
                assert (points.max(0) <= np.array((x + w, y + h)) + slack).all()


def test_a_box_that_is_filtered_takes_the_rest_of_its_object_along():
    data = objects([(0, 0, 20, 20), (100, 50, 20, 20)])
    out = Compose([A.Crop(15, 0, 160, 120)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data)
    assert check_whole(out, data) == [1]


def test_a_mask_that_leaves_takes_its_box_along():
    """An L-shaped object: its box still reaches into the frame, and no pixel of it does."""
    data = objects([(10, 10, 40, 40)])
    data["masks"][0][10:40, 20:50] = 0
    out = Compose([A.Crop(25, 0, 160, 35)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data)
    assert {name: len(out[name]) for name in BOUND} == dict.fromkeys(BOUND, 0)


def test_boxes_refused_when_they_are_read_take_the_rest_along():
    data = objects([(0, 0, 20, 20), (100, 50, 20, 20)])
    data["bboxes"][0] = (5, 5, 5, 9)
    options = OPTIONS | {"bbox_params": BboxParams("pascal_voc", label_fields=["kind"], filter_invalid_bboxes=True)}
    out = Compose([A.HorizontalFlip(p=1)], **options)(image=np.zeros(SIZE, np.uint8), **data)
    assert out["ids"] == ["object 1"]
    assert [mask.max() for mask in out["masks"]] == [2]
    assert len(out["keypoints"]) == 1


def test_an_object_that_came_without_a_mask_or_points_has_none_to_lose():
    data = objects([(10, 10, 20, 20), (100, 50, 20, 20)])
    data["masks"][0][:] = 0
    data["polygons"][0] = []
    data["keypoints"][0] = []
    out = Compose([A.HorizontalFlip(p=1)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data)
    assert out["ids"] == data["ids"]
    assert out["keypoints"][0] == []


def test_erasing_an_object_in_masks_drops_it_everywhere():
    data = objects([(10, 10, 20, 20), (100, 50, 20, 20)])

    @A.transform
    class CoverFirst(A.Transform):
        def sample(self, rng, view):
            return A.Erase(A.Rectangles(((0, 0, 60, 60),)), fill_mask=0)

    out = Compose([CoverFirst(p=1)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data)
    assert check_whole(out, data) == [1]


@pytest.mark.parametrize("container", [list, tuple, np.array])
def test_containers_come_out_as_they_went_in(container):
    data = objects([(0, 0, 20, 20), (100, 50, 20, 20), (60, 60, 30, 30)])
    given = {name: container(values) for name, values in data.items()}
    given["polygons"] = data["polygons"]
    out = Compose([A.Crop(18, 0, 160, 120)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **given)
    for name in (*BOUND, "kind"):
        assert type(out[name]) is type(given[name]), name
        assert len(out[name]) == 2
    if container is np.array:
        assert out["keypoints"].shape == (2, 2, 3)
        assert out["masks"].dtype == np.uint8
        assert out["ids"].tolist() == ["object 1", "object 2"]


@pytest.mark.parametrize("empty", [[], (), np.zeros((0,))])
def test_no_objects_at_all_are_valid(empty):
    masks = np.zeros((0, *SIZE), np.uint8) if isinstance(empty, np.ndarray) else empty
    boxes = np.zeros((0, 4)) if isinstance(empty, np.ndarray) else empty
    points = np.zeros((0, 2, 3)) if isinstance(empty, np.ndarray) else empty
    data = {"bboxes": boxes, "masks": masks, "polygons": [], "keypoints": points, "ids": empty, "kind": empty}
    out = Compose([A.Rotate(p=1), A.CenterCrop(50, 60)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data)
    assert all(len(out[name]) == 0 and type(out[name]) is type(data[name]) for name in data)


def test_plain_rows_of_keypoints_are_shared_in_equal_runs():
    data = objects([(0, 0, 20, 20), (100, 50, 20, 20)])
    data["keypoints"] = np.concatenate([np.array(rows, float) for rows in data["keypoints"]])
    out = Compose([A.Crop(18, 0, 160, 120)], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data)
    assert out["ids"] == ["object 1"]
    np.testing.assert_array_equal(out["keypoints"], [[83, 51, 2], [100, 68, 1]])


def test_keypoints_with_labels_follow_their_objects():
    data = objects([(0, 0, 20, 20), (100, 50, 20, 20)])
    names = [["left", "right"], ["left", "right"]]
    options = OPTIONS | {
        "keypoint_params": KeypointParams(
            "xyv", label_fields=["names"], remove_invisible=False, swap_pairs=[("left", "right")]
        )
    }
    pipeline = Compose([A.Crop(18, 0, 160, 120), A.HorizontalFlip(p=1)], **options)
    out = pipeline(image=np.zeros(SIZE, np.uint8), names=names, **data)
    assert out["names"] == [["right", "left"]]


def test_objects_of_both_samples_stay_bound_in_a_mix():
    first, second = objects([(0, 0, 20, 20), (100, 50, 20, 20)]), objects([(5, 80, 30, 30), (120, 90, 20, 20)])
    second["ids"] = ["other 0", "other 1"]
    image = np.zeros((*SIZE, 3), np.uint8)

    @A.transform
    class PasteLeft(A.Transform):
        def sample(self, rng, view):
            return A.Mix(0, 0.5, (0, 0, 80, 120))

    pipeline = Compose([PasteLeft(p=1), A.HorizontalFlip(p=1)], source=[{"image": image, **second}], **OPTIONS)
    out = pipeline(image=image, **first)
    assert out["ids"] == ["object 1", "other 0"]
    assert [int(mask.max()) for mask in out["masks"]] == [2, 1]
    assert [len(out[name]) for name in BOUND] == [2] * len(BOUND)
    assert out["bboxes"][1] == (125, 80, 155, 110)


def test_boxes_alone_decide_where_points_are_bound_to_them():
    data = objects([(10, 10, 40, 40)])
    data["keypoints"] = [[(11, 11, 2), (12, 12, 2)]]
    options = OPTIONS | {"instance_binding": ("bboxes", "keypoints")}
    out = Compose([A.Crop(20, 20, 160, 120)], **options)(
        image=np.zeros(SIZE, np.uint8), bboxes=data["bboxes"], keypoints=data["keypoints"], kind=data["kind"]
    )
    assert len(out["bboxes"]) == 1
    assert out["keypoints"] == [[(0.0, 0.0, 0.0), (0.0, 0.0, 0.0)]]


def test_points_decide_where_nothing_else_is_bound():
    pipeline = Compose(
        [A.Crop(50, 0, 160, 120)],
        keypoint_params=KeypointParams("xy"),
        instance_binding=("keypoints", "ids"),
    )
    out = pipeline(image=np.zeros(SIZE, np.uint8), keypoints=[[(3, 3)], [(3, 3), (60, 60)]], ids=np.array([7, 8]))
    assert out["keypoints"] == [[(10.0, 60.0)]]
    np.testing.assert_array_equal(out["ids"], [8])


def test_a_bound_pipeline_comes_back_from_its_file():
    pipeline = Compose([A.HorizontalFlip(p=1)], **OPTIONS)
    assert from_dict(pipeline.to_dict()) == pipeline
    assert pipeline.to_dict()["instance_binding"] == list(BOUND)


def test_predictions_need_not_be_bound_to_be_brought_back():
    data = objects([(10, 10, 20, 20)])
    trace = Compose([A.Rotate((20, 20), p=1)], **OPTIONS).traced(image=np.zeros(SIZE, np.uint8), **data)[1]
    out = trace.undo(bboxes=[(30, 30, 50, 60), (10, 20, 30, 40)], masks=[np.ones(SIZE, np.uint8)])
    assert len(out["bboxes"]) == 2
    assert len(out["masks"]) == 1


# Mistakes


@pytest.mark.parametrize(
    ("binding", "said"),
    [
        (("image", "bboxes"), "'image' is not made of objects; give some of masks"),
        (("kind", "masks"), "'kind' is a label field of bboxes; bind 'bboxes' instead"),
        ("bboxes", "'bboxes' is not a list of names"),
        ((1,), "is not a list of names"),
    ],
)
def test_what_cannot_be_bound_is_said(binding, said, refused):
    refused(lambda: Compose([], **(OPTIONS | {"instance_binding": binding})), InvalidParameter, said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"masks": []}, "masks: 0 objects, but bboxes holds 1; give one entry for each object"),
        ({"ids": [1, 2]}, "ids: 2 objects, but bboxes holds 1"),
        ({"keypoints": [[(1, 1, 2)], [(2, 2, 2)]]}, "keypoints: 2 objects, but bboxes holds 1"),
    ],
)
def test_different_numbers_of_objects_are_refused(change, said, refused):
    data = objects([(10, 10, 20, 20)]) | change
    refused(lambda: Compose([], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data), InvalidData, said)


def test_rows_that_do_not_divide_among_objects_are_refused(refused):
    data = objects([(0, 0, 20, 20), (100, 50, 20, 20)]) | {"keypoints": [(1, 1, 2)] * 3}
    said = "keypoints: 3 rows cannot be shared by 2 objects alike; give as many rows for each"
    refused(lambda: Compose([], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data), InvalidData, said)


def test_a_bound_argument_that_is_missing_is_asked_for(refused):
    data = objects([(10, 10, 20, 20)])
    del data["ids"]
    said = "ids: named in instance_binding, and not given beside bboxes, masks.*pass ids="
    refused(lambda: Compose([], **OPTIONS)(image=np.zeros(SIZE, np.uint8), **data), InvalidData, said)
