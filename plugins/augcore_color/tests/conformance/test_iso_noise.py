"""The conformance kit over the transforms of `iso_noise.py`."""

from __future__ import annotations

from augcore_color import ISONoise

from augcore.testing import Case, TransformConformance, plugin_cases


class TestIsoNoise(TransformConformance):
    cases = plugin_cases(
        "color",
        module="iso_noise",
        ISONoise=Case(ISONoise(), channels=(3,)),
    )
