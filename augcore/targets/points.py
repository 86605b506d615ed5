"""Keypoints as they travel through a call: the state, and what becomes of it by pure functions.

Formats, and what the user asks for, are in `keypoints.py`.
"""

from __future__ import annotations

import attrs
import numpy as np

from ..maps import Map
from .base import Array
from .rows import Table


@attrs.define(eq=False, repr=False)
class KeypointState:
    """`points` (N, 2 or 3) in the continuous frame, `angle` from x towards y in the user's unit; `visible` in COCO's
    numbers.

    Attributes:
        owner: the place of each row's object, of which there are `count`; plain rows are one object.
        grouped: whether rows come by objects, each with those of its own.
        untouched: the coordinates as they were given, until something moves them: half a pixel added and taken away
            again is not always nothing.
    """

    points: Array
    angle: Array | None
    scale: Array | None
    visible: Array
    mirrored: Array
    table: Table
    owner: Array
    count: int
    grouped: bool = False
    untouched: Array | None = None

    def take(self, kept: Array) -> KeypointState:
        """These rows alone, in this order."""
        return KeypointState(
            self.points[kept],
            None if self.angle is None else self.angle[kept],
            None if self.scale is None else self.scale[kept],
            self.visible[kept],
            self.mirrored[kept],
            self.table.take(kept),
            self.owner[kept],
            self.count,
            self.grouped,
            None if self.untouched is None else self.untouched[kept],
        )


def any_of(state: KeypointState, rows: Array) -> Array:
    """For each object, whether any of its rows is among these."""
    return np.bincount(state.owner[rows], minlength=state.count) > 0


def in_words(state: KeypointState) -> str:
    return "one group of rows an object" if state.grouped else "plain rows"


def turned(
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


def hidden(state: KeypointState, covered: Array) -> Array:
    return np.where(covered, np.minimum(state.visible, 1), state.visible)


def joined(first: Array | None, second: Array | None) -> Array | None:
    return None if first is None or second is None else np.concatenate([first, second])
