"""Where draws come from: one stream of random numbers per call, a pure function of (seed, worker, call) or of a key.

Arrays of noise are not drawn here: effects carry a seed, and pixel functions make their arrays from it.
"""

from __future__ import annotations

import functools
import itertools
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import InvalidParameter

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")
_EIGHT_WORDS = struct.Struct("<8Q").unpack
_TO_UNIT = 2.0**-53


@functools.cache
def _hash() -> Any:
    from hashlib import blake2b  # 6 ms at the first draw rather than at import

    return blake2b


def digest(key: object) -> bytes:
    """What a key of plain data is hashed to."""
    return bytes(_hash()(repr(key).encode(), digest_size=32).digest())


class Rng:
    """Scalars drawn from a keyed hash run as a counter (BLAKE2b, RFC 7693); the key is any plain data.

    A block of eight words costs about a microsecond and nothing is paid before the first draw. Seeding a Mersenne
    twister costs five, which is most of what an empty call may take, and a hash keeps the streams of any two keys apart
    by construction. The numbers are the same on every platform and Python version.
    """

    __slots__ = ("_counter", "_key", "_place", "_words")

    def __init__(self, *key: object) -> None:
        self._key: Any = key
        self._place = b""
        self._counter = 0
        self._words: list[int] = []

    @classmethod
    def of_call(cls, stream: Stream, call: int) -> Rng:
        """The draws of a stream's call, whose key is asked for at the first of them."""
        rng = cls.__new__(cls)
        rng._key = stream
        rng._place = call.to_bytes(8, "little")
        rng._counter = 0
        rng._words = []
        return rng

    def _more(self) -> list[int]:
        """The next block of words, of which draws take one each."""
        if self._counter == 0:
            self._key = self._key.key() if type(self._key) is Stream else digest(self._key)
        block = _hash()(self._place + self._counter.to_bytes(8, "little"), key=self._key).digest()
        self._counter += 1
        self._words = list(_EIGHT_WORDS(block))
        return self._words

    def random(self) -> float:
        """Uniform in [0, 1)."""
        return ((self._words or self._more()).pop() >> 11) * _TO_UNIT

    def chance(self, p: float) -> bool:
        """True with probability p; certain answers draw nothing."""
        return p >= 1.0 or (p > 0.0 and self.random() < p)

    def uniform(self, low: float, high: float) -> float:
        """Uniform in [low, high]."""
        return low + (high - low) * (((self._words or self._more()).pop() >> 11) * _TO_UNIT)

    def integer(self, low: int, high: int) -> int:
        """A whole number in [low, high], both ends included."""
        return low + ((self._words or self._more()).pop() * (high - low + 1) >> 64)

    def normal(self, mean: float = 0.0, std: float = 1.0) -> float:
        """Normally distributed (Box and Muller 1958)."""
        import math

        radius = math.sqrt(-2.0 * math.log(1.0 - self.random()))
        return mean + std * radius * math.cos(2.0 * math.pi * self.random())

    def choice(self, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of the options, evenly or in proportion to the weights."""
        if weights is None:
            return options[self.integer(0, len(options) - 1)]
        mark = self.random() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            mark -= weight
            if mark < 0:
                return option
        # Rounding left a hair over.
        return next(option for option, weight in zip(options[::-1], weights[::-1], strict=True) if weight > 0)

    def permutation(self, n: int) -> list[int]:
        """0 … n-1 in random order (Fisher and Yates)."""
        order = list(range(n))
        for last in range(n - 1, 0, -1):
            other = self.integer(0, last)
            order[last], order[other] = order[other], order[last]
        return order

    def seed(self) -> int:
        """A seed for an array that a pixel function will make: 63 bits, so it survives JSON in any language."""
        return (self._words or self._more()).pop() >> 1

    def generator(self) -> np.random.Generator:
        """A NumPy generator, for the rare distribution that is not above."""
        import numpy as np

        return np.random.Generator(np.random.PCG64(self.seed()))


_forks: tuple[int, ...] = ()  # this process's place in the tree of bare os.fork() calls
_fork_count = 0


def _count_fork() -> None:
    global _fork_count
    _fork_count += 1


def _note_fork() -> None:
    global _forks, _fork_count
    _forks, _fork_count = (*_forks, _fork_count), 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_count_fork, after_in_child=_note_fork)


def worker() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who this process is among its siblings: the same in every rerun, different for every worker ever started.

    multiprocessing numbers its children 1, 2, 3, … for as long as the parent lives, under fork, spawn and forkserver,
    so the workers that a DataLoader starts anew for its second epoch are 3 and 4, not 1 and 2 again. Children of a bare
    os.fork() are counted here.
    """
    process = sys.modules.get("multiprocessing.process")
    identity = getattr(process.current_process(), "_identity", ()) if process else ()
    return tuple(identity), _forks


class Stream:
    """The draws of one pipeline: `next()` for the call at hand, `at(key)` for a sample that names itself."""

    __slots__ = ("_calls", "_home", "_root", "seed")

    def __init__(self, seed: int | None) -> None:
        if seed is not None and (isinstance(seed, bool) or not hasattr(seed, "__index__")):
            raise InvalidParameter(f"seed: {seed!r} is not a whole number; give an int, or None for fresh draws")
        self.seed = None if seed is None else int(seed)
        # Without a seed each stream, copy and unpickled pipeline is rooted in fresh entropy.
        self._root: object = self.seed if seed is not None else int.from_bytes(os.urandom(16), "little")
        # The worker that this is, and the key of its calls.
        self._home: tuple[Any, bytes] = (None, b"")
        self._calls: Iterator[int] = itertools.count()  # next() on it is atomic, so threads may share a stream

    def next(self) -> Rng:
        return Rng.of_call(self, next(self._calls))

    def key(self) -> bytes:
        """Of this worker's calls."""
        who, key = self._home
        if who != (here := worker()):
            key = digest((self._root, here))
            self._home = here, key  # at once, for threads that share it
        return key

    def at(self, key: Sequence[Any]) -> Rng:
        if self.seed is None:
            raise InvalidParameter("keyed: the pipeline has no seed, so its keys mean nothing; give Compose(seed=…)")
        # NumPy's integers print as np.int64(3): the same key must not depend on who counted the samples.
        plain = tuple(int(k) if hasattr(k, "__index__") else float(k) if isinstance(k, float) else k for k in key)
        if not all(isinstance(k, (int, str, bytes, float)) for k in plain):
            raise InvalidParameter(f"keyed: {tuple(key)!r} holds more than numbers and text, which alone make a key")
        return Rng(self._root, "keyed", plain)

    def __reduce__(self) -> tuple[type, tuple[int | None]]:
        return Stream, (self.seed,)
