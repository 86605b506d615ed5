"""COCO's run-length encoded masks: columns from top to bottom, runs of 0 and 1 in turn, starting with 0.

Text packs each count, from the fourth on as the difference to the one before the last, into groups of five bits, least
first; bit 5 says that more follow, 48 is added to make it printable (as in pycocotools' maskApi.c).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import InvalidFile

Array = np.ndarray[Any, np.dtype[Any]]


def decode(counts: list[int] | str, size: tuple[int, int]) -> Array:
    """The mask (H, W) of 0 and 1."""
    runs = _unpacked(counts) if isinstance(counts, str) else counts
    height, width = size
    if sum(runs) != height * width or min(runs, default=0) < 0:
        raise InvalidFile(f"run lengths cover {sum(runs)} of a picture's {height * width} pixels; encode the mask anew")
    flat = np.repeat(np.arange(len(runs), dtype=np.uint8) % 2, runs)
    return np.ascontiguousarray(flat.reshape(width, height).T)


def encode(mask: Array) -> dict[str, Any]:
    """{size, counts} of a mask (H, W), the counts as text."""
    flat = mask.T.ravel() != 0
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    ends = [*([0] if flat[0] else []), *changes.tolist(), flat.size]
    runs = np.diff([0, *ends]).tolist()
    return {"size": list(mask.shape), "counts": _packed(runs)}


def _unpacked(text: str) -> list[int]:
    runs: list[int] = []
    value = shift = 0
    for character in text:
        group = ord(character) - 48
        value |= (group & 31) << shift
        shift += 5
        if not group & 32:
            if group & 16:  # the highest bit is the sign
                value -= 1 << shift
            runs.append(value + runs[-2] if len(runs) > 2 else value)
            value = shift = 0
    return runs


def _packed(runs: list[int]) -> str:
    characters = []
    for index, run in enumerate(runs):
        value = run - runs[index - 2] if index > 2 else run
        more = True
        while more:
            group = value & 31
            value >>= 5
            more = value != (-1 if group & 16 else 0)
            characters.append(chr(group + (32 if more else 0) + 48))
    return "".join(characters)
