"""The geometric family of augcore: what moves pixels, and the annotations with them."""

from __future__ import annotations

import augcore

from .affine import Affine, Perspective, Rotate, SafeRotate, ShiftScaleRotate
from .clip import UniformTemporalSubsample
from .crop import CenterCrop, Crop, RandomCrop, RandomCropFromBorders
from .distortion import ElasticTransform, PixelSpread
from .dropout import CoarseDropout, Erasing
from .grid_distortion import GridDistortion, GridElasticDeform, PiecewiseAffine
from .grid_dropout import GridDropout, GridMask
from .masking import FrequencyMasking, TimeMasking, XYMasking
from .morphology import Morphological
from .object_crop import (
    AtLeastOneBBoxRandomCrop,
    BBoxSafeRandomCrop,
    BBoxSubsetSafeRandomCrop,
    CropNonEmptyMaskIfExists,
    RandomCropNearBBox,
    RandomSizedBBoxSafeCrop,
)
from .object_dropout import ConstrainedCoarseDropout, GuidedCoarseDropout, MaskDropout
from .pad import Pad, PadIfNeeded
from .pixel_dropout import PixelDropout
from .refraction import OpticalDistortion, WaterRefraction
from .resize import LetterBox, LongestMaxSize, RandomScale, Resize, SmallestMaxSize
from .resized_crop import CropAndPad, RandomResizedCrop, RandomSizedCrop
from .spectrogram import TimeReverse
from .spline import ThinPlateSpline
from .symmetry import D4, HorizontalFlip, RandomRotate90, SquareSymmetry, Transpose, VerticalFlip
from .tiles import RandomGridShuffle
from .volume_crop import CenterCrop3D, Pad3D, PadIfNeeded3D, RandomCrop3D, RandomResizedCrop3D, Resize3D
from .volume_dropout import CoarseDropout3D
from .volume_symmetry import CubicSymmetry, Flip3D, RandomRotate90_3D
from .volume_tiles import GridShuffle3D
from .volume_warp import Affine3D, ElasticTransform3D

PLUGIN_API = 1

__all__ = [
    "D4",
    "Affine",
    "Affine3D",
    "AtLeastOneBBoxRandomCrop",
    "BBoxSafeRandomCrop",
    "BBoxSubsetSafeRandomCrop",
    "CenterCrop",
    "CenterCrop3D",
    "CoarseDropout",
    "CoarseDropout3D",
    "ConstrainedCoarseDropout",
    "Crop",
    "CropAndPad",
    "CropNonEmptyMaskIfExists",
    "CubicSymmetry",
    "ElasticTransform",
    "ElasticTransform3D",
    "Erasing",
    "Flip3D",
    "FrequencyMasking",
    "GridDistortion",
    "GridDropout",
    "GridElasticDeform",
    "GridMask",
    "GridShuffle3D",
    "GuidedCoarseDropout",
    "HorizontalFlip",
    "LetterBox",
    "LongestMaxSize",
    "MaskDropout",
    "Morphological",
    "OpticalDistortion",
    "Pad",
    "Pad3D",
    "PadIfNeeded",
    "PadIfNeeded3D",
    "Perspective",
    "PiecewiseAffine",
    "PixelDropout",
    "PixelSpread",
    "RandomCrop",
    "RandomCrop3D",
    "RandomCropFromBorders",
    "RandomCropNearBBox",
    "RandomGridShuffle",
    "RandomResizedCrop",
    "RandomResizedCrop3D",
    "RandomRotate90",
    "RandomRotate90_3D",
    "RandomScale",
    "RandomSizedBBoxSafeCrop",
    "RandomSizedCrop",
    "Resize",
    "Resize3D",
    "Rotate",
    "SafeRotate",
    "ShiftScaleRotate",
    "SmallestMaxSize",
    "SquareSymmetry",
    "ThinPlateSpline",
    "TimeMasking",
    "TimeReverse",
    "Transpose",
    "UniformTemporalSubsample",
    "VerticalFlip",
    "WaterRefraction",
    "XYMasking",
]


TRANSFORMS = tuple(globals()[name] for name in __all__)


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
