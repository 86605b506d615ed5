"""Flips, quarter turns and the symmetries of the square: exact for every dtype."""

from __future__ import annotations

from augcore import Geometry, Lattice, Rng, Transform, View, transform


@transform
class HorizontalFlip(Transform):
    """Mirror about the vertical axis.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; left and right names change places where pairs are declared.
    Source: none needed.

    >>> HorizontalFlip(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.hflip(view.size))
