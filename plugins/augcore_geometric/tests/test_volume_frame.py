"""Transforms of volumes in the continuous frame: blobs stay at their points, traces lead back, and scipy agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import (
    Affine3D,
    CenterCrop3D,
    CoarseDropout3D,
    CubicSymmetry,
    ElasticTransform3D,
    Flip3D,
    Pad3D,
    PadIfNeeded3D,
    RandomCrop3D,
    RandomResizedCrop3D,
    RandomRotate90_3D,
    Resize3D,
    UniformTemporalSubsample,
)
from scipy import ndimage

from augcore import Compose, InvalidData, KeypointParams, NotInvertible, Trace, Unsupported

Array = np.ndarray[Any, np.dtype[Any]]
SIZE, POINT, SIGMA = (34, 44, 52), (24.25, 20.5, 16.75), 2.5
CALM = {"rotate_range": 0, "scale_range": 1}

LINEAR = [
    CenterCrop3D((32, 40, 44)),
    CenterCrop3D((40, 40, 60), pad_if_needed=True),
    RandomCrop3D((32, 40, 44)),
    Pad3D((1, 2, 3, 4, 5, 6)),
    PadIfNeeded3D((40, 50, 0), (8, 1, 16), "random"),
    RandomResizedCrop3D((40, 50, 60), (0.8, 1), (0.95, 1.05)),
    Resize3D((40, 38, 60)),
    Resize3D((34, 50, 80), "cubic"),
    Flip3D(p=1),
    RandomRotate90_3D(p=1),
    CubicSymmetry(),
    Affine3D(10, (0.9, 1.1), shear_range=5, translate_range=(-0.02, 0.02), p=1),
    Affine3D(p=1),
    Affine3D((-20, 20), (0.8, 1.2), True, spacing=(2.5, 1, 1), border_mode="reflect", p=1),
]
BENT = [ElasticTransform3D(p=1), ElasticTransform3D((4, 5, 6), (0.2, 0.3), p=1)]
OTHERS = [UniformTemporalSubsample(12), UniformTemporalSubsample(50), CoarseDropout3D((4, 4), p=1)]


def blob(size: Any, point: Any) -> Array:
    """A Gaussian about a point x, y, z given as voxel indices."""
    z, y, x = np.indices(size)
    squares = (x - point[0]) ** 2 + (y - point[1]) ** 2 + (z - point[2]) ** 2
    return np.exp(-squares / (2 * SIGMA**2)).astype(np.float32)


def centroid(volume: Array) -> Array:
    places = np.indices(volume.shape)[::-1]
    return np.array([(volume * place).sum(dtype=float) for place in places]) / volume.sum(dtype=float)


def is_whole(volume: Array, point: Any) -> bool:
    return all(12 <= at <= side - 13 for at, side in zip(point, volume.shape[::-1], strict=True))


def traced(transform: Any, key: int, **data: Any) -> tuple[dict[str, Any], Trace]:
    pipeline = Compose([transform], keypoint_params=KeypointParams("xyz", remove_invisible=False), seed=6)
    return pipeline.keyed(key).traced(**data)


def fits(transform: Any, size: Any) -> bool:
    """Whether a crop that pads nothing finds what to cut out."""
    wanted = transform.size if type(transform) in (CenterCrop3D, RandomCrop3D) else (0, 0, 0)
    return all(want <= side for want, side in zip(wanted, size, strict=True)) or transform.pad_if_needed


def noise(*shape: int, dtype: Any = np.uint8, seed: int = 0) -> Array:
    values = np.random.default_rng(seed).random(shape)
    return (values * (1 if np.dtype(dtype).kind == "f" else 255)).astype(dtype)


# Points are where the voxels are


@pytest.mark.parametrize("transform", LINEAR, ids=repr)
def test_a_blob_stays_within_two_hundredths_of_a_voxel_of_its_point(transform: Any) -> None:
    seen = 0
    for key in range(6):
        out, _ = traced(transform, key, volume=blob(SIZE, POINT), keypoints=[POINT])
        if is_whole(out["volume"], out["keypoints"][0]):
            seen += 1
            assert np.abs(centroid(out["volume"]) - out["keypoints"][0]).max() < 0.02
    assert seen


@pytest.mark.parametrize("transform", BENT, ids=repr)
def test_a_blob_that_is_bent_goes_where_its_mass_goes(transform: Any) -> None:
    moved = []
    for key in range(4):
        out, trace = traced(transform, key, volume=blob(SIZE, POINT), keypoints=[POINT])
        (map,) = (step.effect.map for step in trace.steps)
        near = blob(SIZE, POINT) > 1e-4
        points = np.argwhere(near)[:, ::-1] + 0.5
        mass = blob(SIZE, POINT)[near] * np.abs(np.linalg.det(map.jacobian(points)))
        expected = (map.forward(points) * mass[:, None]).sum(0) / mass.sum() - 0.5
        assert np.abs(centroid(out["volume"]) - expected).max() < 0.1
        assert np.abs(map.backward(np.array(out["keypoints"]) + 0.5) - 0.5 - POINT).max() < 1e-3
        moved.append(np.abs(np.subtract(out["keypoints"][0], POINT)).max())
    assert max(moved) > 0.2


@pytest.mark.parametrize("transform", [*LINEAR, *BENT, *OTHERS], ids=repr)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [None, 3])
def test_masks_lists_and_volumes_of_one_voxel_go_along(transform: Any, dtype: str, channels: int | None) -> None:
    for size in ((9, 20, 26), (1, 20, 26), (1, 1, 1)):
        shape = size if channels is None else (*size, channels)
        volume, mask = noise(*shape, dtype=dtype), noise(*size, dtype=np.int64) % 4 + 2**40
        data = {"volume": volume, "volumes": [volume, volume], "mask3d": mask, "masks3d": mask[None]}
        if not fits(transform, size):
            continue
        out, _ = traced(transform, 0, **data)
        assert out["volume"].dtype == volume.dtype
        assert out["volume"].shape[3:] == volume.shape[3:]
        assert out["mask3d"].dtype == np.int64
        assert out["mask3d"].shape == out["volume"].shape[:3]
        assert set(np.unique(out["mask3d"])) <= {0, *np.unique(mask)}
        assert [type(out[name]) for name in ("volumes", "masks3d")] == [list, np.ndarray]
        for one in out["volumes"]:
            np.testing.assert_array_equal(one, out["volume"])
        np.testing.assert_array_equal(out["masks3d"][0], out["mask3d"])


@pytest.mark.parametrize("transform", LINEAR, ids=repr)
def test_a_mask_covers_what_it_covered(transform: Any) -> None:
    shape = blob(SIZE, POINT) > 0.2
    for key in range(3):
        out, _ = traced(transform, key, volume=shape.astype(np.float32), mask3d=shape)
        sure = (out["volume"] < 0.05) | (out["volume"] > 0.95)
        assert out["mask3d"].dtype == bool
        assert sure.mean() > 0.8
        np.testing.assert_array_equal(out["mask3d"][sure], out["volume"][sure] > 0.5)


# There and back


@pytest.mark.parametrize("transform", [*LINEAR, *BENT], ids=repr)
def test_predictions_go_back_to_the_original_volume(transform: Any) -> None:
    inner, points = (slice(14, 20), slice(18, 24), slice(22, 28)), np.array([POINT, (26.0, 22.0, 18.0)])
    mask = (np.indices(SIZE) // 6).sum(0) % 2 + 1
    for key in range(2):
        out, trace = traced(transform, key, mask3d=mask, keypoints=points)
        back = Trace.from_json(trace.to_json()).undo(mask3d=out["mask3d"], keypoints=out["keypoints"])
        assert back["mask3d"].shape == SIZE
        np.testing.assert_allclose(back["keypoints"], points, atol=2e-3)
        known = back["mask3d"][inner] > 0
        wrong = (back["mask3d"][inner] != mask[inner]) & known
        assert known.mean() > 0.9
        assert wrong.mean() < 0.2


@pytest.mark.parametrize("transform", [Flip3D(p=1), RandomRotate90_3D(p=1), CubicSymmetry()], ids=repr)
def test_symmetries_are_undone_to_the_bit(transform: Any) -> None:
    mask = noise(5, 6, 7, dtype=np.int64)
    for key in range(20):
        out, trace = traced(transform, key, mask3d=mask)
        np.testing.assert_array_equal(trace.undo(mask3d=out["mask3d"])["mask3d"], mask)


def test_frames_that_are_gone_are_not_brought_back() -> None:
    out, trace = traced(UniformTemporalSubsample(3), 0, mask3d=noise(6, 8, 9))
    with pytest.raises(
        NotInvertible, match=r"UniformTemporalSubsample: 3 frames picked among 6 do not tell the others"
    ):
        trace.undo(mask3d=out["mask3d"])


# What scipy says


def turned(volume: Array, angle: float, axes: tuple[int, int], order: int = 1) -> Array:
    return np.asarray(ndimage.rotate(volume, angle, axes, False, order=order, mode="grid-constant", cval=0.0))


@pytest.mark.parametrize(("axis", "axes"), [("z", (1, 2)), ("y", (2, 0)), ("x", (0, 1))])
def test_a_turn_about_an_axis_is_that_of_numpy_and_of_scipy(axis: str, axes: tuple[int, int]) -> None:
    cube = noise(21, 21, 21, dtype=np.float32)
    quarter = Affine3D({axis: 90}, 1, p=1)(volume=cube, mask3d=cube)
    np.testing.assert_allclose(quarter["volume"], np.rot90(cube, 1, axes), atol=1e-4)
    np.testing.assert_array_equal(quarter["mask3d"], np.rot90(cube, 1, axes))
    # Which way scipy turns is told by a quarter turn, too.
    sign = 1 if np.allclose(turned(cube, 90, axes, 0), np.rot90(cube, 1, axes)) else -1
    for angle in (-73, 12, 40):
        out = Affine3D({axis: angle}, 1, p=1)(volume=cube)["volume"]
        np.testing.assert_allclose(out, turned(cube, sign * angle, axes), atol=2e-3)


def test_turns_follow_each_other_about_x_then_y_then_z() -> None:
    volume = blob(SIZE, POINT)
    at_once = Affine3D({"z": 20, "y": -15, "x": 30}, 1, p=1)
    one_by_one = Compose([Affine3D({axis: angle}, 1, p=1) for axis, angle in (("x", 30), ("y", -15), ("z", 20))])
    np.testing.assert_allclose(at_once(volume=volume)["volume"], one_by_one(volume=volume)["volume"], atol=0.1)
    points = KeypointParams("xyz", remove_invisible=False)
    first = Compose([at_once], keypoint_params=points)(volume=volume, keypoints=[POINT])["keypoints"]
    second = Compose(one_by_one.transforms, keypoint_params=points)(volume=volume, keypoints=[POINT])["keypoints"]
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_scales_and_shifts_are_those_of_scipy() -> None:
    volume = noise(15, 21, 17, dtype=np.float32)
    out = Affine3D(0, {"z": 1.2, "x": 0.8}, translate_range={"y": 0.1}, p=1)(volume=volume)["volume"]
    back = np.diag(1 / np.array([1.2, 1, 0.8]))
    centre = (np.array(volume.shape) - 1) / 2
    shift = centre - back @ (centre + np.array([0, 2.1, 0]))
    expected = ndimage.affine_transform(volume, back, shift, order=1, mode="grid-constant")
    np.testing.assert_allclose(out, expected, atol=1e-4)


def test_shears_keep_contents_and_move_the_axis_they_are_named_after() -> None:
    for axis in "zyx":
        (effect,) = (
            step.effect
            for step in traced(Affine3D(0, 1, shear_range={axis: (20, 30)}, p=1), 0, volume=noise(9, 9, 9))[1].steps
        )
        linear = effect.map.matrix[:3, :3]
        assert np.linalg.det(linear) == pytest.approx(1)
        moved = [name for name, row in zip("xyz", linear - np.eye(3), strict=True) if np.abs(row).max() > 0.1]
        assert moved == [axis]
    linear = traced(Affine3D(0, 1, shear_range=70, p=1), 0, volume=noise(9, 9, 9))[1].steps[0].effect.map.matrix[:3, :3]
    assert np.linalg.det(linear) == pytest.approx(1)


def test_a_rotation_is_one_where_voxels_are_no_cubes() -> None:
    spacing = np.array([1.0, 1.5, 3.0])  # x, y, z
    draws = traced(Affine3D((-50, 50), 1, spacing=tuple(spacing[::-1]), p=1), 3, volume=noise(9, 12, 15))
    linear = draws[1].steps[0].effect.map.matrix[:3, :3]
    lengths = np.diag(spacing) @ linear @ np.diag(1 / spacing)
    np.testing.assert_allclose(lengths @ lengths.T, np.eye(3), atol=1e-9)
    assert np.abs(linear @ linear.T - np.eye(3)).max() > 0.1


@pytest.mark.parametrize(
    ("border_mode", "mode"), [("constant", "grid-constant"), ("reflect", "reflect"), ("wrap", "grid-wrap")]
)
def test_an_elastic_field_is_carried_out_as_by_map_coordinates(border_mode: Any, mode: str) -> None:
    volume = noise(*SIZE, dtype=np.float32)
    out, trace = traced(ElasticTransform3D(5, 0.4, border_mode=border_mode, p=1), 0, volume=volume, mask3d=volume)
    field = trace.steps[0].effect.map.field
    places = np.indices(SIZE) + np.moveaxis(field[..., ::-1], -1, 0)
    expected = ndimage.map_coordinates(volume, places, order=1, mode=mode)
    np.testing.assert_allclose(out["volume"], expected, atol=2e-3)
    nearest = ndimage.map_coordinates(volume, np.floor(places + 0.5 + 1e-9), order=0, mode=mode)
    np.testing.assert_array_equal(out["mask3d"], nearest)


# Elastic fields


def field_of(**given: Any) -> Array:
    from augcore_geometric.volume_warp import volume_spline_field

    return volume_spline_field(SIZE, **{"seed": 1, "points": (4, 5, 6), "magnitude": 0.4, **given})


def test_a_field_is_the_spline_through_its_control_points() -> None:
    """By scipy's own basis: one control point at a time."""
    from augcore_geometric.volume_warp import _spline_weights
    from scipy.interpolate import BSpline

    for side, points in ((34, 4), (1, 2), (52, 7), (5, 32)):
        weights = _spline_weights(side, points)
        place = (np.arange(side) + 0.5) * (points - 1) / side
        for number in range(points + 2):
            basis = BSpline.basis_element(np.arange(-2, 3), extrapolate=False)
            expected = np.nan_to_num(basis(place - (number - 1)))
            np.testing.assert_allclose(weights[:, number], expected, atol=1e-6)
        np.testing.assert_allclose(weights.sum(1), 1, atol=1e-6)


def stretching(field: Array) -> Array:
    """(D, H, W): how much larger what a voxel shows is than the voxel; negative where the field folds."""
    slopes = np.stack([np.stack(np.gradient(field[..., axis].astype(float)), -1) for axis in (2, 1, 0)], -2)
    return np.asarray(np.linalg.det(slopes + np.eye(3)))


@pytest.mark.parametrize("points", [(2, 2, 2), (4, 5, 6), (7, 7, 7)])
def test_nothing_folds_over_up_to_the_magnitude_that_the_docstring_names(points: Any) -> None:
    for seed in range(10):
        assert (stretching(field_of(points=points, seed=seed)) > 0).all()


def test_a_strong_field_folds() -> None:
    assert any((stretching(field_of(magnitude=1.0, points=(7, 7, 7), seed=seed)) <= 0).any() for seed in range(30))


def test_displacements_are_in_parts_of_the_distance_between_control_points() -> None:
    drawn = np.stack([field_of(points=(5, 5, 5), magnitude=0.3, seed=seed) for seed in range(40)])
    distances = np.array(SIZE[::-1]) / 4
    assert (np.abs(drawn).max((0, 1, 2, 3)) <= 0.3 * distances).all()
    np.testing.assert_allclose(drawn.std((0, 1, 2, 3)) / (0.3 * distances), 0.19, atol=0.03)


# Beside a volume


@pytest.mark.parametrize(
    "transform",
    [Affine3D(p=1), ElasticTransform3D(p=1), RandomRotate90_3D((0, 2), (1, 1), p=1), CoarseDropout3D(p=1)],
    ids=repr,
)
def test_what_lies_in_the_plane_is_refused_by_name_where_slices_are_mixed(transform: Any) -> None:
    with pytest.raises(Unsupported, match=r"^image: "):
        transform(volume=noise(6, 20, 26), image=noise(20, 26))
    pipeline = Compose([transform], bbox_params="pascal_voc")
    with pytest.raises(Unsupported, match=r"^bboxes: "):
        pipeline(volume=noise(6, 20, 26), bboxes=np.array([[1.0, 2, 8, 9]]))


@pytest.mark.parametrize(
    "transform",
    [CenterCrop3D((3, 10, 12)), Flip3D(p=1), RandomRotate90_3D((1, 2), p=1), Affine3D({"z": 20}, p=1)],
    ids=repr,
)
def test_what_lies_in_the_plane_follows_the_slices_otherwise(transform: Any) -> None:
    volume = np.broadcast_to(noise(20, 26), (6, 20, 26))
    out, _ = traced(transform, 1, volume=volume, image=volume[0])
    middle = out["volume"][len(out["volume"]) // 2]
    assert np.abs(middle.astype(int) - out["image"]).max() <= 1


@pytest.mark.parametrize("transform", [*LINEAR, *BENT, *OTHERS], ids=repr)
def test_a_picture_alone_is_refused_in_words(transform: Any) -> None:
    name = type(transform).__name__
    match = f"^{name}: no (volume given; pass volume=…|clip given; pass images=… or volume=…)$"
    with pytest.raises(InvalidData, match=match):
        transform(image=noise(20, 26))
