"""The distributions that noise is made of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from augcore_color.quantiles import DISTRIBUTIONS, paired, quantiles
from hypothesis import given
from hypothesis import strategies as st

from augcore.noise import random_bytes, random_words

shapes = st.floats(-3, 5).map(lambda power: 10**power)


@pytest.mark.parametrize("name", ["uniform", "gaussian", "laplace"])
def test_quantiles_rise_about_zero_with_the_variance_of_their_distribution(name: str) -> None:
    table = quantiles(name).astype(float)
    assert table.shape == (65536,)
    assert (np.diff(table) >= 0).all()
    assert table.mean() == pytest.approx(0, abs=1e-6)
    assert table.var() == pytest.approx({"uniform": 1 / 3, "gaussian": 1, "laplace": 2}[name], rel=3e-4)


def test_laplace_quantiles_follow_their_formula() -> None:
    for p in (0.001, 0.2, 0.5, 0.9):
        wanted = math.log(2 * p) if p < 0.5 else -math.log(2 - 2 * p)
        assert quantiles("laplace")[round(p * 65536)] == pytest.approx(wanted, abs=0.02)


@given(alpha=shapes, beta=shapes)
def test_beta_quantiles_have_the_mean_and_variance_of_their_distribution(alpha: float, beta: float) -> None:
    x = (DISTRIBUTIONS["beta"](alpha, beta).astype(float) + 1) / 2
    total = alpha + beta
    variance = alpha * beta / (total**2 * (total + 1))
    assert (np.diff(x) >= 0).all()
    assert x.mean() == pytest.approx(alpha / total, abs=2e-5)
    assert x.var() == pytest.approx(variance, abs=2e-5, rel=0.01)


@pytest.mark.parametrize(("alpha", "beta"), [(1, 1), (0.5, 0.5), (2, 1), (1, 3)])
def test_beta_quantiles_follow_known_formulas(alpha: float, beta: float) -> None:
    p = (np.arange(65536) + 0.5) / 65536
    wanted = {
        (1, 1): p,
        (0.5, 0.5): np.sin(p * np.pi / 2) ** 2,
        (2, 1): np.sqrt(p),
        (1, 3): 1 - (1 - p) ** (1 / 3),
    }[alpha, beta]
    np.testing.assert_allclose((quantiles("beta", alpha, beta) + 1) / 2, wanted, atol=1e-5)


def test_bytes_and_words_are_even_and_the_same_bits() -> None:
    noise = random_bytes(5, 512 * 512)
    counts = np.bincount(noise, minlength=256)
    assert ((counts - 1024) ** 2 / 1024).sum() < 255 + 5 * math.sqrt(2 * 255)
    np.testing.assert_array_equal(random_words(5, (1, 1, 100)).ravel().astype("<u2").view(np.uint8), noise[:200])


def test_pairs_are_numbered_by_level_and_then_by_noise() -> None:
    noise, level = np.array([[1, 2]], np.uint8), np.array([[3, 255]], np.uint8)
    np.testing.assert_array_equal(paired(noise, level)[:, :, 0], [[3 * 256 + 1, 255 * 256 + 2]])
