"""Medians and modes: they are what counting says, by hand and by networks that sort."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pytest
from augcore_color import MedianBlur, ModeFilter
from augcore_color.rank_filter import median_blur, mode_filter, put_in_order, selecting_network, sorting_network
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose
from augcore.testing.samples import picture

DTYPES = ["uint8", "uint16", "float32"]


def windows(image: Any, size: int) -> Any:
    """(H, W, C, size · size)"""
    half = size // 2
    padded = np.pad(image, ((half, half), (half, half), (0, 0)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, (size, size), (0, 1)).reshape(*image.shape, -1)


@pytest.mark.parametrize("count", range(1, 11))
def test_networks_sort_all_zeros_and_ones_and_hence_everything(count: int) -> None:
    # Knuth's 0-1 principle
    planes = list(np.array(list(product([0, 1], repeat=count)), np.uint8).T.copy())
    put_in_order(planes, sorting_network(count))
    assert (np.diff(np.array(planes).astype(int), axis=0) >= 0).all()


@given(st.integers(1, 60), st.data())
def test_networks_put_the_right_value_at_the_place_asked_for(count: int, data: Any) -> None:
    place = data.draw(st.integers(0, count - 1))
    values = np.random.default_rng(count).integers(0, 20, (count, 30))
    planes = list(values.copy())
    put_in_order(planes, selecting_network(count, place))
    np.testing.assert_array_equal(planes[place], np.sort(values, axis=0)[place])
    assert len(selecting_network(count, place)) <= len(sorting_network(count))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [3, 5, 7, 11])
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6])
def test_medians_are_the_middle_values_of_windows(dtype: str, size: int, channels: int) -> None:
    image = picture((23, 30), channels, dtype)
    expected = np.sort(windows(image, size), axis=-1)[..., size**2 // 2]
    np.testing.assert_array_equal(median_blur(image, size=size), expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_medians_of_pictures_taller_than_a_strip(dtype: str) -> None:
    image = picture((200, 1100), 1, dtype)
    expected = np.sort(windows(image, 7), axis=-1)[..., 24]
    np.testing.assert_array_equal(median_blur(image, size=7), expected)


def test_medians_remove_specks_and_keep_edges() -> None:
    image = np.zeros((40, 40), np.uint8)
    image[:, 20:] = 200
    specked = image.copy()
    specked[5:-5:7, 3::6] = 255
    np.testing.assert_array_equal(Compose([MedianBlur((5, 5), p=1)])(image=specked)["image"], image)


@given(st.integers(0, 2**32), st.sampled_from([3, 5]), st.sampled_from(DTYPES))
def test_modes_are_the_most_frequent_values_of_windows(seed: int, size: int, dtype: str) -> None:
    image = np.random.default_rng(seed).integers(0, 4, (6, 7, 2)).astype(dtype)
    out = mode_filter(image, size=size)
    for place, window in zip(np.ndindex(image.shape), windows(image, size).reshape(-1, size**2), strict=True):
        counts = Counter(window.tolist())
        often = sorted(value for value, count in counts.items() if count == max(counts.values()))
        assert out[place] == (image[place] if image[place] in often else often[0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_all_values_differ_nothing_changes(dtype: str) -> None:
    image = np.random.default_rng(0).permutation(15 * 16).reshape(15, 16, 1).astype(dtype)
    np.testing.assert_array_equal(mode_filter(image[:7, :7], size=3)[1:-1, 1:-1], image[1:6, 1:6])


def test_the_largest_window_still_counts_right() -> None:
    image = np.full((31, 31, 1), 9, np.uint8)
    image[::2, ::2] = 3
    np.testing.assert_array_equal(mode_filter(image, size=15)[7:-7, 7:-7], 9)
    np.testing.assert_array_equal(mode_filter(np.full((20, 20, 1), 7, np.uint8), size=15), 7)


@pytest.mark.parametrize(("kind", "name"), [(MedianBlur, "blur_limit"), (ModeFilter, "kernel_range")])
def test_sizes_are_drawn_among_odd_ones(kind: Any, name: str) -> None:
    image = picture((30, 31)) // 32
    step = Compose([kind(p=1)], seed=1)
    drawn = {step(image=image)["image"].tobytes() for _ in range(40)}
    assert drawn == {Compose([kind((n, n), p=1)])(image=image)["image"].tobytes() for n in (3, 5, 7)}
