"""Cells that change places: the maps, and what becomes of annotations that they tear apart, against pixels."""

from __future__ import annotations

import itertools
import math
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import augcore
from augcore import (
    AffineMap,
    BboxParams,
    Compose,
    Geometry,
    InvalidParameter,
    KeypointParams,
    Lattice,
    ResizeMap,
    Tiles,
    Tiles3,
    Trace,
    Transform,
    Unsupported,
    serial,
    transform,
)
from augcore.frame import Frame
from augcore.targets import Polygons

DTYPES = ["bool", "uint8", "int8", "uint16", "int64", "float16", "float32", "float64", "complex64"]


@transform
class Tiled(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


def orders(edges, draws):
    """A random order of the cells within these edges, among cells of one shape."""
    shapes = list(itertools.product(*(np.diff(axis).tolist() for axis in edges)))
    order = np.arange(len(shapes))
    for shape in set(shapes):
        places = [place for place, one in enumerate(shapes) if one == shape]
        order[places] = draws.permutation(places)
    return order.tolist()


@st.composite
def edges_of(draw, axes, most=5):
    """Lines that make cells of few shapes, so that most of them can move."""
    sides = [draw(st.lists(st.sampled_from([2, 3]), min_size=1, max_size=most)) for _ in range(axes)]
    return tuple((0, *np.cumsum(one).tolist()) for one in sides)


@st.composite
def tiles(draw, kind=Tiles, most=5):
    edges = draw(edges_of(2 if kind is Tiles else 3, most))
    return kind.of(edges, orders(edges, np.random.default_rng(draw(st.integers(0, 2**32)))))


def numbered(shape, dtype="int64"):
    return np.arange(math.prod(shape)).reshape(shape).astype(dtype)


def centres(shape):
    """(..., 2 or 3): x first."""
    return np.stack(np.meshgrid(*(np.arange(side) + 0.5 for side in shape), indexing="ij"), -1)[..., ::-1]


def at(array, points):
    """The values of pixels, or voxels, in which points lie."""
    return array[tuple(np.moveaxis(np.floor(points[..., ::-1]).astype(int), -1, 0))]


def moved(map, **data):
    name = "volume" if map.is_volumetric else "mask"
    step = Tiled(lambda size: Geometry(map))
    data = {name: np.zeros(map.size, np.uint8), **data}
    return Compose([step], additional_targets={"label": "mask3d" if map.is_volumetric else "mask"})(**data)


# The maps

either = st.one_of(tiles(), tiles(Tiles3, 3))


@given(either)
def test_points_go_where_pixels_do_and_come_back(map):
    label, places = numbered(map.size), centres(map.size)
    out = moved(map, label=label)["label"]
    went = map.forward(places)
    assert np.array_equal(at(out, went), label)
    assert np.array_equal(map.backward(went), places)
    assert np.array_equal(np.sort(out, None), np.sort(label, None))


@given(either)
def test_an_inverse_undoes_its_map_and_the_identity_is_told(map):
    assert map.inverse().inverse() == map
    assert map.is_identity == (map.inverse() == map and (map.forward(centres(map.size)) == centres(map.size)).all())
    label = numbered(map.size)
    assert np.array_equal(moved(map.inverse(), label=moved(map, label=label)["label"])["label"], label)


@given(either)
def test_tiles_survive_files_pickling_and_words(map):
    effect = Geometry(map)
    assert pickle.loads(pickle.dumps(map)) == map
    assert hash(pickle.loads(pickle.dumps(map))) == hash(map)
    plain = serial.from_json(serial.to_json(serial.effect_to_plain(effect)), "effect")
    assert serial.effect_from_plain(plain) == effect
    grid = "×".join(str(len(axis) - 1) for axis in map.edges)
    assert serial.describe(effect).startswith(f"{type(map).__name__.lower()} {grid}, in the order {map.order[0]}")


def test_a_point_on_an_edge_belongs_to_the_cell_right_of_it_or_below_and_the_last_edge_to_the_last_cell():
    map = Tiles.of(((0, 2, 4), (0, 3, 6)), (3, 2, 1, 0))
    points = np.array([(3.0, 2.0), (2.9, 2.0), (3.0, 1.9), (6.0, 4.0), (0.0, 0.0)])
    expected = [(0, 0), (5.9, 0), (0, 3.9), (3, 2), (3, 2)]
    np.testing.assert_allclose(map.forward(points), expected)


def test_nothing_outside_the_frame_moves_and_what_is_not_known_stays_so():
    map = Tiles.of(((0, 2, 4), (0, 3, 6)), (3, 2, 1, 0))
    outside = np.array([(-0.1, 1.0), (6.1, 1.0), (1.0, -5.0), (1.0, 4.1), (100.0, 100.0)])
    assert np.array_equal(map.forward(outside), outside)
    assert np.isnan(map.forward(np.array([(np.nan, 1.0)]))).any()
    # What rounding put outside is inside.
    np.testing.assert_allclose(map.forward(np.array([(-1e-11, 1.0)])), [(3, 3)], atol=1e-9)


def test_derivatives_are_those_of_a_shift():
    map = Tiles.of(((0, 2, 4), (0, 3, 6)), (3, 2, 1, 0))
    assert np.array_equal(map.jacobian(np.ones((7, 2))), np.broadcast_to(np.eye(2), (7, 2, 2)))
    assert np.array_equal(map.pixel_jacobian(), np.eye(2))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 5, 200])
def test_every_dtype_and_channel_is_kept_bit_for_bit(dtype, channels):
    map = Tiles.of(((0, 3, 6, 7), (0, 4, 8, 9)), (4, 1, 2, 0, 3, 5, 6, 7, 8))
    bits = np.random.default_rng(1).integers(0, 2 if dtype == "bool" else 256, (7, 9, channels, 16), np.uint8)
    given = np.ascontiguousarray(bits[..., : np.dtype(dtype).itemsize]).view(dtype)[..., 0]
    back = np.empty_like(given)
    for here, there in map.pieces():
        back[here] = given[there]
    from augcore.resample import resample

    for array in (given, np.asfortranarray(given), given[::-1][::-1]):
        out = resample(array, Geometry(map, interpolation=2), augcore.Interpolation.CUBIC, 7)
        assert out.dtype == given.dtype
        assert out.tobytes() == back.tobytes()


@pytest.mark.parametrize(
    ("edges", "order", "said"),
    [
        (((0, 2, 4), (0, 3, 6)), (0, 1, 2), "no order of 4 cells"),
        (((0, 2, 4), (0, 3, 6)), (0, 1, 2, 2), "no order of 4 cells"),
        (((0, 1, 4), (0, 3, 6)), (2, 1, 0, 3), "cell 2 of .3, 3. cannot take the place of cell 0"),
        (((0, 2, 2, 4), (0, 6)), (0, 1, 2), "do not ascend from 0 to the sides"),
        (((0, 3, 2, 4), (0, 6)), (0, 1, 2), "do not ascend from 0 to the sides"),
        (((0, 2, 5), (0, 3, 6)), (0, 1, 2, 3), "do not ascend from 0 to the sides"),
        (((1, 2, 4), (0, 3, 6)), (0, 1, 2, 3), "do not ascend from 0 to the sides"),
        (((0, 2, 4), (0, 3, 6), (0, 1)), (0, 1, 2, 3), "do not ascend from 0 to the sides"),
        (((), (0, 3, 6)), (), "do not ascend from 0 to the sides"),
    ],
)
def test_a_grid_that_is_none_is_refused(edges, order, said, refused):
    refused(lambda: Tiles((4, 6), (4, 6), edges, order), InvalidParameter, "Tiles", said)


def test_a_hostile_grid_in_a_file_is_refused_at_once(refused):
    edges = [list(range(100_001)), list(range(100_001))]
    plain = {"Geometry": {"map": {"Tiles": {"size": [10**5] * 2, "output": [10**5] * 2, "edges": edges, "order": [0]}}}}
    refused(
        lambda: serial.effect_from_plain(plain), augcore.InvalidFile, "Tiles.order", "no order of 10000000000 cells"
    )


# Volumes


@given(tiles(Tiles3, 3))
def test_a_volume_has_a_plane_exactly_if_all_its_slices_change_alike(map):
    plane, label = map.plane, numbered(map.size)
    out = moved(map, label=label)["label"]
    # Each slice of labels that say the place in a slice alone comes out as every other, if it comes out at its height.
    area = math.prod(map.size[1:])
    alike = (out // area == np.arange(map.size[0])[:, None, None]).all() and (out % area == out[0] % area).all()
    assert (plane is not None) == bool(alike)
    if plane is not None:
        assert np.array_equal(moved(plane, label=numbered(map.size[1:]))["label"], out[0] % area)


def test_what_lies_in_the_plane_follows_a_volume_whose_slices_change_alike():
    plane = Tiles.of(((0, 3, 6), (0, 4, 8)), (3, 0, 2, 1))
    map = Tiles3.of(((0, 2, 4), *plane.edges), (*plane.order, *(4 + cell for cell in plane.order)))
    params = {"bbox_params": BboxParams("pascal_voc"), "keypoint_params": KeypointParams("xy")}
    pipeline = Compose([Tiled(lambda size: Geometry(map))], **params)
    data = {
        "mask": numbered(plane.size),
        "bboxes": [(0, 0, 2, 3)],
        "keypoints": [(5, 4)],
        "polygons": [[1, 1, 3, 1, 3, 3]],
    }
    out = pipeline(volume=np.zeros(map.size, np.uint8), **data)
    alone = Compose([Tiled(lambda size: Geometry(plane))], **params)(**data)
    for name in data:
        assert np.array_equal(out[name], alone[name])
    mixing = Tiles3.of(((0, 2, 4), (0, 6), (0, 8)), (1, 0))
    with pytest.raises(Unsupported, match="mask: a Tiles3 map that mixes slices"):
        Compose([Tiled(lambda size: Geometry(mixing))])(volume=np.zeros(mixing.size, np.uint8), mask=data["mask"])


@given(tiles(Tiles3, 3), st.integers(0, 2**32))
def test_points_of_a_volume_go_with_their_voxels_after_a_pad_as_well(map, seed):
    """And those that were cut off, or lie in what was added, stay invisible."""
    size = (map.size[0], map.size[1] - 1, map.size[2] + 1)
    assume(min(size) > 0)
    params = KeypointParams("xyz", remove_invisible=True, label_fields=["rows"])
    rows = np.random.default_rng(seed).integers(0, size[::-1], (20, 3))

    def window(_):
        return Geometry(augcore.Lattice3.window(size, (0, 0, 1), (size[0], size[1] + 1, size[2])))

    pipeline = Compose([Tiled(window), Tiled(lambda _: Geometry(map))], keypoint_params=params)
    label = np.arange(1, math.prod(size) + 1).reshape(size)
    out = pipeline(volume=np.zeros(size, np.uint8), mask3d=label, keypoints=rows, rows=list(range(20)))
    shown = [number for number, row in enumerate(rows) if row[0] > 0]
    assert out["rows"] == shown
    for point, number in zip(out["keypoints"], out["rows"], strict=True):
        assert at(out["mask3d"], point + 0.5) == at(label, rows[number] + 0.5)


# Pipelines


def hflip(size):
    return Geometry(Lattice.hflip(size))


def cut(size):
    return Geometry(Lattice.window(size, 3, 2, size[1] - 1, size[0] + 4))


def wider(size):
    return Geometry(ResizeMap(size, (size[0] + 3, size[1] + 2)))


def askew(size):
    return Geometry(AffineMap.of(np.array([[0.9, 0.2, 1.0], [-0.1, 1.1, 2.0]]), size))


def halves(size):
    return Geometry(Tiles.of([(0, side // 2, side // 2 * 2, *[side] * (side % 2)) for side in size], _turned(size)))


def _turned(size):
    """The four cells of one size change places crosswise; a rest of a pixel stays."""
    across = 2 + size[1] % 2
    order = list(range((2 + size[0] % 2) * across))
    order[0], order[1], order[across], order[across + 1] = across + 1, across, 1, 0
    return order


EVERY_KIND = {
    "bbox_params": BboxParams("pascal_voc", label_fields=["rows"], min_visibility=0.1),
    "keypoint_params": KeypointParams("xyas", label_fields=["names"], remove_invisible=False),
}


def stars(draws, size, count):
    """Outlines that are no stranger to corners pointing inwards."""
    for _ in range(count):
        angle = np.sort(draws.uniform(0, 2 * np.pi, 9))
        radius = draws.uniform(0.1, 0.5, 9)[:, None] * min(size)
        yield (np.array(size[::-1]) / 2 + radius * np.stack([np.cos(angle), np.sin(angle)], 1)).tolist()


def sample(size, seed):
    draws = np.random.default_rng(seed)
    ends = np.sort(draws.uniform(0, 1, (6, 2, 2)), 1) * size[::-1]
    return {
        "image": draws.integers(0, 256, (*size, 3), np.uint8),
        "mask": draws.integers(0, 2**40, size),
        "bboxes": ends.reshape(6, 4),
        "rows": list(range(6)),
        "keypoints": np.concatenate([draws.uniform(0, 1, (8, 2)) * size[::-1] - 0.5, draws.uniform(0, 9, (8, 2))], 1),
        "names": list(range(8)),
        "polygons": [*stars(draws, size, 2), [next(stars(draws, size, 1))]],
    }


@given(st.lists(st.sampled_from([hflip, cut, wider, askew, halves]), min_size=1, max_size=5), st.integers(0, 2**32))
def test_fusing_changes_nothing_beside_tiles(makes, seed):
    data, steps = sample((40, 52), seed), [Tiled(make) for make in (*makes, halves)]
    off, trace = Compose(steps, fuse="off", **EVERY_KIND).traced(**data)
    exact = Compose(steps, fuse="exact", **EVERY_KIND)(**data)
    for name in ("image", "mask"):
        assert np.array_equal(off[name], exact[name])
    for name in ("rows", "names"):
        assert off[name] == exact[name]
    for name in ("bboxes", "keypoints"):
        np.testing.assert_allclose(off[name], exact[name], atol=1e-9)
    assert np.array_equal(Trace.from_json(trace.to_json()).apply(**data)["image"], off["image"])
    inner = Compose(steps, fuse="resample", **EVERY_KIND)(**data)
    np.testing.assert_allclose(inner["keypoints"], off["keypoints"], atol=1e-6)


def test_a_torn_frame_begins_anew_and_knows_where_points_came_from():
    map = Tiles.of(((0, 5, 10), (0, 5, 10)), (3, 2, 1, 0))
    before = Frame((6, 10)).after(Lattice.pad((6, 10), 2, 2))
    frame = before.after(map)
    assert frame.before is before
    assert frame.rectangle == (0, 0, 10, 10)
    assert np.array_equal(frame.carried(np.array([(1.0, 1.0)])), [(6.0, 8.0)])
    assert Frame((6, 10)).before.is_original


def test_empty_annotations_are_valid():
    map = Tiles.of(((0, 5, 10), (0, 5, 10)), (3, 2, 1, 0))
    data = {"bboxes": np.zeros((0, 4)), "rows": [], "keypoints": np.zeros((0, 4)), "names": [], "polygons": [[]]}
    out = Compose([Tiled(lambda size: Geometry(map))], **EVERY_KIND)(mask=np.zeros((10, 10)), **data)
    assert out["bboxes"].shape == (0, 4)
    assert out["polygons"] == [[]]
    assert len(Polygons().read("polygons", {"polygons": [[]]}, Frame((3, 3))).rings) == 0
