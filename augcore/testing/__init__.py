"""The conformance kit: what a transform or a target must hold, as checks that say what is wrong and how to mend it.

    class TestMine(TransformConformance):
        cases = (MyTransform(),)

makes pytest run all checks. Every check is a function too, which raises AssertionError and needs no pytest:
`augcore.testing.points_land_where_keypoints_say(MyTransform())`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import declarations, draws, geometry, pictures, pipelines, rows, targets  # noqa: F401 - they register checks
from .cases import Case, example, plugin_cases
from .checks import TARGET_CHECKS, TRANSFORM_CHECKS, DoesNotApply
from .target_cases import TargetCase

if TYPE_CHECKING:
    from .bases import TargetConformance, TransformConformance

__all__ = [
    "TARGET_CHECKS",
    "TRANSFORM_CHECKS",
    "Case",
    "DoesNotApply",
    "TargetCase",
    "TargetConformance",
    "TransformConformance",
    "example",
    "plugin_cases",
]


def __getattr__(name: str) -> Any:
    if name in ("TransformConformance", "TargetConformance"):
        from . import bases  # imports pytest, which users of the checks alone need not have

        return getattr(bases, name)
    found = TRANSFORM_CHECKS.get(name) or TARGET_CHECKS.get(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
