"""Values of pixels: tables, the ways they are applied, and channels apart and together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augcore import (
    Lookup,
    Unsupported,
    apply_table,
    matrix_product,
    max_value,
    merge_channels,
    pixel_function,
    pixels,
    split_channels,
    to_range,
)
from augcore.testing.samples import picture

LEVELS = {"uint8": 256, "uint16": 65536}


@pixel_function
def bent(x: Any, *, power: float) -> Any:
    return 1.2 * x**power - 0.1


@pixel_function
def tinted(x: Any, *, shares: tuple[float, ...]) -> Any:
    return x * np.array(shares)


@pixel_function(output="float32")
def centred(x: Any, *, mean: float) -> Any:
    return x - mean


@pixel_function(output="float32")
def leaning(x: Any, *, slopes: tuple[float, ...], shift: float) -> Any:
    return (x - shift) * np.array(slopes)


@pixel_function(output="float32")
def bent_to_floats(x: Any, *, power: float) -> Any:
    return x**power


def table(levels: int, channels: int, dtype: Any) -> Any:
    kind = np.dtype(dtype).kind
    draws = np.random.default_rng(0)
    values = draws.normal(size=(levels, channels)) if kind == "f" else draws.integers(0, 200, (levels, channels))
    return values.astype(dtype)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 16, 130])
@pytest.mark.parametrize("out", ["uint8", "int16", "uint16", "int32", "float32"])
@pytest.mark.parametrize("dtype", LEVELS)
@pytest.mark.parametrize("newest", [True, False])
def test_a_table_is_looked_up_exactly(
    newest: bool, dtype: str, out: str, channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what the newest OpenCV and stringzilla can, and with what the oldest can."""
    if not newest:
        monkeypatch.setattr(pixels, "_lut_takes_words", lambda: False)
        monkeypatch.setattr(pixels, "_translate_takes_out", lambda: False)
    image = picture((9, 11), channels, dtype)
    before = image.copy()
    one, many = table(LEVELS[dtype], 1, out), table(LEVELS[dtype], channels, out)
    np.testing.assert_array_equal(apply_table(image, one), one[:, 0][image], strict=True)
    expected = np.stack([many[:, c][image[:, :, c]] for c in range(channels)], 2)
    np.testing.assert_array_equal(apply_table(image, many), expected, strict=True)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("dtype", LEVELS)
def test_views_with_gaps_and_read_only_pictures_are_looked_up_too(dtype: str) -> None:
    image = picture((20, 22), 3, dtype)[3:15:2, 20:4:-1]
    image.flags.writeable = False
    for channels in (1, 3):
        for out in ("uint8", "float32"):
            given = table(LEVELS[dtype], channels, out)
            np.testing.assert_array_equal(apply_table(image, given), apply_table(image.copy(), given))


@pytest.mark.parametrize("dtype", LEVELS)
def test_integers_go_through_the_rounded_curve(dtype: str) -> None:
    top = max_value(dtype)
    image = np.arange(LEVELS[dtype], dtype=dtype).reshape(-1, 16, 1)
    out = pixels.lookup(image, Lookup(bent, power=0.7))
    np.testing.assert_array_equal(
        out, np.clip(np.rint((1.2 * (image / top) ** 0.7 - 0.1) * top), 0, top).astype(dtype), strict=True
    )


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_curves_after_one_another_are_one_exactly(dtype: str) -> None:
    first, second, third = Lookup(bent, power=2.0), Lookup(tinted, shares=(0.5, 1.0, 0.1)), Lookup(centred, mean=0.3)
    image = picture((9, 11), 3, dtype)
    apart = pixels.lookup(pixels.lookup(pixels.lookup(image, first), second), third)
    together = pixels.lookup(image, Lookup.chain(first.steps + second.steps + third.steps))
    assert together.dtype == np.float32
    np.testing.assert_array_equal(apart, together, strict=True)


@pytest.mark.parametrize("dtype", LEVELS)
def test_a_straight_line_to_floats_gives_each_level_one_value_wherever_it_stands(dtype: str) -> None:
    """It goes through cv2.transform instead of a table, whose vector lanes and remainders must agree."""
    line = Lookup(leaning, slopes=(1.7, -0.3, 4.1), shift=0.485)
    assert pixels._line(line.steps[0], line.steps[0].resolve(), np.dtype(dtype), None) is not None
    everything = picture((61, 67), 3, dtype)
    out = pixels.lookup(everything, line)
    assert out.dtype == np.float32
    assert np.abs(out - (everything / max_value(dtype) - 0.485) * (1.7, -0.3, 4.1)).max() < 4e-7
    for columns in range(1, 20):
        part = np.ascontiguousarray(everything[3:8, 5 : 5 + columns])
        np.testing.assert_array_equal(pixels.lookup(part, line), out[3:8, 5 : 5 + columns])


@pytest.mark.parametrize("dtype", LEVELS)
def test_a_bent_line_to_floats_is_no_straight_one(dtype: str) -> None:
    image = picture((9, 11), 3, dtype)
    out = pixels.lookup(image, Lookup(bent_to_floats, power=1.01))
    np.testing.assert_array_equal(out, ((image / max_value(dtype)) ** 1.01).astype(np.float32))


@pytest.mark.parametrize("dtype", LEVELS)
def test_a_curve_for_other_channels_than_the_picture_has_is_refused(dtype: str) -> None:
    with pytest.raises(
        Unsupported, match="gives 3 channels for an image of 1; give one value, or one for each channel"
    ):
        pixels.lookup(picture((5, 6), 1, dtype), Lookup(tinted, shares=(1.0, 0.5, 0.2)))


def test_to_range_rounds_to_even_and_saturates_integers_and_keeps_floats() -> None:
    values = np.array([-3.2, 0.5, 1.5, 254.6, 300.0])
    np.testing.assert_array_equal(to_range(values, "uint8"), np.array([0, 0, 2, 255, 255], np.uint8), strict=True)
    np.testing.assert_array_equal(to_range(values, "uint16"), np.array([0, 0, 2, 255, 300], np.uint16), strict=True)
    np.testing.assert_array_equal(to_range(values, "float32"), values.astype(np.float32), strict=True)
    assert values[0] == -3.2


@pytest.mark.parametrize("channels", [1, 3, 5, 128, 129, 520])
def test_channels_come_apart_and_together_again(channels: int) -> None:
    image = picture((7, 8), channels, "uint16")
    planes = split_channels(image)
    assert [plane.shape for plane in planes] == [(7, 8)] * channels
    np.testing.assert_array_equal(merge_channels(planes), image, strict=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 3, 2500), (700, 1, 1), (512, 24, 512), (3, 40, 1025), (2050, 7, 3)])
def test_products_of_large_matrices_are_those_of_numpy(shape: tuple[int, int, int], dtype: str) -> None:
    rows, shared, columns = shape
    draws = np.random.default_rng(0)
    first, second = draws.random((rows, shared)).astype(dtype), draws.random((shared, columns)).astype(dtype)
    found = matrix_product(first, second)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, first.astype(float) @ second.astype(float), rtol=1e-5)
    into = np.empty((rows, columns), dtype)
    assert matrix_product(first, second, into) is into
    assert np.array_equal(into, found)
