"""Pipelines as plain data and back: transforms with their parameters, and what the pipeline is told about its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from .. import plugins, requirements
from ..choices import OneOrOther
from ..compose import Compose, ReplayCompose, Setup
from ..errors import AugcoreError, InvalidFile, InvalidParameter, nearest
from ..functions import qualified_name
from ..lambda_ import Lambda, named
from ..targets import BboxParams, KeypointParams, Target, target_kind
from ..transform import Step, parameters_of
from .effects import value_to_plain
from .schema import SCHEMA, checked_version, fields_of, one_entry, short


def step_to_plain(step: Any) -> dict[str, Any]:
    """{name: parameters}, those that differ from their defaults."""
    if isinstance(step, Compose):
        return {"Sequential": {"transforms": [step_to_plain(s) for s in step.transforms], "p": step.p}}
    if isinstance(step, Lambda):
        if step.name is None:
            raise InvalidParameter("Lambda without a name cannot be saved; give Lambda(…, name='…')")
        return {"Lambda": {"name": step.name} | ({} if step.p == 1.0 else {"p": step.p})}
    fields = {field.name: field for field in fields_of(step)}
    values = {name: value for name, value in parameters_of(step).items() if value != fields[name].default}
    for name, value in values.items():
        if callable(value) and not isinstance(value, Step):
            raise InvalidParameter(
                f"{type(step).__name__}.{name}: functions are not saved; make the pipeline in Python"
            )
    return {step.registered_name: {name: _parameter_to_plain(value) for name, value in values.items()}}


def _parameter_to_plain(value: Any) -> Any:
    if isinstance(value, Step):
        return step_to_plain(value)
    if isinstance(value, tuple):
        return [_parameter_to_plain(item) for item in value]
    return value_to_plain(value)


def setup_to_plain(setup: Setup) -> dict[str, Any]:
    """The options that differ from their defaults."""
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
            plain[field.name] = value_to_plain(value)
    return plain


def _options_to_plain(target: Target) -> dict[str, Any]:
    return {
        field.name: value_to_plain(getattr(target, field.name))
        for field in fields_of(target)
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
    kinds = [target_kind(k) if isinstance(k, str) else type(k) for k in pipeline.setup.additional_targets.values()]
    required = _required([*_names(transforms), *map(qualified_name, kinds)])
    if required:
        plain["requires"] = required
    plain |= setup_to_plain(pipeline.setup)
    for key, default in (("p", 1.0), ("seed", None), ("save_applied_params", False)):
        if getattr(pipeline, key) != default:
            plain[key] = getattr(pipeline, key)
    return {**plain, "transforms": transforms}


def _names(transforms: Any) -> Iterator[str]:
    """The names of all transforms in a tree, nested ones too."""
    for entry in transforms:
        for name, fields in entry.items():
            yield name
            yield from _names(fields.get("transforms", ()))


def _required(names: Iterable[str]) -> dict[str, str]:
    """Which distributions names of the form `plugin.Name` need, by the version that is installed."""
    found = {name.partition(".")[0] for name in names if "." in name}
    installed = [plugin for plugin in map(plugins.find, sorted(found)) if plugin is not None]
    return {plugin.distribution: ">=" + ".".join(plugin.version.split(".")[:2]) for plugin in installed}


_SETUP = tuple(field.name for field in attrs.fields(Setup))
_TOP = ("augcore", "compose", "requires", *_SETUP, "p", "seed", "save_applied_params", "transforms")
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Compose, ReplayCompose)}


def from_dict(plain: Mapping[str, Any], *, source: Any = None, where: str = "pipeline") -> Compose:
    """The pipeline that `to_dict` described.

    Args:
        source: other samples to mix with.
        where: what to call the data in errors.
    """
    tree = checked_version(plain, where)
    _check_keys(tree, _TOP, where)
    requirements.check(tree.get("requires"), where)
    name = tree.get("compose", "Compose")
    if not isinstance(name, str) or name not in _KINDS:
        raise InvalidFile(f"{where}: compose: {short(name)} is not known; give one of {', '.join(_KINDS)}")
    steps = _steps_of(tree.get("transforms"), f"{where}: transforms")
    options = {key: tree[key] for key in ("p", "seed", "save_applied_params") if key in tree}
    setup = setup_from_plain({key: tree[key] for key in tree if key in _SETUP}, where)
    try:
        pipeline: Compose = _KINDS[name](
            steps, source=source, **{key: getattr(setup, key) for key in _SETUP}, **options
        )
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    return pipeline


def _check_keys(tree: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in tree:
        if key not in known:
            hint = nearest(str(key), known)
            raise InvalidFile(f"{where}: key {short(key)} is not known{hint}; known are {', '.join(known)}")


def setup_from_plain(plain: Mapping[str, Any], where: str) -> Setup:
    """The options that `setup_to_plain` described."""
    values = dict(plain)
    _check_keys(values, _SETUP, where)
    for key, kind in (("bbox_params", BboxParams), ("keypoint_params", KeypointParams)):
        if isinstance(values.get(key), Mapping):
            values[key] = _made(kind, values[key], f"{where}: {key}")
    further = values.get("additional_targets", {})
    if not isinstance(further, Mapping):
        raise InvalidFile(f"{where}: additional_targets: {short(further)} is not a mapping; give names with kinds")
    values["additional_targets"] = {
        name: kind if isinstance(kind, str) else _target_of(kind, f"{where}: additional_targets.{name}")
        for name, kind in further.items()
    }
    # Compose reads and checks them; an empty one does so for a trace.
    pipeline: Compose = _made(Compose, {"transforms": [], **values}, where)
    return pipeline.setup


def _made(kind: Any, options: Mapping[str, Any], where: str) -> Any:
    """kind(**options), with the place in the errors."""
    try:
        return kind(**options)
    except (AugcoreError, TypeError) as error:  # a TypeError where an option's name is no text
        raise InvalidFile(f"{where}: {error}") from error


def _target_of(plain: Any, where: str) -> Target:
    kind, options = one_entry(plain, where, "a kind of target")
    if not isinstance(options, Mapping):
        raise InvalidFile(f"{where}: {short(options)} is not a mapping; give {kind}: {{option: value}}")
    try:
        found = target_kind(kind)
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    return _made(found, options, where)  # type: ignore[no-any-return]


def _steps_of(plain: Any, where: str) -> list[Step]:
    if not isinstance(plain, list):
        raise InvalidFile(f"{where}: {short(plain)} is not a list; give a list of transforms")
    return [_step_of(entry, f"{where}[{index}]") for index, entry in enumerate(plain)]


def _step_of(plain: Any, where: str) -> Step:
    name, fields = one_entry(plain, where, "a transform")
    if not isinstance(fields, Mapping) or not all(isinstance(key, str) for key in fields):
        raise InvalidFile(f"{where}.{name}: {short(fields)} are not parameters; give {name}: {{parameter: value}}")
    try:
        kind = plugins.find_transform(name)
        if kind is Lambda:
            return _lambda_of(fields)
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    return _made(kind, {key: _nested(kind, key, fields[key], f"{where}.{name}") for key in fields}, where)  # type: ignore[no-any-return]


def _lambda_of(fields: Mapping[str, Any]) -> Lambda:
    for key in fields:
        if key not in ("name", "p"):
            raise InvalidFile(f"Lambda: {key!r} is not read from files, functions are not saved; give name, and p")
    if "name" not in fields:
        raise InvalidFile("Lambda: has no name; give that of a Lambda which the program makes before it reads the file")
    return attrs.evolve(named(str(fields["name"])), p=fields.get("p", 1.0))


def _nested(kind: Any, key: str, value: Any, where: str) -> Any:
    """The value of a parameter, with the steps in it made."""
    if key == "transforms" and isinstance(value, list):
        return _steps_of(value, f"{where}.{key}")
    return _step_of(value, f"{where}.{key}") if kind is OneOrOther and key in ("first", "second") else value
