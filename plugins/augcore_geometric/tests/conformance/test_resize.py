"""The conformance kit over the transforms of `resize.py`."""

from __future__ import annotations

from augcore_geometric import LetterBox, LongestMaxSize, RandomScale, Resize, SmallestMaxSize

from augcore.testing import Case, TransformConformance, plugin_cases


class TestResize(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="resize",
        LetterBox=[
            LetterBox((70, 90), fill=114, fill_mask=3),
            Case(LetterBox((150, 200), False, "random"), name="LetterBox-loose"),
        ],
        LongestMaxSize=[
            LongestMaxSize((60, 120)),
            Case(LongestMaxSize(max_size_hw=(50, None)), name="LongestMaxSize-height"),
        ],
        RandomScale=[
            RandomScale(0.3),
            Case(RandomScale((-0.4, 0), area_for_downscale="image"), name="RandomScale-area"),
        ],
        Resize=[Resize(80, 50), Case(Resize(40, 60, area_for_downscale="image"), name="Resize-area")],
        SmallestMaxSize=[SmallestMaxSize(80), Case(SmallestMaxSize(max_size_hw=(60, 80)), name="SmallestMaxSize-both")],
    )
