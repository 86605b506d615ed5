"""Resizes: the whole picture stretched to another size. Crops that resize are in `crop.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from augcore import Geometry, Interpolation, ResizeMap, Rng, Transform, View, params, transform
from augcore.params import Parameter, parameter, require

from .effect import AREA_FOR_DOWNSCALE, by_size, rounded, scaled


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
