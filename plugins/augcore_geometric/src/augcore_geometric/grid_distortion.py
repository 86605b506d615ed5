"""Distortions by a grid laid over the picture, whose lines or points are moved. The grid reaches from corner to corner
of the frame, between pixel centres, so that what moves inwards leaves no seam along the edges."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from augcore import (
    Border,
    Dense,
    Geometry,
    Interpolation,
    Interval,
    Rng,
    Transform,
    View,
    displacement_field,
    params,
    transform,
)
from augcore.noise import even_numbers, normal_numbers
from augcore.params import Fill, require

from .effect import KEYPOINT_METHODS, geometry
from .separable import between, steps

Array = np.ndarray[Any, np.dtype[Any]]


def jitter(seed: int, *shape: int) -> Array:
    """Standard normal numbers, cut at three: how far points move by them is bounded."""
    return np.asarray(np.clip(normal_numbers(seed, shape).astype(float), -3, 3))


@displacement_field
def grid_line_field(size: tuple[int, int], *, x: tuple[float, ...], y: tuple[float, ...]) -> Array:
    """Lines spaced evenly in the output show the input's at x and y, parts of its width and height."""
    field = np.empty((2, *size), np.float32)
    field[0] = _line_shifts(size[1], x)
    field[1] = _line_shifts(size[0], y)[:, None]
    return np.moveaxis(field, 0, -1)


def _line_shifts(side: int, lines: tuple[float, ...]) -> Array:
    shown = np.interp(steps(side, len(lines)), np.arange(len(lines)), lines) - steps(side, 2)
    return (shown * (side - 1)).astype(np.float32)


@transform
class GridDistortion(Transform):
    """Stretch and squeeze the columns and the rows of a grid, each by a factor of its own.

    A column of 1 + d times the even width of the input is shown in one of even width. The upper left corner stays.
    Rows and columns keep their order, so nothing folds; only at a limit of -1 can one vanish.

    Args:
        num_steps: how many columns, and how many rows.
        distort_limit: d, drawn for each of them; a number a means (-a, a).
        interpolation: for images.
        normalized: scale the columns, and the rows, so that together they are as wide as the picture: its edges stay
            where they are, and nothing leaves the frame. Otherwise the picture ends before or beyond the lower right.
        mask_interpolation: for masks.
        keypoint_remapping_method: "direct" or "mask", two ways of finding about where keypoints go; accepted so that
            pipelines can keep it. Here both give the exact place.
        border_mode: what shows beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept, and what leaves it is cut.
    Raises: InvalidParameter: a limit outside [-1, 1], or of -1 at both ends; a num_steps below 1.
    Source: none needed.

    >>> GridDistortion(num_steps=5, distort_limit=0.3, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_steps: int = params.integer(default=5, low=1, high=1000)
    distort_limit: Interval = params.interval(default=(-0.3, 0.3), low=-1, high=1, unit="factor - 1")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    normalized: bool = params.flag(default=True)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    keypoint_remapping_method: str = params.choice(default="mask", options=KEYPOINT_METHODS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def __attrs_post_init__(self) -> None:
        require(
            self.distort_limit[1] > -1,
            f"GridDistortion.distort_limit: {self.distort_limit} leaves no width; give (low, high) with high > -1",
        )

    def sample(self, rng: Rng, view: View) -> Geometry:
        x, y = self._lines(rng), self._lines(rng)
        return geometry(self, Dense.of(grid_line_field, view.size, x=x, y=y))

    def _lines(self, rng: Rng) -> tuple[float, ...]:
        widths = [1 + rng.uniform(*self.distort_limit) for _ in range(self.num_steps)]
        whole = sum(widths) if self.normalized else self.num_steps
        return tuple(line / whole for line in itertools.accumulate(widths, initial=0.0))


@displacement_field
def grid_point_field(size: tuple[int, int], *, seed: int, columns: int, rows: int, magnitude: float) -> Array:
    """The points inside a grid of so many cells show what lies up to `magnitude` pixels from them along x and y."""
    points = np.zeros((2, rows + 1, columns + 1))
    points[:, 1:-1, 1:-1] = magnitude * even_numbers(seed, (2, rows - 1, columns - 1))
    return between(points, size)


@transform
class GridElasticDeform(Transform):
    """Move the points inside a grid at random; its cells follow, and the frame's edges stay.

    Nothing folds while `magnitude` is below a quarter of the sides of square cells; beyond half of them much does.

    Args:
        num_grid_xy: how many (columns, rows) the grid has.
        magnitude: how far its points move at most, along each axis, in pixels; drawn uniformly.
        interpolation: for images.
        mask_interpolation: for masks.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept. Where points leave the picture, it is repeated as in a
        mirror.
    Raises: InvalidParameter: fewer than 2 columns or rows, a negative magnitude.
    Source: none needed.

    >>> GridElasticDeform((4, 4), 10)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_grid_xy: tuple[int, int] = params.numbers(length=2, low=2, high=1000, whole=True, unit="cells")
    magnitude: float = params.number(low=0, unit="px")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        columns, rows = self.num_grid_xy
        field = Dense.of(
            grid_point_field, view.size, seed=rng.seed(), columns=columns, rows=rows, magnitude=self.magnitude
        )
        return geometry(self, field, border=Border.REFLECT_101)


@displacement_field
def triangle_field(size: tuple[int, int], *, seed: int, columns: int, rows: int, deviation: float) -> Array:
    """The points of a grid show what lies at random places around them, within the picture; between them the two
    triangles of each cell undergo an affine map each."""
    height, width = size
    here = np.stack(np.meshgrid(np.linspace(0, width - 1, columns), np.linspace(0, height - 1, rows)))
    shown = here + deviation * jitter(seed, 2, rows, columns)
    points = np.clip(shown, 0, np.array((width - 1, height - 1))[:, None, None]) - here
    field = between(points, size)
    # A bilinear cell is a + b·u + c·v + twist·u·v. Cut along the diagonal u + v = 1, with its corners where they are,
    # it is a + b·u + c·v before the diagonal, and behind it has twist·(u + v - 1) more.
    twist = (points[:, 1:, 1:] - points[:, 1:, :-1] - points[:, :-1, 1:] + points[:, :-1, :-1]).astype(np.float32)
    (row, v), (column, u) = (_cells(side, count) for side, count in ((height, rows), (width, columns)))
    bend = np.maximum(u + v[:, None] - 1, 0) - u * v[:, None]
    for axis in (0, 1):
        field[..., axis] += twist[axis][:, column][row] * bend
    return field


def _cells(side: int, count: int) -> tuple[Array, Array]:
    """In which of the cells between `count` points each pixel of a side lies, and where in it: 0 … 1."""
    place = steps(side, count)
    cell = np.minimum(place.astype(int), count - 2)
    return cell, (place - cell).astype(np.float32)


@transform
class PiecewiseAffine(Transform):
    """Move the points of a grid at random; between them each triangle undergoes an affine map of its own.

    Points do not leave the picture, so nothing is shown from beyond it. Nothing folds while `scale` is below a quarter
    of a cell's side, which with 4 × 4 points is 0.083.

    Args:
        scale: how far points move at most along each axis, as a part of the picture's shorter side, drawn uniformly for
            each picture; a number a means (0, a). Displacements are normal, with a third of it as standard deviation.
        nb_rows: how many rows of points, drawn uniformly, both ends included.
        nb_cols: how many columns of points, likewise.
        interpolation: for images.
        mask_interpolation: for masks.
        absolute_scale: `scale` is in pixels.
        keypoint_remapping_method: "direct" or "mask", two ways of finding about where keypoints go; accepted so that
            pipelines can keep it. Here both give the exact place.
        border_mode: what cubic and lanczos4 interpolation, which alone look there, see beyond the picture: "constant",
            "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant", likewise.
        fill_mask: of masks, where `border_mode` is "constant", likewise.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept, and what leaves it is cut.
    Raises: InvalidParameter: a negative scale, fewer than 2 rows or columns.
    Source: none needed.

    >>> PiecewiseAffine(scale=(0.03, 0.05), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale: Interval = params.interval(default=(0.03, 0.05), low=0, single=0.0, unit="fraction of the side, or px")
    nb_rows: tuple[int, int] = params.interval(default=(4, 4), low=2, high=1000, whole=True, single="fixed")
    nb_cols: tuple[int, int] = params.interval(default=(4, 4), low=2, high=1000, whole=True, single="fixed")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    absolute_scale: bool = params.flag(default=False)
    keypoint_remapping_method: str = params.choice(default="mask", options=KEYPOINT_METHODS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        rows, columns = rng.integer(*self.nb_rows), rng.integer(*self.nb_cols)
        deviation = rng.uniform(*self.scale) / 3 * (1 if self.absolute_scale else min(view.size))
        field = Dense.of(triangle_field, view.size, seed=rng.seed(), columns=columns, rows=rows, deviation=deviation)
        return geometry(self, field)
