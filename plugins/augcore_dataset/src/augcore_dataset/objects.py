"""The objects of one picture as arguments of a pipeline, and what came of them as COCO annotations.

An object is kept or dropped as a whole: its box decides, and where an outline was given, some of it must be left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import attrs
import numpy as np

from augcore import (
    BboxParams,
    Compose,
    Frame,
    Geometry,
    InvalidData,
    InvalidFile,
    InvalidParameter,
    KeypointParams,
    Trace,
    rle,
)

from . import coco
from .coco import Category, Entry, Id, Picture

Array = np.ndarray[Any, np.dtype[Any]]

# Label fields of boxes: the object's place among the picture's annotations, and its category's name, to be drawn.
OBJECT, CATEGORY = "object", "category"
OWNER, NAME = "keypoint_object", "keypoint_name"  # label fields of keypoints
_DIGITS = 3  # of coordinates in files: a thousandth of a pixel
_PART_OF_SIDE = np.linspace(0, 1, 8, endpoint=False)[:, None]

_LEADING = re.compile(r"(?P<rest>)(?P<side>left|right)(?=[_\- .])", re.I)
_TRAILING = re.compile(r"(?P<rest>.*[_\- .])(?P<side>left|right)$", re.I | re.S)


# Into the pipeline


class MixesSamples(InvalidParameter):
    """A pipeline for training, where other samples are at hand."""


class _OneOriginal:
    """The source of other samples in a job, which has none: a trace is to replay from one original."""

    def __len__(self) -> NoReturn:
        raise MixesSamples(
            "the pipeline mixes samples (MixUp), and a job makes each picture of one original; mix while training"
        )

    def __getitem__(self, key: int) -> NoReturn:
        self.__len__()


def fitted(pipeline: Compose, categories: Mapping[Id, Category], seed: int | None) -> Compose:
    """The pipeline with a seed, told what the boxes and keypoints of a dataset hold.

    Which boxes count (`min_visibility`, `min_area`, …) stays as the pipeline says; format and label fields are the
    job's. Boxes of annotation files reach out of their pictures by rounding, or are empty: they are cut, or dropped.
    """
    options = pipeline.options() | parameters(pipeline, categories)
    return Compose(
        pipeline.transforms, **options | {"seed": seed, "save_applied_params": False, "source": _OneOriginal()}
    )


def parameters(pipeline: Compose | None, categories: Mapping[Id, Category]) -> dict[str, Any]:
    """bbox_params and keypoint_params for a dataset's objects, from those of a pipeline if it has any."""
    boxes = pipeline.setup.bbox_params if pipeline is not None else None
    points = pipeline.setup.keypoint_params if pipeline is not None else None
    given = () if points is None else points.swap_pairs
    if not all(isinstance(name, str) for pair in given for name in pair):
        raise InvalidParameter(f"keypoint_params.swap_pairs: {given!r} do not name keypoints; give pairs of names")
    # mypy takes only what attrs itself decorates for its classes, and not what augcore's `declared` does.
    return {
        "bbox_params": attrs.evolve(
            boxes or BboxParams(format="coco"),
            format="coco",
            label_fields=(OBJECT, CATEGORY),
            clip=True,
            filter_invalid_bboxes=True,
            bbox_type="hbb",
        ),
        "keypoint_params": attrs.evolve(
            points or KeypointParams(format="xyv"),
            format="xyv",
            label_fields=(OWNER, NAME),
            remove_invisible=False,
            swap_pairs=(*given, *_found_pairs(categories.values(), {name for pair in given for name in pair})),
        ),
    }


def mirrored_name(name: str) -> str | None:
    """right_eye for left_eye, mouth_left for mouth_right; None for a name that tells no side."""
    found = _LEADING.match(name) or _TRAILING.match(name)
    if found is None:
        return None
    side = found["side"]
    other = "right" if side.lower() == "left" else "left"
    other = other.upper() if side.isupper() else other.capitalize() if side[0].isupper() else other
    return name[: found.start("side")] + other + name[found.end("side") :]


def _found_pairs(categories: Iterable[Category], known: set[str]) -> list[tuple[str, str]]:
    """Keypoints that change places in a mirrored picture, as their names tell, in the order of the categories."""
    pairs: dict[frozenset[str], tuple[str, str]] = {}
    for category in categories:
        for name in category.keypoints:
            other = mirrored_name(name)
            if other in category.keypoints and name not in known and other not in known:
                pairs.setdefault(frozenset((name, other)), (name, other))
    return list(pairs.values())


def arguments(picture: Picture, categories: Mapping[Id, Category]) -> dict[str, Any]:
    """What a pipeline is called with besides the image; masks only where there are run lengths."""
    found = picture.annotations
    masks = [mask_of(one, picture.size or (0, 0)) for one in found if has_runs(one)]
    points = [
        (row, index, name)
        for index, one in enumerate(found)
        if one.get("keypoints")
        for name, *row in zip(
            categories[one["category_id"]].keypoints, *(one["keypoints"][part::3] for part in range(3)), strict=True
        )
    ]
    return {
        "bboxes": [list(box_of(one)) for one in found],
        OBJECT: list(range(len(found))),
        CATEGORY: [categories[one["category_id"]].name for one in found],
        "polygons": [rings_of(one) for one in found],
        "keypoints": [row for row, _, _ in points],
        OWNER: [index for _, index, _ in points],
        NAME: [name for _, _, name in points],
        **({"masks": masks} if masks else {}),
    }


def box_of(entry: Entry) -> Sequence[float]:
    """An annotation's box, or the hull of its outline where it has none."""
    return coco.outline_box(entry["segmentation"]) if entry.get("bbox") is None else entry["bbox"]


def has_runs(entry: Entry) -> bool:
    """Whether an annotation's segmentation is a mask in run lengths."""
    return isinstance(entry.get("segmentation"), dict)


def mask_of(entry: Entry, size: tuple[int, int]) -> Array:
    """The mask (H, W) of an annotation that has one.

    Raises: InvalidFile: run lengths that do not fill the picture.
    """
    try:
        return rle.decode(entry["segmentation"]["counts"], size)
    except InvalidData as error:
        where = f"annotation {entry['id']}: " if "id" in entry else ""
        raise InvalidFile(f"{where}{error}") from None


def rings_of(entry: Entry) -> list[Array]:
    """An annotation's outline as rings (K, 2); none where it has a mask or nothing."""
    rings = [] if has_runs(entry) else entry.get("segmentation") or []
    return [np.array(ring, float).reshape(-1, 2) for ring in rings]


def read(annotation_file: Path, image_file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments of one picture of an annotation file, and the Compose options that fit them, with edges
    to be drawn: for `augcore show`."""
    dataset = coco.read(Path(annotation_file))
    parts = Path(image_file).absolute().as_posix().split("/")
    named = [
        picture
        for picture in dataset.pictures
        if (name := PurePosixPath(picture.file_name).as_posix().split("/")) == parts[-len(name) :]
    ]
    if not named:
        raise InvalidFile(f"{annotation_file}: no image has the file_name {parts[-1]!r}; give one that it lists")
    picture = max(named, key=lambda one: len(one.file_name))
    options = parameters(None, dataset.categories)
    return arguments(picture, dataset.categories), {**options, "edges": edges(picture.annotations, dataset.categories)}


def edges(annotations: Iterable[Entry], categories: Mapping[Id, Category]) -> list[tuple[int, int]]:
    """The skeletons of a picture's objects, as pairs of rows of all their keypoints."""
    pairs: list[tuple[int, int]] = []
    count = 0
    for entry in annotations:
        if entry.get("keypoints"):
            kind = categories[entry["category_id"]]
            pairs += [(count + first, count + second) for first, second in kind.skeleton]
            count += len(kind.keypoints)
    return pairs


# Out of it


@attrs.frozen
class Kept:
    """The annotations of an augmented picture, without ids of their own, and what became of the others."""

    annotations: list[dict[str, Any]]
    clipped: int  # of those kept, how many the frame cuts
    dropped: int


def kept(
    result: Mapping[str, Any], trace: Trace, picture: Picture, categories: Mapping[Id, Category], swaps: Iterable[Any]
) -> Kept:
    """The objects of a pipeline's result.

    Args:
        swaps: the pairs of keypoint names that were exchanged on reflections.
    """
    found = picture.annotations
    masks = dict(zip([index for index, one in enumerate(found) if has_runs(one)], result.get("masks", ()), strict=True))
    other = {a: b for pair in swaps for a, b in (pair, pair[::-1])}
    annotations, places = [], []
    for index, box in zip(result[OBJECT], result["bboxes"], strict=True):
        shape = _shape(found[index], box, result["polygons"][index], masks.get(index))
        if shape is None:
            continue
        entry = {key: value for key, value in found[index].items() if key not in ("id", "image_id")}
        entry |= {"iscrowd": found[index].get("iscrowd", 0), **shape}
        if entry.get("keypoints"):
            entry |= _keypoints(result, index, categories[entry["category_id"]].keypoints, other)
        annotations.append({**entry, "origin": {"id": found[index]["id"]}})
        places.append(index)
    boxes = np.array([box_of(found[index]) for index in places]).reshape(-1, 4)
    return Kept(annotations, int(_cut_off(boxes, trace).sum()), len(found) - len(annotations))


def _shape(entry: Entry, box: Sequence[float], rings: Sequence[Array], mask: Array | None) -> dict[str, Any] | None:
    """bbox, area and segmentation; None where nothing is left of an outline or mask that was given."""
    x, y, width, height = box
    low, high = _rounded([x, y]), _rounded([x + width, y + height])
    shape: dict[str, Any] = {"bbox": [*low, *_rounded([high[0] - low[0], high[1] - low[1]])]}
    if mask is not None:
        covered = int(np.count_nonzero(mask))
        return {**shape, "segmentation": rle.encode(mask), "area": covered} if covered else None
    if not rings_of(entry):
        return {**shape, "area": _rounded([width * height])[0]}
    if not rings:
        return None
    area = sum(_area(ring) for ring in rings)
    return {**shape, "segmentation": [_rounded(ring.ravel().tolist()) for ring in rings], "area": _rounded([area])[0]}


def _area(ring: Array) -> float:
    x, y = ring.T
    return float(abs(x @ np.roll(y, -1) - np.roll(x, -1) @ y) / 2)


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), _DIGITS) + 0.0 for value in values]  # + 0.0 makes -0.0 a plain zero


def _keypoints(result: Mapping[str, Any], owner: int, names: Sequence[str], other: Mapping[str, str]) -> dict[str, Any]:
    """The keypoints of one object in the order of its category: reflections have exchanged names."""
    rows: dict[str, list[float]] = {}
    for row, of, name in zip(result["keypoints"], result[OWNER], result[NAME], strict=True):
        if of == owner:
            # Another category may name both sides where this one has but one: it keeps its name.
            x, y, visibility = row
            rows[name if name in names else other[name]] = [*_rounded([x, y]), int(visibility)]
    return {
        "keypoints": [value for name in names for value in rows[name]],
        "num_keypoints": sum(1 for _, _, visibility in rows.values() if visibility > 0),
    }


def _cut_off(boxes: Array, trace: Trace) -> Array:
    """Of which of the (N, 4) original boxes a part has left the frame."""
    if not len(boxes):
        return np.zeros(0, bool)
    height, width = trace.size
    low = np.clip(boxes[:, :2], 0, (width, height))
    high = np.clip(boxes[:, :2] + boxes[:, 2:], 0, (width, height))
    corners = np.stack([low, np.stack([high[:, 0], low[:, 1]], 1), high, np.stack([low[:, 0], high[:, 1]], 1)], 1)
    following = np.roll(corners, -1, 1)
    sides = corners[:, :, None] + (following - corners)[:, :, None] * _PART_OF_SIDE
    points, frame = sides.reshape(-1, 2), Frame.of(trace.size)
    for step in trace.steps:
        if isinstance(step.effect, Geometry):
            points, frame = step.effect.map.forward(points), frame.after(step.effect.map)
    return np.asarray(~frame.shows(points).reshape(len(boxes), -1).all(1))
