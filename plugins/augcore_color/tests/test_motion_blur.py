"""Motion and zoom: lines of unit weight that go the way they say, and streaks that grow from the centre."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_color import MotionBlur, ZoomBlur
from augcore_color.motion_blur import doublings_for, motion_blur, motion_kernel, zoom_blur
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Unsupported, max_value
from augcore.testing.samples import picture

SIZES = st.integers(1, 15).map(lambda half: 2 * half + 1)
ANGLES = st.floats(-360, 360)
DIRECTIONS = st.floats(-1, 1)
DTYPES = ["uint8", "uint16", "float32"]


def drawn(step: Any, count: int) -> list[dict[str, Any]]:
    """The arguments of so many draws."""
    pipeline = Compose([step], seed=1)
    image = picture((9, 9))
    return [dict(pipeline.traced(image=image)[1].steps[0].effect.call.arguments) for _ in range(count)]


def middle(kernel: Any) -> tuple[float, float]:
    """Where a point goes on average, (x to the right, y upwards)."""
    half = len(kernel) // 2
    y, x = np.mgrid[: len(kernel), : len(kernel)] - half
    return (kernel * x).sum(), -(kernel * y).sum()


@given(SIZES, ANGLES, DIRECTIONS, st.floats(-5, 5), st.floats(-5, 5))
def test_weights_are_equal_and_sum_to_one(size: int, angle: float, direction: float, x: float, y: float) -> None:
    kernel = motion_kernel(size, angle, direction, (x, y))
    assert kernel.shape[0] == kernel.shape[1]
    assert kernel.shape[0] % 2 == 1
    assert kernel.sum() == pytest.approx(1)
    assert len(np.unique(kernel[kernel > 0])) == 1


@given(SIZES, ANGLES)
def test_lines_lie_along_their_angle_and_around_the_pixel(size: int, angle: float) -> None:
    kernel = motion_kernel(size, angle, 0)
    assert middle(kernel) == pytest.approx((0, 0), abs=0.5)
    half, turn = len(kernel) // 2, math.radians(angle)
    y, x = (places - half for places in np.nonzero(kernel))
    across = x * math.sin(turn) + y * math.cos(turn)
    assert np.abs(across).max() <= math.sqrt(0.5) + 1e-6
    along = x * math.cos(turn) - y * math.sin(turn)
    assert along.max() == pytest.approx(size // 2, abs=math.sqrt(0.5) + 1e-6)
    assert along.min() == pytest.approx(-(size // 2), abs=math.sqrt(0.5) + 1e-6)
    assert np.count_nonzero(kernel) <= size


@given(SIZES, ANGLES, st.floats(-1, 1))
def test_direction_leaves_the_part_ahead_or_behind(size: int, angle: float, direction: float) -> None:
    turn = math.radians(angle)
    x, y = middle(motion_kernel(size, angle, direction))
    ahead = x * math.cos(turn) + y * math.sin(turn)
    assert ahead == pytest.approx(direction * (size // 2) / 2, abs=1)


def test_a_point_smears_to_the_right_at_0_degrees_and_up_at_90() -> None:
    point = np.zeros((21, 21), np.uint8)
    point[10, 10] = 250
    for angle, cells in ((0, [(10, x) for x in range(10, 15)]), (90, [(y, 10) for y in range(6, 11)])):
        out = motion_blur(point[..., None], size=9, angle=angle, direction=1, shift=(0, 0))[..., 0]
        assert sorted(zip(*np.nonzero(out), strict=True)) == sorted(cells)
        assert set(out[out > 0]) == {50}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("size", "angle"), [(3, 0), (5, 45), (7, 110), (15, 20), (31, 77)])
def test_it_is_the_mean_along_the_line(dtype: str, size: int, angle: float) -> None:
    image = picture((40, 53), 3, dtype)
    kernel = motion_kernel(size, angle, 0.3)
    half = len(kernel) // 2
    padded = np.pad(image.astype(float), ((half, half), (half, half), (0, 0)), mode="reflect")
    expected = np.zeros(image.shape)
    for y, x in zip(*np.nonzero(kernel), strict=True):
        expected += kernel[y, x] * padded[2 * half - y :, 2 * half - x :][: image.shape[0], : image.shape[1]]
    out = motion_blur(image, size=size, angle=angle, direction=0.3, shift=(0, 0))
    assert np.abs(out - expected).max() <= {"uint8": 0.501, "uint16": 0.55, "float32": 1e-6}[dtype]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_motion_and_zoom_leave_even_pictures_as_they_are(dtype: str) -> None:
    for value in (1, int(0.77 * max_value(dtype)), int(max_value(dtype))):
        image = np.full((30, 47, 3), value, dtype)
        for step in (MotionBlur((21, 31), p=1), ZoomBlur((1.2, 2), p=1)):
            np.testing.assert_array_equal(Compose([step], seed=4)(image=image)["image"], image)


def test_lines_are_shifted_by_up_to_a_quarter_of_their_length_where_that_is_allowed() -> None:
    shifts = np.array([one["shift"] for one in drawn(MotionBlur((9, 9), p=1), 200)])
    assert np.abs(shifts).max() <= 2
    assert shifts.min(axis=0) == pytest.approx((-2, -2), abs=0.1)
    assert shifts.max(axis=0) == pytest.approx((2, 2), abs=0.1)
    assert {one["shift"] for one in drawn(MotionBlur((9, 9), False, p=1), 20)} == {(0, 0)}
    kernel = motion_kernel(9, 0, 0, (2, 1))
    np.testing.assert_array_equal(np.nonzero(kernel), (np.full(9, 7), np.arange(4, 13)))


def test_sizes_angles_and_directions_are_drawn_over_their_intervals() -> None:
    draws = drawn(MotionBlur((5, 9), True, (20, 60), (-0.5, 0.25), p=1), 200)
    assert {one["size"] for one in draws} == {5, 7, 9}
    for name, low, high in (("angle", 20, 60), ("direction", -0.5, 0.25)):
        values = [one[name] for one in draws]
        assert low <= min(values) < low + (high - low) / 20
        assert high - (high - low) / 20 < max(values) <= high


@given(st.floats(1.001, 5), st.floats(0.001, 1))
def test_copies_lie_at_most_a_step_apart(factor: float, step: float) -> None:
    doublings = doublings_for(factor, step)
    assert doublings >= 1
    copies = 2**doublings
    assert (copies - 1) * step >= factor - 1 - 1e-9
    assert doublings == 1 or (copies / 2 - 1) * step < factor - 1


def test_zoom_blur_is_the_mean_of_copies_enlarged_about_the_centre() -> None:
    image = cv2.GaussianBlur(picture((81, 102), 3, "float32"), (0, 0), 3)
    factor, doublings = 1.4, 3
    copies = []
    for number in range(8):
        scale = factor ** (-number / 7)
        x, y = ((np.arange(n) + 0.5 - n / 2) * scale + n / 2 - 0.5 for n in (102, 81))
        grid = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
        copies.append(cv2.remap(image, *grid, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
    out = zoom_blur(image, factor=factor, doublings=doublings)
    assert np.abs(out - np.mean(copies, axis=0)).max() < 0.02 * (image.max() - image.min())


@pytest.mark.parametrize("size", [(80, 80), (81, 101)])
def test_the_centre_of_a_zoom_stays_and_the_rest_streaks_outwards(size: tuple[int, int]) -> None:
    y, x = (np.arange(n) + 0.5 - n / 2 for n in size)
    centred = np.exp(-(y[:, None] ** 2 + x**2) / 18).astype(np.float32)[..., None]
    out = zoom_blur(centred, factor=1.3, doublings=4)[..., 0]
    # OpenCV 4 looks up positions rounded to 1/32 px, half of which each of four warps may be off.
    slack = 1e-3 if int(cv2.__version__[0]) >= 5 else 4 / 64
    assert ((out * y[:, None]).sum() / out.sum(), (out * x).sum() / out.sum()) == pytest.approx((0, 0), abs=slack)
    aside = np.exp(-(y[:, None] ** 2 + (x - 20) ** 2) / 8).astype(np.float32)[..., None]
    out = zoom_blur(aside, factor=1.3, doublings=4)[..., 0]
    # Copies of a zoom f have f² of the light, at 20 · f, and as many lie at each ratio.
    expected = 20 * ((1.3**3 - 1) / 3) / ((1.3**2 - 1) / 2)
    assert (out * x).sum() / out.sum() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 130])
def test_channels_are_zoomed_each_by_itself(channels: int) -> None:
    image = picture((30, 31), channels, "uint16")
    alone = [zoom_blur(image[..., [one]], factor=1.3, doublings=3)[..., 0] for one in range(channels)]
    assert np.abs(zoom_blur(image, factor=1.3, doublings=3).astype(int) - np.stack(alone, 2)).max() <= 1


def test_a_factor_of_1_blurs_nothing_and_factors_are_drawn_over_their_interval() -> None:
    image = picture((20, 21))
    np.testing.assert_array_equal(Compose([ZoomBlur((1, 1), p=1)])(image=image)["image"], image)
    draws = drawn(ZoomBlur((1.1, 1.5), (0.02, 0.1), p=1), 200)
    factors = [one["factor"] for one in draws]
    assert (min(factors), max(factors)) == pytest.approx((1.1, 1.5), abs=0.01)
    assert {one["doublings"] for one in draws} >= {2, 3, 4}
    assert {one["doublings"] for one in drawn(ZoomBlur((1.5, 1.5), 0.5, p=1), 5)} == {1}


def test_pictures_beyond_the_limit_of_warps_are_refused() -> None:
    with pytest.raises(Unsupported, match=r"ZoomBlur: a picture of \(2, 32768\) is too large; OpenCV's limit is 32767"):
        Compose([ZoomBlur((1.2, 1.2), p=1)])(image=np.zeros((2, 32768), np.uint8))
