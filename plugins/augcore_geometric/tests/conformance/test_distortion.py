"""The conformance kit over the transforms of `distortion.py`."""

from __future__ import annotations

from augcore_geometric import ElasticTransform, PixelSpread

from augcore.testing import Case, TransformConformance, plugin_cases

# Wide enough that a blob of four standard deviations survives most draws whole.
_LARGE = (130, 160)


class TestDistortion(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="distortion",
        ElasticTransform=[
            Case(ElasticTransform(alpha=300, sigma=10), name="ElasticTransform", size=_LARGE),
            Case(
                ElasticTransform(alpha=900, sigma=16, same_dxdy=True, approximate=True),
                name="same",
                size=_LARGE,
            ),
            Case(ElasticTransform(alpha=60, sigma=8, noise_distribution="uniform"), name="uniform", size=_LARGE),
        ],
        PixelSpread=Case(PixelSpread(), name="PixelSpread"),
    )
