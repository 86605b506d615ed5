"""Dropout of pixels: how many, which, and what they hold afterwards."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_geometric import PixelDropout
from augcore_geometric.pixel_dropout import chosen

from augcore import BboxParams, Compose, InvalidParameter, KeypointParams


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize("probability", [0.0, 1e-5, 0.001, 0.01, 1 / 256, 0.1, 0.5, 0.77, 255.5 / 256, 1.0])
def test_each_pixel_is_dropped_with_the_probability_asked_for(probability: float) -> None:
    shape, trials = (256, 250), 8
    count = sum(int(chosen(generator(seed), shape, probability).sum()) for seed in range(trials))
    n = math.prod(shape) * trials
    assert abs(count - n * probability) <= 4 * math.sqrt(n * probability * (1 - probability)) + 1e-9


def test_pixels_are_dropped_independently_of_each_other() -> None:
    dropped = chosen(generator(1), (600, 600), 0.3).astype(float) - 0.3
    deviation = 0.3 * 0.7 / 600
    for moved in (np.roll(dropped, 1, 0), np.roll(dropped, 1, 1), np.roll(dropped, 8, 1), dropped[::-1], dropped.T):
        assert abs((dropped * moved).mean()) < 4.5 * deviation
    assert dropped.mean(0).std() < 1.2 * math.sqrt(0.21 / 600)
    assert dropped.mean(1).std() < 1.2 * math.sqrt(0.21 / 600)


def test_the_same_seed_drops_the_same_pixels_on_every_machine() -> None:
    # The words of SFC64 alone decide, which NumPy promises not to change.
    places = [337, 589, 673, 737, 765, 843, 1071, 1354, 1598, 1758]
    assert np.flatnonzero(chosen(generator(7), (40, 50), 0.004)).tolist() == places


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("shape", [(60, 70), (60, 70, 1), (60, 70, 3), (30, 40, 200)])
@pytest.mark.parametrize("per_channel", [False, True])
def test_dropped_pixels_hold_the_value_and_others_stay(dtype: str, shape: Any, per_channel: bool) -> None:
    full = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    image = (np.random.default_rng(0).uniform(0.6, 0.9, shape) * full).astype(dtype)
    out = Compose([PixelDropout(0.2, per_channel, drop_value=full / 5, p=1)], seed=1)(image=image)["image"]
    value = np.array(full / 5).astype(dtype)
    assert out.dtype == image.dtype
    assert (out[out != image] == value).all()
    part = (out == value).mean()
    assert abs(part - 0.2) < 0.02
    pixels = (out == value).reshape(*shape[:2], -1)
    together = pixels.all(2) == pixels.any(2)
    assert together.all() or (per_channel and pixels.shape[2] > 1 and together.mean() < 0.9)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("per_channel", [False, True])
def test_without_a_value_dropped_pixels_hold_noise_of_the_whole_range(dtype: str, per_channel: bool) -> None:
    full = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    image = np.zeros((200, 200, 3), dtype)
    out = Compose([PixelDropout(0.5, per_channel, None, p=1)], seed=1)(image=image)["image"]
    noise = out[out != 0].astype(float) / full
    assert abs(len(noise) / out.size - 0.5) < 0.02
    assert abs(noise.mean() - 0.5) < 0.01
    assert noise.max() > 0.99


def test_each_channel_can_have_its_own_value() -> None:
    image = np.zeros((30, 30, 3), np.uint8)
    out = Compose([PixelDropout(0.5, drop_value=(1, 2, 3), p=1)], seed=0)(image=image)["image"]
    assert {tuple(pixel) for pixel in out.reshape(-1, 3).tolist()} == {(0, 0, 0), (1, 2, 3)}
    out = Compose([PixelDropout(0.5, True, (1, 2, 3), p=1)], seed=0)(image=image)["image"]
    assert [set(np.unique(out[..., c])) for c in range(3)] == [{0, 1}, {0, 2}, {0, 3}]
    for per_channel in (False, True):
        with pytest.raises(InvalidParameter, match=r"3 numbers .*for 2 channels; give one, or one for each"):
            PixelDropout(0.5, per_channel, (1, 2, 3), p=1)(image=image[..., :2])


@pytest.mark.parametrize("per_channel", [False, True])
def test_values_are_on_the_pictures_own_scale(per_channel: bool) -> None:
    image = np.full((40, 40, 2), 2000, np.uint16)
    pipeline = Compose([PixelDropout(0.3, per_channel, 100, p=1)], seed=1, value_range=(0, 4095))
    assert set(np.unique(pipeline(image=image)["image"])) == {100, 2000}
    noise = Compose([PixelDropout(0.9, per_channel, None, p=1)], seed=1, value_range=(0, 4095))(image=image)["image"]
    assert 4000 < noise.max() <= 4095


def test_masks_are_filled_in_the_same_pixels_where_asked_for() -> None:
    image, mask = np.full((50, 60), 9, np.uint8), np.full((50, 60), 4, np.int32)
    assert (Compose([PixelDropout(0.3, p=1)], seed=0)(image=image, mask=mask)["mask"] == 4).all()
    out = Compose([PixelDropout(0.3, mask_drop_value=7, p=1)], seed=0)(image=image, mask=mask)
    assert np.array_equal(out["mask"] == 7, out["image"] == 0)
    with pytest.raises(InvalidParameter, match="PixelDropout: mask_drop_value=7 with per_channel=True"):
        PixelDropout(per_channel=True, mask_drop_value=7)


@pytest.mark.parametrize("per_channel", [False, True])
def test_annotations_are_hidden_by_whole_pixels_only(per_channel: bool) -> None:
    points = [(x, y) for x in range(20) for y in range(20)]
    pipeline = Compose(
        [PixelDropout(0.5, per_channel, p=1)],
        seed=0,
        bbox_params=BboxParams("pascal_voc", min_visibility=0.7),
        keypoint_params=KeypointParams("xy"),
    )
    image = np.ones((20, 20, 3), np.uint8)
    out = pipeline(image=image, keypoints=points, bboxes=[(0, 0, 20, 20)])
    left = [(x, y) for x, y in points if per_channel or out["image"][y, x, 0]]
    assert out["keypoints"] == left
    assert len(out["bboxes"]) == per_channel
    assert len(left) == (400 if per_channel else int((out["image"][..., 0] == 1).sum()))
