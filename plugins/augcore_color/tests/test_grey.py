"""Grey, sepia and ramps of colours, against NumPy written from the definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import Colorize, ToGray, ToRGB, ToSepia
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, InvalidParameter, Unsupported, max_value
from augcore.testing.samples import picture

METHODS = ("weighted_average", "from_lab", "desaturation", "average", "max", "pca")
LUMA = np.array([0.299, 0.587, 0.114])


def through(step: Any, image: Any, seed: int | None = None) -> Any:
    return Compose([step], seed=seed)(image=image)["image"]


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


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_one_channel_is_repeated_as_often_as_asked(dtype: str) -> None:
    plane = picture((9, 11), None, dtype)
    for wanted in (1, 2, 3, 140):
        out = through(ToRGB(wanted), plane[:, :, None])
        np.testing.assert_array_equal(out, np.repeat(plane[:, :, None], wanted, 2))
    assert through(ToRGB(), plane).shape == (9, 11, 3)


def test_a_picture_that_has_the_channels_already_stays_and_others_are_refused() -> None:
    image = picture((9, 11))
    assert through(ToRGB(), image) is image
    with pytest.raises(Unsupported, match="repeated needs 1 or 4 channels, and the image has 3; ToGray"):
        through(ToRGB(4), image)


@pytest.mark.parametrize(("dtype", "off"), [("uint8", 0.9), ("uint16", 0.6), ("float32", 1e-6)])
def test_sepia_is_its_matrix(dtype: str, off: float) -> None:
    image, white = picture((30, 40), 3, dtype), max_value(dtype)
    image[0] = white
    exact = image @ np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]).T
    out = through(ToSepia(p=1), image)
    assert np.abs(out - (exact if dtype == "float32" else exact.clip(0, white))).max() <= off
    assert (exact > white).any()


def test_sepia_needs_colour() -> None:
    with pytest.raises(Unsupported, match="needs 3 channels, and the image has 1"):
        through(ToSepia(p=1), picture((5, 6), 1))


RED, GREEN, BLUE = (255, 0, 0), (0, 200, 0), (10, 20, 255)


@given(st.integers(1, 254), st.sampled_from(["uint8", "uint16", "float32"]))
def test_a_ramp_goes_from_one_colour_over_the_middle_to_the_other(middle: int, dtype: str) -> None:
    white = max_value(dtype)
    greys = np.array([[0, middle, 255, middle / 2]]) * white / 255
    greys = (greys if dtype == "float32" else np.rint(greys)).astype(dtype)
    out = through(Colorize(RED, BLUE, GREEN, (middle, middle), p=1), greys)
    exact = [np.interp(greys[0] / white, (0, middle / 255, 1), ends) for ends in zip(RED, GREEN, BLUE, strict=True)]
    np.testing.assert_allclose(out[0] * (255 / white), np.transpose(exact), atol=0.501 if dtype == "uint8" else 0.01)


def test_without_a_middle_the_ramp_is_straight_and_values_beyond_take_its_ends() -> None:
    greys = np.array([[-0.5, 0, 0.25, 1, 7]], np.float32)
    out = through(Colorize(RED, BLUE, None, p=1), greys)
    ends = np.array([RED, BLUE]) / 255
    parts = np.array([0, 0, 0.25, 1, 1])
    np.testing.assert_allclose(out[0], ends[0] + parts[:, None] * (ends[1] - ends[0]), atol=1e-6)


def test_colours_are_those_of_luma() -> None:
    image = picture((20, 30))
    luma = through(ToGray(1, p=1), image)
    step = Colorize(RED, BLUE, GREEN, (100, 100), p=1)
    np.testing.assert_array_equal(through(step, image), through(step, luma))


@pytest.mark.parametrize("name", ["black_range", "white_range", "mid_range", "mid_value_range"])
def test_each_range_of_a_ramp_is_drawn_for_itself(name: str) -> None:
    fixed = {"black_range": RED, "white_range": BLUE, "mid_range": GREEN, "mid_value_range": (90, 90)}
    drawn = (20, 200) if name == "mid_value_range" else ((0, 0, 0), (255, 255, 255))
    ramp = np.arange(256, dtype=np.uint8)[None]
    pipeline = Compose([Colorize(**{**fixed, name: drawn}, p=1)], seed=2)
    results = [pipeline(image=ramp)["image"][0] for _ in range(4)]
    assert len({result.tobytes() for result in results}) == 4
    for place, ends in ((0, "black_range"), (255, "white_range")):
        colours = {tuple(result[place].tolist()) for result in results}
        assert len(colours) == (4 if name == ends else 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"black_range": (1, 2)}, r"Colorize\.black_range: \(1, 2\) is not a range of colours; give \(\(r, g, b\)"),
        ({"white_range": "white"}, r"Colorize\.white_range: 'white' is not a range of colours"),
        ({"mid_range": ((5, 5, 5), (4, 9, 9))}, r"Colorize\.mid_range: .* give the least of each channel first"),
        ({"mid_range": (5, 5, 256)}, r"Colorize\.mid_range: \(5, 5, 256\) is outside \[0, 255\]"),
        ({"mid_value_range": (0, 9)}, r"Colorize\.mid_value_range: 0 is outside \[1, 254\] 255ths"),
    ],
)
def test_colours_that_are_none_are_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        Colorize(**given)
