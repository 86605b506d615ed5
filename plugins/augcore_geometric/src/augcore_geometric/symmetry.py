"""Flips, quarter turns and the symmetries of the square: exact for every dtype. Rotations by other angles are in
`affine.py`."""

from __future__ import annotations

import functools

from augcore import Geometry, Lattice, Rng, Transform, View, params, transform

from .effect import by_size


@functools.lru_cache(256)
def _symmetry(size: tuple[int, int], turn: int, mirrors: int = 0) -> Geometry:
    """Counter-clockwise quarter turns, then a mirror image or none; made once per size, see `by_size`."""
    turned = Lattice.rot90(size, turn)
    return Geometry(turned.then(Lattice.hflip(turned.output)) if mirrors else turned)


@transform
class HorizontalFlip(Transform):
    """Mirror left and right.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; left and right names change places where pairs are declared.
    Source: none needed.

    >>> HorizontalFlip(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    @by_size()
    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.hflip(view.size))


@transform
class VerticalFlip(Transform):
    """Mirror top and bottom.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; left and right names change places where pairs are declared.
    Source: none needed.

    >>> VerticalFlip(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    @by_size()
    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.vflip(view.size))


@transform
class Transpose(Transform):
    """Exchange rows and columns: mirror about the diagonal from the top left. Width and height change places.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; left and right names change places where pairs are declared.
    Source: none needed.

    >>> Transpose(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    @by_size()
    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.transpose(view.size))


@transform
class RandomRotate90(Transform):
    """Turn by 0, 90, 180 or 270 degrees, each as likely as the others.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; after 90 and 270 degrees width and height have changed places.
    Source: none needed.

    >>> RandomRotate90()(image=image)["image"].shape
    (512, 512, 3)
    """

    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        return _symmetry(view.size, rng.integer(0, 3))


@transform
class D4(Transform):
    """One of the eight symmetries of the square: four quarter turns, with and without a mirror image, all as likely.

    For pictures without an up or down, such as those from above or through a microscope.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; width and height change places in half of the cases, and left and right names, where
        pairs are declared, in half of them.
    Source: the dihedral group of order 8.

    >>> D4()(image=image)["image"].shape
    (512, 512, 3)
    """

    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        turn, mirrors = divmod(rng.integer(0, 7), 2)
        return _symmetry(view.size, turn, mirrors)


@transform
class SquareSymmetry(Transform):
    """One of the eight symmetries of the square: `D4` under a name that says what it is.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; width and height change places in half of the cases, and left and right names, where
        pairs are declared, in half of them.
    Source: the dihedral group of order 8.

    >>> SquareSymmetry()(image=image)["image"].shape
    (512, 512, 3)
    """

    p: float = params.probability(default=1.0, kw_only=True)

    sample = D4.sample
