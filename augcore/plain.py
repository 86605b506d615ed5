"""What all immutable classes of attrs fields share: equality, a hash, and a text that could make them again."""

from __future__ import annotations

from typing import Any

import attrs


def _fields_of(thing: Any) -> tuple[attrs.Attribute[Any], ...]:
    fields: tuple[attrs.Attribute[Any], ...] = type(thing).__attrs_attrs__
    return fields


class Plain:
    """Equal are two of one class whose fields are equal.

    attrs compiles these methods anew for each class, which was a third of the time that `import augcore` took: classes
    derived from this one are made with eq=False and repr=False.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in _fields_of(self) if field.eq)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, field.name) for field in _fields_of(self) if field.eq)))

    def __repr__(self) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in _fields_of(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"
