"""Crops, pads and resizes of volumes. All but the resizes move whole voxels and compute none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from augcore import (
    Chain,
    Geometry,
    Interpolation,
    Interval,
    InvalidData,
    Lattice3,
    Resize3,
    Rng,
    Transform,
    View,
    params,
)
from augcore import transform as transform
from augcore.params import Fill, require

from .effect import geometry, rounded
from .volume import Size3, size3, size_of

POSITIONS = ("center", "random")


def _window(transform: Any, size: Size3, low: Sequence[int]) -> Geometry:
    """The effect of showing `transform.size` from `low` on, whose margins are negative where a border is needed."""
    wanted = transform.size
    if not transform.pad_if_needed and any(want > side for want, side in zip(wanted, size, strict=True)):
        raise InvalidData(
            f"{type(transform).__name__}.size: {wanted} (depth, height, width) does not fit into a volume of {size}; "
            "give a smaller one, or pad_if_needed=True"
        )
    high = [start + want for start, want in zip(low, wanted, strict=True)]
    return geometry(transform, Lattice3.window(size, low, high))


@transform
class CenterCrop3D(Transform):
    """Cut out the middle of a volume.

    Args:
        size: (depth, height, width) of the result, in voxels.
        pad_if_needed: where the volume is smaller, add a border to both sides of it, evenly.
        fill: of that border in volumes.
        fill_mask: of that border in masks.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z; what leaves the volume is cut. What lies in the plane follows its
        slices. Of an odd number of slices, rows or columns that go, the greater half goes at the end; of those that
        come, too.
    Raises: InvalidData: no volume, or one that is smaller than the crop, without `pad_if_needed`.
    Source: none needed.

    >>> CenterCrop3D((16, 96, 96))(volume=volume)["volume"].shape
    (16, 96, 96)
    """

    size: Size3 = size3()
    pad_if_needed: bool = params.flag(default=False)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        size = size_of(self, view)
        # Halves are rounded towards 0.
        return _window(self, size, [int((side - want) / 2) for side, want in zip(size, self.size, strict=True)])


@transform
class RandomCrop3D(Transform):
    """Cut out a block of a given size anywhere in a volume, each place as likely as the others.

    Args:
        size: (depth, height, width) of the result, in voxels.
        pad_if_needed: where the volume is smaller, add a border to both sides of it, evenly.
        fill: of that border in volumes.
        fill_mask: of that border in masks.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z; what leaves the volume is cut. What lies in the plane follows its
        slices.
    Raises: InvalidData: no volume, or one that is smaller than the crop, without `pad_if_needed`.
    Source: none needed.

    >>> RandomCrop3D((16, 96, 96))(volume=volume)["volume"].shape
    (16, 96, 96)
    """

    size: Size3 = size3()
    pad_if_needed: bool = params.flag(default=False)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        size = size_of(self, view)
        room = [side - want for side, want in zip(size, self.size, strict=True)]
        return _window(self, size, [rng.integer(0, one) if one > 0 else -(-one // 2) for one in room])


def draw_block(rng: Rng, size: Size3, scale: Interval, ratio: Interval) -> tuple[list[int], list[int]]:
    """The low and the high corner (z, y, x) of a block with a part of the volume in `scale` and proportions in `ratio`.

    Parts are drawn evenly, ratios evenly on a logarithmic scale, and together until they fit. A volume into which no
    block fits in ten attempts gives the largest one in its middle whose ratios are as near to 1 as may be.
    """
    logs = [math.log(end) for end in ratio]
    for _ in range(10):
        part = rng.uniform(*scale)
        depth, width = math.exp(rng.uniform(*logs)), math.exp(rng.uniform(*logs))
        height = (part / (depth * width)) ** (1 / 3)
        if max(height, depth * height, width * height) <= 1:
            sides = _sides(size, height, depth, width)
            low = [rng.integer(0, whole - side) for whole, side in zip(size, sides, strict=True)]
            return low, [start + side for start, side in zip(low, sides, strict=True)]
    nearest = min(max(1.0, ratio[0]), ratio[1])
    sides = _sides(size, min(1.0, 1 / nearest), nearest, nearest)
    low = [(whole - side) // 2 for whole, side in zip(size, sides, strict=True)]
    return low, [start + side for start, side in zip(low, sides, strict=True)]


def _sides(size: Size3, height: float, depth: float, width: float) -> list[int]:
    """Of a block whose height is a part of the volume's, and depth and width are so many times that part of theirs."""
    parts = depth * height, height, width * height
    return [min(whole, rounded(whole * part)) for whole, part in zip(size, parts, strict=True)]


@transform
class RandomResizedCrop3D(Transform):
    """Cut out a block of random volume, shape and place, and resize it.

    Args:
        size: (depth, height, width) of the result, in voxels.
        scale: of the block as a part of the volume, drawn uniformly.
        ratio: of the block's depth to its height, and of its width to its height, each by those of the volume and drawn
            uniformly on a logarithmic scale: (1, 1) keeps the volume's proportions, whatever they are.
        interpolation: for volumes.
        mask_interpolation: for masks.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: volumes, their masks, and points x, y, z; what leaves the volume is cut. What lies in the plane follows its
        slices.
    Raises: InvalidParameter: a part outside [0, 1], a ratio of zero. InvalidData: no volume.
    Source: Szegedy et al. 2015, "Going deeper with convolutions", section 6, with a third axis.

    >>> RandomResizedCrop3D((16, 96, 96))(volume=volume)["volume"].shape
    (16, 96, 96)
    """

    size: Size3 = size3()
    scale: Interval = params.interval(default=(0.08, 1.0), low=0, high=1, single="fixed", unit="of the volume")
    ratio: Interval = params.interval(default=(0.75, 4 / 3), low=0, single="fixed", unit="of the volume's own ratio")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        require(self.ratio[0] > 0, f"RandomResizedCrop3D.ratio: {self.ratio} holds 0; give ratios above it")

    def sample(self, rng: Rng, view: View) -> Chain[Geometry]:
        size = size_of(self, view)
        crop = Lattice3.window(size, *draw_block(rng, size, self.scale, self.ratio))
        return Chain((Geometry(crop), geometry(self, Resize3(crop.output, self.size))))


@transform
class Resize3D(Transform):
    """Stretch a volume to a given size.

    Args:
        size: (depth, height, width) of the result, in voxels.
        interpolation: for volumes.
        mask_interpolation: for masks.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: volumes, their masks, and points x, y, z. What lies in the plane follows its slices.
    Raises: InvalidParameter: a side of less than one voxel. InvalidData: no volume.
    Source: OpenCV `resize` within slices, then along z; whole numbers are rounded after both.

    >>> Resize3D((16, 96, 96))(volume=volume)["volume"].shape
    (16, 96, 96)
    """

    size: Size3 = size3()
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        return geometry(self, Resize3(size_of(self, view), self.size))


def _padded(transform: Any, size: Size3, before: Sequence[int], after: Sequence[int]) -> Geometry:
    high = [side + one for side, one in zip(size, after, strict=True)]
    return geometry(transform, Lattice3.window(size, [-one for one in before], high))


@transform
class Pad3D(Transform):
    """Add a border around a volume.

    Args:
        padding: in voxels; one number for all sides, (z, y, x) for both sides along each axis, or (front, back, top,
            bottom, left, right).
        fill: of the border in volumes.
        fill_mask: of the border in masks.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z. What lies in the plane follows its slices; the border shows nothing
        of it.
    Raises: InvalidParameter: a negative number of voxels. InvalidData: no volume.
    Source: none needed.

    >>> Pad3D((2, 8, 8))(volume=volume)["volume"].shape
    (36, 144, 144)
    """

    padding: int | tuple[int, ...] = params.numbers(length=(3, 6), single=True, low=0, whole=True, unit="voxels")
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def sides(self) -> tuple[Sequence[int], Sequence[int]]:
        """Before and after the volume, along z, y and x."""
        given = self.padding
        if not isinstance(given, Sequence):
            given = (given,) * 3
        return (given, given) if len(given) == 3 else (given[::2], given[1::2])

    def sample(self, rng: Rng, view: View) -> Geometry:
        return _padded(self, size_of(self, view), *self.sides())


@transform
class PadIfNeeded3D(Transform):
    """Add a border where a volume is smaller than wanted, or where its sides are no multiples of a number.

    Args:
        min_zyx: (depth, height, width) that the result has at least.
        pad_divisor_zyx: numbers of which the result's depth, height and width are multiples; beside `min_zyx`, of which
            they are once they are as large as that.
        position: where in the new volume the old one lies: "center", or "random", drawn anew each time along each axis.
        fill: of the border in volumes.
        fill_mask: of the border in masks.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z. What lies in the plane follows its slices; the border shows nothing
        of it.
    Raises: InvalidParameter: neither `min_zyx` nor `pad_divisor_zyx`. InvalidData: no volume.
    Source: none needed.

    >>> PadIfNeeded3D(min_zyx=(40, 144, 96))(volume=volume)["volume"].shape
    (40, 144, 128)
    """

    min_zyx: Size3 | None = size3(low=0, none=True)
    pad_divisor_zyx: Size3 | None = size3(none=True)
    position: str = params.choice(default="center", options=POSITIONS)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)
    p: float = params.probability(default=1.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        require(
            self.min_zyx is not None or self.pad_divisor_zyx is not None,
            "PadIfNeeded3D: min_zyx and pad_divisor_zyx are both None; give one of them, or both",
        )

    def sample(self, rng: Rng, view: View) -> Geometry:
        size = size_of(self, view)
        least = [max(pair) for pair in zip(size, self.min_zyx or size, strict=True)]
        room = [
            want + -want % by - side
            for want, by, side in zip(least, self.pad_divisor_zyx or (1, 1, 1), size, strict=True)
        ]
        before = [rng.integer(0, one) if self.position == "random" else one // 2 for one in room]
        return _padded(self, size, before, [whole - one for whole, one in zip(room, before, strict=True)])
