"""ISO noise: luma and hue are noisy as asked, and nothing else is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_color import ISONoise
from augcore_color.iso_noise import add_iso_noise

from augcore import Compose, Unsupported, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")
LUMA = np.array([0.299, 0.587, 0.114])


def planes(image: Any) -> tuple[Any, Any]:
    """Luma, and Cb + i · Cr, as fractions of white (Rec. 601)."""
    values = image.astype(float) / max_value(image.dtype)
    luma = values @ LUMA
    return luma, (values[..., 2] - luma) * 0.564 + 1j * (values[..., 0] - luma) * 0.713


def even(dtype: str, colour: tuple[float, float, float]) -> Any:
    return np.full((300, 300, 3), np.array(colour) * max_value(dtype)).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_luma_and_hue_spread_as_asked(dtype: str) -> None:
    image = even(dtype, (0.7, 0.45, 0.3))
    luma, colour = planes(add_iso_noise(image, hue=0.03, luma=0.04, seed=5))
    before, base = planes(image)
    rounding = 1e-3 if dtype == "uint8" else 1e-4
    assert luma.mean() == pytest.approx(before.mean(), abs=5 * 0.04 / 300 + rounding)
    assert luma.std() == pytest.approx(0.04, abs=0.0005)
    turns = np.angle(colour / base) / (2 * math.pi)
    assert turns.mean() == pytest.approx(0, abs=5 * 0.03 / 300 + rounding)
    assert turns.std() == pytest.approx(0.03, abs=0.0005)
    assert np.abs(colour).mean() == pytest.approx(np.abs(base).mean(), abs=rounding)
    assert abs(np.corrcoef(luma.ravel(), turns.ravel())[0, 1]) < 0.02
    for noise in (luma - luma.mean(), turns):
        assert abs(np.mean(noise[1:] * noise[:-1])) < 0.02 * noise.var()
        assert abs(np.mean(noise[:, 1:] * noise[:, :-1])) < 0.02 * noise.var()


@pytest.mark.parametrize("dtype", DTYPES)
def test_greys_stay_grey(dtype: str) -> None:
    grey = np.repeat(picture((100, 100), 1, dtype), 3, 2)
    out = add_iso_noise(grey, hue=0.2, luma=0.05, seed=5)
    np.testing.assert_allclose(out[..., 0], out[..., 2], atol=1e-6 * max_value(dtype) if dtype != "uint8" else 0)
    assert (out != grey).any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_noise_changes_nothing(dtype: str) -> None:
    image = picture((50, 60), 3, dtype)
    np.testing.assert_array_equal(add_iso_noise(image, hue=0.0, luma=0.0, seed=5), image)


def test_integers_are_cut_and_floats_are_not() -> None:
    for dtype in ("uint8", "uint16"):
        out = add_iso_noise(even(dtype, (0.9, 0.1, 0.5)), hue=0.1, luma=0.2, seed=1)
        assert (out.min(), out.max()) == (0, max_value(dtype))
    out = add_iso_noise(even("float32", (0.9, 0.1, 0.5)), hue=0.1, luma=0.2, seed=1)
    assert out.min() < -0.1
    assert out.max() > 1.1


def test_intensity_strengthens_both_and_the_shift_only_hues() -> None:
    image = even("float32", (0.7, 0.45, 0.3))

    def spreads(shift: float, intensity: float) -> tuple[float, float]:
        luma, colour = planes(Compose([ISONoise(shift, intensity, p=1)], seed=1)(image=image)["image"])
        return float(luma.std()), float(np.angle(colour / colour.mean()).std() / (2 * math.pi))

    assert spreads(0.05, 0.5) == pytest.approx((0.1, 0.025), rel=0.02)
    assert spreads(0.05, 0.25) == pytest.approx((0.05, 0.0125), rel=0.02)
    assert spreads(0.025, 0.5) == pytest.approx((0.1, 0.0125), rel=0.02)


def test_ranges_are_drawn_over_their_whole_interval() -> None:
    image = even("float32", (0.7, 0.45, 0.3))[:64, :64]
    pipeline = Compose([ISONoise((0, 0.1), (0.1, 1), p=1)], seed=2)
    found = [planes(pipeline(image=image)["image"]) for _ in range(80)]
    strengths = [luma.std() * 5 for luma, _ in found]
    assert 0.09 < min(strengths) < 0.15 < 0.95 < max(strengths) < 1.05
    shifts = [
        np.angle(colour / colour.mean()).std() / (2 * math.pi) / strength
        for (_, colour), strength in zip(found, strengths, strict=True)
    ]
    assert min(shifts) < 0.01 < 0.09 < max(shifts) < 0.11


def test_other_than_three_channels_are_refused() -> None:
    with pytest.raises(Unsupported, match="needs 3 channels, and the image has 4"):
        Compose([ISONoise(p=1)])(image=np.zeros((5, 5, 4), np.uint8))
