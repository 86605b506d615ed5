"""The conformance kit over the transforms of `tiles.py`."""

from __future__ import annotations

from augcore_geometric import RandomGridShuffle

from augcore.testing import Case, TransformConformance, plugin_cases

# Cells that hold a blob of four standard deviations whole.
_LARGE = (130, 160)


class TestTiles(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="tiles",
        RandomGridShuffle=[
            Case(RandomGridShuffle(), name="RandomGridShuffle", size=_LARGE),
            Case(RandomGridShuffle(grid=(1, 4)), name="RandomGridShuffle-columns", size=_LARGE),
            Case(RandomGridShuffle(grid=(7, 5)), name="RandomGridShuffle-small"),
        ],
    )
