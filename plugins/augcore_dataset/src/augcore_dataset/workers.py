"""Many samples made one after the other, in this process or in several. No files and no counting."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

import cv2

from augcore import AugcoreError

from .augment import Count, Maker, Sample

Outcome = tuple[Sample, Count | BaseException]

_AHEAD = 4  # samples handed out for each worker, so that none waits for the next one


class WorkerDied(AugcoreError, RuntimeError):
    """A worker process ended without saying why."""


def outcomes(
    maker: Maker, samples: Iterable[Sample], workers: int, start_method: str | None = None
) -> Generator[Outcome, None, None]:
    """Make the samples; what each came to, in the order in which they are ready.

    Closing the generator waits for the samples at hand, so that none is left half made, and begins no further ones.

    Args:
        workers: processes; 1 makes them in this one.
        start_method: of multiprocessing; None for spawn, which is safe whatever threads this process runs.
    """
    made = _here(maker, samples) if workers == 1 else _in_processes(maker, samples, workers, start_method or "spawn")
    with _one_thread(), contextlib.closing(made):
        yield from made


def _here(maker: Maker, samples: Iterable[Sample]) -> Generator[Outcome, None, None]:
    for sample in samples:
        try:
            outcome: Count | BaseException = maker.make(sample)
        except Exception as error:
            outcome = error
        yield sample, outcome


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """OpenCV on one thread, here and in processes begun meanwhile: sums over parts of a picture may depend on their
    number. It is set before forking, since a forked process waits for ever when it ends threads that it does not have.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


def _in_processes(
    maker: Maker, samples: Iterable[Sample], workers: int, start_method: str
) -> Generator[Outcome, None, None]:
    context = multiprocessing.get_context(start_method)
    executor = ProcessPoolExecutor(workers, context, _begin_worker, (maker,))
    queue = iter(samples)
    at_hand: dict[Future[Count], Sample] = {}
    try:
        while True:
            with _interrupts_held():
                for sample in islice(queue, workers * _AHEAD - len(at_hand)):
                    at_hand[executor.submit(_make, sample)] = sample
            if not at_hand:
                return
            for future in wait(at_hand, return_when=FIRST_COMPLETED).done:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    raise WorkerDied("a worker process was killed (out of memory?); fewer --workers need less memory")
                yield at_hand.pop(future), error or future.result()
    except BrokenProcessPool:  # at submit
        raise WorkerDied("a worker process was killed (out of memory?); fewer --workers need less memory") from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which a terminal sends to all: this one decides what it means."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_maker: Maker | None = None


def _begin_worker(maker: Maker) -> None:
    global _maker
    _maker = maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if cv2.getNumThreads() > 1:
        cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot tell its workers to end, and they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make(sample: Sample) -> Count:
    assert _maker is not None
    return _maker.make(sample)
