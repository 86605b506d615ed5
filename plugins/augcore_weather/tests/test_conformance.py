"""The conformance kit over every transform of the plugin: with its defaults, and with what changes most."""

from __future__ import annotations

import augcore_weather as weather
from augcore_weather import RandomFog, RandomRain

from augcore.testing import Case, TransformConformance, plugin_cases


class TestWeather(TransformConformance):
    cases = plugin_cases(
        "weather",
        RandomFog=[Case(RandomFog(), channels=(3, 1, 2, 4, 5, 16))],
        RandomRain=[
            Case(RandomRain(), channels=(3, 1)),
            Case(
                RandomRain((-60, 60), 9, 3, (250, 90, 10), 1, 1.0, "torrential"),
                name="RandomRain-torrent",
                channels=(3, 1),
            ),
        ],
    )


def test_every_transform_is_registered_and_exported() -> None:
    assert {transform.__name__ for transform in weather.TRANSFORMS} == set(weather.__all__)
    assert set(weather.augcore_transforms()) == set(weather.TRANSFORMS)
