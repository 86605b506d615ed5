"""A kind of target: one point (x, y) in the continuous frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from augcore import Annotation, Erase, Frame, Geometry, InvalidData, Mix, params


@params.declared
class Marker(Annotation):
    """One point. What a PerTarget would do to it is left undefined on purpose."""

    digits: int = params.integer(default=6, low=0, high=12)

    kind: ClassVar[str] = "marker"

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Any:
        if len(data[name]) != 2:
            raise InvalidData(f"{name}: {data[name]!r} is not a point; give (x, y)")
        return np.array([data[name]], float)

    def write(self, name: str, state: Any, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = tuple(round(value, self.digits) for value in state[0].tolist())

    def geometry(self, state: Any, effect: Geometry, frame: Frame) -> Any:
        return effect.map.forward(state)

    def erase(self, state: Any, effect: Erase, frame: Frame) -> Any:
        return state

    def mix(self, state: Any, effect: Mix, frame: Frame, partner: Any) -> Any:
        return state
