"""The conformance kit over the transforms of `quality.py`."""

from __future__ import annotations

from augcore_color import Downscale, ImageCompression

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestQuality(TransformConformance):
    cases = plugin_cases(
        "color",
        module="quality",
        Downscale=[
            Case(Downscale(), channels=_ANY),
            Case(Downscale((0.1, 0.9), ("area", "cubic")), name="Downscale-smooth", channels=_ANY),
        ],
        ImageCompression=[
            Case(ImageCompression(quality_range=(1, 100)), channels=_ANY),
            Case(ImageCompression("webp", (1, 100)), name="ImageCompression-webp", channels=_ANY),
        ],
    )
