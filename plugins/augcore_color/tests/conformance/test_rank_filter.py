"""The conformance kit over the transforms of `rank_filter.py`."""

from __future__ import annotations

from augcore_color import MedianBlur, ModeFilter

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestRankFilter(TransformConformance):
    cases = plugin_cases(
        "color",
        module="rank_filter",
        MedianBlur=[
            Case(MedianBlur(), channels=_ANY),
            Case(MedianBlur((9, 9)), name="MedianBlur-large", channels=_ANY),
        ],
        ModeFilter=[Case(ModeFilter(), channels=_ANY)],
    )
