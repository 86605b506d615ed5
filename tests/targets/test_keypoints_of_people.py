"""Keypoints as they are annotated: named left and right, in groups, with visibility, angle and scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import Compose, InvalidData, InvalidParameter, KeypointParams, from_dict
from augcore.testing import Case, TargetConformance

IMAGE = np.zeros((60, 100), np.uint8)
PAIRS = [("left_eye", "right_eye"), ("mouth_left", "mouth_right")]


class TestGroups(TargetConformance):
    target = KeypointParams("xyv", remove_invisible=False, label_fields=("names",))

    def sample(self, size, rng):
        rows = [[(float(x), float(y), 2.0) for x, y in rng.uniform(5, 40, (count, 2))] for count in (3, 1, 2)]
        return {"keypoints": rows, "names": [["a", "b", "c"], ["a"], ["b", "c"]]}

    def empty(self, size):
        return [{"keypoints": [], "names": []}, {"keypoints": np.zeros((0, 3, 3)), "names": []}]


class TestGroupsInAnArray(TargetConformance):
    target = KeypointParams("xya", remove_invisible=False, swap_pairs=[(0, 1)])
    indifferent = ("Erase",)  # without a column for visibility, a point that is covered stays as it is

    def sample(self, size, rng):
        return {"keypoints": np.concatenate([rng.uniform(5, 40, (2, 3, 2)), rng.uniform(1, 359, (2, 3, 1))], 2)}


def people(photograph: Any) -> Any:
    """(N, K, 3) of the objects with keypoints, and their names."""
    found = [one for one in photograph.objects if one.get("keypoints")]
    rows = np.array([np.reshape(one["keypoints"], (-1, 3)) for one in found], float)
    return rows, photograph.categories[found[0]["category_id"]]["keypoints"]


# A mirrored person's left eye is a left eye


@pytest.mark.parametrize("name", ["astronaut.jpg", "cat.jpg"])
def test_left_and_right_are_the_subjects_own_after_every_transform(
    continuous: Case, photographs: Any, name: str
) -> None:
    """Seen from the front, a face's right eye is on the left of its own axis, in every orientation of the picture."""
    photograph = next(one for one in photographs if one.name == name)
    rows, names = people(photograph)
    by_name = Compose(
        [continuous.transform],
        keypoint_params=KeypointParams("xyv", label_fields=["names"], swap_pairs=PAIRS, remove_invisible=False),
        seed=8,
    )
    numbers = [(names.index(a), names.index(b)) for a, b in PAIRS if a in names]
    by_row = Compose(
        [continuous.transform],
        keypoint_params=KeypointParams("xyv", swap_pairs=numbers, remove_invisible=False),
        seed=8,
    )
    for key in range(4):
        out = by_name.keyed(key)(image=photograph.image, keypoints=rows, names=[names] * len(rows))
        named = dict(zip(out["names"][0], out["keypoints"][0], strict=True))
        assert sorted(named) == sorted(names)
        ordered = by_row.keyed(key)(image=photograph.image, keypoints=rows)["keypoints"][0]
        for row, label in zip(ordered, names, strict=True):
            np.testing.assert_array_equal(row, named[label])
        if all(named[one][2] == 2 for one in ("right_eye", "left_eye", "nose")):
            right, left, nose = (named[one][:2] for one in ("right_eye", "left_eye", "nose"))
            (a, b), (c, d) = left - right, nose - (left + right) / 2
            assert a * d - b * c > 0  # from the right eye to the left one, the nose lies on the right hand


def test_plain_rows_are_one_object_and_bound_ones_are_as_many_as_there_are_boxes():
    rows = [(10, 10, 2), (20, 10, 2), (15, 20, 2), (60, 30, 2), (70, 30, 2), (65, 40, 2)]
    params = KeypointParams("xyv", swap_pairs=[(0, 1)], remove_invisible=False)
    flip = [A.HorizontalFlip(p=1)]
    out = Compose(flip, keypoint_params=params)(image=IMAGE, keypoints=rows)["keypoints"]
    assert [row[0] for row in out] == [79, 89, 84, 39, 29, 34]
    bound = Compose(flip, bbox_params="pascal_voc", keypoint_params=params, instance_binding=("bboxes", "keypoints"))(
        image=IMAGE, keypoints=rows, bboxes=[(5, 5, 25, 25), (55, 25, 75, 45)]
    )["keypoints"]
    assert [row[0] for row in bound] == [79, 89, 84, 29, 39, 34]
    twice = Compose(flip * 2, keypoint_params=params)(image=IMAGE, keypoints=rows)["keypoints"]
    assert twice == [tuple(map(float, row)) for row in rows]


def test_a_mapping_says_by_field_what_labels_become():
    params = KeypointParams(
        "xy",
        label_fields=["side", "number"],
        label_mapping={"side": {"left": "right", "right": "left"}, "number": {1: 2}},
    )
    pipeline = Compose([A.HorizontalFlip(p=1)], keypoint_params=params)
    out = pipeline(image=IMAGE, keypoints=[(1, 1), (2, 2), (3, 3)], side=["left", "right", "top"], number=[1, 2, 3])
    assert out["side"] == ["right", "left", "top"]
    assert out["number"] == [2, 2, 3]
    assert from_dict(pipeline.to_dict()) == pipeline
    again = Compose([A.VerticalFlip(p=1), A.HorizontalFlip(p=1)], keypoint_params=params)
    assert again(image=IMAGE, keypoints=[(1, 1)], side=["left"], number=[1])["side"] == ["left"]


def test_extra_columns_go_with_the_point_that_changes_rows():
    params = KeypointParams("xy", swap_pairs=[(0, 1)], remove_invisible=False)
    out = Compose([A.HorizontalFlip(p=1)], keypoint_params=params)(image=IMAGE, keypoints=[[(1, 1, "a"), (9, 9, "b")]])
    assert out["keypoints"] == [[(90.0, 9.0, "b"), (98.0, 1.0, "a")]]


# Visibility


def test_visibility_is_lowered_and_never_raised(geometric: Case, astronaut: Any) -> None:
    rows, _ = people(astronaut)
    rows = np.concatenate([rows, rows], 1)
    rows[0, 5:, 2] = 1
    rows[0, 7, :] = np.nan, np.nan, 0
    pipeline = Compose([geometric.transform], keypoint_params=KeypointParams("xyv", remove_invisible=False), seed=2)
    for key in range(4):
        out = pipeline.keyed(key)(image=astronaut.image, keypoints=rows)
        height, width = out["image"].shape[:2]
        for (x, y, v), (_, _, before) in zip(out["keypoints"][0], rows[0], strict=True):
            assert v <= before
            if np.isnan(x):
                assert before == 0
                continue
            inside = -0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5
            assert inside or v == 0
            assert (x, y) == (0, 0) or v > 0


def test_erased_points_are_hidden_and_points_outside_are_not_labelled():
    @A.transform
    class Cover(A.Transform):
        def sample(self, rng, view):
            return A.Erase(A.Rectangles(((0, 0, 30, 60),)))

    rows = [[(5, 5, 2), (5, 9, 1), (50, 50, 2), (90, 5, 2), (0, 0, 0)]]
    params = KeypointParams("xyv", remove_invisible=False)
    out = Compose([Cover(p=1), A.Crop(0, 0, 80, 60)], keypoint_params=params)(image=IMAGE, keypoints=rows)
    assert [row[2] for row in out["keypoints"][0]] == [1, 1, 2, 0, 0]
    assert out["keypoints"][0][3] == (0, 0, 0)


def test_rows_that_are_taken_out_are_taken_out_of_their_group():
    pipeline = Compose([A.Crop(20, 0, 100, 60)], keypoint_params=KeypointParams("xy", label_fields=["names"]))
    names = [["a", "b"], ("c",), []]
    out = pipeline(image=IMAGE, keypoints=[[(5, 5), (30, 5)], ((9, 9),), []], names=names)
    assert out["keypoints"] == [[(10.0, 5.0)], (), []]
    assert out["names"] == [["b"], (), []]


# Angle and scale, by the Jacobian


def test_angle_and_scale_follow_a_small_arrow_through_every_map(geometric: Case) -> None:
    size = (130, 160)
    pipeline = Compose([geometric.transform], keypoint_params=KeypointParams("xyas", remove_invisible=False), seed=0)
    reach = 0.5
    for key in range(3):
        rows = [(x, y, angle, 2.0) for x, y in ((70, 60), (90, 75)) for angle in (0.0, 35.0, 250.0)]
        out, trace = pipeline.keyed(key).traced(image=np.zeros(size, np.uint8), keypoints=rows)
        for (x, y, angle, scale), (u, v, turned, scaled) in zip(rows, out["keypoints"], strict=True):
            a = np.radians(angle)
            tips = [
                (x + reach * np.cos(a + k), y + reach * np.sin(a + k), 0.0, 1.0)
                for k in (0, np.pi / 2, np.pi, -np.pi / 2)
            ]
            tips = np.array(trace.apply(image=np.zeros(size, np.uint8), keypoints=tips)["keypoints"])[:, :2]
            along, across = (tips[0] - tips[2]) / (2 * reach), (tips[1] - tips[3]) / (2 * reach)
            wanted = np.degrees(np.arctan2(along[1], along[0]))
            assert abs((turned - wanted + 180) % 360 - 180) < 2.0
            area = abs(along[0] * across[1] - along[1] * across[0])
            assert scaled == pytest.approx(scale * np.sqrt(area), rel=0.03)
            assert np.isfinite((u, v)).all()


def test_predicted_points_are_brought_back(geometric: Case) -> None:
    rows = np.random.default_rng(0).uniform(20, 110, (40, 2))
    pipeline = Compose([geometric.transform], keypoint_params=KeypointParams("xy", remove_invisible=False), seed=0)
    out, trace = pipeline.traced(image=np.zeros((130, 160), np.uint8), keypoints=rows)
    back = trace.undo(keypoints=out["keypoints"])["keypoints"]
    bends = not all(step.effect.map.keeps_lines for step in trace.steps)
    assert np.abs(back - rows).max() < (0.1 if bends else 0.01)


# Mistakes


@pytest.mark.parametrize(
    ("params", "rows", "error", "said"),
    [
        (
            KeypointParams("xy"),
            np.zeros((2, 3, 2)),
            InvalidData,
            "keypoints: rows of an array .*remove_invisible=False",
        ),
        (KeypointParams("xyz"), [(1, 2, 3)], InvalidData, "keypoints: x, y and z in voxels.*pass volume="),
        (KeypointParams("xy"), [[(1, 2)], [(3,)]], InvalidData, r"keypoints\[1\]\[0\]: \(3,\) is not a row of x, y"),
        (KeypointParams("xyv"), [[(1, 2, 7)]], InvalidData, r"keypoints.*\[0\]: visibility 7 is not known; give 0, 1"),
        (KeypointParams("xy", swap_pairs=[(0, 1)]), [(1, 2)] * 2, InvalidParameter, "remove_invisible=False"),
        (
            KeypointParams("xy", swap_pairs=[(0, 5)], remove_invisible=False),
            [[(1, 2), (3, 4)]],
            InvalidData,
            r"keypoints\[0\]: 2 rows, and swap_pairs name row 5; give every object all of its rows",
        ),
        (
            KeypointParams("xy", swap_pairs=[("l", "r")], remove_invisible=False),
            [(1, 2)],
            InvalidParameter,
            "swap_pairs without label_fields: 'l' is not a number from 0 on",
        ),
    ],
)
def test_what_is_wrong_with_keypoints_is_said(params, rows, error, said, refused):
    refused(lambda: Compose([], keypoint_params=params)(image=IMAGE, keypoints=rows), error, said)


def test_label_fields_that_do_not_fit_their_groups_are_refused(refused):
    pipeline = Compose([], keypoint_params=KeypointParams("xy", label_fields=["names"]))
    call = lambda names: lambda: pipeline(image=IMAGE, keypoints=[[(1, 2)], [(3, 4)]], names=names)  # noqa: E731
    refused(call([["a", "b"], ["c"]]), InvalidData, r"names\[0\]: \['a', 'b'\] for the 1 rows of keypoints\[0\]; give")
    refused(call(["a"]), InvalidData, "names: 1 values for the 2 rows of keypoints; give one for each row")


def test_a_mapping_of_what_is_no_field_is_refused(refused):
    said = r"KeypointParams.label_mapping: 'side' is no label field; give some of \('names',\)"
    refused(
        lambda: KeypointParams("xy", label_fields=["names"], label_mapping={"side": {"a": "b"}}), InvalidParameter, said
    )
    refused(lambda: KeypointParams("xy", label_mapping=3), InvalidParameter, "label_mapping: 3 does not say how")
