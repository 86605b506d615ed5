"""The conformance kit over the transforms of `pad.py`."""

from __future__ import annotations

from augcore_geometric import Pad, PadIfNeeded

from augcore.testing import Case, TransformConformance, plugin_cases


class TestPad(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="pad",
        Pad=[Pad((3, 4, 5, 6), fill=5), Case(Pad(9, border_mode="wrap"), name="Pad-wrapped")],
        PadIfNeeded=[
            PadIfNeeded(90, 110, position="random"),
            Case(PadIfNeeded(None, None, 32, 64, position="bottom_left"), name="PadIfNeeded-divisors"),
        ],
    )
