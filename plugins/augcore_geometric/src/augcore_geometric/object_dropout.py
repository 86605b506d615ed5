"""Dropout by objects: of whole objects, of parts of them, or of anything but them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import attrs
import cv2
import numpy as np

from augcore import Erase, Interval, InvalidData, Rectangles, Rng, RunLengths, Transform, View, params, transform
from augcore.params import Fill, Parameter, parameter, require

from .dropout import FILLS, INPAINTING, SIDE, Box, draw_side, erase

Array = np.ndarray[Any, np.dtype[Any]]

_ATTEMPTS = 32  # at a hole that touches no protected box


def _read_labels(value: Any) -> tuple[str | float, ...]:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{value!r} is not a list of labels; give text or numbers, such as ['cat', 7]")
    labels = tuple(label.item() if isinstance(label, np.generic) else label for label in value)
    if not all(isinstance(label, (str, int, float)) for label in labels):
        raise ValueError(f"{value!r} holds more than text and numbers; give labels such as ['cat', 7]")
    return labels


LABELS = Parameter(
    _read_labels,
    "a list of labels, text or numbers",
    {"type": "array", "items": {"type": ["string", "number"]}},
)


@attrs.frozen(eq=False)
class Piece:
    """A connected piece of one label of a mask: where `numbers`, of a window at (x, y), is `number`."""

    numbers: Array
    number: int
    corner: tuple[int, int]
    box: Box
    area: int

    @property
    def inside(self) -> Array:
        """Booleans over the piece's box."""
        (x, y), (x0, y0, x1, y1) = self.corner, self.box
        return np.asarray(self.numbers[y0 - y : y1 - y, x0 - x : x1 - x] == self.number)


def pieces_of(mask: Array, labels: Sequence[float] | None = None) -> list[Piece]:
    """The connected pieces (8 neighbours) of a mask (H, W, C), each of one label in one channel.

    Args:
        labels: only those; None for all but 0.
    """
    found: list[Piece] = []
    for channel in np.moveaxis(mask, 2, 0):
        for label in np.unique(channel) if labels is None else labels:
            if label != 0:
                found.extend(_pieces_of_one((channel == label).view(np.uint8)))
    return found


def _pieces_of_one(mask: Array) -> Iterator[Piece]:
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return
    window = np.ascontiguousarray(mask[y : y + height, x : x + width])
    _, numbers, boxes, _ = cv2.connectedComponentsWithStats(window, connectivity=8)
    # In an order that no version of OpenCV decides.
    rows = sorted((top, left, h, w, area, n) for n, (left, top, w, h, area) in enumerate(boxes.tolist()) if n)
    for top, left, h, w, area, number in rows:
        yield Piece(numbers, number, (x, y), (x + left, y + top, x + left + w, y + top + h), area)


def labelled(view: View, labels: Sequence[Any], where: str) -> Array:
    """(N, 4): the boxes whose first label is one of these.

    Args:
        where: what to call the labels in errors: "GuidedCoarseDropout.protected_labels".
    """
    boxes = view["bboxes"]
    fields = view.labels("bboxes")
    if not fields and len(boxes):
        raise InvalidData(f"{where}: the boxes have no labels; name their field with BboxParams(…, label_fields=[…])")
    kept = [label in labels for label in next(iter(fields.values()), ())]
    return np.asarray(boxes[np.asarray(kept, bool)])


@transform
class MaskDropout(Transform):
    """Fill whole objects of the mask, chosen at random.

    Args:
        max_objects: how many objects, both ends included; a number n means (1, n). All, if there are fewer.
        fill: a number, one per channel, or "inpaint_telea" and "inpaint_ns" (what surrounds the object goes on into
            it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels. A mask must be given; its objects are the connected regions, diagonals included, of one
        label other than 0, in each channel by itself.
    Moves: nothing; boxes under the objects are less visible, keypoints on them hidden. Without objects nothing happens.
    Raises: InvalidParameter: no object. InvalidData: no mask.
    Source: connected components as in OpenCV `connectedComponents`.

    >>> MaskDropout(2, p=1)(image=image, mask=mask)["image"].shape
    (512, 512, 3)
    """

    needs: ClassVar[frozenset[str]] = frozenset({"mask"})

    max_objects: tuple[int, int] = params.interval(default=(1, 1), low=1, whole=True, single=1, unit="objects")
    fill: Fill | str = params.fill(default=0, words=INPAINTING)
    fill_mask: Fill | None = params.fill(default=0, none=True)

    def sample(self, rng: Rng, view: View) -> Erase | None:
        pieces = pieces_of(view["mask"])
        if not pieces:
            return None
        covered = np.zeros(view.size, bool)
        for place in rng.permutation(len(pieces))[: rng.integer(*self.max_objects)]:
            x0, y0, x1, y1 = pieces[place].box
            covered[y0:y1, x0:x1] |= pieces[place].inside
        return Erase(RunLengths.of(covered), self.fill, self.fill_mask)


@transform
class ConstrainedCoarseDropout(Transform):
    """Fill rectangular holes in objects, which the mask or the boxes tell.

    Args:
        num_holes_range: how many holes in each object, both ends included.
        hole_height_range: height of each hole, as a part of the object's height; at least one pixel.
        hole_width_range: width of each hole, as a part of the object's width.
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per hole),
            or "inpaint_telea" and "inpaint_ns" (what surrounds the hole goes on into it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
        mask_indices: labels of the mask; objects are the connected regions of one of them. A hole lies about one of the
            object's pixels, and inside the object's box.
        bbox_labels: labels of boxes, in the first of their label fields; objects are the visible parts of these boxes,
            and a hole lies anywhere in them.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels. A mask or boxes must be given. Without objects of these labels nothing happens.
    Moves: nothing; boxes under holes are less visible, keypoints in holes hidden.
    Raises: InvalidParameter: both or neither of mask_indices and bbox_labels. InvalidData: no mask or boxes, or boxes
        without label fields.
    Source: DeVries and Taylor 2017 (Cutout), restricted to objects.

    >>> ConstrainedCoarseDropout((1, 3), mask_indices=[1], p=1)(image=image, mask=mask)["image"].shape
    (512, 512, 3)
    """

    needs: ClassVar[frozenset[str]] = frozenset({"bboxes", "mask"})

    num_holes_range: tuple[int, int] = params.interval(default=(1, 1), low=1, whole=True, single="fixed", unit="holes")
    hole_height_range: Interval = params.interval(
        default=(0.1, 0.1), low=0, high=1, single="fixed", unit="of the object's height"
    )
    hole_width_range: Interval = params.interval(
        default=(0.1, 0.1), low=0, high=1, single="fixed", unit="of the object's width"
    )
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)
    mask_indices: tuple[int, ...] | None = params.numbers(default=None, low=1, whole=True, none=True)
    bbox_labels: tuple[str | float, ...] | None = parameter(LABELS, default=None, none=True)

    def __attrs_post_init__(self) -> None:
        require(
            (self.mask_indices is None) != (self.bbox_labels is None),
            f"ConstrainedCoarseDropout: mask_indices={self.mask_indices} and bbox_labels={self.bbox_labels}; "
            "give one of them, to say which objects get holes",
        )

    def sample(self, rng: Rng, view: View) -> Erase | None:
        if self.bbox_labels is None:
            holes = [
                hole for piece in pieces_of(view["mask"], self.mask_indices) for hole in self._in_piece(rng, piece)
            ]
        else:
            boxes = labelled(view, self.bbox_labels, "ConstrainedCoarseDropout.bbox_labels")
            holes = [hole for box in boxes.tolist() for hole in self._in_box(rng, whole_box(box))]
        return erase(self, rng, Rectangles(tuple(holes))) if holes else None

    def _in_box(self, rng: Rng, box: Box) -> Iterator[Box]:
        x0, y0, x1, y1 = box
        for _ in range(rng.integer(*self.num_holes_range)):
            height, width = self._sides(rng, box)
            x, y = rng.integer(x0, x1 - width), rng.integer(y0, y1 - height)
            yield x, y, x + width, y + height

    def _in_piece(self, rng: Rng, piece: Piece) -> Iterator[Box]:
        x0, y0, x1, y1 = piece.box
        rows, columns = np.nonzero(piece.inside)
        for _ in range(rng.integer(*self.num_holes_range)):
            height, width = self._sides(rng, piece.box)
            centre = rng.integer(0, piece.area - 1)
            x = min(max(x0 + int(columns[centre]) - width // 2, x0), x1 - width)
            y = min(max(y0 + int(rows[centre]) - height // 2, y0), y1 - height)
            yield x, y, x + width, y + height

    def _sides(self, rng: Rng, box: Box) -> tuple[int, int]:
        x0, y0, x1, y1 = box
        return draw_side(rng, self.hole_height_range, y1 - y0), draw_side(rng, self.hole_width_range, x1 - x0)


def whole_box(box: Sequence[float]) -> Box:
    """The whole pixels inside a box, or those that it touches where there are none."""
    sides = []
    for low, high in zip(box[:2], box[2:], strict=True):
        first, last = math.ceil(low), math.floor(high)
        sides.append((first, last) if first < last else (math.floor(low), max(math.floor(low) + 1, math.ceil(high))))
    (x0, x1), (y0, y1) = sides
    return x0, y0, x1, y1


@transform
class GuidedCoarseDropout(Transform):
    """Fill rectangular holes in a region of the picture, beside all protected boxes.

    Args:
        num_holes_range: how many holes, both ends included; fewer where there is no room for them.
        hole_height_range: height of each hole: in pixels if both numbers are whole (10, 20), else as a part of the
            region's height (0.1, 0.2); at least one pixel, at most the region.
        hole_width_range: width of each hole, likewise.
        region: (x_min, y_min, x_max, y_max) in which holes lie, as parts of the picture's width and height.
        protected_labels: labels of the boxes that no hole touches, in the first of their label fields; None for all.
        margin: pixels around protected boxes that stay free as well.
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per hole),
            or "inpaint_telea" and "inpaint_ns" (what surrounds the hole goes on into it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels. Without boxes, holes lie anywhere in the region.
    Moves: nothing; boxes that are not protected are less visible under holes, keypoints in holes hidden.
    Raises: InvalidParameter: a region without width or height. InvalidData: protected_labels, and boxes without label
        fields.
    Source: DeVries and Taylor 2017 (Cutout); a hole is drawn anew, 32 times at most, until it lies free.

    >>> GuidedCoarseDropout((2, 5), region=(0, 0.5, 1, 1), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    needs: ClassVar[frozenset[str]] = frozenset({"bboxes"})

    num_holes_range: tuple[int, int] = params.interval(default=(1, 2), low=1, whole=True, single="fixed", unit="holes")
    hole_height_range: Interval = parameter(SIDE, default=(0.1, 0.2))
    hole_width_range: Interval = parameter(SIDE, default=(0.1, 0.2))
    region: tuple[float, float, float, float] = params.numbers(
        default=(0, 0, 1, 1), length=4, low=0, high=1, unit="of the picture's side"
    )
    protected_labels: tuple[str | float, ...] | None = parameter(LABELS, default=None, none=True)
    margin: int = params.integer(default=0, low=0, unit="px")
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def __attrs_post_init__(self) -> None:
        x0, y0, x1, y1 = self.region
        require(
            x0 < x1 and y0 < y1,
            f"GuidedCoarseDropout.region: {self.region} is empty; give (x_min, y_min, x_max, y_max) with minima below "
            "the maxima",
        )

    def sample(self, rng: Rng, view: View) -> Erase | None:
        frame = (view.width, view.height) * 2
        region = whole_box([part * side for part, side in zip(self.region, frame, strict=True)])
        free = self._protected(view) + np.array([-self.margin, -self.margin, self.margin, self.margin])
        drawn = [self._hole(rng, region, free) for _ in range(rng.integer(*self.num_holes_range))]
        holes = tuple(hole for hole in drawn if hole is not None)
        return erase(self, rng, Rectangles(holes)) if holes else None

    def _protected(self, view: View) -> Array:
        if "bboxes" not in view:
            return np.zeros((0, 4))
        if self.protected_labels is None:
            return np.asarray(view["bboxes"])
        return labelled(view, self.protected_labels, "GuidedCoarseDropout.protected_labels")

    def _hole(self, rng: Rng, region: Box, free: Array) -> Box | None:
        """A hole in a region that covers no part of these boxes (N, 4)."""
        x0, y0, x1, y1 = region
        for _ in range(_ATTEMPTS):
            height = draw_side(rng, self.hole_height_range, y1 - y0)
            width = draw_side(rng, self.hole_width_range, x1 - x0)
            x, y = rng.integer(x0, x1 - width), rng.integer(y0, y1 - height)
            beside = (free[:, :2] >= (x + width, y + height)) | (free[:, 2:] <= (x, y))
            if beside.any(1).all():
                return x, y, x + width, y + height
        return None
