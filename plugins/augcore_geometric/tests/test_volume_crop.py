"""Crops, pads, flips and symmetries of volumes against NumPy, and how their draws are spread."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
from augcore_geometric import (
    CenterCrop3D,
    CubicSymmetry,
    Flip3D,
    Pad3D,
    PadIfNeeded3D,
    RandomCrop3D,
    RandomResizedCrop3D,
    RandomRotate90_3D,
)
from augcore_geometric.volume_crop import draw_block
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Rng

Array = np.ndarray[Any, np.dtype[Any]]
sizes = st.tuples(*[st.integers(1, 9)] * 3)


def numbered(size: Any) -> Array:
    """A volume whose voxels are their own numbers, from 1."""
    return np.arange(1, np.prod(size) + 1, dtype=np.uint16).reshape(size)


def outcomes(transform: Any, volume: Array, count: int) -> list[Array]:
    pipeline = Compose([transform], seed=1)
    return [pipeline.keyed(key)(volume=volume)["volume"] for key in range(count)]


@given(sizes, sizes)
def test_the_middle_is_cut_out_or_surrounded_evenly(size: Any, wanted: Any) -> None:
    volume = numbered(size)
    out = CenterCrop3D(wanted, pad_if_needed=True)(volume=volume)["volume"]
    room = [(max(0, want - side) // 2, -(-max(0, want - side) // 2)) for want, side in zip(wanted, size, strict=True)]
    padded = np.pad(volume, room)
    start = [max(0, side - want) // 2 for want, side in zip(wanted, size, strict=True)]
    np.testing.assert_array_equal(out, padded[tuple(slice(a, a + want) for a, want in zip(start, wanted, strict=True))])


@given(sizes, sizes, st.integers(0, 99))
def test_a_random_crop_is_a_block_of_the_volume_as_it_is(size: Any, wanted: Any, key: int) -> None:
    volume = numbered(size)
    out = Compose([RandomCrop3D(wanted, pad_if_needed=True)], seed=0).keyed(key)(volume=volume)["volume"]
    assert out.shape == wanted
    shown = out[out > 0]
    assert len(shown) == np.prod(np.minimum(size, wanted))
    block = np.argwhere(np.isin(volume, shown))
    np.testing.assert_array_equal(
        volume[tuple(slice(a, b + 1) for a, b in zip(block.min(0), block.max(0), strict=True))].ravel(), shown
    )


def test_all_places_of_a_random_crop_are_as_likely() -> None:
    first = Counter(int(out[0, 0, 0]) for out in outcomes(RandomCrop3D((2, 3, 4)), numbered((3, 5, 5)), 1200))
    assert len(first) == 2 * 3 * 2
    assert 60 < min(first.values()) <= max(first.values()) < 145


@given(sizes, st.tuples(*[st.integers(0, 3)] * 6))
def test_pads_are_those_of_numpy(size: Any, padding: Any) -> None:
    volume = numbered(size)
    pairs = [padding[:2], padding[2:4], padding[4:]]
    expected = np.pad(volume, pairs, constant_values=7)
    np.testing.assert_array_equal(Pad3D(padding, fill=7)(volume=volume)["volume"], expected)
    even = np.pad(volume, [(one, one) for one in padding[:3]])
    np.testing.assert_array_equal(Pad3D(padding[:3])(volume=volume)["volume"], even)


@given(sizes, sizes, sizes, st.sampled_from(["center", "random"]))
def test_a_volume_is_padded_to_the_least_size_and_to_multiples(size: Any, least: Any, by: Any, position: str) -> None:
    volume = numbered(size)
    out = PadIfNeeded3D(least, by, position)(volume=volume)["volume"]
    for side, before, want, divisor in zip(out.shape, size, least, by, strict=True):
        assert side % divisor == 0
        assert max(before, want) <= side < max(before, want) + divisor
    np.testing.assert_array_equal(out[out > 0], volume.ravel())
    if position == "center":
        low = np.argwhere(out > 0).min(0)
        np.testing.assert_array_equal(low, (np.array(out.shape) - size) // 2)


def test_a_random_position_is_drawn_along_each_axis() -> None:
    lows = {
        tuple(np.argwhere(out > 0).min(0).tolist())
        for out in outcomes(PadIfNeeded3D((4, 4, 5), position="random"), numbered((3, 3, 3)), 100)
    }
    assert lows == set(itertools.product(range(2), range(2), range(3)))


@given(sizes, st.integers(0, 99))
def test_a_drawn_block_has_the_part_and_the_proportions_that_were_asked_for(size: Any, key: int) -> None:
    size = tuple(20 * side for side in size)
    low, high = (np.array(corner) for corner in draw_block(Rng(key), size, (0.2, 0.5), (0.8, 1.25)))
    assert (low >= 0).all()
    assert (high <= size).all()
    parts = (high - low) / size
    assert 0.15 < np.prod(parts) < 0.6
    assert (np.abs(np.log(parts[[0, 2]] / parts[1])) < np.log(1.25) + 0.1).all()


def test_where_no_block_fits_the_largest_in_the_middle_is_taken() -> None:
    low, high = draw_block(Rng(0), (30, 30, 30), (1, 1), (2, 3))
    assert [b - a for a, b in zip(low, high, strict=True)] == [30, 15, 30]
    assert low == [0, 7, 0]
    low, high = draw_block(Rng(0), (30, 30, 30), (1, 1), (0.2, 0.5))
    assert [b - a for a, b in zip(low, high, strict=True)] == [15, 30, 15]


def test_a_whole_block_of_the_volumes_own_proportions_is_a_resize() -> None:
    volume = numbered((4, 6, 8))
    out = RandomResizedCrop3D((4, 6, 8), (1, 1), (1, 1))(volume=volume)["volume"]
    np.testing.assert_array_equal(out, volume)


# Symmetries


@pytest.mark.parametrize("axes", [(0,), (2, 0), (0, 1, 2)])
def test_every_choice_of_axes_is_flipped_as_often(axes: Any) -> None:
    volume = numbered((2, 3, 4))
    expected = {
        np.flip(volume, some).tobytes() for count in range(1, 4) for some in itertools.combinations(axes, count)
    }
    found = Counter(out.tobytes() for out in outcomes(Flip3D(axes, p=1), volume, 700))
    assert set(found) == expected
    assert 0.6 < min(found.values()) * len(expected) / 700 <= max(found.values()) * len(expected) / 700 < 1.5


def test_turns_are_those_of_numpy_and_all_as_likely() -> None:
    volume = numbered((2, 3, 4))
    expected = {np.rot90(volume, turns, axes).tobytes() for turns in (1, 2, 3) for axes in ((0, 1), (0, 2), (1, 2))}
    found = Counter(out.tobytes() for out in outcomes(RandomRotate90_3D(p=1), volume, 900))
    assert set(found) == expected
    assert min(found.values()) > 60
    none = RandomRotate90_3D([(1, 0)], (0, 0), p=1)(volume=volume)["volume"]
    np.testing.assert_array_equal(none, volume)
    np.testing.assert_array_equal(
        RandomRotate90_3D((1, 0), (1, 1), p=1)(volume=volume)["volume"], np.rot90(volume, 1, (1, 0))
    )


def test_a_cube_has_48_symmetries_all_as_likely_and_half_of_them_mirrors() -> None:
    volume = numbered((2, 2, 2))
    expected = {
        np.flip(volume.transpose(order), axes).tobytes()
        for order in itertools.permutations(range(3))
        for count in range(4)
        for axes in itertools.combinations(range(3), count)
    }
    pipeline = Compose([CubicSymmetry()], seed=2)
    found: Counter[bytes] = Counter()
    mirrors = 0
    for key in range(2400):
        out, trace = pipeline.keyed(key).traced(volume=volume)
        found[out["volume"].tobytes()] += 1
        mirrors += trace.steps[0].effect.map.is_reflection
    assert len(expected) == 48
    assert set(found) == expected
    assert 20 < min(found.values()) <= max(found.values()) < 85
    assert 1080 < mirrors < 1320


def test_a_volume_that_is_no_cube_changes_its_shape_with_its_axes() -> None:
    shapes = {out.shape for out in outcomes(CubicSymmetry(), numbered((2, 3, 4)), 200)}
    assert shapes == set(itertools.permutations((2, 3, 4)))
