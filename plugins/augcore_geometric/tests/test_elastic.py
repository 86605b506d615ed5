"""Elastic fields: how far they displace, how smooth they are, and how little noise they need."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_geometric import ElasticTransform, distortion
from augcore_geometric.distortion import elastic_field, largest_of_normal

from augcore import Compose, Trace
from augcore.noise import normal_numbers


def fields(count: int, size: tuple[int, int] = (160, 200), **given: Any) -> np.ndarray:
    return np.stack([elastic_field(size, seed=seed, **given) for seed in range(count)])


@pytest.mark.parametrize("sigma", [1, 2.5, 5, 7, 12, 20])
@pytest.mark.parametrize(("distribution", "deviation"), [("uniform", 1 / math.sqrt(3)), ("gaussian", None)])
def test_the_spread_of_displacements_is_that_of_white_noise_smoothed_in_full(
    sigma: float, distribution: str, deviation: float | None
) -> None:
    count = max(8, int(4 * sigma))
    drawn = fields(count, alpha=10, sigma=sigma, distribution=distribution)
    noise = deviation or 1 / largest_of_normal(160 * 200 * 2)
    expected = 10 * noise / (2 * sigma * math.sqrt(math.pi))
    assert abs(drawn.std() / expected - 1) < 0.06


@pytest.mark.parametrize("sigma", [4, 10, 20])
def test_displacements_at_a_distance_agree_as_a_gaussian_makes_them(sigma: float) -> None:
    drawn = fields(int(6 * sigma), alpha=1, sigma=sigma)
    for distance in (round(sigma), round(2 * sigma)):
        agreement = (drawn[:, :, distance:] * drawn[:, :, :-distance]).mean() / (drawn**2).mean()
        assert abs(agreement - math.exp(-(distance**2) / (4 * sigma**2))) < 0.08


def test_displacements_are_as_strong_at_the_edge_as_in_the_middle() -> None:
    drawn = fields(300, (40, 40), alpha=1, sigma=8)
    strength = (drawn**2).mean((0, 3))
    edge = np.concatenate([strength[0], strength[-1], strength[:, 0], strength[:, -1]]).mean()
    assert 0.8 < edge / strength[10:30, 10:30].mean() < 1.25


def test_the_approximation_is_less_strong_by_a_tenth_at_most() -> None:
    for sigma in (5, 12, 20):
        exact, approximate = (fields(60, alpha=1, sigma=sigma, approximate=on).std() for on in (False, True))
        assert 0.85 < approximate / exact < 1.03


@pytest.mark.parametrize("approximate", [False, True])
def test_the_noise_that_is_made_does_not_grow_with_the_picture_where_the_field_is_smooth(
    approximate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counting(seed: int, shape: tuple[int, ...]) -> Any:
        made.append(math.prod(shape))
        return normal_numbers(seed, shape)

    monkeypatch.setattr(distortion, "normal_numbers", counting)
    elastic_field((512, 512), seed=1, alpha=1, sigma=50, approximate=approximate)
    assert made[0] < 512 * 512 * 2 / 100


def test_a_shared_field_moves_along_the_diagonal() -> None:
    drawn = elastic_field((30, 40), seed=3, alpha=50, sigma=4, same=True)
    assert np.array_equal(drawn[..., 0], drawn[..., 1])
    assert np.abs(drawn).max() > 0.5


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3), (37, 64)])
@pytest.mark.parametrize("sigma", [0.1, 1, 3.7, 50, 1000])
@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize("approximate", [False, True])
def test_fields_have_the_size_of_the_picture_and_repeat(size: Any, sigma: float, same: bool, approximate: bool) -> None:
    given = {"alpha": 5.0, "sigma": sigma, "same": same, "approximate": approximate}
    first, second = (elastic_field(size, seed=2**62, **given) for _ in range(2))
    assert first.shape == (*size, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    assert np.array_equal(first, second)
    assert not np.array_equal(first, elastic_field(size, seed=2**62 + 1, **given))


def test_no_alpha_leaves_the_picture_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    assert np.array_equal(ElasticTransform(0, 10, p=1)(image=image)["image"], image)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [None, 1, 2, 5])
def test_a_replay_from_json_is_the_same_to_the_bit(dtype: str, channels: int | None) -> None:
    shape = (41, 53) if channels is None else (41, 53, channels)
    image = (np.random.default_rng(0).random(shape) * (1 if dtype == "float32" else 255)).astype(dtype)
    out, trace = Compose([ElasticTransform(200, 7, p=1)], seed=1).traced(image=image)
    again = Trace.from_json(trace.to_json()).apply(image=image)
    assert np.array_equal(out["image"], again["image"])
    assert not np.array_equal(out["image"], image)
