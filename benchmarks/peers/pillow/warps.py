"""Other geometry: `Image.transform` wants to know where each output pixel comes from."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from PIL import Image

from benchmarks.peers import Call, Rows
from benchmarks.peers.pillow.draws import either_way
from benchmarks.peers.pillow.pictures import Picture, method

ROWS = Rows()
BILINEAR = Image.Resampling.BILINEAR


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    assert mode == "constant"
    return lambda image: image.rotate(random.uniform(*angle_range), method(interpolation), fillcolor=(fill,) * 3)


def affine(
    image: Picture,
    angle: float = 0,
    shift: Sequence[float] = (0, 0),
    scale: float = 1,
    shear: Sequence[float] = (0, 0),
    how: Image.Resampling = BILINEAR,
    fill: int = 0,
) -> Picture:
    """Sheared, scaled, turned around the middle, counterclockwise as by `Image.rotate`, and shifted."""
    cosine, sine = scale * math.cos(math.radians(angle)), -scale * math.sin(math.radians(angle))
    across, along = (math.tan(math.radians(degrees)) for degrees in shear)
    xx, xy = cosine - sine * along, cosine * across - sine
    yx, yy = sine + cosine * along, sine * across + cosine
    size = xx * yy - xy * yx
    a, b, d, e = yy / size, -xy / size, -yx / size, xx / size
    x, y = image.width / 2, image.height / 2
    from_x, from_y = x + shift[0], y + shift[1]
    inverse = a, b, x - a * from_x - b * from_y, d, e, y - d * from_x - e * from_y
    return image.transform(image.size, Image.Transform.AFFINE, inverse, how, fillcolor=(fill,) * 3)


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
    assert mode == "constant"
    return lambda image: affine(image, angle, shift, scale, shear, method(interpolation), fill)


@ROWS.row
def Shear(shear: float) -> Call:
    return lambda image: affine(image, shear=(either_way(shear), either_way(shear)))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    assert border_mode == "constant"
    how = method(interpolation)

    def call(image: Picture) -> Picture:
        shift = image.width * either_way(shift_limit), image.height * either_way(shift_limit)
        return affine(image, either_way(rotate_limit), shift, 1 + either_way(scale_limit), how=how, fill=fill)

    return call


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    # Image.rotate(expand=True) would grow the output: the same in one step, with the scale at which all fits.
    assert border_mode == "constant"
    how = method(interpolation)

    def call(image: Picture) -> Picture:
        angle = either_way(limit)
        across, along = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
        width, height = image.size
        scale = min(width / (width * across + height * along), height / (width * along + height * across))
        return affine(image, angle, scale=scale, how=how, fill=fill)

    return call


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    how = method(interpolation)

    def call(image: Picture) -> Picture:
        (width, height), deviation = image.size, random.uniform(*scale)
        equations, values = [], []
        for x, y in ((0, 0), (0, height), (width, height), (width, 0)):
            inwards = (abs(random.gauss(0, deviation)) * length for length in image.size)
            from_x, from_y = (start + move * (-1 if start else 1) for start, move in zip((x, y), inwards, strict=True))
            equations += [
                (x, y, 1, 0, 0, 0, -x * from_x, -y * from_x),
                (0, 0, 0, x, y, 1, -x * from_y, -y * from_y),
            ]
            values += [from_x, from_y]
        inverse = np.linalg.solve(equations, values).tolist()
        return image.transform(image.size, Image.Transform.PERSPECTIVE, inverse, how, fillcolor=(fill,) * 3)

    return call


Grid = Sequence[Sequence[tuple[float, float]]]


def mesh(image: Picture, sources: Grid, how: Image.Resampling = BILINEAR) -> Picture:
    """Each cell of an even grid of the output from the quadrilateral between four points of `sources`."""
    rows, columns = len(sources) - 1, len(sources[0]) - 1
    xs = [image.width * column // columns for column in range(columns + 1)]
    ys = [image.height * row // rows for row in range(rows + 1)]
    cells = [
        (
            (xs[column], ys[row], xs[column + 1], ys[row + 1]),
            (
                *sources[row][column],
                *sources[row + 1][column],
                *sources[row + 1][column + 1],
                *sources[row][column + 1],
            ),
        )
        for row in range(rows)
        for column in range(columns)
    ]
    return image.transform(image.size, Image.Transform.MESH, cells, how)


@ROWS.row
def GridDistortion(num_steps: int, distort_limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    assert border_mode == "constant"
    assert fill == 0
    how = method(interpolation)

    def lines(length: int) -> list[float]:
        ends = [0.0]
        for _ in range(num_steps):
            ends.append(ends[-1] + 1 + either_way(distort_limit))
        return [end * length / ends[-1] for end in ends]

    def call(image: Picture) -> Picture:
        xs, ys = lines(image.width), lines(image.height)
        return mesh(image, [[(x, y) for x in xs] for y in ys], how)

    return call


@ROWS.differs("bilinear cells instead of triangles")
def PiecewiseAffine(scale: list[float], nb_rows: int, nb_cols: int) -> Call:
    def call(image: Picture) -> Picture:
        deviation = random.uniform(*scale)

        def moved(step: int, steps: int, length: int) -> float:
            return min(max(step / (steps - 1) + random.gauss(0, deviation), 0), 1) * length

        points = [
            [(moved(column, nb_cols, image.width), moved(row, nb_rows, image.height)) for column in range(nb_cols)]
            for row in range(nb_rows)
        ]
        return mesh(image, points)

    return call
