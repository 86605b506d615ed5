"""Checks of a transform among others: fused, shared by threads, and sent to another process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..effects import Effect, Geometry
from ..errors import AugcoreError
from ..maps import Lattice
from ..transform import Step
from ..view import View
from . import processes
from .cases import Case
from .checks import expect_same, fail, transform_check
from .samples import difference

_THREADS = 8
_RASTERS = ("image", "mask", "volume", "mask3d")


class Fixed(Step):
    """A step that always does the same to a frame of a given size."""

    p = 1.0

    def __init__(self, effect_for: Callable[[Any], Effect | None]) -> None:
        self.effect_for = effect_for

    def take_part(self, run: Any) -> None:
        effect = self.effect_for(View(run))
        if effect is not None:
            run.undergo(effect, self)


def flip(view: Any) -> Effect:
    return Geometry(Lattice.hflip(view.size))


def crop(view: Any) -> Effect | None:
    """One pixel less on three sides, where there is one to spare."""
    height, width = view.size
    return Geometry(Lattice.window(view.size, 1, 1, width, height - 1)) if min(height, width) > 2 else None


@transform_check
def fusing_changes_nothing(case: Case) -> None:
    """In [flip, T, crop, T], fuse="exact" gives the very pixels of fuse="off", and the boxes to 10⁻⁶."""
    for key in range(3):
        steps = [Fixed(flip), case.transform, Fixed(crop), case.transform]
        data = case.sample()
        try:
            off = _fused(case, steps, data, key, "off")
        except AugcoreError:  # a crop of fixed size has no room left, or a picture turned to float is float now
            steps = steps[:3]
            try:
                off = _fused(case, steps, data, key, "off")
            except AugcoreError as error:
                fail(
                    case,
                    f"between a flip and a crop it raises {type(error).__name__}: {error}. Go by view.size.",
                )
        exact = _fused(case, steps, data, key, "exact")
        found = difference(_rasters(off), _rasters(exact)) or difference(_rest(off), _rest(exact), 1e-6)
        expect_same(
            case,
            found,
            'fuse="exact" gives another result than fuse="off"',
            "If the plugin offers a fusion, it is not exact; if sample() looks at data, name the target in `needs`.",
        )


def _fused(case: Case, steps: list[Step], data: dict[str, Any], key: int, fuse: str) -> dict[str, Any]:
    what = f"a pipeline with fuse={fuse!r}"
    return case.traced(data, key, what, (AugcoreError,), steps=steps, fuse=fuse)[0]


def _rasters(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in _RASTERS if name in result}


def _rest(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in _RASTERS}


@transform_check
def threads_do_not_disturb_each_other(case: Case) -> None:
    """Eight threads that share one pipeline give, key by key, what one thread gives."""
    data = case.sample()
    pipeline = case.pipeline(like=data)
    keys = range(2 * _THREADS)

    def call(key: int) -> Any:
        try:
            return pipeline.keyed("threads", key)(**data)
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    alone = [call(key) for key in keys]
    with ThreadPoolExecutor(_THREADS) as pool:
        together = list(pool.map(call, keys))
    found = difference(alone, together, where="the list of results")
    expect_same(
        case,
        found,
        "threads that share a pipeline get other results",
        "Keep nothing in the class, the module or a reused buffer between the steps of a call.",
    )


@transform_check
def spawned_process_agrees(case: Case) -> None:
    """A process started by spawn, as workers are on macOS and Windows, gives the same results for the same keys."""
    data = case.sample()
    calls = [(case.pipeline(like=data), ("spawn", key), data) for key in range(2)]
    try:
        there = processes.results(calls)
    except processes.Refused as error:
        fail(
            case,
            f"does not work in a spawned process: {error}. Define classes and functions at the top of a module.",
        )
    for (pipeline, key, _), found in zip(calls, there, strict=True):
        expect_same(
            case,
            difference(pipeline.keyed(*key)(**data), found),
            "a spawned process gives another result",
            "Draw from the rng alone, and keep nothing in globals that only this process has set.",
        )
