"""What lenses do to light: colours that are not imaged alike, and corners that get less of it."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from augcore import Interpolation, Interval, PixelFn, Rng, Transform, View, params, pixel_function, transform

from .blur import require_warpable
from .light import relit, smooth_pattern

Array = np.ndarray[Any, np.dtype[Any]]
Coefficients = tuple[float, float]

# cv2.remap knows no others.
_NEAREST_KIND = {
    Interpolation.NEAREST_EXACT: Interpolation.NEAREST,
    Interpolation.LINEAR_EXACT: Interpolation.LINEAR,
    Interpolation.AREA: Interpolation.LINEAR,
}


# Chromatic aberration


@pixel_function(channels=(3,))
def aberrated(image: Array, *, red: Coefficients, blue: Coefficients, interpolation: int) -> Array:
    """Red and blue imaged larger or smaller than green, by coefficients as of `radial_maps`."""
    require_warpable(image, "ChromaticAberration")
    out = image.copy()
    for channel, coefficients in ((0, red), (2, blue)):
        plane = cv2.extractChannel(image, channel)
        x, y = radial_maps(image.shape[:2], *coefficients)
        moved = cv2.remap(plane, x, y, interpolation, borderMode=cv2.BORDER_REPLICATE)
        cv2.insertChannel(moved, out, channel)
    return out


def radial_maps(size: tuple[int, int], primary: float, secondary: float) -> tuple[Array, Array]:
    """Where each pixel looks, as x and y of pixel centres: at c + (p - c) · (1 + primary · r² + secondary · r⁴).

    c is the picture's centre and r the distance |p - c| in units of the picture's longer side.
    """
    height, width = size
    middle, below = width / 2, height / 2

    def growth(x: Array, y: Array) -> Array:
        squared = ((x - middle) ** 2 + (y - below) ** 2) / max(size) ** 2
        return 1 + squared * (primary + squared * secondary)

    return (
        smooth_pattern(lambda x, y: middle - 0.5 + (x - middle) * growth(x, y), size),
        smooth_pattern(lambda x, y: below - 0.5 + (y - below) * growth(x, y), size),
    )


@transform
class ChromaticAberration(Transform):
    """Lateral chromatic aberration: red and blue are imaged larger or smaller than green, which fringes edges.

    Args:
        primary_distortion_limit: of the radial distortion, its part with the square of the distance from the centre,
            drawn uniformly for red and for blue; a number a means (-a, a).
        secondary_distortion_limit: the part with its fourth power, drawn likewise, then given the sign of the first.
        mode: "green_purple" moves red and blue the same way, "red_blue" opposite ways, "random" as it comes.
        interpolation: of the moved channels.
    Accepts: uint8, uint16, float32; 3 channels, RGB. Values stay within the range of the input's, but for
        interpolations that overshoot.
    Moves: nothing. Green, which most of the light is, stays where it is.
    Raises: InvalidParameter: a limit outside [-1, 1], an unknown mode. Unsupported: other than 3 channels.
    Source: radial distortion as in OpenCV's camera model, about the centre, with the longer side as the focal length;
        what is beyond the edge is the edge. In albumentations 2.0.8 the centre is half a pixel off, and width and
        height are different focal lengths, so that fringes are not radial unless the picture is a square.

    >>> ChromaticAberration(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    primary_distortion_limit: Interval = params.interval(default=(-0.02, 0.02), low=-1, high=1)
    secondary_distortion_limit: Interval = params.interval(default=(-0.05, 0.05), low=-1, high=1)
    mode: str = params.choice(default="green_purple", options=("green_purple", "red_blue", "random"))
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        red, blue = (
            (rng.uniform(*self.primary_distortion_limit), rng.uniform(*self.secondary_distortion_limit))
            for _ in range(2)
        )
        sign = math.copysign(1, blue[0])
        if self.mode != "random":
            sign = math.copysign(1, red[0]) * (1 if self.mode == "green_purple" else -1)
        return PixelFn(
            aberrated,
            red=_with_sign(red, math.copysign(1, red[0])),
            blue=_with_sign(blue, sign),
            interpolation=int(_NEAREST_KIND.get(self.interpolation, self.interpolation)),
        )


def _with_sign(coefficients: Coefficients, sign: float) -> Coefficients:
    primary, secondary = coefficients
    return math.copysign(primary, sign), math.copysign(secondary, sign)


# Vignetting


@pixel_function
def vignetted(image: Array, *, intensity: float, x: float, y: float) -> Array:
    """Darker with the square of the distance from a place, by the intensity in the corner that is farthest from it.

    Args:
        x, y: the place, in fractions of the width and the height.
    """
    height, width = image.shape[:2]
    farthest = (max(x, 1 - x) * width) ** 2 + (max(y, 1 - y) * height) ** 2

    def bowl(across: Array, down: Array) -> Array:
        return np.asarray(((across - x * width) ** 2 + (down - y * height) ** 2) / farthest)

    return relit(image, smooth_pattern(bowl, (height, width)), -intensity)


@transform
class Vignetting(Transform):
    """Darken towards the corners, as lenses do: value · (1 - intensity · r²).

    Args:
        intensity_range: how much is taken where r is 1, in the corner farthest from the centre of light, as a fraction
            of the value, drawn uniformly.
        center_range: the centre of light, in fractions of the width and the height, drawn uniformly.
    Accepts: uint8, uint16, float32; any channel count, all of them darkened alike. Integers are rounded; floats
        beyond 1 are darkened like others.
    Moves: nothing.
    Raises: InvalidParameter: intensity_range or center_range outside [0, 1].
    Source: the first term of the even polynomials by which vignetting is calibrated (Goldman 2010), and of the natural
        fall-off with the fourth power of the cosine.

    >>> Vignetting(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    intensity_range: Interval = params.interval(default=(0.2, 0.5), low=0, high=1, single="fixed")
    center_range: Interval = params.interval(default=(0.4, 0.6), low=0, high=1, single="fixed")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        x, y = rng.uniform(*self.center_range), rng.uniform(*self.center_range)
        return PixelFn(vignetted, intensity=rng.uniform(*self.intensity_range), x=x, y=y)
