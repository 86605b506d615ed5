"""The conformance kit over the transforms of `defocus.py`."""

from __future__ import annotations

from augcore_color import Defocus

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestDefocus(TransformConformance):
    cases = plugin_cases(
        "color",
        module="defocus",
        Defocus=[
            Case(Defocus(), channels=_ANY),
            Case(Defocus((1, 2), (1, 2)), name="Defocus-soft", channels=_ANY),
        ],
    )
