"""Draws: their distributions, and that no two workers, epochs, threads or copies repeat each other unless asked to."""

from __future__ import annotations

import copy
import functools
import itertools
import json
import math
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, InvalidParameter, PixelFn, Rng, Transform, pixel_function, transform
from augcore.rng import Stream

PROGRAM = Path(__file__).with_name("drawing_workers.py")
METHODS = [method for method in ("fork", "spawn", "forkserver") if method in multiprocessing.get_all_start_methods()]


@pixel_function
def rng_plus(image, *, amount):
    return image + np.float32(amount)


@transform
class PlusSomething(Transform):
    """Adds a drawn number."""

    def sample(self, rng, view):
        return PixelFn(rng_plus, amount=rng.uniform(0, 1))


def pipeline(seed=None):
    return Compose([PlusSomething(p=1)], seed=seed)


def draw(augment):
    return float(augment(image=np.zeros((1, 1), np.float32))["image"][0, 0])


def draws(augment, count=8):
    return [draw(augment) for _ in range(count)]


def workers_draw(method="fork", workers=2, seed=None, keyed=False, epochs=3):
    """{(epoch, index): draw} of workers of a program of their own."""
    options = [f"--method={method}", f"--workers={workers}", f"--epochs={epochs}"]
    options += [f"--seed={seed}"] if seed is not None else []
    options += ["--keyed"] if keyed else []
    done = subprocess.run([sys.executable, PROGRAM, *options], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {(epoch, index): value for epoch, index, value in json.loads(done.stdout)}


# Workers


@pytest.mark.parametrize("method", METHODS)
def test_workers_and_epochs_never_share_a_draw_and_a_rerun_repeats_them(method):
    first = workers_draw(method, seed=7)
    assert len(first) == len(set(first.values())) == 24
    assert workers_draw(method, seed=7) == first
    assert not set(workers_draw(method, seed=8).values()) & set(first.values())


def test_workers_without_a_seed_never_repeat_each_other_nor_themselves():
    runs = [workers_draw(method) for method in (*METHODS, METHODS[0])]
    every = [value for run in runs for value in run.values()]
    assert len(every) == len(set(every)) == 24 * len(runs)


@functools.cache
def keyed_draws():
    return workers_draw(workers=0, seed=5, keyed=True, epochs=2)


@pytest.mark.parametrize(
    ("method", "workers"),
    [
        *[(METHODS[0], workers) for workers in (1, 2, 4)],
        *[(method, 2) for method in METHODS[1:]],
        *[("thread", workers) for workers in (1, 4)],
    ],
)
def test_keyed_draws_are_the_same_for_any_number_and_kind_of_workers(method, workers):
    assert workers_draw(method, workers, seed=5, keyed=True, epochs=2) == keyed_draws()
    assert len(set(keyed_draws().values())) == 16


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_children_of_a_bare_fork_draw_for_themselves(seed):
    program = f"""
import os, sys
sys.path.insert(0, {str(PROGRAM.parent)!r})
from drawing_workers import *
pipeline = Compose([PlusDrawn(p=1)], seed={seed})
def child(then=lambda: None):
    id = os.fork()
    if id == 0:
        print(draw(pipeline), draw(pipeline), flush=True)
        then()
        os._exit(0)
    os.waitpid(id, 0)
print(draw(pipeline), flush=True)
child(); child(child); child(lambda: (child(), child()))
print(draw(pipeline), flush=True)
"""

    def run():
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=True)
        return done.stdout.split()

    first, second = run(), run()
    assert len(first) == len(set(first)) == 2 + 2 * 6
    assert (first == second) == (seed is not None)


def test_a_data_loader_of_torch_gets_fresh_draws_every_epoch():
    torch = pytest.importorskip("torch")
    augment = pipeline(seed=1)

    class Items(torch.utils.data.Dataset):
        def __len__(self):
            return 8

        def __getitem__(self, index):
            return draw(augment)

    loader = torch.utils.data.DataLoader(Items(), batch_size=None, num_workers=2, multiprocessing_context="fork")
    values = [float(value) for _ in range(3) for value in loader]
    assert len(values) == len(set(values)) == 24


# Streams


def test_threads_share_one_stream():
    shared, alone = pipeline(seed=4), pipeline(seed=4)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: draw(shared), range(200)))
    assert sorted(together) == sorted(draws(alone, 200))
    assert len(set(together)) == 200


@pytest.mark.parametrize("kind", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p)), lambda p: p[:]])
def test_copies_start_where_their_seed_starts_and_without_one_start_anywhere(kind):
    seeded, fresh = pipeline(seed=9), pipeline()
    first, others = draws(seeded), draws(fresh)
    assert draws(kind(seeded)) == first
    assert draws(seeded) != first, "the original goes on"
    assert not set(draws(kind(fresh))) & set(others)


def test_a_pipeline_without_a_seed_never_repeats_another():
    every = [value for _ in range(20) for value in draws(pipeline())]
    assert len(set(every)) == len(every)


def test_neighbouring_seeds_and_calls_are_unrelated():
    table = np.array([draws(pipeline(seed=seed), 40) for seed in range(60)])
    assert len(np.unique(table)) == table.size
    for one, other in ((table[:-1], table[1:]), (table[:, :-1], table[:, 1:])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.06


@pytest.mark.parametrize("seed", [0, -1, 2**31, 2**64, 2**200, np.int64(5), np.uint8(5)])
def test_any_whole_number_is_a_seed(seed):
    assert draws(pipeline(seed=seed)) == draws(pipeline(seed=int(seed)))


@pytest.mark.parametrize("seed", [1.0, "1", True, (1,)])
def test_what_is_no_whole_number_is_no_seed(seed):
    with pytest.raises(InvalidParameter, match="not a whole number"):
        Stream(seed)


# Keys


def test_keys_say_which_draw_whatever_was_drawn_before():
    one, other = pipeline(seed=2), pipeline(seed=2)
    draws(other, 5)
    keys = [(0, 1), (1, 0), (0,), (1,), (0, 0), ("a", 1), ("a1",), (0, 1.5), (b"a", 1), ()]
    values = [draw(one.keyed(*key)) for key in keys]
    assert values == [draw(other.keyed(*key)) for key in keys]
    assert len(set(values)) == len(keys)
    assert not set(values) & set(draws(pipeline(seed=2), 50)), "keyed draws are none of the running ones"
    assert draw(pipeline(seed=3).keyed(0, 1)) != values[0]


def test_a_keyed_pipeline_may_be_called_and_traced_again_and_again():
    keyed = pipeline(seed=2).keyed(3, 4)
    assert len({draw(keyed) for _ in range(3)}) == 1
    result, trace = keyed.traced(image=np.zeros((1, 1), np.float32))
    assert float(result["image"][0, 0]) == draw(keyed)
    assert len(trace.steps) == 1


@pytest.mark.parametrize("number", [np.int64(3), np.uint8(3), np.int16(3)])
def test_numpys_numbers_make_the_same_key(number):
    augment = pipeline(seed=2)
    assert draw(augment.keyed(number, "x")) == draw(augment.keyed(3, "x"))
    assert draw(augment.keyed(np.float64(0.5))) == draw(augment.keyed(0.5))


def test_a_key_without_a_seed_and_a_key_of_anything_else_are_refused():
    with pytest.raises(InvalidParameter, match=r"Compose\(seed=…\)"):
        draw(pipeline().keyed(1))
    with pytest.raises(InvalidParameter, match="numbers and text"):
        draw(pipeline(seed=1).keyed([1, 2]))


# Distributions


def chi_square(counts, expected):
    counts, expected = np.asarray(counts, float), np.asarray(expected, float)
    return float(((counts - expected) ** 2 / expected).sum())


def is_plausible(statistic, degrees):
    """Within four deviations of what chance gives (Wilson and Hilferty)."""
    return abs((statistic / degrees) ** (1 / 3) - (1 - 2 / (9 * degrees))) < 4 * math.sqrt(2 / (9 * degrees))


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 2), (-3, 3), (5, 5), (0, 99), (-10, -8)])
def test_whole_numbers_are_even_and_include_both_ends(low, high):
    rng, count = Rng("integers", low, high), 20_000
    counts = Counter(rng.integer(low, high) for _ in range(count))
    options = high - low + 1
    assert set(counts) == set(range(low, high + 1))
    assert options == 1 or is_plausible(chi_square(list(counts.values()), [count / options] * options), options - 1)


def test_whole_numbers_may_be_huge():
    rng = Rng("huge")
    values = [rng.integer(-(2**62), 2**62) for _ in range(1000)]
    assert len(set(values)) == 1000
    assert min(values) < -(2**61)
    assert max(values) > 2**61


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-5.0, 3.0), (2.0, 2.0), (1e-9, 2e-9)])
def test_uniform_numbers_are_even(low, high):
    rng, count = Rng("uniform", low, high), 20_000
    values = np.array([rng.uniform(low, high) for _ in range(count)])
    assert low <= values.min() <= values.max() <= high
    if low < high:
        counts = np.histogram(values, 50, (low, high))[0]
        assert is_plausible(chi_square(counts, [count / 50] * 50), 49)


def test_normal_numbers_are_normal():
    rng, count = Rng("normal"), 20_000
    values = np.sort([(rng.normal(3.0, 2.0) - 3.0) / 2.0 for _ in range(count)])
    theory = np.array([0.5 * (1 + math.erf(value / math.sqrt(2))) for value in values])
    assert np.abs(theory - np.arange(count) / count).max() < 1.6 / math.sqrt(count), "Kolmogorov and Smirnov's distance"
    assert Rng("normal").normal(5.0, 0.0) == 5.0


@pytest.mark.parametrize("weights", [None, [1, 1, 1], [0.2, 0.5, 0.3], [0, 3, 1], [5, 0, 0], [1e-9, 1e-9, 2e-9]])
def test_choices_are_in_proportion_to_their_weights(weights):
    rng, count = Rng("choice", weights), 12_000
    counts = Counter(rng.choice("abc", weights) for _ in range(count))
    share = np.array(weights or [1, 1, 1], float)
    share /= share.sum()
    assert set(counts) == {option for option, part in zip("abc", share, strict=True) if part}
    if len(counts) > 1:
        expected = [count * part for part in share if part]
        observed = [counts[option] for option in "abc" if option in counts]
        assert is_plausible(chi_square(observed, expected), len(observed) - 1)


def test_rounding_never_chooses_what_has_no_weight():
    class AlwaysHigh(Rng):
        def random(self):
            return 1 - 2**-53

    assert AlwaysHigh().choice(range(13), [0.1] * 11 + [0.0, 0.0]) == 10


@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_permutations_are_even(n):
    rng, count = Rng("permutation", n), 6000
    counts = Counter(tuple(rng.permutation(n)) for _ in range(count))
    every = math.factorial(n)
    assert set(counts) == set(itertools.permutations(range(n)))
    assert every == 1 or is_plausible(chi_square(list(counts.values()), [count / every] * every), every - 1)


@given(st.floats(0, 1))
def test_chances_come_true_as_often_as_they_say(p):
    rng, count = Rng("chance", p), 2000
    share = sum(rng.chance(p) for _ in range(count)) / count
    assert abs(share - p) <= 4.5 * math.sqrt(p * (1 - p) / count) + 1e-9


def test_certain_answers_draw_nothing():
    one, other = Rng("certain"), Rng("certain")
    assert one.chance(1.0)
    assert not one.chance(0.0)
    assert one.random() == other.random()


def test_seeds_are_63_bits_and_generators_are_numpys():
    rng = Rng("seeds")
    seeds = [rng.seed() for _ in range(2000)]
    assert len(set(seeds)) == 2000
    assert min(seeds) >= 0
    assert 2**62 < max(seeds) < 2**63
    one, other = Rng("g").generator(), Rng("g").generator()
    np.testing.assert_array_equal(one.random(5), other.random(5))
    assert isinstance(one, np.random.Generator)


def test_numbers_are_the_same_on_every_platform():
    """They are part of what a seed means: a change of them is a change for users."""
    rng = Rng(1, "a", (2, 3))
    assert [rng.random() for _ in range(2)] == [0.1707681267131116, 0.26763848892016395]
    assert (rng.integer(0, 10**9), rng.permutation(6), rng.seed()) == (
        456215288,
        [2, 0, 1, 3, 4, 5],
        2267586657909562501,
    )
    assert draws(pipeline(seed=0), 2) == [0.9370718002319336, 0.6160064339637756]
