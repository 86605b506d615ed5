"""Channels shifted, emptied and put in another order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from augcore_color import ChannelDropout, ChannelShuffle, ChannelSwap, RGBShift
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, InvalidParameter, Unsupported, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")


def through(step: Any, image: Any, seed: int | None = None) -> Any:
    return Compose([step], seed=seed)(image=image)["image"]


@given(st.tuples(*[st.floats(-255, 255)] * 3), st.sampled_from(DTYPES))
def test_each_channel_is_shifted_by_255ths(shifts: tuple[float, ...], dtype: str) -> None:
    image, white = picture((9, 11), 3, dtype), max_value(dtype)
    out = through(RGBShift(*((shift, shift) for shift in shifts), p=1), image)
    exact = image + np.array(shifts) * white / 255
    assert np.abs(out - (exact if dtype == "float32" else exact.clip(0, white))).max() <= 0.501 if white > 1 else 1e-6


def test_shifts_of_the_three_are_drawn_for_themselves() -> None:
    image = np.full((2, 2, 3), 128, np.uint8)
    shifts = np.array([through(RGBShift(60, 20, (5, 40), p=1), image, seed)[0, 0] - 128.0 for seed in range(300)])
    assert (np.abs(shifts) <= (60, 20, 40)).all()
    assert (shifts[:, 2] >= 5).all()
    assert shifts.max(0).tolist() == pytest.approx([60, 20, 40], abs=3)
    assert np.abs(np.corrcoef(shifts.T) - np.eye(3)).max() < 0.2


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [2, 3, 5, 16, 200])
def test_emptied_channels_hold_the_fill_and_others_stay(dtype: str, channels: int) -> None:
    image = picture((7, 9), channels, dtype)
    for fill in (0, 1, 0.25 if dtype == "float32" else 100):
        out = through(ChannelDropout((1, channels - 1), fill, p=1), image, 4)
        emptied = (out == fill).all((0, 1))
        assert 0 < emptied.sum() < channels
        np.testing.assert_array_equal(out[:, :, ~emptied], image[:, :, ~emptied])


def test_a_fill_is_in_the_levels_of_the_picture_and_cut_to_its_dtype() -> None:
    pipeline = Compose([ChannelDropout(fill=1000, p=1)], seed=1, value_range=(0, 4095))
    assert (pipeline(image=picture((5, 6), 3, "uint16"))["image"] == 1000).all((0, 1)).sum() == 1
    assert (through(ChannelDropout(fill=-7, p=1), picture((5, 6)), 1) == 0).all((0, 1)).sum() == 1
    assert (through(ChannelDropout(fill=999, p=1), picture((5, 6)), 1) == 255).all((0, 1)).sum() == 1
    assert (through(ChannelDropout(fill=-7, p=1), picture((5, 6), 3, "float32"), 1) == -7).all((0, 1)).sum() == 1


def test_every_number_of_channels_and_every_channel_is_emptied_equally_often() -> None:
    image = np.full((1, 1, 4), 9, np.uint8)
    pipeline = Compose([ChannelDropout((1, 3), p=1)], seed=3)
    emptied = np.array([pipeline(image=image)["image"][0, 0] == 0 for _ in range(1200)])
    assert Counter(emptied.sum(1).tolist()).keys() == {1, 2, 3}
    assert min(Counter(emptied.sum(1).tolist()).values()) > 330
    assert emptied.mean(0).tolist() == pytest.approx([0.5] * 4, abs=0.06)


@pytest.mark.parametrize(("channels", "given"), [(1, 1), (2, (1, 2)), (3, 3)])
def test_at_least_one_channel_must_be_left(channels: int, given: Any) -> None:
    with pytest.raises(Unsupported, match=r"ChannelDropout\.channel_drop_range: .* leaves none of the image's"):
        through(ChannelDropout(given, p=1), picture((5, 6), channels))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 7, 200])
def test_shuffled_channels_are_the_same_channels(dtype: str, channels: int) -> None:
    image = picture((5, 6), channels, dtype)
    out = through(ChannelShuffle(p=1), image, 6)
    planes = sorted(image[:, :, channel].tobytes() for channel in range(channels))
    assert sorted(out[:, :, channel].tobytes() for channel in range(channels)) == planes
    assert channels < 4 or (out != image).any()


def test_all_orders_are_equally_likely() -> None:
    image = np.arange(3, dtype=np.uint8)[None, None]
    pipeline = Compose([ChannelShuffle(p=1)], seed=3)
    orders = Counter(tuple(pipeline(image=image)["image"][0, 0].tolist()) for _ in range(1200))
    assert len(orders) == 6
    assert min(orders.values()) > 150


@given(st.permutations(range(3)), st.sampled_from(DTYPES))
def test_channels_come_out_in_the_order_given(order: list[int], dtype: str) -> None:
    image = picture((5, 6), 3, dtype)
    np.testing.assert_array_equal(through(ChannelSwap(order, p=1), image), image[:, :, order])


def test_an_order_must_fit_the_picture() -> None:
    with pytest.raises(
        Unsupported, match=r"ChannelSwap\.channel_order: \(2, 1, 0\) orders 3 .* has 4; give each of 0 to 3"
    ):
        through(ChannelSwap(p=1), picture((5, 6), 4))
    pipeline = Compose([ChannelShuffle(p=1)], additional_targets={"other": "image"})
    with pytest.raises(Unsupported, match=r"reordered needs 3 channels, and the image has 2"):
        pipeline(image=picture((5, 6)), other=picture((5, 6), 2))


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_red_green_and_blue_are_three(channels: int) -> None:
    with pytest.raises(Unsupported, match=f"RGBShift needs 3 channels, and the image has {channels}; give RGB"):
        through(RGBShift(p=1), picture((5, 6), channels))


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ((2, 1), r"\(2, 1\) is not an order of channels; give each of 0 to 1 once"),
        ((0, 0, 1), r"\(0, 0, 1\) is not an order of channels; give each of 0 to 2 once"),
        ("bgr", r"'bgr' is not an order of channels; give their numbers, such as \(2, 1, 0\)"),
        ((), r"\(\) is not an order of channels; give their numbers"),
        ((1.0, 0.0), r"\(1\.0, 0\.0\) is not an order of channels; give their numbers"),
    ],
)
def test_what_is_no_order_is_refused(order: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=rf"ChannelSwap\.channel_order: {message}"):
        ChannelSwap(order)
