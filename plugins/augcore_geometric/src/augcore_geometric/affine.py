"""Rotations, affine maps and perspectives. Quarter turns are in `symmetry.py`, plain stretching in `resize.py`.

Angles are counter-clockwise on the screen, about the centre (W/2, H/2) of the continuous frame.
"""

from __future__ import annotations

import math

import numpy as np

from augcore import (
    AffineMap,
    Border,
    Geometry,
    Interpolation,
    Interval,
    Projective,
    Rng,
    Transform,
    View,
    params,
    transform,
)
from augcore.params import Fill, require

from .axes import Axes, axes, draw, of_axis
from .effect import BOX_METHODS, geometry, rounded
from .matrices import Corners, Matrix, about, bounds, homography, inscribed, rotation, scaling, shearing, shift


@transform
class Rotate(Transform):
    """Rotate about the centre by a random angle.

    Args:
        limit: angle in degrees, counter-clockwise, drawn uniformly; a number a means (-a, a).
        interpolation: for images.
        border_mode: what shows where the picture has been: "constant", "replicate", "reflect", "reflect_101", "wrap".
        rotate_method: what follows a box: its corners ("largest_box"), or the ellipse inscribed in it ("ellipse"),
            which fits round objects more closely.
        crop_border: cut the result to the largest rectangle that shows no border.
        mask_interpolation: for masks.
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut. The frame's size is kept, unless `crop_border` is given.
    Raises: InvalidParameter: limit outside [-360, 360].
    Source: rotation matrix as in OpenCV `getRotationMatrix2D`, about the continuous centre (W/2, H/2).

    >>> Rotate(30, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    limit: Interval = params.interval(default=(-90, 90), low=-360, high=360, unit="degrees")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    border_mode: Border = params.border(default=Border.CONSTANT)
    rotate_method: str = params.choice(default="largest_box", options=BOX_METHODS)
    crop_border: bool = params.flag(default=False)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        angle = math.radians(rng.uniform(*self.limit))
        if not self.crop_border:
            return geometry(self, AffineMap.of(about(rotation(angle), view.size), view.size))
        # One map to the smaller frame, about whose centre everything turns: a rotation and a crop after it would have
        # to start at whole pixels, and resample what is then cut off. Only the kernels of cubic and lanczos4 reach
        # beyond the picture here; what they meet there is the picture's edge rather than the fill.
        height, width = inscribed(view.size, angle)
        output = (max(1, math.floor(height + 1e-6)), max(1, math.floor(width + 1e-6)))
        matrix = about(rotation(angle), view.size, output)
        return geometry(self, AffineMap.of(matrix, view.size, output), border=Border.REPLICATE)


@transform
class SafeRotate(Transform):
    """Rotate about the centre by a random angle, and shrink the picture until all of it is inside the frame.

    Args:
        limit: angle in degrees, counter-clockwise, drawn uniformly; a number a means (-a, a).
        interpolation: for images.
        border_mode: what shows where the picture has been: "constant", "replicate", "reflect", "reflect_101", "wrap".
        rotate_method: what follows a box: its corners ("largest_box"), or the ellipse inscribed in it ("ellipse").
        mask_interpolation: for masks.
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; nothing is cut. The frame's size is kept, and so are shapes: both sides shrink alike.
    Raises: InvalidParameter: limit outside [-360, 360].
    Source: the factor is min(W / w, H / h), where (w, h) are the sides of the box around the rotated picture.

    >>> SafeRotate(30, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    limit: Interval = params.interval(default=(-90, 90), low=-360, high=360, unit="degrees")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    border_mode: Border = params.border(default=Border.CONSTANT)
    rotate_method: str = params.choice(default="largest_box", options=BOX_METHODS)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        turned = rotation(math.radians(rng.uniform(*self.limit)))
        width, height = np.ptp(bounds(about(turned, view.size), view.size), axis=0).tolist()
        factor = min(view.width / width, view.height / height)
        return geometry(self, AffineMap.of(about(turned @ scaling(factor, factor), view.size), view.size))


@transform
class Affine(Transform):
    """Scale, rotate, shear and shift, in this order, about the centre.

    Ranges are a number, (low, high), or {"x": …, "y": …} with one of these for each axis; what is not given for an axis
    does nothing. Each axis has its own draw.

    Args:
        scale: factor; above 1 enlarges.
        translate_percent: shift as a part of the frame's width and height; positive to the right and down.
        translate_px: shift in whole pixels, instead of `translate_percent`.
        rotate: angle in degrees, counter-clockwise; a number a means (a, a).
        shear: angle in degrees by which vertical lines (x) lean to the right at the top, and horizontal lines (y) rise
            to the right.
        interpolation: for images.
        mask_interpolation: for masks.
        fit_output: change the frame's size so that it just holds the whole picture; there is nothing to shift then.
        keep_ratio: one draw of `scale` for both axes.
        rotate_method: what follows a box: its corners ("largest_box"), or the ellipse inscribed in it ("ellipse").
        balanced_scale: draw from the part of `scale` below 1 and the part above it with the same chance, where both
            exist; else (0.5, 2) enlarges twice as often as it shrinks.
        border_mode: what shows where the picture has been: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut. The frame's size is kept, unless `fit_output` is given.
    Raises: InvalidParameter: a factor of zero or less; shears of 90 degrees or more, together or alone; both shifts, or
        a shift with `fit_output`; different ranges for the axes with `keep_ratio`.
    Source: none needed.

    >>> Affine(scale=(0.8, 1.2), rotate=(-20, 20), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale: Axes = axes(default=(1.0, 1.0), low=1e-6, missing=1.0, unit="factor")
    translate_percent: Axes | None = axes(default=None, unit="fraction of the side", none=True)
    translate_px: Axes | None = axes(default=None, whole=True, unit="px", none=True)
    rotate: Interval = params.interval(default=(0.0, 0.0), low=-360, high=360, single="fixed", unit="degrees")
    shear: Axes = axes(default=(0.0, 0.0), low=-89, high=89, unit="degrees")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    fit_output: bool = params.flag(default=False)
    keep_ratio: bool = params.flag(default=False)
    rotate_method: str = params.choice(default="largest_box", options=BOX_METHODS)
    balanced_scale: bool = params.flag(default=False)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def __attrs_post_init__(self) -> None:
        shifts = [name for name in ("translate_percent", "translate_px") if getattr(self, name) is not None]
        require(len(shifts) < 2, "Affine: translate_percent and translate_px are both given; give one of them")
        require(
            not (shifts and self.fit_output),
            f"Affine.{''.join(shifts)}: there is nothing to shift in a frame that fit_output lays around the picture; "
            "leave one of them out",
        )
        require(
            not self.keep_ratio or of_axis(self.scale, 0) == of_axis(self.scale, 1),
            f"Affine.scale: {self.scale} differs between the axes; give one range for both, or keep_ratio=False",
        )
        # x and y shears of a and b turn the picture's area into 1 - tan a · tan b of it.
        (x_low, x_high), (y_low, y_high) = (np.tan(np.radians(of_axis(self.shear, axis))) for axis in (0, 1))
        product = max(x_low * y_low, x_low * y_high, x_high * y_low, x_high * y_high)
        require(
            product < 1 - 1e-3,
            f"Affine.shear: {self.shear} can flatten the picture; give angles x and y that add up to less than 90",
        )

    def sample(self, rng: Rng, view: View) -> Geometry:
        factors = self._factors(rng)
        angle = math.radians(rng.uniform(*self.rotate))
        across, down = (math.radians(draw(rng, self.shear, axis)) for axis in (0, 1))
        matrix = shearing(across, down) @ rotation(angle) @ scaling(*factors)
        if self.fit_output:
            width, height = np.ptp(bounds(about(matrix, view.size), view.size), axis=0)
            # A frame that fits to a millionth of a pixel need not grow by a whole one.
            output = (max(1, math.ceil(height - 1e-6)), max(1, math.ceil(width - 1e-6)))
            return geometry(self, AffineMap.of(about(matrix, view.size, output), view.size, output))
        return geometry(self, AffineMap.of(shift(*self._shift(rng, view)) @ about(matrix, view.size), view.size))

    def _factors(self, rng: Rng) -> tuple[float, float]:
        x = self._factor(rng, of_axis(self.scale, 0))
        return x, x if self.keep_ratio else self._factor(rng, of_axis(self.scale, 1))

    def _factor(self, rng: Rng, limits: Interval) -> float:
        low, high = limits
        if self.balanced_scale and low < 1 < high:
            limits = (low, 1.0) if rng.chance(0.5) else (1.0, high)
        return rng.uniform(*limits)

    def _shift(self, rng: Rng, view: View) -> tuple[float, float]:
        if self.translate_px is not None:
            (x_low, x_high), (y_low, y_high) = (of_axis(self.translate_px, axis) for axis in (0, 1))
            return rng.integer(int(x_low), int(x_high)), rng.integer(int(y_low), int(y_high))
        if self.translate_percent is None:
            return 0.0, 0.0
        return draw(rng, self.translate_percent, 0) * view.width, draw(rng, self.translate_percent, 1) * view.height


@transform
class ShiftScaleRotate(Transform):
    """Scale, rotate about the centre, then shift: `Affine` in the parameters of its forerunner.

    Args:
        shift_limit: shift as a part of the frame's width and height, each drawn by itself; a number a means (-a, a).
        scale_limit: by how much the picture grows, both sides alike: 0.1 for a tenth; a number a means (-a, a).
        rotate_limit: angle in degrees, counter-clockwise; a number a means (-a, a).
        interpolation: for images.
        border_mode: what shows where the picture has been: "constant", "replicate", "reflect", "reflect_101", "wrap".
        shift_limit_x: of shifts to the right alone; None for `shift_limit`.
        shift_limit_y: of shifts down alone; None for `shift_limit`.
        rotate_method: what follows a box: its corners ("largest_box"), or the ellipse inscribed in it ("ellipse").
        mask_interpolation: for masks.
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut. The frame's size is kept.
    Raises: InvalidParameter: a shift outside [-1, 1], a scale_limit of -1 or less.
    Source: none needed.

    >>> ShiftScaleRotate(rotate_limit=15, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    shift_limit: Interval = params.interval(default=(-0.0625, 0.0625), low=-1, high=1, unit="fraction of the side")
    scale_limit: Interval = params.interval(default=(-0.1, 0.1), low=1e-6 - 1, unit="factor - 1")
    rotate_limit: Interval = params.interval(default=(-45, 45), low=-360, high=360, unit="degrees")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    border_mode: Border = params.border(default=Border.CONSTANT)
    shift_limit_x: Interval | None = params.interval(
        default=None, low=-1, high=1, unit="fraction of the width", none=True
    )
    shift_limit_y: Interval | None = params.interval(
        default=None, low=-1, high=1, unit="fraction of the height", none=True
    )
    rotate_method: str = params.choice(default="largest_box", options=BOX_METHODS)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        x = rng.uniform(*(self.shift_limit_x or self.shift_limit)) * view.width
        y = rng.uniform(*(self.shift_limit_y or self.shift_limit)) * view.height
        factor = 1 + rng.uniform(*self.scale_limit)
        matrix = rotation(math.radians(rng.uniform(*self.rotate_limit))) @ scaling(factor, factor)
        return geometry(self, AffineMap.of(shift(x, y) @ about(matrix, view.size), view.size))


@transform
class Perspective(Transform):
    """Look at the picture from another place: a quadrilateral inside it is stretched to the whole frame.

    Args:
        scale: how far the corners of the quadrilateral lie inside those of the picture: the standard deviation of each
            distance, as a part of the side, drawn uniformly; a number a means (0, a).
        keep_size: keep the frame's size; otherwise it becomes the quadrilateral's (with `fit_output`, the picture's).
        fit_output: show the whole picture instead of the quadrilateral alone.
        interpolation: for images.
        mask_interpolation: for masks.
        border_mode: what shows beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidParameter: a negative scale.
    Source: Hartley and Zisserman 2004, "Multiple view geometry", section 4.1: the homography of four points.

    >>> Perspective((0.05, 0.1), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale: Interval = params.interval(default=(0.05, 0.1), low=0, single=0.0, unit="fraction of the side")
    keep_size: bool = params.flag(default=True)
    fit_output: bool = params.flag(default=False)
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        corners, matrix = draw_quadrilateral(rng, rng.uniform(*self.scale))
        whole = scaling(1 / view.width, 1 / view.height)
        output = _size_of([(x * view.width, y * view.height) for x, y in corners])
        matrix = scaling(output[1], output[0]) @ matrix @ whole
        if self.fit_output:
            low, high = bounds(matrix, view.size)
            output = tuple(max(1, math.ceil(side - 1e-6)) for side in (high - low)[::-1])
            matrix = shift(*((output[1], output[0]) - low - high) / 2) @ matrix
        if self.keep_size:
            matrix = scaling(view.width / output[1], view.height / output[0]) @ matrix
            output = view.size
        return geometry(self, Projective.of(matrix, view.size, output))


# Corners stay in their own thirds of the sides, so that the quadrilateral is convex and runs the right way round.
_FURTHEST = 0.32
# How much smaller things may get at the far end of the picture than at the near one, before the horizon is too close.
_LEAST_DEPTH = 0.2
_SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def draw_quadrilateral(rng: Rng, scale: float) -> tuple[Corners, Matrix]:
    """Corners inside the unit square, from the upper left one clockwise, and the matrix that takes them to its own.

    If the horizon came close to the square they are moved back to its corners step by step: a point on the horizon has
    no place in the result.
    """
    inwards = [abs(rng.normal(0, scale)) % _FURTHEST for _ in range(8)]
    while True:
        corners = [
            (x + (1 - 2 * x) * across, y + (1 - 2 * y) * down)
            for (x, y), across, down in zip(_SQUARE, inwards[::2], inwards[1::2], strict=True)
        ]
        matrix = homography(corners)
        g, h, _ = matrix[2].tolist()
        depth = [g * x + h * y + 1 for x, y in _SQUARE]
        if min(depth) > _LEAST_DEPTH * max(depth):
            return corners, matrix
        inwards = [0.9 * distance for distance in inwards]


def _size_of(corners: Corners) -> tuple[int, int]:
    """(height, width) of a frame as large as a quadrilateral: its longer sides, in whole pixels."""
    top, right, bottom, left = (math.dist(a, b) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True))
    return rounded(max(left, right)), rounded(max(top, bottom))
