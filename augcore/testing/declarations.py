"""Checks of the class itself: parameters, comparison, pickling, plain data, and what its docstring says."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any

import attrs

from .. import serial
from ..errors import AugcoreError, UnknownParameter
from ..transform import Transform, parameters_of
from .cases import Case
from .checks import expect_same, fail, transform_check
from .samples import difference

_SECTIONS = ("Args", "Accepts", "Moves", "Raises", "Source")


@transform_check
def pipeline_survives_plain_data(case: Case) -> None:
    """A pipeline equals itself after to_dict → JSON or YAML → from_dict."""
    pipeline = case.pipeline()
    for form in ("JSON", "YAML"):
        try:
            tree = pipeline.to_dict()
            text = json.dumps(tree, allow_nan=False) if form == "JSON" else serial.to_yaml(tree)
            plain = json.loads(text) if form == "JSON" else serial.from_yaml(text, "pipeline")
            read = serial.from_dict(plain, source=pipeline.source)
        except (AugcoreError, TypeError, ValueError) as error:
            fail(
                case,
                f"a pipeline of it does not go through {form}: {error}. Keep parameters as numbers, text and tuples.",
            )
        except Exception as error:
            fail(case, f"a pipeline of it does not go through {form}: {type(error).__name__}: {error}.")
        if read != pipeline:
            fail(
                case,
                f"a pipeline of it comes back from {form} changed: {read.transforms} instead of {pipeline.transforms}.",
            )


@transform_check
def survives_pickling(case: Case) -> None:
    """What comes out of a pickle is equal and draws the same."""
    try:
        pipeline = pickle.loads(pickle.dumps(case.pipeline(like=case.sample())))
        read = pickle.loads(pickle.dumps(case.transform))
    except Exception as error:
        fail(
            case, f"cannot be pickled: {type(error).__name__}: {error}. Keep no lambdas, locks or files in parameters."
        )
    if read != case.transform:
        fail(case, f"comes out of a pickle as {read!r}. Keep all state in declared parameters.")
    result = pipeline.keyed("conformance", 0)(**case.sample())
    found = difference(case.call(case.sample(), 0), result)
    expect_same(case, found, "a pickled pipeline gives another result", "Keep all state in declared parameters.")


@transform_check
def is_frozen_hashable_and_comparable(case: Case) -> None:
    """Parameters cannot be changed afterwards, copies are equal, and equal ones have one hash."""
    made = case.transform
    name = next(iter(parameters_of(made)), "p")
    try:
        setattr(made, name, getattr(made, name))
    except attrs.exceptions.FrozenInstanceError:
        pass
    except Exception as error:
        fail(case, f"setting {name} raises {type(error).__name__}. Decorate the class with @augcore.transform.")
    else:
        fail(case, f"{name} can be set on an instance. Decorate the class with @augcore.transform, which freezes it.")
    try:
        hashes = {hash(made), hash(copy.deepcopy(made))}
    except TypeError as error:
        fail(case, f"cannot be hashed: {error}. Turn lists and arrays into tuples in the parameter's parse function.")
    if copy.deepcopy(made) != made or attrs.evolve(made) != made:
        fail(
            case, "does not equal its copy. Keep parameters that compare by value, and derive nothing random from them."
        )
    if len(hashes) > 1:
        fail(case, "equals its copy but has another hash. Leave __hash__ to @augcore.transform.")


@transform_check
def unknown_parameter_names_the_nearest(case: Case) -> None:
    """A misspelt parameter is an `UnknownParameter` that names the right one; nothing is ignored."""
    names = list(parameters_of(case.transform))
    name = max(names, key=len)
    misspelt = next(word for word in (name[:-1] + name[-1] * 2, name + "_x") if word not in names)
    mend = "Leave __init__ to @augcore.transform."
    try:
        case.kind(**{misspelt: 1})
    except UnknownParameter as error:
        if repr(name) not in str(error):
            fail(case, f"{misspelt}=… raises {str(error)!r}, which does not name {name!r}. {mend}")
    except Exception as error:
        fail(case, f"{misspelt}=… raises {type(error).__name__}: {error}, not UnknownParameter. {mend}")
    else:
        fail(case, f"takes a parameter {misspelt!r} that does not exist. {mend}")


@transform_check
def docstring_keeps_the_contract(case: Case) -> None:
    """One line that says what it does; Args for every own parameter, by name; Accepts, Moves and Source."""
    doc = case.kind.__doc__ or ""
    lines = [line.strip() for line in doc.strip().splitlines()]
    # What attrs or Python put in place of a missing docstring is none.
    if not lines or "__doc__" not in case.kind.__dict__ or not lines[0]:
        fail(case, "has no docstring. Say in one line what it does; then Args, Accepts, Moves and Source.")
    if (len(lines) > 1 and lines[1]) or not lines[0].endswith("."):
        fail(
            case,
            f"its docstring begins with {lines[0]!r}. Say what it does in one sentence on one line.",
        )
    sections = _sections(lines)
    own = [name for name in parameters_of(case.transform) if name != "p"]
    missing = [name for name in own if not re.search(rf"\b{re.escape(name)}\b", sections.get("Args", ""))]
    if missing and issubclass(case.kind, Transform):
        fail(case, f"its docstring does not explain {', '.join(missing)}. Name every own parameter under 'Args:'.")
    lacking = [section for section in ("Accepts", "Moves", "Source") if not sections.get(section, "").strip()]
    if lacking and issubclass(case.kind, Transform):
        fail(
            case,
            f"its docstring lacks {', '.join(lacking)}; {lacking[0]}: says {_meaning(lacking[0])}.",
        )


def _sections(lines: list[str]) -> dict[str, str]:
    """The text behind each heading; of Args only what names parameters, left of the colons."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        heading = re.match(rf"({'|'.join(_SECTIONS)}):\s*(.*)", line)
        if heading:
            current, line = heading[1], heading[2]
        elif line.startswith(">>>"):
            break
        if current:
            found.setdefault(current, []).append(line)
    if "Args" in found:
        found["Args"] = [line.partition(":")[0] for line in found["Args"] if re.match(r"[\w, `*]+:", line)]
    return {section: " ".join(text) for section, text in found.items()}


def _meaning(section: str) -> Any:
    return {
        "Accepts": "which dtypes, channels and values it takes and gives",
        "Moves": "which targets it changes",
        "Source": "the paper or definition it follows",
    }[section]
