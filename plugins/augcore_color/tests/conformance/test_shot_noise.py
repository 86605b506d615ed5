"""The conformance kit over the transforms of `shot_noise.py`."""

from __future__ import annotations

from augcore_color import ShotNoise

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestShotNoise(TransformConformance):
    cases = plugin_cases(
        "color",
        module="shot_noise",
        ShotNoise=[
            Case(ShotNoise(), channels=_ANY),
            Case(ShotNoise((1e-3, 1e-3)), name="ShotNoise-weak", channels=_ANY),
        ],
    )
