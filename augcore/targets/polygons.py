"""Polygons: outlines of objects, each of one ring or several, clipped to what the frame shows when they are read."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from .. import outlines
from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, WrongType
from ..frame import Frame
from .base import Annotation, Array

_STEP = 4.0  # px between points of an edge that a dense map may bend


@attrs.define(eq=False, repr=False)
class Polygon:
    """One object: rings (K, 2) in the continuous frame, and how the user writes them: like `given`, its first ring."""

    rings: tuple[Array, ...]
    given: Any
    several: bool


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _read_ring(name: str, value: Any) -> Array:
    """The points (K, 2) of a ring given as pairs or as x, y, x, y, …"""
    try:
        points = np.array(value, float)
        points = points.reshape(-1, 2) if points.ndim == 1 or points.size == 0 else points
    except (TypeError, ValueError):
        points = np.zeros((0, 1))
    if points.ndim != 2 or points.shape[1] != 2 or 0 < len(points) < 3 or not np.isfinite(points).all():
        given = reprlib.repr(value)
        raise InvalidData(
            f"{name}: {given} is not a ring; give three or more finite points, (x, y) pairs or x, y, x, y, …"
        )
    return points


def _read_polygon(name: str, value: Any) -> Polygon:
    if not isinstance(value, (list, tuple, np.ndarray)):
        raise WrongType(f"{name}: {type(value).__name__} is not a polygon; give points (x, y), or a list of such rings")
    if isinstance(value, np.ndarray) and value.size == 0:
        return Polygon((), np.zeros((0, 2), value.dtype), False)
    if len(value) == 0:
        return Polygon((), value, False)
    first = value[0]
    if not (_is_number(first) or isinstance(first, (list, tuple, np.ndarray))):
        raise WrongType(f"{name}[0]: {type(first).__name__} is neither a ring nor a point; give points (x, y)")
    one_ring = isinstance(value, np.ndarray) or _is_number(first) or (len(first) == 2 and all(map(_is_number, first)))
    if one_ring:
        return Polygon((_read_ring(name, value),), value, False)
    return Polygon(tuple(_read_ring(f"{name}[{index}]", ring) for index, ring in enumerate(value)), first, True)


class Polygons(Annotation):
    """Outlines of objects in the continuous frame, where boxes lie too: the first pixel's corner is (0, 0).

    An object is one ring, or a list of them: further pieces, or holes by even-odd counting. A ring is (K, 2) points or
    COCO's flat x, y, x, y, …; what comes in one way goes out the same way. Objects keep their places; of one that
    nothing is left of, an empty polygon stays.
    """

    kind: ClassVar[str] = "polygons"
    default_names: ClassVar[tuple[str, ...]] = ("polygons",)

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> list[Polygon]:
        value = data[name]
        if not isinstance(value, (list, tuple, np.ndarray)):
            raise WrongType(f"{name}: {type(value).__name__} is not a list of polygons; give one polygon an object")
        return [_read_polygon(f"{name}[{index}]", one) for index, one in enumerate(value)]

    def write(self, name: str, state: list[Polygon], frame: Frame, result: dict[str, Any]) -> None:
        given = result[name]
        polygons = [_write_polygon(_clipped(polygon, frame)) for polygon in state]
        result[name] = tuple(polygons) if isinstance(given, tuple) else polygons

    def look(self, state: list[Polygon], frame: Frame) -> list[tuple[Array, ...]]:
        return [_clipped(polygon, frame).rings for polygon in state]

    def geometry(self, state: list[Polygon], effect: Geometry, frame: Frame) -> list[Polygon]:
        rings = [ring for polygon in state for ring in polygon.rings]
        if not rings:
            return state
        if not effect.map.keeps_lines:
            rings = [outlines.densify(ring, _STEP) for ring in rings]
        rings = [effect.map.in_front(ring[None])[0] for ring in rings]
        # All points through the map at once: a dense map solves for them together.
        ends = np.cumsum([len(ring) for ring in rings])[:-1]
        moved = iter(np.split(effect.map.forward(np.concatenate(rings)), ends))
        return [attrs.evolve(polygon, rings=tuple(next(moved) for _ in polygon.rings)) for polygon in state]

    def erase(self, state: list[Polygon], effect: Erase, frame: Frame) -> list[Polygon]:
        """What is covered is still there: outlines stay."""
        return state

    def mix(self, state: list[Polygon], effect: Mix, frame: Frame, partner: list[Polygon]) -> list[Polygon]:
        mine, other = [_clipped(polygon, frame) for polygon in state], partner
        if effect.region is not None:
            x0, y0, x1, y1 = effect.region
            corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
            other = [_cut(polygon, outlines.half_planes(corners)) for polygon in other]
            # This one's outlines stay whole behind what covers them, until nothing of them is left to see.
            mine = [_unless_under(polygon, (x0, y0), (x1, y1)) for polygon in mine]
        return [*mine, *other]

    def per_target(self, state: list[Polygon], effect: PerTarget, frame: Frame) -> list[Polygon]:
        """The function gets and gives the (K, 2) points of one ring."""
        function = effect.function(self.kind)
        if function is None:
            return state
        arguments = dict(effect.arguments)
        return [
            attrs.evolve(
                polygon,
                rings=tuple(_read_ring("Lambda(polygons=…)", function(ring, **arguments)) for ring in polygon.rings),
            )
            for polygon in state
        ]


def _clipped(polygon: Polygon, frame: Frame) -> Polygon:
    if not polygon.rings:
        return polygon
    points = np.concatenate(polygon.rings)
    if frame.shows(points).all():
        return polygon
    return _cut(polygon, frame.planes)


def _unless_under(polygon: Polygon, low: tuple[float, float], high: tuple[float, float]) -> Polygon:
    """The polygon, or an empty one if all of it lies in a rectangle."""
    under = all(((ring >= low) & (ring <= high)).all() for ring in polygon.rings)
    return attrs.evolve(polygon, rings=()) if under else polygon


def _cut(polygon: Polygon, planes: Array) -> Polygon:
    rings = [outlines.clip(ring[None], planes)[0] for ring in polygon.rings]
    return attrs.evolve(polygon, rings=tuple(ring for ring in rings if len(ring) > 2 and outlines.area(ring) > 1e-9))


def _write_ring(ring: Array, given: Any) -> Any:
    """A ring in the containers of the one that was given; whole-number arrays become float64, as for boxes."""
    if isinstance(given, np.ndarray):
        array = ring if given.ndim == 2 else ring.ravel()
        return array.astype(given.dtype if given.dtype.kind == "f" else np.float64, copy=False)
    first = given[0] if len(given) else ()
    points = ring.ravel().tolist() if _is_number(first) else ring.tolist()
    if isinstance(first, tuple):
        points = [tuple(point) for point in points]
    return tuple(points) if isinstance(given, tuple) else points


def _write_polygon(polygon: Polygon) -> Any:
    if polygon.several:
        return [_write_ring(ring, polygon.given) for ring in polygon.rings]
    return _write_ring(polygon.rings[0] if polygon.rings else np.zeros((0, 2)), polygon.given)
