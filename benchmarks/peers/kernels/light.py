"""Light and weather."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.chance import DRAWS
from benchmarks.peers.kernels.fields import ACROSS, BELOW, DOWN, RADIUS, RIGHT
from benchmarks.peers.kernels.scratch import FIRST, OTHER, PLANES, SECOND, SIDE, flat
from benchmarks.peers.kernels.sums import HALF, add_signed
from benchmarks.peers.kernels.tables import in_place, table
from benchmarks.peers.kernels.veils import fogged, levels, plasma, times, veil

ROWS = Rows()


@ROWS.row
def LinearIllumination(gain: list[float]) -> Call:
    # A plane is a sum of two ramps, and bytes are fine enough for it.
    top = sum(gain) / 2 * 255
    down, across = (np.rint(np.linspace(0, top / 2, SIDE)).astype(np.uint8) for _ in range(2))
    down, across = down[:, None], np.repeat(across, 3)[None]

    def call(image: np.ndarray) -> np.ndarray:
        return cv2.add(flat(image), np.add(down, across, out=OTHER)).reshape(image.shape)

    return call


def lit(nodes: np.ndarray, gain: list[float]) -> Call:
    light = levels(nodes, 255 * sum(gain) / 2)
    return lambda image: cv2.add(flat(image), flat(veil(light))).reshape(image.shape)


@ROWS.row
def CornerIllumination(gain: list[float]) -> Call:
    return lit(1 - np.hypot(RIGHT + 1, BELOW + 1) / math.hypot(2, 2), gain)


@ROWS.row
def GaussianIllumination(gain: list[float]) -> Call:
    return lit(np.exp(-2 * ((RIGHT - 0.3) ** 2 + (BELOW + 0.2) ** 2)), gain)


@ROWS.row
def PlasmaBrightness(roughness: float) -> Call:
    # Interpolated as bytes about 128, since between the bytes of -1 and 0 there are all others.
    def call(image: np.ndarray) -> np.ndarray:
        raised = veil(levels(128 / 255 + 60 / 255 * plasma()))
        return add_signed(image, np.bitwise_xor(raised, HALF, out=SECOND))

    return call


@ROWS.row
def PlasmaContrast(roughness: float) -> Call:
    # As differences from gray, which int8 holds, times 64ths.
    def call(image: np.ndarray) -> np.ndarray:
        factors = veil(levels(plasma() * 0.5 + 1, 64))
        out = flat(image) ^ HALF
        cv2.multiply(out.view(np.int8), flat(factors).view(np.int8), out.view(np.int8), 1 / 64)
        out ^= HALF
        return out.reshape(image.shape)

    return call


@ROWS.row
def PlasmaShadow(roughness: float) -> Call:
    return lambda image: times(image, veil(levels(0.75 - 0.25 * plasma())))


@ROWS.row
def Vignetting(intensity_range: list[float]) -> Call:
    nodes = levels(1 - sum(intensity_range) / 2 * RADIUS**2 / 2)
    return lambda image: times(image, veil(nodes))


@ROWS.row
def AtmosphericFog(density_range: list[float], depth_mode: str) -> Call:
    # The fog lets through what depends on the row alone.
    through = levels(np.exp(-sum(density_range) / 2 * np.linspace(1, 0, SIDE)))[:, None]

    def call(image: np.ndarray) -> np.ndarray:
        OTHER[:] = through
        return fogged(image, OTHER)

    return call


@ROWS.row
def RandomFog(fog_coef_range: list[float], alpha_coef: float) -> Call:
    # Patches are far wider than the grid's steps.
    density = sum(fog_coef_range) / 2
    patches = cv2.GaussianBlur(DRAWS.poisson(6 * np.exp(-(RADIUS**2)), RADIUS.shape).astype(np.float32), (0, 0), 2)
    through = levels((1 - alpha_coef * density) ** patches)
    return lambda image: fogged(cv2.blur(image, (5, 5), FIRST), veil(through))


@ROWS.row
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    starts = DRAWS.uniform(0, SIDE, (SIDE // 3, 2))
    lines = np.stack([starts, np.add(starts, [3, drop_height])], 1).astype(np.int32)
    return lambda image: cv2.polylines(image.copy(), lines, False, (200, 200, 200), drop_width)


@ROWS.row
def Snow(snow_point_range: list[float]) -> Call:
    whitened = table(lambda x: np.where(x < 255 * sum(snow_point_range) / 2, x * 2.5, x))
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2HLS_FULL, FIRST), planes)
        in_place(whitened)(planes[1])
        return cv2.cvtColor(cv2.merge(planes, FIRST), cv2.COLOR_HLS2RGB_FULL)

    return call


@ROWS.row
def RandomShadow(num_shadows_limit: list[int], shadow_dimension: int) -> Call:
    angles = np.linspace(0, 2 * math.pi, shadow_dimension, endpoint=False)
    corners = np.stack([256 + 150 * np.cos(angles), 380 + 110 * np.sin(angles)], 1).astype(np.int32)
    (left, top), (right, bottom) = corners.min(0), corners.max(0) + 1
    window = slice(top, bottom), slice(left, right)
    corners -= (left, top)

    def call(image: np.ndarray) -> np.ndarray:
        out = image.copy()
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [corners], 255)
        cv2.copyTo(image[window] >> 1, mask, out[window])
        return out

    return call


@ROWS.row
def RandomSunFlare(flare_roi: list[float], num_flare_circles_range: list[int]) -> Call:
    # Light that is added: circles on the line through the sun, and a sun that fades.
    sun = np.array([150, 90])
    places = np.linspace(0.2, 1.8, sum(num_flare_circles_range) // 2)
    circles = [
        (tuple(int(x) for x in sun + place * (SIDE / 2 - sun)), int(radius))
        for place, radius in zip(places, DRAWS.uniform(8, 40, len(places)), strict=True)
    ]
    glow = levels(0.9 * np.exp(-np.hypot(ACROSS - sun[0], DOWN - sun[1]) / 70))

    def call(image: np.ndarray) -> np.ndarray:
        light = veil(glow)
        for centre, radius in circles:
            cv2.circle(light, centre, radius, (40, 40, 30), cv2.FILLED)
        return cv2.add(flat(image), flat(light)).reshape(image.shape)

    return call
