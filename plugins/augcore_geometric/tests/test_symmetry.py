"""Symmetries under other names are the same."""

from __future__ import annotations

import numpy as np
from augcore_geometric import D4, HorizontalFlip, SquareSymmetry, TimeReverse

from augcore import Compose

IMAGE = np.arange(35, dtype=np.uint8).reshape(5, 7)


def test_a_square_symmetry_is_that_of_d4_and_all_eight_come() -> None:
    seen = set()
    for key in range(100):
        one, other = (Compose([kind()], seed=3).keyed(key)(image=IMAGE)["image"] for kind in (SquareSymmetry, D4))
        assert np.array_equal(one, other)
        seen.add((one.shape, one.tobytes()))
    assert len(seen) == 8


def test_time_reversed_columns_come_last_first_with_their_events() -> None:
    assert np.array_equal(TimeReverse(p=1)(image=IMAGE)["image"], IMAGE[:, ::-1])
    one, other = (
        Compose([kind(p=1)])(image=IMAGE, polygons=[[(1, 0), (2, 0), (2, 5)]]) for kind in (TimeReverse, HorizontalFlip)
    )
    assert np.array_equal(one["polygons"], other["polygons"])
    assert np.array_equal(one["polygons"], [[(6, 0), (5, 0), (5, 5)]])
