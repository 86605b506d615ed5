"""Files of pipelines and traces that are wrong: what is said of them, where, and with what mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import augcore
from augcore import (
    Compose,
    InvalidFile,
    Lambda,
    Trace,
    plugins,
    serial,
)

NOTHING: dict[str, Any] = {"augcore": 1, "transforms": []}


def written(path: Path, tree: Any) -> Path:
    """A file with that text, or with that tree as YAML."""
    path.write_text(tree if isinstance(tree, str) else yaml.safe_dump(tree), "utf-8")
    return path


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
def test_a_wrong_file_is_answered_with_the_place_and_the_mend(
    fake: Path, tree: Any, said: str, refused_file: Any
) -> None:

    message = refused_file(tree)
    assert re.search(said, message), message


def test_an_experimental_transform_does_not_load_because_a_file_says_so(install: Any, refused_file: Any) -> None:
    install("trial", "raise RuntimeError('imported')", group="augcore.experimental")
    message = refused_file(in_pipeline("NoOp", "trial.Try"))
    assert message.startswith(
        ": transforms[1]: plugin 'trial' is experimental and not enabled; call augcore.enable_exp"
    )


def test_a_file_of_an_unknown_format_is_refused_by_name(tmp_path: Path, refused_file: Any) -> None:
    for name in ("p.toml", "p"):
        assert "name it .yaml or .json" in refused_file(NOTHING, name)
        with pytest.raises(InvalidFile, match=r"what format is .*name it .yaml or .json"):
            augcore.save(Compose([]), tmp_path / name.replace("p", "q"))
    assert augcore.load(tmp_path / "p", "yaml") == Compose([])
    with pytest.raises(InvalidFile, match="data_format 'xml' is not known; give 'yaml' or 'json'"):
        augcore.load(tmp_path / "p", "xml")


def test_what_cannot_be_opened_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"none\.yaml: cannot be read: No such file or directory$"):
        augcore.load(tmp_path / "none.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(InvalidFile, match=r"folder\.yaml: cannot be read: Is a directory$"):
        augcore.load(tmp_path / "folder.yaml")


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
    fake: Path, requires: Any, said: str, refused_file: Any
) -> None:
    assert said in refused_file({**NOTHING, "requires": requires})


def test_versions_are_checked_before_transforms_are_looked_for(fake: Path, refused_file: Any) -> None:
    tree = in_pipeline("fake.Mirorr", requires={"augcore-fake": ">=9"})
    assert "requires augcore-fake >=9" in refused_file(tree)


# Traces


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.pop("size"), "trace: size missing"),
        (lambda t: t.pop("trace"), "trace: trace missing"),
        (lambda t: t.update(size="x"), "trace: a step or a size does not fit"),
        (lambda t: t.update(size=[1, 2, 3, 4]), "trace: a step or a size does not fit"),
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
