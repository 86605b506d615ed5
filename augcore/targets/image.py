"""One picture, and what all rasters share: how they are read and given back, blended and pasted. Several of
them are in `stack.py`, what fills regions in `erasing.py`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import attrs
import cv2
import numpy as np

from .. import pixels
from ..effects import Erase, Geometry, Lookup, Mix, PerTarget, PixelFn
from ..errors import InvalidData, InvalidParameter, Unsupported, WrongType
from ..frame import Frame
from ..functions import is_registered
from ..maps import Lattice, Size
from ..params import Interpolation, Parameter, declared, parameter
from ..resample import resample
from .base import Array, Target
from .erasing import fill_region

# What to do about a dtype that is no picture's, by its kind.
_WHOLE = (
    "convert it, for values from 0 to 255 with image.astype(np.uint8), to 65535 with np.uint16; others, such as "
    "(-1000, 3000), with np.float32 and Compose(value_range=(-1000, 3000))"
)
_CONVERT = defaultdict(
    lambda: "give numbers",
    f="convert it, for values from 0 to 1 with image.astype(np.float32)",
    b="convert it with image.astype(np.uint8) * 255",
    i=_WHOLE,
    u=_WHOLE,
)
_OVERSHOOTING = (Interpolation.CUBIC, Interpolation.LANCZOS4)
_ADDED = frozenset(map(np.dtype, ("uint8", "uint16", "float32", "float64")))  # by cv2.addWeighted


def read_range(value: Any) -> tuple[float, float]:
    """A (low, high) of numbers, the lower one first."""
    ends = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(ends, (tuple, list)) or len(ends) != 2 or not all(map(_is_number, ends)):
        raise ValueError(f"{ends!r} is not (low, high); give two numbers, such as (0, 4095)")
    low, high = map(float, ends)
    if not np.float32(low) < np.float32(high):  # which pictures of floats must tell apart
        raise ValueError(f"{ends!r} is not (low, high) with low < high; give the values of black and white")
    return low, high


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number, in float32 as well."""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and bool(-1e38 < value < 1e38)


def check_range(name: str, image: Array, value_range: tuple[float, float]) -> None:
    """Raise InvalidParameter for a range that whole numbers of the picture's dtype cannot take."""
    if image.dtype == np.float32:
        return
    (low, high), top = value_range, pixels.max_value(image.dtype)
    mend = "give the values of black and white in that picture, or a target of its own: additional_targets="
    mend += f"{{{name.partition('[')[0]!r}: Image()}}"
    if low < 0 or high > top:
        raise InvalidParameter(
            f"{name}: value_range {low:g}, {high:g} does not fit {image.dtype}, which holds 0 to {top:g}; {mend}"
        )
    first, last = pixels.levels_of(image.dtype, value_range)
    if last - first < 2:
        raise InvalidParameter(
            f"{name}: value_range {low:g}, {high:g} leaves {image.dtype} no level between black and white; {mend}"
        )


VALUE_RANGE = Parameter(
    read_range,
    "(low, high) with low < high",
    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "the picture's values",
)


def read_picture(name: str, value: Any) -> Array:
    """An image as (H, W, C), checked."""
    if not isinstance(value, np.ndarray):
        _not_an_array(name, value)
    if value.dtype not in pixels.IMAGE_DTYPES:
        _not_a_picture(name, value)
    return check_raster(name, value)


def _not_a_picture(name: str, value: Array) -> NoReturn:
    mend = _CONVERT[value.dtype.kind]
    if value.dtype.newbyteorder("=") in pixels.IMAGE_DTYPES:
        mend = f"its bytes are not in this machine's order; convert it with image.astype(np.{value.dtype.name})"
    raise WrongType(f"{name}: dtype {value.dtype} is not uint8, uint16 or float32; {mend}")


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
    # What has no base owns its memory, which may be what the user gave a part of.
    if (state.base is not None or given.base is state) and np.may_share_memory(state, given):
        return given if is_same_view(state, given) else state.copy(order="C")
    return state if state.flags.c_contiguous else np.ascontiguousarray(state)


def is_same_view(first: Array, second: Array) -> bool:
    """Whether two arrays are the same numbers of the same memory."""
    return first.shape == second.shape and first.strides == second.strides and address(first) == address(second)


def address(array: Array) -> int:
    """Of an array's first number in memory."""
    return int(array.__array_interface__["data"][0])


def call_on_raster(function: Any, state: Array, effect: PerTarget, what: str) -> Array:
    """An author's function on an (H, W, C) array, which may change channels but not the frame.

    A user's function gets a copy: the array may be the user's own, and functions like to draw into what they are given.
    Registered ones are pure.
    """
    given = state if is_registered(function) else state.copy()
    return same_frame(function(given, **dict(effect.arguments)), state, what)


def same_frame(out: Any, state: Array, what: str) -> Array:
    if not isinstance(out, np.ndarray) or out.shape[:2] != state.shape[:2] or out.ndim not in (2, 3):
        got = out.shape if isinstance(out, np.ndarray) else type(out).__name__
        raise InvalidData(
            f"{what}: returned {got} for an array of {state.shape}; return an array of the same height and width "
            "(what moves pixels is a Geometry effect, so that annotations can follow)"
        )
    return out if out.ndim == 3 else out[:, :, None]


@declared
class Image(Target):
    """One picture: uint8, uint16 or float32, (H, W) or (H, W, C) with any number of channels.

    Args:
        value_range: the values that count as black and white, such as (0, 4095) for what a 12-bit sensor gives as
            uint16, or (0, 50) for float32 of high dynamic range; None for the dtype's range, (0, 1) for floats.
            What changes values works on (value - low) / (high - low), and the result is scaled back. Integers are
            rounded and cut to the range, after cubic and lanczos interpolation too, which overshoot; other geometry
            moves values outside it as they are, and floats are never cut. Fills and the functions of `Lambda` are on
            the picture's own scale. Once a transform such as a normalisation gives floats as they are, it is over.
    """

    value_range: tuple[float, float] | None = parameter(VALUE_RANGE, default=None, none=True)

    kind: ClassVar[str] = "image"
    default_names: ClassVar[tuple[str, ...]] = ("image",)
    is_raster: ClassVar[bool] = True
    has_channels: ClassVar[bool] = True

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        value = data[name]
        if (
            type(value) is np.ndarray
            and value.ndim == 3
            and value.dtype in pixels.IMAGE_DTYPES
            and value.size
            and self.value_range is None
        ):
            return value  # as most are
        return self.read_one(name, value)

    def read_one(self, name: str, value: Any) -> Array:
        state = read_picture(name, value)
        if self.value_range is not None:
            check_range(name, state, self.value_range)
        return state

    def write(self, name: str, state: Array, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back(state, result[name])

    def size_of(self, state: Array) -> Size:
        return state.shape[0], state.shape[1]

    def pixels_of(self, state: Array) -> Array:
        return state

    def range_of(self, state: Array) -> tuple[float, float] | None:
        return self.value_range

    def unscaled(self) -> Target:
        return self if self.value_range is None else attrs.evolve(self, value_range=None)

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        out = resample(state, effect, effect.interpolation, effect.fill)
        if self.value_range is None or out.dtype == np.float32 or not overshoots(effect):
            return out
        return np.clip(out, *pixels.levels_of(out.dtype, self.value_range))

    def lookup(self, state: Array, effect: Lookup, frame: Frame) -> Array:
        return pixels.lookup(state, effect, self.value_range)

    def pixels(self, state: Array, effect: PixelFn, frame: Frame) -> Array:
        function = effect.call.resolve()
        channels = getattr(function, "channels", None)
        if channels is not None and state.shape[2] not in channels:
            raise Unsupported(
                f"{effect.call.function} needs {' or '.join(map(str, channels))} channels, and the image has "
                f"{state.shape[2]}; SelectiveChannelTransform applies it to some of them"
            )
        if self.value_range is None:
            return _checked(effect, function(state, **dict(effect.call.arguments)), state)
        # With a value range the function sees floats, black at 0 and white at 1.
        unit = pixels.to_unit(state, self.value_range)
        out = _checked(effect, effect.call(unit), unit)
        if out is unit:
            return state
        if pixels.ends_scale(effect.call):
            return out
        if out.dtype != np.float32:
            out = pixels.to_unit(out, (0.0, pixels.max_value(out.dtype)))
        return pixels.from_unit(out, state.dtype, self.value_range)

    def erase(self, state: Array, effect: Erase, frame: Frame) -> Array:
        return fill_region(state, effect, effect.fill, self.value_range)

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


def _checked(effect: PixelFn, given: Any, state: Array) -> Array:
    """What the effect's function gives for a picture, as (H, W, C)."""
    out = same_frame(given, state, effect.call.function)
    if out.dtype not in pixels.IMAGE_DTYPES:
        raise InvalidData(f"{effect.call.function}: returned {out.dtype}; return uint8, uint16 or float32")
    return out


def overshoots(effect: Geometry) -> bool:
    """Whether images under this effect may get values beyond those they had."""
    moves = isinstance(effect.map, Lattice) or effect.map.tears
    return effect.interpolation in _OVERSHOOTING and not moves


def check_alike(name: str, state: Array, effect: Mix, partner: Array) -> None:
    """Raise InvalidData unless a mix can put one's values beside the other's."""
    if partner.dtype != state.dtype or partner.shape != state.shape:
        raise InvalidData(
            f"{name}: sample {effect.key!r} of the source is {partner.dtype} with {partner.shape[2]} channels, this "
            f"one {state.dtype} with {state.shape[2]}; mix samples of one kind"
        )


def blend(first: Array, second: Array, weight: float) -> Array:
    """weight · first + (1 - weight) · second, rounded for integers."""
    if first.dtype not in _ADDED:  # float16 in float32, others that OpenCV does not know in their own
        wide = np.result_type(first.dtype, np.float32)
        return (weight * first.astype(wide) + (1.0 - weight) * second.astype(wide)).astype(first.dtype)
    return np.asarray(cv2.addWeighted(first, weight, second, 1.0 - weight, 0.0)).reshape(first.shape)


def paste(state: Array, partner: Array, region: tuple[int, int, int, int]) -> Array:
    x0, y0, x1, y1 = region
    out = state.copy()
    out[y0:y1, x0:x1] = partner[y0:y1, x0:x1]
    return out
