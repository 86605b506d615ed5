"""Pictures for people: annotations drawn into a picture, and sheets of pictures with captions. OpenCV alone draws.

What is drawn are arrays in the continuous frame (keypoints: pixel indices); formats are read by `targets/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from .errors import InvalidData
from .pen import DARK, SHIFT, Array, Pen, colour_of, fixed

__all__ = ["annotate", "sheet", "to_rgb"]


# Pictures of any kind as RGB


def to_rgb(image: Array) -> Array:
    """Any picture as (H, W, 3) uint8.

    Integers keep their range (uint16 is divided by 257), floats within [0, 1] count as such; values outside, such as
    those of a normalised picture, are stretched from the least to the greatest. Of many channels the first three are
    shown.
    """
    image = np.asarray(image)
    if image.ndim not in (2, 3) or image.size == 0:
        raise InvalidData(f"a picture of shape {image.shape} cannot be drawn; give (H, W) or (H, W, C), not empty")
    pixels = image[..., None] if image.ndim == 2 else image
    pixels = _as_bytes(pixels[..., :3]).astype(np.uint8)
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, 2)
    elif pixels.shape[2] == 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[..., :1])], 2)
    return np.array(pixels, order="C")


def _as_bytes(pixels: Array) -> Array:
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        return np.asarray(np.rint(pixels / 257))
    if pixels.dtype == bool:
        return np.where(pixels, 255, 0)
    values: Array = np.nan_to_num(pixels.astype(float), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if pixels.dtype.kind in "iu" and low >= 0 and high <= 255:
        return values
    if pixels.dtype.kind == "f" and low >= 0 and high <= 1:
        return np.asarray(np.rint(values * 255))
    span = high - low
    return np.asarray(np.rint((values - low) / span * 255)) if span > 0 else np.full_like(values, 128.0)


# Annotations


def annotate(
    image: Array,
    *,
    bboxes: Any = None,
    labels: Sequence[Any] | Array | None = None,
    keypoints: Any = None,
    keypoint_labels: Sequence[Any] | Array | None = None,
    visibility: Sequence[int] | Array | None = None,
    edges: Sequence[tuple[int, int]] | None = None,
    polygons: Sequence[Any] | None = None,
    mask: Array | None = None,
) -> Array:
    """The picture in RGB, with its annotations drawn.

    Args:
        image: of any dtype and number of channels, see `to_rgb`; it is not modified.
        bboxes: (N, 4) x_min, y_min, x_max, y_max in pixels of the continuous frame, or (N, 4, 2) corners of oriented
            boxes, with a line from the centre to where they head; rows with NaN are left out.
        labels: of the boxes, and of the polygons in the same order; they choose the colours.
        keypoints: (N, 2) x, y as pixel indices; rows with NaN are left out.
        keypoint_labels: names of the keypoints.
        visibility: COCO's, one a keypoint: 0 not drawn, 1 drawn hollow, 2 filled.
        edges: pairs of rows of keypoints that are joined by a line where both are drawn.
        polygons: one (K, 2) ring an object, or a list of rings, in the continuous frame.
        mask: (H, W) labels of pixels; 0 is left as it is.

    >>> annotate(image, bboxes=[[10, 20, 110, 90]], labels=["cat"]).dtype
    dtype('uint8')
    """
    canvas = to_rgb(image)
    if mask is not None:
        _draw_mask(canvas, np.asarray(mask))
    pen = Pen(canvas)
    boxes, turned = _boxes(bboxes)
    shapes = [_rings(index, polygon) for index, polygon in enumerate(() if polygons is None else polygons)]
    names = None if labels is None else list(labels)
    _fill(canvas, shapes, names)
    for index, rings in enumerate(shapes):
        for ring in rings:
            pen.line(ring, colour_of(_key(names, index)), closed=True)
    for index in np.flatnonzero(np.isfinite(boxes).all(1)).tolist():
        colour = colour_of(_key(names, index))
        if turned is None:
            pen.box(_inside(boxes[index].reshape(2, 2), canvas, pen).ravel(), colour)
        else:
            pen.line(turned[index], colour, closed=True)
            # From the centre ahead: the direction of the width.
            pen.line(np.stack([turned[index].mean(0), turned[index, 1:3].mean(0)]), colour, closed=False)
    points = _table("keypoints", keypoints, 2)
    _draw_points(pen, points, visibility, edges, keypoint_labels)
    # Text comes last: nothing may cover it.
    if names is not None:
        _draw_names(pen, boxes, shapes, names)
    return canvas


def _boxes(given: Any) -> tuple[Array, Array | None]:
    """Boxes as (N, 4), and their corners (N, 4, 2) if they are oriented."""
    if given is None or np.ndim(given) != 3:
        return _table("bboxes", given, 4), None
    corners = np.asarray(given, float)
    if corners.shape[1:] != (4, 2):
        raise InvalidData(f"bboxes: an array of shape {corners.shape} cannot be drawn; give (N, 4) or (N, 4, 2)")
    return np.concatenate([corners.min(1), corners.max(1)], 1), corners


def _table(name: str, rows: Any, columns: int) -> Array:
    table = np.asarray([] if rows is None else rows, float)
    if table.size == 0:
        return np.zeros((0, columns))
    if table.ndim != 2 or table.shape[1] < columns:
        raise InvalidData(f"{name}: an array of shape {table.shape} cannot be drawn; give (N, {columns})")
    return table[:, :columns]


def _rings(index: int, polygon: Any) -> list[Array]:
    """The rings of one object, from a ring or a list of rings, each (K, 2) or x, y, x, y, …; empty ones left out."""
    try:
        if not isinstance(polygon, np.ndarray) and len(polygon) and np.ndim(polygon[0]) >= 1:
            several = np.ndim(polygon[0]) == 2 or len(polygon[0]) != 2
            rings = [np.asarray(ring, float).reshape(-1, 2) for ring in (polygon if several else [polygon])]
        else:
            rings = [np.asarray(polygon, float).reshape(-1, 2)]
    except (TypeError, ValueError):
        raise InvalidData(f"polygons[{index}]: not a ring (K, 2), nor a list of such rings") from None
    return [ring for ring in rings if len(ring) and np.isfinite(ring).all()]


def _key(labels: list[Any] | None, index: int) -> Any:
    return labels[index] if labels is not None and index < len(labels) else index


def _inside(points: Array, canvas: Array, pen: Pen) -> Array:
    """Edges on the border of the picture moved in by half the line, so that the whole line is seen."""
    limit, half = np.array(canvas.shape[1::-1], float), pen.width / 2
    on_border = (points >= 0) & (points <= limit)
    return np.where(on_border, np.clip(points, half, limit - half), points)


def _draw_mask(canvas: Array, mask: Array) -> None:
    if mask.ndim == 3 and mask.shape[2] == 1:
        mask = mask[..., 0]
    if mask.shape != canvas.shape[:2]:
        raise InvalidData(f"mask: shape {mask.shape} does not fit a picture of {canvas.shape[:2]}; give (H, W) labels")
    for label in np.unique(mask).tolist():
        if label:
            here = mask == label
            key = int(label) if float(label).is_integer() else label
            canvas[here] = (canvas[here] * 0.5 + np.array(colour_of(key)) * 0.5).astype(np.uint8)


def _fill(canvas: Array, shapes: list[list[Array]], labels: list[Any] | None) -> None:
    """Insides tinted, holes left out by even-odd counting."""
    for index, rings in enumerate(shapes):
        if rings:
            inside = np.zeros(canvas.shape[:2], np.uint8)
            cv2.fillPoly(inside, [fixed(ring) for ring in rings], 1, cv2.LINE_8, SHIFT)
            here = inside > 0
            canvas[here] = (canvas[here] * 0.72 + np.array(colour_of(_key(labels, index))) * 0.28).astype(np.uint8)


def _draw_points(pen: Pen, points: Array, visibility: Any, edges: Any, labels: Any) -> None:
    shown = np.full(len(points), 2) if visibility is None else np.asarray(visibility).astype(int).ravel()
    if len(shown) != len(points):
        raise InvalidData(f"visibility: {len(shown)} values for {len(points)} keypoints; give one for each")
    names = None if labels is None else list(labels)
    drawn = np.isfinite(points).all(1) & (shown > 0)
    points = points + 0.5
    for first, second in () if edges is None else edges:
        if max(first, second) < len(points) and drawn[first] and drawn[second]:
            pen.line(points[[first, second]], colour_of(_key(names, second)), closed=False)
    for index in np.flatnonzero(drawn).tolist():
        pen.dot(points[index], colour_of(_key(names, index)), hollow=bool(shown[index] == 1))
    for index in np.flatnonzero(drawn).tolist():
        if names is not None and index < len(names):
            x, y = points[index].tolist()
            pen.tag(str(names[index]), x, y, colour_of(names[index]), away=pen.radius + 2)


def _draw_names(pen: Pen, boxes: Array, shapes: list[list[Array]], labels: list[Any]) -> None:
    """Each label above its box or, where there are only polygons, above its outline."""
    corners: list[Array | None] = [box[:2] for box in boxes]
    corners += [np.concatenate(rings).min(0) if rings else None for rings in shapes[len(boxes) :]]
    for label, corner in zip(labels, corners, strict=False):
        if corner is not None and np.isfinite(corner).all():
            pen.tag(str(label), corner[0] - pen.width / 2, corner[1] - pen.width / 2, colour_of(label))


# Sheets

_LINES = 4  # of a caption


def sheet(
    pictures: Sequence[Sequence[Array | None]],
    captions: Sequence[Sequence[str]] | None = None,
    *,
    cell: tuple[int, int] = (256, 256),
    header: Sequence[str] | None = None,
) -> Array:
    """Pictures in rows on one white sheet, as (H, W, 3) uint8 RGB.

    Args:
        pictures: rows of pictures, which need not be equally long; None leaves a place empty.
        captions: a text below each picture, wrapped, and shortened where it is too long.
        cell: (height, width) that each picture is fitted into, its shape kept, in the middle. Cells are as high as the
            tallest picture of their row needs, with a gap all round: 1/32 of the shorter side given, 4 px at least.
        header: a text above each column.
    """
    fitted = [[None if picture is None else _fitted(picture, cell) for picture in row] for row in pictures]
    page = _Page(cell, columns=max((len(row) for row in pictures), default=0))
    headings = page.wrapped(header or (), 1)
    texts = [page.wrapped(text, _LINES) for text in (captions or ())][: len(fitted)]
    texts += [[] for _ in range(len(fitted) - len(texts))]
    heights = [max((one.shape[0] for one in row if one is not None), default=page.height) for row in fitted]
    top = _lines(headings) * page.line + page.gap
    below = [_lines(text) * page.line + page.gap for text in texts]
    canvas = np.full((top + sum(heights) + sum(below), page.left(page.columns), 3), 255, np.uint8)
    page.pen.canvas = canvas
    page.write(headings, page.gap // 2)
    for row, text, height, rest in zip(fitted, texts, heights, below, strict=True):
        for column, picture in enumerate(row):
            if picture is not None:
                y, x = top + (height - picture.shape[0]) // 2, page.left(column) + (page.width - picture.shape[1]) // 2
                canvas[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
        page.write(text, top + height + page.gap // 3)
        top += height + rest
    return canvas


class _Page:
    """Measures of a sheet, and text in its columns."""

    def __init__(self, cell: tuple[int, int], columns: int) -> None:
        self.height, self.width = cell
        self.columns = columns
        self.gap = max(4, min(cell) // 32)
        self.pen = Pen(np.zeros((1, 1, 3), np.uint8), text=int(np.clip(min(cell) / 18, 11, 22)))
        self.line = round(self.pen.text * 1.25)

    def left(self, column: int) -> int:
        return self.gap + column * (self.width + self.gap)

    def wrapped(self, row: Sequence[str], lines: int) -> list[list[str]]:
        return [self.pen.wrapped(text, self.width, lines) for text in row[: self.columns]]

    def write(self, texts: list[list[str]], top: int) -> None:
        for column, text in enumerate(texts):
            for number, words in enumerate(text):
                self.pen.write(words, self.left(column), top + number * self.line, DARK)


def _lines(texts: list[list[str]]) -> int:
    return max((len(text) for text in texts), default=0)


def _fitted(picture: Array, cell: tuple[int, int]) -> Array:
    """A picture in RGB, as large as a cell allows."""
    pixels = to_rgb(picture)
    scale = min(cell[0] / pixels.shape[0], cell[1] / pixels.shape[1])
    height, width = (min(most, max(1, round(n * scale))) for n, most in zip(pixels.shape[:2], cell, strict=True))
    # Pixels of an enlarged picture stay visible as squares: smooth ones would show what is not there.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method))
