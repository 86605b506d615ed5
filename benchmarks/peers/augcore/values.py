"""Values: tone, noise, blur, types."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import augcore as A  # noqa: N812
from benchmarks.peers import Call, Rows
from benchmarks.peers.augcore.calls import composed, method

ROWS = Rows()


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
