"""Steps that choose among steps: how often, which, in which order, on which channels."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import numpy as np
import pytest

from augcore import (
    Compose,
    Geometry,
    InvalidParameter,
    Lattice,
    Lookup,
    OneOf,
    OneOrOther,
    PixelFn,
    RandomOrder,
    SelectiveChannelTransform,
    Sequential,
    SomeOf,
    Transform,
    Unsupported,
    pixel_function,
    transform,
)
from augcore.params import integer


@pixel_function
def choose_add(image, *, amount):
    return image + np.array(amount, image.dtype)


@pixel_function
def choose_repeat_channels(image, *, times):
    return np.repeat(image, times, -1)


@pixel_function
def choose_inverted(x):
    return 1 - x


@transform
class AddChosen(Transform):
    """Adds a whole number to every pixel."""

    amount: int = integer(default=1)

    def sample(self, rng, view):
        return PixelFn(choose_add, amount=self.amount)


@transform
class FlipChosen(Transform):
    """Mirrors."""

    def sample(self, rng, view):
        return Geometry(Lattice.hflip(view.size))


@transform
class ChosenEffect(Transform):
    """Gives what it was given."""

    effect: Any = attrs.field()

    def sample(self, rng, view):
        return self.effect


def grey(value=0, size=(6, 8)):
    return np.full(size, value, np.float32)


def total(pipeline):
    """What a pipeline of additions adds."""
    return float(pipeline(image=grey())["image"][0, 0])


def digits(*values, p=1.0):
    """Steps that add 1, 10, 100, …"""
    return [AddChosen(10**k, p=p) for k in range(*values)]


def shares(pipeline, calls=1500):
    counts = Counter(total(pipeline) for _ in range(calls))
    return {value: count / calls for value, count in counts.items()}


def near(**expected):
    return {float(key[1:]): pytest.approx(share, abs=0.05) for key, share in expected.items()}


def test_one_of_chooses_by_the_weights_of_its_steps_and_runs_the_chosen_one_for_certain():
    steps = [AddChosen(1, p=0.2), AddChosen(10, p=0.6), AddChosen(100, p=0.0)]
    assert shares(Compose([OneOf(steps, p=1)], seed=1)) == near(_1=0.25, _10=0.75)
    assert shares(Compose([OneOf(steps, p=0.5)], seed=1)) == near(_0=0.5, _1=0.125, _10=0.375)


def test_sequential_runs_all_or_none():
    assert shares(Compose([Sequential(digits(3), p=0.3)], seed=1)) == near(_0=0.7, _111=0.3)
    steps = [AddChosen(1, p=0.5), AddChosen(10, p=1)]
    assert shares(Compose([Sequential(steps, p=1)], seed=1)) == near(_10=0.5, _11=0.5)


def test_some_of_chooses_n_different_steps_each_with_its_own_p():
    assert shares(Compose([SomeOf(digits(3), n=2)], seed=1)) == near(_11=1 / 3, _101=1 / 3, _110=1 / 3)
    assert shares(Compose([SomeOf(digits(2, p=0.5), n=1)], seed=1)) == near(_0=0.5, _1=0.25, _10=0.25)
    assert shares(Compose([SomeOf(digits(2), n=2, replace=True)], seed=1)) == near(_2=0.25, _11=0.5, _20=0.25)
    assert shares(Compose([SomeOf(digits(2), n=1, p=0.5)], seed=1)) == near(_0=0.5, _1=0.25, _10=0.25)


def test_some_of_keeps_the_order_of_its_steps_and_random_order_does_not():
    def order(pipeline):
        return tuple(step.effect.call.arguments[0][1] for step in pipeline.traced(image=grey())[1].steps)

    some = Compose([SomeOf(digits(4), n=3)], seed=1)
    assert all(list(got) == sorted(got) and len(got) == 3 for got in (order(some) for _ in range(50)))
    shuffled = Compose([RandomOrder(digits(3))], seed=1)
    counts = Counter(order(shuffled) for _ in range(1200))
    assert len(counts) == 6
    assert min(counts.values()) > 120
    assert {len(order(Compose([RandomOrder(digits(4), n=2)]))) for _ in range(30)} == {2}
    assert total(Compose([RandomOrder(digits(1), n=5, replace=True)])) == 5


def test_one_or_other_runs_one_for_certain():
    first, second = AddChosen(1, p=0), AddChosen(10, p=0)
    assert shares(Compose([OneOrOther(first, second, p=0.8)], seed=1)) == near(_1=0.8, _10=0.2)
    assert OneOrOther(transforms=[first, second]) == OneOrOther(first, second)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: OneOf([AddChosen(p=0)]), "at least one with p above 0"),
        (lambda: OneOf([]), "OneOf.transforms"),
        (lambda: SomeOf([]), "is empty"),
        (lambda: SomeOf(digits(2), n=3), "3 of 2 transforms cannot be chosen"),
        (lambda: SomeOf(digits(2), n=0), "SomeOf.n"),
        (lambda: RandomOrder(digits(2), n=3), "replace=True"),
        (lambda: OneOrOther(AddChosen()), "give first and second"),
        (lambda: OneOrOther(transforms=digits(3)), "3 given; give two"),
        (lambda: Sequential([5]), "not a transform"),
        (lambda: SelectiveChannelTransform([], channels=(-1,)), "channels"),
    ],
)
def test_choices_made_wrongly_are_refused_in_words(make, words):
    with pytest.raises(InvalidParameter, match=words):
        make()


def test_selective_channels_change_alone():
    image = np.zeros((6, 8, 4), np.float32)
    pipeline = Compose(
        [SelectiveChannelTransform([AddChosen(1, p=1), AddChosen(10, p=1)], channels=(3, 1)), AddChosen(100, p=1)]
    )
    out = pipeline(image=image, images=image[None])
    assert out["image"][0, 0].tolist() == [100, 111, 100, 111]
    assert out["images"][0, 0, 0].tolist() == [100, 111, 100, 111]
    assert image.max() == 0
    curves = SelectiveChannelTransform([ChosenEffect(Lookup(choose_inverted), p=1)], channels=(0,))
    assert curves(image=np.zeros((6, 8, 2), np.uint8))["image"][0, 0].tolist() == [255, 0]
    with pytest.raises(Unsupported, match="colour transforms"):
        SelectiveChannelTransform([FlipChosen(p=1)], channels=(0,))(image=image)
    with pytest.raises(Unsupported, match="do not exist in an image of 4 channels"):
        SelectiveChannelTransform([AddChosen(1, p=1)], channels=(7,))(image=image)
    with pytest.raises(Unsupported, match="do not fit back"):
        SelectiveChannelTransform([ChosenEffect(PixelFn(choose_repeat_channels, times=2), p=1)], channels=(0,))(
            image=image
        )
