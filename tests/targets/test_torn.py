"""Annotations that cells of a grid take apart when they change places, against the pixels that are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import augcore
from augcore import (
    AffineMap,
    BboxParams,
    Compose,
    Erase,
    Geometry,
    KeypointParams,
    Lattice,
    Mix,
    PolygonRegion,
    Projective,
    Rectangles,
    Tiles,
    Transform,
    Unsupported,
    transform,
)
from augcore.rings import even_odd_area


@transform
class Torn(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@st.composite
def grids(draw, cell=10):
    """Cells of about that side in any order."""
    rows, columns = draw(st.tuples(st.integers(1, 4), st.integers(1, 5)))
    height, width = draw(st.tuples(st.integers(cell, cell + 5), st.integers(cell, cell + 5)))
    edges = [[side * line for line in range(count + 1)] for count, side in ((rows, height), (columns, width))]
    return Tiles.of(edges, draw(st.permutations(range(rows * columns))))


def centres(shape):
    """(..., 2): x first."""
    return np.stack(np.meshgrid(*(np.arange(side) + 0.5 for side in shape), indexing="ij"), -1)[..., ::-1]


def moving(map):
    """The pieces of the input, x_min, y_min, x_max, y_max, and by how much each moves along x and y."""
    for (to_rows, to_columns), (rows, columns) in map.pieces():
        by = to_columns.start - columns.start, to_rows.start - rows.start
        yield (columns.start, rows.start, columns.stop, rows.stop), by


# Boxes


def painted(size, outline):
    return PolygonRegion((outline,)).mask(size)


def square(x0, y0, x1, y1):
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


@given(grids(), st.integers(0, 2**32), st.sampled_from(["hbb", "obb"]))
def test_a_box_is_the_hull_of_its_largest_piece_and_as_visible_as_that_is_large(map, seed, kind):
    (height, width), draws = map.size, np.random.default_rng(seed)
    x0, x1 = np.sort(draws.choice(width + 1, 2, replace=False)).tolist()
    y0, y1 = np.sort(draws.choice(height + 1, 2, replace=False)).tolist()
    pieces = []
    for piece, (dx, dy) in moving(map):
        left, top, right, bottom = max(x0, piece[0]), max(y0, piece[1]), min(x1, piece[2]), min(y1, piece[3])
        if left < right and top < bottom:
            pieces.append(((right - left) * (bottom - top), (left + dx, top + dy, right + dx, bottom + dy)))
    largest = max(area for area, _ in pieces)
    candidates = [box for area, box in pieces if area == largest]
    part = largest / ((x1 - x0) * (y1 - y0))
    rows = [(x0, y0, x1, y1, 0)] if kind == "obb" else [(x0, y0, x1, y1)]
    for least, kept in ((part - 1e-6, True), (part + 1e-6, False)):
        params = BboxParams("pascal_voc", bbox_type=kind, min_visibility=min(max(least, 0.0), 1.0))
        out = Compose([Torn(lambda size: Geometry(map))], bbox_params=params)(mask=np.zeros(map.size), bboxes=rows)
        found = [tuple(row[:4]) for row in out["bboxes"]]
        assert len(found) == (kept or part == 1)
        if found:
            assert min(np.abs(np.subtract(found[0], one)).max() for one in candidates) < 1e-6


def test_what_was_lost_before_counts_after():
    """A quarter is cut off, then of the rest two thirds lie in the larger cell."""
    map = Tiles.of(((0, 60, 120), (0, 60, 120)), (3, 2, 1, 0))
    steps = [Torn(lambda size: Geometry(Lattice.window(size, 40, 0, 160, 120))), Torn(lambda size: Geometry(map))]
    box = [(20.0, 10.0, 100.0, 50.0)]  # 60 px of 80 are left, all in the upper left cell
    wide = [(20.0, 10.0, 130.0, 50.0)]  # 90 px of 110 are left, 60 of them in that cell
    for given_, part, found in ((box, 0.75, (60, 70, 120, 110)), (wide, 60 / 110, (60, 70, 120, 110))):
        for least, kept in ((part - 1e-6, 1), (part + 1e-6, 0)):
            params = BboxParams("pascal_voc", min_visibility=least)
            out = Compose(steps, bbox_params=params)(mask=np.zeros((120, 160)), bboxes=given_)["bboxes"]
            assert len(out) == kept
        params = BboxParams("pascal_voc", min_visibility=part - 1e-6)
        np.testing.assert_allclose(
            Compose(steps, bbox_params=params)(mask=np.zeros((120, 160)), bboxes=given_)["bboxes"], [found]
        )


def test_what_is_erased_before_and_after_counts():
    map = Tiles.of(((0, 60, 120), (0, 60, 120)), (3, 2, 1, 0))
    before = Torn(lambda size: Erase(Rectangles(((0, 0, 20, 120),))))
    after = Torn(lambda size: Erase(Rectangles(((60, 60, 80, 120),))))
    box = [(0.0, 0.0, 40.0, 60.0)]
    for steps, part in (([before], 0.5), ([after], 0.5), ([before, after], 0.25)):
        order = [
            *(s for s in steps if s is before),
            Torn(lambda size: Geometry(map)),
            *(s for s in steps if s is after),
        ]
        for least, kept in ((part - 1e-6, 1), (part + 1e-6, 0)):
            params = BboxParams("pascal_voc", min_visibility=least)
            assert len(Compose(order, bbox_params=params)(mask=np.zeros((120, 120)), bboxes=box)["bboxes"]) == kept


@given(grids(), st.integers(0, 2**32))
def test_a_turned_box_goes_with_its_largest_piece_and_keeps_its_heading(map, seed):
    (height, width), draws = map.size, np.random.default_rng(seed)
    centre, sides, angle = draws.uniform(0.3, 0.7, 2) * (width, height), draws.uniform(6, 20, 2), draws.uniform(0, 360)
    row = [*centre, *sides, angle]
    params = BboxParams("cxcywh", bbox_type="obb", clip=True)
    out = Compose([Torn(lambda size: Geometry(map))], bbox_params=params)(mask=np.zeros(map.size), bboxes=[row])
    (x, y, w, h, turned), radians = out["bboxes"][0], np.radians(angle)
    assert turned == pytest.approx(angle)
    axes = np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    fine = 4  # pixels are counted on a grid so many times as fine
    places = (centres((height * fine, width * fine)) / fine - centre) @ axes.T
    inside = (np.abs(places) <= sides / 2).all(-1)
    counts = [
        inside[rows.start * fine : rows.stop * fine, columns.start * fine : columns.stop * fine].sum()
        for _, (rows, columns) in map.pieces()
    ]
    assume(len(counts) < 2 or np.sort(counts)[-1] > np.sort(counts)[-2] + 40)
    (to_rows, to_columns), (rows, columns) = map.pieces()[int(np.argmax(counts))]
    went = (to_columns.start - columns.start, to_rows.start - rows.start)
    piece = np.zeros_like(inside)
    window = slice(rows.start * fine, rows.stop * fine), slice(columns.start * fine, columns.stop * fine)
    piece[window] = inside[window]
    shown = centres((height * fine, width * fine))[piece] / fine + went
    along = (shown - (x, y)) @ axes.T
    np.testing.assert_allclose(along.max(0), np.array((w, h)) / 2, atol=0.4)
    np.testing.assert_allclose(along.min(0), -np.array((w, h)) / 2, atol=0.4)


@pytest.mark.parametrize("kind", ["hbb", "obb"])
def test_what_lies_under_a_border_is_no_part_that_a_box_goes_with(kind):
    """Cut off at x = 20 and padded there again: of x from 5 to 50 the part from 30 on is the larger one."""
    map = Tiles.of(((0, 30, 60), (0, 30, 60)), (3, 2, 1, 0))
    window = Lattice.window((60, 60), 20, 0, 60, 60)
    bordered = Geometry(window.then(Lattice.pad(window.output, left=20)))
    steps = [Torn(lambda size: bordered), Torn(lambda size: Geometry(map))]
    box, outline = (5.0, 10.0, 50.0, 30.0), square(5, 10, 50, 30)
    for least, kept in ((400 / 900 - 1e-6, 1), (400 / 900 + 1e-6, 0)):
        params = BboxParams("pascal_voc", bbox_type=kind, min_visibility=least)
        rows = [box if kind == "hbb" else (*box, 0.0)]
        out = Compose(steps, bbox_params=params)(mask=np.zeros(map.size), bboxes=rows, polygons=[outline, [outline]])
        assert len(out["bboxes"]) == kept
        if kept:
            np.testing.assert_allclose(out["bboxes"][0][:4], (0, 40, 20, 60), atol=1e-9)
        assert sorted(even_odd_area([np.array(ring)]) for ring in out["polygons"][1]) == pytest.approx([200, 400])
        assert even_odd_area([np.array(out["polygons"][0])]) == pytest.approx(600)


def test_a_turned_box_faces_on_from_where_it_went():
    """Under perspective a heading depends on the place."""
    map = Tiles.of(((0, 50, 100), (0, 60, 120)), (3, 2, 1, 0))
    bent = Geometry(Projective.of(np.array([[1, 0.1, 0], [0, 1, 0], [0.003, 0.002, 1]]), map.size))
    params, data = BboxParams("cxcywh", bbox_type="obb"), {"mask": np.zeros(map.size)}
    torn = Compose([Torn(lambda size: Geometry(map)), Torn(lambda size: bent)], bbox_params=params)
    alone = Compose([Torn(lambda size: bent)], bbox_params=params)
    found = torn(bboxes=[(85, 75, 20, 10, 30)], **data)["bboxes"]
    np.testing.assert_allclose(found, alone(bboxes=[(25, 25, 20, 10, 30)], **data)["bboxes"], atol=1e-9)


# Points, polygons, fields


@given(grids(), st.integers(0, 2**32))
def test_points_beyond_the_content_stay_invisible_wherever_their_cell_goes(map, seed):
    """After a crop and a pad, the frame shows original content in a window; torn, that is no region any more."""
    (height, width), draws = map.size, np.random.default_rng(seed)

    def window(size):
        crop = Lattice.window(size, width // 3, height // 3, width, height)
        return Geometry(crop.then(Lattice.pad(crop.output, height // 3, 0, 0, width // 3)))

    rows = draws.integers(0, (width, height), (30, 2))
    pipeline = Compose(
        [Torn(window), Torn(lambda _: Geometry(map))], keypoint_params=KeypointParams("xy", label_fields=["rows"])
    )
    label = 1 + np.arange(height * width).reshape(map.size)
    out = pipeline(mask=label, keypoints=rows, rows=list(range(30)))
    assert out["rows"] == [number for number, (x, y) in enumerate(rows) if x >= width // 3 and y >= height // 3]
    for (x, y), number in zip(out["keypoints"], out["rows"], strict=True):
        assert out["mask"][int(y), int(x)] == label[rows[number][1], rows[number][0]]


def stars(draws, size, count):
    """Outlines that are no stranger to corners pointing inwards."""
    for _ in range(count):
        angle = np.sort(draws.uniform(0, 2 * np.pi, 9))
        radius = draws.uniform(0.1, 0.5, 9)[:, None] * min(size)
        yield (np.array(size[::-1]) / 2 + radius * np.stack([np.cos(angle), np.sin(angle)], 1)).tolist()


@given(grids(), st.integers(0, 2**32), st.booleans(), st.booleans())
def test_polygons_enclose_the_pixels_that_their_masks_show(map, seed, several, turn):
    draws = np.random.default_rng(seed)
    rings = list(stars(draws, map.size, 3))
    masks = [painted(map.size, ring).astype(np.uint8) for ring in rings]
    matrix = np.array([[0.8, -0.6, 8.0], [0.6, 0.8, -6.0]])
    before = [Torn(lambda size: Geometry(AffineMap.of(matrix, size)))] if turn else []
    out = Compose([*before, Torn(lambda size: Geometry(map))])(
        mask=np.zeros(map.size), masks=masks, polygons=[[ring] for ring in rings] if several else rings
    )
    for mask, found in zip(out["masks"], out["polygons"], strict=True):
        pieces = found if several else [found] if len(found) else []
        shown = np.zeros(map.size, bool)
        for piece in pieces:
            shown ^= painted(map.size, piece)
        if not turn:  # nearest pixels of a turned mask lie up to one aside
            assert np.array_equal(shown, mask > 0)
        else:
            assert abs(int(shown.sum()) - int(mask.sum())) <= 0.06 * mask.sum() + 40


@given(grids(), st.integers(0, 2**32))
def test_torn_polygons_keep_their_area_and_come_back(map, seed):
    rings = list(stars(np.random.default_rng(seed), map.size, 2))
    given_ = [rings[0], [rings[1]]]
    out, trace = Compose([Torn(lambda size: Geometry(map))]).traced(mask=np.zeros(map.size), polygons=given_)
    areas = [even_odd_area([np.array(ring)]) for ring in rings]
    torn, pieces = out["polygons"]
    np.testing.assert_allclose(
        [even_odd_area([np.array(torn)]), sum(even_odd_area([np.array(p)]) for p in pieces)], areas
    )
    back = trace.undo(polygons=out["polygons"])["polygons"]
    for ring, found in zip(rings, ([back[0]], back[1]), strict=True):
        # All that has come back lies in the outline, and is as much.
        both = [np.array(ring), *map_arrays(found)]
        assert even_odd_area(both) < 1e-6


def map_arrays(rings):
    return [np.array(ring) for ring in rings]


def test_a_ring_inside_one_cell_is_only_shifted():
    map = Tiles.of(((0, 20, 40), (0, 20, 40)), (3, 2, 1, 0))
    ring = np.array([(2.5, 3.0), (9.0, 4.0), (5.0, 11.5)])
    out = Compose([Torn(lambda size: Geometry(map))])(mask=np.zeros(map.size), polygons=[ring])["polygons"][0]
    assert np.array_equal(out, ring + 20)


def test_a_vector_of_flow_ends_where_its_end_went_and_keeps_its_bits_within_a_cell():
    map = Tiles.of(((0, 4, 8), (0, 5, 10)), (3, 2, 1, 0))
    flow = np.random.default_rng(3).normal(0, 1.5, (*map.size, 2)).astype(np.float32)
    flow[0, 0] = np.nan
    out = Compose([Torn(lambda size: Geometry(map))])(image=np.zeros((*map.size, 3), np.uint8), flow=flow)["flow"]
    assert out.dtype == flow.dtype
    for y, x in np.ndindex(map.size):
        start = np.array((x + 0.5, y + 0.5))
        old = flow[y, x].astype(float)
        went = map.forward(start)
        new = out[int(went[1]), int(went[0])]
        if np.isnan(old).any():
            assert np.isnan(new).any()
            continue
        np.testing.assert_allclose(went + new, map.forward(start + old), atol=1e-5)
        if np.array_equal(map.forward(start + old) - (start + old), went - start):
            assert np.array_equal(new, flow[y, x])


def test_no_camera_took_a_picture_in_pieces(refused):
    map = Tiles.of(((0, 4, 8), (0, 5, 10)), (3, 2, 1, 0))
    pipeline = Compose([Torn(lambda size: Geometry(map))])
    data = {"image": np.zeros((*map.size, 3), np.uint8), "camera_matrix": np.eye(3)}
    refused(lambda: pipeline(**data), Unsupported, "camera_matrix: a Tiles map tears the picture")


# Other samples, predictions


@given(grids(), st.integers(0, 2**32))
def test_predictions_come_back_uncut_with_the_part_of_the_frame_that_holds_most_of_them(map, seed):
    draws = np.random.default_rng(seed)
    low = draws.uniform(-5, map.size[::-1], (9, 2))
    boxes = np.concatenate([low, low + draws.uniform(1, 9, (9, 2))], 1)
    boxes[3, 1] = np.nan
    pipeline = Compose([Torn(lambda size: Geometry(map))], bbox_params=BboxParams("pascal_voc"))
    trace = pipeline.traced(mask=np.zeros(map.size), bboxes=[])[1]
    back = trace.undo(bboxes=boxes)["bboxes"]
    assert np.isnan(back[3]).all()
    for box, found in zip(np.delete(boxes, 3, 0), np.delete(back, 3, 0), strict=True):
        held = {(0, 0): 0.0}
        for piece, (dx, dy) in moving(map.inverse()):
            sides = np.minimum(box[2:], piece[2:]) - np.maximum(box[:2], piece[:2])
            held[dx, dy] = max(held.get((dx, dy), 0.0), float(np.maximum(sides, 0).prod()))
        most = max(held.values())
        wanted = [box + np.tile(by, 2) for by, area in held.items() if area > most - 1e-9]
        assert min(np.abs(found - one).max() for one in wanted) < 1e-9


def test_a_mix_after_and_before_tiles_cuts_what_was_visible():
    map = Tiles.of(((0, 20, 40), (0, 20, 40)), (3, 2, 1, 0))
    other = {"image": np.zeros((40, 40, 3), np.uint8), "bboxes": [(0, 0, 40, 40)], "rows": ["other"]}
    mix = Torn(lambda size: Mix(0, 0.5, (20, 0, 40, 30)))
    params = BboxParams("pascal_voc", label_fields=["rows"])
    data = {"image": np.zeros((40, 40, 3), np.uint8), "bboxes": [(0, 0, 20, 20)], "rows": ["mine"]}
    tear = Torn(lambda size: Geometry(map))
    first = Compose([mix, tear], bbox_params=params, source=[other])(**data)
    assert dict(zip(first["rows"], map_boxes(first), strict=True)) == {
        "mine": (20, 20, 40, 40),
        "other": (0, 20, 20, 40),
    }
    last = Compose([tear, mix], bbox_params=params, source=[other])(**data)
    # Half of this one's lies under what was pasted, and outlines stay whole behind that.
    assert dict(zip(last["rows"], map_boxes(last), strict=True)) == {
        "mine": (20, 20, 40, 40),
        "other": (20, 0, 40, 30),
    }


def map_boxes(result):
    return [tuple(box) for box in result["bboxes"]]


# The annotations of the photographs


def test_annotations_of_photographs_lie_on_the_pixels_of_their_own(photographs):
    """Each object's mask is of the pixels of its cell's place before: boxes hold the largest part, outlines all."""
    for photograph in photographs:
        # Annotators write halves, where the centres of pixels are; a little aside, no outline runs through one.
        aside = (0.0123, 0.0071)
        shapes = [
            [(np.reshape(ring, (-1, 2)) + aside).ravel().tolist() for ring in one["segmentation"]]
            for one in photograph.outlined
        ]
        masks = [photograph.mask_of(rings) for rings in shapes]
        rows = np.concatenate([np.reshape(one.get("keypoints", []), (-1, 3)) for one in photograph.objects])
        points = rows[rows[:, 2] > 0, :2].tolist()
        height, width = photograph.size
        label = np.arange(height * width).reshape(photograph.size)
        pipeline = Compose(
            [augcore.RandomGridShuffle(p=1)],
            bbox_params=BboxParams("coco", label_fields=["rows"], clip=True),
            keypoint_params=KeypointParams("xy"),
            additional_targets={"label": "mask"},
            seed=1,
        )
        for key in range(3):
            out = pipeline.keyed(key)(
                image=photograph.image,
                label=label,
                masks=masks,
                polygons=shapes,
                bboxes=[one["bbox"] for one in photograph.outlined],
                rows=list(range(len(shapes))),
                keypoints=points,
            )
            assert np.array_equal(photograph.image.reshape(-1, 3)[out["label"]], out["image"])
            for mask, rings in zip(out["masks"], out["polygons"], strict=True):
                assert np.array_equal(photograph.mask_of(rings), mask)
            assert out["rows"] == list(range(len(shapes)))
            for row, (x, y, w, h) in zip(out["rows"], out["bboxes"], strict=True):
                mask, box = out["masks"][row], (slice(round(y), round(y + h)), slice(round(x), round(x + w)))
                x0, y0, w0, h0 = photograph.outlined[row]["bbox"]
                # All that the box holds of the object was in its box before.
                before = np.stack(np.divmod(out["label"][box], width), -1)
                assert ((before + 2 > (y0, x0)) & (before < (y0 + h0 + 1, x0 + w0 + 1))).all()
                assert mask[box].any()
            assert len(out["keypoints"]) == len(points)
            for (x, y), (x0, y0) in zip(out["keypoints"], points, strict=True):
                assert out["label"][int(y + 0.5), int(x + 0.5)] == int(y0 + 0.5) * width + int(x0 + 0.5)
