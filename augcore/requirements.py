"""The versions that a pipeline file asks for: `requires: {augcore-geometric: ">=0.1"}`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from .errors import InvalidFile

_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def _numbers(version: str) -> tuple[int, ...]:
    """The release numbers, padded so that 0.1 and 0.1.0 are equal; suffixes such as rc1 do not count."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    parts = tuple(map(int, found.group().split("."))) if found else ()
    return (*parts, *(0,) * (6 - len(parts)))


def satisfied(version: str, specifier: str) -> bool:
    """Whether a version fits comma-separated clauses such as ">=0.1, <2"; ValueError if they are not such."""
    clauses = [_CLAUSE.fullmatch(clause) for clause in specifier.split(",")]
    if not all(clauses):
        raise ValueError(f"{specifier!r} is not a version range; give clauses such as '>=0.1, <2'")
    return all(_COMPARE[c.group(1)](_numbers(version), _numbers(c.group(2))) for c in clauses if c)


def check(requires: Any, where: str) -> None:
    """Raise InvalidFile for what is not installed in a version that fits."""
    if requires is None:
        return
    if not isinstance(requires, Mapping):
        raise InvalidFile(f'{where}: requires: {requires!r} is not a mapping; give distribution: ">=version"')
    for distribution, specifier in requires.items():
        # The message will offer a command to copy: nothing but a name and a version range may stand in it.
        if not _DISTRIBUTION.fullmatch(str(distribution)):
            raise InvalidFile(f"{where}: requires: {distribution!r} is not the name of a distribution; give augcore-x")
        try:
            problem = _problem(str(distribution), str(specifier))
        except ValueError as error:
            raise InvalidFile(f"{where}: requires.{distribution}: {error}") from None
        if problem:
            asked = f"{where}: requires {distribution} {specifier}"
            raise InvalidFile(f"{asked}, {problem}; pip install '{distribution}{specifier}'")


def _problem(distribution: str, specifier: str) -> str | None:
    from importlib import metadata

    satisfied("0", specifier)  # the range itself is checked first
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "which is not installed"
    return None if satisfied(version, specifier) else f"and {version} is installed"
