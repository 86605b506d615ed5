"""What lies in the plane beside a volume: it undergoes what happens to every slice alike, or is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from .effects import Geometry
from .errors import Unsupported
from .targets.base import Target


def of_slices(effect: Any, name: str, target: Target) -> Geometry:
    """A geometry of volumes as what it does to every slice; frames of clips follow maps that pick frames themselves."""
    if target.has_frames and effect.map.picks_frames:
        return effect  # type: ignore[no-any-return]
    plane = effect.map.plane
    if plane is None:
        raise Unsupported(
            f"{name}: a {type(effect.map).__name__} map that mixes slices cannot move {target.kind}; leave {name} out, "
            "or turn volumes within their slices only"
        )
    return attrs.evolve(effect, map=plane)  # type: ignore[no-any-return]


def refuse_to_erase(states: Mapping[str, tuple[Target, Any]]) -> None:
    """A region of a volume covers parts of some slices, and a picture beside it is none of them."""
    for name, (target, _) in states.items():
        if not target.takes_volume_maps():
            raise Unsupported(
                f"{name}: what is erased in some slices of a volume has no place in {target.kind}; leave {name} out, "
                "or erase in all slices alike (CoarseDropout)"
            )
