"""The conformance kit over the transforms of `sharpen.py`."""

from __future__ import annotations

from augcore_color import Emboss, Enhance, Sharpen, UnsharpMask

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestSharpen(TransformConformance):
    cases = plugin_cases(
        "color",
        module="sharpen",
        Emboss=[Case(Emboss(), channels=_ANY)],
        Enhance=[
            Case(Enhance(), channels=_ANY),
            Case(Enhance("detail", 1), name="Enhance-detail", channels=_ANY),
        ],
        Sharpen=[
            Case(Sharpen(), channels=_ANY),
            Case(Sharpen(method="gaussian", kernel_size=7, sigma=2), name="Sharpen-gaussian", channels=_ANY),
        ],
        UnsharpMask=[
            Case(UnsharpMask(), channels=_ANY),
            Case(UnsharpMask(sigma_limit=3, threshold=0), name="UnsharpMask-all", channels=_ANY),
        ],
    )
