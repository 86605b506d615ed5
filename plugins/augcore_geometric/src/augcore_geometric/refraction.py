"""Distortions by what bends light on its way: lenses and water."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from augcore import (
    Border,
    Dense,
    Geometry,
    Interpolation,
    Interval,
    Rng,
    Transform,
    View,
    displacement_field,
    params,
    transform,
)
from augcore.params import Fill

from .effect import KEYPOINT_METHODS, geometry
from .separable import products

Array = np.ndarray[Any, np.dtype[Any]]


@displacement_field
def radial_field(size: tuple[int, int], *, k1: float, k2: float, focal: tuple[float, float]) -> Array:
    """Pixels at (x, y) from the centre, in focal lengths (of x, of y), show those at (1 + k1·r² + k2·r⁴) · (x, y)."""
    x, y = ((np.arange(side) + 0.5 - side / 2) / length for side, length in zip(size[::-1], focal, strict=True))
    # k1·r² + k2·r⁴ by powers of y², and times x or y.
    columns = np.stack([k1 * x**2 + k2 * x**4, k1 + 2 * k2 * x**2, np.full(len(x), k2)])
    rows = np.stack([np.ones(len(y)), y**2, y**4], 1)
    return products(np.stack([rows * focal[0], rows * y[:, None] * focal[1]]), np.stack([columns * x, columns]))


@transform
class OpticalDistortion(Transform):
    """See the picture through a lens that magnifies its middle and its corners differently.

    A positive k shrinks the corners most: straight lines bulge outwards like the staves of a barrel, and the border
    shows. A negative k enlarges them: lines bend inwards as the edges of a pincushion do, and the corners are cut off.
    The corners fold from k = -0.36 on down ("camera"), or -0.33 ("fisheye").

    Args:
        distort_limit: k, drawn uniformly; a number a means (-a, a).
        interpolation: for images.
        mask_interpolation: for masks.
        mode: "camera" shows at radius r what lay at r · (1 + k·r² + k·r⁴), lengths counted along x in widths and along
            y in heights of the picture, so that r² is 1/2 in the corners; "fisheye" what lay at r · (1 + k·r²), counted
            in halves of the diagonal, so that r is 1 in the corners.
        keypoint_remapping_method: "direct" or "mask", two ways of finding about where keypoints go; accepted so that
            pipelines can keep it. Here both give the exact place.
        border_mode: what shows beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept, and what leaves it is cut.
    Raises: InvalidParameter: a limit outside [-10, 10].
    Source: Brown 1966, "Decentering distortion of lenses"; coefficients and focal lengths as in albumentations.

    >>> OpticalDistortion(distort_limit=0.5, mode="fisheye", p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    distort_limit: Interval = params.interval(default=(-0.05, 0.05), low=-10, high=10, unit="coefficient")
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    mode: str = params.choice(default="camera", options=("camera", "fisheye"))
    keypoint_remapping_method: str = params.choice(default="mask", options=KEYPOINT_METHODS)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        k = rng.uniform(*self.distort_limit)
        if self.mode == "camera":
            lens = {"k1": k, "k2": k, "focal": (view.width, view.height)}
        else:
            lens = {"k1": k, "k2": 0.0, "focal": (math.hypot(*view.size) / 2,) * 2}
        return geometry(self, Dense.of(radial_field, view.size, **lens))


@displacement_field
def wave_field(size: tuple[int, int], *, waves: tuple[tuple[float, float, float, float], ...]) -> Array:
    """Sine waves, each (amplitude and length in pixels, direction in which it runs and displaces, phase in radians)."""
    amplitude, length, angle, phase = (np.array(numbers) for numbers in zip(*waves, strict=True))
    across, down = np.cos(angle), np.sin(angle)
    x, y = (np.arange(side) + 0.5 for side in size[::-1])
    a = np.outer(2 * np.pi / length * across, x) + phase[:, None]
    b = np.outer(y, 2 * np.pi / length * down)
    # sin(a + b) = sin a · cos b + cos a · sin b
    columns = np.concatenate([np.sin(a), np.cos(a)])
    rows = np.concatenate([np.cos(b), np.sin(b)], 1)
    strength = np.stack([amplitude * across, amplitude * down])
    return products(rows, np.tile(strength, 2)[:, :, None] * columns)


@transform
class WaterRefraction(Transform):
    """See the picture through water whose surface is a sum of random sine waves.

    Each wave runs in a direction of its own and displaces along it, as light is refracted along the slope. They share
    the amplitude evenly, so no pixel is displaced by more than that. Nothing folds while the amplitude is below
    1 / (2π), or 0.159, of the shortest wavelength.

    Args:
        num_waves_range: how many waves, both ends included.
        amplitude_range: how far pixels are displaced where all waves add up, as a part of the picture's shorter side.
        wavelength_range: from crest to crest, as a part of the picture's shorter side, drawn for each wave.
        interpolation: for images.
        mask_interpolation: for masks.
        border_mode: what shows beyond the picture: "constant", "replicate", "reflect", "reflect_101", "wrap".
        fill: of images, where `border_mode` is "constant".
        fill_mask: of masks, where `border_mode` is "constant".
    Accepts: uint8, uint16, float32; any channel count; values are kept within the input's range, but for the overshoot
        of cubic and lanczos4 interpolation.
    Moves: every spatial target; the frame's size is kept, and what leaves it is cut.
    Raises: InvalidParameter: no waves, an amplitude outside [0, 1], a wavelength below 0.001.
    Source: small slopes displace in proportion to themselves: Snell's law to first order.

    >>> WaterRefraction(amplitude_range=(0.01, 0.02), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_waves_range: tuple[int, int] = params.interval(default=(3, 6), low=1, high=256, whole=True, single="fixed")
    amplitude_range: Interval = params.interval(
        default=(0.01, 0.03), low=0, high=1, single="fixed", unit="fraction of the side"
    )
    wavelength_range: Interval = params.interval(
        default=(0.2, 0.5), low=0.001, single="fixed", unit="fraction of the side"
    )
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    mask_interpolation: Interpolation = params.interpolation(default=Interpolation.NEAREST)
    border_mode: Border = params.border(default=Border.CONSTANT)
    fill: Fill = params.fill(default=0)
    fill_mask: Fill = params.fill(default=0)

    def sample(self, rng: Rng, view: View) -> Geometry:
        side, count = min(view.size), rng.integer(*self.num_waves_range)
        amplitude = rng.uniform(*self.amplitude_range) * side / count
        waves = tuple(
            (amplitude, rng.uniform(*self.wavelength_range) * side, _turn(rng), _turn(rng)) for _ in range(count)
        )
        return geometry(self, Dense.of(wave_field, view.size, waves=waves))


def _turn(rng: Rng) -> float:
    return rng.uniform(0, 2 * math.pi)
