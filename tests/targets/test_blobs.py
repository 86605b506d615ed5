"""A blob drawn at a point, and the same point in every kind of annotation: after every geometric transform all are
found in one place, to 0.02 px, or to 0.1 px where lines bend.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

from augcore import BboxParams, Compose, Interpolation, KeypointParams
from augcore.targets import Depth
from augcore.testing import Case, geometry, samples
from augcore.testing.cases import settled

SIZE = (130, 160)
VECTOR = np.array([6.0, -4.5])  # of the optical flow, everywhere
CAMERA = np.array([[200.0, 0, 79.5], [0, 210.0, 64.5], [0, 0, 1]])

OPTIONS = {
    "bbox_params": BboxParams("pascal_voc"),
    "keypoint_params": KeypointParams("xy", remove_invisible=False),
    "mask_interpolation": Interpolation.LINEAR,  # a blob in a mask has a centroid only where it is interpolated
    "additional_targets": {
        "oriented": BboxParams("cxcywh", bbox_type="obb"),
        "depth": Depth(interpolation="linear"),
        "voxels": KeypointParams("xyz", remove_invisible=False),
    },
}


def annotated(centre: np.ndarray) -> dict[str, Any]:
    """A picture with a blob at a point of the continuous frame, and everything that can say where it is."""
    blob = samples.blob(SIZE, centre)
    x, y = centre.tolist()
    return {
        "image": blob,
        "images": np.stack([blob, blob]),
        "volume": np.stack([blob] * 3),
        "volumes": [np.stack([blob] * 3)],
        "mask": blob,
        "masks": [blob],
        "mask3d": np.stack([blob] * 3),
        "masks3d": [np.stack([blob] * 3)],
        "heatmap": blob,
        "depth": 1 + blob,
        "flow": np.tile(VECTOR.astype(np.float32), (*SIZE, 1)),
        "bboxes": [(x - 1, y - 1, x + 1, y + 1)],
        "oriented": [(x, y, 2.0, 1.0, 25.0)],
        "keypoints": [(x - 0.5, y - 0.5)],
        "voxels": [(x - 0.5, y - 0.5, 1.0)],
        "polygons": [[(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)]],
        "camera_matrix": CAMERA,
    }


RASTERS = {
    "image": lambda out: out,
    "images": lambda out: out[1],
    "volume": lambda out: out[2],
    "volumes": lambda out: out[0][1],
    "mask": lambda out: out,
    "masks": lambda out: out[0],
    "mask3d": lambda out: out[1],
    "masks3d": lambda out: out[0][2],
    "heatmap": lambda out: out,
    "depth": lambda out: np.maximum(out - 1, 0),
}
POINTS = {
    "bboxes": lambda out: np.array(out[0]).reshape(2, 2).mean(0),
    "oriented": lambda out: np.array(out[0][:2]),
    "keypoints": lambda out: np.array(out[0]) + 0.5,
    "voxels": lambda out: np.array(out[0][:2]) + 0.5,
    "polygons": lambda out: np.mean(out[0], 0),
}


def case_of(geometric: Case) -> Case:
    return settled(attrs.evolve(geometric, size=SIZE, channels=(1,), dtypes=("float32",), targets=(), options=OPTIONS))


def followed(geometric: Case, keys: int = 6) -> Any:
    """(trace, its motion, a point whose blob stays whole, how exact it must be): of several draws."""
    case = case_of(geometric)
    for key in range(keys):
        pipeline = Compose([case.transform], seed=0, **OPTIONS)
        trace = pipeline.keyed(key).traced(image=np.zeros(SIZE, np.float32))[1]
        motion = geometry.motion_of(case, trace)
        assert motion is not None
        for centre in geometry._centres(SIZE, motion):
            disc = centre + geometry._REACH * np.stack([f(np.linspace(0, 2 * np.pi, 24)) for f in (np.cos, np.sin)], 1)
            if geometry._frame_holds(SIZE, disc) and geometry._can_follow(motion, centre, disc):
                exact = motion.is_linear and not geometry._is_rough(trace, case)
                yield trace, motion, centre, 0.02 if exact else 0.1


def test_a_blob_is_found_where_every_target_says(geometric: Case) -> None:
    seen = 0
    for trace, motion, centre, tolerance in followed(geometric):
        seen += 1
        given = annotated(centre)
        flat = motion.is_linear or all(hasattr(map, "matrix") for map in motion.maps)
        if not flat:
            del given["camera_matrix"]
        out = trace.apply(**given)
        landed = motion.forward(centre[None])[0]
        disc = centre + geometry._REACH * np.stack([f(np.linspace(0, 2 * np.pi, 24)) for f in (np.cos, np.sin)], 1)
        mass = landed if motion.is_linear else geometry._expected(motion, given["image"])
        for name, shown in RASTERS.items():
            window = geometry._window(np.asarray(shown(out[name]), float), motion.forward(disc))
            assert np.hypot(*(samples.centroid(window) - mass)) <= tolerance, name
        along = np.linspace(-1, 1, 21)
        sides = [np.stack([along, np.full(21, side)], 1) for side in (-1, 1)]
        outline = motion.forward(centre + np.concatenate([*sides, *(side[:, ::-1] for side in sides)]))
        for name, point in POINTS.items():
            # Under a map that bends, the middle of an upright box is not where its middle went.
            middle = (outline.min(0) + outline.max(0)) / 2 if name == "bboxes" else landed
            assert np.hypot(*(point(out[name]) - middle)) <= tolerance, name
        assert out["voxels"][0][2] == 1.0
        if flat:
            assert_projected(out["camera_matrix"], centre, landed)
    assert seen > 0


def assert_projected(camera: np.ndarray, centre: np.ndarray, landed: np.ndarray) -> None:
    """A point of space that was seen at `centre` is projected to where it landed."""
    ray = np.linalg.inv(CAMERA) @ [*(centre - 0.5), 1]
    x, y, w = camera @ (ray * 7.5)
    np.testing.assert_allclose((x / w + 0.5, y / w + 0.5), landed, atol=1e-9)


def test_a_vector_of_optical_flow_ends_where_the_point_it_showed_has_gone(geometric: Case) -> None:
    seen = 0
    for trace, motion, centre, tolerance in followed(geometric):
        end = centre + VECTOR
        if not geometry._frame_holds(SIZE, end[None]) or not motion.is_smooth_on(np.stack([centre, end])):
            continue
        out = trace.apply(image=np.zeros(SIZE, np.float32), flow=annotated(centre)["flow"])["flow"]
        column, row = motion.forward(centre[None])[0].astype(int)
        start = motion.backward(np.array([[column + 0.5, row + 0.5]]))
        wanted = motion.forward(start + VECTOR)[0] - (column + 0.5, row + 0.5)
        assert np.hypot(*(out[row, column] - wanted)) <= tolerance
        seen += 1
    assert seen > 0


@pytest.mark.parametrize("origin", ["centre", "corner"])
def test_camera_matrices_of_both_conventions_project_alike(geometric: Case, origin: str) -> None:
    from augcore.targets import CameraMatrix

    for trace, motion, _, _ in followed(geometric, 2):
        if not all(hasattr(map, "matrix") for map in motion.maps):
            continue
        half = 0.5 if origin == "centre" else 0.0
        setup = attrs.evolve(trace.setup, additional_targets={"camera_matrix": CameraMatrix(origin=origin)})
        given = CAMERA.copy()
        given[:2, 2] += 0.5 - half
        out = attrs.evolve(trace, setup=setup).apply(image=np.zeros(SIZE, np.float32), camera_matrix=given)
        point = out["camera_matrix"] @ (0.1, -0.05, 1.0)
        seen = given @ (0.1, -0.05, 1.0)
        wanted = motion.forward(seen[None, :2] + half)[0] - half
        np.testing.assert_allclose(point[:2] / point[2], wanted, atol=1e-9)
