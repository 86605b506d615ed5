"""Warps: affine ones, perspective, and fields of displacements."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math

import cv2
import numpy as np

from benchmarks.peers import Call, Rows
from benchmarks.peers.kernels.chance import DRAWS, normal, random_bytes
from benchmarks.peers.kernels.fields import ACROSS, BELOW, DOWN, RADIUS, RELATIVE, RIGHT, displaced, piecewise, smooth
from benchmarks.peers.kernels.moves import about_centre, affine, as_words, turn, with_four
from benchmarks.peers.kernels.scratch import PLANES, SIDE, SIZE

ROWS = Rows()


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    matrix = about_centre(turn(angle_range[1] / 2))
    return as_words(lambda words: cv2.warpAffine(words, matrix, SIZE, flags=cv2.INTER_NEAREST))


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    angle = math.radians(limit / 2)
    return affine(about_centre(turn(limit / 2, 1 / (math.cos(angle) + math.sin(angle)))))


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
    across, down = (math.tan(math.radians(degrees)) for degrees in shear)
    sheared = np.array([[1, -across], [-down, 1]])
    return affine(about_centre(sheared @ turn(angle, scale), *shift))


@ROWS.row
def Shear(shear: float) -> Call:
    along = math.tan(math.radians(shear / 2))
    return affine(about_centre(np.array([[1, -along], [-along, 1]])))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    shift = SIDE * shift_limit / 2
    return affine(about_centre(turn(rotate_limit / 2, 1 + scale_limit / 2), shift, shift))


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    corners = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    inside = np.abs(DRAWS.normal(0, sum(scale) / 2, (4, 2))) * SIDE
    inwards = corners + inside * np.where(corners == 0, 1, -1)
    matrix = cv2.getPerspectiveTransform(inwards.astype(np.float32), corners)
    return with_four(lambda image: cv2.warpPerspective(image, matrix, SIZE, flags=cv2.INTER_LINEAR))


@ROWS.row
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    # Noise on a grid 2 sigma wide, interpolated by cubics, is about as smooth as white noise blurred by sigma. One
    # field serves both axes.
    assert same_dxdy
    step = round(2 * sigma)
    nodes = -(-SIDE // step) + 2
    zeros = bytes(nodes * nodes)
    spread = normal(0.8).astype(np.float32)

    def move(image: np.ndarray) -> np.ndarray:
        noise = cv2.LUT(random_bytes(zeros).reshape(nodes, nodes), spread)
        field = cv2.resize(noise, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        field = field[step : step + SIDE, step : step + SIDE]
        return cv2.remap(image, field, field, RELATIVE)

    return with_four(move)


@ROWS.row
def OpticalDistortion(distort_limit: float, mode: str) -> Call:
    grow = distort_limit / 2 * RADIUS**2 * SIDE / 4
    return displaced(RIGHT * grow, BELOW * grow)


@ROWS.row
def ThinPlateSpline(num_control_points: int, distortion_scale: float) -> Call:
    # A smooth bending of the whole: the spline's kernel, r² log r, about each control point.
    places = np.linspace(-0.5, 0.5, num_control_points)
    fields = np.zeros((2, *RADIUS.shape))
    for x in places:
        for y in places:
            square = (RIGHT - x) ** 2 + (BELOW - y) ** 2 + 1e-9
            fields += DRAWS.normal(0, distortion_scale, 2)[:, None, None] * (square * np.log(square))
    return displaced(*(fields * SIDE / 16))


@ROWS.row
def GridDistortion(num_steps: int, distort_limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    return piecewise(num_steps, distort_limit)


@ROWS.row
def PiecewiseAffine(scale: list[float], nb_rows: int, nb_cols: int) -> Call:
    # The scale is of the picture's side; displacements are of a cell's.
    return piecewise(nb_rows, sum(scale) / 2 * nb_rows)


@ROWS.row
def WaterRefraction() -> Call:
    wave = 10 * np.sin(DOWN / 25 + RIGHT), 10 * np.sin(ACROSS / 30 + 2 * BELOW)
    return displaced(*wave)


@ROWS.row
def ChromaticAberration(
    primary_distortion_limit: list[float], secondary_distortion_limit: list[float], mode: str
) -> Call:
    # Two planes, each with a map of its own; the green one stays.
    first, second = primary_distortion_limit[1] / 2, secondary_distortion_limit[1] / 2
    grow = (first * (RADIUS / 2) ** 2 + second * (RADIUS / 2) ** 4) * SIDE / 2
    x, y = (RIGHT * grow).astype(np.float32), (BELOW * grow).astype(np.float32)
    planes = PLANES[:3]

    def call(image: np.ndarray) -> np.ndarray:
        cv2.split(image, planes)
        red = cv2.remap(planes[0], smooth(x), smooth(y), RELATIVE, borderMode=cv2.BORDER_REPLICATE)
        blue = cv2.remap(planes[2], smooth(-x), smooth(-y), RELATIVE, borderMode=cv2.BORDER_REPLICATE)
        return cv2.merge([red, planes[1], blue])

    return call
