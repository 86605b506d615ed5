"""The colour family of augcore: what changes values and leaves every pixel where it is."""

from __future__ import annotations

import augcore

from .additive_noise import AdditiveNoise
from .blur import AdvancedBlur, Blur, GaussianBlur
from .channels import ChannelDropout, ChannelShuffle, ChannelSwap, RGBShift
from .clahe import CLAHE
from .color import HueSaturationValue
from .defocus import Defocus
from .dithering import Dithering
from .exposure import ExposureMatching
from .glass_blur import GlassBlur
from .grain import FilmGrain
from .grey import Colorize, ToGray, ToRGB, ToSepia
from .halftone import Halftone
from .histogram import AutoContrast, Equalize
from .illuminant import PlanckianJitter
from .impulse_noise import SaltAndPepper
from .iso_noise import ISONoise
from .jitter import ColorJitter, PhotoMetricDistort
from .lens import ChromaticAberration, Vignetting
from .light import Illumination
from .motion_blur import MotionBlur, ZoomBlur
from .noise import GaussNoise
from .pca import FancyPCA
from .plasma import PlasmaBrightnessContrast, PlasmaShadow
from .quality import Downscale, ImageCompression
from .random_kernel import StochasticConvolution
from .rank_filter import MedianBlur, ModeFilter
from .ringing import RingingOvershoot
from .sharpen import Emboss, Enhance, Sharpen, UnsharpMask
from .shot_noise import ShotNoise
from .speckle import MultiplicativeNoise, RicianNoise
from .stain import HEStain
from .superpixels import Superpixels
from .tone import InvertImg, Posterize, RandomBrightnessContrast, RandomGamma, RandomToneCurve, Solarize
from .types import FromFloat, Normalize, ToFloat

PLUGIN_API = 1

__all__ = [
    "CLAHE",
    "AdditiveNoise",
    "AdvancedBlur",
    "AutoContrast",
    "Blur",
    "ChannelDropout",
    "ChannelShuffle",
    "ChannelSwap",
    "ChromaticAberration",
    "ColorJitter",
    "Colorize",
    "Defocus",
    "Dithering",
    "Downscale",
    "Emboss",
    "Enhance",
    "Equalize",
    "ExposureMatching",
    "FancyPCA",
    "FilmGrain",
    "FromFloat",
    "GaussNoise",
    "GaussianBlur",
    "GlassBlur",
    "HEStain",
    "Halftone",
    "HueSaturationValue",
    "ISONoise",
    "Illumination",
    "ImageCompression",
    "InvertImg",
    "MedianBlur",
    "ModeFilter",
    "MotionBlur",
    "MultiplicativeNoise",
    "Normalize",
    "PhotoMetricDistort",
    "PlanckianJitter",
    "PlasmaBrightnessContrast",
    "PlasmaShadow",
    "Posterize",
    "RGBShift",
    "RandomBrightnessContrast",
    "RandomGamma",
    "RandomToneCurve",
    "RicianNoise",
    "RingingOvershoot",
    "SaltAndPepper",
    "Sharpen",
    "ShotNoise",
    "Solarize",
    "StochasticConvolution",
    "Superpixels",
    "ToFloat",
    "ToGray",
    "ToRGB",
    "ToSepia",
    "UnsharpMask",
    "Vignetting",
    "ZoomBlur",
]


TRANSFORMS = tuple(globals()[name] for name in __all__)


@augcore.hookimpl
def augcore_transforms() -> list[type[augcore.Transform]]:
    return list(TRANSFORMS)
