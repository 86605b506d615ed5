"""Maps that cut the frame into cells and let these change places. Every pixel is kept, and none is computed.

They are not continuous: what an outline becomes that crosses the edge of a cell is for targets to say, which ask for
the `pieces`.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

import attrs
import numpy as np

from .errors import InvalidParameter
from .maps import Array, Map, Window
from .maps3d import Map3

T = TypeVar("T", bound="Tiles")

Edges = tuple[tuple[int, ...], ...]

# What lies outside the frame by rounding alone moves with the cell beside it; of the rest nothing moves.
_SLACK = 1e-9


def _as_edges(value: Any) -> Edges:
    return _plain(tuple([tuple(axis) for axis in value]))


# What edges alone decide is decided once for each grid: cells change places anew in every call, lines seldom do.


@functools.lru_cache(64)
def _plain(edges: tuple[tuple[Any, ...], ...]) -> Edges:
    return tuple(tuple(int(edge) for edge in axis) for axis in edges)


@functools.lru_cache(64)
def _covered(edges: Edges) -> tuple[int, ...] | None:
    """The sides of the frame that the edges divide, None if they divide none."""
    ascend = all(axis and axis[0] == 0 and all(a < b for a, b in itertools.pairwise(axis)) for axis in edges)
    return tuple(axis[-1] for axis in edges) if ascend else None


def _as_order(value: Iterable[Any]) -> tuple[int, ...]:
    return tuple([int(cell) for cell in value])


@functools.lru_cache(64)
def _windows(edges: Edges) -> tuple[Window, ...]:
    """The cells as windows of an array, by rows."""
    return tuple(itertools.product(*([slice(a, b) for a, b in itertools.pairwise(axis)] for axis in edges)))


@functools.lru_cache(64)
def _shapes(edges: Edges) -> list[tuple[int, ...]]:
    return [tuple(side.stop - side.start for side in window) for window in _windows(edges)]


@functools.lru_cache(64)
def _corners(edges: Edges) -> Array:
    """(cells, axes): the least corner of each, x first."""
    corners = np.array([[side.start for side in reversed(window)] for window in _windows(edges)], float)
    corners.flags.writeable = False
    return corners


@attrs.frozen(slots=False, eq=False, repr=False)
class Tiles(Map):
    """The cells of a grid in another order.

    A point on an edge between cells belongs to the one right of it or below. Points outside the frame stay where they
    are, so that nothing comes into the frame that was not in it.

    Attributes:
        edges: where the grid's lines lie, in whole pixels from 0 to the frame's side: along y, then along x.
        order: output cell i shows the input cell order[i], counted by rows. Both are of one shape.
    """

    edges: Edges = attrs.field(converter=_as_edges)
    order: tuple[int, ...] = attrs.field(converter=_as_order)

    tears: ClassVar[bool] = True
    keeps_lines: ClassVar[bool] = False

    def __attrs_post_init__(self) -> None:
        edges, order, name = self.edges, self.order, type(self).__name__
        if _covered(edges) != self.size or self.output != self.size:
            raise InvalidParameter(
                f"{name}.edges: the lines do not ascend from 0 to the sides of the frame, {self.size} before and "
                f"{self.output} after; give each once, the outer ones included"
            )
        count = math.prod(len(axis) - 1 for axis in edges)
        if len(order) != count or sorted(order) != list(range(count)):
            raise InvalidParameter(f"{name}.order: {len(order)} numbers are no order of {count} cells; give each once")
        shapes = _shapes(edges)
        if [shapes[cell] for cell in order] != shapes:
            here, there = next(pair for pair in enumerate(order) if shapes[pair[0]] != shapes[pair[1]])
            raise InvalidParameter(
                f"{name}.order: cell {there} of {shapes[there]} cannot take the place of cell {here} of "
                f"{shapes[here]}; exchange cells of one shape"
            )

    @classmethod
    def of(cls: type[T], edges: Any, order: Iterable[int]) -> T:
        """The map for the frame that the edges cover."""
        edges = _as_edges(edges)
        size = tuple(axis[-1] for axis in edges)
        return cls(size, size, edges, order)

    def pieces(self) -> list[tuple[Window, Window]]:
        windows = _windows(self.edges)
        return [(here, windows[cell]) for here, cell in zip(windows, self.order, strict=True)]

    @property
    def is_identity(self) -> bool:
        return self.order == tuple(range(len(self.order)))

    def forward(self, points: Array) -> Array:
        corners, order = _corners(self.edges), np.array(self.order)
        shifts = np.empty_like(corners)
        shifts[order] = corners - corners[order]
        cell = np.zeros(points.shape[:-1], np.intp)
        inside = np.ones(points.shape[:-1], bool)
        for axis, edges in enumerate(self.edges):
            place = points[..., len(self.edges) - 1 - axis]
            cell = cell * (len(edges) - 1) + np.searchsorted(edges[1:-1], place, side="right")
            inside &= (place >= -_SLACK) & (place <= edges[-1] + _SLACK)
        return np.asarray(points + np.where(inside[..., None], shifts[cell], 0.0))

    def inverse(self: T) -> T:
        return attrs.evolve(self, order=np.argsort(self.order).tolist())

    def jacobian(self, points: Array) -> Array:
        axes = len(self.edges)
        return np.broadcast_to(np.eye(axes), (len(points), axes, axes))

    def pixel_jacobian(self) -> Array:
        return np.eye(len(self.edges))


@attrs.frozen(slots=False, eq=False, repr=False)
class Tiles3(Tiles, Map3):
    """The cells of a grid in a volume in another order; `edges` along z, y, x, cells counted by slices, then rows."""

    @property
    def plane(self) -> Tiles | None:
        slices = len(self.edges[0]) - 1
        first, *others = np.array(self.order).reshape(slices, -1)
        # Every slice stays at its height, and its cells change places as those of the first one.
        if any((cells != first + number * len(first)).any() for number, cells in enumerate(others, 1)):
            return None
        if (first >= len(first)).any():
            return None
        return Tiles(self.size[1:], self.output[1:], self.edges[1:], first.tolist())
