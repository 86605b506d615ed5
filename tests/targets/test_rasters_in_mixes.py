"""What a mix makes of rasters and labels of two samples that do not agree in dtype, channels or number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore
from augcore import Compose, InvalidData, Mix, Transform, transform

SIZE = (20, 30)
IMAGE = np.zeros((*SIZE, 3), np.uint8)
REGION = (0, 0, 10, 20)


@transform
class Mixed(Transform):
    """With the first sample of the source."""

    region: tuple[int, ...] | None = augcore.params.numbers(length=4, default=None, none=True, whole=True)

    def sample(self, rng: Any, view: Any) -> Mix:
        return Mix(0, 0.25, self.region)


def mixed(given: dict[str, Any], other: dict[str, Any], region: Any = None) -> Any:
    pipeline = Compose([Mixed(region=region, p=1)], source=[{"image": IMAGE, **other}])
    return pipeline(image=IMAGE, **given)


def masks_of(value: Any, dtype: Any, count: int = 1, depth: int | None = None, channels: tuple[int, ...] = ()) -> Any:
    return np.full((count, *(() if depth is None else (depth,)), *SIZE, *channels), value, dtype)


STACKS = pytest.mark.parametrize(("kind", "depth"), [("masks", None), ("masks3d", 2)])
CONTAINERS = pytest.mark.parametrize("container", [np.asarray, list, tuple])
REGIONS = pytest.mark.parametrize("region", [None, REGION])


@STACKS
@CONTAINERS
@REGIONS
def test_labels_that_this_samples_masks_cannot_hold_are_refused(kind, depth, container, region, refused):
    mine, other = container(masks_of(1, np.uint8, 1, depth)), masks_of(300, np.int64, 1, depth)
    words = rf"{kind}: mask 0 of sample 0 of the source is int64 .* uint8 with 1; give all samples masks of one dtype"
    refused(lambda: mixed({kind: mine}, {kind: other}, region), InvalidData, words)


@STACKS
@CONTAINERS
@REGIONS
@pytest.mark.parametrize(
    ("mine", "others", "value"),
    [("uint8", "int64", 7), ("bool", "uint8", 1), ("int64", "uint64", 9), ("f8", "f2", 0.5)],
)
def test_labels_that_fit_come_in_the_dtype_of_this_samples(kind, depth, container, region, mine, others, value):
    given = container(masks_of(1, mine, 2, depth))
    out = mixed({kind: given}, {kind: masks_of(value, others, 1, depth)}, region)[kind]
    assert type(out) is type(given)
    assert [one.dtype for one in out] == [np.dtype(mine)] * 3
    assert out[2].max() == value


@pytest.mark.parametrize(
    ("mine", "others", "value"),
    [
        ("uint64", "int64", -1),
        ("int64", "uint64", 2**64 - 1),
        ("float64", "int64", 2**53 + 1),
        ("uint8", "float32", 0.5),
        ("uint8", "float32", np.nan),
        ("bool", "uint8", 2),
        ("float16", "float32", 1e6),
    ],
)
def test_no_value_changes_by_a_conversion_however_small_the_change(mine, others, value, refused):
    given = {"masks": masks_of(1, mine)}
    refused(lambda: mixed(given, {"masks": masks_of(value, others)}), InvalidData, f"{others} .*{mine}")


def test_values_that_are_not_known_fit_into_floats():
    out = mixed({"masks": masks_of(1, np.float32)}, {"masks": masks_of(np.nan, np.float64)})["masks"]
    assert np.isnan(out[1]).all()


@STACKS
@CONTAINERS
def test_another_number_of_channels_is_refused(kind, depth, container, refused):
    mine, other = container(masks_of(1, np.uint8, 1, depth)), masks_of(1, np.uint8, 1, depth, (3,))
    refused(lambda: mixed({kind: mine}, {kind: other}), InvalidData, f"{kind}: mask 0 .* 3 channels")


def test_masks_of_several_dtypes_in_a_list_meet_others_as_they_are():
    out = mixed({"masks": [*masks_of(1, "u1"), *masks_of(1, "i8")]}, {"masks": masks_of(300, "u2")})["masks"]
    assert [one.dtype for one in out] == ["u1", "i8", "u2"]


@STACKS
def test_arrays_of_none_keep_their_dtype_where_it_holds_the_other_samples_labels(kind, depth, refused):
    none = masks_of(0, np.uint8, 0, depth)
    out = mixed({kind: none}, {kind: masks_of(7, np.int64, 2, depth)})[kind]
    assert (out.dtype, out.shape, out.max()) == (np.uint8, masks_of(0, "u1", 2, depth).shape, 7)
    words = rf"{kind}\[0\]: int64 holds values that the array of uint8 would change; give all samples one dtype"
    refused(lambda: mixed({kind: none}, {kind: masks_of(300, np.int64, 2, depth)}), InvalidData, words)
    words = rf"{kind}\[0\]: 3 channels do not go into one array with 1"
    refused(lambda: mixed({kind: none}, {kind: masks_of(3, "u1", 2, depth, (3,))}), InvalidData, words)


@STACKS
@REGIONS
@pytest.mark.parametrize("none", [np.array([]), np.array([], np.int64)], ids=str)
def test_the_array_of_an_empty_list_is_none_at_all(kind, depth, none, region):
    step = augcore.Resize(40, 50, p=1)
    volume = {} if depth is None else {"volume": np.zeros((depth, *SIZE), np.uint8)}
    out = Compose([step])(image=IMAGE, **volume, **{kind: none})[kind]
    assert out.dtype == none.dtype
    assert out.shape == (*masks_of(0, "u1", 0, depth).shape[:-2], 40, 50)
    some = masks_of(7, np.uint8, 2, depth)
    np.testing.assert_array_equal(mixed({kind: none}, {kind: some})[kind], some)
    np.testing.assert_array_equal(mixed({kind: some}, {kind: none})[kind], some)
    assert len(mixed({kind: none}, {kind: none}, region)[kind]) == 0


def test_no_pictures_at_all_may_come_as_the_array_of_an_empty_list():
    assert Compose([])(image=IMAGE, images=np.array([]))["images"].shape == (0, *SIZE)
    assert Compose([])(image=IMAGE, volumes=np.array([]))["volumes"].shape == (0, 0, *SIZE)


def test_functions_that_give_several_numbers_of_channels_for_one_array_are_refused(refused):
    counts = iter([1, 3])
    step = augcore.Lambda(image=lambda picture: np.repeat(picture, next(counts), 2))
    words = r"images\[1\]: 3 channels do not go into one array with 1"
    refused(lambda: Compose([step])(images=np.zeros((2, *SIZE), np.uint8)), InvalidData, words)


# Values that are blended


@pytest.mark.parametrize("kind", ["heatmap", "mask"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_of_every_width_are_blended(kind, dtype):
    mine, other = (np.full(SIZE, value, dtype) for value in (1, 0.2))
    out = mixed({kind: mine}, {kind: other})[kind]
    assert out.dtype == mine.dtype
    np.testing.assert_allclose(out.astype(float), 0.25 + 0.75 * 0.2, atol=1e-3)


def test_masks_of_floats_that_opencv_does_not_know_are_blended_too():
    for dtype in (">f4", "longdouble"):
        out = mixed({"mask": np.ones(SIZE, dtype)}, {"mask": np.zeros(SIZE, dtype)})["mask"]
        assert out.dtype == np.dtype(dtype)
        assert (out == 0.25).all()


@pytest.mark.parametrize("container", [list, tuple, np.array])
@pytest.mark.parametrize("others", [list, tuple, np.array])
def test_probabilities_are_blended_in_every_container(container, others):
    out = mixed({"label": container([1.0, 0.0])}, {"label": others([0.0, 1.0])})["label"]
    assert type(out) is type(container([1.0]))
    np.testing.assert_allclose(out, (0.25, 0.75))
    if container is not np.array:
        assert [type(one) for one in out] == [float, float]


def test_classes_stay_classes():
    for mine, other in ((3, 4), ("cat", "dog"), (["cat"], ["dog"]), ([3, 17], [5]), (0.5, 1.5), ([], [])):
        assert mixed({"label": mine}, {"label": other})["label"] == (mine, other, 0.25)


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ([1.0, 0.0], [1.0]),
        ([1.0, 0.0], 1),
        ([1.0, 0.0], ["cat", "dog"]),
        ([1.0, 0.0], [[1.0], [0.5, 0.5]]),
        (3, [1.0, 0.0]),
        ([1, 0], [0.5, 0.5]),
        (np.array([1.0, 0.0]), None.__class__),
        (np.array([1, 0]), np.array([0, 1])),
    ],
    ids=str,
)
def test_probabilities_that_do_not_fit_are_refused(mine, other, refused):
    words = "label: .*give floating class probabilities of one length"
    refused(lambda: mixed({"label": mine}, {"label": other}), InvalidData, words)
