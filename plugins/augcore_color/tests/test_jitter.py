"""Brightness, contrast, saturation and hue, against the steps written one by one."""

from __future__ import annotations

import colorsys
from collections import Counter
from typing import Any

import numpy as np
import pytest
from augcore_color import ColorJitter, PhotoMetricDistort
from augcore_color.jitter import jittered
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, InvalidParameter, Unsupported, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")
LUMA = np.array([0.299, 0.587, 0.114])


def through(step: Any, image: Any, seed: int | None = None) -> Any:
    return Compose([step], seed=seed)(image=image)["image"]


def turned(x: Any, part: float) -> Any:
    out = np.empty_like(x)
    for at in np.ndindex(x.shape[:2]):
        h, s, v = colorsys.rgb_to_hsv(*x[at])
        out[at] = colorsys.hsv_to_rgb((h + part) % 1, s, v)
    return out


STEPS = {
    "brightness": lambda x, a: a * x,
    "contrast": lambda x, a: a * x + (1 - a) * (x @ LUMA).mean(),
    "saturation": lambda x, a: a * x + (1 - a) * (x @ LUMA)[:, :, None],
    "hue": turned,
    "channels": lambda x, order: x[:, :, list(order)],
}
AMOUNTS = st.fixed_dictionaries(
    {
        "brightness": st.floats(0.7, 1.2),
        "contrast": st.floats(0.7, 1.3),
        "saturation": st.floats(0, 1.2),
        "hue": st.floats(-0.5, 0.5),
        "channels": st.permutations(range(3)).map(tuple),
    }
)


@given(st.permutations(list(STEPS)), AMOUNTS, st.sampled_from(DTYPES))
def test_any_order_of_steps_is_what_they_give_one_after_the_other(
    order: list[str], amounts: dict[str, Any], dtype: str
) -> None:
    white = max_value(dtype)
    image = (picture((9, 11), 3, dtype) * 0.25 + white * 0.3).astype(dtype)  # where nothing is cut
    exact = image.astype(float) / white
    for step in order:
        exact = STEPS[step](exact, amounts[step])
    out = jittered(image, order=tuple(order), **amounts) / white
    # Two matrices and a turn round once each, and what the first lost the second may enlarge.
    np.testing.assert_allclose(out, exact, atol={"uint8": 4 / 255, "uint16": 4 / 65535, "float32": 1e-5}[dtype])


@pytest.mark.parametrize(("dtype", "off"), [("uint8", 0.9), ("uint16", 0.6), ("float32", 1e-6)])
@pytest.mark.parametrize("step", ["brightness", "contrast", "saturation"])
@pytest.mark.parametrize("factor", [0, 0.4, 1, 1.7])
def test_each_step_alone_is_its_definition(dtype: str, off: float, step: str, factor: float) -> None:
    image, white = picture((30, 40), 3, dtype), max_value(dtype)
    neutral = {"brightness": (1, 1), "contrast": (1, 1), "saturation": (1, 1), "hue": 0}
    out = through(ColorJitter(**{**neutral, step: (factor, factor)}, p=1), image)
    exact = STEPS[step](image.astype(float), factor)
    assert np.abs(out - (exact if dtype == "float32" else exact.clip(0, white))).max() <= off


def test_what_one_step_makes_too_bright_another_brings_back() -> None:
    image = np.full((4, 4, 3), (250, 250, 200), np.uint8)
    dimmed = jittered(image, order=("brightness", "contrast"), brightness=1.5, contrast=0.5)
    assert dimmed[0, 0, 0] == 255  # the mean is too bright itself
    twice = jittered(image, order=("brightness", "saturation"), brightness=1.2, saturation=0.0)
    assert twice[0, 0].tolist() == [255, 255, 255]
    floats = jittered((image / 255).astype(np.float32), order=("brightness",), brightness=1.5)
    assert floats.max() == pytest.approx(250 / 255 * 1.5)


@pytest.mark.parametrize("dtype", DTYPES)
def test_grey_has_brightness_and_contrast_alone(dtype: str) -> None:
    grey = picture((30, 40), 1, dtype)
    np.testing.assert_array_equal(through(ColorJitter((1, 1), (1, 1), 0.9, 0.5, p=1), grey, 1), grey)
    out = jittered(grey, order=("saturation", "contrast", "hue", "brightness"), contrast=0.5, brightness=0.8, hue=0.3)
    exact = 0.8 * (0.5 * grey + 0.5 * grey.mean())
    assert np.abs(out - exact).max() <= (1e-6 if dtype == "float32" else 0.6)
    distorted = through(PhotoMetricDistort(distort_p=1, p=1), grey, 3)
    assert (distorted != grey).any()


def effects(step: Any, count: int) -> list[dict[str, Any]]:
    image, pipeline = picture((2, 2)), Compose([step], seed=7)
    return [dict(pipeline.traced(image=image)[1].steps[0].effect.call.arguments) for _ in range(count)]


def test_every_order_is_drawn_equally_often() -> None:
    orders = Counter(one["order"] for one in effects(ColorJitter(p=1), 2400))
    assert len(orders) == 24
    assert min(orders.values()) > 60


@pytest.mark.parametrize(
    ("given", "low", "high"), [(0.3, 0.7, 1.3), (1.5, 0, 2.5), ((0.2, 0.4), 0.2, 0.4), ((1, 1.1), 1, 1.1)]
)
@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_factors_are_drawn_from_their_interval(name: str, given: Any, low: float, high: float) -> None:
    drawn = np.array([one[name] for one in effects(ColorJitter(**{name: given}, p=1), 400)])
    assert (drawn >= low - 1e-12).all()
    assert (drawn <= high + 1e-12).all()
    assert drawn.mean() == pytest.approx((low + high) / 2, abs=0.06 * (high - low))


def test_steps_that_change_nothing_are_left_out() -> None:
    assert {one["order"] for one in effects(ColorJitter(0, 0, (1, 1), 0.1, p=1), 9)} == {("hue",)}
    assert {one["order"] for one in effects(ColorJitter(0, 0, 0, 0, p=1), 9)} == {()}


def test_contrast_comes_second_or_after_the_hue_and_each_step_is_drawn_for_itself() -> None:
    first, second = (
        ("brightness", "contrast", "saturation", "hue", "channels"),
        ("brightness", "saturation", "hue", "contrast", "channels"),
    )
    certain = Counter(one["order"] for one in effects(PhotoMetricDistort(distort_p=1, p=1), 300))
    assert certain.keys() == {first, second}
    assert min(certain.values()) > 100
    assert all(one["order"] == () for one in effects(PhotoMetricDistort(distort_p=0, p=1), 20))
    taken = np.array([[step in one["order"] for step in first] for one in effects(PhotoMetricDistort(p=1), 1000)])
    np.testing.assert_allclose(taken.mean(0), 0.5, atol=0.06)
    assert np.abs(np.corrcoef(taken.T) - np.eye(5)).max() < 0.12


@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation", "hue"])
def test_ranges_of_the_distortion_are_drawn_from(name: str) -> None:
    drawn = [one[name] for one in effects(PhotoMetricDistort(**{f"{name}_range": (0.2, 0.4)}, p=1), 100)]
    assert 0.2 <= min(drawn) < 0.25
    assert 0.35 < max(drawn) <= 0.4


def test_a_distortion_that_draws_nothing_gives_the_picture_itself() -> None:
    image = picture((9, 11))
    assert through(PhotoMetricDistort(distort_p=0, p=1), image) is image


@pytest.mark.parametrize("kind", [ColorJitter, PhotoMetricDistort])
@pytest.mark.parametrize("channels", [2, 4, 16])
def test_other_pictures_than_grey_and_rgb_are_refused(kind: Any, channels: int) -> None:
    with pytest.raises(Unsupported, match=rf"jittered needs 1 or 3 channels, and the image has {channels}"):
        through(kind(p=1), picture((5, 6), channels))


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (ColorJitter, {"brightness": -0.1}, r"ColorJitter\.brightness: -0\.1 is outside \[0, inf\)"),
        (ColorJitter, {"contrast": (2, 1)}, r"ColorJitter\.contrast: \(2, 1\) is not an interval"),
        (ColorJitter, {"saturation": (-1, 1)}, r"ColorJitter\.saturation: -1 is outside \[0, inf\)"),
        (ColorJitter, {"saturation": True}, r"ColorJitter\.saturation: True is not an interval"),
        (ColorJitter, {"hue": 0.6}, r"ColorJitter\.hue: -0\.6 is outside \[-0\.5, 0\.5\] turns"),
        (PhotoMetricDistort, {"distort_p": 2}, r"PhotoMetricDistort\.distort_p: 2 is outside \[0, 1\]"),
        (PhotoMetricDistort, {"hue_range": (0, 1)}, r"PhotoMetricDistort\.hue_range: 1 is outside"),
        (PhotoMetricDistort, {"contrast_range": (-1, 1)}, r"PhotoMetricDistort\.contrast_range: -1 is outside"),
    ],
)
def test_amounts_out_of_range_are_refused_by_name(kind: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        kind(**given)
