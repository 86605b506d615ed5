"""Rain: where streaks lie, what each parameter does, and the sum that a picture becomes."""

from __future__ import annotations

from typing import Any

import attrs
import cv2
import numpy as np
import pytest
from augcore_weather import RandomRain
from augcore_weather.rain import streaks

from augcore import Compose, InvalidParameter, Trace, Unsupported, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")
LEVEL = {"uint8": 1.0, "uint16": 1.0, "float32": 1e-6}


def rained(image: Any, seed: int = 3, **given: Any) -> Any:
    given = {"slant_range": (0, 0), "brightness_coefficient": 1.0, **given}
    return Compose([RandomRain(p=1, **given)], seed=seed)(image=image)["image"]


def lines(
    drops: int = 40, slant: float = 0, length: int = 20, width: int = 1, seed: int = 1, size: Any = (200, 240)
) -> Any:
    return streaks(size, drops=drops, slant=slant, length=length, width=width, seed=seed)


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8])
def test_streaks_are_as_long_and_wide_as_asked(width: int) -> None:
    mask = max((lines(1, length=60, width=width, seed=seed) > 0 for seed in range(20)), key=np.count_nonzero)
    assert np.count_nonzero(mask.any(0)) == width
    assert np.count_nonzero(mask.any(1)) == pytest.approx(60 + width, abs=1)


@pytest.mark.parametrize("slant", [-45, -20, 0, 30, 60])
def test_streaks_fall_at_the_slant_and_above_0_to_the_right(slant: float) -> None:
    mask = max((lines(1, slant, 80, seed=seed) for seed in range(20)), key=np.count_nonzero)
    y, x = np.nonzero(mask)
    assert (x - x.mean()) @ (y - y.mean()) / ((y - y.mean()) @ (y - y.mean())) == pytest.approx(
        np.tan(np.radians(slant)), abs=0.05
    )


@pytest.mark.parametrize("slant", [-60, 0, 45])
def test_every_part_of_the_picture_sees_as_many_streaks(slant: float) -> None:
    seen = sum(lines(100, slant, 40, seed=seed) > 0 for seed in range(120)).astype(float)
    for part in (seen[:40], seen[-40:], seen[:, :40], seen[:, -40:]):
        assert part.mean() == pytest.approx(seen.mean(), rel=0.1)


def test_the_type_sets_how_many_streaks_there_are() -> None:
    black = np.zeros((400, 300, 3), np.uint8)
    shares = {
        name: (rained(black, rain_type=name, blur_value=1, drop_length=6)[:, :, 0] > 0).mean()
        for name in ("drizzle", "default", "heavy", "torrential")
    }
    expected = {"drizzle": 100, "default": 133, "heavy": 400, "torrential": 800}
    for name, count in expected.items():
        assert shares[name] / shares["heavy"] == pytest.approx(count / 400, rel=0.15)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_light_is_added_and_all_is_darkened(dtype: str, channels: int) -> None:
    image, white = picture((90, 80), channels, dtype), max_value(dtype)
    given = {"blur_value": 5, "brightness_coefficient": 0.6, "drop_color": (250, 120, 30), "drop_width": 2}
    pipeline = Compose([RandomRain((10, 10), 20, p=1, **given)], seed=3)
    result, trace = pipeline.traced(image=image)
    call = dict(trace.steps[0].effect.call.arguments)
    mask = lines(call["drops"], 10, 20, 2, call["seed"], (90, 80))
    light = cv2.blur(mask, (5, 5)) / 255
    color = (250, 120, 30) if channels == 3 else (round(0.299 * 250 + 0.587 * 120 + 0.114 * 30),)
    expected = 0.6 * (image + light[:, :, None] * np.array(color) / 255 * white)
    if dtype != "float32":
        expected = np.clip(expected, 0, white)
    assert np.abs(result["image"] - expected).max() <= LEVEL[dtype]


@pytest.mark.parametrize("dtype", DTYPES)
def test_drops_have_their_colour_and_a_grey_picture_its_luma(dtype: str) -> None:
    given = {"drop_color": (200, 100, 50), "blur_value": 1}
    black = np.zeros((80, 90, 3), dtype)
    colour = rained(black, **given).reshape(-1, 3).max(0) / max_value(dtype) * 255
    np.testing.assert_allclose(colour, (200, 100, 50), atol=1e-2)
    grey = rained(black[:, :, :1], **given).max() / max_value(dtype) * 255
    assert grey == pytest.approx(round(0.299 * 200 + 0.587 * 100 + 0.114 * 50), abs=1e-2)


def test_blur_softens_streaks_and_keeps_their_light() -> None:
    black = np.zeros((200, 200, 3), np.float32)
    sharp, soft = rained(black, blur_value=1), rained(black, blur_value=9)
    assert soft.max() < 0.5 * sharp.max()
    assert soft.mean() == pytest.approx(sharp.mean(), rel=0.1)


def test_without_a_length_streaks_are_an_eighth_of_the_height() -> None:
    image = picture((160, 90))
    np.testing.assert_array_equal(rained(image), rained(image, drop_length=20))
    assert (rained(image) != rained(image, drop_length=40)).any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_rain_and_no_dimming_is_no_change(dtype: str) -> None:
    image = picture((1, 30), 3, dtype)  # too low for a single drizzling drop
    np.testing.assert_array_equal(rained(image, rain_type="drizzle"), image)


def test_bright_floats_go_beyond_white_and_bytes_do_not() -> None:
    assert rained(np.ones((80, 90, 3), np.float32), blur_value=1).max() == pytest.approx(1 + 200 / 255)
    assert rained(np.full((80, 90, 3), 250, np.uint8), blur_value=1).max() == 255


@pytest.mark.parametrize("channels", [2, 4])
def test_other_pictures_than_rgb_and_grey_are_refused(channels: int) -> None:
    with pytest.raises(Unsupported, match=f"needs 1 or 3 channels, and the image has {channels}"):
        rained(picture((20, 21), channels))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (33, 47)])
def test_replay_through_json_is_equal_to_the_bit_on_any_size(dtype: str, size: tuple[int, int]) -> None:
    for step in (RandomRain(p=1), RandomRain((-80, 80), 99, 40, (1, 2, 3), 30, 0.1, "torrential", p=1)):
        image = picture(size, 3, dtype)
        before = image.copy()
        result, trace = Compose([step], seed=4).traced(image=image)
        again = Trace.from_json(trace.to_json()).apply(image=image)
        assert result["image"].tobytes() == again["image"].tobytes()
        np.testing.assert_array_equal(image, before)


def test_a_plane_goes_through_like_one_channel() -> None:
    plane = picture((40, 50), None)
    np.testing.assert_array_equal(rained(plane), rained(plane[:, :, None])[:, :, 0])


def test_parameters_keep_the_names_order_and_defaults_that_users_know() -> None:
    made = attrs.asdict(RandomRain())
    made.pop("p")
    assert list(made.items()) == [
        ("slant_range", (-10, 10)),
        ("drop_length", None),
        ("drop_width", 1),
        ("drop_color", (200, 200, 200)),
        ("blur_value", 7),
        ("brightness_coefficient", 0.7),
        ("rain_type", "default"),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"slant_range": (-100, 0)}, r"RandomRain\.slant_range: -100 is outside \[-90, 90\] degrees"),
        ({"drop_length": 0}, r"RandomRain\.drop_length: 0 is outside"),
        ({"drop_width": 0}, r"RandomRain\.drop_width: 0 is outside"),
        ({"drop_color": (1, 2)}, r"RandomRain\.drop_color: \(1, 2\) is not 3 numbers"),
        ({"drop_color": (1, 2, 300)}, r"RandomRain\.drop_color: 300 is outside \[0, 255\]"),
        ({"blur_value": 0}, r"RandomRain\.blur_value: 0 is outside"),
        ({"brightness_coefficient": 0}, r"RandomRain\.brightness_coefficient: 0 is outside \(0, 1\]"),
        ({"rain_type": "heavi"}, r"RandomRain\.rain_type: 'heavi' is not one of .* did you mean 'heavy'"),
    ],
)
def test_values_out_of_range_are_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        RandomRain(**given)
