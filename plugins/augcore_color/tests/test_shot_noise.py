"""Shot noise: Poisson's statistics, in the scale of photons, for every dtype."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_color import ShotNoise
from augcore_color.shot_noise import GAMMA, count_photons, poisson
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value
from augcore.testing.samples import picture

SIZE = (300, 400, 3)
DTYPES = ("uint8", "uint16", "float32")


def counted(share: float, photons: float, dtype: str, seed: int = 1) -> Any:
    """An even picture and its photons: how many are expected, and how many were counted."""
    white = max_value(dtype)
    image = np.full(SIZE, share * white if dtype == "float32" else round(share * white), dtype)
    out = count_photons(image, photons=photons, seed=seed)
    assert out.dtype == image.dtype
    return float(image[0, 0, 0] / white) ** GAMMA * photons, (out.astype(float) / white) ** GAMMA * photons


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("share", "photons"), [(0.1, 4.0), (0.3, 20.0), (0.05, 200.0), (0.5, 20.0), (0.5, 300.0)])
def test_mean_and_variance_are_the_expected_count(share: float, photons: float, dtype: str) -> None:
    """Far enough below white that nothing is cut."""
    expected, counts = counted(share, photons, dtype)
    error = math.sqrt(expected / counts.size)
    levels = 0.02 if dtype == "uint8" else 0.005  # what rounding to levels does to single counts
    assert counts.mean() == pytest.approx(expected, abs=5 * error, rel=levels)
    assert counts.var() == pytest.approx(expected, rel=levels + 5 * math.sqrt((2 + 1 / expected) / counts.size))


@pytest.mark.parametrize("dtype", DTYPES)
def test_counts_have_the_probabilities_of_poissons_distribution(dtype: str) -> None:
    expected, counts = counted(0.55, 10.0, dtype)
    numbers = np.rint(counts)
    assert np.abs(counts - numbers).max() < (0.06 if dtype == "uint8" else 1e-3)
    for number in range(9):
        wanted = math.exp(-expected) * expected**number / math.factorial(number)
        assert np.mean(numbers == number) == pytest.approx(wanted, abs=0.004)


@given(st.floats(-3, 4).map(lambda power: 10**power), st.integers(0, 2**63 - 1))
def test_counts_of_any_size_have_their_mean_as_variance(expected: float, seed: int) -> None:
    counts = poisson(np.full((256, 256), expected, np.float32), seed).astype(float)
    assert (counts == np.rint(counts)).all()
    assert counts.min() >= 0
    assert counts.mean() == pytest.approx(expected, abs=6 * math.sqrt(expected / counts.size))
    assert counts.var() == pytest.approx(expected, rel=0.005 + 6 * math.sqrt((2 + 1 / expected) / counts.size))


def test_small_and_large_counts_meet_without_a_step() -> None:
    ramp = np.tile(np.linspace(40, 90, 400, dtype=np.float32), (4000, 1))
    off = (poisson(ramp, 3) - ramp).astype(float)
    assert np.abs(off.mean(0)).max() < 5 * math.sqrt(90 / 4000)
    assert np.abs(off.var(0) / ramp[0] - 1).max() < 6 * math.sqrt(2 / 4000)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dark_pixels_keep_their_mean_however_rare_a_photon_is(dtype: str) -> None:
    expected, counts = counted(10 / 255, 2.0, dtype)
    assert 0.001 < expected < 0.003
    assert counts.mean() == pytest.approx(expected, rel=6 / math.sqrt(expected * counts.size), abs=expected * 0.02)


@pytest.mark.parametrize("dtype", DTYPES)
def test_channels_and_neighbours_are_independent(dtype: str) -> None:
    _, counts = counted(0.5, 20.0, dtype)
    pairs = {
        "channels": (counts[:, :, 0], counts[:, :, 1]),
        "rows": (counts[1:], counts[:-1]),
        "columns": (counts[:, 1:], counts[:, :-1]),
        "seeds": (counts, counted(0.5, 20.0, dtype, seed=2)[1]),
    }
    for what, (one, other) in pairs.items():
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.015, what


def test_bytes_words_and_floats_are_as_noisy() -> None:
    image = picture((300, 300), 3)
    outs = [
        count_photons(given, photons=30.0, seed=2).astype(float) / max_value(given.dtype)
        for given in (image, image.astype(np.uint16) * 257, np.float32(image / 255))
    ]
    outs[2] = np.minimum(outs[2], 1)
    for out in outs[1:]:
        assert out.mean() == pytest.approx(outs[0].mean(), abs=0.002)
        assert out.std() == pytest.approx(outs[0].std(), abs=0.002)


@pytest.mark.parametrize("dtype", DTYPES)
def test_black_stays_black_and_integers_end_at_white(dtype: str) -> None:
    black = np.zeros((64, 64, 3), dtype)
    np.testing.assert_array_equal(count_photons(black, photons=5.0, seed=1), black)
    white = np.full((64, 64, 3), max_value(dtype), dtype)
    out = count_photons(white, photons=5.0, seed=1)
    assert out.max() == max_value(dtype) if dtype != "float32" else out.max() > 1.2


def test_floats_beyond_white_are_light_like_other_and_negative_ones_none() -> None:
    image = np.full((200, 200, 1), 3.0, np.float32)
    counts = count_photons(image, photons=10.0, seed=1).astype(float) ** GAMMA * 10
    assert counts.mean() == pytest.approx(3**GAMMA * 10, rel=0.002)
    assert (count_photons(-image, photons=10.0, seed=1) == 0).all()


def test_a_larger_scale_is_stronger_noise_and_the_range_is_used() -> None:
    image = np.full((64, 64, 1), 128, np.uint8)
    pipeline = Compose([ShotNoise((0.01, 0.3), p=1)], seed=3)
    spreads = [pipeline(image=image)["image"].std() for _ in range(100)]
    ends = [Compose([ShotNoise(scale, p=1)], seed=3)(image=image)["image"].std() for scale in (0.01, 0.3)]
    assert ends[0] * 4 < ends[1]
    assert ends[0] * 0.9 < min(spreads) < ends[0] * 1.6
    assert ends[1] * 0.9 < max(spreads) < ends[1] * 1.1
