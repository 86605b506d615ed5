"""Illumination: each pattern is where it should be, and as strong, in every dtype."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_color import Illumination
from augcore_color.light import corner_light, linear_light, relit, smooth_pattern, spot_light
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose
from augcore.testing.samples import picture

GREY = np.full((120, 200, 1), 0.5, np.float32)


def gains(image: Any) -> Any:
    return image[:, :, 0] / 0.5 - 1


@given(size=st.tuples(st.integers(1, 200), st.integers(1, 200)))
def test_patterns_are_the_function_at_pixel_centres(size: tuple[int, int]) -> None:
    def bowl(x: Any, y: Any) -> Any:
        return (x / size[1]) ** 2 + (y / size[0]) * (x / size[1])

    found = smooth_pattern(bowl, size)
    exact = bowl(np.arange(size[1]) + 0.5, np.arange(size[0])[:, None] + 0.5)
    assert found.shape == size
    # Longer sides have more nodes, not larger steps.
    np.testing.assert_allclose(found, exact, atol=3e-4)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("amount", [-1.0, -0.3, 0.0, 0.2, 1.0])
def test_pictures_are_multiplied_by_one_and_the_pattern(dtype: str, amount: float) -> None:
    image = picture((40, 50), 3, dtype)
    pattern = np.random.default_rng(2).random((40, 50), np.float32)
    wanted = image * (1 + amount * pattern[:, :, None].astype(float))
    if dtype != "float32":
        wanted = np.clip(wanted, 0, np.iinfo(dtype).max)
    slack = {"uint8": 0.51 + abs(amount) / 2, "uint16": 0.51, "float32": 1e-6}[dtype]
    np.testing.assert_allclose(relit(image, pattern, amount), wanted, atol=slack, rtol=0)


@pytest.mark.parametrize("angle", [0, 37, 90, 180, 222, 300])
def test_linear_light_grows_towards_its_angle_from_nothing_to_the_amount(angle: float) -> None:
    gain = gains(linear_light(GREY, amount=0.4, angle=angle))
    assert 0 <= gain.min() < 0.01
    assert 0.39 < gain.max() <= 0.4 + 1e-6
    down, across = np.gradient(gain)
    assert math.degrees(math.atan2(down.mean() * 120, across.mean() * 200)) % 360 == pytest.approx(angle, abs=0.5)


def test_corner_light_is_strongest_in_its_corner() -> None:
    for corner, (row, column) in enumerate(((0, 0), (0, -1), (-1, -1), (-1, 0))):
        gain = gains(corner_light(GREY, amount=0.4, corner=corner))
        assert gain[row, column] == gain.max() == pytest.approx(0.4, abs=0.005)
        assert gain[-1 - row, -1 - column] == gain.min() == pytest.approx(0, abs=0.005)


def test_spot_light_is_a_bell_around_its_place() -> None:
    gain = gains(spot_light(GREY, amount=0.4, x=0.25, y=0.6, sigma=0.2))
    y, x = np.mgrid[:120, :200] + 0.5
    wanted = 0.4 * np.exp(-((x - 50) ** 2 + (y - 72) ** 2) / (2 * 40**2))
    np.testing.assert_allclose(gain, wanted, atol=1e-3)


def drawn(count: int = 40, **given: Any) -> list[Any]:
    step = Compose([Illumination(**given, p=1)], seed=9)
    return [gains(step(image=GREY)["image"]) for _ in range(count)]


@pytest.mark.parametrize("mode", ["linear", "corner", "gaussian"])
def test_types_brighten_darken_or_do_either(mode: str) -> None:
    strong = {"mode": mode, "intensity_range": (0.1, 0.3)}
    assert all(gain.min() > -1e-6 and 0.08 < gain.max() < 0.31 for gain in drawn(effect_type="brighten", **strong))
    assert all(gain.max() < 1e-6 and -0.31 < gain.min() < -0.08 for gain in drawn(effect_type="darken", **strong))
    signs = [gain.mean() > 0 for gain in drawn(effect_type="both", **strong)]
    assert 8 < sum(signs) < 32


def test_angles_corners_places_and_widths_are_drawn_from_their_ranges() -> None:
    brighter: dict[str, Any] = {"effect_type": "brighten", "intensity_range": 0.5}
    assert all(gain[60, -1] > gain[60, 0] + 0.3 for gain in drawn(angle_range=(-20, 20), **brighter))
    peaks = {gain.argmax() for gain in drawn(mode="corner", **brighter)}
    assert peaks == {0, 199, 119 * 200, 120 * 200 - 1}
    bells = drawn(mode="gaussian", center_range=(0.3, 0.6), sigma_range=0.1, **brighter)
    places = np.array([np.unravel_index(gain.argmax(), gain.shape) for gain in bells]) / (120, 200)
    assert 0.28 < places.min() < 0.35
    assert 0.55 < places.max() < 0.62
    wide, narrow = (
        np.mean(drawn(mode="gaussian", sigma_range=sigma, center_range=0.5, **brighter)) for sigma in (1, 0.05)
    )
    assert wide > 4 * narrow


def test_even_bytes_show_no_grid() -> None:
    image = np.full((512, 512, 3), 200, np.uint8)
    out = spot_light(image, amount=-0.5, x=0.4, y=0.5, sigma=0.4)[:, :, 0].astype(int)
    for axis in (0, 1):
        assert np.abs(np.diff(out, axis=axis)).max() <= 2
        curvature = np.diff(out, 2, axis=axis).astype(float)
        by_place = np.abs(curvature[:496, :496] if axis else curvature[:496, :496].T).mean(0).reshape(-1, 16).mean(0)
        assert by_place.max() < 1.2 * by_place.mean()
