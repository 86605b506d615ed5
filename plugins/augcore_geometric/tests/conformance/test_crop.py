"""The conformance kit over the transforms of `crop.py`."""

from __future__ import annotations

from augcore_geometric import CenterCrop, Crop, RandomCrop, RandomCropFromBorders

from augcore.testing import Case, TransformConformance, plugin_cases


class TestCrop(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="crop",
        CenterCrop=[CenterCrop(40, 50), Case(CenterCrop(80, 50, pad_if_needed=True, fill=7), name="CenterCrop-padded")],
        Crop=[
            Crop(5, 6, 80, 60),
            Case(Crop(5, 6, 120, 60, pad_if_needed=True, border_mode="reflect_101"), name="Crop-reflected"),
            Case(Crop(5, 6, 120, 90, pad_if_needed=True, pad_position="random"), name="Crop-padded"),
        ],
        RandomCrop=[
            RandomCrop(40, 50),
            Case(RandomCrop(80, 50, pad_if_needed=True, pad_position="random"), name="RandomCrop-padded"),
        ],
        RandomCropFromBorders=[
            RandomCropFromBorders(),
            Case(RandomCropFromBorders(0.4, 0.6, 0.0, 0.3), name="RandomCropFromBorders-far"),
        ],
    )
