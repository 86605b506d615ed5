"""Fog: how much it hides, where, and that it is the same veil whatever the dtype."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import pytest
from augcore_weather import RandomFog
from augcore_weather.fog import add_fog, coverage

from augcore import Compose, InvalidParameter, Trace, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")


def fogged(image: Any, density: float = 0.6, alpha: float = 0.08, seed: int = 3) -> Any:
    return Compose([RandomFog(alpha, (density, density), p=1)], seed=seed)(image=image)["image"]


def veil(density: float, alpha: float = 0.08, size: tuple[int, int] = (120, 150), seeds: int = 12) -> Any:
    """How much of black turns white, on average over draws."""
    black = np.zeros(size, np.float32)
    return np.mean([fogged(black, density, alpha, seed) for seed in range(seeds)], 0)


def test_denser_fog_hides_more() -> None:
    hidden = [veil(density).mean() for density in (0.0, 0.2, 0.5, 1.0)]
    assert hidden[0] == pytest.approx(0, abs=1e-7)
    assert all(b > 1.5 * a + 0.005 for a, b in pairwise(hidden))
    assert 0.3 < hidden[-1] < 0.7


def test_more_opaque_patches_hide_more_and_those_of_alpha_0_nothing() -> None:
    hidden = [veil(0.6, alpha).mean() for alpha in (0.0, 0.05, 0.15, 0.5)]
    assert hidden[0] == pytest.approx(0, abs=1e-7)
    assert all(b > 1.3 * a + 0.005 for a, b in pairwise(hidden))
    assert fogged(np.zeros((50, 50), np.uint8), 1.0, 1.0)[20:30, 20:30].min() > 250


@pytest.mark.parametrize("size", [(100, 100), (80, 240), (300, 90)])
def test_fog_is_thickest_in_the_middle_and_reaches_the_edges(size: tuple[int, int]) -> None:
    hidden = veil(1.0, size=size, seeds=30)
    height, width = size
    middle = hidden[height // 3 : -height // 3, width // 3 : -width // 3].mean()
    edges = np.concatenate(
        [hidden[:4].ravel(), hidden[-4:].ravel(), hidden[:, :4].ravel(), hidden[:, -4:].ravel()]
    ).mean()
    assert middle > 2 * edges
    assert edges > 0.03


@pytest.mark.parametrize("size", [(64, 64), (60, 200)])
@pytest.mark.parametrize("density", [0.3, 1.0])
def test_patches_cover_pixels_as_often_as_the_density_says(size: tuple[int, int], density: float) -> None:
    found = np.mean([coverage(size, density=density, seed=seed).mean() for seed in range(150)])
    # The mean of 1.6 + 14.4 · (1 - x²)(1 - y²) over the square.
    assert found == pytest.approx(density * (1.6 + 14.4 * 4 / 9), rel=0.06)


def test_fog_is_patchy_and_smooth() -> None:
    hidden = veil(0.6, size=(200, 200), seeds=1)
    assert hidden.std() > 0.1 * hidden.mean()
    assert np.abs(np.diff(hidden, axis=0)).max() < 0.02
    assert np.abs(np.diff(hidden, axis=1)).max() < 0.02


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 3, 5])
def test_every_dtype_gets_the_same_veil(dtype: str, channels: int) -> None:
    image, white = picture((90, 80), channels, dtype), max_value(dtype)
    floats = fogged((image / white).astype(np.float32))
    assert np.abs(fogged(image) / white - floats).max() < 2.5 / 255


def test_what_is_hidden_turns_white_in_every_channel_alike() -> None:
    image = picture((60, 70), 4, "float32")
    blurred = fogged(image, alpha=0.0)
    share = (fogged(image) - blurred) / (1 - blurred)
    np.testing.assert_allclose(share, np.repeat(share[:, :, :1], 4, 2), atol=1e-4)
    assert share.min() >= -1e-5


def test_fog_blurs_with_its_density() -> None:
    image = picture((150, 150))
    edges = [np.abs(np.diff(fogged(image, density, 0.0).astype(float), axis=1)).mean() for density in (0, 0.5, 1)]
    assert edges[0] > 1.05 * edges[1] > 1.1 * edges[2]


def test_white_stays_white_and_brighter_floats_are_pulled_to_it() -> None:
    np.testing.assert_array_equal(fogged(np.full((50, 60, 3), 255, np.uint8)), 255)
    out = fogged(np.full((50, 60, 3), 3, np.float32), 1.0)
    assert 1 <= out.min() < out.max() < 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_density_is_no_change(dtype: str) -> None:
    image = picture((50, 60), 3, dtype)
    np.testing.assert_allclose(fogged(image, 0.0), image, rtol=1e-6)


def test_density_is_drawn_over_its_interval() -> None:
    step = Compose([RandomFog(fog_coef_range=(0.2, 0.9), p=1)], seed=2)
    image = np.zeros((9, 9), np.uint8)
    drawn = [dict(step.traced(image=image)[1].steps[0].effect.call.arguments)["density"] for _ in range(200)]
    assert 0.2 <= min(drawn) < 0.22
    assert 0.88 < max(drawn) <= 0.9


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 130])
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (300, 2), (33, 47)])
def test_replay_through_json_is_equal_to_the_bit_on_any_size(dtype: str, channels: int, size: tuple[int, int]) -> None:
    image = picture(size, channels, dtype)
    before = image.copy()
    result, trace = Compose([RandomFog(p=1)], seed=4).traced(image=image)
    again = Trace.from_json(trace.to_json()).apply(image=image)
    assert result["image"].shape == image.shape
    assert result["image"].tobytes() == again["image"].tobytes()
    np.testing.assert_array_equal(image, before)


def test_a_plane_goes_through_like_one_channel() -> None:
    plane = picture((40, 50), None)
    np.testing.assert_array_equal(fogged(plane), fogged(plane[:, :, None])[:, :, 0])


def test_many_channels_are_veiled_like_few() -> None:
    image = np.repeat(picture((40, 50), 1), 140, 2)
    out = add_fog(image, density=0.7, opacity=0.1, seed=1)
    np.testing.assert_array_equal(out[:, :, :1], add_fog(image[:, :, :1].copy(), density=0.7, opacity=0.1, seed=1))
    assert (out == out[:, :, :1]).all()


def test_parameters_keep_the_names_order_and_defaults_that_users_know() -> None:
    made = attrs.asdict(RandomFog())
    made.pop("p")
    assert list(made.items()) == [("alpha_coef", 0.08), ("fog_coef_range", (0.3, 1))]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"alpha_coef": 1.5}, r"RandomFog\.alpha_coef: 1\.5 is outside \[0, 1\]"),
        ({"fog_coef_range": (0.5, 1.2)}, r"RandomFog\.fog_coef_range: 1\.2 is outside \[0, 1\]"),
        ({"fog_coef_range": (0.5, 0.2)}, r"RandomFog\.fog_coef_range: \(0\.5, 0\.2\) is not an interval"),
    ],
)
def test_values_out_of_range_are_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        RandomFog(**given)
