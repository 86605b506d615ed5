"""The conformance kit over the transforms of `grain.py`."""

from __future__ import annotations

from augcore_color import FilmGrain

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestGrain(TransformConformance):
    cases = plugin_cases(
        "color",
        module="grain",
        FilmGrain=Case(FilmGrain(), channels=_ANY),
    )
