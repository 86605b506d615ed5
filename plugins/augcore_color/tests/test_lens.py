"""Lenses: fringes are radial and stay where green is, and corners get less light."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_color import ChromaticAberration, Vignetting
from augcore_color.lens import aberrated, radial_maps, vignetted

from augcore import Compose, Unsupported
from augcore.testing.samples import picture

SIZES = [(64, 64), (61, 120), (150, 47), (3, 5), (1, 1)]


@pytest.mark.parametrize("size", SIZES)
def test_maps_are_radial_about_the_centre(size: tuple[int, int]) -> None:
    height, width = size
    x, y = radial_maps(size, 0.3, -0.2)
    right, down = np.arange(width) + 0.5 - width / 2, np.arange(height)[:, None] + 0.5 - height / 2
    squared = (right**2 + down**2) / max(size) ** 2
    grown = 1 + 0.3 * squared - 0.2 * squared**2
    # The maps are interpolated, which makes less than a fiftieth of a pixel.
    np.testing.assert_allclose(x, grown * right + width / 2 - 0.5, atol=0.02)
    np.testing.assert_allclose(y, grown * down + height / 2 - 0.5, atol=0.02)


def disc(radius: float) -> Any:
    y, x = np.mgrid[:201, :201] - 100.0
    return np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)[:, :, None].repeat(3, 2)


def radii(image: Any) -> Any:
    return np.sqrt(image.sum((0, 1)) / math.pi)


def test_red_and_blue_discs_are_scaled_about_the_middle_and_green_stays() -> None:
    image = disc(70)
    out = aberrated(image, red=(0.2, 0.0), blue=(-0.1, -0.1), interpolation=1)
    np.testing.assert_array_equal(out[:, :, 1], image[:, :, 1])
    y, x = np.mgrid[:201, :201]
    for channel, (primary, secondary) in ((0, (0.2, 0.0)), (2, (-0.1, -0.1))):
        plane = out[:, :, channel]
        assert [(axis * plane).sum() / plane.sum() for axis in (x, y)] == pytest.approx([100, 100], abs=0.02)
        radius = radii(out)[channel]
        squared = (radius / 201) ** 2
        assert radius * (1 + primary * squared + secondary * squared**2) == pytest.approx(radii(image)[1], abs=0.1)


def fringes(step: ChromaticAberration, keys: int = 30) -> Any:
    """By how much red and blue discs are larger than green ones."""
    pipeline = Compose([step], seed=3)
    found = (radii(pipeline.keyed(key)(image=disc(70))["image"]) for key in range(keys))
    return np.array([(red - green, blue - green) for red, green, blue in found])


def test_modes_move_red_and_blue_the_same_way_opposite_ways_or_either() -> None:
    together = fringes(ChromaticAberration(0.1, 0.1, "green_purple", p=1))
    apart = fringes(ChromaticAberration(0.1, 0.1, "red_blue", p=1))
    either = fringes(ChromaticAberration(0.1, 0.1, "random", p=1))
    assert (together.prod(1) > 0).all()
    assert (apart.prod(1) < 0).all()
    assert len(np.unique(np.sign(either.prod(1)))) == 2
    assert (together[:, 0] > 0).any()
    assert (together[:, 0] < 0).any()


def test_limits_bound_what_is_drawn() -> None:
    # The rim of a disc of radius 70 in a picture of 201 moves by the limit · 70 · (70 / 201) ** 2, or ** 4.
    for given, most in (({"primary_distortion_limit": 0.2}, 1.7), ({"secondary_distortion_limit": 0.5}, 0.51)):
        wide = fringes(
            ChromaticAberration(**{"primary_distortion_limit": 0, "secondary_distortion_limit": 0} | given, p=1)
        )
        assert 0.7 * most < np.abs(wide).max() < 1.2 * most
    assert np.abs(fringes(ChromaticAberration(0, 0, p=1), 3)).max() < 1e-3


def test_interpolations_that_remap_does_not_know_stand_for_those_it_knows() -> None:
    image = picture((40, 60))

    def through(name: str) -> Any:
        step = ChromaticAberration(0.3, 0.3, interpolation=name, p=1)
        return Compose([step], seed=1).keyed(0)(image=image)["image"]

    assert (through("nearest") != through("linear")).any()
    assert set(np.unique(through("nearest"))) <= set(np.unique(image))
    for same, other in (("nearest_exact", "nearest"), ("linear_exact", "linear"), ("area", "linear")):
        np.testing.assert_array_equal(through(same), through(other))


def test_aberration_needs_three_channels() -> None:
    with pytest.raises(Unsupported, match="needs 3 channels, and the image has 4"):
        Compose([ChromaticAberration(p=1)])(image=picture((9, 9), 4))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (0.3, 0.9)])
def test_vignetting_darkens_with_the_square_of_the_distance(
    size: tuple[int, int], dtype: str, x: float, y: float
) -> None:
    image = picture(size, 3, dtype)
    out = vignetted(image, intensity=0.6, x=x, y=y)
    right = np.arange(size[1]) + 0.5 - x * size[1]
    down = np.arange(size[0])[:, None] + 0.5 - y * size[0]
    farthest = (max(x, 1 - x) * size[1]) ** 2 + (max(y, 1 - y) * size[0]) ** 2
    wanted = image * (1 - 0.6 * (right**2 + down**2) / farthest)[:, :, None]
    slack = {"uint8": 1.0, "uint16": 8, "float32": 1e-4}[dtype]  # of interpolation
    np.testing.assert_allclose(out, wanted, atol=slack, rtol=0)


def test_vignettes_are_as_deep_and_where_they_are_asked_to_be() -> None:
    image = np.full((200, 300, 1), 1, np.float32)
    step = Compose([Vignetting((0.2, 0.5), (0.4, 0.6), p=1)], seed=3)
    drawn = [step(image=image)["image"][:, :, 0] for _ in range(60)]
    darkest = [1 - one.min() for one in drawn]
    assert 0.19 < min(darkest) < 0.23
    assert 0.47 < max(darkest) < 0.51
    brightest = np.array([np.unravel_index(one.argmax(), one.shape) for one in drawn]) / (200, 300)
    assert 0.38 < brightest.min() < 0.43
    assert 0.57 < brightest.max() < 0.62
