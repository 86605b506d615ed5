"""How the parameters that geometric transforms have in common become a Geometry effect. Which map it holds, and how
that is drawn, is in the files beside this one."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from augcore import Geometry, Interpolation, Map, Rng, Transform, View

E = TypeVar("E")

# Of the transform → of the effect. Each class declares those it has, in the order in which users may give them.
_SHARED = {
    "interpolation": "interpolation",
    "mask_interpolation": "mask_interpolation",
    "border_mode": "border",
    "fill": "fill",
    "fill_mask": "fill_mask",
    "rotate_method": "box_method",
}

_MOST_SIZES = 256  # that a transform remembers

BOX_METHODS = ("largest_box", "ellipse")
AREA_FOR_DOWNSCALE = ("image", "image_mask")
KEYPOINT_METHODS = ("direct", "mask")


def by_size(draws: Callable[[Any], bool] = lambda _: False) -> Callable[[Callable[..., E]], Callable[..., E]]:
    """For a `sample` that draws nothing and looks at nothing but the frame's size: its effect is made once per size.

    Pictures come in few sizes, and to describe a flip takes as long as to carry it out on a small one.

    Args:
        draws: whether a transform's parameters make it draw all the same.
    """

    def decorate(sample: Callable[..., E]) -> Callable[..., E]:
        @functools.wraps(sample)
        def remembered(transform: Any, rng: Rng, view: View) -> E:
            if draws(transform):
                return sample(transform, rng, view)
            # Beside the fields, which alone make a transform equal to another.
            effects: dict[Any, E] = transform.__dict__.setdefault("_effects", {})
            effect = effects.get(view.size)
            if effect is None:
                if len(effects) >= _MOST_SIZES:
                    effects.clear()
                effect = effects[view.size] = sample(transform, rng, view)
            return effect

        return remembered

    return decorate


def geometry(transform: Transform, map: Map, **changes: Any) -> Geometry:
    """The effect of a map, with the interpolation, border and fill that the transform was given.

    Args:
        changes: fields of the effect that are to be other than the transform says.
    """
    # mypy takes the hash of instances, which attrs makes, for that of the class.
    shared = _shared_by(type(transform))  # type: ignore[arg-type]
    given = transform.__dict__
    return Geometry(map, **{field: given[name] for name, field in shared} | changes)


@functools.cache
def _shared_by(kind: type[Transform]) -> tuple[tuple[str, str], ...]:
    declared = {field.name for field in attrs.fields(kind)}
    return tuple(pair for pair in _SHARED.items() if pair[0] in declared)


def scaled(transform: Any, map: Map) -> Geometry:
    """The effect of a map that stretches the frame: the mean over areas where the transform wants that for shrinking.

    A picture that is sampled at few points while it shrinks shows patterns that were not there; the mean does not.
    """
    images, masks = transform.interpolation, transform.mask_interpolation
    if transform.area_for_downscale is not None and (map.output[0] < map.size[0] or map.output[1] < map.size[1]):
        images = Interpolation.AREA
        if transform.area_for_downscale == "image_mask":
            masks = Interpolation.AREA
    return Geometry(map, images, masks)


def rounded(side: float) -> int:
    """A side in whole pixels, at least one."""
    return max(1, math.floor(side + 0.5))
