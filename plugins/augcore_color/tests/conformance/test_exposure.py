"""The conformance kit over the transforms of `exposure.py`."""

from __future__ import annotations

from augcore_color import ExposureMatching

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestExposure(TransformConformance):
    cases = plugin_cases(
        "color",
        module="exposure",
        ExposureMatching=[
            Case(ExposureMatching(), channels=_ANY),
            Case(ExposureMatching((0.001, 1), 100), name="ExposureMatching-wide", channels=_ANY),
        ],
    )
