"""Maps that pick frames of a clip or slices of a volume, and regions of volumes: what they are, and where they end."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import (
    Compose,
    Cuboids,
    Erase,
    Geometry,
    InvalidData,
    InvalidFile,
    InvalidParameter,
    KeypointParams,
    Lattice,
    NotInvertible,
    Pick3,
    Rectangles,
    Unsupported,
    serial,
)
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]


@st.composite
def picks(draw: Any) -> Pick3:
    count = draw(st.integers(1, 12))
    numbers = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=15))
    return Pick3.of((count, 4, 5), sorted(numbers))


def undergone(*effects: Any, params: Any = None, **data: Any) -> dict[str, Any]:
    steps = [Fixed(lambda view, effect=effect: effect) for effect in effects]
    return Compose(steps, keypoint_params=params)(**data)


def along_z(map: Pick3, z: Any) -> Array:
    points = np.column_stack([np.full(len(z), 1.5), np.full(len(z), 2.5), z])
    moved = map.forward(points)
    np.testing.assert_array_equal(moved[:, :2], points[:, :2])
    return moved[:, 2]


@given(picks())
def test_frames_are_shown_by_their_numbers(map: Pick3) -> None:
    volume = np.arange(map.size[0] * 20, dtype=np.uint16).reshape(map.size)
    out = undergone(Geometry(map), volume=volume, mask3d=volume > 9, images=list(volume))
    np.testing.assert_array_equal(out["volume"], volume[list(map.picks)])
    np.testing.assert_array_equal(out["mask3d"], volume[list(map.picks)] > 9)
    np.testing.assert_array_equal(np.array(out["images"]), volume[list(map.picks)])
    assert map.is_identity == (map.picks == tuple(range(map.size[0])))


@given(picks())
def test_the_whole_goes_onto_the_whole_and_keeps_its_order(map: Pick3) -> None:
    z = np.linspace(-2, map.size[0] + 2, 60)
    moved = along_z(map, z)
    assert (np.diff(moved) > 0).all()
    np.testing.assert_allclose(along_z(map, np.array([0, map.size[0]])), [0, map.output[0]], atol=1e-12)
    points = np.column_stack([z, z, z])
    np.testing.assert_allclose(map.backward(map.forward(points)), points, atol=1e-9)
    for number in set(map.picks):
        places = np.flatnonzero(np.array(map.picks) == number)
        np.testing.assert_allclose(along_z(map, np.array([number + 0.5])), places.mean() + 0.5)


@given(picks())
def test_the_jacobian_is_the_derivative(map: Pick3) -> None:
    # Between the knots, which lie at halves.
    points = np.column_stack([np.ones(30), np.ones(30), np.linspace(0.1, map.size[0] - 0.1, 30) // 0.5 * 0.5 + 0.25])
    step = np.array([0, 0, 1e-4])
    numeric = (map.forward(points + step) - map.forward(points - step))[:, 2] / 2e-4
    np.testing.assert_allclose(map.jacobian(points)[:, 2, 2], numeric, atol=1e-6)


@given(picks())
def test_picks_go_to_files_and_come_back_and_survive_copying(map: Pick3) -> None:
    effect = Geometry(map)
    plain = serial.effect_to_plain(effect)
    for read in (serial.from_json(serial.to_json(plain), "e"), serial.from_yaml(serial.to_yaml(plain), "e")):
        assert serial.effect_from_plain(read) == effect
    for same in (pickle.loads(pickle.dumps(map)), copy.deepcopy(map)):
        assert same == map
        assert hash(same) == hash(map)
    assert f" of {map.size[0]}" in serial.describe(effect)


def test_frames_that_are_gone_have_no_way_back_and_nothing_happens_within_the_others() -> None:
    map = Pick3.of((5, 6, 7), [0, 2, 4])
    with pytest.raises(NotInvertible, match="3 frames picked among 5 do not tell the others"):
        map.inverse()
    assert map.plane == Lattice.identity((6, 7))
    assert not map.is_reflection
    unknown = map.forward(np.array([[1.0, 2.0, np.nan]]))
    assert np.isnan(unknown[0, 2])


@pytest.mark.parametrize(
    ("size", "output", "numbers", "message"),
    [
        ((3, 4, 5), (2, 4, 5), (0, 3), r"picks: \(0, 3\) are not 2 numbers of frames; give some from 0 to 2"),
        ((3, 4, 5), (2, 4, 5), (0,), r"picks: \(0,\) are not 2 numbers"),
        ((3, 4, 5), (1, 4, 5), (-1,), r"picks: \(-1,\) are not 1 numbers"),
        ((3, 4, 5), (0, 4, 5), (), r"picks: \(\) are not 0 numbers"),
        ((3, 4, 5), (3, 4, 5), (0, 2, 1), r"picks: \(0, 2, 1\) are not in order"),
        ((3, 4, 5), (1, 4, 6), (0,), r"or frames change size; give whole frames"),
    ],
)
def test_picks_that_cannot_be_are_refused_in_words(size: Any, output: Any, numbers: Any, message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        Pick3(size, output, numbers)
    plain = {"size": list(size), "output": list(output), "picks": list(numbers)}
    with pytest.raises(InvalidFile, match=message):
        serial.effect_from_plain({"Geometry": {"map": {"Pick3": plain}}})


def test_a_transform_sees_how_many_frames_there_are() -> None:
    seen: list[Any] = []
    look = Fixed(lambda view: seen.append((view.frames, view.depth)))
    frames, volume = np.zeros((7, 4, 5), np.uint8), np.zeros((9, 4, 5), np.uint8)
    pick = Fixed(lambda view: Geometry(Pick3.of((view.frames, *view.size), [0, 3])))
    for data in ({"images": frames}, {"volume": volume}, {"volume": volume, "images": volume}, {"image": volume[0]}):
        Compose([look])(**data)
    assert seen == [(7, None), (9, 9), (9, 9), (None, None)]
    del seen[:]
    for fuse in ("off", "exact"):
        Compose([pick, look], fuse=fuse)(images=frames)
        Compose([pick, look], fuse=fuse)(volume=volume)
    assert seen == [(2, None), (2, 2)] * 2


def test_a_map_of_volumes_that_are_no_clips_still_needs_one() -> None:
    with pytest.raises(InvalidData, match=r"made for a frame of \(7, 4, 5\).* meets one of \(7, 4, 6\)"):
        undergone(Geometry(Pick3.of((7, 4, 5), [0])), images=np.zeros((7, 4, 6), np.uint8))


# Regions of volumes


@given(st.lists(st.tuples(*[st.integers(-3, 9)] * 6), max_size=4))
def test_cuboids_cover_what_their_corners_say(boxes: Any) -> None:
    boxes = [(*np.minimum(box[:3], box[3:]).tolist(), *np.maximum(box[:3], box[3:]).tolist()) for box in boxes]
    region, size = Cuboids(tuple(boxes)), (5, 6, 7)
    z, y, x = np.indices(size)
    expected = np.zeros(size, bool)
    for z0, y0, x0, z1, y1, x1 in boxes:
        expected |= (z >= z0) & (z < z1) & (y >= y0) & (y < y1) & (x >= x0) & (x < x1)
    np.testing.assert_array_equal(region.mask(size), expected)
    np.testing.assert_array_equal(region.pieces(size) > 0, expected)
    for number in range(5):
        np.testing.assert_array_equal(region.within(number).mask(size[1:]), expected[number])
    read = serial.effect_from_plain(serial.effect_to_plain(Erase(region, fill="random", seed=3)))
    assert read == Erase(region, fill="random", seed=3)


def test_what_lies_in_the_plane_is_refused_and_labels_are_not_concerned() -> None:
    erase, label = Erase(Cuboids(((0, 0, 0, 2, 2, 2),)), fill_mask=1), object()
    volume = np.zeros((4, 5, 6), np.uint8)
    for name, value in {"image": volume[0], "images": volume[:2], "mask": volume[0], "masks": volume[:2]}.items():
        with pytest.raises(Unsupported, match=f"^{name}: what is erased in some slices of a volume has no place in "):
            undergone(erase, volume=volume, **{name: value})
    with pytest.raises(Unsupported, match=r"^keypoints: "):
        undergone(erase, volume=volume, keypoints=[(1.0, 2.0)], params=KeypointParams("xy"))
    assert undergone(erase, volume=volume, label=label)["label"] is label
    with pytest.raises(Unsupported, match=r"^image: "):
        undergone(erase, image=volume[0])


def test_regions_of_slices_cover_points_in_whatever_slice_and_cuboids_those_of_their_own() -> None:
    points = [(1.0, 1.0, 0.0), (1.0, 1.0, 3.0), (4.0, 1.0, 0.0), (5.0, 4.0, 3.0)]
    volume, params = np.zeros((4, 5, 6), np.uint8), KeypointParams("xyz")
    flat = undergone(Erase(Rectangles(((0, 0, 3, 3),))), volume=volume, keypoints=points, params=params)
    deep = undergone(Erase(Cuboids(((0, 0, 0, 2, 3, 3),))), volume=volume, keypoints=points, params=params)
    assert flat["keypoints"] == points[2:]
    assert deep["keypoints"] == points[1:]
