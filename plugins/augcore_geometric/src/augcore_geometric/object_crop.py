"""Crops that go by the objects in the picture: by boxes, of which they keep some whole, and by masks.

Windows are whole pixels; what they are to hold is rounded outwards to these.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import cv2
import numpy as np

from augcore import (
    Chain,
    Geometry,
    Interpolation,
    Interval,
    InvalidData,
    Lattice,
    ResizeMap,
    Rng,
    Transform,
    View,
    params,
    transform,
)

from .crop import check_fits
from .effect import geometry

Array = np.ndarray[Any, np.dtype[Any]]
Box = tuple[float, float, float, float]  # x_min, y_min, x_max, y_max in pixels
_AT_ONCE = 2**16  # pixels of masks that are looked at together: as many as the cache and the heap hold easily
_SMALLER = "give a smaller crop, or put PadIfNeeded before it"


def boxes_of(view: View) -> Array:
    """What is visible of the boxes, (N, 4) x_min, y_min, x_max, y_max in the frame; none if none were given."""
    if "bboxes" not in view:
        return np.empty((0, 4))
    # Oriented boxes can reach out of the frame by rounding.
    return np.asarray(np.clip(view["bboxes"], 0, (view.width, view.height) * 2))


def eroded(boxes: Array, rate: float) -> Array:
    """Boxes shrunk about their centres, by that part of their width and height."""
    if rate == 0:
        return boxes
    margin = (boxes[:, 2:] - boxes[:, :2]) * (rate / 2)
    return np.concatenate([boxes[:, :2] + margin, boxes[:, 2:] - margin], 1)


def whole_pixels(low: float, high: float, side: int) -> tuple[int, int]:
    """The least run of pixels within [0, side] that holds [low, high]; one pixel at least."""
    first = math.floor(min(max(low, 0), side - 1))
    return first, max(math.ceil(min(high, side)), first + 1)


def draw_round(rng: Rng, view: View, boxes: Array, erosion: float) -> Lattice:
    """A window that holds all the boxes, eroded, each of its edges anywhere between theirs and the frame's.

    Without boxes the frame is taken for the one box that there is.
    """
    boxes = eroded(boxes if len(boxes) else np.array([(0.0, 0.0, view.width, view.height)]), erosion)
    (x_low, y_low), (x_high, y_high) = boxes[:, :2].min(0).tolist(), boxes[:, 2:].max(0).tolist()
    left, right = whole_pixels(x_low, x_high, view.width)
    top, bottom = whole_pixels(y_low, y_high, view.height)
    x_min, x_max = rng.integer(0, left), rng.integer(right, view.width)
    y_min, y_max = rng.integer(0, top), rng.integer(bottom, view.height)
    return Lattice.window(view.size, x_min, y_min, x_max, y_max)


def draw_over(rng: Rng, view: View, box: Box | None, height: int, width: int) -> Lattice:
    """A window of a given size anywhere in the frame where it holds the box, or just anywhere.

    Along an axis on which the box is longer than the window, this lies within the box and holds its centre.
    """
    places = ((0, view.width - width), (0, view.height - height))
    if box is not None:
        x_low, y_low, x_high, y_high = box
        places = (starts(x_low, x_high, width, view.width), starts(y_low, y_high, height, view.height))
    x, y = (rng.integer(first, last) for first, last in places)
    return Lattice.window(view.size, x, y, x + width, y + height)


def starts(low: float, high: float, length: int, side: int) -> tuple[int, int]:
    """The first and last place within [0, side] for a run of pixels that is to hold [low, high], see `draw_over`."""
    first, last = whole_pixels(low, high, side)
    if last - first > length:
        middle = math.floor((low + high) / 2)
        return max(first, middle + 1 - length), min(middle, last - length)
    return max(0, last - length), min(first, side - length)


@transform
class BBoxSafeRandomCrop(Transform):
    """Cut out a random window that holds every box, as large as the picture at most.

    Each edge of the window is drawn between that of the picture and that of the boxes, pixel by pixel alike. A picture
    without boxes is taken for one box: with `erosion_rate` 0 it stays as it is, otherwise its width and its height lose
    that part at most.

    Args:
        erosion_rate: which part of each box's width, and of its height, may be cut off, half of it at either end: the
            window holds the rest, about the box's centre. With 0 no box loses anything, with 1 only centres are kept.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut. Of boxes that reach out of the frame already, and of
        turned ones, the upright hull of what is visible counts.
    Raises: InvalidParameter: a part outside [0, 1].
    Source: none needed.

    >>> BBoxSafeRandomCrop()(image=image)["image"].shape
    (512, 512, 3)
    """

    erosion_rate: float = params.number(default=0.0, low=0, high=1, unit="of the box's sides")
    p: float = params.probability(default=1.0, kw_only=True)
    needs: ClassVar[frozenset[str]] = frozenset({"bboxes"})

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(draw_round(rng, view, boxes_of(view), self.erosion_rate))


@transform
class RandomSizedBBoxSafeCrop(Transform):
    """Cut out a random window that holds every box, and resize it: `BBoxSafeRandomCrop`, then `Resize`.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        erosion_rate: which part of each box's width, and of its height, may be cut off, half of it at either end.
        interpolation: for images.
        mask_interpolation: for masks.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidParameter: a side of less than one pixel, a part outside [0, 1].
    Source: none needed.

    >>> RandomSizedBBoxSafeCrop(224, 320)(image=image)["image"].shape
    (224, 320, 3)
    """

    height: int = params.integer(low=1, unit="px")
    width: int = params.integer(low=1, unit="px")
    erosion_rate: float = params.number(default=0.0, low=0, high=1, unit="of the box's sides")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    p: float = params.probability(default=1.0, kw_only=True)
    needs: ClassVar[frozenset[str]] = frozenset({"bboxes"})

    def sample(self, rng: Rng, view: View) -> Chain[Geometry]:
        crop = draw_round(rng, view, boxes_of(view), self.erosion_rate)
        return Chain((Geometry(crop), geometry(self, ResizeMap(crop.output, (self.height, self.width)))))


@transform
class BBoxSubsetSafeRandomCrop(Transform):
    """Cut out a random window that holds some of the boxes, drawn anew each time; what becomes of others is left open.

    Where `BBoxSafeRandomCrop` can cut little, because boxes lie everywhere, this one still shows parts of the picture.
    A picture without boxes is treated as there.

    Args:
        keep_range: which part of the boxes the window holds, drawn uniformly and rounded to whole boxes, one at least.
        erosion_rate: which part of these boxes' width and height may be cut off, half of it at either end.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidParameter: a part outside [0, 1].
    Source: none needed.

    >>> BBoxSubsetSafeRandomCrop((0.3, 0.6))(image=image)["image"].shape
    (512, 512, 3)
    """

    keep_range: Interval = params.interval(default=(0.5, 1.0), low=0, high=1, single="fixed", unit="of the boxes")
    erosion_rate: float = params.number(default=0.0, low=0, high=1, unit="of the box's sides")
    p: float = params.probability(default=1.0, kw_only=True)
    needs: ClassVar[frozenset[str]] = frozenset({"bboxes"})

    def sample(self, rng: Rng, view: View) -> Geometry:
        boxes = boxes_of(view)
        count = max(1, round(rng.uniform(*self.keep_range) * len(boxes)))
        kept = boxes[rng.permutation(len(boxes))[:count]]
        return Geometry(draw_round(rng, view, kept, self.erosion_rate))


@transform
class AtLeastOneBBoxRandomCrop(Transform):
    """Cut out a window of a given size that holds one of the boxes, drawn evenly among those that fit into it.

    The window lies anywhere where it holds that box. If none fits, it shows a part of any one of them: along an axis on
    which the box is too long, the window lies within it and holds its centre. Without boxes this is a `RandomCrop`.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        erosion_factor: which part of the box's width, and of its height, may be cut off, half of it at either end: the
            window holds the rest, about the box's centre, and that is what must fit. With 1 only the centre is kept.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut. Of boxes that reach out of the frame already, and of
        turned ones, the upright hull of what is visible counts.
    Raises: InvalidParameter: a part outside [0, 1]. InvalidData: a picture that is smaller than the crop.
    Source: none needed.

    >>> AtLeastOneBBoxRandomCrop(224, 320)(image=image)["image"].shape
    (224, 320, 3)
    """

    height: int = params.integer(low=1, unit="px")
    width: int = params.integer(low=1, unit="px")
    erosion_factor: float = params.number(default=0.0, low=0, high=1, unit="of the box's sides")
    p: float = params.probability(default=1.0, kw_only=True)
    needs: ClassVar[frozenset[str]] = frozenset({"bboxes"})

    def sample(self, rng: Rng, view: View) -> Geometry:
        check_fits("AtLeastOneBBoxRandomCrop", view, self.height, self.width, _SMALLER)
        boxes = eroded(boxes_of(view), self.erosion_factor)
        fits = np.ceil(boxes[:, 2:]) - np.floor(boxes[:, :2]) <= (self.width, self.height)
        fitting = boxes[fits.all(1)].tolist() or boxes.tolist() or [None]
        return Geometry(draw_over(rng, view, rng.choice(fitting), self.height, self.width))


@transform
class RandomCropNearBBox(Transform):
    """Cut out a box that is given beside the picture, each edge shifted by a random distance.

    The box is an argument of the call and no target: (x_min, y_min, x_max, y_max) in pixels of the picture that comes
    in. Transforms before this one move it along; turned, it counts as its upright hull.

    Args:
        max_part_shift: how far the horizontal edges are shifted at most, as a part of the box's height, and the
            vertical ones, as a part of its width; a number for both. Inwards and outwards are alike.
        cropping_bbox_key: the name under which the box is given.
    Accepts: every dtype; any channel count; values are kept bit for bit.
    Moves: every spatial target; what leaves the frame is cut. The window lies within the frame, and holds one row and
        one column at least.
    Raises: InvalidParameter: a part outside [0, 1]. InvalidData: no box, or one that lies outside the frame.
    Source: none needed.

    >>> RandomCropNearBBox(0)(image=image, cropping_bbox=(10, 20, 110, 70))["image"].shape
    (50, 100, 3)
    """

    max_part_shift: float | tuple[float, float] = params.numbers(
        default=(0, 0.3), length=2, single=True, low=0, high=1, unit="of the box's sides"
    )
    cropping_bbox_key: str = params.text(default="cropping_bbox")
    p: float = params.probability(default=1.0, kw_only=True)

    def arguments(self) -> frozenset[str]:
        return frozenset((self.cropping_bbox_key,))

    def sample(self, rng: Rng, view: View) -> Geometry:
        x_low, y_low, x_high, y_high = self._box(view)
        part = self.max_part_shift
        down, across = part if isinstance(part, tuple) else (part, part)
        x_min, x_max = _shifted(rng, x_low, x_high, across, view.width)
        y_min, y_max = _shifted(rng, y_low, y_high, down, view.height)
        return Geometry(Lattice.window(view.size, x_min, y_min, x_max, y_max))

    def _box(self, view: View) -> Box:
        """Where the hull of the box lies now."""
        x0, y0, x1, y1 = _read_box(self.cropping_bbox_key, view.argument(self.cropping_bbox_key))
        corners = view.carried([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        (x_low, y_low), (x_high, y_high) = corners.min(0).tolist(), corners.max(0).tolist()
        if not (x_low < view.width and y_low < view.height and x_high > 0 and y_high > 0):
            raise InvalidData(
                f"RandomCropNearBBox.cropping_bbox_key: the box {(x0, y0, x1, y1)} given as {self.cropping_bbox_key!r} "
                f"lies outside the frame, at ({x_low:g}, {y_low:g}, {x_high:g}, {y_high:g}) in {view.width}×"
                f"{view.height} (width × height); give one inside, and put this transform before those that cut it off"
            )
        return x_low, y_low, x_high, y_high


def _read_box(key: str, value: Any) -> Box:
    try:
        x0, y0, x1, y1 = (float(number) for number in value)
    except (TypeError, ValueError):
        x0 = y0 = x1 = y1 = math.nan
    # NaN compares to nothing.
    if not (x0 < x1 and y0 < y1 and math.isfinite(x1 - x0 + y1 - y0)):
        raise InvalidData(
            f"RandomCropNearBBox.cropping_bbox_key: {' '.join(repr(value).split())[:80]} given as {key!r} is no box; "
            "give (x_min, y_min, x_max, y_max) in pixels, x_min < x_max and y_min < y_max"
        )
    return x0, y0, x1, y1


def _shifted(rng: Rng, low: float, high: float, part: float, side: int) -> tuple[int, int]:
    """Both ends of a run of pixels moved by up to a part of its length, within [0, side]."""
    first, last = whole_pixels(low, high, side)
    reach = round(part * (last - first))
    low, high = sorted((first + rng.integer(-reach, reach), last + rng.integer(-reach, reach)))
    return whole_pixels(low, high, side)


@transform
class CropNonEmptyMaskIfExists(Transform):
    """Cut out a window of a given size that holds a pixel of the mask, drawn evenly among those that are not 0.

    The window lies anywhere where it holds that pixel. If there is no such pixel, or no mask, it is a `RandomCrop`.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        ignore_values: values of the mask that count as 0.
        ignore_channels: channels of the mask that do not count, from 0 on.
    Accepts: every dtype; any channel count; values are kept bit for bit. Of `mask` and `masks` every pixel counts that
        any of them marks.
    Moves: every spatial target; what leaves the frame is cut.
    Raises: InvalidData: a picture that is smaller than the crop.
    Source: none needed.

    >>> CropNonEmptyMaskIfExists(224, 320)(image=image, mask=mask)["image"].shape
    (224, 320, 3)
    """

    height: int = params.integer(low=1, unit="px")
    width: int = params.integer(low=1, unit="px")
    ignore_values: tuple[int, ...] | None = params.numbers(default=None, whole=True, none=True)
    ignore_channels: tuple[int, ...] | None = params.numbers(default=None, low=0, whole=True, none=True)
    p: float = params.probability(default=1.0, kw_only=True)
    needs: ClassVar[frozenset[str]] = frozenset({"mask", "masks"})

    def sample(self, rng: Rng, view: View) -> Geometry:
        check_fits("CropNonEmptyMaskIfExists", view, self.height, self.width, _SMALLER)
        masks = [view["mask"]] if "mask" in view else []
        if "masks" in view:
            masks.extend(view["masks"])

        def marked(rows: slice) -> Array:
            parts = [marks(mask[rows], self.ignore_values or (), self.ignore_channels or ()) for mask in masks]
            return functools.reduce(np.logical_or, parts)

        pixel = draw_pixel(rng, view.size, marked) if masks else None
        return Geometry(draw_over(rng, view, pixel, self.height, self.width))


def marks(mask: Array, ignore_values: Iterable[int] = (), ignore_channels: Iterable[int] = ()) -> Array:
    """(H, W) where any channel of a mask (H, W, C) is neither 0 nor to be ignored."""
    marked = np.zeros(mask.shape[:2], bool)
    for channel in set(range(mask.shape[2])).difference(ignore_channels):
        values = mask[:, :, channel]
        counts = values != 0
        for value in ignore_values:
            counts &= values != value
        marked |= counts
    return marked


def draw_pixel(rng: Rng, size: tuple[int, int], marked: Callable[[slice], Array]) -> Box | None:
    """One of the marked pixels as a box, each as likely as the others; None if there is none.

    Its row is found first, by sums of the rows, which `marked` gives a few at a time: a map or a list of all marked
    pixels of a large picture takes 10 times as long, or more.
    """
    height, width = size
    step = max(1, _AT_ONCE // width)
    strips = (marked(slice(top, top + step)).view(np.uint8) for top in range(0, height, step))
    sums = [cv2.reduce(strip, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S) for strip in strips]
    until = np.cumsum(np.concatenate(sums))
    if not until[-1]:
        return None
    place = rng.integer(1, int(until[-1]))
    y = int(np.searchsorted(until, place))
    x = int(np.flatnonzero(marked(slice(y, y + 1)))[place - int(until[y]) - 1])  # counted from the end of the row
    return x, y, x + 1, y + 1
