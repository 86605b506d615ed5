"""Places of pixels: symmetries, warps, tiles."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import math
import random

import kornia.augmentation as K  # noqa: N812
import torch
from kornia.geometry import transform as geometry

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import SIDE, Image, always, around, contiguous, exactly

ROWS = Rows()


def middle(image: Image) -> torch.Tensor:
    height, width = image.shape[-2:]
    return torch.tensor([[(width - 1) / 2, (height - 1) / 2]])


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
