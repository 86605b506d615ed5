"""A program whose workers draw, for `test_rng.py`: prints [[epoch, index, draw], …] as JSON.

It runs by itself because spawned workers import the module of the process that starts them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import threading
from typing import Any

import numpy as np

from augcore import Compose, PixelFn, Transform, pixel_function, transform


@pixel_function
def plus(image: Any, *, amount: float) -> Any:
    return image + np.float32(amount)


@transform
class PlusDrawn(Transform):
    """Adds a drawn number."""

    def sample(self, rng: Any, view: Any) -> PixelFn:
        return PixelFn(plus, amount=rng.uniform(0, 1))


def draw(augment: Any) -> float:
    return float(augment(image=np.zeros((1, 1), np.float32))["image"][0, 0])


def work(pipeline: Compose, epoch: int, indices: list[int], keyed: bool, results: Any) -> None:
    results.put([[epoch, index, draw(pipeline.keyed(epoch, index) if keyed else pipeline)] for index in indices])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--method", default="fork", choices=["fork", "spawn", "forkserver", "thread"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--items", type=int, default=8)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keyed", action="store_true")
    asked = parser.parse_args()
    pipeline = Compose([PlusDrawn(p=1)], seed=asked.seed)
    everything = []
    for epoch in range(asked.epochs):  # each epoch with workers of its own, as a DataLoader does by default
        shares = [list(range(asked.items))[k :: max(asked.workers, 1)] for k in range(max(asked.workers, 1))]
        kind: Any = threading.Thread
        context: Any = multiprocessing
        if asked.method != "thread":
            context = multiprocessing.get_context(asked.method)
            kind = context.Process
        results = context.Queue()
        workers = [kind(target=work, args=(pipeline, epoch, share, asked.keyed, results)) for share in shares]
        if asked.workers == 0:
            work(pipeline, epoch, shares[0], asked.keyed, results)
            everything += results.get()
            continue
        for worker in workers:
            worker.start()
        for _ in workers:
            everything += results.get(timeout=120)
        for worker in workers:
            worker.join()
    print(json.dumps(sorted(everything)))


if __name__ == "__main__":
    main()
