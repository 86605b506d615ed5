"""Maps that a matrix describes: stretching, affine maps, perspectives. What moves whole pixels is in `maps.py`."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import attrs
import numpy as np

from . import outlines
from .errors import InvalidParameter, NotInvertible
from .maps import Array, Lattice, Map, Size, UniformMap, through


def _floats(value: Any) -> tuple[float, ...]:
    numbers = tuple(map(float, value))
    if not all(map(math.isfinite, numbers)):
        raise InvalidParameter(f"map: {numbers} holds a number that is not finite")
    return numbers


@attrs.frozen(slots=False, eq=False, repr=False)
class Resize(UniformMap):
    """The whole frame stretched to another size."""

    axis_aligned: ClassVar[bool] = True

    @property
    def scale(self) -> tuple[float, float]:
        """Along x, along y."""
        return self.output[1] / self.size[1], self.output[0] / self.size[0]

    @property
    def is_identity(self) -> bool:
        return self.size == self.output

    @property
    def matrix(self) -> Array:
        return np.diag((*self.scale, 1.0))

    def forward(self, points: Array) -> Array:
        return np.asarray(points * self.scale)

    def forward_rectangle(self, x_min: float, y_min: float, x_max: float, y_max: float) -> tuple[float, ...]:
        x, y = self.scale
        return x_min * x, y_min * y, x_max * x, y_max * y

    def inverse(self) -> Resize:
        return Resize(self.output, self.size)


@attrs.frozen(slots=False, eq=False, repr=False)
class Affine(UniformMap):
    """A linear map and a shift: the six numbers a, b, x, c, d, y of the matrix [[a, b, x], [c, d, y]]."""

    coefficients: tuple[float, ...] = attrs.field(converter=_floats)

    @classmethod
    def of(cls, matrix: Array, size: Size, output: Size | None = None) -> Affine:
        """From a 2×3 or 3×3 matrix."""
        return cls(size, output or size, np.asarray(matrix, float)[:2].ravel().tolist())

    @property
    def matrix(self) -> Array:
        return np.array([*self.coefficients, 0, 0, 1], float).reshape(3, 3)

    @property
    def determinant(self) -> float:
        a, b, _, c, d, _ = self.coefficients
        return a * d - b * c

    @property
    def is_reflection(self) -> bool:
        return self.determinant < 0

    @property
    def is_identity(self) -> bool:
        return self.size == self.output and self.coefficients == (1, 0, 0, 0, 1, 0)

    def forward(self, points: Array) -> Array:
        return through(points, np.array(self.coefficients).reshape(2, 3))

    def inverse(self) -> Affine:
        a, b, x, c, d, y = self.coefficients
        det = self.determinant
        if abs(det) < 1e-12:
            raise NotInvertible(f"affine map {self.coefficients} flattens the picture to a line and cannot be undone")
        a, b, c, d = d / det, -b / det, -c / det, a / det
        return Affine(self.output, self.size, (a, b, -(a * x + b * y), c, d, -(c * x + d * y)))


@attrs.frozen(slots=False, eq=False, repr=False)
class Projective(Map):
    """A homography: the nine numbers of its matrix, by rows."""

    coefficients: tuple[float, ...] = attrs.field(converter=_floats)

    @classmethod
    def of(cls, matrix: Array, size: Size, output: Size | None = None) -> Projective:
        """From a 3×3 matrix; its sign, which means nothing, is chosen so that the frame's centre lies in front."""
        matrix = np.asarray(matrix, float)
        in_front = matrix[2] @ (size[1] / 2, size[0] / 2, 1) >= 0
        return cls(size, output or size, (matrix if in_front else -matrix).ravel().tolist())

    @property
    def matrix(self) -> Array:
        return np.array(self.coefficients, float).reshape(3, 3)

    @property
    def is_reflection(self) -> bool:
        # In plain numbers: it is asked of every map that moves keypoints.
        a, b, c, d, e, f, g, h, i = self.coefficients
        determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
        height, width = self.size
        return determinant * (g * width / 2 + h * height / 2 + i) < 0

    @property
    def is_identity(self) -> bool:
        return self.size == self.output and self.coefficients == (1, 0, 0, 0, 1, 0, 0, 0, 1)

    def _depth(self, points: Array) -> Array:
        return np.asarray(points @ self.matrix[2, :2] + self.matrix[2, 2])

    def in_front(self, shapes: Array) -> Array:
        a, b, c = self.coefficients[6:]
        slope = math.hypot(a, b)
        # Nearer to the horizon than this, everything lies thousands of pixels outside.
        if slope <= 1e-9 or (shapes.reshape(-1, 2) @ (a, b)).min(initial=math.inf) + c >= 1e-4:
            return shapes
        return outlines.clip(shapes, np.array([[a, b, c - 1e-4]]) / slope)

    def forward(self, points: Array) -> Array:
        moved = through(points, self.matrix)
        # Points on or behind the horizon have no image; just before it they lie far outside every frame.
        return np.asarray(moved[..., :2] / np.maximum(moved[..., 2:], 1e-9))

    def inverse(self) -> Projective:
        try:
            matrix = np.linalg.inv(self.matrix)
        except np.linalg.LinAlgError:
            raise NotInvertible(f"projective map {self.coefficients} flattens the picture to a line") from None
        # Where the depth of a point is d, that of its image on the way back is 1/d: positive for all that is visible.
        return Projective(self.output, self.size, matrix.ravel().tolist())

    def jacobian(self, points: Array) -> Array:
        moved, matrix = self.forward(points), self.matrix
        return np.asarray((matrix[:2, :2] - moved[:, :, None] * matrix[2, :2]) / self._depth(points)[:, None, None])

    def pixel_jacobian(self) -> Array:
        back = self.inverse().matrix
        height, width = self.output
        columns, rows = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
        x, y, depth = (a * columns + b * rows + c for a, b, c in back.tolist())
        # Warps divide by negative depths as well, so what they show beyond the horizon has this derivative too.
        depth = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        out = np.empty((height, width, 2, 2))
        for axis, place in enumerate((x / depth, y / depth)):
            for by in range(2):
                out[..., axis, by] = (back[axis, by] - place * back[2, by]) / depth
        return out


Linear = (Lattice, Resize, Affine, Projective)
