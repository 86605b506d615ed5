"""Regions: what they cover, the pieces they fall into, and that they go to JSON and back; and how they are filled."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import Erase, InvalidData, PolygonRegion, Rectangles, Region, RunLengths, Scatter, region_mask
from augcore.serial.effects import effect_from_plain, effect_to_plain
from augcore.targets.erasing import fill_region

SIZE = (23, 31)


@region_mask
def region_spots(size: tuple[int, int], *, seed: int, part: float) -> Any:
    return np.random.default_rng(seed).random(size) < part


@region_mask
def region_quarters(size: tuple[int, int]) -> Any:
    """Whole numbers: nothing at the left edge, then four pieces."""
    y, x = np.indices(size)
    return np.where(x < 2, 0, 1 + 2 * (y > size[0] // 2) + (x > size[1] // 2))


def spots(seed: int, part: float = 0.4, size: tuple[int, int] = SIZE) -> Any:
    return region_spots(size, seed=seed, part=part)


def even_odd(outline: list[tuple[float, float]], size: tuple[int, int]) -> Any:
    """A ray to the left of each pixel's centre, edge by edge, half open in y."""
    y, x = np.indices(size) + 0.5
    inside = np.zeros(size, bool)
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1], strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x0 + (y - y0) * ((x1 - x0) / (y1 - y0)) <= x)
    return inside


corner = st.tuples(*[st.floats(-20, 50, width=32)] * 2)


@given(st.lists(st.lists(corner, max_size=7), max_size=4), st.tuples(st.integers(1, 30), st.integers(1, 30)))
def test_polygons_cover_the_pixels_whose_centres_any_of_them_holds(outlines: Any, size: Any) -> None:
    region = PolygonRegion(outlines)
    wanted = np.zeros(size, bool)
    for number, outline in enumerate(outlines, 1):
        inside = even_odd(outline, size)
        wanted |= inside
        assert (region.pieces(size)[inside] >= number).all()
    assert np.array_equal(region.mask(size), wanted)
    assert np.array_equal(region.pieces(size) != 0, wanted)


@given(st.integers(0, 2**32), st.floats(0, 1), st.tuples(st.integers(1, 40), st.integers(1, 40)))
def test_run_lengths_are_the_mask_they_were_made_of(seed: int, part: float, size: Any) -> None:
    mask = spots(seed, part, size)
    region = RunLengths.of(mask)
    assert region.mask(size).dtype == bool
    assert np.array_equal(region.mask(size), mask)
    effect = Erase(region, 3)
    assert effect_from_plain(json.loads(json.dumps(effect_to_plain(effect)))) == effect


def test_run_lengths_of_a_large_mask_are_short() -> None:
    y, x = np.indices((2048, 2048))
    disc = (x - 900) ** 2 + (y - 1100) ** 2 < 700**2
    region = RunLengths.of(disc)
    assert len(region.counts) < 12_000
    assert np.array_equal(region.mask((2048, 2048)), disc)


def test_run_lengths_meet_frames_of_their_own_size_only() -> None:
    region = RunLengths.of(spots(0))
    with pytest.raises(InvalidData, match=r"run lengths of a frame of \(23, 31\) .* meet one of \(31, 23\)"):
        region.mask((31, 23))


REGIONS = {
    "rectangles": Rectangles(((3, 4, 20, 15), (15, 10, 45, 30), (-4, -4, 2, 2))),
    "polygons": PolygonRegion((((2, 2), (20, 4), (9, 20)), ((25, 3), (30, 3), (30, 20), (25, 20)))),
    "spots": Scatter(region_spots, seed=5, part=0.4),
    "quarters": Scatter(region_quarters),
    "runs": RunLengths.of(spots(3)),
    "nothing": Scatter(region_spots, seed=5, part=0.0),
    "all": Scatter(region_spots, seed=5, part=1.0),
}


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
@pytest.mark.parametrize("channels", [1, 3, 16, 200])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "int64", "bool", "float16", ">i4"])
def test_a_colour_fills_the_region_and_nothing_else(region: Any, channels: int, dtype: str) -> None:
    array = (np.random.default_rng(1).random((*SIZE, channels)) * 200).astype(dtype)
    for fill in (1, tuple(number % 2 for number in range(channels))):
        wanted = array.copy()
        wanted[region.mask(SIZE)] = fill
        laid = np.zeros((40, 50, channels), dtype)[5:28, 9:40]
        laid[:] = array
        for one in (array, laid, laid[::-1, ::-1].copy()[::-1, ::-1]):
            out = fill_region(one, Erase(region, fill), fill)
            assert out.dtype == array.dtype
            assert np.array_equal(out, wanted)
        assert np.array_equal(laid, array)


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 200])
def test_random_colours_are_one_for_each_piece_and_noise_is_not(region: Any, dtype: str, channels: int) -> None:
    array = np.zeros((*SIZE, channels), dtype)
    numbers = region.pieces(SIZE)
    assert np.array_equal(numbers != 0, region.mask(SIZE))
    for seed in range(2):
        out = fill_region(array, Erase(region, "random_uniform", seed=seed), "random_uniform")
        found = {number: np.unique(out[numbers == number], axis=0) for number in np.unique(numbers)}
        assert all(len(colours) == 1 for colours in found.values())
        colours = {colours.tobytes() for number, colours in found.items() if number}
        if channels == 3:
            assert len(colours) == len(np.unique(numbers[numbers > 0]))
        noise = fill_region(array, Erase(region, "random", seed=seed), "random")
        assert not noise[numbers == 0].any()
        assert len(np.unique(noise[numbers > 0])) >= min(100, (numbers > 0).sum() * channels // 2)


def test_the_colours_of_pieces_reach_the_whole_range() -> None:
    numbers = np.arange(1, 2001).reshape(40, 50)
    region = Scatter(region_numbers, numbers=tuple(map(int, numbers.ravel())))
    out = fill_region(np.zeros((40, 50, 3), np.uint8), Erase(region, "random_uniform"), "random_uniform")
    assert out.min() == 0
    assert out.max() == 255
    assert abs(out.mean() - 127.5) < 5


@region_mask
def region_numbers(size: tuple[int, int], *, numbers: Any) -> Any:
    return np.reshape(numbers, size)


RECTANGLES = st.lists(st.tuples(*[st.integers(-3, 40)] * 4), max_size=70)


@given(RECTANGLES, st.tuples(st.integers(1, 30), st.integers(1, 30)), st.integers(0, 2**32))
def test_what_rectangles_cover_needs_no_mask_and_is_what_their_mask_covers(
    ends: list[tuple[int, int, int, int]], size: tuple[int, int], seed: int
) -> None:
    region = Rectangles(tuple((min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in ends))
    draws = np.random.default_rng(seed)
    limit = np.array(size[::-1])
    points = np.concatenate([draws.uniform(-3, 35, (20, 2)), [(0, 0), limit, (np.nan, 1)]])
    assert np.array_equal(region.holds(points, size), Region.holds(region, points, size))
    low, high = np.sort(draws.uniform(0, 1, (2, 20, 2)), 0) * limit
    found, wanted = region.area_within(low, high, size), Region.area_within(region, low, high, size)
    np.testing.assert_allclose(found, wanted, atol=1e-9)
