"""Sharpening: kernels and differences to a blur do what their formulas say, in every dtype."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from augcore_color import Emboss, Enhance, Sharpen, UnsharpMask
from augcore_color.sharpen import ENHANCING, added, filtered, laplacian, mixed, relief, sharpened
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, InvalidParameter, max_value
from augcore.testing.samples import picture

KERNELS = {
    "sharpen": lambda alpha: mixed(laplacian(0.7), alpha),
    "edge": lambda alpha: mixed(ENHANCING["edge"], alpha),
    "detail": lambda alpha: mixed(ENHANCING["detail"], alpha),
    "emboss": lambda alpha: mixed(relief(0.5), alpha),
}


def exact(image: Any, kernel: Any) -> Any:
    """The correlation in float64, mirrored at the edges without repeating them, and cut to the dtype's range."""
    height, width = image.shape[:2]
    rows, columns = (np.abs(np.arange(-1, side + 1)) if side > 1 else np.zeros(3, int) for side in (height, width))
    rows, columns = ((side - 1) - np.abs(side - 1 - n) for side, n in ((height, rows), (width, columns)))
    framed = image.astype(float)[rows][:, columns]
    out = sum(kernel[i][j] * framed[i : i + height, j : j + width] for i in range(3) for j in range(3))
    return out if image.dtype == np.float32 else np.clip(out, 0, max_value(image.dtype))


def through(step: Any, image: Any, key: int = 0) -> Any:
    return Compose([step], seed=4).keyed(key)(image=image)["image"]


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@given(
    alpha=st.floats(0, 1),
    size=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    channels=st.sampled_from([1, 2, 3, 5]),
    seed=st.integers(0, 99),
)
def test_kernels_give_the_exact_correlation_rounded_once(
    name: str, dtype: str, alpha: float, size: tuple[int, int], channels: int, seed: int
) -> None:
    kernel = KERNELS[name](alpha)
    white = max_value(dtype)
    image = (np.random.default_rng(seed).random((*size, channels)) * white).astype(dtype)
    out = filtered(image, kernel=kernel)
    assert out.dtype == image.dtype
    slack = {"uint8": 0.53, "uint16": 0.6, "float32": 1e-5}[dtype]  # sums are float32
    np.testing.assert_allclose(out, exact(image, kernel), atol=slack, rtol=0)


def test_mixed_kernels_are_mixtures_of_pictures() -> None:
    image = picture((20, 30), 3, "float32")
    whole, half = (filtered(image, kernel=mixed(relief(0.3), alpha)) for alpha in (1, 0.5))
    np.testing.assert_allclose(half, (whole + image) / 2, atol=1e-6)
    np.testing.assert_array_equal(filtered(image, kernel=mixed(relief(0.3), 0)), image)


@pytest.mark.parametrize("step", [Enhance(p=1), Enhance("detail", p=1), Sharpen(1, 1, p=1), Emboss(p=1)], ids=str)
def test_even_pictures_stay_as_they_are(step: Any) -> None:
    for value in (0, 77, 255):
        image = np.full((9, 11, 3), value, np.uint8)
        np.testing.assert_array_equal(through(step, image), image)


def test_lightness_is_what_is_left_of_even_pictures() -> None:
    image = np.full((9, 11, 3), 100, np.uint8)
    for lightness in (0.0, 0.5, 1.5):
        assert (through(Sharpen(1, lightness, p=1), image) == 100 * lightness).all()
    assert (through(Sharpen(0.5, 0, p=1), image) == 50).all()


def span(image: Any) -> int:
    return int(image.max()) - int(image.min())


@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        (Sharpen(0.1, 1, p=1), Sharpen(0.4, 1, p=1)),
        (Sharpen(0.2, 1, "gaussian", p=1), Sharpen(0.9, 1, "gaussian", p=1)),
        (Sharpen(0.9, 1, "gaussian", 3, p=1), Sharpen(0.9, 1, "gaussian", 9, 3, p=1)),
        (Sharpen(0.9, 1, "gaussian", 9, 0.5, p=1), Sharpen(0.9, 1, "gaussian", 9, 3, p=1)),
        (Enhance("detail", 0.2, p=1), Enhance("detail", 0.9, p=1)),
        (Enhance("detail", 0.5, p=1), Enhance("edge", 0.5, p=1)),
        (Emboss(0.2, 0.5, p=1), Emboss(0.5, 0.5, p=1)),
        (Emboss(0.5, 0.1, p=1), Emboss(0.5, 0.9, p=1)),
        (UnsharpMask(3, 0, (0.9, 0.9), p=1), UnsharpMask((9, 9), 0, (0.9, 0.9), p=1)),
        (UnsharpMask((9, 9), (0.5, 0.5), (0.9, 0.9), p=1), UnsharpMask((9, 9), (3, 3), (0.9, 0.9), p=1)),
        (UnsharpMask((5, 5), 0, (0.2, 0.2), p=1), UnsharpMask((5, 5), 0, (0.9, 0.9), p=1)),
        (UnsharpMask((5, 5), 0, (0.9, 0.9), 20, p=1), UnsharpMask((5, 5), 0, (0.9, 0.9), 5, p=1)),
    ],
    ids=str,
)
def test_every_parameter_makes_edges_overshoot_more(weak: Any, strong: Any) -> None:
    image = np.full((20, 40, 3), 80, np.uint8)
    image[:, 20:] = 140
    assert 60 <= span(through(weak, image)) < span(through(strong, image))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_unsharp_mask_adds_the_difference_beyond_the_threshold(dtype: str) -> None:
    image, white = picture((40, 50), 3, dtype), max_value(dtype)
    out = sharpened(image, amount=0.8, size=5, sigma=1.5, threshold=0.04).astype(float)
    blurred = cv2.GaussianBlur(image.astype(float), (5, 5), 1.5)
    difference = image - blurred
    share = np.clip(np.abs(difference) / (0.04 * white) - 1, 0, 1)
    wanted = image + 0.8 * share * difference
    if dtype != "float32":
        wanted = np.clip(wanted, 0, white)
    # Bytes: half a level of the blur, as steep as the curve is where it fades in, and half a level in the end.
    np.testing.assert_allclose(out, wanted, atol={"uint8": 0.5 + 0.8 * 1.5 + 0.5, "uint16": 3, "float32": 1e-5}[dtype])
    assert np.abs(out - wanted).mean() < (0.35 if dtype == "uint8" else 0.5 if dtype == "uint16" else 1e-6)


def test_what_the_threshold_spares_fades_in_without_a_step() -> None:
    x = np.arange(-100.0, 101)
    assert (added(x, 0.5, 20)[np.abs(x) <= 20] == 0).all()
    np.testing.assert_array_equal(added(x, 0.5, 20)[np.abs(x) >= 40], x[np.abs(x) >= 40] / 2)
    assert np.abs(np.diff(added(x, 0.5, 20))).max() <= 1.5
    np.testing.assert_array_equal(added(x, 0.5, 0), x / 2)


def test_noise_below_the_threshold_is_not_sharpened() -> None:
    grain = np.random.default_rng(1).integers(120, 130, (40, 40, 1), np.uint8)
    np.testing.assert_array_equal(through(UnsharpMask(threshold=10, p=1), grain), grain)
    assert (through(UnsharpMask(threshold=0, p=1), grain) != grain).any()


def test_floats_beyond_white_are_sharpened_like_others() -> None:
    image = picture((20, 30), 3, "float32")
    for step in (
        Sharpen(p=1),
        Sharpen(method="gaussian", p=1),
        Emboss(p=1),
        Enhance(p=1),
        UnsharpMask(threshold=0, p=1),
    ):
        np.testing.assert_allclose(through(step, image * 8), through(step, image) * 8, rtol=1e-4, atol=1e-4)


def test_even_sizes_are_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"Sharpen\.kernel_size: 4 is even; give an odd one"):
        Sharpen(kernel_size=4)
    with pytest.raises(InvalidParameter, match=r"UnsharpMask\.blur_limit: \(4, 7\) holds an even size; give odd ones"):
        UnsharpMask(blur_limit=(4, 7))
