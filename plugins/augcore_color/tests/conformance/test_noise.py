"""The conformance kit over the transforms of `noise.py`."""

from __future__ import annotations

from augcore_color import GaussNoise

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestNoise(TransformConformance):
    cases = plugin_cases(
        "color",
        module="noise",
        GaussNoise=[
            Case(GaussNoise(), channels=_ANY),
            Case(GaussNoise(mean_range=(-0.2, 0.2), per_channel=False), name="GaussNoise-shared", channels=_ANY),
            Case(GaussNoise(noise_scale_factor=0.3), name="GaussNoise-coarse", channels=_ANY),
        ],
    )
