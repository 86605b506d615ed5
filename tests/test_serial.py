"""Pipelines as plain data: round trips, files that are wrong or mean harm, and what saving leaves on the disk."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import (
    BboxParams,
    Compose,
    InvalidFile,
    KeypointParams,
    Lambda,
    NoOp,
    OneOf,
    OneOrOther,
    RandomOrder,
    ReplayCompose,
    SelectiveChannelTransform,
    Sequential,
    SomeOf,
    Trace,
    plugins,
    serial,
)
from augcore.targets import Mask

NOTHING: dict[str, Any] = {"augcore": 1, "transforms": []}


def written(path: Path, tree: Any) -> Path:
    """A file with that text, or with that tree as YAML."""
    path.write_text(tree if isinstance(tree, str) else yaml.safe_dump(tree), "utf-8")
    return path


def refused(path: Path) -> str:
    """What the reader says of a file, which names the file and is one line."""
    with pytest.raises(InvalidFile) as caught:
        augcore.load(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert "\n" not in said
    return said.removeprefix(str(path))


# Round trips


def knobs() -> st.SearchStrategy[Any]:
    """The fake plugin's transform with a parameter of every kind, with values of every kind."""
    number = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
    given_values = {
        "size": st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
        "limit": st.floats(0, 360) | st.tuples(st.floats(-360, 0), st.floats(0, 360)),
        "count_range": st.integers(1, 9) | st.tuples(st.integers(1, 4), st.integers(4, 9)),
        "sigma": st.none() | st.floats(0, exclude_min=True, allow_infinity=False),
        "mean": number | st.lists(number, max_size=5).map(tuple),
        "keep": st.booleans(),
        "mode": st.sampled_from(["fast", "slow", "exact"]),
        "fill": number | st.lists(number, min_size=1, max_size=4) | st.just("random") | st.just(2**53 + 1),
        "interpolation": st.sampled_from(["nearest", "cubic", 1, "lanczos4"]),
        "border_mode": st.sampled_from(["wrap", "reflect_101", 0]),
        "note": st.none()
        | st.text()
        | st.sampled_from(["yes", "1e5", "null", "~", "0x10", "- a", "1:30", "\x85", "a\u2028b"]),
        "p": st.floats(0, 1),
    }
    required, optional = {"size": given_values.pop("size")}, given_values
    return st.fixed_dictionaries(required, optional=optional)


LEAVES = ("Mirror", "Wave", "Brighten", "Grain", "Hole", "Speckle", "Blend", "BrightMirror", "Stamp")
POSITIVE = st.floats(0.01, 1)


@st.composite
def steps(draw: Any, depth: int = 3) -> Any:
    """A random step: a leaf, or a choice among others."""
    kinds = ["leaf", "leaf", "knobs"] + (["sequential", "one", "some", "order", "either", "channels"] if depth else [])
    kind = draw(st.sampled_from(kinds))
    p = draw(POSITIVE)
    if kind == "leaf":
        return plugins.find_transform("fake." + draw(st.sampled_from(LEAVES)))(p=p)
    if kind == "knobs":
        return plugins.find_transform("fake.Knobs")(**draw(knobs()))
    inner = draw(st.lists(steps(depth=depth - 1), min_size=1, max_size=3))
    if kind == "either":
        return OneOrOther(inner[0], draw(steps(depth=depth - 1)), p=p)
    if kind == "some":
        return SomeOf(inner, n=draw(st.integers(1, 3)), replace=True, p=p)
    if kind == "order":
        return RandomOrder(inner, n=draw(st.none() | st.integers(1, len(inner))), p=p)
    if kind == "channels":
        return SelectiveChannelTransform(inner, channels=draw(st.sampled_from([(0,), (0, 2), (2, 1, 0)])), p=p)
    if kind == "one":  # which needs a p above 0
        return OneOf([*inner, NoOp()], p=p)
    return Sequential(inner, p=p)


@st.composite
def pipelines(draw: Any) -> Compose:
    """A random pipeline with random options of every kind."""
    options: dict[str, Any] = {
        "bbox_params": st.none()
        | st.builds(
            BboxParams,
            format=st.sampled_from(["coco", "yolo", "pascal_voc", "albumentations", "cxcywh"]),
            label_fields=st.sampled_from([(), ("labels",), ("labels", "crowd")]),
            min_area=st.floats(0, 100),
            min_visibility=st.floats(0, 1),
            min_width=st.floats(0, 9),
            min_height=st.floats(0, 9),
            clip=st.booleans(),
            filter_invalid_bboxes=st.booleans(),
            max_accept_ratio=st.none() | st.floats(1, 100),
        ),
        "keypoint_params": st.none()
        | st.builds(
            KeypointParams,
            format=st.sampled_from(["xy", "yx", "xyas", "xyv"]),
            label_fields=st.sampled_from([(), ("names",)]),
            remove_invisible=st.booleans(),
            angle_in_degrees=st.booleans(),
            swap_pairs=st.sampled_from([(), (("left", "right"),), ((1, 2), (3, 4))]),
        ),
        "additional_targets": st.sampled_from(
            [{}, {"image2": "image"}, {"dot": "marker", "seg": Mask()}, {"mask0": "mask", "other": "polygons"}]
        ),
        "p": st.floats(0, 1),
        "is_check_shapes": st.booleans(),
        "strict": st.booleans(),
        "mask_interpolation": st.sampled_from([None, "nearest", "linear", "nearest_exact"]),
        "seed": st.none() | st.integers(0, 2**70),
        "save_applied_params": st.booleans(),
        "fuse": st.sampled_from(["off", "exact", "resample"]),
    }
    kind = draw(st.sampled_from([Compose, ReplayCompose]))
    made: Compose = kind(draw(st.lists(steps(), max_size=4)), **draw(st.fixed_dictionaries({}, optional=options)))
    return made


@given(st.data())
def test_every_pipeline_comes_back_equal_from_a_dict_and_from_yaml_and_json(
    fake: Path, tmp_path: Path, data: Any
) -> None:
    pipeline = data.draw(pipelines())
    assert serial.from_dict(pipeline.to_dict()) == pipeline
    for name in ("p.yaml", "p.yml", "p.json"):
        augcore.save(pipeline, tmp_path / name)
        read = augcore.load(tmp_path / name)
        assert read == pipeline
        assert type(read) is type(pipeline)
        assert read.to_dict() == pipeline.to_dict()


def test_a_pipeline_that_was_read_draws_as_the_one_that_was_written(fake: Path, tmp_path: Path) -> None:
    names = ("Mirror", "Brighten", "Grain", "Hole", "Wave", "Speckle", "Stamp", "BrightMirror")
    pipeline = Compose([plugins.find_transform(f"fake.{name}")(p=0.7) for name in names], seed=11)
    augcore.save(pipeline, tmp_path / "p.yaml")
    image = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    read = augcore.load(tmp_path / "p.yaml")
    for _ in range(5):
        assert np.array_equal(read(image=image)["image"], pipeline(image=image)["image"])


def test_a_trace_comes_back_from_json_and_yaml_and_does_the_same(fake: Path) -> None:
    names = ("Mirror", "Brighten", "Grain", "Hole", "Wave", "Speckle", "Stamp", "BrightMirror", "Blend")
    image = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    source = [{"image": image[::-1].copy()}]
    chosen = SelectiveChannelTransform([plugins.find_transform("fake.Brighten")(p=1)], channels=(1,))
    pipeline = Compose([*(plugins.find_transform(f"fake.{n}")(p=1) for n in names), chosen], seed=1, source=source)
    result, trace = pipeline.traced(image=image)
    for read in (Trace.from_json(trace.to_json()), Trace.from_yaml(trace.to_yaml())):
        assert read == trace
        assert np.array_equal(read.apply(source, image=image)["image"], result["image"])


def test_a_compose_inside_another_is_a_sequence_of_the_same_probability() -> None:
    read = serial.from_dict(Compose([Compose([NoOp(p=0.2)], p=0.4)]).to_dict())
    assert read.transforms == (Sequential([NoOp(p=0.2)], p=0.4),)


def test_the_source_is_given_anew_when_a_pipeline_is_read(tmp_path: Path) -> None:
    augcore.save(Compose([NoOp()], source=[1, 2]), tmp_path / "p.yaml")
    assert augcore.load(tmp_path / "p.yaml").source is None
    assert augcore.load(tmp_path / "p.yaml", source=[3]).source == [3]


def test_numbers_of_numpy_are_written_as_numbers(fake: Path, tmp_path: Path) -> None:
    pairs = [(np.str_("left"), np.str_("right")), (np.int64(1), np.int64(2))]
    pipeline = Compose([NoOp()], keypoint_params=KeypointParams(format="xy", swap_pairs=pairs))
    for name in ("p.yaml", "p.json"):
        augcore.save(pipeline, tmp_path / name)
        assert augcore.load(tmp_path / name) == pipeline


# Lambdas


def test_a_lambda_is_found_by_its_name_with_the_probability_of_the_file(tmp_path: Path) -> None:
    step = Lambda(image=np.flipud, name="flip of a test", p=0.25)
    path = tmp_path / "p.yaml"
    augcore.save(Compose([step]), path)
    assert augcore.load(path) == Compose([step])
    tree = yaml.safe_load(path.read_text())
    assert tree["transforms"] == [{"Lambda": {"name": "flip of a test", "p": 0.25}}]
    del tree["transforms"][0]["Lambda"]["p"]
    assert augcore.load(written(path, tree)).transforms[0].p == 1.0


def test_a_lambda_without_a_name_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(augcore.InvalidParameter, match=r"Lambda without a name cannot be saved; give Lambda\(…, name="):
        augcore.save(Compose([Lambda(image=np.flipud)]), tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "never made"}, "Lambda 'never made' is not defined here; .* make Lambda"),
        ({}, "has no name; give that of a Lambda"),
        ({"name": "x", "image": "os.system"}, "'image' is not read from files, functions are not saved"),
    ],
)
def test_a_lambda_that_the_program_has_not_made_is_refused(tmp_path: Path, fields: Any, said: str) -> None:
    message = refused(written(tmp_path / "p.yaml", {"augcore": 1, "transforms": [{"Lambda": fields}]}))
    assert message.startswith(": transforms[0]: ")

    assert re.search(said, message)


# What a file looks like


def test_a_saved_file_reads_like_something_a_person_wrote(fake: Path, tmp_path: Path) -> None:
    find = plugins.find_transform
    pipeline = Compose(
        [
            find("fake.Mirror")(p=1),
            OneOf([find("fake.Brighten")(0.5), find("fake.Knobs")(size=(224, 224), border_mode="wrap")], p=0.3),
        ],
        bbox_params=BboxParams(format="coco", label_fields=["category_id"], min_visibility=0.1),
        additional_targets={"image2": "image"},
        seed=7,
    )
    augcore.save(pipeline, tmp_path / "p.yaml")
    text = (tmp_path / "p.yaml").read_text()
    keys = [line.split(":")[0] for line in text.splitlines() if line[0] not in " -"]
    assert keys == ["augcore", "requires", "bbox_params", "additional_targets", "seed", "transforms"]
    assert yaml.safe_load(text) == {
        "augcore": 1,
        "requires": {"augcore-fake": ">=0.1"},
        "bbox_params": {"format": "coco", "label_fields": ["category_id"], "min_visibility": 0.1},
        "additional_targets": {"image2": "image"},
        "seed": 7,
        "transforms": [
            {"fake.Mirror": {"p": 1.0}},
            {
                "OneOf": {
                    "transforms": [
                        {"fake.Brighten": {"factor_range": [0.5, 0.5]}},
                        {"fake.Knobs": {"size": [224, 224], "border_mode": "wrap"}},
                    ],
                    "p": 0.3,
                }
            },
        ],
    }
    assert "!" not in text
    assert "&" not in text
    assert "- fake.Mirror: {p: 1.0}" in text
    assert "size: [224, 224]" in text
    assert max(map(len, text.splitlines())) <= 110
    augcore.save(pipeline, tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text()) == yaml.safe_load(text)
    assert (tmp_path / "p.json").read_text().endswith("}\n")


def test_a_pipeline_of_defaults_is_two_keys() -> None:
    assert Compose([NoOp()]).to_dict() == {"augcore": 1, "transforms": [{"NoOp": {}}]}


def test_what_a_target_of_a_plugin_needs_is_required_too(fake: Path) -> None:
    assert Compose([], additional_targets={"dot": "marker"}).to_dict()["requires"] == {"augcore-fake": ">=0.1"}


def test_people_may_write_bare_names_and_names_alone_and_numbers_without_a_point(fake: Path, tmp_path: Path) -> None:
    entries = "- Mirror\n- Wave: {height: 1e1}\n- fake.Grain:\n- Grain: {std: 5e-2}\n"
    text = f"augcore: 1\nbbox_params: coco\ntransforms:\n{entries}"
    read = augcore.load(written(tmp_path / "p.yaml", text))
    find = plugins.find_transform
    assert read.transforms == (find("Mirror")(), find("Wave")(10.0), find("Grain")(), find("Grain")(0.05))
    assert read.setup.bbox_params == BboxParams(format="coco")


def test_people_may_name_the_two_of_oneorother(tmp_path: Path) -> None:
    tree = {"augcore": 1, "transforms": [{"OneOrOther": {"first": "NoOp", "second": {"NoOp": {"p": 0.1}}}}]}
    assert augcore.load(written(tmp_path / "p.yaml", tree)).transforms == (OneOrOther(NoOp(), NoOp(p=0.1)),)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    for name, text in (("p.yaml", "augcore: 1\ntransforms: []\n"), ("p.json", json.dumps(NOTHING))):
        (tmp_path / name).write_text(text, "utf-8-sig")
        assert augcore.load(tmp_path / name) == Compose([])


# Files that are wrong


def in_pipeline(*entries: Any, **top: Any) -> dict[str, Any]:
    return {**NOTHING, "transforms": list(entries), **top}


WRONG: dict[str, tuple[Any, str]] = {
    "no mapping": ([1, 2], r": \[1, 2\] is not a mapping; a file starts with 'augcore: 1'"),
    "empty": ("", ": None is not a mapping"),
    "no version": ({"transforms": []}, "schema version is None; write 'augcore: 1' at the top"),
    "version as text": ({"augcore": "1", "transforms": []}, "schema version is '1'; write"),
    "version true": ({"augcore": True, "transforms": []}, "schema version is True; write"),
    "newer": (
        {"augcore": 2, "transforms": []},
        "schema version 2 is newer than 1, the newest this augcore knows; update aug",
    ),
    "unknown key": ({**NOTHING, "transform": []}, "key 'transform' is not known; did you mean 'transforms'.*known are"),
    "key no text": ({**NOTHING, 5: 1}, "key 5 is not known"),
    "no transforms": ({"augcore": 1}, ": transforms: None is not a list; give a list of transforms"),
    "transforms a mapping": ({"augcore": 1, "transforms": {"NoOp": {}}}, ": transforms: {'NoOp': {}} is not a list"),
    "entry a number": (in_pipeline(5), r": transforms\[0\]: 5 is not a transform; give one name with its parameters"),
    "entry of two": (
        in_pipeline({"NoOp": {}, "OneOf": {}}),
        r": transforms\[0\]: .* is not a transform; give one name",
    ),
    "name a number": (in_pipeline({5: {}}), r": transforms\[0\]: 5 is not a name"),
    "parameters a list": (in_pipeline({"NoOp": [1]}), r": transforms\[0\].NoOp: \[1\] are not parameters; give NoOp: "),
    "parameter no text": (in_pipeline({"NoOp": {1: 2}}), r": transforms\[0\].NoOp: .* are not parameters"),
    "unknown transform": (
        in_pipeline("NoOp", "Mirorr"),
        r": transforms\[1\]: .*'Mirorr' is not known; did you mean 'Mirror'",
    ),
    "unknown in plugin": (
        in_pipeline("fake.Mirorr"),
        r"'fake.Mirorr' is not in augcore-fake 0.1.0; did you mean 'Mirror'",
    ),
    "missing plugin": (
        in_pipeline("nobodys.Mirror"),
        r": transforms\[0\]: .* 'nobodys', which is not installed.*pip install",
    ),
    "unknown parameter": (
        in_pipeline({"fake.Wave": {"heigth": 2}}),
        r": transforms\[0\]: Wave: no parameter 'heigth'; did you mean 'height'\?; it takes p, height",
    ),
    "out of range": (
        in_pipeline({"fake.Wave": {"height": 21}}),
        r": transforms\[0\]: Wave.height: 21 is outside \[0, 20\] px; give a number inside it",
    ),
    "not a number": (in_pipeline({"fake.Wave": {"height": ".nan"}}), r"Wave.height: '.nan' is not a number"),
    "nan": ("augcore: 1\ntransforms: [{fake.Wave: {height: .nan}}]", r"Wave.height: nan is outside \[0, 20\]"),
    "infinite size": (
        "augcore: 1\ntransforms: [{fake.Knobs: {size: [.inf, 1]}}]",
        r"Knobs.size: inf is not a whole number",
    ),
    "a date": ("augcore: 1\ntransforms: [{fake.Wave: {height: 2020-01-01}}]", r"Wave.height: .*date.* is not a number"),
    "required": (in_pipeline("fake.Knobs"), r": transforms\[0\]: Knobs: size must be given"),
    "nested": (
        in_pipeline("NoOp", {"OneOf": {"transforms": ["NoOp", {"Sequential": {"transforms": [{"NoOp": {"p": 2}}]}}]}}),
        r": transforms\[1\].OneOf.transforms\[1\].Sequential.transforms\[0\]: NoOp.p: 2 is outside \[0, 1\]",
    ),
    "transforms a number": (
        in_pipeline({"OneOf": {"transforms": 5}}),
        r"OneOf.transforms: 5 is not a list of transforms",
    ),
    "empty choice": (in_pipeline({"OneOf": {"transforms": []}}), r"OneOf.transforms: give at least one with p above 0"),
    "p": ({**NOTHING, "p": 1.5}, r"Compose.p: 1.5 is outside \[0, 1\]"),
    "seed": ({**NOTHING, "seed": "x"}, "seed: 'x' is not a whole number"),
    "fuse": ({**NOTHING, "fuse": "exakt"}, "Compose.fuse: 'exakt' is not one of .*; did you mean 'exact'"),
    "flag": ({**NOTHING, "strict": "no"}, "Compose.strict: 'no' is neither True nor False"),
    "mask_interpolation": (
        {**NOTHING, "mask_interpolation": "linea"},
        "Compose.mask_interpolation: 'linea' is not known",
    ),
    "compose": (
        {**NOTHING, "compose": "Composition"},
        ": compose: 'Composition' is not known; give one of Compose, Repl",
    ),
    "compose a list": ({**NOTHING, "compose": []}, r": compose: \[\] is not known"),
    "format": (
        {**NOTHING, "bbox_params": {"format": "cocoo"}},
        r": bbox_params: BboxParams.format: .*did you mean 'coco'",
    ),
    "no format": ({**NOTHING, "bbox_params": {}}, ": bbox_params: BboxParams: format must be given"),
    "bbox option": (
        {**NOTHING, "bbox_params": {"format": "coco", "min_are": 1}},
        ": bbox_params: BboxParams: no parameter 'min_are'; did you mean 'min_area'",
    ),
    "boxes a number": ({**NOTHING, "bbox_params": 5}, "Compose.bbox_params: 5 is not BboxParams"),
    "targets": ({**NOTHING, "additional_targets": ["image2"]}, r": additional_targets: \['image2'\] is not a mapping"),
    "target kind": (
        {**NOTHING, "additional_targets": {"image2": "imag"}},
        "target kind 'imag' is not known; did you mean 'image'",
    ),
    "target kind with options": (
        {**NOTHING, "additional_targets": {"x": {"nothing": {}}}},
        ": additional_targets.x: target kind 'nothing' is not known",
    ),
    "target option": (
        {**NOTHING, "additional_targets": {"x": {"marker": {"digit": 2}}}},
        ": additional_targets.x: Marker: no parameter 'digit'; did you mean 'digits'",
    ),
    "target options": (
        {**NOTHING, "additional_targets": {"x": {"marker": 5}}},
        ": additional_targets.x: 5 is not a mapping",
    ),
    "broken yaml": ("augcore: 1\ntransforms: [\n", ": not YAML: .*, line 3, column 1"),
    "tabs": ("augcore: 1\ntransforms:\n\t- NoOp\n", r": not YAML: .*cannot start any token, line 3, column 1"),
}


@pytest.mark.parametrize(("tree", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_answered_with_the_place_and_the_mend(fake: Path, tmp_path: Path, tree: Any, said: str) -> None:

    message = refused(written(tmp_path / "p.yaml", tree))
    assert re.search(said, message), message


def test_an_experimental_transform_does_not_load_because_a_file_says_so(install: Any, tmp_path: Path) -> None:
    install("trial", "raise RuntimeError('imported')", group="augcore.experimental")
    message = refused(written(tmp_path / "p.yaml", in_pipeline("NoOp", "trial.Try")))
    assert message.startswith(
        ": transforms[1]: plugin 'trial' is experimental and not enabled; call augcore.enable_exp"
    )


def test_a_file_of_an_unknown_format_is_refused_by_name(tmp_path: Path) -> None:
    for name in ("p.toml", "p"):
        assert "name it .yaml or .json" in refused(written(tmp_path / name, NOTHING))
        with pytest.raises(InvalidFile, match=r"what format is .*name it .yaml or .json"):
            augcore.save(Compose([]), tmp_path / name.replace("p", "q"))
    assert augcore.load(tmp_path / "p", "yaml") == Compose([])
    with pytest.raises(InvalidFile, match="data_format 'xml' is not known; give 'yaml' or 'json'"):
        augcore.load(tmp_path / "p", "xml")


def test_what_cannot_be_opened_is_refused_by_name(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.yaml") == ": cannot be read: No such file or directory"
    (tmp_path / "folder.yaml").mkdir()
    assert "cannot be read: Is a directory" in refused(tmp_path / "folder.yaml")


def test_a_dict_is_named_as_the_caller_names_it() -> None:
    with pytest.raises(InvalidFile, match=r"^config\.augment: transforms\[0\]: NoOp\.p"):
        serial.from_dict(in_pipeline({"NoOp": {"p": 2}}), where="config.augment")


# Versions


@pytest.mark.parametrize("asked", [">=0.1", "==0.1.0", ">=0.1, <1", "!=0.2", "<=0.1.0,>0.0.9"])
def test_versions_that_fit_are_accepted(fake: Path, tmp_path: Path, asked: str) -> None:
    assert augcore.load(written(tmp_path / "p.yaml", {**NOTHING, "requires": {"augcore-fake": asked}})) == Compose([])


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        (
            {"augcore-fake": ">=0.2"},
            "requires augcore-fake >=0.2, and 0.1.0 is installed; pip install 'augcore-fake>=0.2'",
        ),
        ({"augcore-fake": ">=0.1,<0.1.0"}, "requires augcore-fake >=0.1,<0.1.0, and 0.1.0 is installed"),
        ({"augcore-none": ">=1"}, "requires augcore-none >=1, which is not installed; pip install 'augcore-none>=1'"),
        ({"augcore": ">=99"}, "requires augcore >=99, and "),
        ({"augcore-fake": "latest"}, "requires.augcore-fake: 'latest' is not a version range; give clauses such as"),
        ({"augcore-none": "'; rm -rf ~ #"}, "is not a version range"),
        ({"x'; rm -rf ~ #": ">=1"}, "is not the name of a distribution"),
        ({"": ">=1"}, "'' is not the name of a distribution"),
        (["augcore-fake"], "requires: ['augcore-fake'] is not a mapping; give distribution:"),
    ],
)
def test_versions_that_do_not_fit_are_refused_with_the_command(
    fake: Path, tmp_path: Path, requires: Any, said: str
) -> None:
    assert said in refused(written(tmp_path / "p.yaml", {**NOTHING, "requires": requires}))


def test_versions_are_checked_before_transforms_are_looked_for(fake: Path, tmp_path: Path) -> None:
    tree = in_pipeline("fake.Mirorr", requires={"augcore-fake": ">=9"})
    assert "requires augcore-fake >=9" in refused(written(tmp_path / "p.yaml", tree))


# Files that mean harm


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch {}']",
        "!!python/name:os.system ''",
        "!!python/object:object {{}}",
        "!mine {{}}",
    ],
)
def test_tags_build_nothing(tmp_path: Path, tag: str) -> None:
    trap = tmp_path / "trap"
    text = f"augcore: 1\ntransforms:\n- NoOp: {{p: {tag.format(trap)}}}\n"
    assert "only plain data is read" in refused(written(tmp_path / "p.yaml", text))
    assert not trap.exists()


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    text = "augcore: 1\ntransforms:\n- NoOp: {p: 0.1, p: 0.9}\n"
    assert "key 'p' is given twice, line 3, column 18" in refused(written(tmp_path / "p.yaml", text))
    text = '{"augcore": 1, "transforms": [{"NoOp": {"p": 0.1, "p": 0.9}}]}'
    assert "key 'p' is given twice" in refused(written(tmp_path / "p.json", text))


def test_mappings_are_not_merged(tmp_path: Path) -> None:
    text = "augcore: 1\ntransforms:\n- NoOp: &a {p: 0.1}\n- NoOp: {<<: *a}\n"
    assert "'<<' merges mappings, line 4" in refused(written(tmp_path / "p.yaml", text))


def test_an_alias_may_repeat_a_size(fake: Path, tmp_path: Path) -> None:
    text = "augcore: 1\ntransforms:\n- Knobs: {size: &s [3, 4]}\n- Knobs: {size: *s}\n"
    assert [step.size for step in augcore.load(written(tmp_path / "p.yaml", text))] == [(3, 4), (3, 4)]


@pytest.mark.parametrize("merged", [False, True])
def test_aliases_that_unfold_to_gigabytes_are_refused(tmp_path: Path, merged: bool) -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 40)]
    if merged:
        levels = [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, 40)]
    text = "\n".join(["augcore: 1", "a0: &a0 {x: 1}", *levels, "transforms: *a39"])
    message = refused(written(tmp_path / "p.yaml", text))
    assert ("merges" if merged else "unfolds to more than 1,000,000 entries") in message


def test_wide_aliases_are_refused_before_they_unfold(tmp_path: Path) -> None:
    ones = ", ".join(["1"] * 5000)
    text = f"augcore: 1\na: &a [{ones}]\nb: &b [{', '.join(['*a'] * 5000)}]\ntransforms: [{', '.join(['*b'] * 5000)}]"
    assert "unfolds to more than 1,000,000 entries" in refused(written(tmp_path / "p.yaml", text))


def test_a_list_that_holds_itself_is_refused(tmp_path: Path) -> None:
    assert "nested deeper than 100" in refused(written(tmp_path / "p.yaml", "augcore: 1\ntransforms: &a [*a]"))
    tree: dict[str, Any] = {"augcore": 1, "transforms": []}
    tree["transforms"].append(tree)
    with pytest.raises(InvalidFile, match="nested deeper than 100 levels; write it flatter"):
        serial.from_dict(tree)


@pytest.mark.parametrize("depth", [60, 400, 50_000])
def test_what_is_nested_too_deeply_is_refused(tmp_path: Path, depth: int) -> None:
    opening, closing = '{"Sequential": {"transforms": [', "]}}"
    text = f'{{"augcore": 1, "transforms": [{opening * depth}{closing * depth}]}}'
    for name in ("p.yaml", "p.json"):
        if depth < 50_000 or name == "p.json":  # YAML in pure Python would take its time
            assert "nested" in refused(written(tmp_path / name, text))
    brackets = "[" * max(depth, 200)
    assert "nested" in refused(
        written(tmp_path / "q.yaml", f"augcore: 1\ntransforms: {brackets}{brackets.replace('[', ']')}")
    )


def test_a_pipeline_too_deep_to_be_read_is_not_saved(tmp_path: Path) -> None:
    step: Any = NoOp()
    for _ in range(50):
        step = Sequential([step])
    with pytest.raises(InvalidFile, match="nested deeper than 100"):
        augcore.save(Compose([step]), tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["p.yaml", "p.json"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n", bytes(range(256)), b"augcore: 1\x00"])
def test_binary_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    message = refused(tmp_path / name)
    assert "not UTF-8; save the file as UTF-8 text" in message or "not YAML" in message or "not JSON" in message


def test_json_has_no_nan(tmp_path: Path) -> None:
    text = '{"augcore": 1, "transforms": [{"NoOp": {"p": NaN}}]}'
    assert refused(written(tmp_path / "p.json", text)) == ": NaN is not JSON; give a finite number"
    assert ": not JSON: Expecting value: line 1" in refused(written(tmp_path / "p.json", "nonsense"))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.sampled_from(["NoOp", "OneOf"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["NoOp", "OneOf", "transforms", "p", "Lambda", "name", "n"]) | st.text(), inner
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from([*serial.pipelines._TOP, "extra"]),
)
def test_any_tree_is_read_or_refused_and_nothing_else(plain: Any, key: str) -> None:
    for tree in (plain, {**NOTHING, key: plain}):
        with contextlib.suppress(InvalidFile):
            assert isinstance(serial.from_dict(tree), Compose)


def test_a_file_runs_no_code_and_imports_nothing(site: Path, tmp_path: Path) -> None:
    (site / "innocent.py").write_text("raise RuntimeError('imported')")
    for name in ("innocent.Thing", "os.system", "builtins.eval", "augcore.Compose", "augcore.serial.files.save"):
        message = refused(written(tmp_path / "p.yaml", in_pipeline({name: {}})))
        assert "not installed" in message or "not known" in message


# Traces


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("size"), "trace: size missing"),
        (lambda t: t.pop("trace"), "trace: trace missing"),
        (lambda t: t.update(size="x"), "trace: a step or a size does not fit"),
        (lambda t: t.update(size=[1, 2, 3]), "trace: a step or a size does not fit"),
        (lambda t: t.update(trace=5), "trace: a step or a size does not fit"),
        (lambda t: t["trace"].append({}), "trace: a step lacks 'effect'"),
        (lambda t: t["trace"][0].pop("name"), "trace: a step lacks 'name'"),
        (lambda t: t["trace"][0].update(effect={"Geometri": {}}), r"trace\[0\].effect: effect 'Geometri' .*'Geometry'"),
        (lambda t: t["trace"][0].update(effect={"Geometry": {}}), r"trace\[0\].effect.Geometry: {} does not fit"),
        (
            lambda t: t["trace"][0].update(effect={"Geometry": {"map": {"Latice": {}}}}),
            r"'Latice' .*did you mean 'Lattice'",
        ),
        (lambda t: t["trace"][0].update(effect={"Geometry": 5}), r"trace\[0\].effect.Geometry: 5 does not fit"),
        (
            lambda t: t["trace"][0].update(effect={"PixelFn": {"os.system": {}}}),
            r"function 'os.system' is not registered",
        ),
        (
            lambda t: t["trace"][0].update(effect={"PixelFn": {"fake.grian": {}}}),
            r"'fake.grian' .*did you mean 'fake.grain'",
        ),
        (
            lambda t: t["trace"][0].update(effect={"PerTarget": {"lambda": "never made"}}),
            "Lambda 'never made' is not defin",
        ),
        (lambda t: t.update(bbox_param={}), "trace: key 'bbox_param' is not known; did you mean 'bbox_params'"),
        (lambda t: t.update(augcore=9), "trace: schema version 9 is newer than 1"),
    ],
)
def test_a_wrong_trace_is_answered_with_the_place(fake: Path, change: Callable[[Any], Any], said: str) -> None:
    mirror = plugins.find_transform("fake.Mirror")(p=1)
    tree = Compose([mirror]).traced(image=np.zeros((4, 6, 3), np.uint8))[1].to_dict()
    assert isinstance(Trace.from_dict(tree), Trace)
    change(tree)
    with pytest.raises(InvalidFile, match=said):
        Trace.from_dict(tree)


def test_a_trace_of_an_unnamed_lambda_is_shown_but_not_saved() -> None:
    _, trace = Compose([Lambda(image=np.flipud)]).traced(image=np.zeros((4, 6, 3), np.uint8))
    assert trace.applied()
    with pytest.raises(augcore.InvalidParameter, match="Lambda without a name cannot be saved"):
        trace.to_json()


# What saving leaves on the disk


def broken_replace(*_: Any) -> None:
    raise PermissionError(13, "Permission denied")


def full_disk(*_: Any) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("function", "breaks"), [("replace", broken_replace), ("fsync", full_disk)])
def test_a_save_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, breaks: Any
) -> None:
    path = tmp_path / "p.yaml"
    augcore.save(Compose([NoOp(p=0.1)]), path)
    before = path.read_bytes()
    monkeypatch.setattr(os, function, breaks)
    with pytest.raises(InvalidFile, match=r"p\.yaml: cannot be written: (Permission denied|No space left on device)"):
        augcore.save(Compose([NoOp(p=0.2)]), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_that_is_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        augcore.save(Compose([]), tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []


def test_a_save_into_a_folder_that_does_not_exist_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"nowhere/p\.yaml: cannot be written: No such file or directory"):
        augcore.save(Compose([]), tmp_path / "nowhere" / "p.yaml")


def test_a_pipeline_that_cannot_be_written_leaves_the_old_file(fake: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    augcore.save(Compose([]), path)
    before = path.read_bytes()
    endless = plugins.find_transform("fake.Knobs")(size=(1, 1), mean=float("inf"))
    with pytest.raises(InvalidFile, match=r"JSON has no infinity .* write YAML"):
        augcore.save(Compose([endless]), path)
    assert path.read_bytes() == before
    augcore.save(Compose([endless]), tmp_path / "p.yaml")
    assert augcore.load(tmp_path / "p.yaml") == Compose([endless])


@pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX")
def test_permissions_and_links_stay_as_they_were(tmp_path: Path) -> None:
    plain, target, link = tmp_path / "plain", tmp_path / "target.yaml", tmp_path / "link.yaml"
    plain.write_text("")
    augcore.save(Compose([]), target)
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    target.chmod(0o600)
    link.symlink_to(target)
    augcore.save(Compose([NoOp()]), link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert augcore.load(target) == Compose([NoOp()])
