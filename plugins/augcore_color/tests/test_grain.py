"""Film grain: as strong as the light asks, of spots as wide as asked, and alike all over the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import FilmGrain
from augcore_color.grain import add_grain, grain_of
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value

DTYPES = ("uint8", "uint16", "float32")
SIGMA = 1 / (2 * np.sqrt(2 * np.log(2)))  # of a spot of width 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("intensity", [0.05, 0.2])
def test_grain_is_as_strong_as_the_light_asks(intensity: float, dtype: str) -> None:
    white = max_value(dtype)
    for share in (0.2, 0.5, 0.7):
        image = np.full((300, 300, 2), share * white).astype(dtype)
        x = float(image[0, 0, 0] / white)
        noise = add_grain(image, intensity=intensity, width=1.0, seed=3).astype(float) / white - x
        rounding = 1 / 255 / np.sqrt(12) if dtype == "uint8" else 0
        assert noise.mean() == pytest.approx(0, abs=0.01 * intensity)
        assert noise.std() == pytest.approx(np.hypot(intensity * np.sqrt(x * (1 - x)), rounding), rel=0.02)


@pytest.mark.parametrize("dtype", DTYPES)
def test_black_and_white_have_no_grain_and_channels_share_theirs(dtype: str) -> None:
    white = max_value(dtype)
    for level in (0, white):
        image = np.full((40, 40, 3), level, dtype)
        np.testing.assert_array_equal(add_grain(image, intensity=1.0, width=2.0, seed=3), image)
    out = add_grain(np.full((40, 40, 3), white / 2).astype(dtype), intensity=0.3, width=2.0, seed=3)
    np.testing.assert_array_equal(out[..., 0], out[..., 2])
    assert out.std() > 0


def test_floats_outside_the_range_are_left_alone() -> None:
    image = np.tile(np.array([-0.5, 1.5, 40], np.float32), (30, 30, 1))
    np.testing.assert_array_equal(add_grain(image, intensity=1.0, width=2.0, seed=3), image)


@given(st.floats(0.5, 8), st.integers(0, 2**63 - 1))
def test_grain_has_unit_variance_from_edge_to_edge(width: float, seed: int) -> None:
    grain = grain_of((300, 300), width, seed)
    spots = grain.size / max(1, (4 * np.pi * (width * SIGMA) ** 2))
    assert grain.mean() == pytest.approx(0, abs=6 / np.sqrt(spots))
    assert grain.var() == pytest.approx(1, abs=6 * np.sqrt(2 / spots))
    edges = np.concatenate([grain[0], grain[-1], grain[:, 0], grain[:, -1]])
    assert edges.var() == pytest.approx(1, abs=6 * np.sqrt(2 * max(1, 3.6 * width * SIGMA) / edges.size))


@pytest.mark.parametrize("width", [2.0, 3.5, 6.0])
def test_spectrum_is_that_of_gaussian_spots_of_the_width(width: float) -> None:
    """The power of Gaussian spots falls as exp(-(2 π f σ)²), the same in all directions."""
    sigma, size = width * SIGMA, 256
    power = np.mean([np.abs(np.fft.fft2(grain_of((size, size), width, seed))) ** 2 for seed in range(60)], 0) / size**2
    f = np.fft.fftfreq(size)
    radius = np.hypot(f[:, None], f)
    wanted = 4 * np.pi * sigma**2 * np.exp(-((2 * np.pi * radius * sigma) ** 2))
    for low in np.arange(0.05, 1.2, 0.25) / (2 * np.pi * sigma):
        ring = (radius >= low) & (radius < low + 0.25 / (2 * np.pi * sigma))
        assert power[ring].mean() == pytest.approx(wanted[ring].mean(), rel=0.05)
        upright = ring & (np.abs(f[:, None]) > np.abs(f))
        assert power[upright].mean() == pytest.approx(power[ring & ~upright].mean(), rel=0.1)


def test_intensity_and_size_are_drawn_over_their_ranges() -> None:
    image = np.full((96, 96, 1), 0.5, np.float32)
    pipeline = Compose([FilmGrain((0.1, 0.4), (1, 6), p=1)], seed=6)
    found: list[Any] = [pipeline(image=image)["image"][..., 0] - 0.5 for _ in range(80)]
    strengths = [2 * n.std() for n in found]
    alike = [np.corrcoef(n[:, 1:].ravel(), n[:, :-1].ravel())[0, 1] for n in found]
    assert 0.08 < min(strengths) < 0.13 < 0.36 < max(strengths) < 0.44
    assert min(alike) < 0.5 < 0.95 < max(alike)
