"""A small dataset with everything that COCO has, written anew for each test."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

PERSON = ["nose", "left_eye", "right_eye", "mouth-left", "mouth-right"]


def tree() -> dict[str, Any]:
    mask = np.zeros((60, 80), np.uint8)
    mask[10:30, 20:50] = 1
    counts = np.diff(np.flatnonzero(np.diff(np.concatenate([[2], mask.T.ravel(), [2]]))))
    return {
        "info": {"description": "squares"},
        "licenses": [{"id": 1, "name": "none"}],
        "images": [
            {"id": 11, "file_name": "a.jpg", "width": 80, "height": 60, "license": 1},
            {"id": 12, "file_name": "sub/b.png", "width": 64, "height": 64},
        ],
        "annotations": [
            {
                "id": 1,
                "image_id": 11,
                "category_id": 1,
                "bbox": [10, 12, 30, 20],
                "keypoints": [20, 20, 2, 25, 18, 2, 15, 18, 1, 0, 0, 0, 18, 24, 2],
                "num_keypoints": 4,
                "iscrowd": 0,
                "area": 600,
                "attributes": {"mood": "good"},
            },
            {
                "id": 2,
                "image_id": 11,
                "category_id": 2,
                "bbox": [40, 20, 20, 20],
                "segmentation": [[40, 20, 60, 20, 60, 40, 40, 40], [62, 20, 66, 20, 66, 24]],
                "area": 408,
                "iscrowd": 0,
            },
            {
                "id": 3,
                "image_id": 11,
                "category_id": 1,
                "bbox": [20, 10, 30, 20],
                "segmentation": {"size": [60, 80], "counts": counts.tolist()},
                "area": 600,
                "iscrowd": 1,
            },
            {"id": 4, "image_id": 12, "category_id": 2, "bbox": [0, 0, 10, 10], "area": 100, "iscrowd": 0},
        ],
        "categories": [
            {"id": 1, "name": "person", "keypoints": PERSON, "skeleton": [[1, 2], [1, 3]], "supercategory": "animal"},
            {"id": 2, "name": "box"},
        ],
    }


@pytest.fixture
def data(tmp_path: Path) -> SimpleNamespace:
    """Folders `images` and `out`, the annotation file `annotations`, its `tree`, and `save` to write it again."""
    images, annotations = tmp_path / "images", tmp_path / "annotations.json"
    (images / "sub").mkdir(parents=True)
    noise = np.random.default_rng(0)
    for name, size in (("a.jpg", (60, 80, 3)), ("sub/b.png", (64, 64, 3))):
        smooth = cv2.GaussianBlur(noise.integers(0, 255, size, np.uint8), (0, 0), 3)
        assert cv2.imwrite(str(images / name), smooth)
    found = SimpleNamespace(images=images, annotations=annotations, out=tmp_path / "out", tree=tree())
    found.save = lambda: annotations.write_text(json.dumps(found.tree))
    found.save()
    return found
