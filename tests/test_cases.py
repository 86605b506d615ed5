"""What the field's libraries get wrong, case by case and by its principle, with the transforms of the plugins.

Workers, epochs and keys under fork and spawn are in `test_rng.py`, sockets in `test_offline.py`.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import attrs
import numpy as np
import pytest

import augcore
from augcore import (
    BboxParams,
    Compose,
    Geometry,
    KeypointParams,
    Lattice,
    OneOf,
    Trace,
    Transform,
    UnknownParameter,
    plugins,
    transform,
)
from augcore.testing import Case, plugin_cases
from augcore.testing.cases import as_case, settled

pytest.importorskip("augcore_geometric")
pytest.importorskip("augcore_color")

STABLE = ("geometric", "color", "weather")


def grey(size, value=0, channels=1):
    return np.full((*size, channels), value, np.uint8)


def points_of(steps, points, size):
    pipeline = Compose(steps, keypoint_params=KeypointParams(format="xy", remove_invisible=False))
    return pipeline(image=grey(size), keypoints=points)["keypoints"]


def boxes_of(steps, boxes, size, format="pascal_voc", **options):
    return Compose(steps, bbox_params=BboxParams(format=format, **options))(image=grey(size), bboxes=boxes)["bboxes"]


# 1. Workers

PIPELINE = [augcore.Rotate(p=1), OneOf([augcore.RandomGamma(), augcore.GaussNoise()], p=1), augcore.HorizontalFlip()]
PICTURE = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)


def call(pipeline, epoch, index):
    return pipeline.keyed(epoch, index)(image=PICTURE)["image"].tobytes()


@pytest.mark.parametrize("method", ["spawn", "threads"])
@pytest.mark.parametrize("workers", [1, 4])
def test_1_keyed_draws_do_not_depend_on_who_makes_them(method, workers):
    pipeline = Compose(PIPELINE, seed=3)
    keys = [(epoch, index) for epoch in range(2) for index in range(6)]
    alone = [call(pipeline, *key) for key in keys]
    assert len(set(alone)) == len(keys)
    if method == "threads":
        with ThreadPoolExecutor(workers) as pool:
            together = list(pool.map(lambda key: call(pipeline, *key), reversed(keys)))
    else:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method)) as pool:
            pending = [pool.submit(pipeline.keyed(*key), image=PICTURE) for key in reversed(keys)]
            together = [future.result(120)["image"].tobytes() for future in pending]
    assert together[::-1] == alone


@pytest.mark.parametrize("seed", [None, 1, 2**40])
def test_1_calls_differ_from_each_other_and_repeat_with_their_seed(seed):
    def run():
        pipeline = Compose(PIPELINE, seed=seed)
        return [pipeline(image=PICTURE)["image"].tobytes() for _ in range(24)]

    first, again = run(), run()
    assert len(set(first)) == 24
    assert (first == again) == (seed is not None)


# 2. Pixel convention


@pytest.mark.parametrize("width", [1, 2, 10, 33])
def test_2_pixel_indices_move_by_pixel_centres(width):
    size = (3, width)
    assert points_of([augcore.HorizontalFlip(p=1)], [(0, 1)], size) == [(width - 1, 1)]
    middle = (width - 1) / 2
    for output in (1, 2 * width, 3 * width + 1):
        resized = points_of([augcore.Resize(3, output)], [(middle, 1)], size)
        assert resized == [pytest.approx(((output - 1) / 2, 1))]


MOVES = [
    augcore.HorizontalFlip(p=1),
    augcore.VerticalFlip(p=1),
    augcore.Transpose(p=1),
    augcore.D4(p=1),
    augcore.RandomRotate90(p=1),
    augcore.Resize(130, 194),
    augcore.Resize(100, 97),
    augcore.LongestMaxSize(150),
    augcore.Rotate(limit=(17, 40), p=1),
    augcore.Affine(scale=(0.9, 1.2), rotate=(-30, 30), shear=(-8, 8), p=1),
    augcore.ShiftScaleRotate(shift_limit=0.05, p=1),
    augcore.Pad(7, p=1),
    augcore.PadIfNeeded(90, 120, p=1),
    augcore.CenterCrop(55, 80),
    augcore.Perspective(scale=(0.02, 0.04), p=1),
    augcore.ElasticTransform(alpha=20, sigma=12, p=1),
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: type(move).__name__)
@pytest.mark.parametrize("point", [(40.25, 30.5), (48.0, 32.0), (52.5, 35.75)])
def test_2_a_blob_stays_on_its_keypoint(move, point):
    (x, y), (rows, columns) = point, np.mgrid[:65, :97]
    blob = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18).astype(np.float32)
    out = Compose([move], keypoint_params="xy", seed=5)(image=blob, keypoints=[point])
    picture = np.where(out["image"] > 1e-3, out["image"], 0).astype(float)
    rows, columns = np.indices(picture.shape)
    found = (picture * columns).sum() / picture.sum(), (picture * rows).sum() / picture.sum()
    # Where a map bends, the middle of a blob is not the image of its middle: by the map's second derivative.
    bends = isinstance(move, (augcore.Perspective, augcore.ElasticTransform))
    np.testing.assert_allclose(found, out["keypoints"][0], atol=0.15 if bends else 0.02)


# 3. Rotations that add up


@pytest.mark.parametrize(("times", "degrees"), [(8, 45), (4, 90), (12, 30), (7, 360 / 7)])
@pytest.mark.parametrize(("size", "box"), [((500, 500), (200, 200, 300, 300)), ((300, 420), (180, 130, 240, 160))])
def test_3_rotations_by_a_whole_turn_give_the_box_back(size, box, times, degrees):
    steps = [augcore.Rotate(limit=(degrees, degrees), p=1)] * times
    np.testing.assert_allclose(boxes_of(steps, [box], size), [box], atol=1e-3)


@pytest.mark.parametrize(("times", "degrees"), [(8, 45), (6, 60)])
def test_3_resampled_once_the_picture_comes_back_too(times, degrees):
    rows, columns = np.mgrid[:500, :500]
    smooth = np.rint(127 + 60 * np.sin(columns / 20) + 60 * np.cos(rows / 25)).astype(np.uint8)
    steps = [augcore.Rotate(limit=(degrees, degrees), p=1)] * times
    centre = (slice(150, 350), slice(150, 350))
    back = Compose(steps, fuse="resample")(image=smooth)["image"]
    error = np.mean((back[centre].astype(float) - smooth[centre]) ** 2)
    assert 10 * np.log10(255**2 / max(error, 1e-9)) > 45


# 4. Visibility


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_4_visibility_is_cumulative_and_compared_with_the_whole_box(scale):
    side = 100 * scale
    crops = [augcore.Crop(0, 0, 80 * scale, side), augcore.Crop(0, 0, 60 * scale, side)]
    whole = [(0, 0, side, side)]
    assert boxes_of(crops, whole, (side, side), min_visibility=0.7) == []
    assert len(boxes_of(crops, whole, (side, side), min_visibility=0.6)) == 1
    assert len(boxes_of(crops[:1], whole, (side, side), min_visibility=0.7)) == 1


@pytest.mark.parametrize("size", [128, 129, 200])
def test_4_a_box_that_is_wholly_visible_is_kept(size):
    away = (size - 64) // 2
    kept = boxes_of([augcore.CenterCrop(64, 64)], [(40, 40, 60, 60)], (size, size), min_visibility=1.0)
    visible = min(60 - away, 64) - max(40 - away, 0)
    expected = [(40 - away, 40 - away, 60 - away, 60 - away)] if visible == 20 and away <= 40 else []
    assert kept == expected


# 5. Fidelity


@pytest.mark.parametrize(
    ("dtype", "label"), [("int64", 2**40), ("uint64", 2**63), ("int32", -5), ("uint16", 65535), ("bool", True)]
)
@pytest.mark.parametrize("move", MOVES, ids=lambda move: type(move).__name__)
def test_5_masks_keep_dtype_and_values(move, dtype, label):
    mask = np.zeros((65, 97), dtype)
    mask[10:55, 20:80] = label
    out = Compose([move])(image=grey((65, 97)), mask=mask)["mask"]
    assert out.dtype == dtype
    assert set(np.unique(out).tolist()) == {0, label}


@pytest.mark.parametrize("container", [list, tuple, np.array])
def test_5_labels_stay_the_whole_numbers_they_are(container):
    labels = container([2**53 + 1, 2])
    pipeline = Compose(
        [augcore.Rotate(p=1), augcore.Resize(30, 30)], bbox_params=BboxParams("coco", label_fields=["ids"])
    )
    out = pipeline(image=grey((64, 64)), bboxes=[(20, 20, 9, 9), (30, 30, 9, 9)], ids=labels)["ids"]
    assert type(out) is type(labels)
    assert [int(label) for label in out] == [2**53 + 1, 2]
    assert all(not isinstance(label, (float, np.floating)) for label in out)


# 6. Tolerance


def test_6_rounding_is_accepted_and_reaching_out_is_the_users_choice():
    # By its centre and width this box begins at -5e-8.
    (box,) = boxes_of([augcore.NoOp()], [(0.1, 0.5, 0.2000001, 0.2)], (100, 100), format="yolo")
    assert box[0] - box[2] / 2 == pytest.approx(0, abs=1e-12)
    flipped = boxes_of([augcore.HorizontalFlip(p=1)], [(90, 10, 11, 20)], (50, 100), format="coco", clip=True)
    assert flipped == [(0, 10, 10, 20)]
    for x in (100, 99.5, -0.5, 1e6):
        assert len(points_of([augcore.HorizontalFlip(p=1)], [(x, 5)], (50, 100))) == 1


# 7. Parameters


@pytest.mark.parametrize(
    ("name", "old", "nearest"),
    [
        ("GaussNoise", {"var_limit": (10, 50)}, None),
        ("Rotate", {"limits": 30}, "limit"),
        ("HorizontalFlip", {"always_apply": True}, None),
        ("Resize", {"height": 3, "widht": 4}, "width"),
        ("RandomGamma", {"gama_limit": 5}, "gamma_limit"),
        ("CoarseDropout", {"max_holes": 8}, None),
        ("Affine", {"border": 0}, "border_mode"),
    ],
)
def test_7_a_parameter_that_does_not_exist_is_an_error(name, old, nearest):
    with pytest.raises(UnknownParameter, match=f"did you mean '{nearest}'" if nearest else "no parameter"):
        getattr(augcore, name)(**old)


# 8. Fusion and fill


@transform
class SeesTheTurnedPicture(Transform):
    """Keeps the corner of what it sees."""

    needs = frozenset({"image"})

    def sample(self, rng, view):
        seen.append(view["image"].copy())


seen: list[np.ndarray] = []


@pytest.mark.parametrize("fuse", ["off", "exact", "resample"])
def test_8_no_labels_are_invented_and_observers_see_what_was_done(fuse):
    mask = np.random.default_rng(0).integers(0, 3, (80, 80))
    steps = [augcore.Affine(scale=(1.5, 1.5), p=1), augcore.Rotate(limit=(20, 20), p=1), augcore.Resize(50, 60)]
    assert set(np.unique(Compose(steps, fuse=fuse)(image=grey((80, 80)), mask=mask)["mask"])) <= {0, 1, 2}
    seen.clear()
    turn = [augcore.RandomRotate90(p=1), SeesTheTurnedPicture(p=1), augcore.Resize(20, 20)]
    _, trace = Compose(turn, fuse=fuse, seed=1).traced(image=PICTURE)
    expected = Compose([FixedEffect(trace.steps[0].effect)])(image=PICTURE)["image"]
    np.testing.assert_array_equal(seen[0], expected)


@transform
class FixedEffect(Transform):
    """Gives what it was given."""

    effect: Geometry = attrs.field()
    p: float = 1.0

    def sample(self, rng, view):
        return self.effect


@pytest.mark.parametrize("channels", [1, 3, 4, 10, 130, 200])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_8_a_fill_reaches_all_channels_of_a_warp(channels, dtype):
    image = np.ones((40, 40, channels), dtype)
    for step in (
        augcore.Rotate(limit=(45, 45), fill=114, p=1),
        augcore.Affine(translate_px=(15, 15), fill=114, p=1),
        augcore.Pad(5, fill=114, p=1),
        augcore.Perspective(scale=(0.3, 0.3), fit_output=True, fill=114, p=1),
    ):
        out = Compose([step], seed=1)(image=image)["image"]
        filled = (out == 114).all(-1)
        assert filled.any()
        assert (out == 114).any(-1)[0, 0] == filled[0, 0]
        # Between them all channels are alike, up to the 1/32 px that OpenCV 4.14 rounds positions to for some.
        edge = ~filled & (out != 1).any(-1)
        assert (np.ptp(out[edge], axis=-1) <= 113 / 32 + 1).all()


# 9. Replay


GIVEN = {
    "geometric": {
        "CenterCrop3D": augcore.CenterCrop3D((4, 40, 50)),
        "ConstrainedCoarseDropout": augcore.ConstrainedCoarseDropout(mask_indices=[1, 2]),
        "Crop": augcore.Crop(5, 6, 60, 50),
        "CropAndPad": augcore.CropAndPad(px=((-9, 0), (3, 9), (-9, 9), 4)),
        "LongestMaxSize": augcore.LongestMaxSize(80),
        "PadIfNeeded3D": augcore.PadIfNeeded3D((8, 70, 0)),
        "RandomCrop3D": augcore.RandomCrop3D((4, 40, 50)),
        "RandomCropNearBBox": Case(augcore.RandomCropNearBBox(0.2), data={"cropping_bbox": (20, 10, 80, 60)}),
        "SmallestMaxSize": augcore.SmallestMaxSize(80),
        "XYMasking": augcore.XYMasking(2, 2, 20, 20),
    }
}


def every_case():
    for name in STABLE:
        if plugins.find(name) is not None:
            yield from plugin_cases(name, **GIVEN.get(name, {}))


@pytest.mark.parametrize("kind", list(every_case()), ids=lambda given: as_case(given).name)
def test_9_every_transform_replays_from_json_bit_for_bit(kind):
    case = settled(kind)
    data = case.sample()
    for key in range(3):
        result, trace = case.pipeline(like=data).keyed(key).traced(**data)
        text = trace.to_json()
        again = Trace.from_json(text).apply(case._source(data), **data)
        assert list(again) == list(result)
        for name, value in result.items():
            np.testing.assert_array_equal(np.asarray(again[name]), np.asarray(value), err_msg=name)
        assert Trace.from_json(text).to_json() == text


def test_the_lattice_of_the_core_and_the_flip_of_the_plugin_agree():
    flipped = Compose([FixedEffect(Geometry(Lattice.hflip((40, 40))))])(image=PICTURE)["image"]
    np.testing.assert_array_equal(augcore.HorizontalFlip(p=1)(image=PICTURE)["image"], flipped)
