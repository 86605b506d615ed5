"""The conformance kit over the transforms of `ringing.py`."""

from __future__ import annotations

from augcore_color import RingingOvershoot

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestRinging(TransformConformance):
    cases = plugin_cases(
        "color",
        module="ringing",
        RingingOvershoot=[
            Case(RingingOvershoot(), channels=_ANY),
            Case(RingingOvershoot((3, 31), (0, 3.14)), name="RingingOvershoot-wide", channels=_ANY),
        ],
    )
