"""What tests of oriented boxes share: effects made to measure, and rows and corners by their definitions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from augcore import AffineMap, BboxParams, Compose, Geometry, Lattice, Transform, transform

SIZE = (80, 120)
HEIGHT, WIDTH = SIZE
UPRIGHT = ("pascal_voc", "albumentations", "coco", "cxcywh", "yolo")
CORNERS = ("corners", "yolo_corners")


@transform
class MoveOriented(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


def params(format="cxcywh", **options):
    return BboxParams(format=format, bbox_type="obb", **options)


def run(rows, *makes, size=SIZE, data=None, source=None, **options):
    steps = [MoveOriented(make) for make in makes]
    image = np.zeros((*size, 1), np.uint8)
    return Compose(steps, bbox_params=params(**options), source=source)(image=image, bboxes=rows, **(data or {}))


def rotated(size, degrees, scale=1.0, shift=(0.0, 0.0)):
    """Counter-clockwise about the centre."""
    a, centre = np.radians(degrees), np.array(size[::-1]) / 2
    linear = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return AffineMap.of(np.column_stack([linear, centre - linear @ centre + shift]), size)


def hflip(size):
    return Geometry(Lattice.hflip(size))


def turn(degrees, scale=1.0):
    return lambda size: Geometry(rotated(size, degrees, scale))


def window(*corners):
    return lambda size: Geometry(Lattice.window(size, *corners))


def corners(rows, degrees=True):
    """Of rows x_center, y_center, width, height, angle: by the definition."""
    x, y, w, h, a = np.asarray(rows, float).reshape(-1, 5).T
    a = np.radians(a) if degrees else a
    along, across = np.stack([np.cos(a), np.sin(a)], 1), np.stack([-np.sin(a), np.cos(a)], 1)
    halves = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    centre = np.stack([x, y], 1)
    return np.stack([centre + along * (w * i / 2)[:, None] + across * (h * j / 2)[:, None] for i, j in halves], 1)


def of_format(format, rows, size=SIZE):
    """Rows x_center, y_center, width, height, angle as rows of another format, by their definitions."""
    rows = np.asarray(rows, float).reshape(-1, 5)
    x, y, w, h, a = rows.T
    height, width = size
    if format in CORNERS:
        points = corners(rows)
        return (points / (width, height) if format == "yolo_corners" else points).reshape(-1, 8)
    x0, y0, x1, y1 = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    columns = {
        "pascal_voc": (x0, y0, x1, y1),
        "albumentations": (x0 / width, y0 / height, x1 / width, y1 / height),
        "coco": (x0, y0, w, h),
        "cxcywh": (x, y, w, h),
        "yolo": (x / width, y / height, w / width, h / height),
    }[format]
    return np.stack([*columns, a], 1)


def alike(first, second, atol=1e-6):
    """Whether rows x_center, y_center, width, height, angle are the same, angles up to full turns."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    np.testing.assert_allclose(first[:, :4], second[:, :4], atol=atol)
    np.testing.assert_allclose((first[:, 4] - second[:, 4] + 180) % 360 - 180, 0, atol=atol)


# Wholly inside the frame however they are turned about their own centres.
boxes_inside = st.builds(
    lambda x, y, w, h, a: (x, y, w, h, a),
    *(st.floats(30, 90), st.floats(27, 53), st.floats(2, 40), st.floats(2, 30), st.floats(-180, 360)),
)
lists = st.lists(boxes_inside, min_size=1, max_size=5)


def enclosing(points, heading):
    """The rectangle along a heading round points: x_center, y_center, width, height, angle."""
    u = np.asarray(heading) / np.hypot(*heading)
    v = np.array([-u[1], u[0]])
    along, across = points @ u, points @ v
    centre = u * (along.min() + along.max()) / 2 + v * (across.min() + across.max()) / 2
    return [*centre, np.ptp(along), np.ptp(across), math.degrees(math.atan2(u[1], u[0]))]


def signed_area(points):
    x, y = points.reshape(-1, 4, 2).transpose(2, 0, 1)
    return (x * np.roll(y, -1, 1) - np.roll(x, -1, 1) * y).sum(1) / 2
