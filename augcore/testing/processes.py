"""One spawned process that carries out calls of pipelines, started when first asked and used until this one ends."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

_TIMEOUT = 300.0  # seconds, against a worker that hangs; nothing is measured by it

_pool: ProcessPoolExecutor | None = None


class Refused(Exception):
    """The process could not read or carry out what it was sent."""


def results(calls: Sequence[tuple[Any, tuple[Any, ...], Any]]) -> list[Any]:
    """The results of (pipeline, key, data) in the spawned process."""
    global _pool
    try:
        sent = pickle.dumps(calls)
    except Exception as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    if _pool is None:
        _pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        answer = _pool.submit(_answer, list(sys.path), sent).result(_TIMEOUT)
    except BrokenProcessPool as error:
        _pool = None
        raise Refused("the process died") from error
    failed, given = pickle.loads(answer)
    if failed:
        raise Refused(given)
    return given  # type: ignore[no-any-return]


def _answer(path: list[str], sent: bytes) -> bytes:
    """What the process does: errors go back as text, since not every exception can be pickled."""
    sys.path[:] = path
    try:
        done = [pipeline.keyed(*key)(**data) for pipeline, key, data in pickle.loads(sent)]
        return pickle.dumps((False, done))
    except Exception as error:
        return pickle.dumps((True, f"{type(error).__name__}: {error}"))
