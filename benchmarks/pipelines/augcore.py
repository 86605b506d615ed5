"""augcore, each pipeline with every kind of fusion."""

from __future__ import annotations

from functools import partial

import augcore as A  # noqa: N812
from benchmarks.pipelines import Pipeline, shared
from benchmarks.pipelines.shared import given

__all__ = ["given", "pipelines"]

FUSIONS = {"": "exact", ", fuse=off": "off", ", fuse=resample": "resample"}


def pipelines() -> dict[str, Pipeline]:
    recipes = shared.recipes(A)
    return {
        f"{name}{suffix}": pipeline
        for suffix, fuse in FUSIONS.items()
        for name, pipeline in shared.pipelines(partial(A.Compose, fuse=fuse), recipes).items()
    }
