"""The boxes of the sample photographs, and masks painted of them, through every geometric transform: one place each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augcore import BboxParams, Compose
from augcore.testing import Case

WORDS = {0: 0, 1: 2**40, 2: -(2**40) + 3, 3: 7}


def painted(size: tuple[int, int], box: Any) -> Any:
    """(H, W) of 0 and 1: the pixels whose centres lie in a COCO box."""
    x, y, w, h = box
    rows, columns = np.arange(size[0])[:, None] + 0.5, np.arange(size[1]) + 0.5
    return ((rows > y) & (rows < y + h) & (columns > x) & (columns < x + w)).astype(np.uint8)


def test_boxes_are_the_hulls_of_what_is_painted_in_them(continuous: Case, photographs: Any) -> None:
    for photograph in photographs:
        boxes = photograph.boxes[:8]
        masks = [painted(photograph.size, box) for box in boxes]
        names = [photograph.categories[one["category_id"]]["name"] for one in photograph.objects[:8]]
        pipeline = Compose(
            [continuous.transform],
            bbox_params=BboxParams("coco", label_fields=["names", "rows"], clip=True),
            seed=9,
        )
        for key in range(2):
            out, trace = pipeline.keyed(key).traced(
                image=photograph.image, bboxes=boxes, masks=masks, names=names, rows=list(range(len(boxes)))
            )
            assert out["names"] == [names[row] for row in out["rows"]]
            bends = not all(step.effect.map.keeps_lines for step in trace.steps)
            growth = max(1.0, *(np.abs(step.effect.map.jacobian(np.full((1, 2), 50.0))).max() for step in trace.steps))
            for row, (x, y, w, h) in zip(out["rows"], out["bboxes"], strict=True):
                rows, columns = np.nonzero(out["masks"][row])
                if not len(rows):
                    assert min(w, h) < 1.5 * growth
                    continue
                shown = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
                # Nearest pixels lie within one (of the original's) of the edge; corners of a turned box may show none.
                wrong = np.abs(shown - (x, y, x + w, y + h))
                assert wrong.max() <= (2.5 if bends else 2.0) * growth
            gone = set(range(len(boxes))) - set(out["rows"])
            assert all(out["masks"][row].sum() <= 2 * growth**2 for row in gone)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.bool_, np.float32])
def test_label_maps_of_the_photographs_hold_no_other_labels_and_keep_their_places(geometric, photographs, dtype):
    for photograph in photographs[:3]:
        mask = np.zeros(photograph.size, np.int64)
        for number, box in enumerate(photograph.boxes[:3], 1):
            mask[painted(photograph.size, box) > 0] = WORDS[number] if dtype is np.int64 else number
        mask = mask.astype(dtype)
        before = mask.copy()
        trace = Compose([geometric.transform], seed=1).traced(image=photograph.image, mask=mask)[1]
        out = trace.apply(image=photograph.image, mask=mask, masks=[mask == value for value in np.unique(mask)])
        assert out["mask"].dtype == dtype
        assert set(np.unique(out["mask"]).tolist()) <= {*np.unique(mask).tolist(), 0}
        np.testing.assert_array_equal(mask, before)
        for value, one in zip(np.unique(mask), out["masks"], strict=True):
            if value:  # the fill is 0 too
                # Where a pixel looks halfway between two, OpenCV takes the one or the other by the width of the dtype.
                assert (one != (out["mask"] == value)).sum() <= (3 if dtype in (np.int64, np.float32) else 0)
