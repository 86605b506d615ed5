"""Merged maps move annotations as the maps did one by one; only the last bits of a float may differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore as A  # noqa: N812
from augcore import BboxParams, Compose, KeypointParams

IMAGE = np.random.default_rng(0).integers(0, 255, (80, 120, 3), np.uint8)
STEPS = {
    "lattices": [
        A.HorizontalFlip(p=1),
        A.Transpose(p=1),
        A.Crop(5, 7, 70, 90, p=1),
        A.VerticalFlip(p=1),
        A.Pad(6, p=1),
    ],
    "lines": [
        A.HorizontalFlip(p=1),
        A.VerticalFlip(p=1),
        A.Rotate(limit=30, p=1),
        A.Crop(9, 9, 100, 70, p=1),
        A.HorizontalFlip(p=1),
        A.Pad(4, p=1),
        A.Perspective(scale=0.1, p=1),
        A.Resize(64, 64, p=1),
        A.Transpose(p=1),
    ],
    "fields": [A.VerticalFlip(p=1), A.ElasticTransform(alpha=100, sigma=8, p=1), A.Transpose(p=1), A.Pad(3, p=1)],
}


def flat(value: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(one, float)) for one in value)])


@pytest.mark.parametrize("steps", STEPS)
@given(seed=st.integers(0, 10**6))
def test_exactly_fused_annotations_agree_to_a_billionth_and_pixels_to_the_bit(steps: str, seed: int) -> None:
    draws = np.random.default_rng(seed)
    low = draws.uniform(0, (90, 60), (6, 2))
    corners = np.hstack([low, low + draws.uniform(4, 20, (6, 2))])
    turned = np.column_stack([draws.uniform(30, 60, (4, 2)), draws.uniform(4, 20, (4, 2)), draws.uniform(0, 360, 4)])
    data = {
        "image": IMAGE,
        "mask": IMAGE[..., 0] // 32,
        "bboxes": corners.tolist(),
        "turned": turned.tolist(),
        "ids": list(range(6)),
        "keypoints": draws.uniform(0, (119, 79), (8, 2)).tolist(),
        "names": list(range(8)),
        "polygons": [[draws.uniform(10, 70, 8).tolist()] for _ in range(3)],
    }
    one_by_one, fused = (
        Compose(
            STEPS[steps],
            bbox_params=BboxParams("pascal_voc", label_fields=["ids"], min_visibility=0.1),
            keypoint_params=KeypointParams("xy", label_fields=["names"]),
            additional_targets={"turned": BboxParams("cxcywh", bbox_type="obb")},
            fuse=fuse,
            seed=1,
        ).keyed(seed)(**data)
        for fuse in ("off", "exact")
    )
    assert np.array_equal(one_by_one["image"], fused["image"])
    assert np.array_equal(one_by_one["mask"], fused["mask"])
    for name in ("bboxes", "turned", "keypoints"):
        np.testing.assert_allclose(flat(fused[name]), flat(one_by_one[name]), rtol=0, atol=1e-9)
    for mine, other in zip(fused["polygons"], one_by_one["polygons"], strict=True):
        np.testing.assert_allclose(flat(mine), flat(other), rtol=0, atol=1e-9)
    assert (fused["ids"], fused["names"]) == (one_by_one["ids"], one_by_one["names"])
