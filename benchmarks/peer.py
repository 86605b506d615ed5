"""Two libraries timed beside each other: a process for each, rounds that alternate between them, ratios of rounds.

What is timed is in the scripts. One thread; the peer has a venv of its own, made on first use in benchmarks/.venvs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import timeit
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEER = "albumentations==2.0.8"
Times = dict[str, float]


class Added:
    """What one call takes more than another: the median over pairs, which a burst of other work cannot move far."""

    def __init__(self, call: Callable[[], Any], bare: Callable[[], Any]) -> None:
        self.timers = [timeit.Timer(one, timer=time.process_time) for one in (call, bare)]

    def timeit(self, pairs: int) -> float:
        call, bare = self.timers
        return pairs * statistics.median(call.timeit(1) - bare.timeit(1) for _ in range(pairs))


def work(calls: dict[str, Callable[[], Any] | Added]) -> None:
    """The process of one library: first the names of its cases, then for each that is asked for the seconds a call."""
    import cv2

    cv2.setNumThreads(1)
    print(json.dumps(list(calls)), flush=True)
    # Time that this process had a core, since the machine may have other work: it has one thread and waits for nothing.
    timers = {
        name: call if isinstance(call, Added) else timeit.Timer(call, timer=time.process_time)
        for name, call in calls.items()
    }
    counts: dict[str, int] = {}
    for line in sys.stdin:
        timer = timers[name := line.strip()]
        if name not in counts:
            timer.timeit(1)
            first = timer.timeit(1)
            # Long calls need no second look at how long they take.
            counts[name] = max(1, int(0.05 / (first if first > 0.02 else timer.timeit(20) / 20)))
            if isinstance(timer, Added):
                counts[name] = min(max(counts[name], 1 if first > 0.5 else 20), 100)
        print(timer.timeit(counts[name]) / counts[name], flush=True)


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

        self.cases: list[str] = json.loads(self._read())

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def time(self, case: str) -> float:
        """Seconds a call."""
        assert self.process.stdin is not None
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        return float(self._read())

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def compare(
    script: str,
    rounds: int,
    further: Callable[[Worker], Times] = lambda _: {},
    wanted: Callable[[str], bool] = lambda _: True,
) -> tuple[list[Times], list[Times]]:
    """Rounds of both libraries, the peer's list empty if it cannot be installed.

    Args:
        further: is timed in each round as well.
        wanted: which cases are timed.
    """
    python = peer_python()
    mine = Worker(script, sys.executable, "augcore")
    peer = Worker(script, python, "albumentations") if python else None
    workers = [worker for worker in (mine, peer) if worker]
    ours: list[Times] = []
    theirs: list[Times] = []
    for _ in range(rounds):
        times: list[Times] = [{} for _ in workers]
        # The two take turns at each case, so that both meet the same machine.
        for case in filter(wanted, mine.cases):
            for worker, seconds in zip(workers, times, strict=True):
                if case in worker.cases:
                    seconds[case] = worker.time(case)
        for worker, seconds, all_of_them in zip(workers, times, (ours, theirs), strict=False):
            all_of_them.append(seconds | further(worker))
    for worker in workers:
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
