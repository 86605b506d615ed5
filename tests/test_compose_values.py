"""Pipelines as values: what they record, as sequences of steps, equal, copied and printed."""

from __future__ import annotations

import copy
import pickle

import attrs
import numpy as np
import pytest

from augcore import (
    Compose,
    Geometry,
    InvalidParameter,
    Lattice,
    NoOp,
    OneOf,
    PixelFn,
    ReplayCompose,
    Transform,
    UnknownParameter,
    pixel_function,
    transform,
)
from augcore.params import integer, number


@pixel_function
def value_add(image, *, amount):
    return image + np.array(amount, image.dtype)


@transform
class PlusAmount(Transform):
    """Adds a whole number to every pixel."""

    amount: int = integer(default=1)

    def sample(self, rng, view):
        return PixelFn(value_add, amount=self.amount)


@transform
class PlusRandom(Transform):
    """Adds a drawn number to every pixel."""

    top: float = number(default=1.0)

    def sample(self, rng, view):
        return PixelFn(value_add, amount=rng.uniform(0, self.top))


@transform
class MirrorOver(Transform):
    """Mirrors."""

    def sample(self, rng, view):
        return Geometry(Lattice.hflip(view.size))


def grey(value=0, size=(6, 8)):
    return np.full(size, value, np.float32)


def total(pipeline):
    """What a pipeline of additions adds."""
    return float(pipeline(image=grey())["image"][0, 0])


def digits(*values, p=1.0):
    """Steps that add 1, 10, 100, …"""
    return [PlusAmount(10**k, p=p) for k in range(*values)]


# Records


def test_applied_params_are_added_when_asked_for():
    pipeline = Compose([PlusAmount(3, p=1), PlusAmount(4, p=0), MirrorOver(p=1)], save_applied_params=True)
    names = [name for name, _ in pipeline(image=grey())["applied_transforms"]]
    assert [name.rpartition(".")[2] for name in names] == ["PlusAmount", "MirrorOver"]
    assert "applied_transforms" not in Compose([PlusAmount(3, p=1)])(image=grey())


def test_replay_compose_says_what_it_did():
    pipeline = ReplayCompose([PlusRandom(p=1)], seed=1, save_applied_params=True)
    out = pipeline(image=grey())
    again = ReplayCompose.replay(out["replay"], image=grey())
    assert set(out) == {"image", "replay", "applied_transforms"}
    np.testing.assert_array_equal(again["image"], out["image"])


def test_set_random_seed_starts_the_draws_anew():
    pipeline = Compose([PlusRandom(p=1)], seed=3)
    first = [total(pipeline) for _ in range(3)]
    pipeline.set_random_seed(3)
    assert [total(pipeline) for _ in range(3)] == first
    pipeline.set_random_seed(4)
    assert total(pipeline) not in first
    assert pipeline.seed == 4


# As sequences


def test_a_pipeline_is_a_sequence_of_its_steps():
    one, two, three = digits(3)
    pipeline = Compose([one, two, three], seed=7, p=0.9, bbox_params="coco", fuse="resample", strict=True)
    assert (len(pipeline), list(pipeline), pipeline[0], pipeline[-1]) == (3, [one, two, three], one, three)
    part = pipeline[1:]
    assert (type(part), list(part), part.options()) == (Compose, [two, three], pipeline.options())
    longer = pipeline + one
    assert (list(longer), longer.options()) == ([one, two, three, one], pipeline.options())
    assert list(pipeline.__add__([one, two])) == [one, two, three, one, two]
    assert list(one + pipeline) == [one, one, two, three]
    assert list(pipeline.__radd__([two])) == [two, one, two, three]
    assert isinstance(ReplayCompose([one]) + two, ReplayCompose)
    with pytest.raises(IndexError):
        pipeline[3]


def test_equal_pipelines_are_equal_and_say_how_they_are_made():
    def make(**options):
        return Compose([PlusAmount(1, p=1), OneOf([MirrorOver(), NoOp()])], **options)

    assert make() == make()
    assert make(seed=1) != make(seed=2)
    assert make() != Compose([PlusAmount(2, p=1)])
    assert make() != ReplayCompose(make().transforms)
    assert make() != 5
    text = repr(make(seed=5, fuse="off"))
    assert "PlusAmount(p=1.0, amount=1)" in text
    assert "seed=5" in text
    assert "fuse='off'" in text
    assert "strict" not in text, "defaults are left out"
    for kind in (copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))):
        assert kind(make(seed=5, bbox_params="coco")) == make(seed=5, bbox_params="coco")


def test_transforms_are_frozen_hashable_and_comparable():
    one = PlusAmount(3, p=0.5)
    assert one == PlusAmount(amount=3) != PlusAmount(4)
    assert len({one, PlusAmount(3), PlusAmount(4)}) == 2
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.amount = 5
    with pytest.raises(UnknownParameter, match="did you mean 'amount'"):
        PlusAmount(amuont=5)
    with pytest.raises(InvalidParameter, match=r"PlusAmount\.p"):
        PlusAmount(p=2)
