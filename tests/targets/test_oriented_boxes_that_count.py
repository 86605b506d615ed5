"""Oriented boxes: how they are cut, which ones count, what other effects do to them, and what is let in."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import augcore
from augcore import (
    BboxParams,
    Compose,
    Erase,
    Geometry,
    InvalidData,
    InvalidParameter,
    Lambda,
    Lattice,
    Mix,
    PolygonRegion,
    Rectangles,
    ResizeMap,
)
from augcore.frame import Frame

sys.path.insert(0, str(Path(__file__).parent))  # for oriented_tools: pytest imports test files as no package

from oriented_tools import (
    CORNERS,
    HEIGHT,
    SIZE,
    UPRIGHT,
    WIDTH,
    alike,
    boxes_inside,
    corners,
    enclosing,
    hflip,
    lists,
    of_format,
    params,
    rotated,
    run,
    signed_area,
    turn,
    window,
)

# Cutting


@given(boxes_inside, st.integers(-18, -2), st.integers(-18, -2), st.floats(-180, 180))
def test_cutting_shortens_a_box_and_keeps_its_heading(box, right, down, degrees):
    # A window about the box's centre, within the frame: of others most show too little of it.
    centre = rotated(SIZE, degrees).forward(corners([box])[0].mean(0))
    x, y = np.clip(np.add(np.round(centre).astype(int), (right, down)), 0, (WIDTH - 20, HEIGHT - 20)).tolist()
    makes = (turn(degrees), window(x, y, x + 20, y + 20))
    out = np.array(run(np.array([box]), *makes)["bboxes"]).reshape(-1, 5)
    assume(len(out))
    assert abs((out[0, 4] - (box[4] - degrees) + 180) % 360 - 180) < 1e-6
    assert (out[0, 2:4] <= np.array(box[2:4]) + 1e-9).all()
    # Nothing visible lies outside of it, and each of its sides is touched by something visible.
    grid = np.stack(np.meshgrid(*[np.linspace(0.005, 0.995, 100)] * 2), -1).reshape(-1, 2)
    first, second, _, fourth = rotated(SIZE, degrees).forward(corners([box])[0])
    points = first + grid[:, :1] * (second - first) + grid[:, 1:] * (fourth - first)
    inside, shown = points - (x, y), rotated(SIZE, degrees).inverse().forward(points)
    visible = ((inside >= 0) & (inside <= 20)).all(1) & ((shown >= 0) & (shown <= (WIDTH, HEIGHT))).all(1)
    assume(visible.sum() > 500)
    a = math.radians(out[0, 4])
    around = enclosing(inside[visible], (math.cos(a), math.sin(a)))
    assert (np.array(around[2:4]) <= out[0, 2:4] + 1e-9).all()
    assert (out[0, 2:4] - around[2:4] <= 0.1 * np.array(box[2:4])).all()


@given(lists, st.floats(-180, 180), st.integers(0, 40))
def test_cutting_again_to_what_is_shown_changes_nothing(boxes, degrees, x):
    out = run(np.array(boxes), turn(degrees), window(x, 10, x + 60, 60))["bboxes"]
    again = run(out, size=(50, 60), clip=True)["bboxes"]
    np.testing.assert_allclose(again, out, atol=1e-6)
    np.testing.assert_allclose(run(again, size=(50, 60))["bboxes"], out, atol=1e-6)


def test_a_corner_alone_that_pokes_out_is_nobodys_business():
    """The rectangle round a round thing at the rim of the picture, turned by 45°: each side touches the thing."""
    rows = [(10.0, 40.0, 20.0, 20.0, 45.0), (110.0, 70.0, 19.9, 19.9, -45.0)]
    out = run(rows, min_visibility=1.0)["bboxes"]
    np.testing.assert_allclose(out, rows, atol=1e-9)
    np.testing.assert_allclose(run(rows, turn(180), turn(180), min_visibility=1.0)["bboxes"], rows, atol=1e-9)
    points = corners(rows).reshape(-1, 8)
    np.testing.assert_allclose(run(points, format="corners")["bboxes"], points, atol=1e-9)


@pytest.mark.parametrize("least", [0.0, 0.24, 0.26, 0.51])
def test_visibility_is_cumulative_and_compared_with_the_whole_box(least):
    """Cut in half along its own middle, then in half again, and blown up in between."""
    makes = (turn(45), window(60, 0, 120, 80), lambda s: Geometry(ResizeMap(s, (160, 120))), window(0, 80, 120, 160))
    kept = run([(60.0, 40.0, 20.0, 20.0, 45.0)], *makes, min_visibility=least)["bboxes"]
    assert len(kept) == (least < 0.25)


@given(boxes_inside, st.floats(0, 360), st.integers(0, 60))
def test_what_transforms_see_is_the_hull_of_what_is_visible(box, degrees, x):
    target = params()
    frame = Frame(SIZE)
    state = target.read("bboxes", {"bboxes": [box]}, frame)
    for map in (rotated(SIZE, degrees), Lattice.window(SIZE, x, 10, x + 60, 70)):
        frame = frame.after(map)
        state = target.geometry(state, Geometry(map), frame)
    seen = target.look(state, frame)
    assert seen.shape[1] == 4
    points = rotated(SIZE, degrees).forward(corners([box]))[0] - (x, 10)
    if len(seen) and (points > 0).all() and (points < 60).all():
        np.testing.assert_allclose(seen[0], [*points.min(0), *points.max(0)], atol=1e-9)
    assert ((seen >= -1e-9) & (seen <= 60 + 1e-9)).all()


# What counts


@pytest.mark.parametrize(
    ("option", "kept"),
    [
        ({"min_area": 100}, [0, 1]),
        ({"min_area": 100.5}, [0]),
        ({"min_width": 10.1}, [0]),
        ({"min_height": 5.1}, [0, 1]),
        ({"max_accept_ratio": 1.01}, [1]),
        ({"max_accept_ratio": 2.01}, [0, 1]),
        ({"max_accept_ratio": 3.01}, [0, 1, 2]),
    ],
)
def test_filters_ask_a_boxs_own_sides(option, kept):
    rows = [(40, 40, 20, 10, 45), (80, 40, 10, 10, 30), (60, 60, 9, 3, 10)]
    options = {"label_fields": ["ids"], "data": {"ids": [0, 1, 2]}} | {"min_area": 1} | option
    assert run(rows, **options)["ids"] == kept
    # The same of longer boxes that a crop cuts to these, before they are turned.
    longer = [(40, 40, 40, 10, 0), (60, 40, 40, 10, 0), (70, 50, 22, 3, 0)]
    rows = [(0, 0, 20, 10), (0, 0, 10, 10), (0, 0, 9, 3)]
    for row, cut, which in zip(longer, rows, range(3), strict=True):
        x = int(row[0] + row[2] / 2 - cut[2])
        one = {**options, "data": {"ids": [which]}}
        out = run([row], window(x, 0, x + 40, 80), lambda s: Geometry(Lattice.pad(s, 40, 40, 60, 60)), turn(77), **one)
        assert out["ids"] == ([which] if which in kept else [])


@given(boxes_inside, st.floats(0, 1), st.floats(0, 1))
def test_erasing_lowers_visibility_by_the_covered_part_of_the_turned_box(box, x, y):
    region = (int(x * 100), int(y * 60), int(x * 100) + 20, int(y * 60) + 30)
    target, frame = params(), Frame(SIZE)
    state = target.erase(target.read("bboxes", {"bboxes": [box]}, frame), Erase(Rectangles((region,))), frame)
    grid = np.stack(np.meshgrid(*[(np.arange(400) + 0.5) / 400] * 2), -1).reshape(-1, 2)
    first, second, _, fourth = corners([box])[0]
    points = first + grid[:, :1] * (second - first) + grid[:, 1:] * (fourth - first)
    covered = ((points >= region[:2]) & (points <= region[2:])).all(1).mean()
    assert state.exposed[0] == pytest.approx(1 - covered, abs=0.02)


def test_an_erased_triangle_beside_a_turned_box_takes_nothing_from_it():
    """The hull is half covered, the box not at all."""
    box = [(40.0, 40.0, 40.0, 4.0, 45.0)]
    triangle = PolygonRegion((((27.0, 23.0), (57.0, 23.0), (57.0, 53.0)),))
    kept = run(box, lambda s: Erase(triangle), min_visibility=1.0)["bboxes"]
    np.testing.assert_allclose(kept, box, atol=1e-9)
    whole = Erase(Rectangles(((0, 0, WIDTH, HEIGHT),)))
    assert run(box, lambda s: whole)["bboxes"] == []


def test_labels_and_further_columns_follow_their_boxes():
    rows = [(20, 20, 10, 6, 30, "near"), (100, 60, 10, 6, 60, "far"), (25, 15, 4, 4, 0, None)]
    out = run(rows, window(0, 0, 40, 40), label_fields=["ids"], data={"ids": [2**53 + 1, 2, "x"]})
    assert out["ids"] == [2**53 + 1, "x"]
    assert [row[5] for row in out["bboxes"]] == ["near", None]
    with_columns = np.array([(20, 20, 10, 6, 30, 7), (100, 60, 10, 6, 60, 8)], np.float32)
    out = run(with_columns, window(0, 0, 40, 40))["bboxes"]
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, with_columns[:1], atol=1e-5)


# Other effects


def test_a_mix_joins_boxes_with_their_headings():
    other = {"image": np.zeros((*SIZE, 1), np.uint8), "bboxes": [(90.0, 40.0, 20.0, 8.0, -20.0)]}
    mine = [(30.0, 40.0, 20.0, 8.0, 70.0), (118.0, 40.0, 3.0, 3.0, 0.0)]
    blend = run(mine, turn(90), lambda s: Mix(0, 0.5), source=[other])["bboxes"]
    assert len(blend) == 2  # one of mine has left the frame
    assert [row[4] for row in blend] == pytest.approx([340, -20])
    pasted = run(mine, lambda s: Mix(0, 0.5, (80, 0, 120, 80)), hflip, source=[other])["bboxes"]
    alike(pasted, [(90, 40, 20, 8, 110), (30, 40, 20, 8, 200)])
    # What of the other's is not pasted is cut off in its own axes.
    part = run(mine[:1], lambda s: Mix(0, 0.5, (90, 0, 120, 80)), source=[other])["bboxes"]
    assert part[1][4] == pytest.approx(-20)
    assert 10 < part[1][2] < 13


def test_corners_that_are_mixed_with_cut_ones_stay_themselves_in_a_mirror():
    """Outlines that were cut have more points, and those of all boxes are kept in one array."""
    quadrilateral = np.array([(20.0, 10.0, 61.0, 18.0, 55.0, 41.0, 17.0, 33.0)])
    other = {"image": np.zeros((*SIZE, 1), np.uint8), "bboxes": corners([(95, 40, 30, 20, 30)]).reshape(-1, 8)}
    out = run(quadrilateral, lambda s: Mix(0, 0.5, (82, 0, 120, 80)), hflip, format="corners", source=[other])["bboxes"]
    mirrored = quadrilateral.reshape(4, 2)[::-1] * (-1, 1) + (WIDTH, 0)
    np.testing.assert_allclose(out[0], mirrored.ravel(), atol=1e-9)
    assert (np.sign(signed_area(out)) == 1).all()


@pytest.mark.parametrize("format", [*UPRIGHT, *CORNERS])
def test_a_function_for_boxes_gets_and_gives_rows_of_the_format(format):
    seen = []

    def moved(rows):
        seen.append(rows)
        return rows + 0.0

    rows = of_format(format, [(40, 40, 20, 10, 30), (80, 40, 10, 10, -60)])
    image = np.zeros((*SIZE, 1), np.uint8)
    out = Compose([Lambda(bboxes=moved, p=1)], bbox_params=params(format))(image=image, bboxes=rows)
    np.testing.assert_allclose(seen[0], rows, atol=1e-9)
    np.testing.assert_allclose(out["bboxes"], rows, atol=1e-9)


@pytest.mark.parametrize("kind", ["hbb", "obb"])
def test_objects_are_numbered_present_while_they_count_and_kept_as_told(kind):
    target = BboxParams(format="cxcywh", label_fields=["ids"], min_area=20, bbox_type=kind)
    rows = [(20.0, 20, 10, 6, 30), (100.0, 60, 10, 6, 60), (25.0, 15, 4, 4, 0), (30.0, 30, 8, 8, 10)]
    data = {"bboxes": rows, "ids": list("abcd")}
    frame = Frame(SIZE)
    state = target.read("bboxes", data, frame)
    assert target.made_of_objects
    assert target.has_shape
    np.testing.assert_array_equal(target.objects(state), [0, 1, 2, 3])
    map = Lattice.window(SIZE, 0, 0, 60, 60)
    frame = frame.after(map)
    state = target.geometry(state, Geometry(map), frame)
    present = target.present(state, frame)
    assert present.tolist() == [True, False, False, True]
    written = dict(data)
    target.write("bboxes", state, frame, written)
    assert written["ids"] == ["a", "d"]
    kept = target.keep(state, np.array([3, 1]))
    np.testing.assert_array_equal(target.objects(kept), [3, 1])
    assert target.present(kept, frame).tolist() == [True, False]
    empty = target.keep(state, np.zeros(0, int))
    assert target.present(empty, frame).shape == (0,)


# What is let in


@pytest.mark.parametrize("format", [*UPRIGHT, *CORNERS])
def test_what_reaches_out_is_refused_cut_or_dropped_as_asked(format):
    good, bad = (40, 40, 20, 10, 30), (115, 40, 30, 10, 0)
    rows = of_format(format, [good, bad])
    ids = {"ids": ["good", "bad"]}
    options = {"format": format, "label_fields": "ids", "data": ids}
    with pytest.raises(
        InvalidData, match=r"bboxes\[1\].*out of the frame of 120×80.*100, 35.*130, 45.*clip=True.*drops"
    ):
        run(rows, **options)
    assert run(rows, filter_invalid_bboxes=True, **options)["ids"] == ["good"]
    cut = run(rows, clip=True, **options)
    assert cut["ids"] == ["good", "bad"]
    np.testing.assert_allclose(cut["bboxes"], of_format(format, [good, (110, 40, 20, 10, 0)]), atol=1e-9)
    outside = of_format(format, [good, (150, 40, 10, 10, 20)])
    assert run(outside, clip=True, **options)["ids"] == ["good"]


@given(boxes_inside, st.floats(0, 60))
def test_a_box_that_is_cut_on_its_way_in_is_cut_in_its_own_axes(box, beyond):
    row = np.array([(box[0] + beyond, *box[1:])])
    cut = run(row, clip=True)["bboxes"]
    assume(len(cut))
    assert cut[0, 4] == pytest.approx(row[0, 4], abs=1e-9)
    assert (cut[0, 2:4] <= row[0, 2:4] + 1e-9).all()
    np.testing.assert_allclose(run(cut)["bboxes"], cut, atol=1e-6)
    # A cut box is a whole one from then on.
    np.testing.assert_allclose(run(row, clip=True, min_visibility=1.0)["bboxes"], cut, atol=1e-9)


@pytest.mark.parametrize(
    ("format", "row", "words"),
    [
        ("pascal_voc", (30, 10, 10, 20, 5), "x_max 10 not greater than x_min 30"),
        ("cxcywh", (30, 10, 10, -2, 5), "y_max 9 not greater than y_min 11"),
        ("cxcywh", (30, 10, 10, 2, np.nan), "not finite"),
        ("yolo", (0.5, np.inf, 0.1, 0.1, 0), "not finite"),
        ("corners", (10, 10, 20, 20, 20, 10, 10, 20), "not in order; go round"),
        ("corners", (10, 10, 20, 20, 30, 30, 40, 40), "enclose no area"),
        ("corners", (10, 10, 20, 20, 30, np.nan, 40, 40), "not finite"),
    ],
)
def test_a_box_that_is_none_is_refused_in_words_or_dropped(format, row, words):
    good = of_format(format, [(40, 40, 20, 10, 30)])[0]
    rows = [tuple(good), row]
    for clip in (False, True):
        with pytest.raises(InvalidData, match=rf"bboxes\[1\]: {format}.*{words}.*filter_invalid_bboxes=True"):
            run(rows, format=format, clip=clip)
        kept = run(rows, format=format, clip=clip, filter_invalid_bboxes=True)["bboxes"]
        np.testing.assert_allclose(kept, [good], atol=1e-9)


def test_rows_with_too_few_columns_are_refused_in_words():
    with pytest.raises(InvalidData, match=r"bboxes\[0\].*x_center, y_center, width, height in pixels, and an angle"):
        run([(1, 2, 3, 4)])
    with pytest.raises(InvalidData, match=r"\(2, 5\).*\(N, 8\).*x1, y1, x2"):
        run(np.zeros((2, 5)), format="corners")


def test_corners_are_for_oriented_boxes_alone():
    for format in CORNERS:
        with pytest.raises(InvalidParameter, match=f"BboxParams.format: '{format}'.*bbox_type='obb'.*'pascal_voc'"):
            BboxParams(format=format)
    with pytest.raises(InvalidParameter, match=r"BboxParams.bbox_type: 'oob' is not one of 'hbb', 'obb'; did you mean"):
        BboxParams(format="coco", bbox_type="oob")
    with pytest.raises(InvalidParameter, match="angle_in_degrees"):
        BboxParams(format="coco", bbox_type="obb", angle_in_degrees="no")


def test_pipelines_of_oriented_boxes_go_to_yaml_and_back(tmp_path):
    path, told = tmp_path / "p.yaml", params("yolo", label_fields=["ids"], angle_in_degrees=False)
    augcore.save(Compose([augcore.HorizontalFlip(p=1)], bbox_params=told), path)
    assert augcore.load(path).setup.bbox_params == told
    assert "bbox_type: obb" in path.read_text()
    augcore.save(Compose([], bbox_params=BboxParams(format="coco")), path)
    assert "bbox_type" not in path.read_text()
