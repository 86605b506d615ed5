"""Pictures: one image, or several that undergo the same draw. The state is (H, W, C), or a list of such."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

import cv2
import numpy as np

from .. import pixels
from ..effects import Erase, Geometry, Lookup, Mix, PerTarget, PixelFn
from ..errors import InvalidData, Unsupported, WrongType
from ..frame import Frame
from ..maps import Size
from ..regions import Rectangles, Region
from ..resample import _in_range, _per_channel, resample
from .base import Array, Target

# What to do about a dtype that is no picture's, by its kind.
_CONVERT = defaultdict(
    lambda: "give numbers",
    f="convert it, for values from 0 to 1 with image.astype(np.float32)",
    b="convert it with image.astype(np.uint8) * 255",
    i="convert it, for values from 0 to 255 with image.astype(np.uint8)",
    u="convert it, for values from 0 to 255 with image.astype(np.uint8)",
)
_INPAINT = {"inpaint_telea": cv2.INPAINT_TELEA, "inpaint_ns": cv2.INPAINT_NS}


def read_picture(name: str, value: Any) -> Array:
    """An image as (H, W, C), checked."""
    if not isinstance(value, np.ndarray):
        _not_an_array(name, value)
    if value.dtype not in pixels.IMAGE_DTYPES:
        raise WrongType(f"{name}: dtype {value.dtype} is not uint8, uint16 or float32; {_CONVERT[value.dtype.kind]}")
    return check_raster(name, value)


def check_raster(name: str, value: Array) -> Array:
    if value.ndim not in (2, 3):
        raise InvalidData(f"{name}: shape {value.shape} is not (height, width) or (height, width, channels)")
    if value.size == 0:
        raise InvalidData(f"{name}: shape {value.shape} holds no pixels; give at least one")
    return value if value.ndim == 3 else value[:, :, None]


def _not_an_array(name: str, value: Any) -> NoReturn:
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    if kind.startswith("PIL."):
        mend = f"convert it with np.asarray({name})"
    elif kind.startswith("torch."):
        mend = f"convert it with {name}.permute(1, 2, 0).numpy()"
    elif isinstance(value, (str, os.PathLike)):
        mend = f"read the file, for instance with cv2.imread({name})"
    elif value is None:
        mend = "was the file found? cv2.imread gives None for a picture it cannot read"
    else:
        mend = f"convert it with np.asarray({name}, dtype=np.uint8)"
    raise WrongType(f"{name}: {kind} is not a NumPy array of (height, width[, channels]); {mend}")


def give_back(state: Array, given: Array) -> Array:
    """The state as the user's kind of array: the very object if nothing changed, else one that shares no memory."""
    if state is given:
        return given
    if given.ndim == 2 and state.shape[2] == 1:
        state = state[:, :, 0]
    if np.may_share_memory(state, given):
        return given if state.shape == given.shape else state.copy(order="C")
    return state if state.flags.c_contiguous else np.ascontiguousarray(state)


def call_on_raster(function: Any, state: Array, effect: PerTarget, what: str) -> Array:
    """An author's function on an (H, W, C) array, which may change channels but not the frame."""
    return same_frame(function(state, **dict(effect.arguments)), state, what)


def same_frame(out: Any, state: Array, what: str) -> Array:
    if not isinstance(out, np.ndarray) or out.shape[:2] != state.shape[:2] or out.ndim not in (2, 3):
        got = out.shape if isinstance(out, np.ndarray) else type(out).__name__
        raise InvalidData(
            f"{what}: returned {got} for an array of {state.shape}; return an array of the same height and width "
            "(what moves pixels is a Geometry effect, so that annotations can follow)"
        )
    return out if out.ndim == 3 else out[:, :, None]


class Image(Target):
    """One picture: uint8, uint16 or float32, (H, W) or (H, W, C) with any number of channels."""

    kind: ClassVar[str] = "image"
    default_names: ClassVar[tuple[str, ...]] = ("image",)
    is_raster: ClassVar[bool] = True
    has_channels: ClassVar[bool] = True

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        return read_picture(name, data[name])

    def write(self, name: str, state: Array, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back(state, result[name])

    def look(self, state: Array, frame: Frame) -> Array:
        view = state.view()
        view.flags.writeable = False
        return view

    def size_of(self, state: Array) -> Size:
        return state.shape[0], state.shape[1]

    def pixels_of(self, state: Array) -> Array:
        return state

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        return resample(state, effect, effect.interpolation, effect.fill)

    def lookup(self, state: Array, effect: Lookup, frame: Frame) -> Array:
        return pixels.lookup(state, effect)

    def pixels(self, state: Array, effect: PixelFn, frame: Frame) -> Array:
        function = effect.call.resolve()
        channels = getattr(function, "channels", None)
        if channels is not None and state.shape[2] not in channels:
            raise Unsupported(
                f"{effect.call.function} needs {' or '.join(map(str, channels))} channels, and the image has "
                f"{state.shape[2]}; SelectiveChannelTransform applies it to some of them"
            )
        out = same_frame(effect.call(state), state, effect.call.function)
        if out.dtype not in pixels.IMAGE_DTYPES:
            raise InvalidData(f"{effect.call.function}: returned {out.dtype}; return uint8, uint16 or float32")
        return out

    def erase(self, state: Array, effect: Erase, frame: Frame) -> Array:
        return fill_region(state, effect, effect.fill)

    def mix(self, state: Array, effect: Mix, frame: Frame, partner: Array) -> Array:
        check_alike(self.kind, state, effect, partner)
        if effect.region is None:
            return blend(state, partner, effect.weight)
        return paste(state, partner, effect.region)

    def per_target(self, state: Array, effect: PerTarget, frame: Frame) -> Array:
        function = effect.function(self.kind)
        if function is None:
            return state
        out = call_on_raster(function, state, effect, f"Lambda({self.kind}=…)")
        return read_picture(f"the result of Lambda({self.kind}=…)", out)

    def take_channels(self, state: Array, channels: tuple[int, ...]) -> Array:
        if max(channels) >= state.shape[2] or min(channels) < -state.shape[2]:
            raise Unsupported(
                f"channels {channels} do not exist in an image of {state.shape[2]} channels; choose among them"
            )
        return np.ascontiguousarray(state[:, :, list(channels)])

    def put_channels(self, state: Array, part: Array, channels: tuple[int, ...]) -> Array:
        if part.shape[2] != len(channels) or part.dtype != state.dtype:
            raise Unsupported(
                f"a transform on channels {channels} gave {part.shape[2]} channels of {part.dtype}, which do not fit "
                f"back into an image of {state.dtype}"
            )
        out = state.copy()
        out[:, :, list(channels)] = part
        return out


def check_alike(name: str, state: Array, effect: Mix, partner: Array) -> None:
    """Raise InvalidData unless a mix can put one's values beside the other's."""
    if partner.dtype != state.dtype or partner.shape != state.shape:
        raise InvalidData(
            f"{name}: sample {effect.key!r} of the source is {partner.dtype} with {partner.shape[2]} channels, this "
            f"one {state.dtype} with {state.shape[2]}; mix samples of one kind"
        )


def blend(first: Array, second: Array, weight: float) -> Array:
    """weight · first + (1 - weight) · second, rounded for integers."""
    return np.asarray(cv2.addWeighted(first, weight, second, 1.0 - weight, 0.0)).reshape(first.shape)


def paste(state: Array, partner: Array, region: tuple[int, int, int, int]) -> Array:
    x0, y0, x1, y1 = region
    out = state.copy()
    out[y0:y1, x0:x1] = partner[y0:y1, x0:x1]
    return out


def fill_region(state: Array, effect: Erase, fill: Any) -> Array:
    """The array with the effect's region filled."""
    size: Size = state.shape[:2]
    if fill in _INPAINT:
        return _inpaint(state, effect.region.mask(size), fill)
    out = state.copy()
    places = _places(effect.region, size, fill)
    if not isinstance(fill, str):
        values = _in_range(_per_channel(fill, state.shape[2]), state.dtype)
        # One number is written a row at a time, a colour pixel by pixel.
        colour = values[0] if (values == values[0]).all() else values
        for place in places:
            out[place] = colour
        return out
    draws = np.random.default_rng(effect.seed)
    for place in places:
        out[place] = _noise(draws, out[place].shape if fill == "random" else state.shape[2:], state.dtype)
    return out


def _places(region: Region, size: Size, fill: Any) -> Sequence[Any]:
    """Indices of the pieces of a region; rectangles as slices, which need no mask."""
    if isinstance(region, Rectangles):
        return region.slices()
    return region.parts(size) if fill == "random_uniform" else [region.mask(size)]


def _noise(draws: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Values drawn evenly from the whole range of the dtype."""
    if dtype.kind == "f":
        return draws.random(shape, np.float32)
    return draws.integers(0, int(pixels.max_value(dtype)), shape, dtype, endpoint=True)


def _inpaint(state: Array, mask: Array, method: str) -> Array:
    if state.shape[2] not in (1, 3) or state.dtype != np.uint8:
        raise Unsupported(
            f"fill {method!r} takes uint8 pictures of 1 or 3 channels, not {state.dtype} with {state.shape[2]}; "
            "give a colour or 'random' instead"
        )
    return np.asarray(cv2.inpaint(state, mask.astype(np.uint8), 3, _INPAINT[method])).reshape(state.shape)


class Images(Target):
    """Several pictures of one size, one draw for all: an array (N, H, W[, C]) or a list of pictures."""

    kind: ClassVar[str] = "images"
    default_names: ClassVar[tuple[str, ...]] = ("images",)
    is_raster: ClassVar[bool] = True
    has_channels: ClassVar[bool] = True
    _one: ClassVar[Image] = Image()

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Array]:
        return read_stack(name, data[name], read_picture)

    def write(self, name: str, state: list[Array], frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back_stack(state, result[name], frame)

    def size_of(self, state: list[Array]) -> Size | None:
        return state[0].shape[:2] if state else None

    def pixels_of(self, state: list[Array]) -> Array | None:
        return state[0] if state else None

    def geometry(self, state: list[Array], effect: Geometry, frame: Frame) -> list[Array]:
        return [self._one.geometry(image, effect, frame) for image in state]

    def lookup(self, state: list[Array], effect: Lookup, frame: Frame) -> list[Array]:
        return [self._one.lookup(image, effect, frame) for image in state]

    def pixels(self, state: list[Array], effect: PixelFn, frame: Frame) -> list[Array]:
        return [self._one.pixels(image, effect, frame) for image in state]

    def erase(self, state: list[Array], effect: Erase, frame: Frame) -> list[Array]:
        return [self._one.erase(image, effect, frame) for image in state]

    def mix(self, state: list[Array], effect: Mix, frame: Frame, partner: list[Array]) -> list[Array]:
        if len(state) != len(partner):
            raise InvalidData(
                f"images: sample {effect.key!r} of the source has {len(partner)} of them, this one {len(state)}; "
                "mix samples of one length"
            )
        return [self._one.mix(mine, effect, frame, other) for mine, other in zip(state, partner, strict=True)]

    def per_target(self, state: list[Array], effect: PerTarget, frame: Frame) -> list[Array]:
        return [self._one.per_target(image, effect, frame) for image in state]

    def take_channels(self, state: list[Array], channels: tuple[int, ...]) -> list[Array]:
        return [self._one.take_channels(image, channels) for image in state]

    def put_channels(self, state: list[Array], part: list[Array], channels: tuple[int, ...]) -> list[Array]:
        return [self._one.put_channels(mine, new, channels) for mine, new in zip(state, part, strict=True)]


def read_stack(name: str, value: Any, read_one: Any) -> list[Array]:
    """A list of (H, W, C) arrays from an array or a sequence of rasters, all of one size."""
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


def give_back_stack(state: list[Array], given: Any, frame: Frame) -> Any:
    """The state in the container that was given: an array, a list or a tuple."""
    if isinstance(given, np.ndarray):
        if not state:
            return np.zeros((0, *frame.size, *given.shape[3:]), given.dtype)
        stack = np.stack(state)
        return stack[..., 0] if given.ndim == 3 and stack.shape[-1] == 1 else stack
    # A mix may have added arrays, which have none of the user's to go by but the first, or none at all.
    first = given[0] if given else np.zeros((1, 1), bool)
    pattern = [*given, *[first] * (len(state) - len(given))]
    arrays = [give_back(one, before) for one, before in zip(state, pattern, strict=True)]
    return tuple(arrays) if isinstance(given, tuple) else arrays
