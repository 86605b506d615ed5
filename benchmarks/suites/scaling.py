"""How the cost of a call grows: with the image's side, boxes, channels and threads; and the memory that it takes.

Each case is "AXIS VALUE: WHAT", as "side 512: Affine"; those of memory are "memory: WHAT".
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, InOwnProcess, PeakMemory, Seconds
from benchmarks.suites.convention import contiguous, library_of, seconds

SIDES = (64, 128, 256, 512, 1024, 2048, 4096)
BOXES = (0, 1, 10, 100, 1000, 5000)
CHANNELS = (1, 3, 4, 9, 16, 64)
THREADS = (1, 2)
# Of all but the first axis.
SIDE = 512
# Where memory is watched: the image's own bytes, which the peaks are told as parts of, dwarf all else.
MEMORY_SIDE = 4096
MEMORY_BYTES = MEMORY_SIDE * MEMORY_SIDE * 3

MOVING = ("HorizontalFlip", "RandomCrop", "Affine")
ANY_CHANNELS = ("HorizontalFlip", "Affine", "RandomBrightnessContrast", "GaussianBlur")
THREE_STEPS = "flip, affine, brightness"
# One that spends its time in kernels, which let other threads run, and one that is little but overhead.
THREADED = {"affine, blur": ("Affine", "GaussianBlur"), "flip": ("HorizontalFlip",)}
# What the threads share in one call: handing it out must not weigh.
THREADED_PICTURES = 64


def cases(adapter: Any, folder: Path) -> dict[str, Figure]:
    A = library_of(adapter)  # noqa: N806 - the name that these libraries are imported under
    if A is None:
        return {}
    photographs = np.load(folder / "photographs.npy")
    return dict(
        [
            *sides(A, photographs),
            *boxes(A, photographs),
            *channels(A, photographs),
            *threads(A, photographs),
            *memory(adapter),
        ]
    )


def transforms(A: Any, side: int) -> dict[str, tuple[Any, ...]]:  # noqa: N803
    """The steps of each pipeline by its name; all draw the same every time, but for where the crop lies."""
    flip = A.HorizontalFlip(p=1)
    affine = A.Affine(rotate=(20, 20), scale=(0.9, 0.9), p=1)
    brightness = A.RandomBrightnessContrast((0.2, 0.2), (0.2, 0.2), True, p=1)
    return {
        "HorizontalFlip": (flip,),
        "RandomCrop": (A.RandomCrop(side // 2, side // 2, p=1),),
        "Affine": (affine,),
        "RandomBrightnessContrast": (brightness,),
        "GaussianBlur": (A.GaussianBlur((5, 5), (2, 2), p=1),),
        THREE_STEPS: (flip, affine, brightness),
    }


def composed(A: Any, *steps: Any, **options: Any) -> Callable[..., dict[str, Any]]:  # noqa: N803
    return contiguous(A.Compose(list(steps), **options))


def pictures(photographs: np.ndarray, side: int, channel_count: int = 3) -> list[dict[str, Any]]:
    """Arguments of calls: photographs cut or repeated to a side and a number of channels."""
    # A large one is out of the caches by the time that it is wanted again, as it is among several.
    photographs = photographs if side <= SIDE else photographs[:1]
    times = -(-side // SIDE)
    chosen = np.arange(channel_count) % 3
    return [
        {"image": np.tile(photograph, (times, times, 1))[:side, :side, chosen].copy()} for photograph in photographs
    ]


def sides(A: Any, photographs: np.ndarray) -> Iterator[tuple[str, Figure]]:  # noqa: N803
    for side in SIDES:
        inputs = pictures(photographs, side)
        for name, steps in transforms(A, side).items():
            yield f"side {side}: {name}", seconds(composed(A, *steps), inputs)


def boxes(A: Any, photographs: np.ndarray) -> Iterator[tuple[str, Figure]]:  # noqa: N803
    params = A.BboxParams("pascal_voc", label_fields=["labels"])
    draws = np.random.default_rng(0)
    for count in BOXES:
        corner = draws.uniform(0, SIDE - 62, (count, 2))
        annotations = {
            "bboxes": np.concatenate([corner, corner + draws.uniform(5, 60, (count, 2))], 1),
            "labels": list(range(count)),
        }
        inputs = [picture | annotations for picture in pictures(photographs, SIDE)]
        for name in MOVING:
            call = composed(A, *transforms(A, SIDE)[name], bbox_params=params)
            yield f"boxes {count}: {name}", seconds(call, inputs)


def channels(A: Any, photographs: np.ndarray) -> Iterator[tuple[str, Figure]]:  # noqa: N803
    for count in CHANNELS:
        inputs = pictures(photographs, SIDE, count)
        for name in ANY_CHANNELS:
            yield f"channels {count}: {name}", seconds(composed(A, *transforms(A, SIDE)[name]), inputs)


def threads(A: Any, photographs: np.ndarray) -> Iterator[tuple[str, Figure]]:  # noqa: N803
    """Seconds a picture on the wall, several threads calling one pipeline; the kernels have one thread each."""
    inputs = pictures(photographs, SIDE)
    work = [inputs[number % len(inputs)] for number in range(THREADED_PICTURES)]
    for count in THREADS:
        shares = [work[turn::count] for turn in range(count)]
        pool = ThreadPoolExecutor(count)
        for name, parts in THREADED.items():
            steps = [step for part in parts for step in transforms(A, SIDE)[part]]
            call = in_threads(pool, composed(A, *steps))
            yield f"threads {count}: {name}", Seconds(call, [shares], clock=time.perf_counter, pictures=len(work))


def in_threads(pool: ThreadPoolExecutor, call: Callable[..., Any]) -> Callable[[list[list[dict[str, Any]]]], None]:
    def one_share(share: list[dict[str, Any]]) -> None:
        for given in share:
            call(**given)

    def all_shares(shares: list[list[dict[str, Any]]]) -> None:
        # What a thread raised is raised here.
        for _ in pool.map(one_share, shares):
            pass

    return all_shares


def memory(adapter: Any) -> Iterator[tuple[str, Figure]]:
    for name in transforms(library_of(adapter), MEMORY_SIDE):
        yield f"memory: {name}", InOwnProcess(peak, adapter.__name__, name)


def peak(adapter: str, name: str) -> PeakMemory:
    """Bytes beyond the image that is given, the output among them: a flip needs at least MEMORY_BYTES."""
    A = library_of(importlib.import_module(adapter))  # noqa: N806
    large, small = (
        partial(composed(A, *transforms(A, side)[name]), image=np.ones((side, side, 3), np.uint8))
        for side in (MEMORY_SIDE, SIDES[0])
    )
    return PeakMemory(large, warm=small)
