"""Every transform of the plugin is registered, and the conformance kit runs over it in `conformance`."""

from __future__ import annotations

from pathlib import Path

import augcore_geometric as geometric


def test_every_transform_is_registered_and_exported() -> None:
    assert {transform.__name__ for transform in geometric.TRANSFORMS} == set(geometric.__all__)
    assert set(geometric.augcore_transforms()) == set(geometric.TRANSFORMS)


def test_every_module_with_transforms_has_its_conformance_tests() -> None:
    modules = {transform.__module__.rpartition(".")[2] for transform in geometric.TRANSFORMS}
    tested = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "conformance").glob("test_*.py")}
    assert modules == tested
