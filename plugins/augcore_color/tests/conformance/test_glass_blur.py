"""The conformance kit over the transforms of `glass_blur.py`."""

from __future__ import annotations

from augcore_color import GlassBlur

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestGlassBlur(TransformConformance):
    cases = plugin_cases(
        "color",
        module="glass_blur",
        GlassBlur=[
            Case(GlassBlur(), channels=_ANY),
            Case(GlassBlur(0, 9, 1, "exact"), name="GlassBlur-exact", channels=_ANY),
        ],
    )
