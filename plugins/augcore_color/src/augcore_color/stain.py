"""Stains of histology: haematoxylin and eosin, taken apart in optical density and put together in other amounts."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from augcore import (
    Interval,
    PixelFn,
    Rng,
    Transform,
    View,
    apply_table,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.params import require

Array = np.ndarray[Any, np.dtype[Any]]
Matrix = tuple[tuple[float, ...], ...]

# Optical densities of haematoxylin and of eosin in red, green and blue.
STAINS: dict[str, Matrix] = {
    "ruifrok": ((0.644211, 0.716556, 0.266844), (0.092789, 0.954111, 0.283111)),
    "macenko": ((0.5626, 0.7201, 0.4062), (0.2159, 0.8012, 0.5581)),
    "standard": ((0.65, 0.70, 0.29), (0.07, 0.99, 0.11)),
    "high_contrast": ((0.55, 0.88, 0.11), (0.12, 0.86, 0.49)),
    "h_heavy": ((0.75, 0.61, 0.32), (0.04, 0.93, 0.36)),
    "e_heavy": ((0.60, 0.75, 0.28), (0.17, 0.95, 0.25)),
    "dark": ((0.78, 0.55, 0.28), (0.09, 0.97, 0.21)),
    "light": ((0.57, 0.71, 0.38), (0.15, 0.89, 0.42)),
}

_DARKEST = 0.5 / 255  # what black counts as, since no light at all has no density
_TISSUE, _GLASS = 0.8, 0.9  # luma up to which all is tissue, and from which on all is the empty slide
_SAMPLE = 4096  # pixels that stains are estimated from
_FEWEST = 16  # of tissue, for an estimate


def optical_density(image: Array) -> Array:
    """-ln of the part of white that is left, float32."""
    white = max_value(image.dtype)
    if image.dtype == np.uint8:
        levels = np.maximum(np.arange(256)[:, None] / white, _DARKEST)
        return apply_table(image, -np.log(levels).astype(np.float32))
    return np.asarray(-cv2.log(np.maximum(image.astype(np.float32) / np.float32(white), np.float32(_DARKEST))))


def unit_rows(matrix: Any) -> Array:
    rows = np.asarray(matrix, np.float64)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pixel_function(channels=(3,))
def restained(
    image: Array, *, stains: Matrix, scales: tuple[float, ...], shifts: tuple[float, ...], background: bool
) -> Array:
    """An image whose stains are as many times as dense, and so much denser.

    What the two stains do not explain stays as it is, so scales of 1 and shifts of 0 change nothing.

    Args:
        stains: optical densities of the two in red, green and blue; their lengths do not matter.
        background: also where the slide is empty.
    """
    rows = unit_rows(stains)
    denser = rows.T @ np.diag(np.subtract(scales, 1)) @ np.linalg.pinv(rows.T)
    # Of what is left of white, what remains after the change in density.
    remains = cv2.exp(cv2.transform(optical_density(image), -np.column_stack([denser, rows.T @ shifts])))
    if not background:
        luma = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(max_value(image.dtype))
        tissue = np.clip((_GLASS - luma) / np.float32(_GLASS - _TISSUE), 0, 1)
        remains = (remains - 1) * tissue[:, :, None] + 1
    return to_range(image * remains, image.dtype)


@pixel_function(channels=(3,))
def restained_by_its_own(
    image: Array, *, method: str, scales: tuple[float, ...], shifts: tuple[float, ...], background: bool
) -> Array:
    """`restained` with the stains that are found in the image itself; where there is no tissue, "standard" ones."""
    density = optical_density(image).reshape(-1, 3)
    density = density[:: len(density) // _SAMPLE | 1]
    tissue = density[(density > _ESTIMATES[method][1]).all(1)].astype(np.float64)
    found = _ESTIMATES[method][0](tissue) if len(tissue) >= _FEWEST else STAINS["standard"]
    return restained(image, stains=found, scales=scales, shifts=shifts, background=background)


def macenko(density: Array) -> Matrix:
    """Stains at both ends of the fan of densities (N, 3) in the plane that holds most of them (Macenko et al. 2009)."""
    plane = np.linalg.eigh(np.cov(density, rowvar=False))[1][:, :0:-1]
    plane = plane * np.where(plane.sum(0) < 0, -1, 1)
    angles = np.arctan2(*(density @ plane).T[::-1])
    ends = np.percentile(angles, (1, 99))
    return haematoxylin_first(np.column_stack([np.cos(ends), np.sin(ends)]) @ plane.T)


def vahadane(density: Array, rounds: int = 100, sparsity: float = 0.1) -> Matrix:
    """Stains of a sparse non-negative factorisation of densities (N, 3) (Vahadane et al. 2016).

    By multiplicative updates (Lee and Seung 2001), from Ruifrok's stains, where Vahadane learns a dictionary.
    """
    stains = unit_rows(STAINS["ruifrok"])
    amounts = np.maximum(density @ np.linalg.pinv(stains), 1e-3)
    for _ in range(rounds):
        amounts *= density @ stains.T / (amounts @ (stains @ stains.T) + sparsity)
        stains *= amounts.T @ density / ((amounts.T @ amounts) @ stains + 1e-9)
        lengths = np.linalg.norm(stains, axis=1)
        stains, amounts = stains / lengths[:, None], amounts * lengths
    return haematoxylin_first(stains)


def haematoxylin_first(stains: Array) -> Matrix:
    """The two with no density below 0; the one that takes more of the red first."""
    rows = unit_rows(np.maximum(stains, 1e-6))
    return tuple(map(tuple, rows[np.argsort(-rows[:, 0], kind="stable")].tolist()))


# How stains are estimated, and the density that all channels of tissue exceed.
_ESTIMATES = {"macenko": (macenko, 0.15), "vahadane": (vahadane, 0.15)}


@transform
class HEStain(Transform):
    """Stain a section of tissue more or less with haematoxylin and eosin.

    Args:
        method: "preset" takes the stains named by `preset`, "random_preset" those of a preset drawn at random;
            "macenko" and "vahadane" estimate them from the picture, or take the preset "standard" where it shows no
            tissue.
        preset: for the method "preset"; None for "standard" there.
        intensity_scale_range: what the density of each stain is multiplied by, drawn uniformly for each.
        intensity_shift_range: what is added to it, in natural units of optical density, drawn uniformly for each.
        augment_background: also change the empty slide. Otherwise what has a luma above 0.9 stays, and between 0.8 and
            0.9 the change fades.
    Accepts: uint8, uint16, float32; 3 channels, RGB. Integers are rounded and cut to their range; floats are not cut.
        Black stays black.
    Moves: nothing.
    Raises: InvalidParameter: a preset with another method than "preset", intensity_scale_range below 0,
        intensity_shift_range outside [-1, 1]. Unsupported: other than 3 channels.
    Source: optical densities as in Ruifrok and Johnston 2001, changed as in Tellez et al. 2018, estimated as in Macenko
        et al. 2009 and Vahadane et al. 2016; the presets are those of albumentations 2.0.8, at unit length. That drops
        what the two stains do not explain; here it is kept.

    >>> HEStain(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    method: str = params.choice(default="random_preset", options=("preset", "random_preset", "vahadane", "macenko"))
    preset: str | None = params.choice(default=None, options=tuple(STAINS), none=True)
    intensity_scale_range: Interval = params.interval(default=(0.7, 1.3), low=0, single="fixed", unit="factor")
    intensity_shift_range: Interval = params.interval(default=(-0.2, 0.2), low=-1, high=1, unit="optical density")
    augment_background: bool = params.flag(default=False)

    def __attrs_post_init__(self) -> None:
        require(
            self.preset is None or self.method == "preset",
            f"HEStain.preset: {self.preset!r} with method={self.method!r}; give None, or method='preset'",
        )

    def sample(self, rng: Rng, view: View) -> PixelFn:
        changes = {
            "scales": tuple(rng.uniform(*self.intensity_scale_range) for _ in range(2)),
            "shifts": tuple(rng.uniform(*self.intensity_shift_range) for _ in range(2)),
            "background": self.augment_background,
        }
        if self.method in _ESTIMATES:
            return PixelFn(restained_by_its_own, method=self.method, **changes)
        name = self.preset or "standard" if self.method == "preset" else rng.choice(tuple(STAINS))
        return PixelFn(restained, stains=STAINS[name], **changes)
