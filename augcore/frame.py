"""The frame that data lies in during one call: its size, and the part of it that still shows original content."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import outlines
from .errors import NotInvertible, Unsupported
from .linear import Resize
from .maps import Lattice, Map, Size

Array = np.ndarray[Any, np.dtype[Any]]


class Frame:
    """A size, the depth of volumes if there are any, and how the frame came to be: the chain of maps since the call
    began.

    What the frame shows is worked out when somebody asks, so that calls without boxes pay nothing for it.
    """

    __slots__ = ("_content", "_planes", "_rectangle", "begun_from", "depth", "map", "parent", "size")

    def __init__(
        self, size: Size, parent: Frame | None = None, map: Map | None = None, depth: int | None = None
    ) -> None:
        self.size = size
        self.depth = depth
        self.parent = parent
        self.map = map
        # The frame before this one was begun anew: points come from there, and what shows has nothing to do with it.
        self.begun_from: Frame | None = None
        self._content: Array | None = None
        self._planes: Array | None = None
        self._rectangle: tuple[float, float, float, float] | None = None

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> Frame:
        """A frame of (height, width) or (depth, height, width)."""
        return cls((shape[-2], shape[-1]), depth=shape[0] if len(shape) == 3 else None)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.size if self.depth is None else (self.depth, *self.size)

    def after(self, map: Map) -> Frame:
        if map.is_volumetric:
            depth, height, width = map.output  # type: ignore[misc]
            # Clips have none, and undergo maps that pick frames all the same.
            frame = Frame((height, width), self, map, None if self.depth is None else depth)
        else:
            frame = Frame(map.output, self, map, self.depth)
        if map.tears:
            # What showed is scattered now. Targets are cut to it before they are torn, and the frame begins anew.
            frame.parent, frame.begun_from = None, self
        return frame

    def anew(self) -> Frame:
        """A frame of this shape that is all original content."""
        frame = Frame(self.size, depth=self.depth)
        frame.begun_from = self
        return frame

    @property
    def before(self) -> Frame:
        """The frame that the last map or mix met; this one if there was none."""
        return self.parent or self.begun_from or self

    def carried(self, points: Array) -> Array:
        """Where points (…, 2) of the first frame of the call lie in this one."""
        if self.before is self:
            return points
        points = self.before.carried(points)
        if self.map is None:
            return points
        if self.map.plane is None:
            raise Unsupported(f"points of a picture cannot follow a {type(self.map).__name__} map that mixes slices")
        return self.map.plane.forward(points)

    def limit(self, content: Array) -> None:
        """Show no more than `content`: for a frame reached by maps that are known only merged into one."""
        self._content = content

    @property
    def is_original(self) -> bool:
        return self.parent is None

    @property
    def is_whole(self) -> bool:
        """Whether all original content still shows, sides upright: flips, turns, pads and resizes alone led here."""
        frame = self
        while frame.parent is not None and frame.map is not None:
            map = frame.map.plane
            if isinstance(map, Lattice):
                if not map.shows_all:
                    return False
            elif not isinstance(map, Resize):
                return False
            frame = frame.parent
        return True

    @property
    def rectangle(self) -> tuple[float, float, float, float] | None:
        """The content as (x_min, y_min, x_max, y_max) if flips, crops and resizes alone led here, else None."""
        if self._rectangle is None:
            plane = None if self.map is None else self.map.plane
            if self.parent is None or plane is None:
                self._rectangle = (0.0, 0.0, float(self.size[1]), float(self.size[0]))
            elif isinstance(plane, (Lattice, Resize)) and (before := self.parent.rectangle) is not None:
                x0, y0, x1, y1 = plane.forward_rectangle(*before)
                left, top, right, bottom = self._limits(plane)
                x0, y0 = min(max(x0, left), right), min(max(y0, top), bottom)
                self._rectangle = (x0, y0, max(x0, min(x1, right)), max(y0, min(y1, bottom)))
        return self._rectangle

    @property
    def content(self) -> Array:
        """The corners of the convex region that shows original content; all zeros where nothing does."""
        if self._content is None:
            self._content = self._find_content()
        return self._content

    def _find_content(self) -> Array:
        plane = None if self.map is None else self.map.plane
        # Where a volume turned out of its plane, slices have no content of their own; points go by `_shows_in_depth`.
        if self.parent is None or plane is None:
            return outlines.rectangle(self.size[1], self.size[0])
        before = self.parent.content
        if plane.keeps_lines:
            moved = plane.forward(plane.in_front(before[None])[0])
        else:
            moved = outlines.convex_hull(plane.forward(outlines.densify(before, 16.0)))
        left, top, right, bottom = self._limits(plane)
        kept = outlines.cut(moved.tolist(), ((1, 0, -left), (0, 1, -top), (-1, 0, right), (0, -1, bottom)))
        return np.array(kept) if len(kept) > 2 else np.zeros((3, 2))

    def _limits(self, map: Map) -> tuple[float, float, float, float]:
        """(x_min, y_min, x_max, y_max) beyond which the map shows nothing: of a crop and a pad in one, what the crop
        had cut off is not in the border that the pad adds."""
        if isinstance(map, Lattice):
            x0, y0, x1, y1 = map.content
            return float(x0), float(y0), float(x1), float(y1)
        return 0.0, 0.0, float(self.size[1]), float(self.size[0])

    @property
    def planes(self) -> Array:
        """The content as half planes, see `outlines.half_planes`; one that holds nothing where nothing is shown."""
        if self._planes is None:
            planes = outlines.half_planes(self.content)
            self._planes = planes if len(planes) > 2 else np.array([[0.0, 0.0, -1.0]])
        return self._planes

    @property
    def only_edges_cut(self) -> bool:
        """Whether this frame's own edges alone can cut what lay inside the original one: after one map all of that lies
        inside the picture's image."""
        parent, map = self.parent, self.map
        return parent is not None and parent.is_original and map is not None and map.plane is not None

    @property
    def edges(self) -> Array:
        """The frame's own edges as half planes, see `outlines.half_planes`."""
        height, width = self.size
        return np.array([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-1.0, 0.0, width), (0.0, -1.0, height)])

    def shows(self, points: Array) -> Array:
        """Which of (N, 2) points, or (N, 3) in a volume, lie on original content; edges count, up to rounding."""
        if points.shape[1] == 3:
            return self._shows_in_depth(points)
        # Half a nanopixel: wide enough for the rounding of a dozen maps, far below what anybody can annotate.
        if self.rectangle is not None:
            x0, y0, x1, y1 = self.rectangle
            x, y = points[:, 0], points[:, 1]
            return np.asarray((x >= x0 - 5e-10) & (x <= x1 + 5e-10) & (y >= y0 - 5e-10) & (y <= y1 + 5e-10))
        if self.only_edges_cut and (before := self._in_parent(points)) is not None:
            assert self.parent is not None
            assert self.map is not None
            return _within(points, self.size[::-1]) & _within(before, self.parent.size[::-1], _slack(self.map))
        # Planes first: the innermost loop over a few planes for each point takes five times as long.
        distance = self.planes[:, :2] @ points.T + self.planes[:, 2:]
        return np.asarray((distance >= -5e-10).all(0))

    def _in_parent(self, points: Array) -> Array | None:
        """Points as they were before the last map, None where it cannot be undone."""
        try:
            return None if self.map is None or self.map.plane is None else self.map.plane.backward(points)
        except NotInvertible:
            return None

    def _shows_in_depth(self, points: Array) -> Array:
        """Followed back through the maps, a point on original content was inside the volume all the way."""
        frame: Frame = self
        limits = (self.size[1], self.size[0], np.inf if self.depth is None else self.depth)
        shown, slack = _within(points, limits), 5e-10
        while frame.parent is not None and frame.map is not None and shown.any():
            slack = max(slack, _slack(frame.map))
            safe = np.where(shown[:, None], points, 0.0)
            try:
                if frame.map.is_volumetric:
                    points = frame.map.backward(safe)
                else:
                    points = np.column_stack([frame.map.backward(safe[:, :2]), safe[:, 2]])
            except NotInvertible:
                return np.zeros(len(points), bool)
            frame = frame.parent
            limits = (frame.size[1], frame.size[0], np.inf if frame.depth is None else frame.depth)
            shown &= _within(points, limits, slack)
        return shown


def _slack(map: Map) -> float:
    """How far beyond an edge a point may seem to have been before a map; what an inverse found by iteration errs by
    must not hide points that lie on it."""
    return 5e-10 if map.keeps_lines else 2e-3


def _within(points: Array, limits: tuple[float, ...], slack: float = 5e-10) -> Array:
    return np.asarray(((points >= -slack) & (points <= np.array(limits) + slack)).all(1))
