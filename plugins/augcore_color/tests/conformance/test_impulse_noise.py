"""The conformance kit over the transforms of `impulse_noise.py`."""

from __future__ import annotations

from augcore_color import SaltAndPepper

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestImpulseNoise(TransformConformance):
    cases = plugin_cases(
        "color",
        module="impulse_noise",
        SaltAndPepper=Case(SaltAndPepper(), channels=_ANY),
    )
