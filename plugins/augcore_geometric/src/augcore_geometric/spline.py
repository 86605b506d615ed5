"""The thin-plate spline: the smoothest displacement that moves some points by given distances."""

from __future__ import annotations

from typing import Any

import cv2
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
from augcore.params import Fill

from .effect import KEYPOINT_METHODS, geometry
from .grid_distortion import jitter

Array = np.ndarray[Any, np.dtype[Any]]
_TINY = 1e-30  # has a logarithm, and vanishes beside any distance


@displacement_field
def spline_field(size: tuple[int, int], *, seed: int, points: int, deviation: float) -> Array:
    """A grid of points × points from corner to corner shows what lies at random places around them; `deviation` is of
    x and y each, as a part of the frame's side."""
    knots = np.stack(np.meshgrid(*[np.linspace(0, 1, points)] * 2), -1).reshape(-1, 2)
    weights = spline_weights(knots, deviation * jitter(seed, len(knots), 2) * size[::-1])
    y, x = ((np.arange(side) + 0.5) / side for side in size)
    return np.moveaxis(spline_at(x, y, knots, weights), 0, -1)


def spline_weights(knots: Array, values: Array) -> Array:
    """(N + 3, C): of the kernels r² · log r² at (N, 2) knots, then of 1, x and y, so that the spline has the (N, C)
    values at the knots."""
    squared = ((knots[:, None] - knots) ** 2).sum(2)
    kernels = squared * np.log(np.maximum(squared, _TINY))
    flat = np.column_stack([np.ones(len(knots)), knots])
    system = np.block([[kernels, flat], [flat.T, np.zeros((3, 3))]])
    return np.asarray(np.linalg.solve(system, np.concatenate([values, np.zeros((3, values.shape[1]))])))


def spline_at(x: Array, y: Array, knots: Array, weights: Array) -> Array:
    """(C, H, W) float32: the spline at the crossings of columns x and rows y."""
    constant, along_x, along_y = weights[-3:, :, None, None]
    out: Array = (constant + along_x * x).astype(np.float32) + (along_y * y[:, None]).astype(np.float32)
    squared, logarithm = np.empty((2, *out.shape[1:]), np.float32)
    for (knot_x, knot_y), weight in zip(knots, weights[:-3].tolist(), strict=True):
        across, down = (np.square(places - knot) for places, knot in ((x, knot_x), (y, knot_y)))
        np.add(across.astype(np.float32), (down + _TINY).astype(np.float32)[:, None], out=squared)
        cv2.log(squared, dst=logarithm)  # in a quarter of the time that NumPy takes
        cv2.multiply(squared, logarithm, dst=squared)
        for plane, part in zip(out, weight, strict=True):
            cv2.scaleAdd(squared, part, plane, dst=plane)
    return out


@transform
class ThinPlateSpline(Transform):
    """Bend the picture like a thin metal plate that is held at the points of a grid, each pushed to a random place.

    By default nothing folds; more points, or a greater scale, can: with 5 × 5 points one picture in two hundred folds
    at 0.4, with 8 × 8 one in three at 0.3.

    Args:
        scale_range: how far points are pushed: ten times the standard deviation along each axis, as a part of the side,
            drawn uniformly for each picture. Pushes of more than three standard deviations are cut.
        num_control_points: how many points along each side.
        interpolation: for images.
        mask_interpolation: for masks.
        keypoint_remapping_method: "direct" or "mask", two ways of finding about where keypoints go; accepted so that
            pipelines can keep it. Here both give the exact place.
        border_mode: what shows beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept, and what leaves it is cut.
    Raises: InvalidParameter: a scale outside [0, 1], fewer than 2 points a side or more than 32.
    Source: Bookstein 1989, "Principal warps: thin-plate splines and the decomposition of deformations".

    >>> ThinPlateSpline(scale_range=(0.2, 0.4), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale_range: Interval = params.interval(
        default=(0.2, 0.4), low=0, high=1, single="fixed", unit="tenths of the side"
    )
    num_control_points: int = params.integer(default=4, low=2, high=32)
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    keypoint_remapping_method: str = params.choice(default="mask", options=KEYPOINT_METHODS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        deviation = rng.uniform(*self.scale_range) / 10
        field = Dense.of(spline_field, view.size, seed=rng.seed(), points=self.num_control_points, deviation=deviation)
        return geometry(self, field)
