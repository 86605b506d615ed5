"""The six photographs as samples of one dataset, and the opt-in without which nothing here may load."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import augcore

sys.path.insert(0, str(Path(__file__).parent))  # for mixing_tools: pytest imports test files as no package

DATA = Path(__file__).parents[3] / "examples" / "data"


@pytest.fixture(autouse=True)
def enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("augcore.plugins._opted_in", set())  # so that the opt-in ends with the test
    augcore.enable_experimental("experimental")


def _sample(entry: dict[str, Any], annotations: list[dict[str, Any]]) -> dict[str, Any]:
    picture = cv2.imread(str(DATA / "images" / entry["file_name"]))
    named = [a for a in annotations if "keypoints" in a]
    classes = np.zeros(6, np.float32)
    classes[entry["id"] - 1] = 1
    return {
        "image": picture,
        "mask": _classes(picture.shape[:2], annotations),
        "bboxes": [a["bbox"] for a in annotations],
        "categories": [a["category_id"] for a in annotations],
        "keypoints": [point for a in named for point in np.reshape(a["keypoints"], (-1, 3))[:, :2].tolist()],
        "polygons": [a["segmentation"] for a in annotations if a.get("segmentation")],
        "label": classes,
    }


def _classes(size: tuple[int, int], annotations: list[dict[str, Any]]) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    for annotation in annotations:
        for ring in annotation.get("segmentation") or []:
            cv2.fillPoly(mask, [np.reshape(ring, (-1, 2)).astype(np.int32)], annotation["category_id"])
    return mask


@pytest.fixture(scope="session")
def samples() -> list[dict[str, Any]]:
    coco = json.loads((DATA / "annotations.json").read_text())
    return [_sample(e, [a for a in coco["annotations"] if a["image_id"] == e["id"]]) for e in coco["images"]]
