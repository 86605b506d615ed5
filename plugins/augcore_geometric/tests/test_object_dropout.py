"""Dropout by objects: of whole ones, of parts of them, and beside them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from augcore_geometric import ConstrainedCoarseDropout, GuidedCoarseDropout, HorizontalFlip, MaskDropout
from augcore_geometric.object_dropout import pieces_of, whole_box

from augcore import BboxParams, Compose, InvalidData, InvalidParameter, KeypointParams, PolygonRegion, Trace

SIZE = (60, 90)
BOXES = [(10.0, 10.0, 40.0, 30.0), (50.5, 5.5, 80.5, 55.5), (20.0, 40.0, 45.0, 58.0)]
NAMES = ["cat", 7, "dog"]


def discs() -> Any:
    """Labels 1 (two pieces, that touch at a corner alone), 2 (over part of one), and 300 (two pieces)."""
    mask = np.zeros(SIZE, np.int64)
    mask[5:15, 5:15] = 1
    mask[15:20, 15:30] = 1
    mask[40:55, 5:15] = 1
    mask[40:45, 10:25] = 2
    y, x = np.indices(SIZE)
    for centre in (50, 75):
        mask[(x - centre) ** 2 + (y - 30) ** 2 < 100] = 300
    return mask


def run(transform: Any, key: int = 0, **data: Any) -> tuple[dict[str, Any], Any]:
    """Result and region of a call, None if nothing was done."""
    data = {"image": np.full((*SIZE, 3), 100, np.uint8), **data}
    params = BboxParams("pascal_voc", label_fields=[name for name in ("names",) if name in data])
    pipeline = Compose(
        [transform],
        seed=4,
        bbox_params=params if "bboxes" in data else None,
        keypoint_params=KeypointParams("xy") if "keypoints" in data else None,
    )
    result, trace = pipeline.keyed(key).traced(**data)
    return result, trace.steps[0].effect.region if trace.steps else None


# Pieces


def test_pieces_are_the_connected_regions_of_each_label() -> None:
    mask = discs()
    pieces = pieces_of(mask[:, :, None])
    assert sum(piece.area for piece in pieces) == (mask != 0).sum()
    covered = np.zeros(SIZE, int)
    for piece in pieces:
        x0, y0, x1, y1 = piece.box
        inside = piece.inside
        assert inside.sum() == piece.area
        assert inside.any(0).all()
        assert inside.any(1).all()
        assert len(np.unique(mask[y0:y1, x0:x1][inside])) == 1
        covered[y0:y1, x0:x1] += inside
    assert np.array_equal(covered, mask != 0)
    assert [piece.box for piece in pieces_of(mask[:, :, None], [300])] == [(41, 21, 60, 40), (66, 21, 85, 40)]
    assert len(pieces) == 5


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.float32])
def test_masks_of_any_dtype_and_with_a_channel_for_each_class_have_pieces(dtype: Any) -> None:
    layered = np.stack([discs() == label for label in (1, 2, 300)], 2).astype(dtype)
    assert len(pieces_of(layered)) == 5
    assert pieces_of(np.zeros((*SIZE, 2), dtype)) == []


# MaskDropout


def test_whole_objects_are_dropped_as_many_as_asked_for_and_each_as_often() -> None:
    mask = discs()
    pieces = pieces_of(mask[:, :, None])
    times = np.zeros(len(pieces))
    counts = set()
    for key in range(400):
        out, region = run(MaskDropout((1, 3), p=1), key, mask=mask)
        covered = region.mask(SIZE)
        dropped = [covered[y0:y1, x0:x1][piece.inside] for piece in pieces for x0, y0, x1, y1 in [piece.box]]
        assert all(one.all() or not one.any() for one in dropped)
        whole = np.array([one.all() for one in dropped])
        assert covered.sum() == sum(piece.area for piece, gone in zip(pieces, whole, strict=True) if gone)
        assert np.array_equal(out["mask"], np.where(covered, 0, mask))
        assert np.array_equal(out["image"] == 0, np.repeat(covered[:, :, None], 3, 2))
        counts.add(int(whole.sum()))
        times += whole
    assert counts == {1, 2, 3}
    assert np.abs(times / 400 - 2 / 5).max() < 0.08


def test_a_number_of_objects_is_the_most_and_all_go_if_there_are_fewer() -> None:
    assert MaskDropout(3) == MaskDropout((1, 3))
    out, _ = run(MaskDropout((9, 9), p=1), mask=discs())
    assert not out["mask"].any()


def test_without_objects_nothing_happens_and_without_a_mask_it_is_an_error() -> None:
    mask = np.zeros(SIZE, np.uint8)
    out, region = run(MaskDropout(p=1), mask=mask)
    assert region is None
    assert out["mask"] is mask
    with pytest.raises(InvalidData, match=r"no mask given, .*pass mask="):
        run(MaskDropout(p=1))


def test_dropped_objects_replay_bit_for_bit_on_a_large_mask() -> None:
    y, x = np.indices((1024, 2048))
    mask = ((x // 300 + y // 300) % 2 * ((x % 300 - 150) ** 2 + (y % 300 - 150) ** 2 < 140**2)).astype(np.uint8)
    image = np.random.default_rng(0).integers(0, 256, (1024, 2048), np.uint8)
    out, trace = Compose([MaskDropout(4, fill_mask=5, p=1)], seed=2).traced(image=image, mask=mask)
    text = trace.to_json()
    assert len(text) < 20_000
    again = Trace.from_json(text).apply(image=image, mask=mask)
    assert all(np.array_equal(again[name], out[name]) for name in out)
    assert json.loads(text)


@pytest.mark.parametrize(("fill", "fill_mask"), [(9, None), ((1, 2, 3), 5), ("inpaint_telea", 0)])
def test_dropped_objects_hold_the_fills(fill: Any, fill_mask: Any) -> None:
    mask = discs()
    out, region = run(MaskDropout(1, fill, fill_mask, p=1), mask=mask)
    covered = region.mask(SIZE)
    wanted, tolerance = (100, 5) if isinstance(fill, str) else (fill, 0)
    assert (np.abs(out["image"][covered].astype(int) - wanted) <= tolerance).all()
    assert (out["image"][~covered] == 100).all()
    assert np.array_equal(out["mask"], mask if fill_mask is None else np.where(covered, fill_mask, mask))


def test_annotations_of_dropped_objects_are_hidden() -> None:
    mask = np.zeros(SIZE, np.uint8)
    mask[10:30, 10:40] = 1
    points = [(10, 10), (39, 29), (9, 10), (40, 29)]
    out, _ = run(MaskDropout(p=1), mask=mask, bboxes=[BOXES[0], BOXES[2]], keypoints=points)
    assert out["bboxes"] == [BOXES[2]]
    assert out["keypoints"] == points[2:]


# ConstrainedCoarseDropout


def test_holes_lie_in_objects_of_the_mask_and_cover_some_of_each() -> None:
    mask = discs()
    counts, sides = set(), []
    for key in range(200):
        _, region = run(
            ConstrainedCoarseDropout((1, 2), (0.2, 0.5), (0.3, 0.3), mask_indices=[300], p=1), key, mask=mask
        )
        first = [box for box in region.boxes if box[0] < 62]
        second = [box for box in region.boxes if box[0] >= 62]
        for holes, (x0, y0, x1, y1) in ((first, (41, 21, 60, 40)), (second, (66, 21, 85, 40))):
            counts.add(len(holes))
            for a, b, c, d in holes:
                assert x0 <= a < c <= x1
                assert y0 <= b < d <= y1
                assert (mask[b:d, a:c] == 300).any()
                assert c - a == round(0.3 * 19)
                sides.append(d - b)
    assert counts == {1, 2}
    assert set(sides) == set(range(4, 10))


def test_holes_lie_anywhere_in_boxes_of_the_labels() -> None:
    seen = set()
    for key in range(300):
        transform = ConstrainedCoarseDropout((1, 1), (0.5, 0.5), (0.1, 0.4), bbox_labels=["dog", 7], p=1)
        _, region = run(transform, key, bboxes=BOXES, names=NAMES)
        (a, b, c, d), (e, f, g, h) = region.boxes
        assert (51 <= a < c <= 80, 6 <= b < d <= 55, d - b) == (True, True, round(0.5 * 49))
        assert (20 <= e < g <= 45, 40 <= f < h <= 58, h - f) == (True, True, 9)
        assert 2 <= g - e <= 10
        seen |= {("left", e == 20), ("right", g == 45), ("top", f == 40), ("bottom", h == 58)}
    assert len(seen) == 8


def test_objects_are_seen_where_they_have_come_to() -> None:
    mask = np.zeros(SIZE, np.uint8)
    mask[20:40, 0:30] = 4
    data = {"image": np.ones(SIZE, np.uint8), "mask": mask, "bboxes": [(0, 20, 30, 40)], "names": ["cat"]}
    for where in ({"mask_indices": [4]}, {"bbox_labels": ["cat"]}):
        steps = [HorizontalFlip(p=1), ConstrainedCoarseDropout((3, 3), fill_mask=9, **where, p=1)]
        out = Compose(steps, bbox_params=BboxParams("pascal_voc", label_fields=["names"]), seed=0)(**data)
        y, x = np.nonzero(out["mask"] == 9)
        assert len(x)
        assert x.min() >= 60
        assert y.min() >= 20
        assert y.max() < 40
        assert np.array_equal(out["image"] == 0, out["mask"] == 9)


@pytest.mark.parametrize("where", [{"mask_indices": [77]}, {"bbox_labels": ["bird"]}, {"bbox_labels": []}])
def test_without_objects_of_the_labels_nothing_happens(where: Any) -> None:
    for boxes, names in ((BOXES, NAMES), ([], [])):
        transform = ConstrainedCoarseDropout(**where, p=1)
        _, region = run(transform, mask=discs(), bboxes=boxes, names=names)
        assert region is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "mask_indices=None and bbox_labels=None; give one of them"),
        ({"mask_indices": [1], "bbox_labels": ["cat"]}, "give one of them"),
        ({"bbox_labels": "cat"}, "ConstrainedCoarseDropout.bbox_labels: 'cat' is not a list of labels"),
        ({"bbox_labels": [None]}, "holds more than text and numbers"),
        ({"mask_indices": [0]}, r"ConstrainedCoarseDropout.mask_indices: 0 is outside \[1"),
        ({"mask_indices": [1], "hole_width_range": (0.5, 2)}, "hole_width_range: 2 is outside"),
    ],
)
def test_wrong_parameters_of_holes_in_objects_are_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        ConstrainedCoarseDropout(**given)


@pytest.mark.parametrize(
    ("transform", "name"),
    [
        (ConstrainedCoarseDropout(bbox_labels=["cat"], p=1), "ConstrainedCoarseDropout.bbox_labels"),
        (GuidedCoarseDropout(protected_labels=["cat"], p=1), "GuidedCoarseDropout.protected_labels"),
    ],
)
def test_labels_need_a_label_field(transform: Any, name: str) -> None:
    with pytest.raises(InvalidData, match=f"{name}: the boxes have no labels; .*label_fields="):
        run(transform, bboxes=BOXES)


@pytest.mark.parametrize("where", [{"mask_indices": [1]}, {"bbox_labels": ["cat"]}])
def test_objects_need_a_mask_or_boxes(where: Any) -> None:
    with pytest.raises(InvalidData, match=r"Dropout: no (mask|bboxes) given, which it looks at; pass (mask|bboxes)=…"):
        run(ConstrainedCoarseDropout(**where, p=1))


def test_boxes_in_whole_pixels_lie_inside_and_are_never_empty() -> None:
    assert whole_box((1.2, 2.0, 9.9, 7.0)) == (2, 2, 9, 7)
    assert whole_box((3.2, 4.0, 3.6, 4.0)) == (3, 4, 4, 5)
    assert whole_box((3.6, 4.5, 4.4, 5.4)) == (3, 4, 5, 6)


# GuidedCoarseDropout


@pytest.mark.parametrize("margin", [0, 5])
@pytest.mark.parametrize(("labels", "guarded"), [(None, [0, 1, 2]), (["cat", 7], [0, 1]), ([], [])])
def test_holes_lie_in_the_region_and_beside_protected_boxes(margin: int, labels: Any, guarded: list[int]) -> None:
    counts, touched = set(), np.zeros(3, bool)
    for key in range(300):
        transform = GuidedCoarseDropout(
            (2, 4), (4, 6), (0.05, 0.1), (0.1, 0.2, 1, 0.9), labels, margin, fill=3, fill_mask=1, p=1
        )
        _, region = run(transform, key, bboxes=BOXES, names=NAMES)
        found = () if region is None else region.boxes
        counts.add(len(found))
        for a, b, c, d in found:
            assert 9 <= a < c <= 90
            assert 12 <= b < d <= 54
            assert 4 <= d - b <= 6
            assert round(81 * 0.05) <= c - a <= round(81 * 0.1)
            for place, (x0, y0, x1, y1) in enumerate(BOXES):
                clear = min(c, 999) <= x0 - margin or a >= x1 + margin or d <= y0 - margin or b >= y1 + margin
                touched[place] |= not clear
    assert not touched[guarded].any()
    assert touched[[place for place in range(3) if place not in guarded]].all()
    assert counts == {2, 3, 4} if not guarded else counts <= {0, 1, 2, 3, 4}


def test_where_there_is_no_room_there_are_fewer_holes_or_none() -> None:
    whole = [(0, 0, 90, 60)]
    assert run(GuidedCoarseDropout(p=1), bboxes=whole)[1] is None
    narrow = [(0, 0, 90, 50)]
    found = [run(GuidedCoarseDropout((5, 5), (1, 12), (1, 9), p=1), key, bboxes=narrow)[1] for key in range(30)]
    counts = {0 if region is None else len(region.boxes) for region in found}
    assert max(counts) == 5
    tight = [run(GuidedCoarseDropout((5, 5), (9, 12), (40, 90), p=1), key, bboxes=narrow)[1] for key in range(60)]
    assert min(0 if region is None else len(region.boxes) for region in tight) < 5


def test_without_boxes_holes_reach_every_corner_of_the_region() -> None:
    covered = np.zeros(SIZE, bool)
    for key in range(60):
        covered |= run(GuidedCoarseDropout((3, 3), 22, 36, (0.5, 0.5, 1, 1), p=1), key)[1].mask(SIZE)
    assert covered[30:, 45:].all()
    assert covered.sum() == 30 * 45


def test_turned_objects_are_protected_where_they_are_now() -> None:
    mask = PolygonRegion((((10, 10), (40, 10), (40, 30), (10, 30)),)).mask(SIZE).astype(np.uint8)
    steps = [HorizontalFlip(p=1), GuidedCoarseDropout((4, 4), 8, 8, fill_mask=9, p=1)]
    for key in range(30):
        pipeline = Compose(steps, bbox_params=BboxParams("pascal_voc", min_visibility=1.0), seed=0).keyed(key)
        out = pipeline(image=np.ones(SIZE, np.uint8), mask=mask, bboxes=[BOXES[0]])
        assert (out["mask"] == 1).sum() == mask.sum()
        assert out["bboxes"] == [(50, 10, 80, 30)]


def test_an_empty_region_is_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"GuidedCoarseDropout.region: \(0.5, 0.0, 0.5, 1.0\) is empty"):
        GuidedCoarseDropout(region=(0.5, 0, 0.5, 1))
