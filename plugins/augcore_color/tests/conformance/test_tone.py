"""The conformance kit over the transforms of `tone.py`."""

from __future__ import annotations

from augcore_color import RandomBrightnessContrast, RandomGamma

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestTone(TransformConformance):
    cases = plugin_cases(
        "color",
        module="tone",
        RandomBrightnessContrast=[
            Case(RandomBrightnessContrast(), channels=_ANY),
            Case(RandomBrightnessContrast(1, 1, False, True), name="Brightness-by-mean-safe", channels=_ANY),
        ],
        RandomGamma=[Case(RandomGamma((20, 400)), channels=_ANY)],
    )
