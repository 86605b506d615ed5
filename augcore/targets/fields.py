"""Rasters of values with a meaning that maps must respect: heat maps, depth, optical flow. Labels are in `mask.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import attrs
import cv2
import numpy as np

from ..chained import Chained
from ..dense import Dense
from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, WrongType
from ..frame import Frame
from ..maps import Lattice, Map, Size
from ..params import Border, Interpolation, choice, declared, flag, number, parameter
from ..resample import resample
from .base import Annotation, Array
from .erasing import fill_region
from .fills import check_fill, check_shown_fill
from .image import blend, call_on_raster, check_alike, check_raster, give_back, paste
from .swaps import SWAP_PAIRS, row_pairs

_FLOATS = tuple(map(np.dtype, ("float16", "float32", "float64")))


def _read(name: str, value: Any, dtypes: tuple[np.dtype[Any], ...], what: str) -> Array:
    if not isinstance(value, np.ndarray):
        raise WrongType(
            f"{name}: {type(value).__name__} is not a NumPy array of (height, width[, channels]); "
            f"convert it with np.asarray({name})"
        )
    if value.dtype not in dtypes:
        wanted = "float64" if value.dtype.itemsize > 8 else "float32"
        raise WrongType(
            f"{name}: dtype {value.dtype} does not hold {what}; convert it with astype(np.{wanted}), or to another of "
            f"{', '.join(map(str, dtypes))} in this machine's byte order"
        )
    return check_raster(name, value)


class _Field(Annotation):
    """What the three have in common: rasters whose values are not labels."""

    is_raster: ClassVar[bool] = True
    fill: float | None

    def write(self, name: str, state: Any, frame: Frame, result: dict[str, Any]) -> None:
        result[name] = give_back(state, result[name])

    def size_of(self, state: Array) -> Size:
        return state.shape[0], state.shape[1]

    def erase(self, state: Array, effect: Erase, frame: Frame) -> Array:
        """Filled with the target's own fill, where masks are to be filled; the effect's is a label."""
        if effect.fill_mask is None:
            return state
        check_fill(self.kind, self._empty, state.dtype)
        return fill_region(state, effect, self._empty)

    @property
    def _empty(self) -> float:
        return np.nan if self.fill is None else self.fill

    def per_target(self, state: Array, effect: PerTarget, frame: Frame) -> Array:
        function = effect.function(self.kind)
        if function is None:
            return state
        name = f"Lambda({self.kind}=…)"
        result = f"the result of {name}"
        return np.asarray(self.read(result, {result: call_on_raster(function, state, effect, name)}, None))

    def mix(self, state: Array, effect: Mix, frame: Frame, partner: Array) -> Array:
        check_alike(self.kind, state, effect, partner)
        return state if effect.region is None else paste(state, partner, effect.region)

    def _resampled(self, state: Array, effect: Geometry, method: Interpolation) -> Array:
        check_shown_fill(self.kind, effect, method, self.fill, state.dtype)
        return _resampled(state, effect, method, self._empty)


def _resampled(state: Array, effect: Geometry, method: Interpolation, fill: float) -> Array:
    """A raster of floats of any width; OpenCV computes with 32 and 64 bits."""
    computed = state if state.dtype != np.float16 else state.astype(np.float32)
    return resample(computed, effect, method, fill).astype(state.dtype, copy=False)


@declared
class Heatmap(_Field):
    """Likelihoods of something at each pixel, such as of a keypoint: floats (H, W) or (H, W, C).

    They are interpolated linearly and not renormalised: what leaves the frame is gone, and a peak keeps its height
    where the picture is enlarged.

    Args:
        interpolation: "linear" or "nearest".
        fill: the value beyond the picture, and of what is erased where masks are filled.
        swap_pairs: numbers of channels that change places in a mirror, such as those of the left and the right eye.
    """

    interpolation: Literal["linear", "nearest"] = choice(default="linear", options=("linear", "nearest"))
    fill: float = number(default=0.0, unit="the heat map's values")
    swap_pairs: tuple[tuple[Any, Any], ...] = parameter(SWAP_PAIRS, default=())

    kind: ClassVar[str] = "heatmap"
    default_names: ClassVar[tuple[str, ...]] = ("heatmap",)

    def __attrs_post_init__(self) -> None:
        row_pairs("Heatmap.swap_pairs", self.swap_pairs)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        state = _read(name, data[name], _FLOATS, "likelihoods")
        last = max((number for pair in self.swap_pairs for number in pair), default=-1)
        if last >= state.shape[2]:
            raise InvalidData(
                f"{name}: swap_pairs name channel {last}, and there are {state.shape[2]}; give numbers below that"
            )
        return state

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        # A border that repeats the picture must not repeat what was found in it.
        constant = attrs.evolve(effect, border=Border.CONSTANT)
        out = self._resampled(state, constant, Interpolation[self.interpolation.upper()])
        if not (self.swap_pairs and effect.map.is_reflection):
            return out
        order = np.arange(out.shape[2])
        for first, second in self.swap_pairs:
            order[[first, second]] = second, first
        return np.ascontiguousarray(out[:, :, order])

    def mix(self, state: Array, effect: Mix, frame: Frame, partner: Array) -> Array:
        if effect.region is not None:
            return super().mix(state, effect, frame, partner)
        check_alike(self.kind, state, effect, partner)
        return blend(state, partner, effect.weight)


def known_values(state: Array) -> Array:
    """(H, W) booleans: where every channel holds a finite value other than 0, which says "not measured"."""
    return np.asarray((np.isfinite(state) & (state != 0)).all(2))


@declared
class Depth(_Field):
    """Distances from the camera, (H, W) or (H, W, 1), floats or uint16. 0 and NaN say that a distance is not known.

    Args:
        interpolation: "nearest" invents no distances between an object and what is behind it. "linear" is smoother;
            next to what is not known the nearest value stands for itself, so that nothing is mixed with 0 or NaN.
        scale_with_zoom: divide distances by how much the picture is magnified, in pixels, at each place: right where
            the network takes one camera matrix for all pictures. Leave it off if the camera matrix follows as a target.
        fill: the distance beyond the picture, and of what is erased where masks are filled; 0 for not known.
    """

    interpolation: Literal["nearest", "linear"] = choice(default="nearest", options=("nearest", "linear"))
    scale_with_zoom: bool = flag(default=False)
    fill: float = number(default=0.0, unit="the depth's values")

    kind: ClassVar[str] = "depth"
    default_names: ClassVar[tuple[str, ...]] = ("depth",)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        state = _read(name, data[name], (*_FLOATS, np.dtype("uint16")), "distances")
        if state.shape[2] != 1:
            raise InvalidData(f"{name}: shape {state.shape} has {state.shape[2]} channels; give (height, width)")
        if (state < 0).any():
            row, column = (int(axis[0]) for axis in np.nonzero(state[:, :, 0] < 0))
            raise InvalidData(
                f"{name}[{row}, {column}]: {state[row, column, 0]:g} is below 0; give distances, and 0 or NaN for "
                "not known (disparities are no distances: depth = focal length · baseline / disparity)"
            )
        return state

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        out = self._resampled(state, effect, Interpolation.NEAREST)
        if self.interpolation == "linear":
            out = self._smooth(state, effect, out)
        return out if not self.scale_with_zoom else _divided(out, zoom(effect.map))

    def _smooth(self, state: Array, effect: Geometry, nearest: Array) -> Array:
        known = known_values(state)
        smooth = self._resampled(
            np.where(known[:, :, None], state, 0).astype(state.dtype), effect, Interpolation.LINEAR
        )
        # Beyond the picture there is only fill, whose neighbours must not be mixed with it either.
        weight = _resampled(known[:, :, None].astype(np.float32), effect, Interpolation.LINEAR, 0.0)
        return np.where(weight > 1 - 1e-5, smooth, nearest)


def zoom(map: Map) -> Array:
    """How much longer lengths get, on the mean of all directions: a number, or (H, W) for each output pixel."""
    back = np.abs(np.linalg.det(map.pixel_jacobian()))
    return np.asarray(1 / np.sqrt(np.maximum(back, 1e-12)))


def _divided(state: Array, factor: Array) -> Array:
    out = state / factor.reshape(*factor.shape, 1)
    if state.dtype.kind == "f":
        return out.astype(state.dtype)
    return np.clip(np.rint(out), 0, np.iinfo(state.dtype).max).astype(state.dtype)


@declared
class Flow(_Field):
    """Optical flow to a second frame that undergoes the same draw: (H, W, 2) floats, x before y, in pixels.

    A vector that starts at a point and ends at another does so after the map too: it is turned and scaled, and under
    maps that bend lines its end is followed by itself. NaN says that a vector is not known.

    Args:
        fill: of both numbers, beyond the picture and where masks are filled; 0 for no motion, None for NaN, not known.
    """

    fill: float | None = number(default=0.0, unit="px", none=True)

    kind: ClassVar[str] = "flow"
    default_names: ClassVar[tuple[str, ...]] = ("flow",)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> Array:
        state = _read(name, data[name], _FLOATS, "vectors")
        if state.shape[2] != 2:
            raise InvalidData(f"{name}: shape {state.shape} is not (height, width, 2); give x and y of each vector")
        return state

    def geometry(self, state: Array, effect: Geometry, frame: Frame) -> Array:
        map = effect.map
        if isinstance(map, Chained):  # to follow ends back through all of them takes longer than map by map
            for one, content in map.steps():
                state = self.geometry(state, attrs.evolve(effect, map=one, content=content), frame)
            return state
        check_shown_fill(self.kind, effect, Interpolation.LINEAR, self.fill, state.dtype)
        jacobian = map.pixel_jacobian()
        shown = _old_vectors(state, effect)
        if map.tears:
            moved = _carried_by_pieces(map, shown.astype(np.float64))
        elif jacobian.ndim == 2:
            moved = cv2.transform(shown.astype(np.float32, copy=False), np.linalg.inv(jacobian))
        elif isinstance(map, Dense) and not map.inverted:
            moved = _carried_by_field(map, shown.astype(np.float32, copy=False), jacobian)
        else:
            moved = carried(map, shown.astype(np.float64))
        # A border that repeats the picture repeats it mirrored or shifted, and its vectors are others.
        constant = attrs.evolve(effect, border=Border.CONSTANT)
        inside = _resampled(np.ones((*state.shape[:2], 1), np.float32), constant, Interpolation.NEAREST, 0.0) > 0.5
        return np.where(inside, moved, self._empty).astype(state.dtype)


def _old_vectors(state: Array, effect: Geometry) -> Array:
    """The vectors where the new pixels look, still of the old frame; beside those not known, the nearest ones."""
    if not isinstance(effect.map, Lattice):  # whose border may show nothing that could be repeated
        effect = attrs.evolve(effect, border=Border.REPLICATE)
    known: Array = np.isfinite(state[:, :, :1] + state[:, :, 1:])
    if known.all():
        return _resampled(state, effect, Interpolation.LINEAR, 0.0)
    smooth = _resampled(np.asarray(np.where(known, state, 0)).astype(state.dtype), effect, Interpolation.LINEAR, 0.0)
    weight = _resampled(known.astype(np.float32), effect, Interpolation.LINEAR, 0.0)
    return np.where(weight > 1 - 1e-5, smooth, _resampled(state, effect, Interpolation.NEAREST, 0.0))


def carried(map: Map, flow: Array) -> Array:
    """Vectors (H, W, 2) of the input frame, given at output pixels, as vectors of the output frame: from each pixel to
    where the end of its vector comes to lie."""
    height, width = flow.shape[:2]
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    places = np.stack([columns, rows], -1)
    ends = map.backward(places.reshape(-1, 2)).reshape(flow.shape) + flow
    return np.asarray(map.forward(ends.reshape(-1, 2)).reshape(flow.shape) - places)


def _carried_by_pieces(map: Map, flow: Array) -> Array:
    """The same for a map that tears: a vector whose end lies in another piece than its start grows by whole pixels, the
    others keep their bits."""
    columns, rows = np.meshgrid(np.arange(flow.shape[1]) + 0.5, np.arange(flow.shape[0]) + 0.5)
    places = np.stack([columns, rows], -1)
    starts = map.backward(places)
    ends = starts + flow
    return np.asarray(flow + np.rint((map.forward(ends) - ends) - (places - starts)))


def _carried_by_field(map: Dense, flow: Array, jacobian: Array) -> Array:
    """The same for a dense map, 20 times as fast: ends are found by steps with the derivative at each pixel, which
    converge soon as vectors are short beside the waves of a field. Where it folds they do not, and are solved for.
    """
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    places = np.stack([x, y], -1)
    ends = places + map.field + flow
    found = places
    for _ in range(5):
        x, y = found[..., 0], found[..., 1]
        missed = ends - found - cv2.remap(map.field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        found = found + _solved(jacobian, missed)
    lost = np.abs(missed).max(2) > 0.02
    if lost.any():
        found[lost] = map.forward(ends[lost] + 0.5) - 0.5
    return np.asarray(found - places)


def _solved(matrices: Array, vectors: Array) -> Array:
    """x with matrix · x = vector for each of (H, W, 2, 2) and (H, W, 2), as float32."""
    a, b, c, d = (matrices[..., row, column].astype(np.float32) for row in (0, 1) for column in (0, 1))
    scale = a * d - b * c
    scale = 1 / np.where(np.abs(scale) < 0.05, np.float32(1), scale)
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([(d * x - b * y) * scale, (a * y - c * x) * scale], -1)
