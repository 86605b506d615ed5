"""The conformance kit over the transforms of `plasma.py`."""

from __future__ import annotations

from augcore_color import PlasmaBrightnessContrast, PlasmaShadow

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestPlasma(TransformConformance):
    cases = plugin_cases(
        "color",
        module="plasma",
        PlasmaBrightnessContrast=[
            Case(PlasmaBrightnessContrast(), channels=_ANY),
            Case(PlasmaBrightnessContrast(0.1, 0.3, 16, 0.5), name="PlasmaBrightnessContrast-soft", channels=_ANY),
        ],
        PlasmaShadow=[
            Case(PlasmaShadow(), channels=_ANY),
            Case(PlasmaShadow((0.1, 0.3), roughness=0.5), name="PlasmaShadow-soft", channels=_ANY),
        ],
    )
