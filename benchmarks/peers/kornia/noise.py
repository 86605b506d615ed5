"""Noise and files."""
# ruff: noqa: N802 - a row's function has the row's name

from __future__ import annotations

import kornia.augmentation as K  # noqa: N812
import torch
from kornia import enhance

from benchmarks.peers import Call, Rows
from benchmarks.peers.kornia.calls import always, contiguous

ROWS = Rows()


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
