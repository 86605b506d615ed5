"""The kinds of annotated data that the core knows, and the register of those that plugins add."""

from __future__ import annotations

from ..errors import UnknownName, nearest
from .base import Annotation, Target
from .boxes import BboxParams
from .image import Image, Images
from .keypoints import KeypointParams
from .label import Label
from .mask import Mask, Masks
from .polygons import Polygons

__all__ = [
    "Annotation",
    "BboxParams",
    "Image",
    "Images",
    "KeypointParams",
    "Label",
    "Mask",
    "Masks",
    "Polygons",
    "Target",
    "target_kind",
]

CORE: dict[str, type[Target]] = {
    target.kind: target for target in (Image, Images, Mask, Masks, BboxParams, KeypointParams, Polygons, Label)
}


def target_kind(kind: str) -> type[Target]:
    """The class of a kind of target, from the core or from an installed plugin."""
    if kind in CORE:
        return CORE[kind]
    from .. import plugins

    known = plugins.targets()
    if kind in known:
        return known[kind]
    raise UnknownName(
        f"target kind {kind!r} is not known{nearest(kind, [*CORE, *known])}; known are {', '.join([*CORE, *known])}"
    )
