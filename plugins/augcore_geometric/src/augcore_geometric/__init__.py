"""The geometric family of augcore: what moves pixels, and the annotations with them."""

from __future__ import annotations

import augcore

from .symmetry import HorizontalFlip

PLUGIN_API = 1

TRANSFORMS = (HorizontalFlip,)

__all__ = [transform.__name__ for transform in TRANSFORMS]


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
