"""Merging neighbouring effects. Exact fusions give the same bits; resampling ones interpolate once instead of twice.

A fusion takes two effects in order and gives one that does both, or None. `Compose(fuse=…)` says which are used: "off",
"exact" or "resample". Annotations go through exactly merged maps as well, and through others one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np

from . import outlines
from .chained import Chained
from .content import Outline
from .dense import Dense, Spread
from .effects import Effect, Geometry, Lookup
from .frame import Frame
from .linear import Affine, Linear, Projective, Resize
from .maps import Lattice, Map
from .params import Border

Fuse = Literal["off", "exact", "resample"]

# Maps that interpolate between pixels wherever they look; a resize too, but one that OpenCV carries out far faster.
_WARPS = (Affine, Projective, Dense, Chained)


@attrs.frozen(eq=False, slots=False)
class Fusion:
    """A way to merge two effects.

    Attributes:
        exact: the merged effect gives the same bits as the two in order.
    """

    merge: Callable[[Effect, Effect], Effect | None]
    exact: bool

    def __call__(self, first: Effect, second: Effect) -> Effect | None:
        return self.merge(first, second)


def fusion(*, exact: bool) -> Callable[[Callable[[Effect, Effect], Effect | None]], Fusion]:
    """Make a function (first, second) → effect or None a fusion."""
    return lambda merge: Fusion(merge, exact)


@fusion(exact=True)
def lattices(first: Effect, second: Effect) -> Effect | None:
    """Flips, turns, crops and pads into one, as long as one border serves both."""
    if not (isinstance(first, Geometry) and isinstance(second, Geometry)):
        return None
    if not (isinstance(first.map, Lattice) and isinstance(second.map, Lattice)):
        return None
    if first.content is not None or second.content is not None:
        return None
    if first.map.has_border:
        if not _whole(second.map) and first.border != Border.CONSTANT:
            return None  # a reflection would need pixels that the crop has cut off
        if second.map.has_border and not _same_border(first, second):
            return None
    owner = second if second.map.has_border else first
    return attrs.evolve(owner, map=first.map.then(second.map))


def _whole(map: Lattice) -> bool:
    """Whether nothing is cut off."""
    height, width = map.size[::-1] if map.turns else map.size
    return map.output == (height, width) and not map.has_border


def _same_border(first: Geometry, second: Geometry) -> bool:
    constant = first.border == second.border == Border.CONSTANT
    return constant and first.fill == second.fill and first.fill_mask == second.fill_mask


@fusion(exact=True)
def lookups(first: Effect, second: Effect) -> Effect | None:
    """Curves into one table. One that ends in floats stays by itself: float arithmetic on a table and on a picture may
    round differently."""
    if not (isinstance(first, Lookup) and isinstance(second, Lookup)):
        return None
    if any(getattr(step.resolve(), "output", None) == "float32" for step in first.steps):
        return None
    return Lookup.chain(first.steps + second.steps)


@fusion(exact=False)
def warps(first: Effect, second: Effect) -> Effect | None:
    """Maps into one resampling, where at least one of them is a warp and the borders can be kept right."""
    if not (isinstance(first, Geometry) and isinstance(second, Geometry)):
        return None
    if not (isinstance(first.map, _WARPS) or isinstance(second.map, _WARPS)):
        return None
    if not (_pays(first.map, second.map) and _comes_nearer(first.map, second.map)):
        return None
    if not (_same_sampling(first, second) and _same_fills(first, second)):
        return None
    merged = compose(first.map, second.map, first.content)
    if merged is None:
        return None
    # A dense map knows itself what the maps before it had cut off.
    content = None if isinstance(merged, Chained) else _lost_content(first, second.map, merged)
    owner = second if _needs_border(second.map) or not _needs_border(first.map) else first
    if content is not None and owner.border != Border.CONSTANT:
        return None
    sampler = first if isinstance(second.map, Lattice) else second
    return attrs.evolve(
        owner,
        map=merged,
        interpolation=sampler.interpolation,
        mask_interpolation=sampler.mask_interpolation,
        content=content,
    )


def compose(first: Map, second: Map, content: Outline | None = None) -> Map | None:
    """One map that does both, or None where there is none.

    Args:
        content: what of the frame between shows anything, where one of the maps is dense; None for all.
    """
    if isinstance(first, Lattice) and isinstance(second, Lattice):
        return first.then(second)
    if isinstance(first, Linear) and isinstance(second, Linear):
        matrix = second.matrix @ first.matrix
        if isinstance(first, Projective) or isinstance(second, Projective):
            return Projective(first.size, second.output, matrix.ravel().tolist())
        return Affine.of(matrix, first.size, second.output)
    if not all(isinstance(map, (*Linear, Dense, Chained)) for map in (first, second)):
        return None
    if isinstance(first, Spread) or isinstance(second, Spread):
        return None  # between pixels, where the other map looks, it is not defined
    if isinstance(first, Chained):
        *before, last = first.maps
        if isinstance(second, Lattice) and isinstance(last, Linear) and (both := compose(last, second)) is not None:
            return Chained.of((*before, both), first.content)
        return Chained.of((*first.maps, second), first.content)
    return Chained.of((first, second), content)


def _pays(first: Map, second: Map) -> bool:
    """Whether one warp takes less time than both maps do."""
    if isinstance(first, Lattice):
        return first.shows_all  # a crop is a view: it costs nothing, and what it cut off need not be filled
    if isinstance(second, Lattice):
        return not second.has_border  # which is filled in a tenth of the time in which a warp would compute it
    if isinstance(second, Resize):
        # A pixel of a resize takes a fifth of one of a warp.
        return math.prod(second.output) <= 1.25 * math.prod(second.size)
    return True


def _comes_nearer(first: Map, second: Map) -> bool:
    """Whether pictures come nearer to the truth if they are interpolated once.

    What the second map shrinks, the first one's interpolation has smoothed; left out, fine patterns would be shown that
    are not there. With two affine maps it is lost from 0.41 on, whatever the two factors are: see docs/fusion.md.
    """
    if isinstance(first, Lattice) or isinstance(second, Lattice):
        return True  # which do not interpolate
    return _stretch(first) * _stretch(second) ** 2 > 0.41


def _stretch(map: Map) -> float:
    """The least factor by which lengths change in the middle of the frame; a field is taken not to change them."""
    if isinstance(map, Chained):
        return math.prod(_stretch(one) for one in map.maps)
    if not isinstance(map, Linear):
        return 1.0
    centre = np.array([map.size[::-1]]) / 2
    (a, b), (c, d) = map.jacobian(centre)[0].tolist()
    # The smaller singular value.
    squares, determinant = a * a + b * b + c * c + d * d, a * d - b * c
    return math.sqrt(max(0.0, squares - math.sqrt(max(0.0, squares**2 - 4 * determinant**2))) / 2)


def _same_sampling(first: Geometry, second: Geometry) -> bool:
    if isinstance(first.map, Lattice) or isinstance(second.map, Lattice):
        return True  # a lattice does not interpolate
    return first.interpolation == second.interpolation and first.mask_interpolation == second.mask_interpolation


def _same_fills(first: Geometry, second: Geometry) -> bool:
    """Whether one border serves both: what the second one adds must not repeat the first one's, nor differ from it."""
    if not _needs_border(second.map):
        return True
    return _same_border(first, second) if _needs_border(first.map) else second.border == Border.CONSTANT


def _needs_border(map: Map) -> bool:
    return not (isinstance(map, Resize) or (isinstance(map, Lattice) and not map.has_border))


def _lost_content(first: Geometry, second: Map, merged: Map) -> Outline | None:
    """What the two maps show of the input, if that is less than what the merged one would show."""
    if first.content is None and (not isinstance(first.map, _WARPS) or not _needs_border(second)):
        return None  # the frame between shows all of the input, or the new one shows nothing from beyond it
    between = Frame(first.map.size).after(first.map)
    if first.content is not None:
        between.limit(np.asarray(first.content))
    shown = between.after(second).content
    whole = Frame(first.map.size).after(merged).content
    if outlines.area(whole) - outlines.area(shown) <= 1e-6 * max(1.0, float(outlines.area(whole))):
        return None
    return tuple((float(x), float(y)) for x, y in shown)


CORE = (lattices, lookups, warps)


def active(fuse: Fuse) -> tuple[Fusion, ...]:
    """The fusions that a pipeline uses: the core's, then those of the plugins that are loaded."""
    if fuse == "off":
        return ()
    from . import plugins

    return tuple(f for f in (*CORE, *plugins.loaded_fusions()) if f.exact or fuse == "resample")
