"""Tiles of a volume: cells of a grid that change places. Those of pictures are in `tiles.py`."""

from __future__ import annotations

from augcore import Geometry, Rng, Tiles3, Transform, View, params, transform

from .tiles import check_grid, edges_of, shuffled
from .volume import size_of


@transform
class GridShuffle3D(Transform):
    """Cut a volume into the cells of a grid and shuffle them, each order as likely as the others.

    The cells are of one size, so that each may take any place: slices, rows and columns that do not divide by the grid
    stay where they are, at the ends of their axes.

    Args:
        grid: (slices, rows, columns) of cells.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and xyz keypoints. With one cell along the slices all of them are shuffled alike, and
        pictures, masks, boxes and polygons with them; otherwise those are `Unsupported`.
    Raises: InvalidParameter: a grid of more than 4096 cells. InvalidData: a grid finer than the volume's voxels; no
        volume.
    Source: the grid of `RandomGridShuffle`, in three dimensions.

    >>> GridShuffle3D(grid=(2, 3, 3), p=1)(volume=volume)["volume"].shape
    (32, 128, 128)
    """

    grid: tuple[int, int, int] = params.numbers(default=(3, 3, 3), length=3, low=1, whole=True, unit="cells")

    def __attrs_post_init__(self) -> None:
        check_grid(self)

    def sample(self, rng: Rng, view: View) -> Geometry:
        size = size_of(self, view)
        edges = edges_of(self, size, "depth, height, width")
        return Geometry(Tiles3(size, size, edges, shuffled(rng, self.grid, edges)))
