"""What a worker can measure: each kind of figure is asked for again in every round.

Used inside the venvs of all libraries, which share nothing but the standard library and NumPy.
"""

from __future__ import annotations

import gc
import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any

# Shorter than this the clock and a single interruption weigh too much.
ENOUGH = 0.05
PARTS = 10
# A call that takes longer than this is made once a round, and the one that warms up says so.
LONG = 0.5


class Seconds:
    """Seconds that a call takes, over several inputs in turn.

    Args:
        note: how this differs from what the case is named for; shown in the table.
        counts: False if the difference makes it another work, which competes with nobody.
        clock: by default the time that this process had a core, since the machine may have other work; what waits for
            threads or processes of its own needs `time.perf_counter`.
        pictures: how many one call handles; the figure is for one of them.
    """

    unit = "s"

    def __init__(
        self,
        call: Callable[[Any], Any],
        inputs: Sequence[Any],
        *,
        note: str = "",
        counts: bool = True,
        clock: Callable[[], float] = time.process_time,
        pictures: int = 1,
    ) -> None:
        self.call, self.note, self.counts, self.clock, self.pictures = call, note, counts, clock, pictures
        self.inputs, self.count = cycle(inputs), len(inputs)
        self.number = 0

    def measure(self) -> float:
        if not self.number:
            each = self._timed(1)
            if each < LONG:
                each = self._timed(1)
            if each < ENOUGH / 5:
                each = self._timed(8) / 8
            self.number = max(1, round(ENOUGH / max(each, 1e-7)))
        size = self._part()
        # The median over parts: a burst of other work on the machine falls into a few of them.
        parts = [self._timed(size) for _ in range(max(1, self.number // size))]
        return statistics.median(parts) / (size * self.pictures)

    def _part(self) -> int:
        """Calls in a part of a turn: so many that each part sees all inputs, where there are enough."""
        size = max(1, self.number // PARTS)
        return size if self.number < self.count else math.ceil(size / self.count) * self.count

    def _timed(self, number: int) -> float:
        call, inputs, clock = self.call, self.inputs, self.clock
        # A collection in the middle of one library's turn would be another's garbage in a shared process; there is
        # one process a library, but the turns are short. `timeit` does the same.
        collecting = gc.isenabled()
        gc.disable()
        try:
            start = clock()
            for _, given in zip(range(number), inputs, strict=False):
                call(given)
            return clock() - start
        finally:
            if collecting:
                gc.enable()


class Added:
    """What one call takes more than another: the median over pairs, which a burst of other work cannot move far."""

    unit = "s"
    counts = True

    def __init__(
        self,
        call: Callable[[], Any],
        bare: Callable[[], Any],
        clock: Callable[[], float] = time.process_time,
        pairs: int | None = None,
        note: str = "",
    ) -> None:
        self.call = Seconds(lambda _: call(), [None], clock=clock)
        self.bare = Seconds(lambda _: bare(), [None], clock=clock)
        self.pairs, self.note = pairs, note

    def measure(self) -> float:
        if self.pairs is None:
            self.bare._timed(1)
            if self.call._timed(1) > LONG:
                self.pairs = 1
            else:
                self.pairs = min(max(round(2 * ENOUGH / max(self.call._timed(1), 1e-7)), 3), 100)
        return statistics.median(self.call._timed(1) - self.bare._timed(1) for _ in range(self.pairs))


class PeakMemory:
    """Bytes that the process held at most during a call beyond what it held before: its resident set's high-water mark.

    Args:
        call: what is watched.
        warm: is called before, so that what is made on first use is there. By default the call itself. Where the
            allocator keeps what was freed, that hides what the call takes again: give a small one, and a process that
            did nothing else.
    """

    unit = "B"
    note = ""
    counts = True

    def __init__(self, call: Callable[[], Any], warm: Callable[[], Any] | None = None) -> None:
        self.call, self.warm = call, warm or call

    def measure(self) -> float:
        self.warm()
        gc.collect()
        # Linux: 5 sets the high-water mark back to what is resident now.
        Path("/proc/self/clear_refs").write_text("5")
        before = self._peak()
        self.call()
        return self._peak() - before

    @staticmethod
    def _peak() -> float:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return float(line.split()[1]) * 1024
        raise OSError("VmHWM is not in /proc/self/status")


class Growth:
    """Bytes that the process's resident set gained over many calls, after a twentieth as many to warm up."""

    unit = "B"
    note = ""
    counts = True

    def __init__(self, call: Callable[[], Any], calls: int) -> None:
        self.call, self.calls = call, calls

    def measure(self) -> float:
        before = self._resident_after(max(self.calls // 20, 1))
        return self._resident_after(self.calls) - before

    def _resident_after(self, calls: int) -> float:
        for _ in range(calls):
            self.call()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return float(pages * os.sysconf("SC_PAGE_SIZE"))


class InOwnProcess:
    """A figure of memory that is measured once, in a process where nothing else ran that could weigh in it.

    Args:
        make: gives the figure from the arguments; both are pickled.
    """

    unit = "B"
    note = ""
    counts = True

    def __init__(self, make: Callable[..., PeakMemory | Growth], *arguments: Any) -> None:
        self.make, self.arguments = make, arguments
        self.figure: float | None = None

    def measure(self) -> float:
        if self.figure is None:
            # Not forked: the child would have what this process has, and some of the libraries' threads do not survive.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                self.figure = pool.submit(made_and_measured, self.make, *self.arguments).result()
        return self.figure


def made_and_measured(make: Callable[..., PeakMemory | Growth], *arguments: Any) -> float:
    return make(*arguments).measure()


Figure = Seconds | Added | PeakMemory | Growth | InOwnProcess
