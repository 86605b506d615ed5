"""Dropout of parts of a volume. The same rectangles in all slices are `CoarseDropout`'s, in `dropout.py`."""

from __future__ import annotations

from augcore import Cuboids, Erase, Interval, Rng, Transform, View, params, transform
from augcore.params import Fill

from .volume import Size3, size_of

FILLS = ("random", "random_uniform", "inpaint_telea", "inpaint_ns")


def draw_hole(rng: Rng, whole: int, limits: Interval) -> tuple[int, int]:
    """Where a hole begins and ends along a side, at least one voxel of it."""
    side = min(whole, max(1, round(rng.uniform(*limits) * whole)))
    start = rng.integer(0, whole - side)
    return start, start + side


@transform
class CoarseDropout3D(Transform):
    """Fill cuboid holes anywhere in a volume.

    Args:
        num_holes_range: how many holes, both ends included.
        hole_depth_range: depth of each hole as a part of the volume's; at least one voxel.
        hole_height_range: height of each hole, likewise.
        hole_width_range: width of each hole, likewise.
        fill: a number, one per channel, "random" (noise in each voxel), "random_uniform" (one random colour per hole),
            or "inpaint_telea" and "inpaint_ns" (what surrounds the hole goes on into it, slice by slice).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels.
    Moves: nothing; points x, y, z in holes are hidden. What lies in the plane beside a volume is none of its slices,
        and is refused.
    Raises: InvalidParameter: a part above 1.0, a number of holes below one. InvalidData: no volume.
    Source: DeVries and Taylor 2017 (Cutout), with a third axis.

    >>> CoarseDropout3D(num_holes_range=(3, 6), p=1)(volume=volume)["volume"].shape
    (32, 128, 128)
    """

    num_holes_range: tuple[int, int] = params.interval(
        default=(1, 1), low=1, high=512, whole=True, single="fixed", unit="holes"
    )
    hole_depth_range: Interval = params.interval(
        default=(0.1, 0.2), low=0, high=1, single="fixed", unit="fraction of the depth"
    )
    hole_height_range: Interval = params.interval(
        default=(0.1, 0.2), low=0, high=1, single="fixed", unit="fraction of the height"
    )
    hole_width_range: Interval = params.interval(
        default=(0.1, 0.2), low=0, high=1, single="fixed", unit="fraction of the width"
    )
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def sample(self, rng: Rng, view: View) -> Erase:
        size = size_of(self, view)
        holes = tuple([self._hole(rng, size) for _ in range(rng.integer(*self.num_holes_range))])
        seed = rng.seed() if self.fill in ("random", "random_uniform") else 0
        return Erase(Cuboids(holes), self.fill, self.fill_mask, seed)

    def _hole(self, rng: Rng, size: Size3) -> tuple[int, ...]:
        limits = (self.hole_depth_range, self.hole_height_range, self.hole_width_range)
        ends = [draw_hole(rng, whole, one) for whole, one in zip(size, limits, strict=True)]
        return (*(low for low, _ in ends), *(high for _, high in ends))
