"""Visibility: how much of an object the frame still shows after maps, cuts and erasures, against counted pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from augcore import (
    AffineMap,
    BboxParams,
    Compose,
    Dense,
    Erase,
    Geometry,
    Lattice,
    PolygonRegion,
    Projective,
    Rectangles,
    ResizeMap,
    Scatter,
    Transform,
    displacement_field,
    region_mask,
    transform,
)

SIZE = (80, 120)
HEIGHT, WIDTH = SIZE


@transform
class MoveVisibly(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@displacement_field
def box_waves(size, *, amplitude):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([amplitude * np.sin(y / 12), amplitude * np.cos(x / 14)], -1)


@region_mask
def left_part(size, *, fraction):
    return np.broadcast_to(np.arange(size[1]) < fraction * size[1], size)


def rotated(size, degrees, scale=1.0, shift=(0.0, 0.0)):
    a, centre = np.radians(degrees), np.array(size[::-1]) / 2
    linear = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return AffineMap.of(np.column_stack([linear, centre - linear @ centre + shift]), size)


def run(boxes, *makes, size=SIZE, **options):
    params = BboxParams(format="pascal_voc", **options)
    image = np.zeros((*size, 1), np.uint8)
    return Compose([MoveVisibly(make) for make in makes], bbox_params=params)(image=image, bboxes=boxes)


def hflip(size):
    return Geometry(Lattice.hflip(size))


def window(*corners):
    return lambda size: Geometry(Lattice.window(size, *corners))


boxes_inside = st.builds(
    lambda x, y, w, h: (x * WIDTH, y * HEIGHT, (x + w * (1 - x)) * WIDTH, (y + h * (1 - y)) * HEIGHT),
    *[st.floats(0, 0.9)] * 2,
    *[st.floats(0.05, 1)] * 2,
)


# What is visible: areas counted in pixels


def geometry(kind, amount):
    """A maker of one kind of geometry, by a number in [0, 1]."""
    if kind == "rotate":
        return lambda s: Geometry(rotated(s, 180 * amount - 90, 0.8 + amount / 2))
    if kind == "crop":
        part = 0.1 + amount / 5
        return window_of(lambda h, w: (int(part * w), int(part / 2 * h), int(0.9 * w), int((1 - part) * h)))
    if kind == "pad":
        return window_of(lambda h, w: (-9, -20, w + 30, h + 5))
    if kind == "resize":
        return lambda s: Geometry(ResizeMap(s, (int(s[0] * 1.2), int(s[1] * 0.9))))
    if kind == "tilt":
        tilt = 1e-3 * amount - 5e-4
        return lambda s: Geometry(Projective.of([[1, 0, 0], [0, 1, 0], [tilt, -tilt, 1]], s))
    return {"flip": hflip, "turn": lambda s: Geometry(Lattice.rot90(s, 1))}[kind]


def window_of(corners):
    return lambda s: Geometry(Lattice.window(s, *corners(*s)))


KINDS = ["rotate", "crop", "pad", "flip", "turn", "tilt", "resize"]
frames = st.lists(st.builds(geometry, st.sampled_from(KINDS), st.floats(0, 1)), min_size=1, max_size=4)


@given(frames, boxes_inside)
def test_visibility_is_the_part_of_the_whole_object_that_pixels_show(makes, corners):
    """Cumulative over every cut, in pictures large enough to count: the box painted, warped, and counted."""
    grow = 4
    size, box = (HEIGHT * grow, WIDTH * grow), np.rint(np.array(corners) * grow)
    assume((box[2:] - box[:2]).min() > 30)
    x0, y0, x1, y1 = box.astype(int)
    painted = np.zeros(size, np.uint8)
    painted[y0:y1, x0:x1] = 1
    result, trace = Compose([MoveVisibly(make) for make in makes]).traced(image=painted, mask=painted)
    # How large each pixel of the outcome was in the original, by the maps' derivatives.
    rows, columns = np.nonzero(result["mask"])
    points, share = np.stack([columns, rows], 1) + 0.5, np.ones(len(rows))
    for step in reversed(trace.steps):
        back = step.effect.map.inverse()
        share *= np.abs(np.linalg.det(back.jacobian(points)))
        points = back.forward(points)
    tilts = sum(isinstance(step.effect.map, Projective) for step in trace.steps)
    assume(tilts < 2)
    whole = (x1 - x0) * (y1 - y0)
    visible = share.sum() / whole

    def kept(least):
        return len(run([tuple(box)], *makes, size=size, min_visibility=least)["bboxes"]) == 1

    # A pixel more or less along a side; under perspective areas weigh otherwise after the map than before it.
    near = 0.02 + 0.12 * tilts + 2 / min(x1 - x0, y1 - y0)
    if visible > near:
        assert kept(min(visible - near, 1.0))
    if visible < 1 - near:
        assert not kept(visible + near)
    if kept(0.0) and len(rows) > 50:
        seen = np.array(run([tuple(box)], *makes, size=size)["bboxes"][0])
        hull = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        beyond = (hull - seen) * (1, 1, -1, -1)
        # Each nearest resampling moves a value by up to half a pixel's diagonal, which the maps after it enlarge.
        moved = sum(0.71 * 1.5**later for later in range(len(makes)))
        assert beyond.min() > -moved, "the box holds every pixel that is shown"
        # An object may end in a sliver too thin for pixels; its tip lies on the object's own edge, which is followed.
        rim = rim_shown(box, trace)
        low, high = np.minimum(hull[:2], rim.min(0, initial=np.inf)), np.maximum(hull[2:], rim.max(0, initial=-np.inf))
        assert max((low - seen[:2]).max(), (seen[2:] - high).max()) < 1 + moved, "the box is the hull of what is shown"


def rim_shown(box, trace):
    """Points along the edge of a box that every frame of the trace still holds, where they end up."""
    x0, y0, x1, y1 = box
    part = np.linspace(0, 1, 5000)[:, None]
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
    points = np.concatenate([a + part * (b - a) for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)])
    for step in trace.steps:
        points = step.effect.map.forward(points)
        height, width = step.after
        points = points[((points >= -1e-6) & (points <= (width + 1e-6, height + 1e-6))).all(1)]
    return points


@pytest.mark.parametrize("times", [2, 4, 8, 24])
def test_rotations_that_add_up_to_a_whole_turn_give_the_box_back(times):
    box = (50.0, 30.0, 70.0, 45.0)
    out = run([box], *[lambda s: Geometry(rotated(s, 360 / times))] * times, min_visibility=0.999)
    np.testing.assert_allclose(out["bboxes"], [box], atol=1e-9)


@given(st.floats(0, 360))
def test_a_round_object_keeps_its_size_by_the_ellipse_method(degrees):
    out = run([(50, 30, 70, 50)], lambda s: Geometry(rotated(s, degrees), box_method="ellipse"))["bboxes"]
    np.testing.assert_allclose(out, [(50, 30, 70, 50)], atol=0.02)
    corners = np.array(run([(50, 30, 70, 50)], lambda s: Geometry(rotated(s, degrees)))["bboxes"][0])
    a = np.radians(degrees)
    np.testing.assert_allclose(corners[2:] - corners[:2], 20 * (abs(np.sin(a)) + abs(np.cos(a))), atol=1e-9)


@pytest.mark.parametrize("amplitude", [2.0, 6.0])
def test_boxes_follow_a_dense_map_to_the_hull_of_their_pixels(amplitude):
    box = (30, 25, 80, 60)
    painted = np.zeros(SIZE, np.uint8)
    painted[25:60, 30:80] = 1

    def warp(size):
        return Geometry(Dense.of(box_waves, size, amplitude=amplitude))

    rows, columns = np.nonzero(Compose([MoveVisibly(warp)])(image=painted, mask=painted)["mask"])
    out = run([box], warp)["bboxes"][0]
    np.testing.assert_allclose(out, (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1), atol=1.01)


# Erasing


@pytest.mark.parametrize(
    "region",
    [
        Rectangles(((0, 0, 60, HEIGHT),)),
        Rectangles(((0, 0, 55, HEIGHT), (50, 0, 60, HEIGHT))),
        PolygonRegion((((0, 0), (60, 0), (60, HEIGHT), (0, HEIGHT)),)),
        Scatter(left_part, fraction=0.5),
    ],
)
def test_erasing_lowers_visibility_by_what_is_covered(region):
    def erase(size):
        return Erase(region)

    box = (40, 20, 80, 60)  # half of it lies left of 60
    assert run([box], erase, min_visibility=0.5)["bboxes"] == [box], "the box itself stays whole"
    assert run([box], erase, min_visibility=0.51)["bboxes"] == []
    assert run([(10, 10, 60, 30)], erase)["bboxes"] == [], "nothing of it is left"
    both = (erase, lambda s: Geometry(rotated(s, 45)), lambda s: Geometry(rotated(s, -45)))
    assert len(run([box], *both, min_visibility=0.5)["bboxes"]) == 1
    assert run([box], *both, min_visibility=0.51)["bboxes"] == []
    assert run([box], erase, window(0, 0, 70, 80), min_visibility=0.5)["bboxes"] == []


def test_erasing_with_no_boxes_is_valid():
    assert run([], lambda s: Erase(Rectangles(((0, 0, 5, 5),))))["bboxes"] == []
