"""Effects, maps and regions as plain data and back, and in words for people."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from .. import effects, lambda_, linear, maps, regions
from ..clips import Pick3
from ..dense import Dense, Spread
from ..effects import Chain, Effect, Geometry, Lookup, PerTarget, PixelFn
from ..errors import AugcoreError, InvalidFile, InvalidParameter, nearest
from ..functions import Call, registered
from ..maps3d import Dense3, Linear3, Resize3
from ..params import Border, Interpolation
from ..regions3d import Cuboids
from ..tiles import Tiles, Tiles3
from .schema import fields_of, one_entry, short

_MAPS = {
    kind.__name__: kind
    for kind in (
        maps.Lattice,
        linear.Resize,
        linear.Affine,
        linear.Projective,
        Dense,
        Spread,
        *Linear3,
        Dense3,
        Tiles,
        Tiles3,
        Pick3,
    )
}
_REGIONS = {
    kind.__name__: kind for kind in (regions.Rectangles, regions.Polygons, regions.RunLengths, regions.Scatter, Cuboids)
}
_EFFECTS = {kind.__name__: kind for kind in effects.KINDS}


def effect_to_plain(effect: Effect, *, lenient: bool = False) -> dict[str, Any]:
    """{kind: fields}, from which `effect_from_plain` builds an equal effect.

    Args:
        lenient: describe functions without a name as well, though they cannot be read back.
    """
    return {type(effect).__name__: _fields_to_plain(effect, lenient)}


def _fields_to_plain(effect: Effect, lenient: bool) -> Any:
    if isinstance(effect, Lookup):
        return [_call_to_plain(step) for step in effect.steps]
    if isinstance(effect, PixelFn):
        return _call_to_plain(effect.call)
    if isinstance(effect, PerTarget):
        return _per_target_to_plain(effect, lenient)
    if isinstance(effect, Chain):
        inner = [effect_to_plain(one, lenient=lenient) for one in effect.effects]
        return {"effects": inner} if effect.channels is None else {"effects": inner, "channels": list(effect.channels)}
    return {
        field.name: value_to_plain(getattr(effect, field.name))
        for field in fields_of(effect)
        if field.default is attrs.NOTHING or getattr(effect, field.name) != field.default
    }


def _per_target_to_plain(effect: PerTarget, lenient: bool) -> dict[str, Any]:
    names = {kind: getattr(function, "registered_name", None) for kind, function in effect.functions}
    if effect.name is not None:
        return {"lambda": effect.name}
    if None in names.values():
        if lenient:
            return {"functions": {kind: name or "not named" for kind, name in names.items()}}
        raise InvalidParameter(
            "Lambda without a name cannot be saved; give Lambda(…, name='…') and make the same Lambda before reading"
        )
    return {"functions": names, "arguments": value_to_plain(dict(effect.arguments))} if names else {}


def _call_to_plain(call: Call) -> dict[str, Any]:
    return {call.function: {key: value_to_plain(value) for key, value in call.arguments}}


def value_to_plain(value: Any) -> Any:
    """Maps, regions, calls, enumerations, tuples and NumPy's numbers as what YAML and JSON have."""
    if isinstance(value, Call):
        return _call_to_plain(value)
    if isinstance(value, (maps.Map, regions.Region)):
        if isinstance(value, regions.Scatter):
            return {"Scatter": _call_to_plain(value.call)}
        shown = [field for field in fields_of(value) if field.init]
        return {type(value).__name__: {field.name: value_to_plain(getattr(value, field.name)) for field in shown}}
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if isinstance(value, (list, tuple)):
        return [value_to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: value_to_plain(item) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def effect_from_plain(plain: Any, where: str = "effect") -> Effect:
    """The effect that `effect_to_plain` described; `where` is what to call it in errors."""
    name, fields = one_entry(plain, where, "an effect")
    if name not in _EFFECTS:
        raise InvalidFile(f"{where}: effect {name!r} is not known{nearest(name, _EFFECTS)}")
    try:
        return _effect_of(_EFFECTS[name], fields, where)
    except InvalidFile:
        raise
    except AugcoreError as error:
        raise InvalidFile(f"{where}.{name}: {error}") from error
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError) as error:
        raise InvalidFile(f"{where}.{name}: {short(fields)} does not fit: {type(error).__name__}: {error}") from None


def _effect_of(kind: type[Effect], fields: Any, where: str) -> Effect:
    if kind is Lookup:
        return Lookup.chain(tuple(_call_from_plain(step, where) for step in fields))
    if kind is PixelFn:
        call = _call_from_plain(fields, where)
        return PixelFn(call.function, **dict(call.arguments))
    if kind is PerTarget:
        return _per_target_of(fields)
    if kind is Chain:
        inner = tuple(effect_from_plain(one, f"{where}.effects[{i}]") for i, one in enumerate(fields["effects"]))
        return Chain(inner, fields.get("channels"))
    values = dict(fields)
    if "map" in values:
        values["map"] = _built(values["map"], _MAPS, where)
    if "region" in values and kind is effects.Erase:
        values["region"] = _built(values["region"], _REGIONS, where)
    if kind is Geometry:
        names = {"interpolation": Interpolation, "mask_interpolation": Interpolation, "border": Border}
        values |= {key: names[key][values[key].upper()] for key in names if isinstance(values.get(key), str)}
    return kind(**values)


def _per_target_of(fields: Mapping[str, Any]) -> PerTarget:
    if "lambda" in fields:
        return lambda_.named(fields["lambda"]).effect()
    functions = {kind: registered(name) for kind, name in fields.get("functions", {}).items()}
    return PerTarget.of(functions, **fields.get("arguments", {}))


def _call_from_plain(plain: Any, where: str) -> Call:
    name, arguments = one_entry(plain, where, "a function")
    registered(name)
    return Call.of(name, arguments)


def _built(plain: Any, kinds: Mapping[str, Any], where: str) -> Any:
    name, fields = one_entry(plain, where, "a map or region")
    if name not in kinds:
        raise InvalidFile(f"{where}: {name!r} is not known{nearest(name, kinds)}")
    if name == "Scatter":
        call = _call_from_plain(fields, where)
        return regions.Scatter(call.function, **dict(call.arguments))
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    if "generator" in values:
        values["generator"] = _call_from_plain(values["generator"], where)
    return kinds[name](**values)


def describe(effect: Effect) -> str:
    """An effect in a few words, for people."""
    if isinstance(effect, (Lookup, PixelFn)):
        calls = effect.steps if isinstance(effect, Lookup) else (effect.call,)
        return ", ".join(f"{call.function}({_words(dict(call.arguments))})" for call in calls)
    if isinstance(effect, Geometry):
        return _describe_map(effect.map)
    if isinstance(effect, Chain):
        return f"channels {list(effect.channels or ())}: " + "; ".join(describe(one) for one in effect.effects)
    if isinstance(effect, effects.Erase):
        boxes = getattr(effect.region, "boxes", None)
        return f"erase {boxes if boxes is not None else type(effect.region).__name__.lower()}, fill {effect.fill}"
    if isinstance(effect, effects.Mix):
        where = f", region {effect.region}" if effect.region else ""
        return f"mix with sample {effect.key}, weight {effect.weight:.3g}{where}"
    assert isinstance(effect, PerTarget)
    return f"functions for {', '.join(kind for kind, _ in effect.functions)}" if effect.functions else "nothing"


def _describe_map(map: maps.Map) -> str:
    if isinstance(map, (Dense, Dense3)):
        return f"{map.generator.function}({_words(dict(map.generator.arguments))})"
    if isinstance(map, (linear.Resize, Resize3)):
        before, after = ("×".join(str(side) for side in reversed(size)) for size in (map.size, map.output))
        return f"resize {before} → {after}"
    if isinstance(map, Pick3):
        return f"frames {_shortened(map.picks)} of {map.size[0]}"
    if isinstance(map, Tiles):
        grid = "×".join(str(len(axis) - 1) for axis in map.edges)
        return f"{type(map).__name__.lower()} {grid}, in the order {_shortened(map.order)}"
    rows = map.matrix[: 3 if map.is_volumetric or isinstance(map, linear.Projective) else 2]  # type: ignore[attr-defined]
    return f"{type(map).__name__.lower()} " + " | ".join(" ".join(f"{v:.4g}" for v in row) for row in rows)


def _shortened(numbers: tuple[int, ...]) -> str:
    shown = " ".join(map(str, numbers[:32]))
    return shown if len(numbers) <= 32 else f"{shown} …"


def _words(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}" for k, v in arguments.items())
