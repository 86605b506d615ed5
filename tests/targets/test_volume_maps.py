"""Volumes and their masks under maps of three dimensions; the voxels themselves are checked in `test_resample3d.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore
from augcore import (
    AffineMap,
    Border,
    Compose,
    Dense,
    Geometry,
    Interpolation,
    InvalidData,
    InvalidParameter,
    Unsupported,
    displacement_field,
)
from augcore.maps3d import Affine3, Dense3, Lattice3, Resize3
from augcore.resample3d import resample3d
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (6, 20, 26)


@displacement_field
def volume_waves(size: Any, *, amplitude: float) -> Array:
    z, y, x = np.mgrid[: size[0], : size[1], : size[2]] + 0.5
    return amplitude * np.stack([np.sin(y / 5 + z), np.cos(x / 6), np.sin(x / 7)], -1)


@displacement_field
def slice_waves(size: Any) -> Array:
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([np.sin(y / 5), np.cos(x / 6)], -1)


TILT = np.array([[0.9, -0.3, 0.2, 3.0], [0.25, 1.1, -0.3, -1.5], [-0.1, 0.05, 0.8, 1.0]])
MAPS = {
    "flip": Lattice3.flip(SIZE, (0, 2)),
    "turn": Lattice3.rot90(SIZE, 1, (0, 2)),
    "crop": Lattice3.window(SIZE, (1, 2, 3), (5, 15, 20)),
    "pad": Lattice3.window(SIZE, (-1, -2, -3), (8, 25, 30)),
    "resize": Resize3(SIZE, (9, 15, 30)),
    "affine": Affine3.of(TILT, SIZE),
    "dense": Dense3.of(volume_waves, SIZE, amplitude=1.2),
    "nothing": Lattice3.identity(SIZE),
}
every_map = pytest.mark.parametrize("map", MAPS.values(), ids=MAPS)


def noise(*shape: int, dtype: Any = np.uint8, seed: int = 0) -> Array:
    draws = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return draws.random(shape).astype(dtype)
    return draws.integers(0, 2 if dtype is bool else 250, shape).astype(dtype)


def undergone(*effects: Any, **data: Any) -> dict[str, Any]:
    return Compose([Fixed(lambda view, effect=effect: effect) for effect in effects])(**data)


@every_map
@pytest.mark.parametrize("channels", [None, 1, 3, 5])
def test_volumes_and_masks_undergo_a_map_together(map: Any, channels: int | None) -> None:
    shape = SIZE if channels is None else (*SIZE, channels)
    volume, mask = noise(*shape, dtype=np.uint16), noise(*shape, dtype=np.int64) + 2**40
    effect = Geometry(map, fill=9, fill_mask=2**41)
    data = {"volume": volume, "volumes": [volume], "mask3d": mask, "masks3d": mask[None]}
    before = {name: np.array(value) for name, value in data.items()}
    out = undergone(effect, **data)
    inner = [value.reshape(*SIZE, -1) for value in (volume, mask)]
    moved = resample3d(inner[0], effect, effect.interpolation, 9)
    labels = resample3d(inner[1], effect, effect.mask_interpolation, 2**41)
    for name, expected in (("volume", moved), ("volumes", moved), ("mask3d", labels), ("masks3d", labels)):
        got = out[name][0] if name.endswith("s") or name == "masks3d" else out[name]
        assert (got.dtype, got.ndim) == (volume.dtype if "volume" in name else mask.dtype, volume.ndim)
        np.testing.assert_array_equal(got.reshape(expected.shape), expected)
        np.testing.assert_array_equal(np.array(data[name]), before[name])
        given = data[name][0] if isinstance(data[name], list) else data[name]
        # What nothing happened to comes back as it is.
        assert (out[name] if given is data[name] else got) is given or not np.may_share_memory(got, given)
        assert map.is_identity or not np.may_share_memory(got, given)
        assert got.flags.c_contiguous
        assert got.flags.writeable


@every_map
def test_read_only_volumes_are_fine(map: Any) -> None:
    volume, mask = noise(*SIZE), noise(*SIZE, dtype=bool)
    volume.flags.writeable = mask.flags.writeable = False
    out = undergone(Geometry(map), volume=volume, mask3d=mask)
    assert set(np.unique(out["mask3d"])) <= {False, True}
    assert out["mask3d"].dtype == bool
    out["volume"][:] = 0


@pytest.mark.parametrize("size", [(1, 20, 26), (6, 1, 26), (6, 20, 1), (1, 1, 1)])
@pytest.mark.parametrize("name", ["flip", "turn", "pad", "resize", "affine", "dense", "nothing"])
def test_volumes_one_voxel_thin_are_moved(name: str, size: Any) -> None:
    map = {
        "flip": Lattice3.flip(size, (0, 1, 2)),
        "turn": Lattice3.rot90(size, 1, (0, 2)),
        "pad": Lattice3.window(size, (-1, -1, -1), tuple(side + 2 for side in size)),
        "resize": Resize3(size, (4, 5, 6)),
        "affine": Affine3.of(TILT, size),
        "dense": Dense3.of(volume_waves, size, amplitude=0.5),
        "nothing": Lattice3.identity(size),
    }[name]
    out = undergone(Geometry(map), volume=noise(*size), mask3d=noise(*size, dtype=np.int64))
    assert out["volume"].shape == out["mask3d"].shape == map.output


@pytest.mark.parametrize("dtype", [">i2", ">i4", ">f8", "longdouble"])
@every_map
def test_masks_keep_the_order_of_their_bytes(map: Any, dtype: str) -> None:
    mask = noise(*SIZE).astype(dtype)
    out = undergone(Geometry(map), mask3d=mask, masks3d=mask[None])
    assert out["mask3d"].dtype == out["masks3d"].dtype == mask.dtype
    assert set(np.unique(out["mask3d"])) <= {*np.unique(mask), 0}


def test_float_masks_are_interpolated_if_asked_to() -> None:
    mask = noise(*SIZE, dtype=np.float32)
    pipeline = Compose([Fixed(lambda view: Geometry(MAPS["affine"]))], mask_interpolation="linear")
    volume = pipeline(volume=mask, mask3d=mask)
    np.testing.assert_array_equal(volume["volume"], volume["mask3d"])
    with pytest.raises(Unsupported, match="int64 volumes cannot be resampled with linear interpolation; use nearest"):
        pipeline(volume=mask, mask3d=noise(*SIZE, dtype=np.int64))


@pytest.mark.parametrize("map", [MAPS["resize"], MAPS["affine"], MAPS["flip"]])
def test_cubic_interpolation_keeps_whole_numbers_in_their_range(map: Any) -> None:
    volume = noise(*SIZE, dtype=np.uint16) * 16
    effect = Geometry(map, interpolation=Interpolation.CUBIC if map is not MAPS["affine"] else Interpolation.LINEAR)
    out = Compose([Fixed(lambda view: effect)], value_range=(200, 3000))(volume=volume)["volume"]
    if isinstance(map, Resize3):
        assert (out.min(), out.max()) == (200, 3000)
    else:  # which moves values outside as they are
        assert out.max() > 3000


def test_two_maps_in_order_are_carried_out_in_order_whatever_is_fused() -> None:
    volume = noise(*SIZE)
    effects = [
        Geometry(MAPS["flip"]),
        Geometry(MAPS["pad"], fill=7),
        Geometry(AffineMap.of([[0.9, 0.1, 1], [0, 1, 2]], (27, 33))),
        Geometry(Affine3.of(TILT, (9, 27, 33)), border=Border.REFLECT),
        Geometry(Dense.of(slice_waves, (27, 33))),
        Geometry(Lattice3.rot90((9, 27, 33), 1, (0, 1))),
    ]
    steps = [Fixed(lambda view, effect=effect: effect) for effect in effects]
    off, exact, resampled = (
        Compose(steps, fuse=fuse)(volume=volume)["volume"] for fuse in ("off", "exact", "resample")
    )
    np.testing.assert_array_equal(off, exact)
    np.testing.assert_array_equal(off, resampled)
    one_by_one = volume
    for effect in effects:
        one_by_one = undergone(effect, volume=one_by_one)["volume"]
    np.testing.assert_array_equal(off, one_by_one)


def test_a_transform_sees_the_depth_and_the_voxels() -> None:
    seen: list[Any] = []

    def look(view: Any) -> None:
        seen.append((view.depth, view.size, view.channels, view.dtype, view["volume"], view["mask3d"]))
        seen.append((view["volumes"], view["masks3d"], "volume" in view, "mask3d" in view))

    volume, mask = noise(*SIZE, 2), noise(*SIZE, dtype=bool)
    Compose([Fixed(look)])(volume=volume, mask3d=mask, volumes=[volume], masks3d=mask[None])
    depth, size, channels, dtype, voxels, labels = seen[0]
    assert (depth, size, channels, dtype) == (6, (20, 26), 2, np.uint8)
    np.testing.assert_array_equal(voxels, volume)
    np.testing.assert_array_equal(labels, mask[..., None])
    np.testing.assert_array_equal(seen[1][0][0], volume)
    np.testing.assert_array_equal(seen[1][1][0], mask[..., None])
    assert seen[1][2:] == (True, True)
    with pytest.raises(ValueError, match="read-only"):
        voxels[0] = 0
    depths: list[Any] = []
    Compose([Fixed(lambda view: depths.append(view.depth))])(image=volume[0])
    assert depths == [None]


@every_map
def test_a_map_of_volumes_meets_no_volume(map: Any) -> None:
    with pytest.raises(InvalidData, match=r"a map made for a volume of \(6, 20, 26\) meets no volume; give volume="):
        undergone(Geometry(map), image=noise(20, 26))
    with pytest.raises(InvalidData, match=r"made for a frame of \(6, 20, 26\).* meets one of \(5, 20, 26\)"):
        undergone(Geometry(map), volume=noise(5, 20, 26))


def test_a_fill_that_does_not_fit_names_the_numbers() -> None:
    with pytest.raises(InvalidParameter, match="holds 2 numbers for 1 channels"):
        undergone(Geometry(MAPS["pad"], fill=(1, 2)), volume=noise(*SIZE))


def test_an_empty_list_of_masks_takes_the_depth_of_the_volume() -> None:
    none = np.zeros((0, *SIZE, 2), np.int64)
    out = undergone(Geometry(MAPS["crop"]), volume=noise(*SIZE), masks3d=none)
    assert out["masks3d"].shape == (0, 4, 13, 17, 2)
    out = undergone(Geometry(augcore.Lattice.hflip(SIZE[1:])), image=noise(*SIZE[1:]), masks3d=none)
    assert out["masks3d"].shape == none.shape
