"""Dense maps of volumes: their fields, and where points go. What all maps have in common is in `test_maps3d.py`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import displacement_field
from augcore.errors import InvalidParameter
from augcore.maps3d import Dense3, trilinear

SIZE = (9, 14, 11)


@displacement_field
def waves3(size, *, amplitude, period):
    """Crossing sine waves: smooth, and without folds while amplitude · 2π / period < 0.5."""
    z, y, x = np.mgrid[: size[0], : size[1], : size[2]] + 0.5
    turn = 2 * np.pi / period
    return amplitude * np.stack([np.sin(turn * y), np.sin(turn * z + 1), np.cos(turn * x)], -1)


@displacement_field
def flat_waves3(size):
    return np.zeros(size)


sizes = st.tuples(*[st.integers(1, 6)] * 3)


def test_a_dense_map_takes_output_voxels_to_where_its_field_points():
    map = Dense3.of(waves3, SIZE, amplitude=1.5, period=30.0)
    z, y, x = np.mgrid[: SIZE[0], : SIZE[1], : SIZE[2]] + 0.5
    centres = np.stack([x, y, z], -1)
    np.testing.assert_allclose(map.backward(centres), centres + map.field, atol=1e-6)
    np.testing.assert_allclose(map.forward(centres + map.field), centres, atol=1e-4)


def test_where_a_point_goes_does_not_depend_on_the_points_beside_it():
    map = Dense3.of(waves3, SIZE, amplitude=3.0, period=20.0)
    points = np.random.default_rng(2).uniform(-3, 14, (40, 3))
    together = map.forward(points)
    np.testing.assert_array_equal(np.concatenate([map.forward(point[None]) for point in points]), together)


@pytest.mark.parametrize("amplitude", [3.0, 4.0])
def test_a_field_that_folds_over_still_gives_one_of_the_solutions(amplitude):
    map = Dense3.of(waves3, (30, 30, 30), amplitude=amplitude, period=24.0)
    points = np.random.default_rng(1).uniform(0, 30, (1000, 3))
    missed = np.abs(map.backward(map.forward(points)) - points).max(1)
    assert np.mean(missed < 1e-4) > 0.98


def test_a_map_and_its_inverse_share_the_field():
    map = Dense3.of(waves3, SIZE, amplitude=1.0, period=20.0)
    field = map.field
    assert map.field is field
    assert map.inverse().field is field


@pytest.mark.parametrize("size", [(1, 1, 1), (1, 6, 5), (5, 1, 6), (6, 5, 1)])
def test_fields_one_voxel_thin_lead_there_and_back(size):
    map = Dense3.of(waves3, size, amplitude=0.6, period=15.0)
    points = np.random.default_rng(0).uniform(-1, 7, (30, 3))
    np.testing.assert_allclose(map.backward(map.forward(points)), points, atol=1e-4)


def test_a_field_of_another_shape_is_refused_by_name():
    with pytest.raises(InvalidParameter, match=r"flat_waves3: gave shape \(4, 5, 6\); give .*3\)"):
        _ = Dense3.of(flat_waves3, (4, 5, 6)).field


@given(sizes, st.data())
def test_trilinear_values_and_slopes_are_those_of_the_field(size, data):
    field = np.random.default_rng(0).normal(size=(*size, 2))
    index = tuple(data.draw(st.integers(0, side - 1)) for side in size)
    values, _ = trilinear(field, np.array(index[::-1])[:, None] + 0.5)
    np.testing.assert_allclose(values[:, 0], field[index])
    point = np.array([[data.draw(st.floats(-2, 8))] for _ in range(3)])
    values, slopes = trilinear(field, point)
    assert (values[:, 0] >= field.min((0, 1, 2)) - 1e-9).all()
    assert (values[:, 0] <= field.max((0, 1, 2)) + 1e-9).all()
    place = point - 0.5
    if (np.abs(place - np.round(place)) > 1e-3).all():  # between voxels, where there are no kinks
        steps = 1e-4 * np.eye(3)[:, :, None]
        near = [(trilinear(field, point + step)[0] - trilinear(field, point - step)[0]) / 2e-4 for step in steps]
        np.testing.assert_allclose(slopes[..., 0], np.concatenate(near, 1), atol=1e-6)
