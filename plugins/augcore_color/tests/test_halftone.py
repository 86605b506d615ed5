"""Halftones: dots of the wanted size and angle, that cover as much of the paper as they should."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_color import Halftone
from augcore_color.halftone import inked, printed, screen

from augcore import Compose, max_value
from augcore.testing.samples import picture

PLAIN: dict[str, Any] = {"pitch": 8.0, "angle": 20.0, "shift": (0.4, 1.0), "blend": 0.0}


@pytest.mark.parametrize("pitch", [2.0, 4.0, 7.3, 12.0])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_the_mean_tone_is_kept(dtype: str, pitch: float) -> None:
    white = max_value(dtype)
    for tone in (0, 0.05, 0.2, 0.5, 0.7, 0.97, 1):
        image = np.full((240, 240, 3), tone * white).astype(dtype)
        out = printed(image, **PLAIN | {"pitch": pitch})
        assert out.dtype == image.dtype
        assert out.mean() / white == pytest.approx(tone, abs=0.012)
        if tone in (0, 1):
            np.testing.assert_array_equal(out, image)


def test_thresholds_are_even_and_dots_lie_as_far_apart_as_asked() -> None:
    thresholds = screen((400, 400), pitch=9.7, angle=17.0, shift=(0.0, 0.0), dtype=np.float32)
    shares, _ = np.histogram(thresholds, 10, (0, 1))
    np.testing.assert_allclose(shares / thresholds.size, 0.1, atol=0.02)
    thresholds = screen((400, 400), pitch=10.0, angle=0.0, shift=(0.0, 0.0), dtype=np.float32)
    np.testing.assert_allclose(thresholds[10:], thresholds[:-10], atol=0.05)
    np.testing.assert_allclose(thresholds[:, 10:], thresholds[:, :-10], atol=0.05)
    middles = thresholds > 0.99
    assert middles[::10, ::10].all()
    assert middles.sum() == 1600


@pytest.mark.parametrize("gain", [2.0, 2.5, 5.0])
def test_inked_values_have_the_wanted_mean_over_all_thresholds(gain: float) -> None:
    tones, thresholds = np.linspace(0, 1, 41), (np.arange(20000) + 0.5) / 20000
    covered = np.clip(gain * inked(tones, gain)[:, None] - (gain - 1) * thresholds, 0, 1).mean(1)
    np.testing.assert_allclose(covered, tones, atol=1e-4)


def direction(image: Any) -> float:
    """The angle in degrees, within 0 to 90, of the strongest wave."""
    spectrum = np.abs(np.fft.fft2(image - image.mean()))
    row, column = np.unravel_index(spectrum.argmax(), spectrum.shape)
    frequency = [(k + n // 2) % n - n // 2 for k, n in zip((row, column), spectrum.shape, strict=True)]
    return math.degrees(math.atan2(*frequency)) % 90


def test_screens_of_channels_are_30_degrees_apart() -> None:
    out = printed(np.full((256, 256, 5), 0.4, np.float32), **PLAIN | {"angle": 10.0})
    for channel, angle in enumerate((10, 40, 70, 10, 40)):
        assert direction(out[:, :, channel]) == pytest.approx(angle, abs=2.5)


def test_ranges_of_size_blend_and_angle_are_drawn_from() -> None:
    image = np.full((128, 128, 1), 90, np.uint8)

    def drawn(**given: Any) -> Any:
        return Compose([Halftone(**given, p=1)], seed=2).keyed(0)(image=image)["image"]

    assert set(np.unique(drawn(blend_range=1))) == {90}
    half = drawn(dot_size_range=12, blend_range=0.5)
    assert (half.min(), half.max()) == (45, 172)
    assert 0 in drawn(blend_range=0)
    assert 255 in drawn(blend_range=0)
    for angle in (15, 60):
        assert direction(drawn(dot_size_range=8, angle_range=angle).astype(float)[:, :, 0]) == pytest.approx(
            angle, abs=5
        )
    edges = [np.abs(np.diff(drawn(dot_size_range=size, blend_range=0).astype(int), axis=1)).mean() for size in (4, 16)]
    assert edges[0] > 2 * edges[1]


def test_floats_are_cut_to_black_and_white() -> None:
    out = printed(picture((40, 40), 3, "float32") * 5 - 1, **PLAIN | {"blend": 0.5})
    assert 0 <= out.min() < out.max() <= 1
