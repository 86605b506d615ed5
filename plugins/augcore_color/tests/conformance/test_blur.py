"""The conformance kit over the transforms of `blur.py`."""

from __future__ import annotations

from augcore_color import GaussianBlur

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestBlur(TransformConformance):
    cases = plugin_cases(
        "color",
        module="blur",
        GaussianBlur=[
            Case(GaussianBlur(), channels=_ANY),
            Case(GaussianBlur((3, 9), 0), name="GaussianBlur-sizes", channels=_ANY),
        ],
    )
