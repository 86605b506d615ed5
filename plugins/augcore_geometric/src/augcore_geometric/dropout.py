"""Dropout of rectangles anywhere in the picture: holes that are filled, and hide the annotations under them. Holes on
objects or beside them are in `object_dropout.py`, in a grid in `grid_dropout.py`, stripes in `masking.py`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from augcore import Erase, Rectangles, Region, Rng, Transform, View, params, transform
from augcore.params import Fill, Interval, Parameter, interval_of, parameter

Box = tuple[int, int, int, int]  # (x_min, y_min, x_max, y_max) in pixels

NOISE = ("random", "random_uniform")
INPAINTING = ("inpaint_telea", "inpaint_ns")
FILLS = NOISE + INPAINTING


def _read_side(value: Any) -> Interval:
    ends = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    whole = all(isinstance(end, (int, np.integer)) for end in ends)
    try:
        return interval_of(value, low=1 if whole else 0, high=np.inf if whole else 1, single="fixed", whole=whole)
    except ValueError as error:
        raise ValueError(f"{error}: whole numbers are pixels, others parts of the picture's side") from None


_PART, _PIXELS = {"type": "number", "minimum": 0, "maximum": 1}, {"type": "integer", "minimum": 1}
SIDE = Parameter(
    _read_side,
    "(low, high) in pixels, as whole numbers from 1 on, or as parts of the picture's side in [0.0, 1.0]",
    {"anyOf": [{"type": "array", "items": item, "minItems": 2, "maxItems": 2} for item in (_PIXELS, _PART)]},
    "px or fraction of the side",
)


def draw_side(rng: Rng, limits: Interval, whole: int) -> int:
    """A hole's side in pixels, within a picture's side `whole`, from limits in pixels (int) or parts of it (float)."""
    low, high = limits
    if isinstance(low, int) and isinstance(high, int):
        return min(whole, rng.integer(low, high))
    side = round(rng.uniform(low, high) * whole)
    return 1 if side < 1 else whole if side > whole else side


def erase(transform: Any, rng: Rng, region: Region) -> Erase:
    """The effect of filling a region as the transform says."""
    seed = rng.seed() if transform.fill in NOISE else 0
    return Erase(region, transform.fill, transform.fill_mask, seed)


@transform
class CoarseDropout(Transform):
    """Fill rectangular holes anywhere in the picture.

    Args:
        num_holes_range: how many holes, both ends included.
        hole_height_range: height of each hole: in pixels if both numbers are whole (10, 20), else as a part of the
            picture's height (0.1, 0.2); at least one pixel, at most the picture.
        hole_width_range: width of each hole, likewise.
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per hole),
            or "inpaint_telea" and "inpaint_ns" (what surrounds the hole goes on into it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels.
    Moves: nothing; boxes under holes are less visible, keypoints in holes hidden.
    Raises: InvalidParameter: a part above 1.0, a number of holes below one.
    Source: DeVries and Taylor 2017 (Cutout); inpainting by Telea 2004 and Bertalmio et al. 2001, as in OpenCV.

    >>> CoarseDropout(num_holes_range=(3, 6), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_holes_range: tuple[int, int] = params.interval(default=(1, 2), low=1, whole=True, single="fixed", unit="holes")
    hole_height_range: Interval = parameter(SIDE, default=(0.1, 0.2))
    hole_width_range: Interval = parameter(SIDE, default=(0.1, 0.2))
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def sample(self, rng: Rng, view: View) -> Erase:
        holes = tuple([self._hole(rng, *view.size) for _ in range(rng.integer(*self.num_holes_range))])
        return erase(self, rng, Rectangles(holes))

    def _hole(self, rng: Rng, rows: int, columns: int) -> Box:
        height, width = draw_side(rng, self.hole_height_range, rows), draw_side(rng, self.hole_width_range, columns)
        x, y = rng.integer(0, columns - width), rng.integer(0, rows - height)
        return x, y, x + width, y + height


@transform
class Erasing(Transform):
    """Fill one rectangle of random area and shape anywhere in the picture.

    Args:
        scale: the rectangle's area, as a part of the picture's.
        ratio: its width divided by its height.
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour), or
            "inpaint_telea" and "inpaint_ns" (what surrounds the rectangle goes on into it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels.
    Moves: nothing; boxes under the rectangle are less visible, keypoints in it hidden. Areas and shapes that do not fit
        into the picture are not drawn; where none of the asked for fits, nothing is erased.
    Raises: InvalidParameter: a part above 1.0, a ratio of 0.
    Source: Zhong et al. 2020 (Random Erasing), with what does not fit excluded before the draw instead of tried again.

    >>> Erasing(scale=(0.1, 0.2), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale: Interval = params.interval(default=(0.02, 0.33), low=0, high=1, single="fixed", unit="fraction of the area")
    ratio: Interval = params.interval(default=(0.3, 3.3), low=0.01, high=100, single="fixed", unit="width / height")
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def sample(self, rng: Rng, view: View) -> Erase | None:
        sides = draw_rectangle(rng, view.size, self.scale, self.ratio)
        if sides is None:
            return None
        height, width = sides
        x, y = rng.integer(0, view.width - width), rng.integer(0, view.height - height)
        return erase(self, rng, Rectangles(((x, y, x + width, y + height),)))


def draw_rectangle(rng: Rng, size: tuple[int, int], scale: Interval, ratio: Interval) -> tuple[int, int] | None:
    """Height and width in pixels of a rectangle that fits into the picture, None if none does.

    Its area, as a part of the picture's, is drawn from `scale`, its width / height from `ratio`.
    """
    height, width = size
    # Of all shapes allowed, the nearest to the picture's takes the greatest area.
    best = min(max(width / height, ratio[0]), ratio[1])
    most = min(scale[1] * height * width, best * height**2, width**2 / best)
    least = scale[0] * height * width
    if least > most:
        return None
    area = max(rng.uniform(least, most), 1.0)
    shape = rng.uniform(max(ratio[0], area / height**2), min(ratio[1], width**2 / area))
    return tuple(  # type: ignore[return-value]
        min(side, max(1, round(wanted)))
        for side, wanted in ((height, math.sqrt(area / shape)), (width, math.sqrt(area * shape)))
    )
