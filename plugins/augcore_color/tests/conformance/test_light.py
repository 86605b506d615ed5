"""The conformance kit over the transforms of `light.py`."""

from __future__ import annotations

from augcore_color import Illumination

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestLight(TransformConformance):
    cases = plugin_cases(
        "color",
        module="light",
        Illumination=[
            Case(Illumination(mode, (0.1, 0.3)), name=f"Illumination-{mode}", channels=_ANY)
            for mode in ("linear", "corner", "gaussian")
        ],
    )
