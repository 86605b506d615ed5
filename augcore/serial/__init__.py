"""Plain data and files: pipelines, effects and traces as trees of dicts, lists, numbers and text, in YAML or JSON.

Only what is registered is ever built; nothing is imported or run because a file says so. `effects.py` knows effects,
`pipelines.py` what is made of transforms, `files.py` text and the disk, `schema.py` what every tree has in common.
"""

from __future__ import annotations

from .effects import describe, effect_from_plain, effect_to_plain
from .files import from_json, from_yaml, load, save, to_json, to_yaml, write_whole
from .pipelines import from_dict, setup_from_plain, setup_to_plain, step_to_plain, to_dict
from .schema import SCHEMA, checked_version

__all__ = [
    "SCHEMA",
    "checked_version",
    "describe",
    "effect_from_plain",
    "effect_to_plain",
    "from_dict",
    "from_json",
    "from_yaml",
    "load",
    "save",
    "setup_from_plain",
    "setup_to_plain",
    "step_to_plain",
    "to_dict",
    "to_json",
    "to_yaml",
    "write_whole",
]
