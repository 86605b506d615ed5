"""Polygons, COCO's rings and run lengths: what goes in comes out alike, cut to what is shown, in step with masks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import Compose, Erase, Geometry, InvalidData, Lattice, Mix, PerTarget, WrongType, plugins, rings, rle
from augcore.frame import Frame
from augcore.targets import Masks, Polygons
from augcore.testing import TargetConformance
from augcore.testing.cases import example
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (60, 90)
IMAGE = np.zeros((*SIZE, 3), np.uint8)
TARGET = Polygons()
DATASET = json.loads((Path(__file__).parents[2] / "examples/data/annotations.json").read_text())
SIZES = {image["id"]: (image["height"], image["width"]) for image in DATASET["images"]}
OUTLINED: dict[int, list[Any]] = {}
for _one in DATASET["annotations"]:
    if _one.get("segmentation"):
        OUTLINED.setdefault(_one["image_id"], []).append(_one["segmentation"])


def as_rings(polygon: Any) -> list[Array]:
    return [np.reshape(ring, (-1, 2)) for ring in polygon]


def drawn(polygon: Any, size: tuple[int, int]) -> Array:
    """The pixels whose centres a list of rings encloses, by even-odd counting."""
    mask = np.zeros(size, np.uint8)
    for ring in as_rings(polygon):
        mask ^= augcore.PolygonRegion((tuple(map(tuple, ring.tolist())),)).mask(size)
    return mask


def area(polygon: Any) -> float:
    return rings.even_odd_area(as_rings(polygon))


def perimeter(polygon: Any) -> float:
    return sum(np.hypot(*(ring - np.roll(ring, 1, 0)).T).sum() for ring in as_rings(polygon))


def as_runs(mask: Array, kind: type[Any] = str) -> dict[str, Any]:
    encoded = rle.encode(mask)
    counts = {str: encoded["counts"], bytes: encoded["counts"].encode(), list: rle.runs(mask).tolist()}
    return {**encoded, "counts": counts[kind]}


def decoded(runs: dict[str, Any]) -> Array:
    return rle.decode(runs["counts"], runs["size"])


def disc(size: tuple[int, int], x: float, y: float, radius: float) -> Array:
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    return ((columns - x) ** 2 + (rows - y) ** 2 < radius**2).astype(np.uint8)


def crop(x0: int, y0: int, x1: int, y1: int) -> Fixed:
    return Fixed(lambda view: Geometry(Lattice.window(view.size, x0, y0, x1, y1)))


# The kit


class TestRingsAsArrays(TargetConformance):
    target = TARGET
    indifferent = ("Erase",)

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        triangle = rng.uniform(5, 40, (3, 2))
        square = np.array([(10, 10), (30, 10), (30, 30), (10, 30)], np.float32)
        return {"polygons": (triangle, [square, square / 2 + 8], triangle.astype(np.float32).ravel())}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"polygons": []}, {"polygons": ()}, {"polygons": [np.zeros((0, 2)), [], []]}]


class TestFlatListsOfCoco(TestRingsAsArrays):
    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {
            "polygons": [
                [rng.uniform(5, 40, 8).tolist()],
                [[2.0, 2.0, 9.0, 2.0, 9.0, 9.0], [20.0, 20.0, 30.0, 20.0, 25.0, 40.0]],
                [],
            ]
        }


class TestRunLengths(TargetConformance):
    target = TARGET
    tolerance = 0.05  # of the pixels, after two resamplings

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        masks = [disc(size, *rng.uniform(10, 38, 2), radius) for radius in (5, 9, 4)]
        runs = [as_runs(mask, kind) for mask, kind in zip(masks, (str, bytes, list), strict=True)]
        return {"polygons": [*runs, [[5.0, 5.0, 12.0, 5.0, 8.0, 9.0]]]}

    def compare(self, first: Any, second: Any, tolerance: float) -> str:
        pairs = list(zip(first["polygons"][:3], second["polygons"][:3], strict=True))
        return "pixels" if any((decoded(a) != decoded(b)).mean() > tolerance for a, b in pairs) else ""


# With masks and boxes, through everything that moves pixels

GIVEN: dict[str, Any] = {
    "Affine": {"rotate": (-40, 40), "scale": (0.7, 1.2), "shear": (-10, 10)},
    "Crop": {"x_min": 40, "y_min": 30, "x_max": 260, "y_max": 240},
    "LongestMaxSize": {"max_size": 230},
    "PadIfNeeded": {"min_height": 600, "min_width": 700},
    "PixelSpread": {"radius": 1},  # masks fray, outlines stay
    "Resize": {"height": 211, "width": 317},
    "SmallestMaxSize": {"max_size": 170},
    "AtLeastOneBBoxRandomCrop": {"height": 170, "width": 210},
    "CenterCrop": {"height": 170, "width": 210},
    "CropAndPad": {"px": ((-30, 0), (5, 20), (-30, 10), 4)},
    "CropNonEmptyMaskIfExists": {"height": 170, "width": 210},
    "RandomCrop": {"height": 170, "width": 210},
    "RandomResizedCrop": {"size": (150, 190)},
    "RandomSizedBBoxSafeCrop": {"height": 150, "width": 190},
    "RandomSizedCrop": {"min_max_height": (120, 200), "size": (150, 190)},
    "XYMasking": {"num_masks_x": 2, "mask_x_length": 20},
}


NEED_MORE = {"ConstrainedCoarseDropout", "MaskDropout", "RandomCropNearBBox"}  # than pictures and annotations
FILL_MASKS = {"FrequencyMasking", "TimeMasking"}  # while outlines stay where the objects are


def moving() -> Iterator[Any]:
    """Every transform of the geometric plugin, but for those of volumes and clips."""
    plugins.load("geometric")
    for kind in plugins.transforms().values():
        package, _, module = kind.__module__.partition(".")
        if kind.__name__ in NEED_MORE | FILL_MASKS:
            continue
        if package == "augcore_geometric" and not module.startswith(("volume_", "clip")):
            yield pytest.param(example(kind, **GIVEN.get(kind.__name__, {})), id=kind.__name__)


EVERY = list(moving())
MOVING = pytest.mark.parametrize("step", EVERY)
# Without what lets masks and boxes grow or shrink around outlines that stay.
OUTLINING = pytest.mark.parametrize("step", [one for one in EVERY if one.id != "Morphological"])


@OUTLINING
def test_outlines_enclose_what_their_masks_hold_after_every_transform(step: Any) -> None:
    for key, found in OUTLINED.items():
        masks = [drawn(polygon, SIZES[key]) for polygon in found]
        out = Compose([step], seed=1).keyed(3, key)(image=np.zeros(SIZES[key], np.uint8), polygons=found, masks=masks)
        for polygon, mask in zip(out["polygons"], out["masks"], strict=True):
            assert abs(area(polygon) - mask.sum()) <= 0.75 * perimeter(polygon) + 4
            assert (drawn(polygon, mask.shape) != mask).sum() <= 0.75 * perimeter(polygon) + 4
            for ring in as_rings(polygon):
                assert ((ring >= -1e-9) & (ring <= np.add(mask.shape[::-1], 1e-9))).all()


@OUTLINING
def test_an_outline_lies_in_its_box_and_a_rectangles_is_its_box_after_every_transform(step: Any) -> None:
    params = augcore.BboxParams(format="pascal_voc", label_fields=("row",), filter_invalid_bboxes=True)
    for key, found in OUTLINED.items():
        boxes = [[*np.min(one, 0), *np.max(one, 0)] for one in (np.concatenate(as_rings(each)) for each in found)]
        upright = [[(x0, y0), (x1, y0), (x1, y1), (x0, y1)] for x0, y0, x1, y1 in boxes]
        image = np.zeros(SIZES[key], np.uint8)
        pipeline = Compose([step], bbox_params=params, seed=1).keyed(3, key)
        rows = list(range(len(boxes)))
        out, trace = pipeline.traced(image=image, polygons=[*found, *upright], bboxes=boxes, row=rows)
        maps = [one.effect.map for one in trace.steps if isinstance(one.effect, Geometry)]
        if any(map.tears for map in maps):
            pytest.skip("a box goes with one of the pieces alone")
        slack = 1e-6 if all(map.keeps_lines for map in maps) else 0.75
        for row, (x0, y0, x1, y1) in zip(out["row"], out["bboxes"], strict=True):
            for polygon in (out["polygons"][row], [out["polygons"][len(found) + row]]):
                points = np.concatenate([np.zeros((0, 2)), *as_rings(polygon)])
                assert ((points >= np.subtract((x0, y0), slack)) & (points <= np.add((x1, y1), slack))).all()
            if all(map.axis_aligned for map in maps):
                hull = [*np.min(points, 0), *np.max(points, 0)]
                np.testing.assert_allclose(hull, (x0, y0, x1, y1), atol=1e-6)


def test_long_edges_follow_a_map_that_bends_them() -> None:
    box = [[30.0, 40.0, 290.0, 40.0, 290.0, 280.0, 30.0, 280.0]]
    step, mask = augcore.ElasticTransform(alpha=900, sigma=20, p=1), drawn(box, (320, 330))
    out = Compose([step], seed=1)(image=mask, polygons=[box], mask=mask)
    assert (drawn(out["polygons"][0], mask.shape) != out["mask"]).sum() < 0.25 * perimeter(box)


@MOVING
@pytest.mark.parametrize("kind", [str, bytes, list])
def test_run_lengths_are_masks_after_every_transform(step: Any, kind: type[Any]) -> None:
    key, found = next(iter(OUTLINED.items()))
    masks, image = [drawn(polygon, SIZES[key]) for polygon in found], np.zeros(SIZES[key], np.uint8)
    runs = [as_runs(mask, kind) for mask in masks]
    pipeline = Compose([step], seed=1).keyed(3)
    out, trace = pipeline.traced(image=image, polygons=[runs[0], found[0], *runs[1:]], masks=masks)
    alone = trace.apply(image=image, polygons=[found[0]])
    assert out["polygons"].pop(1) == alone["polygons"][0]
    for one, mask in zip(out["polygons"], out["masks"], strict=True):
        assert type(one["counts"]) is kind
        assert one["size"] == list(mask.shape)
        assert np.array_equal(decoded(one), mask)


@given(st.integers(0, 10**6), st.booleans())
def test_undoing_gives_what_was_not_cut_back(seed: int, whole: bool) -> None:
    draws = np.random.default_rng(seed)
    polygon = [draws.uniform(30, 60, (5, 2)).ravel().tolist()]
    steps = [augcore.Rotate(limit=40, p=1), augcore.HorizontalFlip(p=0.5), augcore.Resize(190, 230, p=1)]
    pipeline = Compose([*steps, *([] if whole else [augcore.Crop(0, 0, 120, 120, p=1)])], seed=1).keyed(seed)
    out, trace = pipeline.traced(image=np.zeros((90, 90), np.uint8), polygons=[polygon])
    back = trace.undo(polygons=out["polygons"])["polygons"][0]
    if whole:
        np.testing.assert_allclose(back, polygon, atol=1e-6)
    else:  # all that is left lies in the original
        assert area([*back, *polygon]) == pytest.approx(area(polygon) - area(back), abs=1e-4)


# Pieces and containers


def zigzag(top: float) -> list[tuple[float, float]]:
    """Three teeth that reach over y = 30 from below."""
    points = [(10.0, top), (20.0, 50.0), (30.0, top), (40.0, 50.0), (50.0, top)]
    return [*points, (50.0, 58.0), (10.0, 58.0)]


def test_what_is_given_as_rings_comes_in_pieces_and_what_is_one_ring_stays_one() -> None:
    given = [[zigzag(10)], zigzag(10), np.array(zigzag(10)), [np.ravel(zigzag(10)).tolist()]]
    out = Compose([crop(0, 0, 90, 30)])(image=IMAGE, polygons=given)["polygons"]
    assert [len(out[0]), len(out[3])] == [3, 3]
    assert all(isinstance(point, tuple) for ring in out[0] for point in ring)
    assert all(isinstance(ring, list) and isinstance(ring[0], float) for ring in out[3])
    assert (type(out[1]), type(out[1][0])) == (list, tuple)
    assert out[2].shape == (len(out[1]), 2)
    areas = [area(out[0]), area([out[1]]), area([out[2]]), area(out[3])]
    np.testing.assert_allclose(areas, areas[0])
    assert drawn(out[0], (30, 90)).sum() == drawn([out[1]], (30, 90)).sum() > 0


@pytest.mark.parametrize("outer", [list, tuple])
def test_lists_of_rings_keep_their_type_and_their_closing_points(outer: Any) -> None:
    ring = [*zigzag(10), zigzag(10)[0]]
    out = Compose([crop(0, 0, 90, 60)])(image=IMAGE, polygons=[outer([ring, ring])])["polygons"]
    assert out == [outer([ring, ring])]


def test_a_list_of_points_that_are_arrays_comes_back_as_one() -> None:
    ring = [np.array(point, np.float32) for point in zigzag(10)]
    (out,) = Compose([crop(10, 0, 90, 60)])(image=IMAGE, polygons=[ring])["polygons"]
    assert [point.dtype for point in out] == [np.float32] * len(ring)
    np.testing.assert_allclose(np.array(out), np.array(ring) - (10, 0))


def test_annotations_of_coco_are_taken_as_they_stand() -> None:
    crowd = {"size": list(SIZE), "counts": as_runs(disc(SIZE, 30, 30, 9))["counts"], "note": "kept"}
    given: list[Any] = [[np.ravel(zigzag(10)).tolist()], crowd, []]
    same = Compose([])(image=IMAGE, polygons=given)["polygons"]
    assert same == given
    assert same[1] is not crowd
    out = Compose([crop(0, 0, 30, 60)])(image=IMAGE, polygons=given)["polygons"]
    assert (out[1]["size"], out[1]["note"]) == ([60, 30], "kept")
    assert np.array_equal(decoded(out[1]), disc(SIZE, 30, 30, 9)[:, :30])
    gone = Compose([crop(70, 0, 90, 60)])(image=IMAGE, polygons=given)["polygons"]
    assert (gone[0], decoded(gone[1]).sum(), gone[2]) == ([], 0, [])


# Other effects


def test_erasing_clears_masks_where_masks_are_filled_and_leaves_outlines() -> None:
    mask = disc(SIZE, 30, 30, 12)
    given = [as_runs(mask), zigzag(10)]
    for fill, left in ((None, mask), (0, mask * (np.arange(90) >= 30)), (255, mask * (np.arange(90) >= 30))):
        step = Fixed(lambda view, fill=fill: Erase(augcore.Rectangles(((0, 0, 30, 60),)), fill_mask=fill))
        out = Compose([step])(image=IMAGE, polygons=given)["polygons"]
        assert np.array_equal(decoded(out[0]), left)
        assert out[1] == zigzag(10)


@pytest.mark.parametrize("region", [None, (20, 10, 50, 40)])
def test_mixing_joins_masks_as_masks_are_joined(region: Any) -> None:
    mine, other = [disc(SIZE, 30, 30, 12), disc(SIZE, 70, 30, 9)], [disc(SIZE, 40, 20, 15)]
    source = [{"image": IMAGE, "polygons": [as_runs(other[0], list), zigzag(10)], "masks": other}]
    step = Fixed(lambda view: Mix(0, 0.5, region))
    given = [as_runs(mine[0]), zigzag(10), as_runs(mine[1], bytes)]
    out = Compose([step], source=source)(image=IMAGE, polygons=given, masks=mine)
    assert [type(one["counts"]) for one in out["polygons"] if isinstance(one, dict)] == [str, bytes, list]
    runs = [decoded(one) for one in out["polygons"] if isinstance(one, dict)]
    assert np.array_equal(runs, out["masks"])
    assert [isinstance(one, dict) for one in out["polygons"]] == [True, False, True, True, False]
    shown = drawn([zigzag(10)], SIZE)
    shown = shown if region is None else shown[10:40, 20:50]
    assert area([out["polygons"][4]]) == pytest.approx(shown.sum(), abs=10)


def test_functions_are_given_rings_and_not_masks() -> None:
    def moved(ring: Array) -> Array:
        ring += 1  # on a copy
        return ring

    given = [as_runs(disc(SIZE, 30, 30, 12)), [zigzag(10), zigzag(20)]]

    def call(function: Any) -> Any:
        step = Fixed(lambda view: PerTarget((("polygons", function),)))
        return Compose([step])(image=IMAGE, polygons=given)["polygons"]

    out = call(moved)
    assert out[0] == given[0]
    np.testing.assert_allclose(out[1], np.array(given[1]) + 1)
    assert call(lambda ring: ring[:0])[1] == []
    with pytest.raises(InvalidData, match=r"function for polygons returned: .* its point 0 is \(nan, 10.0\)"):
        call(lambda ring: ring * (np.nan, 1))


# Objects


def test_objects_are_found_present_and_kept_by_place() -> None:
    given = [[zigzag(10)], as_runs(disc(SIZE, 10, 10, 5)), [], as_runs(np.zeros(SIZE)), zigzag(40), [zigzag(5)] * 2]
    state = TARGET.read("polygons", {"polygons": given}, Frame(SIZE))
    assert TARGET.objects(state).tolist() == list(range(6))
    assert TARGET.missing(state).tolist() == [False, False, True, True, False, False]
    effect = Geometry(Lattice.window(SIZE, 0, 0, 90, 30))
    frame = Frame(SIZE).after(effect.map)
    after = TARGET.geometry(state, effect, frame)
    assert TARGET.present(after, frame).tolist() == [True, True, False, False, False, True]
    everything: dict[str, Any] = {"polygons": given}
    TARGET.write("polygons", after, frame, everything)
    for places in ([0, 1, 5], [5, 1], [1, 2, 4], [], [3]):
        kept = TARGET.keep(after, np.array(places, int))
        assert TARGET.objects(kept).tolist() == places
        assert len(TARGET.look(kept, frame)) == len(places)
        result: dict[str, Any] = {"polygons": tuple(given)}
        TARGET.write("polygons", kept, frame, result)
        assert result["polygons"] == tuple(everything["polygons"][place] for place in places)
    again = TARGET.keep(TARGET.keep(after, np.array([1, 4, 5])), np.array([0, 2]))
    assert TARGET.objects(again).tolist() == [1, 5]


def test_masks_and_run_lengths_agree_on_which_objects_are_left() -> None:
    masks = [disc(SIZE, x, 30, 5) for x in (10, 40, 80)]
    runs = TARGET.read("polygons", {"polygons": [as_runs(mask) for mask in masks]}, Frame(SIZE))
    same = Masks().read("masks", {"masks": masks}, None)
    effect = Geometry(Lattice.window(SIZE, 30, 0, 60, 60))
    frame = Frame(SIZE).after(effect.map)
    left = TARGET.present(TARGET.geometry(runs, effect, frame), frame)
    assert left.tolist() == [False, True, False] == [bool(mask.any()) for mask in Masks().geometry(same, effect, frame)]


def test_a_transform_sees_rings_and_masks_that_it_cannot_change() -> None:
    state = TARGET.read("polygons", {"polygons": [as_runs(disc(SIZE, 9, 9, 5)), [zigzag(10)], []]}, Frame(SIZE))
    seen = TARGET.look(state, Frame(SIZE))
    assert np.array_equal(seen[0], disc(SIZE, 9, 9, 5))
    assert not seen[0].flags.writeable
    assert [ring.shape for ring in seen[1]] == [(7, 2)]
    assert seen[2] == ()


# Refusals

RING = zigzag(10)


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        (
            [RING, [1, 2, 3, 4, 5, 6, 7]],
            InvalidData,
            r"\[1\]: .* is not a ring; it holds 7 numbers, an odd count; give",
        ),
        ([[[1, 2, 3, 4]]], InvalidData, r"\[0\]\[0\]: \[1, 2, 3, 4\] is not a ring; give three or more.*; it holds 2$"),
        ([(0.0, 1.0), (3.0, 4.0)], InvalidData, r"\[0\]: .* it holds 1, so if this is a point .* one more list"),
        ([RING, [RING, [(0, 0), (1, np.inf), (1, 1)]]], InvalidData, r"\[1\]\[1\]: .*; its point 1 is \(0?1?.0, inf\)"),
        ([[0, 0, 1, 0, 1, np.nan]], InvalidData, r"\[0\]: .* is not a ring; its point 2 is \(1.0, nan\), .* mend it"),
        ([[[RING]]], InvalidData, r"\[0\]\[0\]: .* is not a ring; it is one list too deep; give an object as a ring"),
        ([np.zeros((4, 3))], InvalidData, r"\[0\]: .* is not a ring; its shape is \(4, 3\); give three or more"),
        ([[(0, 0), (1, 1, 1), (0, 1)]], InvalidData, r"\[0\]: .* is not a ring; give three or more finite points"),
        ([["1", "2"] * 3], WrongType, r"\[0\]\[0\]: str is neither a ring nor a point"),
        ([[[True, False, True, True, False, True]]], InvalidData, r"\[0\]\[0\]: .* is not a ring"),
        ([None], WrongType, r"\[0\]: NoneType is not a polygon; .* or \[\] for none"),
        ({"size": [1, 1]}, WrongType, r": dict is not a list of polygons; give one polygon an object"),
        ([{"counts": "0"}], InvalidData, r"\[0\]: a mapping with 'counts' is not run lengths; give {'size'"),
        ([{}], InvalidData, r"\[0\]: a mapping with nothing is not run lengths"),
        ([{"size": [60], "counts": "0"}], InvalidData, r"\[0\]: the size \[60\] of run lengths is not \[height, width"),
        ([{"size": [60, 9.5], "counts": "0"}], InvalidData, r"\[0\]: the size \[60, 9.5\] of run lengths"),
        (
            [RING, {"size": [90, 60], "counts": [5400]}],
            InvalidData,
            r"\[1\]: run lengths of the size \[90, 60\] meet a picture of \[60, 90\] \(height, width\); give those",
        ),
        (
            [{"size": SIZE, "counts": [5]}],
            InvalidData,
            r"\[0\]: run lengths cover 5 of a picture's 5400 pixels; encode",
        ),
        ([{"size": SIZE, "counts": "zz~"}], InvalidData, r"\[0\]: 'zz~' is not packed run lengths; encode the mask"),
        ([{"size": SIZE, "counts": None}], WrongType, r"\[0\]: counts are NoneType; give text, bytes or a list"),
    ],
)
def test_what_is_no_polygon_is_refused_by_number_value_and_mend(value: Any, kind: Any, message: str) -> None:
    with pytest.raises(kind, match=r"^polygons" + message) as caught:
        Compose([])(image=IMAGE, polygons=value)
    assert len(str(caught.value)) < 400
