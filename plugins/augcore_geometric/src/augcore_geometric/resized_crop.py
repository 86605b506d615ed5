"""Crops that are resized: a window of varying size and shape, stretched to the size that was asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from augcore import (
    Border,
    Chain,
    Geometry,
    Interpolation,
    Interval,
    InvalidData,
    Lattice,
    ResizeMap,
    Rng,
    Transform,
    View,
    params,
    transform,
)
from augcore.params import Fill, Parameter, interval_of, parameter, require

from .crop import check_fits, window
from .effect import AREA_FOR_DOWNSCALE, by_size, rounded, scaled


def draw_window(rng: Rng, view: View, scale: Interval, ratio: Interval) -> tuple[int, int, int, int]:
    """A window (x_min, y_min, x_max, y_max) with a part of the picture's area in `scale` and width / height in `ratio`.

    Areas are drawn evenly, ratios evenly on a logarithmic scale, and together until they fit. A picture into which no
    window fits in ten attempts gives the largest one in its middle whose ratio does.
    """
    height, width = view.size
    for _ in range(10):
        area = rng.uniform(*scale) * height * width
        aspect = math.exp(rng.uniform(math.log(ratio[0]), math.log(ratio[1])))
        columns, rows = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < columns <= width and 0 < rows <= height:
            x, y = rng.integer(0, width - columns), rng.integer(0, height - rows)
            return x, y, x + columns, y + rows
    columns = min(width, rounded(height * ratio[1]))
    rows = min(height, rounded(width / ratio[0]))
    x, y = (width - columns) // 2, (height - rows) // 2
    return x, y, x + columns, y + rows


@transform
class RandomResizedCrop(Transform):
    """Cut out a window of random area, shape and place, and resize it: how ImageNet is learned from.

    Args:
        size: (height, width) of the result, in pixels.
        scale: area of the window as a part of the picture's, drawn uniformly.
        ratio: width of the window by its height, drawn uniformly on a logarithmic scale.
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the window gets lower or narrower: "image",
            "image_mask" for masks too, or None for nothing.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidParameter: a part outside [0, 1], a ratio of zero.
    Source: Szegedy et al. 2015, "Going deeper with convolutions", section 6.

    >>> RandomResizedCrop((224, 224))(image=image)["image"].shape
    (224, 224, 3)
    """

    size: tuple[int, int] = params.numbers(length=2, low=1, whole=True, unit="px")
    scale: Interval = params.interval(default=(0.08, 1.0), low=0, high=1, single="fixed", unit="of the picture's area")
    ratio: Interval = params.interval(default=(0.75, 4 / 3), low=0, single="fixed", unit="width / height")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        require(self.ratio[0] > 0, f"RandomResizedCrop.ratio: {self.ratio} holds 0; give ratios above it")

    def sample(self, rng: Rng, view: View) -> Chain[Geometry]:
        crop = Lattice.window(view.size, *draw_window(rng, view, self.scale, self.ratio))
        return Chain((Geometry(crop), scaled(self, ResizeMap(crop.output, self.size))))


@transform
class RandomSizedCrop(Transform):
    """Cut out a window of random size and fixed shape anywhere in the picture, and resize it.

    Args:
        min_max_height: height of the window in pixels, both ends included.
        size: (height, width) of the result, in pixels.
        w2h_ratio: width of the window by its height; the width is rounded to whole pixels.
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the window gets lower or narrower: "image",
            "image_mask" for masks too, or None for nothing.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidParameter: a height below one pixel, a ratio of zero. InvalidData: a picture into which the largest
        window does not fit, whatever is drawn.
    Source: none needed.

    >>> RandomSizedCrop((256, 480), (224, 224))(image=image)["image"].shape
    (224, 224, 3)
    """

    min_max_height: tuple[int, int] = params.interval(low=1, whole=True, single="fixed", unit="px")
    size: tuple[int, int] = params.numbers(length=2, low=1, whole=True, unit="px")
    w2h_ratio: float = params.number(default=1.0, low=0, open_low=True, unit="width / height")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Chain[Geometry]:
        lowest, highest = self.min_max_height
        widest = rounded(highest * self.w2h_ratio)
        mend = "give smaller heights, or put PadIfNeeded before it"
        check_fits("RandomSizedCrop", view, highest, widest, mend, ("min_max_height",) * 2)
        rows = rng.integer(lowest, highest)
        columns = rounded(rows * self.w2h_ratio)
        x, y = rng.integer(0, view.width - columns), rng.integer(0, view.height - rows)
        crop = Lattice.window(view.size, x, y, x + columns, y + rows)
        return Chain((Geometry(crop), scaled(self, ResizeMap(crop.output, self.size))))


Sides = tuple[Any, ...]  # (low, high), or four of them: top, right, bottom, left


def _sides(whole: bool, low: float, unit: str) -> Parameter:
    """One interval for all four sides, or one for each; a number is short for an interval that holds nothing else."""

    def parse(value: Any) -> Sides:
        value = value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
        try:
            if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 4:
                return tuple([interval_of(side, low, single="fixed", whole=whole, unit=unit) for side in value])
            return interval_of(value, low, single="fixed", whole=whole, unit=unit)
        except ValueError as error:
            raise ValueError(f"{error}, or that for each of top, right, bottom and left") from None

    number = {"type": "integer"} if whole else {"type": "number", "minimum": low}
    one = [number, {"type": "array", "items": number, "minItems": 2, "maxItems": 2}]
    four = {"type": "array", "items": {"anyOf": one}, "minItems": 4, "maxItems": 4}
    legal = f"a number or (low, high), {unit}, or that for each of top, right, bottom and left"
    return Parameter(parse, legal, {"anyOf": [*one, four]}, unit)


@transform
class CropAndPad(Transform):
    """Add a border at some sides of the picture and cut strips off others, and stretch the result to the old size.

    Args:
        px: how many pixels are added at each side, or cut off where negative: a number, (low, high) to draw from, both
            ends included, or four of those: top, right, bottom, left. One of `px` and `percent` must be given.
        percent: the same as parts of the picture's height and width, 0.1 for a tenth, rounded towards zero to whole
            pixels.
        keep_size: resize the result to the size the picture had.
        sample_independently: where one (low, high) is given for all sides, draw each side by itself instead of one
            number for all of them. Four of them are drawn one by one in any case.
        interpolation: for images, with `keep_size`.
        mask_interpolation: for masks, with `keep_size`.
        border_mode: "constant", or how the picture goes on there: "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut, and the border shows nothing of it.
    Raises: InvalidParameter: both or neither of `px` and `percent`, parts of opposite sides that can cut off all there
        is. InvalidData: a picture of which nothing would be left if the most were drawn, whatever is drawn.
    Source: none needed.

    >>> CropAndPad(px=(-10, 20, -10, 20), keep_size=False)(image=image)["image"].shape
    (492, 552, 3)
    """

    px: Sides | None = parameter(_sides(whole=True, low=-math.inf, unit="px"), default=None, none=True)
    percent: Sides | None = parameter(_sides(whole=False, low=-1, unit="of the side"), default=None, none=True)
    keep_size: bool = params.flag(default=True)
    sample_independently: bool = params.flag(default=True)
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        require(
            (self.px is None) != (self.percent is None),
            f"CropAndPad: px={self.px} and percent={self.percent}; give one of them",
        )
        if self.percent is not None:
            top, right, bottom, left = (low for low, _ in self._limits())
            require(
                max(_cut(top, bottom), _cut(left, right)) < 1,
                f"CropAndPad.percent: {self.percent} can cut off the whole picture; give parts that leave some of it",
            )

    @by_size(lambda transform: any(low < high for low, high in transform._limits()))
    def sample(self, rng: Rng, view: View) -> Geometry | Chain[Geometry]:
        self._check_remains(view)
        top, right, bottom, left = self._in_pixels(self._drawn(rng), view)
        shown = window(self, view, (-left, -top, view.width + right, view.height + bottom))
        size = (view.height + top + bottom, view.width + left + right)
        if not self.keep_size or size == view.size:
            return shown
        resize = Geometry(ResizeMap(size, view.size), self.interpolation, self.mask_interpolation)
        return Chain((*shown.effects, resize) if isinstance(shown, Chain) else (shown, resize))

    def _limits(self) -> Sides:
        """At the top, right, bottom and left."""
        given: Any = self.px or self.percent
        return given if len(given) == 4 else (given,) * 4

    def _drawn(self, rng: Rng) -> Sides:
        draw: Any = rng.integer if self.px else rng.uniform
        if not self.sample_independently and len(given := self.px or self.percent or ()) == 2:
            return (draw(*given),) * 4
        return tuple([draw(*limits) for limits in self._limits()])

    def _in_pixels(self, sides: Sides, view: View) -> Sides:
        if self.px:
            return sides
        return tuple([int(part * side) for part, side in zip(sides, view.size * 2, strict=True)])

    def _check_remains(self, view: View) -> None:
        top, right, bottom, left = self._in_pixels(tuple([low for low, _ in self._limits()]), view)
        for cut, side, lines in ((_cut(top, bottom), view.height, "rows"), (_cut(left, right), view.width, "columns")):
            if cut >= side:
                raise InvalidData(
                    f"CropAndPad.{'px' if self.px else 'percent'}: up to {cut} {lines} are cut off, and the picture "
                    f"has {side}; cut off less, or give a larger picture"
                )


def _cut(first: float, second: float) -> float:
    """How much goes at two opposite sides, of which negative numbers cut."""
    return -min(first, 0) - min(second, 0)
