"""The experimental family of augcore: what may still change between minor versions. Loaded on opt-in only."""

from __future__ import annotations

import augcore

from .mixing import CutMix, MixUp

PLUGIN_API = 1

TRANSFORMS = (MixUp, CutMix)

__all__ = [transform.__name__ for transform in TRANSFORMS]


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
