"""Dropout in a regular grid: holes in its cells, or bars along its lines."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from augcore import (
    Erase,
    Interval,
    InvalidData,
    PolygonRegion,
    Rectangles,
    Region,
    Rng,
    Scatter,
    Transform,
    View,
    params,
    region_mask,
    transform,
)
from augcore.params import Fill, require

from .dropout import FILLS, erase

Array = np.ndarray[Any, np.dtype[Any]]
Size = tuple[int, int]  # (height, width)

_MOST_CELLS = 128  # along a side: bars are listed one by one in the effect


class _Cells:
    """A side of the picture in `count` cells of equal length, to the pixel, and what that means for each pixel.

    Attributes:
        lengths: of the cells.
        holes: the length of the hole in each; less than the cell's unless `ratio` is 1.
        cell: in which each pixel lies; -1 before the first.
        place: of each pixel in its cell.
    """

    def __init__(self, side: int, count: int, ratio: float, shift: int = 0) -> None:
        edges = (np.arange(count + 1) * side // count).astype(np.int32)
        pixels = np.arange(-shift, side - shift, dtype=np.int32)
        self.lengths = np.diff(edges)
        self.holes = np.maximum(1, (self.lengths * ratio).astype(np.int32))
        self.cell = np.searchsorted(edges, pixels, "right").astype(np.int32) - 1
        self.place = pixels - edges[self.cell]


@functools.lru_cache(256)
def _cells(side: int, count: int, ratio: float, shift: int = 0) -> _Cells:
    """Pictures and cells come in few sizes."""
    return _Cells(side, count, ratio, shift)


@region_mask
def grid_holes(size: Size, *, cells: Size, ratio: float, shift: tuple[int, int], apart: bool) -> Array:
    """A hole in the upper left corner of each of (rows, columns) cells.

    Args:
        ratio: of a hole's side to that of its cell.
        shift: (x, y) by which the grid is moved; what leaves the picture is cut, and nothing comes in.
        apart: give the numbers of the holes rather than booleans.
    """
    rows, columns = (_cells(*axis) for axis in zip(size, cells, (ratio, ratio), shift[::-1], strict=True))
    down, across = ((axis.place >= 0) & (axis.place < axis.holes[axis.cell]) for axis in (rows, columns))
    return _told_apart(down[:, None] & across, rows, columns, apart)


@region_mask
def loose_holes(size: Size, *, cells: Size, ratio: float, seed: int, apart: bool) -> Array:
    """The same with each hole anywhere in its cell."""
    rows, columns = (_cells(side, count, ratio) for side, count in zip(size, cells, strict=True))
    draws = np.random.default_rng(seed).random((2, *cells))
    y = rows.place[:, None] - (draws[0] * (rows.lengths - rows.holes + 1)[:, None]).astype(np.int32)[rows.cell]
    x = columns.place - (draws[1] * (columns.lengths - columns.holes + 1)).astype(np.int32)[:, columns.cell]
    down = (y >= 0) & (y < rows.holes[rows.cell, None])
    across = (x >= 0) & (x < columns.holes[columns.cell])
    return _told_apart(down[:, columns.cell] & across[rows.cell], rows, columns, apart)


def _told_apart(inside: Array, rows: _Cells, columns: _Cells, apart: bool) -> Array:
    if not apart:
        return inside
    return np.asarray(((rows.cell * len(columns.lengths) + 1)[:, None] + columns.cell) * inside)


@transform
class GridDropout(Transform):
    """Fill a hole in each cell of a grid over the picture.

    Args:
        ratio: of a hole's side to that of its cell; a hole has at least one pixel, and only with 1.0 the whole cell.
        random_offset: each hole lies anywhere in its cell; otherwise in the upper left corner of it.
        unit_size_range: side of the square cells in pixels, both ends included; what whole cells leave over is shared
            among them. None for a tenth of the picture's height and width, two pixels at least.
        holes_number_xy: how many cells along x and along y, instead of their size.
        shift_xy: pixels by which the grid is moved along x and y, without `random_offset`.
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per hole),
            or "inpaint_telea" and "inpaint_ns" (what surrounds the hole goes on into it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels.
    Moves: nothing; boxes under holes are less visible, keypoints in holes hidden.
    Raises: InvalidParameter: both a size and a number of cells; a shift that `random_offset` would overrule.
        InvalidData: cells that may be larger than the picture, or smaller than two pixels.
    Source: Chen et al. 2020 (GridMask), with holes that may lie loosely in their cells.

    >>> GridDropout(0.4, unit_size_range=(20, 60), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    ratio: float = params.number(default=0.5, low=0, high=1, open_low=True, unit="of the cell's side")
    random_offset: bool = params.flag(default=True)
    unit_size_range: tuple[int, int] | None = params.interval(
        default=None, low=2, whole=True, single="fixed", unit="px", none=True
    )
    holes_number_xy: tuple[int, int] | None = params.numbers(
        default=None, length=2, low=1, whole=True, unit="cells", none=True
    )
    shift_xy: tuple[int, int] = params.numbers(default=(0, 0), length=2, low=0, whole=True, unit="px")
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def __attrs_post_init__(self) -> None:
        require(
            self.unit_size_range is None or self.holes_number_xy is None,
            f"GridDropout: unit_size_range={self.unit_size_range} and holes_number_xy={self.holes_number_xy}; give one",
        )
        require(
            not (self.random_offset and any(self.shift_xy)),
            f"GridDropout: shift_xy={self.shift_xy} with random_offset=True, which places holes at random; "
            "give random_offset=False",
        )

    def sample(self, rng: Rng, view: View) -> Erase:
        cells, apart = self._cells(rng, view), self.fill == "random_uniform"
        if self.random_offset:
            region = Scatter(loose_holes, cells=cells, ratio=self.ratio, seed=rng.seed(), apart=apart)
        else:
            region = Scatter(grid_holes, cells=cells, ratio=self.ratio, shift=self.shift_xy, apart=apart)
        return erase(self, rng, region)

    def _cells(self, rng: Rng, view: View) -> Size:
        """Rows and columns of the grid."""
        if self.holes_number_xy is not None:
            for axis, count, side in zip("xy", self.holes_number_xy, (view.width, view.height), strict=True):
                if count > max(1, side // 2):
                    raise InvalidData(
                        f"GridDropout.holes_number_xy: {count} cells along {axis} do not fit into {side} px; "
                        f"give at most {max(1, side // 2)}"
                    )
            return self.holes_number_xy[::-1]
        if self.unit_size_range is None:
            rows, columns = (max(1, side // max(2, side // 10)) for side in view.size)
            return rows, columns
        if self.unit_size_range[1] > min(view.size):
            raise InvalidData(
                f"GridDropout.unit_size_range: cells of up to {self.unit_size_range[1]} px do not fit into a picture "
                f"of {view.width}×{view.height}; give at most {min(view.size)}"
            )
        side = rng.integer(*self.unit_size_range)
        return view.height // side, view.width // side


@transform
class GridMask(Transform):
    """Fill the bars of a grid of square cells, level or turned.

    Args:
        num_grid_range: how many cells along the picture's longer side, both ends included.
        line_width_range: width of the bars, as a part of the cell's side; at least one pixel.
        rotation_range: angle of the grid in degrees, counter-clockwise, about the centre; a number a means (-a, a).
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per bar),
            or "inpaint_telea" and "inpaint_ns" (what surrounds the bars goes on into them).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels.
    Moves: nothing; boxes under bars are less visible, keypoints in bars hidden.
    Raises: InvalidParameter: more than 128 cells, a width above 1.0.
    Source: Chen et al. 2020 (GridMask), the inverse of its mask: bars are filled, and what is between them stays. Where
        the grid begins is drawn as there, evenly over a cell.

    >>> GridMask(rotation_range=45, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_grid_range: tuple[int, int] = params.interval(
        default=(3, 7), low=1, high=_MOST_CELLS, whole=True, single="fixed", unit="cells"
    )
    line_width_range: Interval = params.interval(
        default=(0.2, 0.5), low=0, high=1, single="fixed", unit="of the cell's side"
    )
    rotation_range: Interval = params.interval(default=(0, 0), low=-360, high=360, unit="degrees")
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def sample(self, rng: Rng, view: View) -> Erase:
        cell = max(1.0, max(view.size) / rng.integer(*self.num_grid_range))
        width = max(1.0, rng.uniform(*self.line_width_range) * cell)
        angle = rng.uniform(*self.rotation_range)
        start = (rng.uniform(0, cell), rng.uniform(0, cell))
        return erase(
            self,
            rng,
            bars(view.size, cell, width, start, angle) if angle else level_bars(view.size, cell, width, start),
        )


def level_bars(size: Size, cell: float, width: float, start: tuple[float, float]) -> Region:
    """Bars along x and y, in whole pixels: one begins at `start`, and one each `cell` before and after it."""
    (height, length), thick = size, round(width)
    upright = [(x, 0, min(x + thick, length), height) for x in map(round, _lines(start[0], cell, -width, length))]
    level = [(0, y, length, min(y + thick, height)) for y in map(round, _lines(start[1], cell, -width, height))]
    return Rectangles(tuple((max(x0, 0), max(y0, 0), x1, y1) for x0, y0, x1, y1 in upright + level))


def bars(size: Size, cell: float, width: float, start: tuple[float, float], angle: float) -> Region:
    """The same, turned about the picture's centre by an angle in degrees, counter-clockwise."""
    x, y = size[1] / 2, size[0] / 2
    reach = math.hypot(x, y)
    sin, cos = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    upright, level = (
        [(u, u + width) for u in _lines(s - c, cell, -reach - width, reach)] for s, c in zip(start, (x, y), strict=True)
    )
    corners = [((u0, -reach), (u1, -reach), (u1, reach), (u0, reach)) for u0, u1 in upright]
    corners += [((-reach, v0), (reach, v0), (reach, v1), (-reach, v1)) for v0, v1 in level]
    return PolygonRegion(
        tuple(tuple((x + u * cos + v * sin, y - u * sin + v * cos) for u, v in bar) for bar in corners)
    )


def _lines(start: float, step: float, low: float, high: float) -> Iterator[float]:
    """start + k·step, for all whole k for which that lies in (low, high)."""
    for k in range(math.floor((low - start) / step) + 1, math.ceil((high - start) / step)):
        yield start + k * step
