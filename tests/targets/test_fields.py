"""Heat maps, depth and optical flow: what each value means stays true after a map."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

import augcore as A  # noqa: N812
from augcore import AffineMap, Compose, Erase, Geometry, InvalidData, Rectangles, Transform, WrongType, transform
from augcore.targets import Depth, Flow, Heatmap
from augcore.testing import Case, TargetConformance, samples

SIZE = (60, 80)


@transform
class Undergo(Transform):
    """Always the same effect, made for the frame that comes in."""

    make: Any = None
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


def through(make: Any, targets: Any = None, **data: Any) -> dict[str, Any]:
    first = next(iter(data.values()))
    return Compose([Undergo(make)], additional_targets=targets)(image=np.zeros(first.shape[:2], np.uint8), **data)


def affine(matrix: Any, **options: Any) -> Any:
    """About the centre of the frame."""

    def make(size):
        centre = np.array(size[::-1]) / 2
        linear = np.array(matrix, float)
        return Geometry(AffineMap.of(np.column_stack([linear, centre - linear @ centre]), size), **options)

    return make


def turned(degrees: float, scale: float = 1.0, **options: Any) -> Any:
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    return affine([[c, s], [-s, c]], **options)


class TestHeatmap(TargetConformance):
    target = Heatmap()
    tolerance = 1e-4

    def sample(self, size, rng):
        return {"heatmap": rng.random((*size, 3)).astype(np.float32)}


class TestDepth(TargetConformance):
    target = Depth(interpolation="linear")
    tolerance = 1e-3

    def sample(self, size, rng):
        return {"depth": rng.uniform(1, 60, size).astype(np.float32)}


class TestDepthOfWords(TargetConformance):
    target = Depth()

    def sample(self, size, rng):
        return {"depth": rng.integers(1, 60000, size).astype(np.uint16)}


class TestFlow(TargetConformance):
    target = Flow()
    tolerance = 1e-3

    def sample(self, size, rng):
        return {"flow": rng.normal(0, 3, (*size, 2)).astype(np.float32)}


# Heat maps


def test_the_peaks_of_the_astronauts_keypoints_stay_where_her_eyes_are(geometric: Case, astronaut: Any) -> None:
    """One channel a keypoint, drawn from the annotations; a mirror exchanges the channels of left and right."""
    person = next(one for one in astronaut.objects if one.get("keypoints"))
    rows = np.reshape(person["keypoints"], (-1, 3))[:, :2]
    names = astronaut.categories[person["category_id"]]["keypoints"]
    pairs = [(names.index(a), names.index(b)) for a, b in (("left_eye", "right_eye"), ("mouth_left", "mouth_right"))]
    heatmap = np.stack([samples.blob(astronaut.size, row + 0.5, 4.0) for row in rows], -1)
    pipeline = Compose(
        [geometric.transform],
        keypoint_params=A.KeypointParams("xy", remove_invisible=False, swap_pairs=pairs),
        additional_targets={"heatmap": Heatmap(swap_pairs=pairs)},
        seed=3,
    )
    for key in range(4):
        out = pipeline.keyed(key)(image=astronaut.image, heatmap=heatmap, keypoints=rows)
        for channel, (x, y) in enumerate(out["keypoints"]):
            peak = out["heatmap"][..., channel]
            if 8 < x < peak.shape[1] - 9 and 8 < y < peak.shape[0] - 9 and peak.max() > 0.8:
                row, column = np.unravel_index(peak.argmax(), peak.shape)
                assert abs(column - x) <= 1.5
                assert abs(row - y) <= 1.5


def test_a_peak_keeps_its_height_where_the_picture_is_enlarged_and_what_leaves_is_gone():
    heatmap = np.stack([samples.blob(SIZE, (40, 30), 4.0), samples.blob(SIZE, (5, 5), 2.0)], -1)
    out = through(turned(0, 2.0), heatmap=heatmap)["heatmap"]
    assert out[..., 0].max() == pytest.approx(heatmap[..., 0].max(), abs=0.02)
    assert out[..., 0].sum() == pytest.approx(4 * heatmap[..., 0].sum(), rel=0.02)
    assert out[..., 1].max() == 0


def test_a_border_that_repeats_the_picture_repeats_no_peaks():
    heatmap = samples.blob(SIZE, (8, 30), 2.0)
    padded = through(lambda size: Geometry(A.Lattice.pad(size, 0, 0, 20, 0), border=A.Border.REFLECT), heatmap=heatmap)
    assert padded["heatmap"][:, :20].max() == 0
    shifted = through(affine([[1, 0], [0, 1]], border=A.Border.WRAP), heatmap=heatmap)["heatmap"]
    np.testing.assert_allclose(shifted, heatmap, atol=1e-6)


def test_heat_maps_can_be_moved_by_nearest_pixels_and_be_of_any_float():
    heatmap = np.where(samples.blob(SIZE, (40, 30)) > 0.5, 0.75, 0.0)
    for dtype in (np.float16, np.float32, np.float64):
        out = through(turned(33), {"heatmap": Heatmap(interpolation="nearest")}, heatmap=heatmap.astype(dtype))
        assert out["heatmap"].dtype == dtype
        assert set(np.unique(out["heatmap"])) == {0, 0.75}


def test_erased_places_of_heat_maps_are_filled_where_masks_are():
    heatmap = np.ones(SIZE, np.float32)
    covered = (Rectangles(((10, 10, 20, 20),)),)
    assert through(lambda size: Erase(*covered), heatmap=heatmap)["heatmap"].min() == 1
    out = through(lambda size: Erase(*covered, fill_mask=255), heatmap=heatmap)["heatmap"]
    assert out[10:20, 10:20].max() == 0
    assert out.sum() == heatmap.size - 100


# Depth


def scene(disparity: np.ndarray) -> np.ndarray:
    """The motorcycle's distances in metres by its rig: f = 3997.684 px at full size, a baseline of 193.001 mm."""
    known = disparity > 0
    return np.where(known, 3997.684 / 4 * 0.193 / np.where(known, disparity, 1), 0).astype(np.float32)


@pytest.mark.parametrize("interpolation", ["nearest", "linear"])
def test_no_distance_is_invented_that_the_scene_does_not_have(geometric, motorcycle, disparity, interpolation):
    depth = scene(disparity)[:, : motorcycle.size[1]]
    known = depth[depth > 0]
    pipeline = Compose([geometric.transform], additional_targets={"depth": Depth(interpolation=interpolation)}, seed=1)
    for key in range(2):
        out, trace = pipeline.keyed(key).traced(image=motorcycle.image, depth=depth)
        assert out["depth"].shape == out["image"].shape[:2]
        found = out["depth"][out["depth"] > 0]
        assert known.min() * 0.9999 <= found.min()
        assert found.max() <= known.max() * 1.0001
        if interpolation == "nearest":
            assert np.isin(found, known).all()
        # What is not known stays so: a hole is no distance of zero that its rim is mixed with.
        mask = trace.apply(image=motorcycle.image, mask=(depth > 0).astype(np.uint8))["mask"]
        disagree = (out["depth"] > 0) != (mask > 0)
        assert disagree.mean() < 0.002


def test_a_slope_is_smooth_where_depth_is_interpolated():
    columns = np.arange(80) + 0.5
    depth = np.tile(10 + 0.5 * columns, (60, 1)).astype(np.float32)
    out = through(turned(0, 2.0), {"depth": Depth(interpolation="linear")}, depth=depth)["depth"]
    np.testing.assert_allclose(out[30, 1:-1], 10 + 0.5 * (20 + columns[1:-1] / 2), atol=2e-3)


def test_holes_do_not_bleed_into_distances():
    depth = np.full(SIZE, 20.0, np.float32)
    depth[20:30, 30:50] = 0
    depth[40:45, 10:20] = np.nan
    out = through(turned(17, 1.3), {"depth": Depth(interpolation="linear", fill=0)}, depth=depth)["depth"]
    left = out[np.isfinite(out)]
    assert set(np.unique(left[left > 0]).round(3)) == {20.0}
    assert np.isnan(out).any()
    assert (out == 0).any()


@pytest.mark.parametrize("factor", [0.5, 1.25, 2.0])
def test_depth_shrinks_by_the_zoom_where_asked(factor):
    depth = np.full(SIZE, 24.0, np.float32)
    make = turned(30, factor)
    plain = through(make, depth=depth)["depth"]
    scaled = through(make, {"depth": Depth(scale_with_zoom=True)}, depth=depth)["depth"]
    np.testing.assert_allclose(scaled, plain / factor, rtol=1e-5)
    resized = lambda size: Geometry(A.ResizeMap(size, (size[0] * 2, size[1] * 2)))  # noqa: E731
    out = through(resized, {"depth": Depth(scale_with_zoom=True)}, depth=depth)["depth"]
    np.testing.assert_allclose(out, 12.0)


def test_zoom_is_local_where_the_picture_is_tilted():
    """Near parts of a tilted plane are magnified more: depth over zoom follows the Jacobian at each place."""
    depth = np.full((120, 160), 10.0, np.float32)
    pipeline = Compose(
        [A.Perspective(scale=(0.1, 0.1), p=1)],
        additional_targets={"depth": Depth(scale_with_zoom=True, interpolation="linear")},
        seed=2,
    )
    out, trace = pipeline.traced(image=np.zeros((120, 160), np.uint8), depth=depth)
    map = trace.steps[0].effect.map
    for row, column in ((20, 30), (60, 80), (100, 140)):
        source = map.backward(np.array([[column + 0.5, row + 0.5]]))
        zoom = np.sqrt(abs(np.linalg.det(map.jacobian(source)[0])))
        if 1 < source[0, 0] < 159 and 1 < source[0, 1] < 119:
            assert out["depth"][row, column] == pytest.approx(10 / zoom, rel=1e-3)


def test_depth_in_words_is_rounded_and_stays_in_words():
    depth = np.full(SIZE, 1001, np.uint16)
    out = through(turned(0, 2.0), {"depth": Depth(scale_with_zoom=True)}, depth=depth)["depth"]
    assert out.dtype == np.uint16
    assert set(np.unique(out)) <= {500, 501}


# Flow


def moved_by(image: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Where each pixel of the first frame looks in the second one: the second, brought back along the flow."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    flow = flow.astype(np.float32)
    return cv2.remap(image, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def test_flow_still_leads_from_the_first_frame_to_the_second(geometric: Case, astronaut: Any) -> None:
    """Two views of the photograph, a known flow between them; after the transform the new flow joins the new views."""
    image = cv2.GaussianBlur(astronaut.image, (0, 0), 3)[60:360, 60:420].astype(np.float32) / 255
    shift = np.array([7.0, -5.0], np.float32)
    second = cv2.GaussianBlur(astronaut.image, (0, 0), 3)[65:365, 53:413].astype(np.float32) / 255
    flow = np.tile(shift, (*image.shape[:2], 1))
    assert np.abs(moved_by(second, flow) - image)[10:-10, 10:-10].max() < 1e-5
    pipeline = Compose(
        [geometric.transform],
        additional_targets={"image2": "image", "flow": Flow(fill=None)},
        mask_interpolation="nearest",
        seed=5,
    )
    for key in range(3):
        out, _ = pipeline.keyed(key).traced(
            image=image, image2=second, flow=flow, mask=np.pad(np.ones((276, 336), np.uint8), 12)
        )
        away = np.abs(moved_by(out["image2"], np.nan_to_num(out["flow"])) - out["image"]).max(2)
        # Vectors near the rim end outside the second view, where there is nothing to compare.
        content = cv2.erode(out["mask"], np.ones((5, 5))).astype(np.float32)
        ends = moved_by(np.pad(content[2:-2, 2:-2], 2), np.nan_to_num(out["flow"]))
        inside = (content > 0) & (ends > 0.99) & np.isfinite(out["flow"]).all(2)
        assert inside.sum() > 1000
        assert np.quantile(away[inside], 0.995) < 0.03  # what interpolation costs, most where pictures shrink
        wrong = np.abs(moved_by(out["image2"], np.zeros_like(out["flow"])) - out["image"]).max(2)
        assert wrong[inside].mean() > 2 * away[inside].mean()


def test_vectors_are_turned_mirrored_and_scaled():
    flow = np.tile(np.array([3.0, 1.0], np.float32), (*SIZE, 1))
    cases = {
        "mirror": (lambda size: Geometry(A.Lattice.hflip(size)), (-3, 1)),
        "quarter turn": (lambda size: Geometry(A.Lattice.rot90(size)), (1, -3)),
        "transposition": (lambda size: Geometry(A.Lattice.transpose(size)), (1, 3)),
        "resize": (lambda size: Geometry(A.ResizeMap(size, (30, 160))), (6, 0.5)),
        "crop": (lambda size: Geometry(A.Lattice.window(size, 5, 5, 40, 40)), (3, 1)),
    }
    for words, (make, wanted) in cases.items():
        out = through(make, flow=flow)["flow"]
        np.testing.assert_allclose(out, np.broadcast_to(wanted, out.shape), atol=1e-5, err_msg=words)


def test_vectors_that_are_not_known_do_not_bleed_and_beyond_the_picture_is_the_fill():
    flow = np.tile(np.array([3.0, 1.0], np.float32), (*SIZE, 1))
    flow[20:30, 20:40] = np.nan
    out = through(turned(20), {"flow": Flow(fill=None)}, flow=flow)["flow"]
    lengths = np.hypot(*np.moveaxis(out, 2, 0))
    assert np.isnan(out[0, 0]).all()
    assert lengths[np.isfinite(lengths)].min() == pytest.approx(np.sqrt(10), abs=1e-4)
    assert (through(turned(20), flow=flow)["flow"][0, 0] == 0).all()
    reflected = lambda size: Geometry(A.Lattice.pad(size, 0, 0, 20, 0), border=A.Border.REFLECT)  # noqa: E731
    assert (through(reflected, flow=flow)["flow"][:, :20] == 0).all()


@pytest.mark.parametrize("kind", ["heatmap", "depth", "flow"])
def test_fields_are_undone(kind, geometric):
    draws = np.random.default_rng(0)
    shape = {"heatmap": (130, 160, 2), "depth": (130, 160), "flow": (130, 160, 2)}[kind]
    field = cv2.GaussianBlur(draws.uniform(1, 5, shape).astype(np.float32), (0, 0), 9)
    pipeline = Compose([geometric.transform], additional_targets={"depth": Depth(interpolation="linear")}, seed=0)
    image = np.zeros((130, 160), np.uint8)
    out, trace = pipeline.traced(image=image, **{kind: field})
    back = trace.undo(**{kind: out[kind]})[kind]
    assert back.shape == field.shape
    inside = cv2.erode(trace.undo(mask=np.ones(out["image"].shape, np.uint8))["mask"], np.ones((9, 9))) > 0
    inside[:5], inside[-5:], inside[:, :5], inside[:, -5:] = False, False, False, False
    assert inside.sum() > 500
    assert np.abs(back - field)[inside].max() < 0.05


# Mistakes


@pytest.mark.parametrize(
    ("kind", "value", "error", "said"),
    [
        ("heatmap", np.zeros(SIZE, np.uint8), WrongType, "heatmap: dtype uint8 does not hold likelihoods; convert it"),
        ("heatmap", [[1.0]], WrongType, "heatmap: list is not a NumPy array"),
        ("heatmap", np.zeros((2, 3, 4, 5), np.float32), InvalidData, r"heatmap: shape \(2, 3, 4, 5\) is not"),
        ("heatmap", np.zeros((9, 9), np.float32), InvalidData, r"heatmap: height and width are \(9, 9\), but those of"),
        ("depth", np.zeros((*SIZE, 3), np.float32), InvalidData, r"depth: shape .* has 3 channels; give"),
        ("depth", np.full(SIZE, -2, np.float32), InvalidData, r"depth\[0, 0\]: -2 is below 0; give distances"),
        ("depth", np.zeros(SIZE, np.int8), WrongType, "depth: dtype int8 does not hold distances"),
        ("flow", np.zeros((*SIZE, 3), np.float32), InvalidData, r"flow: shape .* is not \(height, width, 2\)"),
        ("flow", np.zeros((*SIZE, 2), np.int32), WrongType, "flow: dtype int32 does not hold vectors"),
    ],
)
def test_what_is_no_field_is_said(kind, value, error, said, refused):
    refused(lambda: Compose([])(image=np.zeros(SIZE, np.uint8), **{kind: value}), error, said)


def test_pairs_of_channels_that_do_not_exist_are_refused(refused):
    target = Heatmap(swap_pairs=[(0, 4)])
    call = lambda: through(turned(1), {"heatmap": target}, heatmap=np.zeros((*SIZE, 3), np.float32))  # noqa: E731
    refused(call, InvalidData, "heatmap: swap_pairs name channel 4, and there are 3; give numbers below that")
    refused(lambda: Heatmap(swap_pairs=[("a", "b")]), A.InvalidParameter, "Heatmap.swap_pairs: 'a' is not a number")
