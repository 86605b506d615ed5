"""The map of clips: which frames of a video, or which slices of a volume, are shown. Frames are picked whole, and none
is computed. Maps that move what is in a frame are in `maps.py` and `maps3d.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import attrs
import numpy as np

from .errors import InvalidData, InvalidParameter, NotInvertible
from .maps import Array, Lattice
from .maps3d import Map3, Size3

T = TypeVar("T")


def _whole(value: Any) -> tuple[int, ...]:
    return tuple(int(number) for number in value)


@attrs.frozen(slots=False, eq=False, repr=False)
class Pick3(Map3):
    """Frames by their numbers, from 0 and in order; one may come several times. Nothing happens within a frame.

    Where no volume was given, clips undergo it as well, which have frames and no depth.
    """

    picks: tuple[int, ...] = attrs.field(converter=_whole)
    picks_frames: ClassVar[bool] = True
    # Nothing is shown beyond what came in.
    has_border: ClassVar[bool] = False

    def __attrs_post_init__(self) -> None:
        last, count = self.size[0] - 1, self.output[0]
        in_order = all(first <= second for first, second in zip(self.picks, self.picks[1:], strict=False))
        if len(self.picks) != count or not self.picks or not 0 <= self.picks[0] <= self.picks[-1] <= last:
            raise InvalidParameter(f"picks: {self.picks} are not {count} numbers of frames; give some from 0 to {last}")
        if not in_order or self.size[1:] != self.output[1:]:
            raise InvalidParameter(f"picks: {self.picks} are not in order, or frames change size; give whole frames")

    @classmethod
    def of(cls, size: Size3, picks: Sequence[int]) -> Pick3:
        """From a clip or volume of `size`, (frames, height, width)."""
        return cls(size, (len(picks), *size[1:]), picks)

    def picked(self, frames: Sequence[T]) -> list[T]:
        """Those of the frames that are shown."""
        if len(frames) != self.size[0]:
            raise InvalidData(f"{len(frames)} frames meet a map made for {self.size[0]}; give clips of one length")
        return [frames[number] for number in self.picks]

    @property
    def is_identity(self) -> bool:
        return self.picks == tuple(range(self.size[0]))

    @property
    def plane(self) -> Lattice:
        return Lattice.identity(self.size[1:])

    @property
    def _knots(self) -> tuple[Array, Array]:
        """Along z, points that come in and where they lie afterwards: the centres of frames that are shown, those that
        come several times in the middle of their copies, and the two ends."""
        shown, copies = np.unique(self.picks, return_counts=True)
        centres = np.cumsum(copies) - copies / 2
        return np.array([0, *(shown + 0.5), self.size[0]]), np.array([0, *centres, self.output[0]])

    def forward(self, points: Array) -> Array:
        """Points on a frame go where it goes, those between frames that are shown between these, in proportion."""
        return _along_z(points, *self._knots)

    def backward(self, points: Array) -> Array:
        return _along_z(points, *self._knots[::-1])

    def inverse(self) -> Pick3:
        raise NotInvertible(f"{self.output[0]} frames picked among {self.size[0]} do not tell the others")

    def jacobian(self, points: Array) -> Array:
        before, after = self._knots
        slopes = np.diff(after) / np.diff(before)
        piece = np.clip(np.searchsorted(before, points[:, 2], "right") - 1, 0, len(slopes) - 1)
        out = np.tile(np.eye(3), (len(points), 1, 1))
        out[:, 2, 2] = slopes[piece]
        return out


def _along_z(points: Array, before: Array, after: Array) -> Array:
    """Points (…, 3) whose z goes from one's knots to the other's; beyond the ends on as on average."""
    z = points[..., 2]
    beyond = z - np.clip(z, before[0], before[-1])
    moved = np.interp(z, before, after) + beyond * (after[-1] / before[-1])
    return np.concatenate([points[..., :2], moved[..., None]], -1)
