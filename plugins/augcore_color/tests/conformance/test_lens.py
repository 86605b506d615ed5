"""The conformance kit over the transforms of `lens.py`."""

from __future__ import annotations

from augcore_color import ChromaticAberration, Vignetting

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestLens(TransformConformance):
    cases = plugin_cases(
        "color",
        module="lens",
        ChromaticAberration=[
            Case(ChromaticAberration(), channels=(3,)),
            Case(ChromaticAberration(0.1, 0.1, "random", "cubic"), name="ChromaticAberration-cubic", channels=(3,)),
        ],
        Vignetting=[Case(Vignetting((0, 1), (0, 1)), channels=_ANY)],
    )
