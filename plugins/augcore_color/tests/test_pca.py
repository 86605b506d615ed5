"""Shifts along the principal components of a picture's colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import FancyPCA
from augcore_color.pca import covariance, principal_axes, shifted_along_axes

from augcore import Compose, Unsupported, max_value, split_channels
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")


def through(step: Any, image: Any, seed: int | None = None) -> Any:
    return Compose([step], seed=seed)(image=image)["image"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 2, 3, 7])
def test_covariances_are_those_of_numpy_in_squares_of_white(dtype: str, channels: int) -> None:
    image, white = picture((40, 50), channels, dtype), max_value(dtype)
    exact = np.cov(image.reshape(-1, channels).astype(float) / white, rowvar=False, bias=True).reshape(channels, -1)
    np.testing.assert_allclose(covariance(split_channels(image)), exact, atol=1e-7)


@pytest.mark.parametrize("dtype", DTYPES)
def test_axes_are_the_widest_first_and_point_towards_light(dtype: str) -> None:
    image = picture((40, 50), 3, dtype)
    variances, axes = principal_axes(split_channels(image))
    assert (np.diff(variances) <= 0).all()
    assert (axes.sum(0) >= 0).all()
    along = image.reshape(-1, 3).astype(float) / max_value(dtype) @ axes
    np.testing.assert_allclose(along.var(0), variances, rtol=1e-4)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 5])
def test_all_pixels_are_shifted_by_one_colour_along_the_axes(dtype: str, channels: int) -> None:
    image = picture((40, 50), channels, dtype)
    white = max_value(dtype)
    image = (image * 0.5 + white / 4).astype(dtype)  # where nothing is cut
    weights = tuple(np.linspace(3, -2, channels).tolist())
    variances, axes = principal_axes(split_channels(image))
    shift = (shifted_along_axes(image, weights=weights).astype(float) - image).reshape(-1, channels)
    np.testing.assert_allclose(shift / white, np.tile(axes @ (variances * weights), (len(shift), 1)), atol=0.51 / 255)
    assert np.ptp(shift, axis=0).max() <= (1e-6 if dtype == "float32" else 0)


def test_weights_are_normal_with_the_standard_deviation_alpha() -> None:
    image = picture((20, 20), 3, "float32")
    variances, axes = principal_axes(split_channels(image))
    pipeline = Compose([FancyPCA(0.7, p=1)], seed=5)
    shifts = np.array([(pipeline(image=image)["image"] - image).mean((0, 1)) for _ in range(1500)])
    weights = shifts @ axes / variances
    np.testing.assert_allclose(weights.mean(0), 0, atol=0.06)
    np.testing.assert_allclose(weights.std(0), 0.7, rtol=0.06)
    assert np.abs(np.corrcoef(weights.T) - np.eye(3)).max() < 0.08


def test_one_colour_has_no_axes_and_alpha_0_no_weights() -> None:
    even = np.full((9, 9, 3), (10, 20, 60), np.uint8)
    np.testing.assert_array_equal(through(FancyPCA(50, p=1), even), even)
    image = picture((9, 9))
    np.testing.assert_array_equal(through(FancyPCA(0, p=1), image), image)


def test_weights_must_fit_the_picture() -> None:
    pipeline = Compose([FancyPCA(p=1)], additional_targets={"other": "image"})
    with pytest.raises(Unsupported, match="needs 3 channels, and the image has 2"):
        pipeline(image=picture((5, 6)), other=picture((5, 6), 2))
