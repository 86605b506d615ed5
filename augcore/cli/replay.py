"""`augcore replay`: the picture that a line of a trace file stands for, made again from the original."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from ..errors import AugcoreError, InvalidData, InvalidFile
from ..trace import Trace
from .pictures import check_output, read_picture, write_picture

# What `augcore run` notes beside the trace. A file's word on experimental plugins is not taken: only the user opts in.
_NOTES = ("sample", "experimental")


@click.command()
@click.argument("traces", type=click.Path(path_type=Path))
@click.argument("line", type=click.IntRange(min=1))
@click.option("--image", metavar="FILE", type=click.Path(path_type=Path), help="The original picture.")
@click.option("--images", metavar="DIR", type=click.Path(path_type=Path), help="The folder with the original pictures.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The picture to write, as PNG.")
def replay(traces: Path, line: int, image: Path | None, images: Path | None, output: Path) -> None:
    """Make the picture of LINE (counted from 1) of TRACES again, bit for bit.

    TRACES is the traces.jsonl that `augcore run` writes. The original picture is the one that the line names, looked
    for in --images, or beside TRACES and in the current folder.
    """
    if image is not None and images is not None:
        raise click.UsageError("--image and --images are both given; give one of them")
    check_output(output)
    where = f"{traces}: line {line}"
    plain = _line(traces, line)
    sample = plain.get("sample") or {}
    try:
        trace = Trace.from_dict({key: value for key, value in plain.items() if key not in _NOTES})
    except AugcoreError as error:
        raise InvalidFile(f"{where}: {error}") from error
    path = image or _original(sample, traces, images, where)
    pixels = read_picture(path, colour=True)
    _check_is_original(path, sample, where)
    if pixels.shape[:2] != trace.size:
        raise InvalidData(
            f"{path}: its height and width are {pixels.shape[:2]}, but {where} was made from {trace.size}; "
            "give the original picture with --image"
        )
    write_picture(output, np.asarray(trace.apply(image=pixels)["image"]))
    click.echo(f"{output}: {path.name}, {len(trace.steps)} steps")


def _check_is_original(path: Path, sample: dict[str, Any], where: str) -> None:
    noted = sample.get("sha256")
    if noted is not None and hashlib.sha256(path.read_bytes()).hexdigest() != noted:
        raise InvalidData(f"{path}: is not the file that {where} was made from; give the original with --image")


def _line(path: Path, number: int) -> dict[str, Any]:
    """The object on a line of a JSON Lines file; lines before it are skipped unread, so that files may be long."""
    count, found = 0, None
    try:
        with path.open(encoding="utf-8") as file:
            for count, text in enumerate(file, 1):
                if count == number:
                    found = text
                    break
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidFile(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if found is None:
        raise InvalidFile(f"{path}: there is no line {number}, the file has {count}; count from 1")
    try:
        plain = json.loads(found)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidFile(f"{path}: line {number}: not JSON: {error}") from None
    if not isinstance(plain, dict) or not isinstance(plain.get("sample") or {}, dict):
        raise InvalidFile(f"{path}: line {number}: not the trace of a sample; give what augcore run wrote")
    return plain


def _original(sample: dict[str, Any], traces: Path, images: Path | None, where: str) -> Path:
    """Where the original picture is that a line names."""
    name = sample.get("file_name")
    if not isinstance(name, str) or not name:
        raise InvalidFile(f"{where}: names no original picture; give it with --image")
    if images is not None:
        return images / name
    for folder in (traces.parent, Path()):
        if (folder / name).is_file():
            return folder / name
    raise InvalidFile(f"{where}: the original picture {name} is not beside the file; say where it is with --images")
