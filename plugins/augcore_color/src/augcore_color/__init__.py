"""The colour family of augcore: what changes values and leaves every pixel where it is."""

from __future__ import annotations

import augcore

from .blur import GaussianBlur
from .color import HueSaturationValue, ToGray
from .noise import GaussNoise
from .tone import RandomBrightnessContrast, RandomGamma
from .types import Normalize

PLUGIN_API = 1

__all__ = [
    "GaussNoise",
    "GaussianBlur",
    "HueSaturationValue",
    "Normalize",
    "RandomBrightnessContrast",
    "RandomGamma",
    "ToGray",
]


TRANSFORMS = tuple(globals()[name] for name in __all__)


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
