"""The conformance kit over the transforms of `pixel_dropout.py`."""

from __future__ import annotations

from augcore_geometric import PixelDropout

from augcore.testing import Case, TransformConformance, plugin_cases


class TestPixelDropout(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="pixel_dropout",
        PixelDropout=[
            PixelDropout(0.3, mask_drop_value=7),
            Case(PixelDropout(0.1, drop_value=None), name="PixelDropout-noise"),
            Case(PixelDropout(0.1, True, 3), name="PixelDropout-values"),
            Case(PixelDropout(0.1, True, None), name="PixelDropout-noise-in-values"),
        ],
    )
