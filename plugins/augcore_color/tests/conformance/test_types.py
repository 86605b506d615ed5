"""The conformance kit over the transforms of `types.py`."""

from __future__ import annotations

from augcore_color import FromFloat, Normalize, ToFloat

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestTypes(TransformConformance):
    cases = plugin_cases(
        "color",
        module="types",
        FromFloat=[
            Case(FromFloat(), channels=_ANY),
            Case(FromFloat("uint16", 4095), name="FromFloat-12-bits", channels=_ANY),
        ],
        Normalize=[
            Case(Normalize(0.4, 0.2), channels=_ANY),
            *(
                Case(Normalize(normalization=name), name=f"Normalize-{name}", channels=_ANY)
                for name in ("image", "image_per_channel", "min_max", "min_max_per_channel")
            ),
        ],
        ToFloat=[Case(ToFloat(), channels=_ANY), Case(ToFloat(100), name="ToFloat-of-100", channels=_ANY)],
    )
