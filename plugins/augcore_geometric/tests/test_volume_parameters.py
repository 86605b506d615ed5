"""Parameters of the transforms of volumes and clips: each has an effect, and others are named with what is legal."""

from __future__ import annotations

from typing import Any

import attrs
import augcore_geometric as geometric
import numpy as np
import pytest

import augcore

_VOLUME = np.random.default_rng(1).integers(0, 256, (12, 30, 40), np.uint8)
_LABELS = np.random.default_rng(2).integers(1, 5, (12, 30, 40)).astype(np.int16)

_FILLS = {"fill": 9, "fill_mask": 9}
_SAMPLED = {"interpolation": "nearest", "mask_interpolation": "linear"}
_LARGE = {"size": (14, 20, 44), "pad_if_needed": True}

# (transform, arguments of both calls, one changed argument after another for the second call)
TABLE: tuple[tuple[type[Any], dict[str, Any], dict[str, Any]], ...] = (
    (geometric.CenterCrop3D, {"size": (6, 20, 30)}, {"size": (7, 20, 30)}),
    (geometric.CenterCrop3D, _LARGE, _FILLS),
    (geometric.RandomCrop3D, {"size": (6, 20, 30)}, {"size": (6, 20, 31)}),
    (geometric.RandomCrop3D, _LARGE, _FILLS),
    (geometric.Pad3D, {"padding": 2}, {"padding": (2, 2, 3), **_FILLS}),
    (geometric.PadIfNeeded3D, {"min_zyx": (15, 30, 50)}, {"min_zyx": (15, 31, 50), "position": "random", **_FILLS}),
    (geometric.PadIfNeeded3D, {"min_zyx": (15, 30, 50)}, {"pad_divisor_zyx": (8, 1, 1)}),
    (
        geometric.RandomResizedCrop3D,
        {"size": (6, 20, 30)},
        {"size": (6, 20, 31), "scale": (0.9, 1), "ratio": 1, **_SAMPLED},
    ),
    (geometric.Resize3D, {"size": (7, 20, 30)}, {"size": (7, 21, 30), **_SAMPLED}),
    (geometric.Flip3D, {"axes": (0, 1)}, {"axes": (0, 2)}),
    (geometric.RandomRotate90_3D, {"axes": (1, 2)}, {"axes": (0, 1), "turns_range": (0, 0)}),
    (
        geometric.Affine3D,
        {"scale_range": (0.5, 1.2), "rotate_range": (10, 30)},
        {"rotate_range": {"z": 10}, "scale_range": 1.1, "shear_range": 5, "translate_range": 0.1, "keep_ratio": True}
        | {"spacing": (3, 1, 1), "border_mode": "reflect", **_FILLS, **_SAMPLED},
    ),
    (
        geometric.ElasticTransform3D,
        {},
        {"num_control_points": (5, 7, 7), "magnitude_range": 1, "border_mode": "reflect", **_FILLS, **_SAMPLED},
    ),
    (
        geometric.CoarseDropout3D,
        {"fill_mask": 7},
        {"num_holes_range": (4, 4), "hole_depth_range": 0.5, "hole_height_range": 0.5, "hole_width_range": 0.5}
        | {"fill": "random", "fill_mask": None},
    ),
    (geometric.GridShuffle3D, {}, {"grid": (2, 3, 4)}),
    (geometric.UniformTemporalSubsample, {"num_frames": 5}, {"num_frames": 6}),
)
# Without it the same call is refused.
WITHOUT_IT_REFUSED = {("CenterCrop3D", "pad_if_needed"), ("RandomCrop3D", "pad_if_needed")}

CHANGES = [
    pytest.param(kind, given, name, value, id=f"{kind.__name__}-{name}-{index}")
    for index, (kind, given, changes) in enumerate(TABLE)
    for name, value in changes.items()
]


def results(transform: Any) -> list[Any]:
    pipeline = augcore.Compose([transform], seed=3)
    calls = [pipeline.keyed(key)(volume=_VOLUME, mask3d=_LABELS.astype(np.float32)) for key in range(4)]
    return [one[name] for one in calls for name in ("volume", "mask3d")]


def same(first: Any, second: Any) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize(("kind", "given", "name", "value"), CHANGES)
def test_changing_a_parameter_changes_the_result(kind: type[Any], given: Any, name: str, value: Any) -> None:
    assert not same(results(kind(**given, p=1)), results(kind(**{**given, name: value}, p=1)))


def test_every_parameter_is_in_the_table() -> None:
    listed = {(kind.__name__, name) for kind, _, changes in TABLE for name in changes}
    declared = {
        (kind.__name__, field.name)
        for kind in geometric.TRANSFORMS
        if kind.__module__.rpartition(".")[2].startswith(("volume_", "clip"))
        for field in attrs.fields(kind)
        if field.name != "p"
    }
    assert declared - listed == WITHOUT_IT_REFUSED


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (geometric.CenterCrop3D((2, 3, 4), True, 5, 6), {"pad_if_needed": True, "fill": 5, "fill_mask": 6}),
        (geometric.RandomCrop3D((2, 3, 4), True, 5, 6), {"pad_if_needed": True, "fill": 5, "fill_mask": 6}),
        (geometric.Pad3D(2, 5, 6), {"padding": 2, "fill": 5, "fill_mask": 6}),
        (
            geometric.PadIfNeeded3D((2, 3, 4), (5, 6, 7), "random", 8, 9),
            {"min_zyx": (2, 3, 4), "pad_divisor_zyx": (5, 6, 7), "position": "random", "fill": 8, "fill_mask": 9},
        ),
        (
            geometric.CoarseDropout3D((2, 3), (0.1, 0.3), (0.2, 0.4), 0.5, 7, 8),
            {"num_holes_range": (2, 3), "hole_depth_range": (0.1, 0.3), "hole_height_range": (0.2, 0.4)}
            | {"hole_width_range": (0.5, 0.5), "fill": 7, "fill_mask": 8},
        ),
        (geometric.Affine3D({"x": 5}, 2), {"rotate_range": (0, 0, 5), "scale_range": ((2, 2),) * 3}),
        (geometric.RandomRotate90_3D((1, 2)), {"axes": [(1, 2)]}),
    ],
)
def test_arguments_without_names_come_in_the_order_users_know(made: Any, named: dict[str, Any]) -> None:
    size = {"size": (2, 3, 4)} if hasattr(made, "size") else {}
    assert made == type(made)(**size, **named)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: geometric.CenterCrop3D((2, 3)), r"CenterCrop3D\.size: \(2, 3\) is not 3 numbers; give 3 numbers"),
        (lambda: geometric.Resize3D((0, 3, 4)), r"Resize3D\.size: 0 is outside \[1, inf\) voxels"),
        (lambda: geometric.RandomCrop3D((2, 3, 4.5)), r"RandomCrop3D\.size: 4\.5 is not a whole number"),
        (lambda: geometric.Pad3D((1, 2)), r"Pad3D\.padding: \(1, 2\) is not 3 or 6 numbers"),
        (lambda: geometric.Pad3D(-1), r"Pad3D\.padding: -1 is outside"),
        (lambda: geometric.PadIfNeeded3D(), r"PadIfNeeded3D: min_zyx and pad_divisor_zyx are both None; give one"),
        (lambda: geometric.PadIfNeeded3D((1, 2, 3), position="top"), r"PadIfNeeded3D\.position: 'top' is not one of"),
        (lambda: geometric.RandomResizedCrop3D((4, 4, 4), ratio=(0, 1)), r"ratio: \(0\.0, 1\.0\) holds 0; give ratios"),
        (
            lambda: geometric.RandomResizedCrop3D((4, 4, 4), (0.5, 2)),
            r"RandomResizedCrop3D\.scale: 2 is outside \[0, 1\]",
        ),
        (lambda: geometric.Flip3D((0, 0)), r"Flip3D\.axes: \(0, 0\) names an axis twice; give each of them once"),
        (lambda: geometric.Flip3D(()), r"Flip3D\.axes: \(\) is not 1 or 2 or 3 numbers"),
        (lambda: geometric.Flip3D((3,)), r"Flip3D\.axes: 3 is outside \[0, 2\]"),
        (lambda: geometric.RandomRotate90_3D((1, 1)), r"RandomRotate90_3D\.axes: \(1, 1\) is not a pair of axes or"),
        (lambda: geometric.RandomRotate90_3D([(0, 3)]), r"RandomRotate90_3D\.axes: \[\(0, 3\)\] is not a pair of axes"),
        (lambda: geometric.RandomRotate90_3D("zy"), r"RandomRotate90_3D\.axes: 'zy' is not a pair of axes"),
        (lambda: geometric.RandomRotate90_3D(turns_range=(1, 4)), r"turns_range: 4 is outside \[0, 3\] quarter turns"),
        (lambda: geometric.Affine3D({"w": 1}), r"Affine3D\.rotate_range: \{'w': 1\} does not name axes; give \{'z'"),
        (lambda: geometric.Affine3D(scale_range=0), r"Affine3D\.scale_range: 0 is outside"),
        (lambda: geometric.Affine3D(shear_range=85), r"Affine3D\.shear_range: 85 is outside \[-80, 80\] degrees"),
        (
            lambda: geometric.Affine3D(scale_range={"z": 2}, keep_ratio=True),
            r"scale_range: .* differs between the axes",
        ),
        (lambda: geometric.Affine3D(spacing=(0, 1, 1)), r"Affine3D\.spacing: 0 is outside"),
        (
            lambda: geometric.Affine3D(interpolation="cubic"),
            r"Affine3D\.interpolation: cubic is not offered .* nearest",
        ),
        (
            lambda: geometric.ElasticTransform3D(mask_interpolation=2),
            r"ElasticTransform3D\.mask_interpolation: cubic is",
        ),
        (lambda: geometric.ElasticTransform3D(1), r"ElasticTransform3D\.num_control_points: 1 is outside \[2, 32\]"),
        (lambda: geometric.ElasticTransform3D(magnitude_range=1.5), r"magnitude_range: 1\.5 is outside \[0, 1\]"),
        (lambda: geometric.CoarseDropout3D((0, 1)), r"CoarseDropout3D\.num_holes_range: 0 is outside \[1, 512\] holes"),
        (lambda: geometric.CoarseDropout3D(hole_depth_range=(0.1, 2)), r"hole_depth_range: 2 is outside \[0, 1\]"),
        (lambda: geometric.CoarseDropout3D(fill="noise"), r"CoarseDropout3D\.fill: 'noise' is not a fill"),
        (
            lambda: geometric.UniformTemporalSubsample(0),
            r"UniformTemporalSubsample\.num_frames: 0 is outside \[1, 4096\]",
        ),
    ],
)
def test_what_is_not_legal_is_named_with_what_is(make: Any, message: str) -> None:
    with pytest.raises(augcore.InvalidParameter, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [geometric.CenterCrop3D, geometric.RandomCrop3D])
def test_a_crop_that_does_not_fit_names_both_sizes_and_the_way_out(kind: Any) -> None:
    with pytest.raises(augcore.InvalidData) as caught:
        kind((14, 20, 30))(volume=_VOLUME)
    assert str(caught.value) == (
        f"{kind.__name__}.size: (14, 20, 30) (depth, height, width) does not fit into a volume of (12, 30, 40); "
        "give a smaller one, or pad_if_needed=True"
    )
