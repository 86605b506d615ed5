"""Negatives, solarisation, posterisation and tone curves: against their formulas at every level, and what is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import InvertImg, Posterize, RandomGamma, RandomToneCurve, Solarize
from augcore_color.tone import bezier_curve
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Unsupported, max_value
from augcore.testing.samples import picture

RAMPS = {"uint8": np.arange(256, dtype=np.uint8), "uint16": np.arange(65536, dtype=np.uint16)}
HEIGHTS = st.floats(0, 1)


def through(step: Any, image: Any, **options: Any) -> Any:
    return Compose([step], **options)(image=image)["image"]


def on_ramp(step: Any, dtype: str) -> Any:
    return through(step, RAMPS[dtype][None, :])[0]


@pytest.mark.parametrize("dtype", RAMPS)
def test_a_negative_counts_levels_from_the_other_end(dtype: str) -> None:
    np.testing.assert_array_equal(on_ramp(InvertImg(p=1), dtype), RAMPS[dtype][::-1])


@pytest.mark.parametrize("dtype", [*RAMPS, "float32"])
def test_a_negative_of_a_negative_is_the_picture(dtype: str) -> None:
    image = picture((20, 30), 3, dtype)
    twice = through(InvertImg(p=1), through(InvertImg(p=1), image))
    np.testing.assert_allclose(twice, image, atol=1e-7)
    for fuse in ("off", "exact"):
        both = Compose([InvertImg(p=1), InvertImg(p=1)], fuse=fuse)(image=image)["image"]
        np.testing.assert_allclose(both, image, atol=1e-7)


@pytest.mark.parametrize("dtype", RAMPS)
@pytest.mark.parametrize("threshold", [0, 0.2, 0.5, 0.9, 1])
def test_solarisation_inverts_from_the_threshold_on(dtype: str, threshold: float) -> None:
    ramp, white = RAMPS[dtype].astype(int), int(max_value(dtype))
    wanted = np.where(ramp >= threshold * white, white - ramp, ramp)
    np.testing.assert_array_equal(on_ramp(Solarize((threshold, threshold), p=1), dtype), wanted)


def test_thresholds_are_drawn_over_their_whole_interval() -> None:
    ramp = np.linspace(0, 1, 1001, dtype=np.float32)[None, :]
    step = Compose([Solarize((0.55, 0.8), p=1)], seed=1)
    first = [float(ramp[0, np.argmax(step(image=ramp)["image"][0] != ramp[0])]) for _ in range(300)]
    assert 0.55 <= min(first) < 0.56
    assert 0.79 < max(first) <= 0.801


@pytest.mark.parametrize("bits", range(1, 9))
def test_bytes_keep_their_highest_bits(bits: int) -> None:
    np.testing.assert_array_equal(on_ramp(Posterize(bits, p=1), "uint8"), RAMPS["uint8"] & (256 - 2 ** (8 - bits)))


@pytest.mark.parametrize("bits", range(1, 9))
def test_other_dtypes_get_the_steps_and_levels_of_bytes(bits: int) -> None:
    words = on_ramp(Posterize(bits, p=1), "uint16")
    np.testing.assert_array_equal(words, (RAMPS["uint16"] >> 8 & (256 - 2 ** (8 - bits))) * 257)
    floats = np.append(RAMPS["uint8"] / np.float32(255), np.float32([-2, 7]))[None, :]
    wanted = np.append(RAMPS["uint8"], [0, 255]) & (256 - 2 ** (8 - bits))
    np.testing.assert_allclose(through(Posterize(bits, p=1), floats)[0] * 255, wanted, rtol=1e-6)


def test_bits_are_drawn_within_their_interval_and_for_each_channel() -> None:
    ramp = np.repeat(RAMPS["uint8"][None, :, None], 3, 2)
    pipeline = Compose([Posterize((2, 4), p=1)], seed=3)
    counts = {len(np.unique(pipeline(image=ramp)["image"])) for _ in range(60)}
    assert counts == {4, 8, 16}
    out = through(Posterize([1, (3, 3), 5], p=1), ramp)
    assert [len(np.unique(out[..., channel])) for channel in range(3)] == [2, 8, 32]
    assert Posterize([1, 3, 5]) == Posterize([(1, 1), (3, 3), (5, 5)])
    assert Posterize([2, 4]) == Posterize((2, 4))


def test_bits_for_other_channels_than_the_picture_has_are_refused() -> None:
    with pytest.raises(
        Unsupported, match=r"Posterize\.num_bits: 3 of them, and the image has 2 channel\(s\); give one"
    ):
        through(Posterize([1, 2, 3], p=1), picture((5, 6), 2))


def casteljau(points: Any, t: float) -> Any:
    """The point of a Bézier curve, by repeated interpolation."""
    while len(points) > 1:
        points = points[:-1] + t * (points[1:] - points[:-1])
    return points[0]


@given(HEIGHTS, HEIGHTS, st.floats(0, 1))
def test_the_tone_curve_is_the_bezier_curve_of_its_control_points(low: float, high: float, t: float) -> None:
    x, y = casteljau(np.array([[0, 0], [1 / 3, low], [2 / 3, high], [1, 1]]), t)
    np.testing.assert_allclose(bezier_curve(np.array([x]), low=(low,), high=(high,)), y, atol=1e-12)


@given(HEIGHTS, HEIGHTS)
def test_black_and_white_stay_and_so_does_what_lies_beyond(low: float, high: float) -> None:
    x = np.array([-3.0, 0.0, 1.0, 40.0])
    np.testing.assert_allclose(bezier_curve(x, low=(low,), high=(high,)), x, atol=1e-12)


@pytest.mark.parametrize("dtype", [*RAMPS, "float32"])
def test_without_scale_the_picture_stays(dtype: str) -> None:
    image = picture((20, 30), 3, dtype)
    np.testing.assert_allclose(through(RandomToneCurve(0, p=1), image), image, atol=1e-6)


def test_scale_is_the_standard_deviation_of_the_heights() -> None:
    """At 1/3 of the range the curve's height is 4/9 of the lower point's and 2/9 of the upper one's, and a constant."""
    pipeline = Compose([RandomToneCurve(0.05, p=1)], seed=2)
    grey = np.full((1, 1, 1), 1 / 3, np.float32)
    heights = np.array([pipeline(image=grey)["image"].item() for _ in range(2000)])
    assert heights.mean() == pytest.approx(1 / 3, abs=0.003)
    assert heights.std() == pytest.approx(0.05 * np.hypot(4 / 9, 2 / 9), rel=0.06)


def test_channels_share_a_curve_unless_each_is_to_have_its_own() -> None:
    grey = np.repeat(picture((20, 30), 1), 5, 2)
    shared, own = (Compose([RandomToneCurve(0.2, flag, p=1)], seed=4)(image=grey)["image"] for flag in (False, True))
    assert (shared == shared[..., :1]).all()
    assert len({own[..., channel].tobytes() for channel in range(5)}) == 5


@pytest.mark.parametrize("dtype", RAMPS)
def test_these_curves_merge_exactly(dtype: str) -> None:
    steps = [RandomToneCurve(0.3, p=1), Solarize(p=1), RandomGamma((50, 50), p=1), InvertImg(p=1), Posterize(5, p=1)]
    image = picture((30, 40), 3, dtype)
    off, exact = (Compose(steps, fuse=fuse, seed=5)(image=image)["image"] for fuse in ("off", "exact"))
    np.testing.assert_array_equal(off, exact)
