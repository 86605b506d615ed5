"""The conformance kit over the transforms of `dithering.py`."""

from __future__ import annotations

from augcore_color import Dithering

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestDithering(TransformConformance):
    cases = plugin_cases(
        "color",
        module="dithering",
        Dithering=[
            Case(Dithering(), channels=_ANY),
            *(
                Case(Dithering(method, (2, 256)), name=f"Dithering-{method}", channels=_ANY)
                for method in ("random", "ordered")
            ),
        ],
    )
