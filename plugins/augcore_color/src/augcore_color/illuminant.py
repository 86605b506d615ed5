"""Light of another temperature: that of a black body, or of a phase of daylight."""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import Interval, Lookup, Rng, Transform, Unsupported, View, params, pixel_function, transform
from augcore.params import require

from .noise import beside

Array = np.ndarray[Any, np.dtype[Any]]

# From CIE XYZ to linear RGB of sRGB (IEC 61966-2-1).
_TO_RGB = np.array(((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570)))


def planckian(kelvin: float) -> tuple[float, float]:
    """Chromaticity (x, y) of CIE 1931 of a black body from 1000 K to 15000 K (Krystek 1985, within 0.0001 of u, v)."""
    t = kelvin
    u = (0.860117757 + 1.54118254e-4 * t + 1.28641212e-7 * t**2) / (1 + 8.42420235e-4 * t + 7.08145163e-7 * t**2)
    v = (0.317398726 + 4.22806245e-5 * t + 4.20481691e-8 * t**2) / (1 - 2.89741816e-5 * t + 1.61456053e-7 * t**2)
    scale = 2 * u - 8 * v + 4
    return 3 * u / scale, 2 * v / scale


def daylight(kelvin: float) -> tuple[float, float]:
    """Chromaticity (x, y) of CIE 1931 of the D series from 4000 K to 25000 K (CIE 15:2004, section 3.1)."""
    t = 1000 / kelvin
    if kelvin <= 7000:
        x = 0.244063 + 0.09911 * t + 2.9678 * t**2 - 4.6070 * t**3
    else:
        x = 0.237040 + 0.24748 * t + 1.9018 * t**2 - 2.0064 * t**3
    return x, -3 * x**2 + 2.870 * x - 0.275


_LIGHTS = {"blackbody": planckian, "cied": daylight}
_LEGAL = {"blackbody": (1000, 15000), "cied": (4000, 25000)}  # where the formulas hold
_USUAL = {"blackbody": (3000, 15000), "cied": (4000, 15000)}
_WHITE = 6500.0


def light_of(mode: str, kelvin: float) -> Array:
    """A light's linear RGB, of luminance 1 (Rec. 709); no channel below 0, where a light is too red for sRGB."""
    x, y = _LIGHTS[mode](kelvin)
    return np.maximum(_TO_RGB @ (x / y, 1, (1 - x - y) / y), 0)


def linear_light(x: Array) -> Array:
    """Of values of sRGB; both parts of the curve go on beyond [0, 1]."""
    return np.where(x <= 0.04045, x / 12.92, ((np.maximum(x, 0) + 0.055) / 1.055) ** 2.4)


def encoded(light: Array) -> Array:
    """The inverse of `linear_light`."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)


@pixel_function
def relit_curve(x: Array, *, mode: str, kelvin: float) -> Array:
    """sRGB of a scene as a light shows it, of which D65 has shown it."""
    return encoded(linear_light(x) * beside(tuple(light_of(mode, kelvin).tolist()), x))


@transform
class PlanckianJitter(Transform):
    """Light the scene with another temperature: red as a candle to blue as the sky.

    Args:
        mode: "blackbody" for light of a glowing body, "cied" for daylight, of which the picture is taken to be a phase,
            D65.
        temperature_limit: in kelvin, within [1000, 15000] for a black body and [4000, 25000] for daylight; None for
            (3000, 15000) and (4000, 15000).
        sampling_method: "uniform" draws evenly; "gaussian" from half a normal distribution to either side of 6500 K,
            evenly, three standard deviations of which reach the limit.
    Accepts: uint8, uint16, float32; 3 channels, sRGB. The luminance of white stays. Integers are rounded and cut to
        their range; floats are not cut, and white goes beyond 1 in red or blue.
    Moves: nothing.
    Raises: InvalidParameter: a temperature_limit outside what the mode allows. Unsupported: other than 3 channels.
    Source: Zini et al. 2023; the Planckian locus by Krystek 1985, the D series by CIE 15:2004, sRGB by IEC 61966-2-1.
        Channels are scaled in linear light; albumentations 2.0.8 scales the values of sRGB themselves by a table of
        unknown origin, leaves green as it is, and draws two of five uniform temperatures below 6000 K.

    >>> PlanckianJitter(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    mode: str = params.choice(default="blackbody", options=tuple(_LIGHTS))
    temperature_limit: Interval | None = params.interval(
        default=None, low=1000, high=25000, single="fixed", unit="K", none=True
    )
    sampling_method: str = params.choice(default="uniform", options=("uniform", "gaussian"))

    def __attrs_post_init__(self) -> None:
        low, high = _LEGAL[self.mode]
        given = self.temperature_limit
        require(
            given is None or (low <= given[0] and given[1] <= high),
            f"PlanckianJitter.temperature_limit: {given} is outside [{low}, {high}] K of mode {self.mode!r}; "
            "give (low, high) inside it",
        )

    def sample(self, rng: Rng, view: View) -> Lookup:
        if view.channels != 3:
            raise Unsupported(
                f"PlanckianJitter needs 3 channels, and the image has {view.channels}; give RGB, or grey after ToRGB"
            )
        low, high = self.temperature_limit or _USUAL[self.mode]
        if self.sampling_method == "uniform":
            kelvin = rng.uniform(low, high)
        else:
            end = rng.choice((low, high))
            kelvin = min(max(_WHITE + abs(rng.normal()) * (end - _WHITE) / 3, low), high)
        return Lookup(relit_curve, mode=self.mode, kelvin=kelvin)
