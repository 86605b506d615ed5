"""Which dtypes pictures and masks may have, and that what is moved is moved bit for bit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import augcore
from augcore import Compose, Geometry, InvalidParameter, Trace, Unsupported, WrongType
from augcore.frame import Frame
from augcore.maps import Lattice
from augcore.targets import Image
from augcore.testing import Case, samples

SIZE = (170, 200)
SWAPPED = (">u2", ">i4", ">i8", ">f4", ">f8") if np.little_endian else ("<u2", "<i4", "<i8", "<f4", "<f8")
EVERY_DTYPE = (
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("float16", "float32", "float64", "longdouble"),
    *SWAPPED,
)
# OpenCV neither interpolates these nor, most of them, knows them.
LABELS_ALONE = ("bool", "int8", "uint32", "int32", "uint64", "int64")
COMPUTED = ("uint8", "uint16", "int16", "float32", "float64")


def values_of(dtype: Any) -> Any:
    """Two values at the ends of a dtype, and others that a narrower one could not hold."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind == "f":
        last = {2: 65504.0, 4: 3e38}.get(dtype.itemsize, 1e300)
        return np.array([0, -last, last, 1 / 3, -0.0, 2.0**-14, np.inf], dtype)
    limits = np.iinfo(dtype)
    wide = (2**40, -(2**40), 2**53 + 1, 2**63, 2**31, 2**15 + 1, 300, 3)
    return np.array([0, limits.min, limits.max, *(v for v in wide if limits.min <= v <= limits.max)], dtype)


def labels(size: Any = SIZE) -> Any:
    """A mask of blocks, numbered."""
    y, x = np.indices(size)
    return (1 + y // 17 + 13 * (x // 17)).astype(np.int32)


def as_values(numbers: Any, dtype: Any) -> Any:
    """Each number of the mask as one of the dtype's values."""
    values = values_of(dtype)
    return values[numbers % len(values)]


def same_bits(first: Any, second: Any) -> Any:
    return (first == second) & (np.signbit(first) == np.signbit(second)) if first.dtype.kind == "f" else first == second


# Masks


def test_masks_of_every_dtype_go_through_every_geometric_transform_bit_for_bit(geometric: Case) -> None:
    numbers = labels()
    masks = [as_values(numbers, dtype) for dtype in EVERY_DTYPE]
    given = [mask.copy() for mask in masks]
    for key in range(2):
        pipeline = Compose([geometric.transform], seed=3)
        result, trace = pipeline.keyed(key).traced(mask=numbers, masks=masks)
        exact = all(isinstance(step.effect.map, Lattice) for step in trace.steps)
        assert set(np.unique(result["mask"])) <= {0, *np.unique(numbers)}
        for dtype, before, out in zip(EVERY_DTYPE, masks, result["masks"], strict=True):
            assert out.dtype == np.dtype(dtype)
            assert out.dtype.byteorder == before.dtype.byteorder
            assert set(out.ravel().tolist()) <= set(values_of(dtype).tolist())
            wanted = np.where(result["mask"] == 0, np.zeros(1, dtype), as_values(result["mask"], dtype))
            # OpenCV 4.x rounds source positions of warps to 1/32 px, for some dtypes and not for others.
            assert np.mean(same_bits(out, wanted)) >= (1 if exact else 0.98)
    for mask, before in zip(masks, given, strict=True):
        np.testing.assert_array_equal(mask, before)


@pytest.mark.parametrize("dtype", EVERY_DTYPE)
def test_masks_with_channels_and_of_volumes_are_moved_alike(dtype: Any) -> None:
    mask = as_values(labels((37, 53)), dtype)
    many = np.stack([mask, mask[::-1], mask, mask[:, ::-1], mask], -1).astype(dtype)
    volume = np.stack([mask] * 2).astype(dtype)
    steps = [augcore.Rotate((30, 30), p=1), augcore.Resize(50, 41, p=1), augcore.Pad(3, p=1), augcore.Transpose(p=1)]
    out = Compose(steps)(mask=mask, masks=volume, mask3d=volume, masks3d=volume[None])
    alone = out["mask"]
    assert alone.dtype == mask.dtype
    for other in (*out["masks"], *out["mask3d"], *out["masks3d"][0]):
        assert other.dtype == mask.dtype
        np.testing.assert_array_equal(other, alone)
    out = Compose(steps)(mask=many)["mask"]
    assert out.dtype == mask.dtype
    for channel in (0, 2, 4):
        assert np.mean(same_bits(out[..., channel], alone)) > 0.98


@pytest.mark.parametrize(
    ("dtype", "fill", "stored"),
    [
        ("int64", 2**53 + 1, 2**53 + 1),
        ("int64", -(2**40), -(2**40)),
        ("int64", 2**63 - 1, 2**63 - 1),
        ("uint64", 2**63 + 1, 2**63 + 1),
        ("uint32", 2**32 - 1, 2**32 - 1),
        ("int32", -(2**31), -(2**31)),
        ("int8", -128, -128),
        ("uint8", 255, 255),
        ("bool", 1, True),
        ("float16", 0.5, 0.5),
        ("float64", 1e300, 1e300),
        (SWAPPED[2], 2**53 + 1, 2**53 + 1),
        (SWAPPED[3], -1.5, -1.5),
    ],
)
def test_a_fill_of_masks_is_stored_exactly(dtype: Any, fill: Any, stored: Any) -> None:
    mask = np.ones((40, 50), dtype)
    steps = (
        augcore.Pad(20, fill_mask=fill, p=1),
        augcore.Rotate((45, 45), fill_mask=fill, p=1),
        augcore.Affine(translate_px=(100, 100), fill_mask=fill, p=1),
        augcore.Perspective((0.2, 0.2), fill_mask=fill, p=1),
        augcore.CoarseDropout((5, 5), fill_mask=fill, p=1),
    )
    for step in steps:
        for shape in ((40, 50), (40, 50, 3), (40, 50, 6)):
            out = Compose([step], seed=0)(image=np.zeros((40, 50), np.uint8), mask=np.ones(shape, dtype))["mask"]
            assert out.dtype == mask.dtype
            found = set(out.ravel().tolist())
            assert stored in found or (isinstance(step, augcore.Perspective) and found == {1})
            assert found <= {stored, mask[0, 0].item()}


def test_fills_of_masks_fit_or_are_refused_and_no_warning_is_given() -> None:
    refused = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for dtype in EVERY_DTYPE:
            for fill in (-7, 1e20, 10**25):
                try:
                    Compose([augcore.Pad(3, fill_mask=fill, p=1)])(mask=np.zeros((5, 6), np.dtype(dtype)))
                except InvalidParameter:
                    refused.add((dtype, fill))
    whole = {dtype for dtype in EVERY_DTYPE if np.dtype(dtype).kind in "bui"}
    assert refused >= {(dtype, fill) for dtype in whole for fill in (1e20, 10**25)}
    assert {dtype for dtype, fill in refused if fill == -7} == {
        dtype for dtype in whole if np.dtype(dtype).kind in "bu"
    }
    assert {dtype for dtype, fill in refused if fill == 1e20} == {*whole, "float16"}


@pytest.mark.parametrize("dtype", [*LABELS_ALONE, "float16", "longdouble", *SWAPPED])
def test_interpolating_labels_that_cannot_be_is_refused_in_words_and_names_the_dtype(dtype: Any, refused: Any) -> None:
    mask = np.ones((37, 53), dtype)
    for step in (augcore.Rotate((30, 30), p=1), augcore.Resize(50, 41, p=1), augcore.ElasticTransform(50, 5, p=1)):
        pipeline = Compose([step], mask_interpolation="linear")
        refused(lambda pipeline=pipeline: pipeline(mask=mask), Unsupported, str(mask.dtype), "linear", "nearest")
    for step in (augcore.HorizontalFlip(p=1), augcore.RandomRotate90(p=1), augcore.Pad(3, p=1)):
        out = Compose([step], mask_interpolation="linear")(mask=mask)["mask"]
        assert out.dtype == mask.dtype


@pytest.mark.parametrize("dtype", COMPUTED)
def test_masks_of_dtypes_that_can_be_interpolated_are_on_request(dtype: Any) -> None:
    mask = (np.indices((37, 53)).sum(0) % 2 * 200).astype(dtype)
    out = Compose([augcore.Rotate((30, 30), p=1)], mask_interpolation="linear")(mask=mask)["mask"]
    assert out.dtype == mask.dtype
    assert len(np.unique(out)) > 20


# Pictures


@pytest.mark.parametrize(
    ("dtype", "words"),
    [
        ("float64", r"values from 0 to 1 with image\.astype\(np\.float32\)"),
        ("float16", r"values from 0 to 1 with image\.astype\(np\.float32\)"),
        ("longdouble", r"values from 0 to 1 with image\.astype\(np\.float32\)"),
        ("bool", r"image\.astype\(np\.uint8\) \* 255"),
        ("int16", r"to 65535 with np\.uint16; others, such as .* np\.float32 and Compose\(value_range="),
        ("uint32", r"values from 0 to 255 with image\.astype\(np\.uint8\), to 65535 with np\.uint16"),
        ("int64", r"values from 0 to 255 with image\.astype\(np\.uint8\), to 65535 with np\.uint16"),
        ("complex64", "give numbers"),
        ("object", "give numbers"),
        ("<U3", "give numbers"),
        (SWAPPED[0], r"bytes are not in this machine's order; convert it with image\.astype\(np\.uint16\)"),
        (SWAPPED[3], r"bytes are not in this machine's order; convert it with image\.astype\(np\.float32\)"),
        (SWAPPED[4], r"values from 0 to 1 with image\.astype\(np\.float32\)"),
    ],
)
def test_pictures_of_other_dtypes_are_refused_with_a_mend(dtype: Any, words: str, refused: Any) -> None:
    image = np.zeros((4, 5, 3), dtype)
    for data in ({"image": image}, {"images": [image]}, {"volume": image[None]}, {"volumes": [image[None]]}):
        refused(
            lambda data=data: Compose([])(**data), WrongType, str(image.dtype), "is not uint8, uint16 or float32", words
        )


def test_the_mend_for_bytes_in_another_order_works() -> None:
    for dtype in (SWAPPED[0], SWAPPED[3]):
        image = samples.picture((8, 9), 3, np.dtype(dtype).newbyteorder("=")).astype(dtype)
        mended = image.astype(image.dtype.name)
        out = Compose([augcore.HorizontalFlip(p=1)])(image=mended)["image"]
        np.testing.assert_array_equal(out, image[:, ::-1])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_geometry_gives_no_values_beyond_those_it_was_given(geometric: Case, dtype: str) -> None:
    """Such as the noise of a sensor about 0, the brightest of a scene, or 65535."""
    image = samples.picture(SIZE, 3, dtype)
    image = image * 60 - 7 if dtype == "float32" else image
    image[::9, ::7] = {"uint8": 255, "uint16": 65535, "float32": -30}[dtype]
    image = image.astype(dtype)
    for key in range(2):
        result, trace = Compose([geometric.transform], seed=1).keyed(key).traced(image=image)
        out = result["image"]
        assert out.dtype == image.dtype
        slack = 1e-5 * np.abs(image).max() if dtype == "float32" else 0
        assert min(image.min(), 0) - slack <= out.min()
        assert out.max() <= max(image.max(), 0) + slack
        assert out.max() > np.median(image)
        np.testing.assert_array_equal(Trace.from_json(trace.to_json()).apply(image=image)["image"], out)


def test_a_mirror_there_and_back_is_the_picture_for_every_bit_pattern() -> None:
    """NaN, infinities and negative zeros among them."""
    bits = np.random.default_rng(0).integers(0, 2**32, (37, 53, 3), np.uint32, endpoint=False)
    image = bits.view(np.float32)
    flips = [Lattice.hflip((37, 53)), Lattice.rot90((37, 53), 1), Lattice.rot90((53, 37), 3), Lattice.hflip((37, 53))]
    for map in flips:
        image = Image().geometry(image, Geometry(map), Frame(map.size))
    np.testing.assert_array_equal(np.ascontiguousarray(image).view(np.uint32), bits)
