"""How classes of parameters are made: what a parameter is, and a class that reads them and is helpful when called
wrongly. The kinds of parameters are in `params.py`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from .errors import InvalidParameter, UnknownParameter, nearest

T = TypeVar("T", bound=type)


@attrs.frozen(eq=False, slots=False)
class Parameter:
    """What a parameter may be.

    Attributes:
        parse: turns what a user gives into the value kept, or raises ValueError with "what was given; what to give".
        legal: the legal values in words.
        schema: the same as JSON Schema.
        unit: what a number counts: "px", "degrees", "percent", "fraction of …".
    """

    parse: Callable[[Any], Any]
    legal: str
    schema: Mapping[str, Any] = attrs.field(factory=dict)
    unit: str = ""


def parameter(declared: Parameter, default: Any = attrs.NOTHING, *, none: bool = False, kw_only: bool = False) -> Any:
    """A field for a parameter of your own making; the functions below declare the usual kinds.

    Args:
        default: the value when none is given; without one the parameter is required.
        none: accept None as well, for "not given".
    """
    if none:
        parse_given = declared.parse
        declared = attrs.evolve(
            declared,
            parse=lambda value: None if value is None else parse_given(value),
            legal=f"{declared.legal}, or None",
            schema={"anyOf": [dict(declared.schema), {"type": "null"}]},
        )
    parse = declared.parse
    # Most parameters of most transforms are left at their defaults, which are read here, once.
    kept = default if default is attrs.NOTHING else parse(default)

    def convert(value: Any, instance: Any, field: attrs.Attribute[Any]) -> Any:
        if value is kept:
            return value
        try:
            return parse(value)
        except ValueError as error:
            raise InvalidParameter(f"{type(instance).__name__}.{field.name}: {error}") from None

    return attrs.field(
        default=kept,
        converter=attrs.Converter(convert, takes_self=True, takes_field=True),
        metadata={"parameter": declared},
        kw_only=kw_only,
    )


def _describe_misuse(cls: type[Any], args: tuple[Any, ...], given: dict[str, Any]) -> str | None:
    """What is wrong with the arguments of a call, or None if they fit the fields."""
    fields = [field for field in attrs.fields(cls) if field.init]
    names = [field.name for field in fields]
    for name in given:
        if name not in names:
            legal = ", ".join(names)
            return f"{cls.__name__}: no parameter {name!r}{nearest(name, names)}; it takes {legal}"
    positional = [field.name for field in fields if not field.kw_only]
    if len(args) > len(positional):
        return f"{cls.__name__}: {len(args)} positional arguments given; it takes {', '.join(positional) or 'none'}"
    missing = [
        field.name
        for field in fields
        if field.default is attrs.NOTHING and field.name not in given and field.name not in positional[: len(args)]
    ]
    return f"{cls.__name__}: {', '.join(missing)} must be given" if missing else None


def declared(cls: T) -> T:
    """Make a class of declared parameters: frozen, comparable, hashable, and helpful when called wrongly."""
    built: Any = attrs.frozen(cls, slots=False, eq=False, repr=False)
    plain_init = built.__init__

    @functools.wraps(plain_init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it becomes the method
        try:
            plain_init(self, *args, **kwargs)
        except TypeError:
            misuse = _describe_misuse(type(self), args, kwargs)
            if misuse is None:
                raise
            raise UnknownParameter(misuse) from None

    built.__init__ = __init__
    return built  # type: ignore[no-any-return]


def require(condition: object, message: str) -> None:
    """For checks across parameters, in `__attrs_post_init__`."""
    if not condition:
        raise InvalidParameter(message)
