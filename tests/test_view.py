"""What a transform may ask its view beside the data: labels, other arguments, points that were given beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import BboxParams, InvalidData, KeypointParams


def seen(ask: Any, before: tuple[Any, ...] = (), **data: Any) -> Any:
    """What a transform learns by ask(view), after other transforms of a pipeline."""
    found: list[Any] = []

    class Asking(A.Transform):
        def sample(self, rng: Any, view: A.View) -> None:
            found.append(ask(view))

    boxes = BboxParams("pascal_voc", label_fields=("kinds",), min_visibility=0.5) if "bboxes" in data else None
    points = KeypointParams("xy", label_fields=("names",)) if "keypoints" in data else None
    A.Compose([*before, Asking(p=1)], seed=0, bbox_params=boxes, keypoint_params=points)(**data)
    return found[0]


IMAGE = np.zeros((40, 60, 3), np.uint8)


@pytest.mark.parametrize("kinds", [["cat", 7, None], np.array([3, 4, 5]), ("a", "b", "c")])
def test_labels_stand_beside_the_boxes_that_count(kinds: Any) -> None:
    boxes = [[0, 0, 10, 10], [30, 5, 50, 20], [25, 25, 35, 35]]
    crop = A.Crop(20, 0, 60, 40, p=1)
    data = {"image": IMAGE, "bboxes": boxes, "kinds": kinds}
    rows, labels = seen(lambda view: (view["bboxes"], view.labels("bboxes")), (crop,), **data)
    assert rows.tolist() == [[10, 5, 30, 20], [5, 25, 15, 35]]
    assert labels == {"kinds": tuple(list(kinds)[1:])}
    assert all(not isinstance(value, np.generic) for value in labels["kinds"])


def test_labels_stand_beside_keypoints_and_there_are_none_without_rows() -> None:
    data = {"image": IMAGE, "keypoints": [[1, 2], [3, 4]], "names": ["eye", "nose"]}
    assert seen(lambda view: view.labels("keypoints"), **data) == {"names": ("eye", "nose")}
    assert seen(lambda view: view.labels("bboxes"), image=IMAGE) == {}


def test_an_argument_that_is_no_target_is_seen_as_it_was_given() -> None:
    assert seen(lambda view: view.argument("around"), image=IMAGE, around=[1, 2, 3, 4]) == [1, 2, 3, 4]
    with pytest.raises(InvalidData, match="around=… to the pipeline"):
        seen(lambda view: view.argument("around"), image=IMAGE)


def test_points_of_the_first_picture_are_carried_through_what_happened_before() -> None:
    before = (A.HorizontalFlip(p=1), A.Crop(10, 5, 50, 35, p=1), A.Resize(60, 80, p=1))
    carried = seen(lambda view: view.carried([[60, 0], [20, 30]]), before, image=IMAGE)
    assert np.allclose(carried, [[-20, -10], [60, 50]])


def test_points_are_carried_through_a_mix() -> None:
    from augcore.effects import Mix

    class Pasting(A.Transform):
        def sample(self, rng: Any, view: A.View) -> Mix:
            return Mix(0, 0.5, (0, 0, 5, 5))

    found: list[Any] = []

    class Asking(A.Transform):
        def sample(self, rng: Any, view: A.View) -> None:
            found.append(view.carried([[1, 2]]).tolist())

    A.Compose([A.HorizontalFlip(p=1), Pasting(p=1), A.VerticalFlip(p=1), Asking(p=1)], source=[{"image": IMAGE}])(
        image=IMAGE
    )
    assert found == [[[59, 38]]]


def test_a_strict_pipeline_takes_the_arguments_that_its_transforms_look_at_however_deep() -> None:
    class Around(A.Transform):
        def arguments(self) -> frozenset[str]:
            return frozenset(("around",))

        def sample(self, rng: Any, view: A.View) -> None:
            view.argument("around")

    nested = A.Sequential([A.OneOf([Around(p=1), A.OneOrOther(Around(p=1), Around(p=1))], p=1)], p=1)
    out = A.Compose([nested], strict=True)(image=IMAGE, around=3)
    assert out["around"] == 3
    with pytest.raises(InvalidData, match="'beside' is not a target"):
        A.Compose([nested], strict=True)(image=IMAGE, around=3, beside=4)
    with pytest.raises(InvalidData, match="'around' is not a target"):
        A.Compose([A.HorizontalFlip(p=1)], strict=True)(image=IMAGE, around=3)
