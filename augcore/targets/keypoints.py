"""Keypoints: points with, if the format says so, an angle, a scale or a visibility. Rows keep their places.

How rows are grouped by objects, in what comes in and goes out, is in `groups.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData
from ..frame import Frame
from ..params import choice, declared, flag, parameter, require
from ..regions import Rectangles
from .base import Annotation, Array
from .boxes import LABEL_FIELDS
from .groups import flattened, is_nested, read_nested_rows, read_nested_table, regrouped, split
from .points import KeypointState, any_of, hidden, in_words, joined, turned
from .rows import Table, read_made, read_rows, read_table, write_rows
from .swaps import LABEL_MAPPING, SWAP_PAIRS, Renamings, both_ways, renamed, row_pairs

FORMATS = {
    "xy": "x, y in pixels",
    "yx": "y, x in pixels",
    "xya": "x, y in pixels and an angle",
    "xys": "x, y in pixels and a scale",
    "xyas": "x, y in pixels, an angle and a scale",
    "xysa": "x, y in pixels, a scale and an angle",
    "xyv": "x, y in pixels and COCO's visibility: 0 not labelled, 1 labelled but hidden, 2 visible",
    "xyz": "x, y and z in voxels of a volume",
}


@declared
class KeypointParams(Annotation):
    """Keypoints, given as pixel indices: the centre of the first pixel is (0, 0).

    They are rows, or one group of rows an object: an array (N, K, columns), or a list of lists of rows, and label
    fields then likewise.

    Args:
        format: what a row holds; further columns of a row are carried along.
        label_fields: names of arguments that hold one value a keypoint.
        remove_invisible: take out the rows of points that left the picture or were erased; otherwise they keep their
            rows, with the coordinates they have outside.
        angle_in_degrees: angles run from x towards y, clockwise on the screen; in radians if False.
        swap_pairs: labels that change places when a picture is mirrored, such as ("left_eye", "right_eye"). Without
            label fields a row's place says what it is, and these are pairs of row numbers, in each object from 0: the
            rows change places. (Plain rows are one object, unless `instance_binding` tells how many there are.)
        label_mapping: where pairs of labels are not enough: by label field, what a label becomes in a mirror, such as
            {"names": {"left_eye": "right_eye", "right_eye": "left_eye"}}.
    """

    format: str = choice(options=tuple(FORMATS))
    label_fields: tuple[str, ...] = parameter(LABEL_FIELDS, default=())
    remove_invisible: bool = flag(default=True)
    angle_in_degrees: bool = flag(default=True)
    swap_pairs: tuple[tuple[Any, Any], ...] = parameter(SWAP_PAIRS, default=())
    label_mapping: Renamings = parameter(LABEL_MAPPING, default=())

    kind: ClassVar[str] = "keypoints"
    default_names: ClassVar[tuple[str, ...]] = ("keypoints",)
    made_of_objects: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        for field, _ in self.label_mapping:
            require(
                field in self.label_fields,
                f"KeypointParams.label_mapping: {field!r} is no label field; give some of {self.label_fields}",
            )

    @property
    def _rows_swap(self) -> bool:
        return bool(self.swap_pairs) and not self.label_fields

    def companions(self) -> tuple[str, ...]:
        return self.label_fields

    def takes_volume_maps(self) -> bool:
        return "z" in self.format

    # In

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> KeypointState:
        value, columns = data[name], FORMATS[self.format]
        assert frame is not None
        if "z" in self.format and frame.depth is None:
            raise InvalidData(f"{name}: {columns}, and no volume was given; pass volume=…, or take another format")
        grouped = is_nested(value)
        if not grouped:
            rows, extra = read_rows(name, value, len(self.format), columns)
            table = read_table(name, data, self.label_fields, extra, len(rows))
            owner, count = np.zeros(len(rows), int), min(len(rows), 1)
        elif isinstance(value, np.ndarray) and self.remove_invisible:
            raise InvalidData(
                f"{name}: rows of an array {value.shape} cannot be taken out one by one; give "
                "KeypointParams(remove_invisible=False), or a list of rows for each object"
            )
        else:
            count = len(value)
            rows, extra, owner = read_nested_rows(name, value, len(self.format), columns)
            table = read_nested_table(name, data, self.label_fields, extra, owner, count)
        state = self._state(name, rows, table, owner, count, grouped)
        if self._rows_swap:
            self._check_swaps(name, state)
        return state

    def _check_swaps(self, name: str, state: KeypointState) -> None:
        row_pairs("KeypointParams.swap_pairs without label_fields", self.swap_pairs)
        require(
            not self.remove_invisible,
            "KeypointParams.swap_pairs: rows can change places only while all are there; give remove_invisible=False, "
            "or label_fields that name the rows",
        )
        last = max(number for pair in self.swap_pairs for number in pair)
        for number, count in enumerate(np.bincount(state.owner, minlength=state.count)):
            if 0 < count <= last:
                raise InvalidData(
                    f"{name}[{number}]: {count} rows, and swap_pairs name row {last}; give every object all of its rows"
                )

    def _state(self, name: str, rows: Array, table: Table, owner: Array, count: int, grouped: bool) -> KeypointState:
        # One sum tells whether all numbers are finite, in a tenth of the time of looking at each row.
        finite = math.isfinite(rows.sum())
        if not finite and np.isinf(rows).any():
            row = int(np.flatnonzero(np.isinf(rows).any(1))[0])
            raise InvalidData(
                f"{name}[{row}]: {tuple(rows[row].tolist())} holds a value that is not finite; "
                "give NaN for a point that is not known"
            )
        bare = self.format in ("xy", "xyz")  # nothing stands behind the coordinates, nor are they the other way round
        places = slice(None) if bare else [self.format.index(letter) for letter in "xyz" if letter in self.format]
        coordinates = rows[:, places]
        given = self._column(rows, "v")
        if finite and given is None:
            visible = np.full(len(rows), 2, np.int8)
        else:
            visible = np.where(~np.isnan(coordinates).any(1), 2 if given is None else given, 0)
        if given is not None and not np.isin(visible, (0, 1, 2)).all():
            row = int(np.flatnonzero(~np.isin(visible, (0, 1, 2)))[0])
            raise InvalidData(f"{name}[{row}]: visibility {rows[row, 2]:g} is not known; give 0, 1 or 2")
        return KeypointState(
            coordinates + 0.5,
            self._column(rows, "a"),
            self._column(rows, "s"),
            visible.astype(np.int8, copy=False),
            np.zeros(len(rows), bool),
            table,
            owner,
            count,
            grouped,
            coordinates,
        )

    def _column(self, rows: Array, letter: str) -> Array | None:
        return rows[:, self.format.index(letter)] if letter in self.format else None

    def for_predictions(self, data: Mapping[str, Any]) -> KeypointParams:
        labels = tuple(field for field in self.label_fields if field in data)
        return _PredictedKeypoints(
            self.format,
            labels,
            remove_invisible=False,
            angle_in_degrees=self.angle_in_degrees,
            # Pairs of labels mean nothing where the labels were not predicted.
            swap_pairs=self.swap_pairs if labels or not self.label_fields else (),
            label_mapping=tuple((field, names) for field, names in self.label_mapping if field in labels),
        )

    # Effects

    def geometry(self, state: KeypointState, effect: Geometry, frame: Frame) -> KeypointState:
        angle, scale = state.angle, state.scale
        if angle is not None or scale is not None:
            angle, scale = turned(effect.map, state.points, angle, scale, 360.0 if self.angle_in_degrees else 2 * np.pi)
        mirrored = ~state.mirrored if effect.map.is_reflection else state.mirrored
        points, visible = state.points, state.visible
        if effect.map.tears:
            visible = self._visible(state, frame.before)
        if points.shape[1] == 3 and not effect.map.is_volumetric:
            points = np.column_stack([effect.map.forward(points[:, :2]), points[:, 2]])
        else:
            points = effect.map.forward(points)
        return KeypointState(
            points, angle, scale, visible, mirrored, state.table, state.owner, state.count, state.grouped
        )

    def erase(self, state: KeypointState, effect: Erase, frame: Frame) -> KeypointState:
        size: Any = frame.shape if effect.region.is_volumetric else frame.size
        return attrs.evolve(state, visible=hidden(state, effect.region.holds(state.points, size)))

    def mix(self, state: KeypointState, effect: Mix, frame: Frame, partner: KeypointState) -> KeypointState:
        mine = attrs.evolve(state, visible=np.where(frame.shows(state.points), state.visible, 0))
        other = partner
        if effect.region is not None:
            shown, size = Rectangles((effect.region,)), frame.size
            mine = attrs.evolve(mine, visible=hidden(mine, shown.holds(mine.points, size)))
            other = attrs.evolve(other, visible=np.where(shown.holds(other.points, size), other.visible, 0))
        if mine.grouped != other.grouped and len(mine.points) and len(other.points):
            raise InvalidData(
                f"{self.kind}: sample {effect.key!r} of the source holds {in_words(other)}, this one {in_words(mine)}; "
                "mix samples of one kind"
            )
        return KeypointState(
            np.concatenate([mine.points, other.points]),
            joined(mine.angle, other.angle),
            joined(mine.scale, other.scale),
            np.concatenate([mine.visible, other.visible]),
            np.concatenate([mine.mirrored, other.mirrored]),
            mine.table.join(other.table),
            np.concatenate([mine.owner, other.owner + mine.count]),
            mine.count + other.count,
            mine.grouped or other.grouped,
        )

    def per_target(self, state: KeypointState, effect: PerTarget, frame: Frame) -> KeypointState:
        """The function gets and gives (N, 2) pixel indices, x before y, or (N, 3) with z behind them."""
        function = effect.function(self.kind)
        if function is None:
            return state
        given = function(state.points - 0.5, **dict(effect.arguments))
        moved = read_made("Lambda(keypoints=…)", given, state.points.shape)
        if np.isinf(moved).any():
            raise InvalidData("Lambda(keypoints=…): returned infinite numbers; give NaN for a point that is not known")
        return attrs.evolve(state, points=moved + 0.5, untouched=None)

    # Objects

    def is_grouped(self, state: KeypointState) -> bool:
        return state.grouped

    def is_divided_by_others(self, value: Any) -> bool:
        return self._rows_swap and not is_nested(value)

    def divide(self, name: str, state: KeypointState, count: int) -> KeypointState:
        """Plain rows belong to objects in equal runs, in order."""
        if state.grouped:
            return state
        rows = len(state.points)
        if rows % max(count, 1) or (rows and not count):
            raise InvalidData(
                f"{name}: {rows} rows cannot be shared by {count} objects alike; give as many rows for each, or one "
                "list of rows an object"
            )
        state = attrs.evolve(state, owner=np.repeat(np.arange(count), rows // max(count, 1)), count=count)
        if self._rows_swap:
            self._check_swaps(name, state)
        return state

    def objects(self, state: KeypointState) -> Array:
        return np.arange(state.count)

    def missing(self, state: KeypointState) -> Array:
        return ~any_of(state, state.visible > 0)

    def present(self, state: KeypointState, frame: Frame) -> Array:
        return any_of(state, self._visible(state, frame) > 0)

    def keep(self, state: KeypointState, places: Array) -> KeypointState:
        kept = np.isin(state.owner, places)
        owner = np.searchsorted(places, state.owner[kept])
        return attrs.evolve(state.take(np.flatnonzero(kept)), owner=owner, count=len(places))

    # Out

    def look(self, state: KeypointState, frame: Frame) -> Array:
        return state.points

    def labels_of(self, state: KeypointState, frame: Frame) -> dict[str, tuple[Any, ...]]:
        return state.table.labels()

    def _visible(self, state: KeypointState, frame: Frame) -> Array:
        return np.where(frame.shows(state.points), state.visible, 0)

    def write(self, name: str, state: KeypointState, frame: Frame, result: dict[str, Any]) -> None:
        if self.remove_invisible or "v" in self.format:
            state = attrs.evolve(state, visible=self._visible(state, frame))
        if self._rows_swap:
            state = self._with_rows_swapped(state)
        if self.remove_invisible:
            kept = np.flatnonzero(state.visible > (0 if "v" in self.format else 1))
            state = state.take(kept) if len(kept) < len(state.points) else state
        rows, given = self._rows(state), result[name]
        if state.grouped:
            result[name] = regrouped(name, rows, state.table, state.owner, state.count, given)
        else:
            extra = state.table.column("", given) if "" in state.table.columns else None
            result[name] = write_rows(rows, extra, given, name)
        for field in self.label_fields:
            nested = state.grouped and flattened(result[field]) is not result[field]
            values = state.table.column(field, [] if nested else result[field])
            values = self._swapped(field, values, state.mirrored) if state.mirrored.any() else values
            result[field] = split(values, state.owner, state.count, result[field]) if nested else values

    def _rows(self, state: KeypointState) -> Array:
        points: Array = state.points - 0.5 if state.untouched is None else state.untouched
        if self.format in ("xy", "xyz"):
            return points
        columns = dict(zip("xyz", points.T, strict=False))
        if state.angle is not None:
            columns["a"] = state.angle
        if state.scale is not None:
            columns["s"] = state.scale
        if "v" in self.format:
            columns["v"] = state.visible
            unknown = np.isnan(points).any(1)
            # COCO writes zeros for what is not labelled.
            columns |= {axis: np.where((state.visible > 0) | unknown, columns[axis], 0.0) for axis in "xy"}
        return np.stack([columns[letter] for letter in self.format], 1)

    def _with_rows_swapped(self, state: KeypointState) -> KeypointState:
        """Rows of mirrored objects in the places of their counterparts."""
        order = np.arange(len(state.points))
        for first in np.flatnonzero(np.diff(state.owner, prepend=-1)).tolist():
            if state.mirrored[first]:
                for a, b in self.swap_pairs:
                    order[[first + a, first + b]] = first + b, first + a
        return state.take(order)

    def _swapped(self, field: str, values: Any, mirrored: Array) -> Any:
        names = {**both_ways(self.swap_pairs), **dict(dict(self.label_mapping).get(field, ()))}
        if not names:
            return values
        swapped = [
            renamed(value, names) if turned else value for value, turned in zip(values, mirrored.tolist(), strict=True)
        ]
        if isinstance(values, np.ndarray):
            # A longer name than all that came in needs a wider dtype.
            return np.array(swapped, None if values.dtype.kind in "SU" else values.dtype)
        return tuple(swapped) if isinstance(values, tuple) else swapped


class _PredictedKeypoints(KeypointParams):
    """Keypoints to be brought back: all rows count, wherever they lie, with the visibility that was predicted."""

    def _visible(self, state: KeypointState, frame: Frame) -> Array:
        return state.visible
