"""The conformance kit over every transform of the plugin: with its defaults, and with each way of going about it."""

from __future__ import annotations

import augcore_color as color
from augcore_color import (
    GaussianBlur,
    GaussNoise,
    HueSaturationValue,
    Normalize,
    RandomBrightnessContrast,
    RandomGamma,
    ToGray,
)

from augcore.testing import Case, TransformConformance, plugin_cases

_ANY = (3, 1, 2, 4, 5, 16)


class TestColor(TransformConformance):
    cases = plugin_cases(
        "color",
        GaussNoise=[
            Case(GaussNoise(), channels=_ANY),
            Case(GaussNoise(mean_range=(-0.2, 0.2), per_channel=False), name="GaussNoise-shared", channels=_ANY),
            Case(GaussNoise(noise_scale_factor=0.3), name="GaussNoise-coarse", channels=_ANY),
        ],
        GaussianBlur=[
            Case(GaussianBlur(), channels=_ANY),
            Case(GaussianBlur((3, 9), 0), name="GaussianBlur-sizes", channels=_ANY),
        ],
        HueSaturationValue=[Case(HueSaturationValue(180, 255, 255), channels=(3,))],
        Normalize=[
            Case(Normalize(0.4, 0.2), channels=_ANY),
            *(
                Case(Normalize(normalization=name), name=f"Normalize-{name}", channels=_ANY)
                for name in ("image", "image_per_channel", "min_max", "min_max_per_channel")
            ),
        ],
        RandomBrightnessContrast=[
            Case(RandomBrightnessContrast(), channels=_ANY),
            Case(RandomBrightnessContrast(1, 1, False, True), name="Brightness-by-mean-safe", channels=_ANY),
        ],
        RandomGamma=[Case(RandomGamma((20, 400)), channels=_ANY)],
        ToGray=[
            *(
                Case(ToGray(method=name), name=f"ToGray-{name}", channels=(3, 1))
                for name in ("weighted_average", "from_lab")
            ),
            *(
                Case(ToGray(method=name, num_output_channels=2), name=f"ToGray-{name}", channels=_ANY)
                for name in ("desaturation", "average", "max", "pca")
            ),
        ],
    )


def test_every_transform_is_registered_and_exported() -> None:
    assert {transform.__name__ for transform in color.TRANSFORMS} == set(color.__all__)
    assert set(color.augcore_transforms()) == set(color.TRANSFORMS)
