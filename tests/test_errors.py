"""Bad input: every mistake is answered with a class that fits and one line that says what, where, and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore
from augcore import (
    BboxParams,
    Compose,
    InvalidData,
    InvalidParameter,
    KeypointParams,
    NoOp,
    PixelFn,
    SelectiveChannelTransform,
    Unsupported,
    WrongType,
    pixel_function,
    transform,
)

IMAGE = np.zeros((10, 20, 3), np.uint8)  # width 20, height 10
NAN, INF = float("nan"), float("inf")


@pixel_function(channels=(3,))
def needs_colour(image: Any) -> Any:
    return image


@transform
class Colourful(augcore.Transform):
    """Needs three channels."""

    def sample(self, rng: Any, view: Any) -> PixelFn:
        return PixelFn(needs_colour)


def data_cases(pipeline: Compose, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Parameters (pipeline, arguments, class, parts of the message) for wrong values of one argument."""
    return [
        pytest.param(pipeline, {name: value}, *rest, id=f"{name}-{rest[-1][-1]}-{i}")
        for i, (value, *rest) in enumerate(cases)
    ]


# Pictures


class Picture:
    """Not an image of PIL, but one to look at."""


Picture.__module__, Picture.__qualname__ = "PIL.Image", "Image"


class Tensor:
    """Not a tensor of torch, but one to look at."""


Tensor.__module__, Tensor.__qualname__ = "torch", "Tensor"

NOT_PICTURES = [
    (None, WrongType, ("image: NoneType is not a NumPy array", r"cv2\.imread gives None")),
    (
        [[1, 2], [3, 4]],
        WrongType,
        ("image: list is not", r"convert it with np\.asarray\(image, dtype=np\.uint8\)"),
    ),
    (Picture(), WrongType, (r"image: PIL\.Image\.Image is not", r"convert it with np\.asarray\(image\)")),
    (Tensor(), WrongType, (r"image: torch\.Tensor is not", r"image\.permute\(1, 2, 0\)\.numpy\(\)")),
    ("cat.jpg", WrongType, ("image: str is not", r"read the file, for instance with cv2\.imread\(image\)")),
    (IMAGE[:0], InvalidData, (r"image: shape \(0, 20, 3\) holds no pixels; give at least one",)),
    (IMAGE[:, :, :0], InvalidData, (r"image: shape \(10, 20, 0\) holds no pixels",)),
    (
        IMAGE[0, :, 0],
        InvalidData,
        (r"image: shape \(20,\) is not \(height, width\)", r"\(height, width, channels\)"),
    ),
    (IMAGE[None], InvalidData, (r"image: shape \(1, 10, 20, 3\) is not",)),
    (
        IMAGE.astype(float),
        WrongType,
        ("image: dtype float64 is not uint8, uint16 or float32", r"astype\(np\.float32\)"),
    ),
    (
        IMAGE.astype(np.float16),
        WrongType,
        ("image: dtype float16", r"from 0 to 1 with image\.astype\(np\.float32\)"),
    ),
    (
        IMAGE.astype(np.int64),
        WrongType,
        ("image: dtype int64", r"from 0 to 255 with image\.astype\(np\.uint8\)"),
    ),
    (IMAGE.astype(bool), WrongType, ("image: dtype bool", r"image\.astype\(np\.uint8\) \* 255")),
    (IMAGE.astype(object), WrongType, ("image: dtype object", "give numbers")),
]


@pytest.mark.parametrize(("pipeline", "data", "kind", "parts"), data_cases(Compose([]), "image", NOT_PICTURES))
def test_what_is_not_a_picture(pipeline: Compose, data: Any, kind: Any, parts: Any, refused: Any) -> None:
    refused(lambda: pipeline(**data), kind, *parts)
    refused(lambda: NoOp()(**data), kind, *parts)
    refused(lambda: pipeline.traced(**data), kind, *parts)


def test_a_further_picture_is_called_by_its_own_name(refused: Any) -> None:
    pipeline = Compose([], additional_targets={"right": "image"})
    refused(lambda: pipeline(image=IMAGE, right=[1]), WrongType, "^right: list is not a NumPy array")


@pytest.mark.parametrize("channels", [1, 2, 4, 5])
def test_a_number_of_channels_that_a_function_does_not_take(channels: int, refused: Any) -> None:
    image = np.zeros((10, 20, channels), np.uint8)
    refused(
        lambda: Colourful(p=1)(image=image),
        Unsupported,
        "needs_colour needs 3 channels, and the image has",
        f" {channels};",
        "SelectiveChannelTransform",
    )


def test_channels_that_do_not_exist(refused: Any) -> None:
    pipeline = Compose([SelectiveChannelTransform([NoOp(p=1)], channels=(0, 3))])
    refused(
        lambda: pipeline(image=IMAGE),
        Unsupported,
        r"channels \(0, 3\) do not exist in an image of 3 channels",
    )


MASKS = [
    ({"mask": [[0, 1]]}, WrongType, ("mask: list is not a NumPy array", r"np\.asarray\(mask\)")),
    (
        {"mask": np.zeros((10, 20), complex)},
        WrongType,
        ("mask: dtype complex128 is not boolean, integer or floating",),
    ),
    ({"mask": np.zeros(20)}, InvalidData, (r"mask: shape \(20,\) is not",)),
    ({"mask": np.zeros((0, 20))}, InvalidData, (r"mask: shape \(0, 20\) holds no pixels",)),
    (
        {"mask": np.zeros((20, 10))},
        InvalidData,
        (r"mask: height and width are \(20, 10\), but those of image are \(10, 20\)", "is_check_shapes=False"),
    ),
    ({"masks": np.zeros((10, 20))}, InvalidData, (r"masks: shape \(10, 20\) is not \(N, height, width\)",)),
    ({"masks": 5}, WrongType, ("masks: int is not a stack; give an array",)),
    (
        {"masks": [np.zeros((10, 20)), np.zeros((9, 20))]},
        InvalidData,
        (r"masks\[1\]: height and width are \(9, 20\), but those of masks\[0\] are \(10, 20\)",),
    ),
    ({"masks": [np.zeros((10, 20)), [1]]}, WrongType, (r"masks\[1\]: list is not",)),
    ({"images": [IMAGE, IMAGE.astype(float)]}, WrongType, (r"images\[1\]: dtype float64",)),
    (
        {"images": [IMAGE[:5]]},
        InvalidData,
        (r"images: height and width are \(5, 20\), but those of image are",),
    ),
]


@pytest.mark.parametrize(("data", "kind", "parts"), MASKS)
def test_masks_and_stacks_that_are_none_or_of_another_size(data: Any, kind: Any, parts: Any, refused: Any) -> None:
    refused(lambda: Compose([])(image=IMAGE, **data), kind, *parts)


def test_sizes_may_disagree_if_the_user_says_so() -> None:
    assert Compose([], is_check_shapes=False)(image=IMAGE, mask=np.zeros((5, 5)))


def test_a_call_without_any_picture(refused: Any) -> None:
    refused(lambda: Compose([])(), InvalidData, "no picture given, only nothing; pass at least one of image, ")
    pipeline = Compose([], bbox_params="coco")
    refused(lambda: pipeline(bboxes=[]), InvalidData, r"no picture given, only \['bboxes'\]; pass")


# Boxes

DROP = "filter_invalid_bboxes=True in BboxParams drops"
BOXES = [
    (
        "pascal_voc",
        [[5, 0, 1, 5]],
        InvalidData,
        (r"bboxes\[0\]: pascal_voc \(5.0, 0.0, 1.0, 5.0\) has x_max 1 not greater than", DROP),
    ),
    (
        "pascal_voc",
        [[0, 0, 5, 5], [0, 5, 5, 5]],
        InvalidData,
        (r"bboxes\[1\]: .* has y_max 5 not greater than y_min 5", DROP),
    ),
    ("coco", [[1, 1, 0, 5]], InvalidData, (r"bboxes\[0\]: coco \(1.0, 1.0, 0.0, 5.0\) has x_max 1 not greater", DROP)),
    (
        "coco",
        [[1, 1, -3, 5]],
        InvalidData,
        (r"bboxes\[0\]: coco \(1.0, 1.0, -3.0, 5.0\) has x_max -2 not greater", DROP),
    ),
    ("pascal_voc", [[0, 0, NAN, 5]], InvalidData, (r"bboxes\[0\]: .*nan.* holds a value that is not finite", DROP)),
    ("pascal_voc", [[0, 0, INF, 5]], InvalidData, (r"bboxes\[0\]: .*inf.* holds a value that is not finite", DROP)),
    (
        "pascal_voc",
        np.array([[1, 1, 2, 2], [0, 0, 30, 5]]),
        InvalidData,
        (
            r"bboxes\[1\]: .* reaches out of the frame of 20×10",
            r"from \(0, 0\) to \(30, 5\)",
            "clip=True",
            "filter_invalid",
        ),
    ),
    (
        "pascal_voc",
        [[-5, 0, 5, 5]],
        InvalidData,
        (r"bboxes\[0\]: .* reaches out", r"from \(-5, 0\)", "clip=True in BboxParams cuts"),
    ),
    (
        "yolo",
        [[0.5, 0.5, 1.2, 0.5]],
        InvalidData,
        (r"yolo \(0.5, 0.5, 1.2, 0.5\) reaches out", r"\(-2, 2.5\) to \(22, 7.5\)"),
    ),
    (
        "coco",
        [[1, 2, 3]],
        InvalidData,
        (r"bboxes\[0\]: \[1, 2, 3\] is not a row of x_min, y_min, width, height in pixels",),
    ),
    ("coco", [[1, 2, 3, 4], [1, 2, 3, "a"]], InvalidData, (r"bboxes\[1\]: \[1, 2, 3, 'a'\] is not a row of",)),
    ("coco", [[1, 2, 3, 4], None], InvalidData, (r"bboxes\[1\]: None is not a row of",)),
    (
        "coco",
        np.zeros((2, 3)),
        InvalidData,
        (r"bboxes: an array of shape \(2, 3\) .* is not \(N, 4\) numbers; give rows of",),
    ),
    ("coco", np.array([["a"] * 4]), InvalidData, ("bboxes: an array .* dtype <U1 is not",)),
    ("coco", 5, WrongType, ("bboxes: int is neither an array nor a list; give rows of x_min",)),
    ("coco", {"x": 1}, WrongType, ("bboxes: dict is neither",)),
]


@pytest.mark.parametrize(("form", "rows", "kind", "parts"), BOXES)
def test_boxes_that_are_none(form: str, rows: Any, kind: Any, parts: Any, refused: Any) -> None:
    refused(lambda: Compose([], bbox_params=form)(image=IMAGE, bboxes=rows), kind, *parts)


@pytest.mark.parametrize("row", [[5, 0, 1, 5], [0, 0, NAN, 5], [0, 0, 30, 5], [30, 0, 40, 5]])
def test_the_options_that_errors_of_boxes_name_do_what_they_say(row: Any) -> None:
    drop = BboxParams(format="pascal_voc", filter_invalid_bboxes=True)
    assert Compose([], bbox_params=drop)(image=IMAGE, bboxes=[row, [1, 1, 2, 2]])["bboxes"] == [[1, 1, 2, 2]]
    if row == [0, 0, 30, 5]:
        clip = BboxParams(format="pascal_voc", clip=True)
        assert Compose([], bbox_params=clip)(image=IMAGE, bboxes=[row])["bboxes"] == [[0, 0, 20, 5]]


@pytest.mark.parametrize("size", [20, 2000])
def test_boxes_outside_by_rounding_are_no_mistake(size: int) -> None:
    image = np.zeros((size, size), np.uint8)
    row = [[-1e-7 * size, 0, size * (1 + 5e-7), size]]
    assert Compose([], bbox_params="pascal_voc")(image=image, bboxes=row)["bboxes"] == [[0, 0, size, size]]


LABELS = [
    (
        {},
        InvalidData,
        ("bboxes: label field 'names' is missing; pass names=… with 2 values, or take it out of label_fields",),
    ),
    ({"names": ["a"]}, InvalidData, ("names: 1 values for the 2 rows of bboxes; give one for each row",)),
    ({"names": np.arange(3)}, InvalidData, ("names: 3 values for the 2 rows of bboxes",)),
    ({"names": 5}, WrongType, ("names: int is neither an array nor a list; give one value a row",)),
    ({"names": "ab"}, WrongType, ("names: str is neither an array nor a list",)),
]


@pytest.mark.parametrize(("labels", "kind", "parts"), LABELS)
def test_label_fields_that_are_missing_or_of_another_length(labels: Any, kind: Any, parts: Any, refused: Any) -> None:
    boxes = Compose([], bbox_params=BboxParams(format="pascal_voc", label_fields=["names"]))
    refused(lambda: boxes(image=IMAGE, bboxes=[[0, 0, 5, 5]] * 2, **labels), kind, *parts)
    points = Compose([], keypoint_params=KeypointParams(format="xy", label_fields=["names"]))
    parts = tuple(part.replace("bboxes", "keypoints") for part in parts)
    refused(lambda: points(image=IMAGE, keypoints=[[0, 0]] * 2, **labels), kind, *parts)


def test_boxes_and_keypoints_without_their_params(refused: Any) -> None:
    for name, options in (("bboxes", "BboxParams"), ("keypoints", "KeypointParams")):
        parts = (
            f"^{name}: given, but the pipeline does not know what their rows hold",
            rf"_params={options}\(format=…\)",
        )
        refused(lambda name=name: Compose([])(image=IMAGE, **{name: []}), InvalidParameter, *parts)


# Keypoints and polygons


@pytest.mark.parametrize(
    ("form", "rows", "kind", "parts"),
    [
        ("xy", [[1]], InvalidData, (r"keypoints\[0\]: \[1\] is not a row of x, y in pixels",)),
        ("xy", [[1, 2], [1, "a"]], InvalidData, (r"keypoints\[1\]: \[1, 'a'\] is not a row",)),
        (
            "xy",
            [[1, 2], [INF, 2]],
            InvalidData,
            (r"keypoints\[1\]: \(inf, 2.0\) holds", "give NaN for a point that is not known"),
        ),
        (
            "xyas",
            [[1, 2, 3]],
            InvalidData,
            (r"keypoints\[0\]: \[1, 2, 3\] is not a row of x, y in pixels, an angle and a scale",),
        ),
        ("xy", np.zeros((3, 1)), InvalidData, (r"keypoints: an array of shape \(3, 1\)", r"\(N, 2\) numbers")),
        ("xy", 5, WrongType, ("keypoints: int is neither an array nor a list",)),
    ],
)
def test_keypoints_that_are_none(form: str, rows: Any, kind: Any, parts: Any, refused: Any) -> None:
    pipeline = Compose([], keypoint_params=KeypointParams(format=form))
    refused(lambda: pipeline(image=IMAGE, keypoints=rows), kind, *parts)


@pytest.mark.parametrize(
    ("value", "kind", "parts"),
    [
        (5, WrongType, ("polygons: int is not a list of polygons; give one polygon an object",)),
        ([5], WrongType, (r"polygons\[0\]: int is not a polygon",)),
        ([None], WrongType, (r"polygons\[0\]: NoneType is not a polygon",)),
        (["abc"], WrongType, (r"polygons\[0\]: str is not a polygon",)),
        ([[None]], WrongType, (r"polygons\[0\]\[0\]: NoneType is neither a ring nor a point",)),
        (
            [[(0, 0), (1, 1)]],
            InvalidData,
            (r"polygons\[0\]: \[\(0, 0\), \(1, 1\)\] is not a ring; give three or more finite points",),
        ),
        ([[(0, 0), (1, 1), (NAN, 2)]], InvalidData, (r"polygons\[0\]: .*nan.* is not a ring",)),
        (
            [[(0, 0), (1, 1), (0, 1)], [1, 2, 3, 4, 5]],
            InvalidData,
            (r"polygons\[1\]: \[1, 2, 3, 4, 5\] is not a ring",),
        ),
        (
            [[[(0, 0), (1, 1), (0, 1)], [(0, 0), (1, "a"), (0, 1)]]],
            InvalidData,
            (r"polygons\[0\]\[1\]: .*'a'.* is not a ring",),
        ),
    ],
)
def test_polygons_that_are_none(value: Any, kind: Any, parts: Any, refused: Any) -> None:
    refused(lambda: Compose([])(image=IMAGE, polygons=value), kind, *parts)
