"""Voxels under every map: against scipy and NumPy, for dtypes, channels, borders, fills and thin volumes."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from augcore import Border, Geometry, Interpolation, InvalidData, InvalidParameter, Unsupported, displacement_field
from augcore.maps3d import Affine3, Dense3, Lattice3, Resize3
from augcore.resample3d import folded, resample3d

SIZE = (13, 21, 17)
LINEAR, NEAREST = Interpolation.LINEAR, Interpolation.NEAREST
SCIPY = {
    Border.CONSTANT: "grid-constant",
    Border.REPLICATE: "nearest",
    Border.REFLECT: "reflect",
    Border.REFLECT_101: "mirror",
    Border.WRAP: "grid-wrap",
}
every_border = pytest.mark.parametrize("border", list(Border), ids=lambda border: border.name.lower())


@displacement_field
def ripple3(size, *, amplitude):
    z, y, x = np.mgrid[: size[0], : size[1], : size[2]] + 0.5
    return amplitude * np.stack([np.sin(y / 5 + z / 4), np.cos(x / 6), np.sin(x / 7 - y / 6)], -1)


# Numbers that put no voxel halfway between two others.
AFFINES = {
    "tilted": Affine3.of(
        [[0.9137, -0.3071, 0.2113, 2.0371], [0.2517, 1.1031, -0.1137, -1.5173], [-0.2071, 0.1513, 0.8171, 1.0317]],
        SIZE,
        (12, 19, 20),
    ),
    "within slices": Affine3.of([[0.8112, 0.3519, 0, 1.0371], [-0.3137, 0.7071, 0, 4.173], [0, 0, 1, 0]], SIZE),
    "mirrored and stretched": Affine3.of(
        [[-1.137, 0.013, 0, 17.33], [0, 0.717, 0, 2.71], [0, 0.017, 1.531, -3.17]], SIZE
    ),
    "far away": Affine3.of([[1, 0, 0, 40.3], [0, 1, 0, -60.7], [0, 0, 1, 35.1]], SIZE),
}
DENSE = {
    "dense": Dense3.of(ripple3, SIZE, amplitude=3.1),
    "dense back": Dense3.of(ripple3, SIZE, amplitude=0.9).inverse(),
}
LATTICES = {
    "flip": Lattice3.flip(SIZE, (0, 2)),
    "turn": Lattice3.rot90(SIZE, 1, (0, 2)),
    "slices along x": Lattice3.permute(SIZE, (2, 0, 1)),
    "turned pad": Lattice3.rot90(SIZE, 3, (0, 1)).then(Lattice3.window((21, 13, 17), (-2, 3, -4), (25, 12, 19))),
    "crop": Lattice3.window(SIZE, (1, 2, 3), (9, 20, 15)),
}
RESIZES = {
    "larger": Resize3(SIZE, (20, 33, 40)),
    "smaller": Resize3(SIZE, (7, 11, 9)),
    "deeper": Resize3(SIZE, (29, 21, 17)),
    "same": Resize3(SIZE, SIZE),
}
WARPS = AFFINES | DENSE
MAPS = WARPS | LATTICES | RESIZES


_ramp, _place = np.arange(64, dtype=np.float32)[None].repeat(4, 0), np.full((1, 1), 1.01, np.float32)
# OpenCV 4.x rounds source positions within slices to 1/32 px.
EXACT = abs(float(cv2.remap(_ramp, _place, _place, cv2.INTER_LINEAR)[0, 0]) - 1.01) < 1e-4


def noise(*shape, dtype="float32", seed=0):
    draws = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return draws.random(shape).astype(dtype)
    return draws.integers(0, 2 if dtype == "bool" else np.iinfo(dtype).max, shape, endpoint=True).astype(dtype)


def sources(map):
    """Where output voxels look, (3, D, H, W) indices z, y, x: scipy's convention counts from voxel centres."""
    z, y, x = np.mgrid[: map.output[0], : map.output[1], : map.output[2]] + 0.5
    return np.moveaxis(map.backward(np.stack([x, y, z], -1)) - 0.5, -1, 0)[::-1]


def by_scipy(volume, map, border, fill, order=1):
    fill = np.broadcast_to(fill, volume.shape[3])
    planes = [
        ndimage.map_coordinates(plane, sources(map), order=order, mode=SCIPY[border], cval=value)
        for plane, value in zip(np.moveaxis(volume, 3, 0), fill.tolist(), strict=True)
    ]
    return np.stack(planes, 3)


# Values


@every_border
@pytest.mark.parametrize("name", WARPS)
def test_linear_warps_are_those_of_scipy(name, border):
    map, volume = WARPS[name], noise(*SIZE, 1)
    out = resample3d(volume, Geometry(map, border=border), LINEAR, 0.5)
    expected = by_scipy(volume.astype(float), map, border, 0.5)
    np.testing.assert_allclose(out, expected, atol=2e-4 if EXACT else 0.06)


@pytest.mark.parametrize("name", AFFINES)
def test_linear_affine_maps_are_those_of_affine_transform(name):
    map, volume = AFFINES[name], noise(*SIZE)
    back = np.linalg.inv(map.matrix)
    linear, shift = back[:3, :3][::-1, ::-1], back[:3, 3][::-1]
    offset = linear @ np.full(3, 0.5) + shift - 0.5
    expected = ndimage.affine_transform(volume, linear, offset, map.output, order=1, mode="grid-constant", cval=0.25)
    out = resample3d(volume[..., None], Geometry(map), LINEAR, 0.25)[..., 0]
    np.testing.assert_allclose(out, expected, atol=2e-4 if EXACT else 0.06)


@every_border
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "uint32", "int64", "float16", "float32", "float64"])
@pytest.mark.parametrize("name", WARPS)
def test_nearest_warps_are_those_of_scipy_bit_for_bit(name, dtype, border):
    map = WARPS[name]
    numbers = np.arange(np.prod(SIZE)).reshape(*SIZE, 1)
    expected = by_scipy(numbers.astype(float), map, border, -1, order=0).astype(int)
    values = np.resize(noise(1000, dtype=dtype), np.prod(SIZE))
    fill = values[7].item()
    looked_up = np.append(values, values[7])[expected]
    out = resample3d(values[numbers], Geometry(map, border=border), NEAREST, fill)
    assert out.dtype == values.dtype
    if name == "dense back":  # whose places are known to 1e-5
        assert np.mean(out != looked_up) < 1e-3
    else:
        np.testing.assert_array_equal(out, looked_up)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16"])
@pytest.mark.parametrize("name", WARPS)
def test_whole_numbers_are_rounded_once(name, dtype):
    map, volume = WARPS[name], noise(*SIZE, 1, dtype=dtype)
    out = resample3d(volume, Geometry(map), LINEAR, 100)
    expected = by_scipy(volume.astype(float), map, Border.CONSTANT, 100)
    assert out.dtype == volume.dtype
    np.testing.assert_allclose(out, expected, atol=0.501 + (1e-4 if EXACT else 0.06) * np.iinfo(dtype).max)


@pytest.mark.parametrize("name", [name for name in RESIZES if name != "same"])
def test_linear_resizes_are_those_of_zoom(name):
    map, volume = RESIZES[name], noise(*SIZE)
    factors = [new / old for new, old in zip(map.output, map.size, strict=True)]
    expected = ndimage.zoom(volume.astype(float), factors, order=1, mode="nearest", grid_mode=True)
    out = resample3d(volume[..., None], Geometry(map), LINEAR, 0)[..., 0]
    np.testing.assert_allclose(out, expected, atol=1e-5)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16"])
@pytest.mark.parametrize("name", RESIZES)
def test_linear_resizes_of_whole_numbers_are_within_a_level(name, dtype):
    map, volume = RESIZES[name], noise(*SIZE, 2, dtype=dtype)
    out = resample3d(volume, Geometry(map), LINEAR, 0)
    exact = resample3d(volume.astype(np.float64), Geometry(map), LINEAR, 0)
    assert np.abs(out - exact).max() < (1.6 if dtype == "uint8" else 1.01 + 1e-6 * np.iinfo(dtype).max)


@given(st.tuples(*[st.integers(1, 9)] * 3), st.tuples(*[st.integers(1, 15)] * 3))
def test_nearest_resizes_take_the_voxel_under_the_centre(size, output):
    map = Resize3(size, output)
    numbers = np.arange(np.prod(size), dtype=np.int64).reshape(*size, 1) + 2**40
    out = resample3d(numbers, Geometry(map), NEAREST, 0)[..., 0] - 2**40
    for taken, place in zip(np.unravel_index(out, size), sources(map), strict=True):
        assert (np.abs(taken - place) <= 0.5 + 1e-3).all()  # on a face either side will do


@pytest.mark.parametrize("factor", [2, 3])
def test_area_resizes_average(factor):
    volume = noise(4 * factor, 5 * factor, 3 * factor, 2)
    out = resample3d(volume, Geometry(Resize3(volume.shape[:3], (4, 5, 3))), Interpolation.AREA, 0)
    expected = volume.reshape(4, factor, 5, factor, 3, factor, 2).mean((1, 3, 5))
    np.testing.assert_allclose(out, expected, atol=1e-6)


@pytest.mark.parametrize("interpolation", [Interpolation.CUBIC, Interpolation.LANCZOS4])
def test_higher_interpolations_resize_a_slow_wave_to_itself(interpolation):
    map = Resize3((24, 30, 28), (36, 33, 21))

    def wave(places):
        return np.sin(places[0] / 11) + np.cos(places[1] / 13) * np.sin(places[2] / 12)

    volume = wave(np.mgrid[:24, :30, :28]).astype(np.float32)[..., None]
    out = resample3d(volume, Geometry(map), interpolation, 0)[..., 0]
    inner = (slice(6, -6),) * 3
    np.testing.assert_allclose(out[inner], wave(sources(map))[inner], atol=0.01)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("name", MAPS)
def test_a_constant_volume_stays_constant(name, dtype):
    volume = np.full((*SIZE, 3), 77, dtype)
    out = resample3d(volume, Geometry(MAPS[name], border=Border.REFLECT_101), LINEAR, 0)
    np.testing.assert_allclose(out, 77, rtol=1e-6)


@pytest.mark.parametrize("name", LATTICES)
def test_a_lattice_is_the_affine_map_of_its_matrix(name):
    map, volume = LATTICES[name], noise(*SIZE, 2, dtype="uint8")
    same = Affine3.of(map.matrix, map.size, map.output)
    expected = resample3d(volume, Geometry(map), LINEAR, (3, 7))
    for interpolation in (LINEAR, NEAREST):
        np.testing.assert_array_equal(resample3d(volume, Geometry(same), interpolation, (3, 7)), expected)


# Channels, dtypes and fills


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("name", MAPS)
def test_every_channel_is_treated_like_a_volume_of_its_own(name, dtype, channels):
    volume = noise(*SIZE, channels, dtype=dtype)
    fill = tuple(float(c % 7) for c in range(channels))
    for interpolation in (LINEAR, NEAREST):
        out = resample3d(volume, Geometry(MAPS[name]), interpolation, fill)
        assert (out.shape, out.dtype) == ((*MAPS[name].output, channels), volume.dtype)
        for channel in range(channels):
            alone = resample3d(volume[..., [channel]], Geometry(MAPS[name]), interpolation, fill[channel])[..., 0]
            difference = np.abs(out[..., channel].astype(float) - alone)
            # OpenCV's loops for one and for several channels round differently, in 4.x by 1/32 px.
            near = 0 if interpolation == NEAREST or name in LATTICES else 1e-5 if dtype == "float32" else 1
            assert difference.max() <= (near if EXACT or near == 0 else 0.07 * np.ptp(volume))


@pytest.mark.parametrize("fill", [-5, 300, 12.6])
def test_fills_are_rounded_and_saturated_alike_by_pads_and_warps(fill):
    volume = np.full((*SIZE, 1), 50, np.uint8)
    expected = np.uint8(np.clip(round(fill), 0, 255))
    for map in (Lattice3.window(SIZE, (-1, -1, -1), SIZE), AFFINES["far away"]):
        for interpolation in (LINEAR, NEAREST):
            assert resample3d(volume, Geometry(map), interpolation, fill)[0, 0, 0, 0] == expected


def test_a_fill_for_another_number_of_channels_is_refused():
    with pytest.raises(InvalidParameter, match="holds 2 numbers for 3 channels"):
        resample3d(noise(*SIZE, 3), Geometry(LATTICES["crop"]), LINEAR, (1, 2))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint32", "int64", "uint64", "float16", "float64", ">i4", ">f4"])
@pytest.mark.parametrize("name", MAPS)
def test_masks_of_every_dtype_keep_their_labels(name, dtype, channels):
    labels = np.array([0, 1, 1] if dtype == "bool" else [3, 100, 2**40 if "64" in dtype else 77]).astype(dtype)
    volume = labels[np.random.default_rng(0).integers(0, 3, (*SIZE, channels))]
    fill = 2**41 if dtype in ("int64", "uint64") else 0
    out = resample3d(volume, Geometry(MAPS[name]), NEAREST, fill)
    assert out.dtype == volume.dtype
    assert set(np.unique(out).tolist()) <= {*labels.tolist(), fill}
    as_numbers = resample3d(volume.astype(np.float64), Geometry(MAPS[name]), NEAREST, fill)
    np.testing.assert_array_equal(out, as_numbers.astype(dtype))


@pytest.mark.parametrize("dtype", ["bool", "int8", "int32", "int64", "float16"])
@pytest.mark.parametrize("name", ["tilted", "dense", "larger"])
def test_interpolating_a_dtype_that_cannot_be_is_refused_in_words(name, dtype):
    with pytest.raises(Unsupported, match="use nearest"):
        resample3d(np.zeros((*SIZE, 1), dtype), Geometry(MAPS[name]), LINEAR, 0)


@pytest.mark.parametrize("interpolation", [Interpolation.CUBIC, Interpolation.LANCZOS4])
@pytest.mark.parametrize("name", ["tilted", "dense"])
def test_warps_by_higher_interpolations_are_refused_in_words(name, interpolation):
    with pytest.raises(Unsupported, match="take nearest or linear interpolation, not"):
        resample3d(noise(*SIZE, 1), Geometry(MAPS[name]), interpolation, 0)


def test_a_volume_of_another_size_is_refused():
    with pytest.raises(InvalidData, match=r"\(3, 4, 5\).* Lattice3 map made for \(13, 21, 17\)"):
        resample3d(noise(3, 4, 5, 1), Geometry(LATTICES["crop"]), LINEAR, 0)


def test_a_volume_with_a_side_too_long_for_opencv_is_refused():
    volume = np.zeros((2, 2, 40_000, 1), np.uint8)
    with pytest.raises(Unsupported, match="cut it into parts"):
        resample3d(volume, Geometry(Affine3.of(np.eye(4), (2, 2, 40_000))), LINEAR, 0)
    with pytest.raises(Unsupported, match="cut it into parts"):
        resample3d(volume, Geometry(Affine3.of(np.eye(4)[:3], (2, 2, 40_000))), LINEAR, 0)
    assert resample3d(volume, Geometry(Affine3.of(np.eye(4), (2, 2, 40_000))), NEAREST, 0).shape == volume.shape


# Thin volumes


@every_border
@pytest.mark.parametrize("size", [(1, 1, 1), (1, 7, 6), (7, 1, 6), (7, 6, 1), (1, 1, 5), (5, 1, 1), (2, 2, 2)])
def test_thin_volumes_are_warped_as_scipy_does(size, border):
    volume = noise(*size, 1)
    tilted = attrs.evolve(AFFINES["tilted"], size=size, output=(4, 5, 6))
    for map in (tilted, Dense3.of(ripple3, size, amplitude=1.3)):
        for order, interpolation in ((1, LINEAR), (0, NEAREST)):
            out = resample3d(volume, Geometry(map, border=border), interpolation, 0.5)
            expected = by_scipy(volume.astype(float), map, border, 0.5, order)
            np.testing.assert_allclose(out, expected, atol=2e-4 if EXACT else 0.06)


@pytest.mark.parametrize("size", [(1, 1, 1), (1, 7, 6), (7, 1, 6), (7, 6, 1)])
@pytest.mark.parametrize("interpolation", [NEAREST, LINEAR, Interpolation.AREA, Interpolation.CUBIC])
def test_thin_volumes_are_resized(size, interpolation):
    out = resample3d(np.full((*size, 2), 9, np.uint8), Geometry(Resize3(size, (4, 3, 5))), interpolation, 0)
    np.testing.assert_array_equal(out, np.full((4, 3, 5, 2), 9))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "int64", "bool"])
@every_border
@pytest.mark.parametrize("size", [(3, 4, 5), (1, 4, 2), (1, 1, 1)])
def test_pads_agree_with_numpy_also_when_wider_than_the_volume(size, border, dtype):
    volume = np.random.default_rng(0).integers(0, 200, (*size, 2)).astype(dtype)
    map = Lattice3.window(size, (-7, -2, -9), tuple(side + 6 for side in size))
    out = resample3d(volume, Geometry(map, border=border), NEAREST, 1)
    sides = ((7, 6), (2, 6), (9, 6), (0, 0))
    mode = {1: "edge", 2: "symmetric", 3: "wrap", 4: "reflect"}.get(int(border), "constant")
    options = {"constant_values": 1} if mode == "constant" else {}
    np.testing.assert_array_equal(out, np.pad(volume, sides, mode=mode, **options))


@pytest.mark.parametrize("border", [border for border in Border if border != Border.CONSTANT])
def test_a_window_that_shows_nothing_has_nothing_to_repeat(border):
    effect = Geometry(Lattice3.window(SIZE, (50, 50, 50), (60, 60, 60)), border=border)
    with pytest.raises(InvalidParameter, match="nothing of the old to repeat"):
        resample3d(noise(*SIZE, 1), effect, LINEAR, 0)
    out = resample3d(noise(*SIZE, 1), attrs.evolve(effect, border=Border.CONSTANT), LINEAR, 9)
    np.testing.assert_array_equal(out, np.full((10, 10, 10, 1), 9))


@given(st.integers(1, 6), st.lists(st.integers(-40, 40), min_size=1), st.sampled_from(list(Border)[1:]))
def test_whole_places_are_folded_as_numpy_pads(side, places, border):
    mode = {1: "edge", 2: "symmetric", 3: "wrap", 4: "reflect"}[int(border)]
    expected = np.pad(np.arange(side), 40, mode=mode)[np.array(places) + 40]
    np.testing.assert_array_equal(folded(np.array(places, float), side, border), expected)


# Memory


def arrangements(volume):
    yield np.repeat(volume, 2, 2)[:, :, ::2]
    yield volume[::-1].copy()[::-1]
    yield np.asfortranarray(volume)
    yield np.ascontiguousarray(volume.transpose(3, 0, 1, 2)).transpose(1, 2, 3, 0)
    frozen = volume.copy()
    frozen.flags.writeable = False
    yield frozen


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("interpolation", [NEAREST, LINEAR])
@pytest.mark.parametrize("name", MAPS)
def test_any_memory_layout_gives_the_same_voxels_and_is_left_as_it_was(name, interpolation, channels):
    volume = noise(*SIZE, channels, dtype="uint8")
    expected = resample3d(volume, Geometry(MAPS[name]), interpolation, 5)
    for same in arrangements(volume):
        before = same.copy()
        np.testing.assert_array_equal(resample3d(same, Geometry(MAPS[name]), interpolation, 5), expected)
        np.testing.assert_array_equal(same, before)
