"""The target by itself: the conformance kit, and what is its own: options, errors, and what hides a return."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_lidar import PLUGIN_API, Lidar, augcore_targets

import augcore
from augcore import Compose, Erase, Geometry, InvalidData, InvalidParameter, Lattice, Mix, PerTarget, Rectangles
from augcore.testing import TargetConformance

IMAGE = np.zeros((40, 60, 3), np.uint8)


def points(size: tuple[int, int], rng: Any) -> Any:
    """Four places in the middle of the frame, where no check cuts them off."""
    return rng.uniform(0.35, 0.65, (4, 2)) * size[::-1] - 0.5


# Conformance, in the containers and with the options that it takes


class TestArray(TargetConformance):
    target = Lidar()

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"returns": np.column_stack([points(size, rng), rng.uniform(0, 1, 4)])}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"returns": []}, {"returns": ()}, {"returns": np.zeros((0, 3), np.float32)}, {"returns": np.array([])}]


class TestRows(TestArray):
    target = Lidar(with_range=True)

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        intensity = (2**53 + 1, 0.25, 7, 0)
        return {"returns": [(*xy, v, 12.5) for xy, v in zip(points(size, rng).tolist(), intensity, strict=True)]}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"returns": []}, {"returns": np.zeros((0, 4))}]


class TestAllRowsKept(TestArray):
    target = Lidar(min_intensity=0.1, remove_hidden=False)

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        rows = super().sample(size, rng)["returns"] + (0, 0, 0.1)
        return {"returns": np.concatenate([rows, [(np.nan, np.nan, 0.0)]])}


# The package


def test_the_plugin_offers_the_target() -> None:
    assert augcore_targets() == [Lidar]
    assert PLUGIN_API == augcore.PLUGIN_API


# Calls with effects that are given rather than drawn


@augcore.transform
class Fixed(augcore.Transform):
    """An effect that a test has decided on."""

    effect: Any = augcore.params.parameter(augcore.params.Parameter(lambda effect: effect, "an effect"))

    def sample(self, rng: Any, view: Any) -> Geometry | Erase | Mix | PerTarget:
        return self.effect  # type: ignore[no-any-return]


def after(returns: Any, *effects: Any, source: Any = None, **options: Any) -> Any:
    steps = [Fixed(effect, p=1) for effect in effects]
    pipeline = Compose(steps, additional_targets={"returns": Lidar(**options)}, source=source)
    return pipeline(image=IMAGE, returns=returns)["returns"]


MIRROR = Geometry(Lattice.hflip((40, 60)))
LEFT_HALF = Geometry(Lattice.window((40, 60), 0, 0, 30, 40))
HOLE = Erase(Rectangles(((10, 10, 20, 20),)))


def test_the_first_pixel_becomes_the_last_in_a_mirror() -> None:
    assert after([(0, 0, 0.5)], MIRROR) == [(59, 0, 0.5)]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dtypes_of_arrays_are_kept(dtype: str) -> None:
    out = after(np.array([(3, 4, 0.5)], dtype), MIRROR)
    assert out.dtype == dtype
    assert out.tolist() == [[56, 4, 0.5]]


def test_whole_numbers_come_back_as_floats() -> None:
    out = after(np.array([(3, 4, 200)], np.uint8), Geometry(Lattice.identity((40, 60))))
    assert out.dtype == np.float64
    assert out.tolist() == [[3, 4, 200]]


def test_intensities_in_lists_stay_the_objects_they_were() -> None:
    given = [[5, 5, 2**60 + 1], [6, 5, np.float32(0.1)]]
    out = after(given, MIRROR)
    assert [row[2] for row in out] == [2**60 + 1, np.float32(0.1)]
    assert [type(row[2]) for row in out] == [int, np.float32]
    assert out[0] is not given[0]


# What hides a return

ROWS = [(5.0, 5.0, 0.1), (12.0, 15.0, 0.2), (40.0, 15.0, 0.3)]


@pytest.mark.parametrize(
    ("effects", "options", "left"),
    [
        ((LEFT_HALF,), {}, [0.1, 0.2]),
        ((HOLE,), {}, [0.1, 0.3]),
        ((LEFT_HALF, HOLE), {}, [0.1]),
        ((LEFT_HALF, Geometry(Lattice.pad((40, 30), 0, 0, 0, 30))), {}, [0.1, 0.2]),
        ((), {"min_intensity": 0.2}, [0.2, 0.3]),
    ],
    ids=["cut off", "erased", "cut off or erased", "cut off and padded", "weak"],
)
def test_hidden_returns_are_removed_or_lose_their_place(effects: Any, options: Any, left: list[float]) -> None:
    removed = after(ROWS, *effects, **options)
    assert [row[2] for row in removed] == left
    kept = after(ROWS, *effects, remove_hidden=False, **options)
    assert [row[2] for row in kept] == [0.1, 0.2, 0.3]
    assert [row for row in kept if row[2] in left] == removed
    assert all(np.isnan(row[:2]).all() for row in kept if row[2] not in left)


def test_a_return_on_the_edge_of_a_hole_belongs_to_the_pixel_it_lies_on() -> None:
    rows = [(9.4, 15, 1), (9.5, 15, 2), (19.4, 15, 3), (19.5, 15, 4)]  # the hole covers [9.5, 19.5) in indices
    assert [row[2] for row in after(rows, HOLE)] == [1, 4]


def test_returns_beyond_the_picture_are_accepted_and_may_be_kept_without_a_place() -> None:
    outside = [(-3.0, 5.0, 0.5), (60.0, 5.0, 0.5), (1e300, -1e300, 0.5), (float("nan"), float("nan"), 0.0)]
    assert after(outside, HOLE) == []
    assert np.isnan(np.array(after(outside, HOLE, MIRROR, remove_hidden=False))[:, :2]).all()


def test_each_return_of_two_mixed_samples_is_shown_by_one_of_them() -> None:
    other = {"image": IMAGE, "returns": [(15.0, 15.0, 0.8), (40.0, 15.0, 0.9)]}
    pasted = after(ROWS, Mix(0, 0.5, (10, 10, 30, 30)), source=[other])
    assert [row[2] for row in pasted] == [0.1, 0.3, 0.8]
    blended = after(ROWS, Mix(0, 0.5), source=[other])
    assert [row[2] for row in blended] == [0.1, 0.2, 0.3, 0.8, 0.9]


def test_what_was_cut_off_before_a_mix_does_not_come_back_with_it() -> None:
    padded = Geometry(Lattice.pad((40, 30), 0, 0, 0, 30))
    mixed = after(ROWS, LEFT_HALF, padded, Mix(0, 0.5), source=[{"image": IMAGE, "returns": []}])
    assert [row[2] for row in mixed] == [0.1, 0.2]


def test_samples_of_other_sizes_and_containers_mix() -> None:
    other = {"image": IMAGE[::2, ::2], "returns": np.array([(0, 0, 7)], np.float32)}
    assert after([], Mix(0, 0.5), source=[other]) == [[0.5, 0.5, 7.0]]
    out = after(np.array([(3, 4, 5)], np.float32), Mix(0, 0.5), source=[{"image": IMAGE, "returns": [(1, 2, 3)]}])
    assert out.dtype == np.float32
    assert out.tolist() == [[3, 4, 5], [1, 2, 3]]


# Functions of users


def test_a_function_for_lidar_gets_pixel_indices() -> None:
    assert after(ROWS, PerTarget.of({"lidar": lambda xy, by: xy + by}, by=2))[0] == (7.0, 7.0, 0.1)
    with pytest.raises(InvalidData, match=r"lidar: .*\(1, 2\) .*\(3, 2\); keep the shape"):
        after(ROWS, PerTarget.of({"lidar": lambda xy: xy[:1]}))


# Errors


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ("near", augcore.WrongType, "returns: str is neither an array nor a list; give rows of x, y, intensity"),
        (
            np.zeros((2, 2)),
            InvalidData,
            "returns: an array of shape (2, 2) and dtype float64; give rows of x, y",
        ),
        (np.zeros((2, 3), complex), InvalidData, "returns: an array of shape (2, 3) and dtype complex128; give rows"),
        (np.zeros((3, 0)), InvalidData, "returns: an array of shape (3, 0)"),
        ([(1, 2, 3), (1, 2)], InvalidData, "returns[1]: (1, 2) is no return; give rows of x, y, intensity"),
        ([(1, 2, "bright")], InvalidData, "returns[0]: (1, 2, 'bright') is no return"),
        ([5], InvalidData, "returns[0]: 5 is no return"),
        ([(1, 2, 3), (float("inf"), 2, 3)], InvalidData, "returns[1]: (inf, 2, 3) lies nowhere; give NaN for x and y"),
    ],
    ids=str,
)
def test_wrong_data_is_named_with_its_mend(given: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as caught:
        after(given)
    assert str(caught.value).startswith(said)


def test_a_wrong_option_is_named() -> None:
    with pytest.raises(InvalidParameter, match=r"Lidar.min_intensity: -1 is outside \[0, inf\)"):
        Lidar(min_intensity=-1)
    with pytest.raises(augcore.UnknownParameter, match="'with_rnge'; did you mean 'with_range'"):
        Lidar(with_rnge=True)
