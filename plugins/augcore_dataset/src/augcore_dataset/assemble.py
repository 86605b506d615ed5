"""What a finished job leaves: the samples' records put together in one order, and a sheet to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

import cv2
import numpy as np

from augcore import InvalidFile, drawing

from . import objects, pictures
from .augment import Count, Maker, Sample, samples
from .coco import Category, Dataset, Entry, Id, Picture
from .files import ANNOTATIONS, CONTACT_SHEET, TRACES, dumps, whole

Array = np.ndarray[Any, np.dtype[Any]]

_ROWS, _COPIES = 8, 5  # of the contact sheet, at most
_CELL = (240, 320)


def write(maker: Maker, dataset: Dataset, copies: int, note: Mapping[str, Any]) -> Count:
    """Write annotations, traces and the contact sheet of the samples that are finished, reading each record once.

    Args:
        note: what the annotation file says of the job, under info.
    """
    root, count, picked = maker.folder.root, Count(), _Picked()
    with whole(root / TRACES) as traces, whole(root / ANNOTATIONS) as coco, TemporaryFile(dir=root) as later:
        info = dataset.further.get("info")
        further = {**dataset.further, "info": {**(info if isinstance(info, dict) else {}), "augcore": dict(note)}}
        coco.write(f'{dumps(further)[:-1]},\n"images": ['.encode())
        images, annotations = _Entries(coco), _Entries(later)
        for sample in samples(dataset, copies):
            record = maker.finished(sample)
            if record is None:
                continue
            traces.write(f"{dumps({**record['trace'], 'sample': record['sample']})}\n".encode())
            images.add(_image(sample, record["sample"]))
            for entry in record["annotations"]:
                annotations.add({"id": annotations.count + 1, "image_id": sample.number, **entry})
            count += Count(**record["count"])
            picked.add(sample, record)
        # Images come before annotations in the file, and those of a large job do not fit into memory.
        coco.write(b'\n],\n"annotations": [')
        later.seek(0)
        shutil.copyfileobj(later, coco)
        coco.write(b'\n],\n"categories": [')
        categories = _Entries(coco)
        for category in dataset.categories.values():
            categories.add(category.entry)
        coco.write(b"\n]}\n")
    with whole(root / CONTACT_SHEET) as file:
        file.write(_png(_contact_sheet(maker, picked)))
    return count


class _Entries:
    """A JSON list that is written as it grows, an entry a line."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.count = 0

    def add(self, entry: Entry) -> None:
        self.file.write(f"{',' if self.count else ''}\n{dumps(entry)}".encode())
        self.count += 1


def _image(sample: Sample, made: Entry) -> Entry:
    picture = sample.picture
    return {
        **picture.entry,
        "id": sample.number,
        "file_name": sample.output,
        "width": made["width"],
        "height": made["height"],
        "origin": {"file_name": picture.file_name, "id": picture.id},
        "copy": sample.copy,
    }


# The sheet


class _Picked:
    """The first few pictures of a job, and the first few copies of each."""

    def __init__(self) -> None:
        self.copies: dict[Id, list[tuple[Sample, Mapping[str, Any]]]] = {}

    def add(self, sample: Sample, record: Mapping[str, Any]) -> None:
        if sample.picture.id in self.copies or len(self.copies) < _ROWS:
            copies = self.copies.setdefault(sample.picture.id, [])
            if len(copies) < _COPIES:
                copies.append((sample, record))


def _contact_sheet(maker: Maker, picked: _Picked) -> Array:
    """Originals beside some of their augmented copies, annotations drawn."""
    rows, captions = [], []
    for copies in picked.copies.values():
        picture = copies[0][0].picture
        original = _original(maker, picture)
        row = [None if original is None else _drawn(original, picture.annotations, maker.categories)]
        for sample, record in copies:
            image = pictures.decode(sample.output, maker.folder.image(sample.output).read_bytes())
            row.append(_drawn(image, record["annotations"], maker.categories))
        rows.append(row)
        captions.append([picture.file_name, *(_caption(record) for _, record in copies)])
    header = ["original", *(f"copy {number}" for number in range(max(map(len, rows), default=1) - 1))]
    return drawing.sheet(rows, captions, cell=_CELL, header=header)


def _original(maker: Maker, picture: Picture) -> Array | None:
    """None for a picture that has gone since its copies were made."""
    try:
        return pictures.decode(picture.file_name, (maker.images / picture.file_name).read_bytes())
    except (OSError, InvalidFile):
        return None


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
            labels[objects.mask_of(entry, (size[0], size[1])) > 0] = number
    return labels if labels.any() else None


def _png(image: Array) -> bytes:
    return bytes(cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1])
