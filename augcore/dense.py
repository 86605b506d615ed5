"""The map with a displacement for every pixel. The maps that a matrix describes are in `maps.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import attrs
import numpy as np

from .functions import Call
from .maps import Array, Map, Size


def _no_field() -> list[Array]:
    return []


@attrs.frozen(slots=False)
class Dense(Map):
    """A displacement for every pixel, named by its generator and computed when first needed.

    The output pixel with centre p shows the input at p + d(p). Points travel the other way, so `forward` solves
    q + d(q) = p for them; where the field folds over, it finds one of the solutions.
    """

    generator: Call
    inverted: bool = False
    # Filled on first use and dropped with the map: a field is 2 MB for a 512×512 picture, too much to keep in a cache.
    _fields: list[Array] = attrs.field(factory=_no_field, init=False, eq=False, repr=False)
    keeps_lines: ClassVar[bool] = False

    @classmethod
    def of(cls, generator: Callable[..., Any], size: Size, **arguments: Any) -> Dense:
        return cls(size, size, Call.of(generator, arguments))

    @property
    def field(self) -> Array:
        """(H, W, 2) float32: the generator's displacement at each pixel centre."""
        if not self._fields:
            self._fields.append(np.ascontiguousarray(self.generator(self.output), np.float32))
        return self._fields[0]

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
        """q with q + d(q) = p, started at the fixed point's first step, then elsewhere where that leads nowhere."""
        flat = points.reshape(-1, 2)
        q, error = self._newton(flat, flat - self._displacement(flat))
        lost = error > 0.01
        if lost.any():
            again, less = self._newton(flat[lost], self._nearest_sources(flat[lost]))
            q[lost] = np.where((less < error[lost])[:, None], again, q[lost])
        return q.reshape(points.shape)

    def _newton(self, target: Array, q: Array, steps: int = 30, close_enough: float = 1e-4) -> tuple[Array, Array]:
        """(N, 2) points q with q + d(q) = target by damped Newton steps, and how far from it they remain."""
        residual = q + self._displacement(q) - target
        error = np.abs(residual).max(1, initial=0)
        damping = np.ones(len(q))
        for _ in range(steps):
            if not (error > close_enough).any():
                break
            step = np.linalg.solve(self._gradient(q), residual[..., None])[..., 0]
            trial = np.clip(q - damping[:, None] * step, -1e6, 1e6)
            trial_residual = trial + self._displacement(trial) - target
            trial_error = np.abs(trial_residual).max(1, initial=0)
            # A point that has arrived stays, so that where it ends does not depend on the others beside it.
            better = (trial_error < error) & (error > close_enough)
            q = np.where(better[:, None], trial, q)
            residual = np.where(better[:, None], trial_residual, residual)
            error = np.where(better, trial_error, error)
            damping = np.where(better, 1.0, damping / 2)
        return q, error

    def _nearest_sources(self, target: Array) -> Array:
        """For each of (N, 2) points, where on a coarse grid the field points closest to it."""
        height, width = self.output
        rows, columns = np.arange(2, height + 2, 4), np.arange(2, width + 2, 4)
        grid = np.stack(np.meshgrid(columns, rows), -1).reshape(-1, 2).astype(float)
        shown = grid + self._displacement(grid)
        return np.array([grid[((shown - point) ** 2).sum(1).argmin()] for point in target])

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
        known = np.isfinite(points).all(-1, keepdims=True)
        safe = np.where(known, points, 0.0)
        moved = safe + self._displacement(safe) if self.inverted else self._solve(safe)
        return np.where(known, moved, np.nan)

    def inverse(self) -> Dense:
        back = attrs.evolve(self, inverted=not self.inverted)
        back._fields.extend(self._fields)
        return back

    def jacobian(self, points: Array) -> Array:
        if self.inverted:
            return self._gradient(points)
        return np.linalg.inv(self._gradient(self.forward(points)))

    def pixel_jacobian(self) -> Array:
        height, width = self.output
        if self.inverted:
            columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
            centres = np.stack([columns, rows], -1).reshape(-1, 2)
            return np.linalg.inv(self._gradient(self.backward(centres))).reshape(height, width, 2, 2)
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


def bilinear(field: Array, points: Array) -> Array:
    """Values of an (H, W, C) field at points of the continuous frame, clamped to its edge."""
    height, width = field.shape[:2]
    x = np.clip(points[..., 0] - 0.5, 0, width - 1)
    y = np.clip(points[..., 1] - 0.5, 0, height - 1)
    left, top = np.minimum(x.astype(int), max(width - 2, 0)), np.minimum(y.astype(int), max(height - 2, 0))
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = (x - left)[..., None], (y - top)[..., None]
    upper = field[top, left] * (1 - across) + field[top, right] * across
    lower = field[bottom, left] * (1 - across) + field[bottom, right] * across
    return np.asarray(upper * (1 - down) + lower * down)
