"""Steps that choose which of their steps take part. They decide nothing about pixels."""

from __future__ import annotations

from typing import Any

import attrs

from . import params
from .params import require
from .transform import Step, read_steps, transform

__all__ = ["OneOf", "OneOrOther", "RandomOrder", "SelectiveChannelTransform", "Sequential", "SomeOf"]


STEPS = params.Parameter(read_steps, "a list of transforms", {"type": "array"})


def steps(default: Any = attrs.NOTHING, *, none: bool = False) -> Any:
    """A field that holds steps."""
    return params.parameter(STEPS, default, none=none)


@transform
class Sequential(Step):
    """All steps in order, or, with probability 1 - p, none."""

    transforms: tuple[Step, ...] = steps()
    p: float = params.probability(default=0.5)

    def take_part(self, run: Any) -> None:
        for step in self.transforms:
            step.run(run)


@transform
class OneOf(Step):
    """One step, chosen in proportion to the steps' own p; the chosen one takes part for certain."""

    transforms: tuple[Step, ...] = steps()
    p: float = params.probability(default=0.5)

    def __attrs_post_init__(self) -> None:
        require(any(step.p > 0 for step in self.transforms), "OneOf.transforms: give at least one with p above 0")

    def take_part(self, run: Any) -> None:
        run.rng.choice(self.transforms, [step.p for step in self.transforms]).take_part(run)


@transform
class SomeOf(Step):
    """n of the steps, chosen evenly and run in their order, each with its own p.

    Args:
        n: how many.
        replace: the same step may be chosen several times.
    """

    transforms: tuple[Step, ...] = steps()
    n: int = params.integer(default=1, low=1)
    replace: bool = params.flag(default=False)
    p: float = params.probability(default=1.0)

    def __attrs_post_init__(self) -> None:
        _enough(self)

    def take_part(self, run: Any) -> None:
        for index in sorted(_chosen(run.rng, len(self.transforms), self.n, self.replace)):
            self.transforms[index].run(run)


@transform
class RandomOrder(Step):
    """The steps, or n of them, in random order, each with its own p.

    Args:
        n: how many; None for all.
        replace: the same step may be chosen several times.
    """

    transforms: tuple[Step, ...] = steps()
    n: int | None = params.integer(default=None, low=1, none=True)
    replace: bool = params.flag(default=False)
    p: float = params.probability(default=1.0)

    def __attrs_post_init__(self) -> None:
        _enough(self)

    def take_part(self, run: Any) -> None:
        count = len(self.transforms)
        for index in _chosen(run.rng, count, count if self.n is None else self.n, self.replace):
            self.transforms[index].run(run)


def _enough(chooser: Any) -> None:
    count, n = len(chooser.transforms), chooser.n
    name = type(chooser).__name__
    require(count > 0, f"{name}.transforms: is empty; give at least one")
    require(
        n is None or n <= count or chooser.replace,
        f"{name}.n: {n} of {count} transforms cannot be chosen; give at most {count}, or replace=True",
    )


def _chosen(rng: Any, count: int, n: int, replace: bool) -> list[int]:
    return [rng.integer(0, count - 1) for _ in range(n)] if replace else rng.permutation(count)[:n]


@transform
class OneOrOther(Step):
    """The first step with probability p, else the second; the chosen one takes part for certain.

    Args:
        first, second: the two steps.
        transforms: the two as a list, instead.
    """

    first: Step | None = attrs.field(default=None)
    second: Step | None = attrs.field(default=None)
    transforms: tuple[Step, ...] | None = steps(default=None, none=True)
    p: float = params.probability(default=0.5)

    def __attrs_post_init__(self) -> None:
        if self.transforms is None:
            require(
                isinstance(self.first, Step) and isinstance(self.second, Step),
                "OneOrOther: give first and second, or transforms=[first, second]",
            )
            object.__setattr__(self, "transforms", (self.first, self.second))
        assert self.transforms is not None
        require(len(self.transforms) == 2, f"OneOrOther.transforms: {len(self.transforms)} given; give two")
        object.__setattr__(self, "first", None)
        object.__setattr__(self, "second", None)

    def run(self, run: Any) -> None:
        self.take_part(run)

    def take_part(self, run: Any) -> None:
        assert self.transforms is not None
        self.transforms[0 if run.rng.chance(self.p) else 1].take_part(run)


@transform
class SelectiveChannelTransform(Step):
    """Steps that see and change some channels of the images only; they must not move pixels.

    Args:
        channels: their numbers.
    """

    transforms: tuple[Step, ...] = steps()
    channels: tuple[int, ...] = params.numbers(default=(0, 1, 2), low=0, whole=True)
    p: float = params.probability(default=1.0)

    def take_part(self, run: Any) -> None:
        run.on_channels(self.channels, self.transforms, self)
