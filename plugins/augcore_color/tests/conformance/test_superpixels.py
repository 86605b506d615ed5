"""The conformance kit over the transforms of `superpixels.py`."""

from __future__ import annotations

from augcore_color import Superpixels

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestSuperpixels(TransformConformance):
    cases = plugin_cases(
        "color",
        module="superpixels",
        Superpixels=[
            Case(Superpixels((0.3, 0.6)), channels=_ANY),
            Case(Superpixels(1, (1, 400), 32, "nearest"), name="Superpixels-mosaic", channels=_ANY),
        ],
    )
