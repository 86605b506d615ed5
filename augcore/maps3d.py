"""Maps of volumes: how points of one box of voxels move to another. Nothing here touches voxels; `resample3d.py` does.

Sizes are (depth, height, width), points (..., 3) are (x, y, z) in the continuous frame: voxel (z, y, x) covers
[x, x+1) × [y, y+1) × [z, z+1). Two-dimensional maps act on every slice alike and stay in `maps.py`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import attrs
import numpy as np

from .errors import InvalidParameter, NotInvertible, Unsupported
from .functions import Call
from .linear import Affine, Resize, _floats
from .maps import Array, Lattice, Map, through

Size3 = tuple[int, int, int]

_CLOSE_ENOUGH = 1e-5  # voxels, how far from its point a solution of a dense map may lead
_MOST_STEPS = 40


def as_size3(value: Any) -> Size3:
    depth, height, width = value
    return int(depth), int(height), int(width)


@attrs.frozen(slots=False, eq=False, repr=False)
class Map3(Map):
    """From a box of `size` to a box of `output`, both (depth, height, width)."""

    size: Size3 = attrs.field(converter=as_size3)  # type: ignore[assignment]
    output: Size3 = attrs.field(converter=as_size3)  # type: ignore[assignment]

    is_volumetric: ClassVar[bool] = True

    def pixel_jacobian(self) -> Array:
        raise Unsupported(f"{type(self).__name__} maps have no derivative for each pixel; ask their plane for it")


@attrs.frozen(slots=False, eq=False, repr=False)
class LinearMap3(Map3):
    """The base of maps that a 4×4 matrix on (x, y, z, 1) describes."""

    @property
    @abstractmethod
    def matrix(self) -> Array: ...

    @property
    def is_reflection(self) -> bool:
        return bool(np.linalg.det(self.matrix[:3, :3]) < 0)

    def jacobian(self, points: Array) -> Array:
        return np.broadcast_to(self.matrix[:3, :3], (len(points), 3, 3))


def _axes_of(linear: Array) -> tuple[int, int, int]:
    """A signed permutation matrix as the `turn` of a lattice."""
    first, second, third = (int(row @ (1, 2, 3)) for row in linear)
    return first, second, third


@attrs.frozen(slots=False, eq=False, repr=False)
class Lattice3(LinearMap3):
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

    def __attrs_post_init__(self) -> None:
        if sorted(map(abs, self.turn)) != [1, 2, 3]:
            raise InvalidParameter(
                f"turn: {self.turn} does not take each of 1, 2, 3 once; give (1, 2, 3), or (-1, 2, 3)"
            )

    @classmethod
    def identity(cls, size: Size3) -> Lattice3:
        return cls(size, size)

    @classmethod
    def flip(cls, size: Size3, axes: Sequence[int]) -> Lattice3:
        """Mirrored along each of the axes."""
        if not set(axes) <= {0, 1, 2}:
            raise InvalidParameter(f"axes: {tuple(axes)} are not among 0, 1, 2; give 0 for z, 1 for y, 2 for x")
        turn = tuple(-axis - 1 if axis in axes else axis + 1 for axis in range(3))
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
        if len(set(axes) & {0, 1, 2}) != 2 or len(axes) != 2:
            raise InvalidParameter(f"axes: {axes} are not two of 0, 1, 2; give (1, 2) to turn within slices")
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
        z, y, x = (abs(axis) - 1 for axis in self.turn)
        moved = points[..., [2 - x, 2 - y, 2 - z]] * np.sign(self.turn)[::-1] + self.shift[::-1]
        return np.asarray(moved)

    @property
    def source(self) -> tuple[int, ...]:
        """The part of the input that is shown: where `content` comes from; low and high along z, y, x."""
        ends = (np.array(self.content).reshape(2, 3) - self.shift) @ self._linear
        return tuple(np.concatenate([ends.min(0), ends.max(0)]).astype(int).tolist())

    def inverse(self) -> Lattice3:
        linear = self._linear.T
        shift = (-(linear @ self.shift)).astype(int)
        return Lattice3(self.output, self.size, _axes_of(linear), tuple(shift.tolist()), self.source)  # type: ignore[arg-type]

    def then(self, second: Lattice3) -> Lattice3:
        """Both, one after the other."""
        linear = second._linear @ self._linear
        shift = (second._linear @ self.shift + second.shift).astype(int)
        ends = np.array(self.content).reshape(2, 3) @ second._linear.T + second.shift
        low = np.maximum(ends.min(0), second.content[:3])
        high = np.maximum(np.minimum(ends.max(0), second.content[3:]), low)
        content = np.concatenate([low, high]).astype(int).tolist()
        return Lattice3(self.size, second.output, _axes_of(linear), tuple(shift.tolist()), tuple(content))

    @property
    def plane(self) -> Lattice | None:
        if abs(self.turn[0]) != 1:
            return None
        _, y0, x0, _, y1, x1 = self.content
        (a, b), (c, d) = self.matrix[:2, :2].astype(int).tolist()
        shift = self.shift[2], self.shift[1]
        return Lattice(self.size[1:], self.output[1:], (a, b, c, d), shift, (x0, y0, x1, y1))


@attrs.frozen(slots=False, eq=False, repr=False)
class Resize3(LinearMap3):
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


def _twelve(value: Any) -> tuple[float, ...]:
    numbers = _floats(value)
    if len(numbers) != 12:
        raise InvalidParameter(f"coefficients: {len(numbers)} numbers are no 3×4 matrix; give 12")
    return numbers


@attrs.frozen(slots=False, eq=False, repr=False)
class Affine3(LinearMap3):
    """A linear map and a shift: the twelve numbers, by rows, of a 3×4 matrix on (x, y, z, 1)."""

    coefficients: tuple[float, ...] = attrs.field(converter=_twelve)

    @classmethod
    def of(cls, matrix: Array, size: Size3, output: Size3 | None = None) -> Affine3:
        """From a 3×4 or 4×4 matrix."""
        return cls(size, output or size, np.asarray(matrix, float)[:3].ravel().tolist())

    @property
    def matrix(self) -> Array:
        return np.vstack([np.array(self.coefficients).reshape(3, 4), (0, 0, 0, 1)])

    @property
    def is_identity(self) -> bool:
        return self.size == self.output and bool((self.matrix == np.eye(4)).all())

    def forward(self, points: Array) -> Array:
        return through(points, np.array(self.coefficients).reshape(3, 4))

    def inverse(self) -> Affine3:
        linear = self.matrix[:3, :3]
        if abs(np.linalg.det(linear)) <= 1e-12 * np.prod(np.linalg.norm(linear, axis=1)):
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


@attrs.frozen(slots=False, eq=False, repr=False)
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
            field = np.ascontiguousarray(self.generator(self.output), np.float32)
            if field.shape != (*self.output, 3):
                raise InvalidParameter(
                    f"{self.generator.function}: gave shape {field.shape}; give (depth, height, width, 3) for the size "
                    f"{self.output}, x before y before z"
                )
            self._fields.append(field)
        return self._fields[0]

    def __getstate__(self) -> tuple[Any, ...]:
        return self.size, self.output, self.generator, self.inverted

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__(state[0], state[1], state[2], state[3])  # type: ignore[misc]

    @property
    def plane(self) -> None:
        return None

    # Points and derivatives are held by coordinates here, (3, N) and (3, 3, N): NumPy's inner loops would have three
    # steps otherwise, and take five times as long.

    def _source(self, points: Array) -> tuple[Array, Array]:
        """Where output points look, p + d(p), and the derivative of that; between voxel centres the field is trilinear,
        and it goes on beyond them as it is there."""
        values, slopes = trilinear(self.field, points)
        return points + values, slopes + np.eye(3)[:, :, None]

    def _solve(self, target: Array) -> Array:
        """q with q + d(q) = target, by damped Newton steps."""
        found, places = np.array(target), np.arange(target.shape[1])
        q, damping = target - trilinear(self.field, target)[0], np.ones(target.shape[1])
        looks, slopes = self._source(q)
        for _ in range(_MOST_STEPS):
            # A point that has arrived stays, so that where it ends does not depend on the others beside it.
            far = np.abs(looks - target).max(0) > _CLOSE_ENOUGH
            if not far.all():
                found[:, places[~far]] = q[:, ~far]
                held = (places, q, damping, target, looks, slopes)
                places, q, damping, target, looks, slopes = (one[..., far] for one in held)
            if not len(places):
                break
            trial = q - damping * _solved(slopes, looks - target)
            trial_looks, trial_slopes = self._source(trial)
            better = np.abs(trial_looks - target).max(0) < np.abs(looks - target).max(0)
            q, looks = np.where(better, (trial, trial_looks), (q, looks))
            slopes = np.where(better, trial_slopes, slopes)
            damping = np.where(better, 1.0, damping / 2)
        found[:, places] = q
        return found

    def forward(self, points: Array) -> Array:
        points = np.asarray(points, float)
        known = np.isfinite(points).all(-1, keepdims=True)
        safe = np.ascontiguousarray(np.where(known, points, 0.0).reshape(-1, 3).T)
        moved = self._source(safe)[0] if self.inverted else self._solve(safe)
        return np.where(known, moved.T.reshape(points.shape), np.nan)

    def jacobian(self, points: Array) -> Array:
        slopes = self._source((points if self.inverted else self.forward(points)).T)[1]
        there = np.moveaxis(slopes, 2, 0)
        return there if self.inverted else np.asarray(np.linalg.inv(there))

    def inverse(self) -> Dense3:
        back = attrs.evolve(self, inverted=not self.inverted)
        back._fields.extend(self._fields)
        return back


def _solved(matrices: Array, vectors: Array) -> Array:
    """x with matrix · x = vector for each of (3, 3, N) and (3, N), by Cramer's rule; the vector itself where the field
    folds and the matrix is singular."""
    a, b, c = matrices[:, 0], matrices[:, 1], matrices[:, 2]
    crossed = np.cross(b, c, axis=0), np.cross(c, a, axis=0), np.cross(a, b, axis=0)
    determinant = (a * crossed[0]).sum(0)
    flat = np.abs(determinant) < 0.05
    solved = np.stack([(vectors * one).sum(0) for one in crossed]) / np.where(flat, 1.0, determinant)
    return np.where(flat, vectors, solved)


def trilinear(field: Array, points: Array) -> tuple[Array, Array]:
    """Values (C, N) of a (D, H, W, C) field at points x, y, z (3, N) of the continuous frame, and their derivatives
    (C, 3, N) inside the cell; beyond the outermost voxel centres the field goes on as it is there."""
    sides = np.array(field.shape[2::-1])
    place = points - 0.5
    inside = np.clip(place, 0, sides[:, None] - 1)
    low = np.minimum(inside.astype(np.intp), np.maximum(sides - 2, 0)[:, None])
    part = inside - low
    strides = np.array([1, sides[0], sides[0] * sides[1]])
    flat, first = field.reshape(-1, field.shape[3]), strides @ low
    corners = np.array(list(np.ndindex(2, 2, 2)))[:, ::-1] @ np.where(sides > 1, strides, 0)
    values = np.stack([flat.take(first + corner, 0).T.astype(float) for corner in corners])
    slopes: list[Array] = []
    for axis in range(3):  # of the corners, each second one lies further along
        slopes = [slope[::2] + (slope[1::2] - slope[::2]) * part[axis] for slope in slopes]
        rise = values[1::2] - values[::2]
        values = values[::2] + rise * part[axis]
        slopes.append(rise * (inside == place)[axis])
    return values[0], np.stack([slope[0] for slope in slopes], 1)


Linear3 = (Lattice3, Resize3, Affine3)
