"""The calling convention of albumentations, which four libraries share: the suites that use it word each case once.

Parameters that the libraries name differently go by position.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

MODULES = {
    "augcore": "augcore",
    "albumentations": "albumentations",
    "albumentationsx": "albumentations",
    "augrs": "augrs",
}


def library_of(adapter: Any) -> Any:
    """The library of a module of benchmarks/peers, or None if it has another convention."""
    module = MODULES.get(name_of(adapter))
    return module and importlib.import_module(module)


def name_of(adapter: Any) -> str:
    name: str = adapter.__name__
    return name.rpartition(".")[2]


def with_arguments(pipeline: Callable[..., Any]) -> Callable[[dict[str, Any]], Any]:
    """The pipeline as a call of one argument, which is what figures take."""
    return lambda arguments: pipeline(**arguments)
