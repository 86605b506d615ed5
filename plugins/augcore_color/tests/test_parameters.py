"""What every transform of the plugin shares: parameters as documented, refusals by name, replay, inputs left alone."""

from __future__ import annotations

from typing import Any

import attrs
import augcore_color as color
import numpy as np
import pytest

from augcore import Compose, InvalidParameter, Trace, Transform, UnknownParameter
from augcore.testing.samples import picture

# As users know them from albumentations 2.0.8: names, order and defaults.
KNOWN: dict[str, dict[str, Any]] = {
    "AdditiveNoise": {
        "noise_type": "uniform",
        "spatial_mode": "constant",
        "noise_params": None,
        "approximation": 1.0,
    },
    "FilmGrain": {"intensity_range": (0.1, 0.3), "grain_size_range": (1, 3)},
    "ChromaticAberration": {
        "primary_distortion_limit": (-0.02, 0.02),
        "secondary_distortion_limit": (-0.05, 0.05),
        "mode": "green_purple",
        "interpolation": 1,
    },
    "Dithering": {"method": "error_diffusion", "levels_range": (2, 4), "matrix_size": 8},
    "Emboss": {"alpha": (0.2, 0.5), "strength": (0.2, 0.7)},
    "Enhance": {"mode": "edge", "alpha_range": (0.5, 1.0)},
    "Halftone": {"dot_size_range": (4, 10), "blend_range": (0.0, 0.35), "angle_range": (0, 90)},
    "Illumination": {
        "mode": "linear",
        "intensity_range": (0.01, 0.2),
        "effect_type": "both",
        "angle_range": (0, 360),
        "center_range": (0.1, 0.9),
        "sigma_range": (0.2, 1.0),
    },
    "PlasmaBrightnessContrast": {
        "brightness_range": (-0.3, 0.3),
        "contrast_range": (-0.3, 0.3),
        "plasma_size": 256,
        "roughness": 3.0,
    },
    "PlasmaShadow": {"shadow_intensity_range": (0.3, 0.7), "plasma_size": 256, "roughness": 3.0},
    "RingingOvershoot": {"blur_limit": (7, 15), "cutoff": (0.7853981633974483, 1.5707963267948966)},
    "Sharpen": {"alpha": (0.2, 0.5), "lightness": (0.5, 1.0), "method": "kernel", "kernel_size": 5, "sigma": 1.0},
    "Superpixels": {"p_replace": (0, 0.1), "n_segments": (100, 100), "max_size": 128, "interpolation": 1},
    "UnsharpMask": {"blur_limit": (3, 7), "sigma_limit": (0.0, 0.0), "alpha": (0.2, 0.5), "threshold": 10},
    "Vignetting": {"intensity_range": (0.2, 0.5), "center_range": (0.4, 0.6)},
    "GaussNoise": {"std_range": (0.2, 0.44), "mean_range": (0, 0), "per_channel": True, "noise_scale_factor": 1},
    "AdvancedBlur": {
        "blur_limit": (3, 7),
        "sigma_x_limit": (0.2, 1.0),
        "sigma_y_limit": (0.2, 1.0),
        "rotate_limit": (-90, 90),
        "beta_limit": (0.5, 8.0),
        "noise_limit": (0.9, 1.1),
    },
    "Blur": {"blur_limit": (3, 7)},
    "Defocus": {"radius": (3, 10), "alias_blur": (0.1, 0.5)},
    "GlassBlur": {"sigma": 0.7, "max_delta": 4, "iterations": 2, "mode": "fast"},
    "ISONoise": {"color_shift": (0.01, 0.05), "intensity": (0.1, 0.5)},
    "MedianBlur": {"blur_limit": (3, 7)},
    "ModeFilter": {"kernel_range": (3, 7)},
    "MotionBlur": {
        "blur_limit": (3, 7),
        "allow_shifted": True,
        "angle_range": (0, 360),
        "direction_range": (-1, 1),
    },
    "MultiplicativeNoise": {"multiplier": (0.9, 1.1), "per_channel": False, "elementwise": False},
    "RicianNoise": {"std_range": (0.02, 0.1)},
    "SaltAndPepper": {"amount": (0.01, 0.06), "salt_vs_pepper": (0.4, 0.6)},
    "ShotNoise": {"scale_range": (0.1, 0.3)},
    "StochasticConvolution": {"kernel_size": (3, 7), "strength_range": (0.2, 0.8), "per_channel": False},
    "ZoomBlur": {"max_factor": (1, 1.31), "step_factor": (0.01, 0.03)},
    "GaussianBlur": {"blur_limit": (0, 0), "sigma_limit": (0.5, 3.0)},
    "AutoContrast": {"cutoff": 0, "ignore": None, "method": "cdf"},
    "CLAHE": {"clip_limit": (1, 4), "tile_grid_size": (8, 8)},
    "Downscale": {"scale_range": (0.25, 0.25), "interpolation_pair": (0, 0)},
    "Equalize": {"mode": "cv", "by_channels": True, "mask": None, "mask_params": ()},
    "ExposureMatching": {"target_range": (0.09, 0.36), "max_gain": 8},
    "FromFloat": {"dtype": "uint8", "max_value": None, "p": 1.0},
    "ImageCompression": {"compression_type": "jpeg", "quality_range": (99, 100)},
    "InvertImg": {},
    "Posterize": {"num_bits": (4, 4)},
    "RandomToneCurve": {"scale": 0.1, "per_channel": False},
    "Solarize": {"threshold_range": (0.5, 0.5)},
    "ToFloat": {"max_value": None, "p": 1.0},
    "HueSaturationValue": {"hue_shift_limit": (-20, 20), "sat_shift_limit": (-30, 30), "val_shift_limit": (-20, 20)},
    "Normalize": {
        "mean": (0.485, 0.456, 0.406),
        "std": (0.229, 0.224, 0.225),
        "max_pixel_value": 255.0,
        "normalization": "standard",
        "p": 1.0,
    },
    "RandomBrightnessContrast": {
        "brightness_limit": (-0.2, 0.2),
        "contrast_limit": (-0.2, 0.2),
        "brightness_by_max": True,
        "ensure_safe_range": False,
    },
    "RandomGamma": {"gamma_limit": (80, 120)},
    "ChannelDropout": {"channel_drop_range": (1, 1), "fill": 0},
    "ChannelShuffle": {},
    "ChannelSwap": {"channel_order": (2, 1, 0)},
    "ColorJitter": {"brightness": (0.8, 1.2), "contrast": (0.8, 1.2), "saturation": (0.8, 1.2), "hue": (-0.5, 0.5)},
    "Colorize": {
        "black_range": ((0, 0, 0), (64, 64, 64)),
        "white_range": ((192, 192, 192), (255, 255, 255)),
        "mid_range": ((64, 64, 64), (192, 192, 192)),
        "mid_value_range": (96, 160),
    },
    "FancyPCA": {"alpha": 0.1},
    "HEStain": {
        "method": "random_preset",
        "preset": None,
        "intensity_scale_range": (0.7, 1.3),
        "intensity_shift_range": (-0.2, 0.2),
        "augment_background": False,
    },
    "PhotoMetricDistort": {
        "brightness_range": (0.875, 1.125),
        "contrast_range": (0.5, 1.5),
        "saturation_range": (0.5, 1.5),
        "hue_range": (-0.05, 0.05),
        "distort_p": 0.5,
    },
    "PlanckianJitter": {"mode": "blackbody", "temperature_limit": None, "sampling_method": "uniform"},
    "RGBShift": {"r_shift_limit": (-20, 20), "g_shift_limit": (-20, 20), "b_shift_limit": (-20, 20)},
    "ToGray": {"num_output_channels": 3, "method": "weighted_average"},
    "ToRGB": {"num_output_channels": 3, "p": 1.0},
    "ToSepia": {},
}

SETTINGS: list[Transform] = [
    color.AdditiveNoise(noise_params={"ranges": [(-0.3, 0.1)]}),
    color.AdditiveNoise("laplace", "per_pixel", {"mean_range": 0.1}, 0.4),
    color.AdditiveNoise("beta", "shared", {"alpha_range": (0.2, 5), "scale_range": 0.5}),
    color.FilmGrain(0.5, 0.5),
    color.FilmGrain(1, (2, 6)),
    color.ISONoise(1, 1),
    color.MultiplicativeNoise((0, 3), True, False),
    color.MultiplicativeNoise((0.5, 2), False, True),
    color.RicianNoise(0.3),
    color.SaltAndPepper(0.5, 0.2),
    color.ShotNoise((1e-3, 2)),
    color.StochasticConvolution((3, 5), 1, True),
    color.GaussNoise((0.01, 0.9), (-0.3, 0.3)),
    color.ChromaticAberration(1, 1, "random", "cubic"),
    *(color.Dithering(method, (2, 256), 4) for method in ("random", "ordered", "error_diffusion")),
    color.Emboss((0, 1), (0, 3)),
    *(color.Enhance(mode, (0, 1)) for mode in ("edge", "detail")),
    color.Halftone((2, 40), (0, 1), (-90, 90)),
    *(color.Illumination(mode, (0, 1), center_range=(0, 1)) for mode in ("linear", "corner", "gaussian")),
    color.PlasmaBrightnessContrast(1, 1, 1000, 0.5),
    color.PlasmaShadow((0, 1), 1, 100),
    color.RingingOvershoot((3, 21), (0, 3.14)),
    color.Sharpen((0, 1), (0, 3)),
    color.Sharpen((0, 1), 1, "gaussian", 9, 3),
    color.Superpixels((0.2, 1), (1, 500), 16, "cubic"),
    color.Superpixels((0.2, 1), 30, None, "nearest"),
    color.UnsharpMask(15, 4, 1, 0),
    color.Vignetting((0, 1), (0, 1)),
    color.GaussNoise(per_channel=False),
    color.GaussNoise(noise_scale_factor=0.25, per_channel=False),
    color.GaussianBlur((3, 11), (0, 5)),
    color.GaussianBlur(9, 4),
    color.AdvancedBlur(13, 3, 3, 0, (0, 0.5), (0, 2)),
    color.AdvancedBlur((3, 3), (0, 0), (0, 0)),
    color.Blur(15),
    color.Defocus(),
    color.Defocus((1, 1), 2),
    color.Defocus((20, 20), (0, 0)),
    color.GlassBlur(),
    color.GlassBlur(0, 20, 1, "exact"),
    color.MedianBlur(9),
    color.ModeFilter(),
    color.MotionBlur(),
    color.MotionBlur((15, 15), False, (30, 30), (1, 1)),
    color.ZoomBlur((1.2, 3), 0.2),
    color.ChannelDropout((1, 2), 0.5),
    color.ChannelShuffle(),
    color.ChannelSwap((1, 2, 0)),
    color.ColorJitter(1.5, (0, 3), 2, 0.5),
    color.Colorize((255, 0, 0), (0, 0, 255), None, (1, 254)),
    color.FancyPCA(10),
    *(color.HEStain(method, None, (0, 3), 1, True) for method in ("preset", "vahadane", "macenko")),
    color.HEStain(),
    color.HueSaturationValue(180, 255, 255),
    color.HueSaturationValue(180, 0, 0),
    color.PhotoMetricDistort(),
    color.PlanckianJitter("cied", None, "gaussian"),
    color.PlanckianJitter("blackbody", (1000, 15000)),
    color.RGBShift(255, 255, 255),
    color.ToRGB(),
    color.ToSepia(),
    color.Normalize(0.5, (0.1, 0.2, 0.3), None),
    *(color.Normalize(normalization=n) for n in ("image", "image_per_channel", "min_max", "min_max_per_channel")),
    color.RandomBrightnessContrast(1.0, (-2, 2), False, True),
    color.RandomBrightnessContrast(0.5, 0.5, False, False),
    color.RandomGamma((1, 1000)),
    color.AutoContrast(),
    color.AutoContrast(7, 0, "pil"),
    color.CLAHE((1, 40), (3, 5)),
    color.Downscale((0.1, 0.7), ("area", "linear")),
    color.Downscale(),
    *(color.Equalize(mode) for mode in ("cv", "pil")),
    color.Equalize(by_channels=False),
    color.ExposureMatching((0.001, 1), 50),
    color.FromFloat("uint16", 4095),
    color.ImageCompression("jpeg", (1, 100)),
    color.ImageCompression("webp", (1, 100)),
    color.InvertImg(),
    color.Posterize((1, 7)),
    color.RandomToneCurve(0.4),
    color.Solarize((0, 1)),
    color.ToFloat(),
    *(
        color.ToGray(n, m)
        for n, m in enumerate(("weighted_average", "from_lab", "desaturation", "average", "max", "pca"), 1)
    ),
]


# What one channel is refused by.
COLOUR_ONLY = (
    color.ChannelDropout,
    color.ChannelSwap,
    color.ChromaticAberration,
    color.HEStain,
    color.HueSaturationValue,
    color.ISONoise,
    color.PlanckianJitter,
    color.RGBShift,
    color.ToSepia,
)


@pytest.mark.parametrize("transform", color.TRANSFORMS, ids=lambda t: t.__name__)
def test_parameters_keep_the_names_order_and_defaults_that_users_know(transform: type[Transform]) -> None:
    known = {"p": 0.5} | KNOWN[transform.__name__]
    made = attrs.asdict(transform())
    assert made == known
    assert [name for name in made if name != "p"] == [name for name in known if name != "p"]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("ChromaticAberration", {"mode": "green"}, r"ChromaticAberration\.mode: 'green' is not one of 'green_purple'"),
        ("ChromaticAberration", {"primary_distortion_limit": 2}, r"primary_distortion_limit: -2 is outside \[-1, 1\]"),
        ("Dithering", {"method": "bayer"}, r"Dithering\.method: 'bayer' is not one of 'random', 'ordered'"),
        ("Dithering", {"levels_range": 1}, r"Dithering\.levels_range: 1 is outside \[2, 256\]"),
        ("Dithering", {"matrix_size": 5}, r"Dithering\.matrix_size: 5 is not one of 2, 4, 8, 16"),
        ("Emboss", {"alpha": (0, 2)}, r"Emboss\.alpha: 2 is outside \[0, 1\]"),
        ("Emboss", {"strength": -1}, r"Emboss\.strength: -1 is outside \[0, inf\)"),
        ("Enhance", {"mode": "edges"}, r"Enhance\.mode: 'edges' is not one of 'edge', 'detail'; did you mean 'edge'"),
        ("Halftone", {"dot_size_range": (1, 4)}, r"Halftone\.dot_size_range: 1 is outside \[2, 256\] px"),
        ("Halftone", {"blend_range": 1.5}, r"Halftone\.blend_range: 1\.5 is outside \[0, 1\]"),
        ("Illumination", {"intensity_range": (0.3, 0.1)}, r"intensity_range: \(0\.3, 0\.1\) is not an interval"),
        (
            "Illumination",
            {"effect_type": "dim"},
            r"Illumination\.effect_type: 'dim' is not one of 'brighten', 'darken'",
        ),
        ("Illumination", {"sigma_range": 0}, r"Illumination\.sigma_range: 0 is outside \[0\.01, 10\]"),
        ("PlasmaBrightnessContrast", {"roughness": 0}, r"PlasmaBrightnessContrast\.roughness: 0 is outside \(0, 100\]"),
        ("PlasmaShadow", {"plasma_size": 0}, r"PlasmaShadow\.plasma_size: 0 is outside \[1, inf\)"),
        ("RingingOvershoot", {"blur_limit": (4, 8)}, r"RingingOvershoot\.blur_limit: \(4, 8\) holds an even size"),
        (
            "RingingOvershoot",
            {"cutoff": 4},
            r"RingingOvershoot\.cutoff: 4 is outside \[0, 3\.14159\] radians per pixel",
        ),
        ("Sharpen", {"method": "laplace"}, r"Sharpen\.method: 'laplace' is not one of 'kernel', 'gaussian'"),
        ("Sharpen", {"kernel_size": 1}, r"Sharpen\.kernel_size: 1 is outside \[3, inf\) px"),
        ("Superpixels", {"p_replace": 1.5}, r"Superpixels\.p_replace: 1\.5 is outside \[0, 1\]"),
        ("Superpixels", {"n_segments": 0}, r"Superpixels\.n_segments: 0 is outside \[1, inf\)"),
        ("UnsharpMask", {"threshold": 300}, r"UnsharpMask\.threshold: 300 is outside \[0, 255\] 255ths of the range"),
        ("Vignetting", {"center_range": (0.5, 1.5)}, r"Vignetting\.center_range: 1\.5 is outside \[0, 1\]"),
        ("GaussNoise", {"std_range": (0.1, 1.2)}, r"GaussNoise\.std_range: 1\.2 is outside \[0, 1\]"),
        ("GaussNoise", {"mean_range": (-2, 0)}, r"GaussNoise\.mean_range: -2 is outside \[-1, 1\]"),
        ("GaussNoise", {"noise_scale_factor": 0}, r"GaussNoise\.noise_scale_factor: 0 is outside \(0, 1\]"),
        ("AdditiveNoise", {"noise_type": "normal"}, r"AdditiveNoise\.noise_type: 'normal' is not one of 'uniform'"),
        ("AdditiveNoise", {"spatial_mode": "pixel"}, r"AdditiveNoise\.spatial_mode: 'pixel' is not one of 'constant'"),
        ("AdditiveNoise", {"approximation": 0}, r"AdditiveNoise\.approximation: 0 is outside \(0, 1\]"),
        ("AdditiveNoise", {"noise_params": {"std": 1}}, r"AdditiveNoise\.noise_params: .* give \{name: range\}"),
        ("AdditiveNoise", {"noise_params": {"ranges": (0, 1)}}, r"ranges: \(0, 1\) is not a list of ranges"),
        ("AdditiveNoise", {"noise_params": {"ranges": [(0, 2)]}}, r"noise_params: ranges: 2 is outside \[-1, 1\]"),
        ("AdditiveNoise", {"noise_params": {"std_range": 0.1}}, r"std_range with noise_type='uniform'; give ranges$"),
        (
            "AdditiveNoise",
            {"spatial_mode": "shared", "noise_params": {"ranges": [(0, 1), (0, 0)]}},
            r"AdditiveNoise\.noise_params: 2 ranges with spatial_mode='shared', .*; give one$",
        ),
        ("FilmGrain", {"grain_size_range": 0.1}, r"FilmGrain\.grain_size_range: 0\.1 is outside \[0\.5, inf\) px"),
        ("FilmGrain", {"intensity_range": 2}, r"FilmGrain\.intensity_range: 2 is outside \[0, 1\]"),
        ("ISONoise", {"color_shift": (0, 2)}, r"ISONoise\.color_shift: 2 is outside \[0, 1\] turns"),
        ("ISONoise", {"intensity": -1}, r"ISONoise\.intensity: -1 is outside \[0, 1\]"),
        ("MultiplicativeNoise", {"multiplier": (-1, 1)}, r"MultiplicativeNoise\.multiplier: -1 is outside \[0, inf\)"),
        ("MultiplicativeNoise", {"elementwise": 2}, r"MultiplicativeNoise\.elementwise: 2 is neither True nor False"),
        ("RicianNoise", {"std_range": 1.5}, r"RicianNoise\.std_range: 1\.5 is outside \[0, 1\]"),
        ("SaltAndPepper", {"amount": 1.1}, r"SaltAndPepper\.amount: 1\.1 is outside \[0, 1\]"),
        ("SaltAndPepper", {"salt_vs_pepper": (0.6, 0.4)}, r"SaltAndPepper\.salt_vs_pepper: \(0\.6, 0\.4\) is not an"),
        ("ShotNoise", {"scale_range": 0}, r"ShotNoise\.scale_range: 0 is outside \[1e-06, inf\) fraction of the light"),
        ("StochasticConvolution", {"kernel_size": 4}, r"StochasticConvolution\.kernel_size: \(4, 4\) holds an even"),
        ("StochasticConvolution", {"strength_range": 3}, r"StochasticConvolution\.strength_range: 3 is outside \[0"),
        ("GaussNoise", {"per_channel": 1}, r"GaussNoise\.per_channel: 1 is neither True nor False"),
        ("GaussianBlur", {"sigma_limit": -1}, r"GaussianBlur\.sigma_limit: -1 is outside \[0, inf\)"),
        ("Blur", {"blur_limit": 2}, r"Blur\.blur_limit: 2 is outside \[3, inf\) px"),
        ("MedianBlur", {"blur_limit": (3, 6)}, r"MedianBlur\.blur_limit: \(3, 6\) holds an even size; give odd ones$"),
        ("ModeFilter", {"kernel_range": 17}, r"ModeFilter\.kernel_range: 17 is outside \[3, 15\] px"),
        ("MotionBlur", {"direction_range": (-2, 0)}, r"MotionBlur\.direction_range: -2 is outside \[-1, 1\]"),
        ("MotionBlur", {"angle_range": (0, 400)}, r"MotionBlur\.angle_range: 400 is outside \[-360, 360\] degrees"),
        ("AdvancedBlur", {"sigma_x_limit": -1}, r"AdvancedBlur\.sigma_x_limit: -1 is outside \[0, inf\)"),
        ("AdvancedBlur", {"noise_limit": 0}, r"AdvancedBlur\.noise_limit: \(0\.0, 0\.0\) leaves no weights; give"),
        ("Defocus", {"radius": (0, 3)}, r"Defocus\.radius: 0 is outside \[1, inf\) px"),
        ("Defocus", {"alias_blur": (-1, 0)}, r"Defocus\.alias_blur: -1 is outside \[0, inf\) px"),
        ("GlassBlur", {"max_delta": 0}, r"GlassBlur\.max_delta: 0 is outside \[1, 127\] px"),
        ("GlassBlur", {"iterations": 1.5}, r"GlassBlur\.iterations: 1\.5 is not a whole number"),
        ("GlassBlur", {"mode": "slow"}, r"GlassBlur\.mode: 'slow' is not one of 'fast', 'exact'"),
        ("ZoomBlur", {"max_factor": 0.9}, r"ZoomBlur\.max_factor: 0\.9 is outside \[1, inf\) zoom"),
        ("ZoomBlur", {"step_factor": (0, 0.1)}, r"ZoomBlur\.step_factor: \(0\.0, 0\.1\) holds 0, .*give steps above 0"),
        ("GaussianBlur", {"blur_limit": 2.5}, r"GaussianBlur\.blur_limit: 2\.5 is not a whole number"),
        ("HueSaturationValue", {"hue_shift_limit": 200}, r"HueSaturationValue\.hue_shift_limit: -200 is outside"),
        (
            "HueSaturationValue",
            {"sat_shift_limit": (5, 3)},
            r"HueSaturationValue\.sat_shift_limit: \(5, 3\) is not an interval",
        ),
        (
            "RandomBrightnessContrast",
            {"contrast_limit": "much"},
            r"RandomBrightnessContrast\.contrast_limit: 'much' is not",
        ),
        ("AutoContrast", {"cutoff": 60}, r"AutoContrast\.cutoff: 60 is outside \[0, 50\] percent"),
        ("AutoContrast", {"ignore": 256}, r"AutoContrast\.ignore: 256 is outside \[0, 255\]"),
        ("CLAHE", {"clip_limit": (0.5, 2)}, r"CLAHE\.clip_limit: 0\.5 is outside \[1, inf\)"),
        ("CLAHE", {"tile_grid_size": (8, 0)}, r"CLAHE\.tile_grid_size: 0 is outside \[1, inf\)"),
        ("Downscale", {"scale_range": (0.5, 1.5)}, r"Downscale\.scale_range: 1\.5 is outside \[0, 1\]"),
        ("Downscale", {"interpolation_pair": 0}, r"Downscale\.interpolation_pair: 0 is no pair; give {'downscale'"),
        ("Downscale", {"interpolation_pair": {"upscale": 0}}, r"Downscale\.interpolation_pair: .* does not name both"),
        ("Downscale", {"interpolation_pair": ("area", "best")}, r"Downscale\.interpolation_pair: 'best' is not known"),
        ("Equalize", {"mode": "numpy"}, r"Equalize\.mode: 'numpy' is not one of 'cv', 'pil'"),
        ("Equalize", {"mask": np.zeros((4, 5, 3))}, r"Equalize\.mask: an array of \(4, 5, 3\) is no mask; give an"),
        ("Equalize", {"mask": "sky"}, r"Equalize\.mask: 'sky' is no mask; give an array"),
        ("Equalize", {"mask_params": "boxes"}, r"Equalize\.mask_params: 'boxes' are not names; give a list"),
        ("ExposureMatching", {"target_range": 0}, r"ExposureMatching\.target_range: 0 is outside \[0\.001, 1\]"),
        ("ExposureMatching", {"max_gain": 0.5}, r"ExposureMatching\.max_gain: 0\.5 is outside \[1, inf\)"),
        ("FromFloat", {"dtype": "uint32"}, r"FromFloat\.dtype: 'uint32' is not one of 'uint8', 'uint16'"),
        ("FromFloat", {"max_value": 0}, r"FromFloat\.max_value: 0 is outside \(0, inf\)"),
        ("ImageCompression", {"quality_range": (0, 9)}, r"ImageCompression\.quality_range: 0 is outside \[1, 100\]"),
        ("ImageCompression", {"compression_type": "jpg"}, r"ImageCompression\.compression_type: 'jpg' is not one of"),
        ("Posterize", {"num_bits": 9}, r"Posterize\.num_bits: 9 is outside \[1, 8\] bits"),
        ("Posterize", {"num_bits": [(1, 3), (4, 2)]}, r"Posterize\.num_bits: \(4, 2\) is not an interval"),
        ("Posterize", {"num_bits": []}, r"Posterize\.num_bits: \[\] holds no numbers; give one, or one for each"),
        ("RandomToneCurve", {"scale": 2}, r"RandomToneCurve\.scale: 2 is outside \[0, 1\]"),
        ("Solarize", {"threshold_range": (0.5, 2)}, r"Solarize\.threshold_range: 2 is outside \[0, 1\]"),
        ("ToFloat", {"max_value": -1}, r"ToFloat\.max_value: -1 is outside \(0, inf\)"),
        ("RandomGamma", {"gamma_limit": (0, 100)}, r"RandomGamma\.gamma_limit: 0 is outside \[1, inf\) percent"),
        ("ToGray", {"method": "luma"}, r"ToGray\.method: 'luma' is not one of 'weighted_average'"),
        ("ToGray", {"num_output_channels": 0}, r"ToGray\.num_output_channels: 0 is outside \[1, inf\)"),
    ],
)
def test_values_out_of_range_are_refused_by_name(name: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        getattr(color, name)(**given)


def test_parameters_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownParameter, match=r"GaussNoise: no parameter 'var_limit'; it takes .*std_range"):
        color.GaussNoise(var_limit=(10, 50))
    with pytest.raises(UnknownParameter, match=r"no parameter 'noise_scale'; did you mean 'noise_scale_factor'"):
        color.GaussNoise(noise_scale=0.5)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_replay_through_json_is_equal_to_the_bit_and_inputs_stay(step: Transform, dtype: str) -> None:
    image = picture((37, 41), 3, dtype)
    if isinstance(step, color.Normalize) and isinstance(step.mean, tuple):
        step = attrs.evolve(step, max_pixel_value=None)
    before = image.copy()
    pipeline = Compose([attrs.evolve(step, p=1)], seed=8)
    for _ in range(3):
        result, trace = pipeline.traced(image=image)
        again = Trace.from_json(trace.to_json()).apply(image=image)
        assert result["image"].tobytes() == again["image"].tobytes()
        np.testing.assert_array_equal(image, before)
        assert not np.may_share_memory(result["image"], image) or result["image"] is image


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_a_single_pixel_and_a_single_row_are_pictures_too(step: Transform, dtype: str) -> None:
    for size in ((1, 1), (1, 9), (9, 1)):
        out = Compose([attrs.evolve(step, p=1)], seed=8)(image=picture(size, 3, dtype))["image"]
        assert out.shape[:2] == size
        assert np.isfinite(out).all()


@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_planes_without_a_channel_axis_go_through_like_one_channel(step: Transform) -> None:
    if isinstance(step, COLOUR_ONLY) or (isinstance(step, color.Normalize) and isinstance(step.std, tuple)):
        step = color.Normalize(0.5, 0.25)
    plane = picture((20, 21), None)
    flat, deep = (
        Compose([attrs.evolve(step, p=1)], seed=8)(image=image)["image"] for image in (plane, plane[:, :, None])
    )
    wanted = 3 if isinstance(step, color.Colorize) else getattr(step, "num_output_channels", 1)
    assert flat.shape == ((20, 21) if wanted == 1 else (20, 21, wanted))
    np.testing.assert_array_equal(flat.reshape(deep.shape), deep)


@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_views_with_gaps_give_what_their_copies_give(step: Transform) -> None:
    view = picture((40, 42))[4:30:2, 38:3:-1]
    both = (Compose([attrs.evolve(step, p=1)], seed=8)(image=image)["image"] for image in (view, view.copy()))
    np.testing.assert_array_equal(*both)
