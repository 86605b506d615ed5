"""Checks of targets: what they undergo, what they give back, and that they are never passed through by oversight."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np

from ..effects import Chain, Effect, Geometry, Mix, PerTarget
from ..errors import AugcoreError, Unsupported
from ..frame import Frame
from ..fuse import Fuse
from ..lambda_ import NoOp
from ..targets import Annotation
from . import samples, target_cases
from .checks import DoesNotApply, expect_same, fail, target_check
from .samples import difference
from .target_cases import TargetCase

_COLOURS = ("Lookup", "PixelFn")


_MIXES = (target_cases.mixed, target_cases.blended)


def _undergo(case: TargetCase, state: Any, effect: Effect, partner: dict[str, Any] | None = None) -> tuple[Any, Frame]:
    """The state after an effect, and the frame that it is in; a mix joins the partner's data, or else other samples."""
    frame = Frame(case.size)
    if isinstance(effect, Geometry):
        frame = frame.after(effect.map)
    extra = (case.read(case.sample(1) if partner is None else partner),) if isinstance(effect, Mix) else ()
    try:
        after = getattr(case.target, effect.method)(state, effect, frame, *extra)
    except AugcoreError:
        raise
    except Exception as error:
        fail(
            case,
            f"{effect.method}() fails with {type(error).__name__}: {error}. Define it, or leave it out to refuse.",
        )
    if after is None and state is not None:
        fail(
            case, f"{effect.method}() returns None. Return the new state, or leave the method out to refuse the effect."
        )
    return after, frame


class _Sized:
    """As much of a view as the effects of `target_cases` look at."""

    def __init__(self, size: Any) -> None:
        self.size = size


@target_check
def every_effect_is_defined_or_refused(case: TargetCase) -> None:
    """Each kind of effect changes the data or raises `Unsupported`; what leaves it alone is declared `indifferent`."""
    indifferent = {*case.indifferent, *(_COLOURS if isinstance(case.target, Annotation) else ())}
    for name, effect_for in target_cases.KINDS.items():
        data = case.sample()
        before = case.written(case.read(data), Frame(case.size), data)
        try:
            state, frame = _undergo(case, case.read(data), effect_for(_Sized(case.size)))
        except Unsupported:
            continue
        except AugcoreError as error:
            fail(case, f"{name} raises {type(error).__name__}: {error}. Refuse effects with augcore.Unsupported.")
        changed = difference(before, case.written(state, frame, data))
        if changed and name in indifferent:
            fail(
                case,
                f"{name} changes it, though it is declared indifferent: {changed}. Take {name!r} out of indifferent.",
            )
        if not changed and name not in indifferent:
            fail(
                case,
                f"{name} passes it through unchanged. Define {effect_for(_Sized(case.size)).method}(), or leave it "
                f"out so that the base raises Unsupported; or declare indifferent = ({name!r},).",
            )


@target_check
def per_target_functions_are_called(case: TargetCase) -> None:
    """A function that a Lambda gives for this kind is called, or the effect is refused."""
    if "PerTarget" in case.indifferent:
        raise DoesNotApply("it is declared indifferent to functions")
    effect = target_cases.Listening()
    try:
        _undergo(case, case.read(case.sample()), effect)
    except Unsupported:
        return
    if not effect.calls:
        fail(
            case,
            f"PerTarget passes it through without calling the function for {case.target.kind!r}. Call "
            "effect.function(self.kind), or leave per_target() out so that the base raises Unsupported.",
        )


@target_check
def lambdas_for_others_leave_it_alone(case: TargetCase) -> None:
    """Functions for other kinds of targets do not concern it, and are not called."""
    calls: list[Any] = []
    data = case.sample()
    before = case.written(case.read(data), Frame(case.size), data)
    try:
        state, frame = _undergo(case, case.read(data), PerTarget((("another kind", calls.append),)))
    except Unsupported:
        return
    found = difference(before, case.written(state, frame, data)) or ("it is called" if calls else "")
    mend = "Call effect.function(self.kind), and return the state where that is None."
    expect_same(case, found, "a function for another kind of target concerns it", mend)


@target_check
def reading_and_writing_gives_the_same_back(case: TargetCase) -> None:
    """Containers, dtypes, shapes and values come out as they went in when nothing happens."""
    data = case.sample()
    out = case.written(case.read(data), Frame(case.size), data)
    expect_same(
        case,
        difference(data, out, 1e-9),
        "reading and writing alone changes the data",
        "write() gives back the container and dtype that `result` still holds; carry labels as row numbers.",
    )


@target_check
def nothing_happens_under_no_op(case: TargetCase) -> None:
    """A pipeline of NoOp gives back what it was given."""
    data = case.sample()
    try:
        out = case.call(data, [lambda view: NoOp(p=1.0).sample(None, view), lambda view: Chain(())])  # type: ignore[arg-type]
    except Exception as error:
        fail(
            case,
            f"a pipeline that does nothing fails: {type(error).__name__}: {error}. Look at read() and write().",
        )
    expect_same(
        case, difference(data, out, 1e-9), "a pipeline that does nothing changes it", "Look at read() and write()."
    )


@target_check
def inputs_and_states_are_left_alone(case: TargetCase) -> None:
    """No effect modifies what the user gave, nor the state that another step may still hold."""
    for name, effect_for in target_cases.KINDS.items():
        data = case.sample()
        given, state = samples.copied(data), case.read(data)
        before = samples.copied(case.written(state, Frame(case.size), data))
        try:
            after, frame = _undergo(case, state, effect_for(_Sized(case.size)))
        except AugcoreError:
            continue
        case.written(after, frame, data)
        found = difference(given, data, where="the input")
        expect_same(case, found, f"{name} modifies what the user gave", "Copy before writing: state.copy().")
        found = difference(before, case.written(state, Frame(case.size), data), where="the state")
        expect_same(case, found, f"{name} modifies the state it is given", "Return a new one: attrs.evolve(state, …).")


@target_check
def empty_is_valid(case: TargetCase) -> None:
    """Nothing at all goes through every effect, and comes out as nothing in the same container."""
    empties = case.empty(case.size)
    if not empties:
        raise DoesNotApply("there is no such thing as an empty one")
    effects = [
        target_cases.hflip,
        target_cases.turn(0.3),
        target_cases.window,
        target_cases.inverted,
        target_cases.erased,
    ]
    for data in empties:
        for some in ([], *([effect] for effect in effects)):
            try:
                out = case.call(data, some)
            except Unsupported:
                continue
            except Exception as error:
                fail(
                    case,
                    f"empty data fails: {type(error).__name__}: {error}. Let every method pass shape (0, …) through.",
                )
            found = _emptiness(data, out)
            expect_same(case, found, "empty data does not come out as it went in", "Keep container, dtype and columns.")


def _emptiness(data: dict[str, Any], out: dict[str, Any]) -> str:
    """The difference, but that an empty stack of rasters takes the frame's new size."""
    for name, value in data.items():
        if (
            type(out[name]) is not type(value)
            or len(out[name]) != len(value)
            or getattr(out[name], "dtype", 0) != getattr(value, "dtype", 0)
        ):
            return f"{name} is {out[name]!r} instead of {value!r}"
    return ""


def _mixed(case: TargetCase, own: dict[str, Any], partner: dict[str, Any], effect: Effect) -> dict[str, Any] | None:
    """What comes of a mix of two samples' data; None if it is refused."""
    try:
        state, frame = _undergo(case, case.read(own), effect, partner)
        return case.written(state, frame.anew(), own)
    except AugcoreError:
        return None


@target_check
def mixes_leave_the_partner_alone(case: TargetCase) -> None:
    """The other sample is the dataset's, in memory perhaps, and is not modified."""
    for effect_for in _MIXES:
        partner = case.sample(1)
        given = samples.copied(partner)
        _mixed(case, case.sample(), partner, effect_for(_Sized(case.size)))
        found = difference(given, partner, where="the other sample")
        expect_same(case, found, "a mix modifies the other sample", "Copy in mix() before writing: partner.copy().")


@target_check
def mixes_share_no_memory_with_the_partner(case: TargetCase) -> None:
    """What is done later to the result of a mix does not reach the other sample."""
    for effect_for in _MIXES:
        partner = case.sample(1)
        out = _mixed(case, case.sample(), partner, effect_for(_Sized(case.size)))
        lent = samples.arrays_in(partner)
        shared = any(np.may_share_memory(one, other) for one in samples.arrays_in(out) for other in lent)
        found = "an array is a view of the other sample's" if shared else ""
        mend = "Let mix() copy what it takes from its partner."
        expect_same(case, found, "the result of a mix shares memory with the other sample", mend)


@target_check
def nothing_can_be_mixed(case: TargetCase) -> None:
    """A sample that holds nothing mixes with one that holds something, either way about, or is refused in words."""
    empties = case.empty(case.size)
    if not empties:
        raise DoesNotApply("there is no such thing as an empty one")
    mend = "Let mix() take states of shape (0, …), on either side, and write() what comes of them."
    for effect_for in _MIXES:
        effect = effect_for(_Sized(case.size))
        for empty in empties:
            for own, partner in ((empty, case.sample()), (case.sample(), empty), (empty, empty)):
                try:
                    out = _mixed(case, own, partner, effect)
                except AssertionError:
                    raise
                except Exception as error:
                    fail(case, f"write() after a mix with empty data fails: {type(error).__name__}: {error}. {mend}")
                if own is partner and out is not None and not any(map(len, empty.values())):
                    expect_same(case, _emptiness(empty, out), "two that hold nothing do not give nothing", mend)


@target_check
def lattice_maps_come_back(case: TargetCase) -> None:
    """Four quarter turns, two flips and two transpositions are exactly nothing."""
    for words, effects in {
        "four quarter turns": [target_cases.quarter_turn] * 4,
        "two horizontal flips": [target_cases.hflip] * 2,
        "two vertical flips": [target_cases.vflip] * 2,
        "two transpositions": [target_cases.transposed] * 2,
    }.items():
        data = case.sample()
        out = _moved(case, data, effects)
        expect_same(
            case,
            difference(data, out, 1e-9),
            f"{words} do not give it back",
            "Move by effect.map.forward in the continuous frame.",
        )


def _moved(case: TargetCase, data: dict[str, Any], effects: list[Any], fuse: Fuse = "off") -> dict[str, Any]:
    try:
        return case.call(data, effects, fuse)
    except Unsupported as error:
        raise DoesNotApply(f"it refuses geometry: {error}") from None


@target_check
def geometry_can_be_undone(case: TargetCase) -> None:
    """An affine map and its inverse give the data back, within the tolerance; rasters are turned by 90° as a warp."""
    there = target_cases.turn(math.pi / 2) if case.target.is_raster else target_cases.turn(0.35, 0.6)
    data = case.sample()
    out = _moved(case, data, [there, target_cases.undone(there)])
    found = case.compare(data, out, case.tolerance)
    expect_same(case, found, "a map and its inverse do not give it back", "Keep outlines exact until they are written.")


@target_check
def fusing_is_invisible(case: TargetCase) -> None:
    """fuse="exact" gives what "off" gives, to the bit for rasters; "resample" moves annotations by 10⁻⁶ at most."""
    sequences: list[list[Any]] = [
        [target_cases.hflip, target_cases.window, target_cases.padded, target_cases.quarter_turn],
        [target_cases.window, target_cases.turn(0.4, 0.9), target_cases.window],
        [target_cases.turn(0.4, 0.9), target_cases.turn(-0.2, 1.1), target_cases.hflip],
    ]
    for effects in sequences:
        data = case.sample()
        off = _moved(case, data, effects)
        mend = "geometry() may depend on effect.map and frame alone, and write() on what the frame shows."
        tolerance = 0.0 if case.target.is_raster else 1e-6
        found = difference(off, _moved(case, data, effects, "exact"), tolerance)
        expect_same(case, found, 'fuse="exact" gives another result than "off"', mend)
        if not case.target.is_raster:
            found = difference(off, _moved(case, data, effects, "resample"), tolerance)
            expect_same(case, found, 'fuse="resample" gives other annotations than "off"', mend)


@target_check
def target_survives_pickling(case: TargetCase) -> None:
    """A target is its options: a pickle equals it and hashes alike."""
    try:
        read = pickle.loads(pickle.dumps(case.target))
        same = read == case.target and hash(read) == hash(case.target)
    except Exception as error:
        fail(
            case,
            f"cannot be pickled and hashed: {type(error).__name__}: {error}. Decorate it with @params.declared.",
        )
    if not same:
        fail(
            case,
            "comes out of a pickle as something else. Decorate it with @params.declared and keep state out of it.",
        )
