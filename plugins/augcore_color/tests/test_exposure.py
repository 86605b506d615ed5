"""Exposure: linear light, the target that is reached, and one gain for all frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import ExposureMatching, RandomGamma
from augcore_color.exposure import LUMINANCE, from_linear, mean_luminance, to_linear
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")


def through(step: Any, image: Any, **options: Any) -> Any:
    return Compose([step], **options)(image=image)["image"]


def matched(target: float, **given: Any) -> ExposureMatching:
    return ExposureMatching((target, target), p=1, **given)


def luminance(image: Any, white: float = 1.0) -> float:
    return mean_luminance([image], (0.0, white))


@given(st.floats(-2, 5))
def test_linear_light_comes_back(x: float) -> None:
    assert from_linear(to_linear(np.array(x))) == pytest.approx(x, abs=2e-4)


def test_linear_light_is_that_of_srgb() -> None:
    """IEC 61966-2-1: the toe is a line of slope 1 / 12.92, and the grey half way up has 0.214 of the light."""
    np.testing.assert_allclose(to_linear(np.array([0, 0.02, 0.5, 1])), [0, 0.02 / 12.92, 0.21404, 1], atol=1e-5)


def test_luminance_weighs_red_green_and_blue_as_rec_709_does_and_others_alike() -> None:
    for channel, weight in enumerate(LUMINANCE):
        image = np.zeros((3, 4, 3), np.float32)
        image[..., channel] = 1
        assert luminance(image) == pytest.approx(weight)
    for channels in (1, 2, 4, 130):
        image = np.zeros((3, 4, channels), np.float32)
        image[..., 0] = 1
        assert luminance(image) == pytest.approx(1 / channels, rel=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 5])
def test_the_mean_luminance_becomes_the_target(dtype: str, channels: int) -> None:
    image = (picture((40, 50), channels, dtype) * np.float32(0.5)).astype(dtype)
    white = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}[dtype]
    for target in (0.02, 0.08):
        assert luminance(through(matched(target), image), white) == pytest.approx(target, rel=0.01)


def test_targets_are_drawn_evenly_in_stops() -> None:
    image = np.full((2, 2, 3), 0.4, np.float32)
    pipeline = Compose([ExposureMatching((0.05, 0.2), p=1)], seed=1)
    stops = np.log2([luminance(pipeline(image=image)["image"]) / 0.1 for _ in range(400)])
    assert -1 <= stops.min() < -0.97
    assert 0.97 < stops.max() <= 1.001
    assert abs(stops.mean()) < 0.1


def test_the_gain_has_a_limit_either_way() -> None:
    for value, target, gain in ((0.01, 0.9, 4), (0.9, 0.01, 1 / 4)):
        image = np.full((2, 2, 3), value, np.float32)
        out = through(matched(target, max_gain=4), image)
        assert luminance(out) / luminance(image) == pytest.approx(gain, rel=1e-4)


@pytest.mark.parametrize("dtype", DTYPES)
def test_black_stays_black(dtype: str) -> None:
    black = np.zeros((4, 5, 3), dtype)
    np.testing.assert_array_equal(through(matched(0.2), black), black)


def test_the_picture_is_measured_as_it_is_then_and_off_equals_exact() -> None:
    image = picture((40, 50))
    darker = RandomGamma((250, 250), p=1)
    once = through(matched(0.1), through(darker, image))
    for fuse in ("off", "exact"):
        both = Compose([darker, matched(0.1)], fuse=fuse)(image=image)["image"]
        np.testing.assert_array_equal(both, once)


def test_one_gain_measured_on_the_first_serves_all_frames() -> None:
    frames = np.stack([np.full((3, 4, 3), value, np.float32) for value in (0.5, 0.3)])
    out = Compose([matched(0.1)])(images=frames)["images"]
    gains = to_linear(out) / to_linear(frames)
    np.testing.assert_allclose(gains, 0.1 / to_linear(np.array(0.5)), rtol=1e-4)
    volume = Compose([matched(0.1)])(volume=frames)["volume"]
    assert mean_luminance(list(volume), (0, 1)) == pytest.approx(0.1, rel=1e-4)


def test_levels_of_a_value_range_are_measured_on_it() -> None:
    unit = (picture((20, 30), 3, "float32") / 2).astype(np.float32)
    levels = np.rint(unit * 4095).astype(np.uint16)
    out = through(matched(0.05), levels, value_range=(0, 4095))
    assert luminance(out, 4095.0) == pytest.approx(0.05, rel=0.01)


def test_masks_alone_ask_for_nothing() -> None:
    mask = np.ones((5, 6), np.uint8)
    np.testing.assert_array_equal(Compose([matched(0.2)])(mask=mask)["mask"], mask)
