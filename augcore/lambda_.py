"""Transforms that belong to the core because they bring no pixels of their own: nothing, and a user's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .effects import NOTHING, PerTarget
from .errors import InvalidParameter
from .params import Parameter, parameter, probability, text
from .rng import Rng
from .transform import Transform, transform
from .view import View


def _function(value: Any) -> Callable[..., Any]:
    if not callable(value):
        raise ValueError(f"{value!r} is not a function; give one, or None")
    return value  # type: ignore[no-any-return]


_FUNCTION = Parameter(_function, "a function", {})


@transform
class NoOp(Transform):
    """Nothing happens.

    Accepts: everything.
    Moves: nothing.
    Source: the neutral element of composition.
    """

    def sample(self, rng: Rng, view: View) -> PerTarget:
        return NOTHING


@transform
class Lambda(Transform):
    """Functions of your own, one per kind of target; a kind without a function is left as it is.

    Functions may change in place what they are given: it is a copy.

    Args:
        image, mask: (H, W, C) array → array of the same height and width.
        keypoints: (N, 2) pixel indices → the same shape.
        bboxes: (N, 4) rows in the pipeline's format → the same shape.
        name: under which traces and pipelines are saved; to read them back, the same Lambda must exist.
    Accepts: whatever the functions accept.
    Moves: what the functions move; they must agree with each other, which nothing can check.
    Raises: InvalidParameter: something that is not a function.
    Source: the escape hatch of albumentations' name; prefer a transform of your own.
    """

    image: Callable[..., Any] | None = parameter(_FUNCTION, default=None, none=True)
    mask: Callable[..., Any] | None = parameter(_FUNCTION, default=None, none=True)
    keypoints: Callable[..., Any] | None = parameter(_FUNCTION, default=None, none=True)
    bboxes: Callable[..., Any] | None = parameter(_FUNCTION, default=None, none=True)
    name: str | None = text(default=None, none=True)
    p: float = probability(default=1.0)

    def __attrs_post_init__(self) -> None:
        if self.name:
            known[self.name] = self

    def sample(self, rng: Rng, view: View) -> PerTarget:
        return self.effect()

    def effect(self) -> PerTarget:
        kinds = {"image": self.image, "mask": self.mask, "keypoints": self.keypoints, "bboxes": self.bboxes}
        functions = tuple((kind, function) for kind, function in kinds.items() if function is not None)
        return PerTarget(functions, name=self.name)


# Lambdas by name, so that what was saved under a name finds its functions; they are never read from a file.
known: dict[str, Lambda] = {}


def named(name: str) -> Lambda:
    if name not in known:
        raise InvalidParameter(
            f"Lambda {name!r} is not defined here; functions are not saved, so make Lambda(…, name={name!r}) "
            "before reading"
        )
    return known[name]
