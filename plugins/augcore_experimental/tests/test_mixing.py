"""MixUp and CutMix on real photographs: pixels, masks, labels of pictures, and draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from augcore_experimental import CutMix, MixUp
from augcore_experimental.mixing import box_around
from hypothesis import given
from hypothesis import strategies as st
from mixing_tools import BOTH, Flip, Turn, mirrored, mix_of, pasted, pipeline, without

import augcore

# Pixels


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_mixup_adds_both_pictures_by_its_weight(samples: list[dict[str, Any]], dtype: str) -> None:
    scale = {"uint8": 1, "uint16": 257, "float32": 1 / 255}[dtype]
    mine, other = ((s["image"] * float(scale)).astype(dtype) for s in (samples[0], mirrored(samples[0])))
    result, trace = pipeline(MixUp(alpha=5, p=1), [{"image": other}]).traced(image=mine)
    weight = mix_of(trace).weight
    assert 0.1 < weight < 0.9
    expected = weight * mine.astype(float) + (1 - weight) * other.astype(float)
    assert result["image"].dtype == dtype
    assert np.abs(result["image"] - expected).max() <= (0.51 if dtype != "float32" else 1e-6)


def test_cutmix_pastes_the_other_picture_bit_for_bit_and_keeps_its_own(samples: list[dict[str, Any]]) -> None:
    mine, other = samples[0], mirrored(samples[0])
    result, trace = pipeline(CutMix(p=1), [other]).traced(**mine)
    where = pasted(mine["image"].shape, mix_of(trace))
    assert where.any()
    assert not where.all()
    for name in ("image", "mask"):
        assert np.array_equal(result[name][where], other[name][where])
        assert np.array_equal(result[name][~where], mine[name][~where])


def test_the_other_picture_is_stretched_to_this_ones_size(samples: list[dict[str, Any]]) -> None:
    mine, other = samples[0]["image"], samples[1]["image"]
    result, trace = pipeline(CutMix(p=1), [{"image": other}]).traced(image=mine)
    where = pasted(mine.shape, mix_of(trace))
    y, x = (np.stack(np.nonzero(where)) + 0.5) * [[other.shape[0] / mine.shape[0]], [other.shape[1] / mine.shape[1]]]
    nearest = other[y.astype(int), x.astype(int)].astype(float)
    assert np.abs(result["image"][where] - nearest).mean() < 4


@BOTH
def test_inputs_and_the_source_are_left_as_they_were(samples: list[dict[str, Any]], mixing: Any) -> None:
    before = [{k: np.array(s[k]) for k in ("image", "mask", "bboxes", "label")} for s in samples]
    mine = [without(s, "mask") if isinstance(mixing, MixUp) else s for s in samples]
    for index in range(3):
        pipeline(mixing, mine)(**mine[index])
    for sample, kept in zip(samples, before, strict=True):
        assert all(np.array_equal(sample[name], value) for name, value in kept.items())


def test_many_channels_mix_too() -> None:
    draws = np.random.default_rng(0)
    mine, other = draws.integers(0, 256, (2, 20, 30, 150), np.uint8)
    result, trace = pipeline(MixUp(alpha=9, p=1), [{"image": other}]).traced(image=mine)
    weight = mix_of(trace).weight
    assert np.abs(result["image"] - (weight * mine + (1 - weight) * other)).max() <= 0.51


# Masks


def test_mixup_refuses_to_blend_the_names_of_classes(samples: list[dict[str, Any]]) -> None:
    with pytest.raises(augcore.Unsupported, match=r"mask: labels of uint8 cannot be blended.*one-hot float.*CutMix"):
        pipeline(MixUp(p=1), samples)(**samples[2])


@BOTH
def test_one_hot_float_masks_stay_distributions(samples: list[dict[str, Any]], mixing: Any) -> None:
    hot = [{**s, "mask": np.eye(11, dtype=np.float32)[s["mask"]]} for s in samples]
    mask = pipeline(mixing, hot)(**hot[2])["mask"]
    assert mask.shape == hot[2]["mask"].shape
    assert mask.dtype == np.float32
    assert np.abs(mask.sum(2) - 1).max() < 1e-5


def test_mixup_blends_float_masks_by_the_weight_of_the_picture(samples: list[dict[str, Any]]) -> None:
    mine, other = samples[4], mirrored(samples[4])
    mine, other = ({**s, "mask": s["mask"].astype(np.float64)} for s in (mine, other))
    result, trace = pipeline(MixUp(alpha=9, p=1), [other]).traced(**mine)
    weight = mix_of(trace).weight
    assert np.allclose(result["mask"], weight * mine["mask"] + (1 - weight) * other["mask"])


@pytest.mark.parametrize("container", [list, np.array])
@pytest.mark.parametrize("count", [0, 2])
def test_masks_of_both_samples_stand_one_after_the_other(samples: Any, container: Any, count: int) -> None:
    picture = samples[0]["image"]
    whole = np.ones(picture.shape[:2], np.uint8)
    masks = container([whole] * count) if count else container(np.zeros((0, *whole.shape), np.uint8))
    other = {"image": picture, "masks": [whole * 2, whole * 3]}
    result, trace = pipeline(CutMix(p=1), [other]).traced(image=picture, masks=masks)
    where = pasted(picture.shape, mix_of(trace))
    assert isinstance(result["masks"], type(masks))
    assert len(result["masks"]) == count + 2
    assert all(np.array_equal(mask, ~where) for mask in result["masks"][:count])
    assert all(np.array_equal(mask, where * label) for mask, label in zip(result["masks"][count:], (2, 3), strict=True))


# Labels


@BOTH
def test_one_hot_labels_are_blended_by_the_weight(samples: list[dict[str, Any]], mixing: Any) -> None:
    mine, other = ({"image": s["image"], "label": s["label"]} for s in (samples[0], samples[3]))
    result, trace = pipeline(mixing, [other]).traced(**mine)
    weight = mix_of(trace).weight
    assert result["label"].dtype == np.float32
    assert np.allclose(result["label"], [weight, 0, 0, 1 - weight, 0, 0])


@BOTH
@pytest.mark.parametrize("labels", [(3, 8), ("cat", "rocket"), (2**53 + 1, 2**53 + 2)])
def test_class_labels_become_both_and_the_weight_of_the_first(samples: Any, mixing: Any, labels: Any) -> None:
    picture = samples[0]["image"]
    mix = pipeline(mixing, [{"image": picture, "label": labels[1]}])
    result, trace = mix.traced(image=picture, label=labels[0])
    assert result["label"] == (*labels, mix_of(trace).weight)


def test_the_weight_of_a_cutmix_is_the_area_that_is_left_after_its_edges_are_cut() -> None:
    mine, other = np.zeros((37, 53), np.uint8), np.full((37, 53), 255, np.uint8)
    for seed in range(200):
        result = pipeline(CutMix(p=1), [{"image": other, "label": 1}], seed=seed)(image=mine, label=0)
        assert result["label"][2] == pytest.approx((result["image"] == 0).mean(), abs=1e-12)


def test_one_hot_labels_of_whole_numbers_are_refused(samples: list[dict[str, Any]]) -> None:
    sample = {"image": samples[0]["image"], "label": np.array([0, 1])}
    with pytest.raises(augcore.InvalidData, match=r"label: int64 .* give floating class probabilities"):
        pipeline(MixUp(p=1), [sample])(**sample)


def test_one_hot_labels_mixed_twice_are_still_a_distribution(samples: list[dict[str, Any]]) -> None:
    plain = [without(s, "mask") for s in samples]
    result = pipeline([MixUp(p=1), CutMix(p=1), MixUp(p=1)], plain)(**plain[0])
    assert result["label"].sum() == pytest.approx(1, abs=1e-5)


# Draws


@pytest.mark.parametrize("alpha", [0.1, 0.4, 1.0, 8.0])
def test_the_weight_of_a_mixup_has_the_mean_and_variance_of_its_beta_distribution(alpha: float) -> None:
    picture = {"image": np.zeros((2, 2), np.uint8)}
    mixing = pipeline(MixUp(alpha=alpha, p=1), [picture])
    weights = [mix_of(mixing.keyed(i).traced(**picture)[1]).weight for i in range(4000)]
    variance = 1 / (4 * (2 * alpha + 1))
    assert np.mean(weights) == pytest.approx(0.5, abs=4 * math.sqrt(variance / 4000))
    assert np.var(weights) == pytest.approx(variance, rel=0.1)


def test_the_side_of_a_cutmix_is_the_root_of_the_part_it_takes() -> None:
    picture = {"image": np.zeros((400, 800), np.uint8)}
    regions = [
        mix_of(pipeline(CutMix(alpha=1000, p=1), [picture], seed=i).traced(**picture)[1]).region for i in range(40)
    ]
    widths, heights = np.array([(x1 - x0, y1 - y0) for x0, y0, x1, y1 in regions]).T
    # λ is close to ½, and the edges only ever make the rectangle smaller.
    assert widths.max() / 800 == pytest.approx(math.sqrt(0.5), abs=0.03)
    assert heights.max() / 400 == pytest.approx(math.sqrt(0.5), abs=0.03)


def test_every_sample_of_the_source_is_as_likely() -> None:
    picture = {"image": np.zeros((2, 2), np.uint8)}
    mixing = pipeline(MixUp(p=1), [picture] * 5)
    keys = [mix_of(mixing.keyed(i).traced(**picture)[1]).key for i in range(5000)]
    counts = np.bincount(keys, minlength=5)
    assert len(counts) == 5
    assert np.abs(counts - 1000).max() < 120  # four standard deviations


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 300), st.integers(1, 300))
def test_a_box_lies_in_the_frame_about_its_centre_and_has_a_pixel(part: float, side: int, limit: int) -> None:
    side, centre = min(side, limit), part * limit
    first, last = box_around(centre, side, limit)
    assert 0 <= first < last <= limit
    if side / 2 + 1 <= centre <= limit - side / 2 - 1:
        assert last - first == side
        assert abs((first + last) / 2 - centre) <= 0.5


@BOTH
def test_a_key_gives_the_same_mix_in_any_order(samples: list[dict[str, Any]], mixing: Any) -> None:
    plain = [without(s, "mask") for s in samples]
    forwards = [pipeline(mixing, plain).keyed(0, i)(**plain[i]) for i in range(6)]
    backwards = [pipeline(mixing, plain).keyed(0, i)(**plain[i]) for i in reversed(range(6))][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert np.array_equal(one["image"], other["image"])
        assert one["bboxes"] == other["bboxes"]
        assert np.array_equal(one["label"], other["label"])
    assert len({one["image"].tobytes() for one in forwards}) == 6


@BOTH
def test_nothing_but_speed_depends_on_fusion(samples: list[dict[str, Any]], mixing: Any) -> None:
    plain = [without(s, "mask") for s in samples]
    steps = [Flip(p=0.5), Turn(p=0.5), mixing, Flip(p=0.5), Flip(p=0.5)]
    off, exact = (pipeline(steps, plain, fuse=fuse)(**plain[3]) for fuse in ("off", "exact"))
    assert np.array_equal(off["image"], exact["image"])
    assert np.allclose(off["bboxes"], exact["bboxes"])
    assert np.allclose(off["keypoints"], exact["keypoints"])
