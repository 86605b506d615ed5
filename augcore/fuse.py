"""Merging neighbouring effects. Exact fusions give the same bits; resampling ones interpolate once instead of twice.

A fusion takes two effects in order and gives one that does both, or None. `Compose(fuse=…)` says which are used: "off",
"exact" or "resample". Annotations go through the merged maps too, and come out the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import attrs
import numpy as np

from . import outlines
from .effects import Effect, Geometry, Lookup
from .frame import Frame
from .maps import Affine, Lattice, Linear, Map, Projective, Resize
from .params import Border

Fuse = Literal["off", "exact", "resample"]


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
    """Linear maps into one resampling, where at least one of them is a warp and the borders can be kept right."""
    if not (isinstance(first, Geometry) and isinstance(second, Geometry)):
        return None
    kinds = (Affine, Projective)
    if not (isinstance(first.map, kinds) or isinstance(second.map, kinds)):
        return None
    merged = compose(first.map, second.map)
    if merged is None or not _same_sampling(first, second):
        return None
    if "ellipse" in (first.box_method, second.box_method) and isinstance(merged, Projective):
        return None  # an ellipse seen in perspective is another one
    owner = second if _needs_border(second.map) else first
    if _needs_border(second.map):
        if _needs_border(first.map) and not _same_border(first, second):
            return None
        if second.border != Border.CONSTANT:
            return None
    if owner is first and not _needs_border(first.map):
        owner = second
    content = _lost_content(first, second.map, merged)
    if content is not None and owner.border != Border.CONSTANT:
        return None
    method: Literal["ellipse", "largest_box"] = (
        "ellipse" if "ellipse" in (first.box_method, second.box_method) else "largest_box"
    )
    sampler = first if isinstance(second.map, Lattice) else second
    return attrs.evolve(
        owner,
        map=merged,
        interpolation=sampler.interpolation,
        mask_interpolation=sampler.mask_interpolation,
        box_method=method,
        content=content,
    )


def compose(first: Map, second: Map) -> Map | None:
    """One map that does both, or None where that would need a field."""
    if isinstance(first, Lattice) and isinstance(second, Lattice):
        return first.then(second)
    if isinstance(first, Linear) and isinstance(second, Linear):
        matrix = second.matrix @ first.matrix
        if isinstance(first, Projective) or isinstance(second, Projective):
            return Projective(first.size, second.output, matrix.ravel().tolist())
        return Affine.of(matrix, first.size, second.output)
    return None


def _same_sampling(first: Geometry, second: Geometry) -> bool:
    if isinstance(first.map, Lattice) or isinstance(second.map, Lattice):
        return True  # a lattice does not interpolate
    return first.interpolation == second.interpolation and first.mask_interpolation == second.mask_interpolation


def _needs_border(map: Map) -> bool:
    return not (isinstance(map, Resize) or (isinstance(map, Lattice) and not map.has_border))


def _lost_content(first: Geometry, second: Map, merged: Map) -> tuple[tuple[float, float], ...] | None:
    """What the two maps show of the input, if that is less than what the merged one would show."""
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
