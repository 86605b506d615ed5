"""Pages that are written from the code say what the code says."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from typing import Any

import pytest

from augcore.targets import CORE

DOCS = Path(__file__).parents[1] / "docs"


def generator(name: str) -> Any:
    """One of the programs that write pages, as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_page_of_targets_is_what_the_code_gives():
    made = generator("make_targets")
    samples = dict(made._samples())
    assert set(samples) == set(CORE)
    assert (DOCS / "targets.md").read_text("utf-8") == made.page(samples), "run `make docs-targets`"
    assert {path.stem for path in made.PICTURES.glob("*.jpg")} == {*CORE, "oriented"}


def test_the_gallery_shows_every_transform_of_the_stable_plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(DOCS)
    made = generator("make_gallery")
    gallery, families = made.Gallery(), made.families()
    assert {"geometric", "color", "weather"} <= set(families)
    missing = []
    for kind in itertools.chain(*families.values()):
        try:
            gallery.picture(kind)
        except AssertionError as error:
            missing.append(str(error))
    assert not missing
    made.write(tmp_path, gallery, {"weather": families["weather"]})
    page = (tmp_path / "README.md").read_text("utf-8")
    for kind in families["weather"]:
        name = f"weather/{kind.__name__}.jpg"
        assert (tmp_path / name).stat().st_size > 0
        assert f"({name})" in page
