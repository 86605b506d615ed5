"""The conformance kit over the transforms of `object_crop.py`."""

from __future__ import annotations

from augcore_geometric import (
    AtLeastOneBBoxRandomCrop,
    BBoxSafeRandomCrop,
    BBoxSubsetSafeRandomCrop,
    CropNonEmptyMaskIfExists,
    RandomCropNearBBox,
    RandomSizedBBoxSafeCrop,
)

from augcore.testing import Case, TransformConformance, plugin_cases

BOX = {"cropping_bbox": (20, 15, 70, 45)}


class TestObjectCrop(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="object_crop",
        AtLeastOneBBoxRandomCrop=[
            AtLeastOneBBoxRandomCrop(40, 50),
            Case(AtLeastOneBBoxRandomCrop(40, 50, 0.7), name="AtLeastOneBBoxRandomCrop-eroded"),
            Case(AtLeastOneBBoxRandomCrop(40, 60), size=(200, 300), name="AtLeastOneBBoxRandomCrop-small"),
        ],
        # One of the kit's boxes covers the whole picture, so that nothing can go unless some may be cut.
        BBoxSafeRandomCrop=[
            Case(BBoxSafeRandomCrop(), targets=("mask", "keypoints"), name="BBoxSafeRandomCrop-without"),
            Case(BBoxSafeRandomCrop(0.6), name="BBoxSafeRandomCrop-eroded"),
        ],
        BBoxSubsetSafeRandomCrop=[
            BBoxSubsetSafeRandomCrop((0.2, 0.6)),
            Case(BBoxSubsetSafeRandomCrop((0.2, 0.6), 0.4), name="BBoxSubsetSafeRandomCrop-eroded"),
        ],
        CropNonEmptyMaskIfExists=[
            CropNonEmptyMaskIfExists(40, 50),
            Case(CropNonEmptyMaskIfExists(36, 40, [2], [1]), name="CropNonEmptyMaskIfExists-ignoring"),
        ],
        RandomCropNearBBox=[
            Case(RandomCropNearBBox(), data=BOX),
            Case(RandomCropNearBBox(1.0), data=BOX, name="RandomCropNearBBox-far"),
        ],
        RandomSizedBBoxSafeCrop=[
            Case(RandomSizedBBoxSafeCrop(50, 60, 0.4), name="RandomSizedBBoxSafeCrop-eroded"),
        ],
    )
