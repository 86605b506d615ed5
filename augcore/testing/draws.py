"""Checks of randomness: what was drawn follows from the seed alone, and can be written down, read and done again."""

from __future__ import annotations

import random

import numpy as np

from ..errors import AugcoreError
from ..trace import Trace
from .cases import Case
from .checks import expect_same, fail, transform_check
from .samples import difference

_KEYS = range(3)


@transform_check
def same_seed_same_effect(case: Case) -> None:
    """Two pipelines with one seed draw the same effects, and do the same with them."""
    for key in _KEYS:
        data = case.sample()
        first, trace = case.traced(data, key)
        again, other = case.traced(data, key)
        mend = "Draw with the rng that sample() is given, keep nothing between calls, and seed pixel functions from it."
        if trace.steps != other.steps:
            fail(case, f"two pipelines with the same seed draw different effects. {mend}")
        expect_same(case, difference(first, again), "the same effects give different results", mend)


@transform_check
def global_random_state_is_left_alone(case: Case) -> None:
    """Nothing is drawn from the global generators of Python and NumPy, which other code seeds and shares."""
    for key in _KEYS:
        before = _global_state()
        case.call(case.sample(), key)
        if _global_state() != before:
            fail(
                case,
                "the global random state of Python or NumPy moves in a call. Draw with the rng that sample() is given, "
                "and make arrays from np.random.default_rng(seed) with a seed among the effect's arguments.",
            )


def _global_state() -> tuple[object, bytes, int]:
    _, words, position, *_ = np.random.get_state(legacy=True)
    return random.getstate(), np.asarray(words).tobytes(), int(position)


@transform_check
def trace_survives_json_and_yaml(case: Case) -> None:
    """A trace read back from JSON or YAML equals the one that was written."""
    for key in _KEYS:
        trace = case.traced(case.sample(), key)[1]
        for form, there, back in (("JSON", trace.to_json, Trace.from_json), ("YAML", trace.to_yaml, Trace.from_yaml)):
            try:
                read = back(there())
            except (AugcoreError, TypeError, ValueError, OverflowError) as error:
                fail(
                    case,
                    f"its trace does not go through {form}: {error}. Effects may hold finite numbers, text and tuples "
                    "of them, and functions that @pixel_function, @displacement_field or @region_mask registered.",
                )
            if read != trace:
                step = next((a.effect for a, b in zip(trace.steps, read.steps, strict=False) if a != b), trace.setup)
                fail(
                    case,
                    f"its trace comes back from {form} changed, in {step!r:.200}. Put plain Python data into effects.",
                )


@transform_check
def replay_is_bit_equal(case: Case) -> None:
    """A trace that went through JSON gives the same result again, bit for bit."""
    for key in _KEYS:
        data = case.sample()
        result, trace = case.traced(data, key)
        try:
            read = Trace.from_json(trace.to_json())
        except (AugcoreError, TypeError, ValueError, OverflowError) as error:
            fail(case, f"its trace cannot be replayed, since it does not go through JSON: {error}.")
        expect_same(
            case,
            difference(result, case.replay(read, data, "the data it was drawn for")),
            "a replay of its trace gives another result",
            "Everything that decides on pixels must be in the effect: noise is made from a seed among its arguments.",
        )
