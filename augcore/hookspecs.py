"""The hooks that a plugin may implement, in the module its entry point names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from .fuse import Fusion
    from .targets import Target
    from .transform import Transform

hookspec = pluggy.HookspecMarker("augcore")
hookimpl = pluggy.HookimplMarker("augcore")


@hookspec
def augcore_transforms() -> Sequence[type[Transform]]:  # type: ignore[empty-body]
    """The transforms that the plugin offers, decorated with `@augcore.transform`."""


@hookspec
def augcore_targets() -> Sequence[type[Target]]:  # type: ignore[empty-body]
    """The kinds of targets that the plugin adds; users name them in `additional_targets`."""


@hookspec
def augcore_fusions() -> Sequence[Fusion]:  # type: ignore[empty-body]
    """Ways to merge neighbouring effects, made with `@augcore.fusion(exact=…)`."""


@hookspec
def augcore_commands(cli: Any) -> None:
    """Add commands to the click group `cli`."""
