"""Transforms: validated parameters, a probability, and one method that decides what happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from . import params
from .functions import check_unique, qualified_name
from .run import Run
from .view import View

if TYPE_CHECKING:
    from .effects import Effect
    from .rng import Rng

T = TypeVar("T", bound=type)

_registered: dict[str, type[Any]] = {}


def registered_transforms() -> dict[str, type[Any]]:
    """Every decorated transform and composition that has been imported, by qualified name."""
    return _registered


def transform(cls: T) -> T:
    """Make a class a transform: frozen, comparable, hashable, and registered under `plugin.Name`."""
    built: Any = params.declared(cls)
    built.registered_name = qualified_name(built)
    check_unique(built.registered_name, "transform", built, _registered.get(built.registered_name))
    _registered[built.registered_name] = built
    return built  # type: ignore[no-any-return]


class Step(params.Declared):
    """What a pipeline is made of: something with a probability `p` that takes part in a run."""

    __slots__ = ()
    p: float
    registered_name: ClassVar[str] = ""

    def run(self, run: Run) -> None:
        """Take part, with probability `p`."""
        if self.p >= 1.0 or run.rng.chance(self.p):
            self.take_part(run)

    def take_part(self, run: Run) -> None:
        """Take part for certain, whatever `p` says: what a OneOf asks of the step it chose."""
        raise NotImplementedError

    def arguments(self) -> frozenset[str]:
        """Names of arguments that it looks at though they are no targets; by itself, those of the steps it holds."""
        held = (value if isinstance(value, tuple) else (value,) for value in vars(self).values())
        steps = (one for values in held for one in values if isinstance(one, Step))
        return frozenset().union(*(step.arguments() for step in steps))

    def __call__(self, *args: Any, **data: Any) -> dict[str, Any]:
        from .compose import Compose

        return Compose([self])(*args, **data)


def read_steps(value: Any) -> tuple[Step, ...]:
    """A tuple of steps from a list of them."""
    if isinstance(value, Step) or not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{value!r} is not a list of transforms; give [Rotate(), …]")
    for index, step in enumerate(value):
        if isinstance(step, type) and issubclass(step, Step):
            raise ValueError(f"transforms[{index}]: {step.__name__} is a class; give an instance, {step.__name__}(…)")
        if not isinstance(step, Step):
            raise ValueError(
                f"transforms[{index}]: {step!r} is not a transform; give instances such as Rotate(limit=30)"
            )
    return tuple(value)


@attrs.frozen(slots=False, eq=False, repr=False)
class Transform(Step):
    """The base of all transforms. Subclass it, declare parameters, write `sample`, and decorate with `@transform`."""

    # Type checkers see that it is keyword only where the call says so.
    p: float = params.probability(default=0.5, kw_only=True)

    # Kinds of targets whose data `sample` looks at; work that is pending is done before.
    needs: ClassVar[frozenset[str]] = frozenset()

    def sample(self, rng: Rng, view: View) -> Effect | None:
        """Decide what happens to a sample; None for nothing."""
        raise NotImplementedError(f"{type(self).__name__}.sample(rng, view) is not written")

    def take_part(self, run: Run) -> None:
        if self.needs:
            run.settle()
        effect = self.sample(run.rng, View(run, self))
        if effect is not None:
            run.undergo(effect, self)


def parameters_of(step: Any) -> dict[str, Any]:
    """The parameters of a transform by name, as they are kept."""
    return {field.name: getattr(step, field.name) for field in attrs.fields(type(step)) if field.init}
