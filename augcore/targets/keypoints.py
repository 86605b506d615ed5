"""Keypoints: points with, if the format says so, an angle, a scale or a visibility. Rows keep their places."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar

import attrs
import numpy as np

from ..effects import Erase, Geometry, Mix, PerTarget
from ..errors import InvalidData
from ..frame import Frame
from ..maps import Map
from ..params import Parameter, choice, declared, flag, parameter
from .base import Annotation, Array
from .boxes import LABEL_FIELDS
from .rows import Table, read_rows, read_table, write_rows

FORMATS = {
    "xy": "x, y in pixels",
    "yx": "y, x in pixels",
    "xya": "x, y in pixels and an angle",
    "xys": "x, y in pixels and a scale",
    "xyas": "x, y in pixels, an angle and a scale",
    "xysa": "x, y in pixels, a scale and an angle",
    "xyv": "x, y in pixels and COCO's visibility: 0 not labelled, 1 labelled but hidden, 2 visible",
}


def _pairs(value: Any) -> tuple[tuple[Any, Any], ...]:
    try:
        pairs = tuple((first, second) for first, second in value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a list of pairs; give [('left_eye', 'right_eye'), …]") from None
    flat = [label for pair in pairs for label in pair]
    if len(set(flat)) != len(flat):
        raise ValueError(f"{value!r} names a label twice; give each in one pair")
    return pairs


SWAP_PAIRS = Parameter(
    _pairs, "pairs of labels", {"type": "array", "items": {"type": "array", "minItems": 2, "maxItems": 2}}
)


@attrs.define(eq=False, repr=False)
class KeypointState:
    """`points` in the continuous frame, `angle` from x towards y in the user's unit; `visible` in COCO's numbers."""

    points: Array
    angle: Array | None
    scale: Array | None
    visible: Array
    mirrored: Array
    table: Table


@declared
class KeypointParams(Annotation):
    """Keypoints, given as pixel indices: the centre of the first pixel is (0, 0).

    Args:
        format: what a row holds; further columns of a row are carried along.
        label_fields: names of arguments that hold one value a keypoint.
        remove_invisible: take out the rows of points that left the picture or were erased; otherwise they keep their
            rows, with the coordinates they have outside.
        angle_in_degrees: angles run from x towards y, clockwise on the screen; in radians if False.
        swap_pairs: labels that change places when a picture is mirrored, such as ("left_eye", "right_eye").
    """

    format: str = choice(options=tuple(FORMATS))
    label_fields: tuple[str, ...] = parameter(LABEL_FIELDS, default=())
    remove_invisible: bool = flag(default=True)
    angle_in_degrees: bool = flag(default=True)
    swap_pairs: tuple[tuple[Any, Any], ...] = parameter(SWAP_PAIRS, default=())

    kind: ClassVar[str] = "keypoints"
    default_names: ClassVar[tuple[str, ...]] = ("keypoints",)

    def companions(self) -> tuple[str, ...]:
        return self.label_fields

    # In

    def read(self, name: str, data: Mapping[str, Any], frame: Frame | None) -> KeypointState:
        rows, extra = read_rows(name, data[name], len(self.format), FORMATS[self.format])
        table = read_table(name, data, self.label_fields, extra, len(rows))
        if np.isinf(rows).any():
            row = int(np.flatnonzero(np.isinf(rows).any(1))[0])
            raise InvalidData(
                f"{name}[{row}]: {tuple(rows[row].tolist())} holds a value that is not finite; "
                "give NaN for a point that is not known"
            )
        known = ~np.isnan(rows[:, :2]).any(1)
        given = self._column(rows, "v")
        visible = np.where(known, 2 if given is None else given, 0)
        if given is not None and not np.isin(visible, (0, 1, 2)).all():
            row = int(np.flatnonzero(~np.isin(visible, (0, 1, 2)))[0])
            raise InvalidData(f"{name}[{row}]: visibility {rows[row, 2]:g} is not known; give 0, 1 or 2")
        return KeypointState(
            np.stack([rows[:, self.format.index("x")], rows[:, self.format.index("y")]], 1) + 0.5,
            self._column(rows, "a"),
            self._column(rows, "s"),
            visible.astype(np.int8),
            np.zeros(len(rows), bool),
            table,
        )

    def _column(self, rows: Array, letter: str) -> Array | None:
        return rows[:, self.format.index(letter)] if letter in self.format else None

    # Effects

    def geometry(self, state: KeypointState, effect: Geometry, frame: Frame) -> KeypointState:
        angle, scale = state.angle, state.scale
        if angle is not None or scale is not None:
            angle, scale = _turn(effect.map, state.points, angle, scale, 360.0 if self.angle_in_degrees else 2 * np.pi)
        mirrored = ~state.mirrored if effect.map.is_reflection else state.mirrored
        points = effect.map.forward(state.points)
        return KeypointState(points, angle, scale, state.visible, mirrored, state.table)

    def erase(self, state: KeypointState, effect: Erase, frame: Frame) -> KeypointState:
        return attrs.evolve(state, visible=_hide(state, effect.region.mask(frame.size)))

    def mix(self, state: KeypointState, effect: Mix, frame: Frame, partner: KeypointState) -> KeypointState:
        mine = attrs.evolve(state, visible=np.where(frame.shows(state.points), state.visible, 0))
        other = partner
        if effect.region is not None:
            shown = np.zeros(frame.size, bool)
            x0, y0, x1, y1 = effect.region
            shown[y0:y1, x0:x1] = True
            mine = attrs.evolve(mine, visible=_hide(mine, shown))
            other = attrs.evolve(other, visible=np.where(_on(~shown, other.points), 0, other.visible))
        return KeypointState(
            np.concatenate([mine.points, other.points]),
            _joined(mine.angle, other.angle),
            _joined(mine.scale, other.scale),
            np.concatenate([mine.visible, other.visible]),
            np.concatenate([mine.mirrored, other.mirrored]),
            mine.table.join(other.table),
        )

    def per_target(self, state: KeypointState, effect: PerTarget, frame: Frame) -> KeypointState:
        """The function gets and gives (N, 2) pixel indices, x before y."""
        function = effect.function(self.kind)
        if function is None:
            return state
        moved = np.asarray(function(state.points - 0.5, **dict(effect.arguments)), float)
        if moved.shape != state.points.shape:
            raise InvalidData(f"Lambda(keypoints=…): returned shape {moved.shape} for {state.points.shape}")
        return attrs.evolve(state, points=moved + 0.5)

    # Out

    def look(self, state: KeypointState, frame: Frame) -> Array:
        return state.points

    def write(self, name: str, state: KeypointState, frame: Frame, result: dict[str, Any]) -> None:
        visible = np.where(frame.shows(state.points), state.visible, 0)
        rows, mirrored, table = self._rows(state, visible), state.mirrored, state.table
        if self.remove_invisible:
            kept = np.flatnonzero(visible > (0 if "v" in self.format else 1))
            if len(kept) < len(rows):
                rows, mirrored, table = rows[kept], mirrored[kept], table.take(kept)
        extra = table.column("", result[name]) if "" in table.columns else None
        result[name] = write_rows(rows, extra, result[name])
        for field in self.label_fields:
            values = table.column(field, result[field])
            result[field] = self._swapped(values, mirrored) if self.swap_pairs and mirrored.any() else values

    def _rows(self, state: KeypointState, visible: Array) -> Array:
        points = state.points - 0.5
        columns = {"x": points[:, 0], "y": points[:, 1]}
        if state.angle is not None:
            columns["a"] = state.angle
        if state.scale is not None:
            columns["s"] = state.scale
        if "v" in self.format:
            columns["v"] = visible
            unknown = np.isnan(points).any(1)
            # COCO writes zeros for what is not labelled.
            columns |= {axis: np.where((visible > 0) | unknown, columns[axis], 0.0) for axis in "xy"}
        return np.stack([columns[letter] for letter in self.format], 1)

    def _swapped(self, values: Any, mirrored: Array) -> Any:
        other = {a: b for pair in self.swap_pairs for a, b in (pair, pair[::-1])}
        swapped = [
            other.get(value, value) if turned and isinstance(value, Hashable) else value
            for value, turned in zip(values, mirrored.tolist(), strict=True)
        ]
        if isinstance(values, np.ndarray):
            # A longer name than all that came in needs a wider dtype.
            return np.array(swapped, None if values.dtype.kind in "SU" else values.dtype)
        return tuple(swapped) if isinstance(values, tuple) else swapped


def _turn(
    map: Map, points: Array, angle: Array | None, scale: Array | None, full_turn: float
) -> tuple[Array | None, Array | None]:
    """Angles and scales after a map, by its Jacobian at each point; angles in a unit of so many to a full turn."""
    known = np.asarray(np.isfinite(points).all(1))
    jacobian = map.jacobian(np.where(known[:, None], points, 0.0))
    if angle is not None:
        radians = angle * (2 * np.pi / full_turn)
        direction = np.stack([np.cos(radians), np.sin(radians)], -1)
        turned = (jacobian @ direction[..., None])[..., 0]
        angle = np.mod(np.arctan2(turned[:, 1], turned[:, 0]) * (full_turn / (2 * np.pi)), full_turn)
        angle = np.where(angle == full_turn, 0.0, angle)  # a hair below zero is rounded up to a full turn
    if scale is not None:
        scale = scale * np.sqrt(np.abs(np.linalg.det(jacobian)))
    return angle, scale


def _on(mask: Array, points: Array) -> Array:
    """Which points lie on true pixels."""
    height, width = mask.shape
    known = np.asarray(np.isfinite(points).all(1))
    safe = np.where(known[:, None], points, -1.0)
    inside = (safe >= 0).all(1) & (safe <= (width, height)).all(1)
    x, y = np.clip(safe, 0, (width - 1, height - 1)).astype(int).T
    return np.asarray(inside & mask[y, x])


def _hide(state: KeypointState, covered: Array) -> Array:
    return np.where(_on(covered, state.points), np.minimum(state.visible, 1), state.visible)


def _joined(first: Array | None, second: Array | None) -> Array | None:
    return None if first is None or second is None else np.concatenate([first, second])
