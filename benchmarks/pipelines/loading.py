"""A pipeline inside a torch DataLoader: wall-clock seconds a picture, once it runs steadily."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, default_collate

BATCH = 16
# Seconds that are timed in each round: two workers take turns, and a moment holds few of their batches.
ENOUGH = 0.5


class Samples(Dataset[tuple[torch.Tensor, ...]]):
    def __init__(self, call: Callable[[Any], tuple[torch.Tensor, ...]], inputs: Sequence[Any]) -> None:
        self.call, self.inputs = call, inputs

    def __getitem__(self, index: int) -> tuple[torch.Tensor, ...]:
        return self.call(self.inputs[index % len(self.inputs)])


class Batches:
    """A batch sampler of as many batches as are wanted; the loader's workers stay up when that changes."""

    number = 0

    def __iter__(self) -> Iterator[range]:
        return (range(number * BATCH, (number + 1) * BATCH) for number in range(self.number))


def collate(samples: Sequence[tuple[torch.Tensor, ...]]) -> tuple[torch.Tensor, ...]:
    """Images into one array; boxes and labels of all of them one below the other, with how many each image has."""
    images, *further = zip(*samples, strict=True)
    counts = [torch.tensor(list(map(len, further[0])))] if further else []
    # In a worker this one stacks in shared memory, which spares a copy.
    return default_collate(images), *(torch.cat(column) for column in further), *counts


def one_thread(worker: int) -> None:
    torch.set_num_threads(1)
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(1)


class LoadedSeconds:
    """Wall-clock seconds a picture that a DataLoader takes.

    Each figure is an epoch of its own by workers that stay up: at its end nothing is prefetched, so no work goes on in
    another library's turn. The first batch of each worker is not counted, since all of them are awaited at once.
    """

    unit = "s"

    def __init__(
        self,
        call: Callable[[Any], tuple[torch.Tensor, ...]],
        inputs: Sequence[Any],
        workers: int,
        note: str = "",
        counts: bool = True,
    ) -> None:
        self.note, self.counts = note, counts
        self.batches = Batches()
        self.lanes = max(workers, 1)
        self.timed = 0
        self.loader = DataLoader(
            Samples(call, inputs),
            batch_sampler=self.batches,
            num_workers=workers,
            collate_fn=collate,
            worker_init_fn=one_thread,
            persistent_workers=workers > 0,
        )

    def measure(self) -> float:
        if not self.timed:
            each = self._seconds(self.lanes) / self.lanes
            self.timed = math.ceil(ENOUGH / each / self.lanes) * self.lanes
        return self._seconds(self.timed) / (self.timed * BATCH)

    def _seconds(self, timed: int) -> float:
        self.batches.number = self.lanes + timed
        batches = iter(self.loader)
        for _ in islice(batches, self.lanes):
            pass
        start = time.perf_counter()
        for _ in batches:
            pass
        return time.perf_counter() - start
