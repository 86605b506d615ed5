"""The conformance kit over the transforms of `object_dropout.py`."""

from __future__ import annotations

from augcore_geometric import ConstrainedCoarseDropout, GuidedCoarseDropout, MaskDropout

from augcore.testing import Case, TransformConformance, plugin_cases

PART = (0.2, 0.6)


class TestObjectDropout(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="object_dropout",
        ConstrainedCoarseDropout=[
            Case(
                ConstrainedCoarseDropout((1, 3), PART, PART, "random_uniform", 0, mask_indices=[1]),
                name="ConstrainedCoarseDropout-mask",
            ),
            Case(
                ConstrainedCoarseDropout((1, 3), PART, PART, bbox_labels=["cat", 3.5, 2**53 + 1]),
                name="ConstrainedCoarseDropout-boxes",
                targets=("bboxes", "keypoints", "mask"),
            ),
        ],
        GuidedCoarseDropout=[
            GuidedCoarseDropout(),
            Case(
                GuidedCoarseDropout((1, 4), (4, 9), PART, (0.1, 0, 0.9, 0.8), ["cat", -7], 2, fill_mask=1),
                name="GuidedCoarseDropout-labels",
            ),
        ],
        MaskDropout=[
            MaskDropout(2),
            Case(MaskDropout(fill="inpaint_ns", fill_mask=None), name="MaskDropout-ns"),
        ],
    )
