"""Places of pixels: symmetries, warps, tiles, holes."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import numpy as np

import augcore as A  # noqa: N812
from benchmarks.peers import Call, Rows
from benchmarks.peers.augcore.calls import composed, method

ROWS = Rows()


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
