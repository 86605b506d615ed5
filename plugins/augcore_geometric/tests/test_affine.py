"""Rotations, affine maps and perspectives: what of the picture is shown, and what is drawn from which range."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_geometric import Affine, Perspective, Rotate, ShiftScaleRotate
from augcore_geometric.matrices import homography, inscribed

from augcore import BboxParams, Compose, InvalidParameter

CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)


def map_of(transform: Any, size: tuple[int, int] = (60, 90), key: int = 0) -> Any:
    _, trace = Compose([transform], seed=4).keyed(key).traced(image=np.zeros(size, np.uint8))
    return trace.steps[0].effect.map


# Rotate


@pytest.mark.parametrize("interpolation", ["nearest", "linear", "cubic", "lanczos4"])
@pytest.mark.parametrize("size", [(60, 90), (90, 60), (70, 70), (200, 11), (1, 1), (2, 9)])
def test_a_rotation_cropped_to_its_border_shows_none(size: tuple[int, int], interpolation: str) -> None:
    pipeline = Compose([Rotate(180, crop_border=True, fill=0, interpolation=interpolation, p=1)], seed=1)
    for key in range(30):
        out = pipeline.keyed(key)(image=np.full(size, 200, np.uint8))["image"]
        assert (out == 200).all()


@pytest.mark.parametrize("size", [(60, 90), (90, 60), (70, 70), (200, 11)])
def test_the_largest_upright_rectangle_fits_and_no_wider_or_higher_one_does(size: tuple[int, int]) -> None:
    height, width = size
    for angle in np.radians(np.arange(-180, 181, 7.5)):
        h, w = inscribed(size, angle)
        cos, sin = abs(math.cos(angle)), abs(math.sin(angle))

        def fits(h: float, w: float, cos: float = cos, sin: float = sin) -> bool:
            return w * cos + h * sin <= width + 1e-6 and w * sin + h * cos <= height + 1e-6

        assert fits(h, w)
        # No rectangle within has a greater area, tried along the whole range of its shapes.
        widths = np.linspace(1e-3, max(size) * 1.5, 2000)
        with np.errstate(divide="ignore"):
            highest = np.minimum((width - widths * cos) / sin, (height - widths * sin) / cos)
        assert (widths * np.maximum(highest, 0)).max() <= h * w * (1 + 1e-6)


def test_a_cropped_rotation_is_one_map_about_the_centre() -> None:
    map = map_of(Rotate((20, 20), crop_border=True, p=1))
    assert np.allclose(map.forward(np.array([[45.0, 30.0]])), [np.array(map.output[::-1]) / 2])


@pytest.mark.parametrize("kind", [Rotate, ShiftScaleRotate, Affine])
def test_ellipses_give_tighter_boxes_than_corners(kind: Any) -> None:
    name = {Rotate: "limit", ShiftScaleRotate: "rotate_limit", Affine: "rotate"}[kind]
    areas = []
    for method in ("largest_box", "ellipse"):
        transform = kind(**{name: (45, 45)}, rotate_method=method, p=1)
        pipeline = Compose([transform], bbox_params=BboxParams(format="coco"), seed=0)
        box = pipeline(image=np.zeros((200, 200), np.uint8), bboxes=[(80.0, 80, 40, 40)])["bboxes"][0]
        areas.append(box[2] * box[3])
    assert areas[1] < 0.6 * areas[0]


# Affine


@pytest.mark.parametrize("size", [(60, 90), (1, 1), (300, 7)])
def test_a_fitted_frame_holds_the_whole_picture_and_hardly_more(size: tuple[int, int]) -> None:
    for key in range(40):
        map = map_of(Affine(scale=(0.3, 2), rotate=(-180, 180), shear=(-30, 30), fit_output=True, p=1), size, key)
        moved = map.forward(CORNERS * size[::-1])
        assert (moved >= -1e-6).all()
        assert (moved <= np.array(map.output[::-1]) + 1e-6).all()
        assert (np.array(map.output[::-1]) - np.ptp(moved, axis=0) < 1).all()


def test_balanced_scales_shrink_as_often_as_they_enlarge() -> None:
    plain, balanced = (
        np.array([map_of(Affine(scale=(0.5, 3), balanced_scale=on, p=1), key=key).matrix[0, 0] for key in range(600)])
        for on in (False, True)
    )
    assert abs((plain < 1).mean() - 0.2) < 0.07
    assert abs((balanced < 1).mean() - 0.5) < 0.07
    assert 0.5 <= balanced.min() < 0.55
    assert 2.8 < balanced.max() <= 3


def test_axes_are_drawn_apart_unless_the_ratio_is_kept() -> None:
    apart = map_of(Affine(scale=(0.5, 2), p=1)).matrix
    together = map_of(Affine(scale=(0.5, 2), keep_ratio=True, p=1)).matrix
    assert apart[0, 0] != apart[1, 1]
    assert together[0, 0] == together[1, 1]


@pytest.mark.parametrize(
    ("given", "matrix"),
    [
        ({"scale": {"x": 2}}, [[2, 0, -45], [0, 1, 0]]),
        ({"scale": {"y": (0.5, 0.5)}}, [[1, 0, 0], [0, 0.5, 15]]),
        ({"translate_percent": {"x": 0.1, "y": -0.5}}, [[1, 0, 9], [0, 1, -30]]),
        ({"translate_percent": 0.1}, [[1, 0, 9], [0, 1, 6]]),
        ({"translate_px": -4}, [[1, 0, -4], [0, 1, -4]]),
        ({"rotate": 90}, [[0, 1, 15], [-1, 0, 75]]),
        ({"shear": {"x": 45}}, [[1, -1, 30], [0, 1, 0]]),
        ({"shear": {"y": 45}}, [[1, 0, 0], [-1, 1, 45]]),
        ({"rotate": 90, "scale": {"x": 2}}, [[0, 1, 15], [-2, 0, 120]]),
    ],
)
def test_affine_matrices_are_what_their_parameters_say(given: dict[str, Any], matrix: Any) -> None:
    assert np.allclose(map_of(Affine(**given, p=1)).matrix[:2], matrix)


def test_shifts_in_pixels_are_whole_and_reach_both_ends() -> None:
    shifts = {map_of(Affine(translate_px=(-2, 2), p=1), key=key).matrix[0, 2] for key in range(80)}
    assert shifts == {-2, -1, 0, 1, 2}


def test_one_axis_of_a_shift_can_have_its_own_limit() -> None:
    for key in range(20):
        map = map_of(ShiftScaleRotate(0, 0, 0, shift_limit_x=(0.1, 0.2), p=1), key=key)
        assert 9 <= map.matrix[0, 2] <= 18
        assert map.matrix[1, 2] == 0


# Perspective


@pytest.mark.parametrize("size", [(60, 90), (1, 1), (300, 7)])
@pytest.mark.parametrize("scale", [0.0, 0.1, 1.0, 50.0])
def test_perspectives_of_any_strength_stay_invertible_on_the_whole_picture(size: Any, scale: float) -> None:
    points = np.random.default_rng(0).random((50, 2)) * size[::-1]
    for fit_output in (False, True):
        for keep_size in (False, True):
            for key in range(10):
                transform = Perspective((scale, scale), keep_size, fit_output, p=1)
                map = map_of(transform, size, key)
                assert np.allclose(map.backward(map.forward(points)), points, atol=1e-6)
                assert not map.is_reflection
                assert map.output == size or not keep_size


@pytest.mark.parametrize("keep_size", [False, True])
def test_a_fitted_perspective_shows_the_whole_picture(keep_size: bool) -> None:
    for key in range(30):
        map = map_of(Perspective(0.2, keep_size, True, p=1), key=key)
        moved = map.forward(CORNERS * (90, 60))
        assert (moved >= -1e-6).all()
        assert (moved <= np.array(map.output[::-1]) + 1e-6).all()
        assert (np.array(map.output[::-1]) - np.ptp(moved, axis=0) < 1.5).all()


def test_a_perspective_that_is_not_fitted_shows_no_border() -> None:
    for key in range(30):
        map = map_of(Perspective(0.2, p=1), key=key)
        source = map.backward(CORNERS * (90, 60))
        assert (source >= -1e-6).all()
        assert (source <= np.array([90, 60]) + 1e-6).all()


def test_a_perspective_with_its_own_size_is_as_large_as_what_it_shows() -> None:
    seen = set()
    for key in range(20):
        map = map_of(Perspective((0.1, 0.1), keep_size=False, p=1), key=key)
        height, width = map.output
        corners = map.backward(CORNERS * (width, height))
        top, right, bottom, left = np.hypot(*(np.roll(corners, -1, 0) - corners).T)
        assert (height, width) == (round(max(left, right)), round(max(top, bottom)))
        seen.add(map.output)
    assert len(seen) > 10


@pytest.mark.parametrize("corners", [[(0, 0), (1, 0), (2, 0), (0, 1)], [(0, 0), (0, 9), (9, 9), (9, 0)], [(1, 1)] * 4])
def test_corners_of_no_convex_quadrilateral_are_refused(corners: Any) -> None:
    with pytest.raises(InvalidParameter, match="are not the corners of a convex quadrilateral; give four"):
        homography(corners)
