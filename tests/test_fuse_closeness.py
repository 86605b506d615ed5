"""Merged warps come nearer to a supersampled truth than separate ones. docs/fusion.md measures the same on more."""

from __future__ import annotations

import runpy
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812

MADE = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "make_fusion.py"))


@pytest.fixture(scope="module")
def windows() -> list[Any]:
    return [np.ascontiguousarray(image[60:220, 60:220]) for image in MADE["photographs"]()]


@pytest.mark.parametrize(
    ("kind", "decibels"),
    [("two affine maps", 4), ("affine map, perspective", 4), ("affine map, elastic", 3), ("two elastic", 3)],
)
def test_pictures_that_are_interpolated_once_come_nearer_to_the_truth(
    windows: list[Any], kind: str, decibels: float
) -> None:
    found = MADE["measured"](kind, windows, count=6, repeats=0)
    assert statistics.median(one.resample - one.off for one in found) > decibels


@pytest.mark.parametrize(("first", "second"), [(1.0, 0.55), (0.7, 0.7), (0.5, 0.8), (1.3, 0.5)])
def test_nothing_is_merged_that_would_take_the_smoothing_from_a_picture_that_shrinks(
    windows: list[Any], first: float, second: float
) -> None:
    steps = [A.Affine(scale=(scale, scale), rotate=(-30, 30), p=1) for scale in (first, second)]
    for seed, image in enumerate(windows):
        found = MADE["closeness"](steps, image, seed, repeats=0)
        assert found is None or found.off == found.resample


@pytest.mark.parametrize(("first", "second"), [(1.0, 0.7), (0.8, 0.8), (0.6, 0.9), (1.5, 0.6)])
def test_what_shrinks_less_is_merged_and_comes_nearer(windows: list[Any], first: float, second: float) -> None:
    steps = [A.Affine(scale=(scale, scale), rotate=(-30, 30), p=1) for scale in (first, second)]
    found = [MADE["closeness"](steps, image, seed, repeats=0) for seed, image in enumerate(windows)]
    assert statistics.median(one.resample - one.off for one in found if one is not None) > 0.3


def test_the_truth_of_a_map_that_does_nothing_is_the_picture(windows: list[Any]) -> None:
    image = windows[0]
    true, shown = MADE["truth"](image, [A.AffineMap.of(np.eye(3), image.shape[:2])])
    assert MADE["decibels"](image[shown], true[shown]) > 40
    assert shown.mean() > 0.9
