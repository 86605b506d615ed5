"""Salt and pepper: shares of white and black pixels, and all other pixels to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import SaltAndPepper
from augcore_color.impulse_noise import season
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value

DTYPES = ("uint8", "uint16", "float32")
COUNT = 300 * 300


def seasoned(salt: float, pepper: float, dtype: str = "uint8", channels: int = 3, seed: int = 1) -> tuple[Any, Any]:
    """Which pixels of a picture without black and white turned white, and which black."""
    white = max_value(dtype)
    image = (np.random.default_rng(0).uniform(0.1, 0.9, (300, 300, channels)) * white).astype(dtype)
    out = season(image, salt=salt, pepper=pepper, seed=seed)
    is_white, is_black = (out == white), (out == 0)
    for found in (is_white, is_black):
        assert (found.all(2) == found.any(2)).all()
    kept = ~(is_white | is_black)
    np.testing.assert_array_equal(out[kept], image[kept])
    return is_white[..., 0], is_black[..., 0]


@given(salt=st.floats(0, 0.5), pepper=st.floats(0, 0.5), dtype=st.sampled_from(DTYPES), channels=st.integers(1, 5))
def test_shares_are_as_asked_in_all_channels_together(salt: float, pepper: float, dtype: str, channels: int) -> None:
    found = seasoned(salt, pepper, dtype, channels)
    for share, place in zip((salt, pepper), found, strict=True):
        assert place.mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / COUNT) + 2e-5)


def test_pixels_are_drawn_by_themselves() -> None:
    for place in seasoned(0.2, 0.3):
        for one, other in ((place[1:], place[:-1]), (place[:, 1:], place[:, :-1])):
            assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02


def test_all_or_none_of_the_pixels_can_be_replaced() -> None:
    white, black = seasoned(0.0, 0.0)
    assert not white.any()
    assert not black.any()
    white, black = seasoned(0.25, 0.75)
    assert (white | black).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_amount_and_ratio_are_drawn_over_their_ranges(dtype: str) -> None:
    image = np.full((100, 100, 2), max_value(dtype) / 2).astype(dtype)
    pipeline = Compose([SaltAndPepper((0.1, 0.5), (0.2, 0.9), p=1)], seed=4)
    outs = [pipeline(image=image)["image"][..., 0] for _ in range(80)]
    amounts = [np.mean(out != image[0, 0, 0]) for out in outs]
    ratios = [np.mean(out == max_value(dtype)) / amount for out, amount in zip(outs, amounts, strict=True)]
    assert 0.08 < min(amounts) < 0.14 < 0.46 < max(amounts) < 0.52
    assert 0.15 < min(ratios) < 0.26 < 0.84 < max(ratios) < 0.95


def test_floats_beyond_white_and_not_numbers_are_kept_to_the_bit() -> None:
    image = np.full((50, 50, 1), 7.5, np.float32)
    image[::2] = np.nan
    out = season(image, salt=0.1, pepper=0.1, seed=1)
    kept = (out != 0) & (out != 1)
    assert 0.7 < kept.mean() < 0.9
    np.testing.assert_array_equal(out[kept], image[kept])
