"""The command line itself, what plugins add to it, and how it speaks of them and of transforms."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import augcore
from augcore import Geometry, Lookup, PixelFn
from augcore.cli import Commands
from augcore.cli.inspection import kinds_of_effects

# The group


def test_help_lists_every_command_of_the_core(run):
    result = run("--help")
    assert result.exit_code == 0
    for command in ("show", "plugins", "transforms", "doctor", "replay"):
        assert command in result.output


def test_the_version_is_told(run):
    assert run("--version").output.strip().endswith(augcore.__version__)


def test_a_mistyped_command_is_a_usage_error(run, failed):
    failed(run("shwo"), "No such command 'shwo'", code=2)


def test_debug_shows_the_traceback_instead_of_the_line(run, tmp_path):
    result = run("--debug", "show", tmp_path / "none.yaml", "a.jpg", "-o", tmp_path / "a.png")
    assert isinstance(result.exception, augcore.InvalidFile)


def test_without_click_the_command_says_what_to_install(run):
    code = "import sys; sys.modules['click'] = None\nfrom augcore.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Error: the command augcore needs click")
    assert "pip install 'augcore[cli]'" in done.stderr


def test_the_package_can_be_imported_without_click(run):
    code = "import sys; sys.modules['click'] = sys.modules['rich'] = None; import augcore.cli, augcore.drawing"
    subprocess.run([sys.executable, "-c", code], check=True)


# Plugins


def test_commands_of_plugins_stand_beside_the_cores(run, installed):
    installed(greetings="greets")
    assert run("greet").output == "greet was run\n"
    assert "greet" in run("--help").output


@pytest.mark.parametrize(
    "broken", ["fails when asked for commands", "takes the name of a command", "cannot be imported"]
)
def test_a_broken_plugin_costs_only_its_own_commands(run, failed, installed, broken):
    installed(broken=broken, greetings="greets")
    group = Commands()
    result = run("--help", group=group)
    assert result.exit_code == 0
    assert "half" not in result.output
    assert "broken" in result.output
    assert group.annotation_readers == {}
    assert run("greet", group=group).output == "greet was run\n"
    assert "Draw what PIPELINE makes" in run("show", "--help", group=group).output
    failed(run("half", group=group), "No such command 'half'", "broken (", "augcore doctor", code=2)


def test_experimental_plugins_are_loaded_when_named(run, failed, installed):
    installed(experimental=("lab", "attic"), lab="tries", attic="digs")
    failed(run("try"), "lab (not enabled)", code=2)
    assert run("--experimental", "lab,attic", "dig").output == "dig was run\n"


def test_several_experimental_options_add_up(run, installed):
    installed(experimental=("lab", "attic"), lab="tries", attic="digs")
    found = json.loads(run("--experimental", "lab", "--experimental", "attic", "plugins", "--json").output)
    assert {plugin["name"]: plugin["status"] for plugin in found} == {"lab": "loaded", "attic": "loaded"}


def test_an_experimental_plugin_that_is_not_installed_is_named(run, failed, installed):
    installed(experimental=("lab",), lab="tries")
    failed(run("--experimental", "lap", "plugins"), "'lap' is not installed", "did you mean 'lab'")


def test_plugins_are_listed_with_what_became_of_them(run, installed):
    installed(experimental=("lab",), good="greets", bad="cannot be imported", lab="tries")
    found = {plugin["name"]: plugin for plugin in json.loads(run("plugins", "--json").output)}
    assert [found[name]["status"] for name in ("good", "bad", "lab")] == ["loaded", "failed", "not enabled"]
    assert found["good"]["distribution"] == "augcore-good"
    assert found["good"]["error"] is None
    assert "no torch" in found["bad"]["error"]
    assert found["lab"]["experimental"] is True
    plain = run("plugins").output
    assert "no torch" in plain
    assert "--experimental lab" in plain


# Transforms


def test_transforms_tell_their_effects_targets_and_parameters(steps, run):
    found = {one["name"]: one for one in json.loads(run("transforms", "--json").output)}
    darken = found[steps.Darkened.registered_name]
    assert darken["summary"] == "Divide by a whole number."
    assert darken["effects"] == ["PixelFn"]
    assert "bboxes" in darken["targets"]
    most = next(parameter for parameter in darken["parameters"] if parameter["name"] == "most")
    assert (most["default"], most["legal"], most["unit"]) == (4, "[2, 9] times", "times")
    assert found["OneOf"]["effects"] is None
    steps = next(parameter for parameter in found["OneOf"]["parameters"] if parameter["name"] == "transforms")
    assert steps["required"] is True


class Bare(augcore.Target):
    kind = "bare"

    def geometry(self, state, effect, frame):
        return state


def test_a_target_takes_part_in_the_effects_that_it_defines_and_in_no_other(steps, run, installed):
    installed(bare={"augcore_targets": lambda: [Bare]})
    names = [one["name"] for one in json.loads(run("transforms", "--target", "bare", "--json").output)]
    assert steps.Mirrored.registered_name in names
    assert steps.Darkened.registered_name not in names
    assert steps.Mirrored.registered_name in run("transforms", "--target", "bare").output


def test_a_kind_of_target_that_nobody_knows_is_an_error(run, failed):
    failed(run("transforms", "--target", "bbox"), "'bbox' is not known", "did you mean 'bboxes'")


@pytest.mark.parametrize(
    ("annotation", "kinds"),
    [
        (Geometry, {Geometry}),
        ("Geometry | None", {Geometry}),
        ("augcore.Chain[Geometry]", {Geometry}),
        ("augcore.Chain[Geometry | PixelFn] | Lookup", {Geometry, PixelFn, Lookup}),
        ("augcore.Effect", None),
        ("augcore.Chain", None),
        ("Geometry | augcore.Effect", None),
        ("NotThere", None),
        (None, None),
    ],
)
def test_kinds_of_effects_are_read_from_the_annotation(annotation, kinds):
    def sample(self, rng, view):
        raise NotImplementedError

    if annotation is not None:
        sample.__annotations__["return"] = annotation
    assert kinds_of_effects(type("Any", (), {"sample": sample})) == kinds
