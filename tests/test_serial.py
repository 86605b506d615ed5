"""Pipelines as plain data: round trips, files that are wrong or mean harm, and what saving leaves on the disk."""

from __future__ import annotations

import json
import os
import re
import stat
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
def test_a_lambda_that_the_program_has_not_made_is_refused(fields: Any, said: str, refused_file: Any) -> None:
    message = refused_file({"augcore": 1, "transforms": [{"Lambda": fields}]})
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
