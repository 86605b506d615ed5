"""The command `augcore`: `main` starts it; `Commands` is its click group, which plugins add commands to.

Needs the extra [cli]; without it, `main` says so.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .group import Commands, cli
    from .pictures import read_picture, write_picture

__all__ = ["Commands", "cli", "main", "read_picture", "write_picture"]

# Modules that need click and rich, imported when first used, so that `main` can say what is missing.
_LAZY = {"Commands": "group", "cli": "group", "read_picture": "pictures", "write_picture": "pictures"}


def main() -> None:
    """Run the command line."""
    try:
        from .group import cli
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("click", "rich"):
            raise
        sys.exit(f"Error: the command augcore needs {error.name}, which is not installed; pip install 'augcore[cli]'")
    cli()


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'augcore.cli' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_LAZY[name]}", __name__), name)
