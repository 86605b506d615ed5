"""Fills that labels cannot hold, dtypes that cannot be moved, and pictures that are too small to be inpainted."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import augcore
from augcore import Compose, Erase, Geometry, InvalidParameter, Rectangles, Transform, WrongType, transform
from augcore.maps import Lattice
from augcore.maps3d import Affine3, Lattice3, Resize3
from augcore.params import Border
from augcore.targets import Depth, Flow, Heatmap

SIZE = (20, 30)
IMAGE = np.zeros(SIZE, np.uint8)

# Fills


@transform
class Done(Transform):
    """Whatever effect it is given."""

    effect: Any = augcore.params.parameter(augcore.params.Parameter(lambda value: value, "an effect", {}))

    def sample(self, rng: Any, view: Any) -> Any:
        return self.effect


def showing(fill: Any) -> list[Any]:
    """Transforms that show the fill of masks."""
    return [
        augcore.Pad(1, fill_mask=fill, p=1),
        augcore.Rotate((45, 45), fill_mask=fill, p=1),
        augcore.Affine(translate_px=(5, 5), fill_mask=fill, p=1),
        augcore.CoarseDropout((5, 5), fill_mask=fill, p=1),
        augcore.ElasticTransform(alpha=300, sigma=4, fill_mask=fill, p=1),
    ]


@pytest.mark.parametrize(
    ("dtype", "fill", "mend"),
    [
        ("uint8", -1, "give one that it holds, up to 255, or data as int16"),
        ("uint8", 300, "up to 255, or data as uint16"),
        ("uint8", 1.5, "up to 255, or data as float16"),
        ("int8", 128, "up to 127, or data as int16"),
        ("bool", 255, "up to 1, or data as uint8"),
        ("uint64", -1, "up to 18446744073709551615"),
        ("int64", 10**30, "up to 9223372036854775807$"),
        ("float16", 1e6, "up to 65504.0, or data as float32"),
        ("float32", 2**24 + 1, "or data as float64"),
    ],
)
def test_fills_that_masks_cannot_hold_are_refused_when_they_are_shown(dtype, fill, mend, refused):
    for step in showing(fill):
        for kind, value in (("mask", IMAGE), ("mask", IMAGE[..., None].repeat(3, 2)), ("masks", [IMAGE, IMAGE])):
            masks = np.asarray(value).astype(dtype)
            words = rf"{kind[:4]}s?: {dtype} does not hold the fill {fill}; .*{mend}"
            refused(
                lambda step=step, kind=kind, masks=masks: Compose([step], seed=0)(**{kind: masks}),
                InvalidParameter,
                words,
            )


def test_one_fill_of_several_is_enough_to_be_refused(refused):
    mask = np.zeros((*SIZE, 3), np.uint8)
    words = "mask: uint8 does not hold the fill -1"
    refused(lambda: Compose([augcore.Pad(1, fill_mask=(0, 255, -1), p=1)])(mask=mask), InvalidParameter, words)


@pytest.mark.parametrize(
    "step",
    [
        augcore.HorizontalFlip(p=1),
        augcore.Resize(40, 50, p=1),
        augcore.Crop(1, 1, 9, 9, p=1),
        augcore.Pad(1, fill_mask=-1, border_mode="reflect", p=1),
        augcore.Affine(scale=(1.5, 1.5), fill_mask=-1, p=1),
        augcore.Affine(translate_px=(0, 0), fill_mask=-1, p=1),
        augcore.Pad(0, fill_mask=-1, p=1),
    ],
    ids=lambda step: type(step).__name__,
)
def test_fills_that_are_not_shown_matter_to_nobody(step):
    out = Compose([step])(image=IMAGE, mask=IMAGE + 7, masks=[IMAGE + 7])
    assert (out["mask"] == 7).all()
    assert (out["masks"][0] == 7).all()


def test_one_pipeline_serves_masks_that_hold_its_fill_and_colours_saturate():
    step = augcore.Pad(1, fill=300, fill_mask=-1, p=1)
    out = Compose([step])(image=IMAGE, mask=IMAGE.astype(np.int16), masks=[IMAGE.astype(np.float32)])
    assert out["image"][0, 0] == 255
    assert out["mask"][0, 0] == out["masks"][0][0, 0] == -1


SLICES = (3, *SIZE)
SHIFTED = np.eye(4) + np.eye(4, k=3) * 2


@pytest.mark.parametrize(
    ("map", "shown"),
    [
        (Lattice3.window(SLICES, (-1, 0, 0), SLICES), True),
        (Lattice3.flip(SLICES, (0,)), False),
        (Resize3(SLICES, (4, 9, 9)), False),
        (Affine3.of(SHIFTED, SLICES), True),
    ],
    ids=["pad", "flip", "resize", "affine"],
)
@pytest.mark.parametrize("kind", ["mask3d", "masks3d"])
def test_fills_of_volumes_are_looked_at_too(map, shown, kind, refused):
    mask = np.full(SLICES, 7, np.uint8)
    pipeline = Compose([Done(Geometry(map, fill_mask=-1), p=1)])

    def call() -> Any:
        return pipeline(**{kind: mask if kind == "mask3d" else mask[None]})[kind]

    if shown:
        refused(call, InvalidParameter, "mask3d: uint8 does not hold the fill -1")
    else:
        assert (call() == 7).all()


@pytest.mark.parametrize("effect", [Geometry(Lattice.pad(SIZE, 1)), Erase(Rectangles(((1, 1, 5, 5),)), fill_mask=1)])
@pytest.mark.parametrize(
    ("target", "channels", "dtype", "fill"),
    [
        (Depth(fill=-5), 1, "uint16", -5),
        (Depth(fill=0.5, interpolation="linear"), 1, "uint16", 0.5),
        (Heatmap(fill=1e6), 2, "float16", 1e6),
        (Flow(fill=-1e6), 2, "float16", -1e6),
    ],
    ids=["below", "between", "peak", "vector"],
)
def test_fills_that_fields_cannot_hold_are_refused(target, channels, dtype, fill, effect, refused):
    field = np.ones((*SIZE, channels), dtype)
    pipeline = Compose([Done(effect, p=1)], additional_targets={"field": target})
    words = f"{target.kind}: {dtype} does not hold the fill {fill}"
    refused(lambda: pipeline(image=IMAGE, field=field), InvalidParameter, words)
    out = pipeline(image=IMAGE, field=field.astype(np.float32))["field"]
    assert out[1 if isinstance(effect, Erase) else 0].ravel().tolist().count(np.float32(fill)) > 0


def test_a_border_that_repeats_depth_needs_no_fill():
    effect = Geometry(Lattice.pad(SIZE, 1), border=Border.REPLICATE)
    pipeline = Compose([Done(effect, p=1)], additional_targets={"field": Depth(fill=-5)})
    assert (pipeline(field=np.ones(SIZE, np.uint16))["field"] == 1).all()


# Dtypes


@pytest.mark.parametrize("kind", ["heatmap", "depth", "flow"])
@pytest.mark.parametrize(
    ("dtype", "mend"),
    [
        (">f4", r"astype\(np.float32\)"),
        (">f8", r"astype\(np.float32\)"),
        ("longdouble", r"astype\(np.float64\)"),
        ("uint32", r"astype\(np.float32\)"),
        ("uint64", r"astype\(np.float32\)"),
        ("int16", r"astype\(np.float32\)"),
        (">u2", r"astype\(np.float32\)"),
    ],
)
def test_fields_of_dtypes_that_cannot_be_moved_are_refused_when_they_are_read(kind, dtype, mend, refused):
    field = np.zeros((*SIZE, 2) if kind == "flow" else SIZE, dtype)
    words = rf"{kind}: dtype {np.dtype(dtype)} does not hold .*; convert it with {mend}, or to another of float16"
    refused(lambda: Compose([])(**{kind: field}), WrongType, words)


def test_an_array_of_no_axes_is_no_list_of_ids(refused):
    pipeline = Compose([], instance_binding=["masks", "ids"])
    words = r"ids: an array of no axes, array\(5\), is one value; give an array \(N,\), one an object"
    refused(lambda: pipeline(masks=[IMAGE], ids=np.array(5)), WrongType, words)


# Pictures


@pytest.mark.parametrize("fill", ["inpaint_telea", "inpaint_ns"])
@pytest.mark.parametrize("shape", [(1, 40, 1), (40, 1, 1), (1, 1, 3), (2, 3, 1), (3, 3, 3), (1, 40)])
def test_inpainting_the_smallest_pictures_gives_the_same_each_time(shape, fill):
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    pipeline = Compose([augcore.CoarseDropout(fill=fill, p=1)], seed=0)
    again = [pipeline.keyed(1)(image=image)["image"] for _ in range(100)]
    assert again[0].shape == shape
    assert len({out.tobytes() for out in again}) == 1


INPAINTED = """
import hashlib, numpy as np
from augcore import Erase, Rectangles
from augcore.frame import Frame
from augcore.targets import Image
rng, found = np.random.default_rng(0), hashlib.sha256()
for height, width in ((1, 1), (1, 3), (1, 12), (1, 40), (2, 4), (3, 3), (12, 1)):
    for region in ((width // 2, 0, width, height), (width // 3, 0, 2 * width // 3, height), (0, 0, width, height)):
        for fill in ("inpaint_telea", "inpaint_ns"):
            for channels in (1, 3):
                image = rng.integers(0, 256, (height, width, channels), np.uint8)
                found.update(Image().erase(image, Erase(Rectangles((region,)), fill=fill), Frame((height, width))))
print(found.hexdigest())
"""


def test_inpainting_reads_no_memory_that_nobody_wrote():
    """The C library of Linux fills memory as MALLOC_PERTURB_ says; elsewhere this tells nothing."""
    found = {
        subprocess.run(
            [sys.executable, "-c", INPAINTED],
            env={**os.environ, "MALLOC_PERTURB_": value},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for value in ("0", "90", "255")
    }
    assert len(found) == 1


@pytest.mark.parametrize("fill", ["inpaint_telea", "inpaint_ns"])
def test_inpainting_a_row_continues_it(fill):
    row = np.full((1, 40), 90, np.uint8)
    row[0, 10:14] = 255
    effect = Erase(Rectangles(((10, 0, 14, 1),)), fill=fill)
    np.testing.assert_allclose(Compose([Done(effect, p=1)])(image=row)["image"], 90, atol=3)
