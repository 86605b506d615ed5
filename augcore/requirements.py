"""The versions that a pipeline file asks for: `requires: {augcore-geometric: ">=0.1"}`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from .errors import InvalidFile

_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)\s*")
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
    from importlib import metadata

    for distribution, specifier in requires.items():
        asked = f"{where}: requires {distribution} {specifier}"
        try:
            version = metadata.version(str(distribution))
        except metadata.PackageNotFoundError:
            raise InvalidFile(f"{asked}, which is not installed; pip install '{distribution}{specifier}'") from None
        try:
            fits = satisfied(version, str(specifier))
        except ValueError as error:
            raise InvalidFile(f"{where}: requires.{distribution}: {error}") from None
        if not fits:
            raise InvalidFile(f"{asked}, and {version} is installed; pip install '{distribution}{specifier}'")
