"""Light and weather."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import kornia.augmentation as K  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import always, exactly

ROWS = Rows()


@ROWS.row
def LinearIllumination(gain: list[float]) -> Call:
    return always(K.RandomLinearIllumination, gain=tuple(gain))


@ROWS.row
def CornerIllumination(gain: list[float]) -> Call:
    return always(K.RandomLinearCornerIllumination, gain=tuple(gain))


@ROWS.row
def GaussianIllumination(gain: list[float]) -> Call:
    return always(K.RandomGaussianIllumination, gain=tuple(gain))


@ROWS.differs("a map for every channel")
def PlasmaBrightness(roughness: float) -> Call:
    return always(K.RandomPlasmaBrightness, roughness=exactly(roughness))


@ROWS.differs("a map for every channel")
def PlasmaContrast(roughness: float) -> Call:
    return always(K.RandomPlasmaContrast, roughness=exactly(roughness))


@ROWS.row
def PlasmaShadow(roughness: float) -> Call:
    return always(K.RandomPlasmaShadow, roughness=exactly(roughness))


@ROWS.differs("streaks of one pixel, nothing blurred")
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    # Its width is how far a streak leans, and its rain does not darken.
    assert brightness_coefficient == 1
    size = {"drop_width": exactly(drop_width), "drop_height": exactly(drop_height)}
    return always(K.RandomRain, **size)


@ROWS.row
def Snow(snow_point_range: list[float]) -> Call:
    return always(K.RandomSnow, snow_coefficient=tuple(snow_point_range))
