"""The conformance kit over the transforms of `volume_warp.py`."""

from __future__ import annotations

from augcore_geometric import Affine3D, ElasticTransform3D

from augcore.testing import Case, TransformConformance, plugin_cases

_SIZE = (24, 31)


class TestVolumeWarp(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="volume_warp",
        Affine3D=[
            Case(Affine3D((-40, 40), (0.7, 1.4), shear_range=(-15, 15), translate_range=0.1), size=_SIZE),
            Case(
                Affine3D({"z": (-90, 90)}, 1, True, spacing=(3, 1, 1), border_mode="reflect", fill=9),
                name="Affine3D-flat",
                size=_SIZE,
            ),
            Case(Affine3D(30, interpolation="nearest", fill=200, fill_mask=3), name="Affine3D-nearest", size=_SIZE),
        ],
        ElasticTransform3D=[
            Case(ElasticTransform3D(), size=_SIZE),
            Case(ElasticTransform3D((2, 4, 5), 0.8, border_mode="wrap"), name="ElasticTransform3D-wrapped", size=_SIZE),
        ],
    )
