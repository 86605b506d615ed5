"""albumentations 2.0.8, through `Compose` as its users call it."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import albumentations as A  # noqa: N812

from benchmarks.peers import Call, Rows
from benchmarks.peers.albumentations_rows import ROWS as SHARED
from benchmarks.peers.albumentations_rows import photograph, picture
from benchmarks.peers.albumentations_rows.calls import METHODS, composed, made, through
from benchmarks.peers.albumentations_rows.colors import jitter

__all__ = ["ROWS", "photograph", "picture"]

ROWS = Rows(SHARED)


@ROWS.row
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    how = {"interpolation": METHODS[interpolation], "approximate": approximate, "same_dxdy": same_dxdy}
    return through(A.ElasticTransform, alpha=alpha, sigma=sigma, **how)


@ROWS.differs("adds a part of white, no factor")
def Brightness(brightness_limit: list[float]) -> Call:
    return SHARED["Brightness"].build(brightness_limit)


@ROWS.differs("about black, which is a factor of brightness")
def Contrast(contrast_limit: list[float]) -> Call:
    return SHARED["Contrast"].build(contrast_limit)


@ROWS.differs("ColorJitter and ChannelShuffle")
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    colors = jitter(brightness_range, contrast_range, saturation_range, hue_range)
    return composed(colors, made(A.ChannelShuffle))
