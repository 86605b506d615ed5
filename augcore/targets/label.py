"""The label of a whole picture, which only a mix changes, and values that belong to objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, WrongType
from ..frame import Frame
from .base import Annotation, Array
from .rows import Table, read_table


class Label(Annotation):
    """A class as a number or name, or class probabilities (a one-hot vector).

    A mix blends probabilities by its weight; classes become (this sample's, the other's, weight of this one).
    """

    kind: ClassVar[str] = "label"
    default_names: ClassVar[tuple[str, ...]] = ("label",)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Any:
        return data[name]

    def write(self, name: str, state: Any, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = state

    def takes_volume_maps(self) -> bool:
        return True

    def geometry(self, state: Any, effect: Geometry, frame: Frame) -> Any:
        return state

    def erase(self, state: Any, effect: Erase, frame: Frame) -> Any:
        return state

    def mix(self, state: Any, effect: Mix, frame: Frame, partner: Any) -> Any:
        if isinstance(state, np.ndarray) and state.ndim:
            if np.shape(partner) != state.shape or state.dtype.kind != "f":
                raise InvalidData(
                    f"label: {state.dtype} of shape {state.shape} cannot be mixed with the other sample's of shape "
                    f"{np.shape(partner)}; give floating class probabilities of one length"
                )
            return (effect.weight * state + (1 - effect.weight) * partner).astype(state.dtype)
        return state, partner, effect.weight

    def per_target(self, state: Any, effect: PerTarget, frame: Frame) -> Any:
        function = effect.function(self.kind)
        return state if function is None else function(state, **dict(effect.arguments))


class Labels(Annotation):
    """One value an object, such as its class or its id, in a list or an array; `instance_binding` binds it to others.

    Values come out as they came in, of those objects that are left.
    """

    kind: ClassVar[str] = "labels"
    made_of_objects: ClassVar[bool] = True

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Table:
        value = data[name]
        if not isinstance(value, (list, tuple, np.ndarray)):
            raise WrongType(f"{name}: {type(value).__name__} is neither a list nor an array; give one value an object")
        return read_table(name, {"": value}, ("",), None, len(value))

    def write(self, name: str, state: Table, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = state.column("", result[name])

    def takes_volume_maps(self) -> bool:
        return True

    def geometry(self, state: Table, effect: Geometry, frame: Frame) -> Table:
        return state

    def erase(self, state: Table, effect: Erase, frame: Frame) -> Table:
        return state

    def mix(self, state: Table, effect: Mix, frame: Frame, partner: Table) -> Table:
        return state.join(partner)

    def per_target(self, state: Table, effect: PerTarget, frame: Frame) -> Table:
        """The function gets and gives one value."""
        function = effect.function(self.kind)
        if function is None:
            return state
        values = [function(value, **dict(effect.arguments)) for value in state.column("", [])]
        return Table({"": values}, np.arange(len(values)))

    # Objects

    def objects(self, state: Table) -> Array:
        return state.rows

    def present(self, state: Table, frame: Frame) -> Array:
        return np.ones(len(state.rows), bool)

    def keep(self, state: Table, places: Array) -> Table:
        return state.take(places)
