"""The label of a whole picture, which only a mix changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData
from ..frame import Frame
from .base import Annotation


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
