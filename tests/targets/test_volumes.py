"""Volumes and their masks: slices as single pictures, noise, containers, mixes, what is refused. How they follow maps
of three dimensions is in `test_volume_maps.py`.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

import augcore
from augcore import (
    Compose,
    Erase,
    Geometry,
    InvalidData,
    Lambda,
    Mix,
    PixelFn,
    Rectangles,
    WrongType,
    pixel_function,
)
from augcore.frame import Frame
from augcore.functions import registered
from augcore.maps3d import Lattice3
from augcore.targets import Mask3d, Masks3d, Volume, Volumes
from augcore.testing import TargetConformance, samples
from augcore.testing.pipelines import Fixed

Array = np.ndarray[Any, np.dtype[Any]]
SIZE = (6, 20, 26)
LARGE = (5, 130, 160)  # for the fixtures' transforms, some of which crop


@pixel_function(per_frame=True)
def volume_grain(image: Array, *, seed: int) -> Array:
    return np.random.default_rng(seed).integers(0, 255, image.shape).astype(image.dtype)


@pixel_function
def volume_weather(image: Array, *, seed: int) -> Array:
    return np.random.default_rng(seed).integers(0, 255, image.shape).astype(image.dtype)


def noise(*shape: int, dtype: Any = np.uint8, seed: int = 0) -> Array:
    draws = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return draws.random(shape).astype(dtype)
    return draws.integers(0, 2 if dtype is bool else 250, shape).astype(dtype)


def undergone(*effects: Any, **data: Any) -> dict[str, Any]:
    return Compose([Fixed(lambda view, effect=effect: effect) for effect in effects])(**data)


# The kit


class TestVolume(TargetConformance):
    target = Volume()
    tolerance = 1

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"volume": rng.integers(0, 255, (3, *size), np.uint8)}


class TestColourVolume(TargetConformance):
    target = Volume(value_range=(-1, 2), same_noise=True)
    tolerance = 1e-3

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"volume": rng.random((2, *size, 3)).astype(np.float32)}


class TestVolumes(TargetConformance):
    target = Volumes()
    tolerance = 1

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"volumes": rng.integers(0, 60000, (2, 3, *size)).astype(np.uint16)}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"volumes": []}, {"volumes": ()}, {"volumes": np.zeros((0, 3, *size), np.uint8)}]


class TestVolumesInATuple(TestVolumes):
    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"volumes": tuple(rng.integers(0, 255, (2, 3, *size, 2), np.uint8))}


class TestMask3d(TargetConformance):
    target = Mask3d()

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"mask3d": rng.integers(0, 5, (3, *size)) + 2**40}


class TestMasks3d(TargetConformance):
    target = Masks3d()

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"masks3d": rng.random((2, 3, *size)) > 0.5}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"masks3d": []}, {"masks3d": ()}, {"masks3d": np.zeros((0, 3, *size, 2), np.int64)}]


class TestMasks3dInAList(TestMasks3d):
    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"masks3d": [rng.random((3, *size)) > 0.5, rng.integers(0, 9, (3, *size, 1))]}


# Slices


def test_geometry_acts_on_every_slice_as_on_a_single_picture(geometric: Any) -> None:
    volume, mask = noise(*LARGE), noise(*LARGE, dtype=np.int64) * 2**40
    colour, spots = noise(*LARGE, 3, seed=1), noise(*LARGE, dtype=bool)
    given = {"volume": volume, "volumes": [colour], "mask3d": mask, "masks3d": spots[None]}
    pipeline = Compose([geometric.transform], seed=3)
    out, trace = pipeline.keyed(0).traced(**given)
    for k in range(LARGE[0]):
        # One that looks at the data would draw otherwise by one slice.
        again = trace.apply if geometric.kind.needs else pipeline.keyed(0)
        alone = again(image=volume[k], images=[colour[k]], mask=mask[k], masks=spots[k][None])
        np.testing.assert_array_equal(out["volume"][k], alone["image"])
        np.testing.assert_array_equal(out["volumes"][0][k], alone["images"][0])
        np.testing.assert_array_equal(out["mask3d"][k], alone["mask"])
        np.testing.assert_array_equal(out["masks3d"][0, k], alone["masks"][0])


def test_colour_acts_on_every_slice_with_the_same_draw(colour: Any) -> None:
    volume, mask = np.stack([samples.picture(LARGE[1:], 3, seed=k) for k in range(LARGE[0])]), noise(*LARGE)
    out, trace = Compose([colour.transform], seed=3).traced(volume=volume, volumes=[volume], mask3d=mask)
    np.testing.assert_array_equal(out["mask3d"], mask)
    for k in range(LARGE[0]):
        if k and _is_noise(trace):
            continue
        alone = trace.apply(image=volume[k])["image"]
        np.testing.assert_array_equal(out["volume"][k], alone)
        np.testing.assert_array_equal(out["volumes"][0][k], alone)


def _is_noise(trace: Any) -> bool:
    effects = [step.effect for step in trace.steps]
    return any(
        isinstance(one, PixelFn) and getattr(registered(one.call.function), "per_frame", False) for one in effects
    )


@pytest.mark.parametrize("name", ["volume", "volumes"])
def test_each_slice_has_noise_of_its_own_and_the_first_that_of_a_single_picture(name: str) -> None:
    grey = np.full((4, 30, 30, 1), 128, np.uint8)
    volumes = np.stack([grey] * 3)
    pipeline = Compose([augcore.GaussNoise(std_range=0.1, p=1)], seed=5)
    out = pipeline.keyed(0)(**{name: grey if name == "volume" else volumes})[name]
    slices = out.reshape(-1, 30, 30)
    np.testing.assert_array_equal(slices[0], pipeline.keyed(0)(image=grey[0])["image"][..., 0])
    assert len({one.tobytes() for one in slices}) == len(slices), "each has noise of its own"
    spread = [one.std() for one in slices]
    assert max(spread) / min(spread) < 1.15, "of the same strength"


@pytest.mark.parametrize("name", ["volume", "volumes"])
def test_all_slices_share_their_noise_if_told_so(name: str) -> None:
    grey = np.full((4, 30, 30), 128, np.uint8)
    target = Volume(same_noise=True) if name == "volume" else Volumes(same_noise=True)
    pipeline = Compose([augcore.GaussNoise(std_range=0.1, p=1)], seed=5, additional_targets={name: target})
    out = pipeline(**{name: grey if name == "volume" else np.stack([grey] * 2)})[name].reshape(-1, 30, 30)
    assert out[0].std() > 5
    np.testing.assert_array_equal(out, np.stack([out[0]] * len(out)))


def test_what_is_no_sensor_noise_is_the_same_in_all_slices() -> None:
    data = {"volume": noise(*SIZE), "volumes": noise(2, *SIZE)}
    out = undergone(PixelFn(volume_weather, seed=5), **data)
    slices = [*out["volume"], *out["volumes"][0], *out["volumes"][1]]
    assert len({one.tobytes() for one in slices}) == 1
    out = undergone(PixelFn(volume_grain, seed=5), **data)
    slices = [*out["volumes"][0], *out["volumes"][1]]
    assert len({one.tobytes() for one in slices}) == 2 * SIZE[0]
    np.testing.assert_array_equal(out["volume"], out["volumes"][0])


def test_brightness_changes_alike_in_all_slices() -> None:
    volume = np.stack([np.full((20, 20), value, np.uint8) for value in (50, 100, 50)])
    out = Compose([augcore.RandomBrightnessContrast(p=1)], seed=1)(volume=volume)["volume"]
    assert [len(np.unique(one)) for one in out] == [1, 1, 1]
    np.testing.assert_array_equal(out[0], out[2])
    assert not np.array_equal(out, volume)


def test_channels_are_taken_apart_in_volumes_too() -> None:
    volume = noise(*SIZE, 3)
    step = augcore.SelectiveChannelTransform([augcore.RandomBrightnessContrast(p=1)], channels=(1,), p=1)
    out = Compose([step], seed=0)(volume=volume, volumes=[volume])
    np.testing.assert_array_equal(out["volume"][..., [0, 2]], volume[..., [0, 2]])
    assert not np.array_equal(out["volume"][..., 1], volume[..., 1])
    np.testing.assert_array_equal(out["volumes"][0], out["volume"])


def test_an_erased_region_is_erased_in_every_slice() -> None:
    volume, mask = noise(*SIZE) | 1, noise(*SIZE) | 1
    out = undergone(Erase(Rectangles(((2, 3, 10, 9),)), fill=0, fill_mask=0), volume=volume, mask3d=mask)
    for one in (out["volume"], out["mask3d"]):
        assert (one[:, 3:9, 2:10] == 0).all()
        assert (one == 0).sum() == SIZE[0] * 48


def test_functions_for_images_and_masks_see_slices() -> None:
    shapes: list[Any] = []

    def note(array: Array) -> Array:
        shapes.append(array.shape)
        return array + 1

    volume, mask = noise(*SIZE), noise(*SIZE, 2)
    out = Compose([Lambda(image=note, mask=note)])(volume=volume, mask3d=mask)
    np.testing.assert_array_equal(out["volume"], volume + 1)
    np.testing.assert_array_equal(out["mask3d"], mask + 1)
    assert set(shapes) == {(*SIZE[1:], 1), (*SIZE[1:], 2)}


# Mixes


def mixed(data: Any, partner: Any, region: Any = None, **options: Any) -> dict[str, Any]:
    steps = [Fixed(lambda view: Mix(0, 0.25, region))]
    return Compose(steps, source=[partner], **options)(**data)


def test_volumes_are_blended_and_masks_joined() -> None:
    mine, other = noise(*SIZE), noise(*SIZE, seed=1)
    spots = noise(2, *SIZE, dtype=bool)
    out = mixed({"volume": mine, "masks3d": spots}, {"volume": other, "masks3d": ~spots[:1]})
    np.testing.assert_allclose(out["volume"], 0.25 * mine + 0.75 * other, atol=0.51)
    np.testing.assert_array_equal(out["masks3d"], np.concatenate([spots, ~spots[:1]]))


@pytest.mark.parametrize("container", [list, tuple, np.array])
def test_masks_are_cleared_where_the_other_sample_covers_them(container: Any) -> None:
    volume, mask = noise(*SIZE), np.ones(SIZE, np.uint8)
    data = {"volume": volume, "mask3d": mask, "masks3d": container([mask])}
    out = mixed(data, {"volume": 255 - volume, "mask3d": mask * 2, "masks3d": [mask]}, (0, 0, 10, 20))
    inside = np.zeros(SIZE, bool)
    inside[:, :, :10] = True
    np.testing.assert_array_equal(out["volume"], np.where(inside, 255 - volume, volume))
    np.testing.assert_array_equal(out["mask3d"], np.where(inside, 2, 1))
    assert type(out["masks3d"]) is type(data["masks3d"])
    np.testing.assert_array_equal(np.array(out["masks3d"]), [~inside, inside])


def test_a_mix_with_volumes_of_another_depth_is_refused_and_of_another_size_stretched() -> None:
    with pytest.raises(InvalidData, match="sample 0 of the source has volumes of 4 slices, this one of 6"):
        mixed({"volume": noise(*SIZE)}, {"volume": noise(4, 20, 26)})
    out = mixed({"volume": noise(*SIZE)}, {"volume": np.full((6, 40, 50), 9, np.uint8)}, (0, 0, 10, 20))
    assert (out["volume"][:, :, :10] == 9).all()


def test_masks_of_volumes_are_bound_to_other_objects() -> None:
    near, far = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    near[:3], far[4:] = 1, 1
    crop = Fixed(lambda view: Geometry(Lattice3.window(SIZE, (0, 0, 0), (3, 20, 26))))
    pipeline = Compose([crop], instance_binding=["masks3d", "ids"])
    out = pipeline(volume=noise(*SIZE), masks3d=[near, far, far], ids=["near", "far", "further"])
    assert out["ids"] == ["near"]
    assert len(out["masks3d"]) == 1


# What is refused, and what is not


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ({"volume": [[[1, 2], [3, 4]]]}, WrongType, r"^volume: list is not a NumPy array of \(depth, .*np.stack"),
        ({"mask3d": [noise(4, 5)]}, WrongType, r"^mask3d: list .*np.stack\(mask3d\)"),
        (
            {"volume": noise(4, 5)},
            InvalidData,
            r"^volume: shape \(4, 5\) is not \(depth, height, width\[, channels\]\)",
        ),
        ({"volume": noise(2, 3, 4, 5, 1)}, InvalidData, r"^volume: shape \(2, 3, 4, 5, 1\) is not \(depth"),
        ({"volume": np.zeros((0, 4, 5), np.uint8)}, InvalidData, r"^volume: shape \(0, 4, 5\) holds no voxels; give"),
        ({"mask3d": np.zeros((3, 4, 0))}, InvalidData, r"^mask3d: shape \(3, 4, 0\) holds no voxels"),
        ({"volume": np.zeros((3, 4, 5))}, WrongType, r"^volume: dtype float64 .*astype\(np.float32\)"),
        ({"volume": np.zeros((3, 4, 5), np.int16)}, WrongType, "^volume: dtype int16 .*convert"),
        ({"volume": np.zeros((3, 4, 5), bool)}, WrongType, "^volume: dtype bool .*convert"),
        ({"mask3d": np.zeros((3, 4, 5), complex)}, WrongType, "^mask3d: dtype complex128 .*label values as numbers"),
        ({"mask3d": np.full((3, 4, 5), "a")}, WrongType, "^mask3d: .*label values as numbers"),
        ({"volumes": noise(3, 4, 5)}, InvalidData, r"^volumes: shape \(3, 4, 5\) is not \(N, depth"),
        ({"volumes": "abc"}, WrongType, r"^volumes: str holds no volumes; give an array \(N, depth"),
        ({"volumes": [noise(4, 5)]}, InvalidData, r"^volumes\[0\]: shape \(4, 5\) is not"),
        ({"volumes": [noise(3, 4, 5), noise(2, 4, 5)]}, InvalidData, r"^volumes\[1\]: .*\(2, 4, 5\), but .*one size"),
        ({"masks3d": [noise(3, 4, 5), noise(3, 5, 4)]}, InvalidData, r"^masks3d\[1\]: .*\(3, 5, 4\)"),
        ({"masks3d": noise(3, 4, 5)}, InvalidData, r"^masks3d: shape \(3, 4, 5\) is not \(N, depth"),
        ({"masks3d": {"a": 1}}, WrongType, "^masks3d: dict holds no volumes"),
        ({"masks3d": []}, InvalidData, "no picture given"),
        ({"volume": noise(3, 4, 5), "mask3d": noise(3, 5, 4)}, InvalidData, "^mask3d: height and width.*is_check_sha"),
        ({"volume": noise(3, 4, 5), "mask3d": noise(4, 4, 5)}, InvalidData, "^mask3d: slices number 4.* volume are 3"),
        ({"image": noise(4, 6), "volume": noise(3, 4, 5)}, InvalidData, "^volume: height and width are"),
    ],
)
def test_what_cannot_be_is_refused_in_words(data: Any, kind: Any, words: str) -> None:
    with pytest.raises(kind, match=words):
        Compose([])(**data)


def test_no_volume_given_is_as_none_at_all() -> None:
    out = Compose([])(image=noise(4, 5), volume=None, mask3d=None)
    assert out["volume"] is out["mask3d"] is None


def test_pictures_and_volumes_of_one_height_and_width_go_together() -> None:
    image, volume = noise(*SIZE[1:], 3), noise(*SIZE)
    out = Compose([augcore.HorizontalFlip(p=1)])(image=image, volume=volume, mask=image[..., 0], images=[image])
    np.testing.assert_array_equal(out["image"], image[:, ::-1])
    np.testing.assert_array_equal(out["volume"], volume[:, :, ::-1])


def test_volumes_of_several_depths_go_together_if_told_so() -> None:
    deep, flat = noise(*SIZE), noise(2, *SIZE[1:])
    pipeline = Compose([augcore.HorizontalFlip(p=1)], is_check_shapes=False)
    out = pipeline(volume=deep, mask3d=flat)
    np.testing.assert_array_equal(out["mask3d"], flat[:, :, ::-1])
    turned = Compose(
        [Fixed(lambda view: Geometry(Lattice3.flip((view.depth, *view.size), (0,))))], is_check_shapes=False
    )
    with pytest.raises(
        InvalidData, match=r"volume of \(2, 20, 26\).* made for \(6, 20, 26\); give volumes of one size"
    ):
        turned(volume=deep, mask3d=flat)


def test_targets_are_told_apart_by_their_options() -> None:
    assert Volume() == Volume()
    assert Volume() != Volume(same_noise=True)
    assert len({Volume(), Volumes(), Mask3d(), Masks3d(), attrs.evolve(Volume(), value_range=(0, 9))}) == 5
    assert Frame.of((3, 4, 5)).shape == (3, 4, 5)
