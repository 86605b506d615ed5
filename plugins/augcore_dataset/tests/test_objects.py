"""Objects through a pipeline: kept or dropped as one, in COCO's order and form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from augcore_dataset import coco, objects

import augcore as A  # noqa: N812 - as its users write it
from augcore import rle


def through(data: Any, *transforms: A.Step, place: int = 0, **options: Any) -> tuple[objects.Kept, dict[str, Any]]:
    dataset = coco.read(data.annotations)
    picture = dataset.pictures[place]
    pipeline = objects.fitted(A.Compose(transforms, **options), dataset.categories, 3)
    image = np.zeros((*picture.size, 3), np.uint8)
    result, trace = pipeline.keyed(1).traced(image=image, **objects.arguments(picture, dataset.categories))
    swaps = pipeline.setup.keypoint_params.swap_pairs
    return objects.kept(result, trace, picture, dataset.categories, swaps), result


def by_id(kept: objects.Kept) -> dict[int, dict[str, Any]]:
    return {one["origin"]["id"]: one for one in kept.annotations}


def test_nothing_done_gives_the_annotations_back(data: Any) -> None:
    kept, _ = through(data)
    for given, got in zip(data.tree["annotations"][:3], kept.annotations, strict=True):
        for key in ("bbox", "category_id", "iscrowd", "area", "keypoints", "num_keypoints", "attributes"):
            assert got.get(key) == given.get(key), (given["id"], key)
    first = by_id(kept)
    assert first[2]["segmentation"] == data.tree["annotations"][1]["segmentation"]
    runs = data.tree["annotations"][2]["segmentation"]["counts"]
    assert (rle.decode(first[3]["segmentation"]["counts"], (60, 80)) == rle.decode(runs, (60, 80))).all()
    assert (kept.clipped, kept.dropped) == (0, 0)


def test_a_mirrored_persons_left_eye_is_a_left_eye(data: Any) -> None:
    kept, _ = through(data, A.HorizontalFlip(p=1))
    nose, left_eye, right_eye, mouth_left, mouth_right = np.reshape(by_id(kept)[1]["keypoints"], (5, 3)).tolist()
    assert nose == [59, 20, 2]
    assert left_eye == [64, 18, 1]  # was the right one, hidden, at 15
    assert right_eye == [54, 18, 2]  # was the left one, at 25
    assert mouth_left == [61, 24, 2]
    assert mouth_right == [0, 0, 0]
    assert by_id(kept)[1]["num_keypoints"] == 4


def test_two_reflections_swap_nothing(data: Any) -> None:
    kept, _ = through(data, A.HorizontalFlip(p=1), A.VerticalFlip(p=1))
    left_eye = by_id(kept)[1]["keypoints"][3:6]
    assert left_eye == [54, 41, 2]


def test_a_category_with_one_side_alone_keeps_its_name(data: Any) -> None:
    data.tree["categories"].append({"id": 3, "name": "pirate", "keypoints": ["left_eye"]})
    entry = {"id": 9, "image_id": 11, "category_id": 3, "bbox": [5, 5, 20, 20], "keypoints": [10, 10, 2]}
    data.tree["annotations"].append(entry)
    data.save()
    kept, _ = through(data, A.HorizontalFlip(p=1))
    assert by_id(kept)[9]["keypoints"] == [69, 10, 2]


def test_what_a_pipeline_file_says_of_keypoint_pairs_is_honoured(data: Any) -> None:
    kept, _ = through(
        data, A.HorizontalFlip(p=1), keypoint_params=A.KeypointParams(format="xy", swap_pairs=[("nose", "left_eye")])
    )
    nose, left_eye, right_eye, *_ = np.reshape(by_id(kept)[1]["keypoints"], (5, 3)).tolist()
    assert nose == [54, 18, 2]
    assert left_eye == [59, 20, 2]
    assert right_eye == [64, 18, 1]
    with pytest.raises(A.InvalidParameter, match=r"give pairs of names"):
        through(data, keypoint_params=A.KeypointParams(format="xy", swap_pairs=[(0, 1)]))


@pytest.mark.parametrize(
    ("name", "mirrored"),
    [
        ("left_eye", "right_eye"),
        ("mouth_right", "mouth_left"),
        ("Left Ear", "Right Ear"),
        ("paw-LEFT", "paw-RIGHT"),
        ("left_hand_right", "right_hand_right"),
        ("nose", None),
        ("leftover", None),
        ("bright", None),
    ],
)
def test_names_tell_their_side_at_an_end(name: str, mirrored: str | None) -> None:
    assert objects.mirrored_name(name) == mirrored
    if mirrored is not None:
        assert objects.mirrored_name(mirrored) == name


def test_objects_are_kept_and_dropped_as_one(data: Any) -> None:
    kept, result = through(data, A.Crop(0, 0, 36, 60, p=1))
    assert set(by_id(kept)) == {1, 3}  # the second begins at x = 40
    assert (kept.clipped, kept.dropped) == (2, 1)
    assert by_id(kept)[1]["bbox"] == [10, 12, 26, 20]
    assert by_id(kept)[3]["area"] == rle.decode(by_id(kept)[3]["segmentation"]["counts"], (60, 36)).sum() == 16 * 20
    assert result["image"].shape == (60, 36, 3)


def test_a_clipped_polygon_has_the_area_that_is_left(data: Any) -> None:
    kept, _ = through(data, A.Crop(0, 30, 50, 60, p=1))
    outlined = by_id(kept)[2]
    assert outlined["bbox"] == [40, 0, 10, 10]
    assert outlined["area"] == 100
    assert len(outlined["segmentation"]) == 1


def test_an_outlined_object_of_which_only_the_boxs_corner_is_left_is_dropped(data: Any) -> None:
    data.tree["annotations"][1]["segmentation"] = [[40, 20, 60, 20, 40, 40]]
    data.save()
    kept, _ = through(data, A.Crop(55, 35, 80, 60, p=1))
    assert 2 not in by_id(kept)
    assert kept.dropped == 3


def test_a_pipeline_files_own_limits_are_honoured(data: Any) -> None:
    limits = A.BboxParams(format="pascal_voc", label_fields=["anything"], min_visibility=0.9)
    kept, _ = through(data, A.Crop(0, 0, 36, 60, p=1), bbox_params=limits)
    assert kept.annotations == []
    assert kept.dropped == 3


def test_boxes_that_overhang_are_cut_and_empty_ones_dropped(data: Any) -> None:
    data.tree["annotations"][0]["bbox"] = [-3.5, 12, 30, 60]
    data.tree["annotations"][1] |= {"bbox": [10, 10, 0, 5], "segmentation": []}
    data.save()
    kept, _ = through(data)
    assert by_id(kept)[1]["bbox"] == [0, 12, 26.5, 48]
    assert 2 not in by_id(kept)
    assert (kept.clipped, kept.dropped) == (0, 1)


def test_the_hull_of_an_outline_serves_where_there_is_no_box(data: Any) -> None:
    del data.tree["annotations"][1]["bbox"]
    data.save()
    kept, _ = through(data, A.HorizontalFlip(p=1))
    assert by_id(kept)[2]["bbox"] == [14, 20, 26, 20]


def test_turned_boxes_stay_in_the_frame_after_rounding(data: Any) -> None:
    for angle in range(5, 90, 7):
        kept, _ = through(data, A.Rotate(limit=(angle, angle), p=1))
        for one in kept.annotations:
            x, y, width, height = one["bbox"]
            assert 0 <= x <= x + width <= 80
            assert 0 <= y <= y + height <= 60
            assert one["bbox"] == [round(value, 3) for value in one["bbox"]]


def test_show_gets_the_annotations_of_the_picture_it_names(data: Any) -> None:
    arguments, options = objects.read(data.annotations, data.images / "sub" / "b.png")
    assert arguments["bboxes"] == [[0, 0, 10, 10]]
    assert arguments["category"] == ["box"]
    assert options["bbox_params"].format == "coco"
    assert options["edges"] == []
    arguments, options = objects.read(data.annotations, Path("a.jpg"))
    assert options["edges"] == [(0, 1), (0, 2)]
    with pytest.raises(A.InvalidFile, match=r"no image has the file_name 'c.jpg'"):
        objects.read(data.annotations, data.images / "c.jpg")
