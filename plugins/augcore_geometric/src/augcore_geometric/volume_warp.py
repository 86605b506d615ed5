"""Affine maps and elastic deformations of volumes. Quarter turns are in `volume_symmetry.py`, plain stretching in
`volume_crop.py`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from augcore import (
    Affine3,
    Border,
    Dense3,
    Geometry,
    Interpolation,
    Interval,
    Rng,
    Transform,
    View,
    displacement_field,
    matrix_product,
    params,
    transform,
)
from augcore.noise import even_numbers
from augcore.params import Fill, require

from .effect import geometry
from .volume import Axes3, Size3, axes3, require_sampling, size_of

Array = np.ndarray[Any, np.dtype[Any]]

# Of each axis x, y, z the two others in cyclic order: a positive turn takes the second towards the first.
_OTHERS = ((1, 2), (2, 0), (0, 1))


def rotation3(z: float, y: float, x: float) -> Array:
    """3×3, of (x, y, z): turns about x, then y, then z, in radians, counter-clockwise as seen along each axis."""
    matrix = np.eye(3)
    for axis, angle in enumerate((x, y, z)):
        first, second = _OTHERS[axis]
        turn = np.eye(3)
        turn[[first, second], [first, second]] = math.cos(angle)
        turn[first, second], turn[second, first] = math.sin(angle), -math.sin(angle)
        matrix = turn @ matrix
    return matrix


def shearing3(angles: Array) -> Array:
    """3×3, of (x, y, z): a shear along x, then along y, then along z, each by its two angles in radians, with the two
    other axes in cyclic order. Volumes keep their contents: the determinant is 1."""
    matrix = np.eye(3)
    for axis, (others, slopes) in enumerate(zip(_OTHERS, np.tan(angles), strict=True)):
        shear = np.eye(3)
        shear[axis, list(others)] = slopes
        matrix = shear @ matrix
    return matrix


def affine3(linear: Array, size: Size3, spacing: tuple[float, ...], shift: tuple[float, ...]) -> Affine3:
    """The map that a 3×3 matrix of (x, y, z), in units of length, makes about the centre of a volume, and then a shift.

    Args:
        spacing: how long a voxel is along z, y and x.
        shift: along x, y and z, as parts of the volume's sides.
    """
    units, sides = np.array(spacing[::-1]), np.array(size[::-1])
    voxels = linear * units / units[:, None]
    return Affine3.of(np.column_stack([voxels, sides / 2 - voxels @ (sides / 2) + shift * sides]), size)


@transform
class Affine3D(Transform):
    """Scale, shear, rotate and shift a volume, in this order, about its centre.

    Ranges are a number, (low, high), or {"z": …, "y": …, "x": …} with one of these for each axis; what is not given for
    an axis does nothing. Each axis has its own draw.

    Args:
        rotate_range: angle in degrees about each axis: about x first, then y, then z. About z it is counter-clockwise
            on the screen, from x towards -y; about x from y towards -z, about y from z towards -x.
        scale_range: factor along each axis; above 1 enlarges.
        keep_ratio: one draw of `scale_range` for all axes.
        shear_range: angle in degrees of the shears along each axis, one for each of the two others; along x first, then
            y, then z. None of them changes how large something is.
        translate_range: shift along each axis as a part of the volume's side there.
        spacing: how long a voxel is along (z, y, x), in any unit, so that a rotation is one where slices are further
            apart than pixels.
        interpolation: for volumes: "nearest" or "linear".
        mask_interpolation: for masks, likewise.
        border_mode: what shows where the volume has been: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of volumes, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range.
    Moves: volumes, their masks, and points x, y, z; the size is kept, and what leaves it is cut. What lies in the plane
        is refused where slices are mixed, as they are by rotations about x and y and by shears.
    Raises: InvalidParameter: a factor of zero or less, a shear of more than 80 degrees, different ranges for the axes
        with `keep_ratio`, other interpolations. InvalidData: no volume.
    Source: none needed.

    >>> Affine3D(rotate_range=(-10, 10), spacing=(3, 1, 1), p=1)(volume=volume)["volume"].shape
    (32, 128, 128)
    """

    rotate_range: Axes3 = axes3(default=(-10.0, 10.0), low=-360, high=360, unit="degrees")
    scale_range: Axes3 = axes3(default=(0.9, 1.1), low=1e-6, missing=1.0, unit="factor")
    keep_ratio: bool = params.flag(default=False)
    shear_range: Axes3 = axes3(default=(0.0, 0.0), low=-80, high=80, unit="degrees")
    translate_range: Axes3 = axes3(default=(0.0, 0.0), low=-1, high=1, unit="fraction of the side")
    spacing: tuple[float, float, float] = params.numbers(default=(1.0, 1.0, 1.0), length=3, low=1e-9, unit="length")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def __attrs_post_init__(self) -> None:
        require_sampling(self)
        require(
            not self.keep_ratio or len(set(self.scale_range)) == 1,
            f"Affine3D.scale_range: {self.scale_range} differs between the axes; give one range, or keep_ratio=False",
        )

    def sample(self, rng: Rng, view: View) -> Geometry:
        size = size_of(self, view)
        turn = rotation3(*(math.radians(rng.uniform(*limits)) for limits in self.rotate_range))
        shears = [[math.radians(rng.uniform(*limits)) for _ in range(2)] for limits in self.shear_range[::-1]]
        linear = turn @ shearing3(np.array(shears)) @ np.diag(self._factors(rng))
        shift = tuple(rng.uniform(*limits) for limits in self.translate_range[::-1])
        return geometry(self, affine3(linear, size, self.spacing, shift))

    def _factors(self, rng: Rng) -> list[float]:
        """Along x, y and z."""
        if self.keep_ratio:
            return [rng.uniform(*self.scale_range[0])] * 3
        return [rng.uniform(*limits) for limits in self.scale_range[::-1]]


def _spline_weights(side: int, points: int) -> Array:
    """(side, points + 2): at the centres of a side's voxels, the cubic B-splines of control points that lie evenly from
    one end of it to the other, and of one more beyond either end."""
    place = (np.arange(side) + 0.5) * ((points - 1) / side)
    cell = np.minimum(place.astype(int), points - 2)
    t = place - cell
    four = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], 1) / 6
    weights = np.zeros((side, points + 2), np.float32)
    np.put_along_axis(weights, cell[:, None] + np.arange(4), four.astype(np.float32), 1)
    return weights


@displacement_field
def volume_spline_field(size: Size3, *, seed: int, points: tuple[int, int, int], magnitude: float) -> Array:
    """Control points displaced evenly within ±magnitude of their distance along each axis, and a cubic B-spline through
    their displacements: (D, H, W, 3) voxels."""
    counts = [count + 2 for count in points]
    distance = [side / (count - 1) for side, count in zip(size[::-1], points[::-1], strict=True)]
    field = (magnitude * even_numbers(seed, (*counts, 3)) * distance).astype(np.float32)
    z, y, x = (_spline_weights(side, count) for side, count in zip(size, points, strict=True))
    # One axis after the other, the longest step last.
    field = (y @ (x @ field).reshape(counts[0], counts[1], -1)).reshape(counts[0], -1)
    return matrix_product(z, field).reshape(*size, 3)


@transform
class ElasticTransform3D(Transform):
    """Bend a volume by a smooth random field: a cubic B-spline over a coarse grid of control points.

    Up to a magnitude of 0.4 nothing folds over (Choi and Lee 2000: displacements of less than 0.403 of the distance
    between control points); beyond, parts of a volume may come to lie on each other, as they seldom do below 1.

    Args:
        num_control_points: along each axis, ends included: one number, or (z, y, x).
        magnitude_range: how far control points are moved at most, along each axis and as a part of the distance to the
            next one. Voxels between them move less, as the spline takes the mean over four in each direction: by 0.19
            of the magnitude or so (standard deviation).
        interpolation: for volumes: "nearest" or "linear".
        mask_interpolation: for masks, likewise.
        border_mode: what shows beyond the volume: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of volumes, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range.
    Moves: volumes, their masks, and points x, y, z; the size is kept, and what leaves it is cut. What lies in the plane
        is refused.
    Raises: InvalidParameter: fewer than two control points or more than 32, a magnitude outside [0, 1], other
        interpolations. InvalidData: no volume.
    Source: Rueckert et al. 1999, "Nonrigid registration using free-form deformations"; Choi and Lee 2000, "Injectivity
        conditions of 2D and 3D uniform cubic B-spline functions".

    >>> ElasticTransform3D(p=1)(volume=volume)["volume"].shape
    (32, 128, 128)
    """

    num_control_points: int | tuple[int, ...] = params.numbers(
        default=7, length=3, single=True, low=2, high=32, whole=True, unit="points"
    )
    magnitude_range: Interval = params.interval(
        default=(0.1, 0.4), low=0, high=1, single="fixed", unit="of the distance between control points"
    )
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def __attrs_post_init__(self) -> None:
        require_sampling(self)

    def sample(self, rng: Rng, view: View) -> Geometry:
        size, points = size_of(self, view), self.num_control_points
        field = Dense3.of(
            volume_spline_field,
            size,
            points=points if isinstance(points, tuple) else (points,) * 3,
            magnitude=rng.uniform(*self.magnitude_range),
            seed=rng.seed(),
        )
        return geometry(self, field)
