"""A transform of every effect kind, one with a parameter of every kind, and a fusion."""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import (
    Border,
    Chain,
    Dense,
    Effect,
    Erase,
    Geometry,
    Interpolation,
    Lattice,
    Lookup,
    Mix,
    PerTarget,
    PixelFn,
    Rectangles,
    Rng,
    Scatter,
    Transform,
    View,
    displacement_field,
    fusion,
    params,
    pixel_function,
    region_mask,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]


@pixel_function
def scaled(x: Array, *, factor: float) -> Array:
    return np.clip(x * factor, 0, 1)


@pixel_function
def grain(image: Array, *, seed: int, std: float) -> Array:
    noise = np.random.default_rng(seed).normal(0, std, image.shape)
    return to_range(image + noise * (1 if image.dtype == np.float32 else 255), image.dtype)


@pixel_function
def stamped(image: Array, *, value: int) -> Array:
    out = image.copy()
    out[:2, :2] = value
    return out


@displacement_field
def wave(size: tuple[int, int], *, height: float) -> Array:
    field = np.zeros((*size, 2), np.float32)
    field[..., 0] = height * np.sin(np.arange(size[0]) / 10)[:, None]
    return field


@region_mask
def speckles(size: tuple[int, int], *, seed: int, part: float) -> Array:
    return np.random.default_rng(seed).random(size) < part


@transform
class Mirror(Transform):
    """Geometry that is exact."""

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.hflip(view.size))


@transform
class Still(Transform):
    """Geometry that moves nothing."""

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.identity(view.size))


@transform
class Wave(Transform):
    """Geometry by a displacement field."""

    height: float = params.number(default=3.0, low=0, high=20, unit="px")

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Dense.of(wave, view.size, height=rng.uniform(0, self.height)))


@transform
class Brighten(Transform):
    """A lookup."""

    factor_range: params.Interval = params.interval(default=(0.8, 1.2), low=0, high=4, single="fixed")

    def sample(self, rng: Rng, view: View) -> Lookup:
        return Lookup(scaled, factor=rng.uniform(*self.factor_range))


@transform
class Grain(Transform):
    """A pixel function with a seed."""

    std: float = params.number(default=0.05, low=0, high=1)

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(grain, seed=rng.seed(), std=self.std)


@transform
class Hole(Transform):
    """An erasure of a rectangle."""

    fill: params.Fill = params.fill(default=0, words=("random",))

    def sample(self, rng: Rng, view: View) -> Erase:
        x, y = rng.integer(0, view.width - 1), rng.integer(0, view.height - 1)
        return Erase(Rectangles([(x, y, x + 8, y + 8)]), fill=self.fill, seed=rng.seed())


@transform
class Speckle(Transform):
    """An erasure of a seeded region."""

    def sample(self, rng: Rng, view: View) -> Erase:
        return Erase(Scatter(speckles, seed=rng.seed(), part=0.1), fill=(1, 2, 3), fill_mask=1)


@transform
class Blend(Transform):
    """A mix."""

    def sample(self, rng: Rng, view: View) -> Mix:
        return Mix(rng.integer(0, len(view.source) - 1), weight=0.5, region=(0, 0, 4, 4))


@transform
class BrightMirror(Transform):
    """A chain."""

    def sample(self, rng: Rng, view: View) -> Chain[Effect]:
        return Chain((Lookup(scaled, factor=0.5), Geometry(Lattice.hflip(view.size))))


@transform
class Stamp(Transform):
    """A function per target."""

    value: int = params.integer(default=7, low=0, high=255)

    def sample(self, rng: Rng, view: View) -> PerTarget:
        return PerTarget.of({"image": stamped, "mask": stamped}, value=self.value)


@transform
class Knobs(Transform):
    """A parameter of every kind, and nothing done."""

    size: tuple[int, int] = params.numbers(length=2, low=1, whole=True)
    limit: params.Interval = params.interval(default=(-10, 10), low=-360, high=360, unit="degrees")
    count_range: tuple[int, int] = params.interval(default=(1, 3), low=1, high=9, single=1, whole=True)
    sigma: float | None = params.number(default=None, low=0, open_low=True, none=True)
    mean: tuple[float, ...] | float = params.numbers(default=0.5, single=True)
    keep: bool = params.flag(default=True)
    mode: str = params.choice(default="fast", options=("fast", "slow", "exact"))
    fill: params.Fill = params.fill(default=0, words=("random",))
    interpolation: Interpolation = params.interpolation(default=Interpolation.LINEAR)
    border_mode: Border = params.border(default=Border.CONSTANT)
    note: str | None = params.text(default=None, none=True)
    p: float = params.probability(default=0.9)

    def sample(self, rng: Rng, view: View) -> PerTarget:
        return PerTarget()


@fusion(exact=True)
def skip_identity(first: Effect, second: Effect) -> Effect | None:
    """What follows a geometry that moves nothing is all there is to do."""
    return second if isinstance(first, Geometry) and first.map.is_identity else None
