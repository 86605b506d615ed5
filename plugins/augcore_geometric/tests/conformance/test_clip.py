"""The conformance kit over the transforms of `clip.py`, whose frames are the slices of a volume here."""

from __future__ import annotations

from augcore_geometric import UniformTemporalSubsample

from augcore.testing import Case, TransformConformance, plugin_cases


class TestClip(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="clip",
        UniformTemporalSubsample=[
            UniformTemporalSubsample(4),
            Case(UniformTemporalSubsample(9), name="UniformTemporalSubsample-longer"),
        ],
    )
