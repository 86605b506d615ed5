"""Boxes: which of them are let in, and which count. What they are on the way is in `upright.py` and `oriented.py`."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, Protocol

import attrs
import numpy as np

from .. import outlines
from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData, Unsupported
from ..frame import Frame
from ..functions import is_registered
from ..maps import Map, Size
from ..params import Parameter, choice, declared, flag, number, parameter, require
from ..regions import Rectangles, Region
from .base import Annotation, Array
from .rows import Table, field_names, read_made, read_rows, read_table, write_rows
from .torn import largest_parts, rectangles
from .upright import CORNER_FORMATS, FORMATS, Entry, Upright, to_corners

__all__ = ["CORNER_FORMATS", "FORMATS", "LABEL_FIELDS", "BboxParams", "BoxState", "to_corners"]

_LEAST = 5e-324  # anything above nothing
_MADE = "Lambda(bboxes=…)"  # where rows come from that a function made
LABEL_FIELDS = Parameter(
    field_names, "names of arguments with one value a row", {"type": "array", "items": {"type": "string"}}
)


class Seen(Protocol):
    """What is visible of boxes; `part` is how much of the whole outline that is, None for all of it."""

    part: Array | None

    def __getitem__(self, places: Array) -> Seen: ...

    def sides(self) -> Array:
        """(N, 2) in pixels, in the boxes' own axes."""

    def hulls(self) -> Array:
        """(N, 4) x_min, y_min, x_max, y_max in pixels."""


class Boxes(Protocol):
    """What the types of boxes have in common. Shapes are what boxes have become on their way."""

    @property
    def columns(self) -> tuple[int, str]: ...

    def enter(self, rows: Array, size: Size, clip: bool) -> Entry: ...

    def fault(self, row: Array, size: Size) -> str: ...

    def shapes(self, rows: Array, size: Size) -> Any: ...

    def follow(self, shapes: Any, map: Map, method: str) -> Any: ...

    def settled(self, shapes: Any, frame: Frame) -> tuple[Any, Array | None]: ...

    def within(self, shapes: Any, rectangle: tuple[float, float, float, float]) -> Any: ...

    def shifted(self, shapes: Any, by: Array) -> Any: ...

    def joined(self, first: Any, second: Any) -> Any: ...

    def erased(self, shapes: Any, region: Region, size: Size) -> Array: ...

    def corners(self, shapes: Any) -> Array: ...

    def whole(self, shapes: Any) -> Any: ...

    def see(self, shapes: Any, frame: Frame) -> Any: ...

    def rows(self, seen: Any, size: Size) -> Array: ...


@attrs.define(eq=False, repr=False)
class BoxState:
    """Shapes as `Boxes` make them; `exposed` is the fraction of each box that nothing has erased.

    It is above 1 for an oriented box that came in with corners outside, by what could never be seen of it.
    """

    shapes: Any
    exposed: Array | None
    table: Table


@declared
class BboxParams(Annotation):
    """Boxes, and which of them count.

    Upright boxes ("hbb") have sides along x and y. Oriented ones ("obb") are turned about their own centres: a row of
    the same format gives the box before it is turned, in pixels or fractions, and then the angle, from x towards y,
    which is clockwise on the screen. It is the direction of the box's width, which maps carry along: a mirrored box
    faces the mirrored way. Angles come out in [0°, 360°), those that came in negative in [-180°, 180°), and an angle
    that has not changed as it was given.

    The formats "corners" (as DOTA's) and "yolo_corners" are for oriented boxes alone, and hold no angle: the first side
    is the width, and corners go round either way. While all of a box is visible, its four corners come out where they
    have come to; what is cut, or bent by a dense map, becomes a rectangle. Boxes are cut in their own axes, so the
    heading stays.

    Args:
        format: what a row holds; further columns of a row are carried along.
        label_fields: names of arguments that hold one value a box.
        min_area: least area in pixels of what is visible.
        min_visibility: least part of the whole box that must be visible, in [0, 1].
        min_width, min_height: least sides in pixels of what is visible, oriented boxes in their own axes.
        clip: cut boxes that reach out of the frame when they come in, instead of refusing them. Of an oriented box
            corners may reach out in any case, if each of its sides is touched by what lies inside.
        filter_invalid_bboxes: drop boxes that come in invalid, instead of refusing them.
        max_accept_ratio: greatest ratio of the longer side to the shorter one.
        bbox_type: "hbb" for upright boxes, "obb" for oriented ones.
        angle_in_degrees: the angles of oriented boxes are in degrees; in radians if False.
    """

    format: str = choice(options=(*FORMATS, *CORNER_FORMATS))
    label_fields: tuple[str, ...] = parameter(LABEL_FIELDS, default=())
    min_area: float = number(default=0.0, low=0, unit="px²")
    min_visibility: float = number(default=0.0, low=0, high=1, unit="fraction of the box")
    min_width: float = number(default=0.0, low=0, unit="px")
    min_height: float = number(default=0.0, low=0, unit="px")
    clip: bool = flag(default=False)
    filter_invalid_bboxes: bool = flag(default=False)
    max_accept_ratio: float | None = number(default=None, low=1, unit="long side / short side", none=True)
    bbox_type: str = choice(default="hbb", options=("hbb", "obb"))
    angle_in_degrees: bool = flag(default=True)

    kind: ClassVar[str] = "bboxes"
    default_names: ClassVar[tuple[str, ...]] = ("bboxes",)
    made_of_objects: ClassVar[bool] = True
    has_shape: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        require(
            self.bbox_type == "obb" or self.format in FORMATS,
            f"BboxParams.format: {self.format!r} holds the corners of oriented boxes; give bbox_type='obb' with it, "
            f"or one of {', '.join(map(repr, FORMATS))}",
        )

    @functools.cached_property
    def _boxes(self) -> Boxes:
        if self.bbox_type == "hbb":
            return Upright(self.format)
        from .oriented import OrientedBoxes  # 10 ms of import that upright boxes can do without

        return OrientedBoxes(self.format, 360.0 if self.angle_in_degrees else 2 * math.pi)

    def companions(self) -> tuple[str, ...]:
        return self.label_fields

    @property
    def _takes_all(self) -> bool:
        """Whether boxes that are wholly visible all count."""
        return not (self.min_area or self.min_width or self.min_height or self.max_accept_ratio is not None)

    # In

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> BoxState:
        assert frame is not None
        rows, extra = read_rows(name, data[name], *self._boxes.columns)
        table = read_table(name, data, self.label_fields, extra, len(rows))
        if not len(rows):
            return BoxState(self._boxes.shapes(rows, frame.size), None, table)
        return self._entered(name, rows, table, frame.size)

    def _entered(self, name: str, rows: Array, table: Table, size: Size) -> BoxState:
        entry = self._boxes.enter(rows, size, self.clip)
        accepted, left = entry.accepted, entry.left
        if accepted is None or left is None:
            return BoxState(entry.shapes, entry.exposed, table)
        if not accepted.all() and not self.filter_invalid_bboxes:
            self._refuse(name, rows, int(np.flatnonzero(~accepted)[0]), size)
        return self.keep(BoxState(entry.shapes, entry.exposed, table), np.flatnonzero(accepted & left))

    def _refuse(self, name: str, rows: Array, row: int, size: Size) -> NoReturn:
        given = f"{name}[{row}]: {self.format} {tuple(rows[row].tolist())}"
        drop = "filter_invalid_bboxes=True in BboxParams drops such boxes"
        if not np.isfinite(rows[row]).all():
            raise InvalidData(f"{given} holds a value that is not finite; {drop}")
        if fault := self._boxes.fault(rows[row], size):
            raise InvalidData(f"{given} {fault}; {drop}")
        boxes = self._boxes
        x0, y0, x1, y1 = boxes.whole(boxes.shapes(rows[row : row + 1], size)).hulls()[0].tolist()
        raise InvalidData(
            f"{given} reaches out of the frame of {size[1]}×{size[0]} (width × height), from ({x0:g}, {y0:g}) to "
            f"({x1:g}, {y1:g}); clip=True in BboxParams cuts such boxes, filter_invalid_bboxes=True drops them"
        )

    @property
    def columns(self) -> tuple[int, str]:
        """How many numbers a row holds, and which they are."""
        return self._boxes.columns

    def corners_of(self, rows: Array, size: Size) -> Array:
        """(N, 4, 2) corners in pixels of rows in this target's format, in a frame of (height, width): for drawing."""
        return self._boxes.corners(self._boxes.shapes(rows, size))

    def for_predictions(self, data: Mapping[str, Any]) -> BboxParams:
        labels = tuple(field for field in self.label_fields if field in data)
        kept = {name: getattr(self, name) for name in ("format", "bbox_type", "angle_in_degrees")}
        return _PredictedBoxes(**kept, label_fields=labels)

    # Effects

    def geometry(self, state: BoxState, effect: Geometry, frame: Frame) -> BoxState:
        if effect.map.tears:
            return self._torn(self._settled(state, frame.before), effect.map) if len(state.shapes) else state
        shapes = self._boxes.follow(state.shapes, effect.map, effect.box_method)
        return BoxState(shapes, state.exposed, state.table)

    def _torn(self, state: BoxState, map: Map) -> BoxState:
        """The state after a map that tears: each box goes with the piece that holds the most of it and is cut to that;
        what lies in others is lost to visibility."""
        pieces, shifts = rectangles(map)
        place, part = largest_parts(self._boxes.corners(state.shapes), pieces)
        shapes, exposed = self._cut_to_pieces(state.shapes, place, pieces), state.exposed
        if (part < 1).any():
            exposed = part if exposed is None else exposed * part
        # What no piece holds any of stays where it is.
        return BoxState(self._boxes.shifted(shapes, np.vstack([shifts, (0, 0)])[place]), exposed, state.table)

    def _cut_to_pieces(self, shapes: Any, place: Array, pieces: Array) -> Any:
        order = np.argsort(place, kind="stable")
        numbers, counts = np.unique(place, return_counts=True)
        groups = np.split(order, np.cumsum(counts)[:-1])
        cut = [
            self._boxes.within(shapes[group], tuple(pieces[number].tolist())) if number >= 0 else shapes[group]
            for number, group in zip(numbers, groups, strict=True)
        ]
        return functools.reduce(self._boxes.joined, cut)[np.argsort(order)]

    def erase(self, state: BoxState, effect: Erase, frame: Frame) -> BoxState:
        if not len(state.shapes):
            return state
        return self._less(state, 1 - self._boxes.erased(state.shapes, effect.region, frame.size))

    def _less(self, state: BoxState, left: Array) -> BoxState:
        """The state with those parts of the boxes left; what several erasures cover is independent."""
        left = np.where(left < 1e-9, 0.0, left)
        return BoxState(state.shapes, left if state.exposed is None else state.exposed * left, state.table)

    def mix(self, state: BoxState, effect: Mix, frame: Frame, partner: BoxState) -> BoxState:
        mine, other = self._settled(state, frame), partner
        if effect.region is not None:
            shown, size = Rectangles((effect.region,)), frame.size
            # This one's boxes stay whole behind what covers them; of the other's, what is not pasted is not here.
            mine = self._less(mine, 1 - self._boxes.erased(mine.shapes, shown, size))
            other = self._less(other, self._boxes.erased(other.shapes, shown, size))
            other = attrs.evolve(other, shapes=self._boxes.within(other.shapes, effect.region))
        exposed = [np.ones(len(s.shapes)) if s.exposed is None else s.exposed for s in (mine, other)]
        shapes = self._boxes.joined(mine.shapes, other.shapes)
        return BoxState(shapes, np.concatenate(exposed), mine.table.join(other.table))

    def _settled(self, state: BoxState, frame: Frame) -> BoxState:
        """The same boxes cut to what the frame shows, for a new frame that shows everything."""
        if not len(state.shapes) or frame.is_original:
            return state
        shapes, part = self._boxes.settled(state.shapes, frame)
        if part is None:
            return state
        return BoxState(shapes, part if state.exposed is None else part * state.exposed, state.table)

    def per_target(self, state: BoxState, effect: PerTarget, frame: Frame) -> BoxState:
        """The function gets and gives (N, 4) rows in this target's format; (N, 5) or (N, 8) of oriented boxes.

        A registered one, which cannot know of formats, gets x_min, y_min, x_max, y_max in pixels; no oriented boxes.
        Those that it changes are cut to the frame, and what is none then is refused or dropped as if it came in.
        """
        function = effect.function(self.kind)
        if function is None:
            return state
        boxes = self._in_pixels(function) if is_registered(function) else self._boxes
        whole = boxes.whole(state.shapes)
        rows = boxes.rows(whole, frame.size)
        made = read_made(_MADE, function(rows.copy(), **dict(effect.arguments)), rows.shape)
        # Of a box that a mix or a horizon has left nothing of, nothing can come back.
        changed = np.flatnonzero((made != rows).any(1) & (whole.sides() > 0).all(1))
        return self._replaced(state, boxes, made, changed, frame.size) if len(changed) else state

    def _in_pixels(self, function: Any) -> Boxes:
        if self.bbox_type == "hbb":
            return Upright("pascal_voc")
        raise Unsupported(
            f"bboxes: {function.registered_name} takes upright boxes, and these are oriented; leave it out, or give "
            "them as bbox_type='hbb'"
        )

    def _replaced(self, state: BoxState, boxes: Boxes, rows: Array, changed: Array, size: Size) -> BoxState:
        """The state with other boxes in some places; what of them lies outside the frame is lost to visibility."""
        entry = boxes.enter(rows[changed], size, clip=True)
        accepted = np.ones(len(changed), bool) if entry.accepted is None else entry.accepted
        if not accepted.all() and not self.filter_invalid_bboxes:
            self._refuse(_MADE, rows, int(changed[~accepted][0]), size)
        exposed = state.exposed
        if entry.left is not None:
            with np.errstate(invalid="ignore", over="ignore"):
                left, all_of = (
                    outlines.area(boxes.corners(shapes)) for shapes in (entry.shapes, boxes.shapes(rows[changed], size))
                )
                part = np.divide(left, all_of, out=np.zeros(len(left)), where=accepted & (all_of > 0))
            exposed = np.ones(len(rows)) if exposed is None else exposed.copy()
            exposed[changed] *= part
        places = np.arange(len(rows))
        places[changed] = len(rows) + np.arange(len(changed))
        shapes = boxes.joined(state.shapes, entry.shapes)[places]
        return self.keep(BoxState(shapes, exposed, state.table), np.delete(np.arange(len(rows)), changed[~accepted]))

    # Objects

    def objects(self, state: BoxState) -> Array:
        return state.table.rows

    def present(self, state: BoxState, frame: Frame) -> Array:
        kept = self._visible(state, frame)[0]
        return np.ones(len(state.shapes), bool) if kept is None else np.isin(np.arange(len(state.shapes)), kept)

    def keep(self, state: BoxState, places: Array) -> BoxState:
        exposed = None if state.exposed is None else state.exposed[places]
        return BoxState(state.shapes[places], exposed, state.table.take(places))

    # Out

    def look(self, state: BoxState, frame: Frame) -> Array:
        """What is visible and counts, as (N, 4) x_min, y_min, x_max, y_max in pixels."""
        return self._visible(state, frame)[1].hulls()

    def labels_of(self, state: BoxState, frame: Frame) -> dict[str, tuple[Any, ...]]:
        kept, _ = self._visible(state, frame)
        return (state.table if kept is None else state.table.take(kept)).labels()

    def _visible(self, state: BoxState, frame: Frame) -> tuple[Array | None, Seen]:
        """The rows that count (None for all), and what is visible of them."""
        if not len(state.shapes):
            return None, self._boxes.whole(state.shapes)
        seen: Seen = self._boxes.see(state.shapes, frame)
        part = seen.part
        if part is None and state.exposed is None and self._takes_all:
            return None, seen
        if state.exposed is not None:
            part = state.exposed if part is None else part * state.exposed
        if self._takes_all:  # then what is left of a box tells all
            assert part is not None
            counts = np.asarray(part >= max(self.min_visibility - 1e-9, _LEAST))
        else:
            counts = self._counts(seen.sides(), part)
        if counts.all():
            return None, seen
        kept = np.flatnonzero(counts)
        return kept, seen[kept]

    def _counts(self, sides: Array, part: Array | None) -> Array:
        """Which boxes count, by the sides of what is visible and the visible part."""
        areas = sides[:, 0] * sides[:, 1]
        # What a turn takes away by rounding must not drop a box that is just large enough.
        counts = areas >= self.min_area * (1 - 1e-9) if self.min_area else areas > 0
        if part is not None:
            counts &= (areas > 0) & (part >= max(self.min_visibility - 1e-9, _LEAST))
        if self.min_width or self.min_height:
            counts &= (sides >= np.multiply((self.min_width, self.min_height), 1 - 1e-9)).all(1)
        if self.max_accept_ratio is not None:
            counts &= sides.max(1) * (1 - 1e-9) <= self.max_accept_ratio * sides.min(1)
        return np.asarray(counts)

    def write(self, name: str, state: BoxState, frame: Frame, result: dict[str, Any]) -> None:
        kept, seen = self._visible(state, frame)
        table = state.table if kept is None else state.table.take(kept)
        rows = self._boxes.rows(seen, frame.size)
        extra = table.column("", result[name]) if "" in table.columns else None
        result[name] = write_rows(rows, extra, result[name], name)
        for field in self.label_fields:
            result[field] = table.column(field, result[field])


class _PredictedBoxes(BboxParams):
    """Boxes that `Trace.undo` brings back: scores stand beside them, so every row comes back, and none is cut.

    A row that holds a value that is not finite comes back as NaN.
    """

    def _entered(self, name: str, rows: Array, table: Table, size: Size) -> BoxState:
        known = np.where(np.isfinite(rows).all(1, keepdims=True), rows, np.nan)
        return BoxState(self._boxes.shapes(known, size), None, table)

    def _settled(self, state: BoxState, frame: Frame) -> BoxState:
        return state

    def _cut_to_pieces(self, shapes: Any, place: Array, pieces: Array) -> Any:
        return shapes

    def _visible(self, state: BoxState, frame: Frame) -> tuple[Array | None, Seen]:
        return None, self._boxes.whole(state.shapes)
