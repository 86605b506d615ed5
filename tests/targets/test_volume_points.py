"""Points in volumes: where maps take them and which are seen; traces of volumes, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import (
    AffineMap,
    Compose,
    Dense,
    Erase,
    Geometry,
    InvalidData,
    KeypointParams,
    Lambda,
    Lattice,
    Mix,
    NotInvertible,
    Projective,
    Rectangles,
    ResizeMap,
    Trace,
    Transform,
    displacement_field,
    transform,
)
from augcore.maps3d import Affine3, Dense3, Lattice3, Resize3
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (34, 44, 52)


@displacement_field
def point_waves3(size: Any, *, amplitude: float, period: float = 60.0) -> Array:
    z, y, x = 2 * np.pi / period * (np.mgrid[: size[0], : size[1], : size[2]] + 0.5)
    return amplitude * np.stack([np.sin(y + z), np.cos(x), np.sin(x - y)], -1)


@displacement_field
def point_waves(size: Any, *, amplitude: float) -> Array:
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return amplitude * np.stack([np.sin(y / 12), np.cos(x / 14)], -1)


def tilted(size: Any, angle: float = 0.3, scale: float = 0.9) -> Affine3:
    """Turned about z, then about y, and scaled, all about the centre."""
    c, s = np.cos(angle), np.sin(angle)
    about_z, about_y = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]), np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    linear, centre = scale * about_y @ about_z, np.array(size[::-1]) / 2
    return Affine3.of(np.column_stack([linear, centre - linear @ centre]), size)


# Made for the shape (depth, height, width) that comes in.
MAPS3: dict[str, Any] = {
    "flip": lambda s: Lattice3.flip(s, (0, 2)),
    "turn": lambda s: Lattice3.rot90(s, 1, (0, 2)),
    "permute": lambda s: Lattice3.permute(s, (1, 2, 0)),
    "window": lambda s: Lattice3.window(s, (-2, 3, 1), (s[0] - 1, s[1] + 4, s[2] - 2)),
    "resize": lambda s: Resize3(s, (s[0] * 5 // 4, s[1] - 3, s[2] + 7)),
    "affine": tilted,
    "mirrored": lambda s: Affine3.of([[-1.1, 0.1, 0, s[2] + 2], [0, 1, 0.1, -1], [0.05, 0, 0.9, 2]], s),
    "dense": lambda s: Dense3.of(point_waves3, s, amplitude=1.2),
}
MAPS2: dict[str, Any] = {
    "hflip": lambda s: Lattice.hflip(s[1:]),
    "rot90": lambda s: Lattice.rot90(s[1:]),
    "resize2": lambda s: ResizeMap(s[1:], (s[1] + 5, s[2] - 4)),
    "affine2": lambda s: AffineMap.of([[0.95, 0.2, -2], [-0.1, 1, 3]], s[1:]),
    "projective": lambda s: Projective.of([[1, 0.1, -1], [0, 1, 1], [0.001, 0.0005, 1]], s[1:]),
    "dense2": lambda s: Dense.of(point_waves, s[1:], amplitude=1.0),
}
MAPS = MAPS3 | MAPS2


@transform
class MoveVolume(Transform):
    """A map of MAPS, by its name."""

    name: str = augcore.params.text()

    def sample(self, rng: Any, view: Any) -> Geometry:
        return Geometry(MAPS[self.name]((view.depth, *view.size)))


def steps(*names: str) -> list[Any]:
    return [MoveVolume(name, p=1) for name in names]


def pipeline(*names: str, **options: Any) -> Compose:
    return Compose(steps(*names), keypoint_params=KeypointParams("xyz", remove_invisible=False), **options)


def blob(point: Any, size: Any = SIZE, sigma: float = 2.5) -> Array:
    """A Gaussian about a point in voxel indices x, y, z."""
    z, y, x = np.mgrid[: size[0], : size[1], : size[2]]
    squares = (x - point[0]) ** 2 + (y - point[1]) ** 2 + (z - point[2]) ** 2
    return np.exp(-squares / (2 * sigma**2)).astype(np.float32)


def centroid(volume: Array) -> Array:
    weights = volume.astype(float)
    places = np.mgrid[: volume.shape[0], : volume.shape[1], : volume.shape[2]][::-1]
    return np.array([(weights * place).sum() for place in places]) / weights.sum()


def inner_points(count: int) -> Array:
    return np.random.default_rng(0).uniform((20, 17, 13), (31, 26, 20), (count, 3))


# Points are where the voxels are


def check_blob(names: Any, near: float, count: int = 3) -> None:
    for point in inner_points(count):
        out = pipeline(*names)(volume=blob(point), keypoints=point[None])
        np.testing.assert_allclose(centroid(out["volume"]), out["keypoints"][0], atol=near)


@pytest.mark.parametrize("name", MAPS)
def test_a_blob_is_found_where_its_point_says(name: str) -> None:
    near = 0.1 if "dense" in name else 0.03 if name == "projective" else 0.02
    check_blob([name], near)


@pytest.mark.parametrize(
    "names",
    [
        ("hflip", "turn", "affine2", "resize"),
        ("affine", "rot90", "window", "mirrored"),
        ("permute", "resize2", "flip", "affine"),
        ("window", "resize", "turn", "turn", "hflip"),
    ],
)
def test_a_blob_is_found_where_its_point_says_after_chains_of_maps(names: Any) -> None:
    check_blob(names, 0.02)


@pytest.mark.parametrize("names", [("dense", "hflip"), ("affine", "dense"), ("rot90", "dense", "dense2", "resize")])
def test_a_blob_is_found_where_its_point_says_after_chains_that_bend(names: Any) -> None:
    check_blob(names, 0.2 if names[0] == "rot90" else 0.1)


@given(st.lists(st.sampled_from(list(MAPS)), min_size=1, max_size=4))
def test_points_go_through_all_maps_in_order(names: list[str]) -> None:
    points, shape = inner_points(4), SIZE
    out = pipeline(*names)(volume=np.zeros(SIZE, np.uint8), keypoints=points)
    expected = points + 0.5
    for name in names:
        map = MAPS[name](shape)
        if map.is_volumetric:
            expected, shape = map.forward(expected), map.output
        else:
            expected = np.column_stack([map.forward(expected[:, :2]), expected[:, 2]])
            shape = (shape[0], *map.output)
    assert out["volume"].shape == shape
    np.testing.assert_allclose(out["keypoints"], expected - 0.5, atol=1e-6)


def test_the_corners_of_a_volume_turn_with_it() -> None:
    size = (4, 5, 6)
    turn = Fixed(lambda view: Geometry(Lattice3.rot90(size, 1, (0, 2))))
    volume = np.arange(120, dtype=np.uint8).reshape(size)
    points = np.array([[x, y, z] for x in (0, 5) for y in (0, 4) for z in (0, 3)], float)
    out = Compose([turn], keypoint_params="xyz")(volume=volume, keypoints=points)
    for (x, y, z), (a, b, c) in zip(points.astype(int), out["keypoints"].astype(int), strict=True):
        assert out["volume"][c, b, a] == volume[z, y, x]


# Which points are seen


def window(low: Any, high: Any) -> Fixed:
    return Fixed(lambda view: Geometry(Lattice3.window((view.depth, *view.size), low, high)))


def cut(points: Any, *some: Any, size: Any = (10, 12, 14), params: Any = "xyz", **data: Any) -> dict[str, Any]:
    params = KeypointParams(params) if isinstance(params, str) else params
    return Compose(some, keypoint_params=params)(volume=np.zeros(size, np.uint8), keypoints=points, **data)


def test_points_outside_in_depth_are_taken_out() -> None:
    points = np.array([[5, 5, 1], [5, 5, 4], [5, 5, 8], [13, 5, 4], [5, 11, 4.0]])
    out = cut(points, window((2, 0, 0), (7, 12, 14)))
    np.testing.assert_allclose(out["keypoints"], [[5, 5, 2], [13, 5, 2], [5, 11, 2]])
    out = cut(points, window((2, 1, 1), (7, 11, 13)))
    np.testing.assert_allclose(out["keypoints"], [[4, 4, 2]])


def test_what_a_crop_cut_off_stays_hidden_after_a_pad() -> None:
    points = [(5.0, 5.0, 1.0), (5.0, 5.0, 4.0), (5.0, 5.0, 8.0)]
    there, back = window((2, 0, 0), (7, 12, 14)), window((-2, 0, 0), (8, 12, 14))
    out = cut(points, there, back)
    assert out["keypoints"] == [(5.0, 5.0, 4.0)]
    kept = cut(points, there, back, params=KeypointParams("xyz", remove_invisible=False))
    np.testing.assert_allclose(kept["keypoints"], points)
    plane = [
        Fixed(lambda view: Geometry(Lattice.window(view.size, 0, 0, 5, 12))),
        Fixed(lambda view: Geometry(Lattice.pad(view.size, right=9))),
    ]
    assert cut([(4.0, 5.0, 1.0), (5.0, 5.0, 1.0)], *plane)["keypoints"] == [(4.0, 5.0, 1.0)]


@pytest.mark.parametrize("names", [("flip", "dense"), ("dense", "flip"), ("dense2", "hflip"), ("affine", "affine")])
def test_points_on_the_faces_of_a_volume_are_inside_as_far_as_they_stay(names: Any) -> None:
    """Through maps that are undone by iteration, too."""
    draws = np.random.default_rng(0)
    faces = draws.uniform(0, np.array(SIZE[::-1]) - 1, (300, 3))
    rows, axes, far = np.arange(300), np.arange(300) % 3, draws.random(300) < 0.5
    faces[rows, axes] = np.where(far, np.array(SIZE[::-1])[axes], 0) - 0.5
    beyond = faces.copy()
    beyond[rows, axes] += np.where(far, 0.01, -0.01)
    pad = window((-9, -9, -9), (50, 60, 70))
    run = Compose([pad, *steps(*names)], keypoint_params="xyz")
    assert len(run(volume=np.zeros(SIZE, np.uint8), keypoints=faces)["keypoints"]) == 300
    assert len(run(volume=np.zeros(SIZE, np.uint8), keypoints=beyond)["keypoints"]) == 0


def test_unknown_points_stay_unknown() -> None:
    points = np.array([[np.nan, np.nan, np.nan], [20.0, 20.0, 15.0], [1.0, 2.0, np.nan]])
    for name in MAPS:
        out = pipeline(name)(volume=np.zeros(SIZE, np.uint8), keypoints=points)["keypoints"]
        assert np.isnan(out[0]).all()
        assert np.isnan(out[2]).any()
        assert np.isfinite(out[1]).all()
    out = pipeline(*MAPS3)(volume=np.zeros(SIZE, np.uint8), keypoints=np.zeros((0, 3)))["keypoints"]
    assert out.shape == (0, 3)


def test_erased_points_are_hidden_in_whatever_slice() -> None:
    points = [(3.0, 3.0, 1.0), (3.0, 3.0, 8.0), (9.0, 9.0, 4.0)]
    out = cut(points, Fixed(lambda view: Erase(Rectangles(((2, 2, 6, 6),)))))
    assert out["keypoints"] == [(9.0, 9.0, 4.0)]


def test_points_of_mixed_volumes_are_joined() -> None:
    other = {"volume": np.zeros((10, 12, 14), np.uint8), "keypoints": [(1.0, 1.0, 1.0), (13.0, 1.0, 1.0)]}
    mix = [Fixed(lambda view: Mix(0, 0.5, (0, 0, 7, 12)))]
    run = Compose(mix, keypoint_params="xyz", source=[other])
    out = run(volume=np.zeros((10, 12, 14), np.uint8), keypoints=[(2.0, 2.0, 2.0), (12.0, 2.0, 2.0)])
    assert out["keypoints"] == [(12.0, 2.0, 2.0), (1.0, 1.0, 1.0)]


def test_functions_for_points_get_three_coordinates() -> None:
    out = cut([(1.0, 2.0, 3.0)], Lambda(keypoints=lambda points: points + np.arange(1, 4)))
    assert out["keypoints"] == [(2.0, 4.0, 6.0)]


def test_names_change_sides_in_every_kind_of_mirror() -> None:
    params = KeypointParams("xyz", label_fields=["side"], swap_pairs=[("left", "right")])
    for axes in ((0,), (1,), (2,), (0, 1, 2), (0, 1)):
        flip = Fixed(lambda view, axes=axes: Geometry(Lattice3.flip((10, 12, 14), axes)))
        out = cut([(5, 5, 5.0)], flip, params=params, side=["left"])
        assert out["side"] == ["right" if len(axes) % 2 else "left"]


def test_rows_of_objects_and_further_columns_go_along() -> None:
    rows = [[(1.0, 2.0, 3.0, "a"), (4.0, 5.0, 6.0, "b")], [], [(7.0, 8.0, 9.0, "c")]]
    flip = Fixed(lambda view: Geometry(Lattice3.flip((10, 12, 14), (0,))))
    out = cut(rows, flip)["keypoints"]
    assert [[tuple(row) for row in group] for group in out] == [
        [(1.0, 2.0, 6.0, "a"), (4.0, 5.0, 3.0, "b")],
        [],
        [(7.0, 8.0, 0.0, "c")],
    ]


def test_points_of_three_coordinates_need_a_volume() -> None:
    with pytest.raises(InvalidData, match=r"keypoints: x, y and z in voxels of a volume, and no volume.* pass volume="):
        Compose([], keypoint_params="xyz")(image=np.zeros((4, 5), np.uint8), keypoints=[(1, 2, 3)])
    out = Compose([], keypoint_params="xyz")(mask3d=np.zeros((4, 5, 6)), keypoints=[(1, 2, 3.0)])
    assert out["keypoints"] == [(1, 2, 3.0)]


# Traces


def traced(*names: str, **data: Any) -> tuple[dict[str, Any], Trace]:
    given = {"volume": blob((25, 20, 16)), "mask3d": np.arange(np.prod(SIZE)).reshape(SIZE) + 2**40}
    return pipeline(*names, seed=1).traced(**given, keypoints=inner_points(3), **data)


@pytest.mark.parametrize("names", [tuple(MAPS3), tuple(MAPS2), ("affine", "hflip", "dense", "rot90", "resize")])
def test_a_trace_replays_bit_for_bit_from_json_and_yaml(names: Any) -> None:
    out, trace = traced(*names)
    data = {"volume": blob((25, 20, 16)), "mask3d": np.arange(np.prod(SIZE)).reshape(SIZE) + 2**40}
    for read in (trace, Trace.from_json(trace.to_json()), Trace.from_yaml(trace.to_yaml())):
        assert read == trace
        again = read.apply(**data, keypoints=inner_points(3))
        for name, value in out.items():
            np.testing.assert_array_equal(again[name], value)
    assert trace.size == SIZE
    assert trace.final_size == out["volume"].shape
    assert all(len(step.before) == len(step.after) == 3 for step in trace.steps)


def test_a_trace_tells_the_sizes_of_volumes() -> None:
    _, trace = traced("turn", "resize", "affine", "dense", "hflip")
    rows = trace.explain().splitlines()[2:]
    assert rows[0].endswith("lattice3 0 0 1 0 | 0 1 0 0 | -1 0 0 52   34×44×52") or "34×44×52" in rows[0]
    assert "resize 34×44×52 → 41×41×65" in rows[1]
    assert "41×41×65" in rows[2]
    assert "affine3 " in rows[2]
    assert "point_waves3(amplitude=1.2)" in rows[3]
    assert rows[4].endswith("41×41×65")


def test_a_trace_is_for_volumes_of_its_depth() -> None:
    _, trace = traced("hflip")
    with pytest.raises(InvalidData, match="volume: slices number 3, but those of the trace are 34"):
        trace.apply(volume=np.zeros((3, *SIZE[1:]), np.uint8))


@pytest.mark.parametrize("with_volume", [False, True])
@pytest.mark.parametrize("names", [("flip", "turn", "permute"), ("affine", "hflip"), ("resize", "turn"), ("dense",)])
def test_points_and_masks_of_the_new_volume_are_brought_back(names: Any, with_volume: bool) -> None:
    y, x = np.mgrid[: SIZE[1], : SIZE[2]]
    mask = np.broadcast_to((x // 12 + y // 12 * 5).astype(np.int16), SIZE)
    points = inner_points(5)
    data = {"volume": np.zeros(SIZE, np.uint8), "masks3d": [mask], "keypoints": points}
    out, trace = pipeline(*names).traced(**data)
    predicted = {"masks3d": out["masks3d"], "keypoints": out["keypoints"]}
    if with_volume:
        predicted["volume"] = out["volume"]
    back = trace.undo(**predicted)
    np.testing.assert_allclose(back["keypoints"], points, atol=1e-3)
    exact = names == ("flip", "turn", "permute")
    inner = (slice(12, -12),) * 3
    assert np.mean(back["masks3d"][0][inner] != mask[inner]) <= (0 if exact else 0.1)
    assert back["masks3d"][0].shape == SIZE
    lonely = trace.undo(keypoints=out["keypoints"])
    np.testing.assert_allclose(lonely["keypoints"], points, atol=1e-3)


def test_what_a_window_cut_off_stays_unknown_on_the_way_back() -> None:
    volume, mask = np.ones((6, 8, 9), np.uint8), np.ones((6, 8, 9), np.int64)
    crop = window((1, 2, 3), (5, 8, 9))
    out, trace = Compose([crop], keypoint_params="xyz").traced(volume=volume, mask3d=mask, keypoints=[(4, 4, 2.0)])
    back = trace.undo(mask3d=out["mask3d"], keypoints=out["keypoints"])
    assert back["keypoints"] == [(4, 4, 2.0)]
    expected = np.zeros((6, 8, 9))
    expected[1:5, 2:8, 3:9] = 1
    np.testing.assert_array_equal(back["mask3d"], expected)


def test_a_map_that_flattens_cannot_be_undone() -> None:
    flat = Affine3.of([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]], SIZE)
    trace = Trace(SIZE, (augcore.trace.TraceStep("Flatten", Geometry(flat), SIZE, SIZE),))
    with pytest.raises(NotInvertible, match=r"Flatten: affine map .* flattens the volume"):
        trace.undo(mask3d=np.zeros(SIZE, bool))
