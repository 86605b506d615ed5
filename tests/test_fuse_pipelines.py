"""Fusion over thousands of seeded pipelines of all geometric steps, with every kind of annotation."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import Border, Compose, Geometry, Lattice, Projective, ResizeMap
from augcore.testing.pipelines import Fixed

SIZE = (48, 60)
FULL = os.environ.get("AUGCORE_TEST_BUDGET") == "full"
BATCHES, PIPELINES = 20, 500 if FULL else 12

Draw = np.random.Generator
Effect = Callable[[Any], Geometry]


# Steps: a function of the view, drawn anew for each pipeline


def lattice(draw: Draw, options: dict[str, Any]) -> Effect:
    number = draw.integers(0, 7)
    turns = (Lattice.hflip, Lattice.vflip, Lattice.transpose, *(lambda s, n=n: Lattice.rot90(s, n) for n in range(4)))
    return lambda view: Geometry(turns[number](view.size))


def crop(draw: Draw, options: dict[str, Any]) -> Effect:
    low, high = draw.uniform(0, 0.3, 2), draw.uniform(0.7, 1, 2)

    def window(view: Any) -> Geometry:
        (y0, y1), (x0, x1) = ((int(a * n), int(b * n) + 1) for a, b, n in zip(low, high, view.size, strict=True))
        return Geometry(Lattice.window(view.size, x0, y0, min(x1, view.width), min(y1, view.height)))

    return window


def pad(draw: Draw, options: dict[str, Any]) -> Effect:
    sides = draw.integers(0, 7, 4).tolist()
    return lambda view: Geometry(Lattice.pad(view.size, *sides), **options)


def resize(draw: Draw, options: dict[str, Any]) -> Effect:
    output = tuple(draw.integers(30, 72, 2).tolist())
    return lambda view: Geometry(ResizeMap(view.size, output))


def affine(draw: Draw, options: dict[str, Any]) -> Effect:
    angle, scale, shift = draw.uniform(-1, 1), draw.uniform(0.8, 1.25), draw.uniform(-5, 5, 2)
    mirror = draw.choice((-1.0, 1.0))
    linear = scale * np.array([[mirror * np.cos(angle), np.sin(angle)], [-mirror * np.sin(angle), np.cos(angle)]])

    def turned(view: Any) -> Geometry:
        centre = np.array(view.size[::-1]) / 2
        return Geometry(
            A.AffineMap.of(np.column_stack([linear, centre - linear @ centre + shift]), view.size), **options
        )

    return turned


def projective(draw: Draw, options: dict[str, Any]) -> Effect:
    matrix = np.eye(3) + draw.uniform(-1, 1, (3, 3)) * [[0.1, 0.1, 4], [0.1, 0.1, 4], [2e-3, 2e-3, 0]]
    return lambda view: Geometry(Projective.of(matrix, view.size), **options)


def dense(draw: Draw, options: dict[str, Any]) -> Effect:
    amplitude, period, phase = draw.uniform(0.5, 4), draw.uniform(5, 15), draw.uniform(0, 6)
    back = bool(draw.random() < 0.15)

    def bent(view: Any) -> Geometry:
        field = A.Dense.of(pipeline_waves, view.size, amplitude=amplitude / (1 + back), period=period, phase=phase)
        return Geometry(field.inverse() if back else field, **options)

    return bent


@A.displacement_field
def pipeline_waves(size, *, amplitude, period, phase):
    rows, columns = np.mgrid[: size[0], : size[1]]
    return amplitude * np.stack([np.sin(rows / period + phase), np.cos(columns / period - phase)], -1)


KINDS = (lattice, lattice, crop, pad, resize, affine, affine, projective, dense, dense)


def steps_of(draw: Draw) -> list[Fixed]:
    """One to six steps, mostly of one border and one interpolation, as people have them."""
    common = options_of(draw)
    kinds = draw.integers(0, len(KINDS), draw.integers(1, 7))
    return [Fixed(KINDS[kind](draw, common if draw.random() < 0.8 else options_of(draw))) for kind in kinds]


def options_of(draw: Draw) -> dict[str, Any]:
    border = Border.CONSTANT if draw.random() < 0.7 else list(Border)[draw.integers(0, len(Border))]
    fill = int(draw.choice((0, 7)))
    method = "ellipse" if draw.random() < 0.2 else "largest_box"
    return {"border": border, "fill": fill, "fill_mask": fill, "box_method": method}


# What undergoes them

_ROWS, _COLUMNS = np.mgrid[: SIZE[0], : SIZE[1]]
SMOOTH = np.rint(
    127
    + 60 * np.stack([np.sin(_COLUMNS / 7 + k) for k in range(3)], -1)
    + 60 * np.cos(_ROWS / 9 - _COLUMNS / 15)[..., None]
).astype(np.uint8)


def sample_of(draw: Draw) -> dict[str, Any]:
    corner = draw.uniform(0, (SIZE[1] - 16, SIZE[0] - 16), (6, 2))
    centre = draw.uniform(14, 34, (4, 1, 2))
    angles = np.sort(draw.uniform(0, 2 * np.pi, (4, 7)))
    ring = centre + 10 * np.stack([np.cos(angles), np.sin(angles)], -1)
    return {
        "image": SMOOTH,
        "mask": draw.integers(1, 4, SIZE) * 2**40,
        "bboxes": np.hstack([corner, corner + draw.uniform(3, 16, (6, 2))]),
        "ids": list(range(6)),
        "keypoints": np.column_stack(
            [draw.uniform(0, (SIZE[1] - 1, SIZE[0] - 1), (8, 2)), draw.uniform(0, 360, 8), np.full(8, 4.0)]
        ),
        "polygons": list(ring),
    }


def outcome(steps: list[Fixed], fuse: str, data: dict[str, Any]) -> dict[str, Any]:
    pipeline = Compose(
        steps,
        bbox_params=A.BboxParams("pascal_voc", label_fields=["ids"], min_visibility=0.05),
        keypoint_params=A.KeypointParams("xyas", remove_invisible=False),
        fuse=fuse,
    )
    return pipeline(**data)


def assert_same_annotations(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one["ids"] == other["ids"]
    for name in ("bboxes", "keypoints"):
        np.testing.assert_allclose(one[name], other[name], rtol=0, atol=1e-6, err_msg=name)
    for mine, others in zip(one["polygons"], other["polygons"], strict=True):
        np.testing.assert_allclose(mine, others, rtol=0, atol=1e-6, err_msg="polygons")


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_pipelines_of_all_geometric_steps_come_out_alike_however_they_are_fused(batch: int) -> None:
    merged = 0
    for number in range(batch * PIPELINES, (batch + 1) * PIPELINES):
        steps, data = steps_of(np.random.default_rng(number)), sample_of(np.random.default_rng(number))
        off, exact, resampled = (outcome(steps, fuse, data) for fuse in ("off", "exact", "resample"))
        try:
            for name in ("image", "mask"):
                np.testing.assert_array_equal(exact[name], off[name])
            assert_same_annotations(exact, off)
            assert_same_annotations(resampled, off)
            assert resampled["image"].shape == off["image"].shape
            assert set(np.unique(resampled["mask"])) <= {0, 7, *(label * 2**40 for label in (1, 2, 3))}
            # Content may end a pixel further in or out along its edges, and be sharper elsewhere.
            apart = np.abs(resampled["image"].astype(int) - off["image"]).max(-1) > 40
            assert apart.mean() < 0.15
        except AssertionError as fault:
            fault.add_note(f"pipeline {number}")
            raise
        merged += not np.array_equal(resampled["image"], off["image"])
    assert merged > 0
