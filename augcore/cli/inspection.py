"""What transforms and targets say about themselves: kinds of effects, targets that take them, parameters."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Iterable
from typing import Any

import attrs

from .. import plugins
from ..effects import KINDS, Chain, Effect
from ..serial.effects import value_to_plain
from ..targets import CORE, Target


def kinds_of_effects(transform: type[Any]) -> frozenset[type[Effect]] | None:
    """The kinds in the return annotation of `sample`; None where it does not say, as with steps that hold steps."""
    sample = getattr(transform, "sample", None)
    if sample is None:
        return None
    try:
        returned = typing.get_type_hints(sample).get("return")
    except (NameError, TypeError):  # a name that is imported for type checkers alone
        return None
    return _unfolded(returned)


def _unfolded(annotation: Any) -> frozenset[type[Effect]] | None:
    """The kinds in an annotation: the members of unions, and what a Chain holds; None if one of them is not exact."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType, Chain):
        members = [part for part in typing.get_args(annotation) if part is not type(None)]
        kinds = [_unfolded(member) for member in members]
        if None in kinds:
            return None
        return frozenset(kind for part in kinds if part for kind in part)
    return frozenset([annotation]) if annotation in KINDS and annotation is not Chain else None


def target_kinds() -> dict[str, type[Target]]:
    """Every kind of target: the core's, and those of plugins."""
    return {**CORE, **plugins.targets()}


def undergoes(target: type[Target], kinds: Iterable[type[Effect]]) -> bool:
    """Whether the target defines all these kinds of effects."""
    return all(getattr(target, kind.method) is not getattr(Target, kind.method) for kind in kinds)


def described(name: str, transform: type[Any]) -> dict[str, Any]:
    """A transform as plain data, for people and for programs."""
    kinds = kinds_of_effects(transform)
    targets = target_kinds()
    summary = next((line.strip() for line in (transform.__doc__ or "").splitlines() if line.strip()), "")
    return {
        "name": name,
        "summary": summary,
        "effects": None if kinds is None else sorted(kind.__name__ for kind in kinds),
        "targets": None if kinds is None else [kind for kind, target in targets.items() if undergoes(target, kinds)],
        "parameters": [_parameter(field) for field in attrs.fields(transform) if field.init],
    }


def _parameter(field: attrs.Attribute[Any]) -> dict[str, Any]:
    declared = field.metadata.get("parameter")
    required = field.default is attrs.NOTHING
    return {
        "name": field.name,
        "required": required,
        "default": None if required else _finite(value_to_plain(field.default)),
        "legal": declared.legal if declared else "a transform",
        "unit": declared.unit if declared else "",
        "schema": dict(declared.schema) if declared else {},
    }


def _finite(value: Any) -> Any:
    """JSON has no infinity."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
