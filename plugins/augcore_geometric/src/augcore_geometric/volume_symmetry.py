"""Flips, quarter turns and the symmetries of the cube: exact for every dtype. Rotations by other angles are in
`volume_warp.py`."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from augcore import Geometry, Lattice3, Rng, Transform, View, params, transform
from augcore.params import Parameter, parameter, require

from .volume import size_of

_ORDERS = tuple(itertools.permutations(range(3)))
# The subsets of the three axes: bit i says whether axis i is in it.
_SUBSETS = tuple(tuple(axis for axis in range(3) if bits >> axis & 1) for bits in range(8))


@transform
class Flip3D(Transform):
    """Mirror a volume along one or more of its axes.

    Args:
        axes: among which to choose: 0 for z, 1 for y, 2 for x. All choices of one or more of them are as likely.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z; left and right names change places where pairs are declared and the
        number of axes is odd. What lies in the plane follows its slices.
    Raises: InvalidParameter: no axis, or one given twice. InvalidData: no volume.
    Source: none needed.

    >>> Flip3D(p=1)(volume=volume)["volume"].shape
    (32, 128, 128)
    """

    axes: tuple[int, ...] = params.numbers(default=(0, 1, 2), length=(1, 2, 3), low=0, high=2, whole=True, unit="axis")

    def __attrs_post_init__(self) -> None:
        require(
            len(set(self.axes)) == len(self.axes),
            f"Flip3D.axes: {self.axes} names an axis twice; give each of them once",
        )

    def sample(self, rng: Rng, view: View) -> Geometry:
        size, bits = size_of(self, view), rng.integer(1, 2 ** len(self.axes) - 1)
        return Geometry(Lattice3.flip(size, [axis for place, axis in enumerate(self.axes) if bits >> place & 1]))


def _read_planes(value: Any) -> tuple[tuple[int, int], ...]:
    """Pairs of axes from one pair or several."""
    single = isinstance(value, Sequence) and len(value) == 2 and not any(isinstance(one, Sequence) for one in value)
    pairs = (value,) if single else value
    if not isinstance(pairs, Sequence) or not pairs or not all(map(_is_pair, pairs)):
        raise ValueError(
            f"{value!r} is not a pair of axes or several; give two of 0, 1, 2, such as (1, 2) within slices"
        )
    return tuple((first, second) for first, second in pairs)


def _is_pair(value: Any) -> bool:
    return isinstance(value, Sequence) and len(value) == 2 and len({0, 1, 2} & set(value)) == 2


_AXIS = {"type": "integer", "minimum": 0, "maximum": 2}
_PAIR = {"type": "array", "items": _AXIS, "minItems": 2, "maxItems": 2}
PLANES = Parameter(
    _read_planes,
    "two of the axes 0, 1, 2, or several such pairs to choose from",
    {"anyOf": [_PAIR, {"type": "array", "items": _PAIR, "minItems": 1}]},
    "axis",
)


@transform
class RandomRotate90_3D(Transform):  # noqa: N801 - the name that its two-dimensional relative has, with what is new
    """Turn a volume by quarter turns in a plane of two of its axes.

    Args:
        axes: two axes, or several pairs of which one is drawn, each as likely as the others; 0 for z, 1 for y, 2 for x.
            A turn goes from the first axis towards the second, as in `numpy.rot90`.
        turns_range: how many quarter turns, both ends included.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z; after an odd number of turns the two sides have changed places.
        What lies in the plane follows turns of axes 1 and 2, and is refused where slices are mixed.
    Raises: InvalidParameter: axes that are no pairs, more than three turns. InvalidData: no volume.
    Source: none needed.

    >>> RandomRotate90_3D((1, 2), p=1)(volume=volume)["volume"].shape
    (32, 128, 128)
    """

    axes: tuple[tuple[int, int], ...] = parameter(PLANES, default=((0, 1), (0, 2), (1, 2)))
    turns_range: tuple[int, int] = params.interval(
        default=(1, 3), low=0, high=3, whole=True, single="fixed", unit="quarter turns"
    )

    def sample(self, rng: Rng, view: View) -> Geometry:
        size, axes = size_of(self, view), rng.choice(self.axes)
        return Geometry(Lattice3.rot90(size, rng.integer(*self.turns_range), axes))


@transform
class CubicSymmetry(Transform):
    """One of the 48 symmetries of the cube: 24 rotations, with and without a mirror image, all as likely.

    For volumes without an up or down. One that is no cube has its sides in another order afterwards.

    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: volumes, their masks, and points x, y, z; left and right names, where pairs are declared, change places in
        half of the cases. What lies in the plane follows the 16 symmetries that mix no slices, and is refused for the
        others.
    Raises: InvalidData: no volume.
    Source: the full octahedral group, of order 48: every order of the axes, with every choice of axes mirrored.

    >>> CubicSymmetry()(volume=cube)["volume"].shape
    (64, 64, 64)
    """

    p: float = params.probability(default=1.0, kw_only=True)

    def sample(self, rng: Rng, view: View) -> Geometry:
        size = size_of(self, view)
        order, mirrored = divmod(rng.integer(0, 47), 8)
        turned = Lattice3.permute(size, _ORDERS[order])
        return Geometry(turned.then(Lattice3.flip(turned.output, _SUBSETS[mirrored])))
