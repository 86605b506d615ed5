"""From what a run found to what can be read of it: results/SUITE.md, the chart, and the README's own section.

Here is what all suites have in common; what each shows is in `report_rows.py` and its like.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import report_beside, report_pipelines, report_rows, report_scaling
from benchmarks.libraries import HERE, LIBRARIES
from benchmarks.markdown import table
from benchmarks.run import RESULTS, Run, keep

SECTIONS: dict[str, Callable[[Run], Iterator[str]]] = {
    "rows": report_rows.sections,
    "pipelines": report_pipelines.sections,
    "scaling": report_scaling.sections,
    "overhead": report_beside.sections,
    "targets": report_beside.sections,
    "annotations": report_beside.sections,
}
README = HERE / "README.md"
START, END = "<!-- results: written by `python -m benchmarks report` -->", "<!-- end of results -->"


def render(run: Run) -> str:
    """The whole report of a run, as Markdown."""
    return "\n\n".join([*head(run), *SECTIONS[run.suite](run), *differences(run), *faults(run)]) + "\n"


def head(run: Run) -> Iterator[str]:
    """What the figures depend on: the day, the machine, the versions in every venv, and who is not there."""
    about = importlib.import_module(f"benchmarks.suites.{run.suite}").__doc__ or ""
    yield f"# {run.suite.capitalize()}"
    yield about.partition("\n")[0]
    yield f"{measured_on(run)}. Rounds: {run.rounds}; a figure is their median, the spread that of their middle half."
    yield table(["library", "in its venv"], in_venvs(run), texts=("in its venv",))
    if run.absent:
        lines = [[LIBRARIES[name].title, first_line(fault)] for name, fault in run.absent.items()]
        yield "Absent:\n\n" + table(["library", "why"], lines, texts=("why",))


def measured_on(run: Run) -> str:
    machine = run.machine
    return (
        f"Measured on {run.date}: {machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}"
    )


def in_venvs(run: Run) -> Iterator[list[str]]:
    for name, versions in run.versions.items():
        yield [LIBRARIES[name].title, ", ".join(f"{package} {version}" for package, version in versions.items())]


def first_line(fault: str) -> str:
    return (fault.strip().splitlines() or ["unknown"])[0]


def differences(run: Run) -> Iterator[str]:
    """What a library does otherwise than the case says, once for all cases where it does so."""
    cases: dict[tuple[str, str], list[str]] = {}
    for case, columns in run.table.items():
        for name, measured in columns.items():
            if measured.note:
                how = measured.note if measured.counts else f"(apart) {measured.note}"
                cases.setdefault((LIBRARIES[name].title, how), []).append(case)
    if cases:
        legend = "(apart): another work under that name, or less of it, which competes with nobody."
        lines = [["; ".join(where), library, how] for (library, how), where in cases.items()]
        yield f"## What differs\n\n{legend}\n\n{table(['case', 'library', 'how'], lines, texts=('library', 'how'))}"


def faults(run: Run) -> Iterator[str]:
    lines = [
        [case, LIBRARIES[name].title, first_line(measured.fault)]
        for case, columns in run.table.items()
        for name, measured in columns.items()
        if measured.fault
    ]
    if lines:
        yield "## What raised\n\n" + table(["case", "library", "error"], lines, texts=("library", "error"))


def kept() -> dict[str, Run]:
    """The runs in results/, by suite."""
    return {suite: Run.load(suite) for suite in SECTIONS if (RESULTS / f"{suite}.json").exists()}


def section(runs: dict[str, Run]) -> str:
    """What the README says of the results."""
    parts = ["Nothing is kept in results/ yet."] if not runs.keys() & {"rows", "pipelines"} else []
    if rows := runs.get("rows"):
        parts += [f"### Rows\n\n{measured_on(rows)}.", report_rows.headline(rows)]
        parts += ["![the ratio to the fastest peer, row by row](results/rows.png)"]
        parts += ["### Where a peer is faster", report_rows.losses(rows)]
    if pipelines := runs.get("pipelines"):
        parts += [f"### Pipelines\n\n{measured_on(pipelines)}.", report_pipelines.summary(pipelines)]
    return "\n\n".join(parts)


def readme(text: str, runs: dict[str, Run]) -> str:
    """The README's text with its section of results as the runs have it."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{section(runs)}\n\n{END}{after}"


def write() -> list[Path]:
    """All that is made of the runs in results/. Which files."""
    runs = kept()
    texts = {run.path.with_suffix(".md"): render(run) for run in runs.values()}
    texts[README] = readme(README.read_text(), runs)
    for path, text in texts.items():
        keep(path, text)
    if "rows" not in runs:
        return list(texts)
    from benchmarks.chart import draw

    picture = RESULTS / "rows.png"
    draw(runs["rows"], runs.get("pipelines"), picture)
    return [*texts, picture]
