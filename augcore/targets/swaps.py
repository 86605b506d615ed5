"""What a mirror exchanges: labels of left and right, or rows and channels whose place says what they are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np

from ..errors import InvalidParameter
from ..params import Parameter

Pairs = tuple[tuple[Any, Any], ...]
Renamings = tuple[tuple[str, Pairs], ...]


def _label(value: Any) -> Any:
    """A label as a key: lists, as which files know tuples, as tuples."""
    if isinstance(value, (list, tuple)):
        return tuple(map(_label, value))
    return value.item() if isinstance(value, np.generic) else value


def _pairs(value: Any) -> Pairs:
    try:
        pairs = tuple((_label(first), _label(second)) for first, second in value)
        flat = [label for pair in pairs for label in pair]
        different = len(set(flat))
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a list of pairs; give [('left_eye', 'right_eye'), …]") from None
    if different != len(flat):
        raise ValueError(f"{value!r} names a label twice; give each in one pair")
    return pairs


SWAP_PAIRS = Parameter(
    _pairs, "pairs of labels", {"type": "array", "items": {"type": "array", "minItems": 2, "maxItems": 2}}
)


def _renamings(value: Any) -> Renamings:
    fields = value.items() if isinstance(value, Mapping) else value
    try:
        return tuple((str(field), _one_renaming(mapping)) for field, mapping in fields)
    except (TypeError, ValueError):
        raise ValueError(
            f"{value!r} does not say how labels change; give {{label_field: {{'left_eye': 'right_eye', …}}}}"
        ) from None


def _one_renaming(value: Any) -> Pairs:
    pairs = tuple((_label(old), _label(new)) for old, new in (value.items() if isinstance(value, Mapping) else value))
    hash(pairs)
    return pairs


LABEL_MAPPING = Parameter(_renamings, "by label field, old labels and new ones", {"type": ["object", "array"]})


def row_pairs(name: str, pairs: Pairs) -> None:
    """Raise InvalidParameter unless pairs are of row or channel numbers."""
    for number in (number for pair in pairs for number in pair):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise InvalidParameter(f"{name}: {number!r} is not a number from 0 on; give pairs of them, such as (1, 2)")


def renamed(value: Any, names: Mapping[Any, Any]) -> Any:
    return names.get(value, value) if isinstance(value, Hashable) else value


def both_ways(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    return {a: b for pair in pairs for a, b in (pair, pair[::-1])}
