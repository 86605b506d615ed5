"""What fusion merges and what it leaves alone, and how close merged warps come to the truth."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np
import pytest

from augcore import (
    AffineMap,
    Border,
    Compose,
    Geometry,
    InvalidParameter,
    Lattice,
    Lookup,
    Projective,
    ResizeMap,
    Transform,
    fusion,
    pixel_function,
    transform,
)
from augcore import fuse as fusing

PHOTOGRAPH = Path(__file__).parents[1] / "examples" / "data" / "images" / "astronaut.jpg"
SIZE = (40, 52)
BORDERS = list(Border)


@transform
class MergedStep(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@pixel_function
def merge_gamma(x, *, gamma):
    return np.maximum(x, 0) ** gamma


def about_centre(linear, size):
    """A linear map about the frame's centre."""
    matrix, centre = np.eye(3), np.array(size[::-1]) / 2
    matrix[:2, :2] = linear
    matrix[:2, 2] = centre - matrix[:2, :2] @ centre
    return matrix


def rotation(degrees, scale=1.0):
    a = np.radians(degrees)
    return scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


# Every two maps, borders and fills

LATTICES = {
    "flip": lambda size: Lattice.hflip(size),
    "turn": lambda size: Lattice.rot90(size),
    "crop": lambda size: Lattice.window(size, 3, 5, size[1] - 6, size[0] - 4),
    "pad": lambda size: Lattice.pad(size, 3, 4, 5, 6),
    "shift": lambda size: Lattice.window(size, -6, 4, size[1] - 6, size[0] + 4),
    "all but a border": lambda size: Lattice.window(size, -6, -6, 4, size[0]),
}
WARPS = {
    "resize": lambda size: ResizeMap(size, (size[0] * 5 // 4, size[1])),
    "affine": lambda size: AffineMap.of(about_centre(rotation(25, 0.9), size), size),
    "projective": lambda size: Projective.of([[1, 0.1, -4], [0, 0.9, 5], [1e-3, 0, 1]], size),
}


def outcome(steps, fuse):
    """Image and mask, or the kind of error: a window that shows nothing cannot repeat anything."""
    draws = np.random.default_rng(0)
    image, mask = draws.integers(0, 256, (*SIZE, 3), np.uint8), draws.integers(1, 4, SIZE) * 2**40
    try:
        out = Compose(steps, fuse=fuse)(image=image, mask=mask)
    except InvalidParameter as error:
        return (str(error),)
    return out["image"], out["mask"]


def pairs(first, second):
    """Steps of two maps with every two borders and fills."""
    for one, other in itertools.product([(b, f) for b in BORDERS for f in (0, 7)], repeat=2):
        options = [{"border": border, "fill": fill, "fill_mask": fill} for border, fill in (one, other)]
        yield [
            MergedStep(lambda size, make=make, options=option: Geometry(make(size), **options))
            for make, option in zip((first, second), options, strict=True)
        ]


@pytest.mark.parametrize("second", LATTICES)
@pytest.mark.parametrize("first", LATTICES)
def test_exact_fusion_of_flips_crops_and_pads_keeps_every_border_and_fill(first, second):
    for steps in pairs(LATTICES[first], LATTICES[second]):
        off, exact = (outcome(steps, fuse) for fuse in ("off", "exact"))
        assert len(off) == len(exact)
        for one, other in zip(off, exact, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("second", LATTICES | WARPS)
@pytest.mark.parametrize("first", LATTICES | WARPS)
def test_resampling_fusion_shows_what_no_fusion_shows_with_every_border_and_fill(first, second):
    rows, columns = np.mgrid[:60, :80]
    smooth = np.rint(120 + 50 * np.sin(columns / 9) + 50 * np.cos(rows / 11)).astype(np.uint8)
    makes = LATTICES | WARPS
    for steps in pairs(makes[first], makes[second]):
        off, merged = (Compose(steps, fuse=fuse)(image=smooth)["image"].astype(int) for fuse in ("off", "resample"))
        # A pixel along the edges of the content may be blurred in one and not in the other.
        assert np.mean(np.abs(off - merged) > 12) < 0.08


# Closeness


def centre_of(image, part=0.25):
    """The middle of the picture, which a rotation about the centre never loses."""
    height, width = image.shape[:2]
    return image[int(height * part) : int(height * (1 - part)), int(width * part) : int(width * (1 - part))]


def decibels(one, other):
    return -10 * np.log10(np.mean((one.astype(float) - other.astype(float)) ** 2) / 255**2 + 1e-12)


@pytest.mark.parametrize("degrees", [7, 30, 45, 61])
def test_rotating_a_photograph_there_and_back_loses_less_when_resampled_once(degrees):
    image = cv2.imread(str(PHOTOGRAPH))
    steps = [
        MergedStep(lambda size, a=a: Geometry(AffineMap.of(about_centre(rotation(a), size), size)))
        for a in (degrees, -degrees)
    ]
    back = {fuse: Compose(steps, fuse=fuse)(image=image)["image"] for fuse in ("off", "exact", "resample")}
    loss = {fuse: decibels(centre_of(image), centre_of(result)) for fuse, result in back.items()}
    np.testing.assert_array_equal(back["off"], back["exact"])
    assert loss["off"] < 40
    assert loss["resample"] > 55


@pytest.mark.parametrize("seed", range(4))
def test_warps_merged_into_one_are_closer_to_the_truth(seed):
    """The truth: a wave, which is known between its pixels."""
    draws = np.random.default_rng(seed)
    height, width = 120, 160

    def wave(x, y):
        return 127.5 + 60 * np.sin(x / 2.5) + 60 * np.cos(y / 3.0)

    rows, columns = np.mgrid[:height, :width] + 0.5
    image = np.rint(wave(columns, rows)).astype(np.uint8)[..., None]
    steps = []
    for _ in range(3):
        linear = rotation(draws.uniform(-40, 40), draws.uniform(0.9, 1.2))
        steps.append(MergedStep(lambda size, linear=linear: Geometry(AffineMap.of(about_centre(linear, size), size))))
    error = {}
    for fuse in ("off", "resample"):
        result, trace = Compose(steps, fuse=fuse).traced(image=image)
        points = np.stack([columns, rows], -1)
        for step in reversed(trace.steps):
            points = step.effect.map.backward(points)
        truth = wave(*np.moveaxis(points, -1, 0))
        error[fuse] = np.abs(centre_of(result["image"][..., 0], 0.35) - centre_of(truth, 0.35)).mean()
    assert error["resample"] < 0.7 * error["off"]


# What is merged


def moved(map, **options):
    return Geometry(map, **options)


def merged(first, second, fuse="resample"):
    for one in fusing.active(fuse):
        effect = one(first, second)
        if effect is not None:
            return effect
    return None


ROTATED = AffineMap.of(about_centre(rotation(30), SIZE), SIZE)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (moved(ROTATED, border=Border.REFLECT), moved(ROTATED, border=Border.REFLECT), "a reflection of a reflection"),
        (moved(ROTATED, fill=1), moved(ROTATED, fill=2), "two fills"),
        (moved(ROTATED, interpolation=2), moved(ROTATED, interpolation=1), "two interpolations"),
        (moved(ROTATED), moved(Lattice.pad(SIZE, 3), border=Border.REFLECT), "a reflection of what was filled"),
        (moved(ROTATED), Lookup(merge_gamma, gamma=2.0), "colours do not commute with interpolation"),
        (moved(ResizeMap(SIZE, (9, 9))), moved(ResizeMap((9, 9), SIZE)), "a smaller picture has lost its detail"),
    ],
)
def test_what_cannot_be_merged_is_left_alone(first, second, why):
    assert merged(first, second) is None, why


def test_exact_fusion_never_merges_a_warp():
    assert merged(moved(ROTATED), moved(Lattice.hflip(SIZE)), "exact") is None
    assert merged(moved(Lattice.hflip(SIZE)), moved(ROTATED), "exact") is None
    assert merged(moved(ROTATED), moved(Lattice.hflip(SIZE)), "resample") is not None
    assert fusing.active("off") == ()


def test_merged_lattices_run_as_one_effect():
    flip, crop = moved(Lattice.hflip(SIZE)), moved(Lattice.window(SIZE, 3, 4, 20, 30))
    effect = merged(flip, crop, "exact")
    assert effect.map == flip.map.then(crop.map)


def test_a_fusion_of_ones_own_is_made_by_the_decorator():
    @fusion(exact=True)
    def never(first, second):
        return None

    assert never.exact
    assert never(moved(ROTATED), moved(ROTATED)) is None
