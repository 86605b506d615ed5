"""Transforms and targets for the tests of the conformance kit: some that are right, and one that is broken for each check.

They lie in a module of their own so that a spawned process can import them.
"""

from __future__ import annotations

import itertools
import time
from typing import Any

import cv2
import numpy as np

from augcore import (
    AffineMap,
    Annotation,
    Dense,
    Erase,
    Geometry,
    Lattice,
    Lookup,
    PerTarget,
    PixelFn,
    Rectangles,
    Transform,
    displacement_field,
    max_value,
    params,
    pixel_function,
    to_range,
    transform,
)
from augcore.targets import Image
from augcore.testing import Case

# Right ones


@pixel_function
def power(x: Any, *, gamma: float) -> Any:
    return x**gamma


@pixel_function
def noisy(image: Any, *, seed: int) -> Any:
    noise = np.random.default_rng(seed).normal(0, 0.05 * max_value(image.dtype), image.shape)
    return to_range(image + noise, image.dtype)


@pixel_function(channels=(3,))
def turned_hue(image: Any) -> Any:
    return np.ascontiguousarray(image[:, :, [1, 2, 0]])


@displacement_field
def waves(size: Any, *, phase: float) -> Any:
    y, x = np.mgrid[: size[0], : size[1]]
    return np.stack([2 * np.sin(y / 9 + phase), 1.5 * np.cos(x / 11 + phase)], -1).astype(np.float32)


@transform
class RightGamma(Transform):
    """Change brightness by a power.

    Args:
        limit: the exponent, drawn uniformly.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    Source: ITU-R BT.709.
    """

    limit: tuple[float, float] = params.interval(default=(0.8, 1.25), low=0.1)

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(power, gamma=rng.uniform(*self.limit))


@transform
class RightNoise(RightGamma):
    """Add noise.

    Args:
        limit: unused.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    Source: none needed.
    """

    def sample(self, rng: Any, view: Any) -> Any:
        return PixelFn(noisy, seed=rng.seed())


@transform
class RightHue(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return PixelFn(turned_hue)


@transform
class RightTurn(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        c, s = np.cos(angle := rng.uniform(-0.6, 0.6)), np.sin(angle)
        x, y = view.width / 2, view.height / 2
        return Geometry(AffineMap.of(np.array([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y]]), view.size))


@transform
class RightWaves(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return Geometry(Dense.of(waves, view.size, phase=rng.uniform(0, 6)))


@transform
class RightHole(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        x, y = rng.integer(0, view.width - 1), rng.integer(0, view.height - 1)
        return Erase(Rectangles(((x, y, x + 9, y + 12),)), fill="random", seed=rng.seed())


@transform
class RightWindow(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        x, y = rng.integer(0, view.width // 4), rng.integer(0, view.height // 4)
        return Geometry(Lattice.window(view.size, x, y, view.width, view.height))


def mirrored(array: Any, *, width: int) -> Any:
    return np.ascontiguousarray(array[:, ::-1])


def mirrored_points(points: Any, *, width: int) -> Any:
    return points * (-1, 1) + (width - 1, 0)


def mirrored_boxes(boxes: Any, *, width: int) -> Any:
    return boxes[:, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (width, 0, width, 0)


for _function in (mirrored, mirrored_points, mirrored_boxes):
    pixel_function(_function)
WAY = {"image": mirrored, "mask": mirrored, "keypoints": mirrored_points, "bboxes": mirrored_boxes}


@transform
class RightFunctions(RightNoise):
    __doc__ = RightNoise.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return PerTarget.of(WAY, width=view.width)


RIGHT = (RightGamma, RightNoise, RightHue, RightTurn, RightWaves, RightHole, RightWindow, RightFunctions)

# Broken ones, by the check that catches them

BROKEN: dict[str, Any] = {}


def broken(check: str, **case: Any) -> Any:
    """Note a class of transforms, or a function of pixels to make one from, as broken for a check."""

    def note(thing: Any) -> Any:
        if isinstance(thing, type):
            BROKEN[check] = Case(transform(thing), **case)
            return thing
        pixel_function(thing)

        def sample(self: Any, rng: Any, view: Any) -> Any:
            return PixelFn(thing)

        names = {"sample": sample, "__doc__": RightNoise.__doc__, "__module__": __name__}
        name = thing.__name__.title().replace("_", "")
        made = transform(type(name, (RightNoise,), {**names, "__qualname__": name}))
        globals()[name] = made
        BROKEN[check] = Case(made, **case)
        return thing

    return note


_calls = itertools.count()


@broken("same_seed_same_effect")
class Forgetful(RightGamma):
    """Draw from a counter of all calls.

    Args:
        limit: the exponent.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    Source: none needed.
    """

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(power, gamma=1 + next(_calls) % 97 / 100)


@broken("global_random_state_is_left_alone")
class Worldly(RightGamma):
    __doc__ = RightGamma.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        np.random.random()
        return RightGamma.sample(self, rng, view)


@pixel_function
def limited(x: Any, *, most: float) -> Any:
    return np.minimum(x, most)


@broken("trace_survives_json_and_yaml")
class Unwritable(RightGamma):
    __doc__ = RightGamma.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(limited, most=float("inf"))


@broken("replay_is_bit_equal")
def unseeded(image: Any) -> Any:
    return to_range(image + np.random.default_rng().normal(0, 9, image.shape), image.dtype)


@broken("pipeline_survives_plain_data")
class Collected(RightGamma):
    """Keep a parameter that no file can hold.

    Args:
        limit: the exponent.
        names: a set.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    Source: none needed.
    """

    names: Any = params.parameter(params.Parameter(frozenset, "a set"), default=())

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset({"a"}))


@broken("survives_pickling")
class Unfaithful(RightGamma):
    __doc__ = RightGamma.__doc__

    def __reduce__(self) -> Any:
        return type(self), (), {}

    def __setstate__(self, state: Any) -> None:
        pass

    def __deepcopy__(self, memo: Any) -> Any:
        return self


class Mutable(RightGamma):
    __doc__ = RightGamma.__doc__


Mutable = transform(Mutable)  # type: ignore[misc]
Mutable.__setattr__ = object.__setattr__  # type: ignore[assignment,method-assign]
BROKEN["is_frozen_hashable_and_comparable"] = Case(Mutable)


class Swallowing(RightGamma):
    __doc__ = RightGamma.__doc__


Swallowing = transform(Swallowing)  # type: ignore[misc]
_strict = Swallowing.__init__


def _lenient(self: Any, *args: Any, **given: Any) -> None:
    _strict(self, *args, **{name: value for name, value in given.items() if name in ("limit", "p")})


Swallowing.__init__ = _lenient  # type: ignore[method-assign]
BROKEN["unknown_parameter_names_the_nearest"] = Case(Swallowing)


@broken("docstring_keeps_the_contract")
class Laconic(RightGamma):
    """Change brightness.

    Args:
        limit: the exponent.
    Accepts: every dtype; any channel count.
    Moves: nothing.
    """


def _per_target(name: str, check: str, way: dict[str, Any]) -> None:
    def sample(self: Any, rng: Any, view: Any) -> Any:
        return PerTarget.of(way, width=view.width)

    names = {"sample": sample, "__doc__": RightNoise.__doc__, "__module__": __name__, "__qualname__": name}
    globals()[name] = transform(type(name, (RightNoise,), names))
    BROKEN[check] = Case(globals()[name])


@pixel_function
def shifted_points(points: Any, *, width: int) -> Any:
    return points * (-1, 1) + (width, 0)  # the width of the frame, for indices of pixels


@pixel_function
def reversed_boxes(boxes: Any, *, width: int) -> Any:
    return mirrored_boxes(boxes, width=width)[::-1]


_per_target("OffByOne", "points_land_where_keypoints_say", {**WAY, "keypoints": shifted_points})
_per_target("MaskLeftBehind", "mask_agrees_with_image", {k: f for k, f in WAY.items() if k not in ("mask", "bboxes")})
_per_target("BoxesLeftBehind", "box_contains_its_mask", {k: f for k, f in WAY.items() if k != "bboxes"})
_per_target("Shuffled", "rows_keep_their_labels", {**WAY, "bboxes": reversed_boxes})


@broken("empty_annotations_serve")
class Expectant(RightGamma):
    __doc__ = RightGamma.__doc__
    needs = frozenset({"bboxes"})

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(power, gamma=1 + float(view["bboxes"][0].sum()) / 1000)


@broken("inputs_are_left_alone")
def in_place(image: Any) -> Any:
    image[:] = max_value(image.dtype) - image
    return image


@broken("read_only_inputs_serve")
def touching(image: Any) -> Any:
    image[0, 0] = image[0, 0]
    return image.copy()


@broken("any_size_serves")
def dividing(image: Any) -> Any:
    rows = [row / (len(image) - 1) for row in range(len(image))]  # fails for a single row
    return to_range(image * (1 - 0.1 * np.array(rows)[:, None, None]), image.dtype)


@broken("any_memory_layout_serves")
def in_memory_order(image: Any) -> Any:
    return (max_value(image.dtype) - image.ravel(order="K")).astype(image.dtype).reshape(image.shape)


@broken("grey_serves_with_and_without_channel_axis")
class Peeking(RightGamma):
    __doc__ = RightGamma.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        flat = view._run.given["image"].ndim == 2
        return Lookup(power, gamma=0.5 if flat else 1.2)


@broken("any_channel_count_serves")
def in_colour(image: Any) -> Any:
    return cv2.cvtColor(image, cv2.COLOR_RGB2BGR)


@broken("dtypes_are_kept")
def in_float(image: Any) -> Any:
    return image.astype(np.float32)


class LeakyImage(Image):
    def write(self, name: str, state: Any, frame: Any, result: dict[str, Any]) -> None:
        result[name] = state


BROKEN["outputs_own_their_memory"] = Case(
    RightWindow, name="Leaky", options={"additional_targets": {"image": LeakyImage()}}
)


@broken("colours_stay_in_place")
def flipped_pixels(image: Any) -> Any:
    return np.ascontiguousarray(image[:, ::-1])


@broken("fusing_changes_nothing")
class Nosy(RightGamma):
    __doc__ = RightGamma.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(power, gamma=0.5 if view._run.plan.fusions else 0.6)


_shared: dict[str, float] = {}


@broken("threads_do_not_disturb_each_other")
class Shared(RightGamma):
    __doc__ = RightGamma.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        _shared["gamma"] = rng.uniform(*self.limit)
        time.sleep(0.005)
        return Lookup(power, gamma=_shared["gamma"])


SETTING = {"gamma": 1.0}


@broken("spawned_process_agrees")
class Configured(RightGamma):
    __doc__ = RightGamma.__doc__

    def sample(self, rng: Any, view: Any) -> Any:
        return Lookup(power, gamma=SETTING["gamma"])


# Targets


@params.declared
class Marks(Annotation):
    """Points (N, 2) of the continuous frame, kept wherever they go."""

    kind = "marks"

    def read(self, name: str, data: Any, frame: Any) -> Any:
        return data[name].astype(float)

    def write(self, name: str, state: Any, frame: Any, result: dict[str, Any]) -> None:
        result[name] = state.copy()

    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return effect.map.forward(state)

    def mix(self, state: Any, effect: Any, frame: Any, partner: Any) -> Any:
        return np.concatenate([state, partner])

    def per_target(self, state: Any, effect: Any, frame: Any) -> Any:
        function = effect.function(self.kind)
        return state if function is None else function(state)


@params.declared
class PassedThrough(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return state


@params.declared
class Deaf(Marks):
    def per_target(self, state: Any, effect: Any, frame: Any) -> Any:
        return state


@params.declared
class Eager(Marks):
    def per_target(self, state: Any, effect: Any, frame: Any) -> Any:
        return effect.functions[0][1](state) if effect.functions else effect.function(self.kind)(state)


@params.declared
class Listed(Marks):
    def write(self, name: str, state: Any, frame: Any, result: dict[str, Any]) -> None:
        result[name] = state.tolist()


@params.declared
class Distracted(Marks):
    def read(self, name: str, data: Any, frame: Any) -> Any:
        return data[name] + ("image" in data)


@params.declared
class InPlace(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        state[:] = effect.map.forward(state)
        return state


@params.declared
class Expecting(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        assert np.isfinite(state.max())
        return effect.map.forward(state)


@params.declared
class OffCentre(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return effect.map.forward(state) - 0.5


@params.declared
class Rounded(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        moved = effect.map.forward(state)
        return moved if isinstance(effect.map, Lattice) else np.round(moved)


@params.declared
class CutTooEarly(Marks):
    def geometry(self, state: Any, effect: Any, frame: Any) -> Any:
        return np.clip(effect.map.forward(state), 0, frame.size[::-1])


class Undeclared(Marks):
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


BROKEN_TARGETS = {
    "every_effect_is_defined_or_refused": PassedThrough(),
    "per_target_functions_are_called": Deaf(),
    "lambdas_for_others_leave_it_alone": Eager(),
    "reading_and_writing_gives_the_same_back": Listed(),
    "nothing_happens_under_no_op": Distracted(),
    "inputs_and_states_are_left_alone": InPlace(),
    "empty_is_valid": Expecting(),
    "lattice_maps_come_back": OffCentre(),
    "geometry_can_be_undone": Rounded(),
    "fusing_is_invisible": CutTooEarly(),
    "target_survives_pickling": Undeclared(),
}


def marks(size: Any, rng: Any) -> dict[str, Any]:
    return {"marks": rng.uniform(5, 43, (6, 2))}


def no_marks(size: Any) -> list[dict[str, Any]]:
    return [{"marks": np.zeros((0, 2))}]
