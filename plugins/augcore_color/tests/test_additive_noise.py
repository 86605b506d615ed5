"""Noise of a chosen distribution: that each parameter is what its name says, in every mode."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from augcore_color import AdditiveNoise

from augcore import Compose, Unsupported, from_dict, max_value, to_dict

DTYPES = ("uint8", "uint16", "float32")


def noise(
    kind: str,
    mode: str,
    ranges: Any = None,
    scale: float = 1.0,
    dtype: str = "float32",
    seed: int = 1,
    channels: int = 3,
) -> Any:
    """What is added to mid-grey, in fractions of white."""
    white = max_value(dtype)
    image = np.full((256, 250, channels), white / 2).astype(dtype)
    step = Compose([AdditiveNoise(kind, mode, ranges, scale, p=1)], seed=seed)
    return (step(image=image)["image"].astype(float) - image) / white


# Each with its mean and standard deviation.
KNOWN: list[tuple[str, dict[str, Any], float, float]] = [
    ("uniform", {"ranges": [(-0.1, 0.3)]}, 0.1, 0.4 / np.sqrt(12)),
    ("gaussian", {"mean_range": 0.05, "std_range": 0.08}, 0.05, 0.08),
    ("laplace", {"mean_range": -0.05, "scale_range": 0.04}, -0.05, 0.04 * np.sqrt(2)),
    ("beta", {"alpha_range": 2, "beta_range": 6, "scale_range": 0.4}, 0.4 * (2 * 0.25 - 1), 0.8 * np.sqrt(12 / 64 / 9)),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", ["per_pixel", "shared"])
@pytest.mark.parametrize(
    ("kind", "ranges", "mean", "std"), KNOWN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_mean_and_spread_are_those_of_the_distribution(
    kind: str, ranges: Any, mean: float, std: float, mode: str, dtype: str
) -> None:
    found = noise(kind, mode, ranges, dtype=dtype)
    error = std / np.sqrt(found[..., 0].size) + (1e-4 if dtype == "uint8" else 0)
    assert found.mean() == pytest.approx(mean, abs=5 * error)
    assert found.std() == pytest.approx(std, abs=8 * error)


@pytest.mark.parametrize(
    ("kind", "ranges", "mean", "std"), KNOWN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_constant_noise_is_one_number_a_channel_from_the_same_distribution(
    kind: str, ranges: Any, mean: float, std: float
) -> None:
    every = noise(kind, "constant", ranges, channels=200)
    assert (every == every[:1, :1]).all()
    many = np.concatenate([noise(kind, "constant", ranges, seed=seed, channels=200)[0, 0] for seed in range(10)])
    assert many.mean() == pytest.approx(mean, abs=5 * std / np.sqrt(len(many)))
    assert many.std() == pytest.approx(std, rel=0.15)


@pytest.mark.parametrize("dtype", DTYPES)
def test_uniform_noise_fills_its_range_evenly_and_stays_inside(dtype: str) -> None:
    found = noise("uniform", "per_pixel", {"ranges": [(-0.2, 0.1)]}, dtype=dtype)
    slack = 1e-6 + (0.5 / max_value(dtype) if dtype != "float32" else 0)
    assert -0.2 - slack <= found.min() < -0.198
    assert 0.098 < found.max() <= 0.1 + slack
    parts = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(np.quantile(found, parts), -0.2 + 0.3 * parts, atol=slack + 0.001)


def test_a_range_for_each_channel_holds_in_that_channel() -> None:
    ranges = {"ranges": [(-0.2, -0.1), (0, 0), (0.1, 0.3)]}
    for mode in ("constant", "per_pixel"):
        found = noise("uniform", mode, ranges)
        for channel, (low, high) in enumerate(ranges["ranges"]):
            assert low - 1e-6 <= found[..., channel].min() <= found[..., channel].max() <= high + 1e-6
    found = noise("uniform", "per_pixel", ranges)
    assert abs(np.corrcoef(found[..., 0].ravel(), found[..., 2].ravel())[0, 1]) < 0.02


def test_as_many_ranges_as_there_are_no_channels_are_refused_by_name() -> None:
    step = Compose([AdditiveNoise(noise_params={"ranges": [(0, 0.1)] * 3}, p=1)])
    with pytest.raises(Unsupported, match=r"AdditiveNoise\.noise_params: 3 ranges, and the image has 5 channel"):
        step(image=np.zeros((4, 4, 5), np.uint8))
    both = Compose(
        [AdditiveNoise("uniform", "per_pixel", {"ranges": [(0, 0.1)] * 3}, p=1)], additional_targets={"grey": "image"}
    )
    with pytest.raises(Unsupported, match="gives 3 channels for an image of 1; give one value, or one for each"):
        both(image=np.zeros((4, 4, 3), np.uint8), grey=np.zeros((4, 4), np.uint8))


@pytest.mark.parametrize("dtype", DTYPES)
def test_modes_say_who_shares_noise(dtype: str) -> None:
    pixels = noise("gaussian", "per_pixel", dtype=dtype)
    assert abs(np.corrcoef(pixels[..., 0].ravel(), pixels[..., 1].ravel())[0, 1]) < 0.02
    shared = noise("gaussian", "shared", dtype=dtype)
    np.testing.assert_array_equal(shared[..., 0], shared[..., 2])
    assert shared[..., 0].std() > 0.04


@pytest.mark.parametrize("mode", ["per_pixel", "shared"])
@pytest.mark.parametrize(
    ("kind", "ranges", "mean", "std"), KNOWN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_approximation_is_coarser_and_keeps_mean_and_spread(
    kind: str, ranges: Any, mean: float, std: float, mode: str
) -> None:
    coarse, fine = noise(kind, mode, ranges, 0.4), noise(kind, mode, ranges)
    assert coarse.mean() == pytest.approx(mean, abs=0.02 * std * 3)
    assert coarse.std() == pytest.approx(std, rel=0.05)
    alike = [np.corrcoef(n[:, 1:].ravel(), n[:, :-1].ravel())[0, 1] for n in (coarse, fine)]
    assert alike[0] > 0.3 > 0.02 > abs(alike[1])


def test_shapes_of_the_beta_distribution_matter() -> None:
    piled, heaped = (noise("beta", "shared", {"alpha_range": a, "beta_range": a, "scale_range": 0.2}) for a in (0.3, 5))
    near_ends = [np.mean(np.abs(n) > 0.15) for n in (piled, heaped)]
    assert near_ends[0] > 0.5 > 0.01 > near_ends[1]


def test_ranges_are_drawn_over_their_whole_interval() -> None:
    found = [
        noise("laplace", "shared", {"mean_range": (-0.2, 0.2), "scale_range": (0, 0.2)}, seed=s) for s in range(80)
    ]
    means, spreads = [n.mean() for n in found], [n.std() / np.sqrt(2) for n in found]
    assert -0.21 < min(means) < -0.17 < 0.17 < max(means) < 0.21
    assert min(spreads) < 0.02 < 0.18 < max(spreads) < 0.21


def test_parameters_that_are_not_given_take_their_defaults() -> None:
    made = [noise("gaussian", "per_pixel", given) for given in (None, {}, {"std_range": (0.05, 0.15)})]
    np.testing.assert_array_equal(made[0], made[1])
    np.testing.assert_array_equal(made[0], made[2])


def test_it_is_plain_data_that_goes_through_files_copies_and_sets() -> None:
    step = AdditiveNoise("beta", "per_pixel", {"scale_range": [0.1, 0.2], "alpha_range": 2})
    assert step.noise_params == {"scale_range": (0.1, 0.2), "alpha_range": (2, 2)}
    again = from_dict(to_dict(Compose([step]))).transforms[0]
    for other in (again, copy.deepcopy(step), pickle.loads(pickle.dumps(step)), eval(repr(step))):
        assert other == step
        assert hash(other) == hash(step)
    with pytest.raises(TypeError):
        step.noise_params["scale_range"] = (0, 1)  # type: ignore[index]
