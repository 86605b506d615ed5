"""Cases: a transform and the data it is checked on, and how a case is found for a class that was merely named."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from .. import plugins
from ..compose import Compose
from ..errors import AugcoreError, InvalidData, InvalidParameter, Unsupported
from ..functions import plugin_of
from ..maps import Size
from ..params import Parameter
from ..targets import BboxParams, KeypointParams
from ..trace import Trace
from ..transform import Step
from . import samples

TARGETS = ("mask", "bboxes", "keypoints")
DTYPES = ("uint8", "uint16", "float32")
CHANNELS = (1, 2, 3, 4, 5, 16)
_DEPTH = 6  # slices of the volume that a transform gets which asks for one
_LABEL_FIELDS = {"bboxes": "labels", "keypoints": "point_labels"}


@attrs.frozen
class Case:
    """A transform, and what it is to be checked on; only the transform must be given.

    Attributes:
        transform: is checked with p = 1, whatever its own p.
        name: in test ids and messages; the class's if not given.
        size: (height, width) of pictures, for transforms that need a certain one.
        depth: slices of volumes, which are given instead of pictures. If not given, transforms that ask for a volume
            get one.
        channels: numbers of channels that must work, the first of them in all checks. If not given, the first that
            works serves; others may always be refused with `Unsupported`.
        dtypes: the same for dtypes.
        targets: which of mask, bboxes and keypoints come with the picture; all that work if not given.
        data: further arguments of the call.
        options: further arguments of `Compose`.
        source: other samples to mix with; two samples like this one if not given.
        changes_dtype: the picture's dtype changes without a registered function declaring it by `output=`.
        slow: mark the tests of this case with `pytest.mark.slow`.
    """

    transform: Any
    name: str = attrs.field(kw_only=True)
    size: Size = attrs.field(default=(65, 97), converter=tuple, kw_only=True)
    depth: int | None = attrs.field(default=None, kw_only=True)
    channels: tuple[int, ...] | None = attrs.field(default=None, kw_only=True)
    dtypes: tuple[str, ...] | None = attrs.field(default=None, kw_only=True)
    targets: tuple[str, ...] | None = attrs.field(default=None, kw_only=True)
    data: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    options: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    source: Any = attrs.field(default=None, kw_only=True)
    changes_dtype: bool = attrs.field(default=False, kw_only=True)
    slow: bool = attrs.field(default=False, kw_only=True)

    @name.default
    def _name_of_transform(self) -> str:
        return self.kind.__name__

    @property
    def kind(self) -> type[Any]:
        return self.transform if isinstance(self.transform, type) else type(self.transform)

    @property
    def is_settled(self) -> bool:
        return None not in (self.channels, self.dtypes, self.targets) and not isinstance(self.transform, type)

    # Data

    def sample(
        self, size: Size | None = None, channels: int | None = -1, dtype: Any = None, seed: int = 0
    ) -> dict[str, Any]:
        """The arguments of a call: a picture, its annotations, and the case's further data."""
        size = size or self.size
        channels = (self.channels or (3,))[0] if channels == -1 else channels
        made = samples.picture if self.depth is None else functools.partial(samples.volume, self.depth)
        picture = made(size, channels, dtype or (self.dtypes or DTYPES)[0], seed)
        return {self.picture: picture, **self._annotations(size, seed), **self.data}

    @property
    def picture(self) -> str:
        """What pictures are called in the arguments of a call."""
        return "image" if self.depth is None else "volume"

    @property
    def mask(self) -> str:
        return "mask" if self.depth is None else "mask3d"

    def _annotations(self, size: Size, seed: int) -> dict[str, Any]:
        made = {self.mask: samples.label_map(size, self.depth), **samples.annotation_rows(size, seed, self.depth)}
        targets = TARGETS if self.targets is None else self.targets
        wanted = {self.mask if target == "mask" else target for target in targets}
        wanted |= {_LABEL_FIELDS[target] for target in targets if target in _LABEL_FIELDS}
        return {name: value for name, value in made.items() if name in wanted}

    def pipeline(
        self, steps: Sequence[Step] | None = None, *, like: Mapping[str, Any] | None = None, **options: Any
    ) -> Compose:
        """A pipeline of the transform, or of these steps; its draws are to be keyed.

        Args:
            like: the data it will be called with, which the other samples of the source must be like.
        """
        params = {
            "bbox_params": BboxParams(format="pascal_voc", label_fields=("labels",)),
            "keypoint_params": KeypointParams(
                format="xy" if self.depth is None else "xyz", label_fields=("point_labels",), remove_invisible=False
            ),
        }
        chosen = {"seed": 0, "source": self._source(like), **params, **self.options, **options}
        return Compose([self.transform] if steps is None else steps, **chosen)

    def _source(self, like: Mapping[str, Any] | None) -> Any:
        return self.source if self.source is not None or like is None else OtherSamples(self, like)

    def traced(
        self,
        data: Mapping[str, Any],
        key: int = 0,
        what: str = "",
        allow: tuple[type[AugcoreError], ...] = (),
        **options: Any,
    ) -> tuple[dict[str, Any], Trace]:
        """Result and trace of a call; whatever it raises, unless allowed, is reported as a failure on `what`."""
        try:
            return self.pipeline(like=data, **options).keyed("conformance", key).traced(**data)
        except allow:
            raise
        except Exception as error:
            raise AssertionError(f"{self.name} fails on {what or self.described(data)}: {_said(error)}") from error

    def call(self, data: Mapping[str, Any], key: int = 0, what: str = "", **options: Any) -> dict[str, Any]:
        return self.traced(data, key, what, **options)[0]

    def replay(self, trace: Trace, data: Mapping[str, Any], what: str) -> dict[str, Any]:
        """The effects of a trace on other data."""
        try:
            return trace.apply(self._source(data), **data)
        except Exception as error:
            raise AssertionError(f"{self.name}: what it drew fails on {what}: {_said(error)}") from error

    @staticmethod
    def described(data: Mapping[str, Any]) -> str:
        name = "image" if "image" in data else "volume"
        picture, others = data[name], ", ".join(other for other in data if other != name)
        what = "picture" if name == "image" else name
        return f"a {picture.dtype} {what} of shape {picture.shape}" + (f" with {others}" if others else "")


class OtherSamples(Sequence[Any]):
    """Two samples like the one of a call, made when a transform asks for them."""

    def __init__(self, case: Case, like: Mapping[str, Any]) -> None:
        self.case, self.like = case, like

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: Any) -> Any:
        image = self.like["image"]
        channels = image.shape[2] if image.ndim == 3 else None
        made = self.case.sample(image.shape[:2], channels, image.dtype, seed=1 + range(2)[index])
        return {name: made[name] for name in self.like if name in made}


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}"


def as_case(subject: Any) -> Case:
    """A case from a case, a transform, or a class of transforms."""
    if isinstance(subject, Case):
        return subject
    if isinstance(subject, Step) or (isinstance(subject, type) and issubclass(subject, Step)):
        return Case(subject)
    raise TypeError(
        f"{subject!r} is neither a transform nor a Case; give MyTransform(), MyTransform or Case(MyTransform())"
    )


def settled(subject: Any) -> Case:
    """The case with an instance that is sure to act, and with channels, dtype and targets that work."""
    case = as_case(subject)
    if case.is_settled and getattr(case.transform, "p", 1.0) >= 1:
        return case
    made = example(case.transform) if isinstance(case.transform, type) else case.transform
    # OneOrOther's p says which of the two takes part, and compositions that do nothing are no use either.
    case = attrs.evolve(case, transform=attrs.evolve(made, p=1.0) if attrs.has(type(made)) else made, name=case.name)
    try:
        return _settled(case)
    except AssertionError as error:
        if case.depth is None and isinstance(error.__cause__, InvalidData) and "volume=" in str(error.__cause__):
            return _settled(attrs.evolve(case, depth=_DEPTH))
        raise


def _settled(case: Case) -> Case:
    refusal: AssertionError | None = None
    for trial in _trials(case):
        try:
            trial.traced(trial.sample(), allow=(Unsupported,))
        except Unsupported as error:
            refusal = refusal or AssertionError(f"{case.name} refuses every kind of picture, first so: {error}")
        else:
            return trial
    assert refusal is not None
    raise refusal


def _trials(case: Case) -> Iterator[Case]:
    # Boxes lie in the plane, which not all maps of volumes have.
    without: tuple[tuple[str, ...], ...] = (
        (TARGETS, TARGETS[1:], ()) if case.depth is None else (("mask", "keypoints"),)
    )
    for targets in without if case.targets is None else (case.targets,):
        for dtype in ("uint8", "float32", "uint16") if case.dtypes is None else (case.dtypes,):
            for channels in (3, 1, 4, 2) if case.channels is None else (case.channels,):
                yield attrs.evolve(
                    case,
                    targets=targets,
                    dtypes=(dtype,) if isinstance(dtype, str) else dtype,
                    channels=(channels,) if isinstance(channels, int) else channels,
                )


# Instances of classes


def example(kind: type[Any], **given: Any) -> Any:
    """An instance with p = 1, its defaults, and plausible values for what is required."""
    values: dict[str, Any] = {"p": 1.0, **given}
    for field in attrs.fields(kind):
        if field.init and field.default is attrs.NOTHING and field.name not in values:
            values[field.name] = _plausible(kind, field)
    try:
        return kind(**values)
    except AugcoreError as error:
        raise AssertionError(
            f"{kind.__name__}: no example can be made of the class alone ({error}); give an instance"
        ) from error


def _plausible(kind: type[Any], field: attrs.Attribute[Any]) -> Any:
    declared = field.metadata.get("parameter", Parameter(lambda value: value, "anything"))
    for candidate in _candidates(field.name, declared.schema):
        try:
            declared.parse(candidate)
        except (ValueError, TypeError, InvalidParameter):
            continue
        return candidate
    raise AssertionError(f"{kind.__name__}.{field.name} is required and no value can be guessed; give an instance")


def _candidates(name: str, schema: Mapping[str, Any]) -> Iterator[Any]:
    """Values that a JSON Schema admits, likely ones first."""
    for option in schema.get("anyOf", ()):
        yield from _candidates(name, option)
    yield from schema.get("enum", ())
    kind = schema.get("type")
    if kind in ("integer", "number"):
        # Sizes fit into a case's picture; most other numbers are counts or fractions.
        likely = (32, 24) if any(word in name for word in ("height", "width", "size", "side")) else ()
        bounds = [schema[key] for key in ("minimum", "maximum") if key in schema]
        yield from (*likely, 2, 0.5, 1, 10, 100, *bounds)
    elif kind == "boolean":
        yield True
    elif kind == "array" and "items" in schema:
        length = schema.get("minItems", 2)
        yield from ([item] * length for item in _candidates(name, schema["items"]))
    elif kind == "array":
        from ..lambda_ import NoOp

        yield [NoOp(p=1.0), NoOp(p=1.0)]


def plugin_cases(name: str, /, module: str | None = None, **cases: Any) -> tuple[Any, ...]:
    """A case for every transform that a plugin registers ('' for the core's), for `TransformConformance.cases`.

    Args:
        module: only those that this module of the plugin's package defines, such as "crop".
        cases: by the name of a transform, what to check instead of its class alone: an instance, a Case, or a list.
    """
    if name:
        plugins.load(name)
    classes = [
        kind
        for kind in plugins.transforms().values()
        if plugin_of(kind.__module__) == name
        and not inspect.isabstract(kind)
        and (module is None or kind.__module__.rpartition(".")[2] == module)
    ]
    unknown = set(cases) - {kind.__name__ for kind in classes}
    if unknown:
        raise InvalidParameter(f"plugin_cases: {', '.join(sorted(unknown))} not registered by plugin {name!r}")
    listed: list[Any] = []
    for kind in classes:
        given = cases.get(kind.__name__, kind)
        listed.extend(given if isinstance(given, (list, tuple)) else [given])
    return tuple(listed)
