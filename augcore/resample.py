"""Carrying out maps on arrays: all of OpenCV's geometry is called here, with its limits on channels and dtypes.

Arrays are (H, W, C). OpenCV's warps take pixel centres, so a matrix M of the continuous frame becomes T(-½)·M·T(½).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from .chained import Chained
from .content import Outline, shown
from .dense import Dense
from .effects import Geometry
from .errors import InvalidData, InvalidParameter, Unsupported
from .linear import Projective, Resize
from .maps import Lattice, Map
from .params import Border, Interpolation

Array = np.ndarray[Any, np.dtype[Any]]
# From an array of up to four channels, and what its border holds.
Warper = Callable[[Array, tuple[float, ...]], Array]

# What every function used here takes as it is, in OpenCV 4.11 to 5.0. (5.0 also takes int64, and returns int32.)
_NATIVE = frozenset(map(np.dtype, ("uint8", "int8", "uint16", "int16", "int32", "float32", "float64")))
_WORDS = {1: np.uint8, 2: np.uint16, 4: np.int32, 8: np.float64}
# The warps of OpenCV 5 gather one or four channels at a time and take three one by one, which costs twice as long with
# linear interpolation; those of 4.x gain nothing by a fourth channel.
_GATHERS = int(cv2.__version__.partition(".")[0]) >= 5
_WIDENED = frozenset(map(np.dtype, ("uint8", "uint16")))
# Beyond this the two further arrays cost more in page faults than the gathering saves.
_WIDENED_PIXELS = 2**22
# Of the native ones, what it interpolates as well as moves.
_COMPUTED = _NATIVE - {np.dtype("int8"), np.dtype("int32")}
_NEAREST = (Interpolation.NEAREST, Interpolation.NEAREST_EXACT)
_NUMPY_PAD: dict[int, Any] = {
    Border.REPLICATE: "edge",
    Border.REFLECT: "symmetric",
    Border.WRAP: "wrap",
    Border.REFLECT_101: "reflect",
}
# cv2.transpose moves pixels of these sizes in bytes and refuses all others; cv2.flip moves others byte by byte.
_MOVED = frozenset((1, 2, 3, 4, 6, 8, 12, 16, 24, 32))
# A constant border is one cv2.Scalar, so a warp takes four channels at a time.
_WARPED = 4
_MOST_CHANNELS = 128  # CV_CN_MAX of OpenCV 5.0; 512 in 4.x
_MOST_PIXELS = 32767  # warps count source pixels in 16 bits
# OpenCV counts from the centre of the first pixel, the continuous frame from its corner.
_FROM_CENTRES = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
_TO_CENTRES = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])


def resample(array: Array, effect: Geometry, interpolation: Interpolation, fill: Any) -> Array:
    """The array as the effect's map shows it. A pure crop comes back as a view."""
    map = effect.map
    if array.shape[:2] != map.size and not _serves_any_size(map):
        raise InvalidData(
            f"an array of {array.shape[:2]} (height, width) meets a {type(map).__name__} map made for a frame of "
            f"{map.size}; only flips, turns and resizes serve data of several sizes, so resize it to one first"
        )
    if map.tears:
        return in_pieces(array, map)
    if isinstance(map, Lattice) and not map.has_border and effect.content is None and array.dtype in _NATIVE:
        return _shown(array, map)  # nothing to compute and nothing to fill
    fill = _per_channel(fill, array.shape[2])
    if array.dtype not in _COMPUTED and not isinstance(map, Lattice) and interpolation not in _NEAREST:
        raise Unsupported(
            f"{array.dtype} arrays cannot be resampled with {interpolation.name.lower()} interpolation; use nearest"
        )
    opaque = array.dtype not in _NATIVE
    if opaque:
        given, (array, fill) = array, _as_words(array, fill)
    if isinstance(map, Lattice):
        out = _lattice(array, map, effect.border, fill)
    elif isinstance(map, Resize):
        out = _resize(array, map, interpolation)
    else:
        out = _warp(array, map, interpolation, effect.border, fill)
    if effect.content is not None and effect.border == Border.CONSTANT:
        out = _keep(out, effect.content, fill)
    if opaque:
        out = np.ascontiguousarray(out).view(given.dtype).reshape(*out.shape[:2], given.shape[2])
    return out


def resample_all(arrays: Sequence[Array], effect: Geometry, interpolation: Interpolation, fill: Any) -> list[Array]:
    """Several arrays as the effect's map shows them.

    Warps of a byte a pixel go four at a time, as channels of one array: they look up each source once, which takes half
    the time for nearest interpolation. Others could not be merged: OpenCV 4.14 rounds them differently by channels.
    """
    if isinstance(effect.map, (Lattice, Resize)) or effect.map.tears or interpolation not in _NEAREST:
        return [resample(array, effect, interpolation, fill) for array in arrays]
    out = list(arrays)
    alike: dict[Any, list[int]] = {}
    for place, array in enumerate(arrays):
        alone = place if array.shape[2] * array.itemsize > 1 else None
        alike.setdefault((array.dtype, array.shape, alone), []).append(place)
    for places in alike.values():
        for start in range(0, len(places), _WARPED):
            some = places[start : start + _WARPED]
            if len(some) == 1:
                out[some[0]] = resample(arrays[some[0]], effect, interpolation, fill)
                continue
            merged = cv2.merge([arrays[place].view(np.uint8) for place in some]).view(arrays[some[0]].dtype)
            (colour,) = _per_channel(fill, 1)
            planes = cv2.split(resample(merged, effect, interpolation, colour).view(np.uint8))
            for place, plane in zip(some, planes, strict=True):
                out[place] = plane.view(merged.dtype)[:, :, None]
    return out


def in_pieces(array: Array, map: Map) -> Array:
    """An array, or one with slices before its rows, as a map that tears shows it."""
    out = np.empty(array.shape, array.dtype)
    for here, there in map.pieces():
        out[here] = array[there]
    return out


def _serves_any_size(map: Map) -> bool:
    if isinstance(map, Lattice):
        return not map.has_border and map.shows_all
    return isinstance(map, Resize)


def _per_channel(fill: Any, channels: int, name: str = "fill") -> tuple[float, ...]:
    if not isinstance(fill, tuple):
        return (fill,) * channels
    if len(fill) == channels:
        return fill
    raise InvalidParameter(
        f"{name}: {fill} holds {len(fill)} numbers for {channels} channels; give one, or one for each"
    )


def _as_words(array: Array, fill: tuple[float, ...]) -> tuple[Array, tuple[float, ...]]:
    """Pixels of a dtype that OpenCV does not know as numbers of the same width, moved and never computed with."""
    word = _WORDS[min(array.dtype.itemsize, 8)]
    words = np.ascontiguousarray(array).view(word)
    return words, tuple(_in_range(fill, array.dtype).view(word).tolist())


def _by_channels(array: Array, most: int, function: Callable[[Array, slice], Array]) -> Array:
    """function(array, channels) on at most so many channels at a time; always (H, W, C)."""
    channels = array.shape[2]
    if channels <= most:
        return _with_channels(function(array, slice(0, channels)))
    out: Array | None = None
    for start in range(0, channels, most):
        piece = slice(start, min(start + most, channels))
        part = np.empty((*array.shape[:2], piece.stop - start), array.dtype)
        _copy_channels(array, start, part, 0, piece.stop - start)
        done = _with_channels(function(part, piece))
        if out is None:
            out = np.empty((*done.shape[:2], channels), array.dtype)
        _copy_channels(done, 0, out, start, piece.stop - start)
    assert out is not None
    return out


def _copy_channels(source: Array, first: int, out: Array, place: int, count: int) -> None:
    """So many channels of the one, from `first` on, to the other, from `place` on."""
    if max(source.shape[2], out.shape[2]) > _MOST_CHANNELS or source.dtype not in _NATIVE:
        out[:, :, place : place + count] = source[:, :, first : first + count]
        return
    # NumPy's innermost loop would be over the few channels, at five times the time.
    pairs = [number for channel in range(count) for number in (first + channel, place + channel)]
    cv2.mixChannels([source], [out], pairs)


def _with_channels(out: Array) -> Array:
    """(H, W, C) of what OpenCV gave, which drops the axis of a single channel."""
    return out if out.ndim == 3 else out[:, :, None]


def _lattice(array: Array, map: Lattice, border: Border, fill: tuple[float, ...]) -> Array:
    x0, y0, x1, y1 = map.content
    if x1 <= x0 or y1 <= y0:
        if border != Border.CONSTANT:
            raise InvalidParameter(
                f"border {border.name.lower()}: the new frame shows nothing of the picture to repeat"
            )
        return _filled((*map.output, array.shape[2]), array.dtype, fill)
    out = _shown(array, map)
    if map.has_border:
        out = _pad(out, (y0, map.output[0] - y1, x0, map.output[1] - x1), border, fill)
    return out


def _shown(array: Array, map: Lattice) -> Array:
    """What a map shows of its input, without the border."""
    if not map.shows_all:
        left, top, right, bottom = map.source
        array = array[top:bottom, left:right]
    return _orient(array, map.turn)


def _orient(array: Array, turn: tuple[int, int, int, int]) -> Array:
    if turn == (1, 0, 0, 1):
        return array
    a, b, c, d = turn
    if a == 0:
        array = _transpose(array)
        mirror_x, mirror_y = b < 0, c < 0
    else:
        mirror_x, mirror_y = a < 0, d < 0
    if not (mirror_x or mirror_y):
        return array
    if array.shape[2] * array.itemsize in _MOVED or not (mirror_x or array.shape[2] > _MOST_CHANNELS):
        return _with_channels(cv2.flip(array, -1 if mirror_x and mirror_y else 1 if mirror_x else 0))
    whole = _as_items(array)[:: -1 if mirror_y else 1, :: -1 if mirror_x else 1]
    # A copy for certain: mirrored views of the user's, mirrored, are contiguous as they are.
    return whole.copy(order="C").view(array.dtype).reshape(array.shape)


def _transpose(array: Array) -> Array:
    if array.shape[2] * array.itemsize in _MOVED:
        return _with_channels(cv2.transpose(array))
    height, width, channels = array.shape
    return _as_items(array).T.copy(order="C").view(array.dtype).reshape(width, height, channels)


def _as_items(array: Array) -> Array:
    """(H, W) pixels that NumPy moves as a whole each: channel by channel takes it two to ten times as long."""
    if array.strides[2] != array.itemsize:
        array = np.ascontiguousarray(array)
    return array.view(np.dtype((np.void, array.shape[2] * array.itemsize)))[:, :, 0]


def _pad(array: Array, sides: tuple[int, int, int, int], border: Border, fill: tuple[float, ...]) -> Array:
    top, bottom, left, right = sides
    height, width, channels = array.shape
    if border == Border.CONSTANT and channels > 4:
        out = _filled((top + height + bottom, left + width + right, channels), array.dtype, fill)
        out[top : top + height, left : left + width] = array
        return out
    if channels <= 4:
        value = (*fill, 0.0, 0.0, 0.0, 0.0)[:4]
        return _with_channels(cv2.copyMakeBorder(array, top, bottom, left, right, int(border), value=value))
    return np.pad(array, ((top, bottom), (left, right), (0, 0)), mode=_NUMPY_PAD[border])


def _filled(shape: tuple[int, ...], dtype: np.dtype[Any], fill: tuple[float, ...]) -> Array:
    values = _in_range(fill, dtype)
    if not any(values.tobytes()):
        return np.zeros(shape, dtype)
    out = np.empty(shape, dtype)
    # Colours are written pixel by pixel; rows of them are copied as they are, in a tenth of the time.
    out[:1] = values
    out[1:] = out[:1]
    return out


def _in_range(fill: tuple[float, ...], dtype: np.dtype[Any]) -> Array:
    """Fill values as OpenCV would store them: rounded and saturated."""
    if dtype.kind in "ui":
        return _rounded(fill, dtype)
    with np.errstate(over="ignore"):  # to infinity, as OpenCV does
        return np.asarray(fill, np.float64).astype(dtype)


@functools.lru_cache(256)
def _rounded(fill: tuple[float, ...], dtype: np.dtype[Any]) -> Array:
    limits = np.iinfo(dtype)
    # In Python's whole numbers: a label of 2**53 + 1 has no float64.
    values = np.array([round(min(max(value, int(limits.min)), int(limits.max))) for value in fill], dtype)
    values.flags.writeable = False
    return values


def _resize(array: Array, map: Resize, interpolation: Interpolation) -> Array:
    if array.shape[:2] == map.output:
        return array
    height, width = map.output
    # INTER_NEAREST takes the pixel up and left of the right one; the exact kind honours pixel centres.
    flag = int(Interpolation.NEAREST_EXACT if interpolation == Interpolation.NEAREST else interpolation)
    # Means over areas that are not whole multiples are made of four channels at most.
    most = _WARPED if flag == Interpolation.AREA else _MOST_CHANNELS
    return _by_channels(array, most, lambda part, _: cv2.resize(part, (width, height), interpolation=flag))


def _warp(array: Array, map: Map, interpolation: Interpolation, border: Border, fill: tuple[float, ...]) -> Array:
    if max(*array.shape[:2], *map.output) > _MOST_PIXELS:
        raise Unsupported(f"a picture of {array.shape[:2]} cannot be warped; OpenCV's limit is {_MOST_PIXELS} a side")
    flag = {
        Interpolation.NEAREST_EXACT: Interpolation.NEAREST,
        Interpolation.LINEAR_EXACT: Interpolation.LINEAR,
        Interpolation.AREA: Interpolation.LINEAR,
    }.get(interpolation, interpolation)
    run = _warper(map, int(flag), int(border))

    def warp(part: Array, channels: slice) -> Array:
        value = (*fill[channels], 0.0, 0.0, 0.0, 0.0)[:4]
        if part.shape[2] == 2:  # OpenCV 5.0 rounds source positions to 1/32 px for two channels, and for no other count
            return _gathered(run, np.concatenate([part, part[:, :, :1]], 2), value, flag)[:, :, :2]
        return _gathered(run, part, value, flag)

    return _by_channels(array, _WARPED, warp)


def _gathered(run: Warper, part: Array, value: tuple[float, ...], flag: Interpolation) -> Array:
    """The warp `run` of up to four channels, with three of them put among four: the same bits in half the time."""
    if not _GATHERS or part.dtype not in _WIDENED or flag not in (Interpolation.NEAREST, Interpolation.LINEAR):
        return run(part, value)
    few = part.shape[0] * part.shape[1] <= _WIDENED_PIXELS
    if part.shape[2] == 3 and few and (flag == Interpolation.LINEAR or part.itemsize == 1):
        wide = _moved(run, cv2.cvtColor(part, cv2.COLOR_RGB2RGBA), (*value[:3], 0.0), flag)
        return np.asarray(cv2.cvtColor(wide, cv2.COLOR_RGBA2RGB))
    return _moved(run, part, value, flag)


def _moved(run: Warper, part: Array, value: tuple[float, ...], flag: Interpolation) -> Array:
    """The warp `run`; pixels of four bytes that are only moved go as the floats that OpenCV gathers."""
    channels = part.shape[2]
    if flag == Interpolation.NEAREST and channels * part.itemsize == 4:
        word = float(_in_range(value[:channels], part.dtype).view(np.float32)[0])
        # A border's colour passes through a float64, which keeps all words but those that are no numbers.
        if word == word:
            out = run(np.ascontiguousarray(part).view(np.float32), (word, 0.0, 0.0, 0.0))
            return out.view(part.dtype).reshape(*out.shape[:2], channels)
    return run(part, value)


def _warper(map: Map, flag: int, border: int) -> Warper:
    """The OpenCV call that carries out the map, ready for an array and a fill."""
    size = map.output[::-1]
    if isinstance(map, (Dense, Chained)):
        x, y = map.source_grid
        return lambda part, value: cv2.remap(part, x, y, flag, borderMode=border, borderValue=value)
    flag |= cv2.WARP_INVERSE_MAP
    if isinstance(map, Projective):
        back = _TO_CENTRES @ map.inverse().matrix @ _FROM_CENTRES
        return lambda part, value: cv2.warpPerspective(
            part, back, size, flags=flag, borderMode=border, borderValue=value
        )
    (a, b, x), (c, d, y) = map.inverse().matrix[:2].tolist()  # type: ignore[attr-defined]
    back = np.array([[a, b, x + (a + b - 1) / 2], [c, d, y + (c + d - 1) / 2]])  # as above, by hand
    return lambda part, value: cv2.warpAffine(part, back, size, flags=flag, borderMode=border, borderValue=value)


def _keep(array: Array, content: Outline, fill: tuple[float, ...]) -> Array:
    """Fill all pixels whose centre lies outside the content."""
    mask = shown(content, (array.shape[0], array.shape[1]))
    out = _filled(array.shape, array.dtype, fill)
    if array.shape[2] <= _MOST_CHANNELS:
        return _with_channels(cv2.copyTo(array, mask, out))
    np.copyto(out, array, where=mask[:, :, None] > 0)
    return out
