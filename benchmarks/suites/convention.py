"""The calling convention of albumentations, which four libraries share: the suites that use it word each case once.

Parameters that the libraries name differently go by position.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.figures import Seconds

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


def contiguous(pipeline: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The pipeline with its picture and masks made contiguous: where one library copies, another gives a view."""

    def call(**arguments: Any) -> dict[str, Any]:
        output = pipeline(**arguments)
        output["image"] = np.ascontiguousarray(output["image"])
        if "masks" in output:
            output["masks"] = [np.ascontiguousarray(mask) for mask in output["masks"]]
        return output

    return call


def seconds(call: Callable[..., Any], inputs: Sequence[dict[str, Any]], **options: Any) -> Seconds:
    """What a call takes that has named arguments."""
    return Seconds(lambda arguments: call(**arguments), inputs, **options)
