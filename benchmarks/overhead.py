"""What a call costs beyond its pixels, beside albumentations 2.0.8 in the same run: `python benchmarks/overhead.py`.

Each library has one process, and rounds alternate between them, so that drift of the machine hits both. One thread;
medians over rounds. The peer lives in a venv of its own, made on first use in benchmarks/.venvs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import timeit
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEER = "albumentations==2.0.8"
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


def work(library: str) -> None:
    """The process of one library: a round for each line of input, as JSON of seconds a call."""
    import cv2

    cv2.setNumThreads(1)
    timers = {name: timeit.Timer(call) for name, call in cases(__import__(library)).items()}
    counts = {}
    for name, timer in timers.items():
        timer.timeit(3)
        counts[name] = max(1, int(0.05 / (timer.timeit(20) / 20)))
    for _ in sys.stdin:
        print(
            json.dumps({name: timer.timeit(counts[name]) / counts[name] for name, timer in timers.items()}), flush=True
        )


class Worker:
    def __init__(self, python: str, library: str) -> None:
        self.python, self.library = python, library
        environment = {**os.environ, "NO_ALBUMENTATIONS_UPDATE": "1", "OMP_NUM_THREADS": "1"}
        # Users import compiled modules, whatever this process was told.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment = environment
        self.process = subprocess.Popen(
            [python, __file__, "--worker", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def round(self) -> dict[str, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("round\n")
        self.process.stdin.flush()
        times: dict[str, float] = json.loads(self.process.stdout.readline())
        times[list(BARS)[-1]] = self.import_time()
        return times

    def import_time(self) -> float:
        clock = "time.perf_counter()"
        code = f"import time, numpy, cv2; start = {clock}; import {self.library}; print({clock} - start)"
        done = subprocess.run(
            [self.python, "-c", code], capture_output=True, text=True, check=True, env=self.environment
        )
        return float(done.stdout)

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def peer_python() -> str | None:
    """The peer's interpreter, its venv made first if need be; None if it cannot be installed."""
    folder = HERE / ".venvs" / "albumentations"
    python = folder / "bin" / "python"
    if not (folder / ".installed").exists():
        print(f"installing {PEER} into {folder.relative_to(HERE.parent)} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        done = subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", PEER])
        if done.returncode:
            return None
        (folder / ".installed").touch()
    return str(python)


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


def report(ours: list[dict[str, float]], peers: list[dict[str, float]]) -> None:
    print("| case | augcore | spread | albumentations 2.0.8 | ratio | bar |\n| --- | ---: | ---: | ---: | ---: | --- |")
    for name, bar in BARS.items():
        mine = [times[name] for times in ours]
        median = statistics.median(mine)
        spread = (max(mine) - min(mine)) / median
        unit, factor = ("ms", 1e3) if name.startswith("import") else ("µs", 1e6)
        other, ratio = "absent", ""
        if peers:
            theirs = statistics.median(times[name] for times in peers)
            # Of the rounds themselves, where both met the same machine, not of the medians.
            pairs = [peer[name] / mine[name] for mine, peer in zip(ours, peers, strict=True)]
            other, ratio = f"{theirs * factor:.1f} {unit}", f"{statistics.median(pairs):.2f}×"
        print(f"| {name} | {median * factor:.1f} {unit} | {spread:.0%} | {other} | {ratio} | {bar} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=100_000, help="calls over which memory is watched; 0 for none")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker)
        return
    python = peer_python()
    mine = Worker(sys.executable, "augcore")
    peer = Worker(python, "albumentations") if python else None
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(mine.round())
        if peer:
            theirs.append(peer.round())
    for worker in filter(None, (mine, peer)):
        worker.stop()
    report(ours, theirs)
    if options.calls:
        print(f"\n{options.calls} calls left the process {memory_growth(options.calls):+.1f} MB larger.")


if __name__ == "__main__":
    main()
