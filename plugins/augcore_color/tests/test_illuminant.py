"""Light of a temperature, against published chromaticities and Planck's law."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import PlanckianJitter
from augcore_color.illuminant import daylight, encoded, light_of, linear_light, planckian

from augcore import Compose, InvalidParameter, Unsupported, max_value
from augcore.testing.samples import picture


def through(step: Any, image: Any, seed: int | None = None) -> Any:
    return Compose([step], seed=seed)(image=image)["image"]


def at(kelvin: float, mode: str = "blackbody") -> PlanckianJitter:
    return PlanckianJitter(mode, (kelvin, kelvin), p=1)


def lobe(nm: Any, height: float, middle: float, left: float, right: float) -> Any:
    return height * np.exp(-0.5 * ((nm - middle) / np.where(nm < middle, left, right)) ** 2)


def observer(nm: Any) -> Any:
    """The colour matching functions of CIE 1931, by Wyman, Sloan and Shirley 2013."""
    x = lobe(nm, 1.056, 599.8, 37.9, 31.0) + lobe(nm, 0.362, 442.0, 16.0, 26.7) + lobe(nm, -0.065, 501.1, 20.4, 26.2)
    y = lobe(nm, 0.821, 568.8, 46.9, 40.5) + lobe(nm, 0.286, 530.9, 16.3, 31.1)
    z = lobe(nm, 1.217, 437.0, 11.8, 36.0) + lobe(nm, 0.681, 459.0, 26.0, 13.8)
    return np.stack([x, y, z])


@pytest.mark.parametrize("kelvin", [2000, 2856, 4000, 6500, 10000, 15000])
def test_the_locus_is_that_of_plancks_law(kelvin: float) -> None:
    nm = np.arange(360, 831.0)
    power = nm**-5 / np.expm1(1.4388e7 / (nm * kelvin))
    x, y, z = observer(nm) @ power
    assert planckian(kelvin) == pytest.approx((x / (x + y + z), y / (x + y + z)), abs=0.004)


@pytest.mark.parametrize(
    ("kelvin", "chromaticity"), [(2856, (0.4476, 0.4074)), (6500, (0.3135, 0.3236)), (10000, (0.2807, 0.2884))]
)
def test_the_locus_runs_through_published_points(kelvin: float, chromaticity: tuple[float, float]) -> None:
    assert planckian(kelvin) == pytest.approx(chromaticity, abs=0.0005)


@pytest.mark.parametrize(
    ("kelvin", "chromaticity"),
    [(5003, (0.3457, 0.3585)), (5503, (0.3324, 0.3474)), (6504, (0.3127, 0.3290)), (7504, (0.2990, 0.3149))],
)
def test_daylight_is_that_of_the_standard_illuminants(kelvin: float, chromaticity: tuple[float, float]) -> None:
    assert daylight(kelvin) == pytest.approx(chromaticity, abs=0.0002)


def test_both_parts_of_the_series_meet() -> None:
    assert daylight(7000) == pytest.approx(daylight(7000.01), abs=2e-4)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_the_daylight_of_srgb_changes_nothing(dtype: str) -> None:
    image = picture((20, 30), 3, dtype)
    np.testing.assert_allclose(
        through(at(6504, "cied"), image), image, atol=max_value(dtype) * 0.002 + (dtype != "float32")
    )


@pytest.mark.parametrize("mode", ["blackbody", "cied"])
def test_the_luminance_of_white_stays_and_warm_light_is_redder(mode: str) -> None:
    lights = np.array([light_of(mode, kelvin) for kelvin in (4000, 5000, 6500, 9000, 15000)])
    np.testing.assert_allclose(lights @ (0.2126, 0.7152, 0.0722), 1, atol=1e-3)
    assert (np.diff(lights[:, 0]) < 0).all()
    assert (np.diff(lights[:, 2]) > 0).all()


def test_light_too_red_for_srgb_has_no_blue() -> None:
    assert light_of("blackbody", 1000)[2] == 0


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_channels_are_scaled_in_linear_light(dtype: str) -> None:
    image, white = picture((20, 30), 3, dtype), max_value(dtype)
    x = image.astype(float) / white
    light = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4) * light_of("blackbody", 3500)
    exact = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * white
    out = through(at(3500), image)
    assert np.abs(out - (exact if dtype == "float32" else exact.clip(0, white))).max() <= (0.51 if white > 1 else 2e-6)


def test_the_curve_of_srgb_and_its_inverse_go_on_beyond_black_and_white() -> None:
    x = np.linspace(-0.5, 3, 200)
    np.testing.assert_allclose(encoded(linear_light(x)), x, atol=1e-4)
    assert (np.diff(linear_light(x)) > 0).all()


def temperatures(step: Any, count: int = 1500) -> Any:
    image, pipeline = picture((2, 2)), Compose([step], seed=7)
    steps = [pipeline.traced(image=image)[1].steps[0].effect.steps[0] for _ in range(count)]
    return np.array([dict(one.arguments)["kelvin"] for one in steps])


@pytest.mark.parametrize(("mode", "low"), [("blackbody", 3000), ("cied", 4000)])
def test_temperatures_are_drawn_evenly_from_the_usual_ones_of_the_mode(mode: str, low: float) -> None:
    kelvin = temperatures(PlanckianJitter(mode, p=1))
    assert (kelvin.min(), kelvin.max()) == pytest.approx((low, 15000), abs=60)
    assert kelvin.mean() == pytest.approx((low + 15000) / 2, rel=0.03)


def test_gaussian_temperatures_lie_about_daylight_within_the_limit() -> None:
    kelvin = temperatures(PlanckianJitter("blackbody", (3500, 12500), "gaussian", p=1))
    assert kelvin.min() >= 3500
    assert kelvin.max() <= 12500
    assert (kelvin < 6500).mean() == pytest.approx(0.5, abs=0.05)
    below, above = 6500 - kelvin[kelvin < 6500], kelvin[kelvin > 6500] - 6500
    assert np.sqrt((below**2).mean()) == pytest.approx(1000, rel=0.08)
    assert np.sqrt((above**2).mean()) == pytest.approx(2000, rel=0.08)


def test_gaussian_temperatures_stay_within_a_limit_on_one_side_of_daylight() -> None:
    kelvin = temperatures(PlanckianJitter("blackbody", (2000, 4000), "gaussian", p=1), 200)
    assert kelvin.min() >= 2000
    assert kelvin.max() <= 4000


@pytest.mark.parametrize(
    ("mode", "limit", "message"),
    [
        ("blackbody", (900, 5000), r"900 is outside \[1000, 25000\] K"),
        ("blackbody", (3000, 16000), r"\(3000\.0, 16000\.0\) is outside \[1000, 15000\] K of mode 'blackbody'; give"),
        ("cied", (3000, 15000), r"\(3000\.0, 15000\.0\) is outside \[4000, 25000\] K of mode 'cied'; give"),
    ],
)
def test_temperatures_outside_the_formulas_are_refused(mode: str, limit: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=rf"PlanckianJitter\.temperature_limit: {message}"):
        PlanckianJitter(mode, limit)


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_light_has_three_channels(channels: int) -> None:
    with pytest.raises(Unsupported, match=f"PlanckianJitter needs 3 channels, and the image has {channels}; give RGB"):
        through(PlanckianJitter(p=1), picture((5, 6), channels))
