"""Volumes: pictures and label maps with a third axis, as arrays (depth, height, width[, channels]). The state is a list
of slices (H, W, C): what acts on pictures acts on every slice with the same draw, and maps of three dimensions on all.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from .. import pixels
from ..effects import Geometry, Lookup, Mix, PixelFn
from ..errors import InvalidData, WrongType
from ..frame import Frame
from ..maps import Resize, Size
from ..params import Interpolation, declared, flag, parameter
from .base import Annotation, Array
from .image import VALUE_RANGE, Image, overshoots, paste
from .mask import Mask, read_mask
from .stack import Pictures, Stack, stacked

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


def _seen(state: list[Array]) -> Array:
    """A volume as transforms may see it: (D, H, W, C), not to be written to."""
    whole = stacked(state)
    whole.flags.writeable = False
    return whole


def _moved(state: list[Array], effect: Geometry, interpolation: Interpolation, fill: Any) -> list[Array]:
    """The slices after a map of three dimensions."""
    from ..resample3d import resample3d  # 25 ms of import that pictures can do without

    return list(resample3d(stacked(state), effect, interpolation, fill))


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
        return read_volume(name, data[name], self.one.read_one)

    def look(self, state: list[Array], frame: Frame) -> Array:
        return _seen(state)

    def depth_of(self, state: list[Array]) -> int:
        return len(state)

    def takes_volume_maps(self) -> bool:
        return True

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        if not effect.map.is_volumetric:
            return super().geometry(state, effect, frame)
        moved = _moved(state, effect, effect.interpolation, effect.fill)
        stretched = isinstance(effect.map.plane, Resize) and overshoots(effect)
        if self.value_range is None or state[0].dtype == np.float32 or not stretched:
            return moved
        return [np.clip(one, *pixels.levels_of(one.dtype, self.value_range)) for one in moved]


class Mask3d(Stack[Mask], Annotation):
    """A label map of a volume, (D, H, W) or (D, H, W, C), of any boolean, integer or floating dtype."""

    kind: ClassVar[str] = "mask3d"
    default_names: ClassVar[tuple[str, ...]] = ("mask3d",)

    @property
    def one(self) -> Mask:
        return Mask()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_volume(name, data[name], read_mask)

    def look(self, state: list[Array], frame: Frame) -> Array:
        return _seen(state)

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


def read_volumes(name: str, value: Any, read_one: Reader) -> list[list[Array]]:
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


def give_back_volumes(one: Stack[Any], state: list[list[Array]], given: Any, frame: Frame) -> Any:
    """The volumes in the container that was given: an array, a list or a tuple."""
    if isinstance(given, np.ndarray):
        if not state:
            depth = given.shape[1] if frame.depth is None else frame.depth
            return np.zeros((0, depth, *frame.size, *given.shape[4:]), given.dtype)
        stack = stacked([stacked(volume) for volume in state])
        return stack[..., 0] if given.ndim == 4 and stack.shape[-1] == 1 else stack
    # A mix may have added volumes, which have none of the user's to go by but the first, or none at all.
    first = given[0] if given else np.zeros((1, 1, 1), bool)
    volumes = []
    for volume, before in zip(state, [*given, *[first] * (len(state) - len(given))], strict=True):
        result: dict[str, Any] = {"one": before}
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
        return read_volumes(name, data[name], self.one.one.read_one)

    def write(self, name: str, state: list[list[Array]], frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back_volumes(self.one, state, result[name], frame)

    def look(self, state: list[list[Array]], frame: Frame) -> list[Array]:
        return [_seen(volume) for volume in state]

    def depth_of(self, state: list[list[Array]]) -> int | None:
        return len(state[0]) if state else None

    def takes_volume_maps(self) -> bool:
        return True

    def pixels(self, state: list[list[Array]], effect: PixelFn, frame: Frame) -> list[list[Array]]:
        if self.same_noise:
            return super().pixels(state, effect, frame)
        # Slices are counted through all volumes: numbered within each, one's second slice would share the noise of
        # the second one's first.
        one, number = self.one.one, itertools.count()
        return [[one.pixels(item, effect.for_frame(next(number)), frame) for item in volume] for volume in state]


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

    def look(self, state: list[list[Array]], frame: Frame) -> list[Array]:
        return [_seen(volume) for volume in state]

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

    def mix(self, state: list[list[Array]], effect: Mix, frame: Frame, partner: list[list[Array]]) -> list[list[Array]]:
        """Both samples' masks, cleared where the other sample covers them, as `Masks`."""
        if effect.region is None:
            return [*state, *partner]
        region = effect.region
        mine = [[paste(one, np.zeros_like(one), region) for one in volume] for volume in state]
        return mine + [[paste(np.zeros_like(one), one, region) for one in volume] for volume in partner]

    # Objects

    def objects(self, state: list[list[Array]]) -> Array:
        return np.arange(len(state))

    def missing(self, state: list[list[Array]]) -> Array:
        return np.array([not any(one.any() for one in volume) for volume in state], bool)

    def present(self, state: list[list[Array]], frame: Frame) -> Array:
        return ~self.missing(state)

    def keep(self, state: list[list[Array]], places: Array) -> list[list[Array]]:
        return [state[place] for place in places.tolist()]
