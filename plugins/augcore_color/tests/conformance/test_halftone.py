"""The conformance kit over the transforms of `halftone.py`."""

from __future__ import annotations

from augcore_color import Halftone

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestHalftone(TransformConformance):
    cases = plugin_cases(
        "color",
        module="halftone",
        Halftone=[
            Case(Halftone(), channels=_ANY),
            Case(Halftone((2, 30), 0), name="Halftone-pure", channels=_ANY),
        ],
    )
