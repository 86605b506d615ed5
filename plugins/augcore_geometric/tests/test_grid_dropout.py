"""Dropout in a grid: where its holes and bars lie, how much they cover, and what fills them."""

from __future__ import annotations

import itertools
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_geometric import GridDropout, GridMask
from augcore_geometric.grid_dropout import bars, grid_holes, level_bars, loose_holes
from hypothesis import given
from hypothesis import strategies as st

from augcore import BboxParams, Compose, InvalidData, InvalidParameter, Trace


def region(transform: Any, size: tuple[int, int], key: int = 0) -> Any:
    _, trace = Compose([transform], seed=1).keyed(key).traced(image=np.zeros(size, np.uint8))
    return trace.steps[0].effect.region


def cells_of(size: tuple[int, int], cells: tuple[int, int]) -> Any:
    """The windows of a grid's cells, row by row."""
    ends = [np.arange(count + 1) * side // count for side, count in zip(size, cells, strict=True)]
    rows, columns = ([slice(*pair) for pair in itertools.pairwise(axis)] for axis in ends)
    return [(row, column) for row in rows for column in columns]


grids = st.tuples(st.integers(1, 9), st.integers(1, 9))
sizes = st.tuples(st.integers(18, 60), st.integers(18, 60))


@given(sizes, grids, st.floats(0.01, 1), st.integers(0, 99))
def test_each_cell_has_one_hole_of_the_ratio_asked_for(size: Any, cells: Any, ratio: float, seed: int) -> None:
    for numbers in (
        grid_holes(size, cells=cells, ratio=ratio, shift=(0, 0), apart=True),
        loose_holes(size, cells=cells, ratio=ratio, seed=seed, apart=True),
    ):
        for number, window in enumerate(cells_of(size, cells), 1):
            cell = numbers[window]
            assert set(np.unique(cell)) <= {0, number}
            _, _, width, height = cv2.boundingRect((cell != 0).view(np.uint8))
            assert (cell != 0).sum() == width * height
            assert (height, width) == tuple(max(1, int(side * ratio)) for side in cell.shape)


@given(sizes, grids, st.floats(0.01, 1), st.integers(0, 99))
def test_holes_are_the_same_whether_told_apart_or_not(size: Any, cells: Any, ratio: float, seed: int) -> None:
    for function, where in ((grid_holes, {"shift": (seed % 7, seed % 5)}), (loose_holes, {"seed": seed})):
        mask, numbers = (function(size, cells=cells, ratio=ratio, **where, apart=apart) for apart in (False, True))
        assert mask.dtype == bool
        assert np.array_equal(mask, numbers != 0)


@given(sizes, grids, st.tuples(st.integers(0, 17), st.integers(0, 17)))
def test_a_shift_moves_the_grid_and_nothing_comes_in(size: Any, cells: Any, shift: Any) -> None:
    still, moved = (grid_holes(size, cells=cells, ratio=0.5, shift=by, apart=False) for by in ((0, 0), shift))
    x, y = shift
    assert np.array_equal(moved[y:, x:], still[: size[0] - y, : size[1] - x])
    assert not moved[:y].any()
    assert not moved[:, :x].any()


def test_loose_holes_lie_everywhere_in_their_cells() -> None:
    covered = np.mean([loose_holes((20, 30), cells=(2, 3), ratio=0.5, seed=s, apart=False) for s in range(3000)], 0)
    cell = covered.reshape(2, 10, 3, 10).mean((0, 2))
    # 5 px at one of 6 places, so pixels are covered from 1 to 5 times in 6.
    once = np.array([1, 2, 3, 4, 5, 5, 4, 3, 2, 1]) / 6
    assert np.abs(cell - once[:, None] * once).max() < 0.02


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, {(10, 10)}),
        ({"unit_size_range": (10, 12)}, {(10, 20), (9, 18), (8, 16)}),
        ({"unit_size_range": 50}, {(2, 4)}),
        ({"holes_number_xy": (7, 3)}, {(3, 7)}),
    ],
)
def test_the_grid_has_the_cells_asked_for(given: Any, wanted: Any) -> None:
    for random_offset in (True, False):
        transform = GridDropout(random_offset=random_offset, **given, p=1)
        seen = {dict(region(transform, (100, 200), key).call.arguments)["cells"] for key in range(40)}
        assert seen == wanted


def test_the_parts_of_the_picture_that_are_dropped_follow_the_ratio() -> None:
    for ratio in (0.3, 0.5, 0.8, 1.0):
        assert region(GridDropout(ratio, p=1), (100, 200)).mask((100, 200)).mean() == pytest.approx(ratio**2)


def test_65536_holes_are_a_few_numbers_and_replay_bit_for_bit() -> None:
    image = np.random.default_rng(0).integers(1, 256, (512, 512, 3), np.uint8)
    out, trace = Compose([GridDropout(unit_size_range=2, p=1)], seed=0).traced(image=image)
    assert (out["image"] == 0).all(2).mean() == 0.25
    text = trace.to_json()
    assert len(text) < 1000
    assert np.array_equal(Trace.from_json(text).apply(image=image)["image"], out["image"])


@pytest.mark.parametrize("random_offset", [False, True])
def test_each_hole_has_a_random_colour_of_its_own(random_offset: bool) -> None:
    transform = GridDropout(0.5, random_offset, holes_number_xy=(8, 6), fill="random_uniform", p=1)
    image = np.zeros((60, 80, 3), np.uint8)
    out, trace = Compose([transform], seed=1).traced(image=image)
    numbers = trace.steps[0].effect.region.pieces((60, 80))
    colours = {np.unique(out["image"][numbers == n], axis=0).tobytes() for n in range(1, 49)}
    assert len(colours) == 48
    assert all(len(colour) == 3 for colour in colours)


@pytest.mark.parametrize("transform", [GridDropout(fill=9, fill_mask=5, p=1), GridMask(fill=9, fill_mask=5, p=1)])
def test_holes_and_bars_are_filled_in_masks_where_asked_for(transform: Any) -> None:
    image, mask = np.full((40, 60, 3), 100, np.uint8), np.full((40, 60), 2)
    out = Compose([transform], seed=2)(image=image, mask=mask)
    assert set(np.unique(out["image"])) == {9, 100}
    assert np.array_equal(out["mask"] == 5, (out["image"] == 9).all(2))
    unasked = type(transform)(fill=9, p=1)
    assert (Compose([unasked], seed=2)(image=image, mask=mask)["mask"] == 2).all()


def test_boxes_lose_the_part_that_holes_cover() -> None:
    for least, kept in ((0.74, 1), (0.76, 0)):
        params = BboxParams("pascal_voc", min_visibility=least)
        pipeline = Compose([GridDropout(0.5, False, p=1)], seed=0, bbox_params=params)
        assert len(pipeline(image=np.zeros((100, 100), np.uint8), bboxes=[(10, 20, 50, 80)])["bboxes"]) == kept


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"unit_size_range": (2, 9), "holes_number_xy": (3, 3)}, r"unit_size_range=\(2, 9\) and holes_number_xy=.*one"),
        ({"shift_xy": (1, 0)}, "give random_offset=False"),
        ({"ratio": 0}, r"GridDropout.ratio: 0 is outside \(0, 1\]"),
        ({"unit_size_range": (1, 4)}, "GridDropout.unit_size_range"),
    ],
)
def test_parameters_of_a_grid_that_exclude_each_other_are_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        GridDropout(**given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"unit_size_range": (2, 41)}, "cells of up to 41 px do not fit into a picture of 60×40; give at most 40"),
        ({"holes_number_xy": (31, 2)}, "GridDropout.holes_number_xy: 31 cells along x .* give at most 30"),
        ({"holes_number_xy": (3, 21)}, "21 cells along y do not fit into 40 px"),
    ],
)
def test_cells_that_do_not_fit_are_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        region(GridDropout(**given, p=1), (40, 60))


def test_the_smallest_pictures_have_a_grid_too() -> None:
    for size in ((1, 1), (1, 9), (2, 3)):
        assert region(GridDropout(p=1), size).mask(size).any()


# GridMask


def lines(mask: Any) -> Any:
    """Which columns and which rows are covered from end to end."""
    return mask.all(0), mask.all(1)


def test_level_bars_are_as_many_and_as_wide_as_asked_for_and_begin_anywhere() -> None:
    starts = set()
    for key in range(60):
        covered = region(GridMask((4, 4), (0.25, 0.25), p=1), (80, 160), key).mask((80, 160))
        columns, rows = lines(covered)
        assert np.array_equal(covered, columns | rows[:, None])
        assert columns.sum() == 40
        assert rows.sum() == 20
        assert not (columns & np.roll(columns, 20)).any()
        starts.add(int(np.flatnonzero(columns & ~np.roll(columns, 1))[0]))
    assert len(starts) > 25


def test_numbers_widths_and_angles_are_drawn_from_their_ranges() -> None:
    parts, angles = [], []
    for key in range(200):
        covered = region(GridMask((2, 5), (0.1, 0.6), p=1), (200, 200), key)
        parts.append(lines(covered.mask((200, 200)))[0].mean())
        outline = np.array(region(GridMask(rotation_range=(10, 50), p=1), (200, 200), key).outlines[0])
        dx, dy = outline[1] - outline[0]
        angles.append(np.degrees(np.arctan2(-dy, dx)))
    assert min(parts) < 0.15
    assert max(parts) > 0.55
    assert abs(np.mean(parts) - 0.35) < 0.05
    assert 10 <= min(angles) < 13
    assert 47 < max(angles) <= 50


def test_turned_bars_are_the_level_ones_turned_counter_clockwise() -> None:
    size, where = (101, 101), ((101, 101), 20.0, 6.0, (7.0, 3.0))
    level = level_bars(*where).mask(size)
    assert np.array_equal(bars(*where, 90).mask(size), np.rot90(level))
    assert np.array_equal(bars(*where, 180).mask(size), np.rot90(level, 2))
    for angle in (-30, 20, 45):
        turn = cv2.getRotationMatrix2D((50, 50), angle, 1)
        wanted = cv2.warpAffine(np.tile(level, 1).astype(np.float32), turn, size, borderMode=cv2.BORDER_REFLECT) > 0.5
        y, x = np.indices(size) - 50
        middle = x**2 + y**2 < 45**2
        assert (wanted ^ bars(*where, angle).mask(size))[middle].mean() < 0.03


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 3), (33, 900)])
@pytest.mark.parametrize("rotation", [0, (10, 80)])
def test_thin_pictures_have_few_bars(size: tuple[int, int], rotation: Any) -> None:
    found = region(GridMask((128, 128), rotation_range=rotation, p=1), size)
    assert 1 <= len(getattr(found, "boxes", None) or found.outlines) <= 400


def test_each_bar_has_a_random_colour_of_its_own() -> None:
    image = np.zeros((200, 200, 3), np.uint8)
    out = GridMask((3, 3), (0.2, 0.2), rotation_range=(20, 30), fill="random_uniform", p=1)(image=image)["image"]
    assert 6 <= len(np.unique(out.reshape(-1, 3), axis=0)) <= 14


def test_wrong_parameters_of_bars_are_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"GridMask.num_grid_range: 129 is outside"):
        GridMask((3, 129))
    with pytest.raises(InvalidParameter, match=r"GridMask.line_width_range: 1.5 is outside"):
        GridMask(line_width_range=(0.2, 1.5))
