"""Every check of the conformance kit is proved by something broken that it catches, and by what is right and passes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from augcore import Transform, params, transform
from augcore.testing import (
    TARGET_CHECKS,
    TRANSFORM_CHECKS,
    Case,
    DoesNotApply,
    TargetCase,
    example,
    plugin_cases,
    samples,
)
from augcore.testing.cases import as_case, settled

sys.path.insert(0, str(Path(__file__).parent))  # for this process and for the ones it spawns

import conformance_broken as broken_ones
import conformance_right as right
import conformance_targets as targets

broken_ones.SETTING["gamma"] = 2.0  # a global of this process that a spawned one does not have


def outcome(check: Any, subject: Any) -> str:
    try:
        check(subject)
    except DoesNotApply:
        return "does not apply"
    except AssertionError as error:
        said = str(error)
        return f"fails: {said}" if "\n" not in said else f"says too much: {said}"
    return "passes"


def marks_case(target: Any) -> TargetCase:
    return TargetCase(target, targets.marks, empty=targets.no_marks)


@pytest.mark.parametrize("check", TRANSFORM_CHECKS)
def test_a_broken_transform_is_caught_by(check: str) -> None:
    case = broken_ones.BROKEN[check]
    found = outcome(TRANSFORM_CHECKS[check], case)
    assert found.startswith(f"fails: {case.name}"), found


@pytest.mark.parametrize("check", TARGET_CHECKS)
def test_a_broken_target_is_caught_by(check: str) -> None:
    found = outcome(TARGET_CHECKS[check], marks_case(targets.BROKEN_TARGETS[check]))
    assert found.startswith(f"fails: {type(targets.BROKEN_TARGETS[check]).__name__}: "), found


@pytest.mark.parametrize("broken", TRANSFORM_CHECKS)
def test_most_checks_pass_a_transform_broken_for_one(broken: str) -> None:
    case = settled(broken_ones.BROKEN[broken])
    failed = [name for name, check in TRANSFORM_CHECKS.items() if outcome(check, case).startswith("fails")]
    assert len(failed) <= len(TRANSFORM_CHECKS) // 2, failed


@pytest.mark.parametrize("broken", TARGET_CHECKS)
def test_most_checks_pass_a_target_broken_for_one(broken: str) -> None:
    case = marks_case(targets.BROKEN_TARGETS[broken])
    failed = [name for name, check in TARGET_CHECKS.items() if outcome(check, case).startswith("fails")]
    assert len(failed) <= len(TARGET_CHECKS) // 2, failed


@pytest.mark.parametrize("kind", right.RIGHT, ids=lambda kind: kind.__name__)
def test_a_right_transform_passes(kind: type[Any]) -> None:
    case = settled(kind)
    found = {name: outcome(check, case) for name, check in TRANSFORM_CHECKS.items()}
    assert {name: said for name, said in found.items() if said.startswith("fails")} == {}


def test_a_right_target_passes() -> None:
    case = marks_case(targets.Marks())
    assert {name: said for name, check in TARGET_CHECKS.items() if (said := outcome(check, case)) != "passes"} == {}


def test_every_check_applies_to_some_right_transform() -> None:
    cases = [settled(kind) for kind in right.RIGHT]
    idle = [
        name for name, check in TRANSFORM_CHECKS.items() if "passes" not in {outcome(check, case) for case in cases}
    ]
    assert idle == []


# What the checks say and take


def test_messages_name_the_case_and_the_mend() -> None:
    said = outcome(TRANSFORM_CHECKS["dtypes_are_kept"], broken_ones.BROKEN["dtypes_are_kept"])
    assert "uint8 pictures come out as float32" in said
    assert "to_range" in said


def test_a_declared_change_of_dtype_is_none_to_complain_of() -> None:
    check, case = TRANSFORM_CHECKS["dtypes_are_kept"], broken_ones.BROKEN["dtypes_are_kept"]
    assert outcome(check, Case(case.transform, changes_dtype=True)) == "passes"


def test_channels_that_a_case_names_must_work() -> None:
    check = TRANSFORM_CHECKS["any_channel_count_serves"]
    assert outcome(check, Case(right.RightHue, channels=(3,))) == "passes"
    assert outcome(check, Case(right.RightHue, channels=(3, 5))).startswith("fails: RightHue: refuses")


def test_checks_take_instances_and_classes_and_act_whatever_p_is() -> None:
    for subject in (right.RightGamma(p=0), right.RightGamma, Case(right.RightGamma(p=0))):
        assert settled(subject).transform.p == 1.0
    with pytest.raises(TypeError, match="neither a transform nor a Case"):
        as_case("RightGamma")


def test_a_transform_that_runs_on_nothing_is_reported_with_its_own_words() -> None:
    with pytest.raises(AssertionError, match="refuses every kind of picture"):
        settled(Case(right.RightHue, channels=(2,)))


def test_required_parameters_are_guessed_from_what_is_declared() -> None:
    class Sized(Transform):
        """Take a size, a mode and a number between bounds."""

        size: tuple[int, int] = params.numbers(length=2, low=1, whole=True)
        mode: str = params.choice(options=("first", "second"))
        part: float = params.number(low=0.2, high=0.3)

    made = example(transform(Sized))
    assert made.size[0] == made.size[1] > 8
    assert made.mode == "first"
    assert 0.2 <= made.part <= 0.3


def test_what_cannot_be_guessed_asks_for_an_instance() -> None:
    class Named(Transform):
        path: str = params.text()

    with pytest.raises(AssertionError, match=r"Named\.path is required .* give an instance"):
        example(transform(Named))


def test_plugin_cases_list_every_transform_of_a_plugin_with_instances_in_place_of_classes() -> None:
    turned = right.RightTurn(limit=(1, 2))
    cases = plugin_cases("conformance_right", RightTurn=[turned, right.RightTurn])
    assert turned in cases
    assert set(right.RIGHT) <= {as_case(case).kind for case in cases}
    with pytest.raises(ValueError, match="RightTrun not registered"):
        plugin_cases("conformance_right", RightTrun=turned)


def test_difference_sees_containers_dtypes_labels_and_values() -> None:
    import numpy as np

    pairs: list[tuple[Any, Any]] = [
        ([1], (1,)),
        (np.zeros(2, np.uint8), np.zeros(2, np.int64)),
        (np.zeros(2), np.zeros((2, 1))),
        ({"labels": [2**53 + 1]}, {"labels": [2**53]}),
        ([1, 2], [1]),
        (2, 2.0),
        (np.array([1.0]), np.array([1.1])),
        ({"a": 1, "b": 1}, {"b": 1, "a": 1}),
    ]
    assert all(samples.difference(first, second) for first, second in pairs)
    same = {"a": [np.array([1.0, np.nan]), "x", 2**53 + 1, float("nan")]}
    assert samples.difference(same, samples.copied(same)) == ""
    assert samples.difference(np.array([1.0]), np.array([1.1]), 0.2) == ""


# Under pytest

AUTHORS_TESTS = """
import conformance_broken as broken
import conformance_right as right
import conformance_targets as targets
from augcore.testing import Case, TargetConformance, TransformConformance

class TestRight(TransformConformance):
    cases = (right.RightGamma(limit=(0.9, 1.1)), right.RightGamma)

class TestWrong(TransformConformance):
    transforms = (broken.InFloat,)
    checks = ("dtypes_are_kept", "same_seed_same_effect", "points_land_where_keypoints_say")
    expected_failures = {"dtypes_are_kept": "floats are wanted", ("InFloat", "same_seed_same_effect"): "it passes"}

class TestMarks(TargetConformance):
    target = targets.Marks()
    expected_failures = {"empty_is_valid": "passes too"}

    def sample(self, size, rng):
        return targets.marks(size, rng)

    def empty(self, size):
        return targets.no_marks(size)
"""


def run_pytest(folder: Path, text: str, *options: str) -> str:
    (folder / "test_authors.py").write_text(f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n{text}")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-rA",
        "-q",
        "-W",
        "error",
        *options,
        str(folder),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_one_line_is_enough_and_ids_name_transform_and_check(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, AUTHORS_TESTS)
    for name in ("RightGamma", "RightGamma2"):
        passed = {
            check
            for check in TRANSFORM_CHECKS
            if f"PASSED test_authors.py::TestRight::test_transform_conforms[{name}-{check}]" in said
        }
        geometric = {"points_land_where_keypoints_say", "mask_agrees_with_image", "box_contains_its_mask"}
        assert passed == set(TRANSFORM_CHECKS) - geometric
    assert "points_land_where_keypoints_say: the effect is no geometry" in said
    assert (
        "XFAIL test_authors.py::TestWrong::test_transform_conforms[InFloat-dtypes_are_kept] - floats are wanted" in said
    )
    assert "FAILED test_authors.py::TestWrong::test_transform_conforms[InFloat-same_seed_same_effect]" in said
    assert "PASSED test_authors.py::TestMarks::test_target_conforms[Marks-lattice_maps_come_back]" in said
    assert "FAILED test_authors.py::TestMarks::test_target_conforms[Marks-empty_is_valid]" in said
    assert "2 failed" in said


def test_an_expected_failure_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    text = AUTHORS_TESTS.replace('"dtypes_are_kept": "floats', '"dtypes_kept": "floats')
    assert "'dtypes_kept' is not known; did you mean 'dtypes_are_kept'?" in run_pytest(tmp_path, text, "--collect-only")


def test_checks_alone_need_no_pytest() -> None:
    code = "import sys, augcore.testing as t; t.any_size_serves; assert 'pytest' not in sys.modules; "
    code += "t.TransformConformance; assert 'pytest' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# The page


def test_the_page_lists_every_check_and_what_proves_it() -> None:
    page = (Path(__file__).parents[1] / "docs" / "testing.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    listed = {row.split("`")[1]: row for row in rows}
    assert set(TRANSFORM_CHECKS) | set(TARGET_CHECKS) == set(listed)
    for check, case in broken_ones.BROKEN.items():
        assert f"`{case.name}`" in listed[check]
    for check, target in targets.BROKEN_TARGETS.items():
        assert f"`{type(target).__name__}`" in listed[check]
    assert all(len(row.split("|")) == 5 and all(cell.strip() for cell in row.split("|")[1:4]) for row in rows)
