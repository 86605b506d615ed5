"""Pipelines: the calling convention and its targets. Draws are in `test_rng.py`."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import attrs
import numpy as np
import pytest

from augcore import (
    AffineMap,
    BboxParams,
    Compose,
    Geometry,
    InvalidData,
    InvalidParameter,
    KeypointParams,
    Lattice,
    OneOf,
    PixelFn,
    ResizeMap,
    Transform,
    UnknownParameter,
    WrongType,
    pixel_function,
    transform,
)
from augcore.params import integer, number


@pixel_function
def compose_add(image, *, amount):
    return image + np.array(amount, image.dtype)


@pixel_function
def compose_repeat_channels(image, *, times):
    return np.repeat(image, times, -1)


@transform
class AddAmount(Transform):
    """Adds a whole number to every pixel."""

    amount: int = integer(default=1)

    def sample(self, rng, view):
        return PixelFn(compose_add, amount=self.amount)


@transform
class AddDrawn(Transform):
    """Adds a drawn number to every pixel."""

    top: float = number(default=1.0)

    def sample(self, rng, view):
        return PixelFn(compose_add, amount=rng.uniform(0, self.top))


@transform
class FlipOver(Transform):
    """Mirrors."""

    def sample(self, rng, view):
        return Geometry(Lattice.hflip(view.size))


@transform
class NotesWhatItSees(Transform):
    """Keeps the view's answers."""

    notes: list[Any] = attrs.field(factory=list, eq=False)
    needs: ClassVar[frozenset[str]] = frozenset()

    def sample(self, rng, view):
        self.notes.append(
            (view.size, view.height, view.width, view.channels, view.dtype, "mask" in view, "image" in view)
        )


@transform
class AnyEffect(Transform):
    """Gives what it was given."""

    effect: Any = attrs.field()

    def sample(self, rng, view):
        return self.effect


def grey(value=0, size=(6, 8)):
    return np.full(size, value, np.float32)


def total(pipeline):
    """What a pipeline of additions adds."""
    return float(pipeline(image=grey())["image"][0, 0])


def digits(*values, p=1.0):
    """Steps that add 1, 10, 100, …"""
    return [AddAmount(10**k, p=p) for k in range(*values)]


# Calling


def test_data_is_given_and_given_back_by_name():
    image, extra = grey(), object()
    out = Compose([AddAmount(1, p=1)])(image=image, anything=extra, name="x")
    assert list(out) == ["image", "anything", "name"]
    assert out["anything"] is extra
    assert image.max() == 0, "the input stays as it was"


def test_a_picture_without_a_name_is_refused():
    with pytest.raises(WrongType, match=r"pipeline\(image=image\), not pipeline\(ndarray\)"):
        Compose([])(grey())
    with pytest.raises(WrongType, match="by name"):
        Compose([], seed=1).keyed(1)(grey())


def test_a_transform_can_be_called_by_itself():
    assert AddAmount(5, p=1)(image=grey())["image"].max() == 5
    out = FlipOver(p=1)(image=np.arange(6, dtype=np.uint8).reshape(1, 6), mask=np.arange(6).reshape(1, 6))
    assert out["mask"].tolist() == [[5, 4, 3, 2, 1, 0]]
    assert AddAmount(5, p=0)(image=grey())["image"].max() == 0
    assert {float(AddAmount(5, p=0.5)(image=grey())["image"].max()) for _ in range(60)} == {0.0, 5.0}
    assert OneOf([AddAmount(5)], p=1)(image=grey())["image"].max() == 5


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"transforms": AddAmount()}, InvalidParameter, "not a list of transforms"),
        ({"transforms": [AddAmount]}, InvalidParameter, r"transforms\[0\]: AddAmount is a class"),
        ({"transforms": [AddAmount(), 5]}, InvalidParameter, r"transforms\[1\]: 5 is not a transform"),
        ({"p": 1.5}, InvalidParameter, r"Compose.p: 1.5 is outside \[0, 1\]"),
        ({"p": True}, InvalidParameter, "Compose.p"),
        ({"fuse": "exakt"}, InvalidParameter, "did you mean 'exact'"),
        ({"seed": 1.5}, InvalidParameter, "seed: 1.5 is not a whole number"),
        ({"bbox_params": 5}, InvalidParameter, "Compose.bbox_params"),
        ({"bbox_params": {"format": "coco", "min_aria": 3}}, UnknownParameter, "did you mean 'min_area'"),
        ({"mask_interpolation": "liner"}, InvalidParameter, "mask_interpolation"),
        ({"additional_targets": {"a": 5}}, InvalidParameter, "additional_targets"),
        ({"additional_targets": {"a": "imgae"}}, KeyError, "did you mean 'image'"),
        ({"additional_targets": {"a": "bboxes"}}, InvalidParameter, r"give bbox_params=BboxParams\(format=…\)"),
        ({"bbox_param": "coco"}, UnknownParameter, "did you mean 'bbox_params'"),
        (
            {"bbox_params": BboxParams("coco", label_fields=["mask"]), "additional_targets": {"mask": "mask"}},
            InvalidParameter,
            "label field",
        ),
    ],
)
def test_a_pipeline_made_wrongly_is_refused_in_words(options, error, words):
    with pytest.raises(error, match=words):
        Compose(**({"transforms": []} | options))


@pytest.mark.parametrize("effect", [5, "flip", lambda image: image])
def test_a_transform_that_returns_no_effect_is_named(effect):
    with pytest.raises(InvalidParameter, match=r"AnyEffect.sample returned .* not an effect"):
        Compose([AnyEffect(effect, p=1)])(image=grey())


def test_a_map_made_for_another_frame_is_refused():
    with pytest.raises(InvalidData, match=r"\(5, 5\).*\(6, 8\)"):
        Compose([AnyEffect(Geometry(Lattice.hflip((5, 5))), p=1)])(image=grey())


def test_probability_zero_gives_the_very_objects_back():
    image, mask, boxes = grey(), np.zeros((6, 8), bool), [(1, 1, 3, 3)]
    for pipeline in (Compose([FlipOver(p=1)], p=0, bbox_params="coco"), Compose([FlipOver(p=0)], bbox_params="coco")):
        out = pipeline(image=image, mask=mask, bboxes=boxes)
        assert out["image"] is image
        assert out["mask"] is mask
        assert out["bboxes"] == boxes


def test_a_pipeline_inside_a_pipeline_takes_part_as_a_step():
    inner = Compose([AddAmount(10, p=1), AddAmount(100, p=1)])
    assert total(Compose([AddAmount(1, p=1), inner])) == 111
    assert total(Compose([Compose([inner], p=0), AddAmount(1, p=1)])) == 1
    half = Compose([Compose([AddAmount(1, p=1), AddAmount(10, p=1)], p=0.5)])
    assert {total(half) for _ in range(60)} == {0, 11}
    assert total(Compose([OneOf([inner], p=1)])) == 110


def test_the_seed_of_the_outer_pipeline_alone_counts():
    inner = Compose([AddDrawn(p=1)], seed=1)
    first, second = Compose([inner], seed=5), Compose([inner], seed=6)
    assert total(first) != total(second)
    assert total(Compose([inner], seed=5)) == total(Compose([Compose([AddDrawn(p=1)], seed=9)], seed=5))


# Targets


def test_labels_of_boxes_are_arguments_of_the_call():
    pipeline = Compose([FlipOver(p=1)], bbox_params=BboxParams(format="pascal_voc", label_fields=["ids", "names"]))
    out = pipeline(image=grey(), bboxes=[(0, 0, 2, 2)], ids=[7], names=("cat",))
    assert (out["bboxes"], out["ids"], out["names"]) == ([(6, 0, 8, 2)], [7], ("cat",))


def test_a_label_field_may_bear_the_name_of_a_default_target():
    pipeline = Compose([FlipOver(p=1)], bbox_params=BboxParams(format="pascal_voc", label_fields="label"))
    out = pipeline(image=grey(), bboxes=[(0, 0, 2, 2), (1, 1, 3, 3)], label=["a", "b"])
    assert out["label"] == ["a", "b"]


def test_boxes_and_keypoints_that_are_not_given_are_not_missed():
    pipeline = Compose([FlipOver(p=1)], bbox_params="coco", keypoint_params="xy")
    assert list(pipeline(image=grey())) == ["image"]
    assert pipeline(image=grey(), bboxes=None, mask=None)["mask"] is None


def test_additional_targets_are_kinds_or_targets_with_options():
    pipeline = Compose(
        [FlipOver(p=1)],
        bbox_params=BboxParams(format="pascal_voc"),
        keypoint_params=KeypointParams(format="xy"),
        additional_targets={
            "right": "image",
            "labels": "mask",
            "more": "bboxes",
            "large": BboxParams(format="coco", min_area=5, label_fields=["large_ids"]),
            "points": "keypoints",
        },
    )
    ramp = np.arange(48, dtype=np.uint8).reshape(6, 8)
    data = {"right": ramp + 1, "labels": ramp.astype(np.int64), "more": [(0, 0, 2, 2)], "points": [(0, 0)]}
    boxes = {"large": [(0, 0, 2, 2), (1, 1, 3, 3)], "large_ids": ["small", "large"]}
    out = pipeline(image=ramp, **data, **boxes)
    np.testing.assert_array_equal(out["right"], ramp[:, ::-1] + 1)
    np.testing.assert_array_equal(out["labels"], ramp[:, ::-1])
    assert out["more"] == [(6, 0, 8, 2)]
    assert (out["large"], out["large_ids"]) == ([(4, 1, 3, 3)], ["large"])
    assert out["points"] == [(7, 0)]
    assert pipeline(labels=ramp)["labels"].shape == (6, 8), "any raster says what the frame is"


def test_strict_refuses_what_is_no_target():
    pipeline = Compose([], strict=True, bbox_params=BboxParams(format="coco", label_fields=["ids"]))
    assert pipeline(image=grey(), bboxes=[(0, 0, 1, 1)], ids=[1])["ids"] == [1]
    with pytest.raises(InvalidData, match=r"'maks' is not a target.*did you mean 'masks'.*additional_targets"):
        pipeline(image=grey(), maks=grey())


def test_an_unknown_array_of_the_pictures_size_warns_once():
    pipeline = Compose([FlipOver(p=1)])
    name = "a depth that nobody declared"
    with pytest.warns(UserWarning, match=f"additional_targets={{'{name}': 'mask'}}"):
        out = pipeline(**{"image": grey(), name: grey(3)})
    assert out[name].max() == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline(**{"image": grey(), name: grey(3)})
        pipeline(image=grey(), a_vector=np.zeros(5), another_size=np.zeros((3, 3)), text="abc", none=None)


def test_sizes_are_compared_unless_one_asks_otherwise():
    data = {"image": grey(), "mask": np.zeros((3, 4), np.uint8)}
    with pytest.raises(InvalidData, match=r"mask: height and width are \(3, 4\), but those of image are \(6, 8\)"):
        Compose([])(**data)
    out = Compose([AddAmount(1, p=1)], is_check_shapes=False)(**data)
    assert out["mask"] is data["mask"]
    assert out["image"].max() == 1


@pytest.mark.parametrize("size", [(3, 4), (12, 16), (9, 5)])
def test_flips_turns_and_resizes_alone_serve_data_of_several_sizes(size):
    mask = np.arange(size[0] * size[1]).reshape(size)

    def moved(*maps):
        steps = [AnyEffect(Geometry(map), p=1) for map in maps]
        return Compose(steps, is_check_shapes=False)(image=grey(), mask=mask)["mask"]

    np.testing.assert_array_equal(moved(Lattice.hflip((6, 8)), Lattice.rot90((6, 8))), np.rot90(mask[:, ::-1]))
    for output in ((6, 8), (5, 5)):
        assert moved(ResizeMap((6, 8), output), Lattice.window(output, 1, 1, 4, 4)).shape == (3, 3)
    for map in (Lattice.window((6, 8), 1, 1, 4, 4), Lattice.pad((6, 8), 1), AffineMap.of(np.eye(3), (6, 8))):
        with pytest.raises(InvalidData, match=r"made for a frame of .* resize it to one first"):
            moved(map)


def test_the_pipelines_mask_interpolation_overrides_the_transforms():
    mask = np.zeros((6, 8), np.float32)
    mask[:, 4:] = 1
    enlarge = AnyEffect(Geometry(ResizeMap((6, 8), (12, 16))), p=1)
    turn = AnyEffect(Geometry(AffineMap.of([[0.9, 0.1, 0], [0, 1, 0]], (6, 8)), mask_interpolation=1), p=1)
    for step in (enlarge, turn):
        for fuse in ("off", "exact", "resample"):
            nearest = Compose([step], mask_interpolation="nearest", fuse=fuse)(image=grey(), mask=mask)["mask"]
            linear = Compose([step], mask_interpolation=1, fuse=fuse)(image=grey(), mask=mask)["mask"]
            assert set(np.unique(nearest)) == {0, 1}
            assert len(np.unique(linear)) > 2


def test_a_transform_sees_sizes_dtype_and_channels_of_what_is_coming_in():
    watch, later = NotesWhatItSees(p=1), NotesWhatItSees(p=1)
    steps = [watch, AnyEffect(Geometry(ResizeMap((6, 8), (3, 5))), p=1)]
    steps += [AnyEffect(PixelFn(compose_repeat_channels, times=2), p=1), later]
    for fuse in ("off", "exact"):
        Compose(steps, fuse=fuse)(image=np.zeros((6, 8, 3), np.uint16), mask=np.zeros((6, 8)))
        assert watch.notes.pop() == ((6, 8), 6, 8, 3, np.uint16, True, True)
        assert later.notes.pop() == ((3, 5), 3, 5, 6, np.uint16, True, True)
    Compose([watch])(mask=np.zeros((6, 8)))
    assert watch.notes.pop()[3:] == (1, np.uint8, True, False)


def test_a_transform_that_needs_what_is_not_there_says_so():
    @transform
    class NeedsBoxesThatAreMissing(Transform):
        needs = frozenset({"bboxes"})

        def sample(self, rng, view):
            return view["bboxes"]

    with pytest.raises(InvalidData, match="no bboxes given"):
        Compose([NeedsBoxesThatAreMissing(p=1)])(image=grey())


def test_what_a_transform_looks_at_cannot_be_written_to():
    @transform
    class WritesToItsView(Transform):
        needs = frozenset({"image"})

        def sample(self, rng, view):
            view["image"][:] = 9

    with pytest.raises(ValueError, match="read-only"):
        Compose([WritesToItsView(p=1)])(image=grey())
