"""Dithering: few levels, and the mean tone of every place is kept."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from augcore_color import Dithering
from augcore_color.dithering import bayer_matrix, diffused
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value

METHODS = ("error_diffusion", "ordered", "random")


def through(image: Any, key: int = 0, **given: Any) -> Any:
    return Compose([Dithering(**given, p=1)], seed=6).keyed(key)(image=image)["image"]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("levels", [2, 3, 6, 256])
@pytest.mark.parametrize("method", METHODS)
def test_only_the_levels_occur_and_the_mean_of_each_place_is_kept(method: str, levels: int, dtype: str) -> None:
    white = max_value(dtype)
    ramp = np.linspace(0, white, 256)[None, :, None].repeat(256, 0).repeat(2, 2).astype(dtype)
    out = through(ramp, method=method, levels_range=levels)
    assert out.dtype == ramp.dtype
    whole = out / white * (levels - 1)
    np.testing.assert_allclose(whole, np.rint(whole), atol=1e-4 if dtype == "float32" else (levels - 1) / white)
    if levels < 256 or dtype != "uint8":
        assert len(np.unique(out)) == levels
    means = (cv2.blur(plane.astype(float) / white, (24, 24)) for plane in (out[:, :, 0], ramp[:, :, 0]))
    one, other = (mean[16:-16, 16:-16] for mean in means)
    assert np.abs(one - other).max() < (0.2 if method == "random" else 0.05) / (levels - 1)


@given(size=st.tuples(st.integers(1, 9), st.integers(1, 9)), levels=st.integers(2, 5), seed=st.integers(0, 999))
def test_error_diffusion_is_that_of_floyd_and_steinberg(size: tuple[int, int], levels: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (*size, 2), np.uint8)
    scale = np.float32(4080 / (levels - 1))
    values = np.rint(image * np.float32((levels - 1) / 255) * scale) * np.float32((levels - 1) / 4080)
    height, width = size
    errors = np.zeros((height + 1, width + 2, 2), np.float32)  # with a frame of nothing above, left and right
    for y in range(height):
        for x in range(width):
            wanted = values[y, x].copy()
            for up, across, weight in ((0, -1, 7), (1, 1, 3), (1, 0, 5), (1, -1, 1)):
                wanted += errors[y + 1 - up, x + 1 + across] * np.float32(weight / 16)
            values[y, x] = np.rint(wanted)
            errors[y + 1, x + 1] = wanted - values[y, x]
    wanted = np.rint(np.clip(values, 0, levels - 1) * np.float32(255 / (levels - 1)))
    np.testing.assert_array_equal(diffused(image, levels=levels), wanted)


def test_bayer_matrices_hold_every_threshold_once_and_spread_them() -> None:
    np.testing.assert_array_equal(bayer_matrix(2) * 4 - 0.5, [[0, 2], [3, 1]])
    for size in (2, 4, 8, 16):
        matrix = bayer_matrix(size)
        np.testing.assert_allclose(np.sort(matrix.ravel()), (np.arange(size**2) + 0.5) / size**2)
        # Each quarter of the thresholds lies on a grid of its own.
        assert len({(y % 2, x % 2) for y, x in np.argwhere(matrix < 0.25)}) == 1


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_ordered_dithering_repeats_its_matrix(size: int) -> None:
    out = through(np.full((64, 64, 1), 101, np.uint8), method="ordered", matrix_size=size, levels_range=2)
    np.testing.assert_array_equal(out[size:], out[:-size])
    np.testing.assert_array_equal(out[:, size:], out[:, :-size])
    assert np.isclose(out.mean() / 255, 101 / 255, atol=0.5 / size**2)
    assert size == 2 or (out[size // 2 :] != out[: -size // 2]).any()


def test_random_dithering_is_noise_of_its_own_in_each_frame() -> None:
    frames = np.full((3, 40, 40, 3), 90, np.uint8)
    out = Compose([Dithering("random", p=1)], seed=1)(images=frames)["images"]
    assert (out[0] != out[1]).any()
    same = Compose([Dithering("ordered", p=1)], seed=1)(images=frames)["images"]
    np.testing.assert_array_equal(same[0], same[1])


def test_levels_are_drawn_from_the_whole_interval() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None, :, None].repeat(64, 0)
    counts = {len(np.unique(through(ramp, key, method="ordered", levels_range=(2, 5)))) for key in range(40)}
    assert counts == {2, 3, 4, 5}
