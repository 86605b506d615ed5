"""Transforms that are right, for the tests of the conformance kit.

In a module of its own, so that a spawned process can import it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import (
    AffineMap,
    Dense,
    Erase,
    Geometry,
    Lattice,
    Lookup,
    PerTarget,
    PixelFn,
    Rectangles,
    Transform,
    displacement_field,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)

# Right ones


@pixel_function
def power(x: Any, *, gamma: float) -> Any:
    return x**gamma


@pixel_function
def noisy(image: Any, *, seed: int) -> Any:
    noise = np.random.default_rng(seed).normal(0, 0.05 * max_value(image.dtype), image.shape)
    return to_range(image + noise, image.dtype)


@pixel_function(channels=(3,))
def turned_hue(image: Any) -> Any:
    return np.ascontiguousarray(image[:, :, [1, 2, 0]])


@displacement_field
def waves(size: Any, *, phase: float) -> Any:
    y, x = np.mgrid[: size[0], : size[1]]
    return np.stack([2 * np.sin(y / 9 + phase), 1.5 * np.cos(x / 11 + phase)], -1).astype(np.float32)


@transform
class RightGamma(Transform):
    """Change brightness by a power.

    Args:
        limit: the exponent, drawn uniformly.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    Source: ITU-R BT.709.
    """

    limit: tuple[float, float] = params.interval(default=(0.8, 1.25), low=0.1)

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(power, gamma=rng.uniform(*self.limit))


@transform
class RightNoise(RightGamma):
    """Add noise.

    Args:
        limit: unused.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    Source: none needed.
    """

    def sample(self, rng: Any, view: Any) -> Any:
        return PixelFn(noisy, seed=rng.seed())


@transform
class RightHue(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return PixelFn(turned_hue)


@transform
class RightTurn(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        c, s = np.cos(angle := rng.uniform(-0.6, 0.6)), np.sin(angle)
        x, y = view.width / 2, view.height / 2
        return Geometry(AffineMap.of(np.array([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y]]), view.size))


@transform
class RightWaves(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return Geometry(Dense.of(waves, view.size, phase=rng.uniform(0, 6)))


@transform
class RightHole(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        x, y = rng.integer(0, view.width - 1), rng.integer(0, view.height - 1)
        return Erase(Rectangles(((x, y, x + 9, y + 12),)), fill="random", seed=rng.seed())


@transform
class RightWindow(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        x, y = rng.integer(0, view.width // 4), rng.integer(0, view.height // 4)
        return Geometry(Lattice.window(view.size, x, y, view.width, view.height))


def mirrored(array: Any, *, width: int) -> Any:
    return np.ascontiguousarray(array[:, ::-1])


def mirrored_points(points: Any, *, width: int) -> Any:
    return points * (-1, 1) + (width - 1, 0)


def mirrored_boxes(boxes: Any, *, width: int) -> Any:
    return boxes[:, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (width, 0, width, 0)


for _function in (mirrored, mirrored_points, mirrored_boxes):
    pixel_function(_function)
WAY = {"image": mirrored, "mask": mirrored, "keypoints": mirrored_points, "bboxes": mirrored_boxes}


@transform
class RightFunctions(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return PerTarget.of(WAY, width=view.width)


RIGHT = (RightGamma, RightNoise, RightHue, RightTurn, RightWaves, RightHole, RightWindow, RightFunctions)
