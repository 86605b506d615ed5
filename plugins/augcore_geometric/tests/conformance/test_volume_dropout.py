"""The conformance kit over the transforms of `volume_dropout.py`."""

from __future__ import annotations

from augcore_geometric import CoarseDropout3D

from augcore.testing import Case, TransformConformance, plugin_cases

_SIZE = (24, 31)


class TestVolumeDropout(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="volume_dropout",
        CoarseDropout3D=[
            Case(CoarseDropout3D((1, 5), (0.2, 0.9), (0.1, 0.4), (0.3, 0.5), 9), size=_SIZE),
            Case(CoarseDropout3D(fill="random", fill_mask=9), name="CoarseDropout3D-noise", size=_SIZE),
            Case(CoarseDropout3D(fill="random_uniform"), name="CoarseDropout3D-colour", size=_SIZE),
            Case(CoarseDropout3D(fill="inpaint_telea"), name="CoarseDropout3D-telea", size=_SIZE),
            Case(CoarseDropout3D(fill="inpaint_ns"), name="CoarseDropout3D-ns", size=_SIZE),
        ],
    )
