"""Files that mean harm: nothing is built, run, imported or unfolded because a file says so."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import augcore
from augcore import (
    Compose,
    InvalidFile,
    NoOp,
    Sequential,
    serial,
)

NOTHING: dict[str, Any] = {"augcore": 1, "transforms": []}


def written(path: Path, tree: Any) -> Path:
    """A file with that text, or with that tree as YAML."""
    path.write_text(tree if isinstance(tree, str) else yaml.safe_dump(tree), "utf-8")
    return path


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
def test_tags_build_nothing(tmp_path: Path, tag: str, refused_file: Any) -> None:
    trap = tmp_path / "trap"
    text = f"augcore: 1\ntransforms:\n- NoOp: {{p: {tag.format(trap)}}}\n"
    assert "only plain data is read" in refused_file(text)
    assert not trap.exists()


def test_a_key_given_twice_is_refused(refused_file: Any) -> None:
    text = "augcore: 1\ntransforms:\n- NoOp: {p: 0.1, p: 0.9}\n"
    assert "key 'p' is given twice, line 3, column 18" in refused_file(text)
    text = '{"augcore": 1, "transforms": [{"NoOp": {"p": 0.1, "p": 0.9}}]}'
    assert "key 'p' is given twice" in refused_file(text, "p.json")


def test_mappings_are_not_merged(refused_file: Any) -> None:
    text = "augcore: 1\ntransforms:\n- NoOp: &a {p: 0.1}\n- NoOp: {<<: *a}\n"
    assert "'<<' merges mappings, line 4" in refused_file(text)


def test_an_alias_may_repeat_a_size(fake: Path, tmp_path: Path) -> None:
    text = "augcore: 1\ntransforms:\n- Knobs: {size: &s [3, 4]}\n- Knobs: {size: *s}\n"
    assert [step.size for step in augcore.load(written(tmp_path / "p.yaml", text))] == [(3, 4), (3, 4)]


@pytest.mark.parametrize("merged", [False, True])
def test_aliases_that_unfold_to_gigabytes_are_refused(merged: bool, refused_file: Any) -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 40)]
    if merged:
        levels = [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, 40)]
    text = "\n".join(["augcore: 1", "a0: &a0 {x: 1}", *levels, "transforms: *a39"])
    message = refused_file(text)
    assert ("merges" if merged else "unfolds to more than 1,000,000 entries") in message


def test_wide_aliases_are_refused_before_they_unfold(refused_file: Any) -> None:
    ones = ", ".join(["1"] * 5000)
    text = f"augcore: 1\na: &a [{ones}]\nb: &b [{', '.join(['*a'] * 5000)}]\ntransforms: [{', '.join(['*b'] * 5000)}]"
    assert "unfolds to more than 1,000,000 entries" in refused_file(text)


def test_a_list_that_holds_itself_is_refused(refused_file: Any) -> None:
    assert "nested deeper than 100" in refused_file("augcore: 1\ntransforms: &a [*a]")
    tree: dict[str, Any] = {"augcore": 1, "transforms": []}
    tree["transforms"].append(tree)
    with pytest.raises(InvalidFile, match="nested deeper than 100 levels; write it flatter"):
        serial.from_dict(tree)


@pytest.mark.parametrize("depth", [60, 400, 50_000])
def test_what_is_nested_too_deeply_is_refused(depth: int, refused_file: Any) -> None:
    opening, closing = '{"Sequential": {"transforms": [', "]}}"
    text = f'{{"augcore": 1, "transforms": [{opening * depth}{closing * depth}]}}'
    for name in ("p.yaml", "p.json"):
        if depth < 50_000 or name == "p.json":  # YAML in pure Python would take its time
            assert "nested" in refused_file(text, name)
    brackets = "[" * max(depth, 200)
    assert "nested" in refused_file(f"augcore: 1\ntransforms: {brackets}{brackets.replace('[', ']')}", "q.yaml")


def test_a_pipeline_too_deep_to_be_read_is_not_saved(tmp_path: Path) -> None:
    step: Any = NoOp()
    for _ in range(50):
        step = Sequential([step])
    with pytest.raises(InvalidFile, match="nested deeper than 100"):
        augcore.save(Compose([step]), tmp_path / "p.yaml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["p.yaml", "p.json"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n", bytes(range(256)), b"augcore: 1\x00"])
def test_binary_files_are_refused(name: str, content: bytes, refused_file: Any) -> None:
    message = refused_file(content, name)
    assert "not UTF-8; save the file as UTF-8 text" in message or "not YAML" in message or "not JSON" in message


def test_json_has_no_nan(refused_file: Any) -> None:
    text = '{"augcore": 1, "transforms": [{"NoOp": {"p": NaN}}]}'
    assert refused_file(text, "p.json") == ": NaN is not JSON; give a finite number"
    assert ": not JSON: Expecting value: line 1" in refused_file("nonsense", "p.json")


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


def test_a_file_runs_no_code_and_imports_nothing(site: Path, refused_file: Any) -> None:
    (site / "innocent.py").write_text("raise RuntimeError('imported')")
    for name in ("innocent.Thing", "os.system", "builtins.eval", "augcore.Compose", "augcore.serial.files.save"):
        message = refused_file({**NOTHING, "transforms": [{name: {}}]})
        assert "not installed" in message or "not known" in message
