"""Light and weather."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import exactly, through

ROWS = Rows()


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
