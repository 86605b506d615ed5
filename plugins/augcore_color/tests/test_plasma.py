"""Plasma: clouds that grow rougher and finer as asked, and pictures that change along them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from augcore_color import PlasmaBrightnessContrast, PlasmaShadow
from augcore_color.plasma import plasma, plasma_shadow, plasma_tone
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, max_value
from augcore.testing.samples import picture

CLOUDS: dict[str, Any] = {"roughness": 0.6, "finest": 64, "seed": 5}


@given(
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    roughness=st.floats(0.01, 100),
    finest=st.integers(1, 300),
    seed=st.integers(0, 2**63 - 1),
)
def test_clouds_reach_from_0_to_1(size: tuple[int, int], roughness: float, finest: int, seed: int) -> None:
    clouds = plasma(size, roughness=roughness, finest=finest, seed=seed)
    assert clouds.shape == size
    assert clouds.dtype == np.float32
    assert -1e-6 <= clouds.min() <= clouds.max() <= 1 + 1e-6
    if finest >= max(size) > 1:
        assert (clouds.min(), clouds.max()) == pytest.approx((0, 1), abs=1e-6)


def roughness_of(clouds: Any) -> float:
    """Steps between neighbours in units of the spread."""
    return float(np.abs(np.diff(clouds)).mean() / clouds.std())


def test_roughness_and_size_make_clouds_grainier() -> None:
    by_roughness = [roughness_of(plasma((200, 300), roughness=r, finest=512, seed=1)) for r in (0.3, 0.6, 1, 3)]
    by_size = [roughness_of(plasma((200, 300), roughness=1, finest=n, seed=1)) for n in (8, 32, 128, 512)]
    for found in (by_roughness, by_size):
        assert all(rough > 1.3 * soft for soft, rough in itertools.pairwise(found))


def test_seeds_are_other_clouds_of_which_no_place_is_favoured() -> None:
    clouds = np.stack([plasma((24, 32), roughness=0.5, finest=64, seed=seed) for seed in range(400)])
    assert len({cloud.tobytes() for cloud in clouds}) == 400
    np.testing.assert_allclose(clouds.mean(0), clouds.mean(), atol=6 * clouds.std() / np.sqrt(400))


@pytest.mark.parametrize("roughness", [0.4, 0.6])
def test_clouds_show_no_grid(roughness: float) -> None:
    """Creases of an interpolation would lie at the same places of its cells."""
    bends = np.zeros(512)
    for seed in range(10):
        clouds = plasma((512, 512), roughness=roughness, finest=32, seed=seed)
        bends[1:-1] += np.abs(np.diff(clouds, 2)).mean(0)
    cells = bends[64:448].reshape(-1, 16).mean(0)
    assert cells.max() < 1.5 * cells.min()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("brightness", "contrast"), [(0.3, 0.0), (-0.4, 0.0), (0.0, 0.8), (0.0, -1.0), (0.2, 0.5)])
def test_brightness_is_added_and_contrast_is_about_the_mean(dtype: str, brightness: float, contrast: float) -> None:
    image, white = picture((50, 60), 3, dtype), max_value(dtype)
    out = plasma_tone(image, brightness=brightness, contrast=contrast, **CLOUDS)
    pattern = plasma((50, 60), **CLOUDS)[:, :, None].astype(float)
    top = np.inf if dtype == "float32" else white
    brighter = image + brightness * white * pattern
    # Bytes are cut to their range after each step, words in the end.
    brighter = np.clip(brighter, 0, top) if dtype == "uint8" else brighter
    wanted = brighter + contrast * pattern * (brighter - brighter.mean())
    wanted = wanted if dtype == "float32" else np.clip(wanted, 0, top)
    slack = {"uint8": 0.51 + 1.3 * abs(contrast) + 0.5 * (brightness != 0), "uint16": 1.0, "float32": 1e-5}[dtype]
    np.testing.assert_allclose(out, wanted, atol=slack, rtol=0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_shadows_take_a_part_of_each_value(dtype: str) -> None:
    image = picture((50, 60), 3, dtype)
    out = plasma_shadow(image, intensity=0.7, **CLOUDS)
    wanted = image * (1 - 0.7 * plasma((50, 60), **CLOUDS)[:, :, None].astype(float))
    np.testing.assert_allclose(out, wanted, atol={"uint8": 0.9, "uint16": 0.51, "float32": 1e-6}[dtype], rtol=0)


def test_ranges_are_drawn_from() -> None:
    image = np.full((64, 64, 1), 0.5, np.float32)

    def changes(step: Any) -> Any:
        pipeline = Compose([step], seed=2)
        found = [pipeline(image=image)["image"] - 0.5 for _ in range(60)]
        return np.array([change.flat[np.abs(change).argmax()] for change in found])

    brightness = changes(PlasmaBrightnessContrast((-0.1, 0.4), (0, 0), p=1))
    assert -0.1 < brightness.min() < -0.06
    assert 0.35 < brightness.max() < 0.4
    shadow = changes(PlasmaShadow((0.2, 0.8), p=1))
    assert -0.4 < shadow.min() < -0.36
    assert -0.14 < shadow.max() < -0.1
    assert (changes(PlasmaBrightnessContrast((0, 0), (1, 1), p=1)) == 0).all()


@pytest.mark.parametrize("step", [PlasmaBrightnessContrast, PlasmaShadow])
def test_size_and_roughness_reach_the_clouds(step: Any) -> None:
    image = np.full((128, 128, 1), 0.5, np.float32)

    def drawn(**given: Any) -> float:
        return roughness_of(Compose([step(**given, p=1)], seed=2)(image=image)["image"][:, :, 0])

    assert drawn(roughness=3.0) > 3 * drawn(roughness=0.5)
    assert drawn(plasma_size=128) > 3 * drawn(plasma_size=16)
