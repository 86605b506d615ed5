"""Coarse dropout and erasing: how many holes of which size, what fills them, and what of the annotations is left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_geometric import CoarseDropout, Erasing
from augcore_geometric.dropout import draw_rectangle
from hypothesis import given
from hypothesis import strategies as st

from augcore import BboxParams, Compose, InvalidParameter, KeypointParams, Rng, Unsupported


def holes(transform: Any, size: tuple[int, int], key: int = 0) -> np.ndarray:
    _, trace = Compose([transform], seed=1).keyed(key).traced(image=np.zeros(size, np.uint8))
    return np.array(trace.steps[0].effect.region.boxes)


@pytest.mark.parametrize(
    ("sizes", "heights", "widths"),
    [
        ({"hole_height_range": (5, 9), "hole_width_range": (0.1, 0.25)}, range(5, 10), range(20, 51)),
        ({"hole_height_range": (0.5, 0.5), "hole_width_range": (300, 400)}, [50], [200]),
        ({"hole_height_range": 7, "hole_width_range": 1.0}, [7], [200]),
        ({"hole_height_range": (0.0, 0.0), "hole_width_range": (1, 1)}, [1], [1]),
    ],
)
def test_holes_have_the_sizes_asked_for_and_lie_inside(sizes: Any, heights: Any, widths: Any) -> None:
    seen: set[int] = set()
    for key in range(200):
        found = holes(CoarseDropout((1, 3), **sizes, p=1), (100, 200), key)
        assert 1 <= len(found) <= 3
        seen.add(len(found))
        assert (found[:, :2] >= 0).all()
        assert (found[:, 2:] <= (200, 100)).all()
        assert set(found[:, 3] - found[:, 1]) <= set(heights)
        assert set(found[:, 2] - found[:, 0]) <= set(widths)
    assert seen == {1, 2, 3}


def test_holes_reach_every_place() -> None:
    places = {tuple(holes(CoarseDropout((1, 1), 2, 3, p=1), (4, 5), key)[0, :2]) for key in range(200)}
    assert places == {(x, y) for x in range(3) for y in range(3)}


def test_one_whole_number_and_one_part_are_not_a_range() -> None:
    with pytest.raises(InvalidParameter, match="whole numbers are pixels, others parts of the picture's side"):
        CoarseDropout(hole_height_range=(0.5, 20))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [None, 1, 2, 3, 5])
@pytest.mark.parametrize("fill", [0, 0.5, "random", "random_uniform"])
def test_holes_are_filled_and_nothing_else_is(dtype: str, channels: int | None, fill: Any) -> None:
    full = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    shape = (40, 50) if channels is None else (40, 50, channels)
    image = (np.random.default_rng(0).uniform(0.6, 0.9, shape) * full).astype(dtype)
    out, trace = Compose([CoarseDropout((2, 2), 12, 15, fill, p=1)], seed=2).traced(image=image)
    region = trace.steps[0].effect.region
    covered = region.mask((40, 50))
    assert out["image"].dtype == image.dtype
    assert np.array_equal(out["image"][~covered], image[~covered])
    filled = out["image"][covered].astype(float)
    if fill == "random":
        assert filled.max() > 0.9 * full
        assert filled.min() < 0.1 * full
        assert len(np.unique(filled)) > 50
    elif fill == "random_uniform":
        pieces = region.pieces((40, 50))
        for number in (1, 2):
            assert len(np.unique(out["image"][pieces == number], axis=0)) == 1
    else:
        assert np.allclose(filled, fill if dtype == "float32" else round(fill))


def test_each_channel_can_have_its_own_fill() -> None:
    image = np.zeros((20, 20, 3), np.uint8)
    out = CoarseDropout((1, 1), 5, 5, (1, 2, 3), p=1)(image=image)["image"]
    assert {tuple(pixel) for pixel in out.reshape(-1, 3).tolist()} == {(0, 0, 0), (1, 2, 3)}
    with pytest.raises(InvalidParameter, match="holds 3 numbers for 5 channels"):
        CoarseDropout((1, 1), 5, 5, (1, 2, 3), p=1)(image=np.zeros((20, 20, 5), np.uint8))
    with pytest.raises(InvalidParameter, match=r"^fill_mask: \(1, 2\) holds 2 numbers for 1 channels"):
        CoarseDropout(fill_mask=(1, 2), p=1)(image=image, mask=image[:, :, 0])


@pytest.mark.parametrize("fill", ["inpaint_telea", "inpaint_ns"])
def test_inpainting_goes_on_with_what_surrounds_a_hole(fill: str) -> None:
    image = np.full((60, 60, 3), 40, np.uint8)
    image[:, 30:] = 200
    transform = CoarseDropout((3, 3), 10, 10, fill, p=1)
    out = Compose([transform], seed=4)(image=image)["image"].astype(int)
    assert np.abs(out - image).mean() < 3
    with pytest.raises(Unsupported, match="takes uint8 pictures of 1 or 3 channels"):
        transform(image=np.zeros((60, 60), np.float32))


@pytest.mark.parametrize(("fill_mask", "values"), [(None, {1}), (7, {1, 7})])
def test_masks_are_filled_only_where_asked_for(fill_mask: Any, values: set[int]) -> None:
    mask = np.ones((40, 40), np.int64)
    out, trace = Compose([CoarseDropout((1, 1), 9, 9, fill_mask=fill_mask, p=1)], seed=0).traced(
        image=np.zeros((40, 40), np.uint8), mask=mask
    )
    assert set(np.unique(out["mask"])) == values
    if fill_mask is not None:
        assert np.array_equal(out["mask"] == 7, trace.steps[0].effect.region.mask((40, 40)))


def test_boxes_under_a_hole_are_less_visible_and_keypoints_in_it_hidden() -> None:
    transform = CoarseDropout((1, 1), 20, 40, p=1)
    image = np.zeros((20, 80), np.uint8)
    (x0, _, x1, _) = holes(transform, image.shape)[0]
    pipeline = Compose(
        [transform],
        bbox_params=BboxParams(format="pascal_voc", min_visibility=0.4),
        keypoint_params=KeypointParams(format="xy"),
        seed=1,
    )
    boxes = [(x0, 0, x1, 20), (0, 0, 80, 20)]
    points = [(int(x0) + 1, 5), (int(x1) - 1, 19), ((int(x1) + 5) % 80, 5)]
    out = pipeline.keyed(0)(image=image, bboxes=boxes, keypoints=points)
    assert out["bboxes"] == [(0, 0, 80, 20)]
    assert out["keypoints"] == [points[2]]


# Erasing

intervals = [st.tuples(st.floats(low, high), st.floats(low, high)).map(sorted) for low, high in ((0, 1), (0.01, 20))]


@given(st.integers(1, 300), st.integers(1, 300), *intervals, st.integers(0, 99))
def test_a_rectangle_fits_into_the_picture_and_has_area_and_shape_asked_for(
    height: int, width: int, scale: Any, ratio: Any, key: int
) -> None:
    sides = draw_rectangle(Rng(key), (height, width), scale, ratio)
    if sides is None:
        # No shape of the least area fits, to rounding.
        area = scale[0] * height * width
        assert max(ratio[0], area / height**2) >= min(ratio[1], width**2 / area) * (1 - 1e-9)
        return
    rows, columns = sides
    assert 1 <= rows <= height
    assert 1 <= columns <= width
    least, most = (part * height * width for part in scale)
    assert (rows + 0.5) * (columns + 0.5) >= least * (1 - 1e-9)
    if min(sides) > 1:
        assert (rows - 0.5) * (columns - 0.5) <= most * (1 + 1e-9)
        assert (columns + 0.5) / (rows - 0.5) >= ratio[0] * (1 - 1e-9)
        assert (columns - 0.5) / (rows + 0.5) <= ratio[1] * (1 + 1e-9)


def test_areas_are_even_and_rectangles_reach_every_edge() -> None:
    found = np.array([holes(Erasing((0.1, 0.3), (0.5, 2.0), p=1), (100, 160), key)[0] for key in range(600)])
    x0, y0, x1, y1 = found.T
    areas = (x1 - x0) * (y1 - y0) / 16000
    assert abs(areas.mean() - 0.2) < 0.01
    assert abs(areas.std() - 0.2 / np.sqrt(12)) < 0.005
    shapes = (x1 - x0) / (y1 - y0)
    assert shapes.min() < 0.6
    assert shapes.max() > 1.9
    assert (found.min(0)[:2] == 0).all()
    assert (found.max(0)[2:] == (160, 100)).all()


def test_what_cannot_fit_is_not_erased() -> None:
    image = np.ones((50, 50), np.uint8)
    assert Erasing((0.9, 1.0), (3.0, 3.3), p=1)(image=image)["image"] is image


@pytest.mark.parametrize(("fill", "fill_mask"), [(9, None), ((1, 2, 3), 5)])
def test_the_rectangle_holds_the_fills(fill: Any, fill_mask: Any) -> None:
    image, mask = np.full((40, 60, 3), 100, np.uint8), np.full((40, 60), 2)
    out, trace = Compose([Erasing(fill=fill, fill_mask=fill_mask, p=1)], seed=2).traced(image=image, mask=mask)
    covered = trace.steps[0].effect.region.mask((40, 60))
    assert (out["image"][covered] == fill).all()
    assert (out["image"][~covered] == 100).all()
    assert (out["mask"] == np.where(covered & (fill_mask is not None), fill_mask or 0, 2)).all()
