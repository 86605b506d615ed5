"""Parameters with a range for each axis: a number, (low, high), or {"x": …, "y": …} with one of these for each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from augcore import Interval, Rng
from augcore.params import Parameter, interval_of, parameter

Axes = tuple[float, float] | tuple[tuple[float, float], tuple[float, float]]


def axes(
    *,
    default: Any,
    low: float = -math.inf,
    high: float = math.inf,
    missing: float = 0.0,
    whole: bool = False,
    unit: str = "",
    none: bool = False,
) -> Any:
    """A range for each axis, kept as (low, high) where both are the same, else as one pair for x and one for y.

    Args:
        missing: what an axis has that a mapping leaves out.
    """

    def parse(value: Any) -> Axes:
        if isinstance(value, Mapping):
            if not value or not set(value) <= {"x", "y"}:
                raise ValueError(f"{dict(value)!r} does not name axes; give {{'x': …, 'y': …}}, or one of them")
            value = (value.get("x", missing), value.get("y", missing))
        elif not (isinstance(value, Sequence) and len(value) == 2 and all(isinstance(v, Sequence) for v in value)):
            value = (value, value)
        x, y = (interval_of(one, low, high, "fixed", whole, unit) for one in value)
        return x if x == y else (x, y)

    number: dict[str, Any] = {"type": "integer" if whole else "number"}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    both = {"type": "array", "items": pair, "minItems": 2, "maxItems": 2}
    named = {"type": "object", "properties": {axis: {"anyOf": [number, pair]} for axis in "xy"}}
    legal = f"a number, (low, high), or {{'x': …, 'y': …}} of these{f', in {unit}' if unit else ''}"
    return parameter(Parameter(parse, legal, {"anyOf": [number, pair, both, named]}, unit), default, none=none)


def of_axis(ranges: Axes, axis: int) -> Interval:
    """The range for x (0) or y (1)."""
    one = ranges[axis]
    return one if isinstance(one, tuple) else ranges  # type: ignore[return-value]


def draw(rng: Rng, ranges: Axes, axis: int) -> float:
    """A number from the range for x (0) or y (1)."""
    return rng.uniform(*of_axis(ranges, axis))
