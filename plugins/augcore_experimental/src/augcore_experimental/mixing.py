"""Mixing with another sample of the pipeline's source: MixUp blends whole pictures, CutMix pastes a part."""

from __future__ import annotations

import math

from augcore import Mix, Rng, Transform, View, params, transform


def mixing_ratio(rng: Rng, alpha: float) -> float:
    """How much of this sample stays: λ ~ Beta(α, α)."""
    return float(rng.generator().beta(alpha, alpha))


def draw_partner(rng: Rng, view: View) -> int:
    """Which sample of the source joins this one: any of them, this one too if the source holds it."""
    return rng.integer(0, len(view.source) - 1)


def box_around(centre: float, side: int, limit: int) -> tuple[int, int]:
    """The `side` pixels about a centre in [0, limit), as [first, last), cut to [0, limit); at least one is left."""
    first = math.floor(centre - side / 2 + 0.5)
    return max(first, 0), min(first + side, limit)


@transform
class MixUp(Transform):
    """Blend with another sample of `Compose(source=…)`, which is stretched to this one's size.

    λ ~ Beta(α, α) of this picture and 1 - λ of the other are added up, and their labels likewise.

    Args:
        alpha: α of the distribution: near 0 one of the two pictures prevails, at 1 every λ is as likely, and large
            values mix half and half.
    Accepts: uint8, uint16, float32; any channel count, the same in both samples; masks of float32 or float64 only,
        since the names of classes cannot be blended; values stay within the range of the two.
    Moves: nothing; the other sample's boxes, keypoints, polygons and masks join this one's. One-hot labels are blended,
        other labels become (this one's, the other's, λ).
    Raises: InvalidParameter: alpha outside (0, 1000]; a pipeline without source. InvalidData: samples of different
        dtypes or channel counts, or with different targets.
    Source: Zhang et al. 2018, mixup: beyond empirical risk minimization, equations 1 and 2; α = 0.4 is the largest of
        those it recommends for ImageNet.

    >>> Compose([MixUp(p=1)], source=[{"image": other}])(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha: float = params.number(default=0.4, low=0, high=1000, open_low=True)

    def sample(self, rng: Rng, view: View) -> Mix:
        return Mix(draw_partner(rng, view), mixing_ratio(rng, self.alpha))


@transform
class CutMix(Transform):
    """Paste a rectangle of another sample of `Compose(source=…)`, which is stretched to this one's size.

    The rectangle has √(1 - λ) of the picture's sides, λ ~ Beta(α, α), lies about a point drawn evenly from the whole
    picture, and is cut at its edges. Labels are mixed by the area that is left of it.

    Args:
        alpha: α of the distribution: near 0 rectangles are tiny or the whole picture, at 1 every area is as likely,
            and large values paste halves.
    Accepts: uint8, uint16, float32; any channel count; masks of any dtype; the same in both samples; values are kept
        bit for bit.
    Moves: nothing; the other sample's boxes, keypoints and polygons join this one's, each as far as the rectangle shows
        it; this one's boxes under it are less visible and its keypoints hidden. One-hot labels are blended by the area,
        other labels become (this one's, the other's, part of the area that this one keeps).
    Raises: InvalidParameter: alpha outside (0, 1000]; a pipeline without source. InvalidData: samples of different
        dtypes or channel counts, or with different targets.
    Source: Yun et al. 2019, CutMix: regularization strategy to train strong classifiers with localizable features,
        section 3.1, with α = 1 as there; the pasted rectangle has at least one pixel.

    >>> Compose([CutMix(p=1)], source=[{"image": other}])(image=image)["image"].shape
    (512, 512, 3)
    """

    alpha: float = params.number(default=1.0, low=0, high=1000, open_low=True)

    def sample(self, rng: Rng, view: View) -> Mix:
        height, width = view.size
        part = math.sqrt(1 - mixing_ratio(rng, self.alpha))
        x_min, x_max = box_around(rng.uniform(0, width), max(1, round(width * part)), width)
        y_min, y_max = box_around(rng.uniform(0, height), max(1, round(height * part)), height)
        kept = 1 - (x_max - x_min) * (y_max - y_min) / (width * height)
        return Mix(draw_partner(rng, view), kept, (x_min, y_min, x_max, y_max))
