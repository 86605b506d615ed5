"""What annotations cost: boxes, keypoints, polygons and masks through a flip, a crop, an affine and a dense map.

500 boxes, 500 keypoints, 100 polygons of 30 points and 50 masks on 512×512×3. Each case is "MAP, KIND": the whole call;
and "MAP, KIND, added": what the annotations add to the same call without them.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Added, Figure
from benchmarks.suites.convention import contiguous, library_of, name_of, seconds

SIDE = 512
MAPS = ("flip", "crop", "affine", "elastic")
# Of what they add.
KIND_BARS = {
    "boxes": "≥ 2× faster than albumentations",
    "keypoints": "≥ 2× faster than albumentations",
    "masks": "no slower than albumentations",
}
BARS = {f"{name}, {kind}, added": bar for name in MAPS for kind, bar in KIND_BARS.items()}
# Displacements of 1.8 px (standard deviation along each axis), 7 px at most, neighbours 13 % nearer or further apart: a
# moderate distortion, which bends outlines and folds nowhere.
ELASTIC = {"alpha": 300, "sigma": 10}
# Of the same strength, 1.8 px and 5 px at most, where there is no noise to smooth.
ELASTIC_GRID = {"displacement_range": (0.015, 0.015), "control_grid_shape": (20, 20)}


def cases(adapter: Any, folder: Path) -> dict[str, Figure]:
    A = library_of(adapter)  # noqa: N806 - the name that these libraries are imported under
    if A is None:
        return {}
    bare = {"image": np.load(folder / "photographs.npy")[0]}
    options: dict[str, dict[str, Any]] = {
        "boxes": {"bbox_params": A.BboxParams("pascal_voc", label_fields=["labels"])},
        "keypoints": {"keypoint_params": A.KeypointParams("xy", label_fields=["names"], remove_invisible=False)},
    }
    kinds, notes = arguments_of_kinds(), {}
    if name_of(adapter) != "augcore":
        del kinds["polygons"]
    if successor := name_of(adapter) == "albumentationsx":
        kinds["masks"]["masks"] = np.stack(kinds["masks"]["masks"])[..., np.newaxis]
        notes = {"elastic": "a grid of control points, not smoothed noise", "masks": "one array of all masks"}
    figures: dict[str, Figure] = {}
    for name, transform in maps_of(A, successor).items():
        alone = contiguous(A.Compose([transform]))
        figures[f"{name}, nothing"] = seconds(alone, [bare], note=notes.get(name, ""))
        for kind, arguments in kinds.items():
            note = "; ".join(notes[part] for part in (name, kind) if part in notes)
            pipeline = contiguous(A.Compose([transform], **options.get(kind, {})))
            given = bare | arguments
            figures[f"{name}, {kind}"] = seconds(pipeline, [given], note=note)
            figures[f"{name}, {kind}, added"] = Added(partial(pipeline, **given), partial(alone, **bare), note=note)
    return figures


def maps_of(A: Any, successor: bool) -> dict[str, Any]:  # noqa: N803
    # Of its two ways of moving keypoints, the one that albumentations is fast in; ours are one.
    elastic = ELASTIC_GRID if successor else ELASTIC | {"keypoint_remapping_method": "direct"}
    return {
        "flip": A.HorizontalFlip(p=1),
        "crop": A.RandomCrop(384, 384, p=1),
        "affine": A.Affine(rotate=(20, 20), scale=(0.9, 0.9), p=1),
        "elastic": A.ElasticTransform(**elastic, p=1),
    }


def arguments_of_kinds() -> dict[str, dict[str, Any]]:
    """What a call is given beside the image, by the kind of annotation."""
    draws = np.random.default_rng(0)
    corner = draws.uniform(0, SIDE - 62, (500, 2))
    boxes = np.concatenate([corner, corner + draws.uniform(5, 60, (500, 2))], 1)
    points = draws.uniform(0, SIDE - 1, (500, 2))
    angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)[:, None]
    rings = [
        centre + draws.uniform(10, 40) * draws.uniform(0.8, 1, (30, 1)) * np.hstack([np.cos(angles), np.sin(angles)])
        for centre in draws.uniform(40, SIDE - 40, (100, 2))
    ]
    rows, columns = np.mgrid[:SIDE, :SIDE]
    masks = [
        (np.hypot(columns - x, rows - y) < radius).astype(np.uint8)
        for x, y, radius in draws.uniform((0, 0, 10), (SIDE, SIDE, 80), (50, 3))
    ]
    labels = list(range(500))
    return {
        "boxes": {"bboxes": boxes, "labels": labels},
        "keypoints": {"keypoints": points, "names": labels},
        "polygons": {"polygons": rings},
        "masks": {"masks": masks},
    }
