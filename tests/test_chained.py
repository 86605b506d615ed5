"""Several maps as one: where its pixels look, what they do not show, and that its points go as through each map."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from augcore import (
    AffineMap,
    Border,
    Compose,
    Dense,
    Geometry,
    Interpolation,
    KeypointParams,
    Lattice,
    Projective,
    ResizeMap,
    displacement_field,
    targets,
)
from augcore import fuse as fusing
from augcore.chained import Chained
from augcore.dense import Spread
from augcore.testing.pipelines import Fixed

SIZE = (60, 84)


@displacement_field
def chained_waves(size, *, amplitude, period, phase=0.0):
    rows, columns = np.mgrid[: size[0], : size[1]]
    return amplitude * np.stack([np.sin(rows / period + phase), np.cos(columns / period - phase)], -1)


@displacement_field
def chained_noise(size):
    return np.random.default_rng(0).uniform(-2, 2, (*size, 2))


WAVE = Dense.of(chained_waves, SIZE, amplitude=3.0, period=9.0)
RIPPLE = Dense.of(chained_waves, SIZE, amplitude=2.0, period=11.0, phase=1.0)
TURN = AffineMap.of(np.array([[0.9, 0.4, -8], [-0.4, 0.9, 20]]), SIZE)
TILT = Projective.of([[1, 0.1, -4], [0, 0.9, 5], [1e-3, 0, 1]], SIZE)
CHAINS = {
    "dense, affine": (WAVE, TURN),
    "affine, dense": (TURN, WAVE),
    "dense, dense": (WAVE, RIPPLE),
    "dense, projective": (WAVE, TILT),
    "projective, dense": (TILT, WAVE),
    "dense, resize": (WAVE, ResizeMap(SIZE, (50, 70))),
    "resize, dense": (ResizeMap((44, 90), SIZE), WAVE),
    "flip, dense": (Lattice.hflip(SIZE), WAVE),
    "dense, crop": (WAVE, Lattice.window(SIZE, 7, 9, 70, 41)),
    "dense, turn": (WAVE, Lattice.rot90(SIZE)),
    "dense, turn and crop": (WAVE, Lattice.rot90(SIZE, 3).then(Lattice.window(SIZE[::-1], 4, 5, 50, 61))),
    "dense, transposed": (WAVE, Lattice.transpose(SIZE)),
    "dense, affine, crop": (WAVE, TURN, Lattice.window(SIZE, 7, 9, 70, 41)),
    "affine, dense, dense": (TURN, WAVE, RIPPLE),
    "dense back, affine": (WAVE.inverse(), TURN),
}


def chain(maps):
    merged = maps[0]
    for map in maps[1:]:
        merged = fusing.compose(merged, map)
    assert isinstance(merged, Chained)
    return merged


def centres(size):
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([columns, rows], -1)


def followed(maps):
    """Where each output pixel's centre comes from, and which were inside all frames."""
    places, shown = centres(maps[-1].output), np.ones(maps[-1].output, bool)
    for number, map in reversed(list(enumerate(maps))):
        places = map.backward(places)
        if number:
            shown &= ((places >= 0) & (places <= np.array(map.size[::-1]))).all(-1)
    return places, shown


@pytest.mark.parametrize("name", CHAINS)
def test_pixels_look_where_the_maps_one_by_one_lead_them_back_and_nowhere_where_a_frame_between_ends(name):
    merged = chain(CHAINS[name])
    places, shown = followed(CHAINS[name])
    grid, _ = merged.source_grid
    assert merged.output == grid.shape[:2]
    assert shown.mean() > 0.6
    hidden, back = (grid < -100).all(-1), merged.backward(centres(merged.output))
    # A way back is solved for at pixels' centres, and known between them as well as a field is.
    np.testing.assert_allclose(grid[~hidden] + 0.5, places[~hidden], atol=0.2 if "back" in name else 0.02)
    assert (hidden != ~shown).sum() <= 3, "but for rounding, on the very edge"
    np.testing.assert_array_equal(np.isnan(back).any(-1), ~shown)
    np.testing.assert_allclose(back[shown], places[shown], atol=1e-9)


@pytest.mark.parametrize("name", CHAINS)
def test_points_go_through_all_maps_in_order_and_back(name):
    merged = chain(CHAINS[name])
    points = np.random.default_rng(0).uniform(20, 40, (50, 2))
    moved = points
    for map in CHAINS[name]:
        moved = map.forward(moved)
    np.testing.assert_allclose(merged.forward(points), moved, atol=1e-9)
    np.testing.assert_allclose(merged.inverse().forward(moved), points, atol=1e-3)
    # Across a pixel: nearer, the kinks of a bilinear field are seen.
    step = 0.5
    sides = [
        (merged.forward(points + by) - merged.forward(points - by)) / (2 * step) for by in ((step, 0.0), (0.0, step))
    ]
    np.testing.assert_allclose(merged.jacobian(points), np.stack(sides, -1), atol=0.1)
    mirrored = np.linalg.det(merged.jacobian(points)) < 0
    assert (mirrored == merged.is_reflection).all()


@pytest.mark.parametrize("name", CHAINS)
def test_the_derivative_at_each_pixel_is_that_of_the_way_back(name):
    merged = chain(CHAINS[name])
    middle = np.s_[12:28, 14:34]
    points = followed(CHAINS[name])[0][middle].reshape(-1, 2)
    ahead = np.linalg.inv(merged.pixel_jacobian()[middle].reshape(-1, 2, 2))
    np.testing.assert_allclose(ahead, merged.jacobian(points), atol=0.1)


def test_what_linear_maps_had_cut_off_between_them_is_filled_behind_a_dense_one():
    steps = [Fixed(lambda view, map=map: Geometry(map, fill=50)) for map in (TURN, TILT, WAVE)]
    white = np.full((*SIZE, 1), 255, np.uint8)
    off, merged = (Compose(steps, fuse=fuse)(image=white)["image"] for fuse in ("off", "resample"))
    assert set(np.unique(merged)) >= {50, 255}
    # Each interpolation blurs the edge by a pixel, once or three times.
    assert (np.abs(off.astype(int) - merged) > 100).mean() < 0.02
    edge = cv2.morphologyEx((off == 255).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((7, 7), np.uint8)) > 0
    np.testing.assert_allclose(off[~edge], merged[~edge], atol=1)


def test_a_picture_that_linear_maps_have_moved_out_of_sight_stays_so_behind_a_dense_one():
    away = [AffineMap.of(np.array([[1.0, 0, shift], [0, 1.0, 0]]), SIZE) for shift in (80.0, -80.0)]
    steps = [Fixed(lambda view, map=map: Geometry(map)) for map in (away[0], away[0], away[1], away[1], WAVE)]
    out = Compose(steps, fuse="resample")(image=np.full((*SIZE, 1), 255, np.uint8))
    assert not out["image"].any()
    nothing = Chained.of((TURN, WAVE), ((0.0, 0.0),) * 3)
    assert np.isnan(nothing.backward(centres(SIZE))).all()
    assert (nothing.source_grid[0] < -100).all()


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("scale_with_zoom", [False, True])
def test_fields_that_measure_come_out_as_without_fusion(name, scale_with_zoom):
    maps = CHAINS[name]
    steps = [Fixed(lambda view, map=map: Geometry(map)) for map in maps]
    rows, columns = np.mgrid[: maps[0].size[0], : maps[0].size[1]].astype(np.float32)
    data = {
        "depth": 5 + np.sin(rows / 20) + np.cos(columns / 25),
        "flow": np.stack([2 * np.sin(rows / 20), np.cos(columns / 20)], -1),
        "heatmap": np.exp(-((rows - 30) ** 2 + (columns - 40) ** 2) / 200),
    }
    kinds = {"depth": targets.Depth(interpolation="linear", scale_with_zoom=scale_with_zoom), "flow": "flow"}
    off, merged = (
        Compose(steps, additional_targets={**kinds, "heatmap": "heatmap"}, fuse=fuse)(**data)
        for fuse in ("off", "resample")
    )
    middle = np.s_[15:28, 18:34]
    for field in data:
        scale = np.abs(off[field][middle]).max()
        np.testing.assert_allclose(merged[field][middle], off[field][middle], atol=0.05 * scale)


# What is merged


def merged(first, second):
    return fusing.warps(first, second)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (Geometry(WAVE, border=Border.REFLECT), Geometry(RIPPLE, border=Border.REFLECT), "a reflected reflection"),
        (Geometry(TURN, border=Border.REFLECT), Geometry(WAVE), "what was reflected would be cut"),
        (Geometry(WAVE, fill=1), Geometry(TURN, fill=2), "two fills"),
        (Geometry(WAVE, Interpolation.CUBIC), Geometry(TURN), "two interpolations"),
        (Geometry(WAVE), Geometry(Lattice.pad(SIZE, 5)), "a border costs less when it is filled"),
        (Geometry(TURN), Geometry(Lattice.pad(SIZE, 5)), "a border costs less when it is filled"),
        (Geometry(Lattice.window(SIZE, 3, 3, 40, 40)), Geometry(Dense.of(chained_waves, (37, 37))), "a crop is a view"),
        (Geometry(TURN), Geometry(ResizeMap(SIZE, (120, 168))), "to enlarge costs less than to warp as much"),
        (Geometry(Spread.of(chained_noise, SIZE)), Geometry(TURN), "noise has no values between pixels"),
        (Geometry(TURN), Geometry(Spread.of(chained_noise, SIZE)), "noise has no values between pixels"),
        (Geometry(WAVE), Geometry(Spread.of(chained_noise, SIZE)), "noise has no values between pixels"),
    ],
)
def test_what_does_not_pay_or_would_look_otherwise_is_not_merged_with_a_dense_map(first, second, why):
    assert merged(first, second) is None, why


def test_a_crop_behind_a_dense_map_leaves_only_what_remains_to_be_computed():
    window = Lattice.window(SIZE, 7, 9, 70, 41)
    for border in Border:
        effect = merged(Geometry(WAVE, border=border, fill=3), Geometry(window))
        assert effect.map.source_grid[0].shape == (32, 63, 2)
        assert (effect.border, effect.fill) == (border, 3)
    longer = merged(merged(Geometry(WAVE), Geometry(TURN)), Geometry(window))
    assert len(longer.map.maps) == 2


def test_annotations_come_through_merged_maps_bit_for_bit_as_through_each():
    draws = np.random.default_rng(0)
    points = np.column_stack([draws.uniform(5, 50, (30, 2)), draws.uniform(0, 360, 30), np.full(30, 3.0)])
    steps = [
        Fixed(lambda view, map=map, method=method: Geometry(map, box_method=method))
        for map, method in ((TURN, "ellipse"), (WAVE, "largest_box"), (TILT, "ellipse"))
    ]
    image = np.zeros((*SIZE, 3), np.uint8)
    boxes, polygons = [[10, 10, 40, 35], [30, 20, 70, 50]], [[10, 10, 40, 12, 30, 44]]
    off, resample = (
        Compose(
            steps,
            bbox_params=targets.BboxParams("pascal_voc"),
            keypoint_params=KeypointParams("xyas", remove_invisible=False),
            fuse=fuse,
        )(image=image, bboxes=boxes, keypoints=points, polygons=polygons)
        for fuse in ("off", "resample")
    )
    np.testing.assert_array_equal(off["keypoints"], resample["keypoints"])
    np.testing.assert_array_equal(off["bboxes"], resample["bboxes"])
    np.testing.assert_array_equal(off["polygons"][0], resample["polygons"][0])
