"""The pipelines of the libraries that share albumentations' calling convention.

Their parameters have different names and the same places, so they are given by place, and what one library has as its
default and another has not by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np
import torch

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
    VALUE,
    VISIBILITY,
    Pipeline,
    Sample,
)

# The arguments of a library's `Compose`.
Recipe = dict[str, Any]


def given(sample: Sample) -> Sample:
    return sample


def pipelines(compose: Callable[..., Any], recipes: dict[str, Recipe]) -> dict[str, Pipeline]:
    """The recipes as the library's `Compose` makes them."""
    return {name: Pipeline(partial(augmented, compose(**recipe))) for name, recipe in recipes.items()}


def augmented(pipeline: Callable[..., dict[str, Any]], sample: Sample) -> tuple[torch.Tensor, ...]:
    result = pipeline(**sample)
    return tuple(tensor(name, result[name]) for name in sample)


def tensor(name: str, value: np.ndarray) -> torch.Tensor:
    if name == "image" and value.dtype == np.uint8 and value.shape[2] <= 4:
        # OpenCV takes bytes apart in half the time that NumPy or torch takes.
        planes = np.empty((value.shape[2], *value.shape[:2]), np.uint8)
        cv2.split(value, list(planes))
        return torch.from_numpy(planes)
    if name in ("image", "images"):
        # Of floats, NumPy is the fastest of the three.
        value = np.moveaxis(value, -1, -3)
    return torch.from_numpy(np.ascontiguousarray(value))


def recipes(A: Any, elastic: Callable[[], Any] | None = None) -> dict[str, Recipe]:  # noqa: N803 - as it is imported
    """Of the library A; `elastic` builds that step where the library has no alpha and sigma."""
    elastic = elastic or partial(A.ElasticTransform, **ELASTIC, approximate=False, p=1)
    flip = partial(A.HorizontalFlip, p=0.5)
    light = partial(A.RandomBrightnessContrast, BRIGHTNESS, CONTRAST, brightness_by_max=True, p=1)
    color = partial(A.HueSaturationValue, HUE, SATURATION, VALUE, p=1)
    normalize = partial(A.Normalize, MEAN, STD, max_pixel_value=255, p=1)
    noise = partial(A.GaussNoise, (NOISE, NOISE), per_channel=True, p=1)

    def resized(side: int) -> Any:
        return A.RandomResizedCrop(size=(side, side), scale=AREA, ratio=RATIO, p=1)

    def affine(scale: tuple[float, float], degrees: float) -> Any:
        return A.Affine(scale=scale, rotate=(-degrees, degrees), keep_ratio=True, p=1)

    return {
        "imagenet": {"transforms": [resized(224), flip(), light(), color(), normalize()]},
        "detection": {
            "transforms": [
                A.RandomCrop(448, 448, p=1),
                affine((0.8, 1.2), 10),
                flip(),
                light(),
                color(),
                A.PadIfNeeded(640, 640, p=1),
            ],
            "bbox_params": A.BboxParams("pascal_voc", label_fields=["labels"], min_visibility=VISIBILITY),
        },
        "segmentation": {
            "transforms": [
                A.ShiftScaleRotate((-0.0625, 0.0625), (-0.2, 0.2), (-30, 30), p=1),
                A.RandomCrop(384, 384, p=1),
                elastic(),
                A.GaussianBlur((BLUR, BLUR), SIGMAS, p=1),
                noise(),
            ],
        },
        "keypoints": {
            "transforms": [flip(), A.Rotate((-30, 30), p=1), resized(256), light()],
            "keypoint_params": A.KeypointParams("xy", remove_invisible=False),
        },
        "satellite": {
            "transforms": [
                A.RandomRotate90(p=1),
                flip(),
                A.VerticalFlip(p=0.5),
                A.RandomCrop(256, 256, p=1),
                affine((0.9, 1.1), 15),
                noise(),
            ],
        },
        "clip": {"transforms": [resized(224), flip(), light(), normalize()]},
    }
