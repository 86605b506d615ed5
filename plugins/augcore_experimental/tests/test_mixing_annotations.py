"""MixUp and CutMix: what becomes of boxes, keypoints and polygons."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_experimental import CutMix, MixUp
from mixing_tools import Flip, Turn, mix_of, pasted, pipeline, without

import augcore
from augcore import BboxParams, Compose

# Boxes


def test_mixup_keeps_the_boxes_of_both_with_their_labels(samples: list[dict[str, Any]]) -> None:
    mine, other = without(samples[4], "mask"), without(samples[2], "mask")
    result = pipeline(MixUp(p=1), [other])(**mine)
    scale = np.array(mine["image"].shape[1::-1] * 2) / np.array(other["image"].shape[1::-1] * 2)
    assert np.allclose(result["bboxes"], [*mine["bboxes"], *np.array(other["bboxes"]) * scale])
    assert result["categories"] == mine["categories"] + other["categories"]


def test_cutmix_keeps_the_boxes_of_which_enough_shows() -> None:
    """Counted pixel by pixel, for boxes on whole pixels."""
    draws = np.random.default_rng(3)
    corners = np.sort(draws.integers(0, 64, (2, 60, 2, 2)), axis=2)
    corners[:, :, 1] += 1
    mine, other = (
        {
            "image": np.full((64, 64, 3), value, np.uint8),
            "bboxes": np.concatenate([c[:, 0], c[:, 1] - c[:, 0]], 1).tolist(),
            "categories": list(range(60)),
        }
        for c, value in zip(corners, (0, 255), strict=True)
    )
    for seed in range(10):
        result, trace = pipeline(CutMix(p=1), [other], boxes={"min_visibility": 0.4}, seed=seed).traced(**mine)
        where = pasted((64, 64), mix_of(trace))
        expected = []
        for one, shown in zip(corners, (~where, where), strict=True):
            parts = [shown[y0:y1, x0:x1].mean() for (x0, y0), (x1, y1) in one]
            expected += [row for row, part in enumerate(parts) if part >= 0.4]
        assert result["categories"] == expected


def test_a_pasted_box_ends_where_the_paste_ends(samples: list[dict[str, Any]]) -> None:
    mine = {**without(samples[1], "mask", "label"), "bboxes": [], "categories": []}
    for seed in range(5):
        result, trace = pipeline(CutMix(p=1), [without(samples[5], "mask", "label")], seed=seed).traced(**mine)
        x0, y0, x1, y1 = mix_of(trace).region
        boxes = np.array(result["bboxes"]).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        assert (boxes >= (x0, y0, x0, y0)).all()
        assert (boxes <= (x1, y1, x1, y1)).all()


def test_what_a_rotation_turned_out_is_gone_and_the_other_samples_corners_are_there() -> None:
    size = (100, 100, 3)
    corner, middle = (0, 0, 20, 20), (40, 40, 20, 20)
    mine = {"image": np.full(size, 50, np.uint8), "bboxes": [corner, middle], "categories": ["mine out", "mine"]}
    other = {"image": np.full(size, 90, np.uint8), "bboxes": [corner, middle], "categories": ["corner", "centre"]}
    for fuse in ("off", "exact", "resample"):
        steps = [Turn(p=1), MixUp(alpha=1000, p=1)]
        result = pipeline(steps, [other], boxes={"min_visibility": 0.9}, fuse=fuse)(**mine)
        assert result["categories"] == ["mine", "corner", "centre"]
        assert np.allclose(result["bboxes"][1:], [corner, middle])


def test_a_flip_after_the_mix_moves_the_boxes_of_both(samples: list[dict[str, Any]]) -> None:
    mine, width = samples[4], samples[4]["image"].shape[1]
    mixed = pipeline(CutMix(p=1), samples)(**mine)
    flipped = pipeline([CutMix(p=1), Flip(p=1)], samples)(**mine)
    assert np.array_equal(flipped["image"], mixed["image"][:, ::-1])
    expected = [(width - x - w, y, w, h) for x, y, w, h in mixed["bboxes"]]
    assert np.allclose(flipped["bboxes"], expected)


def test_labels_in_arrays_are_not_cut_to_the_first_samples_dtype(samples: list[dict[str, Any]]) -> None:
    box = np.array([[10.0, 10.0, 50.0, 50.0]])
    for mine, other in ((["cat"], ["motorcycle"]), ([3], [70000]), ([1], [2**53 + 1]), ([3], ["cat"]), ([3], [0.5])):
        dtype = np.uint8 if isinstance(mine[0], int) else None
        first = {"image": samples[0]["image"], "bboxes": box, "categories": np.array(mine, dtype)}
        second = {"image": samples[0]["image"], "bboxes": box, "categories": np.array(other)}
        assert pipeline(MixUp(p=1), [second])(**first)["categories"].tolist() == mine + other


def test_boxes_may_carry_their_labels_in_a_fifth_column_and_one_sample_may_have_none(samples: Any) -> None:
    other = {"image": samples[0]["image"], "bboxes": [[10, 10, 50, 50, "cat"]]}
    mixing = Compose([MixUp(p=1)], bbox_params=BboxParams(format="coco"), source=[other])
    for empty in ([], np.zeros((0, 4)), np.zeros((0, 5))):
        as_array = isinstance(empty, np.ndarray)
        source = [{**other, "bboxes": np.array([[10, 10, 50, 50, 7.0]])}] if as_array else [other]
        mixing = Compose([MixUp(p=1)], bbox_params=BboxParams(format="coco"), source=source)
        rows = mixing(image=samples[0]["image"], bboxes=empty)["bboxes"]
        assert np.asarray(rows, object).tolist() == [[10, 10, 50, 50, 7.0 if as_array else "cat"]]
    with pytest.raises(augcore.InvalidData, match=r"bboxes: behind the coordinates, rows of this sample .*; give all"):
        mixing(image=samples[0]["image"], bboxes=[[1, 2, 3, 4]])


# Keypoints and polygons


def test_keypoints_under_the_paste_and_outside_of_it_are_gone(samples: list[dict[str, Any]]) -> None:
    grid = np.stack(np.meshgrid(np.arange(5, 500, 30), np.arange(5, 500, 30)), -1).reshape(-1, 2).astype(float)
    mine = {"image": samples[0]["image"], "keypoints": grid}
    other = {"image": samples[0]["image"][::-1].copy(), "keypoints": grid + 1}
    result, trace = pipeline(CutMix(p=1), [other]).traced(**mine)
    where = pasted(mine["image"].shape, mix_of(trace))
    expected = [[x, y] for x, y in grid if not where[int(y), int(x)]]
    expected += [[x + 1, y + 1] for x, y in grid if where[int(y) + 1, int(x) + 1]]
    assert result["keypoints"].tolist() == expected
    assert len(pipeline(MixUp(p=1), [other])(**mine)["keypoints"]) == 2 * len(grid)


def test_pasted_polygons_have_the_area_that_shows(samples: list[dict[str, Any]]) -> None:
    square = [(100.0, 100.0), (400.0, 100.0), (400.0, 400.0), (100.0, 400.0)]
    mine = {"image": samples[0]["image"], "polygons": []}
    for seed in range(8):
        result, trace = pipeline(CutMix(p=1), [{**mine, "polygons": [square]}], seed=seed).traced(**mine)
        shown = pasted(mine["image"].shape, mix_of(trace))[100:400, 100:400].sum()
        (polygon,) = result["polygons"]
        assert _area(polygon) == pytest.approx(shown)


def test_an_outline_that_the_paste_covers_whole_keeps_its_place_and_nothing_else() -> None:
    outline = [(40.0, 40.0), (60.0, 40.0), (50.0, 60.0)]
    mine = {"image": np.zeros((100, 100, 3), np.uint8), "polygons": [outline, [(0, 0), (9, 0), (9, 9)]]}
    covered = 0
    for seed in range(20):
        result, trace = pipeline(CutMix(p=1), [{**mine, "polygons": []}], seed=seed).traced(**mine)
        whole = pasted((100, 100), mix_of(trace))[40:60, 40:60].all()
        covered += whole
        assert result["polygons"][0] == ([] if whole else outline)
    assert 0 < covered < 20


def _area(polygon: Any) -> float:
    if not len(polygon):
        return 0.0
    x, y = np.array(polygon).T
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2
