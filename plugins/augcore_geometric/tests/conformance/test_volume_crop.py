"""The conformance kit over the transforms of `volume_crop.py`."""

from __future__ import annotations

from augcore_geometric import CenterCrop3D, Pad3D, PadIfNeeded3D, RandomCrop3D, RandomResizedCrop3D, Resize3D

from augcore.testing import Case, TransformConformance, plugin_cases

_SIZE = (24, 31)


class TestVolumeCrop(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="volume_crop",
        CenterCrop3D=[
            Case(CenterCrop3D((3, 18, 21)), name="CenterCrop3D", size=_SIZE),
            Case(CenterCrop3D((9, 18, 40), True, 7, 1), name="CenterCrop3D-padded", size=_SIZE),
        ],
        Pad3D=[
            Case(Pad3D((1, 2, 3), fill=5), name="Pad3D", size=_SIZE),
            Case(Pad3D((1, 0, 2, 3, 4, 5), fill_mask=2), name="Pad3D-sides", size=_SIZE),
        ],
        PadIfNeeded3D=[
            Case(PadIfNeeded3D((8, 20, 40), position="random"), name="PadIfNeeded3D", size=_SIZE),
            Case(PadIfNeeded3D(pad_divisor_zyx=(4, 16, 16)), name="PadIfNeeded3D-divisors", size=_SIZE),
        ],
        RandomCrop3D=[
            Case(RandomCrop3D((3, 18, 21)), name="RandomCrop3D", size=_SIZE),
            Case(RandomCrop3D((9, 18, 40), True, 7, 1), name="RandomCrop3D-padded", size=_SIZE),
        ],
        RandomResizedCrop3D=[
            Case(RandomResizedCrop3D((5, 30, 20)), name="RandomResizedCrop3D", size=_SIZE),
            Case(RandomResizedCrop3D((4, 9, 9), (0.5, 1), 1, "area", "linear"), name="whole", size=_SIZE),
        ],
        Resize3D=[
            Case(Resize3D((9, 20, 40)), name="Resize3D", size=_SIZE),
            Case(Resize3D((3, 20, 40), "cubic"), name="Resize3D-cubic", size=_SIZE),
        ],
    )
