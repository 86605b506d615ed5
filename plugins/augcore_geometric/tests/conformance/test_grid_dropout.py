"""The conformance kit over the transforms of `grid_dropout.py`."""

from __future__ import annotations

from augcore_geometric import GridDropout, GridMask

from augcore.testing import Case, TransformConformance, plugin_cases


class TestGridDropout(TransformConformance):
    cases = plugin_cases(
        "geometric",
        module="grid_dropout",
        GridDropout=[
            GridDropout(fill_mask=4),
            Case(GridDropout(0.7, False, (2, 20), None, (3, 5), fill="random"), name="GridDropout-regular"),
            Case(GridDropout(holes_number_xy=(7, 4), fill="random_uniform"), name="GridDropout-colours"),
            Case(GridDropout(fill="inpaint_telea"), name="GridDropout-telea"),
        ],
        GridMask=[
            GridMask(fill=1, fill_mask=4),
            Case(GridMask(rotation_range=90), name="GridMask-turned"),
            Case(GridMask(rotation_range=30, fill="random_uniform"), name="GridMask-colours"),
        ],
    )
