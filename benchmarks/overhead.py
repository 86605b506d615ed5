"""What a call costs beyond its pixels, beside albumentations 2.0.8 in the same run: `python benchmarks/overhead.py`.

How the two are compared is in `peer.py`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peer import Times, Worker, compare, ratio, spread, work

BARS = {
    "NoOp, 512×512×3": "≤ 8 µs",
    "HorizontalFlip, 2 boxes with labels, 64×64×3": "≥ 4× faster",
    "HorizontalFlip, 2 boxes with labels, 512×512×3": "≥ 4× faster",
    "Rotate, 500 boxes, 512×512×3": "no slower",
    "build an 8-step Compose": "≤ 300 µs",
    "import beyond numpy and cv2": "≤ 60 ms",
}


def cases(A: Any) -> dict[str, Callable[[], Any]]:  # noqa: N803 - the name both libraries are imported under
    """What is timed, written once for both libraries: they share the calling convention."""
    import numpy as np

    draws = np.random.default_rng(0)
    small, image = (draws.integers(0, 256, (side, side, 3), np.uint8) for side in (64, 512))
    two, labels = [(1, 2, 30, 40), (5, 6, 7, 8)], ["cat", "dog"]
    corner = draws.uniform(0, 450, (500, 2))
    many = np.concatenate([corner, corner + draws.uniform(5, 60, (500, 2))], 1)
    numbers = list(range(500))
    params = A.BboxParams(format="pascal_voc", label_fields=["labels"])
    noop = A.Compose([A.NoOp(p=1)])
    flip = A.Compose([A.HorizontalFlip(p=1)], bbox_params=params)
    rotate = A.Compose([A.Rotate(limit=(30, 30), p=1)], bbox_params=params)

    def build() -> Any:
        return A.Compose(
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

    names = list(BARS)
    return {
        names[0]: lambda: noop(image=image),
        names[1]: lambda: flip(image=small, bboxes=two, labels=labels),
        names[2]: lambda: flip(image=image, bboxes=two, labels=labels),
        names[3]: lambda: rotate(image=image, bboxes=many, labels=numbers),
        names[4]: build,
    }


def import_time(worker: Worker) -> Times:
    clock = "time.perf_counter()"
    code = f"import time, numpy, cv2; start = {clock}; import {worker.library}; print({clock} - start)"
    done = subprocess.run(
        [worker.python, "-c", code], capture_output=True, text=True, check=True, env=worker.environment
    )
    return {list(BARS)[-1]: float(done.stdout)}


def memory_growth(calls: int) -> float:
    """Megabytes that the process gained over so many calls, after a warm-up."""
    import numpy as np

    import augcore as A  # noqa: N812

    pipeline = A.Compose(
        [A.HorizontalFlip(), A.Rotate(p=0.2), A.RandomBrightnessContrast()],
        bbox_params=A.BboxParams(format="pascal_voc", label_fields=["labels"]),
    )
    image = np.zeros((64, 64, 3), np.uint8)

    def call(times: int) -> int:
        for _ in range(times):
            pipeline(image=image, bboxes=[(1, 2, 30, 40)], labels=["cat"])
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    before = call(max(calls // 20, 1))
    return (call(calls) - before) / 2**20


def report(ours: list[Times], peers: list[Times]) -> None:
    print("| case | augcore | spread | albumentations 2.0.8 | ratio | bar |\n| --- | ---: | ---: | ---: | ---: | --- |")
    for name, bar in BARS.items():
        mine = [times[name] for times in ours]
        unit, factor = ("ms", 1e3) if name.startswith("import") else ("µs", 1e6)
        other, quotient = "absent", ""
        if peers:
            theirs = [times[name] for times in peers]
            other, quotient = f"{statistics.median(theirs) * factor:.1f} {unit}", f"{ratio(mine, theirs):.2f}×"
        median = f"{statistics.median(mine) * factor:.1f} {unit}"
        print(f"| {name} | {median} | {spread(mine):.0%} | {other} | {quotient} | {bar} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=100_000, help="calls over which memory is watched; 0 for none")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(cases(__import__(options.worker)))
        return
    report(*compare(__file__, options.rounds, import_time))
    if options.calls:
        print(f"\n{options.calls} calls left the process {memory_growth(options.calls):+.1f} MB larger.")


if __name__ == "__main__":
    main()
