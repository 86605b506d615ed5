"""What went wrong with bound objects, groups of keypoints and their labels before, and must not again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import BboxParams, Compose, InvalidData, InvalidParameter, KeypointParams, ReplayCompose, from_dict

IMAGE = np.zeros((20, 30, 3), np.uint8)
SWAP = KeypointParams("xyv", remove_invisible=False, swap_pairs=[(0, 1)])


@A.transform
class Blend(A.Transform):
    """Half of the source's first sample."""

    def sample(self, rng, view):
        return A.Mix(0, 0.5)


def mixed(mine: Any, other: Any, steps: Any = (), params: Any = SWAP, **options: Any) -> Any:
    given = {
        name: values if isinstance(values, dict) else {"keypoints": values}
        for name, values in (("mine", mine), ("other", other))
    }
    pipeline = Compose(
        [Blend(p=1), *steps], keypoint_params=params, source=[{"image": IMAGE, **given["other"]}], **options
    )
    return pipeline(image=IMAGE, **given["mine"])


@pytest.mark.parametrize("name", ["bboxes", "keypoints"])
def test_boxes_and_keypoints_without_a_format_are_never_passed_through(name, refused):
    data = {"bboxes": [[1, 2, 3, 4]], "keypoints": [[1, 2]]}
    said = f"{name}.*give.*{'bbox' if name == 'bboxes' else 'keypoint'}_params="
    refused(lambda: Compose([], instance_binding=["masks", name]), InvalidParameter, said)
    trace = Compose([A.HorizontalFlip(p=1)]).traced(image=IMAGE)[1]
    for call in (trace.undo, lambda **data: trace.apply(image=IMAGE, **data)):
        refused(lambda call=call: call(**{name: data[name]}), InvalidParameter, said)
    saved = ReplayCompose([A.HorizontalFlip(p=1)])(image=IMAGE)["replay"]
    refused(lambda: ReplayCompose.replay(saved, image=IMAGE, **{name: data[name]}), InvalidParameter, said)


def test_rows_of_both_samples_change_places_in_a_mirror():
    rows = [[1, 1, 2], [5, 1, 2]]
    out = mixed(rows, rows, [A.HorizontalFlip(p=1)])["keypoints"]
    assert [row[0] for row in out] == [24, 28, 24, 28]
    first = Compose(
        [A.HorizontalFlip(p=1), Blend(p=1)], keypoint_params=SWAP, source=[{"image": IMAGE, "keypoints": rows}]
    )
    assert [row[0] for row in first(image=IMAGE, keypoints=rows)["keypoints"]] == [24, 28, 1, 5]


def test_rows_of_every_bound_object_come_back():
    pipeline = Compose(
        [A.HorizontalFlip(p=1)], bbox_params="coco", keypoint_params=SWAP, instance_binding=["bboxes", "keypoints"]
    )
    rows = [[1, 1, 2], [5, 1, 2], [10, 1, 2], [15, 1, 2]]
    out, trace = pipeline.traced(image=IMAGE, bboxes=[[0, 0, 8, 8], [8, 0, 10, 10]], keypoints=rows)
    assert trace.undo(keypoints=out["keypoints"], bboxes=out["bboxes"])["keypoints"] == rows
    with pytest.raises(InvalidData, match="rows of several objects cannot be told apart; give one list of rows an"):
        trace.undo(keypoints=out["keypoints"])


@pytest.mark.parametrize(
    ("mine", "other", "wanted"),
    [
        ([[[1, 1, 2], [2, 2, 2]]], [], [[[1, 1, 2], [2, 2, 2]]]),
        ([], [[[1, 1, 2], [2, 2, 2]]], [[[1, 1, 2], [2, 2, 2]]]),
        ([], [[1, 1, 2], [2, 2, 2]], [[1, 1, 2], [2, 2, 2]]),
        ([[1, 1, 2], [2, 2, 2]], [], [[1, 1, 2], [2, 2, 2]]),
        ([[]], [[[1, 1, 2], [2, 2, 2]]], [[], [[1, 1, 2], [2, 2, 2]]]),
        ([], [], []),
    ],
)
def test_a_sample_without_people_mixes_with_one_that_has_some(mine, other, wanted):
    assert mixed(mine, other)["keypoints"] == wanted
    if [] not in mine:
        arrays = [np.array(value, float).reshape(-1, *np.shape(wanted)[1:]) for value in (mine, other) if wanted]
        assert not arrays or mixed(*arrays)["keypoints"].tolist() == wanted


def test_bound_targets_stay_as_many_when_a_sample_has_no_people():
    mask = np.ones((1, 20, 30), np.uint8)
    full = {"keypoints": [[[1, 1, 2], [2, 2, 2]]], "masks": mask, "ids": ["other"]}
    none = {"keypoints": [], "masks": mask[:0], "ids": []}
    options = {"instance_binding": ("masks", "keypoints", "ids")}
    for mine, other in ((full, none), (none, full)):
        out = mixed(mine, other, **options)
        assert [len(out[name]) for name in ("masks", "keypoints", "ids")] == [1, 1, 1]
        assert out["keypoints"] == full["keypoints"]


def test_samples_that_do_not_fit_together_are_refused(refused):
    rows = [[1, 1, 2], [2, 2, 2]]
    said = "keypoints: sample 0 of the source holds plain rows, this one one group of rows an object; mix samples of"
    refused(lambda: mixed([rows], rows), InvalidData, said)
    three = np.ones((2, 3, 3))
    said = r"keypoints: objects of \[2, 3\] rows do not fit into one array; give lists of rows"
    refused(lambda: mixed(np.ones((1, 2, 3)), three), InvalidData, said)


def test_a_bound_target_that_the_partner_lacks_is_named(refused):
    options = {"instance_binding": ("masks", "ids")}
    mine = {"masks": np.ones((1, 20, 30), np.uint8), "ids": [1]}
    said = "sample 0 of the source has no 'masks', which this one has; give it one"
    refused(lambda: mixed(mine, {"masks": None, "ids": [1]}, params=None, **options), InvalidData, said)


def test_two_targets_cannot_share_a_label_field(refused):
    said = "label field 'cls' belongs to bboxes and to boxes2; .*give each target label fields of its own"
    boxes = BboxParams("coco", label_fields=["cls"])
    refused(lambda: Compose([], bbox_params=boxes, additional_targets={"boxes2": "bboxes"}), InvalidParameter, said)
    points = KeypointParams("xy", label_fields=["cls"])
    said = "label field 'cls' belongs to bboxes and to keypoints"
    refused(lambda: Compose([], bbox_params=boxes, keypoint_params=points), InvalidParameter, said)


def test_labels_of_groups_are_never_cut_short():
    params = KeypointParams("xy", label_fields=["n"], remove_invisible=False, swap_pairs=[("left", "right")])
    out = Compose([A.HorizontalFlip(p=1)], keypoint_params=params)(
        image=IMAGE, keypoints=np.ones((1, 2, 2)), n=np.array([["left", "nose"]])
    )
    assert out["n"].tolist() == [["right", "nose"]]
    short, long = ({"keypoints": np.ones((1, 1, 2)), "n": np.array([[name]])} for name in ("a", "longer"))
    assert mixed(short, long, params=params)["n"].tolist() == [["a"], ["longer"]]


def test_labels_that_are_tuples_stay_single():
    params = KeypointParams("xy", label_fields=["n"])
    labels = [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    out = Compose([], bbox_params="coco", keypoint_params=params, instance_binding=["bboxes", "keypoints"])(
        image=IMAGE, bboxes=[[0, 0, 8, 8], [8, 0, 10, 10]], keypoints=[[1, 1], [2, 1], [3, 1], [4, 1]], n=labels
    )
    assert out["n"] == labels


def test_groups_of_labels_keep_their_containers():
    params = KeypointParams("xy", label_fields=["n"])
    given = [np.array(["a", "b"]), ("c",), ["d"]]
    out = Compose([A.HorizontalFlip(p=1)], keypoint_params=params)(
        image=IMAGE, keypoints=[[(1, 1), (2, 2)], [(3, 3)], [(4, 4)]], n=given
    )["n"]
    assert [type(group) for group in out] == [np.ndarray, tuple, list]
    assert [list(group) for group in out] == [["a", "b"], ["c"], ["d"]]


def test_objects_that_are_all_dropped_leave_empty_arrays():
    params = KeypointParams("xy", label_fields=["n"], remove_invisible=False)
    out = Compose(
        [A.Crop(10, 10, 30, 20)], bbox_params="coco", keypoint_params=params, instance_binding=["bboxes", "keypoints"]
    )(image=IMAGE, bboxes=[[0, 0, 5, 5]], keypoints=np.ones((1, 2, 2)), n=np.array([["a", "b"]]))
    assert out["keypoints"].shape == (0, 2, 2)
    assert out["n"].shape == (0, 2)


def test_predicted_points_keep_what_was_predicted():
    trace = Compose([A.Crop(10, 10, 30, 20)], keypoint_params=KeypointParams("xyv")).traced(image=IMAGE)[1]
    out = trace.undo(keypoints=[[3, 3, 2], [-3, 2, 2], [100, 1, 1], [0, 0, 0]])["keypoints"]
    assert out[:3] == [[13, 13, 2], [7, 12, 2], [110, 11, 1]]


def test_nothing_moves_a_point_by_a_rounding():
    for params in (KeypointParams("xy"), KeypointParams("xyv", remove_invisible=False), KeypointParams("xya")):
        row = (0.1, 0.7, *[2] * (len(params.format) - 2))
        assert Compose([A.NoOp(p=1)], keypoint_params=params)(image=IMAGE, keypoints=[row])["keypoints"] == [row]


@pytest.mark.parametrize("pairs", [[(["a"], ["b"])], [(np.int64(0), np.int64(1))], [(("a", 1), ("b", 1))]])
def test_labels_of_any_kind_make_pairs_that_survive_files(pairs):
    labels = pairs[0]
    params = KeypointParams("xy", label_fields=["n"], swap_pairs=pairs, label_mapping={"n": {"x": "y"}})
    pipeline = Compose([A.HorizontalFlip(p=1)], keypoint_params=params)
    assert from_dict(pipeline.to_dict()) == pipeline
    given = [tuple(label) if isinstance(label, list) else label for label in labels]
    assert pipeline(image=IMAGE, keypoints=[(1, 1), (2, 2)], n=given)["n"] == given[::-1]


def test_pairs_of_numbers_of_numpy_are_row_numbers():
    params = KeypointParams("xyv", remove_invisible=False, swap_pairs=[(np.int64(0), np.int64(1))])
    out = Compose([A.HorizontalFlip(p=1)], keypoint_params=params)(image=IMAGE, keypoints=[[1, 1, 2], [5, 1, 2]])
    assert [row[0] for row in out["keypoints"]] == [24, 28]


@pytest.mark.parametrize("wrong", ["text", [["a", "b"]], [[1.0]], [[np.inf, 0.0]]])
def test_what_a_function_of_keypoints_may_return_is_said(wrong):
    pipeline = Compose([A.Lambda(keypoints=lambda points: wrong, p=1)], keypoint_params="xy")
    with pytest.raises(A.AugcoreError, match=r"^Lambda\(keypoints=….: returned .*; give"):
        pipeline(image=IMAGE, keypoints=[(1, 1)])
