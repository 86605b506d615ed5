"""Pages that are written from the code say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from augcore.targets import CORE

DOCS = Path(__file__).parents[1] / "docs"


def test_the_page_of_targets_is_what_the_code_gives():
    spec = importlib.util.spec_from_file_location("make_targets", DOCS / "make_targets.py")
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    samples = dict(made._samples())
    assert set(samples) == set(CORE)
    assert (DOCS / "targets.md").read_text("utf-8") == made.page(samples), "run `make docs-targets`"
    assert {path.stem for path in made.PICTURES.glob("*.jpg")} == {*CORE, "oriented"}
