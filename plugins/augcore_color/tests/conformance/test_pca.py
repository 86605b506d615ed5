"""The conformance kit over the transforms of `pca.py`."""

from __future__ import annotations

from augcore_color import FancyPCA

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestPca(TransformConformance):
    cases = plugin_cases(
        "color",
        module="pca",
        FancyPCA=[Case(FancyPCA(3), channels=_ANY)],
    )
