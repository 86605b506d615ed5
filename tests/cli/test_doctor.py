"""The doctor finds nothing wrong with what is sound, and names what is not, and the mend."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest

import augcore
from augcore import Geometry, plugins


def test_a_sound_installation_has_no_problems(run, installed):
    installed(good="greets")
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "No problems." in result.output
    for version in (augcore.__version__, cv2.__version__, np.__version__, sys.version.split()[0]):
        assert version in result.output


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        ("cannot be imported", ["no torch", "pip uninstall augcore-x"]),
        ("fails when asked for commands", ["no such thing", "pip install --upgrade augcore-x"]),
        ("takes the name of a command", ["command 'show' is there already"]),
        ("asks for more than hooks give", ["more"]),
        ("has a hook that nothing calls", ["'augcore_transform'", "pip install --upgrade augcore-x"]),
        ("offers what is no transform", ["int"]),
        ("offers another's transform", ["Mirrored", "augcore_x"]),
    ],
)
def test_the_doctor_names_what_is_wrong_with_a_plugin_and_the_mend(run, installed, plugin, words):
    installed(x=plugin, good="greets")
    result = run("doctor")
    assert result.exit_code == 1
    problem = next(line for line in result.output.splitlines() if line.startswith("problem"))
    for word in words:
        assert word in problem
    assert "1 problem." in result.output


def test_a_plugin_for_another_version_of_the_core_is_a_problem(run, installed):
    installed(api=99, x="greets")
    result = run("doctor")
    assert result.exit_code == 1
    assert "PLUGIN_API 99" in result.output
    assert "update augcore\n" in result.output


def test_two_plugins_of_one_name_are_a_problem(run, installed):
    installed(x="greets")
    plugins._found.append(plugins.Plugin("x", "another-x", "1", False, None))
    result = run("doctor")
    assert result.exit_code == 1
    assert "augcore-x and another-x" in result.output


def test_opencv_distributions_side_by_side_are_a_problem(run, installed, monkeypatch):
    installed()
    monkeypatch.setattr("augcore._opencv.installed", lambda site: ["opencv-python", "opencv-python-headless"])
    result = run("doctor")
    assert result.exit_code == 1
    assert "pip uninstall opencv-python opencv-python-headless" in result.output


def test_a_transform_that_does_not_come_back_from_a_file_is_a_problem(run, installed, monkeypatch):
    installed()

    @augcore.transform
    class Forgetful(augcore.Transform):
        text: str = augcore.params.text(default="a")

        def __attrs_post_init__(self):
            object.__setattr__(self, "text", object())

        def sample(self, rng, view) -> Geometry:
            raise NotImplementedError

    monkeypatch.setitem(plugins.registered_transforms(), "Forgetful", Forgetful)
    result = run("doctor")
    assert result.exit_code == 1
    assert "Forgetful" in result.output
