"""The conformance kit over the transforms of `volume_symmetry.py`."""

from __future__ import annotations

from augcore_geometric import CubicSymmetry, Flip3D, RandomRotate90_3D

from augcore.testing import Case, TransformConformance, plugin_cases

_SIZE = (24, 31)


class TestVolumeSymmetry(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="volume_symmetry",
        CubicSymmetry=[Case(CubicSymmetry(), size=_SIZE)],
        Flip3D=[Case(Flip3D(), size=_SIZE), Case(Flip3D((2,)), name="Flip3D-x", size=_SIZE)],
        RandomRotate90_3D=[
            Case(RandomRotate90_3D(), size=_SIZE),
            Case(RandomRotate90_3D((1, 2), (0, 3)), name="RandomRotate90_3D-flat", size=_SIZE),
        ],
    )
