"""Plain data and files: pipelines, effects and traces as trees of dicts, lists, numbers and text, in YAML or JSON.

Only what is registered is ever built; nothing is imported or run because a file says so.
"""

from __future__ import annotations

import enum
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from . import effects, maps, regions
from .compose import Compose, ReplayCompose, Setup
from .effects import Chain, Effect, Geometry, Lookup, PerTarget, PixelFn
from .errors import AugcoreError, InvalidFile, InvalidParameter, UnknownParameter, nearest
from .functions import Call, registered
from .targets import BboxParams, KeypointParams, Target, target_kind
from .transform import Step, parameters_of

SCHEMA = 1
_MIGRATIONS: dict[int, Any] = {}  # schema version → a function that gives the tree of the next version

_MAPS = {kind.__name__: kind for kind in (maps.Lattice, maps.Resize, maps.Affine, maps.Projective, maps.Dense)}
_REGIONS = {kind.__name__: kind for kind in (regions.Rectangles, regions.Polygons, regions.Scatter)}
_EFFECTS = {kind.__name__: kind for kind in effects.KINDS}


# Effects


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
        field.name: _value_to_plain(getattr(effect, field.name))
        for field in attrs.fields(type(effect))
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
    return {"functions": names, "arguments": _value_to_plain(dict(effect.arguments))} if names else {}


def _call_to_plain(call: Call) -> dict[str, Any]:
    return {call.function: {key: _value_to_plain(value) for key, value in call.arguments}}


def _value_to_plain(value: Any) -> Any:
    if isinstance(value, Call):
        return _call_to_plain(value)
    if isinstance(value, (maps.Map, regions.Region)):
        if isinstance(value, regions.Scatter):
            return {"Scatter": _call_to_plain(value.call)}
        shown = [field for field in attrs.fields(type(value)) if field.init]
        return {type(value).__name__: {field.name: _value_to_plain(getattr(value, field.name)) for field in shown}}
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if isinstance(value, (list, tuple)):
        return [_value_to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _value_to_plain(item) for key, item in value.items()}
    return value


def _one_entry(plain: Any, where: str, what: str) -> tuple[str, Any]:
    if isinstance(plain, str):
        return plain, {}
    if not isinstance(plain, Mapping) or len(plain) != 1:
        raise InvalidFile(f"{where}: {_short(plain)} is not {what}; give one name with its parameters: Name: {{…}}")
    name, fields = next(iter(plain.items()))
    if not isinstance(name, str):
        raise InvalidFile(f"{where}: {name!r} is not a name")
    return name, {} if fields is None else fields


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."


def effect_from_plain(plain: Any, where: str = "effect") -> Effect:
    name, fields = _one_entry(plain, where, "an effect")
    if name not in _EFFECTS:
        raise InvalidFile(f"{where}: effect {name!r} is not known{nearest(name, _EFFECTS)}")
    try:
        return _effect_of(_EFFECTS[name], fields, where)
    except AugcoreError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise InvalidFile(f"{where}.{name}: {_short(fields)} does not fit: {error}") from None


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
        from .params import Border, Interpolation

        for key, options in (("interpolation", Interpolation), ("mask_interpolation", Interpolation), ("border", Border)):
            if isinstance(values.get(key), str):
                values[key] = options[values[key].upper()]
    return kind(**values)


def _per_target_of(fields: Mapping[str, Any]) -> PerTarget:
    if "lambda" in fields:
        from .lambda_ import named

        return named(fields["lambda"]).effect()
    functions = {kind: registered(name) for kind, name in fields.get("functions", {}).items()}
    return PerTarget.of(functions, **fields.get("arguments", {}))


def _call_from_plain(plain: Any, where: str) -> Call:
    name, arguments = _one_entry(plain, where, "a function")
    registered(name)
    return Call.of(name, arguments)


def _built(plain: Any, kinds: Mapping[str, Any], where: str) -> Any:
    name, fields = _one_entry(plain, where, "a map or region")
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
        return f"mix with sample {effect.key}, weight {effect.weight:.3g}" + (f", region {effect.region}" if effect.region else "")
    assert isinstance(effect, PerTarget)
    return f"functions for {', '.join(kind for kind, _ in effect.functions)}" if effect.functions else "nothing"


def _describe_map(map: maps.Map) -> str:
    if isinstance(map, maps.Dense):
        return f"{map.generator.function}({_words(dict(map.generator.arguments))})"
    if isinstance(map, maps.Resize):
        return f"resize {map.size[1]}×{map.size[0]} → {map.output[1]}×{map.output[0]}"
    rows = map.matrix[: 3 if isinstance(map, maps.Projective) else 2]  # type: ignore[attr-defined]
    return f"{type(map).__name__.lower()} " + " | ".join(" ".join(f"{v:.4g}" for v in row) for row in rows)


def _words(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}" for k, v in arguments.items())


# Pipelines


def step_to_plain(step: Any) -> dict[str, Any]:
    """{name: parameters}, those that differ from their defaults."""
    if isinstance(step, Compose):
        return {"Sequential": {"transforms": [step_to_plain(s) for s in step.transforms], "p": step.p}}
    from .lambda_ import Lambda

    if isinstance(step, Lambda):
        if step.name is None:
            raise InvalidParameter("Lambda without a name cannot be saved; give Lambda(…, name='…')")
        return {"Lambda": {"name": step.name}}
    fields = {field.name: field for field in attrs.fields(type(step))}
    values = {name: value for name, value in parameters_of(step).items() if value != fields[name].default}
    return {step.registered_name: {name: _parameter_to_plain(value) for name, value in values.items()}}


def _parameter_to_plain(value: Any) -> Any:
    if isinstance(value, Step):
        return step_to_plain(value)
    if isinstance(value, tuple):
        return [_parameter_to_plain(item) for item in value]
    return _value_to_plain(value)


def setup_to_plain(setup: Setup) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for field in attrs.fields(Setup):
        value = getattr(setup, field.name)
        if field.name == "additional_targets":
            value = {name: _target_to_plain(kind) for name, kind in value.items()}
            if value:
                plain[field.name] = value
        elif isinstance(value, Target):
            plain[field.name] = _options_to_plain(value)
        elif value != field.default:
            plain[field.name] = _value_to_plain(value)
    return plain


def _options_to_plain(target: Target) -> dict[str, Any]:
    fields: Any = attrs.fields(type(target))  # type: ignore[misc]
    return {
        field.name: _value_to_plain(getattr(target, field.name))
        for field in fields
        if getattr(target, field.name) != field.default
    }


def _target_to_plain(kind: str | Target) -> Any:
    return kind if isinstance(kind, str) else {kind.kind: _options_to_plain(kind)}


def to_dict(pipeline: Compose) -> dict[str, Any]:
    """A pipeline as plain data; its source of other samples is not part of it."""
    plain: dict[str, Any] = {"augcore": SCHEMA}
    if isinstance(pipeline, ReplayCompose):
        plain["compose"] = "ReplayCompose"
    transforms = [step_to_plain(step) for step in pipeline.transforms]
    required = _required(transforms)
    if required:
        plain["requires"] = required
    plain |= setup_to_plain(pipeline.setup)
    for key, default in (("p", 1.0), ("seed", None), ("save_applied_params", False)):
        if getattr(pipeline, key) != default:
            plain[key] = getattr(pipeline, key)
    return {**plain, "transforms": transforms}


def _required(tree: Any) -> dict[str, str]:
    from . import plugins

    found: dict[str, str] = {}
    for entry in tree:
        for name, fields in entry.items():
            plugin = plugins.find(name.partition(".")[0]) if "." in name else None
            if plugin is not None:
                found[plugin.distribution] = ">=" + ".".join(plugin.version.split(".")[:2])
            inner = fields.get("transforms") if isinstance(fields, Mapping) else None
            if inner:
                found |= _required(inner)
    return dict(sorted(found.items()))


_TOP = ("augcore", "compose", "requires", *(field.name for field in attrs.fields(Setup)), "p", "seed", "save_applied_params", "transforms")


def checked_version(plain: Any, where: str) -> dict[str, Any]:
    """The tree brought to this version's schema."""
    if not isinstance(plain, Mapping):
        raise InvalidFile(f"{where}: {_short(plain)} is not a mapping; a file starts with 'augcore: {SCHEMA}'")
    tree = dict(plain)
    version = tree.get("augcore")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InvalidFile(f"{where}: schema version is {version!r}; write 'augcore: {SCHEMA}' at the top")
    if version > SCHEMA:
        raise InvalidFile(
            f"{where}: schema version {version} is newer than {SCHEMA}, the newest this augcore knows; update augcore"
        )
    for number in range(version, SCHEMA):
        tree = _MIGRATIONS[number](tree)
    return tree


def from_dict(plain: Mapping[str, Any], *, source: Any = None, where: str = "pipeline") -> Compose:
    """The pipeline that `to_dict` described.

    Args:
        source: other samples to mix with.
        where: what to call the data in errors.
    """
    from . import requirements

    tree = checked_version(plain, where)
    for key in tree:
        if key not in _TOP:
            raise InvalidFile(f"{where}: key {key!r} is not known{nearest(str(key), _TOP)}; known are {', '.join(_TOP)}")
    if not isinstance(tree.get("transforms"), list):
        raise InvalidFile(f"{where}.transforms: {_short(tree.get('transforms'))} is not a list; give a list of transforms")
    requirements.check(tree.get("requires"), where)
    kinds = {"Compose": Compose, "ReplayCompose": ReplayCompose}
    kind = kinds.get(tree.get("compose", "Compose"))
    if kind is None:
        raise InvalidFile(f"{where}.compose: {tree['compose']!r} is not one of {', '.join(kinds)}")
    steps = [_step_of(entry, f"{where}: transforms[{index}]") for index, entry in enumerate(tree["transforms"])]
    options = {key: tree[key] for key in ("p", "seed", "save_applied_params") if key in tree}
    setup = setup_from_plain({key: tree[key] for key in tree if key in _SETUP}, where)
    try:
        return kind(steps, source=source, **{key: getattr(setup, key) for key in _SETUP}, **options)
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error


_SETUP = tuple(field.name for field in attrs.fields(Setup))


def setup_from_plain(plain: Mapping[str, Any], where: str) -> Setup:
    values = dict(plain)
    for key, kind in (("bbox_params", BboxParams), ("keypoint_params", KeypointParams)):
        if isinstance(values.get(key), Mapping):
            values[key] = _options_from_plain(kind, values[key], f"{where}: {key}")
    if "additional_targets" in values:
        if not isinstance(values["additional_targets"], Mapping):
            raise InvalidFile(f"{where}: additional_targets: not a mapping of names to kinds; give image2: image")
        values["additional_targets"] = {
            name: kind if isinstance(kind, str) else _target_of(kind, f"{where}: additional_targets.{name}")
            for name, kind in values["additional_targets"].items()
        }
    try:
        # Compose reads and checks them; an empty one does so for a trace.
        checked = Compose([], **values)
    except UnknownParameter as error:
        raise InvalidFile(f"{where}: {error}") from None
    except TypeError as error:
        raise InvalidFile(f"{where}: {error}") from None
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    return checked.setup


def _target_of(plain: Any, where: str) -> Target:
    kind, options = _one_entry(plain, where, "a kind of target")
    return _options_from_plain(target_kind(kind), options, where)


def _options_from_plain(kind: Any, options: Any, where: str) -> Any:
    if not isinstance(options, Mapping):
        raise InvalidFile(f"{where}: {_short(options)} is not a mapping of options")
    try:
        return kind(**options)
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    except TypeError as error:
        raise InvalidFile(f"{where}: {error}") from None


def _step_of(plain: Any, where: str) -> Step:
    from . import plugins

    name, fields = _one_entry(plain, where, "a transform")
    if not isinstance(fields, Mapping) or not all(isinstance(key, str) for key in fields):
        raise InvalidFile(f"{where}: {name}: {_short(fields)} are not parameters; give {name}: {{parameter: value}}")
    try:
        kind = plugins.find_transform(name)
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    if name == "Lambda":
        from .lambda_ import named

        return named(str(fields.get("name")))
    values = {key: _nested(kind, key, value, f"{where}.{name}.{key}") for key, value in fields.items()}
    try:
        return kind(**values)  # type: ignore[no-any-return]
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error


def _nested(kind: Any, key: str, value: Any, where: str) -> Any:
    if key == "transforms" and isinstance(value, list):
        return [_step_of(entry, f"{where}[{index}]") for index, entry in enumerate(value)]
    return value


# Files


def to_yaml(tree: Mapping[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def from_yaml(text: str, where: str) -> Any:
    """The tree in a YAML text; tags that would build objects, and keys given twice, are errors."""
    import yaml

    try:
        return yaml.load(text, Loader=_loader())
    except yaml.constructor.ConstructorError as error:
        raise InvalidFile(f"{where}: {error.problem}, {_place(error)}; only plain data is read") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidFile(f"{where}: not YAML: {getattr(error, 'problem', None) or error}, {_place(error)}") from None


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"


def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """SafeLoader, but a key given twice is an error instead of the last one winning."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]  # type: ignore[no-untyped-call]
            for key, (place, _) in zip(keys, node.value, strict=True):
                if isinstance(key, str) and keys.count(key) > 1:
                    raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", place.start_mark)
            return super().construct_mapping(node, deep)

    return Loader


def _format_of(path: Path, data_format: str | None) -> str:
    known = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
    chosen = data_format or known.get(path.suffix.lower())
    if chosen not in ("yaml", "json"):
        raise InvalidFile(f"{path}: what format is {path.suffix or 'a file without suffix'}? name it .yaml or .json")
    return chosen


def save(pipeline: Compose, path: str | os.PathLike[str], data_format: str | None = None) -> None:
    """Write a pipeline to a .yaml or .json file; the file is replaced whole or not at all."""
    path = Path(path)
    tree = to_dict(pipeline)
    text = to_yaml(tree) if _format_of(path, data_format) == "yaml" else json.dumps(tree, indent=2, allow_nan=False) + "\n"
    write_whole(path, text.encode())


def load(path: str | os.PathLike[str], data_format: str | None = None, *, source: Any = None) -> Compose:
    """Read a pipeline from a .yaml or .json file."""
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidFile(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if _format_of(path, data_format) == "yaml":
        tree = from_yaml(text, str(path))
    else:
        try:
            tree = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InvalidFile(f"{path}: not JSON: {error}") from None
    return from_dict(tree, source=source, where=str(path))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also when the disk fills or the process is killed."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
