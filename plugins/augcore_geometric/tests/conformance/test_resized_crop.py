"""The conformance kit over the transforms of `resized_crop.py`."""

from __future__ import annotations

from augcore_geometric import CropAndPad, RandomResizedCrop, RandomSizedCrop

from augcore.testing import Case, TransformConformance, plugin_cases


class TestResizedCrop(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="resized_crop",
        CropAndPad=[
            CropAndPad(px=(-5, 12, -8, 3), fill=7),
            Case(CropAndPad(percent=(-0.2, 0.1), keep_size=False, fill=7, fill_mask=1), name="CropAndPad-parts"),
            Case(CropAndPad(percent=(-0.1, 0.1), sample_independently=False), name="CropAndPad-alike"),
            Case(CropAndPad(px=((-9, 9), 8, -7, (0, 5)), border_mode="reflect_101"), name="CropAndPad-reflected"),
        ],
        RandomResizedCrop=[
            RandomResizedCrop((60, 50), scale=(0.5, 1)),
            Case(RandomResizedCrop((30, 40), area_for_downscale="image_mask"), name="RandomResizedCrop-area"),
        ],
        RandomSizedCrop=[
            RandomSizedCrop((30, 60), (50, 60)),
            Case(RandomSizedCrop((40, 60), (30, 40), 1.5, area_for_downscale="image"), name="RandomSizedCrop-area"),
        ],
    )
