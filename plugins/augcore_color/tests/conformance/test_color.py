"""The conformance kit over the transforms of `color.py`."""

from __future__ import annotations

from augcore_color import HueSaturationValue, ToGray

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestColor(TransformConformance):
    cases = plugin_cases(
        "color",
        module="color",
        HueSaturationValue=[Case(HueSaturationValue(180, 255, 255), channels=(3,))],
        ToGray=[
            *(
                Case(ToGray(method=name), name=f"ToGray-{name}", channels=(3, 1))
                for name in ("weighted_average", "from_lab")
            ),
            *(
                Case(ToGray(method=name, num_output_channels=2), name=f"ToGray-{name}", channels=_ANY)
                for name in ("desaturation", "average", "max", "pca")
            ),
        ],
    )
