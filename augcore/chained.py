"""Several maps in a row as one, so that a picture is interpolated once. Fusion alone makes these, see `fuse.py`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import ClassVar

import attrs
import cv2
import numpy as np

from . import outlines
from .content import Outline, shown
from .dense import Dense
from .linear import Projective
from .maps import Array, Lattice, Map, as_size

# Pixel indices count from the centre of the first pixel, the continuous frame from its corner.
_FROM_CENTRES = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
_TO_CENTRES = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
_NOWHERE = -1e4  # a pixel index that is in the border, whatever the kernel


@attrs.frozen(slots=False, eq=False, repr=False)
class Chained(Map):
    """Maps in order, at least one of them dense. Each output pixel is followed back through all of them.

    What a frame in between did not show is not shown: pixels that look there are border.

    Attributes:
        content: the convex region of the frame behind the first map that shows anything, if that is not all of it.
    """

    maps: tuple[Map, ...]
    content: Outline | None = None
    keeps_lines: ClassVar[bool] = False

    @classmethod
    def of(cls, maps: tuple[Map, ...], content: Outline | None = None) -> Chained:
        return cls(as_size(maps[0].size), as_size(maps[-1].output), maps, content)

    def steps(self) -> Iterator[tuple[Map, Outline | None]]:
        """Each map, and what of the frame behind it shows anything, None for all."""
        yield self.maps[0], self.content
        for map in self.maps[1:]:
            yield map, None

    # Points

    def forward(self, points: Array) -> Array:
        for map in self.maps:
            points = map.forward(points)
        return points

    def backward(self, points: Array) -> Array:
        """NaN for what comes from nowhere, since a frame in between did not show it."""
        for number in range(len(self.maps) - 1, -1, -1):
            points = self.maps[number].backward(points)
            if number > 0:
                planes = _planes(self.maps[number], self.content if number == 1 else None)
                inside = np.asarray((points @ planes[:, :2].T + planes[:, 2] >= 0).all(-1))
                points = np.where(inside[..., None], points, np.nan)
        return points

    def inverse(self) -> Chained:
        return Chained.of(tuple(map.inverse() for map in reversed(self.maps)))

    def jacobian(self, points: Array) -> Array:
        out = np.broadcast_to(np.eye(2), (len(points), 2, 2))
        for map in self.maps:
            out = map.jacobian(points) @ out
            points = map.forward(points)
        return out

    def in_front(self, shapes: Array) -> Array:
        return self.maps[0].in_front(shapes)

    @property
    def is_reflection(self) -> bool:
        return sum(map.is_reflection for map in self.maps) % 2 == 1

    # Pixels

    @property
    def source_grid(self) -> tuple[Array, None]:
        """Where, in pixel indices, each output pixel looks: (H, W, 2) float32, and nothing, as `cv2.remap` takes it."""
        return self._sources, None

    @functools.cached_property
    def _sources(self) -> Array:
        places, seen = self._places
        if cv2.countNonZero(seen) == seen.size:
            return places
        return np.asarray(cv2.copyTo(places, seen, np.full_like(places, _NOWHERE)))

    @functools.cached_property
    def _places(self) -> tuple[Array, Array]:
        """The same for all pixels, and which of them (H, W) the frames in between had shown."""
        rest = list(self.maps)
        places = _ends(rest)
        seen = np.full(self.output, 255, np.uint8)
        while rest:
            cv2.bitwise_and(seen, self._shows(len(rest), places), dst=seen)
            places = _followed(rest.pop(), places)
        return places, seen

    def _shows(self, number: int, places: Array) -> Array:
        """Which places (H, W) of the frame before the map of this number are shown there, as 255 or 0."""
        height, width = self.maps[number].size
        if number > 1 or self.content is None:
            return np.asarray(cv2.inRange(places, (-0.5, -0.5), (width - 0.5, height - 0.5)))
        mask = shown(self.content, (height, width))
        return np.asarray(cv2.remap(mask, places, None, cv2.INTER_NEAREST, borderValue=0))

    def pixel_jacobian(self) -> Array:
        places, _ = self._places
        out = np.zeros((*self.output, 2, 2), np.float32)
        for by, axis in ((0, 1), (1, 0)):
            if places.shape[axis] > 1:
                out[..., by] = np.gradient(places, axis=axis)
        return out


def _planes(map: Map, content: Outline | None) -> Array:
    """What is shown of the frame before a map, as half planes."""
    region = outlines.rectangle(map.size[1], map.size[0]) if content is None else np.asarray(content)
    planes = outlines.half_planes(region)
    return planes if len(planes) > 2 else np.array([[0.0, 0.0, -1.0]])


def _ends(rest: list[Map]) -> Array:
    """Where the pixels of the last frame look in the one before it, and takes what led there off the list of maps."""
    map = rest.pop()
    if isinstance(map, Dense):
        return np.asarray(cv2.merge(map.source_grid) if map.inverted else cv2.add(map.field, _indices(map.output)))
    if isinstance(map, Lattice) and not map.has_border and isinstance(rest[-1], Dense):
        # Whole pixels look where they looked, from wherever they are now.
        left, top, right, bottom = map.source
        places = _ends(rest)[top:bottom, left:right]
        a, b, c, d = map.turn
        if map.turns:
            places, a, d = places.swapaxes(0, 1), b, c
        return np.ascontiguousarray(places[::d, ::a])
    return _followed(map, _indices(map.output))


def _indices(size: tuple[int, int]) -> Array:
    out = np.empty((*size, 2), np.float32)
    out[..., 0] = np.arange(size[1])
    out[..., 1] = np.arange(size[0])[:, None]
    return out


def _shifts(map: Dense) -> Sequence[Array]:
    """How far from itself each pixel looks, along x and y."""
    if not map.inverted:
        return cv2.split(map.field)
    (x, y), (height, width) = map.source_grid, map.output
    return x - np.arange(width, dtype=np.float32), y - np.arange(height, dtype=np.float32)[:, None]


def _followed(map: Map, places: Array) -> Array:
    """Where places (H, W, 2) of a map's output come from, in pixel indices."""
    if isinstance(map, Dense):
        # Channel by channel: for two at once OpenCV rounds places to 1/32 px, and takes longer.
        found = [
            cv2.remap(part, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for part in _shifts(map)
        ]
        return np.asarray(cv2.add(places, cv2.merge(found)))
    back = _TO_CENTRES @ map.inverse().matrix @ _FROM_CENTRES  # type: ignore[attr-defined]
    if isinstance(map, Projective):
        return np.asarray(cv2.perspectiveTransform(places, back))
    return np.asarray(cv2.transform(places, back[:2]))
