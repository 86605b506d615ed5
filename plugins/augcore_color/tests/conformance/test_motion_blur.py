"""The conformance kit over the transforms of `motion_blur.py`."""

from __future__ import annotations

from augcore_color import MotionBlur, ZoomBlur

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestMotionBlur(TransformConformance):
    cases = plugin_cases(
        "color",
        module="motion_blur",
        MotionBlur=[
            Case(MotionBlur(), channels=_ANY),
            Case(MotionBlur((15, 21), False), name="MotionBlur-long", channels=_ANY),
        ],
        ZoomBlur=[Case(ZoomBlur((1.1, 1.6)), channels=_ANY)],
    )
