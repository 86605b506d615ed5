"""Resizes: the whole picture stretched to another size, or fitted into a frame. Crops that resize are in `crop.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from augcore import (
    Chain,
    Geometry,
    Interpolation,
    Interval,
    Lattice,
    ResizeMap,
    Rng,
    Transform,
    View,
    params,
    transform,
)
from augcore.params import Fill, Parameter, parameter, require

from .effect import AREA_FOR_DOWNSCALE, by_size, geometry, rounded, scaled
from .pad import POSITIONS, before


@transform
class Resize(Transform):
    """Stretch the picture to a given size.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the picture gets lower or narrower: "image",
            "image_mask" for masks too, or None for nothing.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target.
    Raises: InvalidParameter: a side of less than one pixel.
    Source: OpenCV `resize`; "nearest" takes the nearest pixel centre (OpenCV's INTER_NEAREST_EXACT).

    >>> Resize(224, 320)(image=image)["image"].shape
    (224, 320, 3)
    """

    height: int = params.integer(low=1, unit="px")
    width: int = params.integer(low=1, unit="px")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)
    p: float = params.probability(default=1.0, kw_only=True)

    @by_size()
    def sample(self, rng: Rng, view: View) -> Geometry:
        return scaled(self, ResizeMap(view.size, (self.height, self.width)))


def _read_max_size(value: Any) -> int | tuple[int, ...]:
    sizes = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    if not sizes or not all(type(size) is int and size > 0 for size in sizes):
        raise ValueError(f"{value!r} is neither a side in pixels nor a list of them; give whole numbers from 1 on")
    return tuple(sizes) if sizes is value else value


def _read_sides(value: Any) -> tuple[int | None, int | None]:
    sides = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
    whole = all(side is None or (type(side) is int and side > 0) for side in sides)
    if len(sides) != 2 or not whole or sides == (None, None):
        raise ValueError(f"{value!r} is not (height, width); give whole numbers, or None for one of them")
    return sides


_SIDE = {"type": "integer", "minimum": 1}
_SIDE_OR_NONE = {"anyOf": [_SIDE, {"type": "null"}]}
MAX_SIZE = Parameter(
    _read_max_size,
    "a whole number from 1 on, or several to choose from",
    {"anyOf": [_SIDE, {"type": "array", "items": _SIDE, "minItems": 1}]},
    "px",
)
MAX_SIZE_HW = Parameter(
    _read_sides,
    "(height, width), one of which may be None",
    {"type": "array", "items": _SIDE_OR_NONE, "minItems": 2, "maxItems": 2},
    "px",
)


def _require_one(transform: LongestMaxSize | SmallestMaxSize) -> None:
    require(
        (transform.max_size is None) != (transform.max_size_hw is None),
        f"{type(transform).__name__}: max_size={transform.max_size} and max_size_hw={transform.max_size_hw}; "
        "give one of them",
    )


def _keeping_aspect(transform: LongestMaxSize | SmallestMaxSize, rng: Rng, view: View, fit: Any) -> Geometry:
    """The picture scaled by the least (`fit` is min) or greatest (max) of the factors that lead to the wanted sides."""
    if transform.max_size_hw is not None:
        wanted = transform.max_size_hw
    else:
        size = transform.max_size
        wanted = (rng.choice(size),) * 2 if isinstance(size, tuple) else (size, size)
    factor = fit(want / side for want, side in zip(wanted, view.size, strict=True) if want is not None)
    return scaled(transform, ResizeMap(view.size, (rounded(view.height * factor), rounded(view.width * factor))))


@transform
class LongestMaxSize(Transform):
    """Scale the picture, keeping its aspect, so that its longer side has a given length.

    Args:
        max_size: of the longer side, in pixels; of several, one is drawn.
        max_size_hw: instead of `max_size`: (height, width) into which the picture just fits; None for a side that may
            have any length.
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the picture shrinks: "image", "image_mask" for
            masks too, or None for nothing.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the other side is rounded to whole pixels, and never below one.
    Raises: InvalidParameter: both or neither of `max_size` and `max_size_hw`.
    Source: OpenCV `resize`.

    >>> LongestMaxSize(256)(image=image)["image"].shape
    (256, 256, 3)
    """

    max_size: int | tuple[int, ...] | None = parameter(MAX_SIZE, default=None, none=True)
    max_size_hw: tuple[int | None, int | None] | None = parameter(MAX_SIZE_HW, default=None, none=True)
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _require_one(self)

    @by_size(lambda transform: isinstance(transform.max_size, tuple))
    def sample(self, rng: Rng, view: View) -> Geometry:
        return _keeping_aspect(self, rng, view, min)


@transform
class SmallestMaxSize(Transform):
    """Scale the picture, keeping its aspect, so that its shorter side has a given length.

    Args:
        max_size: of the shorter side, in pixels; of several, one is drawn.
        max_size_hw: instead of `max_size`: (height, width) that the picture just covers; None for a side that may have
            any length.
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the picture shrinks: "image", "image_mask" for
            masks too, or None for nothing.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the other side is rounded to whole pixels.
    Raises: InvalidParameter: both or neither of `max_size` and `max_size_hw`.
    Source: OpenCV `resize`.

    >>> SmallestMaxSize(256)(image=image)["image"].shape
    (256, 256, 3)
    """

    max_size: int | tuple[int, ...] | None = parameter(MAX_SIZE, default=None, none=True)
    max_size_hw: tuple[int | None, int | None] | None = parameter(MAX_SIZE_HW, default=None, none=True)
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _require_one(self)

    @by_size(lambda transform: isinstance(transform.max_size, tuple))
    def sample(self, rng: Rng, view: View) -> Geometry:
        return _keeping_aspect(self, rng, view, max)


@transform
class RandomScale(Transform):
    """Scale the picture by a random factor, keeping its aspect.

    Args:
        scale_limit: by how much the picture grows, both sides alike: 0.1 for a tenth, -0.5 to half of it; a number a
            means (-a, a).
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the picture shrinks: "image", "image_mask" for
            masks too, or None for nothing.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; sides are rounded to whole pixels, and never below one.
    Raises: InvalidParameter: a scale_limit of -1 or less.
    Source: OpenCV `resize`.

    >>> RandomScale((0.25, 0.25), p=1)(image=image)["image"].shape
    (640, 640, 3)
    """

    scale_limit: Interval = params.interval(default=(-0.1, 0.1), low=1e-6 - 1, unit="factor - 1")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        factor = 1 + rng.uniform(*self.scale_limit)
        return scaled(self, ResizeMap(view.size, (rounded(view.height * factor), rounded(view.width * factor))))


@transform
class LetterBox(Transform):
    """Scale the picture, keeping its aspect, until it just fits into a frame, and fill what is left of the frame.

    Args:
        size: (height, width) of the result, in pixels.
        scale_up: enlarge pictures that are smaller than the frame; otherwise they keep their size.
        position: where in the frame the picture lies; "random" draws it anew each time.
        interpolation: for images.
        mask_interpolation: for masks.
        area_for_downscale: what takes the mean over areas instead where the picture shrinks: "image", "image_mask" for
            masks too, or None for nothing.
        fill: of images, beside the picture; detectors of the YOLO family are used to 114 of 255.
        fill_mask: of masks, beside the picture.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; nothing is cut.
    Raises: InvalidParameter: a side of less than one pixel.
    Source: OpenCV `resize` and a border of whole pixels; named after films shown whole on screens of another shape.

    >>> LetterBox((256, 320), fill=114)(image=image)["image"].shape
    (256, 320, 3)
    """

    size: tuple[int, int] = params.numbers(length=2, low=1, whole=True, unit="px")
    scale_up: bool = params.flag(default=True)
    position: str = params.choice(default="center", options=POSITIONS)
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    area_for_downscale: str | None = params.choice(default=None, options=AREA_FOR_DOWNSCALE, none=True)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    @by_size(lambda transform: transform.position == "random")
    def sample(self, rng: Rng, view: View) -> Chain[Geometry]:
        height, width = self.size
        factor = min(height / view.height, width / view.width)
        if not self.scale_up:
            factor = min(factor, 1.0)
        fitted = (rounded(view.height * factor), rounded(view.width * factor))
        rows, columns = height - fitted[0], width - fitted[1]
        top, left = before(rows, self.position, "top", rng), before(columns, self.position, "left", rng)
        padded = Lattice.pad(fitted, top, rows - top, left, columns - left)
        return Chain((scaled(self, ResizeMap(view.size, fitted)), geometry(self, padded)))
