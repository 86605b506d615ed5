"""Pads: a border of whole pixels around the picture. Crops that pad are in `crop.py`."""

from __future__ import annotations

from collections.abc import Sequence

from augcore import Border, Geometry, Lattice, Rng, Transform, View, params, transform
from augcore.params import Fill, require

from .effect import by_size, geometry

POSITIONS = ("center", "top_left", "top_right", "bottom_left", "bottom_right", "random")


def before(room: int, position: str, side: str, rng: Rng) -> int:
    """How many of `room` rows go above the picture (side "top"), or columns left of it (side "left").

    `position` says where in the larger frame the picture lies.
    """
    if position == "center":
        return room // 2
    if position == "random":
        return rng.integer(0, room)
    return 0 if side in position else room


@transform
class Pad(Transform):
    """Add a border around the picture.

    Args:
        padding: in pixels; one number for all sides, (left and right, top and bottom), or (left, top, right, bottom).
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
        border_mode: "constant", or how the picture goes on there: "replicate", "reflect", "reflect_101", "wrap".
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; the border shows nothing of it, a reflected one neither.
    Raises: InvalidParameter: a negative number of pixels.
    Source: none needed.

    >>> Pad(10)(image=image)["image"].shape
    (532, 532, 3)
    """

    padding: int | tuple[int, ...] = params.numbers(default=0, length=(2, 4), single=True, low=0, whole=True, unit="px")
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    border_mode: Border = params.border(default=Border.CONSTANT)
    p: float = params.probability(default=1.0, kw_only=True)

    def sides(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        given = self.padding
        if isinstance(given, Sequence):
            return (given[0], given[1], given[-2], given[-1])
        return (given,) * 4

    @by_size()
    def sample(self, rng: Rng, view: View) -> Geometry:
        left, top, right, bottom = self.sides()
        return geometry(self, Lattice.pad(view.size, top, bottom, left, right))


@transform
class PadIfNeeded(Transform):
    """Add a border where the picture is smaller than wanted, or where its sides are no multiples of a number.

    Args:
        min_height: rows that the result has at least; None to go by `pad_height_divisor` instead.
        min_width: columns that the result has at least; None to go by `pad_width_divisor` instead.
        pad_height_divisor: the number of which the result's height is a multiple.
        pad_width_divisor: the number of which the result's width is a multiple.
        position: where in the new frame the picture lies; "random" draws it anew each time.
        border_mode: "constant", or how the picture goes on there: "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; the border shows nothing of it, a reflected one neither.
    Raises: InvalidParameter: both or neither of a least side and its divisor.
    Source: none needed.

    >>> PadIfNeeded(600, 520)(image=image)["image"].shape
    (600, 520, 3)
    """

    min_height: int | None = params.integer(default=1024, low=1, unit="px", none=True)
    min_width: int | None = params.integer(default=1024, low=1, unit="px", none=True)
    pad_height_divisor: int | None = params.integer(default=None, low=1, unit="px", none=True)
    pad_width_divisor: int | None = params.integer(default=None, low=1, unit="px", none=True)
    position: str = params.choice(default="center", options=POSITIONS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for side in ("height", "width"):
            least, divisor = getattr(self, f"min_{side}"), getattr(self, f"pad_{side}_divisor")
            require(
                (least is None) != (divisor is None),
                f"PadIfNeeded: min_{side}={least} and pad_{side}_divisor={divisor}; give one, and None for the other",
            )

    @by_size(lambda transform: transform.position == "random")
    def sample(self, rng: Rng, view: View) -> Geometry:
        rows = _missing(view.height, self.min_height, self.pad_height_divisor)
        columns = _missing(view.width, self.min_width, self.pad_width_divisor)
        top = before(rows, self.position, "top", rng)
        left = before(columns, self.position, "left", rng)
        return geometry(self, Lattice.pad(view.size, top, rows - top, left, columns - left))


def _missing(side: int, least: int | None, divisor: int | None) -> int:
    return -side % divisor if divisor is not None else max(0, (least or 0) - side)
