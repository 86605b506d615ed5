"""Several rasters that undergo the same draw: the frames of a clip, masks, volumes. The state is a list of those of
single ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from ..effects import Effect, Erase, Geometry, Lookup, Mix, PerTarget, PixelFn
from ..errors import InvalidData, WrongType
from ..frame import Frame
from ..maps import Size
from ..params import declared, flag, parameter
from .base import Array, Target
from .image import VALUE_RANGE, Image, address, give_back, is_same_view


class Stack(Target):
    """The base of several of one kind: each undergoes what the target `one` says, with the same draw."""

    is_raster: ClassVar[bool] = True

    @property
    def one(self) -> Any:
        """The target of a single one, with the same options."""
        raise NotImplementedError

    def write(self, name: str, state: list[Any], frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back_stack(name, state, result[name], frame)

    def look(self, state: list[Any], frame: Frame) -> Any:
        one = self.one
        return [one.look(item, frame) for item in state]

    def size_of(self, state: list[Any]) -> Size | None:
        return self.one.size_of(state[0]) if state else None

    def depth_of(self, state: list[Any]) -> int | None:
        return self.one.depth_of(state[0]) if state else None

    def takes_volume_maps(self) -> bool:
        return bool(self.one.takes_volume_maps())

    def pixels_of(self, state: list[Any]) -> Array | None:
        return self.one.pixels_of(state[0]) if state else None

    def range_of(self, state: list[Any]) -> tuple[float, float] | None:
        return self.one.range_of(state[0]) if state else None

    def _each(self, state: list[Any], method: str, effect: Effect, frame: Frame) -> list[Any]:
        undergo = getattr(self.one, method)
        return [undergo(item, effect, frame) for item in state]

    def geometry(self, state: list[Any], effect: Geometry, frame: Frame) -> list[Any]:
        return self._each(state, "geometry", effect, frame)

    def lookup(self, state: list[Any], effect: Lookup, frame: Frame) -> list[Any]:
        return self._each(state, "lookup", effect, frame)

    def pixels(self, state: list[Any], effect: PixelFn, frame: Frame) -> list[Any]:
        return self._each(state, "pixels", effect, frame)

    def erase(self, state: list[Any], effect: Erase, frame: Frame) -> list[Any]:
        return self._each(state, "erase", effect, frame)

    def per_target(self, state: list[Any], effect: PerTarget, frame: Frame) -> list[Any]:
        return self._each(state, "per_target", effect, frame)

    def mix(self, state: list[Any], effect: Mix, frame: Frame, partner: list[Any]) -> list[Any]:
        if len(state) != len(partner):
            raise InvalidData(
                f"{self.kind}: sample {effect.key!r} of the source has {len(partner)} of them, this one {len(state)}; "
                "mix samples of one length"
            )
        one = self.one
        return [one.mix(mine, effect, frame, other) for mine, other in zip(state, partner, strict=True)]


@declared
class Pictures(Stack):
    """The base of several pictures: their noise may differ, and their channels can be taken apart.

    Args:
        value_range: as of `Image`.
        same_noise: give all of them the very same noise; otherwise sensor noise is another in each of them, of the same
            strength.
    """

    value_range: tuple[float, float] | None = parameter(VALUE_RANGE, default=None, none=True)
    same_noise: bool = flag(default=False)

    has_channels: ClassVar[bool] = True

    def unscaled(self) -> Target:
        return self if self.value_range is None else attrs.evolve(self, value_range=None)

    def lookup(self, state: list[Any], effect: Lookup, frame: Frame) -> list[Any]:
        if len(state) < 2 or not all(_are_alike(state[0], item) for item in state):
            return super().lookup(state, effect, frame)
        # One table for all, and one array, which need not be put together when it is given back.
        tall = self.one.lookup(_above_each_other(state), effect, frame)
        return list(tall.reshape(len(state), -1, *tall.shape[1:]))

    def pixels(self, state: list[Any], effect: PixelFn, frame: Frame) -> list[Any]:
        if self.same_noise:
            return super().pixels(state, effect, frame)
        one = self.one
        return [one.pixels(item, effect.for_frame(number), frame) for number, item in enumerate(state)]

    def take_channels(self, state: list[Any], channels: tuple[int, ...]) -> list[Any]:
        return [self.one.take_channels(item, channels) for item in state]

    def put_channels(self, state: list[Any], part: list[Any], channels: tuple[int, ...]) -> list[Any]:
        return [self.one.put_channels(mine, new, channels) for mine, new in zip(state, part, strict=True)]


class Images(Pictures):
    """Several pictures of one size, such as the frames of a clip, one draw for all: an array (N, H, W[, C]) or a list.

    Args:
        value_range: as of `Image`.
        same_noise: give all of them the very same noise; otherwise sensor noise is another in each of them, of the same
            strength.
    """

    kind: ClassVar[str] = "images"
    has_frames: ClassVar[bool] = True
    default_names: ClassVar[tuple[str, ...]] = ("images", "frames")

    @property
    def one(self) -> Image:
        return Image(self.value_range)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_stack(name, data[name], self.one.read_one)

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        if not effect.map.picks_frames:
            return super().geometry(state, effect, frame)
        # Copies: in a list a frame that comes twice would be one array, and one that is kept the user's own.
        picked = effect.map.picked(state)  # type: ignore[attr-defined]
        return state if effect.map.is_identity else [one.copy() for one in picked]


def is_none_at_all(value: Any) -> bool:
    """Whether a value is np.array([]), which is what becomes of an empty list."""
    return isinstance(value, np.ndarray) and value.shape == (0,)


def read_stack(name: str, value: Any, read_one: Callable[[str, Any], Array]) -> list[Array]:
    """A list of (H, W, C) arrays from an array or a sequence of rasters, all of one size."""
    if is_none_at_all(value):
        return []
    if isinstance(value, np.ndarray) and value.ndim not in (3, 4):
        raise InvalidData(f"{name}: shape {value.shape} is not (N, height, width) or (N, height, width, channels)")
    if not isinstance(value, (np.ndarray, list, tuple)):
        raise WrongType(
            f"{name}: {type(value).__name__} is not a stack; give an array (N, height, width[, channels]) or a list"
        )
    state = [read_one(f"{name}[{index}]", one) for index, one in enumerate(value)]
    for index, one in enumerate(state):
        if one.shape[:2] != state[0].shape[:2]:
            raise InvalidData(
                f"{name}[{index}]: height and width are {one.shape[:2]}, but those of {name}[0] are "
                f"{state[0].shape[:2]}; give pictures of one size"
            )
    return state


def _are_alike(first: Any, other: Any) -> bool:
    """Whether both are pictures, of one shape and dtype; the entries of several volumes are lists."""
    return isinstance(other, np.ndarray) and first.shape == other.shape and first.dtype == other.dtype


def _above_each_other(pictures: list[Array]) -> Array:
    """Pictures (H, W, C) as one (N·H, W, C)."""
    whole = _whole(pictures)
    return np.concatenate(pictures) if whole is None else whole.reshape(-1, *whole.shape[2:])


def _whole(pictures: list[Array]) -> Array | None:
    """The array (N, H, W, C) that the pictures are the entries of, in order, or None if they are not."""
    first = pictures[0]
    whole = first.base
    if whole is None or whole.dtype != first.dtype or not first.flags.c_contiguous:
        return None
    start, step = address(first), first.nbytes
    if any(one.base is not whole or address(one) != start + i * step for i, one in enumerate(pictures)):
        return None
    if address(whole) != start or whole.nbytes != step * len(pictures) or not whole.flags.c_contiguous:
        return None
    return np.asarray(whole).reshape(len(pictures), *first.shape)


def stacked(state: list[Array]) -> Array:
    """Arrays of one kind as one array: the one that they are the entries of, or else a new one."""
    whole = _whole(state)
    # np.stack alone brings bytes into this machine's order.
    return np.stack(state).astype(state[0].dtype, copy=False) if whole is None else whole


def joined(name: str, arrays: list[Array], given: Array, channels: int) -> Array:
    """Arrays (…, C) as one array in the container that was given, which is none if it came without a dtype.

    Args:
        channels: of what was given; a mix may have brought others where this sample held nothing.
    """
    dtype, shape = arrays[0].dtype, arrays[0].shape
    if not len(given) and given.ndim > 1:
        dtype, shape = given.dtype, (*shape[:-1], channels)
    for index, one in enumerate(arrays):
        if one.shape != shape:
            raise InvalidData(
                f"{name}[{index}]: {one.shape[-1]} channels do not go into one array with {shape[-1]}; "
                "give all samples the same number of channels"
            )
        if not holds(dtype, one):
            raise InvalidData(
                f"{name}[{index}]: {one.dtype} holds values that the array of {dtype} would change; "
                f"give all samples one dtype, such as {np.promote_types(dtype, one.dtype)}"
            )
    whole = _whole(arrays)
    if whole is not None and whole.dtype == dtype:
        if not np.may_share_memory(whole, given):
            return whole
        if is_same_view(whole, given):
            return given  # nothing happened to it
    # np.stack alone would bring bytes into this machine's order.
    return np.ascontiguousarray(np.stack(arrays).astype(dtype, copy=False))


def holds(dtype: np.dtype[Any], array: Array) -> bool:
    """Whether each of the array's values has an equal in another dtype."""
    if array.dtype == dtype:
        return True
    with np.errstate(invalid="ignore", over="ignore"):
        moved = array.astype(dtype)
        same = moved.astype(array.dtype) == array
        if array.dtype.kind == "f":
            same |= np.isnan(array) & (moved != moved)
    # -1 comes back from uint64 unharmed.
    return bool(same.all()) and bool(((moved < 0) == (array < 0)).all())


def give_back_stack(name: str, state: list[Array], given: Any, frame: Frame) -> Any:
    """The state in the container that was given: an array, a list or a tuple."""
    if isinstance(given, np.ndarray):
        if not state:
            return np.zeros((0, *frame.size, *given.shape[3:]), given.dtype)
        stack = joined(name, state, given, given.shape[3] if given.ndim == 4 else 1)
        return stack[..., 0] if given.ndim < 4 and stack.shape[-1] == 1 else stack
    # Frames may have gone. A mix may have added arrays, which have none of the user's to go by but the first, or none.
    first = given[0] if given else np.zeros((1, 1), bool)
    pattern = [*given[: len(state)], *[first] * (len(state) - len(given))]
    arrays = [give_back(one, before) for one, before in zip(state, pattern, strict=True)]
    return tuple(arrays) if isinstance(given, tuple) else arrays
