"""Effects: what was decided, as immutable plain data. A closed set of kinds; targets define how they undergo each.

An effect holds numbers, names and seeds, never arrays, so it goes to JSON and back and replays bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, Literal, TypeVar

import attrs

from .functions import Call, plain
from .maps import Map
from .params import Border, Interpolation
from .plain import Plain
from .regions import Region


class Effect(Plain):
    """The base of the seven kinds. `method` names the method of a target that carries the kind out."""

    __slots__ = ()
    method: ClassVar[str] = ""


@attrs.frozen(init=False, slots=False, eq=False, repr=False)
class Geometry(Effect):
    """Points move by `map`; rasters are resampled, annotations mapped.

    Attributes:
        map: from the input frame to the output frame.
        interpolation, mask_interpolation: how images and masks are resampled.
        border: what shows beyond the input's edge.
        fill, fill_mask: what a constant border holds, in images and masks.
        box_method: "largest_box" follows a box's corners, "ellipse" the ellipse inscribed in it, which fits round
            objects more closely after a rotation.
        content: the region of the output to keep, (x, y) pairs; fusion uses it so that merged maps show no more than
            the maps did one after the other.
    """

    map: Map
    interpolation: Interpolation = Interpolation.LINEAR
    mask_interpolation: Interpolation = Interpolation.NEAREST
    border: Border = Border.CONSTANT
    fill: Any = 0
    fill_mask: Any = 0
    box_method: Literal["largest_box", "ellipse"] = "largest_box"
    content: tuple[tuple[float, float], ...] | None = None
    method: ClassVar[str] = "geometry"

    def __init__(
        self,
        map: Map,
        interpolation: int = Interpolation.LINEAR,
        mask_interpolation: int = Interpolation.NEAREST,
        border: int = Border.CONSTANT,
        fill: Any = 0,
        fill_mask: Any = 0,
        box_method: Literal["largest_box", "ellipse"] = "largest_box",
        content: Any = None,
    ) -> None:
        # By hand: one is made in almost every call, and converters that find nothing to convert take as long again.
        fields = self.__dict__
        fields["map"] = map
        fields["interpolation"] = (
            interpolation if type(interpolation) is Interpolation else Interpolation(interpolation)
        )
        fields["mask_interpolation"] = (
            mask_interpolation if type(mask_interpolation) is Interpolation else Interpolation(mask_interpolation)
        )
        fields["border"] = border if type(border) is Border else Border(border)
        fields["fill"] = fill if type(fill) is int else plain(fill)
        fields["fill_mask"] = fill_mask if type(fill_mask) is int else plain(fill_mask)
        fields["box_method"] = box_method
        fields["content"] = None if content is None else plain(content)


@attrs.frozen(init=False, slots=False, eq=False, repr=False)
class Lookup(Effect):
    """Curves over values scaled to [0, 1], one after the other: tables for integers, the curves themselves for floats.

    >>> Lookup(gamma_curve, gamma=1.2)
    """

    steps: tuple[Call, ...]
    method: ClassVar[str] = "lookup"

    def __init__(self, function: Callable[..., Any] | str, /, **arguments: Any) -> None:
        self.__attrs_init__((Call.of(function, arguments),))

    @classmethod
    def chain(cls, steps: tuple[Call, ...]) -> Lookup:
        lookup = cls.__new__(cls)
        lookup.__attrs_init__(tuple(steps))
        return lookup


@attrs.frozen(init=False, slots=False, eq=False, repr=False)
class PixelFn(Effect):
    """A registered function of an (H, W, C) image. Noise takes a seed among its arguments."""

    call: Call
    method: ClassVar[str] = "pixels"

    def __init__(self, function: Callable[..., Any] | str, /, **arguments: Any) -> None:
        self.__attrs_init__(Call.of(function, arguments))

    def for_frame(self, number: int) -> PixelFn:
        """The effect on a frame of a clip, see `pixel_function(per_frame=True)`."""
        call = self.call.for_frame(number)
        if call is self.call:
            return self
        other = PixelFn.__new__(PixelFn)
        other.__attrs_init__(call)
        return other


@attrs.frozen(slots=False, eq=False, repr=False)
class Erase(Effect):
    """Regions are covered: images filled, masks where `fill_mask` is given, annotations less visible.

    Attributes:
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per
            region), "inpaint_telea" or "inpaint_ns" (continued from around the region; 8-bit pictures of 1 or 3
            channels).
        seed: of random fills.
    """

    region: Region
    fill: Any = attrs.field(default=0, converter=plain)
    fill_mask: Any = attrs.field(default=None, converter=plain)
    seed: int = 0
    method: ClassVar[str] = "erase"


@attrs.frozen(slots=False, eq=False, repr=False)
class Mix(Effect):
    """Another sample of the pipeline's source joins this one, stretched to its frame.

    Attributes:
        key: of the other sample in the source.
        weight: how much of this sample's label stays, in [0, 1]; of its pixels as well, unless a region is given.
        region: (x_min, y_min, x_max, y_max) in pixels that shows the other sample; None blends the whole frames.
    """

    key: Any = attrs.field(converter=plain)
    weight: float = 1.0
    region: tuple[int, int, int, int] | None = attrs.field(default=None, converter=plain)
    method: ClassVar[str] = "mix"


E = TypeVar("E", bound=Effect)


def _as_effects(value: Iterable[E]) -> tuple[E, ...]:
    # attrs asks converters for their signature, and that of the built-in tuple costs 10 ms to find.
    return tuple(value)


@attrs.frozen(slots=False, eq=False, repr=False)
class Chain(Effect, Generic[E]):
    """Effects in order; with `channels`, on those channels of the images alone."""

    effects: tuple[E, ...] = attrs.field(converter=_as_effects)
    channels: tuple[int, ...] | None = attrs.field(default=None, converter=plain)
    method: ClassVar[str] = "chain"


@attrs.frozen(slots=False, eq=False, repr=False)
class PerTarget(Effect):
    """A function per kind of target: the escape hatch. A kind without one is left as it is, by its author's word.

    Attributes:
        functions: (kind, function) pairs. Registered functions are pure, get boxes as x_min, y_min, x_max, y_max in
            pixels whatever the pipeline's format, and are saved by name. Others, such as those given to `Lambda`, are
            saved only under the `name` of the Lambda that holds them, which a reader must supply again.
    """

    functions: tuple[tuple[str, Callable[..., Any]], ...] = ()
    arguments: tuple[tuple[str, Any], ...] = ()
    name: str | None = None
    method: ClassVar[str] = "per_target"

    @classmethod
    def of(cls, functions: Mapping[str, Callable[..., Any]], **arguments: Any) -> PerTarget:
        return cls(tuple(functions.items()), tuple((key, plain(value)) for key, value in arguments.items()))

    def function(self, kind: str) -> Callable[..., Any] | None:
        return next((function for name, function in self.functions if name == kind), None)


NOTHING = PerTarget()

KINDS: tuple[type[Effect], ...] = (Geometry, Lookup, PixelFn, Erase, Mix, Chain, PerTarget)
