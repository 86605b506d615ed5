"""The conformance kit over the transforms of `speckle.py`."""

from __future__ import annotations

from augcore_color import MultiplicativeNoise, RicianNoise

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestSpeckle(TransformConformance):
    cases = plugin_cases(
        "color",
        module="speckle",
        MultiplicativeNoise=[
            Case(MultiplicativeNoise(), channels=_ANY),
            Case(MultiplicativeNoise(per_channel=True), name="MultiplicativeNoise-channels", channels=_ANY),
            Case(MultiplicativeNoise(elementwise=True), name="MultiplicativeNoise-pixels", channels=_ANY),
        ],
        RicianNoise=Case(RicianNoise(), channels=_ANY),
    )
