"""MixUp and CutMix on real photographs: pixels, annotations, draws, replay, and samples that do not fit."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from augcore_experimental import CutMix, MixUp
from augcore_experimental.mixing import box_around
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import AffineMap, BboxParams, Compose, Geometry, KeypointParams, Lattice, Mix, Rng, Trace, View, transform

BOTH = pytest.mark.parametrize("mixing", [MixUp(p=1), CutMix(p=1)], ids=["MixUp", "CutMix"])


@transform
class Turn(augcore.Transform):
    """A quarter of a right angle and a half, about the centre, in the same frame."""

    def sample(self, rng: Rng, view: View) -> Geometry:
        a, x, y = math.radians(45), view.width / 2, view.height / 2
        c, s = math.cos(a), math.sin(a)
        matrix = [[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y], [0, 0, 1]]
        return Geometry(AffineMap.of(np.array(matrix), view.size, view.size))


@transform
class Flip(augcore.Transform):
    """Left to right."""

    def sample(self, rng: Rng, view: View) -> Geometry:
        return Geometry(Lattice.hflip(view.size))


def pipeline(steps: Any, source: Any, *, boxes: dict[str, Any] | None = None, **options: Any) -> Compose:
    return Compose(
        steps if isinstance(steps, list) else [steps],
        bbox_params=BboxParams(format="coco", label_fields=["categories"], **(boxes or {})),
        keypoint_params=KeypointParams(format="xy"),
        **{"seed": 1, "source": source, **options},
    )


def without(sample: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in sample.items() if name not in names}


def mirrored(sample: dict[str, Any]) -> dict[str, Any]:
    """Another sample of the same size."""
    return {**sample, "image": np.ascontiguousarray(sample["image"][:, ::-1]), "mask": sample["mask"][:, ::-1].copy()}


def mix_of(trace: Trace) -> Mix:
    (mix,) = (step.effect for step in trace.steps if isinstance(step.effect, Mix))
    return mix


def pasted(shape: tuple[int, ...], mix: Mix) -> np.ndarray:
    """(H, W) booleans: where the other sample shows."""
    where = np.zeros(shape[:2], bool)
    x0, y0, x1, y1 = mix.region
    where[y0:y1, x0:x1] = True
    return where


# Pixels


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_mixup_adds_both_pictures_by_its_weight(samples: list[dict[str, Any]], dtype: str) -> None:
    scale = {"uint8": 1, "uint16": 257, "float32": 1 / 255}[dtype]
    mine, other = ((s["image"] * float(scale)).astype(dtype) for s in (samples[0], mirrored(samples[0])))
    result, trace = pipeline(MixUp(alpha=5, p=1), [{"image": other}]).traced(image=mine)
    weight = mix_of(trace).weight
    assert 0.1 < weight < 0.9
    expected = weight * mine.astype(float) + (1 - weight) * other.astype(float)
    assert result["image"].dtype == dtype
    assert np.abs(result["image"] - expected).max() <= (0.51 if dtype != "float32" else 1e-6)


def test_cutmix_pastes_the_other_picture_bit_for_bit_and_keeps_its_own(samples: list[dict[str, Any]]) -> None:
    mine, other = samples[0], mirrored(samples[0])
    result, trace = pipeline(CutMix(p=1), [other]).traced(**mine)
    where = pasted(mine["image"].shape, mix_of(trace))
    assert where.any()
    assert not where.all()
    for name in ("image", "mask"):
        assert np.array_equal(result[name][where], other[name][where])
        assert np.array_equal(result[name][~where], mine[name][~where])


def test_the_other_picture_is_stretched_to_this_ones_size(samples: list[dict[str, Any]]) -> None:
    mine, other = samples[0]["image"], samples[1]["image"]
    result, trace = pipeline(CutMix(p=1), [{"image": other}]).traced(image=mine)
    where = pasted(mine.shape, mix_of(trace))
    y, x = (np.stack(np.nonzero(where)) + 0.5) * [[other.shape[0] / mine.shape[0]], [other.shape[1] / mine.shape[1]]]
    nearest = other[y.astype(int), x.astype(int)].astype(float)
    assert np.abs(result["image"][where] - nearest).mean() < 4


@BOTH
def test_inputs_and_the_source_are_left_as_they_were(samples: list[dict[str, Any]], mixing: Any) -> None:
    before = [{k: np.array(s[k]) for k in ("image", "mask", "bboxes", "label")} for s in samples]
    mine = [without(s, "mask") if isinstance(mixing, MixUp) else s for s in samples]
    for index in range(3):
        pipeline(mixing, mine)(**mine[index])
    for sample, kept in zip(samples, before, strict=True):
        assert all(np.array_equal(sample[name], value) for name, value in kept.items())


def test_many_channels_mix_too() -> None:
    draws = np.random.default_rng(0)
    mine, other = draws.integers(0, 256, (2, 20, 30, 150), np.uint8)
    result, trace = pipeline(MixUp(alpha=9, p=1), [{"image": other}]).traced(image=mine)
    weight = mix_of(trace).weight
    assert np.abs(result["image"] - (weight * mine + (1 - weight) * other)).max() <= 0.51


# Masks


def test_mixup_refuses_to_blend_the_names_of_classes(samples: list[dict[str, Any]]) -> None:
    with pytest.raises(augcore.Unsupported, match=r"mask: labels of uint8 cannot be blended.*one-hot float.*CutMix"):
        pipeline(MixUp(p=1), samples)(**samples[2])


@BOTH
def test_one_hot_float_masks_stay_distributions(samples: list[dict[str, Any]], mixing: Any) -> None:
    hot = [{**s, "mask": np.eye(11, dtype=np.float32)[s["mask"]]} for s in samples]
    mask = pipeline(mixing, hot)(**hot[2])["mask"]
    assert mask.shape == hot[2]["mask"].shape
    assert mask.dtype == np.float32
    assert np.abs(mask.sum(2) - 1).max() < 1e-5


def test_mixup_blends_float_masks_by_the_weight_of_the_picture(samples: list[dict[str, Any]]) -> None:
    mine, other = samples[4], mirrored(samples[4])
    mine, other = ({**s, "mask": s["mask"].astype(np.float64)} for s in (mine, other))
    result, trace = pipeline(MixUp(alpha=9, p=1), [other]).traced(**mine)
    weight = mix_of(trace).weight
    assert np.allclose(result["mask"], weight * mine["mask"] + (1 - weight) * other["mask"])


@pytest.mark.parametrize("container", [list, np.array])
@pytest.mark.parametrize("count", [0, 2])
def test_masks_of_both_samples_stand_one_after_the_other(samples: Any, container: Any, count: int) -> None:
    picture = samples[0]["image"]
    whole = np.ones(picture.shape[:2], np.uint8)
    masks = container([whole] * count) if count else container(np.zeros((0, *whole.shape), np.uint8))
    other = {"image": picture, "masks": [whole * 2, whole * 3]}
    result, trace = pipeline(CutMix(p=1), [other]).traced(image=picture, masks=masks)
    where = pasted(picture.shape, mix_of(trace))
    assert isinstance(result["masks"], type(masks))
    assert len(result["masks"]) == count + 2
    assert all(np.array_equal(mask, ~where) for mask in result["masks"][:count])
    assert all(np.array_equal(mask, where * label) for mask, label in zip(result["masks"][count:], (2, 3), strict=True))


# Boxes


def test_mixup_keeps_the_boxes_of_both_with_their_labels(samples: list[dict[str, Any]]) -> None:
    mine, other = without(samples[4], "mask"), without(samples[2], "mask")
    result = pipeline(MixUp(p=1), [other])(**mine)
    scale = np.array(mine["image"].shape[1::-1] * 2) / np.array(other["image"].shape[1::-1] * 2)
    assert np.allclose(result["bboxes"], [*mine["bboxes"], *np.array(other["bboxes"]) * scale])
    assert result["categories"] == mine["categories"] + other["categories"]


def test_cutmix_keeps_the_boxes_of_which_enough_shows() -> None:
    """Counted pixel by pixel, for boxes on whole pixels."""
    draws = np.random.default_rng(3)
    corners = np.sort(draws.integers(0, 64, (2, 60, 2, 2)), axis=2)
    corners[:, :, 1] += 1
    mine, other = (
        {
            "image": np.full((64, 64, 3), value, np.uint8),
            "bboxes": np.concatenate([c[:, 0], c[:, 1] - c[:, 0]], 1).tolist(),
            "categories": list(range(60)),
        }
        for c, value in zip(corners, (0, 255), strict=True)
    )
    for seed in range(10):
        result, trace = pipeline(CutMix(p=1), [other], boxes={"min_visibility": 0.4}, seed=seed).traced(**mine)
        where = pasted((64, 64), mix_of(trace))
        expected = []
        for one, shown in zip(corners, (~where, where), strict=True):
            parts = [shown[y0:y1, x0:x1].mean() for (x0, y0), (x1, y1) in one]
            expected += [row for row, part in enumerate(parts) if part >= 0.4]
        assert result["categories"] == expected


def test_a_pasted_box_ends_where_the_paste_ends(samples: list[dict[str, Any]]) -> None:
    mine = {**without(samples[1], "mask", "label"), "bboxes": [], "categories": []}
    for seed in range(5):
        result, trace = pipeline(CutMix(p=1), [without(samples[5], "mask", "label")], seed=seed).traced(**mine)
        x0, y0, x1, y1 = mix_of(trace).region
        boxes = np.array(result["bboxes"]).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        assert (boxes >= (x0, y0, x0, y0)).all()
        assert (boxes <= (x1, y1, x1, y1)).all()


def test_what_a_rotation_turned_out_is_gone_and_the_other_samples_corners_are_there() -> None:
    size = (100, 100, 3)
    corner, middle = (0, 0, 20, 20), (40, 40, 20, 20)
    mine = {"image": np.full(size, 50, np.uint8), "bboxes": [corner, middle], "categories": ["mine out", "mine"]}
    other = {"image": np.full(size, 90, np.uint8), "bboxes": [corner, middle], "categories": ["corner", "centre"]}
    for fuse in ("off", "exact", "resample"):
        steps = [Turn(p=1), MixUp(alpha=1000, p=1)]
        result = pipeline(steps, [other], boxes={"min_visibility": 0.9}, fuse=fuse)(**mine)
        assert result["categories"] == ["mine", "corner", "centre"]
        assert np.allclose(result["bboxes"][1:], [corner, middle])


def test_a_flip_after_the_mix_moves_the_boxes_of_both(samples: list[dict[str, Any]]) -> None:
    mine, width = samples[4], samples[4]["image"].shape[1]
    mixed = pipeline(CutMix(p=1), samples)(**mine)
    flipped = pipeline([CutMix(p=1), Flip(p=1)], samples)(**mine)
    assert np.array_equal(flipped["image"], mixed["image"][:, ::-1])
    expected = [(width - x - w, y, w, h) for x, y, w, h in mixed["bboxes"]]
    assert np.allclose(flipped["bboxes"], expected)


def test_labels_in_arrays_are_not_cut_to_the_first_samples_dtype(samples: list[dict[str, Any]]) -> None:
    box = np.array([[10.0, 10.0, 50.0, 50.0]])
    for mine, other in ((["cat"], ["motorcycle"]), ([3], [70000]), ([1], [2**53 + 1])):
        dtype = np.uint8 if isinstance(mine[0], int) else None
        first = {"image": samples[0]["image"], "bboxes": box, "categories": np.array(mine, dtype)}
        second = {"image": samples[0]["image"], "bboxes": box, "categories": np.array(other)}
        assert pipeline(MixUp(p=1), [second])(**first)["categories"].tolist() == mine + other


def test_boxes_may_carry_their_labels_in_a_fifth_column_and_one_sample_may_have_none(samples: Any) -> None:
    other = {"image": samples[0]["image"], "bboxes": [[10, 10, 50, 50, "cat"]]}
    mixing = Compose([MixUp(p=1)], bbox_params=BboxParams(format="coco"), source=[other])
    for empty in ([], np.zeros((0, 4)), np.zeros((0, 5))):
        as_array = isinstance(empty, np.ndarray)
        source = [{**other, "bboxes": np.array([[10, 10, 50, 50, 7.0]])}] if as_array else [other]
        mixing = Compose([MixUp(p=1)], bbox_params=BboxParams(format="coco"), source=source)
        rows = mixing(image=samples[0]["image"], bboxes=empty)["bboxes"]
        assert np.asarray(rows, object).tolist() == [[10, 10, 50, 50, 7.0 if as_array else "cat"]]
    with pytest.raises(augcore.InvalidData, match="rows of the two mixed samples differ in length"):
        mixing(image=samples[0]["image"], bboxes=[[1, 2, 3, 4]])


# Keypoints and polygons


def test_keypoints_under_the_paste_and_outside_of_it_are_gone(samples: list[dict[str, Any]]) -> None:
    grid = np.stack(np.meshgrid(np.arange(5, 500, 30), np.arange(5, 500, 30)), -1).reshape(-1, 2).astype(float)
    mine = {"image": samples[0]["image"], "keypoints": grid}
    other = {"image": samples[0]["image"][::-1].copy(), "keypoints": grid + 1}
    result, trace = pipeline(CutMix(p=1), [other]).traced(**mine)
    where = pasted(mine["image"].shape, mix_of(trace))
    expected = [[x, y] for x, y in grid if not where[int(y), int(x)]]
    expected += [[x + 1, y + 1] for x, y in grid if where[int(y) + 1, int(x) + 1]]
    assert result["keypoints"].tolist() == expected
    assert len(pipeline(MixUp(p=1), [other])(**mine)["keypoints"]) == 2 * len(grid)


def test_pasted_polygons_have_the_area_that_shows(samples: list[dict[str, Any]]) -> None:
    square = [(100.0, 100.0), (400.0, 100.0), (400.0, 400.0), (100.0, 400.0)]
    mine = {"image": samples[0]["image"], "polygons": []}
    for seed in range(8):
        result, trace = pipeline(CutMix(p=1), [{**mine, "polygons": [square]}], seed=seed).traced(**mine)
        shown = pasted(mine["image"].shape, mix_of(trace))[100:400, 100:400].sum()
        (polygon,) = result["polygons"]
        assert _area(polygon) == pytest.approx(shown)


def test_an_outline_that_the_paste_covers_whole_keeps_its_place_and_nothing_else() -> None:
    outline = [(40.0, 40.0), (60.0, 40.0), (50.0, 60.0)]
    mine = {"image": np.zeros((100, 100, 3), np.uint8), "polygons": [outline, [(0, 0), (9, 0), (9, 9)]]}
    covered = 0
    for seed in range(20):
        result, trace = pipeline(CutMix(p=1), [{**mine, "polygons": []}], seed=seed).traced(**mine)
        whole = pasted((100, 100), mix_of(trace))[40:60, 40:60].all()
        covered += whole
        assert result["polygons"][0] == ([] if whole else outline)
    assert 0 < covered < 20


def _area(polygon: Any) -> float:
    if not len(polygon):
        return 0.0
    x, y = np.array(polygon).T
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2


# Labels


@BOTH
def test_one_hot_labels_are_blended_by_the_weight(samples: list[dict[str, Any]], mixing: Any) -> None:
    mine, other = ({"image": s["image"], "label": s["label"]} for s in (samples[0], samples[3]))
    result, trace = pipeline(mixing, [other]).traced(**mine)
    weight = mix_of(trace).weight
    assert result["label"].dtype == np.float32
    assert np.allclose(result["label"], [weight, 0, 0, 1 - weight, 0, 0])


@BOTH
@pytest.mark.parametrize("labels", [(3, 8), ("cat", "rocket"), (2**53 + 1, 2**53 + 2)])
def test_class_labels_become_both_and_the_weight_of_the_first(samples: Any, mixing: Any, labels: Any) -> None:
    picture = samples[0]["image"]
    mix = pipeline(mixing, [{"image": picture, "label": labels[1]}])
    result, trace = mix.traced(image=picture, label=labels[0])
    assert result["label"] == (*labels, mix_of(trace).weight)


def test_the_weight_of_a_cutmix_is_the_area_that_is_left_after_its_edges_are_cut() -> None:
    mine, other = np.zeros((37, 53), np.uint8), np.full((37, 53), 255, np.uint8)
    for seed in range(200):
        result = pipeline(CutMix(p=1), [{"image": other, "label": 1}], seed=seed)(image=mine, label=0)
        assert result["label"][2] == pytest.approx((result["image"] == 0).mean(), abs=1e-12)


def test_one_hot_labels_of_whole_numbers_are_refused(samples: list[dict[str, Any]]) -> None:
    sample = {"image": samples[0]["image"], "label": np.array([0, 1])}
    with pytest.raises(augcore.InvalidData, match=r"label: int64 .* give floating class probabilities"):
        pipeline(MixUp(p=1), [sample])(**sample)


def test_one_hot_labels_mixed_twice_are_still_a_distribution(samples: list[dict[str, Any]]) -> None:
    plain = [without(s, "mask") for s in samples]
    result = pipeline([MixUp(p=1), CutMix(p=1), MixUp(p=1)], plain)(**plain[0])
    assert result["label"].sum() == pytest.approx(1, abs=1e-5)


# Draws


@pytest.mark.parametrize("alpha", [0.1, 0.4, 1.0, 8.0])
def test_the_weight_of_a_mixup_has_the_mean_and_variance_of_its_beta_distribution(alpha: float) -> None:
    picture = {"image": np.zeros((2, 2), np.uint8)}
    mixing = pipeline(MixUp(alpha=alpha, p=1), [picture])
    weights = [mix_of(mixing.keyed(i).traced(**picture)[1]).weight for i in range(4000)]
    variance = 1 / (4 * (2 * alpha + 1))
    assert np.mean(weights) == pytest.approx(0.5, abs=4 * math.sqrt(variance / 4000))
    assert np.var(weights) == pytest.approx(variance, rel=0.1)


def test_every_sample_of_the_source_is_as_likely() -> None:
    picture = {"image": np.zeros((2, 2), np.uint8)}
    mixing = pipeline(MixUp(p=1), [picture] * 5)
    keys = [mix_of(mixing.keyed(i).traced(**picture)[1]).key for i in range(5000)]
    counts = np.bincount(keys, minlength=5)
    assert len(counts) == 5
    assert np.abs(counts - 1000).max() < 120  # four standard deviations


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 300), st.integers(1, 300))
def test_a_box_lies_in_the_frame_about_its_centre_and_has_a_pixel(part: float, side: int, limit: int) -> None:
    side, centre = min(side, limit), part * limit
    first, last = box_around(centre, side, limit)
    assert 0 <= first < last <= limit
    if side / 2 + 1 <= centre <= limit - side / 2 - 1:
        assert last - first == side
        assert abs((first + last) / 2 - centre) <= 0.5


@BOTH
def test_a_key_gives_the_same_mix_in_any_order(samples: list[dict[str, Any]], mixing: Any) -> None:
    plain = [without(s, "mask") for s in samples]
    forwards = [pipeline(mixing, plain).keyed(0, i)(**plain[i]) for i in range(6)]
    backwards = [pipeline(mixing, plain).keyed(0, i)(**plain[i]) for i in reversed(range(6))][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert np.array_equal(one["image"], other["image"])
        assert one["bboxes"] == other["bboxes"]
        assert np.array_equal(one["label"], other["label"])
    assert len({one["image"].tobytes() for one in forwards}) == 6


@BOTH
def test_nothing_but_speed_depends_on_fusion(samples: list[dict[str, Any]], mixing: Any) -> None:
    plain = [without(s, "mask") for s in samples]
    steps = [Flip(p=0.5), Turn(p=0.5), mixing, Flip(p=0.5), Flip(p=0.5)]
    off, exact = (pipeline(steps, plain, fuse=fuse)(**plain[3]) for fuse in ("off", "exact"))
    assert np.array_equal(off["image"], exact["image"])
    assert np.allclose(off["bboxes"], exact["bboxes"])
    assert np.allclose(off["keypoints"], exact["keypoints"])


# Replay and files


@BOTH
def test_a_trace_that_went_through_json_mixes_the_same_again(samples: list[dict[str, Any]], mixing: Any) -> None:
    plain = [without(s, "mask") for s in samples]
    result, trace = pipeline([Turn(p=1), mixing, Flip(p=1)], plain).traced(**plain[0])
    read = Trace.from_json(trace.to_json())
    assert read == trace
    again = read.apply(plain, **plain[0])
    assert np.array_equal(again["image"], result["image"])
    assert again["bboxes"] == result["bboxes"]
    assert again["categories"] == result["categories"]
    assert np.array_equal(again["label"], result["label"])


def test_a_result_of_replaycompose_is_replayed_with_the_source(samples: list[dict[str, Any]]) -> None:
    plain = [{"image": s["image"]} for s in samples]
    pipe = augcore.ReplayCompose([CutMix(p=1)], source=plain, seed=4)
    result = pipe(**plain[0])
    again = augcore.ReplayCompose.replay(json.loads(json.dumps(result["replay"])), source=plain, **plain[0])
    assert np.array_equal(again["image"], result["image"])


def test_a_replay_without_the_source_or_with_a_shorter_one_says_so(samples: list[dict[str, Any]]) -> None:
    plain = [{"image": s["image"]} for s in samples]
    _, trace = next(
        (r, t)
        for r, t in (pipeline(MixUp(p=1), plain, seed=i).traced(**plain[0]) for i in range(50))
        if mix_of(t).key > 2
    )
    with pytest.raises(augcore.InvalidParameter, match=r"mixes samples and there are none; .* source=… to a replay"):
        trace.apply(**plain[0])
    with pytest.raises(augcore.InvalidData, match=r"sample \d of the source does not exist; give the source"):
        trace.apply(plain[:2], **plain[0])


def test_a_trace_says_in_words_what_was_mixed(samples: list[dict[str, Any]]) -> None:
    _, trace = pipeline(CutMix(p=1), samples).traced(**samples[0])
    mix = mix_of(trace)
    assert f"mix with sample {mix.key}, weight {mix.weight:.3g}, region {mix.region}" in trace.explain()


# Samples that do not fit


@BOTH
@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        (None, augcore.InvalidParameter, r"mixes samples and there are none; give Compose\(source=dataset\)"),
        ([], augcore.InvalidParameter, r"source of other samples is empty; give one with at least one sample"),
        (
            iter([{}]),
            augcore.InvalidParameter,
            r"source is a list_iterator, which has no length.*give a list or a dataset",
        ),
        ([5], augcore.InvalidData, r"sample 0 of the source is a int; give a dict"),
        ([{"image": None}], augcore.WrongType, r"sample 0 of the source: image: NoneType is not a NumPy array"),
        ([{"label": 3}], augcore.InvalidData, r"sample 0 of the source: no picture given"),
    ],
)
def test_a_source_that_is_none_is_refused(samples: Any, mixing: Any, source: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        pipeline(mixing, source)(image=samples[0]["image"])


@BOTH
def test_a_partner_of_another_kind_is_refused_by_number(samples: list[dict[str, Any]], mixing: Any) -> None:
    picture = samples[0]["image"]
    for other in (picture[:, :, 0], np.dstack([picture, picture]), picture.astype(np.float32) / 255):
        with pytest.raises(augcore.InvalidData, match=r"image: sample 0 of the source is .* mix samples of one kind"):
            pipeline(mixing, [{"image": other}])(image=picture)
    mask = np.zeros(picture.shape[:2], np.float32)
    for other in (mask.astype(np.int64) + 2**40, np.dstack([mask, mask])):
        with pytest.raises(augcore.InvalidData, match=r"mask: sample 0 of the source is .* mix samples of one kind"):
            pipeline(mixing, [{"image": picture, "mask": other}])(image=picture, mask=mask)
    with pytest.raises(augcore.InvalidData, match=r"images: sample 0 of the source has 3 of them, this one 2"):
        pipeline(mixing, [{"images": [picture] * 3}])(images=[picture] * 2)


@BOTH
@pytest.mark.parametrize("name", ["mask", "bboxes", "keypoints", "polygons", "label"])
def test_a_partner_without_what_this_sample_has_is_refused(samples: Any, mixing: Any, name: str) -> None:
    mine = samples[2] if isinstance(mixing, CutMix) or name == "mask" else without(samples[2], "mask")
    with pytest.raises(augcore.InvalidData, match=rf"sample 0 of the source has no '{name}', which this one has"):
        pipeline(mixing, [without(mine, name)])(
            **{"image": mine["image"], name: mine[name], "categories": mine["categories"]}
        )


@pytest.mark.parametrize("alpha", [0, -1, math.nan, math.inf, "1", True])
@pytest.mark.parametrize("kind", [MixUp, CutMix])
def test_an_alpha_without_a_distribution_is_refused(kind: Any, alpha: Any) -> None:
    with pytest.raises(augcore.InvalidParameter, match=rf"{kind.__name__}\.alpha: .*\(0, 1000\]"):
        kind(alpha=alpha)


# Opt-in


def test_the_names_are_there_once_the_plugin_is_enabled() -> None:
    assert augcore.MixUp is MixUp
    assert {"MixUp", "CutMix"} <= set(dir(augcore))


def test_a_saved_pipeline_is_not_read_without_the_opt_in(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mix.yaml"
    augcore.save(Compose([CutMix(alpha=0.5, p=1)]), path)
    assert augcore.load(path, source=[{}]) == Compose([CutMix(alpha=0.5, p=1)], source=[{}])
    monkeypatch.setattr("augcore.plugins._opted_in", set())
    augcore.plugins.forget()
    with pytest.raises(
        augcore.InvalidFile, match=r"transforms\[0\]: plugin 'experimental' is .* not enabled.*enable_exp"
    ):
        augcore.load(path)
