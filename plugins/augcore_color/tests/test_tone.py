"""Brightness, contrast and gamma: tables against the formula on every value, and what each parameter does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import RandomBrightnessContrast, RandomGamma
from augcore_color.tone import within_range
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value
from augcore.testing.samples import picture

RAMPS = {"uint8": np.arange(256, dtype=np.uint8), "uint16": np.arange(65536, dtype=np.uint16)}


def fixed(brightness: float = 0, contrast: float = 0, **given: Any) -> RandomBrightnessContrast:
    return RandomBrightnessContrast((brightness,) * 2, (contrast,) * 2, p=1, **given)


def through(step: Any, image: Any, **options: Any) -> Any:
    return Compose([step], **options)(image=image)["image"]


@pytest.mark.parametrize("dtype", RAMPS)
@pytest.mark.parametrize(("brightness", "contrast"), [(0.2, 0), (0, 0.2), (-0.4, 0.9), (0.9, -1.8), (0, 0)])
def test_brightness_and_contrast_round_the_formula_at_every_value(
    dtype: str, brightness: float, contrast: float
) -> None:
    ramp, white = RAMPS[dtype], max_value(dtype)
    expected = np.clip(np.rint(((1 + contrast) * (ramp / white) + brightness) * white), 0, white)
    np.testing.assert_array_equal(through(fixed(brightness, contrast), ramp[None, :]), expected[None, :])


@pytest.mark.parametrize("dtype", RAMPS)
@pytest.mark.parametrize("percent", [1, 45, 100, 220, 900])
def test_gamma_rounds_the_formula_at_every_value(dtype: str, percent: float) -> None:
    ramp, white = RAMPS[dtype], max_value(dtype)
    expected = np.rint((ramp / white) ** (percent / 100) * white)
    np.testing.assert_array_equal(through(RandomGamma((percent, percent), p=1), ramp[None, :]), expected[None, :])


@pytest.mark.parametrize("dtype", RAMPS)
@pytest.mark.parametrize("step", [fixed(0.1, 0.3), RandomGamma((60, 60), p=1)], ids=lambda step: type(step).__name__)
def test_floats_take_the_same_way_as_tables_within_half_a_level(dtype: str, step: Any) -> None:
    ramp, white = RAMPS[dtype], max_value(dtype)
    floats = through(step, (ramp[None, :] / white).astype(np.float32))
    assert np.abs(np.clip(floats, 0, 1) * white - through(step, ramp[None, :])).max() <= 0.5 + 1e-6 * white


@given(st.floats(-1, 1), st.floats(-2, 2))
def test_floats_are_not_cut(brightness: float, contrast: float) -> None:
    image = np.array([[-0.5, 0.0, 0.3, 1.0, 7.0]], np.float32)
    np.testing.assert_allclose(
        through(fixed(brightness, contrast), image), (1 + contrast) * image + brightness, rtol=1e-5, atol=1e-5
    )


def test_gamma_takes_floats_above_white_along_and_those_below_black_to_black() -> None:
    image = np.array([[-0.5, 0.0, 0.25, 4.0]], np.float32)
    np.testing.assert_allclose(through(RandomGamma((50, 50), p=1), image), [[0, 0, 0.5, 2]], rtol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_brightness_by_mean_adds_a_fraction_of_the_mean(dtype: str) -> None:
    image = picture((40, 50), 3, dtype)
    by_max = through(fixed(0.1, brightness_by_max=True), image).astype(float)
    by_mean = through(fixed(0.1, brightness_by_max=False), image).astype(float)
    levels = max_value(dtype)
    tolerance = 0.5 if dtype != "float32" else 1e-6
    middle = (image > 0) & (by_max < levels) & (by_mean < levels)
    np.testing.assert_allclose((by_max - image)[middle], 0.1 * levels, atol=tolerance)
    np.testing.assert_allclose((by_mean - image)[middle], 0.1 * image.mean(dtype=float), atol=tolerance)


def test_brightness_by_mean_sees_the_picture_as_it_is_then() -> None:
    image = picture((40, 50))
    darker = RandomGamma((300, 300), p=1)
    once = through(fixed(0.5, brightness_by_max=False), through(darker, image))
    for fuse in ("off", "exact"):
        both = Compose([darker, fixed(0.5, brightness_by_max=False)], fuse=fuse)
        np.testing.assert_array_equal(both(image=image)["image"], once)


def test_brightness_by_mean_asks_nothing_of_masks_and_takes_the_first_of_several_pictures() -> None:
    step = Compose([fixed(0.5, brightness_by_max=False)])
    mask = np.ones((5, 6), np.uint8)
    np.testing.assert_array_equal(step(mask=mask)["mask"], mask)
    stack = np.stack([np.full((5, 6, 3), 100, np.uint8), np.full((5, 6, 3), 10, np.uint8)])
    np.testing.assert_array_equal(step(images=stack)["images"][:, 0, 0, 0], [150, 60])


@given(st.floats(-3, 3), st.floats(-2, 2))
def test_the_safe_range_cuts_nothing_and_leaves_safe_values_alone(gain: float, offset: float) -> None:
    safe_gain, safe_offset = within_range(gain, offset)
    ends = np.array([safe_offset, safe_gain + safe_offset])
    assert (ends >= -1e-12).all()
    assert (ends <= 1 + 1e-12).all()
    if 0 <= offset <= 1 and 0 <= gain + offset <= 1:
        # 1 - offset is rounded.
        assert (safe_gain, safe_offset) == pytest.approx((gain, offset), rel=0, abs=1e-15)


def test_ensure_safe_range_keeps_a_ramp_from_saturating() -> None:
    ramp = RAMPS["uint8"][None, :]
    free, safe = through(fixed(0.3, 0.5), ramp), through(fixed(0.3, 0.5, ensure_safe_range=True), ramp)
    assert (free == 255).sum() > 100
    assert (safe == 255).sum() <= 2


def test_curves_merge_exactly() -> None:
    steps = [fixed(0.3, -0.5), RandomGamma((40, 40), p=1), fixed(-0.1, 0.8), RandomGamma((170, 170), p=1)]
    for dtype in RAMPS:
        image = picture((60, 70), 3, dtype)
        np.testing.assert_array_equal(*(Compose(steps, fuse=fuse)(image=image)["image"] for fuse in ("off", "exact")))


def test_limits_are_drawn_over_their_whole_interval() -> None:
    grey = np.full((1, 1), 0.5, np.float32)
    step = Compose([RandomBrightnessContrast(0.2, (0, 0), p=1)], seed=1)
    drawn = np.array([step(image=grey)["image"][0, 0] for _ in range(400)]) - 0.5
    assert -0.2 <= drawn.min() < -0.18
    assert 0.18 < drawn.max() <= 0.2
    steeper = Compose([RandomBrightnessContrast((0, 0), (0.1, 0.3), p=1)], seed=1)
    gains = np.array([steeper(image=grey)["image"][0, 0] for _ in range(400)]) / 0.5
    assert 1.1 <= gains.min() < 1.11
    assert 1.29 < gains.max() <= 1.3 + 1e-6


def test_one_number_means_gamma_from_1_percent() -> None:
    assert RandomGamma(120).gamma_limit == (1, 120)
