"""COCO's run-length encoded masks: columns from top to bottom, runs of 0 and 1 in turn, starting with 0.

Text packs each count, from the fourth on as the difference to the one before the last, into groups of five bits, least
first; bit 5 says that more follow, 48 is added to make it printable (as in pycocotools' maskApi.c). That one checks
nothing: 2.0.11 gives out memory that nobody wrote for runs that do not fill the picture, such as [5] for one of 3×3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from .errors import InvalidData, WrongType

__all__ = ["decode", "encode", "pack", "runs", "unpack"]

Array = np.ndarray[Any, np.dtype[Any]]

# Groups of five bits: 34 bits and a sign hold the runs of every picture whose sides OpenCV can count.
_MOST_GROUPS = 7
_SHIFTS = 5 * np.arange(_MOST_GROUPS)


def decode(counts: str | bytes | Sequence[int], size: tuple[int, int]) -> Array:
    """The mask of 0 and 1, (H, W) uint8.

    Args:
        counts: packed as text or bytes, or run by run.
        size: (height, width).

    Raises: InvalidData: counts that are no run lengths, or do not fill a picture of this size.

    >>> decode([1, 2, 3], (2, 3))
    array([[0, 1, 0],
           [1, 0, 0]], dtype=uint8)
    """
    height, width = (int(side) for side in size)  # sides in 8 bits would overflow below
    lengths = unpack(counts) if isinstance(counts, (str, bytes)) else _plain(counts)
    _check(lengths, height * width)
    flat = np.repeat((np.arange(len(lengths)) & 1).astype(np.uint8), lengths.astype(np.int64))
    return np.asarray(cv2.transpose(flat.reshape(width, height))).reshape(height, width)


def encode(mask: Array) -> dict[str, Any]:
    """{size, counts} of a mask (H, W), whatever is not 0 in it, the counts as text."""
    return {"size": list(mask.shape), "counts": pack(runs(mask))}


def runs(mask: Array) -> Array:
    """The run lengths of a mask (H, W), int64; the first is of zeros, and 0 where there are none at the start."""
    if mask.ndim != 2 or mask.size == 0:
        raise InvalidData(f"mask: shape {mask.shape} is not (height, width) of one pixel or more")
    flat = np.asarray(cv2.transpose((mask != 0).view(np.uint8))).reshape(-1)
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    before = [0, 0] if flat[0] else [0]
    return np.diff(np.concatenate([before, changes, [flat.size]]))


def pack(lengths: Array) -> str:
    """Run lengths as text."""
    values = np.array(lengths, np.int64)
    values[3:] -= np.asarray(lengths)[1:-2]
    bits = np.where(values < 0, ~values, values)
    groups = 1 + (bits[:, None] >= 1 << (_SHIFTS[:-1] + 4)).sum(1)
    place = np.arange(int(groups.max(initial=1)))
    letters = (values[:, None] >> _SHIFTS[place]) & 31
    letters += np.where(place < groups[:, None] - 1, 48 + 32, 48)
    return bytes(letters[place < groups[:, None]].astype(np.uint8)).decode("ascii")


def unpack(text: str | bytes) -> Array:
    """The run lengths in a text, int64; what they are to fill is not checked here."""
    try:
        letters = np.frombuffer(text.encode("ascii") if isinstance(text, str) else text, np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError:
        letters = np.array([-1])
    last = np.flatnonzero(letters & 32 == 0)
    if not len(letters):
        return np.zeros(0, np.int64)
    if letters.min() < 0 or letters.max() > 63 or not len(last) or last[-1] + 1 < len(letters):
        raise InvalidData(f"{_short(text)} is not packed run lengths; encode the mask anew")
    first = np.concatenate([[0], last[:-1] + 1])
    if (last - first).max() >= _MOST_GROUPS:
        raise InvalidData(f"{_short(text)} holds a run longer than any picture; encode the mask anew")
    place = np.arange(len(letters)) - np.repeat(first, last - first + 1)
    values = np.add.reduceat((letters & 31) << (5 * place), first)
    # The highest bit is the sign.
    values -= np.where(letters[last] & 16, 32 << (5 * (last - first)), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return np.asarray(values)


def _plain(counts: Any) -> Array:
    """Run lengths that are given one by one."""
    if not isinstance(counts, (list, tuple, np.ndarray)):
        raise WrongType(f"counts are {type(counts).__name__}; give text, bytes or a list of whole numbers")
    try:
        lengths = np.asarray(counts)
    except ValueError:
        lengths = np.zeros(1)
    if lengths.ndim != 1 or (len(lengths) and lengths.dtype.kind not in "iu"):
        raise InvalidData(
            f"counts {_short(counts)} are not whole numbers that a picture could hold; give the length of each run"
        )
    return lengths


def _check(lengths: Array, pixels: int) -> None:
    """Before anything is made of them: hostile lengths fill any memory."""
    # No single one may exceed the picture, so that their sum cannot overflow either.
    wrong = (lengths < 0) | (lengths > pixels)
    if wrong.any():
        raise InvalidData(
            f"run {int(wrong.argmax())} has the length {lengths[wrong.argmax()]}, and the picture {pixels} pixels; "
            "encode the mask anew"
        )
    if lengths.sum() != pixels:
        covered = int(lengths.sum())
        raise InvalidData(f"run lengths cover {covered} of a picture's {pixels} pixels; encode the mask anew")


def _short(value: Any) -> str:
    text = repr(value) if len(value) < 60 else f"{value[:60]!r}"
    return text if len(text) < 60 else f"{text[:57]}..."
