"""The conformance kit over the transforms of `illuminant.py`."""

from __future__ import annotations

from augcore_color import PlanckianJitter

from augcore.testing import Case, TransformConformance, plugin_cases


class TestIlluminant(TransformConformance):
    cases = plugin_cases(
        "color",
        module="illuminant",
        PlanckianJitter=[
            Case(PlanckianJitter(), channels=(3,)),
            Case(PlanckianJitter("cied", sampling_method="gaussian"), name="PlanckianJitter-daylight", channels=(3,)),
        ],
    )
