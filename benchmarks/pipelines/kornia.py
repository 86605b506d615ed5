"""kornia 0.9.0, its containers on batches of one, in float32 and inference mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import kornia.augmentation as K  # noqa: N812
import numpy as np
import torch

from benchmarks.peers.kornia import photograph
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

COLORS = "colors: factors on RGB, and hue"
# What it calls the kinds of data.
KEYS = {"image": "input", "mask": "mask", "bboxes": "bbox_xyxy", "keypoints": "keypoints"}


def given(sample: Sample) -> dict[str, torch.Tensor]:
    return {name: batch(name, value) for name, value in sample.items()}


def batch(name: str, value: np.ndarray) -> torch.Tensor:
    """With an axis for the batch, but for labels, which it does not know."""
    match name:
        case "image":
            return photograph(value)
        case "images":
            return torch.from_numpy(value).permute(0, 3, 1, 2)[None].contiguous().float() / 255
        case "mask":
            return torch.from_numpy(value)[None, None].float()
        case "labels":
            return torch.from_numpy(value)
        case _:
            return torch.from_numpy(value)[None]


def augmented(steps: Sequence[torch.nn.Module], keys: Sequence[str]) -> Callable[..., tuple[torch.Tensor, ...]]:
    """Through the container of images and what belongs to them; labels pass by, since no box is ever dropped."""
    pipeline = K.AugmentationSequential(*steps, data_keys=[KEYS[key] for key in keys])

    def call(sample: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
        with torch.inference_mode():
            found = pipeline(*(sample[key] for key in keys))
            found = found if isinstance(found, list) else [found]
            return *(value[0].contiguous() for value in found), *(sample[key] for key in sample if key not in keys)

    return call


def filmed(steps: Sequence[torch.nn.Module]) -> Callable[..., tuple[torch.Tensor, ...]]:
    pipeline = K.VideoSequential(*steps, data_format="BTCHW", same_on_frame=True)

    def call(sample: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
        with torch.inference_mode():
            return (pipeline(sample["images"])[0].contiguous(),)

    return call


def factors(limits: tuple[float, float], whole: float = 1) -> tuple[float, float]:
    low, high = limits
    return 1 + low / whole, 1 + high / whole


def pipelines() -> dict[str, Pipeline]:
    flip = partial(K.RandomHorizontalFlip, p=0.5)
    brightness, contrast, saturation = factors(BRIGHTNESS), factors(CONTRAST), factors(SATURATION, 255)
    low, high = HUE
    color = partial(K.ColorJitter, brightness, contrast, saturation, (low / 180, high / 180), p=1)
    normalize = partial(K.Normalize, MEAN, STD, p=1)
    noise = partial(K.RandomGaussianNoise, std=NOISE, p=1)

    def light() -> list[torch.nn.Module]:
        return [K.RandomBrightness(brightness, p=1), K.RandomContrast(contrast, p=1)]

    def resized(side: int) -> torch.nn.Module:
        return K.RandomResizedCrop((side, side), AREA, RATIO, align_corners=False, p=1)

    def affine(scale: tuple[float, float], degrees: float, shift: float = 0) -> torch.nn.Module:
        return K.RandomAffine(degrees, (shift, shift), scale, p=1)

    # As in the rows' adapter: alpha counts in halves of the side, the kernel is OpenCV's.
    sigma = float(ELASTIC["sigma"])
    width = int(8 * sigma) | 1
    elastic = K.RandomElasticTransform((width, width), (sigma, sigma), (ELASTIC["alpha"] / 384,) * 2, p=1)

    steps: dict[str, tuple[str, tuple[str, ...], list[torch.nn.Module]]] = {
        "imagenet": (COLORS, ("image",), [resized(224), flip(), color(), normalize()]),
        "detection": (
            f"{COLORS}; pads at the right and below; drops no boxes",
            ("image", "bboxes"),
            [K.RandomCrop((448, 448), p=1), affine((0.8, 1.2), 10), flip(), color(), K.PadTo((640, 640))],
        ),
        "segmentation": (
            "elastic: uniform noise",
            ("image", "mask"),
            [
                affine((0.8, 1.2), 30, 0.0625),
                K.RandomCrop((384, 384), p=1),
                elastic,
                K.RandomGaussianBlur(BLUR, SIGMAS, p=1),
                noise(),
            ],
        ),
        "keypoints": ("", ("image", "keypoints"), [flip(), K.RandomRotation(30, p=1), resized(256), *light()]),
        "satellite": (
            "",
            ("image", "mask"),
            [
                K.RandomRotation90((0, 3), p=1),
                flip(),
                K.RandomVerticalFlip(p=0.5),
                K.RandomCrop((256, 256), p=1),
                affine((0.9, 1.1), 15),
                noise(),
            ],
        ),
    }
    found = {name: Pipeline(augmented(taken, keys), note) for name, (note, keys, taken) in steps.items()}
    return {**found, "clip": Pipeline(filmed([resized(224), flip(), *light(), normalize()]))}
