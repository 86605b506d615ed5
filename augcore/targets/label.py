"""The label of a whole picture, which only a mix changes, and values that belong to objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, WrongType
from ..frame import Frame
from .base import Annotation, Array
from .rows import Table

_VALUES = "values"  # the only column of a table of labels


class Label(Annotation):
    """A class as a number or name, or class probabilities (a one-hot vector) as an array, a list or a tuple of floats.

    A mix blends probabilities by its weight; classes become (this sample's, the other's, weight of this one). Whole
    numbers in a list are classes, several of them.
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
        if not (_is_vector(state) or _is_vector(partner)):
            return state, _copied(partner), effect.weight
        mine, other = _as_array(state), _as_array(partner)
        if mine.shape != other.shape or mine.dtype.kind != "f" or other.dtype.kind not in "buif":
            raise InvalidData(
                f"label: {mine.dtype} of shape {mine.shape} cannot be mixed with the other sample's {other.dtype} of "
                f"shape {other.shape}; give floating class probabilities of one length"
            )
        mixed = (effect.weight * mine + (1 - effect.weight) * other).astype(mine.dtype)
        return mixed if isinstance(state, np.ndarray) else type(state)(mixed.tolist())

    def per_target(self, state: Any, effect: PerTarget, frame: Frame) -> Any:
        function = effect.function(self.kind)
        return state if function is None else function(_copied(state), **dict(effect.arguments))


def _is_vector(value: Any) -> bool:
    """Whether a label is an array of numbers, or a list or tuple with floats, rather than a class or several."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    if type(value) not in (list, tuple) or not all(isinstance(one, (int, float, np.number)) for one in value):
        return False
    return any(isinstance(one, (float, np.floating)) for one in value)


def _as_array(value: Any) -> Array:
    try:
        return np.asarray(value)
    except ValueError:  # lists of several lengths
        return np.asarray(value, object)


def _copied(value: Any) -> Any:
    """What can be changed in place, an array or a list, as another."""
    return value.copy() if isinstance(value, (np.ndarray, list)) else value


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
        if isinstance(value, np.ndarray) and not value.ndim:
            raise WrongType(f"{name}: an array of no axes, {value!r}, is one value; give an array (N,), one an object")
        return Table({_VALUES: value}, np.arange(len(value)), complete=True, name=name)

    def write(self, name: str, state: Table, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = state.column(_VALUES, result[name])

    def look(self, state: Table, frame: Frame) -> Any:
        """The values of the objects that are left, as they were given."""
        return state.column(_VALUES, state.columns[_VALUES])

    def takes_volume_maps(self) -> bool:
        return True

    def geometry(self, state: Table, effect: Geometry, frame: Frame) -> Table:
        return state

    def erase(self, state: Table, effect: Erase, frame: Frame) -> Table:
        return state

    def mix(self, state: Table, effect: Mix, frame: Frame, partner: Table) -> Table:
        values = [_copied(value) for value in partner.column(_VALUES, [])]
        return state.join(Table({_VALUES: values}, np.arange(len(values))))

    def per_target(self, state: Table, effect: PerTarget, frame: Frame) -> Table:
        """The function gets and gives one value."""
        function = effect.function(self.kind)
        if function is None:
            return state
        values = [function(_copied(value), **dict(effect.arguments)) for value in state.column(_VALUES, [])]
        return Table({_VALUES: values}, np.arange(len(values)))

    # Objects

    def objects(self, state: Table) -> Array:
        return state.rows

    def present(self, state: Table, frame: Frame) -> Array:
        return np.ones(len(state.rows), bool)

    def keep(self, state: Table, places: Array) -> Table:
        return state.take(places)
