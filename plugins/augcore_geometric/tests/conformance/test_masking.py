"""The conformance kit over the transforms of `masking.py`."""

from __future__ import annotations

from augcore_geometric import XYMasking

from augcore.testing import Case, TransformConformance, plugin_cases


class TestMasking(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="masking",
        XYMasking=[
            XYMasking((0, 3), (1, 2), (3, 20), 9, fill=9, fill_mask=5),
            Case(XYMasking(2, 0, 20, 0, fill="random_uniform"), name="XYMasking-x"),
        ],
    )
