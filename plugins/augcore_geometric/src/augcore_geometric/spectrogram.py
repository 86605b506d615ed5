"""Spectrograms: pictures whose columns are moments and whose rows are frequencies."""

from __future__ import annotations

from augcore import Geometry, Lattice, Rng, Transform, View, transform

from .effect import by_size


@transform
class TimeReverse(Transform):
    """Play a spectrogram backwards: the last column comes first.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target, as `HorizontalFlip` does.
    Source: none needed.

    >>> TimeReverse(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    @by_size()
    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.hflip(view.size))
