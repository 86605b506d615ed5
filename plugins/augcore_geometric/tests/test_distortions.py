"""What each distortion's field is, where it folds, and what pictures of any size make of it."""

from __future__ import annotations

import itertools
import math
from typing import Any

import augcore_geometric as geometric
import cv2
import numpy as np
import pytest
from augcore_geometric.grid_distortion import grid_line_field, grid_point_field, triangle_field
from augcore_geometric.refraction import radial_field, wave_field
from augcore_geometric.spline import spline_at, spline_field, spline_weights
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import Compose, Dense

DEFAULTS = {
    "ElasticTransform": geometric.ElasticTransform(p=1),
    "GridDistortion": geometric.GridDistortion(p=1),
    "GridDistortion-free": geometric.GridDistortion(normalized=False, p=1),
    "OpticalDistortion": geometric.OpticalDistortion(p=1),
    "OpticalDistortion-fisheye": geometric.OpticalDistortion(mode="fisheye", p=1),
    "PiecewiseAffine": geometric.PiecewiseAffine(p=1),
    "ThinPlateSpline": geometric.ThinPlateSpline(p=1),
    "WaterRefraction": geometric.WaterRefraction(p=1),
}
STRONG = {
    "ElasticTransform": geometric.ElasticTransform(2000, 8, p=1),
    "GridElasticDeform": geometric.GridElasticDeform((4, 4), 40, p=1),
    "OpticalDistortion": geometric.OpticalDistortion((-0.6, -0.6), p=1),
    "OpticalDistortion-fisheye": geometric.OpticalDistortion((-0.6, -0.6), mode="fisheye", p=1),
    "PiecewiseAffine": geometric.PiecewiseAffine((0.6, 0.6), 6, 6, p=1),
    "ThinPlateSpline": geometric.ThinPlateSpline(1, 8, p=1),
    "WaterRefraction": geometric.WaterRefraction(amplitude_range=0.3, p=1),
}
EVERY = {
    **DEFAULTS,
    "GridElasticDeform": geometric.GridElasticDeform((4, 3), 5),
    "PixelSpread": geometric.PixelSpread(p=1),
}

sides = st.integers(1, 70)
seeds = st.integers(0, 2**63 - 1)


def drawn(step: Any, size: tuple[int, int], key: int = 0) -> Any:
    """The map that a transform draws for a picture of a size."""
    trace = Compose([step], seed=0).keyed(key).traced(image=np.zeros(size, np.uint8))[1]
    return trace.steps[0].effect.map


# Folds


@pytest.mark.parametrize("step", DEFAULTS.values(), ids=DEFAULTS)
def test_nothing_folds_by_default(step: Any) -> None:
    for key in range(60):
        assert drawn(step, [(96, 96), (48, 150), (150, 48)][key % 3], key).folded == 0


@pytest.mark.parametrize("step", STRONG.values(), ids=STRONG)
def test_folds_of_strong_distortions_are_told(step: Any) -> None:
    assert all(drawn(step, (96, 120), key).folded > 0.005 for key in range(4))


@pytest.mark.parametrize(("mode", "limit"), [("camera", -1 / 2.75), ("fisheye", -1 / 3)])
def test_lenses_fold_in_the_corners_from_where_the_docstring_says(mode: str, limit: float) -> None:
    for k, folds in ((limit + 0.02, False), (limit - 0.05, True)):
        step = geometric.OpticalDistortion((k, k), mode=mode, p=1)
        field = drawn(step, (200, 300)).folded
        assert (field > 0) == folds
        assert field < 0.05


@given(seeds, st.integers(2, 6), st.integers(2, 6), st.integers(20, 90), st.integers(20, 90))
def test_grids_do_not_fold_below_a_quarter_of_their_cells(
    seed: int, columns: int, rows: int, height: int, width: int
) -> None:
    quarter = 0.249 * min((width - 1) / (columns - 1), (height - 1) / (rows - 1))
    field = {"seed": seed, "columns": columns, "rows": rows}
    assert Dense.of(triangle_field, (height, width), deviation=quarter / 3, **field).folded == 0
    quarter = 0.249 * min((width - 1) / columns, (height - 1) / rows)
    assert Dense.of(grid_point_field, (height, width), magnitude=quarter, **field).folded == 0


@given(
    st.lists(st.tuples(st.floats(0.1, 1), st.floats(8, 60), st.floats(0, 7), st.floats(0, 7)), min_size=1, max_size=5)
)
def test_waves_do_not_fold_while_their_slopes_add_up_to_less_than_one(waves: Any) -> None:
    steepest = sum(2 * math.pi * amplitude / length for amplitude, length, _, _ in waves)
    gentle = tuple((0.99 / steepest * amplitude, *rest) for amplitude, *rest in waves)
    assert Dense.of(wave_field, (50, 60), waves=gentle).folded == 0


def test_what_folds_is_counted_as_the_determinant_says() -> None:
    # cos has slopes to both sides; its steep half is that beyond one.
    period, amplitude = 40.0, 10.0
    map = Dense.of(wave_field, (7, 400), waves=((amplitude, period, 0.0, 0.0),))
    slope = amplitude * 2 * math.pi / period
    assert abs(map.folded - math.acos(1 / slope) / math.pi) < 0.02
    assert Dense.of(wave_field, (400, 1), waves=((amplitude, period, math.pi / 2, 0.0),)).folded > 0.2


# Grids


@given(st.integers(1, 9), st.floats(0, 0.9), seeds, sides, sides)
def test_a_normalized_grid_keeps_the_frames_edges_and_the_order_of_its_lines(
    num_steps: int, limit: float, key: int, height: int, width: int
) -> None:
    x, y = drawn(geometric.GridDistortion(num_steps, limit, p=1), (height, width), key).source_grid
    for places, side in ((x[0], width), (y[:, 0], height)):
        assert abs(places[0]) < 1e-4
        assert abs(places[-1] - (side - 1)) < 1e-3
        assert (np.diff(places) > 0).all()
    assert (x == x[0]).all()
    assert (y == y[:, :1]).all()


def test_a_grid_that_is_not_normalized_stretches_columns_by_their_own_factors() -> None:
    step = geometric.GridDistortion(4, (0.5, 0.5), normalized=False, p=1)
    x, y = drawn(step, (41, 81)).source_grid
    np.testing.assert_allclose(x[0], 1.5 * np.arange(81), atol=1e-4)
    np.testing.assert_allclose(y[:, 0], 1.5 * np.arange(41), atol=1e-4)


def test_lines_of_a_grid_come_to_lie_evenly() -> None:
    lines = (0.0, 0.1, 0.5, 0.8, 1.0)
    map = Dense.of(grid_line_field, (61, 101), x=lines, y=lines)
    shown = np.array([(100 * x + 0.5, 60 * y + 0.5) for x, y in itertools.product(lines, lines)])
    even = np.linspace(0, 1, 5)
    np.testing.assert_allclose(
        map.forward(shown), [(100 * x + 0.5, 60 * y + 0.5) for x, y in itertools.product(even, even)], atol=1e-3
    )


@given(seeds, st.integers(2, 5), st.integers(2, 5))
def test_the_points_inside_a_grid_move_within_the_magnitude_and_the_edges_stay(
    seed: int, columns: int, rows: int
) -> None:
    field = grid_point_field((10 * rows + 1, 12 * columns + 1), seed=seed, columns=columns, rows=rows, magnitude=3.0)
    assert np.abs(field).max() <= 3
    assert np.abs(field[::10, ::12][1:-1, 1:-1]).min() > 0
    for edge in (field[0], field[-1], field[:, 0], field[:, -1]):
        assert np.abs(edge).max() < 1e-5
    # Linear between neighbouring points, along rows and columns.
    assert np.abs(np.diff(field[:11], 2, axis=0)).max() < 1e-4
    assert np.abs(np.diff(field[:, :13], 2, axis=1)).max() < 1e-4


@given(seeds, st.integers(2, 5), st.integers(2, 5))
def test_each_triangle_of_a_piecewise_affine_field_has_one_derivative(seed: int, columns: int, rows: int) -> None:
    cell = 12
    size = (cell * (rows - 1) + 1, cell * (columns - 1) + 1)
    field = triangle_field(size, seed=seed, columns=columns, rows=rows, deviation=1.0)
    across, down = np.diff(field, axis=1)[:-1], np.diff(field, axis=0)[:, :-1]
    v, u = np.mgrid[:cell, :cell]
    for row, column in itertools.product(range(rows - 1), range(columns - 1)):
        here = np.s_[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell]
        for triangle in (u + v < cell, u + v >= cell):
            assert np.ptp(across[here][triangle], axis=0).max() < 1e-4
            assert np.ptp(down[here][triangle], axis=0).max() < 1e-4
    places = field + np.stack(np.meshgrid(*(np.arange(side) for side in size[::-1])), -1)
    assert (places > -1e-3).all()
    assert (places < np.array(size[::-1]) - 1 + 1e-3).all()


# Lenses


@given(st.floats(-0.5, 0.5), st.integers(2, 60), st.integers(2, 60))
def test_the_camera_is_that_of_opencv_about_the_centre_of_the_frame(k: float, height: int, width: int) -> None:
    matrix = np.array([[width, 0, width / 2 - 0.5], [0, height, height / 2 - 0.5], [0, 0, 1]])
    x, y = cv2.initUndistortRectifyMap(matrix, np.array([k, k, 0, 0]), None, matrix, (width, height), cv2.CV_32FC1)
    found = drawn(geometric.OpticalDistortion((k, k), p=1), (height, width)).source_grid
    np.testing.assert_allclose(found[0], x, atol=1e-3)
    np.testing.assert_allclose(found[1], y, atol=1e-3)


def test_a_fisheye_shows_in_the_corners_what_lay_one_plus_k_as_far_out() -> None:
    for k in (-0.3, 0.4):
        map = drawn(geometric.OpticalDistortion((k, k), mode="fisheye", p=1), (61, 81))
        centre, corner = np.array([40.5, 30.5]), np.array([0.5, 0.5])
        part = np.hypot(*(corner - centre)) / np.hypot(*centre)
        looked = np.array([grid[0, 0] for grid in map.source_grid]) + 0.5
        np.testing.assert_allclose(looked - centre, (1 + k * part**2) * (corner - centre), atol=1e-3)


@pytest.mark.parametrize("mode", ["camera", "fisheye"])
def test_a_positive_coefficient_makes_a_barrel_and_a_negative_one_a_pincushion(mode: str) -> None:
    side = np.array([[80.0, 5.0], [80.0, 50.0], [80.0, 95.0]])
    bulge = []
    for k in (-0.2, 0.2):
        x = drawn(geometric.OpticalDistortion((k, k), mode=mode, p=1), (100, 100)).forward(side)[:, 0]
        bulge.append(x[1] - (x[0] + x[2]) / 2)
    assert bulge[0] < -0.5 < 0.5 < bulge[1]


def test_a_radial_field_is_its_polynomial() -> None:
    field = radial_field((20, 30), k1=0.3, k2=-0.2, focal=(25.0, 15.0))
    x, y = np.meshgrid((np.arange(30) - 14.5) / 25, (np.arange(20) - 9.5) / 15)
    factor = 0.3 * (x**2 + y**2) - 0.2 * (x**2 + y**2) ** 2
    np.testing.assert_allclose(field, np.stack([25 * x * factor, 15 * y * factor], -1), atol=1e-5)


# Water


def test_waves_add_up_each_along_its_direction() -> None:
    waves = ((2.0, 20.0, 0.4, 1.0), (1.0, 33.0, 4.0, 2.5))
    x, y = np.meshgrid(np.arange(40) + 0.5, np.arange(30) + 0.5)
    expected = np.zeros((30, 40, 2))
    for amplitude, length, angle, phase in waves:
        along = np.array([math.cos(angle), math.sin(angle)])
        wave = np.sin(2 * math.pi / length * (along[0] * x + along[1] * y) + phase)
        expected += amplitude * wave[..., None] * along
    np.testing.assert_allclose(wave_field((30, 40), waves=waves), expected, atol=1e-5)


def test_water_displaces_by_the_amplitude_at_most_and_by_a_good_part_of_it() -> None:
    step = geometric.WaterRefraction(amplitude_range=0.1, p=1)
    furthest = [np.linalg.norm(drawn(step, (80, 200), key).field, axis=2).max() for key in range(20)]
    assert max(furthest) <= 8 + 1e-3
    assert np.mean(furthest) > 3


# Splines


@given(seeds, st.integers(2, 5))
def test_a_spline_has_its_values_at_its_knots(seed: int, points: int) -> None:
    places = np.linspace(0, 1, points)
    knots = np.stack(np.meshgrid(places, places), -1).reshape(-1, 2)
    values = np.random.default_rng(seed).normal(0, 20, (len(knots), 2))
    found = spline_at(places, places, knots, spline_weights(knots, values))
    np.testing.assert_allclose(found.reshape(2, -1).T, values, atol=1e-3)


def test_a_spline_of_affine_displacements_is_affine_everywhere() -> None:
    knots = np.random.default_rng(0).random((9, 2))
    matrix = np.array([[3.0, -2.0], [1.0, 5.0], [4.0, 0.5]])
    weights = spline_weights(knots, knots @ matrix[:2] + matrix[2])
    x, y = np.linspace(-0.2, 1.2, 9), np.linspace(-0.1, 1.3, 7)
    grid = np.stack(np.meshgrid(x, y), -1)
    np.testing.assert_allclose(
        np.moveaxis(spline_at(x, y, knots, weights), 0, -1), grid @ matrix[:2] + matrix[2], atol=1e-4
    )


def test_a_spline_is_its_formula_between_knots() -> None:
    draws = np.random.default_rng(1)
    knots = draws.random((12, 2))
    weights = spline_weights(knots, draws.normal(0, 20, (12, 2)))
    x, y = np.linspace(0, 1, 30), np.linspace(0, 1, 20)
    points = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    squared = ((points[:, None] - knots) ** 2).sum(2)
    expected = np.column_stack([squared * np.log(squared), np.ones(len(points)), points]) @ weights
    np.testing.assert_allclose(spline_at(x, y, knots, weights).reshape(2, -1).T, expected, atol=1e-3)


def test_a_thin_plate_moves_with_the_size_of_the_picture() -> None:
    small, large = (spline_field((side, 2 * side), seed=5, points=3, deviation=0.03) for side in (50, 500))
    np.testing.assert_allclose(cv2.resize(large, (100, 50), interpolation=cv2.INTER_AREA), 10 * small, atol=0.1)


# All of them


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2), (3, 4000), (4096, 2)])
@pytest.mark.parametrize("step", EVERY.values(), ids=EVERY)
def test_pictures_of_every_size_undergo_it(step: Any, size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    pipeline = Compose([step], keypoint_params=augcore.KeypointParams("xy", remove_invisible=False), seed=0)
    out = pipeline(image=image, keypoints=[(0, 0), (size[1] - 1, size[0] - 1)])
    assert out["image"].shape == image.shape
    assert np.isfinite(out["keypoints"]).all()


@pytest.mark.parametrize("step", EVERY.values(), ids=EVERY)
def test_fields_repeat_and_differ_from_draw_to_draw(step: Any) -> None:
    first, again, other = (drawn(step, (30, 40), key).field for key in (0, 0, 1))
    assert first.dtype == np.float32
    assert first.shape == (30, 40, 2)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("channels", [1, 2, 5, 200])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_many_channels_undergo_the_same_distortion(channels: int, dtype: str) -> None:
    plane = (np.random.default_rng(0).random((40, 50)) * (1 if dtype == "float32" else 255)).astype(dtype)
    image = np.repeat(plane[:, :, None], channels, 2)
    for step in EVERY.values():
        out = Compose([step], seed=0).keyed(0)(image=image)["image"].astype(float)
        assert np.abs(out - out[:, :, :1]).max() <= (1e-5 if dtype == "float32" else 1)


@pytest.mark.parametrize(
    "kind",
    [geometric.GridDistortion, geometric.OpticalDistortion, geometric.PiecewiseAffine, geometric.ThinPlateSpline],
)
def test_keypoint_remapping_methods_agree(kind: Any) -> None:
    image, points = np.zeros((60, 80), np.uint8), [(30.0, 20.0), (60.5, 44.0)]
    found = [
        Compose([kind(keypoint_remapping_method=method, p=1)], keypoint_params="xy", seed=1)(
            image=image, keypoints=points
        )
        for method in ("direct", "mask")
    ]
    assert found[0]["keypoints"] == found[1]["keypoints"]
    assert found[0]["keypoints"] != points


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: geometric.GridDistortion(0), r"GridDistortion\.num_steps: 0 is outside \[1, 1000\]"),
        (lambda: geometric.GridDistortion(distort_limit=2), r"distort_limit: -2 is outside \[-1, 1\]"),
        (lambda: geometric.GridDistortion(distort_limit=(-1, -1)), r"\(-1\.0, -1\.0\) leaves no width"),
        (lambda: geometric.GridElasticDeform((1, 4), 5), r"num_grid_xy: 1 is outside \[2, 1000\] cells"),
        (lambda: geometric.GridElasticDeform((4, 4), -1), r"GridElasticDeform\.magnitude: -1 is outside \[0, inf\) px"),
        (lambda: geometric.OpticalDistortion(11), r"OpticalDistortion\.distort_limit: -11 is outside \[-10, 10\]"),
        (lambda: geometric.OpticalDistortion(mode="fish"), r"OpticalDistortion\.mode: 'fish' is not one of"),
        (lambda: geometric.PiecewiseAffine((-0.1, 0.1)), r"PiecewiseAffine\.scale: -0\.1 is outside \[0, inf\)"),
        (lambda: geometric.PiecewiseAffine(nb_rows=1), r"PiecewiseAffine\.nb_rows: 1 is outside \[2, 1000\]"),
        (lambda: geometric.PixelSpread(-1), r"PixelSpread\.radius: -1 is outside \[0, 128\] px"),
        (lambda: geometric.ThinPlateSpline(2), r"ThinPlateSpline\.scale_range: 2 is outside \[0, 1\]"),
        (lambda: geometric.ThinPlateSpline(num_control_points=40), r"num_control_points: 40 is outside \[2, 32\]"),
        (lambda: geometric.WaterRefraction(0), r"WaterRefraction\.num_waves_range: 0 is outside \[1, 256\]"),
        (lambda: geometric.WaterRefraction(wavelength_range=0), r"wavelength_range: 0 is outside \[0\.001, inf\)"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(make: Any, message: str) -> None:
    with pytest.raises(augcore.InvalidParameter, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)
