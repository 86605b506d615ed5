"""The conformance kit over the transforms of `spectrogram.py`."""

from __future__ import annotations

from augcore.testing import TransformConformance, plugin_cases


class TestSpectrogram(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="spectrogram",
    )
