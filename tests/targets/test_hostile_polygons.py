"""Polygons and run lengths at their limits: huge ones, empty rings, containers of every kind, borders that repeat."""

from __future__ import annotations

from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore as A  # noqa: N812
from augcore import Compose, InvalidData, WrongType, outlines, rings, rle
from augcore.params import Border

IMAGE = np.zeros((40, 50, 3), np.uint8)
MASK = np.zeros((40, 50), np.uint8)
MASK[:10, :10] = 1
FLIP = A.HorizontalFlip(p=1)


def through(polygons: Any, *steps: Any) -> Any:
    return Compose(list(steps), seed=1)(image=IMAGE, polygons=polygons)["polygons"]


def area(polygon: Any) -> float:
    return rings.even_odd_area([np.reshape(ring, (-1, 2)) for ring in polygon])


def length(polygon: Any) -> float:
    return sum(cv2.arcLength(np.reshape(ring, (-1, 1, 2)).astype(np.float32), True) for ring in polygon)


# Borders


@pytest.mark.parametrize("border", list(Border))
@pytest.mark.parametrize(
    "step",
    [
        lambda border: A.PadIfNeeded(60, 70, border_mode=border, p=1),
        lambda border: A.Affine(scale=(0.5, 0.5), border_mode=border, p=1),
        lambda border: A.ElasticTransform(alpha=100, sigma=8, border_mode=border, p=1),
    ],
)
def test_no_border_repeats_the_objects_of_a_picture(step: Any, border: Border) -> None:
    ring = [0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0]
    runs, outline = through([rle.encode(MASK), [ring]], step(border))
    assert rle.decode(runs["counts"], runs["size"]).sum() == pytest.approx(area(outline), abs=12)
    assert area(outline) < 140


# Huge polygons under maps that bend lines


@pytest.mark.parametrize("size", [1e3, 1e6, 1e9, 1e12, 1e100, 1e300])
def test_edges_get_no_points_far_outside_the_picture(size: float) -> None:
    square = outlines.rectangle(size, size) - size / 3
    for ring in (square, square + size / 3, np.array([(0.0, 0), (size, 0), (size, size)])):
        dense = rings.densify(rings.Rings.of([ring], [0]), 4.0, (-50.0, -50.0, 100.0, 90.0))
        assert len(dense.points) < 300


@pytest.mark.parametrize("size", [1e3, 1e6, 1e9])
def test_what_a_huge_polygon_encloses_of_a_bent_picture_is_right(size: float) -> None:
    """The same as of one that is as large as the picture's surroundings alone."""
    bend = A.ElasticTransform(alpha=200, sigma=8, p=1)
    for wide in (
        [20, -7, 1e9, -7, 1e9, 1e9, 20, 1e9],
        [0, 0, 1e9, 0, 1e9, 1e9],
        [-1e9, -1e9, 25, -1e9, 25, 1e9, -1e9, 1e9],
    ):
        near, far = (np.clip(wide, -limit, limit).tolist() for limit in (200.0, size))
        out = through([[near]], bend)[0]
        # Points stand elsewhere along the edges, whose chords are off by less than a hundredth of a pixel.
        assert area(through([[far]], bend)[0]) == pytest.approx(area(out), abs=0.01 * length(out))


@given(st.integers(0, 10**6))
def test_edges_keep_their_course_and_are_dense_where_it_is_asked_for(seed: int) -> None:
    draws = np.random.default_rng(seed)
    ring = draws.uniform(-300, 300, (int(draws.integers(3, 9)), 2))
    ring[draws.random(len(ring)) < 0.3] = np.round(ring[0] / 50) * 50  # upright and flat edges, and double points
    window = (-50.0, -30.0, 120.0, 90.0)
    flat = rings.Rings.of([ring, ring + 500], [0, 1])
    dense, other = rings.densify(flat, 4.0, window)
    assert len(other) == len(ring), "outside nothing is added"
    assert rings.even_odd_area([dense]) == pytest.approx(rings.even_odd_area([ring]), abs=1e-6)
    step = np.roll(dense, -1, 0) - dense
    middle = dense + step / 2
    inside = ((middle > window[:2]) & (middle < window[2:])).all(1)
    assert (np.hypot(*step[inside].T) <= 4 + 1e-9).all()
    everywhere = rings.densify(flat, 4.0, (-1e4, -1e4, 1e4, 1e4))
    np.testing.assert_array_equal(everywhere.points, rings.densify(flat, 4.0).points)


# Containers


@pytest.mark.parametrize(
    ("counts", "size"),
    [
        (rle.runs(MASK).tolist(), [40, 50]),
        (tuple(rle.runs(MASK).tolist()), (40, 50)),
        (rle.runs(MASK).astype(np.uint16), np.array([40, 50], np.uint8)),
        (rle.runs(MASK).astype(np.uint64), np.array([40, 50])),
        (rle.encode(MASK)["counts"], [40, 50]),
    ],
)
@pytest.mark.parametrize("mapping", [dict, OrderedDict, MappingProxyType])
def test_run_lengths_keep_their_containers_and_share_none(counts: Any, size: Any, mapping: Any) -> None:
    given_runs = mapping({"size": size, "counts": counts, "note": "kept"})
    for steps, wanted in (((), MASK), ((FLIP,), MASK[:, ::-1])):
        (out,) = through([given_runs], *steps)
        assert type(out) is (dict if mapping is MappingProxyType else mapping)
        assert list(out) == ["size", "counts", "note"]
        for key, value in (("size", size), ("counts", counts)):
            assert type(out[key]) is type(value)
            assert getattr(out[key], "dtype", None) == getattr(value, "dtype", None)
            assert out[key] is not value or isinstance(value, (tuple, str))
        np.testing.assert_array_equal(rle.decode(out["counts"], tuple(out["size"])), wanted)


def test_run_lengths_that_their_dtype_cannot_hold_get_one_that_can() -> None:
    runs = {"size": np.array([40, 50], np.uint8), "counts": np.array([2000], np.uint16)}
    (out,) = through([runs], A.Resize(300, 300, p=1))
    assert out["size"].tolist() == [300, 300]
    assert out["counts"].tolist() == [90000]


@pytest.mark.parametrize("empty", [[], (), np.zeros((0, 2))])
def test_an_empty_ring_does_not_tell_how_the_others_are_written(empty: Any) -> None:
    flat, points, array = [0.0, 0.0, 5.0, 0.0, 5.0, 5.0], [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], np.eye(3, 2, dtype="f4")
    assert through([[empty, flat]]) == [[flat]]
    assert through([[empty, points]]) == [[points]]
    ((out,),) = through([(empty, array)])
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, array)
    assert through([[empty, empty], (empty,)]) == [[], ()]


# Refusals


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (np.array(5), WrongType, r": an array of shape \(\) is not a list of polygons; give one polygon an object"),
        ([np.array(5)], WrongType, r"\[0\]: an array of shape \(\) is not a polygon; give points"),
        ([[np.array(5)]], WrongType, r"\[0\]\[0\]: ndarray is neither a ring nor a point"),
        ([[[0, 0, 5, 0, 5, 5], np.array(5)]], InvalidData, r"\[0\]\[1\]: array\(5\) is not a ring; its shape is \(\)"),
        ([[0, 0, 10**400, 0, 5, 5]], InvalidData, r"\[0\]: .* is not a ring; give three or more finite points"),
        ([[0, 0, 10**5000, 0, 5, 5]], InvalidData, r"\[0\]: a list of huge numbers is not a ring; give three"),
    ],
)
def test_what_is_no_polygon_is_refused_in_words(value: Any, kind: Any, words: str) -> None:
    with pytest.raises(kind, match=f"^polygons{words}") as caught:
        through(value)
    assert len(str(caught.value)) < 400
