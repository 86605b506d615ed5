"""Hue, saturation and value, against Python's colorsys."""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np
import pytest
from augcore_color import HueSaturationValue
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Unsupported, max_value
from augcore.testing.samples import picture

# What 8 bits of hue, saturation and value may lose of a picture, in levels.
ROUNDING = {"uint8": 6.0, "uint16": 1.0, "float32": 2e-5}


def shifted(hue: float = 0, saturation: float = 0, value: float = 0) -> HueSaturationValue:
    return HueSaturationValue((hue, hue), (saturation, saturation), (value, value), p=1)


def through(step: Any, image: Any) -> Any:
    return Compose([step])(image=image)["image"]


def by_colorsys(image: Any, hue: float, saturation: float, value: float) -> Any:
    """The same shifts, a pixel at a time."""
    white = max_value(image.dtype)
    out = np.empty(image.shape)
    for at in np.ndindex(image.shape[:2]):
        h, s, v = colorsys.rgb_to_hsv(*(image[at] / white))
        s = min(max(s + saturation / 255, 0), 1) if s > 0 else 0
        v = max(v + value / 255, 0) if image.dtype == np.float32 else min(max(v + value / 255, 0), 1)
        out[at] = colorsys.hsv_to_rgb((h + hue / 180) % 1, s, v)
    return out * white


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(
    ("hue", "saturation", "value"),
    [(90, 0, 0), (-45, 0, 0), (0, 60, 0), (0, -80, 0), (0, 0, 40), (0, 0, -90), (180, 10, 10)],
)
def test_shifts_agree_with_colorsys(dtype: str, hue: float, saturation: float, value: float) -> None:
    image = picture((13, 17), 3, dtype)
    difference = through(shifted(hue, saturation, value), image) - by_colorsys(image, hue, saturation, value)
    assert np.abs(difference).max() <= ROUNDING[dtype]
    assert np.abs(difference).mean() <= 0.2 * ROUNDING[dtype]


@given(st.floats(-1, 1), st.sampled_from(["uint8", "uint16", "float32"]))
def test_a_hue_turned_by_itself_loses_nothing_but_the_last_rounding(turn: float, dtype: str) -> None:
    image = picture((9, 11), 3, dtype)
    image[0] = image[0, :, :1]
    image[1, :5] = 0, max_value(image.dtype), 0
    difference = through(shifted(180 * turn), image) - by_colorsys(image, 180 * turn, 0, 0)
    assert np.abs(difference).max() <= (1e-6 if dtype == "float32" else 0.501)


def test_turning_the_hue_there_and_back_gives_the_floats_back() -> None:
    image = picture((13, 17), 3, "float32")
    for degrees in (20, 90, 150):
        back = through(shifted(-degrees / 2), through(shifted(degrees / 2), image))
        np.testing.assert_allclose(back, image, atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_grey_pixels_have_no_hue_or_saturation_to_change(dtype: str) -> None:
    grey = np.repeat(picture((13, 17), 1, dtype), 3, 2)
    np.testing.assert_allclose(through(shifted(70, 120), grey), grey, atol=1e-6)


def test_a_full_turn_of_hue_changes_nothing_more_than_no_turn() -> None:
    image = picture((13, 17))
    np.testing.assert_array_equal(through(shifted(180), image), through(shifted(0), image))
    np.testing.assert_array_equal(through(shifted(-180), image), through(shifted(0), image))


def test_float_values_above_white_are_shifted_like_others() -> None:
    image = np.array([[[1.5, 0.75, 0.3]]], np.float32)
    np.testing.assert_allclose(through(shifted(value=51), image)[0, 0], image[0, 0] * 1.7 / 1.5, rtol=1e-5)


def test_each_limit_is_drawn_for_itself() -> None:
    image = picture((9, 9), 3, "float32")
    for limits in ((30, 0, 0), (0, 90, 0), (0, 0, 90)):
        step = Compose([HueSaturationValue(*limits, p=1)], seed=3)
        first, second = (step(image=image)["image"] for _ in range(2))
        assert np.abs(first - second).max() > 1e-3


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_hue_needs_three_channels(channels: int) -> None:
    with pytest.raises(Unsupported, match=rf"shift_hsv needs 3 channels, and the image has {channels}"):
        through(shifted(10), picture((5, 6), channels))
