"""Bad parameters: every mistake is answered with a class that fits and one line that says what is wrong and legal."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import augcore
from augcore import (
    AugcoreError,
    BboxParams,
    Compose,
    InvalidData,
    InvalidParameter,
    KeypointParams,
    Lambda,
    NoOp,
    OneOf,
    OneOrOther,
    RandomOrder,
    SomeOf,
    UnknownName,
    UnknownParameter,
    WrongType,
    params,
    transform,
)

IMAGE = np.zeros((10, 20, 3), np.uint8)  # width 20, height 10
NAN, INF = float("nan"), float("inf")


@transform
class Colourful(augcore.Transform):
    """Something with parameters."""

    strength: float = params.number(default=1.0, low=0, high=2, unit="stops")
    size_range: tuple[int, int] = params.interval(default=(3, 7), low=1, high=99, whole=True)

    def sample(self, rng: Any, view: Any) -> None:
        return None


# Transforms and their parameters


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (
            lambda: Colourful(strenth=1),
            UnknownParameter,
            ("Colourful: no parameter 'strenth'; did you mean 'strength'",),
        ),
        (
            lambda: Colourful(probability=1),
            UnknownParameter,
            ("no parameter 'probability'", "it takes .*strength"),
        ),
        (
            lambda: Colourful(1, (3, 5), 0.5),
            UnknownParameter,
            ("Colourful: 3 positional arguments given; it takes str",),
        ),
        (lambda: NoOp(0.5), UnknownParameter, ("NoOp: 1 positional arguments given; it takes none",)),
        (lambda: OneOf(), UnknownParameter, ("OneOf: transforms must be given",)),
        (
            lambda: Colourful(strength=3),
            InvalidParameter,
            (r"Colourful\.strength: 3 is outside \[0, 2\] stops; give",),
        ),
        (
            lambda: Colourful(strength=NAN),
            InvalidParameter,
            (r"Colourful\.strength: nan is outside \[0, 2\] stops",),
        ),
        (
            lambda: Colourful(strength="1"),
            InvalidParameter,
            (r"strength: '1' is not a number; give one in \[0, 2\]",),
        ),
        (lambda: Colourful(strength=True), InvalidParameter, (r"strength: True is not a number",)),
        (
            lambda: Colourful(size_range=(7, 3)),
            InvalidParameter,
            (r"size_range: \(7, 3\) is not an interval", "low <= high"),
        ),
        (
            lambda: Colourful(size_range=(3, 7, 9)),
            InvalidParameter,
            (r"\(3, 7, 9\) is not an interval; give \(low, high\)",),
        ),
        (lambda: Colourful(size_range=(0, 7)), InvalidParameter, (r"size_range: 0 is outside \[1, 99\]",)),
        (
            lambda: Colourful(size_range=(3, 7.5)),
            InvalidParameter,
            (r"size_range: 7.5 is not a whole number",),
        ),
        (
            lambda: Colourful(size_range=(3, INF)),
            InvalidParameter,
            (r"size_range: inf is not a whole number",),
        ),
        (lambda: NoOp(p=1.5), InvalidParameter, (r"NoOp\.p: 1.5 is outside \[0, 1\] probability",)),
        (
            lambda: OneOf(5),
            InvalidParameter,
            (r"OneOf\.transforms: 5 is not a list of transforms; give \[",),
        ),
        (
            lambda: OneOf([NoOp(), NoOp]),
            InvalidParameter,
            (r"transforms\[1\]: NoOp is a class; give an instance, NoOp\(",),
        ),
        (
            lambda: OneOf([NoOp(), 5]),
            InvalidParameter,
            (r"transforms\[1\]: 5 is not a transform; give instances",),
        ),
        (lambda: OneOf([NoOp(p=0)]), InvalidParameter, ("give at least one with p above 0",)),
        (
            lambda: SomeOf([NoOp()], n=2),
            InvalidParameter,
            (r"SomeOf\.n: 2 of 1 .* at most 1, or replace=True",),
        ),
        (
            lambda: RandomOrder([]),
            InvalidParameter,
            (r"RandomOrder\.transforms: is empty; give at least one",),
        ),
        (
            lambda: OneOrOther(NoOp()),
            InvalidParameter,
            ("OneOrOther: give first and second, or transforms=",),
        ),
        (
            lambda: OneOrOther(transforms=[NoOp()]),
            InvalidParameter,
            (r"OneOrOther\.transforms: 1 given; give two",),
        ),
        (lambda: Lambda(image=5), InvalidParameter, (r"Lambda\.image: 5 is not a function",)),
        (
            lambda: BboxParams(formt="coco"),
            UnknownParameter,
            ("BboxParams: no parameter 'formt'; did you mean 'format'",),
        ),
        (
            lambda: BboxParams(format="cocoa"),
            InvalidParameter,
            (r"BboxParams\.format: 'cocoa' .*did you mean 'coco'",),
        ),
        (
            lambda: BboxParams("coco", min_visibility=2),
            InvalidParameter,
            (r"min_visibility: 2 is outside \[0, 1\]",),
        ),
        (
            lambda: BboxParams("coco", label_fields=5),
            InvalidParameter,
            (r"label_fields: 5 is not a list of names",),
        ),
        (
            lambda: BboxParams("coco", label_fields=[5]),
            InvalidParameter,
            (r"label_fields: \[5\] is not a list of names",),
        ),
        (
            lambda: KeypointParams("xy", swap_pairs=5),
            InvalidParameter,
            (r"swap_pairs: 5 is not a list of pairs; give",),
        ),
        (
            lambda: KeypointParams("xy", swap_pairs=[("a", "b"), ("b", "c")]),
            InvalidParameter,
            ("swap_pairs: .* names a label twice; give each in one pair",),
        ),
    ],
)
def test_parameters_that_do_not_exist_or_are_not_legal(call: Any, kind: Any, parts: Any, refused: Any) -> None:
    refused(call, kind, *parts)


def test_nothing_is_ignored_with_a_warning(refused: Any) -> None:
    refused(lambda: Colourful(strength=1, var_limit=(10, 50)), UnknownParameter, "no parameter 'var_limit'")


def test_a_transform_that_is_not_known() -> None:
    with pytest.raises(UnknownName, match="transform 'SomeOff' is not known; did you mean 'SomeOf'"):
        augcore.plugins.find_transform("SomeOff")
    with pytest.raises(AttributeError, match=r"augcore\.SomeOff: .*did you mean 'SomeOf'"):
        _ = augcore.SomeOff


# Pipelines


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (
            lambda: Compose([], bbox_param="coco"),
            UnknownParameter,
            ("no parameter 'bbox_param'; did you mean 'bbox_params'",),
        ),
        (lambda: Compose(NoOp()), InvalidParameter, (r"Compose\.transforms: NoOp\(p=0.5\) is not a list",)),
        (
            lambda: Compose([NoOp]),
            InvalidParameter,
            (r"Compose\.transforms: transforms\[0\]: NoOp is a class",),
        ),
        (lambda: Compose([], p=2), InvalidParameter, (r"Compose\.p: 2 is outside \[0, 1\] probability",)),
        (lambda: Compose([], p="1"), InvalidParameter, (r"Compose\.p: '1' ",)),
        (
            lambda: Compose([], seed=1.5),
            InvalidParameter,
            ("seed: 1.5 is not a whole number; give an int, or None",),
        ),
        (
            lambda: Compose([], fuse="exakt"),
            InvalidParameter,
            (r"Compose\.fuse: 'exakt' .*did you mean 'exact'",),
        ),
        (
            lambda: Compose([], strict="yes"),
            InvalidParameter,
            (r"Compose\.strict: 'yes' is neither True nor False",),
        ),
        (
            lambda: Compose([], bbox_params=5),
            InvalidParameter,
            (r"Compose\.bbox_params: 5 is not BboxParams; give",),
        ),
        (
            lambda: Compose([], mask_interpolation="liner"),
            InvalidParameter,
            ("mask_interpolation: 'liner' is not kn",),
        ),
        (
            lambda: Compose([], additional_targets=5),
            InvalidParameter,
            ("additional_targets: 5 is not a mapping; give",),
        ),
        (
            lambda: Compose([], additional_targets={"a": 5}),
            InvalidParameter,
            ("additional_targets: 'a': 5 is not a name",),
        ),
        (
            lambda: Compose([], additional_targets={"a": "imag"}),
            UnknownName,
            ("target kind 'imag' .*did you mean 'image'",),
        ),
        (
            lambda: Compose([], additional_targets={"a": "bboxes"}),
            InvalidParameter,
            (r"additional_targets\['a'\]: bboxes need a format; give bbox_params=",),
        ),
        (
            lambda: Compose([], bbox_params=BboxParams("coco", ["c"]), additional_targets={"c": "image"}),
            InvalidParameter,
            ("'c' is a label field of bboxes and a target as well; rename one of them",),
        ),
        (
            lambda: Compose([]).keyed(0)(image=IMAGE),
            InvalidParameter,
            (r"no seed, .* give Compose\(seed=…\)",),
        ),
        (
            lambda: Compose([], seed=1).keyed([1])(image=IMAGE),
            InvalidParameter,
            (r"keyed: \(\[1\],\) holds more than",),
        ),
        (
            lambda: Compose([])(IMAGE),
            WrongType,
            ("data is given by name", r"not pipeline\(ndarray\); name each argument"),
        ),
        (lambda: NoOp()(IMAGE), WrongType, ("data is given by name",)),
        (lambda: Compose([], seed=1).keyed(0)(IMAGE), WrongType, ("data is given by name",)),
        (
            lambda: Compose([], strict=True)(image=IMAGE, imgae=IMAGE),
            InvalidData,
            ("'imgae' is not a target of this pipeline; did you mean 'image'", "additional_targets"),
        ),
    ],
)
def test_pipelines_and_calls_that_are_wrong(call: Any, kind: Any, parts: Any, refused: Any) -> None:
    refused(call, kind, *parts)


def test_an_array_that_looks_like_a_forgotten_target_is_warned_of_once() -> None:
    with pytest.warns(
        UserWarning, match=r"'forgotten' has the image's height and width .* additional_targets={'forgotten'"
    ):
        Compose([])(image=IMAGE, forgotten=IMAGE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Compose([])(image=IMAGE, forgotten=IMAGE, note="kept")["note"] == "kept"


def test_a_transform_whose_sample_is_missing_or_returns_junk(refused: Any) -> None:
    @transform
    class Empty(augcore.Transform):
        """Nothing written yet."""

    @transform
    class Junk(augcore.Transform):
        """Returns what is no effect."""

        def sample(self, rng: Any, view: Any) -> Any:
            return "flip"

    with pytest.raises(NotImplementedError, match=r"Empty\.sample\(rng, view\) is not written"):
        Empty(p=1)(image=IMAGE)
    refused(
        lambda: Junk(p=1)(image=IMAGE),
        InvalidParameter,
        "Junk.sample returned str, which is not an effect; return one",
    )


def test_every_error_derives_from_the_base_and_from_a_built_in() -> None:
    kinds = [getattr(augcore, name) for name in augcore.__all__ if name in vars(augcore.errors)]
    assert len(kinds) == len(augcore.errors.__all__)
    for kind in kinds:
        assert issubclass(kind, AugcoreError)
        if kind is not AugcoreError:
            assert issubclass(kind, (ValueError, TypeError, KeyError, ImportError))
            assert str(kind("text as it is")) == "text as it is"
