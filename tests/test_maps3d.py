"""Maps of volumes: group laws, inverses, derivatives, planes, files. Their voxels are in `test_resample3d.py`."""

from __future__ import annotations

import copy
import pickle
from itertools import permutations, product

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import AffineMap, Geometry, Interpolation, Lattice, ResizeMap, displacement_field, serial
from augcore.errors import InvalidFile, InvalidParameter, NotInvertible, Unsupported
from augcore.maps3d import Affine3, Dense3, Lattice3, Resize3
from augcore.resample3d import resample3d

OUTSIDE = -1
SIZE = (9, 14, 11)


@displacement_field
def waves3(size, *, amplitude, period):
    """Crossing sine waves: smooth, and without folds while amplitude · 2π / period < 0.5."""
    z, y, x = np.mgrid[: size[0], : size[1], : size[2]] + 0.5
    turn = 2 * np.pi / period
    return amplitude * np.stack([np.sin(turn * y), np.sin(turn * z + 1), np.cos(turn * x)], -1)


sizes = st.tuples(*[st.integers(1, 6)] * 3)
orders = st.sampled_from(list(permutations(range(3))))


@st.composite
def lattices(draw, size):
    kind = draw(st.sampled_from(["flip", "permute", "rot90", "window", "identity"]))
    if kind == "flip":
        return Lattice3.flip(size, draw(st.lists(st.integers(0, 2), unique=True)))
    if kind == "permute":
        return Lattice3.permute(size, draw(orders))
    if kind == "rot90":
        return Lattice3.rot90(size, draw(st.integers(-5, 5)), draw(orders)[:2])
    if kind == "window":
        low = [draw(st.integers(-4, 7)) for _ in range(3)]
        return Lattice3.window(size, low, [start + draw(st.integers(1, 7)) for start in low])
    return Lattice3.identity(size)


@st.composite
def chains(draw, most, least=1):
    size, maps = draw(sizes), []
    for _ in range(draw(st.integers(least, most))):
        maps.append(draw(lattices(size)))
        size = maps[-1].output
    return maps


def numbered(size):
    """A volume whose voxels are their own numbers."""
    return np.arange(np.prod(size), dtype=np.int32).reshape(*size, 1)


def shown(map, volume):
    return resample3d(volume, Geometry(map), Interpolation.NEAREST, OUTSIDE)


def in_order(maps, volume):
    for map in maps:
        volume = shown(map, volume)
    return volume


def merged(maps):
    whole = maps[0]
    for map in maps[1:]:
        whole = whole.then(map)
    return whole


def box(corners, size):
    """(z_min, y_min, x_min, z_max, y_max, x_max) as a mask of voxels."""
    mask = np.zeros(size, bool)
    mask[tuple(slice(max(low, 0), max(high, 0)) for low, high in zip(corners[:3], corners[3:], strict=True))] = True
    return mask


def canonical(map):
    """The map with one way to say that nothing is shown."""
    nothing = not box(map.content, map.output).any()
    return attrs.evolve(map, content=(0,) * 6) if nothing else map


# Lattices


@given(chains(5))
def test_a_chain_of_lattices_in_one_shows_the_same_voxels_and_content(maps):
    whole, volume = merged(maps), numbered(maps[0].size)
    expected = in_order(maps, volume)
    np.testing.assert_array_equal(shown(whole, volume), expected)
    np.testing.assert_array_equal(box(whole.content, whole.output), expected[..., 0] != OUTSIDE)
    np.testing.assert_array_equal(box(whole.source, whole.size), np.isin(volume[..., 0], expected))
    assert (whole.size, whole.output) == (maps[0].size, maps[-1].output)


@given(chains(5))
def test_a_chain_of_lattices_in_one_moves_points_as_they_do_in_order(maps):
    points = np.random.default_rng(0).uniform(-5, 15, (20, 3))
    moved = points
    for map in maps:
        moved = map.forward(moved)
    whole = merged(maps)
    np.testing.assert_allclose(whole.forward(points), moved, atol=1e-9)
    assert whole.is_reflection == (sum(map.is_reflection for map in maps) % 2 == 1)
    ends = np.column_stack([points, np.ones(20)]) @ whole.matrix.T
    np.testing.assert_allclose(ends[:, :3], moved, atol=1e-9)


@given(chains(3, least=3))
def test_lattices_are_associative(maps):
    a, b, c = maps
    assert canonical(a.then(b).then(c)) == canonical(a.then(b.then(c)))


@given(chains(4))
def test_a_lattice_and_its_inverse_leave_the_points_and_the_voxels_that_were_shown(maps):
    map = merged(maps)
    back = map.inverse()
    points = np.random.default_rng(0).uniform(-5, 15, (20, 3))
    np.testing.assert_allclose(back.forward(map.forward(points)), points, atol=1e-9)
    np.testing.assert_allclose(map.backward(map.forward(points)), points, atol=1e-9)
    np.testing.assert_allclose(back.matrix @ map.matrix, np.eye(4), atol=1e-9)
    assert canonical(back.inverse()) == canonical(map)
    volume = numbered(map.size)
    seen = np.isin(volume, shown(map, volume))
    np.testing.assert_array_equal(shown(map.then(back), volume), np.where(seen, volume, OUTSIDE))
    np.testing.assert_array_equal(shown(back, shown(map, volume)), np.where(seen, volume, OUTSIDE))


@given(chains(4))
def test_voxel_centres_go_where_the_voxels_go(maps):
    map = merged(maps)
    out = shown(map, numbered(map.size))[..., 0]
    places = np.argwhere(out != OUTSIDE)
    source = np.stack(np.unravel_index(out[tuple(places.T)], map.size), 1)
    np.testing.assert_array_equal(map.forward(source[:, ::-1] + 0.5), places[:, ::-1] + 0.5)


@pytest.mark.parametrize("axes", [pair for pair in product(range(3), repeat=2) if pair[0] != pair[1]])
@pytest.mark.parametrize("times", range(-5, 6))
def test_quarter_turns_agree_with_numpy(axes, times):
    volume = numbered((2, 3, 4))
    map = Lattice3.rot90((2, 3, 4), times, axes)
    np.testing.assert_array_equal(shown(map, volume), np.rot90(volume, times, axes))
    assert not map.is_reflection
    assert map.is_identity == (times % 4 == 0)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_permutations_agree_with_numpy(order):
    volume = numbered((2, 3, 4))
    map = Lattice3.permute((2, 3, 4), order)
    np.testing.assert_array_equal(shown(map, volume), volume.transpose(*order, 3))
    assert map.is_reflection == (np.linalg.det(np.eye(3)[list(order)]) < 0)


@pytest.mark.parametrize("axes", [(), (0,), (1,), (2,), (0, 1), (0, 2), (0, 1, 2)])
def test_flips_agree_with_numpy(axes):
    volume = numbered((2, 3, 4))
    map = Lattice3.flip((2, 3, 4), axes)
    np.testing.assert_array_equal(shown(map, volume), np.flip(volume, axes))
    assert map.is_reflection == (len(axes) % 2 == 1)
    assert map.then(map).is_identity


@given(sizes, st.data())
def test_windows_crop_and_pad_as_numpy_does(size, data):
    low = [data.draw(st.integers(-4, side - 1)) for side in size]
    high = [data.draw(st.integers(max(start, 0) + 1, side + 4)) for start, side in zip(low, size, strict=True)]
    before = [max(0, -start) for start in low]
    after = [max(0, end - side) for end, side in zip(high, size, strict=True)]
    padded = np.pad(numbered(size)[..., 0], list(zip(before, after, strict=True)), constant_values=OUTSIDE)
    expected = padded[tuple(slice(a + b, e + b) for a, e, b in zip(low, high, before, strict=True))]
    np.testing.assert_array_equal(shown(Lattice3.window(size, low, high), numbered(size))[..., 0], expected)


def test_only_a_map_that_changes_nothing_is_the_identity():
    crop = Lattice3.window(SIZE, (1, 1, 1), (8, 9, 10))
    assert Lattice3.identity(SIZE).is_identity
    assert not crop.then(crop.inverse()).is_identity, "what was cropped away is gone"
    assert not Lattice3.flip((1, 1, 1), (0,)).is_identity
    assert Resize3(SIZE, SIZE).is_identity
    assert not Resize3(SIZE, (9, 14, 12)).is_identity
    assert Affine3.of(np.eye(4), SIZE).is_identity
    assert not Affine3.of(np.eye(4), SIZE, (9, 14, 12)).is_identity
    assert not Dense3.of(waves3, SIZE, amplitude=0.0, period=10.0).is_identity


@pytest.mark.parametrize("order", [(0, 1), (0, 0, 1), (1, 2, 3), (0, 1, 2, 3)])
def test_an_order_that_is_none_is_refused(order):
    with pytest.raises(InvalidParameter, match=r"axes: .* is not an order of 0, 1, 2"):
        Lattice3.permute(SIZE, order)


@pytest.mark.parametrize("axes", [(0, 0), (1, 3), (-1, 0), (0, 1, 2)])
def test_a_turn_takes_two_different_axes(axes):
    with pytest.raises(InvalidParameter, match=r"axes: .* are not two of 0, 1, 2"):
        Lattice3.rot90(SIZE, 1, axes)


@pytest.mark.parametrize("axes", [(3,), (-1,)])
def test_a_flip_takes_axes_that_exist(axes):
    with pytest.raises(InvalidParameter, match=r"axes: .* are not among 0, 1, 2"):
        Lattice3.flip(SIZE, axes)


def test_a_window_of_no_extent_is_refused():
    with pytest.raises(InvalidParameter, match="empty; give low < high"):
        Lattice3.window(SIZE, (0, 0, 5), (9, 14, 5))


# All maps

TILTED = np.array([[0.9, -0.3, 0.2, 2.0], [0.25, 1.1, -0.1, -1.5], [-0.2, 0.15, 0.8, 1.0]])
MIRRORED = TILTED * [[-1], [1], [1]] + [[0, 0, 0, 12], [0, 0, 0, 0], [0, 0, 0, 0]]
MAPS = {
    "turned pad": Lattice3.rot90(SIZE, 1, (0, 2)).then(Lattice3.window((11, 14, 9), (-3, 4, -1), (10, 16, 9))),
    "mirror": Lattice3.flip(SIZE, (1,)),
    "resize": Resize3(SIZE, (5, 20, 13)),
    "affine": Affine3.of(TILTED, SIZE, (10, 13, 12)),
    "mirrored affine": Affine3.of(MIRRORED, SIZE),
    "dense": Dense3.of(waves3, SIZE, amplitude=1.5, period=30.0),
    "dense back": Dense3.of(waves3, SIZE, amplitude=1.5, period=30.0).inverse(),
}
every_map = pytest.mark.parametrize("map", MAPS.values(), ids=MAPS)


def inner_points(map, count=60):
    return np.random.default_rng(1).uniform(0.3, np.array(map.size[::-1]) - 0.3, (count, 3))


@every_map
def test_inverses_bring_points_back(map):
    points = inner_points(map)
    back = map.inverse()
    near = 1e-4 if isinstance(map, Dense3) else 1e-9
    assert (back.size, back.output) == (map.output, map.size)
    np.testing.assert_allclose(back.forward(map.forward(points)), points, atol=near)
    np.testing.assert_allclose(map.forward(back.forward(points)), points, atol=near)
    np.testing.assert_allclose(map.backward(map.forward(points)), points, atol=near)


@every_map
def test_jacobians_are_the_derivatives_of_forward(map):
    # A field is trilinear between voxel centres and has kinks there; solutions are known to 1e-5 voxels.
    step, near, part = (0.005, 0.01, 0.9) if isinstance(map, Dense3) else (1e-3, 1e-6, 1)
    points = inner_points(map)
    numeric = np.stack([(map.forward(points + d) - map.forward(points - d)) / (2 * step) for d in step * np.eye(3)], -1)
    difference = np.abs(map.jacobian(points) - numeric).max((1, 2))
    assert np.quantile(difference, part) < near
    assert difference.max() < 0.2
    if not isinstance(map, Dense3):
        assert map.is_reflection == bool((np.linalg.det(numeric) < 0).all())


@every_map
def test_points_that_are_not_known_stay_so(map):
    moved = map.forward(np.array([[np.nan, np.nan, np.nan], [2.0, 3.0, 4.0]]))
    assert np.isnan(moved[0]).all()
    np.testing.assert_allclose(moved[1], map.forward(np.array([[2.0, 3.0, 4.0]]))[0], atol=1e-9)


@every_map
def test_forward_takes_any_number_of_axes(map):
    points = inner_points(map, 24)
    np.testing.assert_allclose(map.forward(points.reshape(2, 3, 4, 3)).reshape(-1, 3), map.forward(points), atol=1e-9)
    np.testing.assert_allclose(map.forward(points[0]), map.forward(points)[0], atol=1e-9)
    assert map.forward(np.zeros((0, 3))).shape == (0, 3)


@every_map
def test_a_map_goes_to_files_and_comes_back_the_same(map):
    effect = Geometry(map, fill=(1.0, 2.0), border=1)
    plain = serial.effect_to_plain(effect)
    for read in (serial.from_json(serial.to_json(plain), "e"), serial.from_yaml(serial.to_yaml(plain), "e")):
        again = serial.effect_from_plain(read)
        assert again == effect
        assert hash(again) == hash(effect)
        points = inner_points(map)
        np.testing.assert_array_equal(again.map.forward(points), map.forward(points))


@every_map
def test_a_map_survives_pickling_and_copying(map):
    map.forward(inner_points(map))
    for same in (pickle.loads(pickle.dumps(map)), copy.deepcopy(map), copy.copy(map)):
        assert same == map
        assert hash(same) == hash(map)
        np.testing.assert_array_equal(same.forward(inner_points(map)), map.forward(inner_points(map)))
    assert len(pickle.dumps(map)) < 1000, "a field does not travel"


def test_maps_that_differ_are_not_equal():
    assert len({*MAPS.values()}) == len(MAPS)


@pytest.mark.parametrize(
    ("map", "words"),
    [
        (MAPS["turned pad"], "lattice3 0 0 1 1 | 0 1 0 -4 | -1 0 0 14"),
        (MAPS["resize"], "resize 11×14×9 → 13×20×5"),
        (MAPS["affine"], "affine3 0.9 -0.3 0.2 2 | 0.25 1.1 -0.1 -1.5 | -0.2 0.15 0.8 1"),
        (MAPS["dense"], "amplitude=1.5, period=30"),
    ],
)
def test_a_map_is_told_in_words(map, words):
    assert words in serial.describe(Geometry(map))


@pytest.mark.parametrize(
    "plain",
    [
        {"Lattice3": {"size": [3, 4], "output": [3, 4]}},
        {"Affine3": {"size": [3, 4, 5], "output": [3, 4, 5], "coefficients": [1, 2]}},
        {"Affine3": {"size": [3, 4, 5], "output": [3, 4, 5], "coefficients": [float("nan")] * 12}},
        {"Resize3": {"size": [3, 4, 5]}},
        {"Resize3": {"size": "abc", "output": [1, 2, 3]}},
        {"Lattice3": {"size": [3, 4, 5], "output": [3, 4, 5], "turn": [1, 1, 3]}},
    ],
)
def test_a_file_that_holds_no_map_is_refused(plain):
    with pytest.raises(InvalidFile):
        serial.effect_from_plain({"Geometry": {"map": plain}})


def test_maps_of_volumes_have_no_derivative_for_each_pixel():
    for map in MAPS.values():
        with pytest.raises(Unsupported, match="plane"):
            map.pixel_jacobian()


@pytest.mark.parametrize("matrix", [np.diag([1.0, 1.0, 0.0, 1.0]), np.ones((3, 4))])
def test_an_affine_map_that_flattens_has_no_inverse(matrix):
    with pytest.raises(NotInvertible, match="flattens"):
        Affine3.of(matrix, SIZE).inverse()


def test_a_map_that_shrinks_a_lot_still_has_an_inverse():
    map = Affine3.of(np.diag([1e-5, 1e-5, 1e-5, 1.0]), SIZE)
    np.testing.assert_allclose(map.inverse().forward(map.forward(np.ones((1, 3)))), 1, atol=1e-9)


# What happens to every slice alike


@given(chains(3))
def test_the_plane_of_a_lattice_is_what_slices_undergo_or_none(maps):
    map = merged(maps)
    plane = map.plane
    if plane is None:
        assert abs(map.turn[0]) != 1
        return
    assert (plane.size, plane.output) == (map.size[1:], map.output[1:])
    points = np.random.default_rng(0).uniform(-2, 9, (10, 3))
    np.testing.assert_array_equal(plane.forward(points[:, :2]), map.forward(points)[:, :2])
    x0, y0, x1, y1 = plane.content
    assert (y0, x0, y1, x1) == (*map.content[1:3], *map.content[4:])


def test_planes_are_the_maps_of_pictures():
    size = (4, 5, 6)
    assert Lattice3.flip(size, (0, 2)).plane == Lattice.hflip((5, 6))
    assert Lattice3.flip(size, (0,)).plane.is_identity
    assert Lattice3.rot90(size, 1, (1, 2)).plane == Lattice.rot90((5, 6))
    assert Lattice3.rot90(size, 1, (0, 2)).plane is None
    assert Lattice3.window(size, (1, -2, 3), (9, 4, 7)).plane == Lattice.window((5, 6), 3, -2, 7, 4)
    assert Resize3(size, (9, 8, 7)).plane == ResizeMap((5, 6), (8, 7))
    matrix = np.array([[1, 2, 0, 3], [4, 5, 0, 6], [0, 0, 2, 7]])
    assert Affine3.of(matrix, size).plane == AffineMap.of([[1, 2, 3], [4, 5, 6]], (5, 6))
    for row, column in ((0, 2), (1, 2), (2, 0), (2, 1)):
        tilted = matrix.copy()
        tilted[row, column] = 1
        assert Affine3.of(tilted, size).plane is None
    assert Dense3.of(waves3, size, amplitude=0.0, period=9.0).plane is None
