"""The conformance kit over the transforms of `dropout.py`."""

from __future__ import annotations

from augcore_geometric import CoarseDropout, Erasing

from augcore.testing import Case, TransformConformance, plugin_cases


class TestDropout(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="dropout",
        CoarseDropout=[
            CoarseDropout((1, 5), (3, 20), (0.1, 0.4)),
            Case(CoarseDropout(fill="random", fill_mask=9), name="CoarseDropout-noise"),
            Case(CoarseDropout(fill="random_uniform"), name="CoarseDropout-colour"),
            Case(CoarseDropout(fill="inpaint_telea"), name="CoarseDropout-telea"),
            Case(CoarseDropout(fill="inpaint_ns"), name="CoarseDropout-ns"),
        ],
        Erasing=[
            Erasing(fill_mask=3),
            Case(Erasing((0.9, 1), (5, 5)), name="Erasing-nothing"),
            Case(Erasing(fill="random"), name="Erasing-noise"),
        ],
    )
