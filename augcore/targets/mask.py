"""Masks: values per pixel that are labels, moved and never blended unless linear interpolation is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import Unsupported, WrongType
from ..frame import Frame
from ..maps import Size
from ..resample import resample, resample_all
from .base import Annotation, Array
from .image import (
    blend,
    call_on_raster,
    check_alike,
    check_raster,
    fill_region,
    give_back,
    paste,
)
from .stack import give_back_stack, read_stack


def read_mask(name: str, value: Any) -> Array:
    """A mask as (H, W, C), checked; any boolean, integer or floating dtype."""
    if not isinstance(value, np.ndarray):
        raise WrongType(
            f"{name}: {type(value).__name__} is not a NumPy array of (height, width[, channels]); "
            f"convert it with np.asarray({name})"
        )
    if value.dtype.kind not in "buif":
        raise WrongType(
            f"{name}: dtype {value.dtype} is not boolean, integer or floating; give label values as numbers"
        )
    return check_raster(name, value)


class Mask(Annotation):
    """One label map, (H, W) or (H, W, C), of any boolean, integer or floating dtype."""

    kind: ClassVar[str] = "mask"
    default_names: ClassVar[tuple[str, ...]] = ("mask",)
    is_raster: ClassVar[bool] = True

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        return read_mask(name, data[name])

    def write(self, name: str, state: Array, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back(state, result[name])

    def size_of(self, state: Array) -> Size:
        return state.shape[0], state.shape[1]

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        return resample(state, effect, effect.mask_interpolation, effect.fill_mask)

    def erase(self, state: Array, effect: Erase, frame: Frame) -> Array:
        return state if effect.fill_mask is None else fill_region(state, effect, effect.fill_mask)

    def mix(self, state: Array, effect: Mix, frame: Frame, partner: Array) -> Array:
        check_alike(self.kind, state, effect, partner)
        if effect.region is not None:
            return paste(state, partner, effect.region)
        if state.dtype not in (np.float32, np.float64):
            raise Unsupported(
                f"mask: labels of {state.dtype} cannot be blended with another sample's; give one-hot float masks, "
                "or paste regions instead (CutMix)"
            )
        return blend(state, partner, effect.weight)

    def per_target(self, state: Array, effect: PerTarget, frame: Frame) -> Array:
        function = effect.function("mask")
        return state if function is None else call_on_raster(function, state, effect, "Lambda(mask=…)")


class Masks(Annotation):
    """Several label maps of one size: an array (N, H, W[, C]) or a list. None at all is valid."""

    kind: ClassVar[str] = "masks"
    default_names: ClassVar[tuple[str, ...]] = ("masks",)
    is_raster: ClassVar[bool] = True
    made_of_objects: ClassVar[bool] = True
    has_shape: ClassVar[bool] = True
    _one: ClassVar[Mask] = Mask()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_stack(name, data[name], read_mask)

    def write(self, name: str, state: list[Array], frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back_stack(state, result[name], frame)

    def size_of(self, state: list[Array]) -> Size | None:
        return state[0].shape[:2] if state else None

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        return resample_all(state, effect, effect.mask_interpolation, effect.fill_mask)

    def erase(self, state: list[Array], effect: Erase, frame: Frame) -> list[Array]:
        return [self._one.erase(mask, effect, frame) for mask in state]

    def mix(self, state: list[Array], effect: Mix, frame: Frame, partner: list[Array]) -> list[Array]:
        """Both samples' masks; where the other one covers this one, this one's are cleared, and the other way about."""
        if effect.region is None:
            return [*state, *partner]
        return [paste(mask, np.zeros_like(mask), effect.region) for mask in state] + [
            paste(np.zeros_like(mask), mask, effect.region) for mask in partner
        ]

    def per_target(self, state: list[Array], effect: PerTarget, frame: Frame) -> list[Array]:
        return [self._one.per_target(mask, effect, frame) for mask in state]

    # Objects

    def objects(self, state: list[Array]) -> Array:
        return np.arange(len(state))

    def missing(self, state: list[Array]) -> Array:
        return np.array([not mask.any() for mask in state], bool)

    def present(self, state: list[Array], frame: Frame) -> Array:
        return ~self.missing(state)

    def keep(self, state: list[Array], places: Array) -> list[Array]:
        return [state[place] for place in places.tolist()]
