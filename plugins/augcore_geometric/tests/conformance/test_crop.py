"""The conformance kit over the transforms of `crop.py`."""

from __future__ import annotations

from augcore_geometric import CenterCrop, Crop, RandomCrop, RandomResizedCrop

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
        RandomResizedCrop=[
            RandomResizedCrop((60, 50), scale=(0.5, 1)),
            Case(RandomResizedCrop((30, 40), area_for_downscale="image_mask"), name="RandomResizedCrop-area"),
        ],
    )
