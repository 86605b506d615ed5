"""`python -m benchmarks`: run with the project's own interpreter, from the repository's root."""

from __future__ import annotations

import contextlib
import fnmatch
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.guard import ROUNDS, SLOWER, compare, measured_now, printed
from benchmarks.libraries import AUGCORE, LIBRARIES, ROOT
from benchmarks.report import render, write
from benchmarks.run import Run, rows, run
from benchmarks.suites.rows import COPY

# Each suite with the rounds that its noise and its length call for, and what it times.
SUITES = {
    "rows": (9, "One transform, one call, one photograph: the rows of the public benchmark."),
    "pipelines": (7, "Whole pipelines, alone and in a DataLoader."),
    "scaling": (5, "How the cost grows with side, boxes, channels and threads; and memory."),
    "overhead": (15, "What a call costs beyond its pixels."),
    "targets": (9, "What boxes, keypoints, polygons and masks cost."),
    "annotations": (9, "What 20 boxes and 20 keypoints add to every geometric transform."),
}
libraries = click.option(
    "--library",
    "names",
    multiple=True,
    type=click.Choice(list(LIBRARIES)),
    help="Only this one; may be given several times. Default: all.",
)
only = click.option(
    "--only", multiple=True, metavar="PATTERN", help="Cases by name, with * and ?; may be given several times."
)


@click.group()
def main() -> None:
    """Every library of the field side by side, in one run.

    A whole run of a suite replaces benchmarks/results/SUITE.json and all that is made of it. A part of one, by
    --library or --only, is printed and kept nowhere: figures of two runs do not belong in one table.

    benchmarks/README.md says how to read the results.
    """


def suite_command(suite: str, rounds: int, about: str) -> click.Command:
    @click.command(suite, help=about)
    @libraries
    @only
    @click.option("--rounds", default=rounds, show_default=True, type=click.IntRange(1))
    def command(names: tuple[str, ...], only: tuple[str, ...], rounds: int) -> None:
        if names or only:
            found = measured(suite, names or tuple(LIBRARIES), rounds, chosen(only))
            if not found.table.keys() - {COPY}:
                patterns = " or ".join(only) or "anything"
                raise click.ClickException(
                    f"no case of {suite} is named {patterns}; results/{suite}.md has their names"
                )
            click.echo(render(found), nl=False)
        else:
            whole(suite, rounds)

    return command


for name, (often, text) in SUITES.items():
    main.add_command(suite_command(name, often, text))


@main.command("all")
def every() -> None:
    """All suites, one after the other."""
    for suite, (rounds, _) in SUITES.items():
        whole(suite, rounds)


@main.command()
def report() -> None:
    """Write the reports, the chart and the README's results again, from the JSON that is kept; measures nothing."""
    written()


@main.command()
@click.option("--rounds", default=ROUNDS, show_default=True, type=click.IntRange(1))
def guard(rounds: int) -> None:
    """Tell which rows became 1.3× slower, as augcore over the bare kernels, since the results that are kept.

    Measures those two libraries only, and writes nothing. A tool, not a test: it never fails.
    """
    console = Console()
    try:
        kept = Run.load("rows")
    except FileNotFoundError:
        console.print("Nothing to compare with: benchmarks/results/rows.json is not there.")
        return
    with progress("guard") as say:
        found = compare(measured_now(rounds, say), kept.table)
    if found.slower:
        console.print(printed(found.slower))
    else:
        console.print(f"Of {len(found.changes)} rows, none became more than {SLOWER}× slower since {kept.date}.")
    for names, what in ((found.new, "New, compared with nothing"), (found.lost, "Kept, but not measured now")):
        if names:
            console.print(f"{what}: {', '.join(names)}")


@main.command()
@libraries
@only
@click.option("--photograph", default=0, type=click.IntRange(0, 7), help="Which of the eight.")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="A PNG to write.")
def look(names: tuple[str, ...], only: tuple[str, ...], photograph: int, out: Path) -> None:
    """Draw what each library makes of the rows, side by side."""
    import cv2

    from benchmarks.look import sheet

    wanted = list(filter(chosen(only), rows()))
    if not wanted:
        raise click.ClickException(f"no row is named {' or '.join(only)}; benchmarks/rows.yaml has their names")
    if out.suffix.lower() != ".png" or not out.absolute().parent.is_dir():
        raise click.ClickException(f"{out} cannot be written; give a file that ends in .png, in a folder that exists")
    cv2.imwrite(str(out), sheet(wanted, names or tuple(LIBRARIES), photograph))


def whole(suite: str, rounds: int) -> None:
    """Measure all of a suite and keep it."""
    needs_matplotlib()
    found = measured(suite, tuple(LIBRARIES), rounds)
    if AUGCORE.name not in found.versions:
        raise click.ClickException(
            f"{suite}: nothing is kept without augcore: {found.absent.get(AUGCORE.name, 'no case')}"
        )
    found.save()
    written()


def measured(suite: str, names: tuple[str, ...], rounds: int, wanted: Callable[[str], bool] = lambda _: True) -> Run:
    with progress(suite) as say:
        return run(suite, names, rounds, wanted, say)


def written() -> None:
    needs_matplotlib()
    for path in write():
        click.echo(path.relative_to(ROOT))


def needs_matplotlib() -> None:
    """Said before the work, not after it."""
    try:
        import matplotlib  # noqa: F401
    except ModuleNotFoundError:
        raise click.ClickException("the chart needs matplotlib: pip install -r benchmarks/requirements.txt") from None


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(f"{what}: starting the workers")
        yield lambda text: shown.update(task, description=f"{what}: {text}")


def chosen(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Cases by name; the copy is no row but what rows are measured with."""
    return lambda name: not patterns or name == COPY or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
