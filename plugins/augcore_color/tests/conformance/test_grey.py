"""The conformance kit over the transforms of `grey.py`."""

from __future__ import annotations

from augcore_color import Colorize, ToGray, ToRGB, ToSepia

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestGrey(TransformConformance):
    cases = plugin_cases(
        "color",
        module="grey",
        Colorize=[Case(Colorize(), channels=(3, 1))],
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
        ToRGB=[Case(ToRGB(), channels=(1, 3)), Case(ToRGB(5), name="ToRGB-five", channels=(1, 5))],
        ToSepia=[Case(ToSepia(), channels=(3,))],
    )
