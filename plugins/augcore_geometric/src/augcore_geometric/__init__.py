"""The geometric family of augcore: what moves pixels, and the annotations with them."""

from __future__ import annotations

import augcore

from .affine import Affine, Perspective, Rotate, ShiftScaleRotate
from .crop import CenterCrop, Crop, RandomCrop, RandomResizedCrop
from .distortion import ElasticTransform
from .dropout import CoarseDropout
from .pad import Pad, PadIfNeeded
from .resize import LongestMaxSize, Resize, SmallestMaxSize
from .symmetry import D4, HorizontalFlip, RandomRotate90, Transpose, VerticalFlip

PLUGIN_API = 1

__all__ = [
    "D4",
    "Affine",
    "CenterCrop",
    "CoarseDropout",
    "Crop",
    "ElasticTransform",
    "HorizontalFlip",
    "LongestMaxSize",
    "Pad",
    "PadIfNeeded",
    "Perspective",
    "RandomCrop",
    "RandomResizedCrop",
    "RandomRotate90",
    "Resize",
    "Rotate",
    "ShiftScaleRotate",
    "SmallestMaxSize",
    "Transpose",
    "VerticalFlip",
]


TRANSFORMS = tuple(globals()[name] for name in __all__)


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
