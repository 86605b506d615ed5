"""Rows of boxes and their labels that are nested wrongly, text, too large, or do not go together: refused in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augcore import BboxParams, Compose, InvalidData, Mix, WrongType
from augcore.testing.pipelines import Fixed

IMAGE = np.zeros((40, 50, 3), np.uint8)
FLAT = [1, 2, 5, 2, 5, 8, 1, 8]


def through(rows: Any, params: Any = "coco", **data: Any) -> Any:
    return Compose([], bbox_params=params)(image=IMAGE, bboxes=rows, **data)["bboxes"]


def corners() -> BboxParams:
    return BboxParams("corners", bbox_type="obb")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [["1", "2", "3", "4"]],
            r"\[0\]: \['1', .* is not a row of x_min, y_min, width, height in pixels; '1' in column 0",
        ),
        ([[1, 2, 3, 4], (1, 2, 3, "4")], r"\[1\]: .*; '4' in column 3 is text, so convert it with float\(\)"),
        ([[1, 2, 3, b"4"]], r"\[0\]: .*; b'4' in column 3 is text"),
        ([np.array(["1", "2", "3", "4"])], r"\[0\]: .* in column 0 is text"),
        ([[[1], [2], [3], [4]]], r"\[0\]: .*; column 0 holds \[1\], so give 4 numbers in one list"),
        ([[1, 2, 3, 4], [1, 2, 3, [4]]], r"\[1\]: .*; column 3 holds \[4\], so give 4 numbers in one list"),
        ([np.ones((4, 1))], r"\[0\]: .*; column 0 holds array\(\[1.\]\), so give 4 numbers"),
        ([[1, 2, 3, {}]], r"\[0\]: .*; {} in column 3 is no number"),
        ([[1, 2, 3, 4j]], r"\[0\]: .*; 4j in column 3 is no number"),
        ([[10**400, 2, 3, 4]], r"\[0\]: .*; the number in column 0 is larger than any float"),
        ([[1, 2, 3, 10**5000]], r"\[0\]: .*; the number in column 3 is larger than any float"),
        ([np.array(5)], r"\[0\]: array\(5\) is not a row of"),
        (["1234"], r"\[0\]: '1234' is not a row of"),
        (np.array(5), r": an array of shape \(\) and dtype int64 is not \(N, 4\) numbers; give rows of"),
        (np.array([["1", "2", "3", "4"]]), r": an array of shape \(1, 4\) and dtype <U1 is not \(N, 4\) numbers"),
    ],
)
def test_rows_that_are_none_are_refused_by_row_and_column(rows: Any, words: str) -> None:
    with pytest.raises(InvalidData, match=f"^bboxes{words}") as caught:
        through(rows)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("rows", [[np.reshape(FLAT, (4, 2)).tolist()], [np.reshape(FLAT, (4, 2))]])
def test_nested_corners_are_refused_instead_of_coming_out_flat(rows: Any) -> None:
    with pytest.raises(InvalidData, match=r"^bboxes\[0\]: .*; column 0 holds .*, so give 8 numbers in one list"):
        through(rows, corners())
    with pytest.raises(InvalidData, match=r"^bboxes: an array of shape \(1, 4, 2\) .* is not \(N, 8\) numbers"):
        through(np.array(rows), corners())
    np.testing.assert_array_equal(through([FLAT], corners()), [FLAT])


def test_numbers_of_every_kind_are_rows() -> None:
    rows = [[True, 2, 3.5, np.float32(4)], (np.int8(1), np.array(2), np.float16(3), 2**3)]
    np.testing.assert_array_equal(through(rows), [[1, 2, 3.5, 4], [1, 2, 3, 8]])


@pytest.mark.parametrize(
    "given", [[np.array([1.0, 2, 3, 4]), [1, 2, 3, 4]], np.ones((2, 4), bool), [[1, 2, 3, 4, "x"]]]
)
def test_mixed_rows_still_come_through(given: Any) -> None:
    assert len(through(given)) == len(given)


# Label fields


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.array(5), r"ids: an array of shape \(\) holds no rows; give one value a row"),
        ("a", "ids: str is neither an array nor a list; give one value a row"),
        (5, "ids: int is neither an array nor a list"),
        (iter([1]), "ids: list_iterator is neither an array nor a list"),
    ],
)
def test_label_fields_without_a_length_are_refused(labels: Any, words: str) -> None:
    with pytest.raises(WrongType, match=f"^{words}"):
        through([[1, 2, 3, 4]], BboxParams("coco", label_fields=["ids"]), ids=labels)


# Mixes


def mixed(mine: Any, others: Any) -> Any:
    step = Fixed(lambda view: Mix(0, 0.5, None))
    params = BboxParams("coco", filter_invalid_bboxes=True)
    source = [{"image": IMAGE, "boxes": others}]
    return Compose([step], additional_targets={"boxes": params}, source=source)(image=IMAGE, boxes=mine)["boxes"]


PLAIN, NAMED, NUMBERED = [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0, "a"], [1.0, 2.0, 3.0, 4.0, 7.0]
OUTSIDE = [100.0, 2.0, 3.0, 4.0, 7.0]


@pytest.mark.parametrize(
    ("mine", "others", "words"),
    [
        (
            [NAMED],
            [PLAIN],
            r"behind .*, rows of the mixed-in sample hold nothing, those of this sample \['a'\]; give all",
        ),
        ([PLAIN], [NAMED], r"behind .*, rows of this sample hold nothing, those of the mixed-in sample \['a'\]; give"),
        (np.array([NUMBERED]), [NAMED], r"an array takes numbers.* mixed rows stand \[\[7.0\], \['a'\]\]; give all"),
        (np.array([NUMBERED]), np.array([[*NUMBERED, 8]]), r"an array takes numbers, as many in each row"),
        (np.zeros((0, 4)), [NAMED], r"an array takes numbers"),
    ],
)
def test_rows_with_other_columns_cannot_be_mixed_in_and_the_target_is_named(mine: Any, others: Any, words: str) -> None:
    with pytest.raises(InvalidData, match=f"^boxes: {words}"):
        mixed(mine, others)


@pytest.mark.parametrize(
    ("mine", "others", "out"),
    [
        ([NAMED], [NUMBERED], [NAMED, NUMBERED]),
        ([NAMED], [[*NAMED, 3]], [NAMED, [*NAMED, 3]]),
        ([], [NAMED], [NAMED]),
        ([NAMED], [], [NAMED]),
        ([OUTSIDE], [PLAIN], [PLAIN]),
        ([PLAIN], [OUTSIDE], [PLAIN]),
        (np.array([OUTSIDE]), [PLAIN], [PLAIN]),
        (np.array([NUMBERED]), [NUMBERED], [NUMBERED] * 2),
        (np.zeros((0, 4)), [NUMBERED], [NUMBERED]),
    ],
)
def test_rows_that_fit_are_mixed(mine: Any, others: Any, out: Any) -> None:
    got = mixed(mine, others)
    assert type(got) is type(mine)
    assert (got.tolist() if isinstance(got, np.ndarray) else got) == out


# Empty arrays


@pytest.mark.parametrize("shape", [(0, 4), (0, 5), (0, 6), (0, 8), (0, 3)])
@pytest.mark.parametrize("params", [BboxParams("coco"), BboxParams("coco", bbox_type="obb"), corners()])
def test_empty_arrays_come_back_in_the_shape_they_came_in(shape: Any, params: Any) -> None:
    out = through(np.zeros(shape, np.float32), params)
    assert (out.shape, out.dtype) == (shape, np.float32)
