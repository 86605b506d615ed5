"""Boxes: five formats, what is let in, what is filtered, and what comes back in which container."""

from __future__ import annotations

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
    Compose,
    Geometry,
    InvalidData,
    InvalidParameter,
    Lattice,
    ResizeMap,
    Transform,
    WrongType,
    transform,
)

SIZE = (80, 120)
HEIGHT, WIDTH = SIZE
FORMATS = ("pascal_voc", "albumentations", "coco", "cxcywh", "yolo")


@transform
class ShiftBoxes(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


def rotated(size, degrees, scale=1.0, shift=(0.0, 0.0)):
    a, centre = np.radians(degrees), np.array(size[::-1]) / 2
    linear = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return AffineMap.of(np.column_stack([linear, centre - linear @ centre + shift]), size)


def of_format(format, corners, size=SIZE):
    """x_min, y_min, x_max, y_max in pixels as rows of a format, by their definitions."""
    corners = np.asarray(corners, float).reshape(-1, 4)
    x0, y0, x1, y1 = corners.T
    height, width = size
    rows = {
        "pascal_voc": (x0, y0, x1, y1),
        "albumentations": (x0 / width, y0 / height, x1 / width, y1 / height),
        "coco": (x0, y0, x1 - x0, y1 - y0),
        "cxcywh": ((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0),
        "yolo": ((x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height),
    }[format]
    return np.stack(rows, 1)


def run(boxes, *makes, format="pascal_voc", size=SIZE, fields=(), data=None, **options):
    steps = [ShiftBoxes(make) for make in makes]
    params = BboxParams(format=format, label_fields=fields, **options)
    image = np.zeros((*size, 1), np.uint8)
    return Compose(steps, bbox_params=params)(image=image, bboxes=boxes, **(data or {}))


def hflip(size):
    return Geometry(Lattice.hflip(size))


def window(*corners):
    return lambda size: Geometry(Lattice.window(size, *corners))


boxes_inside = st.builds(
    lambda x, y, w, h: (x * WIDTH, y * HEIGHT, (x + w * (1 - x)) * WIDTH, (y + h * (1 - y)) * HEIGHT),
    *[st.floats(0, 0.9)] * 2,
    *[st.floats(0.05, 1)] * 2,
)


# Formats


@given(st.lists(boxes_inside, min_size=1, max_size=5), st.sampled_from(FORMATS))
def test_a_box_that_nothing_happens_to_comes_back(corners, format):
    rows = of_format(format, corners)
    np.testing.assert_allclose(run(rows, format=format)["bboxes"], rows, atol=1e-9)
    np.testing.assert_allclose(run(rows, hflip, hflip, format=format)["bboxes"], rows, atol=1e-9)


@given(st.lists(boxes_inside, min_size=1, max_size=5), st.sampled_from(FORMATS))
def test_all_formats_say_the_same_before_and_after(corners, format):
    makes = (
        lambda size: Geometry(rotated(size, 20, 0.8)),
        window(10, 5, 100, 70),
        lambda s: Geometry(ResizeMap(s, (33, 55))),
    )
    expected = run(np.array(corners), *makes)["bboxes"]
    got = run(of_format(format, corners), *makes, format=format)["bboxes"]
    np.testing.assert_allclose(got, of_format(format, expected, (33, 55)), atol=1e-9)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (hflip, (80, 20, 110, 50)),
        (lambda s: Geometry(Lattice.vflip(s)), (10, 30, 40, 60)),
        (lambda s: Geometry(Lattice.transpose(s)), (20, 10, 50, 40)),
        (lambda s: Geometry(Lattice.rot90(s, 1)), (20, 80, 50, 110)),
        (lambda s: Geometry(Lattice.pad(s, 7, 0, 3, 0)), (13, 27, 43, 57)),
        (window(20, 30, 60, 70), (0, 0, 20, 20)),
        (lambda s: Geometry(ResizeMap(s, (160, 60))), (5, 40, 20, 100)),
        (lambda s: Geometry(AffineMap.of([[1, 0, -20], [0, 1, 45]], s)), (0, 65, 20, 80)),
    ],
)
def test_a_box_goes_where_its_map_takes_it(make, expected):
    np.testing.assert_allclose(run([(10, 20, 40, 50)], make)["bboxes"], [expected])


def test_a_format_or_option_that_does_not_exist_is_refused():
    with pytest.raises(InvalidParameter, match="pascal_voc"):
        BboxParams(format="pascal")
    with pytest.raises(InvalidParameter, match=r"min_visibility: 1.5 is outside \[0, 1\]"):
        BboxParams(format="coco", min_visibility=1.5)
    with pytest.raises(TypeError, match="did you mean 'min_visibility'"):
        BboxParams(format="coco", min_visibilty=0.5)
    with pytest.raises(InvalidParameter, match="bbox_params=BboxParams"):
        Compose([])(image=np.zeros((4, 4), np.uint8), bboxes=[(0, 0, 1, 1)])


# What is let in


@given(st.sampled_from(FORMATS), st.integers(0, 3), st.floats(-0.9e-6, 0.9e-6))
def test_rounding_beyond_the_edge_is_accepted_and_clipped(format, side, beyond):
    corners = np.array([0.0, 0.0, WIDTH, HEIGHT])
    corners[side] += beyond * WIDTH
    out = run(of_format(format, corners), format=format)["bboxes"]
    np.testing.assert_allclose(out, of_format(format, (0, 0, WIDTH, HEIGHT)), atol=2e-6 * WIDTH)
    pixels = run(of_format("pascal_voc", corners))["bboxes"][0]
    assert pixels.min() >= 0
    assert (pixels <= (WIDTH, HEIGHT, WIDTH, HEIGHT)).all()


@pytest.mark.parametrize("beyond", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("format", FORMATS)
def test_what_reaches_out_is_refused_clipped_or_dropped_as_asked(format, side, beyond):
    good, bad = (5.0, 5.0, 20.0, 20.0), np.array([10.0, 10.0, WIDTH - 10, HEIGHT - 10])
    bad[side] = -beyond if side < 2 else (WIDTH, HEIGHT)[side - 2] + beyond
    rows = of_format(format, [good, bad])
    ids = {"ids": ["good", "bad"]}
    with pytest.raises(InvalidData, match=r"bboxes\[1\].*reaches out of the frame of 120×80.*clip=True.*drops them"):
        run(rows, format=format, fields="ids", data=ids)
    dropped = run(rows, format=format, fields="ids", data=ids, filter_invalid_bboxes=True)
    assert dropped["ids"] == ["good"]
    clipped = run(rows, format=format, fields="ids", data=ids, clip=True)
    assert clipped["ids"] == ["good", "bad"]
    inside = np.clip(bad, 0, (WIDTH, HEIGHT, WIDTH, HEIGHT))
    np.testing.assert_allclose(clipped["bboxes"], of_format(format, [good, inside]), atol=1e-9)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((10, 10, 10, 20), "x_max 10 not greater than x_min 10"),
        ((10, 30, 20, 20), "y_max 20 not greater than y_min 30"),
        ((10, np.nan, 20, 20), "not finite"),
        ((10, 10, np.inf, 20), "not finite"),
    ],
)
def test_a_box_that_is_none_is_refused_in_words_or_dropped(row, words):
    rows = [(1, 1, 5, 5), row]
    for clip in (False, True):
        with pytest.raises(InvalidData, match=rf"bboxes\[1\].*{words}.*filter_invalid_bboxes=True"):
            run(rows, clip=clip)
        assert len(run(rows, filter_invalid_bboxes=True, clip=clip)["bboxes"]) == 1


def test_a_clipped_box_of_which_nothing_is_inside_is_dropped():
    assert run([(130, 10, 140, 20), (0, 0, 5, 5)], clip=True)["bboxes"] == [(0, 0, 5, 5)]


@pytest.mark.parametrize("bad", ["abc", [(1, 2, 3)], [1, 2, 3, 4], np.zeros((2, 3)), [("a", 1, 2, 3)], 5, [None]])
def test_what_is_no_list_of_rows_is_refused_in_words(bad):
    with pytest.raises((InvalidData, WrongType), match="bboxes"):
        run(bad)


# What comes back, and in what


@pytest.mark.parametrize(
    "rows", [[], (), np.zeros((0, 4)), np.zeros((0, 4), np.float32), np.zeros(0), np.zeros((0, 6))]
)
def test_no_boxes_are_valid(rows):
    out = run(rows, hflip, window(5, 5, 30, 30), fields=["ids"], data={"ids": []}, min_area=3, min_visibility=0.3)
    assert type(out["bboxes"]) is type(rows)
    assert out["ids"] == []
    if isinstance(rows, np.ndarray):
        assert out["bboxes"].shape == (0, max(4, rows.shape[-1]))
        assert out["bboxes"].dtype == rows.dtype


BOTH = [(10.0, 10.0, 30.0, 30.0), (50.0, 50.0, 60.0, 60.0)]


@pytest.mark.parametrize(
    "rows",
    [
        BOTH,
        tuple(BOTH),
        [list(row) for row in BOTH],
        [np.array(row) for row in BOTH],
        [np.array(row, np.float32) for row in BOTH],
        np.array(BOTH),
        np.array(BOTH, np.float32),
    ],
)
def test_boxes_come_back_in_the_containers_they_came_in(rows):
    out = run(rows, window(0, 0, 40, 40))["bboxes"]
    assert type(out) is type(rows)
    assert len(out) == 1
    assert type(out[0]) is type(rows[0])
    if isinstance(rows, np.ndarray) or isinstance(rows[0], np.ndarray):
        assert out[0].dtype == rows[0].dtype
    np.testing.assert_array_equal(out[0], BOTH[0])


def test_whole_number_boxes_come_back_with_their_fractions():
    out = run(np.array([[1, 1, 4, 4]], np.int32), lambda s: Geometry(ResizeMap(s, (40, 60))))["bboxes"]
    np.testing.assert_array_equal(out, [[0.5, 0.5, 2, 2]])


def test_further_columns_of_a_row_stay_with_it():
    thing = object()
    rows = [(10, 10, 30, 30, "near", thing), (50, 50, 60, 60, "far", None), (1, 1, 5, 5, 2**53 + 1, thing)]
    out = run(rows, window(0, 0, 40, 40))["bboxes"]
    assert [row[4:] for row in out] == [("near", thing), (2**53 + 1, thing)]
    array = np.array([(10, 10, 30, 30, 7), (50, 50, 60, 60, 8)], np.float32)
    np.testing.assert_array_equal(run(array, window(0, 0, 40, 40))["bboxes"], array[:1])
    assert run(array, window(70, 0, 90, 40))["bboxes"].shape == (0, 5)


@pytest.mark.parametrize(
    "labels",
    [
        [2**53 + 1, 2],
        (2**53 + 1, "two"),
        ["dog", None],
        [{"id": 1}, [2]],
        np.array([2**53 + 1, 2]),
        np.array([-1, 127], np.int8),
        np.array(["cat", "a longer name"]),
        np.array([1.5, 2.5], np.float16),
        np.array([[1, 0], [0, 1]], bool),
        np.array(["a", None], object),
    ],
)
def test_labels_come_back_as_they_are(labels):
    everything = run(BOTH, hflip, fields=["ids"], data={"ids": labels})["ids"]
    first = run(BOTH, window(0, 0, 40, 40), fields=["ids"], data={"ids": labels})["ids"]
    nothing = run(BOTH, window(100, 0, 110, 10), fields=["ids"], data={"ids": labels})["ids"]
    for got, kept in ((everything, [0, 1]), (first, [0]), (nothing, [])):
        assert type(got) is type(labels)
        assert len(got) == len(kept)
        if isinstance(labels, np.ndarray):
            assert got.dtype == labels.dtype
            np.testing.assert_array_equal(got, labels[kept])
        else:
            assert all(a is labels[k] for a, k in zip(got, kept, strict=True))


def test_label_fields_must_be_given_and_of_equal_length():
    with pytest.raises(InvalidData, match="'ids' is missing; pass ids=… with 2 values"):
        run(BOTH, fields=["ids"])
    with pytest.raises(InvalidData, match="ids: 3 values for the 2 rows"):
        run(BOTH, fields=["ids"], data={"ids": [1, 2, 3]})
    with pytest.raises(WrongType, match="ids: str"):
        run(BOTH, fields=["ids"], data={"ids": "ab"})


def test_inputs_are_left_as_they_were():
    rows, ids = np.array(BOTH), [1, 2]
    before = rows.copy()
    out = run(rows, hflip, window(0, 0, 40, 40), fields=["ids"], data={"ids": ids})
    out["bboxes"][:] = -1
    np.testing.assert_array_equal(rows, before)
    assert ids == [1, 2]
    untouched = run(rows)["bboxes"]
    untouched[:] = -1
    np.testing.assert_array_equal(rows, before)


# What counts


@pytest.mark.parametrize(
    ("option", "kept"),
    [
        ({"min_area": 100}, [0, 1, 2]),
        ({"min_area": 100.5}, [0, 2]),
        ({"min_width": 10}, [0, 1, 2]),
        ({"min_width": 11}, [0]),
        ({"min_height": 20}, [0, 2]),
        ({"min_height": 31}, [2]),
        ({"max_accept_ratio": 1}, [0, 1]),
        ({"max_accept_ratio": 5}, [0, 1, 2]),
        ({"min_width": 11, "min_height": 31}, []),
    ],
)
def test_filters_ask_what_is_visible(option, kept):
    rows = [(10, 10, 40, 40), (50, 50, 60, 60), (70, 10, 80, 60), (100, 10, 105, 15)]
    option = {"min_area": 30} | option
    assert run(rows, fields=["ids"], data={"ids": [0, 1, 2, 3]}, **option)["ids"] == kept
    # The same of larger boxes that a crop cuts to these.
    wide = [(x0 - 5, y0, x1, y1) if x0 == 10 else (x0, y0, x1, y1) for x0, y0, x1, y1 in rows]
    cut = run(wide, window(10, 0, WIDTH, HEIGHT), fields=["ids"], data={"ids": [0, 1, 2, 3]}, **option)
    assert cut["ids"] == kept
