"""Crops that are resized, and strips added or cut off at the borders: which windows are drawn, and what is shown."""

from __future__ import annotations

from typing import Any

import augcore_geometric as geometric
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import Compose, InvalidData, InvalidParameter

MODES = {
    "constant": cv2.BORDER_CONSTANT,
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT,
    "reflect_101": cv2.BORDER_REFLECT_101,
    "wrap": cv2.BORDER_WRAP,
}


def picture(height: int, width: int) -> Any:
    """Every pixel different, and none 0."""
    return (np.arange(height * width, dtype=np.uint16) + 1).reshape(height, width)


def maps(transform: Any, size: tuple[int, int], count: int) -> list[Any]:
    """The first map of each of so many draws."""
    pipeline, image = Compose([transform], seed=6), np.zeros(size, np.uint8)
    return [pipeline.keyed(key).traced(image=image)[1].steps[0].effect.map for key in range(count)]


def amounts(transform: Any, size: tuple[int, int] = (100, 200), count: int = 300) -> Any:
    """(N, 4) how many pixels are added at the top, right, bottom and left."""
    return np.array(
        [
            (map.shift[1], map.output[1] - map.shift[0] - size[1], map.output[0] - map.shift[1] - size[0], map.shift[0])
            for map in maps(transform, size, count)
        ]
    )


# CropAndPad


@given(
    sides=st.tuples(*[st.integers(-9, 25)] * 4),
    mode=st.sampled_from(tuple(MODES)),
    size=st.tuples(st.integers(19, 30), st.integers(19, 30)),
)
def test_what_is_added_goes_on_from_what_is_cut_off(sides: Any, mode: str, size: Any) -> None:
    image = picture(*size)
    out = geometric.CropAndPad(px=sides, keep_size=False, border_mode=mode, fill=7, fill_mask=3)(
        image=image, mask=image
    )
    top, right, bottom, left = (max(0, side) for side in sides)
    cut = [max(0, -side) for side in sides]
    for name, fill in (("image", 7), ("mask", 3)):
        padded = cv2.copyMakeBorder(image, top, bottom, left, right, MODES[mode], value=fill)
        height, width = padded.shape
        assert np.array_equal(out[name], padded[cut[0] : height - cut[2], cut[3] : width - cut[1]])


@pytest.mark.parametrize("sides", [(-3, 8, 5, -6), (4, 4, 4, 4), (-4, -1, 4, 1)])
def test_the_size_is_kept_by_resizing_what_there_would_be_without(sides: Any) -> None:
    image = picture(40, 50)
    smaller = geometric.CropAndPad(px=sides, keep_size=False)(image=image, mask=image)
    out = geometric.CropAndPad(px=sides, interpolation="cubic", mask_interpolation="area")(image=image, mask=image)
    for name, method in (("image", cv2.INTER_CUBIC), ("mask", cv2.INTER_AREA)):
        assert np.array_equal(out[name], cv2.resize(smaller[name], (50, 40), interpolation=method))


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({"px": 5}, [5] * 4, [5] * 4),
        ({"px": (-3, 4)}, [-3] * 4, [4] * 4),
        ({"px": [-3, (1, 2), (-5, 0), 4]}, [-3, 1, -5, 4], [-3, 2, 0, 4]),
        ({"percent": -0.125}, [-12, -25, -12, -25], [-12, -25, -12, -25]),
        ({"percent": (-0.03, 0.02)}, [-2, -5, -2, -5], [1, 3, 1, 3]),
        ({"percent": np.array([0.1, -0.1, 0.0, 0.019])}, [10, -20, 0, 3], [10, -20, 0, 3]),
        ({"percent": [(0.1, 0.125), -0.4, 0, 0]}, [10, -80, 0, 0], [12, -80, 0, 0]),
    ],
)
def test_each_side_is_drawn_from_its_own_limits(given: Any, low: Any, high: Any) -> None:
    found = amounts(geometric.CropAndPad(**given, keep_size=False))
    assert found.min(0).tolist() == low
    assert found.max(0).tolist() == high


@pytest.mark.parametrize("limits", [{"px": (-9, 9)}, {"percent": (-0.1, 0.1)}])
def test_sides_are_drawn_by_themselves_or_one_for_all(limits: Any) -> None:
    alike = amounts(geometric.CropAndPad(**limits, keep_size=False, sample_independently=False), (100, 100), 40)
    assert (alike == alike[:, :1]).all()
    assert len(np.unique(alike)) > 8
    apart = amounts(geometric.CropAndPad(**limits, keep_size=False), (100, 100), 200)
    assert np.abs(np.corrcoef(apart.T)[np.triu_indices(4, 1)]).max() < 0.3
    # Four limits are four draws, whatever the flag says.
    ((name, one),) = limits.items()
    four = geometric.CropAndPad(**{name: [one] * 4}, keep_size=False, sample_independently=False)
    assert (amounts(four, (100, 100), 40) != alike).any()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, r"^CropAndPad: px=None and percent=None; give one of them$"),
        ({"px": 1, "percent": 0.1}, r"^CropAndPad: px=\(1, 1\) and percent=\(0\.1, 0\.1\); give one of them$"),
        ({"px": 0.5}, r"^CropAndPad\.px: 0\.5 is not a whole number; .*, or that for each of top, right, bottom and"),
        ({"px": (5, 2)}, r"^CropAndPad\.px: \(5, 2\) is not an interval"),
        ({"px": (1, 2, 3)}, r"^CropAndPad\.px: \(1, 2, 3\) is not an interval"),
        ({"px": (1, 2, 3, (4, 5, 6))}, r"^CropAndPad\.px: \(4, 5, 6\) is not an interval"),
        ({"percent": "much"}, r"^CropAndPad\.percent: 'much' is not an interval"),
        ({"percent": -1.5}, r"^CropAndPad\.percent: -1\.5 is outside \[-1, inf\) of the side"),
        ({"percent": -0.5}, r"^CropAndPad\.percent: \(-0\.5, -0\.5\) can cut off the whole picture"),
        ({"percent": (0, (-0.6, 0), 0.9, (-0.4, 1))}, r"can cut off the whole picture; give parts that leave some"),
    ],
)
def test_limits_that_are_none_are_named(given: Any, said: str) -> None:
    with pytest.raises(InvalidParameter, match=said) as caught:
        geometric.CropAndPad(**given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("px", "said"),
    [
        ((-10, 0, -10, 0), "CropAndPad.px: up to 20 rows are cut off, and the picture has 20"),
        ((-30, 9), "CropAndPad.px: up to 60 rows are cut off, and the picture has 20"),
        ((9, -31, 9, 60), "CropAndPad.px: up to 31 columns are cut off, and the picture has 30"),
    ],
)
def test_a_picture_of_which_nothing_may_be_left_is_refused_whatever_is_drawn(px: Any, said: str) -> None:
    pipeline = Compose([geometric.CropAndPad(px=px)], seed=1)
    for _ in range(5):
        with pytest.raises(InvalidData) as caught:
            pipeline(image=picture(20, 30))
        assert str(caught.value) == f"{said}; cut off less, or give a larger picture"


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 7)])
def test_parts_that_are_legal_leave_something_of_every_picture(size: Any) -> None:
    for parts in ((-0.5, -0.5, -0.49, -0.49), (-0.33, -0.66, -0.66, -0.33), (-0.99, 0, 0, -0.99)):
        out = geometric.CropAndPad(percent=parts, keep_size=False)(image=picture(*size))["image"]
        assert out.size > 0


def test_limits_are_read_alike_when_they_are_read_again() -> None:
    four = (1, (2, 3), 4, 5)
    for name, value in (("px", 3), ("px", (1, 2)), ("px", four), ("percent", -0.1), ("percent", (0, 0.1, 0, 0))):
        step = geometric.CropAndPad(**{name: value})
        assert geometric.CropAndPad(**{name: getattr(step, name)}) == step


# RandomSizedCrop


def test_windows_have_the_heights_and_the_shape_asked_for_and_lie_everywhere() -> None:
    found = maps(geometric.RandomSizedCrop((2, 4), (9, 8), w2h_ratio=1.5), (5, 7), 900)
    windows = {(*map.output, -map.shift[1], -map.shift[0]) for map in found}
    sizes = {2: 3, 3: 5, 4: 6}
    assert windows == {
        (rows, columns, y, x)
        for rows, columns in sizes.items()
        for y in range(5 - rows + 1)
        for x in range(7 - columns + 1)
    }


@pytest.mark.parametrize("area", [None, "image", "image_mask"])
def test_a_window_is_resized_as_asked(area: Any) -> None:
    image = picture(60, 80)
    for size in ((20, 30), (90, 110)):
        step = geometric.RandomSizedCrop((40, 50), size, 1.2, "cubic", "linear", area)
        out, trace = Compose([step], seed=3).traced(image=image, mask=image)
        crop = trace.steps[0].effect.map
        (x, y), (rows, columns) = crop.shift, crop.output
        for name, method in (("image", cv2.INTER_CUBIC), ("mask", cv2.INTER_LINEAR)):
            shrunk = size == (20, 30) and area is not None and (name == "image" or area == "image_mask")
            part = image[-y : rows - y, -x : columns - x]
            expected = cv2.resize(part, size[::-1], interpolation=cv2.INTER_AREA if shrunk else method)
            assert np.array_equal(out[name], expected)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"min_max_height": (10, 21)}, "a crop of 21×21 (width × height)"),
        ({"min_max_height": (1, 20), "w2h_ratio": 2}, "a crop of 40×20 (width × height)"),
    ],
)
def test_a_picture_into_which_the_largest_window_does_not_fit_is_refused(given: Any, said: str) -> None:
    pipeline = Compose([geometric.RandomSizedCrop(**given, size=(8, 8))], seed=1)
    for _ in range(5):
        with pytest.raises(InvalidData) as caught:
            pipeline(image=picture(20, 30))
        assert str(caught.value) == (
            f"RandomSizedCrop.min_max_height: {said} does not fit into a picture of 30×20; "
            "give smaller heights, or put PadIfNeeded before it"
        )


# RandomCropFromBorders


@pytest.mark.parametrize(
    ("parts", "columns", "rows"),
    [
        ((0.25, 0.25, 0.5, 0), {(a, b) for a in range(3) for b in range(6, 9)}, {(a, 4) for a in range(3)}),
        ((0, 0.37, 0, 1), {(0, b) for b in (6, 7, 8)}, {(0, b) for b in (1, 2, 3, 4)}),
        ((0.5, 0.5, 1, 0), {(a, b) for a in range(5) for b in range(max(4, a + 1), 9)}, {(a, 4) for a in range(4)}),
    ],
)
def test_strips_are_as_wide_as_they_may_be_and_leave_something(parts: Any, columns: Any, rows: Any) -> None:
    found = maps(geometric.RandomCropFromBorders(*parts), (4, 8), 500)
    assert {(-map.shift[0], map.output[1] - map.shift[0]) for map in found} == columns
    assert {(-map.shift[1], map.output[0] - map.shift[1]) for map in found} == rows


def test_one_pixel_is_never_cut_off() -> None:
    for parts in ((0.5, 0.5, 1, 0), (0, 1, 0.3, 0.7)):
        assert {map.output for map in maps(geometric.RandomCropFromBorders(*parts), (1, 1), 20)} == {(1, 1)}


def test_strips_that_take_more_than_everything_are_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"crop_top=0\.6 and crop_bottom=0\.5 sum to more than 1; give parts"):
        augcore.RandomCropFromBorders(crop_top=0.6, crop_bottom=0.5)
