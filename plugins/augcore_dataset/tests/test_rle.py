"""Run lengths are those of pycocotools, both ways."""

from __future__ import annotations

import numpy as np
import pytest
from augcore_dataset import rle
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as reference

from augcore import InvalidFile

SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40))
MASKS = SIZES.flatmap(lambda size: arrays(np.uint8, size, elements=st.integers(0, 1)))


@given(MASKS)
def test_masks_come_back_and_are_written_as_pycocotools_writes_them(mask: np.ndarray) -> None:
    encoded = rle.encode(mask)
    theirs = reference.encode(np.asfortranarray(mask))
    assert encoded == {"size": list(mask.shape), "counts": theirs["counts"].decode()}
    assert (rle.decode(encoded["counts"], mask.shape) == mask).all()


def test_long_runs_that_shrink_and_grow_are_packed_as_pycocotools_packs_them() -> None:
    mask = np.zeros((700, 500), np.uint8)
    mask[:, 1::7] = 1
    mask[100:600, 200:450] = 1
    assert rle.encode(mask)["counts"] == reference.encode(np.asfortranarray(mask))["counts"].decode()


def test_plain_counts_are_read() -> None:
    assert rle.decode([1, 2, 3], (2, 3)).tolist() == [[0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize("counts", ["", "zz~", [7], [-1, 7]])
def test_counts_that_do_not_fill_the_picture_are_refused(counts: list[int] | str) -> None:
    with pytest.raises(InvalidFile, match=r"encode the mask anew"):
        rle.decode(counts, (2, 3))
