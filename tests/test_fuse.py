"""Fusion: random pipelines under "off", "exact" and "resample". Pairs of effects are in `test_fuse_pairs.py`."""

from __future__ import annotations

from collections.abc import Callable
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
    pixel_function,
    transform,
)

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
def pipelines(draw, kinds=(*GEOMETRIES, "gamma", "contrast"), borders=BORDERS, fills=(0, 7)):
    steps = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)):
        if kind == "gamma":
            gamma = draw(st.floats(0.3, 3))
            steps.append(Fusible(lambda size, gamma=gamma: Lookup(fuse_gamma, gamma=gamma)))
        elif kind == "contrast":
            gain = draw(st.floats(0.3, 3))
            steps.append(Fusible(lambda size, gain=gain: Lookup(fuse_contrast, gain=gain)))
        elif kind == "normalize":
            steps.append(Fusible(lambda size: Lookup(fuse_normalize, mean=(0.5, 0.4, 0.3))))
        else:
            steps.append(Fusible(steps_of(kind, draw, draw(st.sampled_from(borders)), draw(st.sampled_from(fills)))))
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


@given(pipelines((*GEOMETRIES, "gamma", "contrast", "normalize")), st.sampled_from(["uint8", "uint16", "float32"]))
def test_exact_fusion_gives_the_bits_that_no_fusion_gives(steps, dtype):
    check_exact(steps, dtype)


@given(pipelines(kinds=("gamma", "contrast", "normalize")), st.sampled_from(["uint8", "uint16", "float32"]))
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


@pytest.mark.parametrize("fuse", ["off", "exact", "resample"])
def test_what_a_crop_cut_off_does_not_come_back_in_the_border_of_a_pad_that_is_warped(fuse):
    """Crop and pad become one map, which then meets the warp."""
    white = np.full((*SIZE, 1), 255, np.uint8)
    height, width = SIZE
    shear = np.array([[1.0, 0.0, 0.0], [0.05, 0.95, 0.0], [0.0, 0.0, 1.0]])
    steps = [
        Fusible(lambda size: Geometry(Lattice.window(size, 0, 0, width - 13, height - 10))),
        Fusible(lambda size: Geometry(Lattice.pad(size, bottom=6))),
        Fusible(lambda size: Geometry(Projective.of(shear, size))),
    ]
    out = Compose(steps, fuse=fuse)(image=white, mask=white)
    for pixels in (out["image"], out["mask"]):
        # The lowest row of the picture, 30 high, comes to lie at 28.5 on the left and at 30.4 on the right.
        assert not pixels[32:].any()
        assert pixels[3:28, :36].all()


@pytest.mark.parametrize("fuse", ["off", "exact", "resample"])
def test_a_window_that_is_shifted_out_of_its_frame_shows_nothing(fuse):
    white = np.full((*SIZE, 1), 255, np.uint8)
    steps = [
        Fusible(lambda size: Geometry(Lattice.window(size, 19, 15, 26, 20))),
        Fusible(lambda size: Geometry(AffineMap.of(np.array([[1.0, 0, 0], [0, 1.0, 6.0]]), size))),
    ]
    out = Compose(steps, fuse=fuse)(image=white, mask=white)
    assert not out["image"].any()
    assert not out["mask"].any()


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
