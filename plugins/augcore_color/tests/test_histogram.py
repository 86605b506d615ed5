"""Contrast from the histogram: against OpenCV, Pillow's rules and ranks, with masks, in every dtype."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from augcore_color import AutoContrast, Equalize, InvertImg
from augcore_color.histogram import bounds, ranks_below
from hypothesis import given
from hypothesis import strategies as st

from augcore import (
    BboxParams,
    Compose,
    InvalidData,
    InvalidParameter,
    Trace,
    Unsupported,
    from_dict,
    max_value,
    to_dict,
)
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")


def through(step: Any, image: Any, **data: Any) -> Any:
    return Compose([step])(image=image, **data)["image"]


def pale(dtype: str, channels: int = 3) -> Any:
    """A picture that uses the middle of its range."""
    return (picture((40, 50), channels, dtype) * np.float32(0.4) + np.float32(0.3 * max_value(dtype))).astype(dtype)


# Both


STEPS = [
    *(AutoContrast(method=method, p=1) for method in ("cdf", "pil")),
    *(Equalize(mode, p=1) for mode in ("cv", "pil")),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_each_channel_reaches_from_black_to_white_and_keeps_its_order(step: Any, dtype: str) -> None:
    image = pale(dtype)
    out = through(step, image)
    assert out.dtype == image.dtype
    for channel in range(3):
        before, after = image[..., channel].ravel(), out[..., channel].ravel().astype(float)
        assert after.min() == 0
        assert after.max() == pytest.approx(max_value(dtype))
        assert (np.diff(after[np.argsort(before)]) >= 0).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_channel_of_one_value_stays_as_it_is(step: Any, dtype: str) -> None:
    image = pale(dtype)
    image[..., 1] = image[0, 0, 1]
    out = through(step, image)
    np.testing.assert_array_equal(out[..., 1], image[..., 1])
    assert (out[..., 0] != image[..., 0]).any()


@pytest.mark.parametrize("step", STEPS[:3], ids=str)  # Pillow's counts whole steps of bytes
def test_dtypes_agree_to_a_level(step: Any) -> None:
    image = pale("uint8")
    wanted = through(step, image).astype(float)
    assert np.abs(through(step, image.astype(np.uint16) * 257) / 257 - wanted).max() <= 0.51
    assert np.abs(through(step, image.astype(np.float32) / 255) * 255 - wanted).max() <= 0.51


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_floats_need_not_be_between_0_and_1(step: Any) -> None:
    image = pale("float32")
    np.testing.assert_allclose(through(step, image * 50 - 7), through(step, image), atol=1e-4)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_the_picture_is_measured_as_it_is_then_and_each_frame_by_itself(step: Any) -> None:
    frames = np.stack([pale("uint8"), pale("uint8")[::-1] // 2])
    pipeline = Compose([InvertImg(p=1), step])
    for frame, out in zip(frames, pipeline(images=frames)["images"], strict=True):
        np.testing.assert_array_equal(out, through(step, 255 - frame))


# Stretched


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.floats(0, 50))
def test_bounds_leave_out_no_more_than_the_cutoff_at_either_end(counts: list[int], cutoff: float) -> None:
    if not any(counts):
        return
    first, last = bounds(np.array(counts, np.float32), cutoff)
    cut = sum(counts) * cutoff / 100
    assert sum(counts[:first]) <= cut + 1e-9
    assert sum(counts[last + 1 :]) <= cut + 1e-9
    if cutoff < 50:
        assert first <= last
        assert sum(counts[: first + 1]) > cut
        assert sum(counts[last:]) > cut


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_straight_line_runs_from_the_darkest_to_the_lightest(dtype: str) -> None:
    image, white = pale(dtype, 1), max_value(dtype)
    low, high = image.min(), image.max()
    wanted = (image.astype(float) - low) / (float(high) - low) * white
    out = through(AutoContrast(method="pil", p=1), image)
    assert np.abs(out - wanted).max() <= (0.5 if dtype != "float32" else 1e-5)


def test_cutoff_makes_that_many_percent_black_and_white() -> None:
    image = np.arange(10000, dtype=np.uint16).reshape(100, 100)
    for method in ("cdf", "pil"):
        out = through(AutoContrast(10, method=method, p=1), image)
        assert (out == 0).mean() == pytest.approx(0.1, abs=0.0002)
        assert (out == 65535).mean() == pytest.approx(0.1, abs=0.0002)


@pytest.mark.parametrize("method", ["cdf", "pil"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_an_ignored_level_stays_and_is_not_counted(dtype: str, method: str) -> None:
    image = pale(dtype, 1)
    without = through(AutoContrast(method=method, p=1), image)
    marked = image.copy()
    level = np.asarray(10 / 255 * max_value(dtype)).astype(dtype)
    marked[:3] = level
    plain = through(AutoContrast(method=method, p=1), marked)
    kept = through(AutoContrast(0, 10, method, p=1), marked)
    np.testing.assert_allclose(kept[:3], level, atol=2e-5)
    assert (plain[:3] == 0).all()
    if method == "pil":
        low, high = image[3:].min(), image[3:].max()
        wanted = (image[3:] - float(low)) / (float(high) - low) * max_value(dtype)
        np.testing.assert_allclose(kept[3:], wanted, atol=0.51 if dtype != "float32" else 1e-4)
    assert (without[3:] != plain[3:]).any()


def test_cdf_spreads_tones_evenly_and_pil_does_not() -> None:
    image = (np.linspace(0, 1, 4096, dtype=np.float32) ** 2).reshape(64, 64)
    halves = {method: np.median(through(AutoContrast(method=method, p=1), image)) for method in ("cdf", "pil")}
    assert halves["cdf"] == pytest.approx(0.5, abs=0.01)
    assert halves["pil"] == pytest.approx(0.25, abs=0.01)


# Equalised


@pytest.mark.parametrize("seed", range(4))
def test_cv_is_what_opencv_gives(seed: int) -> None:
    image = picture((61, 73), 3, seed=seed)
    image[..., 1] = image[..., 1] // 3 + 50
    wanted = np.dstack([cv2.equalizeHist(np.ascontiguousarray(image[..., c])) for c in range(3)])
    np.testing.assert_array_equal(through(Equalize(p=1), image), wanted)


@given(st.lists(st.integers(0, 3000), min_size=256, max_size=256))
def test_pil_is_pillows_rule_in_whole_numbers(counts: list[int]) -> None:
    """ImageOps.equalize, in the words of its documentation's source: steps of pixels, and half of one to begin with."""
    if np.count_nonzero(counts) < 2:
        return
    last = max(level for level, count in enumerate(counts) if count)
    step = (sum(counts) - counts[last]) // 255
    table, n = [], step // 2
    for count in counts:
        table.append(min(n // step, 255) if step else len(table))
        n += count
    np.testing.assert_array_equal(ranks_below(np.array(counts, np.float32), 255.0), table)


@pytest.mark.parametrize("size", [(61, 73), (15, 16), (300, 200)])
def test_pil_is_what_pillow_gives(size: tuple[int, int]) -> None:
    pillow = pytest.importorskip("PIL.ImageOps")
    image = picture(size)
    image[..., 1] = image[..., 1] // 3 + 50
    wanted = np.asarray(pillow.equalize(pillow.Image.fromarray(image)))
    np.testing.assert_array_equal(through(Equalize("pil", p=1), image), wanted)
    for cutoff in (0, 3):
        wanted = np.asarray(pillow.autocontrast(pillow.Image.fromarray(image), cutoff)).astype(int)
        out = through(AutoContrast(cutoff, method="pil", p=1), image)
        assert set(np.unique(out - wanted)) <= {0, 1}  # which cuts off fractions


def test_tones_become_equally_frequent() -> None:
    image = (picture((200, 200), 1, "float32") ** 3).astype(np.float32)
    for mode in ("cv", "pil"):
        out = through(Equalize(mode, p=1), image)
        assert np.abs(np.quantile(out, np.linspace(0, 1, 11)) - np.linspace(0, 1, 11)).max() < 0.01


@pytest.mark.parametrize("dtype", DTYPES)
def test_luma_alone_keeps_colour_differences(dtype: str) -> None:
    image, white = pale(dtype), max_value(dtype)
    out = through(Equalize(by_channels=False, p=1), image)
    before, after = (cv2.cvtColor(one, cv2.COLOR_RGB2YCrCb).astype(float) for one in (image, out))
    inside = ((out > 0.01 * white) & (out < 0.99 * white)).all(2)
    assert np.abs(after - before)[inside][:, 1:].max() <= 0.01 * white
    assert after[..., 0].max() > 0.9 * white
    assert after[..., 0].min() < 0.1 * white
    assert before[..., 0].max() < 0.75 * white
    assert (through(Equalize(p=1), image) != out).any()


def test_luma_needs_one_channel_or_three() -> None:
    grey = pale("uint8", 1)
    np.testing.assert_array_equal(through(Equalize(by_channels=False, p=1), grey), through(Equalize(p=1), grey))
    with pytest.raises(Unsupported, match=r"equalized_luma needs 1 or 3 channels, and the image has 4"):
        through(Equalize(by_channels=False, p=1), pale("uint8", 4))


# Masks


def left_half(image: Any) -> Any:
    mask = np.zeros(image.shape[:2], bool)
    mask[:, : mask.shape[1] // 2] = True
    return mask


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", ["cv", "pil"])
@pytest.mark.parametrize("by_channels", [True, False])
def test_only_the_pixels_of_the_mask_are_counted(mode: str, by_channels: bool, dtype: str) -> None:
    """A table made of one half, for the whole picture: the half itself is what it is when equalised alone."""
    image = pale(dtype)
    half = image.shape[1] // 2
    image[:, half:] = image[:, :half] * np.float32(0.9) + np.float32(0.05 * max_value(dtype))
    step = Equalize(mode, by_channels, left_half(image), p=1)
    out = through(step, image)
    alone = through(Equalize(mode, by_channels, p=1), np.ascontiguousarray(image[:, :half]))
    np.testing.assert_allclose(out[:, :half], alone, atol=1e-3 if dtype == "float32" else 0)
    assert (through(Equalize(mode, by_channels, p=1), image) != out).any()


def test_arrays_functions_and_run_lengths_are_masks() -> None:
    image = pale("uint8")
    wanted = through(Equalize(mask=left_half(image), p=1), image)
    for mask in (left_half, left_half(image)[..., None].astype(np.float32) * 7, lambda image: left_half(image) * 3):
        np.testing.assert_array_equal(through(Equalize(mask=mask, p=1), image), wanted)


def test_a_function_gets_what_mask_params_names() -> None:
    image, boxes = pale("uint8"), [(0, 0, 25, 40)]

    def inside(image: Any, bboxes: Any, margin: int, mask: Any) -> Any:
        assert mask.shape == (*image.shape[:2], 1)
        (x0, y0, x1, y1), out = bboxes[0].astype(int), np.zeros(image.shape[:2], np.uint8)
        out[y0 : y1 - margin, x0 : x1 - margin] = 1
        return out

    step = Equalize(mask=inside, mask_params=["bboxes", "margin", "mask"], p=1)
    pipeline = Compose([step], bbox_params=BboxParams("pascal_voc"))
    mask = np.ones(image.shape[:2], np.uint8)
    out = pipeline(image=image, bboxes=boxes, margin=0, mask=mask)["image"]
    np.testing.assert_array_equal(out, through(Equalize(mask=left_half, p=1), image))
    smaller = pipeline(image=image, bboxes=boxes, margin=15, mask=mask)["image"]
    assert (smaller != out).any()
    with pytest.raises(InvalidData, match="no 'margin' given, which it looks at; pass margin="):
        pipeline(image=image, bboxes=boxes, mask=mask)


def test_a_mask_of_another_size_is_refused() -> None:
    message = r"Equalize\.mask: of size \(4, 5\), and the picture has \(40, 50\) \(height, width\); give a mask of"
    for mask in (np.ones((4, 5)), lambda image: np.ones((4, 5))):
        with pytest.raises(InvalidData, match=message):
            through(Equalize(mask=mask, p=1), pale("uint8"))


def test_a_mask_without_pixels_changes_nothing() -> None:
    image = pale("uint8")
    np.testing.assert_array_equal(through(Equalize(mask=np.zeros((40, 50)), p=1), image), image)


def test_masks_go_to_files_and_traces_and_functions_to_traces_alone() -> None:
    image = pale("uint8")
    fixed = Compose([Equalize(mask=left_half(image), p=1)])
    again = from_dict(to_dict(fixed))
    assert again.transforms == fixed.transforms
    assert hash(again.transforms[0]) == hash(fixed.transforms[0])
    made = Compose([Equalize(mask=left_half, p=1)])
    result, trace = made.traced(image=image)
    np.testing.assert_array_equal(Trace.from_json(trace.to_json()).apply(image=image)["image"], result["image"])
    with pytest.raises(InvalidParameter, match=r"Equalize\.mask: functions are not saved; make the pipeline in Python"):
        to_dict(made)
