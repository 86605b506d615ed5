"""What a frame's size alone decides is decided once per size, and nothing of that can be seen from outside."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from augcore_geometric import (
    CenterCrop,
    Crop,
    HorizontalFlip,
    LongestMaxSize,
    Pad,
    PadIfNeeded,
    Resize,
    SmallestMaxSize,
    Transpose,
    VerticalFlip,
)
from augcore_geometric import effect as effects

from augcore import Compose

STEPS = [
    HorizontalFlip(p=1),
    VerticalFlip(p=1),
    Transpose(p=1),
    Crop(1, 2, 6, 7),
    CenterCrop(5, 6),
    Pad(3),
    PadIfNeeded(40, 50),
    Resize(9, 8),
    LongestMaxSize(20),
    SmallestMaxSize(20),
]
RANDOM = [
    Crop(1, 2, 30, 40, pad_if_needed=True, pad_position="random"),
    CenterCrop(30, 40, pad_if_needed=True, pad_position="random"),
    PadIfNeeded(40, 50, position="random"),
    LongestMaxSize((5, 20)),
    SmallestMaxSize((5, 20)),
]


def picture(height: int, width: int) -> Any:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_every_size_gets_what_a_transform_that_never_saw_another_gives_it(step: Any) -> None:
    pipeline = Compose([step])
    for size in ((10, 12), (12, 10), (10, 12), (31, 8), (12, 10)):
        image = picture(*size)
        fresh = Compose([pickle.loads(pickle.dumps(type(step)(**parameters(step))))])
        np.testing.assert_array_equal(pipeline(image=image)["image"], fresh(image=image)["image"])


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_a_transform_that_was_used_equals_one_that_was_not(step: Any) -> None:
    used, fresh = copy.deepcopy(step), type(step)(**parameters(step))
    Compose([used])(image=picture(10, 12))
    assert used == fresh
    assert hash(used) == hash(fresh)
    assert repr(used) == repr(fresh)
    for again in (copy.copy(used), copy.deepcopy(used), pickle.loads(pickle.dumps(used))):
        assert again == used
        out = Compose([again])(image=picture(11, 13))["image"]
        np.testing.assert_array_equal(out, Compose([fresh])(image=picture(11, 13))["image"])


@pytest.mark.parametrize("step", RANDOM, ids=repr)
def test_what_is_drawn_is_drawn_anew(step: Any) -> None:
    pipeline = Compose([step], seed=1)
    outs = [pipeline(image=picture(10, 12))["image"] for _ in range(20)]
    assert len({(out.shape, out.tobytes()) for out in outs}) > 1


def test_sizes_beyond_what_is_remembered_are_decided_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "_MOST_SIZES", 3)
    step = VerticalFlip(p=1)
    for height in range(2, 12):
        image = picture(height, 5)
        np.testing.assert_array_equal(Compose([step])(image=image)["image"], image[::-1])
        assert len(step.__dict__["_effects"]) <= 3


def parameters(step: Any) -> dict[str, Any]:
    return {field.name: getattr(step, field.name) for field in type(step).__attrs_attrs__}
