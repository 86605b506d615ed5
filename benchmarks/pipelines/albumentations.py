"""albumentations 2.0.8."""

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.pipelines import Pipeline, shared
from benchmarks.pipelines.shared import given

__all__ = ["given", "pipelines"]


def pipelines() -> dict[str, Pipeline]:
    return shared.pipelines(A.Compose, shared.recipes(A))
