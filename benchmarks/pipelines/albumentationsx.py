"""albumentationsx 2.5.1."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import albumentations as A  # noqa: N812

from benchmarks.pipelines import Pipeline, shared
from benchmarks.pipelines.shared import given

__all__ = ["given", "pipelines"]


def pipelines() -> dict[str, Pipeline]:
    # It has neither alpha nor sigma. The distances are as in the rows' adapter, for the smaller picture.
    elastic = partial(A.ElasticTransform, displacement_range=(0.0065, 0.0065), control_grid_shape=(38, 38), p=1)
    found = shared.pipelines(A.Compose, shared.recipes(A, elastic))
    found["segmentation"] = replace(found["segmentation"], note="elastic: a grid of control points, not smoothed noise")
    return found
