"""A target that is right, and a broken one for every check of the conformance kit, which must catch it.

In a module of its own, so that a spawned process can import it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import Annotation, Lattice, params


@params.declared
class Marks(Annotation):
    """Points (N, 2) of the continuous frame, kept wherever they go."""

    kind = "marks"

    def read(self, name: str, data: Any, frame: Any) -> Any:
        return data[name].astype(float)

    def write(self, name: str, state: Any, frame: Any, result: dict[str, Any]) -> None:
        result[name] = state.copy()

    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return effect.map.forward(state)

    def mix(self, state: Any, effect: Any, frame: Any, partner: Any) -> Any:
        return np.concatenate([state, partner])

    def per_target(self, state: Any, effect: Any, frame: Any) -> Any:
        function = effect.function(self.kind)
        return state if function is None else function(state)


@params.declared
class PassedThrough(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return state


@params.declared
class Deaf(Marks):
    def per_target(self, state: Any, effect: Any, frame: Any) -> Any:
        return state


@params.declared
class Eager(Marks):
    def per_target(self, state: Any, effect: Any, frame: Any) -> Any:
        return effect.functions[0][1](state) if effect.functions else effect.function(self.kind)(state)


@params.declared
class Listed(Marks):
    def write(self, name: str, state: Any, frame: Any, result: dict[str, Any]) -> None:
        result[name] = state.tolist()


@params.declared
class Distracted(Marks):
    def read(self, name: str, data: Any, frame: Any) -> Any:
        return data[name] + ("image" in data)


@params.declared
class InPlace(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        state[:] = effect.map.forward(state)
        return state


@params.declared
class Greedy(Marks):
    def read(self, name: str, data: Any, frame: Any) -> Any:
        return data[name]

    def mix(self, state: Any, effect: Any, frame: Any, partner: Any) -> Any:
        partner += 1
        return np.concatenate([state, partner])


@params.declared
class Lending(Marks):
    def read(self, name: str, data: Any, frame: Any) -> Any:
        return data[name]

    def mix(self, state: Any, effect: Any, frame: Any, partner: Any) -> Any:
        return partner

    def write(self, name: str, state: Any, frame: Any, result: dict[str, Any]) -> None:
        result[name] = state


@params.declared
class Crowded(Marks):
    def mix(self, state: Any, effect: Any, frame: Any, partner: Any) -> Any:
        return np.concatenate([state, partner[partner[:, 0] >= partner.min()]])


@params.declared
class Expecting(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        assert np.isfinite(state.max())
        return effect.map.forward(state)


@params.declared
class OffCentre(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return effect.map.forward(state) - 0.5


@params.declared
class Rounded(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        moved = effect.map.forward(state)
        return moved if isinstance(effect.map, Lattice) else np.round(moved)


@params.declared
class CutTooEarly(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return np.clip(effect.map.forward(state), 0, frame.size[::-1])


class Undeclared(Marks):
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


BROKEN_TARGETS = {
    "every_effect_is_defined_or_refused": PassedThrough(),
    "per_target_functions_are_called": Deaf(),
    "lambdas_for_others_leave_it_alone": Eager(),
    "reading_and_writing_gives_the_same_back": Listed(),
    "nothing_happens_under_no_op": Distracted(),
    "inputs_and_states_are_left_alone": InPlace(),
    "empty_is_valid": Expecting(),
    "mixes_leave_the_partner_alone": Greedy(),
    "mixes_share_no_memory_with_the_partner": Lending(),
    "nothing_can_be_mixed": Crowded(),
    "lattice_maps_come_back": OffCentre(),
    "geometry_can_be_undone": Rounded(),
    "fusing_is_invisible": CutTooEarly(),
    "target_survives_pickling": Undeclared(),
}


def marks(size: Any, rng: Any) -> dict[str, Any]:
    return {"marks": rng.uniform(5, 43, (6, 2))}


def no_marks(size: Any) -> list[dict[str, Any]]:
    return [{"marks": np.zeros((0, 2))}]
