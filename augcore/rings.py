"""Rings: closed outlines of any shape and length, all those of a picture in one array; what they enclose, by even-odd
counting, and how they are cut into pieces. Many outlines of one length are in `outlines.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_NEAR = 1e-9  # px: points no further apart are one
_NOTHING = 1e-9  # px²: what encloses no more encloses nothing


@attrs.define(eq=False, repr=False)
class Rings:
    """Rings one behind the other, none of them empty.

    Attributes:
        points: (P, 2), those of all rings.
        lengths: (R,), how many of them each ring has.
        owners: (R,), whose each ring is, ascending.
    """

    points: Array
    lengths: Array
    owners: Array

    @classmethod
    def of(cls, rings: Sequence[Array], owners: Iterable[int]) -> Rings:
        points = np.concatenate(rings) if len(rings) else np.zeros((0, 2))
        return cls(points, np.array([len(ring) for ring in rings], np.intp), np.array(list(owners), np.intp))

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[Array]:
        ends = np.cumsum(self.lengths).tolist()
        return (self.points[end - length : end] for end, length in zip(ends, self.lengths.tolist(), strict=True))

    @property
    def starts(self) -> Array:
        return np.asarray(np.cumsum(self.lengths) - self.lengths)

    def following(self) -> Array:
        """For each point, the number of the one behind it in its ring."""
        after = np.arange(1, len(self.points) + 1)
        after[np.cumsum(self.lengths) - 1] = self.starts
        return after

    def take(self, rings: Array) -> Rings:
        """These rings, given as (R,) booleans."""
        if rings.all():
            return self
        return Rings(self.points[np.repeat(rings, self.lengths)], self.lengths[rings], self.owners[rings])

    def all_in_ring(self, flags: Array) -> Array:
        """(R,): of which rings all points are marked."""
        return np.asarray(np.logical_and.reduceat(flags, self.starts)) if len(self) else np.zeros(0, bool)

    def owned(self, count: int) -> list[tuple[Array, ...]]:
        """The rings of each of `count` owners."""
        rings = list(self)
        ends = np.searchsorted(self.owners, np.arange(1, count + 1)).tolist()
        return [tuple(rings[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def join(first: Rings, second: Rings) -> Rings:
    """The rings of both, in the order of their owners."""
    both = zip((first.points, first.lengths, first.owners), (second.points, second.lengths, second.owners), strict=True)
    return by_owner(Rings(*(np.concatenate(pair) for pair in both)))


def by_owner(rings: Rings) -> Rings:
    """The rings in the order of their owners."""
    order = np.argsort(rings.owners, kind="stable")
    starts, lengths = rings.starts[order], rings.lengths[order]
    places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(len(rings.points))
    return Rings(rings.points[places], lengths, rings.owners[order])


def bridged(rings: Rings, single: Array) -> Rings:
    """Rings joined into one for each owner for whom `single` says so, by bridges without width between first points."""
    if not (single[rings.owners[1:]] & (rings.owners[1:] == rings.owners[:-1])).any():
        return rings
    out: list[Array] = []
    owners: list[int] = []
    for owner, pieces in enumerate(rings.owned(len(single))):
        if single[owner] and len(pieces) > 1:
            firsts = [ring[:1] for ring in pieces]
            # Each ring and its first point again, then back from one first point to the one before.
            there = [part for ring, first in zip(pieces, firsts, strict=True) for part in (ring, first)]
            pieces = (np.concatenate([*there, *firsts[-2:0:-1]]),)
        out += pieces
        owners += [owner] * len(pieces)
    return Rings.of(out, owners)


def densify(rings: Rings, step: float, within: tuple[float, float, float, float] | None = None) -> Rings:
    """With points added so that none is further than `step` from the next.

    Args:
        within: x_min, y_min, x_max, y_max of the part of the plane where that is wanted. An edge gets a point where it
            comes in and one where it leaves, and none outside, however long it is.
    """
    edge = rings.points[rings.following()] - rings.points
    begin, end, most = np.zeros(len(edge)), np.ones(len(edge)), np.inf
    if within is not None:
        begin, end = _parts_within(rings.points, edge, within)
        most = math.hypot(within[2] - within[0], within[3] - within[1])
    reached = end - begin
    # Rounding can make any length of the part of an edge that comes from very far away.
    length = np.minimum(np.hypot(*(edge * reached[:, None]).T), most)
    pieces = np.maximum(1, np.ceil(length / step))
    # An edge's own first point, then one where it comes in, those inside, and one where it leaves.
    before = (begin > 0).astype(int)
    counts = before + pieces.astype(int) + ((reached > 0) & (end < 1))
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    along = np.repeat(begin, counts) + (number - np.repeat(before, counts)) * np.repeat(reached / pieces, counts)
    points = np.repeat(rings.points, counts, 0) + np.repeat(edge, counts, 0) * np.where(number, along, 0.0)[:, None]
    return Rings(points, np.add.reduceat(counts, rings.starts) if len(rings) else rings.lengths, rings.owners)


def _parts_within(points: Array, edge: Array, rectangle: tuple[float, float, float, float]) -> tuple[Array, Array]:
    """Between which parts of them edges lie in a rectangle (Liang and Barsky 1984); (0, 0) for those that miss it."""
    low, high = np.array(rectangle[:2]), np.array(rectangle[2:])
    inside = (points >= low) & (points <= high)
    if inside.all():
        return np.zeros(len(points)), np.ones(len(points))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        one, other = (low - points) / edge, (high - points) / edge
    # An edge along a side meets that side's lines nowhere.
    always = np.where(inside, np.inf, -np.inf)
    begin = np.maximum(np.where(edge == 0, -always, np.minimum(one, other)).max(1), 0.0)
    end = np.minimum(np.where(edge == 0, always, np.maximum(one, other)).min(1), 1.0)
    met = begin < end
    return np.where(met, begin, 0.0), np.where(met, end, 0.0)


# Cutting


def cut(rings: Rings, planes: Array, splits: Array) -> Rings:
    """Rings cut to half planes, see `outlines.half_planes`; those that reach over none stay as they are.

    A ring that falls into several pieces becomes so many where `splits`, (R,) booleans, says so. Where it does not, it
    stays one, its pieces joined by bridges without width along the edge (Sutherland and Hodgman 1974). Each ring is cut
    by itself, which is right for even-odd counting and for unions: half planes, and all that they have in common, are
    convex.
    """
    if not len(rings):
        return rings
    distance = planes[:, :2] @ rings.points.T + planes[:, 2:]
    reaches = np.minimum.reduceat(distance, rings.starts, 1) < -_NEAR
    touched = np.asarray(reaches.any(0))
    if not touched.any():
        return rings
    numbers = np.arange(len(rings))
    part = rings.take(touched)
    part = Rings(part.points, part.lengths, numbers[touched])
    for plane in planes[reaches.any(1)]:
        if not len(part):
            break
        part = _cut_at(part, plane, splits)
    rest = rings.take(np.logical_not(touched))
    out = join(Rings(rest.points, rest.lengths, numbers[~touched]), _tidied(part))
    return Rings(out.points, out.lengths, rings.owners[out.owners])


def _cut_at(rings: Rings, plane: Array, splits: Array) -> Rings:
    """Rings, owned by their own numbers, cut to one half plane."""
    distance = rings.points @ plane[:2] + plane[2]
    # Rounding alone does not cut a ring.
    distance[np.repeat(np.minimum.reduceat(distance, rings.starts) >= -_NEAR, rings.lengths)] = 0
    inside = distance >= 0
    if inside.all():
        return rings
    after = rings.following()
    crosses = inside != inside[after]
    behind = after[crosses]
    part = distance[crosses] / (distance[crosses] - distance[behind])
    # Each point, then the crossing on the edge behind it, of which those stay that exist.
    points = np.repeat(rings.points[:, None], 2, 1)
    points[crosses, 1] += part[:, None] * (rings.points[behind] - rings.points[crosses])
    exists = np.stack([inside, crosses], 1)
    counts = np.add.reduceat(exists.sum(1), rings.starts)
    left = counts > 0
    cut = Rings(points[exists], counts[left], rings.owners[left])
    several = (np.add.reduceat(crosses.astype(int), rings.starts) > 2)[left] & splits[cut.owners]
    if not several.any():
        return cut
    leaves = np.stack([np.zeros_like(inside), crosses & inside], 1)[exists]
    enters = np.stack([np.zeros_like(inside), crosses & ~inside], 1)[exists]
    return _apart(cut, several, enters, leaves, cut.points @ (-plane[1], plane[0]))


def _apart(rings: Rings, several: Array, enters: Array, leaves: Array, along: Array) -> Rings:
    """Rings cut at one line, the marked ones of them as pieces.

    Args:
        enters, leaves: (P,), which points are crossings of the line, and which way.
        along: (P,), the points' places along the line.
    """
    out: list[Array] = []
    owners: list[int] = []
    starts, lengths = rings.starts.tolist(), rings.lengths.tolist()
    for start, length, owner, apart in zip(starts, lengths, rings.owners.tolist(), several.tolist(), strict=True):
        ring = rings.points[start : start + length]
        pieces = (
            list(_pieces(ring, *(marks[start : start + length] for marks in (enters, leaves, along))))
            if apart
            else [ring]
        )
        out += pieces
        owners += [owner] * len(pieces)
    return Rings.of(out, owners)


def _pieces(ring: Array, enters: Array, leaves: Array, along: Array) -> Iterator[Array]:
    begins, ends = enters.nonzero()[0], leaves.nonzero()[0]
    ends_along = along[ends]
    if ends[0] < begins[0]:  # the last chain runs over the ring's end
        ends = np.append(ends[1:], ends[0] + len(ring))
        ends_along = np.append(ends_along[1:], ends_along[0])
        ring = np.concatenate([ring, ring[: begins[0]]])
    chains = [ring[begin : end + 1] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    return _closed(chains, np.stack([along[begins], ends_along], 1).ravel())


def _closed(chains: list[Array], along: Array) -> Iterator[Array]:
    """The rings that chains make when their ends are joined along the line on which these lie.

    What is inside alternates along the line, so each two ends in its order are joined, also where the ring crosses or
    touches itself. Chain i has the ends 2·i and 2·i + 1.
    """
    order = np.argsort(along, kind="stable")
    partner = np.empty_like(order)
    partner[order[::2]], partner[order[1::2]] = order[1::2], order[::2]
    partners = partner.tolist()
    open_ones = dict.fromkeys(range(len(chains)))
    while open_ones:
        first = end = 2 * next(iter(open_ones))
        ring: list[Array] = []
        while not ring or end != first:
            chain, backwards = divmod(end, 2)
            del open_ones[chain]
            ring.append(chains[chain][::-1] if backwards else chains[chain])
            end = partners[2 * chain + 1 - backwards]
        yield ring[0] if len(ring) == 1 else np.concatenate(ring)


def _tidied(rings: Rings) -> Rings:
    """Without points on top of the one before, and without rings that enclose nothing."""
    if not len(rings):
        return rings
    gap = np.abs(rings.points[rings.following()] - rings.points).max(1)
    kept = gap > _NEAR
    counts = np.add.reduceat(kept.astype(int), rings.starts)
    rings = Rings(rings.points[kept], counts[counts > 0], rings.owners[counts > 0])
    if not len(rings):
        return rings
    # About its own first point, so that far from the origin nothing is lost to rounding.
    points = rings.points - np.repeat(rings.points[rings.starts], rings.lengths, 0)
    after = points[rings.following()]
    areas = np.add.reduceat(points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1], rings.starts) / 2
    # An eight has no signed area, and encloses some all the same.
    filled = [
        abs(area) > _NOTHING or (len(ring) > 3 and even_odd_area([ring]) > _NOTHING)
        for area, ring in zip(areas.tolist(), rings, strict=True)
    ]
    return rings.take(np.array(filled))


# Area


def even_odd_area(rings: Sequence[Array]) -> float:
    """What (K, 2) rings enclose by even-odd counting: holes and whatever else is covered twice do not count.

    Between two neighbouring heights at which edges end or cross, what is inside are trapezoids. The work grows with the
    square of the number of points.
    """
    if not len(rings):
        return 0.0
    begin = np.concatenate(rings)
    end = np.concatenate([np.roll(ring, -1, 0) for ring in rings])
    begin, end = begin - begin[0], end - begin[0]
    sloped = begin[:, 1] != end[:, 1]
    begin, end = begin[sloped], end[sloped]
    if not len(begin):  # all on one level, or all in one place
        return 0.0
    levels = np.unique(np.concatenate([begin[:, 1], end[:, 1], _crossing_heights(begin, end)]))
    middle = ((levels[1:] + levels[:-1]) / 2)[:, None]
    met = (np.minimum(begin[:, 1], end[:, 1]) < middle) & (middle < np.maximum(begin[:, 1], end[:, 1]))
    slope = (end[:, 0] - begin[:, 0]) / (end[:, 1] - begin[:, 1])
    # Edges that a level does not meet sort behind those that it does, in pairs that enclose nothing.
    x = np.sort(np.where(met, begin[:, 0] + (middle - begin[:, 1]) * slope, np.inf), 1)
    x = np.concatenate([x, np.full((len(x), x.shape[1] % 2), np.inf)], 1).reshape(len(x), -1, 2)
    widths = np.where(np.isfinite(x[..., 1]), x[..., 1], 0) - np.where(np.isfinite(x[..., 1]), x[..., 0], 0)
    return float(widths.sum(1) @ np.diff(levels))


def _crossing_heights(begin: Array, end: Array) -> Array:
    """The y at which edges cross one another."""
    heights = [np.zeros(0)]
    edge = end - begin
    for number in range(len(begin) - 1):
        other, between = edge[number + 1 :], begin[number + 1 :] - begin[number]
        x, y = edge[number]
        cross = x * other[:, 1] - y * other[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            mine = (between[:, 0] * other[:, 1] - between[:, 1] * other[:, 0]) / cross
            theirs = (between[:, 0] * y - between[:, 1] * x) / cross
        heights.append(begin[number, 1] + mine[(mine > 0) & (mine < 1) & (theirs > 0) & (theirs < 1)] * y)
    return np.concatenate(heights)
