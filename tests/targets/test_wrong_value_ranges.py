"""Value ranges that cannot be, and what is said about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore
from augcore import Compose, InvalidParameter
from augcore.targets import Image

WRONG = [
    "ab",
    "12",
    5,
    (1,),
    (1, 2, 3),
    (0, None),
    (False, True),
    {0: 1, 4095: 2},
    {0, 4095},
    (0, float("nan")),
    (0, float("inf")),
    (4095, 0),
    (7, 7),
    (0, 1e-60),
    (0, 1e39),
    (0, 10**400),
    (16777216, 16777217),
    (0, 1 + 2j),
    np.zeros((2, 2)),
]


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_what_is_no_range_is_refused_in_words(value: Any, refused: Any) -> None:
    for make, name in ((lambda: Compose([], value_range=value), "Compose"), (lambda: Image(value), "Image")):
        refused(make, InvalidParameter, rf"{name}\.value_range: ", r"is not \(low, high\)", "; give ")


@pytest.mark.parametrize(
    "value", [(0, 4095), [0, 4095], np.array([0, 4095]), (np.uint16(0), np.float32(4095))], ids=repr
)
def test_two_numbers_are_a_range(value: Any) -> None:
    assert Compose([], value_range=value).setup.value_range == (0.0, 4095.0)
    assert Image(value).value_range == (0.0, 4095.0)


def test_a_wrong_range_in_a_file_names_the_file(refused_file: Any) -> None:
    said = refused_file({"augcore": 1, "value_range": [5, 1], "transforms": []})
    assert "value_range: " in said
    assert "low < high" in said


@pytest.mark.parametrize(
    ("value", "dtype", "words"),
    [
        ((0, 4095), "uint8", r"value_range 0, 4095 does not fit uint8, which holds 0 to 255; give the values of black"),
        ((-1, 100), "uint16", "value_range -1, 100 does not fit uint16, which holds 0 to 65535"),
        ((0, 1), "uint8", "value_range 0, 1 leaves uint8 no level between black and white; give"),
        ((0.2, 2.9), "uint16", r"value_range 0\.2, 2\.9 leaves uint16 no level between"),
    ],
)
def test_a_range_that_the_dtype_cannot_take_is_refused_in_words(value: Any, dtype: str, words: str) -> None:
    image = np.zeros((4, 5, 3), dtype)
    for name, given in (("image", image), ("images", [image]), ("volume", image[None]), ("volumes", [image[None]])):
        with pytest.raises(InvalidParameter, match=rf"^{name}(\[0\])*: {words}") as caught:
            Compose([], value_range=value)(**{name: given})
        assert f"additional_targets={{'{name}': " in str(caught.value)
    floats = image.astype(np.float32)
    assert Compose([], value_range=value)(image=floats)["image"] is floats


def test_a_picture_of_bytes_beside_one_of_12_bits_gets_a_target_of_its_own() -> None:
    raw, preview = np.full((4, 5, 1), 2000, np.uint16), np.full((4, 5, 3), 128, np.uint8)
    pipeline = Compose(
        [augcore.RandomGamma((50, 50), p=1)],
        value_range=(0, 4095),
        additional_targets={"raw": "image", "image": Image()},
    )
    out = pipeline(image=preview, raw=raw)
    assert out["image"][0, 0, 0] == round((128 / 255) ** 0.5 * 255)
    assert out["raw"][0, 0, 0] == round((2000 / 4095) ** 0.5 * 4095)
