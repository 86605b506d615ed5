"""Values of pixels: the range of each dtype, tables made from curves, and their use on images."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import stringzilla

from .effects import Lookup
from .errors import Unsupported
from .functions import Call

Array = np.ndarray[Any, np.dtype[Any]]

_BLOCK = 1024  # columns that `matrix_product` takes at a time

IMAGE_DTYPES = (np.dtype("uint8"), np.dtype("uint16"), np.dtype("float32"))
_UINT8, _UINT16, _FLOAT32 = IMAGE_DTYPES
_WHITE = {_UINT8: 255.0, _UINT16: 65535.0}

Range = tuple[float, float]  # the values that count as black and white

_STRIP = 2**18  # numbers

MOST_CHANNELS = 128  # that OpenCV 5.0 takes at once (CV_CN_MAX); 4.x takes 512


def max_value(dtype: Any) -> float:
    """What counts as white: 255, 65535, and 1.0 for floats."""
    return _WHITE.get(np.dtype(dtype), 1.0)


def to_range(values: Array, dtype: Any, value_range: Range | None = None) -> Array:
    """Values on the dtype's own scale, as that dtype: rounded and cut to the range for integers, kept for floats."""
    dtype = np.dtype(dtype)
    if dtype == _FLOAT32:
        return values.astype(np.float32, copy=False)
    low, high = levels_of(dtype, value_range)
    whole = np.rint(values)
    np.maximum(whole, low, out=whole)
    return np.minimum(whole, high, out=whole).astype(dtype)


def levels_of(dtype: Any, value_range: Range | None) -> tuple[int, int]:
    """The least and the greatest level of an integer dtype that lie within a range; without one, its own."""
    top = int(max_value(dtype))
    if value_range is None:
        return 0, top
    return max(math.ceil(value_range[0]), 0), min(math.floor(value_range[1]), top)


def to_unit(image: Array, value_range: Range) -> Array:
    """Values of a range as float32, black at 0 and white at 1; what lies outside stays outside."""
    low, high = value_range
    values = image.astype(np.float32)
    if low:
        values -= np.float32(low)
    # Divided, not multiplied by the inverse, so that white is 1 and not one rounding below it.
    return np.divide(values, np.float32(high - low), out=values)


def from_unit(values: Array, dtype: Any, value_range: Range) -> Array:
    """The way back of `to_unit`, for float32; `values` stay as they are."""
    low, high = value_range
    values = values * np.float32(high - low)
    if low:
        values += np.float32(low)
    return to_range(values, dtype, value_range)


def by_channels(image: Array, function: Callable[[Array], Array], most: int = 4) -> Array:
    """function(image) for OpenCV functions that take few channels: on `most` at a time, always giving (H, W, C)."""
    if image.shape[2] <= most:
        out = function(image)
        return out if out.ndim == 3 else out[:, :, None]
    from .resample import _by_channels

    return _by_channels(image, most, lambda part, _: function(part))


def matrix_product(first: Array, second: Array, out: Array | None = None) -> Array:
    """first @ second for matrices as large as pictures, on one thread; into `out` if it is given.

    NumPy's BLAS starts threads for these, which wait for each other for as long as another process, such as the next
    DataLoader worker, has their core: 16 ms instead of 0.1 were seen. OpenBLAS starts none for 2¹⁸ multiplications.
    """
    rows, columns = len(first), second.shape[1]
    out = np.empty((rows, columns), np.result_type(first, second)) if out is None else out
    for left in range(0, columns, _BLOCK):
        part, its = second[:, left : left + _BLOCK], out[:, left : left + _BLOCK]
        step = max(2, 2**18 // part.size)
        for top in range(0, rows, step):
            np.matmul(first[top : top + step], part, out=its[top : top + step])
    return out


def split_channels(image: Array) -> list[Array]:
    """The channels of an image, each as a plane (H, W) of its own."""
    if image.shape[2] <= MOST_CHANNELS:
        # Planes of its own making take OpenCV 5.0 five times as long.
        planes = [np.empty(image.shape[:2], image.dtype) for _ in range(image.shape[2])]
        return list(cv2.split(image, planes))
    return [np.ascontiguousarray(image[:, :, channel]) for channel in range(image.shape[2])]


def merge_channels(planes: Sequence[Array]) -> Array:
    """Planes (H, W) as one image (H, W, C)."""
    if len(planes) == 1:
        return planes[0][:, :, None]
    if len(planes) <= MOST_CHANNELS:
        return np.asarray(cv2.merge(planes))
    return np.stack(planes, axis=2)


def lookup(image: Array, effect: Lookup, value_range: Range | None = None) -> Array:
    """The image through the effect's curves. Integers go through one table, whatever the number of curves.

    Args:
        value_range: the values that the curves are to take for 0 and 1, if not those of the dtype.
    """
    if image.dtype == _FLOAT32:
        for step in effect.steps:
            image, value_range = _on_floats(step, image, value_range)
        return image
    functions = tuple([step.resolve() for step in effect.steps])
    table, line = _prepared(effect.steps, functions, image.dtype, image.shape[2], value_range)
    if table is not None:
        image = apply_table(image, table)
    return image if line is None else _along(image, line)


@functools.lru_cache(16)
def _prepared(
    steps: tuple[Call, ...],
    functions: tuple[Callable[..., Any], ...],
    dtype: np.dtype[Any],
    channels: int,
    value_range: Range | None,
) -> tuple[Array | None, Array | None]:
    """A table, and a matrix for `cv2.transform` of what comes after it. They are remembered for curves that nothing is
    drawn for; few of them, since tables of 16 bits are large.

    Args:
        functions: what the steps' names mean; they may come to mean others, where a notebook's cell runs again.
    """
    line = _line(steps[-1], functions[-1], dtype, value_range) if channels == 3 and gives_floats(steps[-1]) else None
    table = None
    for step in steps if line is None else steps[:-1]:
        table = _checked(_through(step, table, dtype, value_range), channels, step)
    return table, line


@functools.lru_cache(64)
def _line(step: Call, function: Callable[..., Any], dtype: np.dtype[Any], value_range: Range | None) -> Array | None:
    """The matrix for `cv2.transform` of a curve that is a straight line in each of three channels, to rounding."""
    values = _through(step, None, dtype, value_range)
    if values.dtype != _FLOAT32 or values.shape[1] not in (1, 3):
        return None
    first, last = values[:1].astype(float), values[-1:].astype(float)
    slopes = (last - first) / (len(values) - 1)
    off = np.abs(first + slopes * np.arange(len(values))[:, None] - values).max()
    if not off <= 2 * np.spacing(np.abs(values).max()):
        return None
    matrix = np.zeros((3, 4), np.float32)
    matrix[range(3), range(3)] = slopes
    matrix[:, 3] = first
    return matrix


def _along(image: Array, line: Array) -> Array:
    """Integers along straight lines to floats, in a third of the time that tables take in OpenCV 5. Which bits a level
    becomes depends on nothing else."""
    out = np.empty(image.shape, np.float32)
    # In strips whose floats stay in the cache: where other cores are at work, in two thirds of the time.
    height = max(1, _STRIP // image[0].size)
    for start in range(0, len(image), height):
        rows = slice(start, start + height)
        cv2.transform(image[rows].astype(np.float32, order="C"), line, dst=out[rows])
    return out


def _on_floats(step: Call, image: Array, value_range: Range | None) -> tuple[Array, Range | None]:
    """A float32 image after one curve, and the range of its values.

    Each curve starts from the picture's own scale, though the next one may undo it: curves that were merged must give
    the bits that they give one after the other.
    """
    values = image if value_range is None else to_unit(image, value_range)
    values = _checked(np.asarray(step(values), np.float32), image.shape[2], step)
    if value_range is None or gives_floats(step):
        return values, None
    return from_unit(values, np.float32, value_range), value_range


def gives_floats(step: Call) -> bool:
    """Whether what a curve gives is meant as it is, not on the scale of the picture that came in."""
    return getattr(step.resolve(), "output", None) == "float32"


def ends_scale(step: Call) -> bool:
    """Whether what a function gives is on a scale of its own, as normalised floats are, or bytes made of floats."""
    return getattr(step.resolve(), "output", None) is not None


def _checked(values: Array, channels: int, step: Call) -> Array:
    if values.shape[-1] not in (1, channels):
        raise Unsupported(
            f"{step.function}: gives {values.shape[-1]} channels for an image of {channels}; "
            "give one value, or one for each channel of the image"
        )
    return values


def _through(step: Call, table: Array | None, dtype: np.dtype[Any], value_range: Range | None) -> Array:
    """One curve on a table of integers, or of floats once a curve before it gave floats; None is every level itself."""
    if table is not None and table.dtype == _FLOAT32:
        return np.asarray(step(table), np.float32)
    low, high = value_range or (0.0, max_value(dtype))
    values = np.asarray(step(_levels(dtype, low, high) if table is None else (table - low) / (high - low)), float)
    if gives_floats(step):
        return values.astype(np.float32)
    values = values * (high - low)
    return to_range(values + low if low else values, dtype, value_range)


@functools.lru_cache(32)
def _levels(dtype: np.dtype[Any], low: float, high: float) -> Array:
    """Every value of an integer dtype, scaled so that `low` is 0 and `high` is 1, (levels, 1)."""
    levels = (np.arange(int(max_value(dtype)) + 1)[:, None] - low) / (high - low)
    levels.flags.writeable = False
    return levels


def apply_table(image: Array, table: Array) -> Array:
    """A uint8 or uint16 image (H, W, C) through a table (levels, 1 or C) of any dtype."""
    if table.shape[1] == 1:
        if image.dtype == _UINT8 and table.dtype == _UINT8:
            return _translate(image, table[:, 0])
        return _take(image.reshape(image.shape[0], -1), table[:, 0]).reshape(image.shape)
    if image.dtype == _UINT8 and table.dtype != _UINT8 and image.shape[2] <= MOST_CHANNELS:
        return np.asarray(cv2.LUT(image, np.ascontiguousarray(table)[None])).reshape(image.shape)
    # Bytes to bytes take half the time a plane at a time, and 16-bit values no more.
    planes = split_channels(image)
    return merge_channels([_take(plane, table[:, channel]) for channel, plane in enumerate(planes)])


def _take(plane: Array, table: Array) -> Array:
    """table[plane], of a two-dimensional plane of integers."""
    if plane.dtype == _UINT8 and table.dtype == _UINT8:
        return _translate(plane, table)
    if plane.dtype == _UINT8 or _lut_takes_words():
        out: Array = cv2.LUT(plane, np.ascontiguousarray(table)[None])
        return out
    return np.take(table, plane)


@functools.cache
def _lut_takes_words() -> bool:
    """OpenCV 5 looks up 16-bit values, in a third of the time of np.take; OpenCV 4.11 does not."""
    try:
        cv2.LUT(np.zeros((1, 1), np.uint16), np.zeros((1, 65536), np.uint16))
    except cv2.error:
        return False
    return True


def _translate(image: Array, table: Array) -> Array:
    """Bytes, of any shape, through a table of bytes. stringzilla's shuffles take a third of the time of cv2.LUT."""
    arithmetic = _arithmetic().get(table.tobytes())
    if arithmetic is not None:
        return arithmetic(image)
    levels = _bytes(np.ascontiguousarray(table))
    if _translate_takes_out() and image.flags.c_contiguous:
        out = np.empty(image.shape, np.uint8)
        stringzilla.translate(_bytes(image), levels, out=_bytes(out))
    else:
        out = image.copy(order="C")
        stringzilla.translate(_bytes(out), levels, inplace=True)
    return out


@functools.cache
def _arithmetic() -> dict[bytes, Callable[[Array], Array]]:
    """Tables that are one operation of vectors, in a fifth to a third of the time: an inversion, of all levels or of
    the upper half, a mask of bits, a sum that saturates."""
    ramp = np.arange(256, dtype=np.uint8)
    found: dict[bytes, Callable[[Array], Array]] = {}
    for shift in range(-255, 256):
        table = np.clip(np.arange(shift, 256 + shift), 0, 255).astype(np.uint8)
        found[table.tobytes()] = functools.partial(_added, shift=float(shift))
    for bits in range(1, 8):
        mask = np.uint8(256 - 2**bits)
        found[(ramp & mask).tobytes()] = functools.partial(np.bitwise_and, mask, order="C")
    found[ramp[::-1].tobytes()] = functools.partial(np.invert, order="C")
    found[np.minimum(ramp, ramp[::-1]).tobytes()] = _folded
    return found


def _added(image: Array, shift: float) -> Array:
    # As one row: OpenCV takes the number for the first of several channels, and for a column of four as one more array.
    return np.asarray(cv2.add(image.reshape(1, -1), shift)).reshape(image.shape)


def _folded(image: Array) -> Array:
    inverted = np.invert(image, order="C")
    return np.minimum(image, inverted, out=inverted)


def _bytes(image: Array) -> Any:
    return memoryview(image).cast("B")  # type: ignore[arg-type]


@functools.cache
def _translate_takes_out() -> bool:
    """stringzilla 5.3 writes to another buffer, which saves a copy; 4.0 to 5.2 know no `out`."""
    try:
        stringzilla.translate(bytearray(1), bytes(256), out=bytearray(1))
    except (SystemError, TypeError):
        return False
    return True
