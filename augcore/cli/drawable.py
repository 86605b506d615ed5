"""The data of a pipeline call as `augcore.drawing` takes it: formats read, the picture and what lies on it fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import cv2
import numpy as np

from ..compose import Setup
from ..drawing import annotate, to_rgb
from ..errors import InvalidData
from ..frame import Frame
from ..targets import BboxParams, KeypointParams, Target
from ..targets.groups import flattened, is_nested, read_nested_rows
from ..targets.keypoints import FORMATS as KEYPOINT_FORMATS
from ..targets.rows import read_rows

Array = np.ndarray[Any, np.dtype[Any]]


# A label field of boxes that `augcore show` adds: which object of the picture each of them belongs to.
ROW = "augcore_row"


@attrs.frozen
class Drawable:
    """A picture and what is to be drawn on it; the arguments of `annotate`."""

    image: Array
    bboxes: Array | None = None
    labels: Sequence[Any] | None = None
    keypoints: Array | None = None
    keypoint_labels: Sequence[Any] | None = None
    visibility: Array | None = None
    edges: Sequence[tuple[int, int]] | None = None
    polygons: list[list[Array]] | None = None
    mask: Array | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any], setup: Setup, edges: Sequence[tuple[int, int]] | None = None) -> Drawable:
        """From the arguments or the result of a pipeline; of several targets of a kind the first is drawn.

        Args:
            edges: pairs of rows of keypoints to join, where the pipeline keeps all rows.
        """
        found: dict[str, tuple[str, Target]] = {}
        for name, target in setup.targets().items():
            if data.get(name) is not None:
                found.setdefault(target.kind, (name, target))
        if "image" not in found:
            raise InvalidData(f"no picture among {sorted(data)}; give an image")
        image = np.asarray(data[found.pop("image")[0]])
        drawn: dict[str, Any] = {}
        for kind, read in _READERS.items():
            if kind in found:
                name, target = found[kind]
                drawn |= read(name, target, data, image.shape[:2])
        if "polygons" in drawn and ROW in data:
            drawn |= _by_object(drawn, list(data[ROW]))
        points = drawn.get("keypoints")
        return cls(image, edges=edges if points is not None else None, **drawn)

    def fitted(self, longest: int) -> Drawable:
        """All of it at the size at which the longer side has so many pixels, so that lines and text come out crisp."""
        pixels = to_rgb(self.image)
        height, width = pixels.shape[:2]
        scale = longest / max(height, width)
        size = max(1, round(height * scale)), max(1, round(width * scale))
        stretch = np.array([size[1] / width, size[0] / height])
        boxes = self.bboxes
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
        return attrs.evolve(
            self,
            image=cv2.resize(pixels, size[::-1], interpolation=method),
            bboxes=None if boxes is None else boxes * (stretch if boxes.ndim == 3 else np.tile(stretch, 2)),
            keypoints=None if self.keypoints is None else (self.keypoints + 0.5) * stretch - 0.5,
            polygons=None if self.polygons is None else [[ring * stretch for ring in rings] for rings in self.polygons],
            mask=None if self.mask is None else _nearest(self.mask, size),
        )

    def drawn(self) -> Array:
        options = {field.name: getattr(self, field.name) for field in attrs.fields(Drawable) if field.name != "image"}
        return annotate(self.image, **options)


def _by_object(drawn: dict[str, Any], rows: list[int]) -> dict[str, Any]:
    """Boxes and labels at the places of their polygons: polygons keep theirs where boxes were dropped."""
    count, boxes, labels = len(drawn["polygons"]), drawn["bboxes"], drawn["labels"]
    if len(set(rows)) < len(rows) or max(rows, default=0) >= count:  # objects of several samples
        return {}
    placed = np.full((count, *boxes.shape[1:]), np.nan)
    placed[rows] = boxes
    names: list[Any] = list(range(count))
    for row, label in zip(rows, labels or rows, strict=True):
        names[row] = label
    return {"bboxes": placed, "labels": names}


def _nearest(mask: Array, size: tuple[int, int]) -> Array:
    """A mask of any dtype at another size."""
    rows, columns = (
        np.minimum(((np.arange(new) + 0.5) * old / new).astype(int), old - 1)
        for new, old in zip(size, mask.shape, strict=True)
    )
    return np.asarray(mask[np.ix_(rows, columns)])


def _names(data: Mapping[str, Any], fields: Sequence[str], extra: Any) -> list[Any] | None:
    """What to call the rows: the first label field that holds text, or else the first, or else a further column."""
    columns = [list(data[field]) for field in fields if field != ROW and data.get(field) is not None]
    if columns:
        return next((column for column in columns if column and isinstance(column[0], str)), columns[0])
    if extra is not None and len(extra) and all(len(row) for row in extra):
        return [row[0] for row in extra]
    return None


def _read_boxes(name: str, target: Target, data: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    assert isinstance(target, BboxParams)
    rows, extra = read_rows(name, data[name], *target.columns)
    corners = target.corners_of(rows, size)
    upright = target.bbox_type == "hbb"
    return {
        "bboxes": corners[:, (0, 2)].reshape(-1, 4) if upright else corners,
        "labels": _names(data, target.label_fields, extra),
    }


def _read_keypoints(name: str, target: Target, data: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    assert isinstance(target, KeypointParams)
    columns, value = target.format, data[name]
    words = KEYPOINT_FORMATS[columns]
    extra: Any
    if is_nested(value):
        rows, extra, _ = read_nested_rows(name, value, len(columns), words)
    else:
        rows, extra = read_rows(name, value, len(columns), words)
    labels = {field: flattened(data[field]) for field in target.label_fields if data.get(field) is not None}
    return {
        "keypoints": rows[:, [columns.index("x"), columns.index("y")]],
        "keypoint_labels": _names(labels, target.label_fields, extra),
        "visibility": rows[:, columns.index("v")].astype(int) if "v" in columns else None,
    }


def _read_polygons(name: str, target: Target, data: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    frame = Frame(size)
    # Objects in run lengths are masks, and have no outline to draw.
    objects = target.look(target.read(name, data, frame), frame)
    return {"polygons": [[] if isinstance(one, np.ndarray) else list(one) for one in objects]}


def _read_mask(name: str, target: Target, data: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    mask = np.asarray(data[name])
    if mask.ndim == 3:  # one channel an object or a class
        mask = mask[..., 0] if mask.shape[2] == 1 else _numbered(list(np.moveaxis(mask, -1, 0)), size)
    return {"mask": mask}


def _read_masks(name: str, target: Target, data: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    return {"mask": _numbered([np.asarray(mask) for mask in data[name]], size)}


def _numbered(masks: list[Array], size: tuple[int, int]) -> Array:
    """One label map of several masks, which are numbered from 1."""
    labels = np.zeros(size, int)
    for number, mask in enumerate(masks, 1):
        labels[mask.reshape(*size, -1).any(-1)] = number
    return labels


_READERS = {
    "bboxes": _read_boxes,
    "keypoints": _read_keypoints,
    "polygons": _read_polygons,
    "masks": _read_masks,
    "mask": _read_mask,
}
