"""Pictures, stacks, masks, polygons and targets of one's own: what goes in comes out alike; erasures."""

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
    Annotation,
    Compose,
    Dense,
    Erase,
    Geometry,
    InvalidData,
    Lattice,
    Lookup,
    PixelFn,
    PolygonRegion,
    Rectangles,
    ResizeMap,
    Scatter,
    Target,
    Transform,
    Unsupported,
    WrongType,
    displacement_field,
    pixel_function,
    region_mask,
    transform,
)

SIZE = (60, 90)
HEIGHT, WIDTH = SIZE


@transform
class UndergoAnything(Transform):
    """An effect made for whatever frame comes in."""

    make: Callable[[tuple[int, int]], Any] = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.make(view.size)


@displacement_field
def target_waves(size, *, amplitude):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([amplitude * np.sin(y / 12), amplitude * np.cos(x / 14)], -1)


@pixel_function
def target_negative(x):
    return 1 - x


@pixel_function
def target_noise(image, *, seed):
    return np.random.default_rng(seed).integers(0, 255, image.shape).astype(image.dtype)


@pixel_function(channels=(3,))
def target_needs_three(image):
    return image[..., ::-1]


@region_mask
def target_spots(size, *, seed):
    return np.random.default_rng(seed).random(size) < 0.2


def run(*makes, additional_targets=None, **data):
    steps = [UndergoAnything(make) for make in makes]
    return Compose(steps, additional_targets=additional_targets)(**data)


def rotated(size):
    a, centre = 0.5, np.array(size[::-1]) / 2
    linear = 1.2 * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return Geometry(AffineMap.of(np.column_stack([linear, centre - linear @ centre]), size), fill=9, fill_mask=3)


MAKERS = {
    "flip": lambda s: Geometry(Lattice.hflip(s)),
    "turn": lambda s: Geometry(Lattice.rot90(s)),
    "crop": lambda s: Geometry(Lattice.window(s, 12, 9, 70, 50)),
    "pad": lambda s: Geometry(Lattice.pad(s, 4, 5, 6, 7), fill=9, fill_mask=3),
    "resize": lambda s: Geometry(ResizeMap(s, (45, 75))),
    "rotate": rotated,
    "dense": lambda s: Geometry(Dense.of(target_waves, s, amplitude=3.0)),
    "nothing": lambda s: Geometry(Lattice.identity(s)),
}
every_map = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def noise(*shape, dtype=np.uint8, top=256):
    return np.random.default_rng(7).integers(0, top, shape).astype(dtype)


# Pictures in stacks


@every_map
@pytest.mark.parametrize("container", [np.array, list, tuple])
@pytest.mark.parametrize("shape", [(3, *SIZE, 3), (3, *SIZE), (1, *SIZE, 1), (2, *SIZE, 7)])
def test_each_frame_of_a_stack_undergoes_what_one_picture_does(make, shape, container):
    frames = noise(*shape)
    stack = container(frames if container is np.array else list(frames))
    masks = container([frame[..., 0] if frame.ndim == 3 else frame for frame in frames])
    out = run(make, images=stack, masks=masks)
    assert type(out["images"]) is type(stack)
    assert type(out["masks"]) is type(masks)
    for k, frame in enumerate(frames):
        alone = run(make, image=frame, mask=masks[k])
        np.testing.assert_array_equal(out["images"][k], alone["image"])
        np.testing.assert_array_equal(out["masks"][k], alone["mask"])
        assert out["images"][k].dtype == frame.dtype


@every_map
@pytest.mark.parametrize(
    "none", [[], (), np.zeros((0, *SIZE), np.int64), np.zeros((0, *SIZE, 2), bool), np.zeros((0, 0, 0))]
)
def test_no_masks_at_all_are_valid(make, none):
    out = run(make, image=noise(*SIZE, 3), masks=none)
    assert type(out["masks"]) is type(none)
    assert len(out["masks"]) == 0
    if isinstance(none, np.ndarray):
        assert out["masks"].shape == (0, *out["image"].shape[:2], *none.shape[3:])
        assert out["masks"].dtype == none.dtype


@every_map
def test_masks_in_a_list_keep_their_own_dtypes_and_axes(make):
    masks = [noise(*SIZE, dtype=np.int64) * 2**40, noise(*SIZE, 1, dtype=np.int8), noise(*SIZE, 2, dtype=np.float16)]
    out = run(make, image=noise(*SIZE, 3), masks=masks)["masks"]
    for got, mask in zip(out, masks, strict=True):
        assert (got.dtype, got.ndim) == (mask.dtype, mask.ndim)
        assert set(np.unique(got)) <= {*np.unique(mask).tolist(), 0, 3}


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (2, 2)])
@pytest.mark.parametrize("name", [name for name in MAKERS if name != "crop"])
def test_the_smallest_pictures_are_valid(name, size):
    out = run(MAKERS[name], image=noise(*size, 3), mask=noise(*size))
    assert out["image"].shape[:2] == out["mask"].shape


def test_one_draw_serves_all_pictures():
    image = noise(*SIZE, 3)
    also = {"image2": "image"}
    data = {"image": image, "image2": image, "images": image[None]}
    out = run(lambda s: PixelFn(target_noise, seed=5), additional_targets=also, **data)
    np.testing.assert_array_equal(out["image"], out["image2"])
    np.testing.assert_array_equal(out["image"], out["images"][0])
    assert not np.array_equal(out["image"], image)


def test_colours_leave_masks_and_labels_alone():
    mask, label = noise(*SIZE), object()
    out = run(lambda s: Lookup(target_negative), image=noise(*SIZE), mask=mask, masks=[mask], label=label)
    assert out["mask"] is mask
    assert out["label"] is label
    np.testing.assert_array_equal(out["masks"][0], mask)
    np.testing.assert_array_equal(out["image"], 255 - noise(*SIZE))


# What is no picture


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ({"image": np.zeros(SIZE)}, WrongType, r"float64 is not uint8, uint16 or float32.*np.float32"),
        ({"image": np.zeros(SIZE, bool)}, WrongType, r"astype\(np.uint8\)"),
        ({"image": np.zeros(SIZE, np.int64)}, WrongType, r"astype\(np.uint8\)"),
        ({"image": None}, WrongType, "was the file found"),
        ({"image": [[1, 2], [3, 4]]}, WrongType, "np.asarray"),
        ({"image": "cat.jpg"}, WrongType, "cv2.imread"),
        ({"image": np.zeros(5, np.uint8)}, InvalidData, r"\(5,\) is not \(height, width\)"),
        ({"image": np.zeros((2, *SIZE, 3), np.uint8)}, InvalidData, "is not"),
        ({"image": np.zeros((0, 5, 3), np.uint8)}, InvalidData, "no pixels"),
        ({"mask": np.zeros(SIZE, complex)}, WrongType, "complex128"),
        ({"mask": np.full(SIZE, "a")}, WrongType, "label values as numbers"),
        ({"mask": [[0]]}, WrongType, "np.asarray"),
        ({"images": np.zeros(SIZE, np.uint8)}, InvalidData, r"\(N, height, width\)"),
        ({"images": [np.zeros((4, 5), np.uint8), np.zeros((5, 4), np.uint8)]}, InvalidData, r"images\[1\]"),
        ({"masks": "ab"}, WrongType, "not a stack"),
        ({"image": np.zeros((4, 5), np.uint8), "mask": np.zeros((5, 4))}, InvalidData, "is_check_shapes=False"),
        ({"label": 3}, InvalidData, "no picture given"),
        ({}, InvalidData, "no picture given"),
        ({"masks": []}, InvalidData, "no picture given"),
    ],
)
def test_what_cannot_be_is_refused_in_words(data, kind, words):
    with pytest.raises(kind, match=words):
        run(MAKERS["flip"], **data)


def test_a_function_of_three_channels_names_them():
    with pytest.raises(Unsupported, match=r"needs 3 channels, and the image has 4; SelectiveChannelTransform"):
        run(lambda s: PixelFn(target_needs_three), image=noise(*SIZE, 4))


# Erasing


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 6])
@pytest.mark.parametrize(
    "region",
    [
        Rectangles(((5, 5, 20, 30), (15, 20, 200, 40), (-9, -9, 2, 2), (70, 70, 99, 99))),
        PolygonRegion((((10, 10), (60, 15), (30, 50)), ((0, 0), (9, 0), (0, 9)))),
        Scatter(target_spots, seed=3),
    ],
)
def test_erasing_fills_the_region_and_nothing_else(region, channels, dtype):
    image, mask = noise(*SIZE, channels, dtype=dtype, top=2), noise(*SIZE, dtype=np.int64)
    inside = region.mask(SIZE)
    assert 0 < inside.sum() < inside.size
    for fill in (0.5 if dtype is np.float32 else 77, tuple(range(channels)), "random", "random_uniform"):
        out = run(lambda s, f=fill: Erase(region, fill=f, fill_mask=2**40, seed=1), image=image, mask=mask)
        np.testing.assert_array_equal(out["image"][~inside], image[~inside])
        np.testing.assert_array_equal(out["mask"], np.where(inside, 2**40, mask))
        assert out["image"].dtype == dtype
        if not isinstance(fill, str):
            np.testing.assert_array_equal(out["image"][inside], np.broadcast_to(fill, (inside.sum(), channels)))
        else:
            colours = len(np.unique(out["image"][inside], axis=0))
            assert colours > 50 if fill == "random" else 1 <= colours <= 5
        again = run(lambda s, f=fill: Erase(region, fill=f, fill_mask=2**40, seed=1), image=image)
        np.testing.assert_array_equal(again["image"], out["image"])
    kept = run(lambda s: Erase(region, fill=1), image=image, mask=mask)["mask"]
    assert kept is mask, "masks are filled where that is asked for"


@given(st.lists(st.tuples(st.floats(-5, 25), st.floats(-5, 25)), min_size=3, max_size=6))
def test_a_polygon_covers_the_pixels_whose_centres_lie_in_it(outline):
    covered = PolygonRegion((tuple(outline),)).mask((20, 20))
    points, following = np.array(outline), np.roll(outline, -1, 0)
    rows, columns = np.mgrid[:20, :20] + 0.5
    crossed = np.zeros((20, 20), int)
    for (x0, y0), (x1, y1) in zip(points, following, strict=True):
        spans = (y0 > rows) != (y1 > rows)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed += spans & (columns >= x0 + (rows - y0) * (x1 - x0) / (y1 - y0))
    assert np.mean(covered != (crossed % 2 == 1)) <= 1 / 400, "up to rounding on an edge"


def test_rectangles_and_the_same_as_polygons_cover_the_same():
    corners = ((3, 4), (17, 4), (17, 9), (3, 9))
    np.testing.assert_array_equal(PolygonRegion((corners,)).mask(SIZE), Rectangles(((3, 4, 17, 9),)).mask(SIZE))


@pytest.mark.parametrize("fill", ["inpaint_telea", "inpaint_ns"])
def test_inpainting_continues_the_surroundings_of_pictures_it_can_do(fill):
    image = np.full((*SIZE, 3), 90, np.uint8)
    image[10:20, 10:20] = 255
    effect = Erase(Rectangles(((10, 10, 20, 20),)), fill=fill)
    np.testing.assert_allclose(run(lambda s: effect, image=image)["image"], 90, atol=3)
    for other in (image.astype(np.float32), image[..., :2]):
        with pytest.raises(Unsupported, match="uint8 pictures of 1 or 3 channels"):
            run(lambda s: effect, image=other)


# Polygons


def star(x, y, radius, points=7):
    angle = np.linspace(0, 2 * np.pi, 2 * points, endpoint=False)
    length = np.where(np.arange(2 * points) % 2, 0.5, 1.0) * radius
    return np.stack([x + length * np.cos(angle), y + length * np.sin(angle)], 1)


def filled(rings, size):
    """Even-odd pixels of rings."""
    mask = np.zeros(size, bool)
    for ring in rings:
        mask ^= PolygonRegion((tuple(map(tuple, np.asarray(ring).tolist())),)).mask(size)
    return mask


@pytest.mark.parametrize(
    "chain", [["rotate"], ["crop"], ["rotate", "crop", "turn"], ["dense"], ["crop", "pad", "resize"]]
)
@pytest.mark.parametrize("centre", [(45, 30), (10, 8), (88, 55), (300, 300)])
def test_a_polygon_is_cut_to_what_its_pixels_show(centre, chain):
    grow = 4
    makes = [MAKERS[name] for name in chain]
    size = (HEIGHT * grow, WIDTH * grow)
    outer, hole = star(*np.array(centre) * grow, 25 * grow), star(*np.array(centre) * grow, 8 * grow)
    painted = filled([outer, hole], size).astype(np.uint8)
    out = run(*makes, image=painted, mask=painted, polygons=[[outer, hole]])
    shown = out["mask"] == 1
    drawn = filled(out["polygons"][0], shown.shape)
    perimeter = 4 * np.sqrt(shown.sum()) + 8
    assert (drawn != shown).sum() < 1.5 * perimeter
    for ring in out["polygons"][0]:
        assert (ring >= -1e-6).all()
        assert (ring <= np.array(shown.shape[::-1]) + 1e-6).all()


TRIANGLE = [(10.0, 10.0), (40.0, 10.0), (10.0, 40.0)]


@pytest.mark.parametrize(
    "polygon",
    [
        TRIANGLE,
        tuple(TRIANGLE),
        [list(point) for point in TRIANGLE],
        [value for point in TRIANGLE for value in point],
        np.array(TRIANGLE),
        np.array(TRIANGLE, np.float32),
        [TRIANGLE, TRIANGLE],
        [np.array(TRIANGLE)],
        [[value for point in TRIANGLE for value in point]],
        [],
        np.zeros((0, 2)),
    ],
)
def test_polygons_come_back_in_the_form_they_came_in(polygon):
    flip = MAKERS["flip"]
    out = run(flip, flip, image=noise(*SIZE), polygons=[polygon, TRIANGLE])["polygons"]
    assert len(out) == 2
    assert type(out[0]) is type(polygon)
    np.testing.assert_allclose(np.array(out[0], float), np.array(polygon, float))
    if len(polygon):
        assert type(out[0][0]) is type(polygon[0])
    if isinstance(polygon, np.ndarray):
        assert out[0].dtype == polygon.dtype
    gone = run(lambda s: Geometry(Lattice.window(s, 50, 0, 90, 60)), image=noise(*SIZE), polygons=(polygon, TRIANGLE))
    assert isinstance(gone["polygons"], tuple)
    assert [len(one) for one in gone["polygons"]] == [0, 0], "objects keep their places"


@pytest.mark.parametrize("bad", [5, [5], [[(0, 0), (1, 1)]], [[1, 2, 3]], ["abc"], [[(0, 0), (1, 1), (2, np.nan)]]])
def test_what_is_no_polygon_is_refused_in_words(bad):
    with pytest.raises((WrongType, InvalidData), match="polygons"):
        run(MAKERS["flip"], image=noise(*SIZE), polygons=bad)


# Targets of one's own


class Centre(Annotation):
    """One point (x, y) in the continuous frame."""

    kind = "centre"

    def read(self, name, data, frame):
        return np.array(data[name], float)

    def write(self, name, state, frame, result):
        result[name] = tuple(state.tolist())

    def geometry(self, state, effect, frame):
        return effect.map.forward(state)


class Nothing(Target):
    """Defines no effect at all."""

    kind = "nothing"

    def read(self, name, data, frame):
        return data[name]

    def write(self, name, state, frame, result):
        result[name] = state


def test_a_target_of_ones_own_takes_part():
    out = run(MAKERS["flip"], image=noise(*SIZE), centre=(10, 20), additional_targets={"centre": Centre()})
    assert out["centre"] == (80.0, 20.0)


@pytest.mark.parametrize(
    ("effect", "kind", "target"),
    [
        (Geometry(Lattice.hflip(SIZE)), "Geometry", Nothing()),
        (Lookup(target_negative), "Lookup", Nothing()),
        (PixelFn(target_noise, seed=1), "PixelFn", Nothing()),
        (Erase(Rectangles(((0, 0, 5, 5),))), "Erase", Nothing()),
        (Erase(Rectangles(((0, 0, 5, 5),))), "Erase", Centre()),
    ],
)
def test_a_pair_that_nobody_defined_is_an_error_that_names_both(effect, kind, target):
    with pytest.raises(Unsupported, match=f"'{target.kind}' does not define the effect {kind}"):
        run(lambda s: effect, image=noise(*SIZE), thing=(1, 2), additional_targets={"thing": target})
