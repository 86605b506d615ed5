"""The weather family of augcore: what falls or hangs between the camera and the scene."""

from __future__ import annotations

import augcore

from .fog import RandomFog
from .rain import RandomRain

PLUGIN_API = 1

TRANSFORMS = (RandomFog, RandomRain)

__all__ = [transform.__name__ for transform in TRANSFORMS]


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
