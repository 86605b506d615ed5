"""Hue, saturation, value and grey, against NumPy written from the definitions."""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np
import pytest
from augcore_color import HueSaturationValue, ToGray

from augcore import Compose, Unsupported, max_value
from augcore.testing.samples import picture

METHODS = ("weighted_average", "from_lab", "desaturation", "average", "max", "pca")
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


def lightness(rgb: Any) -> Any:
    """CIE 1976 L* / 100 of sRGB (IEC 61966-2-1)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.212671, 0.715160, 0.072169])
    return np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * (29 / 3) ** 3) / 100


ORACLES = {
    "weighted_average": lambda x: x @ np.array([0.299, 0.587, 0.114]),
    "from_lab": lightness,
    "desaturation": lambda x: (x.max(2) + x.min(2)) / 2,
    "average": lambda x: x.mean(2),
    "max": lambda x: x.max(2),
}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("method", ORACLES)
def test_grey_agrees_with_its_definition(dtype: str, method: str) -> None:
    image, white = picture((40, 50), 3, dtype), max_value(dtype)
    grey = through(ToGray(method=method, p=1), image)
    assert (grey.shape, grey.dtype) == ((40, 50, 3), image.dtype)
    assert (grey == grey[:, :, :1]).all()
    off = np.abs(grey[:, :, 0] - ORACLES[method](image.astype(float) / white) * white).max()
    # OpenCV's weights are whole 2**14ths for integers, and its lightness goes through tables and splines.
    assert off <= {"uint8": 0.51, "uint16": 1.0, "float32": 1e-6}[dtype] + (white / 200 if method == "from_lab" else 0)


@pytest.mark.parametrize("channels", [2, 3, 4, 5, 16, 130])
@pytest.mark.parametrize("method", ["desaturation", "average", "max"])
def test_any_number_of_channels_turns_grey(channels: int, method: str) -> None:
    image = picture((9, 11), channels)
    grey = through(ToGray(1, method, p=1), image)
    assert grey.shape == (9, 11, 1)
    assert np.abs(grey[:, :, 0] - ORACLES[method](image.astype(float))).max() <= 0.5 + 1e-4


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wanted", [1, 2, 3, 5, 140])
def test_as_many_channels_come_out_as_asked_for(method: str, wanted: int) -> None:
    image = picture((9, 11))
    grey = through(ToGray(wanted, method, p=1), image)
    assert grey.shape == (9, 11, wanted)
    np.testing.assert_array_equal(grey, np.repeat(through(ToGray(1, method, p=1), image), wanted, 2))


@pytest.mark.parametrize("method", [name for name in METHODS if name != "pca"])
def test_a_grey_picture_stays_as_it_is(method: str) -> None:
    plane = picture((9, 11), None)
    np.testing.assert_array_equal(through(ToGray(1, method, p=1), plane), plane)
    np.testing.assert_array_equal(through(ToGray(3, method, p=1), plane), np.repeat(plane[:, :, None], 3, 2))


@pytest.mark.parametrize("method", ["weighted_average", "from_lab"])
def test_methods_for_rgb_refuse_other_pictures(method: str) -> None:
    with pytest.raises(Unsupported, match="1 or 3 channels, and the image has 4"):
        through(ToGray(method=method, p=1), picture((5, 6), 4))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [2, 3, 5])
def test_the_principal_component_keeps_most_variance_from_black_to_white(dtype: str, channels: int) -> None:
    image, white = picture((40, 50), channels, dtype), max_value(dtype)
    grey = through(ToGray(1, "pca", p=1), image)[:, :, 0] / white
    assert (grey.min(), grey.max()) == pytest.approx((0, 1), abs=1e-6)
    colours = image.reshape(-1, channels) / white
    axis = np.linalg.svd(colours - colours.mean(0), full_matrices=False)[2][0]
    along = (colours @ (axis * np.sign(axis.sum()))).reshape(40, 50)
    assert np.corrcoef(along.ravel(), grey.ravel())[0, 1] > 0.9999


def test_the_principal_component_of_one_colour_is_its_mean() -> None:
    image = np.full((7, 8, 3), (10, 20, 60), np.uint8)
    assert (through(ToGray(1, "pca", p=1), image) == 30).all()


def test_methods_differ() -> None:
    image = picture((20, 20))
    results = [through(ToGray(1, method, p=1), image).tobytes() for method in METHODS]
    assert len(set(results)) == len(METHODS)
