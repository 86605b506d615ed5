"""Ringing: the kernel is that of an ideal low-pass filter, and the sum of products is the kernel."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_color import RingingOvershoot
from augcore_color.ringing import jinc, jinc_kernel, low_pass, separated
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose
from augcore.testing.samples import picture

# 2 · J1(x) / x (Abramowitz and Stegun, table 9.1), and 0 at the first zeros of J1.
JINC = {0.0: 1.0, 1.0: 0.8801011714, 2.0: 0.5767248078, 3.8317059702: 0.0, 5.0: -0.1310316549, 7.0155866698: 0.0}


def test_jinc_has_the_values_of_tables() -> None:
    x = np.array([*JINC, 40.0])
    np.testing.assert_allclose(jinc(x)[:-1], list(JINC.values()), atol=1e-9)
    assert jinc(x)[-1] == pytest.approx(2 * 0.1260383181 / 40, abs=1e-9)


@given(cutoff=st.floats(0, math.pi), size=st.integers(1, 15).map(lambda n: 2 * n + 1))
def test_products_sum_to_the_kernel(cutoff: float, size: int) -> None:
    kernel = jinc_kernel(cutoff, size)
    assert kernel.sum() == pytest.approx(1)
    np.testing.assert_allclose(kernel, kernel[::-1, ::-1])
    for missing in (0.01, 1e-6):
        pairs = separated(kernel, missing)
        assert np.abs(sum(np.outer(*pair) for pair in pairs) - kernel).sum() <= max(missing, 1e-9)
        assert all((vector == vector[::-1]).all() for pair in pairs for vector in pair)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("cutoff", "size"), [(0.0, 5), (0.8, 7), (1.3, 11), (1.6, 15), (3.0, 15)])
def test_pictures_are_convolved_with_the_kernel(dtype: str, cutoff: float, size: int) -> None:
    image = picture((40, 50), 3, dtype)
    out = low_pass(image, cutoff=cutoff, size=size)
    wanted = cv2.filter2D(image.astype(np.float64), -1, jinc_kernel(cutoff, size))
    if dtype != "float32":
        wanted = np.clip(wanted, 0, np.iinfo(dtype).max)
    np.testing.assert_allclose(out, wanted, atol={"uint8": 0.8, "uint16": 1.1, "float32": 1e-5}[dtype], rtol=0)


def test_waves_below_the_cutoff_pass_and_those_above_do_not() -> None:
    x = np.arange(200)
    for frequency, passes in ((0.3, True), (2.5, False)):
        wave = np.tile(0.5 + 0.4 * np.sin(frequency * x), (40, 1))[:, :, None].astype(np.float32)
        left = low_pass(wave, cutoff=1.2, size=25)[20, 30:-30].std() / wave[20, 30:-30].std()
        assert (left > 0.9) == passes
        assert (left < 0.1) == (not passes)


def edge(step: Any) -> Any:
    image = np.full((40, 60, 1), 60, np.uint8)
    image[:, 30:] = 190
    return Compose([step], seed=1)(image=image)["image"][20, :, 0].astype(int)


def test_edges_overshoot_and_ring() -> None:
    row = edge(RingingOvershoot(15, (1.2, 1.2), p=1))
    assert row.max() > 190 + 3
    assert row.min() < 60 - 3
    assert (np.abs(np.diff(np.sign(np.diff(row[30:45])))) == 2).any()


def test_cutoff_and_size_matter() -> None:
    width = {
        cutoff: (np.diff(edge(RingingOvershoot((15, 15), (cutoff,) * 2, p=1))) > 12).sum() for cutoff in (0.7, 1.6)
    }
    assert width[0.7] > width[1.6]
    reach = {size: np.flatnonzero(edge(RingingOvershoot((size,) * 2, (1, 1), p=1)) != 60)[0] for size in (7, 15)}
    assert reach[15] < reach[7]
