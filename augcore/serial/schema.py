"""What every tree has in common: its schema version, its limits, and entries of the form {name: fields}."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ..errors import InvalidFile

SCHEMA = 1
_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}  # version → a tree of it to one of the next

# Far above what people and programs write, far below what harms: aliases in YAML make a kilobyte unfold to gigabytes.
_DEEPEST = 100
_LARGEST = 1_000_000


def fields_of(thing: Any) -> tuple[attrs.Attribute[Any], ...]:
    """The fields of an effect, a map, a target or a transform, as they are declared."""
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type(thing))
    return fields


def short(value: Any) -> str:
    """A value in an error message."""
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."


def check_plain(tree: Any, where: str) -> None:
    """Raise InvalidFile for a tree too deep or too large to be walked, one that contains itself among them."""
    level, depth, count = [tree], 0, 1
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise InvalidFile(f"{where}: nested deeper than {_DEEPEST} levels; write it flatter")
        inner: list[Any] = []
        for node in level:
            if isinstance(node, (list, tuple, Mapping)):
                count += len(node)
                if count > _LARGEST:
                    raise InvalidFile(f"{where}: unfolds to more than {_LARGEST:,} entries; write less of it")
                inner.extend(node.values() if isinstance(node, Mapping) else node)
        level = inner


def checked_version(plain: Any, where: str) -> dict[str, Any]:
    """The tree brought to this version's schema."""
    check_plain(plain, where)
    if not isinstance(plain, Mapping):
        raise InvalidFile(f"{where}: {short(plain)} is not a mapping; a file starts with 'augcore: {SCHEMA}'")
    tree = dict(plain)
    version = tree.get("augcore")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InvalidFile(f"{where}: schema version is {short(version)}; write 'augcore: {SCHEMA}' at the top")
    if version > SCHEMA:
        raise InvalidFile(
            f"{where}: schema version {version} is newer than {SCHEMA}, the newest this augcore knows; update augcore"
        )
    for number in range(version, SCHEMA):
        tree = _MIGRATIONS[number](tree)
    return tree


def one_entry(plain: Any, where: str, what: str) -> tuple[str, Any]:
    """The name and the fields of `{name: fields}`, or of a name alone."""
    if isinstance(plain, str):
        return plain, {}
    if not isinstance(plain, Mapping) or len(plain) != 1:
        raise InvalidFile(f"{where}: {short(plain)} is not {what}; give one name with its parameters: Name: {{…}}")
    name, fields = next(iter(plain.items()))
    if not isinstance(name, str):
        raise InvalidFile(f"{where}: {short(name)} is not a name; give {what} by its name")
    return name, {} if fields is None else fields
