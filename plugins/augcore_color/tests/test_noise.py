"""Gaussian noise: its statistics, and that a seed means the same noise everywhere."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest
from augcore_color import GaussNoise
from augcore_color.noise import add_gaussian, enlarged

from augcore import Compose, max_value
from augcore.noise import normal_quantiles, random_words
from augcore.testing.samples import picture

SIZE = (256, 256)
WORDS = [65090, 39739, 43454, 12530, 45719, 63455, 54720, 20065]


def noise(
    std: float = 0.1, mean: float = 0.0, seed: int = 1, dtype: str = "float32", channels: int = 3, **given: Any
) -> Any:
    """What is added to mid-grey, in fractions of white."""
    white = max_value(dtype)
    image = np.full((*SIZE, channels), white / 2).astype(dtype)
    step = Compose([GaussNoise((std, std), (mean, mean), p=1, **given)], seed=seed)
    return (step(image=image)["image"].astype(float) - image) / white


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("std", "mean"), [(0.02, 0.0), (0.08, 0.1), (0.1, -0.05)])
def test_mean_and_standard_deviation_are_as_asked(dtype: str, std: float, mean: float) -> None:
    found = noise(std, mean, dtype=dtype)
    error = std / np.sqrt(found.size)
    assert found.mean() == pytest.approx(mean, abs=5 * error + 1e-6)
    assert found.std() == pytest.approx(np.hypot(std, 1 / 255 / np.sqrt(12) if dtype == "uint8" else 0), abs=5 * error)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_noise_is_normal(dtype: str) -> None:
    found = np.sort(noise(0.1, dtype=dtype).ravel()) / 0.1
    for sigmas in (-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3):
        share = np.searchsorted(found, sigmas, side="right") / found.size
        assert share == pytest.approx(statistics.NormalDist().cdf(sigmas), abs=0.01 if dtype == "uint8" else 0.003)


def test_quantiles_are_those_of_the_normal_distribution() -> None:
    quantiles, exact = normal_quantiles(), statistics.NormalDist()
    assert quantiles.mean(dtype=float) == pytest.approx(0, abs=1e-7)
    assert quantiles.std(dtype=float) == pytest.approx(1, abs=1e-6)
    for index in (0, 1, 100, 20000, 32768, 65000, 65535):
        assert quantiles[index] == pytest.approx(exact.inv_cdf((index + 0.5) / 65536), abs=3e-4)


def test_channels_neighbours_and_seeds_are_independent() -> None:
    found = noise()
    pairs = {
        "channels": (found[:, :, 0], found[:, :, 1]),
        "rows": (found[1:], found[:-1]),
        "columns": (found[:, 1:], found[:, :-1]),
        "seeds": (found, noise(seed=2)),
    }
    for what, (one, other) in pairs.items():
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02, what


def test_without_per_channel_grey_stays_grey() -> None:
    found = noise(per_channel=False)
    np.testing.assert_array_equal(found[:, :, 0], found[:, :, 2])
    assert found[:, :, 0].std() == pytest.approx(0.1, rel=0.02)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("scale", [0.1, 0.37, 0.5, 0.9])
def test_a_smaller_scale_makes_coarser_grain_of_the_same_spread(scale: float, dtype: str) -> None:
    coarse, fine = noise(noise_scale_factor=scale, dtype=dtype), noise(dtype=dtype)
    assert coarse.std() == pytest.approx(0.1, rel=0.12 if scale == 0.1 else 0.03)
    alike = [np.corrcoef(n[:, 1:].ravel(), n[:, :-1].ravel())[0, 1] for n in (coarse, fine)]
    assert alike[0] > alike[1] + 0.03


def test_enlarged_noise_keeps_unit_variance_at_any_size() -> None:
    draws = np.random.default_rng(0)
    for small, large in (((40, 50), (400, 300)), ((90, 80), (100, 300)), ((64, 64), (64, 64)), ((1, 1), (9, 9))):
        spreads = [enlarged(draws.normal(size=(*small, 1)).astype(np.float32), large).var() for _ in range(20)]
        means = np.sqrt(np.mean(spreads)) if small != (1, 1) else 1
        assert means == pytest.approx(1, abs=0.02)


def test_ranges_are_drawn_over_their_whole_interval() -> None:
    image = np.full((64, 64), 0.5, np.float32)
    step = Compose([GaussNoise((0.1, 0.3), (-0.2, 0.4), p=1)], seed=5)
    found = [step(image=image)["image"] - 0.5 for _ in range(150)]
    stds, means = [n.std() for n in found], [n.mean() for n in found]
    assert 0.09 < min(stds) < 0.11 < 0.29 < max(stds) < 0.31
    assert -0.22 < min(means) < -0.18 < 0.38 < max(means) < 0.42


def test_bytes_have_the_tails_of_a_normal_distribution_and_noise_alike_everywhere() -> None:
    """Bytes of noise pick among 256 numbers; strips of the picture have others, each with the same mean and spread."""
    found = noise(0.1, dtype="uint8") / 0.1
    assert 0.0022 < np.mean(np.abs(found) > 3) < 0.0032
    assert np.abs(found).max() > 3.3
    for part in np.array_split(found, 16):
        assert part.mean() == pytest.approx(0, abs=5 / np.sqrt(part.size))
        assert part.std() == pytest.approx(1, abs=5 / np.sqrt(2 * part.size))


def test_more_than_the_range_can_be_added_and_taken_away() -> None:
    for mean, wanted in ((1.0, 255), (-1.0, 0)):
        out = add_gaussian(picture((50, 50), 3), mean=mean, std=0.0, per_channel=True, scale=1.0, seed=4)
        assert (out == wanted).all()


def test_bits_of_a_seed_are_the_same_on_every_machine() -> None:
    assert random_words(12345, (1, 2, 4)).ravel().tolist() == WORDS
    assert random_words(0, (1, 1, 3)).shape == (1, 1, 3)


def test_integers_are_cut_and_floats_are_not() -> None:
    for dtype, most in (("uint8", 255), ("uint16", 65535)):
        out = add_gaussian(picture((50, 50), 3, dtype), mean=0.0, std=1.0, per_channel=True, scale=1.0, seed=4)
        assert (out.min(), out.max()) == (0, most)
    out = add_gaussian(picture((50, 50), 3, "float32"), mean=0.0, std=1.0, per_channel=True, scale=1.0, seed=4)
    assert out.min() < -1
    assert out.max() > 2


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_whole_images_get_whole_noise_whatever_is_under_it(dtype: str) -> None:
    """Adding to a picture is the same as adding to black and white, where nothing is cut."""
    white = max_value(dtype)
    one, other = (np.full((40, 41, 3), white * share).astype(dtype) for share in (0.4, 0.6))
    given = {"mean": 0.0, "std": 0.05, "per_channel": True, "scale": 1.0, "seed": 9}
    first, second = (add_gaussian(image, **given).astype(float) - image for image in (one, other))
    np.testing.assert_allclose(first, second, atol=1e-7)
