"""The conformance kit over the transforms of `tone.py`."""

from __future__ import annotations

from augcore_color import InvertImg, Posterize, RandomBrightnessContrast, RandomGamma, RandomToneCurve, Solarize

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestTone(TransformConformance):
    cases = plugin_cases(
        "color",
        module="tone",
        InvertImg=[Case(InvertImg(), channels=_ANY)],
        Posterize=[Case(Posterize((1, 7)), channels=_ANY), Case(Posterize([1, 3, (5, 7)]), name="Posterize-channels")],
        RandomBrightnessContrast=[
            Case(RandomBrightnessContrast(), channels=_ANY),
            Case(RandomBrightnessContrast(1, 1, False, True), name="Brightness-by-mean-safe", channels=_ANY),
        ],
        RandomGamma=[Case(RandomGamma((20, 400)), channels=_ANY)],
        RandomToneCurve=[
            Case(RandomToneCurve(), channels=_ANY),
            Case(RandomToneCurve(0.5, per_channel=True), name="RandomToneCurve-channels", channels=_ANY),
        ],
        Solarize=[Case(Solarize((0, 1)), channels=_ANY)],
    )
