"""Functions that effects refer to by name, so that an effect stays plain data and a trace can be read back.

`pixel_function` registers curves and image functions, `displacement_field` the fields of dense maps and `region_mask`
seeded regions. Names are `plugin.function` (`color.gamma_curve`); what a file names but nobody registered is an error.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

import attrs
import numpy as np

from .errors import InvalidParameter, UnknownName, nearest
from .plain import Plain

F = TypeVar("F", bound=Callable[..., Any])

_registered: dict[str, Callable[..., Any]] = {}


def plugin_of(module: str) -> str:
    """'color' for anything inside the package augcore_color, '' for the core, else the module's own name."""
    top = module.partition(".")[0]
    return "" if top == "augcore" else top.removeprefix("augcore_")


def qualified_name(thing: Any) -> str:
    """The name that files use: `plugin.Name`, `Name` for the core's own, and for others `package.module.Name`."""
    module = thing.__module__
    owner = plugin_of(module) if module.startswith("augcore") else module
    return f"{owner}.{thing.__qualname__}" if owner else str(thing.__qualname__)


def check_unique(name: str, role: str, thing: Any, known: Any) -> None:
    """Raise InvalidParameter if another module has registered that name: files would mean the one or the other."""
    if known is not None and known.__module__ != thing.__module__:
        raise InvalidParameter(
            f"{role} {name!r} is defined in {known.__module__} and in {thing.__module__}; rename one of them"
        )


def _register(function: F, role: str, **traits: Any) -> F:
    name = qualified_name(function)
    check_unique(name, role, function, _registered.get(name))
    for key, value in {"registered_name": name, "role": role, **traits}.items():
        setattr(function, key, value)
    _registered[name] = function
    return function


@overload
def pixel_function(function: F) -> F: ...
@overload
def pixel_function(
    *, channels: tuple[int, ...] | None = None, output: str | None = None, per_frame: bool = False
) -> Callable[[F], F]: ...
def pixel_function(
    function: Any = None,
    *,
    channels: tuple[int, ...] | None = None,
    output: str | None = None,
    per_frame: bool = False,
) -> Any:
    """Register a pure function of pixels: for `PixelFn` it takes and returns an (H, W, C) array, for `Lookup` a curve.

    A curve takes values scaled to [0, 1] with the channels on the last axis (of length 1 where all channels are alike)
    and returns the new values; it must act on each value by itself, since integers go through a table of it.

    Args:
        channels: the numbers of channels that an image function accepts; None for any.
        output: "float32" for a curve whose values are kept as they are, such as a normalisation, instead of being
            scaled back to the range of the input's dtype; of an image function the dtype that it gives, on a scale of
            its own. (Where a pipeline has a value range, image functions get floats from black at 0 to white at 1, and
            return such, unless they declare this.)
        per_frame: its argument `seed` makes noise that is another in every frame of a clip and every slice of a volume,
            as a sensor's is. Otherwise all frames get the same.
    """
    traits = {"channels": channels, "output": output, "per_frame": per_frame}
    if function is None:
        return functools.partial(_register, role="pixel function", **traits)
    return _register(function, "pixel function", **traits)


def displacement_field(function: F) -> F:
    """Register a generator of dense maps: `f(size, **arguments)` gives an (H, W, 2) float32 array d.

    The output pixel whose centre is p shows the input at p + d(p), in pixels, x before y. `Dense` takes it for a
    continuous function known at pixel centres, which points follow; `Spread` is for what is another in every pixel,
    where points stay. Pictures take least time where all of x lies before all of y: d may be a view of an array
    (2, H, W), as of `np.moveaxis(…, 0, -1)`. For `Dense3` the size is
    (depth, height, width) and the array (D, H, W, 3), x before y before z.
    """
    return _register(function, "displacement field")


def region_mask(function: F) -> F:
    """Register a generator of erased regions: `f(size, **arguments)` gives an (H, W) array of booleans, or of whole
    numbers: 0 beside the region, and one for each of the pieces that take a random colour each."""
    return _register(function, "region mask")


def registered(name: str) -> Callable[..., Any]:
    """The function of that name; its plugin is loaded first if it is installed and enabled."""
    function = _registered.get(name)
    if function is None and "." in name:
        from . import plugins

        plugins.load(name.partition(".")[0])
        function = _registered.get(name)
    if function is None:
        raise UnknownName(f"function {name!r} is not registered{nearest(name, _registered)}")
    return function


_ATOMS = frozenset((type(None), int, float, str, bool))


def plain(value: Any) -> Any:
    """The same value as immutable plain data: numbers, text, None and tuples of them."""
    kind = type(value)
    if kind in _ATOMS or (kind is tuple and _ATOMS.issuperset(map(type, value))):
        return value
    if kind is tuple and all(type(item) is tuple and _ATOMS.issuperset(map(type, item)) for item in value):
        return value
    if isinstance(value, np.ndarray) and value.size > 4096:
        raise InvalidParameter("effects hold no arrays; give a seed and make the array in a registered function")
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (int, float, str)):  # enumerations such as Border
        return next(kind(value) for kind in (int, float, str) if isinstance(value, kind))
    raise InvalidParameter(f"effects hold numbers, text and tuples of them, not {type(value).__name__} {value!r}")


def is_registered(function: Callable[..., Any]) -> bool:
    """Whether it is an author's function, which is pure, rather than one that a user gives to a pipeline."""
    return hasattr(function, "registered_name")


def _mixed(seed: int, number: int) -> int:
    """Another seed of 63 bits for each number (the finalizer of SplitMix64, Steele et al. 2014)."""
    bits = (seed + number * 0x9E3779B97F4A7C15) % 2**64
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB % 2**64
    return (bits ^ bits >> 31) >> 1


@attrs.frozen(slots=False, eq=False, repr=False)
class Call(Plain):
    """A registered function's name and the arguments to call it with."""

    function: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, function: Callable[..., Any] | str, arguments: Mapping[str, Any]) -> Call:
        name = function if isinstance(function, str) else getattr(function, "registered_name", None)
        if name is None:
            raise InvalidParameter(
                f"{getattr(function, '__qualname__', function)!r} is not registered; decorate it with @pixel_function"
            )
        return cls(name, tuple((key, plain(value)) for key, value in arguments.items()))

    def __hash__(self) -> int:
        return hash((self.function, self.arguments))  # as that of all fields, in a fifth of the time

    def resolve(self) -> Callable[..., Any]:
        return registered(self.function)

    def for_frame(self, number: int) -> Call:
        """The call for a frame of a clip: with a seed of its own from the second on, if the function wants it so."""
        seed = dict(self.arguments).get("seed")
        if number == 0 or seed is None or not getattr(self.resolve(), "per_frame", False):
            return self
        arguments = tuple((key, _mixed(seed, number) if key == "seed" else value) for key, value in self.arguments)
        return attrs.evolve(self, arguments=arguments)

    def __call__(self, *data: Any) -> Any:
        return registered(self.function)(*data, **dict(self.arguments))
