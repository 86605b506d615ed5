"""torchvision 0.28.0, its transforms v2 on tensors, with tv_tensors for what belongs to an image.

Images are plain tensors, which spares wrapping them after each step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from benchmarks.peers.torchvision import photograph, v2
from benchmarks.pipelines import (
    AREA,
    BLUR,
    BRIGHTNESS,
    CONTRAST,
    ELASTIC,
    HUE,
    MEAN,
    NOISE,
    RATIO,
    SATURATION,
    SIGMAS,
    STD,
    Pipeline,
    Sample,
)

# isort: split
# Not before the rows' adapter, which knows how to import torchvision.
from torchvision import tv_tensors

LINEAR = v2.InterpolationMode.BILINEAR
COLORS = "colors: factors on RGB, and hue"
QUARTERS = (0, 90, 180, 270)


def given(sample: Sample) -> dict[str, torch.Tensor]:
    size = sample["image"].shape[:2] if "image" in sample else ()
    kinds: dict[str, Callable[[np.ndarray], torch.Tensor]] = {
        "image": photograph,
        "images": lambda frames: torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous(),
        "mask": tv_tensors.Mask,
        "bboxes": lambda boxes: tv_tensors.BoundingBoxes(boxes, format="XYXY", canvas_size=size),
        "keypoints": lambda points: tv_tensors.KeyPoints(points, canvas_size=size),
        "labels": torch.from_numpy,
    }
    return {name: kinds[name](value) for name, value in sample.items()}


def augmented(pipeline: Callable[..., Any], sample: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
    return tuple(value.as_subclass(torch.Tensor).contiguous() for value in pipeline(sample).values())


def factors(*limits: tuple[float, float], whole: float = 1) -> list[tuple[float, float]]:
    return [(1 + low / whole, 1 + high / whole) for low, high in limits]


def pipelines() -> dict[str, Pipeline]:
    flip = partial(v2.RandomHorizontalFlip, p=0.5)
    light = partial(v2.ColorJitter, *factors(BRIGHTNESS, CONTRAST))
    hue = tuple(limit / 180 for limit in HUE)
    color = partial(v2.ColorJitter, *factors(BRIGHTNESS, CONTRAST), *factors(SATURATION, whole=255), hue)
    normalize = [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]

    def resized(side: int) -> v2.Transform:
        return v2.RandomResizedCrop(side, AREA, RATIO, LINEAR, antialias=False)

    def affine(scale: tuple[float, float], degrees: float, shift: float = 0) -> v2.Transform:
        return v2.RandomAffine(degrees, translate=(shift, shift), scale=scale, interpolation=LINEAR)

    steps: dict[str, tuple[str, list[v2.Transform]]] = {
        "imagenet": (COLORS, [resized(224), flip(), color(), *normalize]),
        "detection": (
            f"{COLORS}; boxes of less than one pixel are dropped",
            # Its crop about the middle pads what is smaller.
            [
                v2.RandomCrop(448),
                affine((0.8, 1.2), 10),
                flip(),
                color(),
                v2.CenterCrop(640),
                v2.SanitizeBoundingBoxes(),
            ],
        ),
        "segmentation": (
            "elastic: uniform noise",
            [
                affine((0.8, 1.2), 30, 0.0625),
                v2.RandomCrop(384),
                v2.ElasticTransform(**ELASTIC),
                v2.GaussianBlur(BLUR, SIGMAS),
                v2.GaussianNoise(sigma=NOISE),
            ],
        ),
        "keypoints": (COLORS, [flip(), v2.RandomRotation(30, LINEAR), resized(256), light()]),
        "satellite": (
            "RandomChoice of RandomRotation by right angles",
            [
                v2.RandomChoice([v2.RandomRotation((angle, angle)) for angle in QUARTERS]),
                flip(),
                v2.RandomVerticalFlip(p=0.5),
                v2.RandomCrop(256),
                affine((0.9, 1.1), 15),
                v2.GaussianNoise(sigma=NOISE),
            ],
        ),
        "clip": ("", [resized(224), flip(), light(), *normalize]),
    }
    return {name: Pipeline(partial(augmented, v2.Compose(taken)), note) for name, (note, taken) in steps.items()}
