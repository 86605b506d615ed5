"""Masking of spectrograms: how many stripes of which length along which axis, and what fills them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import FrequencyMasking, TimeMasking, XYMasking

from augcore import BboxParams, Compose, InvalidData, InvalidParameter, KeypointParams

SIZE = (50, 80)


def stripes(transform: Any, key: int, size: tuple[int, int] = SIZE) -> list[tuple[int, ...]]:
    _, trace = Compose([transform], seed=3).keyed(key).traced(image=np.zeros(size, np.uint8))
    return list(trace.steps[0].effect.region.boxes) if trace.steps else []


def test_stripes_along_both_axes_are_as_many_and_as_long_as_asked_for() -> None:
    transform = XYMasking((0, 2), (1, 3), (4, 9), (2, 49), p=1)
    counts, lengths, starts = (({0: set(), 1: set()}) for _ in range(3))
    for key in range(400):
        found = stripes(transform, key)
        x = [box for box in found if box[1::2] == (0, 50)]
        y = [box for box in found if box[0::2] == (0, 80)]
        assert len(x) + len(y) == len(found)
        for axis, some in enumerate((x, y)):
            counts[axis].add(len(some))
            lengths[axis] |= {box[axis + 2] - box[axis] for box in some}
            starts[axis] |= {box[axis] for box in some}
            assert all(0 <= box[axis] < box[axis + 2] <= SIZE[1 - axis] for box in some)
    assert counts == {0: {0, 1, 2}, 1: {1, 2, 3}}
    assert lengths[0] == set(range(4, 10))
    assert min(lengths[1]) == 2
    assert max(lengths[1]) == 49
    assert min(starts[0]) == 0
    assert max(starts[0]) >= 80 - 9


def test_a_number_is_short_for_a_range_from_0() -> None:
    assert XYMasking(2, 0, 10) == XYMasking((0, 2), (0, 0), (0, 10), (0, 0))
    assert {len(stripes(XYMasking(2, 0, 10, p=1), key)) for key in range(100)} == {0, 1, 2}


@pytest.mark.parametrize(
    ("transform", "axis", "most"), [(TimeMasking(20, p=1), 0, 20), (FrequencyMasking(9, p=1), 1, 9)]
)
def test_one_stripe_of_any_length_up_to_the_parameter(transform: Any, axis: int, most: int) -> None:
    lengths = [
        0 if not found else found[0][axis + 2] - found[0][axis] for found in (stripes(transform, k) for k in range(600))
    ]
    assert set(lengths) == set(range(most + 1))
    assert abs(np.mean(lengths) - most / 2) < most / 10
    for box in stripes(transform, 1):
        assert (box[1 - axis], box[3 - axis]) == (0, SIZE[axis])


@pytest.mark.parametrize("transform", [TimeMasking(40, p=1), FrequencyMasking(40, p=1)])
def test_spectrograms_and_their_masks_are_filled_with_0(transform: Any) -> None:
    spectrogram = np.full(SIZE, -3.5, np.float32)
    mask = np.ones(SIZE, np.uint8)
    out = Compose([transform], seed=1)(image=spectrogram, mask=mask)
    assert 0 < (out["image"] == 0).sum() < spectrogram.size
    assert np.array_equal(out["image"] == 0, out["mask"] == 0)
    assert set(np.unique(out["image"])) == {np.float32(-3.5), 0}


@pytest.mark.parametrize(("fill", "fill_mask"), [(9, None), ((1, 2, 3), 5)])
def test_stripes_hold_the_fills(fill: Any, fill_mask: Any) -> None:
    transform = XYMasking((1, 1), (1, 1), (8, 8), (6, 6), fill, fill_mask, p=1)
    image, mask = np.full((*SIZE, 3), 100, np.uint8), np.full(SIZE, 2)
    out, trace = Compose([transform], seed=2).traced(image=image, mask=mask)
    covered = trace.steps[0].effect.region.mask(SIZE)
    assert (out["image"][covered] == fill).all()
    assert (out["image"][~covered] == 100).all()
    assert (out["mask"] == np.where(covered & (fill_mask is not None), fill_mask or 0, 2)).all()


def test_points_in_a_stripe_are_hidden_and_boxes_less_visible() -> None:
    transform = XYMasking((1, 1), 0, (40, 40), p=1)
    ((x0, _, x1, _),) = stripes(transform, 0)
    pipeline = Compose(
        [transform],
        seed=3,
        bbox_params=BboxParams("pascal_voc", min_visibility=0.6),
        keypoint_params=KeypointParams("xy"),
    ).keyed(0)
    out = pipeline(
        image=np.zeros(SIZE, np.uint8), bboxes=[(x0, 0, x1, 9), (0, 0, 80, 9)], keypoints=[(x0, 4), ((x1 + 2) % 80, 4)]
    )
    assert out["bboxes"] == []
    assert out["keypoints"] == [((x1 + 2) % 80, 4)]


@pytest.mark.parametrize("given", [{}, {"num_masks_x": 2}, {"mask_y_length": 9, "num_masks_x": 1}])
def test_parameters_that_mask_nothing_are_refused(given: Any) -> None:
    with pytest.raises(InvalidParameter, match="mask nothing; give num_masks_x and mask_x_length, or"):
        XYMasking(**given)


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (XYMasking(1, 0, (5, 81), p=1), "XYMasking.mask_x_length: stripes of up to 81 px do not fit into .* of 80"),
        (XYMasking(0, (0, 1), 0, 51, p=1), "XYMasking.mask_y_length: .*; give at most 50"),
        (TimeMasking(81, p=1), "TimeMasking.time_mask_param"),
        (FrequencyMasking(51, p=1), "FrequencyMasking.freq_mask_param"),
    ],
)
def test_stripes_that_may_be_longer_than_the_picture_are_refused_always(transform: Any, message: str) -> None:
    for key in range(20):
        with pytest.raises(InvalidData, match=message):
            stripes(transform, key)
