"""Normalisation: every mode against NumPy, every dtype, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import Normalize, RandomGamma
from augcore_color.types import channel_statistics

from augcore import Compose, InvalidParameter, Unsupported, max_value
from augcore.testing.samples import picture

OWN = ("image", "image_per_channel", "min_max", "min_max_per_channel")


def through(step: Any, image: Any) -> Any:
    return Compose([step])(image=image)["image"]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 16])
def test_standard_is_the_formula_with_one_number_per_channel(dtype: str, channels: int) -> None:
    image, white = picture((30, 41), channels, dtype), max_value(dtype)
    mean, std = np.linspace(0.2, 0.7, channels), np.linspace(0.1, 0.4, channels)
    out = through(Normalize(tuple(mean), tuple(std), max_pixel_value=white), image)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, (image.astype(float) - mean * white) / (std * white), atol=2e-6)


def test_one_number_serves_all_channels_and_may_meet_one_per_channel() -> None:
    image = picture((8, 9))
    np.testing.assert_array_equal(
        through(Normalize(0.3, 0.2), image), through(Normalize((0.3,) * 3, (0.2,) * 3), image)
    )
    np.testing.assert_array_equal(
        through(Normalize(0.3, (0.1, 0.2, 0.3)), image), through(Normalize((0.3,) * 3, (0.1, 0.2, 0.3)), image)
    )


def test_the_default_is_imagenet_on_bytes_and_happens_always() -> None:
    image = picture((8, 9))
    expected = (image / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(through(Normalize(), image), expected, atol=2e-6)
    assert Normalize().p == 1


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_max_pixel_value_scales_and_none_takes_the_dtypes_own(dtype: str) -> None:
    image = picture((8, 9), 3, dtype)
    own = through(Normalize(max_pixel_value=max_value(dtype)), image)
    np.testing.assert_array_equal(through(Normalize(max_pixel_value=None), image), own)
    twice = through(Normalize(0, 1, max_pixel_value=2), image)
    np.testing.assert_allclose(twice, image / 2, rtol=1e-6)


def oracle(image: Any, mode: str) -> Any:
    x = image.astype(float)
    axes = (0, 1) if mode.endswith("per_channel") else None
    if mode.startswith("image"):
        return (x - x.mean(axes)) / x.std(axes)
    return (x - x.min(axes)) / (x.max(axes) - x.min(axes))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 5, 130])
@pytest.mark.parametrize("mode", OWN)
def test_the_pictures_own_statistics(dtype: str, channels: int, mode: str) -> None:
    image = picture((30, 41), channels, dtype)
    out = through(Normalize(normalization=mode), image)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, oracle(image, mode), atol=2e-5)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("mode", OWN)
def test_what_is_even_becomes_zero(dtype: str, mode: str) -> None:
    even = np.full((7, 8, 3), 0.3 * max_value(dtype)).astype(dtype)
    assert (through(Normalize(normalization=mode), even) == 0).all()
    assert (through(Normalize(normalization=mode), even[:1, :1]) == 0).all()


def test_modes_differ() -> None:
    image = picture((20, 20))
    image[:, :, 1] //= 2
    results = [through(Normalize(normalization=mode), image).tobytes() for mode in ("standard", *OWN)]
    assert len(set(results)) == 5


def test_statistics_are_those_of_each_picture_in_a_stack() -> None:
    stack = np.stack([picture((9, 9), seed=1), picture((9, 9), seed=2) // 3])
    out = Compose([Normalize(normalization="image")])(images=stack)["images"]
    np.testing.assert_allclose(out.mean((1, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(out.std((1, 2, 3)), 1, atol=1e-5)


def test_channel_statistics_are_exact() -> None:
    image = picture((30, 41), 5, "uint16")
    mean, std = channel_statistics(image)
    np.testing.assert_allclose(mean, image.mean((0, 1)))
    np.testing.assert_allclose(std, image.std((0, 1)))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_off_and_exact_agree_after_curves(dtype: str) -> None:
    image = picture((30, 41), 3, dtype)
    steps = [RandomGamma((40, 40), p=1), RandomGamma((180, 180), p=1), Normalize(max_pixel_value=None)]
    np.testing.assert_array_equal(*(Compose(steps, fuse=fuse)(image=image)["image"] for fuse in ("off", "exact")))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"mean": None}, r"Normalize\.mean: None with normalization='standard'; give a number, or one per channel"),
        ({"std": None}, r"Normalize\.std: None with"),
        ({"mean": ()}, r"Normalize\.mean: \(\) with"),
        ({"std": (0.2, 0.0, 0.2)}, r"Normalize\.std: \(0\.2, 0\.0, 0\.2\) is not above 0; give positive numbers"),
        ({"std": -1}, r"Normalize\.std: -1\.0 is not above 0"),
        ({"mean": (0.1, 0.2)}, r"Normalize\.std: .* does not fit mean \(0\.1, 0\.2\); give as many"),
        ({"max_pixel_value": 0}, r"Normalize\.max_pixel_value: 0 is outside"),
        ({"normalization": "minmax"}, r"Normalize\.normalization: 'minmax' is not one of .* did you mean 'min_max'"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        Normalize(**given)


@pytest.mark.parametrize("mode", OWN)
def test_modes_that_use_no_statistics_need_none(mode: str) -> None:
    assert through(Normalize(None, None, None, mode), picture((5, 6))).dtype == np.float32


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_means_for_other_channels_than_the_picture_has_are_refused(dtype: str) -> None:
    with pytest.raises(Unsupported, match=r"Normalize\.mean: 3 numbers, and the image has 1 channel\(s\); give one"):
        through(Normalize(), picture((5, 6), 1, dtype))
