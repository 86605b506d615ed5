"""The same row by every library, as pictures: whether an adapter asks for the same work is seen in a second."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.run import workers

SIDE = 256
LABEL = 20


def sheet(rows: Sequence[str], libraries: Sequence[str], photograph: int = 0) -> np.ndarray:
    """A line of pictures a row, a column a library; BGR."""
    lines: dict[str, list[np.ndarray]] = {row: [] for row in rows}
    with workers("rows", libraries) as (started, _), tempfile.TemporaryDirectory() as scratch:
        file = str(Path(scratch) / "picture.npy")
        for row in rows:
            for worker in started:
                note = "absent"
                picture = np.full((SIDE, SIDE, 3), 90, np.uint8)
                if row in worker.cases:
                    answer = worker.ask(case=row, save=file, skip=photograph)
                    note = answer.get("fault", worker.cases[row]["note"])
                    if "saved" in answer:
                        picture = shown(np.load(file))
                        note = f"{np.load(file).shape} {note}"
                lines[row].append(labelled(picture, f"{row}: {worker.library.name} {note}"))
    return np.concatenate([np.concatenate(line, 1) for line in lines.values()])


def shown(picture: np.ndarray) -> np.ndarray:
    """Any array of an image, (height, width, channels), as BGR bytes of the sheet's size."""
    if picture.dtype != np.uint8:
        span = float(picture.max()) - float(picture.min())
        picture = ((picture - picture.min()) * (255 / span if span else 0)).astype(np.uint8)
    picture = picture[..., ::-1] if picture.shape[-1] == 3 else np.repeat(picture[..., :1], 3, -1)
    return cv2.resize(np.ascontiguousarray(picture), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def labelled(picture: np.ndarray, text: str) -> np.ndarray:
    strip = np.full((LABEL, picture.shape[1], 3), 255, np.uint8)
    cv2.putText(strip, text, (3, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (0, 0, 0), 1, cv2.LINE_AA)
    return np.concatenate([strip, picture])
