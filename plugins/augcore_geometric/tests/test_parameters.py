"""Every parameter has an effect: a call with another value of it, and the same draws, gives something else."""

from __future__ import annotations

from typing import Any

import attrs
import augcore_geometric as geometric
import numpy as np
import pytest

import augcore

_PICTURE = np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8)
_LABELS = np.random.default_rng(2).integers(1, 5, (60, 80)).astype(np.int16)

_BOX = {"border_mode": "reflect", "fill": 9, "fill_mask": 9}
_PLACED = {"pad_position": "bottom_right", **_BOX}
_SAMPLED = {"interpolation": "nearest", "mask_interpolation": "linear"}
_METHOD = {"rotate_method": "ellipse"}
_PAD_TOO = {"pad_if_needed": True}

# (transform, arguments of both calls, one changed argument after another for the second call)
TABLE: tuple[tuple[type[Any], dict[str, Any], dict[str, Any]], ...] = (
    (geometric.Crop, {"x_max": 50, "y_max": 40}, {"x_min": 5, "y_min": 5, "x_max": 51, "y_max": 41}),
    (geometric.Crop, {"x_max": 90, "y_max": 70, **_PAD_TOO}, _PLACED),
    (geometric.CenterCrop, {"height": 30, "width": 40}, {"height": 32, "width": 44}),
    (geometric.CenterCrop, {"height": 70, "width": 90, **_PAD_TOO}, _PLACED),
    (geometric.RandomCrop, {"height": 30, "width": 40}, {"height": 32, "width": 44}),
    (geometric.RandomCrop, {"height": 70, "width": 90, **_PAD_TOO}, _PLACED),
    (
        geometric.RandomResizedCrop,
        {"size": (20, 30)},
        {"size": (21, 30), "scale": (0.9, 1), "ratio": 1, "area_for_downscale": "image", **_SAMPLED},
    ),
    (geometric.RandomGridShuffle, {}, {"grid": (2, 4)}),
    (geometric.RandomCropFromBorders, {}, {f"crop_{side}": 0.3 for side in ("left", "right", "top", "bottom")}),
    (
        geometric.RandomSizedCrop,
        {"min_max_height": (40, 50), "size": (20, 30)},
        {"min_max_height": 40, "size": (21, 30), "w2h_ratio": 1.2, "area_for_downscale": "image", **_SAMPLED},
    ),
    (
        geometric.CropAndPad,
        {"px": (-9, 9)},
        {"px": 3, "keep_size": False, "sample_independently": False, **_SAMPLED, **_BOX},
    ),
    (geometric.CropAndPad, {"percent": 0.1}, {"percent": 0.2}),
    (
        geometric.AtLeastOneBBoxRandomCrop,
        {"height": 40, "width": 50},
        {"height": 32, "width": 44, "erosion_factor": 0.5},
    ),
    (geometric.BBoxSafeRandomCrop, {}, {"erosion_rate": 0.5}),
    (geometric.BBoxSubsetSafeRandomCrop, {"keep_range": (0, 0.5)}, {"keep_range": 1, "erosion_rate": 0.5}),
    (
        geometric.RandomSizedBBoxSafeCrop,
        {"height": 30, "width": 40},
        {"height": 31, "width": 41, "erosion_rate": 0.5, **_SAMPLED},
    ),
    (geometric.RandomCropNearBBox, {}, {"max_part_shift": 0.2}),
    (
        geometric.CropNonEmptyMaskIfExists,
        {"height": 30, "width": 40},
        {"height": 31, "width": 41, "ignore_values": (1, 2, 3), "ignore_channels": (0,)},
    ),
    (geometric.Pad, {"padding": 10}, {"padding": (10, 9), **_BOX}),
    (geometric.PadIfNeeded, {"min_height": 70, "min_width": 90}, {"min_height": 72, "min_width": 92, **_BOX}),
    (geometric.PadIfNeeded, {"min_height": 70, "min_width": 90}, {"position": "top_left"}),
    (geometric.Resize, {"height": 30, "width": 50}, {"height": 31, "width": 51, "area_for_downscale": "image"}),
    (geometric.Resize, {"height": 30, "width": 50}, _SAMPLED),
    (geometric.LongestMaxSize, {"max_size": 40}, {"max_size": 44, "area_for_downscale": "image_mask", **_SAMPLED}),
    (geometric.LongestMaxSize, {"max_size_hw": (40, 40)}, {"max_size_hw": (20, 40)}),
    (geometric.SmallestMaxSize, {"max_size": 40}, {"max_size": 44, "area_for_downscale": "image_mask", **_SAMPLED}),
    (geometric.SmallestMaxSize, {"max_size_hw": (40, 40)}, {"max_size_hw": (50, 40)}),
    (geometric.Rotate, {"limit": (20, 30)}, {"limit": 20, "crop_border": True, **_METHOD, **_SAMPLED, **_BOX}),
    (
        geometric.Affine,
        {"scale": (0.5, 1.2), "rotate": (10, 30)},
        {"scale": 1.3, "translate_percent": 0.1, "translate_px": 3, "rotate": 0, "shear": 5, "fit_output": True}
        | {"keep_ratio": True, "balanced_scale": True, **_METHOD, **_SAMPLED, **_BOX},
    ),
    (
        geometric.ShiftScaleRotate,
        {"shift_limit": (0.1, 0.2), "rotate_limit": (10, 20)},
        {"shift_limit": 0.05, "shift_limit_x": 0.05, "shift_limit_y": 0.05, "scale_limit": 0.5, "rotate_limit": 5}
        | {**_METHOD, **_SAMPLED, **_BOX},
    ),
    (geometric.Perspective, {"fit_output": True}, {"scale": 0.2, "keep_size": False, "fit_output": False, **_BOX}),
    (geometric.Perspective, {}, _SAMPLED),
    (
        geometric.ElasticTransform,
        {"alpha": 300, "sigma": 8},
        {"alpha": 200, "sigma": 6, "approximate": True, "same_dxdy": True, "noise_distribution": "uniform", **_BOX}
        | _SAMPLED,
    ),
    (geometric.SafeRotate, {"limit": (20, 30)}, {"limit": 20, **_METHOD, **_SAMPLED, **_BOX}),
    (
        geometric.RandomScale,
        {"scale_limit": (-0.3, -0.1)},
        {"scale_limit": 0.1, "area_for_downscale": "image", **_SAMPLED},
    ),
    (
        geometric.LetterBox,
        {"size": (44, 44)},
        {
            "size": (41, 40),
            "position": "top_left",
            "area_for_downscale": "image",
            "fill": 9,
            "fill_mask": 9,
            **_SAMPLED,
        },
    ),
    (geometric.LetterBox, {"size": (90, 90)}, {"scale_up": False}),
    (geometric.Morphological, {"scale": (2, 3)}, {"scale": 4, "operation": "erosion"}),
    (geometric.GridDistortion, {"normalized": False}, {"num_steps": 4, "distort_limit": 0.2, **_SAMPLED, **_BOX}),
    (geometric.GridDistortion, {}, {"normalized": False}),
    (
        geometric.GridElasticDeform,
        {"num_grid_xy": (4, 3), "magnitude": 5},
        {"num_grid_xy": (3, 4), "magnitude": 6, **_SAMPLED},
    ),
    (geometric.OpticalDistortion, {"distort_limit": (0.2, 0.5)}, {"distort_limit": 0.3, "mode": "fisheye", **_BOX}),
    (geometric.OpticalDistortion, {"distort_limit": 0.5}, _SAMPLED),
    (
        geometric.PiecewiseAffine,
        {},
        {"scale": 0.04, "nb_rows": 5, "nb_cols": (2, 3), "absolute_scale": True, **_SAMPLED},
    ),
    # What lies beyond the picture is seen by kernels alone that reach over its edge.
    (geometric.PiecewiseAffine, {"interpolation": "cubic", "mask_interpolation": "cubic"}, _BOX),
    (geometric.PixelSpread, {"border_mode": "constant"}, {"radius": 3, **_BOX}),
    (
        geometric.ThinPlateSpline,
        {},
        {"scale_range": 0.5, "num_control_points": 3, **_SAMPLED, **_BOX},
    ),
    (
        geometric.WaterRefraction,
        {},
        {"num_waves_range": 3, "amplitude_range": 0.02, "wavelength_range": (0.3, 0.4), **_SAMPLED, **_BOX},
    ),
    (
        geometric.CoarseDropout,
        {"fill_mask": 7},
        {"num_holes_range": (4, 4), "hole_height_range": (9, 12), "hole_width_range": (0.5, 0.6), "fill_mask": None}
        | {"fill": "random"},
    ),
    (geometric.Erasing, {"fill_mask": 7}, {"scale": (0.5, 0.6), "ratio": 1, "fill": "random", "fill_mask": None}),
    (
        geometric.ConstrainedCoarseDropout,
        {"bbox_labels": ["cat"], "fill_mask": 7},
        {"num_holes_range": 4, "hole_height_range": 0.5, "hole_width_range": 0.5, "bbox_labels": ["dog"]}
        | {"fill": "random", "fill_mask": None},
    ),
    (geometric.ConstrainedCoarseDropout, {"mask_indices": [1]}, {"mask_indices": [2]}),
    (
        geometric.GuidedCoarseDropout,
        {"protected_labels": [], "fill_mask": 7},
        {"num_holes_range": 4, "hole_height_range": (9, 12), "hole_width_range": (0.5, 0.6), "fill_mask": None}
        | {"region": (0.5, 0.5, 1, 1), "protected_labels": ["cat"], "fill": "random"},
    ),
    (geometric.GuidedCoarseDropout, {"protected_labels": ["dog"]}, {"margin": 20}),
    (geometric.MaskDropout, {}, {"max_objects": (9, 9), "fill": 9, "fill_mask": None}),
    (
        geometric.GridDropout,
        {"fill_mask": 7},
        {"ratio": 0.8, "random_offset": False, "unit_size_range": 20, "holes_number_xy": (3, 3), "fill_mask": None}
        | {"fill": "random"},
    ),
    (geometric.GridDropout, {"random_offset": False}, {"shift_xy": (3, 4)}),
    (
        geometric.GridMask,
        {"fill_mask": 7},
        {"num_grid_range": 9, "line_width_range": 0.1, "rotation_range": (20, 30), "fill": "random", "fill_mask": None},
    ),
    (
        geometric.XYMasking,
        {"num_masks_x": 2, "num_masks_y": 2, "mask_x_length": 20, "mask_y_length": 20, "fill_mask": 7},
        {"num_masks_x": 9, "num_masks_y": 9, "mask_x_length": 60, "mask_y_length": 50, "fill": "random"}
        | {"fill_mask": None},
    ),
    (geometric.TimeMasking, {}, {"time_mask_param": 80}),
    (geometric.FrequencyMasking, {}, {"freq_mask_param": 60}),
    (geometric.PixelDropout, {"mask_drop_value": 7}, {"dropout_prob": 0.1, "drop_value": 9, "mask_drop_value": None}),
    (geometric.PixelDropout, {}, {"per_channel": True}),
)
# None of these can be changed by itself: see the tests below.
PAIRS = {
    ("PadIfNeeded", "pad_height_divisor"),
    ("PadIfNeeded", "pad_width_divisor"),
    ("Crop", "pad_if_needed"),
    ("CenterCrop", "pad_if_needed"),
    ("RandomCrop", "pad_if_needed"),
    ("RandomCropNearBBox", "cropping_bbox_key"),
}
# Exact maps have one answer, whichever of the two ways to it is named.
WITHOUT_EFFECT = {
    (name, "keypoint_remapping_method")
    for name in ("ElasticTransform", "GridDistortion", "OpticalDistortion", "PiecewiseAffine", "ThinPlateSpline")
}

CHANGES = [
    pytest.param(kind, given, name, value, id=f"{kind.__name__}-{name}-{index}")
    for index, (kind, given, changes) in enumerate(TABLE)
    for name, value in changes.items()
]


def results(transform: Any) -> list[dict[str, Any]]:
    pipeline = augcore.Compose(
        [transform],
        bbox_params=augcore.BboxParams(format="pascal_voc", label_fields=("kinds",)),
        keypoint_params=augcore.KeypointParams(format="xy", remove_invisible=False),
        seed=3,
    )
    data = {"bboxes": np.array([[10.0, 10, 60, 40], [62, 44, 71, 55]]), "keypoints": np.array([[30.0, 20]])}
    data |= {"kinds": np.array(["cat", "dog"]), "cropping_bbox": np.array([20.0, 15, 50, 40])}
    return [pipeline.keyed(key)(image=_PICTURE, mask=_LABELS, **data) for key in range(4)]


def same(first: Any, second: Any) -> bool:
    return all(
        one[name].shape == other[name].shape and np.array_equal(one[name], other[name])
        for one, other in zip(first, second, strict=True)
        for name in one
    )


@pytest.mark.parametrize(("kind", "given", "name", "value"), CHANGES)
def test_changing_a_parameter_changes_the_result(kind: type[Any], given: Any, name: str, value: Any) -> None:
    assert not same(results(kind(**given, p=1)), results(kind(**{**given, name: value}, p=1)))


def test_every_parameter_is_in_the_table() -> None:
    """Those of volumes and clips are in a table of their own."""
    listed = {(kind.__name__, name) for kind, _, changes in TABLE for name in changes}
    declared = {
        (kind.__name__, field.name)
        for kind in geometric.TRANSFORMS
        if not kind.__module__.rpartition(".")[2].startswith(("volume_", "clip"))
        for field in attrs.fields(kind)
        if field.name != "p"
    }
    assert declared - listed == PAIRS | WITHOUT_EFFECT


def test_keypoint_remapping_methods_agree_and_others_are_refused() -> None:
    kind = geometric.ElasticTransform
    first, second = (
        results(kind(alpha=300, sigma=8, keypoint_remapping_method=method, p=1)) for method in ("direct", "mask")
    )
    assert same(first, second)
    with pytest.raises(augcore.InvalidParameter, match="keypoint_remapping_method"):
        kind(keypoint_remapping_method="masks")


# What users write without names


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (geometric.Rotate(30), {"limit": (-30, 30)}),
        (geometric.Rotate(30, 0, 4), {"limit": 30, "interpolation": 0, "border_mode": 4}),
        (geometric.Resize(224, 320, 3), {"height": 224, "width": 320, "interpolation": 3}),
        (geometric.RandomCrop(10, 20), {"height": 10, "width": 20}),
        (geometric.RandomResizedCrop((10, 20), (0.5, 1)), {"size": (10, 20), "scale": (0.5, 1)}),
        (
            geometric.RandomSizedCrop((10, 20), (5, 6), 1.5),
            {"min_max_height": (10, 20), "size": (5, 6), "w2h_ratio": 1.5},
        ),
        (geometric.CropAndPad(10), {"px": 10}),
        (geometric.CropAndPad(None, (0, 0.1), False), {"percent": (0, 0.1), "keep_size": False}),
        (geometric.RandomCropFromBorders(0, 0.3), {"crop_left": 0, "crop_right": 0.3}),
        (geometric.AtLeastOneBBoxRandomCrop(10, 20, 0.3), {"height": 10, "width": 20, "erosion_factor": 0.3}),
        (geometric.BBoxSafeRandomCrop(0.3), {"erosion_rate": 0.3}),
        (geometric.BBoxSubsetSafeRandomCrop(0.3), {"keep_range": (0.3, 0.3)}),
        (geometric.RandomSizedBBoxSafeCrop(10, 20, 0.3), {"height": 10, "width": 20, "erosion_rate": 0.3}),
        (geometric.RandomCropNearBBox(0.3, "box"), {"max_part_shift": 0.3, "cropping_bbox_key": "box"}),
        (geometric.CropNonEmptyMaskIfExists(10, 20, [255]), {"height": 10, "width": 20, "ignore_values": [255]}),
        (geometric.Pad(10), {"padding": 10}),
        (geometric.Pad(10, 3, 4, "wrap"), {"padding": 10, "fill": 3, "fill_mask": 4, "border_mode": "wrap"}),
        (geometric.PadIfNeeded(64, 32), {"min_height": 64, "min_width": 32}),
        (geometric.LongestMaxSize(64), {"max_size": 64}),
        (geometric.Affine(1.5, 0.1), {"scale": (1.5, 1.5), "translate_percent": (0.1, 0.1)}),
        (geometric.ShiftScaleRotate(0.1, 0.2, 30), {"shift_limit": 0.1, "scale_limit": 0.2, "rotate_limit": 30}),
        (geometric.Perspective(0.1, False), {"scale": (0, 0.1), "keep_size": False}),
        (geometric.ElasticTransform(120, 6), {"alpha": 120, "sigma": 6}),
        (
            geometric.SafeRotate(30, 0, 4, "ellipse", 1),
            {"limit": 30, "interpolation": 0, "border_mode": 4} | {"rotate_method": "ellipse", "mask_interpolation": 1},
        ),
        (geometric.RandomScale(0.2, 0, 1), {"scale_limit": 0.2, "interpolation": 0, "mask_interpolation": 1}),
        (geometric.LetterBox((10, 20), False, "random"), {"size": (10, 20), "scale_up": False, "position": "random"}),
        (geometric.Morphological(3, "erosion"), {"scale": (3, 3), "operation": "erosion"}),
        (
            geometric.GridDistortion(4, 0.2, 0, False),
            {"num_steps": 4, "distort_limit": 0.2} | {"interpolation": 0, "normalized": False},
        ),
        (geometric.OpticalDistortion(0.2, 1, 0, "fisheye"), {"distort_limit": 0.2, "mode": "fisheye"}),
        (geometric.PiecewiseAffine(0.04, 5, 6), {"scale": (0, 0.04), "nb_rows": (5, 5), "nb_cols": (6, 6)}),
        (geometric.ThinPlateSpline((0.1, 0.2), 3), {"scale_range": (0.1, 0.2), "num_control_points": 3}),
        (geometric.CoarseDropout((2, 3), (4, 5)), {"num_holes_range": (2, 3), "hole_height_range": (4, 5)}),
        (geometric.Erasing((0.1, 0.2), 1, 9, 8), {"scale": (0.1, 0.2), "ratio": 1, "fill": 9, "fill_mask": 8}),
        (geometric.GridDropout(0.3, False, (4, 5)), {"ratio": 0.3, "random_offset": False, "unit_size_range": (4, 5)}),
        (
            geometric.XYMasking(1, 2, 3, 4),
            {"num_masks_x": 1, "num_masks_y": 2} | {"mask_x_length": 3, "mask_y_length": 4},
        ),
        (geometric.PixelDropout(0.1, True, 9), {"dropout_prob": 0.1, "per_channel": True, "drop_value": 9}),
        (geometric.MaskDropout(2, 9, 8), {"max_objects": (1, 2), "fill": 9, "fill_mask": 8}),
    ],
)
def test_arguments_without_names_come_in_the_order_users_know(made: Any, named: dict[str, Any]) -> None:
    assert made == type(made)(**named)


# What is refused, and how


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: geometric.Rotate(400), r"Rotate\.limit: -400 is outside \[-360, 360\] degrees"),
        (lambda: geometric.Crop(10, 0, 10, 5), r"Crop: x_min=10 and x_max=10; give x_min < x_max"),
        (lambda: geometric.Pad(-1), r"Pad\.padding: -1 is outside"),
        (lambda: geometric.Pad((1, 2, 3)), r"Pad\.padding: \(1, 2, 3\) is not 2 or 4 numbers"),
        (lambda: geometric.PadIfNeeded(pad_height_divisor=32), r"min_height=1024 and pad_height_divisor=32; give one"),
        (lambda: geometric.PadIfNeeded(None), r"min_height=None and pad_height_divisor=None; give one"),
        (lambda: geometric.LongestMaxSize(), r"LongestMaxSize: max_size=None and max_size_hw=None; give one of them"),
        (lambda: geometric.SmallestMaxSize(0), r"SmallestMaxSize\.max_size: 0 is neither"),
        (lambda: geometric.LongestMaxSize(max_size_hw=(None, None)), r"max_size_hw: \(None, None\) is not"),
        (lambda: geometric.RandomResizedCrop((8, 8), ratio=(0, 1)), r"ratio: \(0\.0, 1\.0\) holds 0"),
        (lambda: geometric.RandomResizedCrop((8, 8), scale=(0.5, 2)), r"scale: 2 is outside \[0, 1\]"),
        (lambda: geometric.RandomSizedCrop((0, 5), (4, 4)), r"RandomSizedCrop\.min_max_height: 0 is outside"),
        (lambda: geometric.RandomSizedCrop((1, 5), (4, 4), 0), r"RandomSizedCrop\.w2h_ratio: 0 is outside \(0, inf\)"),
        (lambda: geometric.RandomCropFromBorders(1.5), r"RandomCropFromBorders\.crop_left: 1\.5 is outside \[0, 1\]"),
        (lambda: geometric.BBoxSafeRandomCrop(2), r"BBoxSafeRandomCrop\.erosion_rate: 2 is outside \[0, 1\]"),
        (lambda: geometric.BBoxSubsetSafeRandomCrop((0.5, 2)), r"keep_range: 2 is outside \[0, 1\] of the boxes"),
        (lambda: geometric.RandomCropNearBBox((0, 0.1, 0.2)), r"max_part_shift: \(0, 0\.1, 0\.2\) is not 2 numbers"),
        (lambda: geometric.CropNonEmptyMaskIfExists(5, 5, [0.5]), r"ignore_values: 0\.5 is not a whole number"),
        (lambda: geometric.CropNonEmptyMaskIfExists(5, 5, None, [-1]), r"ignore_channels: -1 is outside \[0, inf\)"),
        (lambda: geometric.Affine(scale=0), r"Affine\.scale: 0 is outside"),
        (lambda: geometric.Affine(scale={"z": 1}), r"Affine\.scale: \{'z': 1\} does not name axes"),
        (lambda: geometric.Affine(translate_px=1, translate_percent=0.1), r"are both given; give one of them"),
        (lambda: geometric.Affine(translate_px=1, fit_output=True), r"Affine\.translate_px: there is nothing to shift"),
        (lambda: geometric.Affine(translate_px=1.5), r"translate_px: 1\.5 is not a whole number"),
        (lambda: geometric.Affine(shear=(40, 50)), r"Affine\.shear: \(40\.0, 50\.0\) can flatten the picture"),
        (lambda: geometric.Affine(scale={"x": 2}, keep_ratio=True), r"differs between the axes"),
        (lambda: geometric.ShiftScaleRotate(scale_limit=(-1, 0)), r"scale_limit: -1 is outside"),
        (lambda: geometric.Perspective(-0.1), r"Perspective\.scale: -0\.1 is outside"),
        (lambda: geometric.ElasticTransform(sigma=0), r"ElasticTransform\.sigma: 0 is outside"),
        (lambda: geometric.CoarseDropout(hole_height_range=(0.1, 2.5)), r"hole_height_range: 2\.5 is outside"),
        (lambda: geometric.CoarseDropout(hole_width_range=(0, 3)), r"hole_width_range: 0 is outside"),
        (lambda: geometric.CoarseDropout(fill="noise"), r"CoarseDropout\.fill: 'noise' is not a fill"),
    ],
)
def test_what_is_not_legal_is_named_with_what_is(make: Any, message: str) -> None:
    with pytest.raises(augcore.InvalidParameter, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_misspelt_parameter_is_named() -> None:
    with pytest.raises(augcore.UnknownParameter, match="did you mean 'border_mode'"):
        geometric.Rotate(bordermode=0)
