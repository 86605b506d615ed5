"""Holes in volumes: where they lie, what fills them, and what becomes of what lies in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import CoarseDropout3D

from augcore import Compose, Cuboids, KeypointParams, Trace, Unsupported

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (12, 30, 40)
SOME = {"num_holes_range": (2, 4), "hole_depth_range": (0.1, 0.6)}


def noise(*shape: int, dtype: Any = np.uint8) -> Array:
    values = 0.2 + 0.6 * np.random.default_rng(0).random(shape)
    return (values * (1 if np.dtype(dtype).kind == "f" else 255)).astype(dtype)


def dropped(key: int = 0, *, params: Any = None, **given: Any) -> Any:
    data = {name: given.pop(name) for name in ("volume", "volumes", "mask3d", "keypoints") if name in given}
    pipeline = Compose([CoarseDropout3D(**given, p=1)], seed=4, keypoint_params=params)
    out, trace = pipeline.keyed(key).traced(**data)
    return out, trace, trace.steps[0].effect.region


def test_holes_have_the_sides_that_were_asked_for_and_lie_within_the_volume() -> None:
    ranges = {"hole_depth_range": (0.25, 0.5), "hole_height_range": (0.1, 0.2), "hole_width_range": (0.5, 1)}
    counts = set()
    for key in range(60):
        _, _, region = dropped(key, volume=noise(*SIZE), num_holes_range=(1, 3), **ranges)
        counts.add(len(region.boxes))
        for box in region.boxes:
            low, high = np.array(box[:3]), np.array(box[3:])
            assert (low >= 0).all()
            assert (high <= SIZE).all()
            depth, height, width = high - low
            assert 3 <= depth <= 6
            assert 3 <= height <= 6
            assert 20 <= width <= 40
    assert counts == {1, 2, 3}


def test_a_hole_takes_one_voxel_at_least_and_the_whole_volume_at_most() -> None:
    _, _, region = dropped(volume=noise(*SIZE), hole_depth_range=0, hole_height_range=0, hole_width_range=0)
    assert region.mask(SIZE).sum() == 1
    _, _, region = dropped(volume=noise(*SIZE), hole_depth_range=1, hole_height_range=1, hole_width_range=1)
    assert region.mask(SIZE).all()


@pytest.mark.parametrize("fill", [0, 200, (1, 2, 3), "random", "random_uniform", "inpaint_telea", "inpaint_ns"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_holes_are_filled_and_nothing_else_is(fill: Any, dtype: str) -> None:
    if dtype != "uint8" and isinstance(fill, str) and fill.startswith("inpaint"):
        with pytest.raises(Unsupported, match="takes uint8 pictures"):
            dropped(volume=noise(*SIZE, 3, dtype=dtype), fill=fill, **SOME)
        return
    volume, mask = noise(*SIZE, 3, dtype=dtype), noise(*SIZE).astype(np.int64) + 2**40
    given = volume.copy(), mask.copy()
    out, _, region = dropped(volume=volume, mask3d=mask, fill=fill, fill_mask=2**41, **SOME)
    inside = region.mask(SIZE)
    assert inside.any()
    np.testing.assert_array_equal(out["volume"][~inside], volume[~inside])
    np.testing.assert_array_equal(out["mask3d"], np.where(inside, 2**41, mask))
    np.testing.assert_array_equal(volume, given[0])
    np.testing.assert_array_equal(mask, given[1])
    filled = out["volume"][inside]
    if fill == "random":
        assert len(np.unique(filled)) > 100
        for z in range(1, SIZE[0]):
            both = inside[z] & inside[z - 1]
            assert not both.any() or (out["volume"][z][both] != out["volume"][z - 1][both]).any(), "noise in each slice"
    elif fill == "random_uniform":
        pieces = region.pieces(SIZE)
        colours = [np.unique(out["volume"][pieces == number], axis=0) for number in range(1, pieces.max() + 1)]
        assert all(len(one) <= 1 for one in colours)
        assert len(np.unique(np.concatenate(colours), axis=0)) > 1
    elif isinstance(fill, str):
        assert (filled != volume[inside]).mean() > 0.5
        assert filled.min() >= volume.min() - 30
    else:
        np.testing.assert_allclose(filled, np.broadcast_to(np.array(fill, dtype), filled.shape))


def test_several_volumes_get_the_same_holes_with_the_same_noise() -> None:
    out, _, _ = dropped(volume=noise(*SIZE), volumes=[noise(*SIZE)] * 2, fill="random")
    for one in out["volumes"]:
        np.testing.assert_array_equal(one, out["volume"])


def test_masks_stay_as_they_are_unless_a_fill_is_given() -> None:
    mask = noise(*SIZE)
    out, _, _ = dropped(volume=noise(*SIZE), mask3d=mask)
    np.testing.assert_array_equal(out["mask3d"], mask)
    assert not np.may_share_memory(out["mask3d"], mask)


def test_points_in_holes_are_hidden_and_others_stay() -> None:
    z, y, x = np.indices(SIZE)
    points = np.stack([x, y, z], -1).reshape(-1, 3).astype(float)
    out, _, region = dropped(volume=noise(*SIZE), keypoints=points, params=KeypointParams("xyz"), **SOME)
    np.testing.assert_array_equal(out["keypoints"], points[~region.mask(SIZE).ravel()])


def test_holes_replay_from_json_and_are_told_in_words() -> None:
    volume = noise(*SIZE)
    out, trace, region = dropped(volume=volume, fill="random", **SOME)
    read = Trace.from_json(trace.to_json())
    assert read == trace
    assert isinstance(read.steps[0].effect.region, Cuboids)
    np.testing.assert_array_equal(read.apply(volume=volume)["volume"], out["volume"])
    assert str(region.boxes) in trace.explain()
