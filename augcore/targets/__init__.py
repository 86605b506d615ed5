"""The kinds of annotated data that the core knows, and the register of those that plugins add."""

from __future__ import annotations

from ..errors import UnknownName, nearest
from .base import Annotation, Target
from .boxes import BboxParams
from .camera import CameraMatrix
from .fields import Depth, Flow, Heatmap
from .image import Image
from .keypoints import KeypointParams
from .label import Label, Labels
from .mask import Mask, Masks
from .polygons import Polygons
from .stack import Images
from .volume import Mask3d, Masks3d, Volume, Volumes

_KINDS: tuple[type[Target], ...] = (
    Image,
    Images,
    Volume,
    Volumes,
    Mask,
    Masks,
    Mask3d,
    Masks3d,
    Heatmap,
    Depth,
    Flow,
    BboxParams,
    KeypointParams,
    Polygons,
    CameraMatrix,
    Label,
    Labels,
)

__all__ = [
    "Annotation",
    "BboxParams",
    "CameraMatrix",
    "Depth",
    "Flow",
    "Heatmap",
    "Image",
    "Images",
    "KeypointParams",
    "Label",
    "Labels",
    "Mask",
    "Mask3d",
    "Masks",
    "Masks3d",
    "Polygons",
    "Target",
    "Volume",
    "Volumes",
    "target_kind",
]

CORE: dict[str, type[Target]] = {target.kind: target for target in _KINDS}


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
        f"{plugins.left_out()}"
    )
