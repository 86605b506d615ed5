"""Plane geometry of outlines: areas and clipping, of many outlines at once. No maps and no pixels."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

Point = Sequence[float]

FEW = 64  # points, up to which plain floats are faster than arrays


def rectangle(width: float, height: float) -> Array:
    """The corners of [0, width] × [0, height]."""
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], float)


def signed_area(outlines: Array) -> Array:
    """Of closed outlines (..., K, 2), positive where they run from x towards y."""
    x, y = outlines[..., 0], outlines[..., 1]
    after = _following(outlines)
    return np.asarray((x * after[..., 1] - after[..., 0] * y).sum(-1) / 2)


def _following(outlines: Array) -> Array:
    """For each point the next one; what np.roll does, in a third of its time."""
    return np.concatenate([outlines[..., 1:, :], outlines[..., :1, :]], -2)


def area(outlines: Array) -> Array:
    return np.abs(signed_area(outlines))


def half_planes(convex: Array) -> Array:
    """(E, 3) rows (a, b, c): a·x + b·y + c >= 0 inside the convex outline, in pixels from the edge.

    In plain floats: outlines of four to twelve corners, of which every call makes one, take 12 µs instead of 35.
    """
    points = convex.tolist()
    following = [*points[1:], *points[:1]]
    edges = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in zip(points, following, strict=True)]
    lengths = np.hypot(*zip(*edges, strict=True)).tolist()
    side = 1.0 if area_of(points) >= 0 else -1.0
    planes = []
    for (x, y), (across, down), length in zip(points, edges, lengths, strict=True):
        if length > 1e-9:
            a, b = -(down / length) * side, across / length * side
            planes.append((a, b, -(a * x + b * y)))
    return np.array(planes).reshape(-1, 3)


def least(values: Array) -> Array:
    """The least along the second of two or more short axes, five to ten times as fast as min(1)."""
    return _along(np.minimum, values)


def greatest(values: Array) -> Array:
    return _along(np.maximum, values)


def _along(function: np.ufunc, values: Array) -> Array:
    if values.ndim == 3 and values.shape[2] == 2 and len(values) > 64:
        # With the two coordinates innermost, NumPy's loops are two steps long.
        return np.ascontiguousarray(functools.reduce(function, values.transpose(1, 2, 0).copy()).T)
    return np.asarray(functools.reduce(function, values.swapaxes(0, 1)))


def hulls(outlines: Array) -> tuple[Array, Array]:
    """The least and the greatest coordinates of each outline (N, K, 2), (N, 2) each."""
    if len(outlines) <= 64:
        return least(outlines), greatest(outlines)
    points = outlines.transpose(1, 2, 0).copy()  # as in `_along`, once for both
    low, high = functools.reduce(np.minimum, points), functools.reduce(np.maximum, points)
    return np.ascontiguousarray(low.T), np.ascontiguousarray(high.T)


def clip(outlines: Array, planes: Array, least: Array | None = None) -> Array:
    """Many outlines (N, K, 2), each cut to the half planes (Sutherland and Hodgman 1974).

    Every outline comes back with the same number of points: the shorter ones repeat their last, which changes neither
    area nor hull. One with nothing left has all its points in one place.

    Args:
        least: what `least_per_outline` gave, if it was asked already.
    """
    if least is None and outlines.shape[0] * outlines.shape[1] <= FEW:
        return _clip_few(outlines, planes)
    reaching = (least_per_outline(outlines, planes) if least is None else least) < -1e-9
    # Outlines are cut at the first edge that each reaches over, all of them at once, then at the second, and so on:
    # cutting at one edge makes none reach over another, and few reach over more than two.
    first = True
    while len(rows := np.flatnonzero(reaching.any(0))):
        edges = reaching[:, rows].argmax(0)
        reaching[edges, rows] = False
        part, plane = outlines[rows], planes[edges]
        cut = _cut(part, part[..., 0] * plane[:, :1] + part[..., 1] * plane[:, 1:2] + plane[:, 2:])
        count = max(cut.shape[1], outlines.shape[1])
        outlines = outlines.copy() if first and outlines.shape[1] == count else with_points(outlines, count)
        outlines[rows] = with_points(cut, count)
        first = False
    return outlines


def _clip_few(outlines: Array, planes: Array) -> Array:
    """`clip` in plain floats."""
    edges, given = planes.tolist(), outlines.tolist()
    clipped = [cut(outline, edges) for outline in given]
    if all(after is before for after, before in zip(clipped, given, strict=True)):
        return outlines
    count = max(outlines.shape[1], max(map(len, clipped)))
    return np.array([[*outline, *[outline[-1]] * (count - len(outline))] for outline in clipped])


def cut(outline: list[Point], planes: Sequence[Sequence[float]]) -> list[Point]:
    """One outline cut to half planes, in plain floats: itself if it lies inside, a single point if nothing is left.

    A frame's content has four to twelve corners, and of the boxes of a picture one or two reach over its edge: for
    those the arrays of `clip` take ten times as long.
    """
    for a, b, c in planes:
        inside = [a * x + b * y + c for x, y in outline]
        if not min(inside) < -1e-9:
            continue
        left: list[Point] = []
        for index, here in enumerate(inside):
            # The one behind the last is the first.
            after, point, following = inside[index - len(inside) + 1], outline[index], outline[index - len(inside) + 1]
            if here >= 0:
                left.append(point)
            if (here >= 0) != (after >= 0):
                part, (x, y), (next_x, next_y) = here / (here - after), point, following
                left.append((x + part * (next_x - x), y + part * (next_y - y)))
        outline = left or outline[:1]
    return outline


def area_of(outline: Sequence[Point]) -> float:
    """`signed_area` of one outline, in plain floats."""
    following = [*outline[1:], *outline[:1]]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(outline, following, strict=True)) / 2


def least_per_outline(outlines: Array, planes: Array) -> Array:
    """(E, N): how far inside each half plane the outermost point of each outline lies; negative outside."""
    points = outlines.reshape(-1, 2).T
    distance = (planes[:, :2] @ points + planes[:, 2:]).reshape(len(planes), *outlines.shape[:2])
    return least(distance.swapaxes(1, 2))


def hulls_reach_over(low: Array, high: Array, planes: Array) -> Array:
    """Which upright hulls, of corners (N, 2) each, reach out of any half plane; outlines in those that do not need not
    be looked at, in a fifth of the time."""
    normals = planes[:, :2]
    # How far inside the corner lies that is the nearest to the edge.
    nearest = normals @ ((low + high) / 2).T - np.abs(normals) @ ((high - low) / 2).T + planes[:, 2:]
    return np.asarray((nearest < 1e-9).any(0))


def with_points(outlines: Array, count: int) -> Array:
    """Outlines (N, K, 2) with at least so many points, the last one repeated."""
    missing = count - outlines.shape[1]
    return np.concatenate([outlines, np.repeat(outlines[:, -1:], missing, 1)], 1) if missing > 0 else outlines


def _cut(outlines: Array, distance: Array) -> Array:
    """Outlines cut to one half plane, given each point's distance from its edge."""
    inside = distance >= 0
    after = np.concatenate([distance[:, 1:], distance[:, :1]], 1)
    crosses = inside != (after >= 0)
    part = distance / np.where(crosses, distance - after, 1.0)
    count, corners = distance.shape
    # Each corner, then the crossing on the edge behind it; those that exist move to the front, in order.
    points = np.empty((count, 2 * corners, 2))
    points[:, ::2] = outlines
    points[:, 1::2] = outlines + part[..., None] * (_following(outlines) - outlines)
    exists = np.empty((count, 2 * corners), bool)
    exists[:, ::2], exists[:, 1::2] = inside, crosses
    places = exists.cumsum(1)
    row, column = exists.nonzero()
    last = points[np.arange(count), places.argmax(1)]
    out = np.repeat(last[:, None], max(int(places[:, -1].max()), 1), 1)
    out[row, places[row, column] - 1] = points[row, column]
    return out


def densify(outline: Array, step: float) -> Array:
    """A closed outline (K, 2) with points added so that none is further than `step` from the next."""
    following = np.roll(outline, -1, 0)
    lengths = np.hypot(*(following - outline).T)
    counts = np.maximum(1, np.ceil(np.nan_to_num(lengths) / step).astype(int))
    start = np.repeat(np.arange(len(outline)), counts)
    part = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    part = part / np.repeat(counts, counts)
    return np.asarray(outline[start] + part[:, None] * (following[start] - outline[start]))


def convex_hull(points: Array) -> Array:
    """The corners of the hull of (N, 2) points, in order (Andrew's monotone chain)."""
    ordered = sorted({(float(x), float(y)) for x, y in points if math.isfinite(x) and math.isfinite(y)})
    if len(ordered) < 3:
        return np.array(ordered or [(0.0, 0.0)])

    def chain(sequence: list[tuple[float, float]]) -> list[tuple[float, float]]:
        hull: list[tuple[float, float]] = []
        for x, y in sequence:
            while len(hull) > 1:
                (x0, y0), (x1, y1) = hull[-2:]
                if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
                    break
                hull.pop()
            hull.append((x, y))
        return hull[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]))
