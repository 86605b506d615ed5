"""What a call costs beyond its pixels, what building and importing cost, and whether memory grows with calls."""

from __future__ import annotations

import importlib
import importlib.util
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Added, Figure, Growth, InOwnProcess, Seconds
from benchmarks.suites.convention import contiguous, library_of, seconds

NOOP = "NoOp, 512×512×3"
FLIP_SMALL = "HorizontalFlip, 2 boxes with labels, 64×64×3"
FLIP = "HorizontalFlip, 2 boxes with labels, 512×512×3"
ROTATE = "Rotate, 500 boxes, 512×512×3"
BUILD = "build an 8-step Compose"
IMPORT = "import beyond numpy and cv2"
GROWTH = "memory growth over 100,000 calls"
BARS = {
    NOOP: "≤ 8 µs",
    FLIP_SMALL: "≥ 4× faster than albumentations",
    FLIP: "≥ 4× faster than albumentations",
    ROTATE: "no slower than albumentations",
    BUILD: "≤ 300 µs",
    IMPORT: "≤ 60 ms",
}
CALLS = 100_000


def cases(adapter: Any, folder: Path) -> dict[str, Figure]:
    A = library_of(adapter)  # noqa: N806 - the name that these libraries are imported under
    if A is None:
        return {}
    image = np.load(folder / "photographs.npy")[0]
    figures = calls(A, image)
    figures[BUILD] = Seconds(lambda _: eight_steps(A), [None])
    figures[IMPORT] = import_time(A.__name__)
    figures[GROWTH] = InOwnProcess(growth, adapter.__name__, CALLS)
    return figures


def calls(A: Any, image: np.ndarray) -> dict[str, Figure]:  # noqa: N803
    params = A.BboxParams("pascal_voc", label_fields=["labels"])
    two: dict[str, Any] = {"bboxes": [(1, 2, 30, 40), (5, 6, 7, 8)], "labels": ["cat", "dog"]}
    draws = np.random.default_rng(0)
    corner = draws.uniform(0, 450, (500, 2))
    many = {
        "bboxes": np.concatenate([corner, corner + draws.uniform(5, 60, (500, 2))], 1),
        "labels": list(range(500)),
    }
    flip = contiguous(A.Compose([A.HorizontalFlip(p=1)], bbox_params=params))
    rotate = contiguous(A.Compose([A.Rotate((30, 30), p=1)], bbox_params=params))
    figures: dict[str, Figure] = {}
    if hasattr(A, "NoOp"):
        figures[NOOP] = seconds(contiguous(A.Compose([A.NoOp(p=1)])), [{"image": image}])
    figures[FLIP_SMALL] = seconds(flip, [{"image": image[:64, :64].copy(), **two}])
    figures[FLIP] = seconds(flip, [{"image": image, **two}])
    figures[ROTATE] = seconds(rotate, [{"image": image, **many}])
    return figures


def eight_steps(A: Any) -> Callable[..., Any]:  # noqa: N803
    pipeline: Callable[..., Any] = A.Compose(
        [
            A.RandomResizedCrop(size=(224, 224)),
            A.HorizontalFlip(),
            A.Affine(rotate=(-10, 10)),
            A.Perspective(),
            A.RandomBrightnessContrast(),
            A.HueSaturationValue(),
            A.GaussianBlur(),
            A.Normalize(),
        ]
    )
    return pipeline


def import_time(module: str) -> Added:
    # Not every venv has all of them. torch takes seconds, and who has it there imports it anyway.
    common = [other for other in ("numpy", "cv2") if importlib.util.find_spec(other)]
    note = ""
    if module == "albumentations":
        common.append("torch")
        note = "beyond torch, too, which it imports where that is installed"
    return Added(partial(importing, [*common, module]), partial(importing, common), clock=children_time, note=note)


def children_time() -> float:
    """The time that this process's children had a core."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def importing(modules: list[str]) -> None:
    """In a fresh interpreter; what that itself takes is in both of the calls that are compared."""
    subprocess.run([sys.executable, "-c", f"import {', '.join(modules)}"], check=True)


def growth(adapter: str, number: int) -> Growth:
    A = library_of(importlib.import_module(adapter))  # noqa: N806
    pipeline = A.Compose(
        [A.HorizontalFlip(), A.Rotate(p=0.2), A.RandomBrightnessContrast()],
        bbox_params=A.BboxParams("pascal_voc", label_fields=["labels"]),
    )
    image = np.zeros((64, 64, 3), np.uint8)
    return Growth(lambda: pipeline(image=image, bboxes=[(1, 2, 30, 40)], labels=["cat"]), number)
