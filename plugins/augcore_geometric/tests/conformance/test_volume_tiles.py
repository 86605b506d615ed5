"""The conformance kit over the transforms of `volume_tiles.py`."""

from __future__ import annotations

from augcore_geometric import GridShuffle3D

from augcore.testing import Case, TransformConformance, plugin_cases

_SIZE = (24, 31)


class TestVolumeTiles(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="volume_tiles",
        GridShuffle3D=[
            Case(GridShuffle3D(), size=_SIZE),
            Case(GridShuffle3D((1, 3, 4)), name="GridShuffle3D-flat", size=_SIZE),
        ],
    )
