"""What 20 boxes with labels and 20 keypoints add to a call of each geometric transform that the libraries share.

Each case is "TRANSFORM, added": the call with them less the call without, on a photograph of 512×512×3.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Added, Figure
from benchmarks.suites.convention import contiguous, library_of, name_of

SIDE, COUNT = 512, 20
# With arguments that have the same places everywhere; what a library lacks is left out there. All draw the same every
# time, but for where crops lie, which corner goes where and which way things turn.
TRANSFORMS: dict[str, tuple[Any, ...]] = {
    "HorizontalFlip": (),
    "VerticalFlip": (),
    "Transpose": (),
    "RandomRotate90": (),
    "D4": (),
    "Resize": (384, 384),
    "LongestMaxSize": (384,),
    "RandomScale": ((-0.1, 0.1),),
    "RandomCrop": (384, 384),
    "CenterCrop": (384, 384),
    "RandomResizedCrop": ((384, 384), (0.5, 1)),
    "RandomSizedCrop": ((256, 480), (384, 384)),
    "PadIfNeeded": (640, 640),
    "Pad": (10,),
    "CropAndPad": ([-10, 20, -10, 20],),
    "Rotate": ((20, 20),),
    "SafeRotate": ((20, 20),),
    "Affine": ((0.9, 0.9), None, None, (20, 20)),
    "ShiftScaleRotate": ((0.05, 0.05), (0.1, 0.1), (20, 20)),
    "Perspective": ((0.05, 0.05),),
    "GridDistortion": (5, (-0.2, 0.2)),
    "OpticalDistortion": ((0.3, 0.3),),
    "ElasticTransform": (300, 10),
    "RandomGridShuffle": ((3, 3),),
    "CoarseDropout": ((4, 4), (0.1, 0.1), (0.1, 0.1)),
    "Erasing": (),
}
BARS = {f"{name}, added": "≤ ⅓ of the least" for name in TRANSFORMS}


def cases(adapter: Any, folder: Path) -> dict[str, Figure]:
    A = library_of(adapter)  # noqa: N806 - the name that these libraries are imported under
    if A is None:
        return {}
    bare = {"image": np.load(folder / "photographs.npy")[0]}
    given = bare | annotations()
    options = {
        "bbox_params": A.BboxParams("pascal_voc", label_fields=["labels"]),
        "keypoint_params": A.KeypointParams("xy"),
    }
    figures: dict[str, Figure] = {}
    for name, arguments in TRANSFORMS.items():
        # albumentationsx's elastic transform has a grid of control points, and other parameters.
        if not hasattr(A, name) or (name_of(adapter), name) == ("albumentationsx", "ElasticTransform"):
            continue
        step = getattr(A, name)(*arguments, p=1)
        alone, along = contiguous(A.Compose([step])), contiguous(A.Compose([step], **options))
        figures[f"{name}, added"] = Added(partial(along, **given), partial(alone, **bare))
    return figures


def annotations() -> dict[str, Any]:
    draws = np.random.default_rng(0)
    sides = draws.uniform(20, 120, (COUNT, 2))
    corner = draws.uniform(0, SIDE - sides)
    return {
        "bboxes": np.concatenate([corner, corner + sides], 1),
        "labels": list(range(COUNT)),
        "keypoints": draws.uniform(0, SIDE - 1, (COUNT, 2)),
    }
