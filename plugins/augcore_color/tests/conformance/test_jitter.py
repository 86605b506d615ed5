"""The conformance kit over the transforms of `jitter.py`."""

from __future__ import annotations

from augcore_color import ColorJitter, PhotoMetricDistort

from augcore.testing import Case, TransformConformance, plugin_cases


class TestJitter(TransformConformance):
    cases = plugin_cases(
        "color",
        module="jitter",
        ColorJitter=[
            Case(ColorJitter(), channels=(3, 1)),
            Case(ColorJitter(hue=(0, 0)), name="ColorJitter-linear", channels=(3, 1)),
        ],
        PhotoMetricDistort=[Case(PhotoMetricDistort(distort_p=0.8), channels=(3, 1))],
    )
