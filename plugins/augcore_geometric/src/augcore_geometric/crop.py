"""Crops: windows onto the picture, with a border where they reach beyond it, and such windows resized."""

from __future__ import annotations

import math
from typing import Any

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
from augcore.params import Fill, require

from .effect import AREA_FOR_DOWNSCALE, by_size, geometry, rounded, scaled
from .pad import POSITIONS, before


def _window(transform: Any, view: View, box: tuple[int, int, int, int]) -> Geometry | Chain[Geometry]:
    """The effect of showing `box` (x_min, y_min, x_max, y_max) of the frame."""
    map = Lattice.window(view.size, *box)
    if not map.has_border:
        return Geometry(map)
    height, width = view.size
    cuts = map.content[2] - map.content[0] < width or map.content[3] - map.content[1] < height
    if not cuts or transform.border_mode in (Border.CONSTANT, Border.REPLICATE):
        return geometry(transform, map)
    # A reflection shows pixels that the crop cuts off, so the border has to be there before.
    x_min, y_min, x_max, y_max = box
    left, top = max(0, -x_min), max(0, -y_min)
    padded = Lattice.pad(view.size, top, max(0, y_max - height), left, max(0, x_max - width))
    crop = Lattice.window(padded.output, x_min + left, y_min + top, x_max + left, y_max + top)
    return Chain((geometry(transform, padded), Geometry(crop)))


def _place(transform: Any, rng: Rng, view: View, height: int, width: int) -> tuple[int, int]:
    """Columns left of the picture and rows above it, in the frame of at least (height, width) that holds it."""
    rows, columns = view.size
    if height <= rows and width <= columns:
        return 0, 0
    rows, columns = max(0, height - rows), max(0, width - columns)
    if not transform.pad_if_needed:
        raise InvalidData(
            f"{type(transform).__name__}: a crop of {width}×{height} (width × height) does not fit into a picture of "
            f"{view.width}×{view.height}; give a smaller crop, or pad_if_needed=True"
        )
    top = before(rows, transform.pad_position, "top", rng)
    return before(columns, transform.pad_position, "left", rng), top


@transform
class Crop(Transform):
    """Cut out a given window.

    Args:
        x_min: left edge of the window, in pixels.
        y_min: upper edge of the window.
        x_max: right edge of the window, not included.
        y_max: lower edge of the window, not included.
        pad_if_needed: where the window reaches beyond the picture, add a border to the picture first.
        pad_position: where in the frame with that border the picture lies; with "top_left" it stays in its place.
        border_mode: "constant", or how the picture goes on there: "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidParameter: a window without width or height. InvalidData: a window that reaches beyond the picture,
        without `pad_if_needed`.
    Source: none needed.

    >>> Crop(10, 20, 110, 70)(image=image)["image"].shape
    (50, 100, 3)
    """

    x_min: int = params.integer(default=0, low=0, unit="px")
    y_min: int = params.integer(default=0, low=0, unit="px")
    x_max: int = params.integer(default=1024, low=1, unit="px")
    y_max: int = params.integer(default=1024, low=1, unit="px")
    pad_if_needed: bool = params.flag(default=False)
    pad_position: str = params.choice(default="center", options=POSITIONS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for axis in "xy":
            low, high = getattr(self, f"{axis}_min"), getattr(self, f"{axis}_max")
            require(low < high, f"Crop: {axis}_min={low} and {axis}_max={high}; give {axis}_min < {axis}_max")

    @by_size(lambda transform: transform.pad_position == "random")
    def sample(self, rng: Rng, view: View) -> Geometry | Chain[Geometry]:
        left, top = _place(self, rng, view, self.y_max, self.x_max)
        return _window(self, view, (self.x_min - left, self.y_min - top, self.x_max - left, self.y_max - top))


@transform
class CenterCrop(Transform):
    """Cut out the middle of the picture.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        pad_if_needed: where the picture is smaller, add a border to it first.
        pad_position: where in the frame with that border the picture lies.
        border_mode: "constant", or how the picture goes on there: "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut. Of an odd number of rows or columns that go, the greater
        half goes at the lower or right edge.
    Raises: InvalidData: a picture that is smaller than the crop, without `pad_if_needed`.
    Source: none needed.

    >>> CenterCrop(224, 320)(image=image)["image"].shape
    (224, 320, 3)
    """

    height: int = params.integer(low=1, unit="px")
    width: int = params.integer(low=1, unit="px")
    pad_if_needed: bool = params.flag(default=False)
    pad_position: str = params.choice(default="center", options=POSITIONS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    @by_size(lambda transform: transform.pad_position == "random")
    def sample(self, rng: Rng, view: View) -> Geometry | Chain[Geometry]:
        left, top = _place(self, rng, view, self.height, self.width)
        x = max(0, view.width - self.width) // 2 - left
        y = max(0, view.height - self.height) // 2 - top
        return _window(self, view, (x, y, x + self.width, y + self.height))


@transform
class RandomCrop(Transform):
    """Cut out a window of a given size anywhere in the picture, each place as likely as the others.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        pad_if_needed: where the picture is smaller, add a border to it first.
        pad_position: where in the frame with that border the picture lies.
        border_mode: "constant", or how the picture goes on there: "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidData: a picture that is smaller than the crop, without `pad_if_needed`.
    Source: none needed.

    >>> RandomCrop(224, 320)(image=image)["image"].shape
    (224, 320, 3)
    """

    height: int = params.integer(low=1, unit="px")
    width: int = params.integer(low=1, unit="px")
    pad_if_needed: bool = params.flag(default=False)
    pad_position: str = params.choice(default="center", options=POSITIONS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry | Chain[Geometry]:
        (rows, columns), height, width = view.size, self.height, self.width
        if height <= rows and width <= columns:
            x, y = rng.integer(0, columns - width), rng.integer(0, rows - height)
            return Geometry(Lattice.window(view.size, x, y, x + width, y + height))
        left, top = _place(self, rng, view, height, width)
        x, y = rng.integer(0, max(0, columns - width)) - left, rng.integer(0, max(0, rows - height)) - top
        return _window(self, view, (x, y, x + width, y + height))


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
