"""The frame that data lies in during one call: its size, and the part of it that still shows original content."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import outlines
from .maps import Lattice, Map, Resize, Size

Array = np.ndarray[Any, np.dtype[Any]]


class Frame:
    """A size, and how the frame came to be: the chain of maps since the call began.

    What the frame shows is worked out when somebody asks, so that calls without boxes pay nothing for it.
    """

    __slots__ = ("_content", "_planes", "_rectangle", "map", "parent", "size")

    def __init__(self, size: Size, parent: Frame | None = None, map: Map | None = None) -> None:
        self.size = size
        self.parent = parent
        self.map = map
        self._content: Array | None = None
        self._planes: Array | None = None
        self._rectangle: tuple[float, float, float, float] | None = None

    def after(self, map: Map) -> Frame:
        return Frame(map.output, self, map)

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
            map = frame.map
            if isinstance(map, Lattice):
                if map.source != (0, 0, map.size[1], map.size[0]):
                    return False
            elif not isinstance(map, Resize):
                return False
            frame = frame.parent
        return True

    @property
    def rectangle(self) -> tuple[float, float, float, float] | None:
        """The content as (x_min, y_min, x_max, y_max) if flips, crops and resizes alone led here, else None."""
        if self._rectangle is None:
            if self.parent is None or self.map is None:
                self._rectangle = (0.0, 0.0, float(self.size[1]), float(self.size[0]))
            elif isinstance(self.map, (Lattice, Resize)) and (before := self.parent.rectangle) is not None:
                x0, y0, x1, y1 = self.map.forward_rectangle(*before)
                height, width = self.size
                x0, y0 = min(max(x0, 0.0), width), min(max(y0, 0.0), height)
                self._rectangle = (x0, y0, max(x0, min(x1, width)), max(y0, min(y1, height)))
        return self._rectangle

    @property
    def content(self) -> Array:
        """The corners of the convex region that shows original content; all zeros where nothing does."""
        if self._content is None:
            self._content = self._find_content()
        return self._content

    def _find_content(self) -> Array:
        if self.parent is None or self.map is None:
            return outlines.rectangle(self.size[1], self.size[0])
        before = self.parent.content
        if self.map.keeps_lines:
            moved = self.map.forward(self.map.in_front(before[None])[0])
        else:
            moved = outlines.convex_hull(self.map.forward(outlines.densify(before, 16.0)))
        left = outlines.clip_one([(x, y) for x, y in moved.tolist()], self.size[1], self.size[0])
        return np.array(left) if len(left) > 2 else np.zeros((3, 2))

    @property
    def planes(self) -> Array:
        """The content as half planes, see `outlines.half_planes`; one that holds nothing where nothing is shown."""
        if self._planes is None:
            planes = outlines.half_planes(self.content)
            self._planes = planes if len(planes) > 2 else np.array([[0.0, 0.0, -1.0]])
        return self._planes

    def shows(self, points: Array) -> Array:
        """Which of (N, 2) points lie on original content; edges count, up to rounding."""
        # Half a nanopixel: wide enough for the rounding of a dozen maps, far below what anybody can annotate.
        if self.rectangle is not None:
            x0, y0, x1, y1 = self.rectangle
            x, y = points[:, 0], points[:, 1]
            return np.asarray((x >= x0 - 5e-10) & (x <= x1 + 5e-10) & (y >= y0 - 5e-10) & (y <= y1 + 5e-10))
        distance = points @ self.planes[:, :2].T + self.planes[:, 2]
        return np.asarray((distance >= -5e-10).all(1))
