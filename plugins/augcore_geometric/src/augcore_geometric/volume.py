"""What the transforms of volumes share: the volume's size, and parameters with a part for each axis. Axes are numbered
0 for z, 1 for y, 2 for x, as in arrays, and sizes are (depth, height, width). The transforms lie beside, in `volume_*`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from augcore import Interpolation, Interval, InvalidData, Transform, View, params
from augcore.params import Parameter, interval_of, parameter, require

Size3 = tuple[int, int, int]
Axes3 = tuple[Interval, Interval, Interval]

_WARPED = (Interpolation.NEAREST, Interpolation.LINEAR)


def size_of(transform: Transform, view: View) -> Size3:
    """(depth, height, width) of the volume that was given."""
    if view.depth is None:
        raise InvalidData(f"{type(transform).__name__}: no volume given; pass volume=…")
    return view.depth, view.height, view.width


def size3(*, low: int = 1, none: bool = False) -> Any:
    """Three whole numbers (depth, height, width); with `none` they need not be given."""
    given: dict[str, Any] = {"default": None, "none": True} if none else {}
    return params.numbers(**given, length=3, low=low, whole=True, unit="voxels")


def axes3(*, default: Any, low: float = -math.inf, high: float = math.inf, missing: float = 0.0, unit: str = "") -> Any:
    """A range for each axis, kept as three of them, along z, y and x.

    Args:
        missing: what an axis has that a mapping leaves out.
    """

    def parse(value: Any) -> Axes3:
        if isinstance(value, Mapping):
            if not value or not set(value) <= set("zyx"):
                raise ValueError(
                    f"{dict(value)!r} does not name axes; give {{'z': …, 'y': …, 'x': …}}, or some of them"
                )
            value = [value.get(axis, missing) for axis in "zyx"]
        elif not (isinstance(value, Sequence) and len(value) == 3):
            value = [value] * 3
        z, y, x = (interval_of(one, low, high, "fixed", unit=unit) for one in value)
        return z, y, x

    number = {"type": "number"}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    three = {"type": "array", "items": {"anyOf": [number, pair]}, "minItems": 3, "maxItems": 3}
    named = {"type": "object", "properties": {axis: {"anyOf": [number, pair]} for axis in "zyx"}}
    legal = f"a number, (low, high), or {{'z': …, 'y': …, 'x': …}} of these{f', in {unit}' if unit else ''}"
    return parameter(Parameter(parse, legal, {"anyOf": [number, pair, three, named]}, unit), default)


def require_sampling(transform: Any) -> None:
    """Warps of volumes look at the nearest voxel or between the eight around a place."""
    for name in ("interpolation", "mask_interpolation"):
        given = getattr(transform, name)
        require(
            given in _WARPED,
            f"{type(transform).__name__}.{name}: {given.name.lower()} is not offered for volumes; give nearest or "
            "linear",
        )
