"""torchvision 0.28.0, its transforms v2 on uint8 tensors (3, height, width).

What has nothing to draw goes through `v2.functional`, which spares the transform's own dispatch.
"""

# The functions are named as rows.yaml names them.
# ruff: noqa: N802

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.peers import Call, Rows

# The wheel's compiled operators are for another build of torch and are not loaded. Importing torchvision all the same
# registers fake kernels for them, which fails, while no transform of images needs them: these are skipped.
registered = torch.library.register_fake


def skipping(op: Any, *arguments: Any, **options: Any) -> Any:
    if isinstance(op, str) and op.startswith("torchvision::"):
        return lambda kernel: kernel
    return registered(op, *arguments, **options)


torch.library.register_fake = skipping
try:
    from torchvision.transforms import v2
    from torchvision.transforms.v2 import functional as F  # noqa: N812
finally:
    torch.library.register_fake = registered

ROWS = Rows()
Image = torch.Tensor
SIDE = 512

# `torch.inference_mode` was tried and is left out: no row needs gradients, and entering it costs some microseconds.
torch.set_num_threads(1)


def photograph(pixels: np.ndarray) -> Image:
    return torch.from_numpy(pixels).permute(2, 0, 1).contiguous()


def picture(output: Image) -> np.ndarray:
    return output.permute(1, 2, 0).numpy()


def contiguous(transform: Callable[[Image], Image]) -> Call:
    return lambda image: transform(image).contiguous()


def resampled(interpolation: str) -> dict[str, Any]:
    """Without antialiasing, as the libraries on OpenCV work; here it takes as long either way."""
    return {"interpolation": v2.InterpolationMode(interpolation), "antialias": False}


def fixed(size: Sequence[float]) -> float:
    """The value of a range that holds one."""
    low, high = size
    assert low == high
    return low


# Geometry.


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    how = resampled(interpolation)
    return contiguous(lambda image: F.resize(image, [target_size, target_size], **how))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    how = resampled(interpolation)
    return contiguous(lambda image: F.resize(image, None, max_size=max_size, **how))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    how = resampled(interpolation)
    return contiguous(lambda image: F.resize(image, [max_size], **how))


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    # Its scale is that of a target, which is the size that the photographs have.
    low, high = scale_limit
    return contiguous(v2.ScaleJitter((SIDE, SIDE), (1 + low, 1 + high), **resampled(interpolation)))


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    small = round(SIDE * fixed(scale_range))
    down, up = map(resampled, interpolation_pair)
    return contiguous(lambda image: F.resize(F.resize(image, [small, small], **down), list(image.shape[-2:]), **up))


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return contiguous(v2.RandomCrop((height, width)))


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    return contiguous(lambda image: F.center_crop(image, [height, width]))


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    return contiguous(v2.RandomResizedCrop(size, tuple(scale), tuple(ratio), **resampled(interpolation)))


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    # A square window's share of the area is its height's share, squared.
    scale = tuple((height / SIDE) ** 2 for height in min_max_height)
    return contiguous(v2.RandomResizedCrop(size, scale, (1, 1), **resampled(interpolation)))


@ROWS.row
def HorizontalFlip() -> Call:
    return contiguous(F.horizontal_flip)


@ROWS.row
def VerticalFlip() -> Call:
    return contiguous(F.vertical_flip)


@ROWS.row
def RandomRotate90(times: list[int]) -> Call:
    low, high = times
    return contiguous(v2.RandomChoice([v2.RandomRotation((90 * n, 90 * n)) for n in range(low, high + 1)]))


@ROWS.differs("a rotation and a flip")
def Transpose() -> Call:
    return contiguous(lambda image: F.vertical_flip(F.rotate(image, 90)))


@ROWS.differs("a flip and a rotation")
def SquareSymmetry() -> Call:
    return contiguous(v2.Compose([v2.RandomHorizontalFlip(), RandomRotate90([0, 3])]))


@ROWS.row
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    return contiguous(lambda image: F.pad(image, [padding], fill=fill, padding_mode=border_mode))


@ROWS.row
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    # It has no transform of that name, but this one pads with zeros where the image is smaller.
    assert border_mode == "constant"
    assert fill == 0
    return contiguous(lambda image: F.center_crop(image, [min_height, min_width]))


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    # A crop that begins outside of the image pads with zeros.
    assert border_mode == "constant"
    assert fill == 0
    assert keep_size
    top, right, bottom, left = px
    how = resampled(interpolation)

    def call(image: Image) -> Image:
        height, width = image.shape[-2:]
        window = -top, -left, height + top + bottom, width + left + right
        return F.resized_crop(image, *window, [height, width], **how)

    return contiguous(call)


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    assert mode == "constant"
    return contiguous(v2.RandomRotation(angle_range, v2.InterpolationMode(interpolation), fill=fill))


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    # RandomRotation(expand=True) would grow the output: the same in one step, with the scale at which all fits.
    assert border_mode == "constant"
    how = v2.InterpolationMode(interpolation)

    def call(image: Image) -> Image:
        angle = random.uniform(-limit, limit)
        (height, width), radians = image.shape[-2:], math.radians(angle)
        across, along = abs(math.cos(radians)), abs(math.sin(radians))
        scale = min(
            width / (width * across + height * along),
            height / (width * along + height * across),
        )
        return F.affine(image, angle, [0, 0], scale, [0.0, 0.0], how, fill=fill)

    return contiguous(call)


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
    how = v2.InterpolationMode(interpolation)
    return contiguous(lambda image: F.affine(image, angle, shift, scale, shear, how, fill=fill))


@ROWS.row
def Shear(shear: float) -> Call:
    both = (-shear, shear, -shear, shear)
    return contiguous(v2.RandomAffine(0, shear=both, interpolation=v2.InterpolationMode.BILINEAR))


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    assert border_mode == "constant"
    scale = 1 - scale_limit, 1 + scale_limit
    how = v2.InterpolationMode(interpolation)
    return contiguous(v2.RandomAffine(rotate_limit, (shift_limit, shift_limit), scale, interpolation=how, fill=fill))


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    # A corner moves by up to half of distortion_scale; in others `scale` is the deviation of what it moves by.
    how = v2.InterpolationMode(interpolation)
    return contiguous(v2.RandomPerspective(2 * scale[1], p=1, interpolation=how, fill=fill))


@ROWS.differs("two fields, of uniform noise")
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    # Pixels move by 0.8 on the root of the mean square, and by 0.6 in albumentations.
    return contiguous(v2.ElasticTransform(alpha, sigma, v2.InterpolationMode(interpolation)))


# Colours.


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return contiguous(v2.ColorJitter(brightness, contrast, saturation, hue))


@ROWS.row
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    return contiguous(v2.ColorJitter(brightness, contrast, saturation, hue))


@ROWS.row
def PhotoMetricDistort(
    brightness_range: list[float], contrast_range: list[float], saturation_range: list[float], hue_range: list[float]
) -> Call:
    ranges = map(tuple, (brightness_range, contrast_range, saturation_range, hue_range))
    return contiguous(v2.RandomPhotometricDistort(*ranges, p=1))


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    return contiguous(lambda image: F.adjust_brightness(image, 1 + random.uniform(*brightness_limit)))


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    return contiguous(lambda image: F.adjust_contrast(image, 1 + random.uniform(*contrast_limit)))


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    return contiguous(lambda image: F.adjust_saturation(image, saturation_factor))


@ROWS.row
def Hue(hue: float) -> Call:
    # 180 steps make a circle for the others, and one for this.
    return contiguous(v2.ColorJitter(hue=hue / 180))


@ROWS.differs("ColorJitter: brightness and saturation are blends of RGB")
def HSV(hue: float, saturation: float, value: float) -> Call:
    return contiguous(v2.ColorJitter(brightness=value, saturation=saturation, hue=hue))


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    # Others count it in percent.
    return contiguous(lambda image: F.adjust_gamma(image, gamma / 100))


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    return contiguous(lambda image: F.rgb_to_grayscale(image, num_output_channels))


@ROWS.row
def ChannelShuffle() -> Call:
    return contiguous(v2.RandomChannelPermutation())


@ROWS.row
def ChannelSwap() -> Call:
    return contiguous(lambda image: F.permute_channels(image, [2, 1, 0]))


@ROWS.row
def Invert() -> Call:
    return contiguous(F.invert)


@ROWS.row
def Posterize(bits: int) -> Call:
    return contiguous(lambda image: F.posterize(image, bits))


@ROWS.row
def Solarize(threshold: float) -> Call:
    return contiguous(lambda image: F.solarize(image, math.ceil(threshold * 255)))


@ROWS.row
def AutoContrast() -> Call:
    return contiguous(F.autocontrast)


@ROWS.row
def Equalize(mode: str) -> Call:
    assert mode == "pil"
    return contiguous(F.equalize)


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    # What is written over is the floating-point copy.
    return contiguous(
        lambda image: F.normalize(F.to_dtype(image, torch.float32, scale=True), mean, std, inplace=True),
    )


# Filters, noise and holes.


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    return contiguous(lambda image: F.gaussian_blur(image, kernel_size, [sigma, sigma]))


@ROWS.differs("no lightness")
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    # It moves away from a smoothed image, whose kernel sums to 13: this factor adds as much of the Laplacian.
    return contiguous(lambda image: F.adjust_sharpness(image, 1 + 13 * random.uniform(*alpha)))


@ROWS.row
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    assert per_channel
    return contiguous(lambda image: F.gaussian_noise(image, mean, std))


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return contiguous(v2.RandomErasing(p=1, scale=scale, ratio=ratio, value=fill))


@ROWS.differs("one erasure after the other")
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    height, width = fixed(hole_height_range), fixed(hole_width_range)
    # Only the first may not write into what it is given.
    return contiguous(
        v2.Compose(
            [
                v2.RandomErasing(p=1, scale=(height * width,) * 2, ratio=(height / width,) * 2, inplace=hole > 0)
                for hole in range(int(fixed(num_holes_range)))
            ]
        )
    )
