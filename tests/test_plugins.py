"""Plugins: what is found without being imported, what loads when, and what one that is broken costs the others."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import augcore
from augcore import fuse, plugins
from augcore.targets import target_kind

HEAD = "import augcore\nPLUGIN_API = 1\n"


OWN = "import augcore\n@augcore.transform\nclass Own(augcore.Transform):\n    'Mine.'\n"


def status(name: str) -> str:
    (plugin,) = (p for p in plugins.discover() if p.name == name)
    return plugin.status


# Discovery


def test_importing_augcore_imports_no_plugin(fake: Path, python: Any) -> None:
    done = python(
        "import sys, augcore\n"
        "assert not [m for m in sys.modules if m.startswith('augcore_')], sys.modules\n"
        "assert not {'yaml', 'pluggy', 'importlib.metadata', 'click', 'rich'} & set(sys.modules)\n"
    )
    assert done.returncode == 0, done.stderr


def test_discovery_imports_no_plugin_and_tells_what_is_installed(fake: Path) -> None:
    (found,) = (p for p in plugins.discover() if p.name == "fake")
    assert (found.distribution, found.version, found.experimental) == ("augcore-fake", "0.1.0", False)
    assert found.status == "available"
    assert "augcore_fake" not in sys.modules


def test_a_call_of_a_pipeline_of_the_cores_own_steps_looks_for_no_plugin(fake: Path, python: Any) -> None:
    done = python(
        "import sys, numpy, augcore\n"
        "augcore.Compose([augcore.OneOf([augcore.NoOp()])])(image=numpy.zeros((4, 4, 3), 'u1'))\n"
        "assert 'importlib.metadata' not in sys.modules\n"
    )
    assert done.returncode == 0, done.stderr


def test_a_distribution_without_metadata_costs_nobody_anything(fake: Path, install: Any) -> None:
    (install("half", offers="Half") / "METADATA").unlink()
    assert plugins.find_transform("fake.Mirror").__name__ == "Mirror"
    assert plugins.find_transform("half.Half").__name__ == "Half"


def test_one_distribution_on_two_folders_of_the_path_is_one_plugin(
    install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = install("twin", offers="One")
    again = tmp_path / "again" / info.name
    again.mkdir(parents=True)
    for file in info.iterdir():
        (again / file.name).write_bytes(file.read_bytes())
    monkeypatch.syspath_prepend(again.parent)
    plugins.forget()
    assert len([p for p in plugins.discover() if p.name == "twin"]) == 1
    assert plugins.find_transform("twin.One")


# Loading


def test_plugins_load_one_by_one_when_something_of_theirs_is_asked_for(fake: Path, install: Any) -> None:
    install("other", offers="Other")
    plugins.find_transform("fake.Mirror")
    assert (status("fake"), status("other")) == ("loaded", "available")
    assert "augcore_other" not in sys.modules
    plugins.find_transform("other.Other")
    assert status("other") == "loaded"


def test_a_function_named_in_a_trace_loads_its_plugin(fake: Path) -> None:
    assert augcore.PixelFn("fake.grain", seed=1, std=0.1).call.resolve().__name__ == "grain"
    assert status("fake") == "loaded"


def test_a_target_kind_and_a_fusion_of_a_plugin_are_used(fake: Path) -> None:
    pipeline = augcore.Compose([plugins.find_transform("fake.Mirror")(p=1)], additional_targets={"dot": "marker"})
    assert pipeline(image=np.zeros((4, 10, 3), np.uint8), dot=(2, 1))["dot"] == (8, 1)
    assert len(fuse.active("exact")) == len(fuse.active("resample")) - 1
    assert [f.merge.__name__ for f in plugins.loaded_fusions()] == ["skip_identity"]
    with pytest.raises(augcore.Unsupported, match="target 'marker' does not define the effect PerTarget"):
        augcore.Compose([plugins.find_transform("fake.Stamp")(p=1)], additional_targets={"dot": "marker"})(
            image=np.zeros((4, 10, 3), np.uint8), dot=(2, 1)
        )


def test_a_fusion_of_a_plugin_changes_no_result(fake: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    steps = [plugins.find_transform(f"fake.{name}")(p=1) for name in ("Still", "Hole", "Still", "Mirror", "Brighten")]
    off, exact = (augcore.Compose(steps, seed=1, fuse=how)(image=image)["image"] for how in ("off", "exact"))
    assert np.array_equal(off, exact)


def test_threads_may_ask_for_a_plugin_together(install: Any) -> None:
    install("slow", "import time\ntime.sleep(0.2)", offers="Slow")
    plugins.discover()
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        try:
            found.append(plugins.find_transform("slow.Slow"))
        except Exception as error:  # shown by the assertion
            found.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert found[0].__name__ == "Slow"


def test_what_a_hook_gave_is_kept(install: Any) -> None:
    """A hook that would raise the second time costs nothing."""
    body = "assert not calls; calls.append(1); return []"
    install("once", f"calls = []\n@augcore.hookimpl\ndef augcore_fusions(): {body}", offers="Once")
    for _ in range(3):
        assert plugins.loaded_fusions() == []
        assert "once.Once" in plugins.transforms()
        assert plugins.find_transform("once.Once")


# What is broken


BROKEN = {
    "an import that fails": (
        "import nowhere_to_be_found",
        "ModuleNotFoundError: No module named 'nowhere_to_be_found'",
    ),
    "a syntax error": ("def (:", "SyntaxError: invalid syntax"),
    "an exit": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "no api": (
        "import augcore",
        "declares no PLUGIN_API, and this augcore has 1; update augcore-bad, or as its author set",
    ),
    "a newer api": ("PLUGIN_API = 2", "was written for PLUGIN_API 2, and this augcore has 1; update augcore"),
    "an older api": ("PLUGIN_API = 0", "was written for PLUGIN_API 0, and this augcore has 1; update augcore-bad"),
    "a hook with a wrong signature": (
        HEAD + "@augcore.hookimpl\ndef augcore_transforms(cli): return []",
        "augcore_transforms.*{'cli'} are declared in the hookimpl but can not be found in the hookspec",
    ),
    "a hook that does not exist": (
        HEAD + "@augcore.hookimpl\ndef augcore_transform(): return []",
        "unknown hook 'augcore_transform'",
    ),
    "a hook without its decorator": (
        HEAD + "def augcore_transforms(): return []",
        "augcore_transforms is not decorated; put @augcore.hookimpl above it",
    ),
    "a hook that gives nothing": (
        HEAD + "@augcore.hookimpl\ndef augcore_transforms(): pass",
        r"augcore_transforms\(\) gives None; give a list",
    ),
    "a hook that gives text": (
        HEAD + "@augcore.hookimpl\ndef augcore_targets(): return 'marker'",
        r"augcore_targets\(\) gives 'marker'; give a list",
    ),
    "a hook that gives junk": (
        HEAD + "@augcore.hookimpl\ndef augcore_transforms(): return [5]",
        r"augcore_transforms\(\) offers 5, which is not a Step class",
    ),
    "an instance in place of a class": (
        HEAD + "@augcore.hookimpl\ndef augcore_transforms(): return [augcore.NoOp()]",
        r"offers NoOp\(.*\), which is not a Step class; give transforms, not instances",
    ),
    "a class without its decorator": (
        HEAD + "class Bare(augcore.Transform): pass\n@augcore.hookimpl\ndef augcore_transforms(): return [Bare]",
        "offers Bare, which lacks @augcore.transform; put it above the class",
    ),
    "a target that is none": (
        HEAD + "@augcore.hookimpl\ndef augcore_targets(): return [int]",
        r"augcore_targets\(\) offers <class 'int'>, which is not a Target class",
    ),
    "a kind of target that the core has": (
        HEAD
        + "class Mine(augcore.Target):\n    kind = 'mask'\n@augcore.hookimpl\ndef augcore_targets(): return [Mine]",
        "offers the kind 'mask', which is taken; give the class another",
    ),
    "a target without a kind": (
        HEAD + "class Mine(augcore.Target): pass\n@augcore.hookimpl\ndef augcore_targets(): return [Mine]",
        r"offers Mine, which has no kind; write kind: ClassVar\[str\]",
    ),
    "a target whose options are not declared": (
        HEAD
        + "class Mine(augcore.Target):\n    kind = 'mine'\n    strict: bool = augcore.params.flag(default=False)\n"
        + "@augcore.hookimpl\ndef augcore_targets(): return [Mine]",
        "offers Mine, whose options need @augcore.params.declared above it",
    ),
    "a fusion that is none": (
        HEAD + "@augcore.hookimpl\ndef augcore_fusions(): return [max]",
        r"offers <built-in function max>, which is no fusion; decorate it with @augcore.fusion\(exact=…\)",
    ),
    "a hook that raises": (
        HEAD + "@augcore.hookimpl\ndef augcore_fusions(): 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
}


@pytest.mark.parametrize(("code", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_plugin_says_what_is_wrong_and_costs_nobody_else_anything(
    fake: Path, install: Any, code: str, said: str
) -> None:
    install("bad", code)
    assert "fake.Mirror" in plugins.transforms()
    assert augcore.Mirror.__name__ == "Mirror"
    assert target_kind("marker").__name__ == "Marker"
    assert augcore.Compose([augcore.NoOp()])(image=np.zeros((4, 4), np.uint8))
    assert status("bad") == "failed"
    for _ in range(2):  # the second time from memory
        with pytest.raises(
            augcore.PluginError, match=rf"plugin 'bad' \(augcore-bad 0.1.0\) cannot be loaded: .*{said}"
        ) as e:
            plugins.find_transform("bad.Anything")
        assert "\n" not in str(e.value)
    with pytest.raises(AttributeError, match=r"not asked: .*bad \(failed\).*see augcore doctor"):
        _ = augcore.SomethingElse


def test_a_hook_of_a_plugin_that_failed_is_never_called(install: Any) -> None:
    install("bad", "@augcore.hookimpl\ndef augcore_fusions(): raise RuntimeError", offers="Fine")
    with pytest.raises(augcore.PluginError):
        plugins.load("bad")
    assert not plugins.manager().hook.augcore_transforms.get_hookimpls()
    assert "bad.Fine" not in plugins.transforms()


def test_a_transform_under_another_plugins_name_is_refused(install: Any) -> None:
    install("one", offers="Thing", module="augcore_two")
    with pytest.raises(augcore.PluginError, match=r"offers 'two.Thing'; define it in a module named augcore_one"):
        plugins.load("one")


def test_two_plugins_with_one_kind_of_target_keep_the_first(install: Any) -> None:
    code = (
        HEAD + "class Mine(augcore.Target):\n    kind = 'dot'\n@augcore.hookimpl\ndef augcore_targets(): return [Mine]"
    )
    install("a", code)
    install("b", code)
    assert target_kind("dot").__module__ == "augcore_a"
    with pytest.raises(augcore.PluginError, match=r"'b'.*offers the kind 'dot', which is taken"):
        plugins.load("b")


# Conflicts


@pytest.mark.parametrize("group", ["augcore", "augcore.experimental"])
def test_two_distributions_with_one_name_are_both_named(fake: Path, install: Any, group: str) -> None:
    install("fake", offers="Mirror", distribution="augcore-impostor", module="augcore_impostor", group=group)
    assert {p.status for p in plugins.discover() if p.name == "fake"} == {"in conflict"}
    with pytest.raises(augcore.PluginError) as caught:
        plugins.find_transform("fake.Mirror")
    said = str(caught.value)
    assert "plugin 'fake' is claimed by" in said
    assert "augcore-fake" in said
    assert "augcore-impostor" in said
    assert "uninstall all but one of them" in said
    assert not {"augcore_fake", "augcore_impostor"} & set(sys.modules)


def test_a_bare_name_that_two_plugins_offer_must_be_given_whole(fake: Path, install: Any) -> None:
    install("other", offers="Mirror")
    with pytest.raises(
        augcore.UnknownName, match=r"'Mirror' is offered as .*(fake|other)\.Mirror and as .*; give the whole"
    ):
        plugins.find_transform("Mirror")
    with pytest.raises(AttributeError, match="give the whole name"):
        _ = augcore.Mirror
    assert plugins.find_transform("other.Mirror").__module__ == "augcore_other"


def test_the_cores_own_names_are_the_cores(install: Any) -> None:
    install("other", offers="OneOf")
    assert plugins.find_transform("OneOf") is augcore.OneOf
    assert plugins.find_transform("other.OneOf") is not augcore.OneOf


# Names


def test_transforms_of_plugins_are_attributes_of_augcore_and_listed(fake: Path) -> None:
    assert augcore.Mirror is plugins.find_transform("Mirror") is plugins.find_transform("fake.Mirror")
    assert {"Mirror", "Wave", "Compose", "load", "Trace"} <= set(dir(augcore))
    assert not hasattr(augcore, "mirror")


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("Mirorr", augcore.UnknownName, r"'Mirorr' is not known; did you mean 'Mirror'\?"),
        ("fake.Mirorr", augcore.UnknownName, r"'fake.Mirorr' is not in augcore-fake 0.1.0; did you mean 'Mirror'\?"),
        (
            "fakke.Mirror",
            augcore.PluginError,
            r"'fakke', which is not installed; did you mean 'fake'\?; pip install augcore-f",
        ),
        ("nobodys.Thing", augcore.PluginError, r"pip install augcore-nobodys, or import the module that defines it"),
        (
            "__main__.Thing",
            augcore.PluginError,
            r"'__main__', which is not installed; import the module that defines it",
        ),
        ("x; rm -rf ~.Y", augcore.PluginError, r"which is not installed; import the module"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_and_the_mend(
    fake: Path, name: str, error: Any, said: str
) -> None:
    with pytest.raises(error, match=said):
        plugins.find_transform(name)


def test_a_transform_of_the_users_own_module_needs_no_plugin(site: Path) -> None:
    (site / "my_project.py").write_text(OWN)
    import my_project

    assert plugins.find_transform("my_project.Own") is my_project.Own
    assert augcore.Own is my_project.Own


def test_one_name_in_two_modules_of_a_project_is_two_names(site: Path) -> None:
    (site / "project").mkdir()
    for name in ("first", "second"):
        (site / "project" / f"{name}.py").write_text(OWN)
    from project import first, second

    for module in (first, second):
        assert plugins.find_transform(module.Own.registered_name) is module.Own
    with pytest.raises(
        augcore.UnknownName, match=r"project\.first\.Own and as project\.second\.Own; give the whole name"
    ):
        plugins.find_transform("Own")


def test_one_name_in_two_modules_of_a_plugin_is_an_error(install: Any, tmp_path: Path) -> None:
    (tmp_path / "split").mkdir()
    for name, text in {
        "first": OWN,
        "second": OWN,
        "__init__": "from . import first, second\nPLUGIN_API = 1\n",
    }.items():
        (tmp_path / "split" / f"{name}.py").write_text(text)
    install("split", tmp_path / "split")
    said = r"transform 'split\.Own' is defined in augcore_split\.first and in augcore_split\.second; rename one of them"
    with pytest.raises(augcore.PluginError, match=said):
        plugins.load("split")


def test_a_plugin_installed_while_running_is_found_after_forgetting(install: Any) -> None:
    assert plugins.find("late") is None
    install("late", offers="Late")  # which forgets
    assert augcore.Late.__name__ == "Late"
