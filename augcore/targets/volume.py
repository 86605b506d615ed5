"""Volumes: pictures and label maps with a third axis, as arrays (depth, height, width[, channels]). The state is a list
of slices (H, W, C): what acts on pictures acts on every slice with the same draw, and maps of three dimensions on all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from ..effects import Geometry, Lookup, PixelFn
from ..errors import InvalidData, WrongType
from ..frame import Frame
from ..maps import Size
from ..params import Interpolation, declared, flag, parameter
from ..resample3d import resample3d
from .base import Annotation, Array
from .image import VALUE_RANGE, Image, read_picture
from .mask import Mask, read_mask
from .stack import Pictures, Stack, read_stack


def read_volume(name: str, value: Any, read_one: Any) -> list[Array]:
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
    return read_stack(name, value, read_one)


def _moved(state: list[Array], effect: Geometry, interpolation: Interpolation, fill: Any) -> list[Array]:
    """The slices after a map of three dimensions."""
    return list(resample3d(np.stack(state), effect, interpolation, fill))


@declared
class Volume(Pictures[Image]):
    """A volume of uint8, uint16 or float32, (D, H, W) or (D, H, W, C).

    Args:
        value_range: as of `Image`.
        same_noise: give all slices the very same noise; otherwise sensor noise is another in each of them.
    """

    value_range: tuple[float, float] | None = parameter(VALUE_RANGE, default=None, none=True)
    same_noise: bool = flag(default=False)

    kind: ClassVar[str] = "volume"
    default_names: ClassVar[tuple[str, ...]] = ("volume",)

    @property
    def one(self) -> Image:
        return Image(self.value_range)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_volume(name, data[name], read_picture)

    def depth_of(self, state: list[Array]) -> int:
        return len(state)

    def takes_volume_maps(self) -> bool:
        return True

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        if effect.map.is_volumetric:
            return _moved(state, effect, effect.interpolation, effect.fill)
        return super().geometry(state, effect, frame)


class Mask3d(Stack[Mask], Annotation):
    """A label map of a volume, (D, H, W) or (D, H, W, C), of any boolean, integer or floating dtype."""

    kind: ClassVar[str] = "mask3d"
    default_names: ClassVar[tuple[str, ...]] = ("mask3d",)

    @property
    def one(self) -> Mask:
        return Mask()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_volume(name, data[name], read_mask)

    def pixels_of(self, state: list[Array]) -> None:
        return None

    def depth_of(self, state: list[Array]) -> int:
        return len(state)

    def takes_volume_maps(self) -> bool:
        return True

    def lookup(self, state: list[Array], effect: Lookup, frame: Frame) -> list[Array]:
        return state

    def pixels(self, state: list[Array], effect: PixelFn, frame: Frame) -> list[Array]:
        return state

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        if effect.map.is_volumetric:
            return _moved(state, effect, effect.mask_interpolation, effect.fill_mask)
        return super().geometry(state, effect, frame)


def read_volumes(name: str, value: Any, read_one: Any) -> list[list[Array]]:
    """Several volumes of one size, from an array (N, depth, height, width[, channels]) or a list of volumes."""
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


def give_back_volumes(one: Any, state: list[list[Array]], given: Any, frame: Frame) -> Any:
    """The volumes in the container that was given: an array, a list or a tuple."""
    if isinstance(given, np.ndarray):
        if not state:
            return np.zeros((0, *frame.shape, *given.shape[4:]), given.dtype)
        stack = np.stack([np.stack(volume) for volume in state])
        return stack[..., 0] if given.ndim == 4 and stack.shape[-1] == 1 else stack
    result: dict[str, Any] = {}
    volumes = []
    for volume, before in zip(state, given, strict=True):
        result["one"] = before
        one.write("one", volume, frame, result)
        volumes.append(result["one"])
    return tuple(volumes) if isinstance(given, tuple) else volumes


@declared
class Volumes(Pictures[Volume]):
    """Several volumes of one size, one draw for all: an array (N, D, H, W[, C]) or a list.

    Args:
        value_range: as of `Image`.
        same_noise: as of `Volume`, and the same for all volumes.
    """

    value_range: tuple[float, float] | None = parameter(VALUE_RANGE, default=None, none=True)
    same_noise: bool = flag(default=False)

    kind: ClassVar[str] = "volumes"
    default_names: ClassVar[tuple[str, ...]] = ("volumes",)

    @property
    def one(self) -> Volume:
        return Volume(value_range=self.value_range, same_noise=self.same_noise)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[list[Array]]:
        return read_volumes(name, data[name], read_picture)

    def write(self, name: str, state: list[list[Array]], frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back_volumes(self.one, state, result[name], frame)

    def depth_of(self, state: list[list[Array]]) -> int | None:
        return len(state[0]) if state else None

    def takes_volume_maps(self) -> bool:
        return True


class Masks3d(Stack[Mask3d], Annotation):
    """Several label maps of volumes of one size: an array (N, D, H, W[, C]) or a list. None at all is valid."""

    kind: ClassVar[str] = "masks3d"
    default_names: ClassVar[tuple[str, ...]] = ("masks3d",)
    made_of_objects: ClassVar[bool] = True
    has_shape: ClassVar[bool] = True

    @property
    def one(self) -> Mask3d:
        return Mask3d()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[list[Array]]:
        return read_volumes(name, data[name], read_mask)

    def write(self, name: str, state: list[list[Array]], frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back_volumes(self.one, state, result[name], frame)

    def size_of(self, state: list[list[Array]]) -> Size | None:
        return self.one.size_of(state[0]) if state else None

    def pixels_of(self, state: list[list[Array]]) -> None:
        return None

    def depth_of(self, state: list[list[Array]]) -> int | None:
        return len(state[0]) if state else None

    def takes_volume_maps(self) -> bool:
        return True

    def lookup(self, state: list[list[Array]], effect: Lookup, frame: Frame) -> list[list[Array]]:
        return state

    def pixels(self, state: list[list[Array]], effect: PixelFn, frame: Frame) -> list[list[Array]]:
        return state

    # Objects

    def objects(self, state: list[list[Array]]) -> Array:
        return np.arange(len(state))

    def missing(self, state: list[list[Array]]) -> Array:
        return np.array([not any(one.any() for one in volume) for volume in state], bool)

    def present(self, state: list[list[Array]], frame: Frame) -> Array:
        return ~self.missing(state)

    def keep(self, state: list[list[Array]], places: Array) -> list[list[Array]]:
        return [state[place] for place in places.tolist()]
