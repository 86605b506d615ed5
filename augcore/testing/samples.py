"""Pictures and annotations that checks are run on, and what counts as the same data. No transforms and no checks."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Size = tuple[int, int]

# Fractions of the frame: x_min, y_min, x_max, y_max, the last over the whole of it.
_BOXES = (
    (0.05, 0.1, 0.3, 0.35),
    (0.4, 0.3, 0.7, 0.8),
    (0.65, 0.05, 0.95, 0.4),
    (0.1, 0.6, 0.35, 0.95),
    (0.0, 0.0, 1.0, 1.0),
)
_POINTS = ((0.2, 0.25), (0.5, 0.5), (0.8, 0.3), (0.3, 0.75), (0.75, 0.8))
# The first has no float64, the last no number at all.
LABELS = (2**53 + 1, "cat", -7, 3.5, "2")


def picture(size: Size, channels: int | None = 3, dtype: Any = "uint8", seed: int = 0) -> Array:
    """Clouds with some grain, different in every channel, over most of the dtype's range; 2-D for channels None."""
    scaled = of_dtype(_clouds(size, channels or 1, seed), dtype)
    return scaled if channels is not None else scaled[:, :, 0]


def volume(depth: int, size: Size, channels: int | None = 3, dtype: Any = "uint8", seed: int = 0) -> Array:
    """Pictures as slices: (D, H, W, C), or (D, H, W) for channels None."""
    return np.stack([picture(size, channels, dtype, depth * seed + z) for z in range(depth)])


@functools.lru_cache(64)
def _clouds(size: Size, channels: int, seed: int) -> Array:
    height, width = size
    draws = np.random.default_rng((seed, height, width, channels))
    y, x = (np.arange(height)[:, None, None] + 0.5) / 32, (np.arange(width)[None, :, None] + 0.5) / 32
    waves = draws.uniform(0.5, 3.0, (4, 2, channels))
    phases = draws.uniform(0, 2 * math.pi, (4, channels))
    clouds = sum(np.sin(a[0] * x + a[1] * y + phase) for a, phase in zip(waves, phases, strict=True)) / 4
    return np.asarray(np.clip(0.5 + 0.4 * clouds + draws.normal(0, 0.02, (height, width, channels)), 0.02, 0.98))


def of_dtype(values: Array, dtype: Any) -> Array:
    """Values in [0, 1] on the scale of a picture's dtype."""
    from ..pixels import max_value

    dtype = np.dtype(dtype)
    scaled = values * max_value(dtype)
    return (np.rint(scaled) if dtype.kind == "u" else scaled).astype(dtype)


def label_map(size: Size, depth: int | None = None) -> Array:
    """A mask with the labels 0, 1 and 2; of a volume, another in each slice."""
    if depth is not None:
        return np.stack([np.roll(label_map(size), z, 1) for z in range(depth)])
    height, width = size
    y, x = np.mgrid[:height, :width]
    mask = np.zeros(size, np.uint8)
    mask[((x + 0.5) / width - 0.55) ** 2 + ((y + 0.5) / height - 0.55) ** 2 < 0.05] = 1
    mask[(x + 0.5 < 0.3 * width) & (y + 0.5 < 0.35 * height)] = 2
    return mask


def annotation_rows(size: Size, seed: int = 0, depth: int | None = None) -> dict[str, Any]:
    """Boxes and points in a frame or a volume of that size, and the labels of their rows, which no other seed has."""
    height, width = size
    boxes = [[x0 * width, y0 * height, x1 * width, y1 * height] for x0, y0, x1, y1 in _BOXES]
    points = [[x * width - 0.5, y * height - 0.5] for x, y in _POINTS]
    if depth is not None:
        points = [[*point, (part + 0.5) / len(points) * depth - 0.5] for part, point in enumerate(points)]
    labels = [(seed, label) for label in LABELS] if seed else list(LABELS)
    return {"bboxes": boxes, "labels": labels, "keypoints": points, "point_labels": list(labels)}


def ellipse(size: Size, box: Sequence[float]) -> Array:
    """(H, W) booleans: the pixels whose centres lie in the ellipse inscribed in a box."""
    x0, y0, x1, y1 = box
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    inside = ((x - (x0 + x1) / 2) / ((x1 - x0) / 2)) ** 2 + ((y - (y0 + y1) / 2) / ((y1 - y0) / 2)) ** 2 <= 1
    return np.asarray(inside)


def blob(size: Size, centre: Sequence[float] | Array, sigma: float = 3.0) -> Array:
    """(H, W) float32: a Gaussian about a point of the continuous frame, zero from four sigmas on."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    square = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / sigma**2
    return np.asarray(np.where(square < 16, np.exp(-square / 2), 0.0), np.float32)


def centroid(weights: Array) -> Array:
    """(x, y) in the continuous frame of an (H, W) array of weights."""
    weights = weights.astype(np.float64)
    y, x = np.mgrid[: weights.shape[0], : weights.shape[1]] + 0.5
    return np.asarray(np.array([(weights * x).sum(), (weights * y).sum()]) / weights.sum())


def copied(data: Any) -> Any:
    """The same data with arrays and containers of its own."""
    if isinstance(data, np.ndarray):
        return data.copy()
    if isinstance(data, Mapping):
        return {key: copied(value) for key, value in data.items()}
    return type(data)(copied(item) for item in data) if type(data) in (list, tuple) else data


def arrays_in(data: Any) -> list[Array]:
    """All arrays in the data, in containers of containers too."""
    if isinstance(data, np.ndarray):
        return [data]
    if isinstance(data, Mapping):
        data = tuple(data.values())
    return [array for item in data for array in arrays_in(item)] if isinstance(data, (list, tuple)) else []


def locked(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy whose arrays refuse to be written to."""
    out = copied(data)
    for value in out.values():
        for array in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
    return out  # type: ignore[no-any-return]


def difference(first: Any, second: Any, tolerance: float = 0.0, where: str = "") -> str:
    """The first thing in which two pieces of data differ, in words; '' if they are the same.

    Containers, dtypes and shapes must be the same, and the values too: labels exactly, floating numbers to `tolerance`.
    """
    where = where or "the data"
    if type(first) is not type(second):
        return f"{where} is {type(second).__name__} instead of {type(first).__name__}"
    if isinstance(first, np.ndarray):
        return _array_difference(first, second, tolerance, where)
    if isinstance(first, Mapping):
        if list(first) != list(second):
            return f"{where} has {', '.join(map(str, second))} instead of {', '.join(map(str, first))}"
        pairs = [(f"{where}[{key!r}]", first[key], second[key]) for key in first]
    elif isinstance(first, (list, tuple)):
        if len(first) != len(second):
            return f"{where} has {len(second)} entries instead of {len(first)}"
        pairs = [(f"{where}[{index}]", a, b) for index, (a, b) in enumerate(zip(first, second, strict=True))]
    else:
        same = first == second or (isinstance(first, float) and _near(first, second, tolerance))
        return "" if same else f"{where} is {second!r} instead of {first!r}"
    return next((found for name, a, b in pairs if (found := difference(a, b, tolerance, name))), "")


def _near(first: float, second: float, tolerance: float) -> bool:
    return abs(first - second) <= tolerance or (math.isnan(first) and math.isnan(second))


def _array_difference(first: Array, second: Array, tolerance: float, where: str) -> str:
    if first.dtype != second.dtype:
        return f"{where} is {second.dtype} instead of {first.dtype}"
    if first.shape != second.shape:
        return f"{where} has shape {second.shape} instead of {first.shape}"
    if first.dtype.kind not in "fc" or tolerance == 0:
        other = ~((first == second) | ((first != first) & (second != second)))
    else:
        other = ~np.isclose(first, second, rtol=0, atol=tolerance, equal_nan=True)
    if not other.any():
        return ""
    place = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(other)))
    values = np.atleast_1d(first)[place], np.atleast_1d(second)[place]
    count = f"{int(other.sum())} of {other.size} values"
    return f"{where} differs in {count}, at {place} it is {values[1]} instead of {values[0]}"
