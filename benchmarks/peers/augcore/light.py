"""Detail, light and weather."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import augcore as A  # noqa: N812
from benchmarks.peers import Call, Rows
from benchmarks.peers.augcore.calls import composed

ROWS = Rows()


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


@ROWS.row
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    transform = A.RandomRain(
        drop_length=drop_height, drop_width=drop_width, brightness_coefficient=brightness_coefficient, p=1
    )
    return composed(transform)


@ROWS.differs("as thick a veil, with less blur than albumentations gives it")
def RandomFog(fog_coef_range: list[float], alpha_coef: float) -> Call:
    return composed(A.RandomFog(alpha_coef, fog_coef_range, p=1))
