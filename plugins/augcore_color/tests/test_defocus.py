"""Defocus: points become discs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import Defocus
from augcore_color.blur import gaussian_kernel
from augcore_color.defocus import defocus, disc_reaches, disc_sum
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value
from augcore.testing.samples import picture

DTYPES = ["uint8", "uint16", "float32"]


def disc(radius: int) -> Any:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return x**2 + y**2 <= radius**2


@given(st.integers(1, 40))
def test_discs_hold_the_pixels_within_the_radius(radius: int) -> None:
    y = np.arange(-radius, radius + 1)[:, None]
    np.testing.assert_array_equal(np.abs(y) <= disc_reaches(radius), disc(radius))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("radius", [1, 3, 9, 10, 20])
def test_sums_over_discs_are_exact(dtype: str, radius: int) -> None:
    image = picture((25, 32), 3, dtype)
    padded = np.pad(image.astype(float), ((radius, radius), (radius, radius), (0, 0)), mode="reflect")
    places = zip(*np.nonzero(disc(radius)), strict=True)
    expected = sum(padded[y : y + 25, x : x + 32] for y, x in places)
    np.testing.assert_allclose(disc_sum(image, radius), expected, rtol=0 if dtype != "float32" else 1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("radius", [1, 4, 12])
def test_sums_of_white_do_not_run_over(dtype: str, radius: int) -> None:
    image = np.full((30, 31, 3), max_value(dtype), dtype)
    np.testing.assert_allclose(defocus(image, radius=radius, alias_blur=0.4), image, rtol=1e-6)


@pytest.mark.parametrize("radius", [2, 7])
@pytest.mark.parametrize("alias_blur", [0.1, 0.5, 1.5])
def test_a_point_becomes_a_softened_disc_and_stays_where_it_is(radius: int, alias_blur: float) -> None:
    point = np.zeros((61, 61, 1), np.float32)
    point[30, 28] = 1
    out = defocus(point, radius=radius, alias_blur=alias_blur)[..., 0]
    expected = np.zeros((61, 61))
    expected[30 - radius : 31 + radius, 28 - radius : 29 + radius] = disc(radius) / disc(radius).sum()
    kernel = gaussian_kernel(alias_blur)
    for axis in (0, 1):
        expected = np.apply_along_axis(np.convolve, axis, expected, kernel, "same")
    np.testing.assert_allclose(out, expected, atol=1e-7)


def test_the_mean_stays() -> None:
    image = picture((200, 200))
    image[:40] = image[-40:] = image[:, :40] = image[:, -40:] = 128
    assert defocus(image, radius=8, alias_blur=0.5).mean() == pytest.approx(image.mean(), abs=0.05)


@pytest.mark.parametrize("channels", [2, 5, 128, 129, 300])
def test_many_channels_are_blurred_each_by_itself(channels: int) -> None:
    image = picture((12, 13), channels)
    alone = [defocus(image[..., [one]], radius=3, alias_blur=0.5)[..., 0] for one in range(channels)]
    assert np.abs(defocus(image, radius=3, alias_blur=0.5).astype(int) - np.stack(alone, 2)).max() <= 1


def test_what_is_not_a_number_spoils_its_disc_and_no_more() -> None:
    image = picture((40, 41), 1, "float32")
    image[20, 20] = np.nan
    out = defocus(image, radius=3, alias_blur=0.1)[..., 0]
    assert np.isnan(out).sum() == disc(3).sum()


def test_radius_and_softening_are_drawn_over_their_intervals() -> None:
    pipeline = Compose([Defocus((2, 5), (0.2, 0.6), p=1)], seed=1)
    draws = [dict(pipeline.traced(image=picture((9, 9)))[1].steps[0].effect.call.arguments) for _ in range(100)]
    assert {one["radius"] for one in draws} == {2, 3, 4, 5}
    soft = [one["alias_blur"] for one in draws]
    assert (min(soft), max(soft)) == pytest.approx((0.2, 0.6), abs=0.02)
    assert Defocus(8, 2).radius == (1, 8)
    assert Defocus(8, 2).alias_blur == (0, 2)
