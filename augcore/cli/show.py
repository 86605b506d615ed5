"""`augcore show`: a sheet of what a pipeline makes of a picture, draw by draw or step by step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import click
import numpy as np

from .. import plugins, serial
from ..compose import Compose
from ..drawing import sheet
from ..errors import PluginError
from ..targets import BboxParams
from ..trace import Trace, TraceStep
from .drawable import ROW, Array, Drawable
from .pictures import check_output, read_picture, write_picture

_MOST = 20  # rows or columns of a sheet
_SHEET, _LEAST, _GREATEST = 1800, 96, 480  # px: a sheet's side to aim at, and the bounds of a picture's longer side


def _grid(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,3})[x×](\d{1,3})", value.strip().lower())
    rows, columns = (int(found.group(1)), int(found.group(2))) if found else (0, 0)
    if not (1 <= rows <= _MOST and 1 <= columns <= _MOST):
        raise click.BadParameter(f"{value!r} is not ROWSxCOLUMNS; give two numbers from 1 to {_MOST}, such as 3x3")
    return rows, columns


@click.command()
@click.argument("pipeline", type=click.Path(path_type=Path))
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--coco", metavar="FILE", type=click.Path(path_type=Path), help="COCO annotations of the picture.")
@click.option("--grid", metavar="ROWSxCOLUMNS", callback=_grid, help="The sheet; 3x3 if not given.")
@click.option("--steps", is_flag=True, help="One draw, with a picture after each of its steps.")
@click.option("--seed", type=click.IntRange(min=0), help="Makes the draws the same every time.")
@click.option(
    "--source",
    metavar="IMAGE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A picture for transforms that mix samples; may be given several times.",
)
@click.option("--rgb", is_flag=True, help="Read grey and 16-bit pictures as 8-bit RGB, as augcore run does.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The sheet to write.")
@click.pass_context
def show(
    ctx: click.Context,
    pipeline: Path,
    image: Path,
    coco: Path | None,
    grid: tuple[int, int] | None,
    steps: bool,
    seed: int | None,
    source: tuple[Path, ...],
    rgb: bool,
    output: Path,
) -> None:
    """Draw what PIPELINE makes of IMAGE, with its annotations.

    The first picture is the original; the others are one draw each or, with --steps, one step of a draw each.
    """
    check_output(output)
    composed = serial.load(pipeline)
    data, options = _sample(ctx, image, coco, rgb)
    edges = options.pop("edges", None)
    others = [_sample(ctx, path, coco, rgb)[0] for path in source]
    composed = adapted(composed, options, others or None)
    if seed is not None:
        composed.set_random_seed(seed)
    rows, columns = grid or (3, 3)
    results = [(data, f"original, {_size(data['image'])}")]
    if steps:
        results += _after_each_step(composed, data)
        columns = columns if grid else min(4, len(results))
    else:
        results += [_draw(composed, data, number) for number in range(1, rows * columns)]
    shown = [(Drawable.of(result, composed.setup, edges), caption) for result, caption in results]
    write_picture(output, _on_sheet(shown, columns))
    click.echo(f"{output}: {len(shown)} picture{'s' if len(shown) > 1 else ''}")


def _sample(ctx: click.Context, image: Path, coco: Path | None, rgb: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments of a call for a picture and its annotations, and the options of Compose that go with them."""
    pixels = read_picture(image, colour=rgb)
    if coco is None:
        return {"image": pixels}, {}
    group: Any = ctx.find_root().command
    reader = group.annotation_readers.get("coco")
    if reader is None:
        plugin = plugins.find("dataset")
        mend = "pip install augcore-dataset" if plugin is None else "augcore doctor says what is wrong with it"
        raise PluginError(f"--coco is read by the plugin augcore-dataset, which is not there; {mend}")
    arguments, options = reader(coco, image)
    if "bboxes" in arguments:
        arguments = {**arguments, ROW: list(range(len(arguments["bboxes"])))}
    return {"image": pixels, **arguments}, options


def adapted(pipeline: Compose, options: dict[str, Any], source: Any) -> Compose:
    """The pipeline told what the annotations hold; which of them count stays as its file says."""
    given = pipeline.options()
    for name, read in options.items():
        own = given.get(name)
        if name == "additional_targets":
            given[name] = {**read, **(own or {})}
            continue
        fields = (*read.label_fields, ROW) if isinstance(read, BboxParams) else read.label_fields
        # What the file says of boxes that lie outside its author's own data need not hold for these.
        lenient = {"clip": read.clip, "filter_invalid_bboxes": read.filter_invalid_bboxes} if ROW in fields else {}
        if isinstance(read, BboxParams):
            lenient["bbox_type"] = read.bbox_type
        given[name] = attrs.evolve(own or read, format=read.format, label_fields=fields, **lenient)
    if source is not None:
        given["source"] = source
    return type(pipeline)(pipeline.transforms, **given)


def _size(image: Array) -> str:
    return f"{image.shape[1]}×{image.shape[0]}"


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _draw(pipeline: Compose, data: dict[str, Any], number: int) -> tuple[dict[str, Any], str]:
    result, trace = pipeline.traced(**data)
    names = ", ".join(dict.fromkeys(_bare(step.name) for step in trace.steps)) or "unchanged"
    return result, f"{number}: {names}"


def _after_each_step(pipeline: Compose, data: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    trace: Trace = pipeline.traced(**data)[1]
    return [
        (result, _caption(number, step))
        for number, (step, result) in enumerate(trace.stages(pipeline.source, **data), 1)
    ]


def _caption(number: int, step: TraceStep) -> str:
    size = "" if step.before == step.after else f", now {step.after[1]}×{step.after[0]}"
    return f"{number} {_bare(step.name)}: {serial.describe(step.effect)}{size}"


def _on_sheet(shown: Sequence[tuple[Drawable, str]], columns: int) -> Array:
    rows = -(-len(shown) // columns)
    longest = int(np.clip(_SHEET / max(rows, columns), _LEAST, _GREATEST))
    drawn = [drawable.fitted(longest).drawn() for drawable, _ in shown]
    cell = max(picture.shape[0] for picture in drawn), max(picture.shape[1] for picture in drawn)
    starts = range(0, len(shown), columns)
    return sheet(
        [drawn[start : start + columns] for start in starts],
        [[caption for _, caption in shown[start : start + columns]] for start in starts],
        cell=cell,
    )
