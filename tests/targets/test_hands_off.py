"""Nobody gets hold of the user's arrays: not transforms through the view, nor functions, nor the result of a mix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import augcore
from augcore import Compose, Mix, NoOp, PerTarget, Transform, transform
from augcore.testing import samples

SIZE = (20, 30)


def rasters(seed: int = 0) -> dict[str, Any]:
    """An array, or several, of every kind of raster and label."""
    rng = np.random.default_rng(seed)

    def floats(*shape: int) -> Any:
        return rng.random(shape, np.float32)

    def bytes_(*shape: int) -> Any:
        return rng.integers(0, 255, shape, np.uint8)

    return {
        "image": bytes_(*SIZE, 3),
        "images": [bytes_(*SIZE), bytes_(*SIZE)],
        "frames": bytes_(2, *SIZE),
        "mask": floats(*SIZE, 2),
        "masks": (bytes_(*SIZE), bytes_(*SIZE)),
        "volume": bytes_(2, *SIZE),
        "volumes": [bytes_(2, *SIZE)],
        "mask3d": floats(2, *SIZE),
        "masks3d": [bytes_(2, *SIZE)],
        "heatmap": floats(*SIZE, 2),
        "depth": floats(*SIZE),
        "flow": floats(*SIZE, 2),
        "label": floats(3),
        "ids": [floats(3), floats(3)],
    }


OTHERS = {"camera_matrix": np.eye(3), "bboxes": [[1.0, 2, 9, 9]], "keypoints": [(3.0, 4.0)]}
SOME_NAMES = {"ids": "labels"}


@transform
class Looking(Transform):
    """Write into everything that the view shows."""

    kinds: Any = augcore.params.parameter(augcore.params.Parameter(tuple, "kinds", {}), default=())

    def sample(self, rng: Any, view: Any) -> Any:
        for kind in self.kinds:
            assert kind in view
            arrays = samples.arrays_in(view[kind])
            assert arrays
            for array in arrays:
                with pytest.raises(ValueError, match="read-only"):
                    array[...] = 7
        return NoOp(p=1).sample(rng, view)


@pytest.mark.parametrize("step", [NoOp(p=1), augcore.HorizontalFlip(p=1)], ids=["as given", "after a flip"])
def test_transforms_see_no_array_that_they_could_write_to(step: Any) -> None:
    data = {**rasters(), **OTHERS}
    before = samples.copied(data)
    targets = dict.fromkeys(data, None)
    kinds = [*(SOME_NAMES.get(name, name) for name in targets if name != "frames")]
    pipeline = Compose(
        [step, Looking(kinds, p=1)], additional_targets=SOME_NAMES, bbox_params="pascal_voc", keypoint_params="xy"
    )
    pipeline(**data)
    assert samples.difference(before, data) == ""


def test_the_view_gives_containers_as_they_are_and_values_of_labels() -> None:
    seen: list[Any] = []

    @transform
    class Seeing(Transform):
        def sample(self, rng: Any, view: Any) -> Any:
            seen.extend(view[kind] for kind in ("masks", "labels", "label", "volumes"))
            return NoOp(p=1).sample(rng, view)

    for ids in ([2**53 + 1, "a", None], (1, 2), np.array([3, 4])):
        seen.clear()
        data = {**rasters(), "ids": ids, "label": {"of": "mine"}}
        Compose([Seeing(p=1)], additional_targets=SOME_NAMES)(**data)
        masks, labels, label, volumes = seen
        assert [mask.shape for mask in masks] == [(*SIZE, 1)] * 2
        assert type(labels) is type(ids)
        assert list(labels) == list(ids)
        assert label is data["label"]
        assert [volume.shape for volume in volumes] == [(2, *SIZE, 1)]


def blackened(value: Any, **_: Any) -> Any:
    value[:] = value[:] * 0 if isinstance(value, np.ndarray) else [0 for _ in value]
    return value


KINDS = ("image", "mask", "heatmap", "depth", "flow", "label", "labels", "camera_matrix")


@transform
class Blackening(Transform):
    """Call a function that works in place on everything."""

    def sample(self, rng: Any, view: Any) -> Any:
        return PerTarget.of(dict.fromkeys(KINDS, blackened))


def test_functions_may_work_in_place_and_leave_the_users_arrays_alone() -> None:
    data = {**rasters(), "camera_matrix": np.eye(3)}
    before = samples.copied(data)
    out = Compose([Blackening(p=1)], additional_targets=SOME_NAMES)(**data)
    assert samples.difference(before, data) == ""
    for name in data:
        assert all((array == 0).all() for array in samples.arrays_in(out[name])), name


def test_functions_may_draw_into_pictures_that_are_views_or_read_only() -> None:
    image = np.ones((*SIZE, 3), np.uint8)
    image.flags.writeable = False
    out = Compose([augcore.Crop(2, 2, 9, 9, p=1), augcore.Lambda(image=blackened, mask=blackened)])(
        image=image, mask=image[:, ::-1]
    )
    assert not out["image"].any()
    assert not out["mask"].any()


def test_lists_of_probabilities_may_be_changed_in_place() -> None:
    label = [0.5, 0.5]
    assert Compose([Blackening(p=1)])(image=rasters()["image"], label=label)["label"] == [0, 0]
    assert label == [0.5, 0.5]


# Results of functions


@pytest.mark.parametrize(
    ("kind", "made", "words"),
    [
        ("mask", lambda m: m.astype(object), r"the result of Lambda\(mask=…\): dtype object is not boolean"),
        ("mask", lambda m: m.astype(complex), r"the result of Lambda\(mask=…\): dtype complex128"),
        ("masks", lambda m: m.astype("U4"), r"the result of Lambda\(mask=…\): dtype <U4"),
        ("mask3d", lambda m: m.astype(object), r"the result of Lambda\(mask=…\): dtype object"),
        ("heatmap", lambda m: m.astype(int), r"the result of Lambda\(heatmap=…\): dtype int64 does not hold"),
        ("flow", lambda m: m[..., :1], r"the result of Lambda\(flow=…\): shape .* is not \(height, width, 2\)"),
        ("depth", lambda m: m - 9, r"the result of Lambda\(depth=…\)\[0, 0\]: .* is below 0"),
    ],
)
def test_what_functions_give_is_checked_as_what_users_give(kind: str, made: Any, words: str, refused: Any) -> None:
    @transform
    class Making(Transform):
        def sample(self, rng: Any, view: Any) -> Any:
            return PerTarget.of({"mask" if kind.startswith("mask") else kind: made})

    error = augcore.WrongType if "dtype" in words else augcore.InvalidData
    refused(lambda: Compose([Making(p=1)])(**rasters()), error, words)


# Mixes


@transform
class Mixed(Transform):
    """With the first sample of the source."""

    region: Any = augcore.params.numbers(length=4, default=None, none=True, whole=True)

    def sample(self, rng: Any, view: Any) -> Mix:
        return Mix(0, 0.25, self.region)


@pytest.mark.parametrize("region", [None, (0, 0, 10, 20), (0, 0, 0, 0)], ids=["blended", "pasted", "nowhere"])
@pytest.mark.parametrize("name", rasters())
def test_the_result_of_a_mix_shares_no_memory_with_the_source(name: str, region: Any) -> None:
    mine, other = ({key: rasters(seed)[key] for key in {"image": 0, name: 0}} for seed in (0, 1))
    before = samples.copied((mine, other))
    out = Compose([Mixed(region, p=1)], source=[other], additional_targets=SOME_NAMES)(**mine)
    assert samples.difference(before, (mine, other)) == ""
    lent = samples.arrays_in(other)
    assert not any(np.may_share_memory(one, its) for one in samples.arrays_in(out) for its in lent)


def test_a_sample_mixed_with_itself_gives_masks_of_its_own() -> None:
    mine = {key: rasters()[key] for key in ("image", "masks", "masks3d", "volume")}
    out = Compose([Mixed(p=1)], source=[mine])(**mine)
    for name in ("masks", "masks3d"):
        added = out[name][len(mine[name]) :]
        assert not any(np.may_share_memory(one, its) for one in added for its in mine[name])
