"""Pictures and annotations beside a volume: they follow what happens to its slices, or say that they cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augcore import (
    BboxParams,
    Compose,
    Geometry,
    KeypointParams,
    Unsupported,
    displacement_field,
)
from augcore.frame import Frame
from augcore.maps3d import Affine3, Dense3, Lattice3, Resize3
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (34, 44, 52)


@displacement_field
def beside_waves3(size: Any, *, amplitude: float, period: float = 60.0) -> Array:
    z, y, x = 2 * np.pi / period * (np.mgrid[: size[0], : size[1], : size[2]] + 0.5)
    return amplitude * np.stack([np.sin(y + z), np.cos(x), np.sin(x - y)], -1)


def tilted(size: Any, angle: float = 0.3, scale: float = 0.9) -> Affine3:
    """Turned about z, then about y, and scaled, all about the centre."""
    c, s = np.cos(angle), np.sin(angle)
    about_z, about_y = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]), np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    linear, centre = scale * about_y @ about_z, np.array(size[::-1]) / 2
    return Affine3.of(np.column_stack([linear, centre - linear @ centre]), size)


FLAT: dict[str, Any] = {
    "flip z": Lattice3.flip(SIZE, (0,)),
    "flip": Lattice3.flip(SIZE, (0, 2)),
    "turn": Lattice3.rot90(SIZE, 1, (1, 2)),
    "window": Lattice3.window(SIZE, (2, -3, 4), (40, 30, 60)),
    "resize": Resize3(SIZE, (20, 50, 60)),
    "affine": Affine3.of([[0.9, 0.2, 0, 3], [-0.1, 1.1, 0, -4], [0, 0, 0.8, 2]], SIZE),
}
IMAGE = np.random.default_rng(0).integers(0, 255, (*SIZE[1:], 3), np.uint8)
BESIDE: dict[str, Any] = {
    "image": IMAGE,
    "images": [IMAGE],
    "mask": IMAGE[..., 0] > 99,
    "masks": IMAGE[..., 0][None] > 99,
    "heatmap": (IMAGE[..., :1] / 255).astype(np.float32),
    "depth": (IMAGE[..., 0] / 10).astype(np.float32),
    "flow": np.ones((*SIZE[1:], 2), np.float32),
    "camera_matrix": np.array([[50.0, 0, 26], [0, 50, 22], [0, 0, 1]]),
    "polygons": [np.array([(5.0, 5.0), (20.0, 8.0), (12.0, 30.0)])],
    "bboxes": np.array([[5.0, 6.0, 25.0, 30.0]]),
    "keypoints": np.array([[20.0, 20.0]]),
}


def beside(map: Any, **data: Any) -> dict[str, Any]:
    options: Any = {"bbox_params": BboxParams("pascal_voc"), "keypoint_params": KeypointParams("xy")}
    return Compose([Fixed(lambda view: Geometry(map, fill=3, fill_mask=1))], **options)(**data)


@pytest.mark.parametrize("map", FLAT.values(), ids=FLAT)
@pytest.mark.parametrize("name", BESIDE)
def test_what_lies_beside_a_volume_follows_what_its_slices_undergo(name: str, map: Any) -> None:
    volume, label = np.zeros(SIZE, np.uint8), object()
    frame = {} if name in ("image", "mask", "masks", "images", "heatmap", "depth", "flow") else {"image": IMAGE}
    out = beside(map, volume=volume, label=label, **{name: BESIDE[name]}, **frame)
    alone = beside(map.plane, **{name: BESIDE[name]}, **frame)
    assert out["label"] is label
    assert out["volume"].shape == map.output
    np.testing.assert_array_equal(np.array(out[name]), np.array(alone[name]))


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize(
    "map", [Lattice3.rot90(SIZE, 1, (0, 2)), tilted(SIZE), Dense3.of(beside_waves3, SIZE, amplitude=1.2)], ids=str
)
def test_a_map_that_mixes_slices_names_what_cannot_follow(name: str, map: Any) -> None:
    with pytest.raises(Unsupported, match=f"^{name}: a {type(map).__name__} map that mixes slices cannot move"):
        beside(map, volume=np.zeros(SIZE, np.uint8), **{name: BESIDE[name]})


def test_labels_follow_a_map_that_mixes_slices() -> None:
    label, volume = object(), np.zeros(SIZE, np.uint8)
    turn = Fixed(lambda view: Geometry(Lattice3.rot90(SIZE, 1, (0, 2))))
    out = Compose([turn], additional_targets={"ids": "labels"})(volume=volume, label=label, ids=[1, "b"])
    assert out["label"] is label
    assert out["ids"] == [1, "b"]


def test_boxes_are_cut_by_what_the_slices_show() -> None:
    crop = Lattice3.window(SIZE, (3, 0, 0), (20, 44, 15))
    out = beside(crop, volume=np.zeros(SIZE, np.uint8), bboxes=np.array([[5.0, 6, 25, 30], [30, 6, 40, 30]]))
    np.testing.assert_allclose(out["bboxes"], [[5, 6, 15, 30]])


def test_what_is_shown_of_a_slice_is_told_where_slices_are_kept() -> None:
    frame = Frame.of(SIZE).after(FLAT["window"])
    assert frame.shape == (38, 33, 56)
    assert frame.rectangle == (0, 3, 48, 33)
    assert not frame.is_whole
    assert Frame.of(SIZE).after(FLAT["resize"]).is_whole
    assert not Frame.of(SIZE).after(tilted(SIZE)).is_whole
