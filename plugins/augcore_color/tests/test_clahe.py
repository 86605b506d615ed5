"""CLAHE: against OpenCV for bytes, and the same look in other dtypes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from augcore_color import CLAHE, Equalize

from augcore import Compose
from augcore.testing.samples import picture

SIZES = [(64, 96), (61, 97), (40, 8), (5, 90), (3, 2)]


def through(step: Any, image: Any, **options: Any) -> Any:
    return Compose([step], **options)(image=image)["image"]


def fixed(clip: float, grid: tuple[int, int] = (8, 8)) -> CLAHE:
    return CLAHE((clip, clip), grid, p=1)


@pytest.mark.parametrize("size", SIZES[:3])
@pytest.mark.parametrize("grid", [(8, 8), (2, 5), (1, 1)])
def test_bytes_of_one_channel_are_what_opencv_gives_for_rows_and_columns(
    size: tuple[int, int], grid: tuple[int, int]
) -> None:
    image = picture(size, 1)
    wanted = cv2.createCLAHE(3.0, grid[::-1]).apply(image)
    np.testing.assert_array_equal(through(fixed(3, grid), image)[..., 0], wanted)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("clip", [1, 3, 40])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_other_dtypes_look_like_bytes(size: tuple[int, int], clip: float, channels: int) -> None:
    image = picture(size, channels)
    bytes_ = through(fixed(clip, (4, 3)), image).astype(float)
    words = through(fixed(clip, (4, 3)), image.astype(np.uint16) * 257) / 257
    floats = through(fixed(clip, (4, 3)), image.astype(np.float32) / 255) * 255
    assert np.abs(words - bytes_).max() <= 1.01
    assert np.abs(floats - bytes_).max() <= 1.01


def test_lightness_alone_of_three_channels_and_colours_stay() -> None:
    image = picture((64, 96), 3, "float32") * np.float32(0.6) + np.float32(0.2)
    out = through(fixed(2), image)
    before, after = (cv2.cvtColor(one, cv2.COLOR_RGB2LAB) for one in (image, out))
    inside = ((out > 0.02) & (out < 0.98)).all(2)
    assert inside.mean() > 0.3
    np.testing.assert_allclose(after[inside][:, 1:], before[inside][:, 1:], atol=0.6)
    assert np.abs(after - before)[..., 0].mean() > 2
    grey = np.repeat(picture((64, 96), 1), 3, 2)
    assert np.ptp(through(fixed(4), grey).astype(int), axis=2).max() <= 2


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_colours_of_other_dtypes_look_like_those_of_bytes(dtype: str) -> None:
    image = picture((64, 96), 3)
    wanted = through(fixed(2, (2, 2)), image).astype(float)
    factor = 257 if dtype == "uint16" else 1 / 255
    out = through(fixed(2, (2, 2)), (image.astype(float) * factor).astype(dtype)) / factor
    assert np.abs(out - wanted).mean() <= 1.5  # bytes have 256 steps of lightness and of each colour difference


def test_there_are_no_steps_between_256_levels() -> None:
    """A ramp finer than bytes stays as fine."""
    ramp = np.tile(np.linspace(0.2, 0.4, 2000, dtype=np.float32), (16, 1))
    out = through(fixed(2, (1, 1)), ramp)[0]
    assert (np.diff(out) > 0).all()
    assert np.diff(out).max() < 5 * np.diff(out).mean()


def test_the_limit_is_how_much_steeper_the_curve_may_be() -> None:
    image = (picture((64, 96), 1) // 8 + 100).astype(np.uint8)
    for clip in (1, 2, 5):
        steeper = through(fixed(clip, (1, 1)), image).std() / image.std()
        assert clip < steeper < clip + 1


def test_one_part_without_a_limit_equalises_the_whole() -> None:
    image = picture((64, 96), 1)
    out = through(fixed(256, (1, 1)), image).astype(int)
    assert np.abs(out - through(Equalize(p=1), image)).max() <= 1


def test_limits_are_drawn_from_1_and_more_parts_see_less_each() -> None:
    assert CLAHE(7).clip_limit == (1, 7)
    image = picture((64, 96), 1)
    image = (image // 8 + 100).astype(np.uint8)
    pipeline = Compose([CLAHE((1, 8), (1, 1), p=1)], seed=1)
    spreads = [pipeline(image=image)["image"].std() for _ in range(60)]
    ends = [through(fixed(clip, (1, 1)), image).std() for clip in (1, 8)]
    assert ends[0] <= min(spreads) < np.quantile(ends, 0.1)
    assert np.quantile(ends, 0.9) < max(spreads) <= ends[1]
    assert (through(fixed(4, (2, 2)), image) != through(fixed(4, (8, 8)), image)).any()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3])
def test_floats_are_held_within_black_and_white(channels: int, dtype: str) -> None:
    image = picture((30, 40), channels, dtype)
    if dtype == "float32":
        image = image * 3 - 1
    out = through(fixed(4), image)
    assert out.dtype == image.dtype
    assert out.min() >= 0
    assert out.max() <= {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
