"""Traces: the effects that one call applied, to be kept, read, applied again and undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from . import serial
from .compose import Setup
from .effects import Effect, Geometry, Mix
from .errors import InvalidFile, NotInvertible
from .frame import Frame
from .maps import as_shape
from .rng import Rng
from .run import Run
from .targets import Target

_NO_DRAWS = Rng("a trace decides nothing")


def _for_predictions(setup: Setup, data: Mapping[str, Any]) -> Setup:
    """The setup with which all of the data counts. Predictions need not be of the objects that were bound."""

    def read(target: Any) -> Any:
        return target.for_predictions(data) if isinstance(target, Target) else target

    return attrs.evolve(
        setup,
        bbox_params=read(setup.bbox_params),
        keypoint_params=read(setup.keypoint_params),
        additional_targets={name: read(target) for name, target in setup.additional_targets.items()},
        instance_binding=_to_divide(setup, data),
        fuse="resample",
    )


def _to_divide(setup: Setup, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The bound targets among the predictions, if plain rows need them to be told apart by objects."""
    targets = setup.targets()
    given = tuple(name for name in setup.instance_binding if name in targets and data.get(name) is not None)
    return given if any(targets[name].is_divided_by_others(data[name]) for name in given) else ()


@attrs.frozen
class TraceStep:
    """An effect, the transform it came from, and the frames before and after it.

    `settled` says that a transform looked at the data first, so that nothing from before may be merged with this one.
    """

    name: str
    effect: Effect
    before: tuple[int, ...] = attrs.field(converter=as_shape)
    after: tuple[int, ...] = attrs.field(converter=as_shape)
    settled: bool = False


@attrs.frozen
class Trace:
    """What one call did to a sample whose frame was of `size`: (height, width), or (depth, height, width)."""

    size: tuple[int, ...] = attrs.field(converter=as_shape)
    steps: tuple[TraceStep, ...]
    setup: Setup = attrs.field(factory=Setup)

    def apply(self, source: Any = None, **data: Any) -> dict[str, Any]:
        """Do the same to this data; to the data of the call, bit for bit the same.

        Args:
            source: the other samples, if the trace mixes.
        """
        run = Run(self.setup.plan(source), data, _NO_DRAWS, shape=self.size)
        for step in self.steps:
            if step.settled:
                run.finish_pending()
            run.undergo(step.effect)
        return run.finish()

    def stages(self, source: Any = None, **data: Any) -> Iterator[tuple[TraceStep, dict[str, Any]]]:
        """Each step, with the data as it is after it."""
        for count in range(1, len(self.steps) + 1):
            yield self.steps[count - 1], attrs.evolve(self, steps=self.steps[:count]).apply(source, **data)

    def undo(self, **data: Any) -> dict[str, Any]:
        """Bring data from the augmented frame, such as predictions, back to the original one.

        Only geometry is undone; what was cut off stays unknown. Boxes and keypoints are neither filtered nor cut: every
        row comes back in its place, with the coordinates it has, also outside the original frame; boxes that are not
        finite come back as NaN. Polygons keep their places and are cut to the frame. Of the pipeline's label fields
        only those that are given count, and no picture is needed beside annotations.
        """
        run = Run(_for_predictions(self.setup, data).plan(), data, _NO_DRAWS, shape=self.final_size)
        run.binding = None  # which told apart what belongs to whom; nothing is to be dropped
        for step in reversed(self.steps):
            if isinstance(step.effect, Geometry):
                try:
                    inverse = step.effect.map.inverse()
                except NotInvertible as error:
                    raise NotInvertible(f"{step.name}: {error}") from None
                run.undergo(attrs.evolve(step.effect, map=inverse, content=None))
        return run.finish()

    @property
    def final_size(self) -> tuple[int, ...]:
        return self.steps[-1].after if self.steps else self.size

    @property
    def content(self) -> Any:
        """The corners (x, y) of the part of the final frame that shows original content; the frame's own where a mix or
        a map that tears made it begin anew."""
        frame = Frame.of(self.size)
        for step in self.steps:
            if isinstance(step.effect, Geometry):
                frame = frame.after(step.effect.map)
            elif isinstance(step.effect, Mix):
                frame = frame.anew()
        return frame.content

    def applied(self) -> list[tuple[str, dict[str, Any]]]:
        """(name, effect as plain data) of each step."""
        return [(step.name, serial.effect_to_plain(step.effect, lenient=True)) for step in self.steps]

    def explain(self) -> str:
        """A table of what happened, in words."""
        rows = [("step", "transform", "effect", "frame")]
        for index, step in enumerate(self.steps, 1):
            frame = "×".join(str(side) for side in reversed(step.after))
            rows.append((str(index), step.name, serial.describe(step.effect), frame))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])

    # Plain data

    def to_dict(self) -> dict[str, Any]:
        steps = [
            {
                "name": step.name,
                "before": list(step.before),
                "after": list(step.after),
                "effect": serial.effect_to_plain(step.effect),
                **({"settled": True} if step.settled else {}),
            }
            for step in self.steps
        ]
        return {"augcore": serial.SCHEMA, **serial.setup_to_plain(self.setup), "size": list(self.size), "trace": steps}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Trace:
        """The trace that `to_dict` described; "sample", a job's note of the data's origin, may stand beside it."""
        plain = serial.checked_version(plain, "trace")
        missing = [key for key in ("size", "trace") if key not in plain]
        if missing:
            raise InvalidFile(f"trace: {', '.join(missing)} missing; give what Trace.to_dict() gave")
        try:
            effects = [
                serial.effect_from_plain(step["effect"], f"trace[{index}].effect")
                for index, step in enumerate(plain["trace"])
            ]
            steps = tuple(
                TraceStep(step["name"], effect, step["before"], step["after"], step.get("settled", False) is True)
                for step, effect in zip(plain["trace"], effects, strict=True)
            )
            size = as_shape(plain["size"])
        except InvalidFile:
            raise
        except (LookupError, TypeError, ValueError) as error:
            said = "a step lacks" if isinstance(error, LookupError) else "a step or a size does not fit:"
            raise InvalidFile(f"trace: {said} {error}; give what Trace.to_dict() gave") from None
        options = {key: value for key, value in plain.items() if key not in ("size", "trace", "augcore", "sample")}
        return cls(size, steps, serial.setup_from_plain(options, "trace"))

    def to_json(self) -> str:
        return serial.to_json(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Trace:
        return cls.from_dict(serial.from_json(text, "trace"))

    def to_yaml(self) -> str:
        return serial.to_yaml(self.to_dict())

    @classmethod
    def from_yaml(cls, text: str) -> Trace:
        return cls.from_dict(serial.from_yaml(text, "trace"))
