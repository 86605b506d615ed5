"""Factors on pictures and pixels, and the magnitude of complex numbers with noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import MultiplicativeNoise, RicianNoise
from augcore_color.speckle import magnitude_of_noisy, multiply_pixels

from augcore import Compose, Lookup, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")


def factors(step: MultiplicativeNoise, dtype: str = "float32", seed: int = 1) -> Any:
    white = max_value(dtype)
    image = np.full((200, 210, 3), white * 0.4).astype(dtype)
    return Compose([step], seed=seed)(image=image)["image"].astype(float) / image


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("per_channel", [False, True])
def test_whole_pictures_or_channels_get_one_factor_within_the_range(per_channel: bool, dtype: str) -> None:
    step = MultiplicativeNoise((0.5, 1.5), per_channel, p=1)
    found = np.array([factors(step, dtype, seed)[0, 0] for seed in range(60)])
    one = factors(step, dtype)
    assert (one == one[:1, :1]).all()
    assert (len(np.unique(one)) == 3) == per_channel
    assert 0.49 < found.min() < 0.6 < 1.4 < found.max() < 1.51


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("per_channel", [False, True])
def test_every_pixel_gets_an_evenly_distributed_factor_of_its_own(per_channel: bool, dtype: str) -> None:
    found = factors(MultiplicativeNoise((0.6, 1.8), per_channel, True, p=1), dtype)
    assert 0.59 < found.min() < 0.61 < 1.79 < found.max() < 1.81
    assert found.mean() == pytest.approx(1.2, abs=0.01)
    assert found.std() == pytest.approx(1.2 / np.sqrt(12), abs=0.005)
    assert abs(np.corrcoef(found[1:].ravel(), found[:-1].ravel())[0, 1]) < 0.02
    alike = np.corrcoef(found[..., 0].ravel(), found[..., 1].ravel())[0, 1]
    assert abs(alike) < 0.02 if per_channel else alike > 0.9999


def test_noise_grows_with_the_signal_and_black_stays_black() -> None:
    image = np.tile(np.linspace(0, 1, 5, dtype=np.float32)[None, :, None], (4000, 1, 1))
    spread = multiply_pixels(image, low=0.5, high=1.5, per_channel=True, seed=2).std(0)[:, 0]
    np.testing.assert_allclose(spread, image[0, :, 0] / np.sqrt(12), atol=0.01)
    assert spread[0] == 0


def test_factors_of_whole_pictures_fuse_with_other_curves() -> None:
    _, trace = Compose([MultiplicativeNoise(p=1), MultiplicativeNoise(p=1)]).traced(image=picture((9, 9), 3))
    assert all(isinstance(step.effect, Lookup) for step in trace.steps)


@pytest.mark.parametrize("dtype", DTYPES)
def test_rician_noise_has_rices_second_moment_everywhere(dtype: str) -> None:
    """E[m²] = x² + 2 std², exactly."""
    white, std = max_value(dtype), 0.06
    for share in (0.0, 0.1, 0.5):
        image = np.full((300, 300, 3), share * white).astype(dtype)
        out = magnitude_of_noisy(image, std=std, seed=3).astype(float) / white
        x = float(image[0, 0, 0] / white)
        assert np.mean(out**2) == pytest.approx(x**2 + 2 * std**2, rel=0.01)
        assert out.min() >= 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_rician_noise_is_rayleighs_in_black_and_nearly_normal_in_light(dtype: str) -> None:
    white, std = max_value(dtype), 0.05
    black, light = (
        magnitude_of_noisy(np.full((300, 300, 3), share * white).astype(dtype), std=std, seed=3).astype(float) / white
        for share in (0, 0.6)
    )
    assert black.mean() == pytest.approx(std * np.sqrt(np.pi / 2), rel=0.01)
    assert black.var() == pytest.approx((2 - np.pi / 2) * std**2, rel=0.02)
    assert light.std() == pytest.approx(std, rel=0.02)
    assert light.mean() == pytest.approx(0.6 + std**2 / 1.2, abs=0.003 if dtype == "uint8" else 5e-4)
    for found in (black, light):
        assert abs(np.corrcoef(found[..., 0].ravel(), found[..., 1].ravel())[0, 1]) < 0.02
        assert abs(np.corrcoef(found[1:].ravel(), found[:-1].ravel())[0, 1]) < 0.02


def test_rician_spread_is_drawn_over_its_range() -> None:
    image = np.full((64, 64, 1), 0.8, np.float32)
    pipeline = Compose([RicianNoise((0.02, 0.2), p=1)], seed=5)
    spreads = [pipeline(image=image)["image"].std() for _ in range(80)]
    assert 0.018 < min(spreads) < 0.03 < 0.19 < max(spreads) < 0.21
