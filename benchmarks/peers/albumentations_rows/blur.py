"""Blur and edges."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import exactly, through

ROWS = Rows()


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as the public benchmark reads it; the border cannot be chosen.
    return through(A.Blur, blur_range=exactly(radius))


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return through(A.GaussianBlur, blur_range=kernel_size, sigma_range=exactly(sigma))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return through(A.MedianBlur, blur_range=exactly(blur_limit))


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    # The kernel stays in the middle, as with those who cannot shift it.
    ranges = {"angle_range": angle_range, "direction_range": direction_range}
    return through(A.MotionBlur, blur_range=exactly(kernel_size), **ranges, allow_shifted=False)


@ROWS.row
def AdvancedBlur(blur_limit: list[int], sigma_x_limit: list[float], sigma_y_limit: list[float]) -> Call:
    sigmas = {"sigma_x_range": sigma_x_limit, "sigma_y_range": sigma_y_limit}
    return through(A.AdvancedBlur, blur_range=blur_limit, **sigmas)


@ROWS.row
def Defocus(radius: list[int], alias_blur: list[float]) -> Call:
    return through(A.Defocus, radius_range=radius, alias_blur_range=alias_blur)


@ROWS.row
def ZoomBlur(max_factor: list[float]) -> Call:
    return through(A.ZoomBlur, max_factor_range=max_factor)


@ROWS.row
def GlassBlur(sigma: float, max_delta: int, iterations: int) -> Call:
    return through(A.GlassBlur, sigma=sigma, max_delta=max_delta, iterations=iterations)


@ROWS.row
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    return through(A.Sharpen, alpha_range=alpha, lightness_range=lightness)


@ROWS.row
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    ranges = {"blur_range": blur_limit, "sigma_range": exactly(sigma_limit), "alpha_range": alpha}
    return through(A.UnsharpMask, **ranges, threshold=threshold)


@ROWS.row
def Emboss(alpha: list[float], strength: list[float]) -> Call:
    return through(A.Emboss, alpha_range=alpha, strength_range=strength)


@ROWS.row
def RingingOvershoot(blur_limit: list[int], cutoff: list[float]) -> Call:
    return through(A.RingingOvershoot, blur_range=blur_limit, cutoff_range=cutoff)


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    return through(A.Morphological, scale=scale, operation=operation)


@ROWS.row
def Superpixels(p_replace: list[float], n_segments: list[int]) -> Call:
    return through(A.Superpixels, p_replace_range=p_replace, n_segments_range=n_segments)
