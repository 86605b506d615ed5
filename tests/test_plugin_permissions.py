"""Which plugins may load: experimental ones on opt-in, and of all only those on the allow-list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import augcore
from augcore import plugins


def status(name: str) -> str:
    (plugin,) = (p for p in plugins.discover() if p.name == name)
    return plugin.status


@pytest.fixture
def trial(install: Any) -> None:
    install("trial", offers="Try", group="augcore.experimental")


def test_an_experimental_plugin_does_not_load_and_the_error_names_the_three_ways(trial: None) -> None:
    assert status("trial") == "not enabled"
    assert "trial.Try" not in plugins.transforms()
    with pytest.raises(augcore.PluginError) as caught:
        plugins.find_transform("trial.Try")
    for way in ("augcore.enable_experimental('trial')", "AUGCORE_EXPERIMENTAL=trial", "--experimental trial"):
        assert way in str(caught.value)
    assert "augcore_trial" not in sys.modules
    with pytest.raises(AttributeError, match=r"'Try' is not known.*augcore\.enable_experimental\('trial'\)"):
        _ = augcore.Try


def test_a_call_opts_in(trial: None) -> None:
    augcore.enable_experimental("trial")
    assert augcore.Try is plugins.find_transform("trial.Try")


def test_the_environment_opts_in(trial: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUGCORE_EXPERIMENTAL", "something, trial")
    assert augcore.Try is plugins.find_transform("trial.Try")


def test_the_environment_opts_in_a_fresh_process(trial: None, python: Any) -> None:
    code = "import augcore; augcore.Try()"
    assert "not enabled" in python(code).stderr
    assert python(code, AUGCORE_EXPERIMENTAL="trial").returncode == 0


def test_opting_in_to_what_is_not_installed_names_the_nearest(trial: None) -> None:
    with pytest.raises(
        augcore.UnknownName, match=r"experimental plugin 'tril' is not installed; did you mean 'trial'\?"
    ):
        augcore.enable_experimental("tril")


def test_only_plugins_on_the_allow_list_load(fake: Path, install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    install("other", offers="Other")
    monkeypatch.setenv("AUGCORE_LOAD_PLUGINS", "other , more")
    assert {"other.Other"} == {name for name in plugins.transforms() if name.startswith(("other.", "fake."))}
    assert status("fake") == "not allowed"
    with pytest.raises(
        augcore.PluginError, match=r"plugin 'fake' is not in AUGCORE_LOAD_PLUGINS=other , more; add it there"
    ):
        plugins.find_transform("fake.Mirror")
    assert "augcore_fake" not in sys.modules


def test_an_empty_allow_list_allows_none(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUGCORE_LOAD_PLUGINS", "")
    assert not plugins._offers("augcore_transforms")
    assert all(not p.loaded for p in plugins.load_all())


def test_the_allow_list_does_not_opt_in(trial: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUGCORE_LOAD_PLUGINS", "trial")
    with pytest.raises(augcore.PluginError, match="experimental and not enabled"):
        plugins.load("trial")
