"""The conformance kit over the transforms of `random_kernel.py`."""

from __future__ import annotations

from augcore_color import StochasticConvolution

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestRandomKernel(TransformConformance):
    cases = plugin_cases(
        "color",
        module="random_kernel",
        StochasticConvolution=[
            Case(StochasticConvolution(), channels=_ANY),
            Case(StochasticConvolution((9, 11), 1, True), name="StochasticConvolution-channels", channels=_ANY),
        ],
    )
