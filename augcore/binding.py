"""Objects whose annotations are bound by `Compose(instance_binding=…)`: one decision keeps or drops an object's box,
mask, polygon, keypoints and labels together. What is left of each is the targets' to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .errors import InvalidData, InvalidParameter
from .frame import Frame
from .targets.base import Array, Target

States = dict[str, tuple[Target, Any]]


class Binding:
    """The bound targets of one call.

    Attributes:
        numbers: of the objects that the states hold, among those given; of another sample's that joined them, beyond.
        missing: by target, which objects came in with nothing of that kind, and so have nothing to lose.
    """

    __slots__ = ("missing", "names", "numbers")

    def __init__(self, names: tuple[str, ...], numbers: Array, missing: Mapping[str, Array]) -> None:
        self.names = names
        self.numbers = numbers
        self.missing = missing

    @classmethod
    def of(cls, wanted: tuple[str, ...], data: Mapping[str, Any], states: States) -> Binding | None:
        """The binding of what was given. States are told how many objects there are, and agree on them afterwards."""
        names = tuple(name for name in wanted if name in states)
        if not names:
            return None
        absent = [name for name in wanted if name not in data]
        if absent:
            raise InvalidData(
                f"{absent[0]}: named in instance_binding, and not given beside {', '.join(names)}; "
                f"pass {absent[0]}=…, with one entry an object, or None"
            )
        count = _count(names, data, states)
        for name in names:
            target, state = states[name]
            states[name] = target, target.divide(name, state, count)
        # Boxes that were refused when they were read take the rest of their objects with them.
        found = {name: states[name][0].objects(states[name][1]) for name in names}
        left = np.array(sorted(set.intersection(*(set(numbers.tolist()) for numbers in found.values()))), int)
        for name, numbers in found.items():
            if len(numbers) > len(left):
                target, state = states[name]
                states[name] = target, target.keep(state, np.flatnonzero(np.isin(numbers, left)))
        return cls(names, left, {name: states[name][0].missing(states[name][1]) for name in names})

    def join(self, other: Binding) -> Binding:
        """With the objects of another sample behind these."""
        beyond = np.full(len(other.numbers), np.iinfo(int).max)
        missing = {name: np.concatenate([self.missing[name], other.missing[name]]) for name in self.names}
        return Binding(self.names, np.concatenate([self.numbers, beyond]), missing)

    def settle(self, states: States, frame: Frame, result: dict[str, Any]) -> None:
        """Drop, from all, the objects that one of the deciding targets has lost.

        What was given, after which `result` is shaped, loses the same.
        """
        places = self._left(states, frame)
        for name in self.names:
            target, state = states[name]
            if len(places) < len(self.numbers):
                states[name] = target, target.keep(state, places)
            if target.is_grouped(state):
                result[name] = _taken(result[name], self.numbers[places])

    def _left(self, states: States, frame: Frame) -> Array:
        shapes = [name for name in self.names if states[name][0].has_shape]
        kept: Any = True
        for name in shapes or self.names:
            target, state = states[name]
            kept = kept & (target.present(state, frame) | self.missing[name])
        return np.flatnonzero(kept)


def _taken(given: Any, numbers: Array) -> Any:
    numbers = numbers[numbers < len(given)]
    if len(numbers) == len(given):
        return given
    if isinstance(given, np.ndarray):
        return given[numbers]
    items = [given[number] for number in numbers.tolist()]
    return tuple(items) if isinstance(given, tuple) else items


def _count(names: tuple[str, ...], data: Mapping[str, Any], states: States) -> int:
    """How many objects were given. Rows of keypoints that are not grouped tell nothing by themselves."""
    counted = {name: len(data[name]) for name in names if states[name][0].is_grouped(states[name][1])}
    if not counted:
        raise InvalidData(
            f"{names[0]}: rows of several objects cannot be told apart; give one list of rows an object, or bind them "
            "to boxes, masks or polygons"
        )
    first = next(iter(counted))
    for name, count in counted.items():
        if count != counted[first]:
            raise InvalidData(
                f"{name}: {count} objects, but {first} holds {counted[first]}; "
                "give one entry for each object, since instance_binding binds them"
            )
    return counted[first]


def check(wanted: tuple[str, ...], targets: Mapping[str, Target], params_for: Mapping[str, str]) -> None:
    """Raise InvalidParameter for names that cannot be bound.

    Args:
        params_for: what to give for names that mean nothing without parameters.
    """
    owners = {label: name for name, target in targets.items() for label in target.companions()}
    for name in wanted:
        if name in params_for and name not in targets:
            raise InvalidParameter(f"Compose.instance_binding: {name!r} need a format; give {params_for[name]} as well")
        if name in owners and owners[name] not in wanted:
            raise InvalidParameter(
                f"Compose.instance_binding: {name!r} is a label field of {owners[name]}; bind {owners[name]!r} instead"
            )
        if name in targets and not targets[name].made_of_objects:
            able = ", ".join(one for one, target in targets.items() if target.made_of_objects)
            raise InvalidParameter(
                f"Compose.instance_binding: {name!r} is not made of objects; give some of {able}, "
                "or names of arguments with one value an object"
            )
