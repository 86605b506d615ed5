"""The conformance kit over the transforms of `morphology.py`."""

from __future__ import annotations

from augcore_geometric import Morphological

from augcore.testing import Case, TransformConformance, plugin_cases


class TestMorphology(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="morphology",
        Morphological=[
            Morphological((1, 5)),
            Case(Morphological(4, "erosion"), name="Morphological-erosion"),
        ],
    )
