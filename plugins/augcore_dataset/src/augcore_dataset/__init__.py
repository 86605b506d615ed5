"""Jobs over files: a folder of pictures and its COCO annotations in, augmented copies of both out.

Nothing heavy is imported here: the command's modules are, when the command line asks for commands.
"""

from __future__ import annotations

from typing import Any

import augcore

PLUGIN_API = 1


@augcore.hookimpl
def augcore_commands(cli: Any) -> None:
    from .command import add_commands

    add_commands(cli)
