"""The maps with a displacement for every pixel. The maps that a matrix describes are in `maps.py`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import attrs
import numpy as np

from .errors import NotInvertible
from .functions import Call
from .maps import Array, Map, Size

_CLOSE_ENOUGH = 1e-4  # px, how far from its point a solution may lead


def _nothing_made() -> dict[str, Any]:
    return {}


@attrs.frozen(slots=False, eq=False, repr=False)
class Dense(Map):
    """A displacement for every pixel, named by its generator and computed when first needed.

    The output pixel with centre p shows the input at p + d(p). Points travel the other way, so `forward` solves
    q + d(q) = p for them; where the field folds over, it finds one of the solutions.
    """

    generator: Call
    inverted: bool = False
    # The field and the grid, made on first use and dropped with the map: 2 MB each for a 512×512 picture, too much to
    # keep in a cache, and all rasters of a call share them.
    _made: dict[str, Any] = attrs.field(factory=_nothing_made, init=False, eq=False, repr=False)
    keeps_lines: ClassVar[bool] = False

    @classmethod
    def of(cls, generator: Callable[..., Any], size: Size, **arguments: Any) -> Dense:
        return cls(size, size, Call.of(generator, arguments))

    @property
    def field(self) -> Array:
        """(H, W, 2) float32: the generator's displacement at each pixel centre."""
        field: Array = np.ascontiguousarray(self._drawn())
        self._made["field"] = field
        return field

    def _drawn(self) -> Array:
        """The field as the generator laid it out. Where it made x and y one after the other, pictures, which need them
        so, are spared two strided passes."""
        if "field" not in self._made:
            self._made["field"] = np.asarray(self.generator(self.output), np.float32)
        drawn: Array = self._made["field"]
        return drawn

    @property
    def folded(self) -> float:
        """The part of the pixels where the field folds: what they show lies mirrored, or in one line, and is shown
        elsewhere again. Points there have several places or none; `forward` finds one."""
        x, y = (self._drawn()[..., axis] for axis in (0, 1))
        # A side of one pixel has no neighbours to fold over.
        width, height = max(1, x.shape[1] - 1), max(1, x.shape[0] - 1)
        a, b = (np.diff(part[:height], axis=1) if x.shape[1] > 1 else np.float32(0) for part in (x, y))
        c, d = (np.diff(part[:, :width], axis=0) if x.shape[0] > 1 else np.float32(0) for part in (x, y))
        return float(np.mean((1 + a) * (1 + d) <= b * c))

    @property
    def source_grid(self) -> tuple[Array, Array]:
        """Where, in pixel indices, each output pixel looks: x and y, (H, W) float32."""
        if "grid" not in self._made:
            self._made["grid"] = self._find_sources()
        grid: tuple[Array, Array] = self._made["grid"]
        return grid

    def _find_sources(self) -> tuple[Array, Array]:
        height, width = self.output
        if not self.inverted:
            field = self._drawn()
            x = np.add(field[..., 0], np.arange(width, dtype=np.float32), order="C")
            y = np.add(field[..., 1], np.arange(height, dtype=np.float32)[:, None], order="C")
            return x, y
        columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        source = self.backward(np.stack([columns, rows], -1)) - 0.5
        return source[..., 0].astype(np.float32), source[..., 1].astype(np.float32)

    @property
    def is_identity(self) -> bool:
        return False

    def __getstate__(self) -> tuple[Any, ...]:
        return self.size, self.output, self.generator, self.inverted

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__(state[0], state[1], state[2], state[3])  # type: ignore[misc]

    def _displacement(self, points: Array) -> Array:
        """The field between pixel centres, bilinear, continued beyond the edge."""
        return bilinear(self.field, points)

    def _solve(self, points: Array) -> Array:
        """q with q + d(q) = p, by steps that start at p, then elsewhere where that leads nowhere."""
        target = np.ascontiguousarray(points.reshape(-1, 2).T)
        q, error = self._newton(target, target)
        lost = np.flatnonzero(error > _CLOSE_ENOUGH)
        if len(lost):
            owner, start = self._cells_around(target[:, lost])
            owner = lost[owner]
            again, less = self._newton(target[:, owner], start)
            # The best of a point's tries is written last.
            order = np.argsort(-less, kind="stable")
            order = order[less[order] < error[owner[order]]]
            q[:, owner[order]] = again[:, order]
        return q.T.reshape(points.shape)

    def _newton(self, target: Array, start: Array, steps: int = 30) -> tuple[Array, Array]:
        """(2, N) points q with q + d(q) = target by damped Newton steps, and how far from it they remain."""
        best = _look(self.field, start, target)
        damping = np.ones(best.shape[1])
        found, places = np.empty((3, best.shape[1])), np.arange(best.shape[1])
        for _ in range(steps):
            # A point that has arrived stays, so that where it ends does not depend on the others beside it.
            far = best[_ERROR] > _CLOSE_ENOUGH
            if not far.all():
                found[:, places[~far]] = best[:, ~far][_FOUND]
                places, best, damping, target = places[far], best[:, far], damping[far], target[:, far]
            if not len(places):
                break
            trial = _look(self.field, np.clip(best[:2] - damping * _step(best), -1e6, 1e6), target)
            better = trial[_ERROR] < best[_ERROR]
            if better.all():
                best, damping = trial, np.ones(len(places))
            else:
                best, damping = np.where(better, trial, best), np.where(better, 1.0, damping / 2)
        found[:, places] = best[_FOUND]
        return found[:2], found[2]

    def _cells_around(self, target: Array) -> tuple[Array, Array]:
        """The middles (2, K) of those cells of a grid whose corners are moved to all sides of one of (2, N) points, and
        the numbers (K,) of the points; up to eight for each."""
        # A solution lies no further from its point than the field reaches; 65 × 65 cells around it are looked at.
        reach = math.ceil(min(float(np.nanmax(np.abs(self.field))), 1e4)) + 1
        stride = max(1, reach // 32)
        height, width = self.output
        columns, rows = (np.arange(-reach - 0.5, side + reach + 1, stride) for side in (width, height))
        grid = np.stack(np.meshgrid(columns, rows), -1)
        low = high = grid + self._displacement(grid)
        for first, second in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
            low, high = np.minimum(low[first], low[second]), np.maximum(high[first], high[second])
        (x_low, y_low), (x_high, y_high) = (np.ascontiguousarray(np.moveaxis(edge, -1, 0)) for edge in (low, high))
        span = 2 * -(-reach // stride) + 2
        points, starts = [np.zeros(0, int)], [np.zeros((0, 2))]
        for place, (x, y) in enumerate(target.T.tolist()):
            left, top = (
                max(0, min(int(at) // stride, cells - span))
                for at, cells in ((x, len(columns) - 1), (y, len(rows) - 1))
            )
            near = np.s_[top : top + span, left : left + span]
            around = (x_low[near] <= x) & (x <= x_high[near]) & (y_low[near] <= y) & (y <= y_high[near])
            inside = around.ravel().nonzero()[0]
            row, column = np.divmod(inside[:: len(inside) // 8 + 1], around.shape[1])
            points.append(np.full(len(row), place))
            starts.append(np.column_stack([columns[left + column], rows[top + row]]) + stride / 2)
        return np.concatenate(points), np.ascontiguousarray(np.concatenate(starts).T)

    def _gradient(self, points: Array, step: float = 0.5) -> Array:
        """Of q + d(q), by central differences, kept away from singular where the field folds."""
        across, down = np.array([step, 0.0]), np.array([0.0, step])
        x = (self._displacement(points + across) - self._displacement(points - across)) / (2 * step)
        y = (self._displacement(points + down) - self._displacement(points - down)) / (2 * step)
        gradient = np.eye(2) + np.stack([x, y], axis=-1)
        flat = np.abs(np.linalg.det(gradient)) < 0.05
        return np.asarray(np.where(flat[:, None, None], np.eye(2), gradient))

    def forward(self, points: Array) -> Array:
        points = np.asarray(points, float)
        known = np.isfinite(points[..., 0] + points[..., 1])
        every = bool(known.all())
        safe = points if every else np.where(known[..., None], points, 0.0)
        moved = safe + self._displacement(safe) if self.inverted else self._solve(safe)
        return moved if every else np.where(known[..., None], moved, np.nan)

    def inverse(self) -> Dense:
        back = attrs.evolve(self, inverted=not self.inverted)
        if "field" in self._made:
            back._made["field"] = self._made["field"]
        return back

    def jacobian(self, points: Array) -> Array:
        if self.inverted:
            return self._gradient(points)
        return np.linalg.inv(self._gradient(self.forward(points)))

    def pixel_jacobian(self) -> Array:
        ahead = self._pixel_gradient()
        if not self.inverted:
            return ahead
        height, width = self.output
        source = np.stack(self.source_grid, -1) + 0.5
        a, b, c, d = np.moveaxis(bilinear(ahead.reshape(height, width, 4), source), -1, 0)
        determinant = a * d - b * c
        flat = np.abs(determinant) < 0.05
        out = np.empty((height, width, 2, 2), np.float32)
        for place, numbers in (((0, 0), d), ((0, 1), -b), ((1, 0), -c), ((1, 1), a)):
            out[..., place[0], place[1]] = numbers / np.where(flat, 1.0, determinant)
        out[flat] = np.eye(2)
        return out

    def _pixel_gradient(self) -> Array:
        """(H, W, 2, 2) float32: of q + d(q) at each pixel's centre."""
        height, width = self.output
        out = np.zeros((height, width, 2, 2), np.float32)
        # Along x, then along y; between neighbours, and from the edge inwards.
        for by, field, slopes in ((0, self.field, out), (1, self.field.swapaxes(0, 1), out.swapaxes(0, 1))):
            if field.shape[1] > 1:
                slopes[:, 1:-1, :, by] = (field[:, 2:] - field[:, :-2]) / 2
                slopes[:, 0, :, by] = field[:, 1] - field[:, 0]
                slopes[:, -1, :, by] = field[:, -1] - field[:, -2]
        out[..., 0, 0] += 1
        out[..., 1, 1] += 1
        return out


@attrs.frozen(slots=False, eq=False, repr=False)
class Spread(Dense):
    """A displacement for every pixel that has nothing to do with its neighbours': the output pixel with centre p shows
    the input at p + d(p), and points stay where they are, which is right on the average.

    There is no map back, since some pixels are shown several times and others not at all.
    """

    keeps_lines: ClassVar[bool] = True

    @property
    def matrix(self) -> Array:
        """3×3, of (x, y, 1)."""
        return np.eye(3)

    @property
    def folded(self) -> float:
        return 0.0

    def forward(self, points: Array) -> Array:
        return np.array(points, float)

    def backward(self, points: Array) -> Array:
        return np.array(points, float)

    def inverse(self) -> Dense:
        raise NotInvertible(
            "pixels that were spread at random have no way back; leave the transform out where results are to be undone"
        )

    def jacobian(self, points: Array) -> Array:
        return np.broadcast_to(np.eye(2), (len(points), 2, 2))

    def pixel_jacobian(self) -> Array:
        return np.eye(2)


def bilinear(field: Array, points: Array) -> Array:
    """Values of an (H, W, C) field at points of the continuous frame, clamped to its edge."""
    height, width, channels = field.shape
    x = np.clip(points[..., 0].ravel() - 0.5, 0, width - 1)
    y = np.clip(points[..., 1].ravel() - 0.5, 0, height - 1)
    left, top = np.minimum(x.astype(int), max(width - 2, 0)), np.minimum(y.astype(int), max(height - 2, 0))
    across, down = x - left, y - top
    first, right, below = top * width + left, min(1, width - 1), width if height > 1 else 0
    # Channel by channel: with the few numbers of a pixel innermost, the arithmetic takes four times as long.
    flat = field.reshape(-1, channels)
    corners = [np.ascontiguousarray(flat.take(first + step, 0).T) for step in (0, right, below, below + right)]
    upper = corners[0] * (1 - across) + corners[1] * across
    lower = corners[2] * (1 - across) + corners[3] * across
    out = upper * (1 - down) + lower * down
    return np.ascontiguousarray(out.T).reshape(*points.shape[:-1], channels)


# The rows of what `_look` sees at a point, the first six in pairs (x, y).
_ERROR = 4
_FOUND = [0, 1, _ERROR]


def _look(field: Array, q: Array, target: Array) -> Array:
    """(9, N): points q, the residual q + d(q) - target, its largest part, and the derivative of q + d(q) by rows.

    One reading of the four pixels around a point gives the value and its derivative inside the cell: a Newton step
    takes a fifth of the time of one by differences, which read twenty.
    """
    height, width = field.shape[:2]
    out = np.empty((9, q.shape[1]))
    out[:2] = q
    x, y = (np.clip(place - 0.5, 0, side - 1) for place, side in ((q[0], width), (q[1], height)))
    left, top = x.astype(np.intp), y.astype(np.intp)
    np.minimum(left, max(width - 2, 0), out=left)
    np.minimum(top, max(height - 2, 0), out=top)
    across, down = x - left, y - top
    # Beyond the edge the field goes on as it is there.
    slopes = (x == q[0] - 0.5).astype(float), (y == q[1] - 0.5).astype(float)
    first = top * width + left
    right, below = min(1, width - 1), width if height > 1 else 0
    # The two numbers of a pixel are fetched at once, as one complex number.
    pairs = field.view(np.complex64).reshape(-1)
    corners = [pairs.take(first + step) for step in (0, right, below, below + right)]
    for axis in range(2):
        a, b, c, d = (corner.view(np.float32)[axis::2].astype(float) for corner in corners)
        b -= a
        twist = d - c - b
        c -= a
        out[2 + axis] = q[axis] + (a + b * across + (c + twist * across) * down) - target[axis]
        out[5 + 2 * axis] = (b + twist * down) * slopes[0]
        out[6 + 2 * axis] = (c + twist * across) * slopes[1]
        out[5 + 3 * axis] += 1
    np.maximum(np.abs(out[2]), np.abs(out[3]), out=out[_ERROR])
    return out


def _step(seen: Array) -> Array:
    """Newton's step at each point, (2, N); the residual itself where the field folds and the derivative is singular."""
    x, y = seen[2:4]
    a, b, c, d = seen[5:]
    determinant = a * d - b * c
    flat = np.abs(determinant) < 0.05
    determinant[flat] = 1.0
    step = np.array([d * x - b * y, a * y - c * x]) / determinant
    return np.where(flat, seen[2:4], step) if flat.any() else step
