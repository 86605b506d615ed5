"""The tables of a band for `Image.point`."""

from __future__ import annotations

# Slices of these are the tables of a band that is shifted: clamped at its ends, or going round.
CLAMPED = [0] * 255 + list(range(256)) + [255] * 255
ROUND = list(range(256)) * 3


def shifted(shift: float) -> list[int]:
    start = 255 + round(shift)
    return CLAMPED[start : start + 256]


def rotated(shift: float) -> list[int]:
    start = 256 + round(shift)
    return ROUND[start : start + 256]


def multiplied(factor: float, offset: float = 0) -> list[float]:
    # `Image.point` truncates and clamps.
    offset += 0.5
    return [value * factor + offset for value in range(256)]
