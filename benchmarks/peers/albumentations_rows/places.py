"""Places of pixels: symmetries, warps, tiles."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import METHODS, around, exactly, filled, through

ROWS = Rows()


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
