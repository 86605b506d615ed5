"""What became slower since the results that are kept: a tool to look at, not a test.

Seconds of two days cannot be compared, nor those of two machines. What can is augcore's time in units of the bare
kernels that its row cannot do without, both taken in the same run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.table import Table as Printed

from benchmarks.libraries import AUGCORE, KERNELS
from benchmarks.markdown import times
from benchmarks.rounds import Table, measure, ratio
from benchmarks.run import workers
from benchmarks.standing import limit, ours

ROUNDS = 5
SLOWER = 1.3


@dataclass(frozen=True)
class Change:
    """One row, as augcore's time over that of its kernels."""

    row: str
    kept: float
    now: float

    @property
    def factor(self) -> float:
        return self.now / self.kept


@dataclass(frozen=True)
class Comparison:
    changes: list[Change]
    new: list[str]
    lost: list[str]

    @property
    def slower(self) -> list[Change]:
        """Those beyond what noise may do, the worst first."""
        beyond = (change for change in self.changes if change.factor > SLOWER)
        return sorted(beyond, key=lambda change: change.factor, reverse=True)


def measured_now(rounds: int, say: Callable[[str], None]) -> Table:
    """The rows that augcore and the kernels have both."""
    with workers("rows", (AUGCORE.name, KERNELS.name)) as (started, _):
        shared = set.intersection(*(set(worker.cases) for worker in started)) if len(started) == 2 else set()
        return measure(started, rounds, shared.__contains__, say)


def over_kernels(table: Table) -> dict[str, float]:
    return {
        row: ratio(kernels, mine)
        for row, columns in table.items()
        if (mine := ours(columns)) and (kernels := limit(columns))
    }


def compare(now: Table, kept: Table) -> Comparison:
    new, old = over_kernels(now), over_kernels(kept)
    return Comparison(
        [Change(row, old[row], new[row]) for row in new if row in old],
        [row for row in new if row not in old],
        [row for row in old if row not in new],
    )


def printed(changes: list[Change]) -> Printed:
    table = Printed("row", "augcore / kernels then", "now", "slower by", title=f"More than {SLOWER}× slower")
    for column in table.columns[1:]:
        column.justify = "right"
    for change in changes:
        table.add_row(change.row, times(change.kept), times(change.now), times(change.factor))
    return table
