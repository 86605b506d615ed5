"""Parameters, each declared once, in the attrs field: what is legal, in which unit, and how a user's shorthand is read.

Declarations give a field a converter that names class and parameter in its errors, and keep the legal values for
documentation, schemas and policies under `field.metadata["parameter"]`.
"""

from __future__ import annotations

import enum
import functools
import math
import sys
from collections.abc import Sequence
from typing import Any, Literal

import attrs
import cv2
import numpy as np

from .declare import Parameter, declared, parameter, require
from .errors import nearest
from .plain import Plain

if sys.version_info >= (3, 11):
    from typing import dataclass_transform
else:  # a mark for type checkers alone

    def dataclass_transform(**_: Any) -> Any:
        return lambda decorator: decorator


__all__ = [
    "Border",
    "Declared",
    "Fill",
    "Interpolation",
    "Interval",
    "Parameter",
    "border",
    "choice",
    "declared",
    "fill",
    "flag",
    "integer",
    "interpolation",
    "interval",
    "number",
    "numbers",
    "parameter",
    "probability",
    "require",
    "text",
]

Interval = tuple[float, float]
Fill = float | tuple[float, ...]


class Interpolation(enum.IntEnum):
    """How a value between pixels is found; equal to OpenCV's flags."""

    NEAREST = cv2.INTER_NEAREST
    LINEAR = cv2.INTER_LINEAR
    CUBIC = cv2.INTER_CUBIC
    AREA = cv2.INTER_AREA
    LANCZOS4 = cv2.INTER_LANCZOS4
    LINEAR_EXACT = cv2.INTER_LINEAR_EXACT
    NEAREST_EXACT = cv2.INTER_NEAREST_EXACT


class Border(enum.IntEnum):
    """What lies beyond the edge of the picture; equal to OpenCV's flags."""

    CONSTANT = cv2.BORDER_CONSTANT
    REPLICATE = cv2.BORDER_REPLICATE
    REFLECT = cv2.BORDER_REFLECT
    WRAP = cv2.BORDER_WRAP
    REFLECT_101 = cv2.BORDER_REFLECT_101


@functools.cache
def _span(low: float, high: float, unit: str, open_low: bool = False) -> str:
    if low == -math.inf and high == math.inf:
        words = "any number"
    else:
        words = f"{'(' if open_low or low == -math.inf else '['}{low:g}, {high:g}{')' if high == math.inf else ']'}"
    return f"{words} {unit}".strip()


def _number(value: Any, low: float, high: float, whole: bool, span: str, open_low: bool = False) -> float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise ValueError(f"{value!r} is not a number; give one in {span}")
    if whole and not (math.isfinite(value) and value == int(value)):
        raise ValueError(f"{value!r} is not a whole number; give one in {span}")
    if not low <= value <= high or (open_low and value == low):
        raise ValueError(f"{value!r} is outside {span}; give a number inside it")
    return int(value) if whole else float(value)


def _bounds(low: float, high: float, whole: bool, open_low: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if whole else "number"}
    if low > -math.inf:
        schema["exclusiveMinimum" if open_low else "minimum"] = low
    if high < math.inf:
        schema["maximum"] = high
    return schema


def number(
    default: Any = attrs.NOTHING,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    unit: str = "",
    none: bool = False,
    kw_only: bool = False,
    whole: bool = False,
) -> Any:
    """One number within [low, high], or within (low, high] with `open_low`."""
    span = _span(low, high, unit, open_low)
    declared = Parameter(
        lambda value: _number(value, low, high, whole, span, open_low),
        span,
        _bounds(low, high, whole, open_low),
        unit,
    )
    return parameter(declared, default, none=none, kw_only=kw_only)


def integer(default: Any = attrs.NOTHING, **declared: Any) -> Any:
    """One whole number; the arguments are those of `number`."""
    return number(default, whole=True, **declared)


def probability(default: float = 0.5, *, kw_only: bool = True) -> Any:
    """A probability, as `p` is: keyword only, so that it never shifts a transform's own parameters."""
    return number(default, low=0, high=1, kw_only=kw_only, unit="probability")


def interval_of(
    value: Any,
    low: float = -math.inf,
    high: float = math.inf,
    single: float | Literal["symmetric", "fixed"] = "symmetric",
    whole: bool = False,
    unit: str = "",
) -> tuple[float, float]:
    """Read (low, high), or a single number, as an interval; for parameters that nest intervals."""
    span = _span(low, high, unit)
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        other = -value if single == "symmetric" else value if single == "fixed" else single
        value = (min(value, other), max(value, other))
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise ValueError(f"{value!r} is not an interval; give (low, high) within {span}")
    first, second = (_number(end, low, high, whole, span) for end in value)
    if first > second:
        raise ValueError(f"{tuple(value)!r} is not an interval; give (low, high) with low <= high")
    return first, second


def interval(
    default: Any = attrs.NOTHING,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    single: float | Literal["symmetric", "fixed"] = "symmetric",
    whole: bool = False,
    unit: str = "",
    none: bool = False,
) -> Any:
    """An interval (low, high) to draw from.

    Args:
        single: what one number a is short for: "symmetric" (-a, a), "fixed" (a, a), or a number b: from b to a.
        whole: both ends are whole numbers, and so is what is drawn.
    """
    end = _bounds(low, high, whole, False)
    declared = Parameter(
        lambda value: interval_of(value, low, high, single, whole, unit),
        f"(low, high) within {_span(low, high, unit)}",
        {"anyOf": [end, {"type": "array", "items": end, "minItems": 2, "maxItems": 2}]},
        unit,
    )
    return parameter(declared, default, none=none)


def numbers(
    default: Any = attrs.NOTHING,
    *,
    length: int | tuple[int, ...] | None = None,
    low: float = -math.inf,
    high: float = math.inf,
    whole: bool = False,
    unit: str = "",
    single: bool = False,
    none: bool = False,
) -> Any:
    """A tuple of numbers, such as a size (height, width) or a mean per channel.

    Args:
        length: how many there are, or the lengths allowed; None for any number of them.
        single: accept one number by itself too, and keep it as it is.
    """
    lengths = (length,) if isinstance(length, int) else length
    span = _span(low, high, unit)
    count = "numbers" if lengths is None else f"{' or '.join(map(str, lengths))} numbers"

    def parse(value: Any) -> Any:
        if single and isinstance(value, (int, float, np.number)):
            return _number(value, low, high, whole, span)
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, Sequence) or isinstance(value, str) or (lengths and len(value) not in lengths):
            raise ValueError(f"{value!r} is not {count}; give {count} within {span}")
        return tuple(_number(item, low, high, whole, span) for item in value)

    item = _bounds(low, high, whole, False)
    array: dict[str, Any] = {"type": "array", "items": item}
    if lengths:
        array |= {"minItems": min(lengths), "maxItems": max(lengths)}
    schema = {"anyOf": [item, array]} if single else array
    return parameter(Parameter(parse, f"{count} within {span}", schema, unit), default, none=none)


def flag(default: bool = False, *, none: bool = False) -> Any:
    """True or False."""

    def parse(value: Any) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"{value!r} is neither True nor False; give one of them")
        return bool(value)

    return parameter(Parameter(parse, "True or False", {"type": "boolean"}), default, none=none)


def choice(default: Any = attrs.NOTHING, *, options: Sequence[Any], none: bool = False) -> Any:
    """One of the options."""
    words = ", ".join(repr(option) for option in options)

    def parse(value: Any) -> Any:
        if not isinstance(value, (str, int, float)) or value not in options:
            hint = nearest(value, [o for o in options if isinstance(o, str)]) if isinstance(value, str) else ""
            raise ValueError(f"{value!r} is not one of {words}{hint}")
        return value

    return parameter(Parameter(parse, f"one of {words}", {"enum": list(options)}), default, none=none)


def text(default: Any = attrs.NOTHING, *, none: bool = False) -> Any:
    """A string."""

    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not text; give a string")
        return value

    return parameter(Parameter(parse, "text", {"type": "string"}), default, none=none)


def fill(default: Any = 0.0, *, words: Sequence[str] = (), none: bool = False) -> Any:
    """What new pixels hold: one number, one per channel, or one of the words a transform offers."""
    legal = "a number, or one per channel" + (f", or one of {', '.join(map(repr, words))}" if words else "")

    def parse(value: Any) -> Any:
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, np.ndarray):
            value = value.tolist()
        many = isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0
        items = value if many else (value,)
        if not all(isinstance(v, (int, float, np.number)) and math.isfinite(v) for v in items):
            raise ValueError(f"{value!r} is not a fill; give {legal}")
        # Integers stay integers: a label of 2**53 + 1 has no float.
        plain = tuple(int(v) if isinstance(v, (int, np.integer)) else float(v) for v in items)
        return plain if many else plain[0]

    options: list[dict[str, Any]] = [{"type": "number"}, {"type": "array", "items": {"type": "number"}}]
    if words:
        options.append({"enum": list(words)})
    return parameter(Parameter(parse, legal, {"anyOf": options}, "grey levels"), default, none=none)


def _enumeration(kind: type[enum.IntEnum], default: Any, none: bool) -> Any:
    names = [member.name.lower() for member in kind]
    legal = f"one of {', '.join(names)}, or OpenCV's flag"

    def parse(value: Any) -> enum.IntEnum:
        try:
            if isinstance(value, str):
                return kind[value.upper()]
            if isinstance(value, bool):
                raise ValueError
            return kind(value)
        except (KeyError, ValueError):
            raise ValueError(f"{value!r} is not known; give {legal}") from None

    declared = Parameter(parse, legal, {"anyOf": [{"enum": names}, {"enum": [int(member) for member in kind]}]})
    return parameter(declared, default, none=none)


def interpolation(default: Any = Interpolation.LINEAR, *, none: bool = False) -> Any:
    """How values between pixels are found: a name such as "linear", or OpenCV's flag."""
    return _enumeration(Interpolation, default, none)


def border(default: Any = Border.CONSTANT) -> Any:
    """What lies beyond the edge: a name such as "reflect_101", or OpenCV's flag."""
    return _enumeration(Border, default, False)


@dataclass_transform(
    frozen_default=True,
    field_specifiers=(
        attrs.field,
        border,
        choice,
        fill,
        flag,
        integer,
        interpolation,
        interval,
        number,
        numbers,
        parameter,
        probability,
        text,
    ),
)
class Declared(Plain):
    """The base of all classes of declared parameters: tells type checkers that fields become arguments."""

    __slots__ = ()
