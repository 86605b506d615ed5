"""Impulse noise: single pixels that are white or black, whatever was there."""

from __future__ import annotations

from typing import Any

import numpy as np

from augcore import Interval, PixelFn, Rng, Transform, View, apply_table, max_value, params, pixel_function, transform
from augcore.noise import random_words

from .noise import in_all_channels

Array = np.ndarray[Any, np.dtype[Any]]

# A picture's values as bits, of the kinds that tables may hold.
_BITS = {np.dtype("uint8"): np.uint8, np.dtype("uint16"): np.uint16, np.dtype("float32"): np.int32}


@pixel_function(per_frame=True)
def season(image: Array, *, salt: float, pepper: float, seed: int) -> Array:
    """The picture with each pixel by itself white with one probability and black with another, in all channels."""
    bits, channels = _BITS[image.dtype], image.shape[2]
    fate = random_words(seed, (*image.shape[:2], 1))
    white, black = round(salt * 65536), 65536 - round(pepper * 65536)
    kept = np.full((65536, 1), -1, np.int32).astype(bits)
    kept[:white] = kept[black:] = 0
    put = np.zeros((65536, 1), bits)
    put[:white] = np.array(max_value(image.dtype), image.dtype).view(bits)
    out = in_all_channels(apply_table(fate, kept), channels)
    out = out & image.view(bits)
    out |= in_all_channels(apply_table(fate, put), channels)
    return np.asarray(out.view(image.dtype))


@transform
class SaltAndPepper(Transform):
    """Salt and pepper: some pixels become white or black.

    Args:
        amount: the share of pixels that are replaced, drawn uniformly; each pixel is drawn by itself, so the number of
            them varies about it.
        salt_vs_pepper: the share of white among them, drawn uniformly; the others become black.
    Accepts: uint8, uint16, float32; any channel count, all of a pixel's channels together. White is 1 in floats; the
        other pixels are kept to the bit.
    Moves: nothing.
    Raises: InvalidParameter: amount or salt_vs_pepper outside [0, 1].
    Source: impulse noise; shares are right to 1/65536. albumentations 2.0.8 replaces just so many pixels.

    >>> SaltAndPepper(p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    amount: Interval = params.interval(default=(0.01, 0.06), low=0, high=1, single="fixed", unit="fraction of pixels")
    salt_vs_pepper: Interval = params.interval(default=(0.4, 0.6), low=0, high=1, single="fixed", unit="fraction")

    def sample(self, rng: Rng, view: View) -> PixelFn:
        amount, salt = rng.uniform(*self.amount), rng.uniform(*self.salt_vs_pepper)
        return PixelFn(season, salt=amount * salt, pepper=amount * (1 - salt), seed=rng.seed())
