"""albumentationsx 2.5.1, the successor of albumentations, through `Compose` as its users call it."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812
import cv2
import numpy as np
import torch

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows import ROWS as SHARED
from benchmarks.peers.albumentations_rows import photograph, picture
from benchmarks.peers.albumentations_rows.calls import METHODS, exactly, filled, made, through

__all__ = ["ROWS", "photograph", "picture"]

ROWS = Rows(SHARED)

torch.set_num_threads(1)


@ROWS.differs("a grid of control points, not smoothed noise")
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    # There is neither alpha nor sigma. Noise of theirs, after smoothing, moves pixels by 0.62 on the root of the mean
    # square; these do so by 0.61, with points as close as they are allowed to be at that strength.
    assert (alpha, sigma) == (50, 5)
    grid = {"displacement_range": exactly(0.005), "control_grid_shape": (50, 50)}
    return through(A.ElasticTransform, **grid, interpolation=METHODS[interpolation])


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    # Each of its steps is drawn, too: here all are taken.
    ranges = {"brightness_range": brightness_range, "contrast_range": contrast_range}
    ranges |= {"saturation_range": saturation_range, "hue_range": hue_range}
    return through(A.PhotoMetricDistort, **ranges, distort_p=1)


@ROWS.differs("ToGray and Colorize, which takes one channel")
def Colorize(
    black_range: list[list[int]], white_range: list[list[int]], mid_range: list[list[int]], mid_value_range: list[int]
) -> Call:
    ends = {"black_range": black_range, "white_range": white_range}
    colors = through(A.Colorize, **ends, mid_range=mid_range, mid_value_range=mid_value_range)
    gray = through(A.ToGray, num_output_channels=1)
    # Two pipelines, since the first gives two axes, and the second wants three.
    return lambda image: colors(gray(image)[..., np.newaxis])


@ROWS.row
def ChannelSwap() -> Call:
    return through(A.ChannelSwap)


@ROWS.row
def EnhanceEdge(mode: str, alpha_range: list[float]) -> Call:
    return through(A.Enhance, mode=mode, alpha_range=alpha_range)


@ROWS.row
def EnhanceDetail(mode: str, alpha_range: list[float]) -> Call:
    return through(A.Enhance, mode=mode, alpha_range=alpha_range)


@ROWS.row
def PixelSpread(radius: int, interpolation: str, border_mode: str, fill: int) -> Call:
    return through(A.PixelSpread, radius=radius, interpolation=METHODS[interpolation], **filled(border_mode, fill))


@ROWS.row
def WaterRefraction() -> Call:
    return through(A.WaterRefraction)


@ROWS.row
def AtmosphericFog(density_range: list[float], depth_mode: str) -> Call:
    return through(A.AtmosphericFog, density_range=density_range, depth_mode=depth_mode)


@ROWS.row
def Vignetting(intensity_range: list[float]) -> Call:
    return through(A.Vignetting, intensity_range=intensity_range)


@ROWS.row
def FilmGrain(intensity_range: list[float], grain_size_range: list[int]) -> Call:
    return through(A.FilmGrain, intensity_range=intensity_range, grain_size_range=grain_size_range)


@ROWS.row
def Halftone(dot_size_range: list[int], blend_range: list[float]) -> Call:
    return through(A.Halftone, dot_size_range=dot_size_range, blend_range=blend_range)


@ROWS.row
def LensFlare() -> Call:
    return through(A.LensFlare)


@ROWS.row
def GridMask(num_grid_range: list[int], line_width_range: list[float], rotation_range: list[float]) -> Call:
    lines = {"line_width_range": line_width_range, "rotation_range": rotation_range}
    return through(A.GridMask, num_grid_range=num_grid_range, **lines)


@ROWS.differs("one object of 100 pixels across; without objects it has nothing to do")
def CopyAndPaste(
    min_visibility_after_paste: float,
    blend_mode: str,
    blend_sigma_range: list[float],
    scale_range: list[float],
    min_paste_area: int,
) -> Call:
    transform = made(
        A.CopyAndPaste,
        min_visibility_after_paste=min_visibility_after_paste,
        blend_mode=blend_mode,
        blend_sigma_range=blend_sigma_range,
        scale_range=scale_range,
        min_paste_area=min_paste_area,
    )
    pipeline = A.Compose([transform])
    # A disc in colors that run, cut out already, as a store of objects to paste has them.
    rows, columns = np.mgrid[:100, :100].astype(np.uint8)
    disc = cv2.circle(np.zeros((100, 100), np.uint8), (50, 50), 49, 1, -1)
    objects = [{"image": np.stack([2 * rows, 2 * columns, 255 - rows - columns], -1), "mask": disc}]
    return lambda image: np.ascontiguousarray(pipeline(image=image, copy_paste_metadata=objects)["image"])
