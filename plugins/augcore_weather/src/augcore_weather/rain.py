"""Rain: streaks of falling drops between the camera and a darkened scene."""

from __future__ import annotations

import math
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
    merge_channels,
    params,
    pixel_function,
    to_range,
    transform,
)

Array = np.ndarray[Any, np.dtype[Any]]
Colour = tuple[int, int, int]

# Streaks per row of the picture.
DENSITIES = {"drizzle": 1 / 4, "default": 1 / 3, "heavy": 1.0, "torrential": 2.0}
_LUMA = (0.299, 0.587, 0.114)  # Rec. 601
_FRACTION_BITS = 4  # of the coordinates that are drawn


def streaks(size: tuple[int, int], *, drops: int, slant: float, length: int, width: int, seed: int) -> Array:
    """Parallel lines at random places, 255 on 0, (H, W).

    They begin as far above and beside the picture as a line is long, so that its edges see as many as its middle.

    Args:
        slant: in degrees from the vertical; above 0 the lower end lies to the right.
    """
    height, width_of_picture = size
    fall = np.array([math.sin(math.radians(slant)), math.cos(math.radians(slant))]) * length
    low = np.minimum(0, -fall)
    begins = low + np.random.default_rng(seed).random((drops, 2)) * (np.array([width_of_picture, height]) + abs(fall))
    lines = np.stack([begins, begins + fall], 1) * 2**_FRACTION_BITS
    mask = np.zeros(size, np.uint8)
    cv2.polylines(mask, np.rint(lines).astype(np.int32), False, 255, 1, cv2.LINE_8, _FRACTION_BITS)
    if width > 1:
        # polylines would take a width too, and draw 7 pixels where 5 are asked for, in more time.
        mask = np.asarray(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))))
    return mask


@pixel_function(channels=(1, 3))
def add_rain(
    image: Array,
    *,
    drops: int,
    slant: float,
    length: int,
    width: int,
    color: Colour,
    blur: int,
    brightness: float,
    seed: int,
) -> Array:
    """The light of blurred streaks on top of the scene, and all of it darkened.

    Args:
        color: RGB in 255ths of white; a grey picture takes its luma.
        blur: side of the box that streaks are averaged over; 1 leaves them sharp.
        brightness: what the result is multiplied by.
    """
    mask = streaks(image.shape[:2], drops=drops, slant=slant, length=length, width=width, seed=seed)
    if blur > 1:
        mask = cv2.blur(mask, (blur, blur))
    if image.shape[2] == 1:
        color = (round(float(np.dot(_LUMA, color))),) * 3
    colors = color[: image.shape[2]]
    light = {value: _scaled(mask[:, :, None], value / 255 * brightness, image.dtype)[:, :, 0] for value in set(colors)}
    falling = merge_channels([light[value] for value in colors])
    if image.dtype == np.uint8:
        scene = image if brightness == 1 else _scaled(image, brightness, image.dtype)
        return np.asarray(cv2.add(scene, falling)).reshape(image.shape)
    return to_range(image * np.float32(brightness) + falling, image.dtype)


def _scaled(image: Array, factor: float, dtype: np.dtype[Any]) -> Array:
    """A uint8 image times a factor: as uint8, or as float32 on the scale of a wider dtype."""
    levels = np.arange(256)[:, None] * (factor * max_value(dtype) / 255)
    return apply_table(image, to_range(levels, np.uint8 if dtype == np.uint8 else np.float32))


@transform
class RandomRain(Transform):
    """Rain: bright streaks, all at one slant, over a darkened scene.

    Args:
        slant_range: angle of the streaks from the vertical in degrees, drawn uniformly; above 0 they fall to the right.
        drop_length: length of a streak in pixels; None for an eighth of the picture's height.
        drop_width: width of a streak in pixels, before it is blurred.
        drop_color: RGB of a streak, 0 to 255 whatever the dtype. Its light is added to the scene's.
        blur_value: side in pixels of the box that streaks are blurred with, which also thins their light; 1 keeps them
            sharp.
        brightness_coefficient: what everything is multiplied by: rain comes with clouds.
        rain_type: how many streaks: "drizzle" one per 4 rows of the picture, "default" one per 3, "heavy" one and
            "torrential" two per row.
    Accepts: uint8, uint16, float32; 3 channels, RGB, or 1, which takes the luma of drop_color. Integers are rounded and
        cut to their range; floats are not cut.
    Moves: nothing.
    Raises: InvalidParameter: a slant outside [-90, 90], sizes below 1, a brightness_coefficient outside (0, 1].
        Unsupported: other than 1 or 3 channels.
    Source: none needed.

    >>> RandomRain(rain_type="heavy", p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    slant_range: Interval = params.interval(default=(-10, 10), low=-90, high=90, unit="degrees")
    drop_length: int | None = params.integer(default=None, low=1, unit="px", none=True)
    drop_width: int = params.integer(default=1, low=1, high=255, unit="px")
    drop_color: Colour = params.numbers(default=(200, 200, 200), length=3, low=0, high=255, whole=True, unit="levels")
    blur_value: int = params.integer(default=7, low=1, unit="px")
    brightness_coefficient: float = params.number(default=0.7, low=0, high=1, open_low=True)
    rain_type: str = params.choice(default="default", options=("drizzle", "heavy", "torrential", "default"))

    def sample(self, rng: Rng, view: View) -> PixelFn:
        return PixelFn(
            add_rain,
            drops=round(view.height * DENSITIES[self.rain_type]),
            slant=rng.uniform(*self.slant_range),
            length=self.drop_length or max(1, view.height // 8),
            width=self.drop_width,
            color=self.drop_color,
            blur=self.blur_value,
            brightness=self.brightness_coefficient,
            seed=rng.seed(),
        )
