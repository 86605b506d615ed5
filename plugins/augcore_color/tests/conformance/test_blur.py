"""The conformance kit over the transforms of `blur.py`."""

from __future__ import annotations

from augcore_color import AdvancedBlur, Blur, GaussianBlur

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestBlur(TransformConformance):
    cases = plugin_cases(
        "color",
        module="blur",
        AdvancedBlur=[
            Case(AdvancedBlur(), channels=_ANY),
            Case(AdvancedBlur((11, 15), (1, 4), (1, 4)), name="AdvancedBlur-wide", channels=_ANY),
        ],
        Blur=[Case(Blur(9), channels=_ANY)],
        GaussianBlur=[
            Case(GaussianBlur(), channels=_ANY),
            Case(GaussianBlur((3, 9), 0), name="GaussianBlur-sizes", channels=_ANY),
        ],
    )
