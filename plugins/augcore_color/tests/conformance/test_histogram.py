"""The conformance kit over the transforms of `histogram.py`."""

from __future__ import annotations

from augcore_color import AutoContrast, Equalize

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestHistogram(TransformConformance):
    cases = plugin_cases(
        "color",
        module="histogram",
        AutoContrast=[
            Case(AutoContrast(), channels=_ANY),
            Case(AutoContrast(5, 0, "pil"), name="AutoContrast-line", channels=_ANY),
        ],
        Equalize=[
            Case(Equalize(), channels=_ANY),
            Case(Equalize("pil"), name="Equalize-pil", channels=_ANY),
            Case(Equalize(by_channels=False), name="Equalize-luma", channels=(3, 1)),
        ],
    )
