"""The camera that took the picture, as the matrix that projects points of space to pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, Unsupported, WrongType
from ..frame import Frame
from ..params import choice, declared
from .base import Annotation, Array

_SHAPES = ((3, 3), (3, 4))


@declared
class CameraMatrix(Annotation):
    """Intrinsics K (3, 3), or a projection matrix K·[R|t] (3, 4), or several of them (N, 3, 3 or 4).

    After a map M of the picture it is M·K: it projects the same points of space to where they are shown now. Crops,
    resizes and upright scalings keep it upper triangular; a flip makes a focal length negative, and a rotation mixes
    rows, as if the camera had been rolled.

    Args:
        origin: what the pixel (0, 0) means: "centre" of the first pixel, as in OpenCV, or its "corner", as in COLMAP.
    """

    origin: Literal["centre", "corner"] = choice(default="centre", options=("centre", "corner"))

    kind: ClassVar[str] = "camera_matrix"
    default_names: ClassVar[tuple[str, ...]] = ("camera_matrix",)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        value = data[name]
        try:
            matrix = np.array(value, np.float64)
        except (TypeError, ValueError):
            raise WrongType(f"{name}: {type(value).__name__} is not a matrix; give 3 × 3 numbers") from None
        if matrix.ndim not in (2, 3) or matrix.shape[-2:] not in _SHAPES:
            raise InvalidData(f"{name}: shape {matrix.shape} is not (3, 3) or (3, 4), nor several of them; give K")
        if not np.isfinite(matrix).all():
            place = tuple(int(axis[0]) for axis in np.nonzero(~np.isfinite(matrix)))
            raise InvalidData(f"{name}{list(place)}: {matrix[place]} is not finite; give the calibrated numbers")
        if np.abs(matrix[..., 2, :]).sum(-1).min(initial=1.0) == 0:
            raise InvalidData(f"{name}: the last row is zero, which projects nothing; give (0, 0, 1) there for K")
        return self._shift(0.5) @ matrix

    def write(self, name: str, state: Array, frame: Frame, result: dict[str, Any]) -> None:
        given = result[name]
        matrix = self._shift(-0.5) @ state
        if isinstance(given, np.ndarray):
            result[name] = matrix.astype(given.dtype if given.dtype.kind == "f" else np.float64)
        else:
            result[name] = _like(matrix.tolist(), given)

    def _shift(self, by: float) -> Array:
        by = by if self.origin == "centre" else 0.0
        return np.array([[1, 0, by], [0, 1, by], [0, 0, 1]])

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        if not effect.map.keeps_lines:
            does = "tears the picture" if effect.map.tears else "bends lines"
            raise Unsupported(
                f"{self.kind}: a {type(effect.map).__name__} map {does}, and no matrix projects points so; leave "
                "the distortion or the camera out"
            )
        return np.asarray(effect.map.matrix @ state)  # type: ignore[attr-defined]

    def erase(self, state: Array, effect: Erase, frame: Frame) -> Array:
        return state

    def mix(self, state: Array, effect: Mix, frame: Frame, partner: Array) -> Array:
        raise Unsupported(f"{self.kind}: two pictures mixed have no common camera; leave the mix or the camera out")

    def per_target(self, state: Array, effect: PerTarget, frame: Frame) -> Array:
        """The function gets and gives the matrix in the user's convention."""
        function = effect.function(self.kind)
        if function is None:
            return state
        return self._shift(0.5) @ np.asarray(function(self._shift(-0.5) @ state, **dict(effect.arguments)), np.float64)


def _like(rows: list[Any], given: Any) -> Any:
    """Nested lists in the containers of the matrix that was given."""
    if not isinstance(given, (list, tuple)):
        return rows
    inner = [_like(row, example) for row, example in zip(rows, given, strict=True)]
    return tuple(inner) if isinstance(given, tuple) else inner
