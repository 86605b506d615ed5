"""Erosion and dilation by a square: least and greatest values around each pixel, of pictures and label maps alike."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np

from augcore import MOST_CHANNELS, PerTarget, Rng, Transform, View, by_channels, params, pixel_function, transform

Array = np.ndarray[Any, np.dtype[Any]]

OPERATIONS = ("erosion", "dilation")
_RUNS = {"erosion": cv2.erode, "dilation": cv2.dilate}
_NATIVE = frozenset(np.dtype(name) for name in ("uint8", "uint16", "int16", "float32", "float64"))  # in OpenCV
_NOWHERE = (-1.0, -1.0, 0.0, 0.0)  # a box beside the frame, of which nothing is visible


@transform
class Morphological(Transform):
    """Let what is bright spread (dilation) or shrink (erosion), as the strokes of print do.

    Each pixel becomes the greatest or the least value under a square, channel by channel. A square of even size reaches
    one pixel further to the left and up, which moves everything by half a pixel to the right and down.

    Args:
        scale: side of the square in pixels, both ends included; a number a means (a, a). 1 changes nothing.
        operation: "dilation" or "erosion". Masks undergo the same, so where labels meet the larger number spreads in a
            dilation, and the smaller one, the background's 0 as well, in an erosion.
    Accepts: uint8, uint16, float32; any channel count; values are some of those that came in.
    Moves: nothing as a whole. Masks spread or shrink with the picture, and the sides of boxes by as many pixels, within
        the frame; a box of which nothing is left is dropped. Keypoints and polygons keep their shapes, and move along
        by the half pixel of an even size; polygons are therefore narrower or wider than the mask by what it gained or
        lost. Heat maps, depth and flow stay as they are, oriented boxes are refused.
    Raises: InvalidParameter: a side of less than one pixel. Unsupported: oriented boxes.
    Source: Serra 1982, "Image analysis and mathematical morphology"; OpenCV `erode` and `dilate`, where what lies
        beyond the frame does not count.

    >>> Morphological((2, 3), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    scale: tuple[int, int] = params.interval(default=(2, 3), low=1, whole=True, single="fixed", unit="px")
    operation: str = params.choice(default="dilation", options=OPERATIONS)

    def sample(self, rng: Rng, view: View) -> PerTarget:
        return _spreading(self.operation, rng.integer(*self.scale), view.size)


@functools.lru_cache(256)
def _spreading(operation: str, side: int, size: tuple[int, int]) -> PerTarget:
    """The effect; to describe it takes as long as to carry it out on a small picture."""
    functions = {
        "image": spread_values,
        "mask": spread_values,
        "bboxes": spread_boxes,
        "keypoints": shifted_keypoints,
        "polygons": shifted_outline,
    }
    return PerTarget.of(functions, operation=operation, side=side, height=size[0], width=size[1])


# An object [l, r) of a line becomes [l - after, r + before) in a dilation and [l + before, r - after) in an erosion,
# where the square reaches so many pixels before and after its centre.


def _reach(side: int) -> tuple[int, int]:
    return side // 2, side - 1 - side // 2


@pixel_function
def spread_values(image: Array, *, operation: str, side: int, height: int, width: int) -> Array:
    """An (H, W, C) array of any dtype, with the greatest or least value of the square around each pixel."""
    if image.dtype not in _NATIVE:
        values, ranks = np.unique(image, return_inverse=True)
        spread = _spread(ranks.reshape(image.shape).astype(np.float64), operation, side)
        return np.asarray(values[spread.astype(np.intp)], image.dtype)
    return _spread(image, operation, side)


def _spread(image: Array, operation: str, side: int) -> Array:
    run, square = _RUNS[operation], _square(side)
    return by_channels(image, lambda part: run(part, square), MOST_CHANNELS)


@functools.lru_cache(64)
def _square(side: int) -> Array:
    return np.ones((side, side), np.uint8)


@pixel_function
def spread_boxes(boxes: Array, *, operation: str, side: int, height: int, width: int) -> Array:
    """(N, 4) corners in pixels: sides inside the frame move, those on its edges or beyond stay."""
    before, after = _reach(side)
    low, high = (-after, before) if operation == "dilation" else (before, -after)
    edges = np.array((width, height, width, height))
    moved = np.clip(boxes + np.array((low, low, high, high)), 0, edges)
    stays = (boxes <= 0) | (boxes >= edges)
    moved[stays] = boxes[stays]
    moved[(moved[:, :2] >= moved[:, 2:]).any(1)] = _NOWHERE
    return np.asarray(moved)


@pixel_function
def shifted_keypoints(points: Array, *, operation: str, side: int, height: int, width: int) -> Array:
    """(N, 2) pixel indices, or (N, 3) with z behind them; those inside the frame stay inside."""
    before, after = _reach(side)
    given, last = points[:, :2], np.array((width - 1.0, height - 1.0))
    inside = ((given >= -0.5) & (given < last + 0.5)).all(1, keepdims=True)
    moved = np.maximum(given, np.minimum(given + (before - after) / 2, last))
    return np.concatenate([np.where(inside, moved, given), points[:, 2:]], 1)


@pixel_function
def shifted_outline(points: Array, *, operation: str, side: int, height: int, width: int) -> Array:
    """(K, 2) points of the continuous frame."""
    before, after = _reach(side)
    return points + (before - after) / 2
