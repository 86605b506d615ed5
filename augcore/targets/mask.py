"""Masks: values per pixel that are labels, moved and never blended unless linear interpolation is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, Unsupported, WrongType
from ..frame import Frame
from ..maps import Size
from ..resample import resample, resample_all
from .base import Annotation, Array
from .erasing import fill_region
from .fills import check_fill, check_shown_fill
from .image import (
    blend,
    call_on_raster,
    check_alike,
    check_raster,
    give_back,
    paste,
)
from .stack import Stack, holds, read_stack

Box = tuple[int, int, int, int]  # (x_min, y_min, x_max, y_max) in pixels


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
    """One label map, (H, W) or (H, W, C), of any boolean, integer or floating dtype.

    A fill that its dtype does not hold, such as -1 in uint8, is refused where it is shown. A mix pastes regions; masks
    of floats can be blended as well.
    """

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
        check_shown_fill(self.kind, effect, effect.mask_interpolation, effect.fill_mask, state.dtype)
        return resample(state, effect, effect.mask_interpolation, effect.fill_mask)

    def erase(self, state: Array, effect: Erase, frame: Frame) -> Array:
        if effect.fill_mask is None:
            return state
        if effect.fill_mask:
            check_fill(self.kind, effect.fill_mask, state.dtype)
        return fill_region(state, effect, effect.fill_mask, name="fill_mask")

    def mix(self, state: Array, effect: Mix, frame: Frame, partner: Array) -> Array:
        check_alike(self.kind, state, effect, partner)
        if effect.region is not None:
            return paste(state, partner, effect.region)
        if state.dtype.kind != "f":
            raise Unsupported(
                f"mask: labels of {state.dtype} cannot be blended with another sample's; give one-hot float masks, "
                "or paste regions instead (CutMix)"
            )
        return blend(state, partner, effect.weight)

    def per_target(self, state: Array, effect: PerTarget, frame: Frame) -> Array:
        function = effect.function(self.kind)
        if function is None:
            return state
        name = f"Lambda({self.kind}=…)"
        return read_mask(f"the result of {name}", call_on_raster(function, state, effect, name))

    # Parts, for those who hold several

    def form_of(self, state: Array) -> tuple[np.dtype[Any], int]:
        """The dtype and the number of channels."""
        return state.dtype, state.shape[2]

    def copied(self, state: Array, dtype: np.dtype[Any] | None) -> Array | None:
        """A copy, in another dtype if one is given; None if that would change values."""
        if dtype is None:
            return state.copy()
        return state.astype(dtype) if holds(dtype, state) else None

    def cut(self, state: Array, region: Box, inside: bool) -> Array:
        """What lies inside a region, or outside of it, and 0 elsewhere."""
        blank = np.zeros_like(state)
        return paste(blank, state, region) if inside else paste(state, blank, region)

    def is_blank(self, state: Array) -> bool:
        return not state.any()


class ObjectMasks(Annotation, Stack):
    """The base of several masks, one an object: a mix joins those of two samples."""

    made_of_objects: ClassVar[bool] = True
    has_shape: ClassVar[bool] = True

    def mix(self, state: list[Any], effect: Mix, frame: Frame, partner: list[Any]) -> list[Any]:
        """Both samples' masks; where the other one covers this one, this one's are cleared, and the other way about.

        The other sample's come in the dtype of this one's, if those have one and no value changes.
        """
        joining, region = self._fitting(state, effect, partner), effect.region
        if region is None:
            return [*state, *joining]
        one = self.one
        return [one.cut(mask, region, False) for mask in state] + [one.cut(mask, region, True) for mask in joining]

    def _fitting(self, state: list[Any], effect: Mix, partner: list[Any]) -> list[Any]:
        """Copies of the other sample's masks that can be put beside this one's."""
        one = self.one
        forms = {one.form_of(mask) for mask in state}
        dtype, channels = forms.pop() if len(forms) == 1 else (None, None)
        fitting = []
        for number, mask in enumerate(partner):
            dtype_there, channels_there = one.form_of(mask)
            copy = one.copied(mask, dtype) if channels in (None, channels_there) else None
            if copy is None:
                raise InvalidData(
                    f"{self.kind}: mask {number} of sample {effect.key!r} of the source is {dtype_there} with "
                    f"{channels_there} channels, and does not fit to this one's of {dtype} with {channels}; "
                    "give all samples masks of one dtype and number of channels"
                )
            fitting.append(copy)
        return fitting

    # Objects

    def objects(self, state: list[Any]) -> Array:
        return np.arange(len(state))

    def missing(self, state: list[Any]) -> Array:
        return np.array([self.one.is_blank(mask) for mask in state], bool)

    def present(self, state: list[Any], frame: Frame) -> Array:
        return ~self.missing(state)

    def keep(self, state: list[Any], places: Array) -> list[Any]:
        return [state[place] for place in places.tolist()]


class Masks(ObjectMasks):
    """Several label maps of one size: an array (N, H, W[, C]) or a list. None at all is valid.

    A mix joins both samples' masks, in the dtype of this one's, if they share one. Labels of the other sample that this
    dtype does not hold, or another number of channels, are refused. Where this sample holds none, an array keeps its
    dtype in the same way; `np.array([])` is an empty list that was made an array, and takes whatever comes.
    """

    kind: ClassVar[str] = "masks"
    default_names: ClassVar[tuple[str, ...]] = ("masks",)
    one: ClassVar[Mask] = Mask()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_stack(name, data[name], read_mask)

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        """All at once, which takes half the time of one after the other."""
        if effect.fill_mask:
            for dtype in {mask.dtype for mask in state}:
                check_shown_fill(self.kind, effect, effect.mask_interpolation, effect.fill_mask, dtype)
        return resample_all(state, effect, effect.mask_interpolation, effect.fill_mask)
