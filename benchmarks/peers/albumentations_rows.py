"""The rows that albumentations 2.0.8 and its successor share: one module name, classes of the same names.

What the successor calls `blur_range` was `blur_limit`, `radius_range` was `radius`: `made` finds the name that is
there.
"""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import albumentations as A  # noqa: N812
import cv2
import numpy as np

from benchmarks.peers import Call, Rows

ROWS = Rows()

cv2.setNumThreads(1)

METHODS = {"nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR}
BORDERS = {"constant": cv2.BORDER_CONSTANT, "reflect101": cv2.BORDER_REFLECT_101}


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output


def composed(*transforms: Any) -> Call:
    pipeline = A.Compose(list(transforms))
    return lambda image: np.ascontiguousarray(pipeline(image=image)["image"])


def made(kind: type, **parameters: Any) -> Any:
    """The transform with parameters in the successor's names, JSON's lists as tuples, always applied."""
    known = inspect.signature(kind).parameters
    named = {}
    for name, value in parameters.items():
        stem = name.removesuffix("_range")
        found = next(old for old in (name, f"{stem}_limit", stem, "limit") if old in known)
        named[found] = frozen(value)
    return kind(**named, p=1)


def through(kind: type, **parameters: Any) -> Call:
    return composed(made(kind, **parameters))


def frozen(value: Any) -> Any:
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def exactly(value: float) -> tuple[float, float]:
    return value, value


def around(value: float) -> tuple[float, float]:
    return -value, value


def filled(border_mode: str, fill: int) -> dict[str, Any]:
    return {"border_mode": BORDERS[border_mode], "fill": fill}


# ---------------------------------------------------------------------------------------------- sizes and windows


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return through(A.Resize, height=target_size, width=target_size, interpolation=METHODS[interpolation])


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return through(A.LongestMaxSize, max_size=max_size, interpolation=METHODS[interpolation])


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return through(A.SmallestMaxSize, max_size=max_size, interpolation=METHODS[interpolation])


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return through(A.RandomScale, scale_range=scale_limit, interpolation=METHODS[interpolation])


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    down, up = (METHODS[name] for name in interpolation_pair)
    return through(A.Downscale, scale_range=scale_range, interpolation_pair={"downscale": down, "upscale": up})


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return through(A.RandomCrop, height=height, width=width)


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    return through(A.CenterCrop, height=height, width=width)


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    return through(A.RandomResizedCrop, size=size, scale=scale, ratio=ratio, interpolation=METHODS[interpolation])


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    return through(A.RandomSizedCrop, min_max_height=min_max_height, size=size, interpolation=METHODS[interpolation])


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    how = {"keep_size": keep_size, "interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    return through(A.CropAndPad, px=px, **how)


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return through(A.Pad, padding=padding, **filled(border_mode, fill))


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return through(A.PadIfNeeded, min_height=min_height, min_width=min_width, **filled(border_mode, fill))


# ---------------------------------------------------------------------------------------------- places of pixels


@ROWS.row
def HorizontalFlip() -> Call:
    return through(A.HorizontalFlip)


@ROWS.row
def VerticalFlip() -> Call:
    return through(A.VerticalFlip)


@ROWS.row
def Transpose() -> Call:
    return through(A.Transpose)


@ROWS.row
def SquareSymmetry() -> Call:
    return through(A.SquareSymmetry)


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    assert times == [0, 3]
    return through(A.RandomRotate90)


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    return through(A.Rotate, angle_range=angle_range, interpolation=METHODS[interpolation], **filled(mode, fill))


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    how = {"interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    return through(A.SafeRotate, angle_range=around(limit), **how)


@ROWS.row
def Affine(
    angle: float,
    shift: list[int],
    scale: float,
    shear: list[float],
    interpolation: str,
    mode: str,
    fill: int,
    reference_size: int,
) -> Call:
    # The shift is in pixels already; the reference size is for libraries that take parts of the side.
    return through(
        A.Affine,
        rotate=exactly(angle),
        translate_px={axis: exactly(pixels) for axis, pixels in zip("xy", shift, strict=True)},
        scale=exactly(scale),
        shear={axis: exactly(degrees) for axis, degrees in zip("xy", shear, strict=True)},
        interpolation=METHODS[interpolation],
        **filled(mode, fill),
    )


@ROWS.row
def Shear(shear: float) -> Call:
    return through(A.Affine, shear=around(shear))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    limits = {"shift_range": shift_limit, "scale_range": scale_limit, "rotate_range": rotate_limit}
    ranges = {name: around(limit) for name, limit in limits.items()}
    how = {"interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    return through(A.ShiftScaleRotate, **ranges, **how)


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    return through(A.Perspective, scale=scale, interpolation=METHODS[interpolation], fill=fill)


@ROWS.row
def OpticalDistortion(distort_limit: float, mode: str) -> Call:
    return through(A.OpticalDistortion, distort_range=around(distort_limit), mode=mode)


@ROWS.row
def GridDistortion(num_steps: int, distort_limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    how = {"interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    return through(A.GridDistortion, num_steps=num_steps, distort_range=around(distort_limit), **how)


@ROWS.row
def PiecewiseAffine(scale: list[float], nb_rows: int, nb_cols: int) -> Call:
    grid = {"nb_rows_range": exactly(nb_rows), "nb_cols_range": exactly(nb_cols)}
    return through(A.PiecewiseAffine, scale_range=scale, **grid)


@ROWS.row
def ThinPlateSpline(num_control_points: int, distortion_scale: float) -> Call:
    return through(A.ThinPlateSpline, num_control_points=num_control_points, scale_range=exactly(distortion_scale))


@ROWS.row
def RandomGridShuffle(grid: list[int]) -> Call:
    return through(A.RandomGridShuffle, grid=grid)


@ROWS.row
def RandomJigsaw(grid: list[int]) -> Call:
    return through(A.RandomGridShuffle, grid=grid)


@ROWS.row
def ChromaticAberration(
    primary_distortion_limit: list[float], secondary_distortion_limit: list[float], mode: str
) -> Call:
    ranges = {
        "primary_distortion_range": primary_distortion_limit,
        "secondary_distortion_range": secondary_distortion_limit,
    }
    return through(A.ChromaticAberration, **ranges, mode=mode)


# ---------------------------------------------------------------------------------------------- colors


def jitter(brightness: Any = (1, 1), contrast: Any = (1, 1), saturation: Any = (1, 1), hue: Any = (0, 0)) -> Any:
    given = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}
    return made(A.ColorJitter, **{f"{name}_range": span for name, span in given.items()})


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    # As 2.0.8 and torchvision read single numbers.
    factors = [(max(0, 1 - limit), 1 + limit) for limit in (brightness, contrast, saturation)]
    return composed(jitter(*factors, around(hue)))


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return composed(jitter(brightness, contrast, saturation, hue))


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return composed(jitter(saturation=exactly(saturation_factor)))


def shifted(hue: float, saturation: float, value: float) -> Call:
    """Hue in degrees of 180 for the circle, the others in bytes, as this library has them."""
    limits = {"hue_shift_range": hue, "sat_shift_range": saturation, "val_shift_range": value}
    return through(A.HueSaturationValue, **{name: around(limit) for name, limit in limits.items()})


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    return shifted(hue * 180, saturation * 255, value * 255)


@ROWS.row
def Hue(hue: float) -> Call:
    return shifted(hue, 0, 0)


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    return through(A.RandomBrightnessContrast, brightness_range=brightness_limit, contrast_range=(0, 0))


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    return through(A.RandomBrightnessContrast, brightness_range=(0, 0), contrast_range=contrast_limit)


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    return through(A.RandomGamma, gamma_range=exactly(gamma))


@ROWS.row
def RandomToneCurve(scale: float) -> Call:
    return through(A.RandomToneCurve, scale=scale)


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    return through(A.PlanckianJitter, mode=mode)


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return through(A.RGBShift, **{f"{channel}_shift_range": around(pixel_shift) for channel in "rgb"})


@ROWS.row
def ChannelShuffle() -> Call:
    return through(A.ChannelShuffle)


@ROWS.row
def ChannelDropout() -> Call:
    return through(A.ChannelDropout)


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return through(A.ToGray, num_output_channels=num_output_channels)


@ROWS.row
def ToSepia() -> Call:
    return through(A.ToSepia)


@ROWS.row
def FancyPCA(alpha: float) -> Call:
    return through(A.FancyPCA, alpha=alpha)


@ROWS.row
def Invert() -> Call:
    return through(A.InvertImg)


@ROWS.row
def Posterize(bits: int) -> Call:
    return through(A.Posterize, num_bits=exactly(bits))


@ROWS.row
def Solarize(threshold: float) -> Call:
    return through(A.Solarize, threshold_range=exactly(threshold))


@ROWS.row
def AutoContrast() -> Call:
    # Of its two methods the one that gives what everybody else's gives.
    return through(A.AutoContrast, method="pil")


@ROWS.row
def Equalize(mode: str) -> Call:
    return through(A.Equalize, mode=mode)


@ROWS.row
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    return through(A.CLAHE, clip_range=clip_limit, tile_grid_size=tile_grid_size)


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    return through(A.Normalize, mean=mean, std=std)


# ---------------------------------------------------------------------------------------------- light and weather


@ROWS.row
def LinearIllumination(gain: list[float]) -> Call:
    return through(A.Illumination, mode="linear", intensity_range=gain)


@ROWS.row
def CornerIllumination(gain: list[float]) -> Call:
    return through(A.Illumination, mode="corner", intensity_range=gain)


@ROWS.row
def GaussianIllumination(gain: list[float]) -> Call:
    return through(A.Illumination, mode="gaussian", intensity_range=gain)


@ROWS.row
def PlasmaBrightness(roughness: float) -> Call:
    return through(A.PlasmaBrightnessContrast, roughness=roughness, contrast_range=(0, 0))


@ROWS.row
def PlasmaContrast(roughness: float) -> Call:
    return through(A.PlasmaBrightnessContrast, roughness=roughness, brightness_range=(0, 0))


@ROWS.row
def PlasmaShadow(roughness: float) -> Call:
    return through(A.PlasmaShadow, roughness=roughness)


@ROWS.row
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    size = {"drop_width": drop_width, "drop_length": drop_height}
    return through(A.RandomRain, **size, brightness_coefficient=brightness_coefficient)


@ROWS.row
def Snow(snow_point_range: list[float]) -> Call:
    return through(A.RandomSnow, snow_point_range=snow_point_range)


@ROWS.row
def RandomFog(fog_coef_range: list[float], alpha_coef: float) -> Call:
    return through(A.RandomFog, fog_coef_range=fog_coef_range, alpha_coef=alpha_coef)


@ROWS.row
def RandomShadow(num_shadows_limit: list[int], shadow_dimension: int) -> Call:
    return through(A.RandomShadow, num_shadows_range=num_shadows_limit, shadow_dimension=shadow_dimension)


@ROWS.row
def RandomSunFlare(flare_roi: list[float], num_flare_circles_range: list[int]) -> Call:
    return through(A.RandomSunFlare, flare_roi=flare_roi, num_flare_circles_range=num_flare_circles_range)


@ROWS.row
def RandomGravel(gravel_roi: list[float], number_of_patches: int) -> Call:
    return through(A.RandomGravel, gravel_roi=gravel_roi, number_of_patches=number_of_patches)


@ROWS.row
def Spatter(mean: float, std: float, gauss_sigma: float, intensity: float, cutout_threshold: float, mode: str) -> Call:
    given = {
        "mean_range": mean,
        "std_range": std,
        "gauss_sigma_range": gauss_sigma,
        "intensity_range": intensity,
        "cutout_threshold_range": cutout_threshold,
    }
    return through(A.Spatter, **{name: exactly(value) for name, value in given.items()}, mode=mode)


# ---------------------------------------------------------------------------------------------- blur and edges


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as the public benchmark reads it; the border cannot be chosen.
    return through(A.Blur, blur_range=exactly(radius))


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return through(A.GaussianBlur, blur_range=kernel_size, sigma_range=exactly(sigma))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return through(A.MedianBlur, blur_range=exactly(blur_limit))


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    # The kernel stays in the middle, as with those who cannot shift it.
    ranges = {"angle_range": angle_range, "direction_range": direction_range}
    return through(A.MotionBlur, blur_range=exactly(kernel_size), **ranges, allow_shifted=False)


@ROWS.row
def AdvancedBlur(blur_limit: list[int], sigma_x_limit: list[float], sigma_y_limit: list[float]) -> Call:
    sigmas = {"sigma_x_range": sigma_x_limit, "sigma_y_range": sigma_y_limit}
    return through(A.AdvancedBlur, blur_range=blur_limit, **sigmas)


@ROWS.row
def Defocus(radius: list[int], alias_blur: list[float]) -> Call:
    return through(A.Defocus, radius_range=radius, alias_blur_range=alias_blur)


@ROWS.row
def ZoomBlur(max_factor: list[float]) -> Call:
    return through(A.ZoomBlur, max_factor_range=max_factor)


@ROWS.row
def GlassBlur(sigma: float, max_delta: int, iterations: int) -> Call:
    return through(A.GlassBlur, sigma=sigma, max_delta=max_delta, iterations=iterations)


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    return through(A.Sharpen, alpha_range=alpha, lightness_range=lightness)


@ROWS.row
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    ranges = {"blur_range": blur_limit, "sigma_range": exactly(sigma_limit), "alpha_range": alpha}
    return through(A.UnsharpMask, **ranges, threshold=threshold)


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    return through(A.Emboss, alpha_range=alpha, strength_range=strength)


@ROWS.row
def RingingOvershoot(blur_limit: list[int], cutoff: list[float]) -> Call:
    return through(A.RingingOvershoot, blur_range=blur_limit, cutoff_range=cutoff)


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    return through(A.Morphological, scale=scale, operation=operation)


@ROWS.row
def Superpixels(p_replace: list[float], n_segments: list[int]) -> Call:
    return through(A.Superpixels, p_replace_range=p_replace, n_segments_range=n_segments)


# ---------------------------------------------------------------------------------------------- noise and files


@ROWS.row
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    return through(A.GaussNoise, mean_range=exactly(mean), std_range=exactly(std), per_channel=per_channel)


@ROWS.row
def SaltAndPepper(amount: list[float], salt_vs_pepper: list[float]) -> Call:
    return through(A.SaltAndPepper, amount_range=amount, salt_vs_pepper_range=salt_vs_pepper)


@ROWS.row
def ISONoise(color_shift: list[float], intensity: list[float]) -> Call:
    return through(A.ISONoise, color_shift_range=color_shift, intensity_range=intensity)


@ROWS.row
def ShotNoise(scale_range: list[float]) -> Call:
    return through(A.ShotNoise, scale_range=scale_range)


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    return through(A.MultiplicativeNoise, multiplier=multiplier, per_channel=per_channel)


@ROWS.differs("the widest noise always: its range is no range of scales")
def AdditiveNoise(noise_type: str, spatial_mode: str, scale_range: list[float]) -> Call:
    span = {"ranges": [around(max(scale_range))]}
    return through(A.AdditiveNoise, noise_type=noise_type, spatial_mode=spatial_mode, noise_params=span)


@ROWS.row
def JpegCompression(quality: int) -> Call:
    return through(A.ImageCompression, compression_type="jpeg", quality_range=exactly(quality))


# ---------------------------------------------------------------------------------------------- holes


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    sizes = {"hole_height_range": hole_height_range, "hole_width_range": hole_width_range}
    return through(A.CoarseDropout, **sizes, num_holes_range=num_holes_range)


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return through(A.Erasing, scale=scale, ratio=ratio, fill=fill)


@ROWS.row
def GridDropout(
    ratio: float, unit_size_range: list[int], holes_number_xy: list[int] | None, random_offset: bool
) -> Call:
    grid = {"unit_size_range": unit_size_range, "holes_number_xy": holes_number_xy, "random_offset": random_offset}
    return through(A.GridDropout, ratio=ratio, **grid)


@ROWS.row
def PixelDropout(dropout_prob: float, per_channel: bool, drop_value: int) -> Call:
    return through(A.PixelDropout, dropout_prob=dropout_prob, per_channel=per_channel, drop_value=drop_value)


# Without boxes or masks this is no work at all, and of the two boxes are the faster.
@ROWS.differs("in one box, the middle quarter of the image")
def ConstrainedCoarseDropout(
    num_holes_range: list[int], hole_height_range: list[float], hole_width_range: list[float]
) -> Call:
    sizes = {"hole_height_range": hole_height_range, "hole_width_range": hole_width_range}
    labelled = {"bbox_labels": ["object"], "num_holes_range": num_holes_range}
    boxes: Sequence[Sequence[float]] = [(0.25, 0.25, 0.75, 0.75)]
    layout = A.BboxParams("albumentations", label_fields=["labels"])
    pipeline = A.Compose([made(A.ConstrainedCoarseDropout, **sizes, **labelled)], bbox_params=layout)
    return lambda image: np.ascontiguousarray(pipeline(image=image, bboxes=boxes, labels=["object"])["image"])
