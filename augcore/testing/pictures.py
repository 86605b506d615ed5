"""Checks of what goes in and out as pixels: sizes, channels, dtypes, memory, and that colours stay in their place."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..effects import Chain, Effect, Lookup, PixelFn
from ..errors import AugcoreError, InvalidParameter, Unsupported
from ..trace import Trace
from . import samples
from .cases import CHANNELS, DTYPES, Case
from .checks import DoesNotApply, expect_same, fail, transform_check
from .samples import Array, difference

_SIZES = ((1, 1), (1, 7), (9, 1), (2, 3), (31, 64), (67, 33))


@transform_check
def inputs_are_left_alone(case: Case) -> None:
    """Nothing that a user hands over is modified: pictures, masks, boxes, points, labels."""
    for key in range(3):
        for channels in ((case.channels or (3,))[0], None):
            data = case.sample(channels=channels)
            before = samples.copied(data)
            try:
                case.traced(data, key, allow=(Unsupported,))
            except Unsupported:
                continue
            found = difference(before, data, where="the input")
            expect_same(
                case, found, "a call modifies what it was given", "Work on image.copy(), or write to a new array."
            )


@transform_check
def read_only_inputs_serve(case: Case) -> None:
    """Arrays that refuse to be written to, as from a memory map, give the same result."""
    for key in range(3):
        data = case.sample()
        found = difference(case.call(data, key), case.call(samples.locked(data), key, "read-only arrays"))
        expect_same(case, found, "read-only arrays give another result", "Do not write to what comes in.")


@transform_check
def any_size_serves(case: Case) -> None:
    """Every size works, down to 1×1, or is refused by an error of augcore's own."""
    for size in _SIZES:
        if size[0] > case.size[0] or size[1] > case.size[1]:
            continue
        for key in range(2):
            data = case.sample(size)
            try:
                result, trace = case.traced(
                    data, key, f"a picture of {size[0]}×{size[1]} (height × width)", (AugcoreError,)
                )
            except AugcoreError:
                continue
            shape = result[case.picture].shape
            if shape[: len(trace.final_size)] != trace.final_size:
                fail(
                    case,
                    f"a {size} picture comes out as {shape}, though its trace says {trace.final_size}.",
                )


@transform_check
def any_memory_layout_serves(case: Case) -> None:
    """Strided, mirrored and Fortran-ordered arrays give what a contiguous copy of them gives."""
    image = case.sample()[case.picture]
    doubled = np.repeat(np.repeat(image, 2, 0), 2, 1)
    layouts = {
        "a strided array": doubled[::2, ::2],
        "an array with negative strides": np.ascontiguousarray(image[::-1, ::-1])[::-1, ::-1],
        "a Fortran-ordered array": np.asfortranarray(image),
        "a window of a larger array": np.pad(image, ((3, 2), (1, 4), *[(0, 0)] * (image.ndim - 2)))[3:-2, 1:-4],
    }
    for key in range(2):
        wanted = case.call(case.sample(), key)[case.picture]
        for words, laid in layouts.items():
            found = difference(
                wanted,
                case.call({**case.sample(), case.picture: laid}, key, words)[case.picture],
                where=f"the {case.picture}",
            )
            expect_same(
                case, found, f"{words} gives another result", "Index by row and column, or np.ascontiguousarray first."
            )


@transform_check
def grey_serves_with_and_without_channel_axis(case: Case) -> None:
    """(H, W) is treated as (H, W, 1) is, and comes back without the axis unless channels were added."""
    for key in range(2):
        flat, deep = (_outcome(case, case.sample(channels=channels), key) for channels in (None, 1))
        if flat is None or deep is None:
            if (flat is None) != (deep is None):
                fail(
                    case, "a grey picture is refused with or without its channel axis, but not both. Treat them alike."
                )
            continue
        wanted = deep[..., 0] if deep.shape[-1] == 1 else deep
        found = difference(wanted, flat, where=f"the {case.picture}")
        expect_same(
            case,
            found,
            "a grey picture without channel axis gives another result",
            "Let augcore add and take the axis.",
        )


@transform_check
def any_channel_count_serves(case: Case) -> None:
    """1, 2, 3, 4, 5 and 16 channels work or are refused by `Unsupported`; those the case names must work."""
    for channels in CHANNELS:
        for key in range(2):
            data = case.sample(channels=channels)
            out = _outcome(case, data, key, must=channels in (case.channels or ()))
            if out is not None and out.ndim != data[case.picture].ndim:
                fail(case, f"{case.described(data)} comes out as {out.shape}. Keep the channel axis.")


def _outcome(case: Case, data: dict[str, Any], key: int, must: bool = False) -> Array | None:
    """The image that comes out, or None if the data is refused as it may be."""
    what = case.described({case.picture: data[case.picture]})
    mend = "; accept it, or refuse it with augcore.Unsupported (for instance @pixel_function(channels=(1, 3)))"
    try:
        image = case.traced(data, key, what, (AugcoreError,))[0][case.picture]
        return np.asarray(image)
    except (Unsupported, InvalidParameter) as error:  # a fill of three numbers is a parameter for three channels
        if must:
            fail(case, f"refuses {what}, which the case says must work: {error}")
        return None
    except AugcoreError as error:
        fail(case, f"fails on {what} with {type(error).__name__}: {error}{mend}.")


@transform_check
def dtypes_are_kept(case: Case) -> None:
    """uint8, uint16 and float32 are kept, or changed as declared, whatever the size; floats are finite."""
    for dtype in DTYPES:
        for key in range(2):
            seen: dict[Any, Any] = {}
            for size in (case.size, (case.size[0] + 3, case.size[1] + 8)):
                data = case.sample(size, dtype=dtype)
                try:
                    result, trace = case.traced(data, key, allow=(Unsupported,))
                except Unsupported as error:
                    if dtype in (case.dtypes or ()):
                        fail(case, f"refuses {case.described(data)}, which the case says must work: {error}")
                    continue
                seen[result[case.picture].dtype] = size
                _check_dtype(case, data[case.picture], result[case.picture], trace)
            if len(seen) > 1:
                fail(
                    case,
                    f"{dtype} pictures come out as {' or '.join(map(str, seen))}, by their size. Settle on one.",
                )


def _check_dtype(case: Case, given: Array, image: Array, trace: Trace) -> None:
    if image.dtype.name not in DTYPES:
        fail(case, f"{given.dtype} pictures come out as {image.dtype}. Give uint8, uint16 or float32.")
    said = re.search(rf"[Gg]ives [^.;]*\b{image.dtype.name}\b", case.kind.__doc__ or "")
    declared = case.changes_dtype or said or any(_declares_output(step.effect) for step in trace.steps)
    if image.dtype != given.dtype and not declared:
        fail(
            case,
            f"{given.dtype} pictures come out as {image.dtype}. Bring values back with augcore.to_range(values, "
            f"image.dtype), or declare the change in the docstring: 'Accepts: …; gives {image.dtype.name}'.",
        )
    if image.dtype.kind == "f" and not np.isfinite(image).all():
        fail(case, f"{given.dtype} pictures come out with NaN or infinities. Guard divisions, logarithms and powers.")


def _declares_output(effect: Effect) -> bool:
    if isinstance(effect, Chain):
        return any(_declares_output(inner) for inner in effect.effects)
    calls = effect.steps if isinstance(effect, Lookup) else (effect.call,) if isinstance(effect, PixelFn) else ()
    return any(getattr(call.resolve(), "output", None) for call in calls)


@transform_check
def outputs_own_their_memory(case: Case) -> None:
    """Image and mask come out contiguous, and share no memory with the input unless they are the input itself."""
    for key in range(3):
        data = case.sample()
        result = case.call(data, key)
        for name in (case.picture, case.mask):
            if name not in data or result[name] is data[name]:
                continue
            if not result[name].flags.c_contiguous:
                fail(case, f"the {name} that comes out is not contiguous. End with np.ascontiguousarray(out).")
            if any(np.shares_memory(result[name], value) for value in data.values() if isinstance(value, np.ndarray)):
                fail(
                    case,
                    f"the {name} that comes out shares memory with the input. Give back a copy, or the input itself.",
                )


@transform_check
def colours_stay_in_place(case: Case) -> None:
    """What only changes colours moves no pixels: annotations would not follow. Mirrored or shifted ones are found."""
    for key in range(3):
        data = case.sample()
        result, trace = case.traced(data, key)
        if case.depth is not None or not all(isinstance(step.effect, (Lookup, PixelFn)) for step in trace.steps):
            raise DoesNotApply("the effect is no change of colours")
        before, after = (image.mean(2, dtype=float) for image in (data["image"], result["image"]))
        if before.shape != after.shape:
            fail(
                case, f"a change of colours turns {before.shape} into {after.shape}. Return a Geometry effect instead."
            )
        likeness = {words: _likeness(moved, after) for words, moved in _moved(before).items()}
        best = max(likeness, key=lambda words: likeness[words])
        if likeness[best] > likeness["in place"] + 0.3:
            fail(
                case,
                f"its picture resembles the input {best} ({likeness[best]:.2f}) more than in place "
                f"({likeness['in place']:.2f}). Pixels are moved by a Geometry effect, so that annotations follow.",
            )


def _moved(image: Array) -> dict[str, Array]:
    moved = {
        "in place": image,
        "mirrored": image[:, ::-1],
        "upside down": image[::-1],
        "turned by 180°": image[::-1, ::-1],
        "shifted to the right": np.roll(image, 8, 1),
        "shifted to the left": np.roll(image, -8, 1),
        "shifted down": np.roll(image, 8, 0),
        "shifted up": np.roll(image, -8, 0),
    }
    return moved | ({"transposed": image.T} if image.shape[0] == image.shape[1] else {})


def _likeness(first: Array, second: Array) -> float:
    """The size of the correlation, so that an inverted picture is like the original."""
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return abs(float((first * second).sum())) / scale if scale > 1e-9 else 0.0
