"""The conformance kit over every transform of the plugin: with its defaults, and with what changes most."""

from __future__ import annotations

import augcore_geometric as geometric
from augcore_geometric import (
    Affine,
    CenterCrop,
    CoarseDropout,
    Crop,
    ElasticTransform,
    LongestMaxSize,
    Pad,
    PadIfNeeded,
    Perspective,
    RandomCrop,
    RandomResizedCrop,
    Resize,
    Rotate,
    ShiftScaleRotate,
    SmallestMaxSize,
)

from augcore.testing import Case, TransformConformance, plugin_cases

# Wide enough that a blob of four standard deviations survives most draws whole.
_LARGE = (130, 160)


def _case(transform: object, name: str, **given: object) -> Case:
    return Case(transform, name=name, **given)


class TestGeometric(TransformConformance):
    cases = plugin_cases(
        "geometric",
        Affine=[
            Affine(scale=(0.7, 1.4), rotate=(-40, 40), shear=(-15, 15), translate_percent=(-0.1, 0.1)),
            _case(Affine(rotate=(-180, 180), scale=(0.5, 2), keep_ratio=True, fit_output=True), "Affine-fitted"),
            _case(Affine(rotate=30, translate_px={"x": (-9, 9)}, rotate_method="ellipse"), "Affine-ellipse"),
            _case(Affine(scale=(0.5, 0.8), border_mode="reflect", interpolation="cubic"), "Affine-reflected"),
        ],
        CenterCrop=[CenterCrop(40, 50), _case(CenterCrop(80, 50, pad_if_needed=True, fill=7), "CenterCrop-padded")],
        CoarseDropout=[
            CoarseDropout((1, 5), (3, 20), (0.1, 0.4)),
            _case(CoarseDropout(fill="random", fill_mask=9), "CoarseDropout-noise"),
            _case(CoarseDropout(fill="random_uniform"), "CoarseDropout-colour"),
            _case(CoarseDropout(fill="inpaint_telea"), "CoarseDropout-telea"),
            _case(CoarseDropout(fill="inpaint_ns"), "CoarseDropout-ns"),
        ],
        Crop=[
            Crop(5, 6, 80, 60),
            _case(Crop(5, 6, 120, 60, pad_if_needed=True, border_mode="reflect_101"), "Crop-reflected"),
            _case(Crop(5, 6, 120, 90, pad_if_needed=True, pad_position="random"), "Crop-padded"),
        ],
        ElasticTransform=[
            _case(ElasticTransform(alpha=300, sigma=10), "ElasticTransform", size=_LARGE),
            _case(ElasticTransform(alpha=900, sigma=16, same_dxdy=True, approximate=True), "Elastic-same", size=_LARGE),
            _case(ElasticTransform(alpha=60, sigma=8, noise_distribution="uniform"), "Elastic-uniform", size=_LARGE),
        ],
        LongestMaxSize=[
            LongestMaxSize((60, 120)),
            _case(LongestMaxSize(max_size_hw=(50, None)), "LongestMaxSize-height"),
        ],
        Pad=[Pad((3, 4, 5, 6), fill=5), _case(Pad(9, border_mode="wrap"), "Pad-wrapped")],
        PadIfNeeded=[
            PadIfNeeded(90, 110, position="random"),
            _case(PadIfNeeded(None, None, 32, 64, position="bottom_left"), "PadIfNeeded-divisors"),
        ],
        Perspective=[
            _case(Perspective((0.02, 0.05)), "Perspective", size=_LARGE),
            _case(Perspective(0.1, fit_output=True), "Perspective-fitted", size=_LARGE),
            _case(Perspective(0.1, keep_size=False), "Perspective-own-size", size=_LARGE),
            _case(Perspective(0.1, keep_size=False, fit_output=True), "Perspective-fitted-own-size", size=_LARGE),
        ],
        RandomCrop=[
            RandomCrop(40, 50),
            _case(RandomCrop(80, 50, pad_if_needed=True, pad_position="random"), "RandomCrop-padded"),
        ],
        RandomResizedCrop=[
            RandomResizedCrop((60, 50), scale=(0.5, 1)),
            _case(RandomResizedCrop((30, 40), area_for_downscale="image_mask"), "RandomResizedCrop-area"),
        ],
        Resize=[Resize(80, 50), _case(Resize(40, 60, area_for_downscale="image"), "Resize-area")],
        Rotate=[
            Rotate((-180, 180)),
            _case(Rotate(60, crop_border=True), "Rotate-cropped", size=_LARGE),
            _case(Rotate(90, interpolation="nearest", fill=200, fill_mask=3), "Rotate-nearest"),
        ],
        ShiftScaleRotate=[ShiftScaleRotate(shift_limit_x=0.2, scale_limit=(-0.3, 0.5))],
        SmallestMaxSize=[SmallestMaxSize(80), _case(SmallestMaxSize(max_size_hw=(60, 80)), "SmallestMaxSize-both")],
    )


def test_every_transform_is_registered_and_exported() -> None:
    assert {transform.__name__ for transform in geometric.TRANSFORMS} == set(geometric.__all__)
    assert set(geometric.augcore_transforms()) == set(geometric.TRANSFORMS)
