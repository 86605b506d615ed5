"""Arrays of random numbers: the same everywhere, and distributed as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from augcore.noise import even_numbers, normal_numbers, normal_quantiles, random_bytes, random_words


def test_numbers_are_the_same_on_every_machine() -> None:
    assert random_bytes(7, 9).tolist() == [207, 94, 80, 250, 115, 114, 58, 11, 187]
    assert random_words(7, (2, 2)).tolist() == [[24271, 64080], [29299, 2874]]
    assert normal_numbers(7, (3,)).round(5).tolist() == pytest.approx([-0.33092, 2.01014, -0.13306], abs=2e-5)
    assert even_numbers(7, (3,)).tolist() == [-0.2592926025390625, 0.9555816650390625, -0.1058502197265625]


@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (2, 3, 4, 5)])
def test_shapes_are_those_asked_for_and_seeds_differ(shape: tuple[int, ...]) -> None:
    for make in (random_words, normal_numbers, even_numbers):
        assert make(1, shape).shape == shape
        assert np.array_equal(make(1, shape), make(1, shape))
    assert not np.array_equal(random_bytes(1, 8), random_bytes(2, 8))
    assert random_bytes(1, 0).size == 0


def test_distributions_have_their_moments() -> None:
    count = 2**20
    words, normal, even = (make(3, (count,)).astype(float) for make in (random_words, normal_numbers, even_numbers))
    # Five standard errors each.
    assert words.mean() == pytest.approx(65535 / 2, abs=5 * 65536 / math.sqrt(12 * count))
    assert normal.mean() == pytest.approx(0, abs=5 / math.sqrt(count))
    assert normal.var() == pytest.approx(1, abs=5 * math.sqrt(2 / count))
    assert (normal**4).mean() == pytest.approx(3, abs=5 * math.sqrt(96 / count))
    assert even.mean() == pytest.approx(0, abs=5 / math.sqrt(3 * count))
    assert even.var() == pytest.approx(1 / 3, abs=5 * math.sqrt(4 / 45 / count))
    for values in (words, normal, even):
        assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 5 / math.sqrt(count)


def test_quantiles_rise_and_are_even_and_cannot_be_written_to() -> None:
    table = normal_quantiles()
    assert (np.diff(table) > 0).all()
    np.testing.assert_allclose(table, -table[::-1], atol=1e-6)
    assert table.var(dtype=float) == pytest.approx(1, abs=1e-6)
    assert not table.flags.writeable
