"""The conformance kit over the transforms of `symmetry.py`."""

from __future__ import annotations

from augcore.testing import TransformConformance, plugin_cases


class TestSymmetry(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="symmetry",
    )
