"""Pipelines: the calling convention, and what a pipeline is made with. What happens in a call is in `run.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import attrs

from . import binding
from . import fuse as fusing
from .errors import InvalidParameter, UnknownParameter, WrongType, nearest
from .params import Interpolation
from .rng import Rng, Stream
from .run import PARAMS_FOR, Plan, Run
from .targets import CORE, BboxParams, KeypointParams, Labels, Target, target_kind
from .targets.image import read_range
from .transform import Step, read_steps

if TYPE_CHECKING:
    from .trace import Trace

C = TypeVar("C", bound="Compose")

_DEFAULT_TARGETS: dict[str, Target] = {
    name: kind() for kind in CORE.values() for name in kind.default_names if kind not in (BboxParams, KeypointParams)
}


@attrs.frozen(kw_only=True, slots=False)
class Setup:
    """What a pipeline is told about its data, which a trace needs as well."""

    bbox_params: BboxParams | None = None
    keypoint_params: KeypointParams | None = None
    additional_targets: Mapping[str, str | Target] = attrs.field(factory=dict)
    is_check_shapes: bool = True
    strict: bool = False
    mask_interpolation: Interpolation | None = None
    fuse: fusing.Fuse = "exact"
    instance_binding: tuple[str, ...] = ()
    value_range: tuple[float, float] | None = None

    def targets(self) -> dict[str, Target]:
        """Which argument name is which target."""
        targets = {name: self._with_range(target) for name, target in _DEFAULT_TARGETS.items()}
        for params in (self.bbox_params, self.keypoint_params):
            if params is not None:
                targets |= dict.fromkeys(params.default_names, params)
        for name, given in self.additional_targets.items():
            targets[name] = given if isinstance(given, Target) else self._with_range(self._of_kind(name, given))
        self._yield_to_label_fields(targets)
        binding.check(self.instance_binding, targets, PARAMS_FOR)
        owned = {label for target in targets.values() for label in target.companions()}
        return {
            **targets,
            **{name: Labels() for name in self.instance_binding if name not in targets and name not in owned},
        }

    def _with_range(self, target: Target) -> Target:
        """The target, told the pipeline's value range if it is one that takes it."""
        if self.value_range is None or not any(field.name == "value_range" for field in attrs.fields(type(target))):
            return target
        return attrs.evolve(target, value_range=self.value_range)  # type: ignore[call-arg]

    def _yield_to_label_fields(self, targets: dict[str, Target]) -> None:
        labels: dict[str, str] = {}
        for name, target in targets.items():
            for label in target.companions():
                if labels.setdefault(label, name) != name:
                    raise InvalidParameter(
                        f"label field {label!r} belongs to {labels[label]} and to {name}; values of the one would be "
                        "taken for the other's, so give each target label fields of its own"
                    )
        for label, owner in labels.items():
            # A label field wins over a default name: `label` may well be a column of classes.
            if label in targets and label not in self.additional_targets and label in _DEFAULT_TARGETS:
                del targets[label]
            elif label in targets:
                raise InvalidParameter(
                    f"{label!r} is a label field of {owner} and a target as well; rename one of them"
                )

    def _of_kind(self, name: str, kind: str) -> Target:
        if kind == "bboxes" and self.bbox_params is not None:
            return self.bbox_params
        if kind == "keypoints" and self.keypoint_params is not None:
            return self.keypoint_params
        if kind in ("bboxes", "keypoints"):
            raise InvalidParameter(
                f"additional_targets[{name!r}]: {kind} need a format; give {PARAMS_FOR[kind]} as well"
            )
        return target_kind(kind)()

    def plan(self, source: Any = None, arguments: frozenset[str] = frozenset()) -> Plan:
        targets = self.targets()
        return Plan(
            targets,
            fusing.active(self.fuse),
            self.mask_interpolation,
            self.is_check_shapes,
            self.strict,
            source,
            arguments.union(label for target in targets.values() for label in target.companions()),
            tuple(name for name in self.instance_binding if name in targets),
        )


def _read_target_params(name: str, value: Any, kind: type[Any]) -> Any:
    if value is None or isinstance(value, kind):
        return value
    if isinstance(value, str):
        return kind(format=value)
    if isinstance(value, Mapping):
        return kind(**value)
    raise InvalidParameter(f"Compose.{name}: {value!r} is not {kind.__name__}; give {kind.__name__}(format=…)")


def _read_interpolation(value: Any) -> Interpolation | None:
    if value is None:
        return None
    try:
        return Interpolation[value.upper()] if isinstance(value, str) else Interpolation(value)
    except (KeyError, ValueError):
        names = ", ".join(member.name.lower() for member in Interpolation)
        raise InvalidParameter(f"Compose.mask_interpolation: {value!r} is not known; give one of {names}") from None


def _read_binding(value: Any) -> tuple[str, ...]:
    names = () if value is None else value
    if isinstance(names, str) or not isinstance(names, Iterable) or not all(isinstance(n, str) for n in names):
        raise InvalidParameter(
            f"Compose.instance_binding: {value!r} is not a list of names; give ['bboxes', 'masks'], for instance"
        )
    return tuple(dict.fromkeys(names))


def _read_range(value: Any) -> tuple[float, float] | None:
    try:
        return None if value is None else read_range(value)
    except ValueError as error:
        raise InvalidParameter(f"Compose.value_range: {error}") from None


def _refuse_unnamed(args: Sequence[Any]) -> NoReturn:
    kind = type(args[0]).__name__
    raise WrongType(f"data is given by name: pipeline(image=image), not pipeline({kind}); name each argument")


def _read_probability(p: Any) -> float:
    if isinstance(p, bool) or not isinstance(p, (int, float)) or not 0 <= p <= 1:
        raise InvalidParameter(f"Compose.p: {p!r} is outside [0, 1] probability; give a number inside it")
    return float(p)


def _read_fuse(value: Any) -> fusing.Fuse:
    if value not in ("off", "exact", "resample"):
        hint = nearest(str(value), ("off", "exact", "resample"))
        raise InvalidParameter(f"Compose.fuse: {value!r} is not one of 'off', 'exact', 'resample'{hint}")
    return value  # type: ignore[no-any-return]


def _read_flag(name: str, value: Any) -> bool:
    if value not in (True, False):
        raise InvalidParameter(f"Compose.{name}: {value!r} is neither True nor False; give one of them")
    return bool(value)


def _read_additional(value: Any) -> dict[str, str | Target]:
    if not isinstance(value, (Mapping, type(None))):
        raise InvalidParameter(f"Compose.additional_targets: {value!r} is not a mapping; give {{'image2': 'image'}}")
    given = dict(value or {})
    for name, kind in given.items():
        if not isinstance(name, str) or not isinstance(kind, (str, Target)):
            raise InvalidParameter(
                f"Compose.additional_targets: {name!r}: {kind!r} is not a name with a kind; give {{'image2': 'image'}}"
            )
    return given


class Compose(Step):
    """A pipeline of transforms: `pipeline(image=image, bboxes=boxes)` gives a dict of the same, augmented.

    Args:
        transforms: the steps, in order.
        bbox_params, keypoint_params: what boxes and keypoints hold and which count; needed when they are given.
        additional_targets: further argument names and their kinds, such as {"image2": "image"}; a kind may be given
            as a target with options.
        p: probability that anything happens at all.
        is_check_shapes: refuse pictures and masks of different sizes.
        strict: refuse arguments that are no targets, instead of passing them through.
        mask_interpolation: for all masks, whatever the transforms say.
        seed: a whole number makes draws a function of (seed, worker, call); None makes them fresh.
        save_applied_params: add "applied_transforms" to the result, a list of (name, effect).
        fuse: "exact" merges neighbouring effects where the result is the same to the bit; "resample" also merges
            warps, for one interpolation instead of several; "off" merges nothing.
        instance_binding: names of arguments that hold one entry an object, such as ("bboxes", "masks", "keypoints"):
            an object of which a box, mask or polygon is lost is dropped from all of them.
        value_range: what counts as black and white in images and volumes of uint16 or float32, such as (0, 4095),
            instead of the dtype's whole range, or of (0, 1); see `Image`. Targets given with options of their own in
            `additional_targets` keep to those.
        source: other samples to mix with: a sequence or dataset of dicts like the arguments of a call.
    """

    def __new__(cls: type[C], *args: Any, **options: Any) -> C:
        unknown = [name for name in options if name not in _OPTIONS] if cls.__init__ is Compose.__init__ else []
        if unknown:
            hint = nearest(unknown[0], _OPTIONS)
            raise UnknownParameter(f"Compose: no parameter {unknown[0]!r}{hint}; it takes {', '.join(_OPTIONS)}")
        return super().__new__(cls)

    def __init__(
        self,
        transforms: Sequence[Step],
        bbox_params: BboxParams | Mapping[str, Any] | str | None = None,
        keypoint_params: KeypointParams | Mapping[str, Any] | str | None = None,
        additional_targets: Mapping[str, str | Target] | None = None,
        p: float = 1.0,
        is_check_shapes: bool = True,
        strict: bool = False,
        mask_interpolation: int | str | None = None,
        seed: int | None = None,
        save_applied_params: bool = False,
        *,
        fuse: fusing.Fuse = "exact",
        instance_binding: Sequence[str] | None = None,
        value_range: tuple[float, float] | None = None,
        source: Any = None,
    ) -> None:
        try:
            self.transforms = read_steps(transforms)
        except ValueError as error:
            raise InvalidParameter(f"Compose.transforms: {error}") from None
        self.setup = Setup(
            bbox_params=_read_target_params("bbox_params", bbox_params, BboxParams),
            keypoint_params=_read_target_params("keypoint_params", keypoint_params, KeypointParams),
            additional_targets=_read_additional(additional_targets),
            is_check_shapes=_read_flag("is_check_shapes", is_check_shapes),
            strict=_read_flag("strict", strict),
            mask_interpolation=_read_interpolation(mask_interpolation),
            fuse=_read_fuse(fuse),
            instance_binding=_read_binding(instance_binding),
            value_range=_read_range(value_range),
        )
        self.p = _read_probability(p)  # type: ignore[misc]  # frozen in transforms, plain here
        self.save_applied_params = _read_flag("save_applied_params", save_applied_params)
        self.source = source
        self._stream = Stream(seed)
        self._plan = self.setup.plan(source, self.arguments())

    @property
    def seed(self) -> int | None:
        return self._stream.seed

    def set_random_seed(self, seed: int | None) -> None:
        """Start the draws anew from a seed."""
        self._stream = Stream(seed)

    # Calls

    def __call__(self, *args: Any, **data: Any) -> dict[str, Any]:
        if args:
            _refuse_unnamed(args)
        return self._result(data, self._stream.next())

    def keyed(self, *key: int | str | float) -> Keyed:
        """The pipeline with the draws of a key, such as (epoch, index): the same for any worker and order."""
        return Keyed(self, key)

    def traced(self, **data: Any) -> tuple[dict[str, Any], Trace]:
        """The result, and the trace of the effects that led to it."""
        return self._traced(data, self._stream.next())

    def _result(self, data: dict[str, Any], rng: Rng) -> dict[str, Any]:
        if not self.save_applied_params:
            run = Run(self._plan, data, rng)
            self.run(run)
            return run.finish()
        result, trace = self._traced(data, rng)
        result["applied_transforms"] = trace.applied()
        return result

    def _traced(self, data: dict[str, Any], rng: Rng) -> tuple[dict[str, Any], Trace]:
        from .trace import Trace, TraceStep

        run = self._run(data, rng, [])
        result = run.finish()
        assert run.steps is not None
        steps = tuple(
            TraceStep(step.registered_name or type(step).__name__, effect, before.shape, after.shape, settled)
            for step, effect, before, after, settled in run.steps
        )
        return result, Trace(run.steps[0][2].shape if run.steps else run.frame.shape, steps, self.setup)

    def _run(self, data: dict[str, Any], rng: Rng, steps: list[Any] | None) -> Run:
        run = Run(self._plan, data, rng, steps)
        self.run(run)
        return run

    def take_part(self, run: Run) -> None:
        for step in self.transforms:
            step.run(run)

    # As a sequence of steps

    def __len__(self) -> int:
        return len(self.transforms)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.transforms)

    def __getitem__(self, index: int | slice) -> Any:
        return self._with(self.transforms[index]) if isinstance(index, slice) else self.transforms[index]

    def __add__(self, other: Step | Sequence[Step]) -> Compose:
        return self._with((*self.transforms, *([other] if isinstance(other, Step) else other)))

    def __radd__(self, other: Step | Sequence[Step]) -> Compose:
        return self._with((*([other] if isinstance(other, Step) else other), *self.transforms))

    def _with(self, transforms: Sequence[Step]) -> Compose:
        return type(self)(transforms, **self.options())

    def options(self) -> dict[str, Any]:
        """The arguments it was made with, but for the transforms."""
        return {
            **{field.name: getattr(self.setup, field.name) for field in attrs.fields(Setup)},
            "p": self.p,
            "seed": self.seed,
            "save_applied_params": self.save_applied_params,
            "source": self.source,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.transforms, self.options())

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.transforms == other.transforms and self.options() == other.options()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        lines = "".join(f"    {step!r},\n" for step in self.transforms)
        default = Compose([]).options()
        options = "".join(f", {key}={value!r}" for key, value in self.options().items() if value != default[key])
        return f"{type(self).__name__}([\n{lines}]{options})"

    # Files

    def to_dict(self) -> dict[str, Any]:
        """The pipeline as plain data, see `augcore.save`."""
        from . import serial

        return serial.to_dict(self)


_CODE = Compose.__init__.__code__
_OPTIONS = _CODE.co_varnames[1 : _CODE.co_argcount + _CODE.co_kwonlyargcount]


def _rebuild(kind: type[Compose], transforms: Sequence[Step], options: dict[str, Any]) -> Compose:
    return kind(transforms, **options)


class Keyed:
    """A pipeline and the key of the draws it is to use."""

    __slots__ = ("key", "pipeline")

    def __init__(self, pipeline: Compose, key: Sequence[Any]) -> None:
        self.pipeline = pipeline
        self.key = tuple(key)

    def __call__(self, *args: Any, **data: Any) -> dict[str, Any]:
        if args:
            _refuse_unnamed(args)
        return self.pipeline._result(data, self.pipeline._stream.at(self.key))

    def traced(self, **data: Any) -> tuple[dict[str, Any], Trace]:
        return self.pipeline._traced(data, self.pipeline._stream.at(self.key))


class ReplayCompose(Compose):
    """A pipeline whose results hold under "replay", as plain data, what was done; `replay` does it again."""

    def _result(self, data: dict[str, Any], rng: Rng) -> dict[str, Any]:
        result, trace = self._traced(data, rng)
        result["replay"] = trace.to_dict()
        if self.save_applied_params:
            result["applied_transforms"] = trace.applied()
        return result

    @staticmethod
    def replay(saved: Mapping[str, Any], **data: Any) -> dict[str, Any]:
        """Do to this data what `saved`, a result's "replay", says."""
        from .trace import Trace

        return Trace.from_dict(saved).apply(**data)
