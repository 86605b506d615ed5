"""Crops that go by boxes and masks keep what they promise: on the sample photographs' annotations, after other
transforms, and with boxes that the pipeline had cut before."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import augcore_geometric as geometric
import cv2
import numpy as np
import pytest
from augcore_geometric.object_crop import draw_pixel
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import BboxParams, Compose, InvalidData, Rng

DATA = Path(__file__).parents[3] / "examples" / "data"
NAMES = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "coins.jpg", "motorcycle.jpg", "rocket.jpg")

BEFORE = {
    "nothing": (),
    "flip": (augcore.HorizontalFlip(p=1), augcore.Transpose(p=1)),
    "cut": (augcore.RandomResizedCrop((211, 307), scale=(0.1, 0.5)),),
    "cut and padded": (augcore.RandomCrop(190, 230), augcore.Pad(31, border_mode="reflect")),
    "turned": (augcore.Rotate(60, p=1),),
    "perspective": (augcore.Perspective((0.1, 0.2), p=1),),
    "bent and cut": (augcore.ElasticTransform(900, 30, p=1), augcore.RandomCrop(200, 240)),
}


@functools.cache
def annotated() -> dict[str, tuple[tuple[int, int], dict[str, list[Any]]]]:
    """{file name: size, and its boxes by type: upright x, y, width, height, or x, y, width, height, angle}."""
    tree = json.loads((DATA / "annotations.json").read_text("utf-8"))
    out = {}
    for image in tree["images"]:
        objects = [one for one in tree["annotations"] if one["image_id"] == image["id"]]
        outlined = [one["segmentation"][0] for one in objects if isinstance(one.get("segmentation"), list)]
        turned = [cv2.minAreaRect(np.array(ring, np.float32).reshape(-1, 2)) for ring in outlined]
        # Off whole pixels, which those who drew them favoured.
        upright = [(x + 0.3, y + 0.4, w - 0.5, h - 0.6) for x, y, w, h in (one["bbox"] for one in objects)]
        boxes = {"hbb": upright, "obb": [(*centre, *sides, angle) for centre, sides, angle in turned]}
        out[image["file_name"]] = (image["height"], image["width"]), boxes
    return out


class Spy(augcore.Transform):
    """Notes the boxes in pixels, by their number, and the frame's size."""

    def sample(self, rng: Any, view: Any) -> None:
        SEEN.append((dict(zip(view.labels("bboxes")["ids"], view["bboxes"].copy(), strict=True)), view.size))


SEEN: list[Any] = []


def around(transform: Any, before: str, name: str, kind: str, key: int) -> Any:
    """What there was of the boxes before a transform and after it: {number: x_min, y_min, x_max, y_max}, and sizes."""
    size, boxes = annotated()[name]
    rows = boxes[kind]
    format = "coco" if kind == "hbb" else "cxcywh"
    target = BboxParams(format=format, bbox_type=kind, label_fields=("ids",), clip=True)
    SEEN.clear()
    pipeline = Compose([*BEFORE[before], Spy(p=1), transform, Spy(p=1)], bbox_params=target, seed=7)
    pipeline.keyed(before, key)(image=np.zeros((*size, 1), np.uint8), bboxes=rows, ids=list(range(len(rows))))
    return (*SEEN[0], *SEEN[1])


def sides(box: Any) -> Any:
    return box[2:] - box[:2]


real = pytest.mark.parametrize(
    ("before", "name", "kind"),
    [
        (before, name, kind)
        for before in BEFORE
        for name in NAMES
        for kind in ("hbb", "obb")
        if kind == "hbb" or name not in ("astronaut.jpg", "cat.jpg")  # which have no outlines
    ],
)


@real
def test_a_safe_crop_cuts_nothing_off_any_box(before: str, name: str, kind: str) -> None:
    cuts = 0
    for key in range(16):
        for step in (geometric.BBoxSafeRandomCrop(), geometric.BBoxSubsetSafeRandomCrop((1, 1))):
            boxes, size, after, cropped = around(step, before, name, kind, key)
            assert boxes.keys() <= after.keys()
            for number in boxes:
                np.testing.assert_allclose(sides(after[number]), sides(boxes[number]), atol=1e-8)
            cuts += size != cropped
    assert cuts or name in ("astronaut.jpg", "coins.jpg", "cat.jpg") or before != "nothing"


@real
@pytest.mark.parametrize("rate", [0.2, 0.7, 1.0])
def test_an_eroding_crop_cuts_no_more_off_any_box_than_it_may(before: str, name: str, kind: str, rate: float) -> None:
    for key in range(6):
        boxes, _, after, _ = around(geometric.BBoxSafeRandomCrop(rate), before, name, kind, key)
        assert boxes.keys() <= after.keys()
        for number in boxes:
            assert (sides(after[number]) >= (1 - rate) * sides(boxes[number]) - 1e-8).all()


@pytest.mark.parametrize("kind", ["hbb", "obb"])
@pytest.mark.parametrize("name", ["coins.jpg", "coffee.jpg", "motorcycle.jpg", "rocket.jpg"])
def test_boxes_that_were_whole_have_a_visibility_of_one_after_a_safe_crop(name: str, kind: str) -> None:
    size, boxes = annotated()[name]
    format = "coco" if kind == "hbb" else "cxcywh"
    data = {"image": np.zeros(size, np.uint8), "bboxes": boxes[kind]}
    target = BboxParams(format=format, bbox_type=kind, min_visibility=1.0, clip=True)
    whole = len(Compose([augcore.NoOp(p=1)], bbox_params=target)(**data)["bboxes"])
    assert whole
    for step in (geometric.BBoxSafeRandomCrop(), geometric.RandomSizedBBoxSafeCrop(97, 213)):
        pipeline = Compose([augcore.RandomRotate90(), step], bbox_params=target, seed=3)
        assert {len(pipeline(**data)["bboxes"]) for _ in range(60)} == {whole}


@real
def test_one_box_at_least_lies_whole_in_a_window_into_which_one_fits(before: str, name: str, kind: str) -> None:
    fitted = 0
    for key in range(16):
        rate = (0.0, 0.0, 0.3, 0.9)[key % 4]
        height, width = (120, 150) if key % 2 else (60, 70)
        step = geometric.AtLeastOneBBoxRandomCrop(height, width, rate)
        boxes, _, after, size = around(step, before, name, kind, key)
        assert size == (height, width)
        if not boxes:
            continue
        lost = {n: sides(boxes[n]) - sides(after[n]) if n in after else sides(boxes[n]) for n in boxes}
        margins = {n: rate / 2 * sides(box) for n, box in boxes.items()}
        cores = {n: (np.floor(box[:2] + margins[n]), np.ceil(box[2:] - margins[n])) for n, box in boxes.items()}
        if any((high - low <= (width, height)).all() for low, high in cores.values()):
            fitted += 1
            assert any((lost[n] <= rate * sides(boxes[n]) + 1e-8).all() for n in boxes)
        else:
            assert after
    assert fitted or name != "coins.jpg"


@real
def test_as_many_boxes_as_were_drawn_stay_whole(before: str, name: str, kind: str) -> None:
    for key in range(8):
        least, rate = (0.2, 0.0) if key % 2 else (0.6, 0.25)
        step = geometric.BBoxSubsetSafeRandomCrop((least, 0.8), rate)
        boxes, _, after, _ = around(step, before, name, kind, key)
        kept = [number for number in after if (sides(after[number]) >= (1 - rate) * sides(boxes[number]) - 1e-8).all()]
        assert len(kept) >= (max(1, round(least * len(boxes))) if boxes else 0)


def test_a_subset_leaves_boxes_out_where_a_safe_crop_could_cut_little() -> None:
    left: list[int] = []
    for key in range(40):
        boxes, _, after, _ = around(geometric.BBoxSubsetSafeRandomCrop(0.1), "nothing", "coins.jpg", "hbb", key)
        left.append(len(after))
    assert len(boxes) == 24
    assert min(left) <= 10
    assert len(set(left)) > 8


# Places


def windows(transform: Any, size: tuple[int, int], count: int = 900, **data: Any) -> list[tuple[int, ...]]:
    """The windows x_min, y_min, x_max, y_max that are drawn."""
    params = {"bbox_params": BboxParams("pascal_voc")} if "bboxes" in data else {}
    pipeline, found = Compose([transform], seed=4, **params), []
    for key in range(count):
        (step,) = pipeline.keyed(key).traced(image=np.zeros(size, np.uint8), **data)[1].steps
        map = step.effect.map
        x, y = map.shift
        found.append((-x, -y, map.output[1] - x, map.output[0] - y))
    return found


def every(x_min: Any, y_min: Any, x_max: Any, y_max: Any) -> set[tuple[int, ...]]:
    return {(a, b, c, d) for a in x_min for b in y_min for c in x_max for d in y_max}


def sized(columns: Any, rows: Any, width: int, height: int) -> set[tuple[int, ...]]:
    return {(x, y, x + width, y + height) for x in columns for y in rows}


@pytest.mark.parametrize(
    ("boxes", "rate", "expected"),
    [
        ([(1.5, 1.2, 2.5, 2.8)], 0, every((0, 1), (0, 1), (3, 4, 5), (3, 4))),
        ([(1, 1, 2, 3), (3, 0, 4, 1)], 0, every((0, 1), (0,), (4, 5), (3, 4))),
        ([(1, 0, 5, 4)], 0.5, every((0, 1, 2), (0, 1), (4, 5), (3, 4))),
        ([(2, 2, 4, 4)], 1, every((0, 1, 2, 3), (0, 1, 2, 3), (4, 5), (4,))),
        ([], 0, {(0, 0, 5, 4)}),
        ([], 0.5, every((0, 1), (0, 1), (4, 5), (3, 4))),
        (None, 0.5, every((0, 1), (0, 1), (4, 5), (3, 4))),
    ],
)
def test_a_safe_crop_reaches_every_window_that_is_safe_and_no_other(boxes: Any, rate: float, expected: Any) -> None:
    data = {} if boxes is None else {"bboxes": boxes}
    assert set(windows(geometric.BBoxSafeRandomCrop(rate), (4, 5), **data)) == expected


@pytest.mark.parametrize(
    ("boxes", "size", "factor", "expected"),
    [
        ([(1.5, 1.2, 2.5, 2.8)], (3, 3), 0, sized((0, 1), (0, 1), 3, 3)),
        ([(0, 0, 1, 1), (4, 3, 5, 4)], (2, 2), 0, {(0, 0, 2, 2), (3, 2, 5, 4)}),
        # The one that does not fit is not drawn.
        ([(0, 0, 4, 4), (4, 3, 5, 4)], (2, 2), 0, {(3, 2, 5, 4)}),
        # None fits: in it and at its centre along x, and along y, where it fits, everywhere that holds it.
        ([(1, 1, 5, 2)], (2, 2), 0, sized((2, 3), (0, 1), 2, 2)),
        ([(0, 0, 5, 2)], (2, 4), 0, sized((0, 1), (0,), 4, 2)),
        ([(0, 0, 4, 4)], (2, 2), 0.5, {(1, 1, 3, 3)}),
        ([(1, 1, 3, 3)], (1, 1), 1, {(2, 2, 3, 3)}),
        ([], (2, 3), 0.7, sized((0, 1, 2), (0, 1, 2), 3, 2)),
        (None, (2, 3), 0.7, sized((0, 1, 2), (0, 1, 2), 3, 2)),
    ],
)
def test_a_window_for_one_box_is_anywhere_where_it_holds_one(boxes: Any, size: Any, factor: Any, expected: Any) -> None:
    data = {} if boxes is None else {"bboxes": boxes}
    assert set(windows(geometric.AtLeastOneBBoxRandomCrop(*size, factor), (4, 5), **data)) == expected


def test_a_safe_crop_that_is_resized_is_the_safe_crop_resized() -> None:
    size, boxes = annotated()["coffee.jpg"]
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    target = BboxParams("coco")
    steps = (geometric.BBoxSafeRandomCrop(0.2), geometric.RandomSizedBBoxSafeCrop(80, 99, 0.2, "cubic", "area"))
    for key in range(5):
        crop, resized = (
            Compose([step], bbox_params=target, seed=1).keyed(key)(image=image, mask=image, bboxes=boxes["hbb"])
            for step in steps
        )
        for name, method in (("image", cv2.INTER_CUBIC), ("mask", cv2.INTER_AREA)):
            assert np.array_equal(resized[name], cv2.resize(crop[name], (99, 80), interpolation=method))


@pytest.mark.parametrize("kind", [geometric.AtLeastOneBBoxRandomCrop, geometric.CropNonEmptyMaskIfExists])
def test_crops_larger_than_the_picture_are_refused(kind: Any) -> None:
    for size, name in (((21, 10), "height"), ((10, 31), "width")):
        with pytest.raises(InvalidData) as caught:
            kind(*size)(image=np.zeros((20, 30), np.uint8))
        assert str(caught.value) == (
            f"{kind.__name__}.{name}: a crop of {size[1]}×{size[0]} (width × height) does not fit into a picture of "
            "30×20; "
            "give a smaller crop, or put PadIfNeeded before it"
        )


# Masks

DTYPES = ("bool", "uint8", "int16", "uint32", "int64", "float32")


@given(
    dtype=st.sampled_from(DTYPES),
    channels=st.sampled_from((None, 1, 3)),
    marked=st.integers(0, 4),
    window=st.tuples(st.integers(1, 20), st.integers(1, 30)),
    seed=st.integers(0, 10**6),
)
def test_a_window_holds_a_pixel_of_the_mask_if_there_is_one(
    dtype: str, channels: Any, marked: int, window: Any, seed: int
) -> None:
    draws = np.random.default_rng(seed)
    shape = (20, 30) if channels is None else (20, 30, channels)
    mask = np.zeros(shape, dtype)
    mask.flat[draws.choice(mask.size, marked, replace=False)] = draws.integers(1, 5, marked)
    step = geometric.CropNonEmptyMaskIfExists(*window)
    for before in ((), (augcore.D4(), augcore.PadIfNeeded(31, 31))):
        pipeline = Compose([*before, step], seed=seed)
        for data in ({"mask": mask}, {"masks": [np.zeros_like(mask), mask]}, {"mask": mask * 0, "masks": [mask]}):
            out = pipeline(image=np.zeros((20, 30), np.uint8), **data)
            assert out["image"].shape == window
            assert any(np.any(one) for one in (out.get("mask", 0), *out.get("masks", ()))) == (marked > 0)


def test_ignored_values_and_channels_do_not_count() -> None:
    mask = np.zeros((20, 30, 3), np.int64)
    mask[2, 3], mask[5, 25], mask[17, 4] = (2**40, 0, 0), (0, 7, 0), (0, 0, 2**40)
    for values, channels, places in (
        (None, None, {(2, 3), (5, 25), (17, 4)}),
        ([2**40], None, {(5, 25)}),
        ([7], [2], {(2, 3)}),
        (None, [0, 1], {(17, 4)}),
    ):
        step = geometric.CropNonEmptyMaskIfExists(1, 1, values, channels)
        found = {(y, x) for x, y, *_ in windows(step, (20, 30), 60, mask=mask)}
        assert found == places
    for nothing in (
        geometric.CropNonEmptyMaskIfExists(1, 1, ignore_values=[7, 2**40]),
        geometric.CropNonEmptyMaskIfExists(1, 1, ignore_channels=[0, 1, 2]),
    ):
        assert len(set(windows(nothing, (20, 30), 60, mask=mask))) > 40


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ([(1, 2)], sized((0, 1, 2), (0, 1), 3, 2)),
        ([(0, 0), (3, 4)], {(0, 0, 3, 2), (2, 2, 5, 4)}),
        ([], sized((0, 1, 2), (0, 1, 2), 3, 2)),
    ],
)
def test_a_window_is_anywhere_where_it_holds_the_pixel(marked: Any, expected: Any) -> None:
    mask = np.zeros((4, 5), np.uint8)
    mask[tuple(np.array(marked, int).reshape(-1, 2).T)] = 1
    assert set(windows(geometric.CropNonEmptyMaskIfExists(2, 3), (4, 5), 400, mask=mask)) == expected
    if not marked:
        assert set(windows(geometric.CropNonEmptyMaskIfExists(2, 3), (4, 5), 400)) == expected


def test_each_marked_pixel_is_as_likely_as_the_others() -> None:
    marked = np.zeros((400, 700), bool)  # more than are looked at together
    marked[3, 10:13] = marked[250, 699] = marked[399, 0] = marked[0, 0] = True
    rng = Rng(1)
    drawn = [draw_pixel(rng, marked.shape, marked.__getitem__) for _ in range(6000)]
    boxes, counts = np.unique(drawn, axis=0, return_counts=True)
    assert {(y, x) for x, y, *_ in boxes.tolist()} == {
        *zip(*(axis.tolist() for axis in np.nonzero(marked)), strict=True)
    }
    assert (boxes[:, 2:] - boxes[:, :2] == 1).all()
    # Five standard deviations of a binomial with p = 1/6.
    assert np.abs(counts - 1000).max() < 145
