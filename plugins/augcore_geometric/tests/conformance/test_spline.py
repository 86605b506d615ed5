"""The conformance kit over the transforms of `spline.py`."""

from __future__ import annotations

from augcore_geometric import ThinPlateSpline

from augcore.testing import Case, TransformConformance, plugin_cases

_LARGE = (130, 160)


class TestSpline(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="spline",
        ThinPlateSpline=[
            Case(ThinPlateSpline(), name="ThinPlateSpline", size=_LARGE),
            Case(ThinPlateSpline(0.5, 2), name="ThinPlateSpline-corners", size=_LARGE),
        ],
    )
