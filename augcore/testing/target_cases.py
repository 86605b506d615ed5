"""What a target is checked on: samples of its data, and effects of every kind to undergo."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from ..compose import Compose
from ..effects import Effect, Erase, Geometry, Lookup, Mix, PerTarget, PixelFn
from ..frame import Frame
from ..functions import pixel_function
from ..fuse import Fuse
from ..linear import Affine
from ..maps import Lattice, Size
from ..regions import Rectangles
from ..targets import Target
from . import samples
from .pipelines import Fixed


@pixel_function
def inverted_curve(x: Any) -> Any:
    return 1 - x


@pixel_function
def inverted_pixels(image: Any) -> Any:
    from ..pixels import max_value

    return (max_value(image.dtype) - image).astype(image.dtype)


def _nothing(size: Size) -> Sequence[dict[str, Any]]:
    return ()


@attrs.frozen
class TargetCase:
    """A target, and how its data is made and compared; see `TargetConformance` for the attributes."""

    target: Target
    make: Callable[[Size, Any], dict[str, Any]]
    compare: Callable[[Any, Any, float], str] = samples.difference
    empty: Callable[[Size], Sequence[dict[str, Any]]] = _nothing
    indifferent: tuple[str, ...] = ()
    tolerance: float = 1e-6
    size: Size = (48, 48)

    @property
    def name(self) -> str:
        return type(self.target).__name__

    def sample(self, seed: int = 0) -> dict[str, Any]:
        """The target's own data and its label fields."""
        return self.make(self.size, np.random.default_rng(seed))

    @property
    def argument(self) -> str:
        """The name under which the data is given."""
        return next(iter(self.sample()))

    def read(self, data: dict[str, Any]) -> Any:
        return self.target.read(self.argument, data, None if self.target.is_raster else Frame(self.size))

    def written(self, state: Any, frame: Frame, given: dict[str, Any]) -> dict[str, Any]:
        result = dict(given)
        self.target.write(self.argument, state, frame, result)
        return result

    def call(
        self, data: dict[str, Any], effects: Sequence[Callable[[Any], Effect | None]], fuse: Fuse = "off"
    ) -> dict[str, Any]:
        """The data after effects, each made for the frame it meets; without the picture that gives the frame."""
        given = dict(data)
        if self.target.size_of(self.read(data)) is None:  # no raster, or a stack of none, which has no size
            given["image"] = samples.picture(self.size, 1)
        steps = [Fixed(effect) for effect in effects]
        pipeline = Compose(steps, additional_targets={self.argument: self.target}, fuse=fuse)
        result = pipeline(**given)
        return {name: result[name] for name in data}


# Effects of every kind


def hflip(view: Any) -> Effect:
    return Geometry(Lattice.hflip(view.size))


def vflip(view: Any) -> Effect:
    return Geometry(Lattice.vflip(view.size))


def quarter_turn(view: Any) -> Effect:
    return Geometry(Lattice.rot90(view.size))


def transposed(view: Any) -> Effect:
    return Geometry(Lattice.transpose(view.size))


def window(view: Any) -> Effect:
    height, width = view.size
    return Geometry(Lattice.window(view.size, width // 4, height // 5, width - 3, height - 1))


def padded(view: Any) -> Effect:
    return Geometry(Lattice.pad(view.size, 2, 3, 1, 4))


def turn(angle: float, scale: float = 1.0) -> Callable[[Any], Effect]:
    """About the centre, as an affine map."""

    def effect(view: Any) -> Effect:
        height, width = view.size
        c, s = scale * math.cos(angle), scale * math.sin(angle)
        x, y = width / 2, height / 2
        return Geometry(Affine.of(np.array([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y]]), view.size))

    return effect


def undone(effect: Callable[[Any], Effect]) -> Callable[[Any], Effect]:
    """The way back of a Geometry that keeps the frame's size."""

    def back(view: Any) -> Effect:
        forth = effect(view)
        assert isinstance(forth, Geometry)
        return attrs.evolve(forth, map=forth.map.inverse())

    return back


def inverted(view: Any) -> Effect:
    return Lookup(inverted_curve)


def negated(view: Any) -> Effect:
    return PixelFn(inverted_pixels)


def erased(view: Any) -> Effect:
    height, width = view.size
    return Erase(Rectangles(((0, 0, width, height),)), fill=7, fill_mask=1)


def mixed(view: Any) -> Effect:
    height, width = view.size
    return Mix(0, 0.25, (0, 0, width // 2, height))


def blended(view: Any) -> Effect:
    return Mix(0, 0.25)


@attrs.frozen
class Listening(PerTarget):
    """Functions that change nothing for every kind that is asked for; notes which kinds were called."""

    calls: list[str] = attrs.field(factory=list)

    def function(self, kind: str) -> Callable[..., Any]:
        def note(value: Any, **_: Any) -> Any:
            self.calls.append(kind)
            return value

        return note


KINDS: dict[str, Callable[[Any], Effect]] = {
    "Geometry": hflip,
    "Lookup": inverted,
    "PixelFn": negated,
    "Erase": erased,
    "Mix": mixed,
}
