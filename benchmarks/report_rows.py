"""The report of the suite of rows: what the bar is, which rows meet it, and who is faster where."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from benchmarks.libraries import AUGCORE, KERNELS, LIBRARIES, PEERS
from benchmarks.markdown import DIFFERS, MISSING, marked, microseconds, spread, table, times
from benchmarks.rounds import Measured, ratio
from benchmarks.run import Run
from benchmarks.standing import Columns, Standing, competing, competing_peers, figures, limit, ours, standing
from benchmarks.suites.rows import COPY

# Noise between two libraries of the same speed.
EQUAL = 0.97
# What a call may cost beside a peer that takes less than one copy of the image: there a ratio tells nothing of pixels.
SMALL = 8e-6


def sections(run: Run) -> Iterator[str]:
    yield headline(run)
    yield "## Against the fastest peer\n\n" + against_the_fastest(run)
    yield "## Where a peer is faster\n\n" + losses(run)
    yield from lacking(run)
    yield "## All libraries\n\n" + all_libraries(run)


def rows(run: Run) -> dict[str, Columns]:
    return {row: columns for row, columns in run.table.items() if row != COPY}


def standings(run: Run) -> dict[str, Standing]:
    """The rows that augcore and a peer have both."""
    return {row: found for row, columns in rows(run).items() if (found := standing(columns))}


def copy_of(run: Run) -> Measured | None:
    return limit(run.table.get(COPY, {}))


def met(found: Standing, copy: Measured | None) -> bool:
    """Whether augcore is as fast as the fastest peer."""
    small = copy is not None and found.theirs.median < copy.median
    return found.ratio >= EQUAL or (small and found.behind <= SMALL)


def headline(run: Run) -> str:
    """Counts and means: what all of the rows come to."""
    found = standings(run)
    if not found:
        return "No row that augcore and a peer have both."
    copy = copy_of(run)
    ratios = [one.ratio for one in found.values()]
    as_fast, faster = sum(met(one, copy) for one in found.values()), sum(one >= 1 for one in ratios)
    return (
        f"Of {len(rows(run))} rows, augcore has {len(found)} that a peer has, too: it is as fast as the fastest in "
        f"**{as_fast}** and faster in **{faster}**; the geometric mean of the ratios is "
        f"**{times(statistics.geometric_mean(ratios))}** (above 1, augcore is faster).\n\n{against_each(run)}"
    )


def against_each(run: Run) -> str:
    """One library after the other, over the rows that it shares with augcore."""
    lines = []
    for library in (*PEERS, KERNELS):
        shared = [
            ratio(mine, theirs)
            for columns in run.table.values()
            if (mine := ours(columns)) and (theirs := competing(columns, library.name))
        ]
        if shared:
            faster = str(sum(one >= 1 for one in shared))
            lines.append([library.title, str(len(shared)), times(statistics.geometric_mean(shared)), faster])
    return table(["against", "rows in common", "geometric mean of the ratios", "augcore is faster in"], lines)


def against_the_fastest(run: Run) -> str:
    copy = copy_of(run)
    heads = ["row", "augcore, µs", "spread", "copies", "fastest peer", "its µs", "ratio", "bar"]
    lines = [
        [row, *own(mine, copy), *beside_peer(standing(columns), copy), *beside_limit(mine, limit(columns))]
        for row, columns in rows(run).items()
        if (mine := ours(columns))
    ]
    legend = f"One copy of the image takes {microseconds(copy.median)} µs. " if copy else ""
    legend += f"{DIFFERS} differs in a detail, which is told below."
    return f"{legend}\n\n{table([*heads, 'limit, µs', 'augcore / limit'], lines, texts=('fastest peer', 'bar'))}"


def own(mine: Measured, copy: Measured | None) -> list[str]:
    return [in_microseconds(mine), spread(mine), f"{ratio(copy, mine):.1f}" if copy else ""]


def beside_peer(found: Standing | None, copy: Measured | None) -> list[str]:
    return (
        [found.peer, in_microseconds(found.theirs), times(found.ratio), bar(found, copy)]
        if found
        else ["none", "", "", ""]
    )


def beside_limit(mine: Measured, kernels: Measured | None) -> list[str]:
    return [microseconds(kernels.median), times(ratio(kernels, mine))] if kernels else [MISSING, ""]


def bar(found: Standing, copy: Measured | None) -> str:
    if not met(found, copy):
        return "**missed**"
    return "met" if found.ratio >= EQUAL else f"met: {microseconds(found.behind)} µs behind"


def losses(run: Run) -> str:
    """Every row where a peer wins, the worst first."""
    copy = copy_of(run)
    slower = {row: found for row, found in standings(run).items() if found.ratio < 1}
    lines = [
        [
            row,
            found.peer,
            times(1 / found.ratio),
            in_microseconds(found.theirs),
            in_microseconds(found.mine),
            bar(found, copy),
        ]
        for row, found in sorted(slower.items(), key=lambda item: item[1].ratio)
    ]
    heads = ["row", "faster is", "by", "its µs", "augcore, µs", "bar"]
    return table(heads, lines, texts=("faster is", "bar")) if lines else "Nowhere in this run."


def lacking(run: Run) -> Iterator[str]:
    """Rows that augcore does not have, or has another work under the name of."""
    lines = [[row, *fastest(columns), why(columns)] for row, columns in rows(run).items() if not ours(columns)]
    if lines:
        heads = ["row", "fastest peer", "its µs", "augcore"]
        yield "## Not there yet\n\n" + table(heads, lines, texts=("fastest peer", "augcore"))


def fastest(columns: Columns) -> list[str]:
    peers = competing_peers(columns)
    if not peers:
        return ["none", ""]
    name = min(peers, key=lambda peer: peers[peer].median)
    return [name, in_microseconds(peers[name])]


def why(columns: Columns) -> str:
    mine = columns.get(AUGCORE.name)
    if not mine:
        return "has no such transform"
    return "raises" if mine.fault else mine.note


def all_libraries(run: Run) -> str:
    names = [name for name in LIBRARIES if any(name in columns for columns in run.table.values())]
    lines = [[row, *(median(columns.get(name)) for name in names)] for row, columns in run.table.items()]
    legend = f"Medians in µs; {DIFFERS} differs in a detail; in brackets: another work, which competes with nobody."
    return f"{legend}\n\n{table(['row', *names], lines)}"


def median(measured: Measured | None) -> str:
    if not measured:
        return MISSING
    if not figures(measured):
        return "raises"
    return in_microseconds(measured) if measured.counts else f"({microseconds(measured.median)})"


def in_microseconds(measured: Measured) -> str:
    return marked(microseconds(measured.median), measured)
