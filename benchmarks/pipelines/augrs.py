"""augrs-py 0.1.0."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import augrs as A  # noqa: N812
import numpy as np
import torch

from benchmarks.pipelines import FRAMES, Pipeline, Sample, shared

# It takes one image; further ones may be named, and are treated alike.
FIRST, *FURTHER = NAMES = ["image", *(f"image{number}" for number in range(1, FRAMES))]


def given(sample: Sample) -> Sample:
    return dict(zip(NAMES, sample["images"], strict=True)) if "images" in sample else sample


def pipelines() -> dict[str, Pipeline]:
    recipes = shared.recipes(A)
    clip = A.Compose(**recipes.pop("clip"), additional_targets=dict.fromkeys(FURTHER, FIRST))
    found = shared.pipelines(A.Compose, recipes)
    return {**found, "clip": Pipeline(partial(augmented, clip), note="each frame is a target with a name of its own")}


def augmented(pipeline: Callable[..., dict[str, np.ndarray]], sample: Sample) -> tuple[torch.Tensor, ...]:
    result = pipeline(**sample)
    frames = [result[name].transpose(2, 0, 1) for name in NAMES]
    # Left to itself it would keep the channels last.
    clip = np.empty((FRAMES, *frames[0].shape), np.float32)
    return (torch.from_numpy(np.stack(frames, out=clip)),)
