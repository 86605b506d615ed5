"""Two libraries timed beside each other: a process for each, rounds that alternate between them, ratios of rounds.

What is timed is in the scripts. One thread; the peer lives in a venv of its own, made on first use in benchmarks/.venvs.
"""

from __future__ import annotations

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
Times = dict[str, float]


def work(calls: dict[str, Callable[[], Any]]) -> None:
    """The process of one library: a round for each line of input, as JSON of seconds a call."""
    import cv2

    cv2.setNumThreads(1)
    timers = {name: timeit.Timer(call) for name, call in calls.items()}
    counts = {}
    for name, timer in timers.items():
        timer.timeit(3)
        # Long calls need no second look at how long they take.
        first = timer.timeit(1)
        counts[name] = max(1, int(0.05 / (first if first > 0.02 else timer.timeit(20) / 20)))
    for _ in sys.stdin:
        print(
            json.dumps({name: timer.timeit(counts[name]) / counts[name] for name, timer in timers.items()}), flush=True
        )


class Worker:
    """One library's process: `script --worker library`, which must end in `work`."""

    def __init__(self, script: str, python: str, library: str) -> None:
        self.python, self.library = python, library
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        environment = {**os.environ, **single, "NO_ALBUMENTATIONS_UPDATE": "1"}
        # Users import compiled modules, whatever this process was told.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment = environment
        self.process = subprocess.Popen(
            [python, script, "--worker", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def round(self) -> Times:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("round\n")
        self.process.stdin.flush()
        times: Times = json.loads(self.process.stdout.readline())
        return times

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def compare(
    script: str, rounds: int, further: Callable[[Worker], Times] = lambda _: {}
) -> tuple[list[Times], list[Times]]:
    """Rounds of both libraries, the peer's list empty if it cannot be installed; `further` is timed in each round."""
    python = peer_python()
    mine = Worker(script, sys.executable, "augcore")
    peer = Worker(script, python, "albumentations") if python else None
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(mine.round() | further(mine))
        if peer:
            theirs.append(peer.round() | further(peer))
    for worker in filter(None, (mine, peer)):
        worker.stop()
    return ours, theirs


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


def spread(values: list[float]) -> float:
    """Of the rounds, as a part of their median."""
    return (max(values) - min(values)) / statistics.median(values)


def ratio(ours: list[float], theirs: list[float]) -> float:
    """How many times ours goes into theirs: the median over rounds, where both met the same machine."""
    return statistics.median(peer / mine for mine, peer in zip(ours, theirs, strict=True))
