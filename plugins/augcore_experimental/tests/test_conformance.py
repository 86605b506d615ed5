"""What every transform must hold, from the core's conformance kit."""

from __future__ import annotations

from augcore_experimental import CutMix, MixUp

from augcore.testing import Case, TransformConformance


class TestMixing(TransformConformance):
    cases = (Case(MixUp(), targets=("bboxes", "keypoints")), CutMix())
