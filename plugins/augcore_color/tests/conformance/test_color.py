"""The conformance kit over the transforms of `color.py`."""

from __future__ import annotations

from augcore_color import HueSaturationValue

from augcore.testing import Case, TransformConformance, plugin_cases


class TestColor(TransformConformance):
    cases = plugin_cases(
        "color",
        module="color",
        HueSaturationValue=[
            Case(HueSaturationValue(180, 255, 255), channels=(3,)),
            Case(HueSaturationValue(180, 0, 0), name="HueSaturationValue-hue", channels=(3,)),
        ],
    )
