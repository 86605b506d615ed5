"""augrs-py 0.1.0, through `Compose` as its users call it."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

from typing import Any

import augrs as A  # noqa: N812
import numpy as np

from benchmarks.peers import Call, Rows

ROWS = Rows()
SIDE = 512

# It takes OpenCV's numbers. One image is one thread's work.
METHODS = {"nearest": 0, "bilinear": 1}
BORDERS = {"constant": 0}


def photograph(pixels: np.ndarray) -> np.ndarray:
    return pixels


def picture(output: np.ndarray) -> np.ndarray:
    return output


def composed(*transforms: Any) -> Call:
    pipeline = A.Compose(list(transforms))
    return lambda image: np.ascontiguousarray(pipeline(image=image)["image"])


def through(kind: type, **parameters: Any) -> Call:
    """Lists from JSON are as good as tuples to it."""
    return composed(kind(**parameters, p=1))


def exactly(value: float) -> tuple[float, float]:
    return value, value


def around(value: float) -> tuple[float, float]:
    return -value, value


def filled(border_mode: str, fill: int) -> dict[str, Any]:
    return {"border_mode": BORDERS[border_mode], "fill": fill}


# ---------------------------------------------------------------------------------------------- sizes and windows


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return through(A.Resize, height=target_size, width=target_size, interpolation=METHODS[interpolation])


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return through(A.LongestMaxSize, max_size=max_size, interpolation=METHODS[interpolation])


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return through(A.SmallestMaxSize, max_size=max_size, interpolation=METHODS[interpolation])


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    low, high = scale_range
    assert low == high
    sides, methods = (round(SIDE * low), SIDE), (METHODS[name] for name in interpolation_pair)
    steps = zip(sides, methods, strict=True)
    return composed(*(A.Resize(height=side, width=side, interpolation=method, p=1) for side, method in steps))


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return through(A.RandomCrop, height=height, width=width)


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    return through(A.CenterCrop, height=height, width=width)


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    return through(A.RandomResizedCrop, size=size, scale=scale, ratio=ratio, interpolation=METHODS[interpolation])


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    # A square window's share of the area is its height's share, squared.
    window = {"scale": tuple((height / SIDE) ** 2 for height in min_max_height), "ratio": exactly(1)}
    return through(A.RandomResizedCrop, size=size, **window, interpolation=METHODS[interpolation])


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    # It has only the padding to a size.
    side = SIDE + 2 * padding
    return through(A.PadIfNeeded, min_height=side, min_width=side, **filled(border_mode, fill))


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return through(A.PadIfNeeded, min_height=min_height, min_width=min_width, **filled(border_mode, fill))


# ---------------------------------------------------------------------------------------------- places of pixels


@ROWS.row
def HorizontalFlip() -> Call:
    return through(A.HorizontalFlip)


@ROWS.row
def VerticalFlip() -> Call:
    return through(A.VerticalFlip)


@ROWS.row
def Transpose() -> Call:
    return through(A.Transpose)


@ROWS.differs("a flip after a rotation")
def SquareSymmetry() -> Call:
    return composed(A.RandomRotate90(p=1), A.HorizontalFlip(p=0.5))


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    assert times == [0, 3]
    return through(A.RandomRotate90)


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    return through(A.Rotate, limit=angle_range, interpolation=METHODS[interpolation], **filled(mode, fill))


@ROWS.differs("resampled twice: rotated onto as much as it needs, then resized")
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    how = {"interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    back = A.Resize(height=SIDE, width=SIDE, interpolation=METHODS[interpolation], p=1)
    return composed(A.Rotate(limit=around(limit), fit_output=True, **how, p=1), back)


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
    limits = {"shift_limit": shift_limit, "scale_limit": scale_limit, "rotate_limit": rotate_limit}
    ranges = {name: around(limit) for name, limit in limits.items()}
    how = {"interpolation": METHODS[interpolation], **filled(border_mode, fill)}
    return through(A.ShiftScaleRotate, **ranges, **how)


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    return through(A.Perspective, scale=scale, interpolation=METHODS[interpolation], fill=fill)


@ROWS.row
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    how = {"interpolation": METHODS[interpolation], "approximate": approximate, "same_dxdy": same_dxdy}
    return through(A.ElasticTransform, alpha=alpha, sigma=sigma, **how)


# ---------------------------------------------------------------------------------------------- colors


def jitter(brightness: Any = (1, 1), contrast: Any = (1, 1), saturation: Any = (1, 1), hue: Any = (0, 0)) -> Call:
    return through(A.ColorJitter, brightness=brightness, contrast=contrast, saturation=saturation, hue=hue)


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return jitter(brightness, contrast, saturation, hue)


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return jitter(brightness, contrast, saturation, hue)


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return jitter(saturation=exactly(saturation_factor))


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    low, high = brightness_limit
    return jitter(brightness=(1 + low, 1 + high))


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    low, high = contrast_limit
    return jitter(contrast=(1 + low, 1 + high))


def shifted(hue: float, saturation: float, value: float) -> Call:
    """Hue in degrees of 180 for the circle, the others in bytes, as this library has them."""
    limits = {"hue_shift_limit": hue, "sat_shift_limit": saturation, "val_shift_limit": value}
    return through(A.HueSaturationValue, **{name: around(limit) for name, limit in limits.items()})


@ROWS.row
def HSV(hue: float, saturation: float, value: float) -> Call:
    return shifted(hue * 180, saturation * 255, value * 255)


@ROWS.row
def Hue(hue: float) -> Call:
    return shifted(hue, 0, 0)


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    return through(A.RandomGamma, gamma_limit=exactly(gamma))


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return through(A.ToGray, num_output_channels=num_output_channels)


@ROWS.row
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    return through(A.CLAHE, clip_limit=clip_limit, tile_grid_size=tile_grid_size)


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    return through(A.Normalize, mean=mean, std=std)


# ---------------------------------------------------------------------------------------------- blur, noise, holes


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return through(A.GaussianBlur, blur_limit=kernel_size, sigma_limit=exactly(sigma))


@ROWS.differs("drawn from a table of 65536 values")
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    return through(A.GaussNoise, mean_range=exactly(mean), std_range=exactly(std), per_channel=per_channel)


@ROWS.row
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    sizes = {"hole_height_range": hole_height_range, "hole_width_range": hole_width_range}
    return through(A.CoarseDropout, **sizes, num_holes_range=num_holes_range)
