"""Volumes: pictures and label maps with a third axis, as arrays (depth, height, width[, channels]). The state is a list
of slices (H, W, C): what acts on pictures acts on every slice with the same draw, and maps of three dimensions on all.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from .. import pixels
from ..effects import Erase, Geometry, PixelFn
from ..errors import InvalidData, WrongType
from ..frame import Frame
from ..linear import Resize
from ..params import Interpolation
from .base import Annotation, Array
from .erasing import INPAINT, fill_region
from .fills import check_fill, check_shown_fill
from .image import Image, overshoots
from .mask import Box, Mask, ObjectMasks, read_mask
from .stack import Pictures, Stack, is_none_at_all, joined, stacked

Reader = Callable[[str, Any], Array]  # of one slice


def read_volume(name: str, value: Any, read_one: Reader) -> list[Array]:
    """The slices of an array (depth, height, width[, channels])."""
    if not isinstance(value, np.ndarray):
        raise WrongType(
            f"{name}: {type(value).__name__} is not a NumPy array of (depth, height, width[, channels]); "
            f"stack slices with np.stack({name})"
        )
    if value.ndim not in (3, 4):
        raise InvalidData(f"{name}: shape {value.shape} is not (depth, height, width[, channels])")
    if value.size == 0:
        raise InvalidData(f"{name}: shape {value.shape} holds no voxels; give at least one")
    return [read_one(name, one) for one in value]


def _moved(state: list[Array], effect: Geometry, interpolation: Interpolation, fill: Any) -> list[Array]:
    """The slices after a map of three dimensions."""
    if effect.map.picks_frames:
        return effect.map.picked(state)  # type: ignore[attr-defined, no-any-return]
    from ..resample3d import resample3d  # 25 ms of import that pictures can do without

    return list(resample3d(stacked(state), effect, interpolation, fill))


class Slices(Stack):
    """The base of one volume, whatever it holds."""

    def look(self, state: list[Array], frame: Frame) -> Array:
        return stacked(state)

    def depth_of(self, state: list[Array]) -> int:
        return len(state)

    def takes_volume_maps(self) -> bool:
        return True


class Volume(Pictures, Slices):
    """A volume of uint8, uint16 or float32, (D, H, W) or (D, H, W, C).

    Args:
        value_range: as of `Image`.
        same_noise: give all slices the very same noise; otherwise sensor noise is another in each of them.
    """

    kind: ClassVar[str] = "volume"
    default_names: ClassVar[tuple[str, ...]] = ("volume",)

    @property
    def one(self) -> Image:
        return Image(self.value_range)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_volume(name, data[name], self.one.read_one)

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        if not effect.map.is_volumetric:
            return super().geometry(state, effect, frame)
        moved = _moved(state, effect, effect.interpolation, effect.fill)
        stretched = isinstance(effect.map.plane, Resize) and overshoots(effect)
        if self.value_range is None or state[0].dtype == np.float32 or not stretched:
            return moved
        return [np.clip(one, *pixels.levels_of(one.dtype, self.value_range)) for one in moved]

    def erase(self, state: list[Array], effect: Erase, frame: Frame) -> list[Array]:
        if not effect.region.is_volumetric:
            return super().erase(state, effect, frame)
        if effect.fill in INPAINT:
            return [
                self.one.erase(one, attrs.evolve(effect, region=effect.region.within(number)), frame)
                for number, one in enumerate(state)
            ]
        return list(fill_region(stacked(state), effect, effect.fill, self.value_range))


class Mask3d(Annotation, Slices):
    """A label map of a volume, (D, H, W) or (D, H, W, C), of any boolean, integer or floating dtype."""

    kind: ClassVar[str] = "mask3d"
    default_names: ClassVar[tuple[str, ...]] = ("mask3d",)
    one: ClassVar[Mask] = Mask()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_volume(name, data[name], read_mask)

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        if not effect.map.is_volumetric:
            return super().geometry(state, effect, frame)
        method, fill = effect.mask_interpolation, effect.fill_mask
        check_shown_fill(self.kind, effect, method, fill, state[0].dtype)
        return _moved(state, effect, method, fill)

    def erase(self, state: list[Array], effect: Erase, frame: Frame) -> list[Array]:
        if not effect.region.is_volumetric or effect.fill_mask is None:
            return super().erase(state, effect, frame)
        check_fill(self.kind, effect.fill_mask, state[0].dtype)
        return list(fill_region(stacked(state), effect, effect.fill_mask))

    # Parts, as of `Mask`

    def form_of(self, state: list[Array]) -> tuple[np.dtype[Any], int]:
        return self.one.form_of(state[0])

    def copied(self, state: list[Array], dtype: np.dtype[Any] | None) -> list[Array] | None:
        copies = [self.one.copied(mask, dtype) for mask in state]
        whole = [one for one in copies if one is not None]
        return whole if len(whole) == len(copies) else None

    def cut(self, state: list[Array], region: Box, inside: bool) -> list[Array]:
        return [self.one.cut(mask, region, inside) for mask in state]

    def is_blank(self, state: list[Array]) -> bool:
        return all(map(self.one.is_blank, state))


def read_volumes(name: str, value: Any, read_one: Reader) -> list[list[Array]]:
    """Several volumes of one size, from an array (N, depth, height, width[, channels]) or a list of volumes."""
    if is_none_at_all(value):
        return []
    if isinstance(value, np.ndarray) and value.ndim not in (4, 5):
        raise InvalidData(f"{name}: shape {value.shape} is not (N, depth, height, width[, channels])")
    if not isinstance(value, (np.ndarray, list, tuple)):
        raise WrongType(
            f"{name}: {type(value).__name__} holds no volumes; give an array (N, depth, height, width[, channels]) "
            "or a list"
        )
    state = [read_volume(f"{name}[{index}]", one, read_one) for index, one in enumerate(value)]
    for index, one in enumerate(state):
        sizes = [(len(volume), *volume[0].shape[:2]) for volume in (one, state[0])]
        if sizes[0] != sizes[1]:
            raise InvalidData(
                f"{name}[{index}]: depth, height and width are {sizes[0]}, but those of {name}[0] are {sizes[1]}; "
                "give volumes of one size"
            )
    return state


class SeveralVolumes(Stack):
    """The base of several volumes: how they are given back."""

    def write(self, name: str, state: list[list[Array]], frame: Frame, result: dict[str, Any]) -> None:
        """In the container that was given: an array, a list or a tuple."""
        given = result[name]
        if isinstance(given, np.ndarray):
            result[name] = _as_array(name, state, given, frame)
            return
        # A mix may have added volumes, which have none of the user's to go by but the first, or none at all.
        first = given[0] if given else np.zeros((1, 1, 1), bool)
        volumes = []
        for volume, before in zip(state, [*given, *[first] * (len(state) - len(given))], strict=True):
            one: dict[str, Any] = {name: before}
            self.one.write(name, volume, frame, one)
            volumes.append(one[name])
        result[name] = tuple(volumes) if isinstance(given, tuple) else volumes


def _as_array(name: str, state: list[list[Array]], given: Array, frame: Frame) -> Array:
    if not state:
        depth = given.shape[1] if given.ndim > 1 and frame.depth is None else frame.depth or 0
        return np.zeros((0, depth, *frame.size, *given.shape[4:]), given.dtype)
    channels = given.shape[4] if given.ndim == 5 else 1
    stack = joined(name, [stacked(volume) for volume in state], given, channels)
    return stack[..., 0] if given.ndim < 5 and stack.shape[-1] == 1 else stack


class Volumes(Pictures, SeveralVolumes):
    """Several volumes of one size, one draw for all: an array (N, D, H, W[, C]) or a list.

    Args:
        value_range: as of `Image`.
        same_noise: as of `Volume`, and the same for all volumes.
    """

    kind: ClassVar[str] = "volumes"
    default_names: ClassVar[tuple[str, ...]] = ("volumes",)

    @property
    def one(self) -> Volume:
        return Volume(value_range=self.value_range, same_noise=self.same_noise)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[list[Array]]:
        return read_volumes(name, data[name], self.one.one.read_one)

    def pixels(self, state: list[list[Array]], effect: PixelFn, frame: Frame) -> list[list[Array]]:
        if self.same_noise:
            return super().pixels(state, effect, frame)
        # Slices are counted through all volumes: numbered within each, one's second slice would share the noise of
        # the second one's first.
        one, number = self.one.one, itertools.count()
        return [[one.pixels(item, effect.for_frame(next(number)), frame) for item in volume] for volume in state]


class Masks3d(ObjectMasks, SeveralVolumes):
    """Several label maps of volumes of one size: an array (N, D, H, W[, C]) or a list. None at all is valid.

    A mix joins both samples' as `Masks` does.
    """

    kind: ClassVar[str] = "masks3d"
    default_names: ClassVar[tuple[str, ...]] = ("masks3d",)
    one: ClassVar[Mask3d] = Mask3d()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[list[Array]]:
        return read_volumes(name, data[name], read_mask)
