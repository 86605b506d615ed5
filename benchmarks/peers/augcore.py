"""augcore, through `Compose` as its users call it.

A row without a transform of its own is here where another transform says the same with its parameters.
"""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

import augcore as A  # noqa: N812
from benchmarks.peers import Call, Rows

ROWS = Rows()

cv2.setNumThreads(1)

# Names of interpolations where the rows have others.
METHODS = {"bilinear": "linear"}


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output


def method(interpolation: str) -> str:
    return METHODS.get(interpolation, interpolation)


def composed(*transforms: A.Transform) -> Call:
    pipeline = A.Compose(transforms)
    return lambda image: np.ascontiguousarray(pipeline(image=image)["image"])


# ---------------------------------------------------------------------------------------------- sizes and windows


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return composed(A.Resize(target_size, target_size, interpolation=method(interpolation), p=1))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return composed(A.LongestMaxSize(max_size, interpolation=method(interpolation), p=1))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return composed(A.SmallestMaxSize(max_size, interpolation=method(interpolation), p=1))


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return composed(A.RandomCrop(height, width, p=1))


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    return composed(A.CenterCrop(height, width, p=1))


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    return composed(A.RandomResizedCrop(size, scale=scale, ratio=ratio, interpolation=method(interpolation), p=1))


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return composed(A.Pad(padding, fill=fill, border_mode=border_mode, p=1))


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return composed(A.PadIfNeeded(min_height, min_width, border_mode=border_mode, fill=fill, p=1))


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return composed(A.RandomScale(scale_limit, method(interpolation), p=1))


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    return composed(A.RandomSizedCrop(min_max_height, size, interpolation=method(interpolation), p=1))


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    how = {"interpolation": method(interpolation), "border_mode": border_mode, "fill": fill}
    return composed(A.CropAndPad(px, keep_size=keep_size, **how, p=1))


# ---------------------------------------------------------------------------------------------- symmetries


@ROWS.row
def HorizontalFlip() -> Call:
    return composed(A.HorizontalFlip(p=1))


@ROWS.row
def VerticalFlip() -> Call:
    return composed(A.VerticalFlip(p=1))


@ROWS.row
def Transpose() -> Call:
    return composed(A.Transpose(p=1))


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    assert times == [0, 3]
    return composed(A.RandomRotate90(p=1))


@ROWS.row
def SquareSymmetry() -> Call:
    return composed(A.SquareSymmetry(p=1))


@ROWS.row
def RandomGridShuffle(grid: list[int]) -> Call:
    return composed(A.RandomGridShuffle(grid, p=1))


@ROWS.row
def RandomJigsaw(grid: list[int]) -> Call:
    return composed(A.RandomGridShuffle(grid, p=1))


# ---------------------------------------------------------------------------------------------- warps


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    return composed(A.Rotate(angle_range, interpolation=method(interpolation), border_mode=mode, fill=fill, p=1))


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    return composed(A.SafeRotate(limit, method(interpolation), border_mode, fill=fill, p=1))


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
    transform = A.Affine(
        scale=scale,
        translate_px={"x": shift[0], "y": shift[1]},
        rotate=angle,
        shear={"x": shear[0], "y": shear[1]},
        interpolation=method(interpolation),
        border_mode=mode,
        fill=fill,
        p=1,
    )
    return composed(transform)


@ROWS.row
def Shear(shear: float) -> Call:
    return composed(A.Affine(shear=(-shear, shear), p=1))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    kind = method(interpolation)
    limits = shift_limit, scale_limit, rotate_limit
    return composed(A.ShiftScaleRotate(*limits, interpolation=kind, border_mode=border_mode, fill=fill, p=1))


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    return composed(A.Perspective(scale, interpolation=method(interpolation), fill=fill, p=1))


@ROWS.row
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    kind = method(interpolation)
    return composed(A.ElasticTransform(alpha, sigma, kind, approximate=approximate, same_dxdy=same_dxdy, p=1))


@ROWS.row
def OpticalDistortion(distort_limit: float, mode: str) -> Call:
    return composed(A.OpticalDistortion(distort_limit, mode=mode, p=1))


@ROWS.row
def GridDistortion(num_steps: int, distort_limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    how = {"interpolation": method(interpolation), "border_mode": border_mode, "fill": fill}
    return composed(A.GridDistortion(num_steps, distort_limit, **how, p=1))


@ROWS.row
def PiecewiseAffine(scale: list[float], nb_rows: int, nb_cols: int) -> Call:
    return composed(A.PiecewiseAffine(scale, nb_rows, nb_cols, p=1))


@ROWS.row
def ThinPlateSpline(num_control_points: int, distortion_scale: float) -> Call:
    return composed(A.ThinPlateSpline((distortion_scale, distortion_scale), num_control_points, p=1))


@ROWS.row
def PixelSpread(radius: int, interpolation: str, border_mode: str, fill: int) -> Call:
    assert (interpolation, border_mode) == ("nearest", "reflect101")
    return composed(A.PixelSpread(radius, "reflect_101", fill, p=1))


@ROWS.row
def WaterRefraction() -> Call:
    return composed(A.WaterRefraction(p=1))


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    return composed(A.Morphological(scale, operation, p=1))


# ---------------------------------------------------------------------------------------------- holes


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    return composed(A.CoarseDropout(num_holes_range, hole_height_range, hole_width_range, p=1))


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return composed(A.Erasing(scale, ratio, fill, p=1))


@ROWS.row
def GridDropout(
    ratio: float, unit_size_range: list[int], holes_number_xy: list[int] | None, random_offset: bool
) -> Call:
    return composed(A.GridDropout(ratio, random_offset, unit_size_range, holes_number_xy, p=1))


@ROWS.row
def GridMask(num_grid_range: list[int], line_width_range: list[float], rotation_range: list[float]) -> Call:
    return composed(A.GridMask(num_grid_range, line_width_range, rotation_range, p=1))


@ROWS.row
def PixelDropout(dropout_prob: float, per_channel: bool, drop_value: int) -> Call:
    return composed(A.PixelDropout(dropout_prob, per_channel, drop_value, p=1))


# Without boxes or masks this is no work at all.
@ROWS.differs("in one box, the middle quarter of the image")
def ConstrainedCoarseDropout(
    num_holes_range: list[int], hole_height_range: list[float], hole_width_range: list[float]
) -> Call:
    holes = num_holes_range, hole_height_range, hole_width_range
    layout = A.BboxParams("albumentations", label_fields=["labels"])
    pipeline = A.Compose([A.ConstrainedCoarseDropout(*holes, bbox_labels=["object"], p=1)], bbox_params=layout)
    boxes = [(0.25, 0.25, 0.75, 0.75)]
    return lambda image: np.ascontiguousarray(pipeline(image=image, bboxes=boxes, labels=["object"])["image"])


# ---------------------------------------------------------------------------------------------- values


@ROWS.differs("adds a part of white, no factor")
def Brightness(brightness_limit: list[float]) -> Call:
    return composed(A.RandomBrightnessContrast(brightness_limit, (0, 0), p=1))


@ROWS.differs("about black, which is a factor of brightness")
def Contrast(contrast_limit: list[float]) -> Call:
    return composed(A.RandomBrightnessContrast((0, 0), contrast_limit, p=1))


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    return composed(A.RandomGamma((gamma, gamma), p=1))


@ROWS.row
def Hue(hue: float) -> Call:
    return composed(A.HueSaturationValue(hue, 0, 0, p=1))


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    # Parts of a full turn, which is 180 here, and of the whole range.
    return composed(A.HueSaturationValue(hue * 180, saturation * 255, value * 255, p=1))


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return composed(A.ToGray(num_output_channels, p=1))


@ROWS.row
def RandomToneCurve(scale: float) -> Call:
    return composed(A.RandomToneCurve(scale, p=1))


@ROWS.row
def Invert() -> Call:
    return composed(A.InvertImg(p=1))


@ROWS.row
def Posterize(bits: int) -> Call:
    return composed(A.Posterize(bits, p=1))


@ROWS.row
def Solarize(threshold: float) -> Call:
    return composed(A.Solarize((threshold, threshold), p=1))


@ROWS.row
def AutoContrast() -> Call:
    # Of its two methods the one that gives what everybody else's gives.
    return composed(A.AutoContrast(method="pil", p=1))


@ROWS.row
def Equalize(mode: str) -> Call:
    return composed(A.Equalize(mode, p=1))


@ROWS.row
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    return composed(A.CLAHE(clip_limit, tile_grid_size, p=1))


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    return composed(A.Downscale(scale_range, [method(name) for name in interpolation_pair], p=1))


@ROWS.row
def JpegCompression(quality: int) -> Call:
    return composed(A.ImageCompression("jpeg", (quality, quality), p=1))


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    return composed(A.Normalize(mean, std, p=1))


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return composed(A.GaussianBlur(kernel_size, (sigma, sigma), p=1))


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as with the others; the border cannot be chosen.
    return composed(A.Blur((radius, radius), p=1))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return composed(A.MedianBlur((blur_limit, blur_limit), p=1))


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    # The line stays in the middle, as with those who cannot shift it.
    return composed(A.MotionBlur((kernel_size, kernel_size), False, angle_range, direction_range, p=1))


@ROWS.row
def AdvancedBlur(blur_limit: list[int], sigma_x_limit: list[float], sigma_y_limit: list[float]) -> Call:
    return composed(A.AdvancedBlur(blur_limit, sigma_x_limit, sigma_y_limit, p=1))


@ROWS.row
def Defocus(radius: list[int], alias_blur: list[float]) -> Call:
    return composed(A.Defocus(radius, alias_blur, p=1))


@ROWS.row
def ZoomBlur(max_factor: list[float]) -> Call:
    return composed(A.ZoomBlur(max_factor, p=1))


@ROWS.row
def GlassBlur(sigma: float, max_delta: int, iterations: int) -> Call:
    return composed(A.GlassBlur(sigma, max_delta, iterations, p=1))


@ROWS.row
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    return composed(A.GaussNoise((std, std), (mean, mean), per_channel=per_channel, p=1))


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    return composed(A.MultiplicativeNoise(multiplier, per_channel, p=1))


@ROWS.differs("the widest noise always: its range is no range of scales")
def AdditiveNoise(noise_type: str, spatial_mode: str, scale_range: list[float]) -> Call:
    widest = max(scale_range)
    return composed(A.AdditiveNoise(noise_type, spatial_mode, {"ranges": [(-widest, widest)]}, p=1))


@ROWS.row
def ISONoise(color_shift: list[float], intensity: list[float]) -> Call:
    return composed(A.ISONoise(color_shift, intensity, p=1))


@ROWS.row
def ShotNoise(scale_range: list[float]) -> Call:
    return composed(A.ShotNoise(scale_range, p=1))


@ROWS.row
def SaltAndPepper(amount: list[float], salt_vs_pepper: list[float]) -> Call:
    return composed(A.SaltAndPepper(amount, salt_vs_pepper, p=1))


@ROWS.row
def FilmGrain(intensity_range: list[float], grain_size_range: list[int]) -> Call:
    return composed(A.FilmGrain(intensity_range, grain_size_range, p=1))


# ---------------------------------------------------------------------------------------------- detail and light


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    return composed(A.Sharpen(alpha, lightness, p=1))


@ROWS.differs("no sharpening of what is below the threshold beside edges")
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    return composed(A.UnsharpMask(blur_limit, sigma_limit, alpha, threshold, p=1))


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    return composed(A.Emboss(alpha, strength, p=1))


@ROWS.row
def EnhanceEdge(mode: str, alpha_range: list[float]) -> Call:
    return composed(A.Enhance(mode, alpha_range, p=1))


@ROWS.row
def EnhanceDetail(mode: str, alpha_range: list[float]) -> Call:
    return composed(A.Enhance(mode, alpha_range, p=1))


@ROWS.row
def RingingOvershoot(blur_limit: list[int], cutoff: list[float]) -> Call:
    return composed(A.RingingOvershoot(blur_limit, cutoff, p=1))


@ROWS.row
def Superpixels(p_replace: list[float], n_segments: list[int]) -> Call:
    return composed(A.Superpixels(p_replace, n_segments, p=1))


@ROWS.row
def ChromaticAberration(
    primary_distortion_limit: list[float], secondary_distortion_limit: list[float], mode: str
) -> Call:
    return composed(A.ChromaticAberration(primary_distortion_limit, secondary_distortion_limit, mode, p=1))


@ROWS.row
def Halftone(dot_size_range: list[float], blend_range: list[float]) -> Call:
    return composed(A.Halftone(dot_size_range, blend_range, p=1))


@ROWS.row
def LinearIllumination(gain: list[float]) -> Call:
    return composed(A.Illumination("linear", gain, p=1))


@ROWS.row
def CornerIllumination(gain: list[float]) -> Call:
    return composed(A.Illumination("corner", gain, p=1))


@ROWS.row
def GaussianIllumination(gain: list[float]) -> Call:
    return composed(A.Illumination("gaussian", gain, p=1))


@ROWS.row
def PlasmaBrightness(roughness: float) -> Call:
    return composed(A.PlasmaBrightnessContrast(contrast_range=(0, 0), roughness=roughness, p=1))


@ROWS.row
def PlasmaContrast(roughness: float) -> Call:
    return composed(A.PlasmaBrightnessContrast(brightness_range=(0, 0), roughness=roughness, p=1))


@ROWS.row
def PlasmaShadow(roughness: float) -> Call:
    return composed(A.PlasmaShadow(roughness=roughness, p=1))


@ROWS.row
def Vignetting(intensity_range: list[float]) -> Call:
    return composed(A.Vignetting(intensity_range, p=1))


# ---------------------------------------------------------------------------------------------- colours and channels


def jitter(brightness: Any = (1, 1), contrast: Any = (1, 1), saturation: Any = (1, 1), hue: Any = (0, 0)) -> Call:
    return composed(A.ColorJitter(brightness, contrast, saturation, hue, p=1))


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return jitter(brightness, contrast, saturation, hue)


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return jitter(brightness, contrast, saturation, hue)


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return jitter(saturation=(saturation_factor, saturation_factor))


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    # Each of its steps is drawn, too: here all are taken.
    ranges = brightness_range, contrast_range, saturation_range, hue_range
    return composed(A.PhotoMetricDistort(*ranges, distort_p=1, p=1))


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    return composed(A.PlanckianJitter(mode, p=1))


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return composed(A.RGBShift(pixel_shift, pixel_shift, pixel_shift, p=1))


@ROWS.row
def FancyPCA(alpha: float) -> Call:
    return composed(A.FancyPCA(alpha, p=1))


@ROWS.row
def ToSepia() -> Call:
    return composed(A.ToSepia(p=1))


@ROWS.row
def Colorize(
    black_range: list[list[int]], white_range: list[list[int]], mid_range: list[list[int]], mid_value_range: list[int]
) -> Call:
    return composed(A.Colorize(black_range, white_range, mid_range, mid_value_range, p=1))


@ROWS.row
def ChannelShuffle() -> Call:
    return composed(A.ChannelShuffle(p=1))


@ROWS.row
def ChannelSwap() -> Call:
    return composed(A.ChannelSwap(p=1))


@ROWS.row
def ChannelDropout() -> Call:
    return composed(A.ChannelDropout(p=1))


# ---------------------------------------------------------------------------------------------- weather


@ROWS.row
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    transform = A.RandomRain(
        drop_length=drop_height, drop_width=drop_width, brightness_coefficient=brightness_coefficient, p=1
    )
    return composed(transform)


@ROWS.differs("as thick a veil, with less blur than albumentations gives it")
def RandomFog(fog_coef_range: list[float], alpha_coef: float) -> Call:
    return composed(A.RandomFog(alpha_coef, fog_coef_range, p=1))
