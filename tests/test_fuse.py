"""Fusion: random pipelines under "off", "exact" and "resample"; what must be equal, and what must be close."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import (
    AffineMap,
    BboxParams,
    Border,
    Compose,
    Geometry,
    InvalidParameter,
    KeypointParams,
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
class Fusible(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@transform
class WatchFusion(Transform):
    """Keeps what it sees and changes nothing."""

    seen: list[Any] = attrs.field(factory=list, eq=False)
    needs = frozenset({"image", "bboxes"})

    def sample(self, rng, view):
        self.seen.append((view["image"].copy(), view["bboxes"].copy(), view.size))


@pixel_function
def fuse_gamma(x, *, gamma):
    return np.maximum(x, 0) ** gamma


@pixel_function
def fuse_contrast(x, *, gain):
    """A different curve for each of three channels."""
    return (x - 0.5) * np.array([gain, 1.0, 1 / gain]) + 0.5


@pixel_function(output="float32")
def fuse_normalize(x, *, mean):
    return (x - np.array(mean)) / 0.25


def about_centre(linear, size):
    """A linear map about the frame's centre."""
    matrix, centre = np.eye(3), np.array(size[::-1]) / 2
    matrix[:2, :2] = linear
    matrix[:2, 2] = centre - matrix[:2, :2] @ centre
    return matrix


def rotation(degrees, scale=1.0):
    a = np.radians(degrees)
    return scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


def steps_of(kind, draw, border, fill):
    """A function size → effect of one kind."""
    options = {"border": border, "fill": fill, "fill_mask": fill}
    number = draw(st.integers(0, 7))
    if kind == "lattice":
        names = [
            Lattice.hflip,
            Lattice.vflip,
            Lattice.transpose,
            *(lambda s, n=n: Lattice.rot90(s, n) for n in range(4)),
        ]
        return lambda size: Geometry(names[number % len(names)](size))
    if kind == "crop":
        a, b = draw(st.floats(0, 0.4)), draw(st.floats(0.6, 1))

        def crop(size):
            (y0, y1), (x0, x1) = ((int(a * n), max(int(b * n), int(a * n) + 1)) for n in size)
            return Geometry(Lattice.window(size, x0, y0, x1, y1))

        return crop
    if kind == "pad":
        sides = draw(st.tuples(*[st.integers(-2, 6)] * 4))
        return lambda size: Geometry(
            Lattice.window(size, -sides[0], -sides[1], max(size[1] + sides[2], 4), max(size[0] + sides[3], 4)),
            **options,
        )
    if kind == "resize":
        output = draw(st.tuples(st.integers(24, 64), st.integers(24, 64)))
        return lambda size: Geometry(ResizeMap(size, output))
    if kind == "affine":
        linear = rotation(draw(st.floats(-60, 60)), draw(st.floats(0.75, 1.35)))
        shift = np.array([[0, 0, draw(st.floats(-6, 6))], [0, 0, draw(st.floats(-6, 6))], [0, 0, 0]])
        return lambda size: Geometry(AffineMap.of(about_centre(linear, size) + shift, size), **options)
    tilt = draw(st.floats(-0.002, 0.002))
    return lambda size: Geometry(Projective.of([[1, 0, 1], [0.05, 0.95, 0], [tilt, tilt, 1]], size), **options)


GEOMETRIES = ("lattice", "lattice", "crop", "pad", "resize", "affine", "projective")


@st.composite
def pipelines(draw, kinds=(*GEOMETRIES, "gamma", "contrast"), borders=BORDERS, fills=(0, 7), normalize=False):
    steps = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)):
        if kind == "gamma":
            gamma = draw(st.floats(0.3, 3))
            steps.append(Fusible(lambda size, gamma=gamma: Lookup(fuse_gamma, gamma=gamma)))
        elif kind == "contrast":
            gain = draw(st.floats(0.3, 3))
            steps.append(Fusible(lambda size, gain=gain: Lookup(fuse_contrast, gain=gain)))
        else:
            steps.append(Fusible(steps_of(kind, draw, draw(st.sampled_from(borders)), draw(st.sampled_from(fills)))))
    if normalize and draw(st.booleans()):
        steps.append(Fusible(lambda size: Lookup(fuse_normalize, mean=(0.5, 0.4, 0.3))))
    return steps


def sample(dtype="uint8"):
    draws = np.random.default_rng(0)
    image = draws.random((*SIZE, 3))
    top = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    corner = draws.uniform(0, (SIZE[1] - 12, SIZE[0] - 12), (8, 2))
    return {
        "image": (image * top).astype(dtype),
        "mask": draws.integers(1, 4, SIZE).astype(np.int64) * 2**40,
        "bboxes": np.concatenate([corner, corner + draws.uniform(2, 12, (8, 2))], 1),
        "ids": list(range(8)),
        "keypoints": draws.uniform(0, (SIZE[1] - 1, SIZE[0] - 1), (8, 2)),
    }


def run(steps, fuse, data, **options):
    pipeline = Compose(
        steps,
        bbox_params=BboxParams(format="pascal_voc", label_fields=["ids"]),
        keypoint_params=KeypointParams(format="xy", remove_invisible=False),
        fuse=fuse,
        **options,
    )
    return pipeline.traced(**data)


def assert_same_annotations(one, other):
    boxes = [dict(zip(result["ids"], result["bboxes"], strict=True)) for result in (one, other)]
    for id in set(boxes[0]) | set(boxes[1]):
        sides = [box[2:] - box[:2] for box in (b.get(id) for b in boxes) if box is not None]
        if len(sides) == 1:  # a sliver that rounding decides about
            assert sides[0].min() < 1e-6
        else:
            np.testing.assert_allclose(boxes[0][id], boxes[1][id], atol=1e-6)
    np.testing.assert_allclose(one["keypoints"], other["keypoints"], atol=1e-6)


def outcome(steps, fuse, data):
    """The result, or the kind of error: a window that shows nothing cannot repeat anything."""
    try:
        return run(steps, fuse, data)
    except InvalidParameter as error:
        return str(error)


def check_exact(steps, dtype):
    data = sample(dtype)
    off, exact = outcome(steps, "off", data), outcome(steps, "exact", data)
    if isinstance(off, str):
        assert exact == off
        return
    assert not isinstance(exact, str), exact
    for name in ("image", "mask"):
        assert exact[0][name].dtype == off[0][name].dtype
        np.testing.assert_array_equal(exact[0][name], off[0][name], err_msg=name)
    assert_same_annotations(exact[0], off[0])
    assert exact[1].steps == off[1].steps, "the draws and the effects are the same"


@given(pipelines(normalize=True), st.sampled_from(["uint8", "uint16", "float32"]))
def test_exact_fusion_gives_the_bits_that_no_fusion_gives(steps, dtype):
    check_exact(steps, dtype)


@given(pipelines(kinds=("lattice", "crop", "pad", "pad")))
def test_exact_fusion_of_flips_crops_and_pads_keeps_every_border_and_fill(steps):
    check_exact(steps, "uint8")


@given(pipelines(kinds=("gamma", "contrast"), normalize=True), st.sampled_from(["uint8", "uint16", "float32"]))
def test_exact_fusion_of_curves_rounds_between_them(steps, dtype):
    check_exact(steps, dtype)


@given(pipelines())
def test_resampling_fusion_moves_annotations_like_no_fusion(steps):
    data = sample()
    off = outcome(steps, "off", data)
    if isinstance(off, str):
        return
    resampled = run(steps, "resample", data)
    assert_same_annotations(resampled[0], off[0])
    assert resampled[0]["image"].shape == off[0]["image"].shape
    assert resampled[1].steps == off[1].steps


@given(pipelines(kinds=GEOMETRIES), st.sampled_from(["uint8", "int64"]))
def test_resampling_fusion_invents_no_labels(steps, dtype):
    data = {"image": sample()["image"], "mask": np.random.default_rng(1).integers(1, 4, SIZE).astype(dtype)}
    try:
        result = Compose(steps, fuse="resample")(**data)
    except InvalidParameter:
        return
    assert result["mask"].dtype == dtype
    assert set(np.unique(result["mask"])) <= {0, 1, 2, 3, 7}


@given(pipelines(kinds=GEOMETRIES, borders=[Border.CONSTANT], fills=[0]), st.sampled_from(["off", "exact", "resample"]))
def test_the_picture_shows_content_where_the_frame_says_so_and_fill_elsewhere(steps, fuse):
    white = np.full((*SIZE, 1), 255, np.uint8)
    result, trace = Compose(steps, fuse=fuse).traced(image=white, mask=white)
    height, width = result["mask"].shape[:2]
    content = trace.content
    rows, columns = np.mgrid[:height, :width] + 0.5
    distance = np.array(
        [
            cv2.pointPolygonTest(content.astype(np.float32), (x, y), True)
            for x, y in zip(columns.flat, rows.flat, strict=True)
        ]
    ).reshape(height, width)
    # Each step may shift an edge by half of its pixels, and a resize makes them larger.
    near = 1.0 + 1.5 * sum(isinstance(step.effect.map, ResizeMap | AffineMap | Projective) for step in trace.steps)
    for pixels in (result["image"][..., 0] > 127, result["mask"][..., 0] > 0):
        assert pixels[distance > near].all()
        assert not pixels[distance < -near].any()


@given(pipelines(), pipelines(), st.sampled_from(["exact", "resample"]))
def test_an_observer_sees_what_has_happened_before_it(before, after, fuse):
    data = sample()
    seen = []
    for mode in ("off", fuse):
        watch = WatchFusion(p=1)
        if isinstance(outcome([*before, watch, *after], mode, data), str):
            return
        seen.append(watch.seen[0])
    (off, boxes, size), (merged, other, same) = seen
    assert size == same == merged.shape[:2]
    if fuse == "exact":
        np.testing.assert_array_equal(merged, off)
    assert merged.shape == off.shape
    if len(boxes) == len(other):
        np.testing.assert_allclose(boxes, other, atol=1e-6)
    else:
        assert min(np.prod(b[:, 2:] - b[:, :2], 1).min() for b in (boxes, other)) < 1e-4


def test_an_observer_between_a_turn_and_a_resize_sees_the_turned_picture():
    data = sample()
    for fuse in ("off", "exact", "resample"):
        watch = WatchFusion(p=1)
        turn = Fusible(lambda size: Geometry(Lattice.rot90(size, 1)))
        run([turn, watch, Fusible(lambda size: Geometry(ResizeMap(size, (10, 10))))], fuse, data)
        np.testing.assert_array_equal(watch.seen[0][0], np.rot90(data["image"]))


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
        Fusible(lambda size, a=a: Geometry(AffineMap.of(about_centre(rotation(a), size), size)))
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
        steps.append(Fusible(lambda size, linear=linear: Geometry(AffineMap.of(about_centre(linear, size), size))))
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
        (moved(ROTATED), Lookup(fuse_gamma, gamma=2.0), "colours do not commute with interpolation"),
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
