"""The generalised Gaussian: each of its parameters shapes the kernel as it says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_color import AdvancedBlur
from augcore_color.blur import advanced_blur, gaussian_kernel, generalised_gaussian
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose
from augcore.testing.samples import picture

PLAIN: dict[str, Any] = {
    "blur_limit": (9, 9),
    "sigma_x_limit": (1, 1),
    "sigma_y_limit": (1, 1),
    "rotate_limit": (0, 0),
    "beta_limit": (1, 1),
    "noise_limit": (1, 1),
}


def spread_of_a_point(seed: int = 0, size: int = 31, **given: Any) -> Any:
    """What a point of 1 becomes, in float32."""
    point = np.zeros((size, size), np.float32)
    point[size // 2, size // 2] = 1
    return Compose([AdvancedBlur(**(PLAIN | given), p=1)], seed=seed)(image=point)["image"]


def moments(spread: Any) -> Any:
    """The covariance of x (to the right) and y (upwards)."""
    half = len(spread) // 2
    y, x = -(np.mgrid[: len(spread), : len(spread)][0] - half), np.mgrid[: len(spread), : len(spread)][1] - half
    return [[(spread * a * b).sum() for b in (x, y)] for a in (x, y)]


def test_with_beta_1_it_is_the_gaussian() -> None:
    kernel = gaussian_kernel(1.0, 9)
    expected = np.zeros((31, 31))
    expected[11:20, 11:20] = np.outer(kernel, kernel)
    np.testing.assert_allclose(spread_of_a_point(), expected, atol=1e-6)


@given(st.floats(0.3, 3), st.floats(0.3, 3), st.floats(-180, 180), st.floats(0.3, 8))
def test_without_noise_kernels_are_the_same_when_turned_by_half(x: float, y: float, angle: float, beta: float) -> None:
    kernel = generalised_gaussian(11, x, y, angle, beta)
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1])
    assert kernel[5, 5] == 1


def test_sigmas_are_the_spread_along_the_two_axes() -> None:
    (xx, xy), (_, yy) = moments(spread_of_a_point(blur_limit=(21, 21), sigma_x_limit=(3, 3)))
    assert (math.sqrt(xx), math.sqrt(yy)) == pytest.approx((3, 1), rel=0.01)
    assert xy == pytest.approx(0, abs=1e-5)
    (xx, _), (_, yy) = moments(spread_of_a_point(blur_limit=(21, 21), sigma_y_limit=(2, 2)))
    assert (math.sqrt(xx), math.sqrt(yy)) == pytest.approx((1, 2), rel=0.01)


@pytest.mark.parametrize("angle", [-60, -20, 35, 80])
def test_axes_turn_counter_clockwise(angle: float) -> None:
    (xx, xy), (_, yy) = moments(
        spread_of_a_point(blur_limit=(21, 21), sigma_x_limit=(2.5, 2.5), rotate_limit=(angle, angle))
    )
    assert math.degrees(math.atan2(2 * xy, xx - yy) / 2) == pytest.approx(angle, abs=0.5)


def test_beta_makes_peaks_below_1_and_discs_above() -> None:
    wide: dict[str, Any] = {"blur_limit": (15, 15), "sigma_x_limit": (2.5, 2.5), "sigma_y_limit": (2.5, 2.5)}
    sharp, gaussian, disc = (spread_of_a_point(beta_limit=(b, b), **wide)[15] for b in (0.5, 1, 8))
    assert sharp[16] / sharp[15] < gaussian[16] / gaussian[15] - 0.1
    assert sharp[21] / sharp[15] > 2 * gaussian[21] / gaussian[15]
    np.testing.assert_allclose(disc[13:18] / disc[15], 1, atol=0.02)
    assert disc[18] < disc[15] / 5
    assert disc[19] < 1e-9


def test_betas_are_drawn_as_often_below_1_as_above() -> None:
    drawn = [
        dict(Compose([AdvancedBlur(p=1)], seed=seed).traced(image=picture((9, 9)))[1].steps[0].effect.call.arguments)
        for seed in range(300)
    ]
    betas = np.array([one["beta"] for one in drawn])
    assert 0.42 < (betas < 1).mean() < 0.58
    assert 0.5 <= betas.min() < 0.52
    assert 7.5 < betas.max() <= 8
    assert {one["size"] for one in drawn} == {3, 5, 7}
    for name, low, high in (("sigma_x", 0.2, 1), ("sigma_y", 0.2, 1), ("angle", -90, 90)):
        values = np.array([one[name] for one in drawn])
        assert low <= values.min() < low + (high - low) / 20
        assert high - (high - low) / 20 < values.max() <= high
    assert len({one["seed"] for one in drawn}) == 300


def test_noise_multiplies_each_weight_by_a_number_of_its_own_within_the_limits() -> None:
    clean = spread_of_a_point()[11:20, 11:20]
    ratios = []
    for seed in range(20):
        ratio = spread_of_a_point(seed, noise_limit=(0.5, 1.5))[11:20, 11:20] / clean
        ratios.append(ratio[2:7, 2:7] / ratio[2:7, 2:7].mean())
    assert np.std(ratios) == pytest.approx(1 / math.sqrt(12), rel=0.15)
    assert np.abs(np.corrcoef([one.ravel() for one in ratios]) - np.eye(20)).max() < 0.8
    assert spread_of_a_point(3, noise_limit=(0.2, 3)).sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_an_even_picture_stays_even(dtype: str) -> None:
    image = np.full((30, 31, 3), np.iinfo(dtype).max, dtype)
    for seed in range(10):
        out = Compose([AdvancedBlur((3, 15), 4, 4, noise_limit=(0, 5), p=1)], seed=seed)(image=image)["image"]
        np.testing.assert_array_equal(out, image)


def test_a_spread_of_0_blurs_nothing_along_its_axis() -> None:
    flat = spread_of_a_point(sigma_x_limit=(0, 0))
    assert np.count_nonzero(flat.sum(axis=0)) == 1
    image = picture((20, 21))
    arguments: dict[str, Any] = {"size": 7, "angle": 30, "beta": 1, "noise": (1, 1), "seed": 1}
    np.testing.assert_array_equal(advanced_blur(image, sigma_x=0, sigma_y=0, **arguments), image)
