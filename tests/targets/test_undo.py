"""What is predicted on an augmented frame comes back to the original one: to 0.01 px, or 0.1 px where lines bend."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import AffineMap, BboxParams, Compose, Geometry, Interpolation, KeypointParams, NotInvertible, Trace
from augcore.testing import Case, geometry, samples
from augcore.trace import TraceStep

SIZE = (130, 160)
IMAGE = np.zeros((*SIZE, 3), np.uint8)
SIGMA = 5.0  # of blobs in masks: of smaller ones the few pixels they are sampled by err by more than is asked for


def traced(geometric: Case, key: int, **options: Any) -> Trace:
    trace = Compose([geometric.transform], seed=0, **options).keyed(key).traced(image=IMAGE)[1]
    return Trace.from_json(trace.to_json())


def tolerance(trace: Trace) -> float:
    return 0.01 if all(hasattr(step.effect.map, "matrix") for step in trace.steps) else 0.1


def inner_points(trace: Trace, count: int = 30) -> Any:
    """Pixel indices of points in the frame after the trace that show the original."""
    draws = np.random.default_rng(0)
    height, width = trace.final_size
    points = draws.uniform((4, 4), (width - 5, height - 5), (count, 2))
    shown = Trace(trace.size, trace.steps).undo(mask=np.ones(trace.final_size, np.uint8))["mask"]
    back = trace_back(trace, points + 0.5)
    inside = (back > 2).all(1) & (back < np.array(SIZE[::-1]) - 2).all(1)
    assert shown.shape == SIZE
    return points[inside], back[inside]


def trace_back(trace: Trace, points: Any) -> Any:
    """Where points of the final frame came from, by the maps alone."""
    for step in reversed(trace.steps):
        points = step.effect.map.backward(points)
    return points


@pytest.mark.parametrize("key", range(3))
def test_points_boxes_and_polygons_come_back(geometric: Case, key: int) -> None:
    """Forward again, they are where they were predicted."""
    setup = {
        "bbox_params": BboxParams("pascal_voc", label_fields=["kind"], min_area=500, min_visibility=0.9),
        "keypoint_params": KeypointParams("xy", label_fields=["names"]),
    }
    trace = traced(geometric, key, **setup)
    points, wanted = inner_points(trace)
    polygons = [[(x, y), (x + 2, y), (x + 2, y + 1.5)] for x, y in (points[:5] + 0.5).tolist()]
    out = trace.undo(
        keypoints=points, polygons=polygons, bboxes=[(*p, p[0] + 2, p[1] + 2) for p in points[:5].tolist()]
    )
    close = tolerance(trace)
    np.testing.assert_allclose(np.array(out["keypoints"]) + 0.5, wanted, atol=close)
    for given, back in zip(polygons, out["polygons"], strict=True):
        corners = trace_back(trace, np.array(given, float))
        if len(back) == len(given):
            np.testing.assert_allclose(back, corners, atol=close)
    assert len(out["bboxes"]) == min(5, len(points))
    for (x, y), box in zip(points[:5], out["bboxes"], strict=True):
        corners = trace_back(trace, np.array([(x, y), (x + 2, y), (x + 2, y + 2), (x, y + 2)]))
        np.testing.assert_allclose(box, np.concatenate([corners.min(0), corners.max(0)]), atol=close)


def test_masks_come_back_to_their_place(geometric: Case) -> None:
    """The centroid of a soft blob: what is interpolated is still where it was."""
    seen = 0
    for key in range(6):
        trace = traced(geometric, key, mask_interpolation=Interpolation.LINEAR)
        height, width = trace.final_size
        maps = tuple(step.effect.map.inverse() for step in reversed(trace.steps))
        motion = geometry.Motion(maps, (height, width))
        for centre in geometry._centres((height, width), motion):
            disc = centre + 4 * SIGMA * np.stack([f(np.linspace(0, 2 * np.pi, 24)) for f in (np.cos, np.sin)], 1)
            if geometry._frame_holds((height, width), disc) and geometry._can_follow(motion, centre, disc):
                soft = samples.blob((height, width), centre, SIGMA)
                back = geometry._window(trace.undo(mask=soft)["mask"], motion.forward(disc))
                wanted = motion.forward(centre[None])[0] if motion.is_linear else geometry._expected(motion, soft)
                off = np.hypot(*(samples.centroid(back) - wanted))
                assert off < (0.01 if motion.is_linear else 0.1)
                seen += 1
    assert seen > 0


def test_objects_of_the_photographs_come_back(geometric: Case, photographs: Any) -> None:
    """There and back again: COCO boxes and outlines of whatever stayed whole."""
    for photograph in photographs:
        pipeline = Compose(
            [geometric.transform], bbox_params=BboxParams("coco", clip=True, label_fields=["ids"]), seed=6
        )
        ids = list(range(len(photograph.objects)))
        shapes = [one["segmentation"] for one in photograph.outlined]
        out, trace = pipeline.traced(image=photograph.image, bboxes=photograph.boxes, ids=ids, polygons=shapes)
        back = trace.undo(bboxes=out["bboxes"], ids=out["ids"], polygons=out["polygons"])
        straight = all(step.effect.map.axis_aligned for step in trace.steps)
        inside = out["ids"]
        assert back["ids"] == inside
        if straight:
            content = np.array(trace.undo(mask=np.ones(out["image"].shape[:2], np.uint8))["mask"])
            rows, columns = np.nonzero(content)
            low, high = (columns.min(), rows.min()), (columns.max() + 1, rows.max() + 1)
            for number, (x, y, w, h) in zip(inside, back["bboxes"], strict=True):
                ax, ay, aw, ah = np.clip(photograph.boxes[number], 0, None)
                wanted = np.clip((ax, ay), low, high), np.clip((ax + aw, ay + ah), low, high)
                np.testing.assert_allclose((x, y), wanted[0], atol=1.0)
                np.testing.assert_allclose((x + w, y + h), wanted[1], atol=1.0)
        for given, rings in zip(shapes, back["polygons"], strict=True):
            whole = np.concatenate([np.reshape(ring, (-1, 2)) for ring in given])
            for ring in rings:
                points = np.reshape(ring, (-1, 2))
                assert (points >= whole.min(0) - 0.5).all()
                assert (points <= whole.max(0) + 0.5).all()


def test_predictions_of_targets_with_options_are_not_filtered() -> None:
    """Nor are those given through additional_targets."""
    extra = {"people": BboxParams("pascal_voc", label_fields=["ages"], min_area=5000)}
    trace = Compose([A.CenterCrop(60, 60)], additional_targets=extra).traced(image=IMAGE)[1]
    assert trace.undo(people=[(1, 1, 5, 6)])["people"] == [(51.0, 36.0, 55.0, 41.0)]


def test_a_map_that_cannot_be_undone_says_so(refused: Any) -> None:
    flat = Geometry(AffineMap.of(np.array([[1.0, 0, 0], [1.0, 0, 0]]), SIZE))
    setup = Compose([], keypoint_params="xy", bbox_params="coco").setup
    trace = Trace(SIZE, (TraceStep("Flatten", flat, SIZE, SIZE),), setup)
    said = r"Flatten: affine map .* flattens the picture to a line and cannot be undone"
    for data in ({"keypoints": [(1, 1)]}, {"bboxes": [(1, 1, 2, 2)]}, {"mask": IMAGE[..., 0]}):
        refused(partial(trace.undo, **data), NotInvertible, said)


CROPPED = A.Crop(30, 40, 100, 110, p=1)


@pytest.mark.parametrize(
    "steps",
    [
        [A.Pad(20, p=1)],
        [CROPPED],
        [A.Rotate(limit=(30, 30), p=1)],
        [A.Perspective(scale=(0.2, 0.2), p=1)],
        [A.ElasticTransform(alpha=300, sigma=10, p=1)],
        [A.HorizontalFlip(p=1), A.Resize(100, 90, p=1)],
    ],
)
@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({"format": "pascal_voc"}, [(5, 5, 12, 12), (-9, 3, 8, 9), (300, 1, 310, 9), (20, 9, 5, 30), (7, 7, 7, 7)]),
        ({"format": "yolo"}, [(0.5, 0.5, 0.2, 0.2), (0.1, 0.1, 0.5, 0.5), (2, 2, 0.1, 0.1), (0.5, 0.5, -0.1, 0.1)]),
        (
            {"format": "cxcywh", "bbox_type": "obb"},
            [(9, 9, 6, 4, 30), (0, 0, 9, 9, 45), (400, 9, 9, 9, -20), (20, 20, -5, 9, 0), (9, 9, 0, 0, 10)],
        ),
        ({"format": "corners", "bbox_type": "obb"}, [(5, 5, 9, 5, 9, 9, 5, 9), (-5, -5, 9, 0, 9, 9, 5, 9)]),
    ],
)
def test_every_predicted_box_comes_back_in_its_row(steps: Any, options: Any, rows: Any) -> None:
    """Also one that reaches out, lies wholly in the border, has no area or is not finite: scores lie beside them."""
    params = BboxParams(**options, label_fields=["scores"], min_area=9, min_visibility=0.5, filter_invalid_bboxes=True)
    trace = Compose(steps, bbox_params=params, seed=0).traced(image=IMAGE)[1]
    given = np.array([*rows, [np.nan, *rows[0][1:]], [*rows[0][:-1], np.inf], rows[0]], float)
    out = trace.undo(bboxes=given, scores=list(range(len(given))))
    assert out["scores"] == list(range(len(given)))
    assert out["bboxes"].shape == given.shape
    unknown = len(rows), len(rows) + 1
    assert np.isnan(out["bboxes"][[*unknown]]).all()
    assert np.isfinite(np.delete(out["bboxes"], unknown, 0)).all()
    np.testing.assert_allclose(out["bboxes"][-1], out["bboxes"][0], atol=1e-9)
    alone = trace.undo(bboxes=given[:1])["bboxes"]
    np.testing.assert_allclose(alone, out["bboxes"][:1], atol=1e-9)


def test_predicted_boxes_that_reach_out_are_not_cut() -> None:
    padded = Compose([A.Pad(20, p=1)], bbox_params="coco").traced(image=IMAGE)[1]
    assert padded.undo(bboxes=[[0, 0, 10, 10], [15, 30, 10, 5]])["bboxes"] == [[-20, -20, 10, 10], [-5, 10, 10, 5]]
    cropped = Compose([CROPPED], bbox_params="coco").traced(image=IMAGE)[1]
    assert cropped.undo(bboxes=[[-40, -1, 50, 9]])["bboxes"] == [[-10, 39, 50, 9]]


def test_undoing_lets_every_box_in_and_the_pipeline_itself_still_refuses_and_filters() -> None:
    pipeline = Compose([], bbox_params=BboxParams("coco", min_area=9))
    trace = pipeline.traced(image=IMAGE)[1]
    assert trace.undo(bboxes=[[-1, 1, 1, 1]])["bboxes"] == [[-1, 1, 1, 1]]
    assert trace.apply(image=IMAGE, bboxes=[[1, 1, 1, 1]])["bboxes"] == []
    with pytest.raises(A.InvalidData, match="reaches out"):
        pipeline(image=IMAGE, bboxes=[[-1, 1, 3, 3]])
