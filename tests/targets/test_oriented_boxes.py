"""Oriented boxes: what rows hold, where maps take them, what is let in, how they are cut, and which ones count."""

from __future__ import annotations

import math
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
    InvalidData,
    InvalidParameter,
    Lambda,
    Lattice,
    Mix,
    PolygonRegion,
    Projective,
    Rectangles,
    ResizeMap,
    Transform,
    transform,
)
from augcore.frame import Frame
from augcore.testing import TargetConformance

SIZE = (80, 120)
HEIGHT, WIDTH = SIZE
UPRIGHT = ("pascal_voc", "albumentations", "coco", "cxcywh", "yolo")
CORNERS = ("corners", "yolo_corners")


@transform
class MoveOriented(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


def params(format="cxcywh", **options):
    return BboxParams(format=format, bbox_type="obb", **options)


def run(rows, *makes, size=SIZE, data=None, source=None, **options):
    steps = [MoveOriented(make) for make in makes]
    image = np.zeros((*size, 1), np.uint8)
    return Compose(steps, bbox_params=params(**options), source=source)(image=image, bboxes=rows, **(data or {}))


def rotated(size, degrees, scale=1.0, shift=(0.0, 0.0)):
    """Counter-clockwise about the centre."""
    a, centre = np.radians(degrees), np.array(size[::-1]) / 2
    linear = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return AffineMap.of(np.column_stack([linear, centre - linear @ centre + shift]), size)


def hflip(size):
    return Geometry(Lattice.hflip(size))


def turn(degrees, scale=1.0):
    return lambda size: Geometry(rotated(size, degrees, scale))


def window(*corners):
    return lambda size: Geometry(Lattice.window(size, *corners))


def corners(rows, degrees=True):
    """Of rows x_center, y_center, width, height, angle: by the definition."""
    x, y, w, h, a = np.asarray(rows, float).reshape(-1, 5).T
    a = np.radians(a) if degrees else a
    along, across = np.stack([np.cos(a), np.sin(a)], 1), np.stack([-np.sin(a), np.cos(a)], 1)
    halves = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    centre = np.stack([x, y], 1)
    return np.stack([centre + along * (w * i / 2)[:, None] + across * (h * j / 2)[:, None] for i, j in halves], 1)


def of_format(format, rows, size=SIZE):
    """Rows x_center, y_center, width, height, angle as rows of another format, by their definitions."""
    rows = np.asarray(rows, float).reshape(-1, 5)
    x, y, w, h, a = rows.T
    height, width = size
    if format in CORNERS:
        points = corners(rows)
        return (points / (width, height) if format == "yolo_corners" else points).reshape(-1, 8)
    x0, y0, x1, y1 = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    columns = {
        "pascal_voc": (x0, y0, x1, y1),
        "albumentations": (x0 / width, y0 / height, x1 / width, y1 / height),
        "coco": (x0, y0, w, h),
        "cxcywh": (x, y, w, h),
        "yolo": (x / width, y / height, w / width, h / height),
    }[format]
    return np.stack([*columns, a], 1)


def alike(first, second, atol=1e-6):
    """Whether rows x_center, y_center, width, height, angle are the same, angles up to full turns."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    np.testing.assert_allclose(first[:, :4], second[:, :4], atol=atol)
    np.testing.assert_allclose((first[:, 4] - second[:, 4] + 180) % 360 - 180, 0, atol=atol)


# Wholly inside the frame however they are turned about their own centres.
boxes_inside = st.builds(
    lambda x, y, w, h, a: (x, y, w, h, a),
    *(st.floats(30, 90), st.floats(27, 53), st.floats(2, 40), st.floats(2, 30), st.floats(-180, 360)),
)
lists = st.lists(boxes_inside, min_size=1, max_size=5)


# Formats


@given(lists, st.sampled_from((*UPRIGHT, *CORNERS)))
def test_a_box_that_nothing_happens_to_comes_back(boxes, format):
    rows = of_format(format, boxes)
    np.testing.assert_allclose(run(rows, format=format)["bboxes"], rows, atol=1e-9)
    # Up to full turns, since an angle that has changed comes out in the usual range.
    back = run(rows, hflip, hflip, format=format)["bboxes"]
    np.testing.assert_allclose(back, rows, atol=1e-9)


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=5), st.booleans())
def test_an_angle_that_nothing_happens_to_comes_back_exactly_as_it_was_given(angles, in_degrees):
    rows = [(60.0, 40.0, 20.0, 10.0, angle) for angle in angles]
    for makes in ((), (hflip, hflip), (turn(33), turn(-33))):
        assert [row[4] for row in run(rows, *makes, angle_in_degrees=in_degrees)["bboxes"]] == angles


@pytest.mark.parametrize(
    ("given_angle", "clockwise", "expected"),
    [(350, 20, 10), (0, -1, 359), (-30, 20, -10), (-10, 20, 10), (-170, -20, 170), (-1, 181, -180), (700, 30, 10)],
)
def test_angles_come_out_in_the_range_that_they_were_given_in(given_angle, clockwise, expected):
    out = run([(60, 40, 20, 10, given_angle)], turn(-clockwise))["bboxes"]
    assert out[0][4] == pytest.approx(expected, abs=1e-9)


@given(boxes_inside, st.floats(-180, 180))
def test_angles_in_radians_and_in_degrees_say_the_same(box, degrees):
    radians = np.array([[*box[:4], math.radians(box[4])]])
    first = run(radians, turn(degrees), angle_in_degrees=False)["bboxes"]
    second = run(np.array([box]), turn(degrees))["bboxes"]
    assume(len(second))
    assert abs(first[0, 4]) <= 2 * math.pi
    alike(np.column_stack([first[:, :4], np.degrees(first[:, 4])]), second)


@given(lists, st.sampled_from((*UPRIGHT, *CORNERS)))
def test_all_formats_say_the_same_before_and_after(boxes, format):
    makes = (turn(20, 0.8), window(10, 5, 100, 70), hflip)
    expected = np.array(run(np.array(boxes), *makes)["bboxes"]).reshape(-1, 5)
    got = run(of_format(format, boxes), *makes, format=format)["bboxes"]
    frame = (65, 90)
    if format not in CORNERS:
        wanted = of_format(format, expected, frame)
        np.testing.assert_allclose((got - wanted)[:, :4], 0, atol=1e-9)
        np.testing.assert_allclose(np.sin(np.radians(got - wanted)[:, 4]), 0, atol=1e-9)
    else:
        np.testing.assert_allclose(got, of_format(format, expected, frame), atol=1e-8)


# Where maps take them


@given(boxes_inside, st.floats(-180, 180))
def test_angles_follow_flips_and_rotations_as_computed_by_hand(box, degrees):
    x, y, w, h, a = box
    row = np.array([box])
    alike(run(row, hflip)["bboxes"], [(WIDTH - x, y, w, h, 180 - a)])
    alike(run(row, lambda s: Geometry(Lattice.vflip(s)))["bboxes"], [(x, HEIGHT - y, w, h, -a)])
    alike(run(row, lambda s: Geometry(Lattice.rot90(s)))["bboxes"], [(y, WIDTH - x, w, h, a - 90)])
    alike(run(row, lambda s: Geometry(Lattice.transpose(s)))["bboxes"], [(y, x, w, h, 90 - a)])
    smaller = run(row, turn(degrees, 0.4))["bboxes"]
    x, y = rotated(SIZE, degrees, 0.4).forward(np.array([[x, y]]))[0]
    alike(smaller, [(x, y, 0.4 * w, 0.4 * h, a - degrees)])


def test_the_transforms_of_the_geometric_plugin_turn_boxes_as_their_docstrings_say():
    def moved(step):
        image = np.zeros((*SIZE, 3), np.uint8)
        return Compose([step], bbox_params=params())(image=image, bboxes=[(60.0, 40.0, 20.0, 10.0, 30.0)])["bboxes"]

    alike(moved(augcore.HorizontalFlip(p=1)), [(60, 40, 20, 10, 150)])
    alike(moved(augcore.VerticalFlip(p=1)), [(60, 40, 20, 10, 330)])
    alike(moved(augcore.Rotate(limit=(40, 40), p=1)), [(60, 40, 20, 10, 350)])


@given(boxes_inside)
def test_boxes_survive_eight_rotations_by_45_degrees(box):
    x, y, w, h, a = box
    near_the_centre = np.array([(45 + x / 4, 30 + y / 4, min(w, 20), min(h, 20), a)])
    np.testing.assert_allclose(run(near_the_centre, *[turn(45)] * 8)["bboxes"], near_the_centre, atol=1e-6)
    points = corners(near_the_centre).reshape(-1, 8)
    np.testing.assert_allclose(run(points, *[turn(45)] * 8, format="corners")["bboxes"], points, atol=1e-6)


def enclosing(points, heading):
    """The rectangle along a heading round points: x_center, y_center, width, height, angle."""
    u = np.asarray(heading) / np.hypot(*heading)
    v = np.array([-u[1], u[0]])
    along, across = points @ u, points @ v
    centre = u * (along.min() + along.max()) / 2 + v * (across.min() + across.max()) / 2
    return [*centre, np.ptp(along), np.ptp(across), math.degrees(math.atan2(u[1], u[0]))]


@given(boxes_inside, st.integers(20, 200), st.integers(20, 200))
def test_a_stretched_box_becomes_the_rectangle_along_its_stretched_heading(box, height, width):
    by = np.array([width / WIDTH, height / HEIGHT])
    a = math.radians(box[4])
    expected = enclosing(corners([box])[0] * by, np.array([math.cos(a), math.sin(a)]) * by)
    alike(run(np.array([box]), lambda s: Geometry(ResizeMap(s, (height, width))))["bboxes"], [expected])


@given(boxes_inside, st.floats(-1e-3, 1e-3), st.floats(-1e-3, 1e-3))
def test_perspective_takes_the_heading_from_the_middle_of_the_rear_to_that_of_the_front(box, a, b):
    grown = (300, 300)  # nothing is cut
    map = Projective.of(np.array([[1, 0, 100], [0, 1, 100], [a, b, 1]]), SIZE, grown)
    points = corners([box])[0]
    moved = map.forward(points)
    rear, front = map.forward(np.array([points[[0, 3]].mean(0), points[[1, 2]].mean(0)]))
    assume((moved > 0).all() and (moved < 300).all())
    alike(run(np.array([box]), lambda s: Geometry(map))["bboxes"], [enclosing(moved, front - rear)])
    quadrilateral = run(points.reshape(1, 8), lambda s: Geometry(map), format="corners")["bboxes"]
    np.testing.assert_allclose(quadrilateral, moved.reshape(1, 8), atol=1e-9)


def signed_area(points):
    x, y = points.reshape(-1, 4, 2).transpose(2, 0, 1)
    return (x * np.roll(y, -1, 1) - np.roll(x, -1, 1) * y).sum(1) / 2


@given(lists, st.booleans())
def test_corners_go_round_the_same_way_and_start_at_the_same_side_in_a_mirror(boxes, reverse):
    points = corners(boxes)
    points = points[:, ::-1] if reverse else points
    out = np.array(run(points.reshape(-1, 8), hflip, format="corners")["bboxes"])
    mirrored = points * (-1, 1) + (WIDTH, 0)
    np.testing.assert_allclose(out.reshape(-1, 4, 2), mirrored[:, ::-1], atol=1e-9)
    assert (np.sign(signed_area(out)) == np.sign(signed_area(points))).all()
    # The first side still runs along the heading, the mirrored one.
    before, after = points[:, 1] - points[:, 0], out.reshape(-1, 4, 2)[:, 1] - out.reshape(-1, 4, 2)[:, 0]
    np.testing.assert_allclose(after, before * (-1, 1), atol=1e-9)
    # And so it does where it has become a fitted rectangle.
    cut = np.array(run(points.reshape(-1, 8), hflip, window(0, 0, 59, 80), format="corners")["bboxes"]).reshape(-1, 8)
    assert (np.sign(signed_area(cut)) == np.sign(signed_area(points))[0]).all()


def test_a_quadrilateral_drawn_by_hand_is_not_forced_into_a_rectangle():
    quadrilateral = [(20.0, 10.0, 61.0, 18.0, 55.0, 41.0, 17.0, 33.0, "plane", 1)]
    assert run(quadrilateral, format="corners")["bboxes"] == quadrilateral
    map = rotated(SIZE, 10)
    moved = run(quadrilateral, lambda s: Geometry(map), format="corners")["bboxes"][0]
    expected = map.forward(np.array(quadrilateral[0][:8]).reshape(4, 2)).ravel()
    np.testing.assert_allclose(moved[:8], expected, atol=1e-9)
    assert moved[8:] == ("plane", 1)
    # What is cut becomes a rectangle.
    cut = np.array(run(quadrilateral, window(30, 0, 120, 80), format="corners")["bboxes"][0][:8]).reshape(4, 2)
    sides = np.roll(cut, -1, 0) - cut
    np.testing.assert_allclose((sides * np.roll(sides, -1, 0)).sum(1), 0, atol=1e-9)


# Cutting


@given(boxes_inside, st.integers(1, 100), st.integers(1, 60), st.floats(-180, 180))
def test_cutting_shortens_a_box_and_keeps_its_heading(box, x, y, degrees):
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


# Conformance

ANGLES = (0.0, 37.0, -120.0, 181.0)


def sample_rows(size, rng):
    """In the middle half of the frame, so that no turn of it cuts any of them."""
    height, width = size
    centres = rng.uniform(0.42, 0.58, (len(ANGLES), 2)) * (width, height)
    return np.column_stack([centres, rng.uniform(0.05, 0.2, (len(ANGLES), 2)) * (width, height), ANGLES])


class TestOrientedBoxes(TargetConformance):
    target = params("cxcywh", label_fields=("labels",))

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"bboxes": sample_rows(size, rng), "labels": [2**53 + 1, "cat", None, -7]}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"bboxes": np.zeros((0, 5), np.float32), "labels": []}, {"bboxes": [], "labels": np.zeros(0, np.int64)}]


class TestOrientedBoxesInRadians(TestOrientedBoxes):
    target = params("yolo", label_fields=("labels",), angle_in_degrees=False)

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        rows = of_format("yolo", sample_rows(size, rng), size)
        rows = [(*row[:4], math.radians(row[4])) for row in rows.tolist()]
        return {"bboxes": rows, "labels": (2**53 + 1, "cat", None, -7)}


class TestCorners(TestOrientedBoxes):
    target = params("corners", label_fields=("labels",))

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        points = corners(sample_rows(size, rng)) + rng.uniform(-0.5, 0.5, (len(ANGLES), 4, 2))
        points[1::2] = points[1::2, ::-1]
        return {"bboxes": points.reshape(-1, 8), "labels": np.arange(len(ANGLES))}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"bboxes": np.zeros((0, 8)), "labels": []}, {"bboxes": (), "labels": []}]
