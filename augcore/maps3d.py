"""Maps of volumes: how points of one box of voxels move to another. Nothing here touches voxels; `resample3d.py` does.

Sizes are (depth, height, width), points (..., 3) are (x, y, z) in the continuous frame: voxel (z, y, x) covers
[x, x+1) × [y, y+1) × [z, z+1). Two-dimensional maps act on every slice alike and stay in `maps.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from .errors import InvalidParameter, NotInvertible, Unsupported
from .functions import Call
from .maps import Affine, Array, Lattice, Map, Resize, _floats

Size3 = tuple[int, int, int]


def as_size3(value: Any) -> Size3:
    depth, height, width = value
    return int(depth), int(height), int(width)


@attrs.frozen(slots=False)
class Map3(Map):
    """From a box of `size` to a box of `output`, both (depth, height, width)."""

    size: Size3 = attrs.field(converter=as_size3)  # type: ignore[assignment]
    output: Size3 = attrs.field(converter=as_size3)  # type: ignore[assignment]

    is_volumetric: ClassVar[bool] = True

    def pixel_jacobian(self) -> Array:
        raise Unsupported(f"{type(self).__name__} maps have no derivative for each pixel; ask their plane for it")

    def jacobian(self, points: Array) -> Array:
        """The derivative of `forward` at each of (N, 3) points: (N, 3, 3), by central differences."""
        steps = np.eye(3) * 1e-3
        moved = [(self.forward(points + step) - self.forward(points - step)) / 2e-3 for step in steps]
        return np.stack(moved, -1)


def _signed(axis: int, sign: int) -> int:
    return sign * (axis + 1)


@attrs.frozen(slots=False)
class Lattice3(Map3):
    """Flips, quarter turns, whole-voxel crops and pads of a volume: voxels move, none is computed.

    Axes are numbered 0 for z, 1 for y, 2 for x, as in arrays.

    Attributes:
        turn: for each output axis the input axis it takes its place from, counted from 1, negative where it runs the
            other way.
        shift: what is added along each output axis.
        content: (z_min, y_min, x_min, z_max, y_max, x_max) of the part of the output that shows the input.
    """

    turn: tuple[int, int, int] = (1, 2, 3)
    shift: tuple[int, int, int] = (0, 0, 0)
    content: tuple[int, int, int, int, int, int] = attrs.field()

    @content.default
    def _whole(self) -> tuple[int, ...]:
        return (0, 0, 0, *self.output)

    @classmethod
    def identity(cls, size: Size3) -> Lattice3:
        return cls(size, size)

    @classmethod
    def flip(cls, size: Size3, axes: Sequence[int]) -> Lattice3:
        """Mirrored along each of the axes."""
        turn = tuple(_signed(axis, -1 if axis in axes else 1) for axis in range(3))
        shift = tuple(side if axis in axes else 0 for axis, side in enumerate(size))
        return cls(size, size, turn, shift)  # type: ignore[arg-type]

    @classmethod
    def permute(cls, size: Size3, axes: Sequence[int]) -> Lattice3:
        """As `numpy.transpose`: output axis i is input axis axes[i]."""
        if sorted(axes) != [0, 1, 2]:
            raise InvalidParameter(f"axes: {tuple(axes)} is not an order of 0, 1, 2; give each of them once")
        output = tuple(size[axis] for axis in axes)
        return cls(size, output, tuple(axis + 1 for axis in axes))  # type: ignore[arg-type]

    @classmethod
    def rot90(cls, size: Size3, times: int = 1, axes: tuple[int, int] = (1, 2)) -> Lattice3:
        """From the first axis towards the second by `times` quarter turns, as `numpy.rot90`."""
        first, second = axes
        found = cls.identity(size)
        order = [0, 1, 2]
        order[first], order[second] = second, first
        for _ in range(times % 4):
            turned = cls.permute(found.output, order)
            found = found.then(turned).then(cls.flip(turned.output, (first,)))
        return found

    @classmethod
    def window(cls, size: Size3, low: Sequence[int], high: Sequence[int]) -> Lattice3:
        """A crop from `low` up to `high`, each (z, y, x); where it reaches beyond the volume, a pad."""
        if any(end <= start for start, end in zip(low, high, strict=True)):
            raise InvalidParameter(f"window from {tuple(low)} to {tuple(high)} is empty; give low < high along z, y, x")
        output = tuple(end - start for start, end in zip(low, high, strict=True))
        begin = [min(max(0, -start), side) for start, side in zip(low, output, strict=True)]
        end = [max(0, min(side, whole - start)) for side, whole, start in zip(output, size, low, strict=True)]
        return cls(size, output, (1, 2, 3), tuple(-start for start in low), (*begin, *end))  # type: ignore[arg-type]

    @property
    def has_border(self) -> bool:
        return self.content != (0, 0, 0, *self.output)

    @property
    def is_identity(self) -> bool:
        return self == Lattice3.identity(self.size)

    @property
    def is_reflection(self) -> bool:
        return bool(np.linalg.det(self._linear) < 0)

    @property
    def _linear(self) -> Array:
        """The signed permutation between (z, y, x) columns."""
        matrix = np.zeros((3, 3))
        for row, axis in enumerate(self.turn):
            matrix[row, abs(axis) - 1] = np.sign(axis)
        return matrix

    @property
    def matrix(self) -> Array:
        """4×4, of (x, y, z, 1)."""
        matrix = np.eye(4)
        matrix[:3, :3] = self._linear[::-1, ::-1]
        matrix[:3, 3] = self.shift[::-1]
        return matrix

    def forward(self, points: Array) -> Array:
        return np.asarray((points[..., ::-1] @ self._linear.T + self.shift)[..., ::-1])

    @property
    def source(self) -> tuple[int, ...]:
        """The part of the input that is shown: where `content` comes from; low and high along z, y, x."""
        ends = (np.array(self.content).reshape(2, 3) - self.shift) @ self._linear
        return tuple(np.concatenate([ends.min(0), ends.max(0)]).astype(int).tolist())

    def inverse(self) -> Lattice3:
        linear = self._linear.T
        turn = [_signed(int(np.flatnonzero(row)[0]), int(row.sum())) for row in linear]
        shift = (-(linear @ self.shift)).astype(int)
        return Lattice3(self.output, self.size, tuple(turn), tuple(shift.tolist()), self.source)  # type: ignore[arg-type]

    def then(self, second: Lattice3) -> Lattice3:
        """Both, one after the other."""
        linear = second._linear @ self._linear
        turn = [_signed(int(np.flatnonzero(row)[0]), int(row.sum())) for row in linear]
        shift = (second._linear @ self.shift + second.shift).astype(int)
        ends = np.array(self.content).reshape(2, 3) @ second._linear.T + second.shift
        low = np.maximum(ends.min(0), second.content[:3])
        high = np.maximum(np.minimum(ends.max(0), second.content[3:]), low)
        content = np.concatenate([low, high]).astype(int).tolist()
        return Lattice3(self.size, second.output, tuple(turn), tuple(shift.tolist()), tuple(content))  # type: ignore[arg-type]

    @property
    def plane(self) -> Lattice | None:
        if abs(self.turn[0]) != 1:
            return None
        _, y0, x0, _, y1, x1 = self.content
        (a, b), (c, d) = self.matrix[:2, :2].astype(int).tolist()
        shift = self.shift[2], self.shift[1]
        return Lattice(self.size[1:], self.output[1:], (a, b, c, d), shift, (x0, y0, x1, y1))


@attrs.frozen(slots=False)
class Resize3(Map3):
    """The whole volume stretched to another size."""

    @property
    def scale(self) -> tuple[float, float, float]:
        """Along x, y, z."""
        x, y, z = (new / old for new, old in zip(self.output[::-1], self.size[::-1], strict=True))
        return x, y, z

    @property
    def is_identity(self) -> bool:
        return self.size == self.output

    @property
    def matrix(self) -> Array:
        return np.diag((*self.scale, 1.0))

    def forward(self, points: Array) -> Array:
        return np.asarray(points * self.scale)

    def inverse(self) -> Resize3:
        return Resize3(self.output, self.size)

    @property
    def plane(self) -> Resize:
        return Resize(self.size[1:], self.output[1:])


@attrs.frozen(slots=False)
class Affine3(Map3):
    """A linear map and a shift: the twelve numbers, by rows, of a 3×4 matrix on (x, y, z, 1)."""

    coefficients: tuple[float, ...] = attrs.field(converter=_floats)

    @classmethod
    def of(cls, matrix: Array, size: Size3, output: Size3 | None = None) -> Affine3:
        """From a 3×4 or 4×4 matrix."""
        return cls(size, output or size, np.asarray(matrix, float)[:3].ravel().tolist())

    @property
    def matrix(self) -> Array:
        return np.vstack([np.array(self.coefficients).reshape(3, 4), (0, 0, 0, 1)])

    @property
    def is_reflection(self) -> bool:
        return bool(np.linalg.det(self.matrix[:3, :3]) < 0)

    @property
    def is_identity(self) -> bool:
        return self.size == self.output and bool((self.matrix == np.eye(4)).all())

    def forward(self, points: Array) -> Array:
        matrix = self.matrix
        return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])

    def inverse(self) -> Affine3:
        if abs(np.linalg.det(self.matrix[:3, :3])) < 1e-12:
            raise NotInvertible(f"affine map {self.coefficients} flattens the volume and cannot be undone")
        return Affine3.of(np.linalg.inv(self.matrix), self.output, self.size)

    @property
    def plane(self) -> Affine | None:
        matrix = self.matrix
        if matrix[:2, 2].any() or matrix[2, :2].any():
            return None
        return Affine.of(matrix[:2, [0, 1, 3]], self.size[1:], self.output[1:])


def _no_field() -> list[Array]:
    return []


@attrs.frozen(slots=False)
class Dense3(Map3):
    """A displacement for every voxel, named by its generator and computed when first needed.

    The output voxel with centre p shows the input at p + d(p), as in `Dense`.
    """

    generator: Call
    inverted: bool = False
    _fields: list[Array] = attrs.field(factory=_no_field, init=False, eq=False, repr=False)
    keeps_lines: ClassVar[bool] = False

    @classmethod
    def of(cls, generator: Callable[..., Any], size: Size3, **arguments: Any) -> Dense3:
        return cls(size, size, Call.of(generator, arguments))

    @property
    def field(self) -> Array:
        """(D, H, W, 3) float32: the generator's displacement (x, y, z) at each voxel centre."""
        if not self._fields:
            self._fields.append(np.ascontiguousarray(self.generator(self.output), np.float32))
        return self._fields[0]

    def __getstate__(self) -> tuple[Any, ...]:
        return self.size, self.output, self.generator, self.inverted

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__(state[0], state[1], state[2], state[3])  # type: ignore[misc]

    @property
    def plane(self) -> None:
        return None

    def _source(self, points: Array) -> Array:
        """Where output points look: p + d(p), the field trilinear between voxel centres and continued beyond them."""
        return points + trilinear(self.field, points)

    def _solve(self, target: Array) -> Array:
        """q with q + d(q) = target, by damped Newton steps; points that have arrived stay."""
        q = target - trilinear(self.field, target)
        error = np.abs(self._source(q) - target).max(1, initial=0)
        damping = np.ones(len(q))
        for _ in range(40):
            if not (error > 1e-5).any():
                break
            step = np.linalg.solve(_gradient(self._source, q), (self._source(q) - target)[..., None])[..., 0]
            trial = q - damping[:, None] * step
            trial_error = np.abs(self._source(trial) - target).max(1, initial=0)
            better = (trial_error < error) & (error > 1e-5)
            q, error = np.where(better[:, None], trial, q), np.where(better, trial_error, error)
            damping = np.where(better, 1.0, damping / 2)
        return q

    def forward(self, points: Array) -> Array:
        points = np.asarray(points, float)
        known = np.isfinite(points).all(-1, keepdims=True)
        safe = np.where(known, points, 0.0).reshape(-1, 3)
        moved = self._source(safe) if self.inverted else self._solve(safe)
        return np.where(known, moved.reshape(points.shape), np.nan)

    def inverse(self) -> Dense3:
        back = attrs.evolve(self, inverted=not self.inverted)
        back._fields.extend(self._fields)
        return back


def _gradient(function: Callable[[Array], Array], points: Array, step: float = 0.5) -> Array:
    """(N, 3, 3) derivatives by central differences, kept away from singular where a field folds."""
    across = [(function(points + axis) - function(points - axis)) / (2 * step) for axis in np.eye(3) * step]
    gradient = np.stack(across, -1)
    flat = np.abs(np.linalg.det(gradient)) < 0.05
    return np.asarray(np.where(flat[:, None, None], np.eye(3), gradient))


def trilinear(field: Array, points: Array) -> Array:
    """Values of a (D, H, W, C) field at (N, 3) points (x, y, z) of the continuous frame, clamped to its faces."""
    limit = np.array(field.shape[:3]) - 1
    place = np.clip(points[:, ::-1] - 0.5, 0, limit)
    low = np.minimum(place.astype(int), np.maximum(limit - 1, 0))
    high, part = np.minimum(low + 1, limit), place - low
    out = np.zeros((len(points), field.shape[3]))
    for corner in np.ndindex(2, 2, 2):
        at = np.where(corner, high, low)
        weight = np.where(corner, part, 1 - part).prod(1)
        out += field[at[:, 0], at[:, 1], at[:, 2]] * weight[:, None]
    return out


Linear3 = (Lattice3, Resize3, Affine3)
