"""Pipelines as a training has them: one call at a time, and for some of them inside a torch DataLoader."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.figures import Figure, Seconds
from benchmarks.pipelines import samples

if TYPE_CHECKING:
    from benchmarks.pipelines.loading import LoadedSeconds

# In a loader, too: the shortest of them, and the one with most besides its image.
LOADED = ("imagenet", "detection")
LOADERS = {0: "0 workers", 1: "1 worker", 2: "2 workers"}


def cases(adapter: Any, folder: Path) -> dict[str, Figure | LoadedSeconds]:
    """Those of the library of this adapter, none if it has no pipelines."""
    module = f"benchmarks.pipelines.{adapter.__name__.rpartition('.')[2]}"
    if importlib.util.find_spec(module) is None:
        return {}
    # Not for the libraries without pipelines, whose venvs are without torch.
    from benchmarks.pipelines.loading import LoadedSeconds

    library = importlib.import_module(module)
    photographs = np.load(folder / "photographs.npy")
    figures: dict[str, Figure | LoadedSeconds] = {}
    for name, pipeline in library.pipelines().items():
        inputs = [library.given(sample) for sample in samples(name.partition(",")[0], photographs)]
        marks = {"note": pipeline.note, "counts": pipeline.counts}
        # All photographs in one call, since two of them may take different times.
        figures[name] = Seconds(partial(each, pipeline.call), [inputs], pictures=len(inputs), **marks)
        for workers, title in LOADERS.items() if name in LOADED else ():
            figures[f"{name}, {title}"] = LoadedSeconds(pipeline.call, inputs, workers, **marks)
    return figures


def each(call: Callable[[Any], Any], inputs: Sequence[Any]) -> None:
    for given in inputs:
        call(given)
