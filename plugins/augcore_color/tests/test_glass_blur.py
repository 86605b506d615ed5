"""Glass: pixels go near by and no further, evenly to all sides, and with "exact" none is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import GlassBlur
from augcore_color.glass_blur import glass_blur, offsets, scattered, swapped
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Unsupported
from augcore.testing.samples import picture

MODES = ["fast", "exact"]


def shaken(image: Any, mode: str, max_delta: int = 3, iterations: int = 1, sigma: float = 0.0, seed: int = 5) -> Any:
    return glass_blur(image, sigma=sigma, max_delta=max_delta, iterations=iterations, mode=mode, seed=seed)


@pytest.mark.parametrize("max_delta", [1, 4, 30, 127])
def test_offsets_are_even_over_the_square_and_independent(max_delta: int) -> None:
    x, y = np.moveaxis(offsets(9, (2, 300, 400), max_delta), -1, 0).reshape(2, -1).astype(float)
    for one in (x, y):
        assert (one.min(), one.max()) == (-max_delta, max_delta)
        assert one.std() == pytest.approx(np.sqrt(max_delta * (max_delta + 1) / 3), rel=0.01)
        assert abs(one.mean()) < 0.01 * max_delta
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.01
    if max_delta == 1:
        counts = np.unique(3 * y + x, return_counts=True)[1]
        assert counts / x.size == pytest.approx(np.full(9, 1 / 9), abs=0.003)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_without_a_blur_all_values_come_from_near_by(mode: str, dtype: str) -> None:
    rows, columns = np.mgrid[:40, :50]
    image = np.stack([rows, columns, rows * 3], axis=2).astype(dtype)
    out = shaken(image, mode, max_delta=4).astype(int)
    np.testing.assert_array_equal(out[..., 2], out[..., 0] * 3)  # channels go together
    distance = np.abs(out[..., :2] - np.stack([rows, columns], 2))
    assert np.median(distance) >= 1
    # One after the other, a value may be taken along by several swaps.
    assert distance.max() <= 4 if mode == "fast" else np.quantile(distance, 0.9) <= 8


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 20), st.integers(0, 2**63 - 1))
def test_swaps_lose_and_double_no_value(height: int, width: int, max_delta: int, seed: int) -> None:
    image = np.arange(height * width, dtype=np.uint16).reshape(height, width, 1)
    out = swapped(image, offsets(seed, (1, height, width), max_delta)[0])
    np.testing.assert_array_equal(np.sort(out, axis=None), image.ravel())


def test_swaps_go_from_the_last_pixel_to_the_first() -> None:
    image = np.arange(4, dtype=np.uint8).reshape(1, 4, 1)
    left = np.zeros((1, 4, 2), np.int16)
    left[..., 0] = -1
    assert swapped(image, left).ravel().tolist() == [3, 0, 1, 2]
    assert scattered(image, left).ravel().tolist() == [1, 0, 1, 2]


@pytest.mark.parametrize("mode", MODES)
def test_the_picture_does_not_shift_and_keeps_its_mean(mode: str) -> None:
    y, x = np.mgrid[:161, :181]
    image = np.exp(-((y - 80) ** 2 + (x - 90) ** 2) / 800).astype(np.float32)[..., None]
    out = shaken(image, mode, iterations=2, sigma=0.7)[..., 0]
    assert out.sum() == pytest.approx(image.sum(), rel=0.005)
    assert (out * y).sum() / out.sum() == pytest.approx(80, abs=0.15)
    assert (out * x).sum() / out.sum() == pytest.approx(90, abs=0.15)


@pytest.mark.parametrize("mode", MODES)
def test_more_iterations_and_wider_steps_go_further(mode: str) -> None:
    ramp = np.broadcast_to(np.arange(200, dtype=np.float32), (150, 200))[..., None]
    once, twice, wide = (np.std((shaken(ramp, mode, *how) - ramp)[:, 40:-40]) for how in ((3, 1), (3, 2), (9, 1)))
    assert twice == pytest.approx(once * np.sqrt(2), rel=0.1)
    assert wide > 2.5 * once


def test_sigma_blurs_before_and_after() -> None:
    image = picture((60, 61), 1, "float32")
    rough = [np.abs(np.diff(shaken(image, "fast", sigma=s)[..., 0], axis=0)).mean() for s in (0, 0.7, 2)]
    assert rough[0] > rough[1] > rough[2]


@pytest.mark.parametrize("mode", MODES)
def test_seeds_differ_and_the_edge_is_shaken_up_too(mode: str) -> None:
    image = picture((40, 41))
    one, other = (shaken(image, mode, seed=seed) for seed in (1, 2))
    assert (one != other).mean() > 0.5
    assert (one[0] != image[0]).mean() > 0.3
    assert (one[:, -1] != image[:, -1]).mean() > 0.3


def test_all_frames_of_a_clip_are_seen_through_the_same_glass() -> None:
    clip = np.stack([picture((30, 31))] * 3)
    out = Compose([GlassBlur(p=1)], seed=1)(images=clip)["images"]
    np.testing.assert_array_equal(out[0], out[2])


def test_pictures_beyond_the_limit_of_warps_are_refused_by_the_fast_mode_alone() -> None:
    image = np.zeros((1, 32768), np.uint8)
    with pytest.raises(
        Unsupported, match=r"GlassBlur: a picture of \(1, 32768\) is too large; OpenCV's limit is 32767"
    ):
        Compose([GlassBlur(p=1)])(image=image)
    assert Compose([GlassBlur(mode="exact", p=1)])(image=image)["image"].shape == image.shape
