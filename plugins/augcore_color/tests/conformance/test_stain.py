"""The conformance kit over the transforms of `stain.py`."""

from __future__ import annotations

from augcore_color import HEStain

from augcore.testing import Case, TransformConformance, plugin_cases


class TestStain(TransformConformance):
    cases = plugin_cases(
        "color",
        module="stain",
        HEStain=[
            Case(HEStain(method), name=f"HEStain-{method}", channels=(3,))
            for method in ("preset", "random_preset", "vahadane", "macenko")
        ],
    )
