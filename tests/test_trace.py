"""Traces: there and back through JSON and YAML, applied again bit for bit, told in words, and undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import (
    AffineMap,
    BboxParams,
    Border,
    Chain,
    Compose,
    Dense,
    Erase,
    Geometry,
    InvalidData,
    InvalidFile,
    InvalidParameter,
    KeypointParams,
    Lambda,
    Lattice,
    Lookup,
    Mix,
    NoOp,
    NotInvertible,
    OneOf,
    PixelFn,
    PolygonRegion,
    Projective,
    Rectangles,
    ReplayCompose,
    ResizeMap,
    Scatter,
    SelectiveChannelTransform,
    Trace,
    Transform,
    displacement_field,
    pixel_function,
    region_mask,
    transform,
)
from augcore.trace import TraceStep

SIZE = (50, 70)
HEIGHT, WIDTH = SIZE


@transform
class Traceable(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@displacement_field
def trace_waves(size, *, amplitude, seed):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    phase = np.random.default_rng(seed).random()
    return np.stack([amplitude * np.sin(y / 12 + phase), amplitude * np.cos(x / 14)], -1)


@pixel_function
def trace_gamma(x, *, gamma):
    return np.maximum(x, 0) ** gamma


@pixel_function
def trace_noise(image, *, seed, amount):
    noise = np.random.default_rng(seed).normal(0, amount, image.shape)
    return np.clip(image + noise, 0, 255).astype(image.dtype)


@region_mask
def trace_spots(size, *, seed):
    return np.random.default_rng(seed).random(size) < 0.1


def rotation(size, degrees, scale=1.0):
    a, centre = np.radians(degrees), np.array(size[::-1]) / 2
    linear = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return AffineMap.of(np.column_stack([linear, centre - linear @ centre]), size)


amounts = st.floats(0.1, 0.9)
SPATIAL: dict[str, Callable[[Any, float], Any]] = {
    "flip": lambda s, t: Geometry(Lattice.hflip(s)),
    "turn": lambda s, t: Geometry(Lattice.rot90(s, int(9 * t))),
    "crop": lambda s, t: Geometry(Lattice.window(s, int(5 * t), 2, s[1] - 3, s[0] - int(9 * t))),
    "pad": lambda s, t: Geometry(Lattice.pad(s, 3, 1, int(9 * t), 2), border=Border.REFLECT, fill=(1, 2, 3)),
    "resize": lambda s, t: Geometry(ResizeMap(s, (int(30 + 40 * t), 55)), interpolation=2),
    "rotate": lambda s, t: Geometry(rotation(s, 90 * t - 45, 0.8 + t / 2), fill=(9.5, 0, 1), fill_mask=2**40),
    "tilt": lambda s, t: Geometry(Projective.of([[1, t / 9, 0], [0, 1, t], [t / 1e3, 0, 1]], s), box_method="ellipse"),
}
DENSE = {"dense": lambda s, t: Geometry(Dense.of(trace_waves, s, amplitude=3 * t, seed=int(99 * t)))}
OTHER: dict[str, Callable[[Any, float], Any]] = {
    "curve": lambda s, t: Lookup(trace_gamma, gamma=t),
    "noise": lambda s, t: PixelFn(trace_noise, seed=int(1e6 * t), amount=9 * t),
    "erase": lambda s, t: Erase(Rectangles(((3, 4, 20, int(9 + 20 * t)),)), fill="random_uniform", seed=5, fill_mask=7),
    "polygon": lambda s, t: Erase(PolygonRegion((((5, 5), (30 * t, 9), (9, 30)),)), fill=(1, 2, 3)),
    "spots": lambda s, t: Erase(Scatter(trace_spots, seed=int(1e6 * t)), fill="random"),
    "some channels": lambda s, t: Chain((Lookup(trace_gamma, gamma=t),), channels=(0, 2)),
    "chain": lambda s, t: Chain((Lookup(trace_gamma, gamma=t), Geometry(Lattice.vflip(s)))),
}


def steps_of(kinds):
    every = SPATIAL | DENSE | OTHER
    return st.lists(st.tuples(st.sampled_from(list(kinds)), amounts), min_size=1, max_size=5).map(
        lambda chosen: [Traceable(lambda s, make=every[kind], t=t: make(s, t)) for kind, t in chosen]
    )


def sample():
    draws = np.random.default_rng(0)
    corner = draws.uniform(0, (WIDTH - 12, HEIGHT - 12), (6, 2))
    return {
        "image": draws.integers(0, 256, (*SIZE, 3), np.uint8),
        "near": draws.integers(0, 256, (*SIZE, 3), np.uint8),
        "mask": draws.integers(0, 3, SIZE) * 2**40,
        "bboxes": np.concatenate([corner, corner + 12], 1),
        "names": [f"box {k}" for k in range(6)],
        "keypoints": draws.uniform(0, 40, (5, 2)),
        "polygons": [[(5.0, 5.0), (30.0, 9.0), (9.0, 30.0)]],
        "label": "cat",
    }


def pipeline(steps, kind=Compose, **options):
    return kind(
        steps,
        bbox_params=BboxParams(format="pascal_voc", label_fields=["names"], min_visibility=0.2),
        keypoint_params=KeypointParams(format="xy", remove_invisible=False),
        additional_targets={"near": "image"},
        **options,
    )


def assert_equal(one, other):
    assert list(one) == list(other)
    for name, value in one.items():
        np.testing.assert_array_equal(np.asarray(other[name]), np.asarray(value), err_msg=name)
        assert type(other[name]) is type(value)


# There and back


@given(steps_of(SPATIAL | DENSE | OTHER), st.sampled_from(["off", "exact", "resample"]))
def test_a_trace_through_json_and_yaml_does_the_same_bit_for_bit(steps, fuse):
    result, trace = pipeline(steps, fuse=fuse).traced(**sample())
    for text, read in ((trace.to_json(), Trace.from_json), (trace.to_yaml(), Trace.from_yaml)):
        back = read(text)
        assert back == trace
        assert_equal(result, back.apply(**sample()))
    json.dumps(trace.to_dict(), allow_nan=False)


@given(steps_of(SPATIAL | OTHER))
def test_replay_compose_does_again_what_a_result_says(steps):
    augment = pipeline(steps, ReplayCompose)
    result = augment(**sample())
    saved = json.loads(json.dumps(result.pop("replay")))
    assert_equal(result, ReplayCompose.replay(saved, **sample()))


def test_a_trace_keeps_what_the_pipeline_was_told():
    options = {
        "mask_interpolation": "linear",
        "is_check_shapes": False,
        "strict": True,
        "fuse": "resample",
        "additional_targets": {"depth": "mask", "more": BboxParams(format="coco", min_area=4)},
        "bbox_params": BboxParams(format="yolo", label_fields=["a", "b"], clip=True, max_accept_ratio=9),
        "keypoint_params": KeypointParams(format="xyv", swap_pairs=[("l", "r"), (1, 2)]),
    }
    _, trace = Compose([], **options).traced(image=np.zeros((4, 4), np.uint8))
    assert Trace.from_json(trace.to_json()).setup == trace.setup == Compose([], **options).setup


def test_a_replay_draws_nothing():
    augment = pipeline(
        [OneOf([Traceable(lambda s, k=k: PixelFn(trace_noise, seed=k, amount=5)) for k in range(9)], p=1)]
    )
    outcomes = set()
    for _ in range(20):
        result, trace = augment.traced(**sample())
        assert_equal(result, trace.apply(**sample()))
        outcomes.add(result["image"].tobytes())
    assert len(outcomes) > 3


def test_mixes_replay_from_the_same_source():
    source = {"other": sample() | {"image": np.zeros((20, 30, 3), np.uint8), "near": np.zeros((20, 30, 3), np.uint8)}}
    source["other"] |= {"mask": np.zeros((20, 30), np.int64), "bboxes": np.array([(1, 1, 9, 9)]), "names": ["new"]}
    source["other"] |= {"keypoints": np.zeros((0, 2)), "polygons": []}
    steps = [Traceable(lambda s: Mix("other", 0.7, (5, 5, 30, 30)))]
    result, trace = pipeline(steps, source=source).traced(**sample())
    assert result["names"][-1] == "new"
    assert_equal(result, Trace.from_json(trace.to_json()).apply(source, **sample()))


def test_functions_without_a_name_cannot_be_saved_and_named_ones_can():
    data = {"image": np.ones((4, 4), np.uint8)}
    _, trace = Compose([Lambda(image=lambda image: image * 2)]).traced(**data)
    assert trace.apply(**data)["image"].max() == 2
    with pytest.raises(InvalidParameter, match=r"give Lambda\(…, name='…'\)"):
        trace.to_json()
    assert "not named" in str(trace.applied())
    kept = Lambda(image=lambda image: image * 3, name="trace test: three times")
    _, trace = Compose([kept]).traced(**data)
    assert Trace.from_json(trace.to_json()).apply(**data)["image"].max() == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a mapping"),
        ('{"augcore": 1}', "size, trace missing"),
        ('{"augcore": 99, "size": [1, 1], "trace": []}', "newer"),
        ('{"augcore": 1, "size": [1], "trace": []}', "Trace.to_dict"),
        ('{"augcore": 1, "size": [9, 9], "trace": [{}]}', "lacks"),
        ('{"augcore": 1, "size": [9, 9], "trace": 5}', "Trace.to_dict"),
        (
            '{"augcore": 1, "size": [9, 9], "trace": [{"name": "X", "before": [9, 9], "effect": {"Erasure": {}}}]}',
            "did you mean 'Erase'",
        ),
    ],
)
def test_what_is_no_trace_is_refused_in_words(text, words):
    with pytest.raises(InvalidFile, match=words):
        Trace.from_json(text)


def test_a_trace_of_another_size_of_picture_is_refused():
    _, trace = pipeline([Traceable(lambda s: SPATIAL["flip"](s, 0.5))]).traced(**sample())
    with pytest.raises(InvalidData, match=r"\(50, 70\)"):
        trace.apply(image=np.zeros((9, 9, 3), np.uint8))


# In words


@given(steps_of(SPATIAL | DENSE | OTHER))
def test_stages_lead_to_the_result_and_explain_has_a_line_for_each(steps):
    result, trace = pipeline(steps).traced(**sample())
    stages = list(trace.stages(**sample()))
    assert [step for step, _ in stages] == list(trace.steps)
    assert_equal(result, stages[-1][1])
    for step, data in stages:
        assert data["image"].shape[:2] == step.after
    lines = trace.explain().splitlines()
    assert len(lines) == 2 + len(trace.steps)
    for line, step in zip(lines[2:], trace.steps, strict=True):
        assert step.name in line
        assert line.endswith(f"{step.after[1]}×{step.after[0]}")
    assert len(trace.applied()) == len(trace.steps)


def test_nothing_leaves_a_trace_of_nothing():
    data = {"image": np.ones((4, 4), np.uint8)}
    result, trace = Compose([NoOp(p=0), Traceable(lambda s: SPATIAL["flip"](s, 0), p=0)]).traced(**data)
    assert trace.steps == ()
    assert trace.size == trace.final_size == (4, 4)
    assert trace.apply(**data)["image"] is data["image"] is result["image"]
    assert trace.undo(**data)["image"] is data["image"]
    assert len(trace.explain().splitlines()) == 2


def test_a_transform_on_some_channels_leaves_one_step():
    steps = [SelectiveChannelTransform([Traceable(lambda s: Lookup(trace_gamma, gamma=0.5))], channels=[1])]
    result, trace = pipeline(steps).traced(**sample())
    assert [step.name for step in trace.steps] == ["SelectiveChannelTransform"]
    assert_equal(result, Trace.from_json(trace.to_json()).apply(**sample()))


# Undone


def original_points(trace, count=60):
    """Points of the original and where the trace takes them, of those that stay in sight throughout."""
    points = np.random.default_rng(3).uniform((1, 1), (WIDTH - 1, HEIGHT - 1), (count, 2))
    moved, kept = points, np.ones(count, bool)
    for step in trace.steps:
        if isinstance(step.effect, Geometry):
            moved = step.effect.map.forward(moved)
            kept &= ((moved > 1) & (moved < np.array(step.after[::-1]) - 1)).all(1)
    return points[kept], moved[kept]


def check_undone(steps, near):
    _, trace = pipeline(steps).traced(**sample())
    points, moved = original_points(trace)
    undone = trace.undo(keypoints=moved - 0.5)["keypoints"]
    np.testing.assert_allclose(undone, points - 0.5, atol=near)
    back = Trace.from_json(trace.to_json()).undo(keypoints=moved - 0.5)["keypoints"]
    np.testing.assert_array_equal(back, undone)


@given(steps_of(SPATIAL | OTHER))
def test_points_come_back_within_a_hundredth_of_a_pixel(steps):
    check_undone(steps, 0.01)


@given(steps_of(SPATIAL | DENSE | OTHER))
def test_points_come_back_from_dense_maps_within_a_tenth_of_a_pixel(steps):
    check_undone(steps, 0.1)


@given(steps_of({"flip", "turn", "pad", "resize"}))
def test_boxes_and_masks_come_back_from_maps_that_lose_nothing(steps):
    data = sample()
    result, trace = pipeline(steps).traced(**data)
    undone = trace.undo(image=result["image"], mask=result["mask"], bboxes=result["bboxes"])
    np.testing.assert_allclose(undone["bboxes"], data["bboxes"], atol=1e-9)
    assert undone["image"].shape == data["image"].shape
    if not any(isinstance(step.effect.map, ResizeMap) for step in trace.steps):
        np.testing.assert_array_equal(undone["mask"], data["mask"])
        np.testing.assert_array_equal(undone["image"], data["image"])


def test_predictions_are_undone_without_pictures_labels_or_filters():
    steps = [Traceable(lambda s: SPATIAL["crop"](s, 0.5)), Traceable(lambda s: Geometry(ResizeMap(s, (90, 130))))]
    _, trace = pipeline(steps).traced(**sample())
    undone = trace.undo(bboxes=[(0.0, 0.0, 130.0, 90.0), (-5.0, 10.0, 20.0, 20.0)], keypoints=[(500.0, 0.0)])
    crop = trace.steps[0].effect.map
    x0, y0, x1, y1 = crop.source
    assert undone["bboxes"][0] == pytest.approx((x0, y0, x1, y1))
    assert len(undone["bboxes"]) == 2
    assert len(undone["keypoints"]) == 1


def test_what_cannot_be_undone_says_which_transform_it_was():
    flat = Geometry(AffineMap.of([[1, 0, 0], [1, 0, 0]], (5, 5)))
    trace = Trace((5, 5), (TraceStep("Flatten", flat, (5, 5), (5, 5)),))
    with pytest.raises(NotInvertible, match=r"Flatten: affine map .* cannot be undone"):
        trace.undo(mask=np.zeros((5, 5), np.uint8))


def test_the_content_of_a_trace_is_where_the_original_shows():
    steps = [
        Traceable(lambda s: Geometry(Lattice.window(s, 10, 10, 40, 40))),
        Traceable(lambda s: Geometry(Lattice.pad(s, 5))),
    ]
    _, trace = pipeline(steps).traced(**sample())
    np.testing.assert_array_equal(np.sort(trace.content, 0), [(0, 5), (0, 5), (30, 35), (30, 35)])
