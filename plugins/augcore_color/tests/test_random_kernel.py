"""Random convolution: kernels that keep flat areas, slopes and places as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import StochasticConvolution
from augcore_color.random_kernel import random_convolution, random_kernels
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")
odd = st.integers(1, 7).map(lambda n: 2 * n + 1)


@given(odd, st.floats(0, 1), st.integers(0, 2**63 - 1))
def test_kernels_sum_to_one_about_their_middle(size: int, strength: float, seed: int) -> None:
    kernels = random_kernels(size, strength, 3, seed)
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    np.testing.assert_allclose(kernels.sum((1, 2)), 1, atol=1e-9)
    for axis in (x, y):
        np.testing.assert_allclose((kernels * axis).sum((1, 2)), 0, atol=1e-9)


@pytest.mark.parametrize("size", [3, 5, 9])
def test_weights_are_as_random_as_asked(size: int) -> None:
    """Three of size² directions are taken from weights that have a norm of 1."""
    kernels = random_kernels(size, 0.6, 4000, 1)
    kernels[:, size // 2, size // 2] -= 0.4
    norm = (((kernels / 0.6) - 1 / size**2) ** 2).sum((1, 2))
    assert norm.mean() == pytest.approx(1 - 3 / size**2, rel=0.05)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("per_channel", [False, True])
def test_slopes_stay_and_points_keep_their_centre(per_channel: bool, dtype: str) -> None:
    white = max_value(dtype)
    y, x = np.mgrid[:40, :50]
    slope = np.repeat(((0.2 + 0.008 * x + 0.005 * y) * white)[..., None], 3, 2).astype(dtype)
    out = random_convolution(slope, size=7, strength=1.0, per_channel=per_channel, seed=3)
    off = np.abs(out.astype(float) - slope)[4:-4, 4:-4].max()
    assert off <= (3 if dtype != "float32" else 1e-5)  # each rounded level is off by up to one
    point = np.full((41, 41, 1), 0.5 * white).astype(dtype)
    point[20, 20] = 0.7 * white
    spread = (
        random_convolution(point, size=5, strength=0.5, per_channel=per_channel, seed=3).astype(float) - point[0, 0]
    )
    total = spread.sum()
    at = [(spread[..., 0] * axis).sum() / total for axis in np.mgrid[:41, :41]]
    np.testing.assert_allclose(at, 20, atol=0.3 if dtype == "uint8" else 0.01)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_strength_of_nothing_changes_nothing(dtype: str) -> None:
    image = picture((40, 41), 3, dtype)
    out = random_convolution(image, size=5, strength=0.0, per_channel=True, seed=2)
    np.testing.assert_array_equal(out, image)


def test_strength_is_how_much_of_the_picture_is_replaced() -> None:
    image = picture((40, 41), 3, "float32")
    given: dict[str, Any] = {"size": 5, "per_channel": False, "seed": 2}
    whole, half = (random_convolution(image, strength=s, **given) for s in (1.0, 0.5))
    np.testing.assert_allclose(half, (image + whole) / 2, atol=1e-5)


def test_channels_share_a_kernel_or_have_their_own() -> None:
    grey = np.repeat(picture((40, 41), 1), 3, 2)
    shared, own = (random_convolution(grey, size=5, strength=1.0, per_channel=p, seed=2) for p in (False, True))
    np.testing.assert_array_equal(shared[..., 0], shared[..., 2])
    assert (own[..., 0] != own[..., 2]).any()


def test_sizes_and_strengths_are_drawn_over_their_ranges() -> None:
    point = np.zeros((21, 21, 1), np.float32)
    point[10, 10] = 1
    pipeline = Compose([StochasticConvolution((3, 7), (0.1, 0.9), p=1)], seed=1)
    outs = [pipeline(image=point)["image"][..., 0] for _ in range(80)]
    assert {np.count_nonzero(out.any(0)) for out in outs} == {3, 5, 7}
    changes = [np.abs(out - point[..., 0]).sum() for out in outs]
    assert max(changes) > 4 * min(changes)
