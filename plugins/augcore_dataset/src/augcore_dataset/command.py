"""`augcore run`: a job from the command line, its progress and its summary. The job itself is in job.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .job import Job, Summary

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def add_commands(cli: Any) -> None:
    """Add `run` and the reader of COCO files to the command line."""
    cli.add_command(run)
    cli.annotation_readers["coco"] = _read


def _read(annotation_file: Path, image_file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    from .objects import read

    return read(annotation_file, image_file)


@click.command()
@click.argument("pipeline", type=_FILE)
@click.option("--coco", "annotations", type=_FILE, help="COCO annotations; without, all pictures in the folder.")
@click.option("--images", type=_FOLDER, required=True, help="Folder of the original pictures.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the results.")
@click.option("--copies", type=click.IntRange(1), default=1, show_default=True, help="Of each picture.")
@click.option("--seed", type=int, help="The same seed gives the same files, byte for byte.  [default: a fresh one]")
@click.option("--workers", type=click.IntRange(1), help="Processes.  [default: by processors and samples]")
@click.option("--keep-going", is_flag=True, help="Leave out pictures that cannot be used, and list them.")
@click.option("--quality", type=click.IntRange(1, 100), default=95, show_default=True, help="Of the JPEG files.")
@click.option("--overwrite", is_flag=True, help="Start anew where another job began; its files are deleted.")
def run(pipeline: Path, **options: Any) -> None:
    """Write augmented copies of pictures and of their annotations.

    PIPELINE is a .yaml or .json file. A job that was interrupted continues when the same command is given again.
    """
    import attrs

    import augcore

    from . import job as jobs

    job = jobs.Job(pipeline=augcore.load(pipeline), **options)
    seed = jobs.chosen_seed(job)
    if job.seed is None:
        click.echo(f"seed {seed}")
    try:
        summary = _with_progress(attrs.evolve(job, seed=seed))
    except jobs.Stopped as stopped:
        if not stopped.interrupted:
            raise
        click.echo(f"\n{stopped}.", err=True)
        raise click.exceptions.Exit(130) from None
    _print(summary)


def _with_progress(job: Job) -> Summary:
    """Run a job; on a terminal, with a bar."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from .job import run as run_job

    console = Console(stderr=True)
    columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("augmenting", total=None)
        return run_job(job, lambda done, total: bar.update(task, completed=done, total=total))


def _print(summary: Summary) -> None:
    count, again = summary.count, summary.pictures - summary.made
    before = f", {again} of them made before" if again else ""
    lines = [
        f"pictures  {summary.pictures}{before}",
        f"objects   {count.kept} kept ({count.clipped} clipped by the frame), {count.dropped} dropped",
        f"seed      {summary.seed}",
        f"seconds   {summary.seconds:.1f}",
        f"results   {summary.out}{os.sep}",
    ]
    if summary.skipped:
        some = f"{len(summary.skipped)} picture{'s' if len(summary.skipped) > 1 else ''}"
        lines += [f"skipped   {some}", *(f"  {why}" for why in summary.skipped.values())]
    click.echo("\n".join(lines))
