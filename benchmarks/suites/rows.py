"""The rows of the public benchmark: one transform, one call, one photograph of 512×512×3 in uint8."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, Seconds

# Not a row: what one copy of the image takes, the measure of rows that only move memory.
COPY = "(one copy of the image)"


def cases(adapter: Any, folder: Path) -> dict[str, Figure]:
    parameters: dict[str, dict[str, Any]] = json.loads((folder / "rows.json").read_text())
    unknown = adapter.ROWS.keys() - parameters.keys()
    if unknown:
        raise KeyError(f"{adapter.__name__} has rows that rows.yaml does not name: {', '.join(sorted(unknown))}")
    pixels = np.load(folder / "photographs.npy")
    inputs = [adapter.photograph(photograph) for photograph in pixels]
    figures: dict[str, Figure] = {
        name: Seconds(row.build(**parameters[name]), inputs, note=row.note, counts=row.counts)
        for name, row in adapter.ROWS.items()
    }
    if adapter.__name__.endswith(".kernels"):
        figures[COPY] = Seconds(np.copy, list(pixels))
    return figures
