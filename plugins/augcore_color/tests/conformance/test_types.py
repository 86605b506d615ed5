"""The conformance kit over the transforms of `types.py`."""

from __future__ import annotations

from augcore_color import Normalize

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestTypes(TransformConformance):
    cases = plugin_cases(
        "color",
        module="types",
        Normalize=[
            Case(Normalize(0.4, 0.2), channels=_ANY),
            *(
                Case(Normalize(normalization=name), name=f"Normalize-{name}", channels=_ANY)
                for name in ("image", "image_per_channel", "min_max", "min_max_per_channel")
            ),
        ],
    )
