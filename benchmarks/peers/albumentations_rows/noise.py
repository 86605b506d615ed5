"""Noise and files."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows.calls import around, exactly, through

ROWS = Rows()


@ROWS.row
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    return through(A.GaussNoise, mean_range=exactly(mean), std_range=exactly(std), per_channel=per_channel)


@ROWS.row
def SaltAndPepper(amount: list[float], salt_vs_pepper: list[float]) -> Call:
    return through(A.SaltAndPepper, amount_range=amount, salt_vs_pepper_range=salt_vs_pepper)


@ROWS.row
def ISONoise(color_shift: list[float], intensity: list[float]) -> Call:
    return through(A.ISONoise, color_shift_range=color_shift, intensity_range=intensity)


@ROWS.row
def ShotNoise(scale_range: list[float]) -> Call:
    return through(A.ShotNoise, scale_range=scale_range)


@ROWS.row
def MultiplicativeNoise(multiplier: list[float], per_channel: bool) -> Call:
    return through(A.MultiplicativeNoise, multiplier=multiplier, per_channel=per_channel)


@ROWS.differs("the widest noise always: its range is no range of scales")
def AdditiveNoise(noise_type: str, spatial_mode: str, scale_range: list[float]) -> Call:
    span = {"ranges": [around(max(scale_range))]}
    return through(A.AdditiveNoise, noise_type=noise_type, spatial_mode=spatial_mode, noise_params=span)


@ROWS.row
def JpegCompression(quality: int) -> Call:
    return through(A.ImageCompression, compression_type="jpeg", quality_range=exactly(quality))
