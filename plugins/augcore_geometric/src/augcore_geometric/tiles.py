"""Tiles: the picture cut into the cells of a grid that change places. Those of volumes are in `volume_tiles.py`."""

from __future__ import annotations

import functools
import math
from typing import Any

from augcore import Geometry, InvalidData, Rng, Tiles, Transform, View, params, transform
from augcore.params import require

_MOST_CELLS = 4096  # an effect holds the place of each

Edges = tuple[tuple[int, ...], ...]


def check_grid(transform: Any) -> None:
    cells = math.prod(transform.grid)
    require(
        cells <= _MOST_CELLS,
        f"{type(transform).__name__}.grid: {transform.grid} makes {cells} cells; give a grid of at most {_MOST_CELLS}",
    )


def edges_of(transform: Any, shape: tuple[int, ...], words: str) -> Edges:
    """The lines of the transform's grid in a frame of that shape, along each axis."""
    grid = transform.grid
    if any(cells > side for cells, side in zip(grid, shape, strict=True)):
        name = type(transform).__name__
        raise InvalidData(
            f"{name}.grid: {grid} does not fit into a frame of {shape} ({words}), where each cell needs a pixel; "
            "give a coarser grid, or resize before it"
        )
    return equal_edges(grid, shape)


@functools.lru_cache(256)
def equal_edges(grid: tuple[int, ...], shape: tuple[int, ...]) -> Edges:
    """Where cells of one size end that fill the frame up to a rest of less than a pixel for each of them."""
    edges = []
    for cells, side in zip(grid, shape, strict=True):
        cell = side // cells
        whole = range(0, cells * cell + 1, cell)
        edges.append((*whole, side) if side % cells else tuple(whole))
    return tuple(edges)


def shuffled(rng: Rng, grid: tuple[int, ...], edges: Edges) -> list[int]:
    """An order of all cells within the edges in which those of the grid change places, and the rest stays."""
    axes = [len(axis) - 1 for axis in edges]
    cells = _cells_of(grid, tuple(axes))
    order = list(range(math.prod(axes)))
    for place, other in zip(cells, rng.permutation(len(cells)), strict=True):
        order[place] = cells[other]
    return order


@functools.lru_cache(256)
def _cells_of(grid: tuple[int, ...], axes: tuple[int, ...]) -> list[int]:
    """The numbers of the grid's cells among those of so many along each axis, of which the last may be a rest."""
    numbers = [0]
    for cells, all_cells in zip(grid, axes, strict=True):
        numbers = [number * all_cells + cell for number in numbers for cell in range(cells)]
    return numbers


@transform
class RandomGridShuffle(Transform):
    """Cut the picture into the cells of a grid and shuffle them, each order as likely as the others.

    The cells are of one size, so that each may take any place: rows and columns that do not divide by the grid stay
    where they are, at the lower and the right edge.

    Args:
        grid: (rows, columns) of cells.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target but a camera matrix. A box goes with the cell that holds most of it, is cut to that, and
        as much less visible; polygons fall into the pieces that masks show.
    Raises: InvalidParameter: a grid of more than 4096 cells. InvalidData: a grid finer than the picture's pixels.
    Source: Chen et al. 2019, "Destruction and construction learning for fine-grained image recognition", which shuffles
        within neighbourhoods; Noroozi and Favaro 2016, jigsaw puzzles.

    >>> RandomGridShuffle(grid=(4, 4), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    grid: tuple[int, int] = params.numbers(default=(3, 3), length=2, low=1, whole=True, unit="cells")

    def __attrs_post_init__(self) -> None:
        check_grid(self)

    def sample(self, rng: Rng, view: View) -> Geometry:
        edges = edges_of(self, view.size, "height, width")
        return Geometry(Tiles(view.size, view.size, edges, shuffled(rng, self.grid, edges)))
