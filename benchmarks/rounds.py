"""Rounds over the workers of several libraries, interleaved so that drift of the machine hits all alike."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.libraries import ROOT, Library

# One thread everywhere, nothing that calls home, and compiled modules as users have them.
SINGLE = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "RAYON_NUM_THREADS",
     "OPENCV_FOR_THREADS_NUM"), "1",
)  # fmt: skip
SILENT = {"NO_ALBUMENTATIONS_UPDATE": "1", "ALBUMENTATIONS_NO_TELEMETRY": "1", "ALBUMENTATIONS_OFFLINE": "1"}
# A case that takes longer is measured in the first rounds only.
LONG, LONG_ROUNDS = 1.0, 3


class Worker:
    """The process of one library for one suite."""

    def __init__(self, library: Library, suite: str, folder: Path) -> None:
        environment = {**os.environ, **SINGLE, **SILENT}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.library = library
        self.process = subprocess.Popen(
            [library.python, "-m", "benchmarks.worker", library.name, suite, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        said = self._read()
        self.versions: dict[str, str] = said["versions"]
        self.cases: dict[str, dict[str, Any]] = said["cases"]

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise ChildProcessError(f"the worker of {self.library.title} ended: exit code {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        # Of a process that is gone, reading says how it ended.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        return self._read()

    def stop(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # where it ended by itself
            self.process.stdin.close()
        self.process.wait()


@dataclass
class Measured:
    """The figures of one case with one library, one a round."""

    figures: list[float] = field(default_factory=list)
    unit: str = "s"
    note: str = ""
    counts: bool = True
    fault: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.figures)

    @property
    def spread(self) -> float:
        """Of the middle half of the rounds, as a part of their median."""
        if len(self.figures) < 3:
            return 0.0
        low, _, high = statistics.quantiles(self.figures, n=4)
        return (high - low) / self.median


# Of each case, of each library.
Table = dict[str, dict[str, Measured]]


def measure(workers: Sequence[Worker], rounds: int, wanted: Callable[[str], bool], say: Callable[[str], None]) -> Table:
    """All cases of all workers; within a round the libraries take turns at each case, another one first every time."""
    names = list(dict.fromkeys(name for worker in workers for name in worker.cases if wanted(name)))
    table: Table = {name: {} for name in names}
    for turn in range(rounds):
        for name in names:
            say(f"round {turn + 1} of {rounds}: {name}")
            start = turn % len(workers)
            for worker in [*workers[start:], *workers[:start]]:
                if name in worker.cases:
                    measured = table[name].setdefault(worker.library.name, Measured(**worker.cases[name]))
                    one_more(worker, name, measured)
    return table


def one_more(worker: Worker, name: str, measured: Measured) -> None:
    done = measured.figures
    if measured.fault or (measured.unit == "s" and len(done) >= LONG_ROUNDS and max(done) > LONG):
        return
    try:
        answer = worker.ask(case=name)
    except ChildProcessError as fault:
        # A library that takes its process down loses the rest of its cases, and nobody else's.
        answer = {"fault": str(fault)}
    if "fault" in answer:
        measured.fault = answer["fault"]
        print(f"{worker.library.title}, {name}: {measured.fault}", file=sys.stderr)
    else:
        done.append(answer["figure"])


def ratio(ours: Measured, theirs: Measured) -> float:
    """How many times ours goes into theirs: the median over rounds, where both met the same machine."""
    pairs = zip(ours.figures, theirs.figures, strict=False)
    return statistics.median(other / mine for mine, other in pairs)
