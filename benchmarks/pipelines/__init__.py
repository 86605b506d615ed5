"""Whole pipelines, as similar as each library allows. One module a library, run in that library's venv.

A module has `pipelines()`, which gives each `Pipeline` by name, and `given(sample)`, which puts a sample's arrays into
what the library takes. What all of them work on, and with which parameters, is here. Steps are taken always but for
flips, which are taken half the time, as is usual: a step that is drawn makes a call short or long by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

# The arguments of a call by name, channels last: image or images, mask, bboxes and labels, keypoints.
Sample = dict[str, np.ndarray]

BOXES, KEYPOINTS, FRAMES = 20, 17, 16

# Of brightness and contrast as parts, of hue in degrees halved, of saturation and value of 255.
BRIGHTNESS = CONTRAST = (-0.2, 0.2)
HUE, SATURATION, VALUE = (-20, 20), (-30, 30), (-20, 20)
AREA, RATIO = (0.25, 1.0), (0.75, 4 / 3)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# An object of which less is left than this part of its area is dropped.
VISIBILITY = 0.1
ELASTIC = {"alpha": 50, "sigma": 5}
BLUR, SIGMAS = 5, (0.5, 2.0)
NOISE = 0.05


@dataclass(frozen=True)
class Pipeline:
    """One library's way of doing a pipeline.

    Attributes:
        call: from one sample, as `given` gave it, to contiguous tensors: the image with channels first, or the frames
            of a clip, (time, channels, height, width), then what belongs to it, in the sample's order.
        note: how it differs from what the others do, if it does.
        counts: False if it does another work, which competes with nobody.
    """

    call: Callable[[Any], tuple[torch.Tensor, ...]]
    note: str = ""
    counts: bool = True


def samples(name: str, photographs: np.ndarray) -> list[Sample]:
    """One a photograph, the same in every library."""
    build = {
        "imagenet": picture,
        "detection": objects,
        "segmentation": classes,
        "keypoints": body,
        "satellite": tile,
        "clip": frames,
    }[name]
    return [build(number, photographs) for number in range(len(photographs))]


def picture(number: int, photographs: np.ndarray) -> Sample:
    return {"image": photographs[number]}


def objects(number: int, photographs: np.ndarray) -> Sample:
    """Boxes of 24 to 200 pixels a side, as (left, top, right, bottom), with a class each."""
    draws = np.random.default_rng(number)
    sides = draws.uniform(24, 200, (BOXES, 2))
    corners = draws.uniform(0, photographs.shape[1] - sides)
    boxes = np.concatenate([corners, corners + sides], 1).astype(np.float32)
    return {"image": photographs[number], "bboxes": boxes, "labels": draws.integers(0, 80, BOXES)}


def classes(number: int, photographs: np.ndarray) -> Sample:
    """Eight classes, by brightness: outlines as ragged as those of real masks."""
    return {"image": photographs[number], "mask": (photographs[number].mean(-1) / 32).astype(np.uint8)}


def body(number: int, photographs: np.ndarray) -> Sample:
    points = np.random.default_rng(number).uniform(100, 400, (KEYPOINTS, 2)).astype(np.float32)
    return {"image": photographs[number], "keypoints": points}


def tile(number: int, photographs: np.ndarray) -> Sample:
    """Nine channels, of three photographs."""
    bands = [photographs[(number + step) % len(photographs)] for step in range(3)]
    return {**classes(number, photographs), "image": np.concatenate(bands, -1)}


def frames(number: int, photographs: np.ndarray) -> Sample:
    """A window of 256 pixels that moves across a photograph."""
    windows = [photographs[number, 128 : 128 + 256, start : start + 256] for start in range(0, 16 * FRAMES, 16)]
    return {"images": np.stack(windows)}
