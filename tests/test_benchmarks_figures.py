"""What the benchmarks measure with, on clocks and calls that are counted: no time that passes decides here."""

from __future__ import annotations

import sys
from itertools import islice

import numpy as np
import pytest

from benchmarks.figures import ENOUGH, LONG, Added, Growth, InOwnProcess, PeakMemory, Seconds

MEGABYTE = 2**20
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Clock:
    """A clock that stands still but for what calls add to it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.seen: list[object] = []

    def __call__(self) -> float:
        return self.now

    def takes(self, seconds: float, given: object = None) -> None:
        self.now += seconds
        self.seen.append(given)


def test_seconds_are_those_of_one_call_whatever_the_number():
    for each in (LONG / 1e6, LONG / 100, LONG / 5, 2 * LONG):
        clock = Clock()
        figure = Seconds(lambda _, clock=clock, each=each: clock.takes(each), [None], clock=clock)
        assert [figure.measure(), figure.measure()] == pytest.approx([each, each])
        assert figure.number == max(1, round(ENOUGH / each))


def test_seconds_are_those_of_one_picture_where_a_call_handles_many():
    clock = Clock()
    assert Seconds(lambda _: clock.takes(0.08), [None], clock=clock, pictures=16).measure() == pytest.approx(0.005)


def test_inputs_take_turns_and_go_on_where_they_stopped():
    clock = Clock()
    figure = Seconds(lambda given: clock.takes(ENOUGH / 4, given), "abc", clock=clock)
    figure.measure()
    figure.measure()
    assert figure.number == 4
    assert "".join(map(str, clock.seen)) == "".join(islice("abc" * 9, len(clock.seen)))


def test_a_burst_of_other_work_does_not_show():
    clock = Clock()
    calls = iter(range(10**6))
    # Every hundredth call is interrupted for as long as a whole turn takes.
    figure = Seconds(lambda _: clock.takes(ENOUGH if next(calls) % 100 == 60 else ENOUGH / 80), [None] * 8, clock=clock)
    assert figure.measure() == pytest.approx(ENOUGH / 80)


def test_a_long_call_is_made_once_to_warm_up_and_once_a_round():
    clock = Clock()
    figure = Seconds(lambda given: clock.takes(2 * LONG, given), [None], clock=clock)
    figure.measure()
    figure.measure()
    assert len(clock.seen) == 3


def test_added_is_the_median_difference_of_pairs():
    clock = Clock()
    # A burst of other work falls into one of the pairs.
    lengths = iter([0.01, 0.01, 0.01, 0.9, 0.01])
    figure = Added(lambda: clock.takes(next(lengths)), lambda: clock.takes(0.004), clock=clock)
    figure.pairs = 5
    assert figure.measure() == pytest.approx(0.006)


def test_added_takes_fewer_pairs_of_longer_calls():
    for each, pairs in ((ENOUGH / 1000, 100), (ENOUGH / 10, 20), (ENOUGH, 3), (2 * LONG, 1)):
        clock = Clock()
        figure = Added(lambda clock=clock, each=each: clock.takes(each), lambda: None, clock=clock)
        assert figure.measure() == pytest.approx(each)
        assert figure.pairs == pairs


@linux
def test_peak_memory_sees_what_is_given_back_before_the_call_ends():
    measured = PeakMemory(allocate).measure()
    assert measured == pytest.approx(64 * MEGABYTE, rel=0.05)


@linux
def test_peak_memory_warms_up_with_another_call_where_one_is_given():
    calls: list[str] = []
    PeakMemory(lambda: calls.append("call"), warm=lambda: calls.append("warm")).measure()
    assert calls == ["warm", "call"]


@linux
def test_growth_is_what_calls_leave_behind_after_those_that_warm_up():
    kept: list[np.ndarray] = []
    # Larger than any block that glibc would take from what others have freed.
    measured = Growth(lambda: kept.append(np.ones(40 * MEGABYTE, np.uint8)), calls=4).measure()
    assert len(kept) == 5
    assert measured == pytest.approx(4 * 40 * MEGABYTE, rel=0.1)


@linux
def test_a_figure_in_its_own_process_is_measured_once():
    figure = InOwnProcess(PeakMemory, allocate)
    measured = figure.measure()
    assert measured == pytest.approx(64 * MEGABYTE, rel=0.05)
    assert figure.measure() == measured


def allocate() -> None:
    np.ones(64 * MEGABYTE, np.uint8)
