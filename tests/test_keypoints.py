"""Keypoints: pixel indices, angles and scales by the Jacobian, visibility, names that swap, rows that stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import (
    AffineMap,
    Compose,
    Dense,
    Erase,
    Geometry,
    InvalidData,
    InvalidParameter,
    KeypointParams,
    Lattice,
    Projective,
    Rectangles,
    ResizeMap,
    Transform,
    displacement_field,
    transform,
)

SIZE = (60, 90)
HEIGHT, WIDTH = SIZE
FORMATS = ("xy", "yx", "xya", "xys", "xyas", "xysa", "xyv")


@transform
class MoveKeypoints(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@displacement_field
def keypoint_waves(size, *, amplitude):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([amplitude * np.sin(y / 12), amplitude * np.cos(x / 14)], -1)


def run(points, *makes, format="xy", size=SIZE, fields=(), data=None, **options):
    params = KeypointParams(format=format, label_fields=fields, **options)
    pipeline = Compose([MoveKeypoints(make) for make in makes], keypoint_params=params)
    return pipeline(image=np.zeros((*size, 1), np.uint8), keypoints=points, **(data or {}))


def hflip(size):
    return Geometry(Lattice.hflip(size))


def rot90(size):
    return Geometry(Lattice.rot90(size))


def crop(size):
    return Geometry(Lattice.window(size, 10, 10, 40, 40))


def rotated(degrees, scale=1.0):
    def make(size):
        a, centre = np.radians(degrees), np.array(size[::-1]) / 2
        linear = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        return Geometry(AffineMap.of(np.column_stack([linear, centre - linear @ centre]), size))

    return make


MAKERS = [
    hflip,
    rot90,
    lambda s: Geometry(Lattice.vflip(s)),
    lambda s: Geometry(Lattice.transpose(s)),
    lambda s: Geometry(ResizeMap(s, (2 * s[0], 3 * s[1]))),
    lambda s: Geometry(ResizeMap(s, (s[0] // 2, s[1]))),
    rotated(30),
    rotated(-75, 1.5),
    lambda s: Geometry(AffineMap.of([[1, 0.4, -5], [0.1, -0.8, 60]], s)),
    lambda s: Geometry(Projective.of([[1, 0.1, 0], [0, 0.9, 2], [2e-3, -1e-3, 1]], s)),
    lambda s: Geometry(Dense.of(keypoint_waves, s, amplitude=3.0)),
]

# Pixel indices


@pytest.mark.parametrize("width", [1, 2, 9, 10, 257])
def test_a_flip_takes_the_first_pixel_to_the_last(width):
    out = run([(0, 0), (width - 1, 0)], hflip, size=(1, width))["keypoints"]
    np.testing.assert_allclose(out, [(width - 1, 0), (0, 0)])


@pytest.mark.parametrize(("width", "output"), [(10, 20), (20, 10), (7, 21), (9, 4)])
def test_a_resize_takes_the_middle_to_the_middle(width, output):
    out = run([((width - 1) / 2, 0)], lambda s: Geometry(ResizeMap(s, (1, output))), size=(1, width))["keypoints"]
    np.testing.assert_allclose(out, [((output - 1) / 2, 0)])


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("point", [(45.0, 28.0), (40.25, 30.5), (50.0, 33.75)])
def test_a_blob_drawn_at_a_keypoint_stays_on_it(make, point):
    (x, y), (rows, columns) = point, np.mgrid[:HEIGHT, :WIDTH]
    blob = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8).astype(np.float32)
    steps = [MoveKeypoints(lambda s: attrs.evolve(make(s), interpolation=2))]
    out = Compose(steps, keypoint_params="xy")(image=blob, keypoints=[point])
    picture = out["image"].astype(float)
    picture[picture < 1e-4] = 0
    rows, columns = np.indices(picture.shape)
    found = (picture * columns).sum() / picture.sum(), (picture * rows).sum() / picture.sum()
    # A curved map moves the middle of a blob by its second derivative.
    near = 0.02 if make(SIZE).map.keeps_lines and not isinstance(make(SIZE).map, Projective) else 0.15
    np.testing.assert_allclose(found, out["keypoints"][0], atol=near)


# Formats


def of_format(format, x, y, a=20.0, s=3.0, v=2):
    return tuple(float({"x": x, "y": y, "a": a, "s": s, "v": v}[letter]) for letter in format)


@given(st.lists(st.tuples(st.floats(0, WIDTH - 1), st.floats(0, HEIGHT - 1)), max_size=5), st.sampled_from(FORMATS))
def test_a_keypoint_that_nothing_happens_to_comes_back(points, format):
    rows = [of_format(format, x, y) for x, y in points]
    np.testing.assert_allclose(run(rows, format=format)["keypoints"], rows, atol=1e-9)


@pytest.mark.parametrize("angle", [-30.0, 30.0, 370.0, 0.1])
@pytest.mark.parametrize("degrees", [True, False])
def test_an_angle_that_nothing_turns_stays_as_it_was_written(angle, degrees):
    assert run([(5, 5, angle)], format="xya", angle_in_degrees=degrees)["keypoints"] == [(5.0, 5.0, angle)]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("format", FORMATS)
def test_all_formats_put_the_point_in_one_place(format, make):
    (expected,) = run([(30, 25)], make)["keypoints"]
    (out,) = run([of_format(format, 30, 25)], make, format=format)["keypoints"]
    assert (out[format.index("x")], out[format.index("y")]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("make", "given_angle", "expected"),
    [
        (hflip, 20, 160),
        (lambda s: Geometry(Lattice.vflip(s)), 20, 340),
        (lambda s: Geometry(Lattice.rot90(s, 2)), 20, 200),
        (rot90, 20, 290),  # counter-clockwise on the screen, and angles run clockwise
        (lambda s: Geometry(Lattice.transpose(s)), 20, 70),
        (rotated(30), 20, 350),
        (lambda s: Geometry(ResizeMap(s, (60, 180))), 45, np.degrees(np.arctan2(1, 2))),
        (lambda s: Geometry(Lattice.vflip(s)), 360, 0),
        (lambda s: Geometry(Lattice.window(s, 5, 5, 60, 60)), 20, 20),
    ],
)
def test_angles_turn_with_the_picture(make, given_angle, expected):
    (degrees,) = run([(30, 25, given_angle)], make, format="xya")["keypoints"]
    (radians,) = run([(30, 25, np.radians(given_angle))], make, format="xya", angle_in_degrees=False)["keypoints"]
    assert degrees[2] == pytest.approx(expected, abs=1e-9)
    assert radians[2] == pytest.approx(np.radians(expected), abs=1e-9)
    assert 0 <= degrees[2] < 360


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("angle", [0, 35, 130, 250])
def test_an_angle_is_the_direction_to_a_neighbouring_point(make, angle):
    step = 0.25
    x, y = 40.0, 30.0
    ahead = (x + step * np.cos(np.radians(angle)), y + step * np.sin(np.radians(angle)))
    behind = (2 * x - ahead[0], 2 * y - ahead[1])
    (x0, y0), (x1, y1) = run([behind, ahead], make, remove_invisible=False)["keypoints"]
    ((_, _, turned),) = run([(x, y, angle)], make, format="xya", remove_invisible=False)["keypoints"]
    difference = np.radians(turned) - np.arctan2(y1 - y0, x1 - x0)
    assert np.abs(np.angle(np.exp(1j * difference))) < 0.02


@pytest.mark.parametrize("make", MAKERS)
def test_a_scale_grows_with_the_root_of_the_area(make):
    x, y, d = 40.0, 30.0, 0.25
    square = [(x - d, y - d), (x + d, y - d), (x + d, y + d), (x - d, y + d)]
    moved = np.array(run(square, make, remove_invisible=False)["keypoints"])
    (u, v), (w, z) = moved[2] - moved[0], moved[3] - moved[1]
    ((_, _, scale),) = run([(x, y, 5.0)], make, format="xys", remove_invisible=False)["keypoints"]
    assert scale == pytest.approx(5 * np.sqrt(abs(u * z - v * w) / 2) / (2 * d), rel=0.02)


# Visibility and rows


def test_points_that_left_are_removed_with_their_labels_or_kept_with_their_coordinates():
    points, names = [(20, 20), (5, 5), (39, 39), (50, 20)], ["a", "b", "c", "d"]
    removed = run(points, crop, fields="names", data={"names": names})
    assert removed["keypoints"] == [(10, 10), (29, 29)]
    assert removed["names"] == ["a", "c"]
    kept = run(points, crop, fields="names", data={"names": names}, remove_invisible=False)
    assert kept["keypoints"] == [(10, 10), (-5, -5), (29, 29), (40, 10)]
    assert kept["names"] == names


def test_points_that_left_do_not_come_back_with_a_pad():
    def padded(size):
        return Geometry(Lattice.pad(size, 30, 30, 30, 30))

    assert run([(5, 5), (20, 20)], crop, padded)["keypoints"] == [(40, 40)]
    assert run([(2, 2), (45, 30)], rotated(45), rotated(-45))["keypoints"] == [pytest.approx((45, 30))]


@pytest.mark.parametrize("edge", [-0.5, WIDTH - 0.5])
def test_points_on_the_very_edge_of_the_picture_are_in_it(edge):
    for make in (hflip, rot90, rotated(0), lambda s: Geometry(ResizeMap(s, (33, 77)))):
        assert len(run([(edge, 10)], make)["keypoints"]) == 1
    assert run([(edge * 1.01 if edge > 0 else -0.6, 10)], hflip)["keypoints"] == []


@pytest.mark.parametrize("format", ["xy", "xyas", "xyv"])
def test_points_that_are_not_known_keep_their_rows(format):
    rows = [of_format(format, np.nan, np.nan), of_format(format, 20, 20), of_format(format, np.nan, 5)]
    for make in (hflip, rot90, crop, rotated(20), MAKERS[-1]):
        out = run(rows, make, format=format, remove_invisible=False)["keypoints"]
        assert len(out) == 3
        assert np.isnan(out[0][:2]).all()
        assert np.isfinite(out[1]).all()
        assert np.isnan(out[2][:2]).any()
        assert len(run(rows, make, format=format)["keypoints"]) == 1


def test_visibility_is_cocos():
    rows = [(20, 20, 2), (20, 21, 1), (0, 0, 0), (80, 20, 2), (80, 21, 1), (np.nan, np.nan, 2)]
    kept = run(rows, crop, format="xyv", remove_invisible=False)["keypoints"]
    np.testing.assert_array_equal(
        kept, [(10, 10, 2), (10, 11, 1), (0, 0, 0), (0, 0, 0), (0, 0, 0), (np.nan, np.nan, 0)]
    )
    assert run(rows, crop, format="xyv")["keypoints"] == [(10, 10, 2), (10, 11, 1)]


def test_what_is_erased_is_hidden():
    def erase(size):
        return Erase(Rectangles(((0, 0, 20, 20),)))

    rows = [(19, 19), (20, 19), (19.4, 5), (19.6, 5)]
    assert run(rows, erase)["keypoints"] == [(20, 19), pytest.approx((19.6, 5))]
    assert len(run(rows, erase, remove_invisible=False)["keypoints"]) == 4
    flagged = run([(*row, 2) for row in rows], erase, rot90, format="xyv")["keypoints"]
    assert [row[2] for row in flagged] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("rows", "format", "words"),
    [
        ([(1, 2), (np.inf, 3)], "xy", r"keypoints\[1\].*not finite.*NaN"),
        ([(1, 2, 5)], "xyv", r"keypoints\[0\].*visibility 5.*0, 1 or 2"),
        ([(1, 2, np.nan)], "xyv", r"keypoints\[0\].*visibility nan"),
        ([(1,)], "xy", "x, y in pixels"),
        (np.zeros((3, 2)), "xya", r"not \(N, 3\) numbers"),
    ],
)
def test_rows_that_cannot_be_are_refused_in_words(rows, format, words):
    with pytest.raises(InvalidData, match=words):
        run(rows, format=format)


def test_formats_that_do_not_exist_are_refused():
    with pytest.raises(InvalidParameter, match="did you mean"):
        KeypointParams(format="xyaa")
    with pytest.raises(InvalidParameter, match="keypoint_params=KeypointParams"):
        Compose([])(image=np.zeros((4, 4), np.uint8), keypoints=[(0, 0)])


# Names that swap

PAIRS = [("left", "right"), ("l_ear", "right_ear_of_the_animal"), (1, 2)]


@pytest.mark.parametrize(
    "names",
    [
        ["left", "right", "nose", "l_ear"],
        ("left", "right", "nose", "l_ear"),
        np.array(["left", "right", "nose", "l_ear"]),
        np.array(["left", "right", "nose", "l_ear"], object),
        [1, 2, 3, 2**53 + 1],
        np.array([1, 2, 3, 2**53 + 1]),
        ["left", None, {"un": "hashable"}, "l_ear"],
    ],
)
def test_names_swap_on_reflections_alone(names):
    other = {"left": "right", "right": "left", "l_ear": "right_ear_of_the_animal", 1: 2, 2: 1}
    swapped = [other.get(name, name) if not isinstance(name, dict) else name for name in names]
    points = [(10, 10), (20, 10), (30, 10), (40, 10)]

    def of(*makes):
        got = run(points, *makes, fields="names", data={"names": names}, swap_pairs=PAIRS)
        assert type(got["names"]) is type(names)
        return list(got["names"])

    reflected = ([hflip], [lambda s: Geometry(Lattice.transpose(s))], [hflip, rot90], [MAKERS[8]])
    assert all(of(*makes) == swapped for makes in reflected)
    assert all(of(*makes) == list(names) for makes in ([], [rot90], [hflip, hflip], [hflip, MAKERS[2]], [rotated(20)]))
    left = run(
        points, hflip, lambda s: Geometry(Lattice.window(s, 60, 0, 90, 30)), fields="names", data={"names": names}
    )
    assert list(left["names"]) == list(names)[:2], "without pairs nothing swaps"


def test_pairs_that_name_a_label_twice_are_refused():
    with pytest.raises(InvalidParameter, match="names a label twice"):
        KeypointParams(format="xy", swap_pairs=[("a", "b"), ("b", "c")])
    with pytest.raises(InvalidParameter, match="not a list of pairs"):
        KeypointParams(format="xy", swap_pairs="ab c")


# Containers


@pytest.mark.parametrize(
    "rows",
    [
        [(10, 10, "eye"), (20, 20, None)],
        ((10, 10), (20, 20)),
        [[10, 10, 2**53 + 1], [20, 20, 3]],
        np.array([(10, 10), (20, 20)], np.float32),
        np.array([(10, 10, 7), (20, 20, 8)], float),
        [np.array((10.0, 10.0)), np.array((20.0, 20.0))],
        [],
        np.zeros((0, 2)),
        np.zeros((0, 5), np.float32),
    ],
)
def test_keypoints_come_back_in_the_containers_they_came_in(rows):
    out = run(rows, hflip, hflip)["keypoints"]
    assert type(out) is type(rows)
    if isinstance(rows, np.ndarray):
        assert (out.dtype, out.shape) == (rows.dtype, rows.shape)
    for got, row in zip(out, rows, strict=True):
        assert type(got) is type(row)
        assert list(got) == list(row)
