"""What a finished job leaves: the samples' records put together in one order, and a sheet to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

import cv2
import numpy as np

from augcore import drawing

from . import objects, pictures, rle
from .augment import Count, Maker, Sample, samples
from .coco import Category, Dataset, Entry, Id
from .files import ANNOTATIONS, CONTACT_SHEET, TRACES, dumps, whole

Array = np.ndarray[Any, np.dtype[Any]]
Records = Callable[[], Iterator[tuple[Sample, Mapping[str, Any]]]]

_ROWS, _COPIES = 8, 5  # of the contact sheet, at most
_CELL = (240, 320)


def write(maker: Maker, dataset: Dataset, copies: int, note: Mapping[str, Any]) -> Count:
    """Write annotations, traces and the contact sheet of the samples that are finished.

    Args:
        note: what the annotation file says of the job, under info.
    """

    def records() -> Iterator[tuple[Sample, Mapping[str, Any]]]:
        for sample in samples(dataset, copies):
            record = maker.finished(sample)
            if record is not None:
                yield sample, record

    root = maker.folder.root
    with whole(root / TRACES) as file:
        for _, record in records():
            file.write(f"{dumps({**record['trace'], 'sample': record['sample']})}\n".encode())
    with whole(root / ANNOTATIONS) as file:
        _write_annotations(file, dataset, records, note)
    with whole(root / CONTACT_SHEET) as file:
        file.write(_png(_contact_sheet(maker, dataset, records)))
    return sum((Count(**record["count"]) for _, record in records()), Count())


def _write_annotations(file: IO[bytes], dataset: Dataset, records: Records, note: Mapping[str, Any]) -> None:
    """A COCO file, an entry a line; written as it is read, since the annotations of a large job fill the memory."""
    info = dataset.further.get("info")
    further = {**dataset.further, "info": {**(info if isinstance(info, dict) else {}), "augcore": dict(note)}}
    file.write(f"{dumps(further)[:-1]},\n".encode())
    for key, entries in (
        ("images", _images(records)),
        ("annotations", _annotations(records)),
        ("categories", (category.entry for category in dataset.categories.values())),
    ):
        file.write(f'"{key}": ['.encode())
        for number, entry in enumerate(entries):
            file.write(f"{',' if number else ''}\n{dumps(entry)}".encode())
        file.write(b"\n]}\n" if key == "categories" else b"\n],\n")


def _images(records: Records) -> Iterator[Entry]:
    for sample, record in records():
        made = record["sample"]
        yield {
            **sample.picture.entry,
            "id": sample.number,
            "file_name": sample.output,
            "width": made["width"],
            "height": made["height"],
            "origin": {"file_name": sample.picture.file_name, "id": sample.picture.id},
            "copy": sample.copy,
        }


def _annotations(records: Records) -> Iterator[Entry]:
    number = 0
    for sample, record in records():
        for entry in record["annotations"]:
            number += 1
            yield {"id": number, "image_id": sample.number, **entry}


# The sheet


def _contact_sheet(maker: Maker, dataset: Dataset, records: Records) -> Array:
    """Originals beside some of their augmented copies, annotations drawn."""
    found: dict[Id, list[tuple[Sample, Mapping[str, Any]]]] = {}
    for sample, record in records():
        if sample.picture.id in found or len(found) < _ROWS:
            copies = found.setdefault(sample.picture.id, [])
            if len(copies) < _COPIES:
                copies.append((sample, record))
    rows, captions = [], []
    for copies in found.values():
        picture = copies[0][0].picture
        original = pictures.decode(picture.file_name, (maker.images / picture.file_name).read_bytes())
        row = [_drawn(original, picture.annotations, maker.categories)]
        for sample, record in copies:
            image = pictures.decode(sample.output, maker.folder.image(sample.output).read_bytes())
            row.append(_drawn(image, record["annotations"], maker.categories))
        rows.append(row)
        captions.append([picture.file_name, *(_caption(record) for _, record in copies)])
    header = ["original", *(f"copy {number}" for number in range(max(map(len, rows), default=1) - 1))]
    return drawing.sheet(rows, captions, cell=_CELL, header=header)


def _caption(record: Mapping[str, Any]) -> str:
    steps = [step["name"].rpartition(".")[2] for step in record["trace"]["trace"]]
    return ", ".join(dict.fromkeys(steps)) or "as it was"


def _drawn(image: Array, annotations: Iterable[Entry], categories: Mapping[Id, Category]) -> Array:
    found = list(annotations)
    kinds = [categories[one["category_id"]] for one in found]
    points: list[list[float]] = []
    names: list[str] = []
    for one, kind in zip(found, kinds, strict=True):
        if one.get("keypoints"):
            points += np.reshape(one["keypoints"], (-1, 3)).tolist()
            names += kind.keypoints
    outlines = [objects.rings_of(one) for one in found]
    return drawing.annotate(
        image,
        bboxes=[_corners(one) for one in found],
        labels=[kind.name for kind in kinds],
        keypoints=[row[:2] for row in points],
        keypoint_labels=names,
        visibility=[int(row[2]) for row in points],
        edges=objects.edges(found, categories),
        polygons=outlines if any(map(len, outlines)) else None,
        mask=_mask(found, image.shape[:2]),
    )


def _corners(entry: Entry) -> tuple[float, float, float, float]:
    x, y, width, height = objects.box_of(entry)
    return x, y, x + width, y + height


def _mask(annotations: Sequence[Entry], size: tuple[int, ...]) -> Array | None:
    """The objects outlined by run lengths, in one picture of labels."""
    labels = np.zeros(size, np.int32)
    for number, entry in enumerate(annotations, 1):
        if objects.has_runs(entry):
            labels[rle.decode(entry["segmentation"]["counts"], (size[0], size[1])) > 0] = number
    return labels if labels.any() else None


def _png(image: Array) -> bytes:
    return bytes(cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1])
