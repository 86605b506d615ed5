"""The reports of overhead and of targets: every case with all libraries in a line, and its bar where there is one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from benchmarks.libraries import AUGCORE
from benchmarks.markdown import MISSING, amount, spread, table, times
from benchmarks.rounds import Measured, ratio
from benchmarks.run import Run
from benchmarks.standing import figures

# What the case's annotations cost: the call less the same call without them.
ADDED = ", added"


def sections(run: Run) -> Iterator[str]:
    bars: dict[str, str] = getattr(importlib.import_module(f"benchmarks.suites.{run.suite}"), "BARS", {})
    calls = {case: columns for case, columns in run.table.items() if not case.endswith(ADDED)}
    added = {case: columns for case, columns in run.table.items() if case.endswith(ADDED)}
    if calls:
        yield ("## The whole call\n\n" if added else "") + beside(run, calls, bars)
    if added:
        yield "## What the annotations add\n\n" + beside(run, added, bars)


def beside(run: Run, cases: Mapping[str, Mapping[str, Measured]], bars: Mapping[str, str]) -> str:
    peers = [
        name for name in run.versions if name != AUGCORE.name and any(name in columns for columns in cases.values())
    ]
    heads = ["case", "augcore", "spread", *(head for name in peers for head in (name, "ratio")), "bar"]
    lines = []
    for case, columns in cases.items():
        mine = figures(columns.get(AUGCORE.name))
        cells = [amount(mine), spread(mine)] if mine else [MISSING, ""]
        for name in peers:
            cells += against(mine, figures(columns.get(name)))
        lines.append([case.removesuffix(ADDED), *cells, bars.get(case, "")])
    if not any(case in bars for case in cases):
        heads, lines = heads[:-1], [line[:-1] for line in lines]
    return table(heads, lines, texts=("bar",))


def against(mine: Measured | None, theirs: Measured | None) -> list[str]:
    if not theirs:
        return [MISSING, ""]
    # Bytes may be none at all, and have no ratio then.
    return [amount(theirs), times(ratio(mine, theirs)) if mine and theirs.unit == "s" else ""]
