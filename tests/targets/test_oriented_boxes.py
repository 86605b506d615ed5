"""Oriented boxes: what rows hold, and where maps take them."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import augcore
from augcore import (
    Compose,
    Geometry,
    Lattice,
    Projective,
    ResizeMap,
)
from augcore.frame import Frame
from augcore.testing import TargetConformance

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


@given(boxes_inside, st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))
def test_what_a_horizon_leaves_of_a_box_is_enclosed_along_its_heading(box, a, b):
    map, frame = Projective.of(np.array([[1, 0, 0], [0, 1, 0], [a, b, 1]]), SIZE), Frame(SIZE)
    out = np.array(run(np.array([box]), lambda s: Geometry(map))["bboxes"]).reshape(-1, 5)
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 101)] * 2), -1).reshape(-1, 2)
    first, second, _, fourth = corners([box])[0]
    points = first + grid[:, :1] * (second - first) + grid[:, 1:] * (fourth - first)
    moved = map.forward(points[points @ (a, b) + 1 > 1e-3])
    shown = moved[frame.after(map).shows(moved)]
    assume(len(shown) > 100)
    angle = math.radians(out[0, 4])
    assert (np.array(enclosing(shown, (math.cos(angle), math.sin(angle)))[2:4]) <= out[0, 2:4] + 1e-6).all()
    middle = (first + fourth) / 2 + np.linspace(0, 1, 101)[:, None] * (second - first)
    middle = map.forward(middle[middle @ (a, b) + 1 > 1e-3])
    if len(middle) > 5:
        along, across = middle[-1] - middle[0]
        assert abs((out[0, 4] - math.degrees(math.atan2(across, along)) + 180) % 360 - 180) < 1e-3


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
