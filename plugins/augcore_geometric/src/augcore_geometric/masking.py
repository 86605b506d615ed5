"""Stripes over the whole height or width, as spectrograms are masked: time runs along x, frequency along y."""

from __future__ import annotations

from augcore import Erase, InvalidData, Rectangles, Rng, Transform, View, params, transform
from augcore.params import Fill, require

from .dropout import FILLS, Box, erase

Whole = tuple[int, int]


def stripes(rng: Rng, numbers: Whole, lengths: Whole, side: int, where: str) -> list[tuple[int, int]]:
    """(start, end) of stripes along a side of the picture; those of length 0 are left out.

    Args:
        where: what to call the lengths in errors: "XYMasking.mask_x_length".
    """
    if numbers[1] and lengths[1] > side:
        raise InvalidData(
            f"{where}: stripes of up to {lengths[1]} px do not fit into a picture of {side}; give at most {side}"
        )
    found = []
    for _ in range(rng.integer(*numbers)):
        length = rng.integer(*lengths)
        start = rng.integer(0, side - length)
        found.append((start, start + length))
    return [(start, end) for start, end in found if start < end]


def upright(spans: list[tuple[int, int]], view: View) -> list[Box]:
    """Stripes along x, over the whole height."""
    return [(start, 0, end, view.height) for start, end in spans]


def level(spans: list[tuple[int, int]], view: View) -> list[Box]:
    """Stripes along y, over the whole width."""
    return [(0, start, view.width, end) for start, end in spans]


@transform
class XYMasking(Transform):
    """Fill stripes over the whole height, over the whole width, or both.

    Args:
        num_masks_x: how many stripes over the whole height, both ends included; a number n means (0, n).
        num_masks_y: how many stripes over the whole width, likewise.
        mask_x_length: width of each stripe over the whole height, in pixels; a number n means (0, n).
        mask_y_length: height of each stripe over the whole width, likewise.
        fill: a number, one per channel, "random" (noise in each pixel), "random_uniform" (one random colour per
            stripe), or "inpaint_telea" and "inpaint_ns" (what surrounds a stripe goes on into it).
        fill_mask: of masks: a number or one per channel; None leaves them as they are.
    Accepts: uint8, uint16, float32; any channel count; values are kept within the dtype's range. Inpainting takes uint8
        with 1 or 3 channels.
    Moves: nothing; boxes under stripes are less visible, keypoints in them hidden.
    Raises: InvalidParameter: parameters that would never mask anything, as the defaults. InvalidData: a stripe that may
        be longer than the picture.
    Source: Park et al. 2019 (SpecAugment), any number of masks.

    >>> XYMasking(2, 1, (10, 40), (5, 20), p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    num_masks_x: Whole = params.interval(default=0, low=0, whole=True, single=0, unit="stripes")
    num_masks_y: Whole = params.interval(default=0, low=0, whole=True, single=0, unit="stripes")
    mask_x_length: Whole = params.interval(default=0, low=0, whole=True, single=0, unit="px")
    mask_y_length: Whole = params.interval(default=0, low=0, whole=True, single=0, unit="px")
    fill: Fill | str = params.fill(default=0, words=FILLS)
    fill_mask: Fill | None = params.fill(default=None, none=True)

    def __attrs_post_init__(self) -> None:
        x, y = ((self.num_masks_x[1], self.mask_x_length[1]), (self.num_masks_y[1], self.mask_y_length[1]))
        require(
            all(x) or all(y),
            f"XYMasking: up to {x[0]} stripes of {x[1]} px along x and {y[0]} of {y[1]} px along y mask nothing; "
            "give num_masks_x and mask_x_length, or num_masks_y and mask_y_length",
        )

    def sample(self, rng: Rng, view: View) -> Erase | None:
        x = stripes(rng, self.num_masks_x, self.mask_x_length, view.width, "XYMasking.mask_x_length")
        y = stripes(rng, self.num_masks_y, self.mask_y_length, view.height, "XYMasking.mask_y_length")
        holes = upright(x, view) + level(y, view)
        return erase(self, rng, Rectangles(tuple(holes))) if holes else None


@transform
class TimeMasking(Transform):
    """Fill one stripe over the whole height with 0, as a span of time in a spectrogram.

    Args:
        time_mask_param: the greatest width of the stripe, in pixels; each from 0 on is as likely.
    Accepts: uint8, uint16, float32; any channel count.
    Moves: nothing; masks are filled with 0 as well, boxes under the stripe are less visible, keypoints in it hidden.
    Raises: InvalidData: a stripe that may be wider than the picture.
    Source: Park et al. 2019 (SpecAugment), time masking.

    >>> TimeMasking(80, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    time_mask_param: int = params.integer(default=40, low=1, unit="px")

    def sample(self, rng: Rng, view: View) -> Erase | None:
        spans = stripes(rng, (1, 1), (0, self.time_mask_param), view.width, "TimeMasking.time_mask_param")
        return Erase(Rectangles(tuple(upright(spans, view))), 0, 0) if spans else None


@transform
class FrequencyMasking(Transform):
    """Fill one stripe over the whole width with 0, as a band of frequencies in a spectrogram.

    Args:
        freq_mask_param: the greatest height of the stripe, in pixels; each from 0 on is as likely.
    Accepts: uint8, uint16, float32; any channel count.
    Moves: nothing; masks are filled with 0 as well, boxes under the stripe are less visible, keypoints in it hidden.
    Raises: InvalidData: a stripe that may be higher than the picture.
    Source: Park et al. 2019 (SpecAugment), frequency masking.

    >>> FrequencyMasking(60, p=1)(image=image)["image"].shape
    (512, 512, 3)
    """

    freq_mask_param: int = params.integer(default=30, low=1, unit="px")

    def sample(self, rng: Rng, view: View) -> Erase | None:
        spans = stripes(rng, (1, 1), (0, self.freq_mask_param), view.height, "FrequencyMasking.freq_mask_param")
        return Erase(Rectangles(tuple(level(spans, view))), 0, 0) if spans else None
