"""Run lengths are those of pycocotools, both ways; what is hostile is refused before anything is made of it."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as reference

from augcore import AugcoreError, InvalidData, WrongType, rle

SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40))
MASKS = SIZES.flatmap(lambda size: arrays(np.uint8, size, elements=st.integers(0, 1)))
DATA = Path(__file__).parents[1] / "examples/data"


def theirs(mask: np.ndarray) -> Any:
    return reference.encode(np.asfortranarray(mask))


@given(MASKS)
def test_masks_come_back_and_are_written_as_pycocotools_writes_them(mask: np.ndarray) -> None:
    encoded = rle.encode(mask)
    assert encoded == {"size": list(mask.shape), "counts": theirs(mask)["counts"].decode()}
    for counts in (encoded["counts"], theirs(mask)["counts"], rle.runs(mask).tolist(), tuple(rle.runs(mask).tolist())):
        decoded = rle.decode(counts, mask.shape)
        assert decoded.dtype == np.uint8
        assert decoded.flags.c_contiguous
        assert (decoded == mask).all()


def test_long_runs_that_shrink_and_grow_are_packed_as_pycocotools_packs_them() -> None:
    mask = np.zeros((700, 500), np.uint8)
    mask[:, 1::7] = 1
    mask[100:600, 200:450] = 1
    assert rle.encode(mask)["counts"] == theirs(mask)["counts"].decode()


def test_outlines_of_real_annotations_are_the_same_masks_in_both_libraries() -> None:
    dataset = json.loads((DATA / "annotations.json").read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in dataset["images"]}
    count = 0
    for entry in dataset["annotations"]:
        if not entry.get("segmentation"):
            continue
        count += 1
        mask = np.zeros(sizes[entry["image_id"]], np.uint8)
        cv2.fillPoly(mask, [np.rint(np.reshape(ring, (-1, 2))).astype(int) for ring in entry["segmentation"]], 1)
        mine = rle.encode(mask)
        assert mine["counts"] == theirs(mask)["counts"].decode()
        assert reference.area(mine) == mask.sum()
        x, y, width, height = reference.toBbox(mine)
        rows, columns = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
        assert (x, y, x + width, y + height) == (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert count > 20


@given(st.lists(st.integers(0, 2**33), min_size=1, max_size=30))
def test_any_run_lengths_are_packed_and_unpacked(lengths: list[int]) -> None:
    assert rle.unpack(rle.pack(np.array(lengths))).tolist() == lengths


def test_whatever_is_not_zero_is_in_a_mask() -> None:
    mask = np.array([[0.0, 0.5], [-1.0, 0.0]])
    assert rle.encode(mask)["counts"] == rle.encode(mask != 0)["counts"]
    assert rle.runs(mask).tolist() == [1, 2, 1]
    assert rle.runs(np.ones((2, 3))[:, ::2]).tolist() == [0, 4]


# pycocotools 2.0.11 with NumPy 2
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@given(SIZES, st.lists(st.floats(0, 1), max_size=12), st.sampled_from(["list", "str", "bytes"]))
def test_runs_of_any_lengths_that_fill_the_picture_are_read_as_pycocotools_reads_them(
    size: tuple[int, int], parts: list[float], kind: str
) -> None:
    ends = np.rint(np.sort([0, *parts, 1]) * size[0] * size[1]).astype(int)
    lengths = np.diff(ends)  # some of them 0
    text = rle.pack(lengths)
    counts: Any = {"list": lengths.tolist(), "str": text, "bytes": text.encode()}[kind]
    packed = reference.frPyObjects({"size": list(size), "counts": lengths.tolist()}, *size)
    assert packed["counts"].decode() == text
    assert np.array_equal(rle.decode(counts, size), reference.decode(packed))


@given(st.one_of(st.text(max_size=30), st.binary(max_size=30), st.lists(st.integers(-5, 40), max_size=6)), SIZES)
def test_anything_else_is_refused(counts: Any, size: tuple[int, int]) -> None:
    try:
        mask = rle.decode(counts, size)
    except AugcoreError:
        return
    lengths = rle.unpack(counts) if isinstance(counts, (str, bytes)) else np.array(counts)
    assert lengths.sum() == mask.size
    assert lengths.min() >= 0


HOSTILE: list[Any] = [
    "",
    b"",
    "zz~",
    "ooo",
    "o" * 100_000,
    "o" * 20 + "0",
    "oooooo?" * 1000,
    "0" * 100_000,
    "é1",
    b"\xff\x00",
    [],
    [7],
    [-1, 7],
    [2**62, 2**62, 2**62, 2**62 + 6],
    [2**70],
    [1.5, 4.5],
    ["a"],
    [[1, 2], [3]],
    [[6]],
    np.array([2**64 - 1, 7], np.uint64),
]


@pytest.mark.parametrize("counts", HOSTILE, ids=lambda counts: repr(counts)[:20])
def test_counts_that_do_not_fill_the_picture_are_refused(counts: Any) -> None:
    tracemalloc.start()
    with pytest.raises(InvalidData, match=r"encode the mask anew|give the length of each run"):
        rle.decode(counts, (2, 3))
    assert tracemalloc.get_traced_memory()[1] < 30e6
    tracemalloc.stop()


@pytest.mark.parametrize("counts", [None, 5, {"a": 1}])
def test_what_is_neither_text_nor_a_list_is_refused(counts: Any) -> None:
    with pytest.raises(WrongType, match=r"give text, bytes or a list of whole numbers"):
        rle.decode(counts, (2, 3))


@pytest.mark.parametrize("shape", [(0, 3), (4,), (2, 3, 1)])
def test_only_a_picture_of_some_pixels_is_encoded(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidData, match=r"\(height, width\)"):
        rle.encode(np.zeros(shape))
