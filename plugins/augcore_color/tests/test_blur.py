"""Gaussian blur and box: they do not shift, do not darken, and are the convolutions that they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import Blur, GaussianBlur
from augcore_color.blur import convolved as weighed
from augcore_color.blur import gaussian_kernel, odd_sizes
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, InvalidParameter, max_value
from augcore.testing.samples import picture


def blurred(image: Any, size: int = 0, sigma: float = 2.0) -> Any:
    return Compose([GaussianBlur((size, size), (sigma, sigma), p=1)])(image=image)["image"]


def convolved(image: Any, kernel: Any) -> Any:
    """Rows, then columns, with the edge pixel as the mirror."""
    out, reach = image.astype(float), len(kernel) // 2
    for axis in (0, 1):
        sides = [(reach, reach) if a == axis else (0, 0) for a in range(3)]
        padded, length = np.pad(out, sides, mode="reflect"), out.shape[axis]
        out = sum(w * np.take(padded, range(i, i + length), axis) for i, w in enumerate(kernel))
    return out


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("size", "sigma"), [(3, 0.8), (5, 2), (0, 0.6), (0, 3.0), (9, 0), (31, 10)])
def test_it_is_a_convolution_with_the_kernel(dtype: str, size: int, sigma: float) -> None:
    image = picture((40, 53), 3, dtype)
    expected = convolved(image, gaussian_kernel(sigma, size))
    assert (
        np.abs(blurred(image, size, sigma) - expected).max() <= {"uint8": 0.51, "uint16": 0.6, "float32": 1e-5}[dtype]
    )


@pytest.mark.parametrize("sigma", [1.0, 1.7, 4.0])
def test_a_point_stays_where_it_is_and_spreads_by_sigma(sigma: float) -> None:
    image = np.zeros((81, 91), np.float32)
    image[37, 44] = 1
    out = blurred(image, 0, sigma)
    assert out.sum() == pytest.approx(1, abs=1e-5)
    y, x = np.mgrid[:81, :91]
    assert ((out * y).sum(), (out * x).sum()) == pytest.approx((37, 44), abs=1e-4)
    assert np.sqrt((out * (x - 44) ** 2).sum()) == pytest.approx(sigma, rel=0.07)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("sigma", [0.7, 2.5, 9.0])
def test_an_even_picture_stays_even(dtype: str, sigma: float) -> None:
    image = np.full((30, 31, 3), 0.78 * max_value(dtype)).astype(dtype)
    np.testing.assert_array_equal(blurred(image, 0, sigma), image)


def test_the_mean_stays() -> None:
    image = picture((200, 200))
    image[:20] = image[-20:] = image[:, :20] = image[:, -20:] = 128
    assert blurred(image, 0, 3.0).mean() == pytest.approx(image.mean(), abs=0.05)


@given(st.floats(0.3, 50), st.integers(0, 30))
def test_kernels_are_symmetric_odd_and_sum_to_one(sigma: float, half: int) -> None:
    for kernel in (gaussian_kernel(sigma), gaussian_kernel(sigma, 2 * half + 1)):
        assert len(kernel) % 2 == 1
        assert kernel.sum() == pytest.approx(1)
        np.testing.assert_allclose(kernel, kernel[::-1])


def test_no_size_means_three_and_a_half_sigma() -> None:
    assert [len(gaussian_kernel(sigma)) for sigma in (0.2, 0.5, 1.0, 3.0)] == [1, 3, 7, 21]


def test_neither_size_nor_sigma_blurs_nothing() -> None:
    image = picture((20, 21))
    np.testing.assert_array_equal(blurred(image, 0, 0), image)
    np.testing.assert_array_equal(blurred(image, 1, 5), image)


def test_sizes_are_drawn_among_odd_ones() -> None:
    assert odd_sizes(0, 7) == [0, 3, 5, 7]
    assert odd_sizes(3, 7) == [3, 5, 7]
    assert odd_sizes(1, 3) == [1, 3]
    image = picture((30, 31), 1, "float32")
    step = Compose([GaussianBlur((3, 7), (20, 20), p=1)], seed=1)
    drawn = {step(image=image)["image"].tobytes() for _ in range(40)}
    assert drawn == {blurred(image, size, 20).tobytes() for size in (3, 5, 7)}


def test_sigma_is_drawn_over_its_interval() -> None:
    point = np.zeros((61, 61), np.float32)
    point[30, 30] = 1
    step = Compose([GaussianBlur(sigma_limit=(1, 4), p=1)], seed=1)
    peaks = [step(image=point)["image"].max() for _ in range(100)]
    found = np.sqrt(1 / (2 * np.pi * np.array(peaks)))  # of a Gaussian with this peak
    assert 0.95 < found.min() < 1.2
    assert 3.8 < found.max() < 4.05


@pytest.mark.parametrize("channels", [5, 130, 300])
def test_many_channels_are_blurred_each_by_itself(channels: int) -> None:
    image = picture((12, 13), channels)
    alone = [blurred(image[:, :, channel]) for channel in range(channels)]
    np.testing.assert_array_equal(blurred(image), np.stack(alone, 2))


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (2, 3)])
def test_pictures_smaller_than_the_kernel_are_blurred_too(size: tuple[int, int]) -> None:
    image = np.full((*size, 3), 90, np.uint8)
    np.testing.assert_array_equal(blurred(image, 0, 3.0), image)


@pytest.mark.parametrize("sizes", [4, (2, 5), (3, 8)])
def test_even_sizes_are_refused(sizes: Any) -> None:
    with pytest.raises(InvalidParameter, match=r"GaussianBlur\.blur_limit: .* even size; give odd ones, or 0"):
        GaussianBlur(blur_limit=sizes)


# The box


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("size", [3, 5, 15])
def test_a_box_blur_is_the_mean_of_a_square(dtype: str, size: int) -> None:
    image = picture((40, 53), 3, dtype)
    out = Compose([Blur((size, size), p=1)])(image=image)["image"]
    expected = convolved(image, np.full(size, 1 / size))
    # OpenCV divides in float32, which at 16 bits has steps of 1/256.
    assert np.abs(out - expected).max() <= {"uint8": 0.5001, "uint16": 0.505, "float32": 1e-6}[dtype]


def test_sizes_of_boxes_are_drawn_among_odd_ones() -> None:
    image = picture((30, 31))
    step = Compose([Blur(p=1)], seed=1)
    drawn = {step(image=image)["image"].tobytes() for _ in range(40)}
    assert drawn == {Compose([Blur((n, n), p=1)])(image=image)["image"].tobytes() for n in (3, 5, 7)}


@given(st.integers(3, 9), st.integers(0, 9))
def test_a_number_alone_means_up_to_it_and_even_ends_are_refused(low: int, more: int) -> None:
    if low % 2 and more % 2 == 0:
        assert Blur((low, low + more)).blur_limit == (low, low + more)
    else:
        with pytest.raises(InvalidParameter, match=r"Blur\.blur_limit: .* holds an even size; give odd ones$"):
            Blur((low, low + more))
    if low % 2:
        assert Blur(low).blur_limit == (3, low)


def test_a_kernel_is_convolved_not_correlated_and_rounded_once() -> None:
    kernel = np.array([[0, 0, 0], [0, 0, 0], [0, 1, 3]]) / 4
    point = np.zeros((9, 9, 1), np.uint16)
    point[4, 4] = 1000
    out = weighed(point, kernel)
    assert out[5, 4, 0] == 250
    assert out[5, 5, 0] == 750
    assert out.sum() == 1000
