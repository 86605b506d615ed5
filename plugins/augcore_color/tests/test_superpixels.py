"""Superpixels: regions follow edges, and are painted with their mean colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import Superpixels
from augcore_color.superpixels import _least, colours, mosaic, superpixels
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from augcore import Compose
from augcore.testing.samples import picture


def through(image: Any, key: int = 0, **given: Any) -> Any:
    return Compose([Superpixels(**given, p=1)], seed=2).keyed(key)(image=image)["image"]


@given(hnp.arrays(np.float32, (3, 9, 4), elements=st.floats(0, 1000, width=32)))
def test_the_least_of_nine_is_found_up_to_the_last_bits(distances: Any) -> None:
    chosen = np.take_along_axis(distances, _least(distances.copy())[:, None], 1)[:, 0]
    np.testing.assert_allclose(chosen, distances.min(1), rtol=3e-6, atol=1e-40)


def test_even_pictures_are_cut_into_the_grid() -> None:
    labels = superpixels(np.zeros((40, 60, 3), np.float32), (4, 5))
    np.testing.assert_array_equal(labels, np.arange(20).reshape(4, 5).repeat(10, 0).repeat(12, 1))


def test_superpixels_follow_edges_that_cross_the_grid() -> None:
    image = np.zeros((96, 96, 3), np.uint8)
    y, x = np.mgrid[:96, :96]
    image[x + 2 * y > 150] = (200, 180, 40)
    image[(x - 30) ** 2 + (y - 30) ** 2 < 200] = (20, 60, 230)
    labels = superpixels(colours(image), (8, 8))
    mixed = sum(len(np.unique(image[labels == label], axis=0)) > 1 for label in np.unique(labels))
    assert mixed == 0
    assert len(np.unique(labels)) > 50


def test_each_superpixel_becomes_its_mean() -> None:
    image = picture((64, 64))
    out = mosaic(image, share=1.0, count=16, max_size=None, interpolation=0, seed=1)
    labels = superpixels(colours(image), (4, 4))
    for label in np.unique(labels):
        inside = labels == label
        np.testing.assert_allclose(out[inside], image[inside].mean(0)[None].repeat(inside.sum(), 0), atol=0.51)


def test_what_is_not_painted_keeps_every_pixel() -> None:
    image = picture((200, 300))
    out = through(image, p_replace=(0.3, 0.3))
    kept = (out == image).all(2).mean()
    assert 0.5 < kept < 0.9
    np.testing.assert_array_equal(through(image, p_replace=(0, 0)), image)


def test_the_chance_is_that_of_each_superpixel() -> None:
    image = picture((64, 64))
    for chance in (0.2, 0.7):
        changed = [(through(image, key, p_replace=(chance, chance)) != image).any(2).mean() for key in range(40)]
        assert np.mean(changed) == pytest.approx(chance, abs=0.06)


def test_more_segments_are_smaller() -> None:
    image = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    for count in (12, 48, 300):
        given = {"n_segments": (count, count), "p_replace": (1, 1), "max_size": None, "interpolation": "nearest"}
        assert len(np.unique(through(image, **given).reshape(-1, 3), axis=0)) == pytest.approx(count, rel=0.15)


def test_a_small_picture_makes_coarse_outlines_and_interpolation_softens_them() -> None:
    image = picture((240, 240))
    hard = {"p_replace": (1, 1), "interpolation": "nearest"}
    coarse, fine = (through(image, max_size=size, **hard) for size in (60, None))
    blocks = coarse[:240, :240].reshape(60, 4, 60, 4, 3)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert not (fine.reshape(60, 4, 60, 4, 3) == fine.reshape(60, 4, 60, 4, 3)[:, :1, :, :1]).all()
    soft = through(image, max_size=60, p_replace=(1, 1))
    assert len(np.unique(soft.reshape(-1, 3), axis=0)) > 3 * len(np.unique(coarse.reshape(-1, 3), axis=0))


@pytest.mark.parametrize("channels", [1, 2, 5, 130])
def test_any_number_of_channels_is_painted(channels: int) -> None:
    image = picture((50, 60), channels)
    out = through(image, p_replace=(0.5, 0.5))
    assert out.shape == image.shape
    changed = out != image
    assert 0.1 < changed.any(2).mean() < 0.9


def test_means_of_floats_go_beyond_white() -> None:
    image = picture((64, 64), 3, "float32") * 20
    out = through(image, p_replace=(1, 1))
    assert out.max() > 5
    assert out.mean() == pytest.approx(image.mean(), rel=0.02)
