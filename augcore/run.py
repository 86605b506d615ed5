"""One call of a pipeline: the data on its way, the effects decided so far, and what transforms may see of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from .beside import of_slices, refuse_to_erase
from .binding import Binding
from .effects import KINDS, NOTHING, Chain, Effect, Erase, Geometry, Lookup, Mix, PixelFn
from .errors import AugcoreError, InvalidData, InvalidParameter, Unsupported, nearest
from .frame import Frame
from .linear import Resize
from .pixels import ends_scale
from .view import View

if TYPE_CHECKING:
    from .fuse import Fusion
    from .rng import Rng
    from .targets.base import Target
    from .transform import Step

Array = np.ndarray[Any, np.dtype[Any]]


@attrs.define(eq=False, repr=False)
class Plan:
    """What stays the same from call to call: which names are which targets, and how effects are merged."""

    targets: Mapping[str, Target]
    fusions: tuple[Fusion, ...] = ()
    mask_interpolation: int | None = None
    check_shapes: bool = True
    strict: bool = False
    source: Any = None
    # Label fields and what transforms look at: names that are known though they are no targets.
    companions: frozenset[str] = frozenset()
    # Names of targets whose objects are kept or dropped together.
    binding: tuple[str, ...] = ()


PARAMS_FOR = {
    "bboxes": "bbox_params=BboxParams(format=…)",
    "keypoints": "keypoint_params=KeypointParams(format=…)",
}


class Run:
    """Carries the data of one call through effects, merging those that can be merged.

    Nothing in a run refers back to it: a cycle would keep its pictures until the garbage collector comes by.
    """

    __slots__ = (
        "_pending",
        "_pending_frame",
        "_settled",
        "_unmerged",
        "binding",
        "frame",
        "given",
        "plan",
        "rng",
        "states",
        "steps",
    )

    def __init__(
        self,
        plan: Plan,
        data: dict[str, Any],
        rng: Rng,
        steps: list[Any] | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        self.plan = plan
        self.given = data
        self.rng = rng
        # (step, effect, frame before, frame after, whether pending work was done first) of a trace being kept
        self.steps = steps
        self._settled = False
        self.states: dict[str, tuple[Target, Any]] = {}
        self._pending: Effect | None = None
        self._pending_frame: Frame | None = None
        # What is pending, as it was decided, where it was merged in a way that is not exact.
        self._unmerged: list[tuple[Effect, Frame]] = []
        self._read(shape)

    def _read(self, shape: tuple[int, ...] | None) -> None:
        """Read all targets; the frame's shape is known beforehand, or else the first raster's."""
        targets, data = self.plan.targets, self.given
        size: Any = None if shape is None else shape[-2:]
        depth = shape[0] if shape is not None and len(shape) == 3 else None
        rest: list[tuple[str, Target]] = []
        for name, value in data.items():
            target = targets.get(name)
            if target is None:
                if name in PARAMS_FOR and value is not None:
                    raise InvalidParameter(
                        f"{name}: given, but the pipeline does not know what their rows hold; "
                        f"give Compose(…, {PARAMS_FOR[name]})"
                    )
                if name not in self.plan.companions:
                    self._note_unknown(name, value)
            elif target.is_raster and (value is not None or target.kind == "image"):
                state = target.read(name, data, None)
                self.states[name] = (target, state)
                own = target.size_of(state)
                if size is None:
                    size = own
                elif own != size:
                    size = self._agree(name, "height and width are", own, size)
                slices = target.depth_of(state)
                if slices is not None and slices != depth:
                    depth = self._agree(name, "slices number", slices, depth)
            elif value is not None:
                rest.append((name, target))
        if size is None:
            known = ", ".join(name for name, target in targets.items() if target.is_raster)
            raise InvalidData(f"no picture given, only {sorted(data) or 'nothing'}; pass at least one of {known}")
        self.frame = Frame(size, depth=depth)
        for name, target in rest:
            self.states[name] = (target, target.read(name, data, self.frame))
        self.binding = Binding.of(self.plan.binding, data, self.states) if self.plan.binding else None

    def _agree(self, name: str, what: str, own: Any, others: Any) -> Any:
        if own is None or others is None:
            return own or others
        if self.plan.check_shapes:
            others_own = {
                other: (target.size_of(state), target.depth_of(state))
                for other, (target, state) in self.states.items()
                if other != name
            }
            first = next((other for other, sizes in others_own.items() if others in sizes), "the trace")
            raise InvalidData(
                f"{name}: {what} {own}, but those of {first} are {others}; "
                "give data of one size, or Compose(is_check_shapes=False) if they belong together all the same"
            )
        return others

    def _note_unknown(self, name: str, value: Any) -> None:
        if self.plan.strict:
            raise InvalidData(
                f"{name!r} is not a target of this pipeline{nearest(name, self.plan.targets)}; it knows "
                f"{', '.join(self.plan.targets)}; name more with additional_targets, or give strict=False to pass it on"
            )
        image = self.given.get("image")
        alike = isinstance(value, np.ndarray) and isinstance(image, np.ndarray) and value.shape[:2] == image.shape[:2]
        if alike and name not in _warned:
            _warned.add(name)
            warnings.warn(
                f"{name!r} has the image's height and width and is passed through unchanged; if it belongs to the "
                f"picture, say what it is: additional_targets={{{name!r}: 'mask'}}",
                stacklevel=6,
            )

    # What transforms see

    def first_pixels(self) -> Array | None:
        for target, state in self.states.values():
            pixels = target.pixels_of(state)
            if pixels is not None:
                return pixels
        return None

    def value_range(self) -> tuple[float, float] | None:
        if self._pending is not None and _ends_scale(self._pending):
            return None
        for target, state in self.states.values():
            if target.pixels_of(state) is not None:
                return target.range_of(state)
        return None

    def pixel_dtype(self) -> np.dtype[Any]:
        if self._pending is not None and _ends_scale(self._pending):
            return np.dtype(np.float32)
        pixels = self.first_pixels()
        return np.dtype(np.uint8) if pixels is None else pixels.dtype

    # Carrying out

    def undergo(self, effect: Effect, step: Step | None = None) -> None:
        """Decide on an effect: note it, and carry it out now or together with those that follow."""
        if isinstance(effect, Chain) and effect.channels is None:
            for inner in effect.effects:
                self.undergo(inner, step)
            return
        before = self.frame
        if isinstance(effect, Geometry):
            wanted = self.plan.mask_interpolation
            if effect.map.size != before.size or wanted is not None:
                effect = self._prepared(effect)
            self.frame = before.after(effect.map)
        elif not isinstance(effect, KINDS):
            raise InvalidParameter(
                f"{type(step).__name__}.sample returned {type(effect).__name__}, which is not an effect; "
                f"return one of {', '.join(kind.__name__ for kind in KINDS)}, or None"
            )
        if self.steps is not None:
            self._note(step, effect, before)
        if effect is not NOTHING:
            self._enqueue(effect)

    def _prepared(self, effect: Geometry) -> Geometry:
        size: tuple[int, ...] = self.frame.shape if effect.map.is_volumetric else self.frame.size
        if effect.map.picks_frames and self.frame.depth is None:
            size = (effect.map.size[0], *size)  # clips count their frames themselves
        if effect.map.size != size:
            if len(size) < len(effect.map.size):
                raise InvalidData(f"a map made for a volume of {effect.map.size} meets no volume; give volume=…")
            raise InvalidData(
                f"a map made for a frame of {effect.map.size} (height, width) meets one of {size}; "
                "give a picture of the size it was made for"
            )
        wanted = self.plan.mask_interpolation
        if wanted is not None and effect.mask_interpolation != wanted:
            effect = attrs.evolve(effect, mask_interpolation=wanted)
        return effect

    def _enqueue(self, effect: Effect) -> None:
        if self._pending is not None:
            for fusion in self.plan.fusions:
                merged = fusion(self._pending, effect)
                if merged is not None:
                    if not fusion.exact or self._unmerged:
                        assert self._pending_frame is not None
                        self._unmerged = self._unmerged or [(self._pending, self._pending_frame)]
                        self._unmerged.append((effect, self.frame))
                    self._pending, self._pending_frame = merged, self.frame
                    return
            self.finish_pending()
        if isinstance(effect, (Geometry, Lookup)) and self.plan.fusions:
            self._pending, self._pending_frame = effect, self.frame
        else:
            self._carry_out(effect, self.frame)

    def _note(self, step: Step | None, effect: Effect, before: Frame) -> None:
        assert self.steps is not None
        self.steps.append((step, effect, before, self.frame, self._settled))
        self._settled = False

    def settle(self) -> None:
        """Carry out what is pending, because somebody is about to look at the data.

        A trace notes it: merged resamplings give other bits than separate ones, and a replay must merge alike.
        """
        self._settled |= self._pending is not None
        self.finish_pending()

    def finish_pending(self) -> None:
        if self._pending is not None:
            effect, frame, unmerged = self._pending, self._pending_frame, self._unmerged
            self._pending = self._pending_frame = None
            assert frame is not None
            if unmerged:
                self._unmerged = []
            self._carry_out(effect, frame, unmerged)

    def _carry_out(self, effect: Effect, frame: Frame, unmerged: Sequence[tuple[Effect, Frame]] = ()) -> None:
        if isinstance(effect, Geometry):
            self._move(effect, frame, unmerged)
            return
        if isinstance(effect, Chain):
            self._carry_out_on_channels(effect)
            return
        if isinstance(effect, Mix):
            partner = self._partner(effect)
            for name in self.states:
                if name not in partner.states:
                    raise InvalidData(
                        f"sample {effect.key!r} of the source has no {name!r}, which this one has; give it one"
                    )
            if self.binding is not None and partner.binding is not None:
                self.binding = self.binding.join(partner.binding)
            for name, (target, state) in self.states.items():
                self.states[name] = (target, target.mix(state, effect, frame, partner.states[name][1]))
            self.frame = frame.anew()  # the other sample shows where this one's content had ended
            return
        if isinstance(effect, Erase) and effect.region.is_volumetric:
            refuse_to_erase(self.states)
        method = effect.method
        for name, (target, state) in self.states.items():
            self.states[name] = (target, getattr(target, method)(state, effect, frame))
        if isinstance(effect, (Lookup, PixelFn)) and _ends_scale(effect):
            self.states = {name: (target.unscaled(), state) for name, (target, state) in self.states.items()}

    def _move(self, effect: Geometry, frame: Frame, unmerged: Sequence[tuple[Effect, Frame]]) -> None:
        """Rasters are interpolated once; annotations, which lose nothing, undergo merged maps one by one."""
        states = self.states
        for name, (target, state) in states.items():
            for one, after in ((effect, frame),) if target.is_raster or not unmerged else unmerged:
                volumetric = isinstance(one, Geometry) and one.map.is_volumetric
                own = of_slices(one, name, target) if volumetric and not target.takes_volume_maps() else one
                state = getattr(target, one.method)(state, own, after)
            states[name] = (target, state)

    def _partner(self, effect: Mix) -> Run:
        """Another sample of the source, stretched to this frame."""
        where = f"sample {effect.key!r} of the source"
        try:
            sample = View(self).source[effect.key]
        except LookupError:
            raise InvalidData(f"{where} does not exist; give the source that the mix was decided with") from None
        if not isinstance(sample, Mapping):
            raise InvalidData(
                f"{where} is a {type(sample).__name__}; "
                "give a dict like the arguments of the call: {'image': …, 'bboxes': …}"
            )
        try:
            partner = Run(attrs.evolve(self.plan, fusions=()), dict(sample), self.rng)
        except AugcoreError as error:
            raise type(error)(f"{where}: {error}") from error
        if None not in (partner.frame.depth, self.frame.depth) and partner.frame.depth != self.frame.depth:
            raise InvalidData(
                f"{where} has volumes of {partner.frame.depth} slices, this one of {self.frame.depth}; give one depth"
            )
        if partner.frame.size != self.frame.size:
            partner.undergo(Geometry(Resize(partner.frame.size, self.frame.size)))
        return partner

    def on_channels(self, channels: Iterable[int], steps: Iterable[Step], owner: Step) -> None:
        """Run steps on some channels of the images, as one effect."""
        self.finish_pending()
        channels = tuple(channels)
        inner = self._channel_run(channels, [])
        for step in steps:
            step.run(inner)
        inner.finish_pending()
        assert inner.steps is not None
        effect = Chain(tuple(effect for _, effect, *_ in inner.steps), channels)
        if self.steps is not None:
            self._note(owner, effect, self.frame)
        self._take_channels(inner, channels)

    def _channel_run(self, channels: tuple[int, ...], steps: list[Any] | None) -> Run:
        inner = object.__new__(Run)
        for slot in ("plan", "given", "rng", "frame", "binding"):
            setattr(inner, slot, getattr(self, slot))
        inner.steps = steps
        inner._pending = inner._pending_frame = None
        inner._unmerged = []
        inner._settled = False
        inner.states = {
            name: (target, target.take_channels(state, channels))
            for name, (target, state) in self.states.items()
            if target.has_channels
        }
        return inner

    def _take_channels(self, inner: Run, channels: tuple[int, ...]) -> None:
        if inner.frame is not self.frame:
            raise Unsupported(
                "a geometric effect on some channels only would part them from the others and from the annotations; "
                "use colour transforms inside SelectiveChannelTransform"
            )
        for name, (_, part) in inner.states.items():
            target, state = self.states[name]
            self.states[name] = (target, target.put_channels(state, part, channels))

    def _carry_out_on_channels(self, effect: Chain[Any]) -> None:
        assert effect.channels is not None
        inner = self._channel_run(effect.channels, None)
        for single in effect.effects:
            inner.undergo(single)
        inner.finish_pending()
        self._take_channels(inner, effect.channels)

    def finish(self) -> dict[str, Any]:
        """The data as the user gets it back, in the order it was given."""
        self.finish_pending()
        result = dict(self.given)
        if self.binding is not None:
            self.binding.settle(self.states, self.frame, result)
        for name, (target, state) in self.states.items():
            target.write(name, state, self.frame, result)
        return result


def _ends_scale(effect: Effect) -> bool:
    """Whether pictures come out on a scale of their own, such as the floats of a normalisation."""
    calls = effect.steps if isinstance(effect, Lookup) else (effect.call,) if isinstance(effect, PixelFn) else ()
    return any(map(ends_scale, calls))


_warned: set[str] = set()
