"""Shuffled grids: which cells change places, where the rest of pixels lies, and volumes against NumPy's slices."""

from __future__ import annotations

import collections
import itertools
import math

import numpy as np
import pytest
from augcore_geometric import GridShuffle3D, RandomGridShuffle
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Geometry, InvalidData, InvalidParameter, KeypointParams, Tiles, Tiles3, Unsupported

seeds = st.integers(0, 2**32)


def numbered(shape):
    return np.arange(math.prod(shape)).reshape(shape)


def cells(array, grid):
    """The cells of one size that a grid cuts off an array from its first corner on, by their order."""
    sides = [side // count for side, count in zip(array.shape, grid, strict=True)]
    starts = itertools.product(*(range(0, side * count, side) for side, count in zip(sides, grid, strict=True)))
    return [array[tuple(slice(a, a + side) for a, side in zip(start, sides, strict=True))] for start in starts]


@st.composite
def grids(draw, axes):
    grid = draw(st.tuples(*[st.integers(1, 4)] * axes))
    return grid, tuple(count * draw(st.integers(1, 4)) + draw(st.integers(0, 3)) for count in grid)


@given(grids(2), seeds)
def test_cells_of_one_size_change_places_and_the_rest_stays(given_, seed):
    grid, shape = given_
    label = numbered(shape)
    out = Compose([RandomGridShuffle(grid, p=1)], seed=seed)(mask=label)["mask"]
    before, after = ({one.tobytes() for one in cells(array, grid)} for array in (label, out))
    assert before == after
    covered = tuple(side // count * count for side, count in zip(shape, grid, strict=True))
    rest = np.ones(shape, bool)
    rest[: covered[0], : covered[1]] = False
    assert np.array_equal(out[rest], label[rest])


def test_every_cell_comes_to_every_place_as_often_as_to_the_others():
    """In a picture that the grid does not divide, too: cells that must stay would teach a network where they are."""
    label, pipeline = numbered((11, 13)), Compose([RandomGridShuffle((2, 2), p=1)], seed=3)
    orders = collections.Counter()
    for key in range(1200):
        out = pipeline.keyed(key)(mask=label)["mask"]
        before = [one.tobytes() for one in cells(label, (2, 2))]
        orders[tuple(before.index(one.tobytes()) for one in cells(out, (2, 2)))] += 1
    assert len(orders) == 24
    # Chi square with 23 degrees of freedom is above 54 once in 4000 cases.
    assert sum((count - 50) ** 2 / 50 for count in orders.values()) < 54


def test_the_grid_says_how_many_rows_and_columns_there_are():
    image = np.zeros((60, 90, 3), np.uint8)
    for grid in ((1, 5), (4, 1), (3, 3)):
        map = Compose([RandomGridShuffle(grid, p=1)], seed=0).traced(image=image)[1].steps[0].effect.map
        assert isinstance(map, Tiles)
        assert tuple(len(axis) - 1 for axis in map.edges) == grid
    assert RandomGridShuffle().grid == (3, 3)
    assert GridShuffle3D().grid == (3, 3, 3)
    assert RandomGridShuffle().p == GridShuffle3D().p == 0.5


def test_one_cell_is_the_picture_itself():
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    assert np.array_equal(Compose([RandomGridShuffle((1, 1), p=1)])(image=image)["image"], image)


@pytest.mark.parametrize("kind", [RandomGridShuffle, GridShuffle3D])
@pytest.mark.parametrize("grid", [(0, 3), (-1, 3), (2.5, 3), (3,), 3, "33", None, (3, 3, 3, 3)])
def test_a_grid_that_is_none_is_refused(kind, grid):
    if kind is GridShuffle3D and isinstance(grid, tuple) and len(grid) == 2:
        grid = (*grid, 3)
    with pytest.raises(InvalidParameter, match=rf"^{kind.__name__}\.grid: [^\n]*; give [^\n]*$"):
        kind(grid)


@pytest.mark.parametrize(("transform", "grid"), [(RandomGridShuffle, (65, 64)), (GridShuffle3D, (17, 16, 16))])
def test_a_grid_of_too_many_cells_is_refused(transform, grid):
    said = rf"{transform.__name__}\.grid: .* makes {math.prod(grid)} cells; give a grid of at most 4096"
    with pytest.raises(InvalidParameter, match=said):
        transform(grid)


def test_a_grid_finer_than_the_pixels_is_refused():
    said = r"^RandomGridShuffle\.grid: \(5, 4\) does not fit into a frame of \(4, 4\) \(height, width\)"
    with pytest.raises(InvalidData, match=said):
        Compose([RandomGridShuffle((5, 4), p=1)])(image=np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(
        InvalidData, match=r"^GridShuffle3D\.grid: \(2, 3, 2\) does not fit into a frame of \(2, 2, 2\)"
    ):
        Compose([GridShuffle3D((2, 3, 2), p=1)])(volume=np.zeros((2, 2, 2), np.uint8))
    # One pixel a cell is enough.
    assert Compose([RandomGridShuffle((4, 4), p=1)], seed=1)(mask=numbered((4, 4)))["mask"].sum() == 120


def test_a_picture_holds_no_volume_to_shuffle():
    with pytest.raises(InvalidData, match=r"GridShuffle3D: no volume given; pass volume="):
        Compose([GridShuffle3D(p=1)])(image=np.zeros((9, 9, 3), np.uint8))


# Volumes


@given(grids(3), seeds)
def test_a_volume_is_shuffled_as_its_slices_of_memory_are(given_, seed):
    grid, shape = given_
    label = numbered(shape)
    result, trace = Compose([GridShuffle3D(grid, p=1)], seed=seed).traced(volume=label.astype(np.float32), mask3d=label)
    map = trace.steps[0].effect.map
    assert isinstance(map, Tiles3)
    expected = label.copy()
    parts = [list(itertools.pairwise(axis)) for axis in map.edges]
    windows = [tuple(slice(*ends) for ends in one) for one in itertools.product(*parts)]
    for here, there in zip(windows, map.order, strict=True):
        expected[here] = label[windows[there]]
    assert np.array_equal(result["mask3d"], expected)
    assert np.array_equal(result["volume"], expected.astype(np.float32))
    assert {one.tobytes() for one in cells(label, grid)} == {one.tobytes() for one in cells(expected, grid)}
    assert np.array_equal(trace.undo(mask3d=expected)["mask3d"], label)


@given(grids(3), seeds)
def test_points_of_a_volume_stay_on_their_voxels_and_come_back(given_, seed):
    grid, shape = given_
    label = numbered(shape)
    points = np.random.default_rng(seed).integers(0, shape[::-1], (15, 3)).astype(float)
    params = KeypointParams("xyz")
    out, trace = Compose([GridShuffle3D(grid, p=1)], keypoint_params=params, seed=seed).traced(
        volume=np.zeros(shape, np.uint8), mask3d=label, keypoints=points
    )
    went = out["keypoints"].astype(int)
    assert np.array_equal(out["mask3d"][went[:, 2], went[:, 1], went[:, 0]], label[tuple(points.astype(int).T[::-1])])
    assert np.array_equal(trace.undo(keypoints=out["keypoints"])["keypoints"], points)


def test_with_one_cell_along_z_masks_beside_the_volume_follow_and_otherwise_they_are_refused():
    volume, mask = np.zeros((6, 20, 30), np.uint8), numbered((20, 30))
    data = {"volume": volume, "mask3d": np.stack([mask] * 6), "mask": mask}
    out = Compose([GridShuffle3D((1, 4, 5), p=1)], seed=5)(**data)
    assert not np.array_equal(out["mask"], mask)
    assert np.array_equal(out["mask3d"], np.stack([out["mask"]] * 6))
    with pytest.raises(Unsupported, match="mask: a Tiles3 map that mixes slices"):
        Compose([GridShuffle3D((2, 4, 5), p=1)], seed=5)(**data)


@given(seeds)
def test_what_is_shuffled_is_undone(seed):
    image = np.random.default_rng(seed).integers(0, 256, (37, 53, 3), np.uint8)
    pipeline = Compose([RandomGridShuffle(p=1), RandomGridShuffle((2, 4), p=1)], seed=seed)
    out, trace = pipeline.traced(image=image)
    assert np.array_equal(trace.undo(image=out["image"])["image"], image)
    assert all(isinstance(step.effect, Geometry) for step in trace.steps)
