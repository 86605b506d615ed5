"""kornia 0.9.0 on float32 tensors (1, 3, height, width) in [0, 1], in inference mode.

What has nothing to draw goes through its functions, which spare the augmentation's own dispatch; what draws is an
augmentation with p=1.
"""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import kornia.augmentation as K  # noqa: N812
import numpy as np
import torch
from kornia import color, enhance, filters, morphology
from kornia.geometry import transform as geometry

from benchmarks.peers import Call, Rows

ROWS = Rows()
Image = torch.Tensor
SIDE = 512

torch.set_num_threads(1)


def photograph(pixels: np.ndarray) -> Image:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous().float() / 255


def picture(output: Image) -> np.ndarray:
    # Some rows leave the range, where the libraries of bytes clip.
    return (output[0].permute(1, 2, 0) * 255).round().clamp(0, 255).byte().numpy()


def contiguous(transform: Callable[[Image], Image]) -> Call:
    def call(image: Image) -> Image:
        with torch.inference_mode():
            return transform(image).contiguous()

    return call


def always(kind: Callable[..., Callable[[Image], Image]], **parameters: Any) -> Call:
    return contiguous(kind(**parameters, p=1))


def exactly(value: float) -> tuple[float, float]:
    return value, value


def around(value: float) -> tuple[float, float]:
    return -value, value


def fixed(span: Sequence[float]) -> float:
    """The value of a range that holds one."""
    low, high = span
    assert low == high
    return low


def middle(image: Image) -> torch.Tensor:
    height, width = image.shape[-2:]
    return torch.tensor([[(width - 1) / 2, (height - 1) / 2]])


# Its grids begin at the middles of the corner pixels unless told otherwise; OpenCV's resizing at their corners.
GRID = {"align_corners": False}


# ---------------------------------------------------------------------------------------------- sizes and windows


@ROWS.row
def Resize(target_size: int, interpolation: str) -> Call:
    return contiguous(lambda image: geometry.resize(image, (target_size, target_size), interpolation))


@ROWS.row
def LongestMaxSize(max_size: int, interpolation: str) -> Call:
    return contiguous(lambda image: geometry.resize(image, max_size, interpolation, side="long"))


@ROWS.row
def SmallestMaxSize(max_size: int, interpolation: str) -> Call:
    return contiguous(lambda image: geometry.resize(image, max_size, interpolation, side="short"))


@ROWS.row
def RandomScale(scale_limit: list[float], interpolation: str) -> Call:
    return contiguous(lambda image: geometry.rescale(image, 1 + random.uniform(*scale_limit), interpolation))


@ROWS.row
def Downscale(scale_range: list[float], interpolation_pair: list[str]) -> Call:
    scale = fixed(scale_range)
    down, up = interpolation_pair

    def call(image: Image) -> Image:
        return geometry.resize(geometry.rescale(image, scale, down), tuple(image.shape[-2:]), up)

    return contiguous(call)


@ROWS.row
def RandomCrop224(height: int, width: int) -> Call:
    return always(K.RandomCrop, size=(height, width))


@ROWS.row
def CenterCrop224(height: int, width: int) -> Call:
    # The function resamples, the augmentation slices.
    return always(K.CenterCrop, size=(height, width))


@ROWS.row
def RandomResizedCrop(size: list[int], width: int, scale: list[float], ratio: list[float], interpolation: str) -> Call:
    assert size[1] == width
    window = {"scale": tuple(scale), "ratio": tuple(ratio)}
    return always(K.RandomResizedCrop, size=tuple(size), **window, resample=interpolation, **GRID)


@ROWS.row
def RandomSizedCrop(min_max_height: list[int], size: list[int], interpolation: str) -> Call:
    # A square window's share of the area is its height's share, squared.
    window = {"scale": tuple((height / SIDE) ** 2 for height in min_max_height), "ratio": exactly(1)}
    return always(K.RandomResizedCrop, size=tuple(size), **window, resample=interpolation, **GRID)


@ROWS.row
def CropAndPad(px: list[int], border_mode: str, fill: int, keep_size: bool, interpolation: str) -> Call:
    # A box that begins outside of the image is padded with zeros.
    assert border_mode == "constant"
    assert fill == 0
    assert keep_size
    top, right, bottom, left = px

    def call(image: Image) -> Image:
        height, width = image.shape[-2:]
        x, y, to_x, to_y = -left, -top, width + right - 1, height + bottom - 1
        box = torch.tensor([[[x, y], [to_x, y], [to_x, to_y], [x, to_y]]], dtype=torch.float32)
        return geometry.crop_and_resize(image, box, (height, width), interpolation)

    return contiguous(call)


@ROWS.differs("all of it at the right and at the bottom")
def Pad(padding: int, fill: int, border_mode: str) -> Call:
    side = SIDE + 2 * padding
    return contiguous(K.PadTo((side, side), border_mode, fill))


@ROWS.differs("all of it at the right and at the bottom")
def PadIfNeeded(min_height: int, min_width: int, border_mode: str, fill: int) -> Call:
    return contiguous(K.PadTo((min_height, min_width), border_mode, fill))


# ---------------------------------------------------------------------------------------------- places of pixels


@ROWS.row
def HorizontalFlip() -> Call:
    return contiguous(geometry.hflip)


@ROWS.row
def VerticalFlip() -> Call:
    return contiguous(geometry.vflip)


@ROWS.differs("rotated by resampling")
def RandomRotate90(times: list[int]) -> Call:
    return always(K.RandomRotation90, times=tuple(times), resample="nearest")


@ROWS.differs("a flip after a rotation by resampling")
def SquareSymmetry() -> Call:
    turn = K.RandomRotation90((0, 3), "nearest", p=1)
    return contiguous(K.ImageSequential(turn, K.RandomHorizontalFlip(p=0.5)))


@ROWS.row
def Rotate(angle_range: list[float], interpolation: str, mode: str, fill: int) -> Call:
    assert mode == "constant"
    assert fill == 0
    return always(K.RandomRotation, degrees=tuple(angle_range), resample=interpolation)


@ROWS.row
def SafeRotate(limit: float, interpolation: str, border_mode: str, fill: int) -> Call:
    # It rotates at any scale, but draws none that goes with the angle.
    assert border_mode == "constant"
    assert fill == 0

    def call(image: Image) -> Image:
        angle = random.uniform(-limit, limit)
        (height, width), radians = image.shape[-2:], math.radians(angle)
        across, along = abs(math.cos(radians)), abs(math.sin(radians))
        scale = min(width / (width * across + height * along), height / (width * along + height * across))
        matrix = geometry.get_rotation_matrix2d(middle(image), torch.tensor([angle]), torch.tensor([[scale, scale]]))
        return geometry.warp_affine(image, matrix, (height, width), interpolation)

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
    # The augmentation would draw the shift; it makes its matrix in every call, as this does.
    assert mode == "constant"
    assert fill == 0

    def call(image: Image) -> Image:
        sheared = (torch.tensor([math.radians(degrees)]) for degrees in shear)
        move, size, turn = torch.tensor([shift]).float(), torch.tensor([[scale, scale]]), torch.tensor([angle])
        matrix = geometry.get_affine_matrix2d(move, middle(image), size, turn, *sheared)
        return geometry.warp_affine(image, matrix[:, :2], tuple(image.shape[-2:]), interpolation)

    return contiguous(call)


@ROWS.row
def Shear(shear: float) -> Call:
    return always(K.RandomShear, shear=around(shear) * 2)


@ROWS.row
def ShiftScaleRotate(
    shift_limit: float, scale_limit: float, rotate_limit: float, interpolation: str, border_mode: str, fill: int
) -> Call:
    assert border_mode == "constant"
    assert fill == 0
    limits = {"translate": exactly(shift_limit), "scale": (1 - scale_limit, 1 + scale_limit)}
    return always(K.RandomAffine, degrees=rotate_limit, **limits, resample=interpolation)


@ROWS.row
def Perspective(scale: list[float], interpolation: str, fill: int) -> Call:
    # A corner moves by up to half of distortion_scale; in others `scale` is the deviation of what it moves by.
    assert fill == 0
    return always(K.RandomPerspective, distortion_scale=2 * scale[1], resample=interpolation)


@ROWS.differs("two fields, of uniform noise")
def Elastic(alpha: float, sigma: float, interpolation: str, approximate: bool, same_dxdy: bool) -> Call:
    # Its alpha counts in halves of the side. This moves pixels by 0.8 on the root of the mean square, as torchvision's
    # alpha does; by 0.6 in albumentations.
    strength = alpha / SIDE
    # OpenCV's kernel for a Gaussian of this width in floating point.
    width = int(8 * sigma) | 1
    sizes = {"kernel_size": (width, width), "sigma": exactly(sigma), "alpha": exactly(strength)}
    return always(K.RandomElasticTransform, **sizes, resample=interpolation)


@ROWS.differs("of one strength")
def OpticalDistortion(distort_limit: float, mode: str) -> Call:
    # It moves a pixel by its distance from the middle to a power, of which there is no fraction.
    assert mode == "fisheye"
    middle = torch.zeros(2)
    return always(K.RandomFisheye, center_x=middle, center_y=middle, gamma=torch.full((2,), 2.0))


@ROWS.differs("five control points")
def ThinPlateSpline(num_control_points: int, distortion_scale: float) -> Call:
    # Its scale is in halves of the side and the most that a point moves by: a fifth moves pixels as far as elsewhere.
    return always(K.RandomThinPlateSpline, scale=distortion_scale / 5)


@ROWS.row
def RandomJigsaw(grid: list[int]) -> Call:
    return always(K.RandomJigsaw, grid=tuple(grid))


# ---------------------------------------------------------------------------------------------- colors


@ROWS.row
def ColorJitter(brightness: float, contrast: float, saturation: float, hue: float) -> Call:
    return always(K.ColorJitter, brightness=brightness, contrast=contrast, saturation=saturation, hue=hue)


@ROWS.differs("adds brightness, contrast about black, saturation of HSV")
def ColorJiggle(brightness: list[float], contrast: list[float], saturation: list[float], hue: list[float]) -> Call:
    ranges = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}
    return always(K.ColorJiggle, **{name: tuple(span) for name, span in ranges.items()})


@ROWS.row
def Saturation(saturation_factor: float) -> Call:
    # Of its two the one that blends with grey, as others do, which is the faster.
    return contiguous(lambda image: enhance.adjust_saturation_with_gray_subtraction(image, saturation_factor))


@ROWS.row
def Hue(hue: float) -> Call:
    # 180 steps make a circle for the others, and one for this.
    return always(K.RandomHue, hue=around(hue / 180))


@ROWS.differs("ColorJiggle: saturation is scaled, brightness added to RGB")
def HSV(hue: float, saturation: float, value: float) -> Call:
    return always(K.ColorJiggle, brightness=value, saturation=saturation, hue=hue)


@ROWS.row
def Brightness(brightness_limit: list[float]) -> Call:
    # Of its two the one that multiplies.
    return contiguous(
        lambda image: enhance.adjust_brightness_accumulative(image, 1 + random.uniform(*brightness_limit)),
    )


@ROWS.row
def Contrast(contrast_limit: list[float]) -> Call:
    # Of its two the one about the mean of the image's grey, not about black.
    return contiguous(
        lambda image: enhance.adjust_contrast_with_mean_subtraction(image, 1 + random.uniform(*contrast_limit)),
    )


@ROWS.row
def RandomGamma(gamma: float) -> Call:
    # Others count it in percent.
    return contiguous(lambda image: enhance.adjust_gamma(image, gamma / 100))


@ROWS.row
def PlankianJitter(mode: str) -> Call:
    return always(K.RandomPlanckianJitter, mode=mode)


@ROWS.row
def RGBShift(pixel_shift: float) -> Call:
    return always(K.RandomRGBShift, **{f"{channel}_shift_limit": pixel_shift / 255 for channel in "rgb"})


@ROWS.row
def ChannelShuffle() -> Call:
    return always(K.RandomChannelShuffle)


@ROWS.row
def ChannelSwap() -> Call:
    return contiguous(color.rgb_to_bgr)


@ROWS.row
def ChannelDropout() -> Call:
    return always(K.RandomChannelDropout)


@ROWS.row
def Grayscale(num_output_channels: int) -> Call:
    assert num_output_channels == 3
    return contiguous(lambda image: color.grayscale_to_rgb(color.rgb_to_grayscale(image)))


@ROWS.differs("not clipped")
def ToSepia() -> Call:
    return contiguous(lambda image: color.sepia_from_rgb(image, rescale=False))


@ROWS.row
def Invert() -> Call:
    return contiguous(enhance.invert)


@ROWS.row
def Posterize(bits: int) -> Call:
    return contiguous(lambda image: enhance.posterize(image, bits))


@ROWS.row
def Solarize(threshold: float) -> Call:
    return contiguous(lambda image: enhance.solarize(image, threshold))


@ROWS.row
def AutoContrast() -> Call:
    return contiguous(enhance.normalize_min_max)


@ROWS.row
def Equalize(mode: str) -> Call:
    assert mode == "pil"
    return contiguous(enhance.equalize)


@ROWS.differs("every channel by itself")
def CLAHE(clip_limit: list[float], tile_grid_size: list[int]) -> Call:
    return always(K.RandomClahe, clip_limit=tuple(clip_limit), grid_size=tuple(tile_grid_size))


@ROWS.row
def Normalize(mean: list[float], std: list[float]) -> Call:
    shift, scale = torch.tensor(mean), torch.tensor(std)
    return contiguous(lambda image: enhance.normalize(image, shift, scale))


# ---------------------------------------------------------------------------------------------- light and weather


@ROWS.row
def LinearIllumination(gain: list[float]) -> Call:
    return always(K.RandomLinearIllumination, gain=tuple(gain))


@ROWS.row
def CornerIllumination(gain: list[float]) -> Call:
    return always(K.RandomLinearCornerIllumination, gain=tuple(gain))


@ROWS.row
def GaussianIllumination(gain: list[float]) -> Call:
    return always(K.RandomGaussianIllumination, gain=tuple(gain))


@ROWS.differs("a map for every channel")
def PlasmaBrightness(roughness: float) -> Call:
    return always(K.RandomPlasmaBrightness, roughness=exactly(roughness))


@ROWS.differs("a map for every channel")
def PlasmaContrast(roughness: float) -> Call:
    return always(K.RandomPlasmaContrast, roughness=exactly(roughness))


@ROWS.row
def PlasmaShadow(roughness: float) -> Call:
    return always(K.RandomPlasmaShadow, roughness=exactly(roughness))


@ROWS.differs("streaks of one pixel, nothing blurred")
def Rain(drop_width: int, drop_height: int, brightness_coefficient: float) -> Call:
    # Its width is how far a streak leans, and its rain does not darken.
    assert brightness_coefficient == 1
    size = {"drop_width": exactly(drop_width), "drop_height": exactly(drop_height)}
    return always(K.RandomRain, **size)


@ROWS.row
def Snow(snow_point_range: list[float]) -> Call:
    return always(K.RandomSnow, snow_coefficient=tuple(snow_point_range))


# ---------------------------------------------------------------------------------------------- blur and edges


@ROWS.row
def Blur(radius: int, border_mode: str) -> Call:
    # The radius is the kernel's side, as the public benchmark reads it.
    return contiguous(lambda image: filters.box_blur(image, radius, border_mode))


@ROWS.row
def GaussianBlur(sigma: float, kernel_size: list[int]) -> Call:
    size = tuple(kernel_size)
    return contiguous(lambda image: filters.gaussian_blur2d(image, size, exactly(sigma)))


@ROWS.row
def MedianBlur(blur_limit: int) -> Call:
    return contiguous(lambda image: filters.median_blur(image, blur_limit))


@ROWS.row
def MotionBlur(kernel_size: int, angle_range: list[float], direction_range: list[float]) -> Call:
    ranges = {"angle": tuple(angle_range), "direction": tuple(direction_range)}
    return always(K.RandomMotionBlur, kernel_size=kernel_size, **ranges, border_type="reflect")


@ROWS.differs("no lightness")
def Sharpen(alpha: list[float], lightness: list[float]) -> Call:
    # It moves away from a smoothed image, whose kernel sums to 13: this factor adds as much of the Laplacian.
    return always(K.RandomSharpness, sharpness=tuple(1 + 13 * share for share in alpha))


@ROWS.apart("neither alpha nor threshold")
def UnsharpMask(blur_limit: list[int], sigma_limit: float, alpha: list[float], threshold: int) -> Call:
    assert sigma_limit == 0
    low, high = blur_limit

    def call(image: Image) -> Image:
        size = random.randrange(low, high + 1, 2)
        # What OpenCV takes for a width of 0.
        return filters.unsharp_mask(image, size, exactly(0.3 * ((size - 1) / 2 - 1) + 0.8))

    return contiguous(call)


@ROWS.row
def Morphological(scale: list[int], operation: str) -> Call:
    assert operation == "dilation"
    low, high = scale
    kernels = [torch.ones(side, side) for side in range(low, high + 1)]
    return contiguous(lambda image: morphology.dilation(image, random.choice(kernels)))


# ---------------------------------------------------------------------------------------------- noise, files, holes


@ROWS.differs("not clipped")
def GaussianNoise(mean: float, std: float, per_channel: bool) -> Call:
    assert per_channel
    return always(K.RandomGaussianNoise, mean=mean, std=std)


@ROWS.row
def SaltAndPepper(amount: list[float], salt_vs_pepper: list[float]) -> Call:
    return always(K.RandomSaltAndPepperNoise, amount=tuple(amount), salt_vs_pepper=tuple(salt_vs_pepper))


@ROWS.differs("in floating point, without writing and reading the file")
def JpegCompression(quality: int) -> Call:
    level = torch.tensor([float(quality)])
    return contiguous(lambda image: enhance.jpeg_codec_differentiable(image, level))


@ROWS.row
def Erasing(scale: list[float], ratio: list[float], fill: int) -> Call:
    return always(K.RandomErasing, scale=tuple(scale), ratio=tuple(ratio), value=fill)


@ROWS.differs("one erasure after the other")
def CoarseDropout(hole_height_range: list[float], hole_width_range: list[float], num_holes_range: list[int]) -> Call:
    height, width = fixed(hole_height_range), fixed(hole_width_range)
    size = {"scale": exactly(height * width), "ratio": exactly(height / width)}
    return contiguous(K.ImageSequential(*(K.RandomErasing(**size, p=1) for _ in range(int(fixed(num_holes_range))))))
