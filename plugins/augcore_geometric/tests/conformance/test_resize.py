"""The conformance kit over the transforms of `resize.py`."""

from __future__ import annotations

from augcore_geometric import LongestMaxSize, Resize, SmallestMaxSize

from augcore.testing import Case, TransformConformance, plugin_cases


class TestResize(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="resize",
        LongestMaxSize=[
            LongestMaxSize((60, 120)),
            Case(LongestMaxSize(max_size_hw=(50, None)), name="LongestMaxSize-height"),
        ],
        Resize=[Resize(80, 50), Case(Resize(40, 60, area_for_downscale="image"), name="Resize-area")],
        SmallestMaxSize=[SmallestMaxSize(80), Case(SmallestMaxSize(max_size_hw=(60, 80)), name="SmallestMaxSize-both")],
    )
