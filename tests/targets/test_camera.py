"""The camera matrix follows the picture: points of space are projected to where they are shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import Compose, InvalidData, Unsupported, WrongType
from augcore.linear import Linear
from augcore.targets import CameraMatrix
from augcore.testing import Case, TargetConformance

K = np.array([[500.0, 0.0, 319.5], [0.0, 480.0, 239.5], [0.0, 0.0, 1.0]])
IMAGE = np.zeros((480, 640), np.uint8)


class TestIntrinsics(TargetConformance):
    target = CameraMatrix()
    indifferent = ("Erase",)

    def sample(self, size, rng):
        return {"camera_matrix": K * rng.uniform(0.9, 1.1, (3, 3))}


class TestProjections(TargetConformance):
    target = CameraMatrix(origin="corner")
    indifferent = ("Erase",)

    def sample(self, size, rng):
        return {"camera_matrix": [(K @ np.column_stack([np.eye(3), rng.normal(size=3)])).tolist() for _ in range(2)]}


@pytest.mark.parametrize(
    ("transform", "wanted"),
    [
        (A.CenterCrop(240, 320), [[500, 0, 159.5], [0, 480, 119.5], [0, 0, 1]]),
        (A.Resize(240, 320), [[250, 0, 159.5], [0, 240, 119.5], [0, 0, 1]]),
        (A.HorizontalFlip(p=1), [[-500, 0, 319.5], [0, 480, 239.5], [0, 0, 1]]),
        (A.Pad((10, 20, 0, 0)), [[500, 0, 329.5], [0, 480, 259.5], [0, 0, 1]]),
        (A.Transpose(p=1), [[0, 480, 239.5], [500, 0, 319.5], [0, 0, 1]]),
    ],
)
def test_known_cases_come_out_as_worked_out_by_hand(transform, wanted):
    np.testing.assert_allclose(Compose([transform])(image=IMAGE, camera_matrix=K)["camera_matrix"], wanted, atol=1e-9)


def test_points_of_space_land_where_keypoints_do(geometric: Case, motorcycle: Any) -> None:
    """Points on the surface of the scene, as a camera sees them, are keypoints; both must go one way."""
    camera = np.array([[994.98, 0.0, 311.19], [0.0, 994.98, 254.88], [0.0, 0.0, 1.0]])
    draws = np.random.default_rng(0)
    points = np.column_stack([draws.uniform(-0.6, 0.6, 30), draws.uniform(-0.4, 0.4, 30), draws.uniform(2, 5, 30)])
    seen = points @ camera.T
    keypoints = seen[:, :2] / seen[:, 2:]
    pipeline = Compose([geometric.transform], keypoint_params=A.KeypointParams("xy", remove_invisible=False), seed=4)
    for key in range(3):
        steps = pipeline.keyed(key).traced(image=motorcycle.image)[1].steps
        if not all(isinstance(step.effect.map, Linear) for step in steps):
            with pytest.raises(Unsupported, match="no matrix projects points so"):
                pipeline.keyed(key)(image=motorcycle.image, camera_matrix=camera)
            continue
        out = pipeline.keyed(key)(image=motorcycle.image, camera_matrix=camera, keypoints=keypoints)
        found = points @ out["camera_matrix"].T
        np.testing.assert_allclose(found[:, :2] / found[:, 2:], out["keypoints"], atol=1e-6)


def test_a_map_that_bends_lines_is_refused(refused):
    elastic = Compose([A.ElasticTransform(p=1)])
    said = "camera_matrix: a Dense map bends lines, and no matrix projects points so; leave"
    refused(lambda: elastic(image=IMAGE, camera_matrix=K), Unsupported, said)


@pytest.mark.parametrize(
    "given", [K, K.astype(np.float32), K.tolist(), tuple(map(tuple, K.tolist())), np.stack([K, K])]
)
def test_matrices_come_out_in_the_container_they_came_in(given):
    out = Compose([A.CenterCrop(240, 320)])(image=IMAGE, camera_matrix=given)["camera_matrix"]
    assert type(out) is type(given)
    if isinstance(given, np.ndarray):
        assert (out.dtype, out.shape) == (given.dtype, given.shape)
    else:
        assert type(out[0]) is type(given[0])
    np.testing.assert_allclose(np.reshape(out, (-1, 3, 3))[0, :2, 2], (159.5, 119.5))


def test_the_camera_is_brought_back():
    trace = Compose([A.Rotate((31, 31), p=1), A.Resize(100, 90)]).traced(image=IMAGE, camera_matrix=K)
    back = trace[1].undo(camera_matrix=trace[0]["camera_matrix"])["camera_matrix"]
    np.testing.assert_allclose(back / back[2, 2], K, atol=1e-8)


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (np.eye(4), InvalidData, r"camera_matrix: shape \(4, 4\) is not \(3, 3\) or \(3, 4\)"),
        ("K", WrongType, "camera_matrix: str is not a matrix; give 3 × 3 numbers"),
        (np.full((3, 3), np.nan), InvalidData, r"camera_matrix\[0, 0\]: nan is not finite"),
        (np.zeros((3, 3)), InvalidData, "camera_matrix: the last row is zero.*give"),
    ],
)
def test_what_is_no_camera_is_said(value, error, said, refused):
    refused(lambda: Compose([])(image=IMAGE, camera_matrix=value), error, said)


def test_two_pictures_mixed_have_no_common_camera(refused):
    @A.transform
    class Half(A.Transform):
        def sample(self, rng, view):
            return A.Mix(0, 0.5)

    pipeline = Compose([Half(p=1)], source=[{"image": IMAGE, "camera_matrix": K}])
    refused(lambda: pipeline(image=IMAGE, camera_matrix=K), Unsupported, "camera_matrix: two pictures mixed have no")
