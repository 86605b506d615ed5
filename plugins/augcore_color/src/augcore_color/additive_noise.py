"""Noise of a distribution of the user's choice, added to whole channels or to every pixel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from augcore import (
    Interval,
    Lookup,
    PixelFn,
    Rng,
    Transform,
    Unsupported,
    View,
    merge_channels,
    params,
    pixel_function,
    split_channels,
    transform,
)
from augcore.params import Parameter, interval_of, parameter, require

from .noise import Distribution, added, beside, check_numbers
from .quantiles import DISTRIBUTIONS, quantiles

Array = np.ndarray[Any, np.dtype[Any]]

# What each distribution may be told, and the ranges that are taken otherwise.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "uniform": {"ranges": ((-0.1, 0.1),)},
    "gaussian": {"mean_range": (0.0, 0.0), "std_range": (0.05, 0.15)},
    "laplace": {"mean_range": (0.0, 0.0), "scale_range": (0.05, 0.15)},
    "beta": {"alpha_range": (0.5, 1.5), "beta_range": (0.5, 1.5), "scale_range": (0.1, 0.3)},
}
_SMALLEST = 1e-3  # shape of a beta distribution, which then is two points to six digits
_BOUNDS = {
    "ranges": (-1, 1),
    "mean_range": (-1, 1),
    "std_range": (0, 1),
    "scale_range": (0, 1),
    "alpha_range": (_SMALLEST, 1e6),
    "beta_range": (_SMALLEST, 1e6),
}


class NoiseParams(Mapping[str, Any]):
    """Settings by name that cannot change and have a hash, as all parameters."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = tuple(items.items())

    def __getitem__(self, name: str) -> Any:
        return dict(self._items)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items))

    def __repr__(self) -> str:
        return repr(dict(self._items))


def _parse(value: Any) -> NoiseParams:
    names = ", ".join(_BOUNDS)
    if not isinstance(value, Mapping) or not set(value) <= _BOUNDS.keys():
        raise ValueError(f"{value!r} is not a mapping of parameters; give {{name: range}} with names from {names}")
    return NoiseParams({name: _parsed(name, given) for name, given in value.items()})


def _parsed(name: str, given: Any) -> Any:
    low, high = _BOUNDS[name]
    try:
        if name != "ranges":
            return interval_of(given, low, high, "fixed")
        if not isinstance(given, Sequence) or not given or not all(isinstance(one, Sequence) for one in given):
            raise ValueError(f"{given!r} is not a list of ranges; give [(low, high)], or one (low, high) per channel")
        return tuple(interval_of(one, low, high) for one in given)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


_pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_RANGES = Parameter(
    _parse,
    "{name: range}, as the noise type has them",
    {
        "type": "object",
        "properties": {name: {"type": "array", "items": _pair} if name == "ranges" else _pair for name in _BOUNDS},
        "additionalProperties": False,
    },
    "fraction of white",
)


@pixel_function
def offset_curve(x: Array, *, offset: tuple[float, ...]) -> Array:
    """x + offset, with one number for all channels or one for each."""
    return np.asarray(x + beside(offset, x))


@pixel_function(per_frame=True)
def add_noise(
    image: Array,
    *,
    distribution: Distribution,
    mean: tuple[float, ...],
    spread: tuple[float, ...],
    shared: bool,
    scale: float,
    seed: int,
) -> Array:
    """The image plus mean + spread · noise, each with one number for all channels or one for each; see `noise.added`.

    Args:
        distribution: its name, and its shape if it has any.
    """
    if len(mean) == 1:
        return added(image, distribution, mean[0], spread[0], shared, scale, seed)
    check_numbers(mean, image.shape[2])
    planes = split_channels(image)
    parts = zip(planes, mean, spread, strict=True)
    noisy = [
        added(plane[:, :, None], distribution, middle, half, True, scale, seed + number)
        for number, (plane, middle, half) in enumerate(parts)
    ]
    return merge_channels([plane[:, :, 0] for plane in noisy])


@transform
class AdditiveNoise(Transform):
    """Add noise of a chosen distribution: to each channel as a whole, to each pixel, or to each value.

    Args:
        noise_type: "uniform", "gaussian", "laplace" or "beta", which lies between -scale and scale.
        spatial_mode: "constant" adds one number to each channel, "per_pixel" another one to every value of every pixel,
            "shared" one to every pixel, the same for all its channels.
        noise_params: the distribution, in fractions of white; what is not given is as in the braces. For "uniform"
            {ranges: [(-0.1, 0.1)]}, one range for all channels or one for each; for "gaussian" {mean_range: (0, 0),
            std_range: (0.05, 0.15)}; for "laplace" {mean_range: (0, 0), scale_range: (0.05, 0.15)}; for "beta"
            {alpha_range: (0.5, 1.5), beta_range: (0.5, 1.5), scale_range: (0.1, 0.3)}, where shapes below 1 pile up at
            both ends. Means, spreads and shapes are drawn uniformly, once for the whole picture.
        approximation: in (0, 1]; below 1 the noise of "per_pixel" and "shared" is made for a picture so much smaller
            and enlarged by linear interpolation. Its mean and standard deviation over the picture are kept, while its
            distribution comes nearer to a normal one and may leave the range.
    Accepts: uint8, uint16, float32; any channel count. Integers are rounded and cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: names that the noise type does not have, ranges outside [-1, 1], spreads outside [0, 1],
        several ranges for noise that all channels share. Unsupported: as many ranges as the picture has no channels.
    Source: inversion, by 65536 quantiles. In albumentations 2.0.8 all but the first range are without effect where
        noise differs from pixel to pixel.

    >>> AdditiveNoise("laplace", "per_pixel", p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    noise_type: str = params.choice(default="uniform", options=tuple(DISTRIBUTIONS))
    spatial_mode: str = params.choice(default="constant", options=("constant", "per_pixel", "shared"))
    noise_params: Mapping[str, Any] | None = parameter(_RANGES, default=None, none=True)
    approximation: float = params.number(default=1.0, low=0, high=1, open_low=True)

    def __attrs_post_init__(self) -> None:
        given, legal = self.noise_params or {}, _DEFAULTS[self.noise_type]
        strange = [name for name in given if name not in legal]
        require(
            not strange,
            f"AdditiveNoise.noise_params: {', '.join(strange)} with noise_type={self.noise_type!r}; "
            f"give {', '.join(legal)}",
        )
        require(
            self.spatial_mode != "shared" or len(given.get("ranges", ())) < 2,
            f"AdditiveNoise.noise_params: {len(given.get('ranges', ()))} ranges with spatial_mode='shared', where all "
            "channels have the same noise; give one",
        )

    def sample(self, rng: Rng, view: View) -> Lookup | PixelFn:
        distribution, mean, spread = self._drawn(rng, view)
        if self.spatial_mode == "constant":
            table = quantiles(*distribution)
            numbers = [float(table[rng.integer(0, len(table) - 1)]) for _ in range(view.channels)]
            every = zip(numbers, _each(mean, numbers), _each(spread, numbers), strict=True)
            return Lookup(offset_curve, offset=tuple(middle + half * number for number, middle, half in every))
        return PixelFn(
            add_noise,
            distribution=distribution,
            mean=mean,
            spread=spread,
            shared=self.spatial_mode == "shared",
            scale=self.approximation,
            seed=rng.seed(),
        )

    def _drawn(self, rng: Rng, view: View) -> tuple[Distribution, tuple[float, ...], tuple[float, ...]]:
        """The distribution, and its mean and spread: one of each, or one for each channel."""
        ranges = _DEFAULTS[self.noise_type] | dict(self.noise_params or {})
        if self.noise_type == "uniform":
            return ("uniform",), *_middles(ranges["ranges"], view.channels)
        if self.noise_type == "beta":
            distribution = "beta", rng.uniform(*ranges["alpha_range"]), rng.uniform(*ranges["beta_range"])
            return distribution, (0.0,), (rng.uniform(*ranges["scale_range"]),)
        spread = ranges["std_range" if self.noise_type == "gaussian" else "scale_range"]
        return (self.noise_type,), (rng.uniform(*ranges["mean_range"]),), (rng.uniform(*spread),)


def _middles(ranges: Sequence[Interval], channels: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if len(ranges) not in (1, channels):
        raise Unsupported(
            f"AdditiveNoise.noise_params: {len(ranges)} ranges, and the image has {channels} channel(s); "
            "give one range, or one for each channel"
        )
    return tuple((low + high) / 2 for low, high in ranges), tuple((high - low) / 2 for low, high in ranges)


def _each(numbers: tuple[float, ...], like: Sequence[float]) -> Sequence[float]:
    return numbers if len(numbers) == len(like) else numbers * len(like)
