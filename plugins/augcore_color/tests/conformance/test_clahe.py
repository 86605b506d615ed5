"""The conformance kit over the transforms of `clahe.py`."""

from __future__ import annotations

from augcore_color import CLAHE

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestClahe(TransformConformance):
    cases = plugin_cases(
        "color",
        module="clahe",
        CLAHE=[
            Case(CLAHE(), channels=_ANY),
            Case(CLAHE((1, 40), (3, 1)), name="CLAHE-coarse", channels=_ANY),
        ],
    )
