"""Every transform of the plugin is registered, and the conformance kit runs over it in `conformance`."""

from __future__ import annotations

from pathlib import Path

import augcore_color as color


def test_every_transform_is_registered_and_exported() -> None:
    assert {transform.__name__ for transform in color.TRANSFORMS} == set(color.__all__)
    assert set(color.augcore_transforms()) == set(color.TRANSFORMS)


def test_every_module_with_transforms_has_its_conformance_tests() -> None:
    modules = {transform.__module__.rpartition(".")[2] for transform in color.TRANSFORMS}
    tested = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "conformance").glob("test_*.py")}
    assert modules == tested
