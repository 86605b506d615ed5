"""The conformance kit over the transforms of `refraction.py`."""

from __future__ import annotations

from augcore_geometric import OpticalDistortion, WaterRefraction

from augcore.testing import Case, TransformConformance, plugin_cases

_LARGE = (130, 160)


class TestRefraction(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="refraction",
        OpticalDistortion=[
            Case(OpticalDistortion(0.2), name="OpticalDistortion", size=_LARGE),
            Case(OpticalDistortion(0.3, mode="fisheye"), name="OpticalDistortion-fisheye", size=_LARGE),
        ],
        WaterRefraction=Case(WaterRefraction(), name="WaterRefraction", size=_LARGE),
    )
