"""Checks that pixels, points and boxes move together. They hold for `Geometry`, and for functions given per target."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np

from ..dense import Spread
from ..effects import Effect, Geometry, PerTarget
from ..errors import NotInvertible
from ..linear import Linear, Projective
from ..maps import Lattice, Map, Size, as_size
from ..trace import Trace
from . import samples
from .cases import Case
from .checks import DoesNotApply, fail, transform_check
from .samples import Array

SIGMA = 3.0
_REACH = 4 * SIGMA
_EXACT, _CURVED = 0.02, 0.1  # px: linear maps, and those that bend lines or let nearest pixels stand for a point


@attrs.frozen
class Motion:
    """The maps of a trace one after the other, with what their first derivatives say."""

    maps: tuple[Map, ...]
    size: Size

    @property
    def output(self) -> Size:
        return self.maps[-1].output if self.maps else self.size

    @property
    def is_linear(self) -> bool:
        return all(isinstance(map, Linear) and not isinstance(map, Projective) for map in self.maps)

    def forward(self, points: Array) -> Array:
        for map in self.maps:
            points = map.forward(points)
        return points

    def backward(self, points: Array) -> Array:
        for map in reversed(self.maps):
            points = map.backward(points)
        return points

    def determinant(self, points: Array) -> Array:
        """Of the Jacobian, at each of (N, 2) points."""
        found = np.ones(len(points))
        for map in self.maps:
            found = found * np.linalg.det(map.jacobian(points))
            points = map.forward(points)
        return found

    @property
    def tears(self) -> bool:
        return any(map.tears for map in self.maps)

    @property
    def spreads(self) -> bool:
        return any(isinstance(map, Spread) for map in self.maps)

    def keeps_together(self, points: Array) -> bool:
        """Whether all of (N, 2) points lie in one piece wherever a map tears."""
        for map in self.maps:
            moved = map.forward(points)
            if map.tears and np.ptp(moved - points, axis=0).max() > 0.5:
                return False
            points = moved
        return True

    def is_smooth_on(self, points: Array) -> bool:
        """Whether neighbours stay neighbours: points come back, and areas neither fold nor vanish."""
        areas = self.determinant(points)
        moved = self.forward(points)
        near = 20.0 * max(1.0, math.sqrt(float(np.abs(areas).max())))
        return bool(
            np.isfinite(moved).all()
            and self.keeps_together(points)
            and (np.all(areas > 0.05) or np.all(areas < -0.05))
            and np.ptp(moved, axis=0).max() < near + np.ptp(points, axis=0).max() * near / 20.0
            and np.abs(self.backward(moved) - points).max() < 0.05
        )


def motion_of(case: Case, trace: Trace) -> Motion | None:
    """How the trace moves points; None if authors' own functions do it."""
    if case.depth is not None:
        raise DoesNotApply("the effect moves volumes")
    steps: list[Effect] = [step.effect for step in trace.steps if step.effect != PerTarget()]
    if not steps or not all(isinstance(effect, (Geometry, PerTarget)) for effect in steps):
        raise DoesNotApply("the effect is no geometry")
    if any(isinstance(effect, PerTarget) for effect in steps):
        return None
    return Motion(tuple(effect.map for effect in steps if isinstance(effect, Geometry)), as_size(trace.size))


def _frame_holds(size: Size, points: Array, margin: float = 1.0) -> bool:
    return bool((points >= margin).all() and (points <= np.array(size[::-1]) - margin).all())


def _shown(case: Case, trace: Trace, drawn: Array, data: dict[str, Any]) -> dict[str, Array]:
    """What a trace makes of a shape (H, W) in [0, 1], in the image and as the label 1 of the mask: (H, W) each.

    An empty picture is taken off, so that fills and borders do not count.
    """
    found: dict[str, list[Array]] = {"image": [], "mask": []}
    channels, dtype = (case.channels or (3,))[0], (case.dtypes or ("uint8",))[0]
    for values in (drawn, np.zeros_like(drawn)):
        image = samples.of_dtype(np.repeat(values[:, :, None], channels, 2), dtype)
        given = {**data, "image": image, **({"mask": (values > 0.5).astype(np.uint8)} if "mask" in data else {})}
        out = case.replay(trace, given, "a picture of a single shape")
        for name in found:
            if name in given:
                raster = out[name].astype(np.float64)
                found[name].append(raster.mean(2) if raster.ndim == 3 else raster)
    full = float(samples.of_dtype(np.ones(1), dtype)[0])
    shown = {"image": (found["image"][0] - found["image"][1]) / full}
    return shown | ({"mask": found["mask"][0] != found["mask"][1]} if found["mask"] else {})


# Points


@transform_check
def points_land_where_keypoints_say(case: Case) -> None:
    """A Gaussian blob drawn at a keypoint is found there afterwards, to 0.02 px (0.1 px where lines bend)."""
    if "keypoints" not in (case.targets or ()):
        raise DoesNotApply("it takes no keypoints")
    seen = 0
    for key in range(4):
        data = case.sample()
        trace = case.traced(data, key)[1]
        motion = motion_of(case, trace)
        if motion is not None and motion.spreads:
            raise DoesNotApply("the effect spreads pixels at random, and points stay in their midst")
        for centre in _centres(as_size(trace.size), motion):
            seen += _check_blob(case, trace, motion, centre, data)
    if not seen:
        raise DoesNotApply("no blob stayed in the frame whole; give Case(…, size=…) a larger picture")


def _centres(size: Size, motion: Motion | None) -> list[Array]:
    """Points between pixel centres near the middle of the frame, and the one that is shown in its middle afterwards."""
    found = [np.array([size[1] * x + 0.13, size[0] * y - 0.21]) for x, y in ((0.42, 0.47), (0.55, 0.55))]
    try:
        middle = np.array([motion.output[::-1]]) / 2 + (0.13, 0.21) if motion is not None else np.zeros((0, 2))
        return [*found, *(motion.backward(middle) if motion is not None else ())]
    except NotInvertible:
        return found


def _check_blob(case: Case, trace: Trace, motion: Motion | None, centre: Array, data: dict[str, Any]) -> bool:
    """Whether the blob could be followed; an error if it went elsewhere than its keypoint."""
    if not _frame_holds(as_size(trace.size), np.stack([centre - _REACH, centre + _REACH])):
        return False
    disc = centre + _REACH * np.stack([f(np.linspace(0, 2 * np.pi, 24)) for f in (np.cos, np.sin)], 1)
    if motion is not None and not _can_follow(motion, centre, disc):
        return False
    drawn = samples.blob(as_size(trace.size), centre)
    one = {**data, "keypoints": [(centre - 0.5).tolist()], "point_labels": ["blob"]}
    point = case.replay(trace, one, "a single keypoint")["keypoints"]
    shown = _shown(case, trace, drawn, one)["image"]
    if motion is not None:
        shown = _window(shown, motion.forward(disc))
    if len(point) != 1 or shown.sum() < 1:
        fail(
            case,
            "a blob and its keypoint do not both stay in the frame. Move images and keypoints by one Geometry effect.",
        )
    landed = np.array(point[0][:2]) + 0.5
    wanted = landed if motion is None or motion.is_linear else _expected(motion, drawn)
    off = float(np.hypot(*(samples.centroid(shown) - wanted)))
    tolerance = _EXACT if motion is not None and motion.is_linear and not _is_rough(trace, case) else _CURVED
    if off > tolerance or (motion is not None and np.abs(motion.forward(centre[None])[0] - landed).max() > 1e-3):
        fail(
            case,
            f"a blob drawn at {tuple(centre.round(2).tolist())} lies {off:.3f} px from where its keypoint says "
            f"({tuple(landed.round(2).tolist())}); {tolerance} px are allowed. Use the continuous frame: pixel i "
            "covers [i, i+1), the centre of a picture is (W/2, H/2), not ((W-1)/2, (H-1)/2).",
        )
    return True


def _can_follow(motion: Motion, centre: Array, disc: Array) -> bool:
    try:
        points = np.concatenate([disc, (disc + centre) / 2, centre[None]])
        return _frame_holds(motion.output, motion.forward(disc)) and motion.is_smooth_on(points)
    except NotInvertible:
        return False


def _window(shown: Array, disc: Array) -> Array:
    """What is shown within the hull box of the moved disc; copies in reflected borders lie outside it."""
    x0, y0 = np.floor(disc.min(0)).astype(int) - 1
    x1, y1 = np.ceil(disc.max(0)).astype(int) + 1
    out = np.zeros_like(shown)
    rows, columns = slice(max(y0, 0), y1), slice(max(x0, 0), x1)
    out[rows, columns] = shown[rows, columns]
    return out


def _expected(motion: Motion, drawn: Array) -> Array:
    """The centroid of the blob's mass pushed through the map: each bit of it grows by the Jacobian's determinant."""
    rows, columns = np.nonzero(drawn)
    points = np.stack([columns, rows], 1) + 0.5
    weights = drawn[rows, columns] * np.abs(motion.determinant(points))
    return np.asarray((motion.forward(points) * weights[:, None]).sum(0) / weights.sum())


def _is_rough(trace: Trace, case: Case) -> bool:
    """Whether the picture is too coarse for 0.02 px: nearest pixels, or a blob shrunk to a few of them."""
    for step in trace.steps:
        effect = step.effect
        if isinstance(effect, Geometry) and not isinstance(effect.map, Lattice):
            shrunk = effect.map.output[0] < 0.5 * effect.map.size[0] or effect.map.output[1] < 0.5 * effect.map.size[1]
            if shrunk or effect.interpolation.name.startswith("NEAREST"):
                return True
    return False


# Shapes


@transform_check
def mask_agrees_with_image(case: Case) -> None:
    """A shape painted into the image and into the mask comes out in one place, but for a pixel along its edge."""
    import cv2

    if "mask" not in (case.targets or ()):
        raise DoesNotApply("it takes no masks")
    box = _object_box(case.size)
    for key in range(4):
        data = case.sample()
        trace = case.traced(data, key)[1]
        motion_of(case, trace)
        shown = _shown(case, trace, samples.ellipse(as_size(trace.size), box).astype(np.float32), data)
        mask, image = shown["mask"], shown["image"] > 0.5
        kernel = np.ones((5, 5) if _is_rough(trace, case) else (3, 3), np.uint8)
        both = np.stack([mask, image]).astype(np.uint8)
        edge = [cv2.dilate(one, kernel) != cv2.erode(one, kernel) for one in both]
        wrong = (mask != image) & ~(edge[0] | edge[1])
        if wrong.any():
            y, x = (int(axis[0]) for axis in np.nonzero(wrong))
            fail(
                case,
                f"image and mask of one shape disagree on {int(wrong.sum())} pixels away from its edge, first at row "
                f"{y}, column {x}. Move both by one Geometry effect, with borders and fills that fit together.",
            )


@transform_check
def box_contains_its_mask(case: Case) -> None:
    """The pixels of an object's mask lie inside the box that comes out, give or take one pixel."""
    if not {"mask", "bboxes"} <= set(case.targets or ()):
        raise DoesNotApply("it takes no masks or no boxes")
    box = _object_box(case.size)
    for key in range(4):
        data = case.sample()
        trace = case.traced(data, key)[1]
        motion = motion_of(case, trace)
        if any(isinstance(step.effect, Geometry) and step.effect.box_method != "largest_box" for step in trace.steps):
            raise DoesNotApply("the effect fits boxes more closely than round their corners")
        if motion is not None and motion.spreads:
            raise DoesNotApply("the effect spreads pixels at random, and boxes stay where most of their own are")
        if motion is not None and motion.tears:
            raise DoesNotApply("the effect tears objects apart, and a box goes with the largest part of its own")
        one = {**data, "bboxes": [list(box)], "labels": ["object"]}
        out = case.replay(trace, one, "a single box")["bboxes"]
        mask = _shown(case, trace, samples.ellipse(as_size(trace.size), box).astype(np.float32), one)["mask"]
        rows, columns = np.nonzero(mask)
        pixels = _original(motion, np.stack([columns, rows], 1) + 0.5)
        if not len(pixels):
            continue
        low, high = (np.array(out[0][:2]), np.array(out[0][2:4])) if out else (np.full(2, np.inf), np.full(2, -np.inf))
        outside = ((pixels - 0.5 < low - 1) | (pixels + 0.5 > high + 1)).any(1)
        if outside.any():
            where = f"the box {tuple(np.round([*low, *high], 2).tolist())}" if out else "no box, since it was dropped"
            fail(
                case,
                f"{int(outside.sum())} of {len(pixels)} pixels of an object's mask lie outside {where}. Move boxes by "
                "the same Geometry effect as the mask.",
            )


def _object_box(size: Size) -> tuple[float, float, float, float]:
    # Off the centre, so that a mirrored or turned copy lies elsewhere.
    return round(0.22 * size[1]), round(0.3 * size[0]), round(0.52 * size[1]), round(0.66 * size[0])


def _original(motion: Motion | None, pixels: Array) -> Array:
    """Those of the pixels that show the picture itself, not what a border repeats of it."""
    if motion is None or not len(pixels):
        return pixels
    try:
        source = motion.backward(pixels)
    except NotInvertible:
        return pixels
    return np.asarray(pixels[((source >= 0) & (source <= np.array(motion.size[::-1]))).all(1)])
