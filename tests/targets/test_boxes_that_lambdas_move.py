"""What a user's function makes of boxes is let in as what the user gives is: cut, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore as A  # noqa: N812
from augcore import BboxParams, Compose, InvalidData, Lambda, WrongType

IMAGE = np.zeros((40, 50, 3), np.uint8)
ROWS = [[5.0, 5.0, 8.0, 8.0], [15.0, 15.0, 10.0, 10.0], [25.0, 25.0, 4.0, 4.0]]
Function = Callable[[Any], Any]


def run(function: Function, *others: Any, before: tuple[Any, ...] = (), rows: Any = ROWS, **options: Any) -> Any:
    options = {"format": "coco", "label_fields": ["ids"]} | options
    steps = [*before, Lambda(bboxes=function, p=1), *others]
    return Compose(steps, bbox_params=BboxParams(**options))(image=IMAGE, bboxes=rows, ids=list("abcdef")[: len(rows)])


def up_left(rows: Any) -> Any:
    return rows - [20, 20, 0, 0]


@pytest.mark.parametrize(
    "others", [(), (A.HorizontalFlip(p=1), A.HorizontalFlip(p=1)), (A.Rotate(limit=(0, 0), p=1),), (A.Pad(0, p=1),)]
)
def test_boxes_are_cut_to_the_frame_whatever_comes_after(others: Any) -> None:
    out = run(up_left, *others)
    np.testing.assert_allclose(out["bboxes"], [[0, 0, 5, 5], [5, 5, 4, 4]], atol=1e-9)
    assert out["ids"] == ["b", "c"], "labels stay with their boxes"


def test_what_a_function_moves_out_of_the_frame_lowers_visibility() -> None:
    assert run(up_left, min_visibility=0.25)["ids"] == ["b", "c"]
    assert run(up_left, min_visibility=0.26)["ids"] == ["c"]
    # Half is cut off by the crop, and half of that by the function.
    crop = (A.Crop(0, 20, 50, 40, p=1),)
    rows = [[10.0, 15.0, 10.0, 10.0]]
    moved: Function = lambda rows: rows - [15, 0, 0, 0]  # noqa: E731
    assert run(moved, before=crop, rows=rows, min_visibility=0.25)["bboxes"] == [[0.0, 0.0, 5.0, 5.0]]
    assert run(moved, before=crop, rows=rows, min_visibility=0.26)["bboxes"] == []


def test_what_is_brought_back_onto_the_picture_counts_again() -> None:
    out = run(lambda rows: rows - [-20, 0, 0, 0], before=(A.Crop(20, 0, 50, 40, p=1),))
    np.testing.assert_allclose(out["bboxes"], [[5, 5, 8, 8], [15, 15, 10, 10], [25, 25, 4, 4]])


@pytest.mark.parametrize("options", [{}, {"bbox_type": "obb", "format": "corners"}])
@given(degrees=st.floats(-180, 180))
def test_boxes_that_a_function_leaves_alone_stay_what_they_were(options: Any, degrees: float) -> None:
    """A turned upright box is still its four corners, not their hull."""
    corners = [[10.0, 10.0, 22.0, 13.0, 20.0, 21.0, 9.0, 19.0], [30.0, 20.0, 34.0, 20.0, 34.0, 24.0, 30.0, 24.0]]
    rows = corners if options else ROWS
    turn = A.Rotate(limit=(degrees, degrees), p=1)

    def first_one(rows: Any) -> Any:
        rows[0] += 0.25
        return rows

    params = BboxParams(**({"format": "coco"} | options))
    plain = Compose([turn, turn], bbox_params=params)(image=IMAGE, bboxes=rows)["bboxes"]
    same = Compose([turn, Lambda(bboxes=lambda rows: rows, p=1), turn], bbox_params=params)
    assert same(image=IMAGE, bboxes=rows)["bboxes"] == plain
    some = Compose([Lambda(bboxes=first_one, p=1), turn, turn], bbox_params=params)(image=IMAGE, bboxes=rows)["bboxes"]
    np.testing.assert_allclose(some[-1], plain[-1], atol=1e-9)


def test_functions_that_work_in_place_or_keep_their_arrays_change_nothing_else() -> None:
    corners = np.array([[10.0, 10.0, 22.0, 13.0, 20.0, 21.0, 9.0, 19.0]])
    for options, given_rows in (({}, np.array(ROWS)), ({"bbox_type": "obb", "format": "corners"}, corners)):
        before, made = given_rows.copy(), given_rows + 1

        def ruin(rows: Any) -> Any:
            rows[:] = np.nan
            return made  # noqa: B023 - called in this turn

        out = run(ruin, rows=given_rows, **options)["bboxes"]
        np.testing.assert_allclose(out, before + 1)
        np.testing.assert_array_equal(given_rows, before)
        out[:] = -5
        np.testing.assert_allclose(made, before + 1)


@pytest.mark.parametrize("kind", ["hbb", "obb"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ([0, np.nan, 0, 0], r"\(15.0, nan, .*not finite"),
        ([0, np.inf, 0, 0], r"\(15.0, inf, .*not finite"),
        ([0, 0, -30, 0], r"x_max -5 not greater than x_min 15"),
    ],
)
def test_rows_that_are_no_boxes_are_refused_in_words_or_dropped(kind: str, change: Any, words: str) -> None:
    extra = [0.0] if kind == "obb" else []
    rows = [[*row, *extra] for row in ROWS]

    def spoil(rows: Any) -> Any:
        rows[1] += [*change, *extra]
        return rows

    with pytest.raises(InvalidData, match=rf"^Lambda\(bboxes=…\)\[1\]: coco .*{words}.*; filter_invalid_bboxes=True"):
        run(spoil, rows=rows, bbox_type=kind)
    out = run(spoil, rows=rows, bbox_type=kind, filter_invalid_bboxes=True)
    assert out["ids"] == ["a", "c"]
    np.testing.assert_allclose(out["bboxes"], [rows[0], rows[2]])


@pytest.mark.parametrize(
    ("made", "kind", "words"),
    [
        ("text", WrongType, r"returned str 'text', which is not numbers; give an array of the shape \(3, 4\)"),
        (None, WrongType, "returned NoneType None, which is not numbers"),
        ({}, WrongType, "returned dict {}, which is not numbers"),
        ([["1", "2", "3", "4"]] * 3, WrongType, "returned list .*which is not numbers"),
        ([[10**400, 1, 1, 1]] * 3, WrongType, "returned list .*which is not numbers"),
        ([[1, 2, 3, 4j]] * 3, WrongType, "returned list .*which is not numbers"),
        ([[1], [1, 2], [3]], InvalidData, r"returned \[\[1\], \[1, 2\], \[3\]\]; give an array"),
        ([[1, 2, 3, 4]], InvalidData, r"returned shape \(1, 4\) for \(3, 4\); give one row for each that came in"),
        ([], InvalidData, r"returned shape \(0,\) for \(3, 4\)"),
        (5, InvalidData, r"returned shape \(\) for \(3, 4\)"),
    ],
)
def test_what_is_no_rows_is_refused_in_words(made: Any, kind: Any, words: str) -> None:
    with pytest.raises(kind, match=rf"^Lambda\(bboxes=…\): {words}") as caught:
        run(lambda rows: made)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("made", [[], np.zeros((0, 4)), ()])
def test_functions_may_give_nothing_for_nothing(made: Any) -> None:
    assert run(lambda rows: made, rows=[])["bboxes"] == []


def test_lists_of_whole_numbers_are_taken_as_rows() -> None:
    assert run(lambda rows: [[1, 2, 3, 4]] * 3)["bboxes"] == [[1.0, 2.0, 3.0, 4.0]] * 3


@given(st.integers(-60, 60), st.integers(-50, 50), st.sampled_from(["hbb", "obb"]))
def test_moving_boxes_is_like_moving_the_picture_under_them(x: int, y: int, kind: str) -> None:
    extra = [0.0] if kind == "obb" else []
    rows, options = [[*row, *extra] for row in ROWS], {"bbox_type": kind, "min_visibility": 0.3}
    shift = A.Affine(translate_px={"x": (x, x), "y": (y, y)}, p=1)
    params = BboxParams("coco", label_fields=["ids"], **options)
    wanted = Compose([shift], bbox_params=params)(image=IMAGE, bboxes=rows, ids=list("abc"))
    got = run(lambda rows: rows - [-x, -y, 0, 0, *extra], rows=rows, **options)
    assert got["ids"] == wanted["ids"]
    for one, other in zip(got["bboxes"], wanted["bboxes"], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
