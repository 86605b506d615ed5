"""What the tests of mixing share: two geometric transforms, a pipeline, and what a trace says of its mix."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_experimental import CutMix, MixUp

import augcore
from augcore import AffineMap, BboxParams, Compose, Geometry, KeypointParams, Lattice, Mix, Rng, Trace, View, transform

BOTH = pytest.mark.parametrize("mixing", [MixUp(p=1), CutMix(p=1)], ids=["MixUp", "CutMix"])


@transform
class Turn(augcore.Transform):
    """45 degrees counter-clockwise about the centre, in the same frame."""

    def sample(self, rng: Rng, view: View) -> Geometry:
        a, x, y = math.radians(45), view.width / 2, view.height / 2
        c, s = math.cos(a), math.sin(a)
        matrix = [[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y], [0, 0, 1]]
        return Geometry(AffineMap.of(np.array(matrix), view.size, view.size))


@transform
class Flip(augcore.Transform):
    """Left to right."""

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.hflip(view.size))


def pipeline(steps: Any, source: Any, *, boxes: dict[str, Any] | None = None, **options: Any) -> Compose:
    return Compose(
        steps if isinstance(steps, list) else [steps],
        bbox_params=BboxParams(format="coco", label_fields=["categories"], **(boxes or {})),
        keypoint_params=KeypointParams(format="xy"),
        **{"seed": 1, "source": source, **options},
    )


def without(sample: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in sample.items() if name not in names}


def mirrored(sample: dict[str, Any]) -> dict[str, Any]:
    """Another sample of the same size."""
    return {**sample, "image": np.ascontiguousarray(sample["image"][:, ::-1]), "mask": sample["mask"][:, ::-1].copy()}


def mix_of(trace: Trace) -> Mix:
    (mix,) = (step.effect for step in trace.steps if isinstance(step.effect, Mix))
    return mix


def pasted(shape: tuple[int, ...], mix: Mix) -> np.ndarray:
    """(H, W) booleans: where the other sample shows."""
    where = np.zeros(shape[:2], bool)
    x0, y0, x1, y1 = mix.region
    where[y0:y1, x0:x1] = True
    return where
