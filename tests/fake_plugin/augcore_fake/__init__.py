"""The hooks of the fake plugin, and nothing else."""

from __future__ import annotations

from typing import Any

import augcore

from .targets import Marker
from .transforms import (
    Blend,
    Brighten,
    BrightMirror,
    Grain,
    Hole,
    Knobs,
    Mirror,
    Speckle,
    Stamp,
    Still,
    Wave,
    skip_identity,
)

PLUGIN_API = 1

TRANSFORMS = (Blend, Brighten, BrightMirror, Grain, Hole, Knobs, Mirror, Speckle, Stamp, Still, Wave)


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)


@augcore.hookimpl
def augcore_targets() -> list[type[augcore.Target]]:
    return [Marker]


@augcore.hookimpl
def augcore_fusions() -> list[augcore.Fusion]:
    return [skip_identity]


@augcore.hookimpl
def augcore_commands(cli: Any) -> None:
    import click

    @cli.command("fake-count")
    def count() -> None:
        """Say how many transforms the fake plugin has."""
        click.echo(len(TRANSFORMS))
