"""The report of the suite of pipelines: each with every way of fusing, the peers, and both in a DataLoader."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.libraries import AUGCORE, LIBRARIES
from benchmarks.markdown import DIFFERS, MISSING, marked, spread, table, times
from benchmarks.rounds import Measured, ratio
from benchmarks.run import Run
from benchmarks.standing import Standing, figures, standing

BAR = 1.5
# After the pipeline's name and a comma; the name alone is fuse="exact" and no DataLoader.
FUSED = ("fuse=off", "fuse=resample")
LOADED = ("0 workers", "1 worker", "2 workers")


def sections(run: Run) -> Iterator[str]:
    yield "## Against the fastest peer\n\n" + summary(run)
    for pipeline in pipelines(run):
        yield f"## {pipeline}\n\n" + one_pipeline(run, pipeline)


def pipelines(run: Run) -> list[str]:
    return list(dict.fromkeys(case.partition(", ")[0] for case in run.table))


def found(run: Run, pipeline: str, variant: str = "", library: str = AUGCORE.name) -> Measured | None:
    case = f"{pipeline}, {variant}" if variant else pipeline
    return figures(run.table.get(case, {}).get(library))


def summary(run: Run) -> str:
    """A line a pipeline: augcore with fuse="exact" against the fastest peer, and with the other two ways of fusing."""
    lines = [
        [name, *beside_peer(run, name, one)] for name in pipelines(run) if (one := standing(run.table.get(name, {})))
    ]
    heads = ["pipeline", "augcore, ms", "fastest peer", "its ms", "ratio", "fuse=off", "fuse=resample", "bar"]
    text = f'The ratio is that of `fuse="exact"`; the bar is {BAR}×. {DIFFERS} differs in a detail.'
    return f"{text}\n\n{table(heads, lines, texts=('fastest peer', 'bar'))}"


def beside_peer(run: Run, pipeline: str, one: Standing) -> list[str]:
    ratios = [against(found(run, pipeline, variant), one.theirs) for variant in ("", *FUSED)]
    bar = "met" if one.ratio >= BAR else "**missed**"
    return [milliseconds(one.mine), one.peer, marked(milliseconds(one.theirs), one.theirs), *ratios, bar]


def one_pipeline(run: Run, pipeline: str) -> str:
    """The time alone, and pictures a second through a DataLoader."""
    exact = found(run, pipeline)
    loaders = [workers for workers in LOADED if f"{pipeline}, {workers}" in run.table]
    lines = []
    for library in run.versions:
        loaded = [a_second(found(run, pipeline, workers, library)) for workers in loaders]
        lines.append([LIBRARIES[library].title, *alone(exact, found(run, pipeline, library=library)), *loaded])
        if library == AUGCORE.name:
            lines[-1][0] += ", fuse=exact"
            lines += [
                [f"{library}, {how}", *alone(exact, found(run, pipeline, how)), *("" for _ in loaders)] for how in FUSED
            ]
    heads = ["library", "ms", "spread", "augcore is faster by", *(f"a second, {workers}" for workers in loaders)]
    return table(heads, [line for line in lines if any(cell not in ("", MISSING) for cell in line[1:])])


def alone(exact: Measured | None, measured: Measured | None) -> list[str]:
    if not measured:
        return [MISSING, "", ""]
    return [
        marked(milliseconds(measured), measured),
        spread(measured),
        "" if measured is exact else against(exact, measured),
    ]


def a_second(measured: Measured | None) -> str:
    return f"{1 / measured.median:,.0f}" if measured else MISSING


def against(mine: Measured | None, theirs: Measured | None) -> str:
    return times(ratio(mine, theirs)) if mine and theirs else MISSING


def milliseconds(measured: Measured | None) -> str:
    return f"{measured.median * 1e3:.2f}" if measured else MISSING
