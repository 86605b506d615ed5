"""A broken transform for every check of the conformance kit, which must catch it.

In a module of its own, so that a spawned process can import it.
"""

from __future__ import annotations

import itertools
import time
from typing import Any

import cv2
import numpy as np
from conformance_right import WAY, RightGamma, RightNoise, RightWindow, mirrored_boxes, power

from augcore import Lookup, PerTarget, PixelFn, max_value, params, pixel_function, to_range, transform
from augcore.targets import Image
from augcore.testing import Case

# By the check that catches them.
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
