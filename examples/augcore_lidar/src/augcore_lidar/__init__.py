"""Lidar returns for augcore: the hook that offers the target, and nothing else."""

from __future__ import annotations

import augcore

from .points import Lidar

PLUGIN_API = 1

__all__ = ["Lidar"]


@augcore.hookimpl
def augcore_targets() -> list[type[augcore.Target]]:
    return [Lidar]
