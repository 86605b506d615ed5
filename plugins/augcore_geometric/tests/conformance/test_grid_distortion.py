"""The conformance kit over the transforms of `grid_distortion.py`."""

from __future__ import annotations

from augcore_geometric import GridDistortion, GridElasticDeform, PiecewiseAffine

from augcore.testing import Case, TransformConformance, plugin_cases

_LARGE = (130, 160)


class TestGridDistortion(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="grid_distortion",
        GridDistortion=[
            Case(GridDistortion(), name="GridDistortion", size=_LARGE),
            Case(
                GridDistortion(3, 0.4, normalized=False, border_mode="reflect"),
                name="GridDistortion-free",
                size=_LARGE,
            ),
        ],
        GridElasticDeform=Case(GridElasticDeform((4, 3), 6), name="GridElasticDeform", size=_LARGE),
        PiecewiseAffine=[
            Case(PiecewiseAffine(), name="PiecewiseAffine", size=_LARGE),
            Case(PiecewiseAffine(6, (2, 5), (3, 6), absolute_scale=True), name="PiecewiseAffine-pixels", size=_LARGE),
        ],
    )
