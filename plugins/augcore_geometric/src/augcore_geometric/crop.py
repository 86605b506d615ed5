"""Crops: windows onto the picture, with a border where they reach beyond it. Windows that are resized are in
`resized_crop.py`, those that go by boxes or masks in `object_crop.py`."""

from __future__ import annotations

from typing import Any

from augcore import (
    Border,
    Chain,
    Geometry,
    InvalidData,
    Lattice,
    Rng,
    Transform,
    View,
    params,
    transform,
)
from augcore.params import Fill, require

from .effect import by_size, geometry
from .pad import POSITIONS, before


def window(transform: Any, view: View, box: tuple[int, int, int, int]) -> Geometry | Chain[Geometry]:
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


def check_fits(
    owner: str, view: View, height: int, width: int, mend: str, sides: tuple[str, str] = ("height", "width")
) -> None:
    """Refuse a crop that is larger than the picture.

    Args:
        owner: the transform that was asked for it.
        mend: what to do.
        sides: the names of the parameters that say how low and how far right it reaches.
    """
    if height > view.height or width > view.width:
        raise InvalidData(
            f"{owner}.{sides[height <= view.height]}: a crop of {width}×{height} (width × height) does not fit into a "
            f"picture of {view.width}×{view.height}; {mend}"
        )


def _place(
    transform: Any, rng: Rng, view: View, height: int, width: int, sides: tuple[str, str] = ("height", "width")
) -> tuple[int, int]:
    """Columns left of the picture and rows above it, in the frame of at least (height, width) that holds it."""
    rows, columns = view.size
    if height <= rows and width <= columns:
        return 0, 0
    rows, columns = max(0, height - rows), max(0, width - columns)
    if not transform.pad_if_needed:
        mend = "give a smaller crop, or pad_if_needed=True"
        check_fits(type(transform).__name__, view, height, width, mend, sides)
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
        left, top = _place(self, rng, view, self.y_max, self.x_max, ("y_max", "x_max"))
        return window(self, view, (self.x_min - left, self.y_min - top, self.x_max - left, self.y_max - top))


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
        return window(self, view, (x, y, x + self.width, y + self.height))


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
        return window(self, view, (x, y, x + width, y + height))


@transform
class RandomCropFromBorders(Transform):
    """Cut strips of random width off all four sides.

    Args:
        crop_left: the widest strip at the left, as a part of the picture's width; what goes is drawn from 0 to that.
        crop_right: the widest strip at the right.
        crop_top: the highest strip at the top, as a part of the picture's height.
        crop_bottom: the highest strip at the bottom.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut. At least one row and one column stay.
    Raises: InvalidParameter: a part outside [0, 1], opposite parts that sum to more than 1.
    Source: none needed.

    >>> RandomCropFromBorders(0, 0, 0, 0)(image=image)["image"].shape
    (512, 512, 3)
    """

    crop_left: float = params.number(default=0.1, low=0, high=1, unit="of the picture's width")
    crop_right: float = params.number(default=0.1, low=0, high=1, unit="of the picture's width")
    crop_top: float = params.number(default=0.1, low=0, high=1, unit="of the picture's height")
    crop_bottom: float = params.number(default=0.1, low=0, high=1, unit="of the picture's height")
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for first, second in (("left", "right"), ("top", "bottom")):
            parts = getattr(self, f"crop_{first}"), getattr(self, f"crop_{second}")
            require(
                sum(parts) <= 1,
                f"RandomCropFromBorders: crop_{first}={parts[0]:g} and crop_{second}={parts[1]:g} sum to more than 1; "
                "give parts that leave something between them",
            )

    def sample(self, rng: Rng, view: View) -> Geometry:
        x_min, x_max = _between(rng, view.width, self.crop_left, self.crop_right)
        y_min, y_max = _between(rng, view.height, self.crop_top, self.crop_bottom)
        return Geometry(Lattice.window(view.size, x_min, y_min, x_max, y_max))


def _between(rng: Rng, side: int, first: float, second: float) -> tuple[int, int]:
    """What is left of a side, one pixel at least, when up to the given parts of it go at either end."""
    low = rng.integer(0, min(int(first * side), side - 1))
    return low, rng.integer(max(low + 1, side - int(second * side)), side)
