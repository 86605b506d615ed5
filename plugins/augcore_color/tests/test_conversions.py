"""Integers to floats and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import FromFloat, Normalize, RandomGamma, ToFloat
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Transform, max_value, transform
from augcore.testing.samples import picture

RAMPS = {"uint8": np.arange(256, dtype=np.uint8), "uint16": np.arange(65536, dtype=np.uint16)}


def through(step: Any, image: Any, **options: Any) -> Any:
    steps = step if isinstance(step, list) else [step]
    return Compose(steps, **options)(image=image)["image"]


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize("dtype", RAMPS)
def test_every_level_becomes_its_fraction_of_white_and_white_exactly_1(dtype: str, channels: int) -> None:
    ramp = np.repeat(RAMPS[dtype][None, :, None], channels, 2)
    out = through(ToFloat(), ramp)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, ramp / max_value(dtype), rtol=1e-6, atol=1e-9)
    assert (out[0, 0] == 0).all()
    assert (out[0, -1] == 1).all()


@pytest.mark.parametrize("dtype", RAMPS)
def test_to_float_and_back_is_the_picture(dtype: str) -> None:
    ramp = RAMPS[dtype][None, :]
    np.testing.assert_array_equal(through([ToFloat(), FromFloat(dtype)], ramp), ramp)
    np.testing.assert_array_equal(through([ToFloat(1000), FromFloat(dtype, 1000)], ramp), ramp)


def test_max_value_says_what_becomes_1_and_what_1_becomes() -> None:
    image = np.array([[0, 100, 4095]], np.uint16)
    np.testing.assert_allclose(through(ToFloat(4095), image), [[0, 100 / 4095, 1]], rtol=1e-6)
    floats = np.array([[0, 0.5, 1]], np.float32)
    np.testing.assert_array_equal(through(FromFloat("uint16", 4095), floats), [[0, 2048, 4095]])
    np.testing.assert_array_equal(through(FromFloat("uint8", 100), floats), [[0, 50, 100]])


@given(st.floats(-3, 3, width=32))
def test_from_float_rounds_and_cuts(value: float) -> None:
    out = through(FromFloat(), np.full((1, 1), value, np.float32))
    assert out.dtype == np.uint8
    assert abs(int(out.item()) - min(max(value * 255, 0), 255)) <= 0.5 + 1e-4


def test_integers_are_fractions_of_their_white() -> None:
    image = RAMPS["uint8"][None, :]
    np.testing.assert_array_equal(through(FromFloat("uint16"), image), image.astype(np.uint16) * 257)
    np.testing.assert_array_equal(through(FromFloat("uint8"), RAMPS["uint16"][None, ::257]), image)
    assert through(FromFloat("uint8"), image) is image


@pytest.mark.parametrize("dtype", RAMPS)
def test_to_float_merges_with_the_curves_before_it(dtype: str) -> None:
    image = picture((20, 30), 3, dtype)
    for last in (ToFloat(), ToFloat(1000)):
        steps = [RandomGamma((60, 60), p=1), last]
        np.testing.assert_array_equal(*(through(steps, image, fuse=fuse) for fuse in ("off", "exact")))


SEEN: list[Any] = []


@transform
class Notes(Transform):
    """Notes what comes in."""

    def sample(self, rng, view):
        SEEN.append((view.dtype.name, view.value_range))


@pytest.mark.parametrize(("low", "high"), [(0, 4095), (100, 4095)])
def test_the_whole_of_a_value_range_becomes_0_to_1_and_it_is_over_then(low: int, high: int) -> None:
    levels = np.array([[low, (low + high) // 2, high]], np.uint16)
    out = through([ToFloat(), Notes(p=1)], levels, value_range=(low, high))
    np.testing.assert_allclose(out, (levels - low) / (high - low), atol=1e-6)
    assert SEEN.pop() == ("float32", (0, 1))
    back = through([FromFloat("uint8"), Notes(p=1)], levels, value_range=(low, high))
    np.testing.assert_array_equal(back, np.rint((levels - low) / (high - low) * 255))
    assert SEEN.pop() == ("uint8", (0, 255))


def test_what_follows_from_float_sees_bytes() -> None:
    image = picture((20, 30), 3, "float32")
    out = through([FromFloat(), RandomGamma((50, 50), p=1), Normalize(max_pixel_value=None)], image)
    wanted = through([RandomGamma((50, 50), p=1), Normalize()], np.rint(image * 255).astype(np.uint8))
    np.testing.assert_array_equal(out, wanted)


def test_clips_and_volumes_are_converted_whole() -> None:
    frames = np.stack([picture((9, 8), 3, "float32", seed=seed) for seed in range(3)])
    for name in ("images", "volume"):
        out = Compose([FromFloat("uint16")])(**{name: frames})[name]
        assert out.dtype == np.uint16
        np.testing.assert_array_equal(Compose([ToFloat(), FromFloat("uint16")])(**{name: out})[name], out)
