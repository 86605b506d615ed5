"""The conformance kit over the transforms of `additive_noise.py`."""

from __future__ import annotations

from augcore_color import AdditiveNoise

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestAdditiveNoise(TransformConformance):
    cases = plugin_cases(
        "color",
        module="additive_noise",
        AdditiveNoise=[
            Case(AdditiveNoise(), channels=_ANY),
            Case(AdditiveNoise("laplace", "per_pixel"), name="AdditiveNoise-laplace", channels=_ANY),
            Case(AdditiveNoise("beta", "shared", approximation=0.4), name="AdditiveNoise-beta", channels=_ANY),
            Case(
                AdditiveNoise("uniform", "per_pixel", {"ranges": [(-0.1, 0.1), (0, 0.2), (-0.3, 0)]}),
                name="AdditiveNoise-ranges",
                channels=(3,),
            ),
        ],
    )
