"""Rings are cut into the pieces that lie in a convex region, whatever their form; their area is what they enclose."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import outlines, rings
from augcore.rings import Rings

Array = np.ndarray[Any, np.dtype[Any]]
SEEDS = st.integers(0, 10**6)
FORMS = ["star", "concave", "touching", "crossing", "holed"]
# Four samples a pixel each way, away from all lines through whole and half numbers, so that none lies on an edge.
XS, YS = np.arange(0.1234567, 60, 0.25), np.arange(0.0871113, 60, 0.25)


def within(rings: Sequence[Array]) -> Array:
    """Which samples, (rows, columns), lie inside by even-odd counting: how many edges a ray to the left meets."""
    met = np.zeros((len(YS), len(XS) + 1), int)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, 0), strict=True):
            rows = np.arange(*np.searchsorted(YS, sorted((y0, y1))))
            if len(rows):
                met[rows, np.searchsorted(XS, x0 + (YS[rows] - y0) * ((x1 - x0) / (y1 - y0)))] += 1
    return met.cumsum(1)[:, :-1] % 2 == 1


def shape(form: str, draws: np.random.Generator) -> list[Array]:
    """The rings of an object in [0, 60]²."""
    count = int(draws.integers(4, 16))
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)[:, None]
    circle = np.hstack([np.cos(angle), np.sin(angle)])
    if form == "star":
        return [30 + circle * draws.uniform(3, 40, (count, 1))]
    if form == "concave":  # a comb, turned
        turn = draws.uniform(0, 2 * np.pi)
        matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        return [(comb(count // 2) - (20, 20)) @ matrix + 30]
    if form == "touching":  # corners on a coarse lattice: points and edges that lie on one another and on the cut
        return [draws.integers(0, 13, (count, 2)) * 5.0]
    if form == "crossing":
        return [draws.uniform(0, 60, (count, 2)) for _ in range(int(draws.integers(1, 3)))]
    radius = draws.uniform(3, 14)
    return [30 + circle * 28, 30 + circle * radius, 30 + circle * radius / 2]


def comb(teeth: int) -> Array:
    """A spine from y = 0 to 5, with teeth of width 2 down to y = 40."""
    points = [(0.0, 0.0), (4.0 * teeth, 0.0)]
    for tooth in reversed(range(teeth)):
        points += [(4.0 * tooth + 2, 5.0), (4.0 * tooth + 2, 40.0), (4.0 * tooth, 40.0), (4.0 * tooth, 5.0)]
    return np.array(points)


def convex(draws: np.random.Generator, on_lattice: bool) -> Array:
    while True:
        points = draws.integers(0, 13, (6, 2)) * 5.0 if on_lattice else draws.uniform(0, 60, (6, 2))
        hull = outlines.convex_hull(points)
        if len(hull) > 2 and outlines.area(hull) > 20:
            return hull


def moved(ring: Array, x: float, y: float) -> Array:
    return np.asarray(ring + np.array([x, y]))


def cut(found: Sequence[Array], region: Array, splits: bool) -> list[Array]:
    flat = Rings.of(found, [0] * len(found))
    return list(rings.cut(flat, outlines.half_planes(region), np.full(len(found), splits)))


@pytest.mark.parametrize("splits", [True, False])
@pytest.mark.parametrize("form", FORMS)
@given(seed=SEEDS)
def test_what_is_cut_is_what_lies_in_the_region(form: str, splits: bool, seed: int) -> None:
    draws = np.random.default_rng(seed)
    found = shape(form, draws)
    region = convex(draws, on_lattice=form == "touching")
    got = cut(found, region, splits)
    assert np.array_equal(within(got), within(found) & within([region]))
    # |A ∩ B| from |A|, |B| and |A xor B|: exact, where counting samples is not.
    both = rings.even_odd_area([*found, region])
    common = (rings.even_odd_area(found) + rings.even_odd_area([region]) - both) / 2
    assert rings.even_odd_area(got) == pytest.approx(common, abs=1e-6)
    assert splits or len(got) <= len(found)
    if form in ("star", "concave") and splits:  # pieces of what does not cross itself lie apart
        assert sum(map(outlines.area, got)) == pytest.approx(common, abs=1e-6)


@given(SEEDS)
def test_the_area_of_rings_is_the_number_of_samples_in_them(seed: int) -> None:
    draws = np.random.default_rng(seed)
    found = shape(FORMS[seed % len(FORMS)], draws)
    clipped = cut(found, outlines.rectangle(60, 60), True)
    perimeter = sum(np.hypot(*(ring - np.roll(ring, 1, 0)).T).sum() for ring in clipped)
    assert rings.even_odd_area(clipped) == pytest.approx(within(clipped).sum() / 16, abs=0.1 * perimeter + 0.1)


def test_holes_crossings_and_covered_parts_do_not_count_as_area() -> None:
    square = outlines.rectangle(10, 10)
    assert rings.even_odd_area([square]) == 100
    assert rings.even_odd_area([square, square / 2 + 1]) == 75
    assert rings.even_odd_area([square, square + 5]) == 150
    assert rings.even_odd_area([square, square]) == 0
    assert rings.even_odd_area([np.array([(0.0, 0), (10, 10), (10, 0), (0, 10)])]) == 50  # an eight
    assert rings.even_odd_area([]) == 0


@pytest.mark.parametrize("teeth", [1, 2, 7, 30])
def test_a_comb_cut_through_its_teeth_falls_into_so_many_pieces(teeth: int) -> None:
    ring, width = comb(teeth), 4.0 * teeth
    tips = cut([ring], moved(outlines.rectangle(width, 20), 0, 10), True)
    assert [len(tip) for tip in tips] == [4] * teeth
    np.testing.assert_allclose([outlines.area(tip) for tip in tips], 2 * 20)
    assert sorted(float(tip[:, 0].min()) for tip in tips) == [4.0 * tooth for tooth in range(teeth)]
    assert len(cut([ring], outlines.rectangle(width, 20), True)) == 1, "the spine holds them together"
    (bridged,) = cut([ring], moved(outlines.rectangle(width, 20), 0, 10), False)
    assert outlines.area(bridged) == pytest.approx(2 * 20 * teeth)
    assert not cut([ring], moved(outlines.rectangle(width, 5), 0, 50), True)


@given(st.sampled_from(["star", "concave", "crossing"]), SEEDS)
def test_pieces_have_no_bridges_between_them(form: str, seed: int) -> None:
    found = shape(form, np.random.default_rng(seed))[:1]
    pieces = list(rings.cut(Rings.of(found, [0]), np.array([[0.0, 1.0, -30.0]]), np.ones(1, bool)))
    edges = [(*a, *b) for ring in pieces for a, b in zip(ring, np.roll(ring, -1, 0), strict=True)]
    spans = sorted(sorted((x0, x1)) for x0, y0, x1, y1 in edges if max(abs(y0 - 30), abs(y1 - 30)) < 1e-9)
    assert all(before[1] <= after[0] + 1e-9 for before, after in itertools.pairwise(spans))
    assert all(ring[:, 1].min() >= 30 - 1e-9 for ring in pieces)


def test_a_hole_and_its_ring_are_cut_each_by_itself() -> None:
    square = outlines.rectangle(10, 10)
    outer, hole = cut([square, square / 2 + 2], outlines.rectangle(4, 10), True)
    assert outlines.area(outer) == 40
    assert outlines.area(hole) == 10


def test_what_reaches_over_no_edge_stays_to_the_bit() -> None:
    closed = np.concatenate([comb(3), comb(3)[:1], comb(3)[:1]])  # ends on its first point, twice
    flat = Rings.of([closed, closed + 100], [0, 4])
    box = outlines.half_planes(outlines.rectangle(50, 50))
    assert rings.cut(flat, outlines.half_planes(outlines.rectangle(200, 200)), np.ones(2, bool)) is flat
    out = rings.cut(flat, box, np.ones(2, bool))
    assert np.array_equal(out.points, closed)
    assert out.owners.tolist() == [0]
    nudged = Rings.of([closed - (5e-10, 0)], [0])
    assert rings.cut(nudged, box, np.ones(1, bool)) is nudged, "rounding cuts nothing"


def test_pieces_have_no_points_on_top_of_each_other_and_nothing_empty_is_left() -> None:
    square = np.repeat(outlines.rectangle(10, 10), 3, 0)
    (ring,) = cut([square], outlines.rectangle(5, 20), True)
    assert sorted(map(tuple, ring.tolist())) == [(0, 0), (0, 10), (5, 0), (5, 10)]
    assert not cut([moved(outlines.rectangle(10, 10), 5, 0)], outlines.rectangle(5, 20), True), "an edge is no piece"
    corner = np.array([(-9.0, 20), (-9, -9), (20, -9), (20, -5), (-5, -5), (-5, 20)])  # goes around outside
    assert not cut([corner], outlines.rectangle(10, 10), False)
    eight = np.array([(0.0, 0), (10, 10), (10, 0), (0, 10), (-5, 10), (-5, 0)])
    assert rings.even_odd_area(cut([eight], outlines.rectangle(10, 10), True)) == pytest.approx(50), "no signed area"


@given(SEEDS)
def test_pieces_stay_with_their_owners_in_order(seed: int) -> None:
    draws = np.random.default_rng(seed)
    found = [shape(draws.choice(FORMS), draws) for _ in range(5)]
    flat = Rings.of([ring for one in found for ring in one], [place for place, one in enumerate(found) for _ in one])
    region = convex(draws, on_lattice=False)
    splits = draws.random(5) < 0.5
    out = rings.cut(flat, outlines.half_planes(region), splits[flat.owners])
    assert (np.diff(out.owners) >= 0).all()
    assert sum(out.lengths) == len(out.points)
    for one, got, split in zip(found, out.owned(5), splits, strict=True):
        alone = cut(one, region, bool(split))
        assert len(alone) == len(got)
        for a, b in zip(alone, got, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-9)


@given(SEEDS, st.floats(0.5, 30))
def test_rings_are_made_denser_as_one_by_one(seed: int, step: float) -> None:
    draws = np.random.default_rng(seed)
    found = [ring for form in FORMS for ring in shape(form, draws)]
    dense = rings.densify(Rings.of(found, range(len(found))), step)
    for ring, out in zip(found, dense, strict=True):
        np.testing.assert_allclose(out, outlines.densify(ring, step), atol=1e-9)


def test_no_rings_at_all_go_through_everything() -> None:
    nothing = Rings.of([], [])
    planes = outlines.half_planes(outlines.rectangle(5, 5))
    assert len(rings.cut(nothing, planes, np.zeros(0, bool))) == 0
    assert len(rings.densify(nothing, 4)) == 0
    assert len(rings.join(nothing, nothing)) == 0
    assert nothing.owned(2) == [(), ()]
    assert not len(nothing.all_in_ring(np.zeros(0, bool)))


def test_rings_on_one_level_or_in_one_place_enclose_nothing():
    triangle = np.array([(0, 0), (4, 0), (0, 2)], float)
    for ring in ([(1, 2), (5, 2), (3, 2)], [(1, 2)] * 4):
        assert rings.even_odd_area([np.array(ring, float)]) == 0.0
        assert rings.even_odd_area([np.array(ring, float), triangle]) == pytest.approx(4)
