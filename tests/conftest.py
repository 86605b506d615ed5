"""For all tests: how many examples properties try, and plugins that are installed for one test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from augcore import AugcoreError, InvalidFile, functions, load, plugins
from augcore.transform import registered_transforms

_common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("small", max_examples=30, derandomize=True, **_common)
settings.register_profile("full", max_examples=1000, **_common)
settings.load_profile(os.environ.get("AUGCORE_TEST_BUDGET", "small"))

Install = Callable[..., Path]
OFFERING = """
import augcore
PLUGIN_API = 1

@augcore.transform
class {name}(augcore.Transform):
    def sample(self, rng, view): return None

@augcore.hookimpl
def augcore_transforms(): return [{name}]
"""
FAKE = Path(__file__).parent / "fake_plugin" / "augcore_fake"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path, like site-packages; what is imported from it is forgotten after the test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(plugins, "_opted_in", set())
    for variable in ("AUGCORE_EXPERIMENTAL", "AUGCORE_LOAD_PLUGINS"):
        monkeypatch.delenv(variable, raising=False)
    yield folder
    imported = {name for name, module in sys.modules.items() if _is_in(folder, module)}
    for name in imported:
        del sys.modules[name]
    for registry in (registered_transforms(), functions._registered):
        for name in [name for name, thing in registry.items() if thing.__module__ in imported]:
            del registry[name]
    plugins.forget()


def _is_in(folder: Path, module: ModuleType) -> bool:
    return str(getattr(module, "__file__", None) or "").startswith(str(folder))


@pytest.fixture
def install(site: Path) -> Install:
    """install(name, code): a plugin for one test, as pip would leave it: a dist-info folder and a module.

    Instead of code, `offers` names a transform which is all that the plugin has.
    """

    def install(
        name: str,
        code: str | Path = "PLUGIN_API = 1",
        *,
        offers: str | None = None,
        group: str = "augcore",
        distribution: str | None = None,
        version: str = "0.1.0",
        module: str | None = None,
    ) -> Path:
        if offers is not None:
            code = f"{OFFERING.format(name=offers)}\n{code}"
        distribution, module = distribution or f"augcore-{name}", module or f"augcore_{name}"
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}\n")
        if isinstance(code, Path):
            shutil.copytree(code, site / module, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (site / f"{module}.py").write_text(code)
        plugins.forget()
        return info

    return install


@pytest.fixture
def fake(install: Install, site: Path) -> Path:
    """The fake plugin, installed; the folder it lies in."""
    install("fake", FAKE)
    return site


@pytest.fixture
def python(site: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """python(code): run it in a fresh interpreter that sees the test's plugins."""

    def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        plain = {key: value for key, value in os.environ.items() if not key.startswith("AUGCORE_")}
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env={**plain, "PYTHONPATH": paths, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.fixture
def refused() -> Callable[..., None]:
    """refused(call, kind, *parts): the call raises just that class, with one line that matches all parts in order."""

    def refused(call: Callable[[], Any], kind: type[AugcoreError], *parts: str) -> None:
        with pytest.raises(AugcoreError) as caught:
            call()
        assert type(caught.value) is kind
        said = str(caught.value)
        assert "\n" not in said
        assert re.search(".*".join(parts), said), said

    return refused


@pytest.fixture
def refused_file(tmp_path: Path) -> Callable[..., str]:
    """refused_file(text or tree): what reading it as a pipeline's file says, after the file's own name; in one line."""

    def refused_file(content: Any, name: str = "p.yaml") -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), "utf-8")
        with pytest.raises(InvalidFile) as caught:
            load(path)
        said = str(caught.value)
        assert said.startswith(str(path))
        assert "\n" not in said
        return said.removeprefix(str(path))

    return refused_file
