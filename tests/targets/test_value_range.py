"""Pictures that do not use their dtype's whole range: 12-bit sensors, video levels, high dynamic range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_experimental import MixUp

import augcore
from augcore import Compose, InvalidData, InvalidParameter, Lookup, PixelFn, Trace, pixel_function
from augcore.targets import Image, Images, Volume
from augcore.testing import Case

SIZE = (37, 53)
# (dtype, low, high): a sensor of 12 bits, one with a dark current, video levels.
INTEGERS = [("uint16", 0, 4095), ("uint16", 100, 4095), ("uint8", 16, 235)]
# Results that are no pictures on the scale of the one that came in.
OWN_SCALE = "Normalize"
# Their fill is a level of the picture, as that of CoarseDropout.
OWN_LEVELS = "ChannelDropout"


def unit_picture(channels: int, levels: int) -> Any:
    """Clouds and grain over most of [0, 1], in steps that a picture of so many levels has."""
    picture = augcore.testing.samples.picture(SIZE, channels, "float32")
    return np.rint(picture.astype(float) * levels) / levels


def channels_of(case: Case) -> int:
    picture = np.zeros((*SIZE, 3), np.float32)
    try:
        Compose([case.transform])(image=picture)
    except augcore.Unsupported:
        return 1
    return 3


def through(step: Any, image: Any, key: Any = 0, **options: Any) -> Any:
    return Compose([step] if not isinstance(step, list) else step, seed=5, **options).keyed(key)(image=image)["image"]


@pixel_function
def range_tilted(x: Any, *, gain: float, offset: float) -> Any:
    return gain * x + offset


@pixel_function(output="float32")
def range_centred(x: Any, *, mean: float) -> Any:
    return x - mean


@pixel_function
def range_bytes(image: Any) -> Any:
    return np.full(image.shape, 51, np.uint8)


@pixel_function
def range_doubles(image: Any) -> Any:
    return image.astype(np.float64)


@pixel_function
def range_seen(image: Any, *, low: float, high: float) -> Any:
    assert image.dtype == np.float32
    assert low <= image.min() <= image.max() <= high
    return image


@augcore.transform
class Does(augcore.Transform):
    """A certain effect."""

    effect: Any = augcore.params.parameter(augcore.params.Parameter(lambda value: value, "an effect"))

    def sample(self, rng, view):
        return self.effect


SEEN: list[Any] = []


@augcore.transform
class Looks(augcore.Transform):
    """Notes what it may know of the picture."""

    def sample(self, rng, view):
        SEEN.append((view.value_range, view.dtype.name))


def seen(steps: list[Any], options: dict[str, Any], **data: Any) -> Any:
    SEEN.clear()
    Compose([*steps, Looks(p=1)], **options)(**data)
    return SEEN[-1]


# Scaling


@pytest.mark.parametrize(("dtype", "low", "high"), INTEGERS)
def test_levels_of_a_range_give_what_the_unit_picture_gives(colour: Case, dtype: str, low: int, high: int) -> None:
    unit = unit_picture(channels_of(colour), high - low)
    levels = np.rint(low + unit * (high - low)).astype(dtype)
    for key in range(3):
        wanted = through(colour.transform, unit.astype(np.float32), key)
        out = through(colour.transform, levels, key, value_range=(low, high))
        if colour.name == OWN_SCALE:
            top = high * 0.2
            np.testing.assert_allclose(out, (levels - high * 0.4) / top, atol=2e-6 * high / top)
            continue
        if colour.kind.__name__ in ("Normalize", "ToFloat", "FromFloat"):
            np.testing.assert_allclose(out, wanted, atol=1e-4)
            continue
        assert out.dtype == levels.dtype
        assert low <= out.min() <= out.max() <= high
        wanted = np.clip(np.rint(low + wanted.astype(float) * (high - low)), low, high)
        assert np.abs(out - wanted).max() <= 1


@pytest.mark.parametrize(("low", "high"), [(0, 50), (-1000, 3000)])
def test_floats_of_a_range_give_what_the_unit_picture_gives(colour: Case, low: float, high: float) -> None:
    unit = unit_picture(channels_of(colour), 4095).astype(np.float32)
    floats = (low + unit * (high - low)).astype(np.float32)
    for key in range(3):
        wanted = through(colour.transform, unit, key)
        out = through(colour.transform, floats, key, value_range=(low, high))
        if colour.kind.__name__ == "FromFloat":
            assert np.abs(out.astype(int) - wanted).max() <= 1
            continue
        assert out.dtype == np.float32
        if colour.name == OWN_LEVELS:
            wanted = np.where((out == 0).all((0, 1)), -low / (high - low), wanted)
        if colour.name == OWN_SCALE:
            wanted = (floats - high * 0.4) / (high * 0.2)
        elif colour.kind.__name__ not in ("Normalize", "ToFloat"):
            out = (out - low) / (high - low)
        np.testing.assert_allclose(out, wanted, atol=1e-4)


# What the docstrings say to cut: "pca" stretches everything to [0, 1], "from_lab" cuts.
SAY_THAT_THEY_CUT = {
    "Dithering",
    "Dithering-ordered",
    "Dithering-random",
    "Halftone",
    "AutoContrast",
    "AutoContrast-line",
    "AutoContrast-marked",
    "CLAHE",
    "CLAHE-coarse",
    "Colorize",
    "Equalize",
    "Equalize-pil",
    "ImageCompression",
    "ImageCompression-webp",
    "InvertImg",  # what was beyond white is below black
    "Posterize",
    "Solarize",
    "Solarize-any",
    "ToGray-from_lab",
    "ToGray-pca",
    "Normalize-min_max",
    "Normalize-min_max_per_channel",
}


def test_high_dynamic_range_is_not_cut_at_1_unless_the_docstring_says_so(colour: Case) -> None:
    image = (unit_picture(channels_of(colour), 4095) * 50).astype(np.float32)
    for key in range(3):
        out = through(colour.transform, image, key)
        if colour.kind.__name__ == "FromFloat":
            assert (out[(image > 1).all(2)] == 255).all()
            continue
        assert out.dtype == np.float32
        assert np.isfinite(out).all()
        if colour.name in SAY_THAT_THEY_CUT:
            assert out.max() <= 1 + 1e-6
        elif colour.name != "Normalize-image" and colour.name != "Normalize-image_per_channel":
            assert out.max() > 5
            # No plateau: what was bright stays apart.
            bright = (image > 25).all(2)
            if colour.name == "Downscale":  # which leaves one pixel of sixteen
                bright &= np.isin(image, out).all(2)
            assert len(np.unique(out[bright])) > 0.3 * len(np.unique(image[bright]))


def test_geometry_is_not_concerned_with_the_range(geometric: Case) -> None:
    data = augcore.testing.samples.picture((170, 200), 3, "uint16")
    for image in (data, (data / 1000).astype(np.float32)):
        for key in range(2):
            free = through(geometric.transform, image, key)
            np.testing.assert_array_equal(through(geometric.transform, image, key, value_range=(10, 40)), free)
            assert min(0, image.min()) <= free.min() <= free.max() <= image.max() * (1 + 1e-6)


@pytest.mark.parametrize("interpolation", ["cubic", "lanczos4"])
@pytest.mark.parametrize("step", [augcore.Resize, augcore.Affine])
def test_interpolation_that_overshoots_is_cut_to_the_range_in_integers_alone(step: Any, interpolation: str) -> None:
    made = (
        step(60, 80, interpolation, p=1)
        if step is augcore.Resize
        else step(rotate=(20, 20), interpolation=interpolation, p=1)
    )
    edges = np.where((np.indices(SIZE).sum(0) // 9 % 2)[..., None] > 0, 4095, 100).astype(np.uint16)
    assert through(made, edges).max() > 4095
    cut = through(made, edges, value_range=(100, 4095))
    np.testing.assert_array_equal(cut, np.clip(through(made, edges), 100, 4095))
    floats = edges.astype(np.float32)
    np.testing.assert_array_equal(through(made, floats, value_range=(100, 4095)), through(made, floats))


@pytest.mark.parametrize(("dtype", "low", "high"), INTEGERS)
def test_every_level_goes_through_the_curve_exactly(dtype: str, low: int, high: int) -> None:
    top = np.iinfo(dtype).max
    image = np.arange(top + 1, dtype=dtype).reshape(-1, 16, 1)
    for gain, offset in ((1.0, 0.0), (1.7, -0.3), (0.5, 0.6), (-1.0, 1.0)):
        out = through(Does(Lookup(range_tilted, gain=gain, offset=offset), p=1), image, value_range=(low, high))
        curve = gain * ((image.astype(float) - low) / (high - low)) + offset
        np.testing.assert_array_equal(out, np.clip(np.rint(curve * (high - low) + low), low, high).astype(dtype))


@pytest.mark.parametrize("fill", ["random", "random_uniform"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_random_fills_are_of_the_range_and_use_all_of_it(dtype: str, fill: str) -> None:
    low, high = (20, 200) if dtype == "uint8" else (1000, 4095) if dtype == "uint16" else (-10, 50)
    image = np.zeros((60, 60, 2), dtype)
    step = augcore.CoarseDropout((300, 300), (4, 4), (4, 4), fill=fill, p=1)
    out = through(step, image, value_range=(low, high))
    drawn = out[(out != 0).any(2)]
    assert low <= drawn.min() < low + 0.05 * (high - low)
    assert high - 0.05 * (high - low) < drawn.max() <= high


def test_fills_given_as_numbers_are_on_the_pictures_own_scale() -> None:
    image = np.full((40, 40, 1), 500, np.uint16)
    out = through(augcore.CoarseDropout((1, 1), (5, 5), (5, 5), fill=3000, p=1), image, value_range=(0, 4095))
    assert set(np.unique(out)) == {500, 3000}


# Functions


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_function_sees_black_at_0_and_white_at_1(dtype: str) -> None:
    low, high = (16, 235)
    image = np.array([[low, high]], dtype)[..., None]
    step = Does(PixelFn(range_seen, low=0.0, high=1.0), p=1)
    assert through(step, image, value_range=(low, high)) is image
    beyond = np.array([[0, 255]], dtype)[..., None]
    step = Does(PixelFn(range_seen, low=-0.1, high=1.1), p=1)
    assert through(step, beyond, value_range=(low, high)) is beyond


def test_a_function_that_gives_bytes_is_scaled_from_their_range_and_one_of_doubles_refused() -> None:
    image = np.zeros((4, 4, 1), np.uint16)
    assert (through(Does(PixelFn(range_bytes), p=1), image, value_range=(0, 4095)) == 819).all()
    with pytest.raises(InvalidData, match="returned float64"):
        through(Does(PixelFn(range_doubles), p=1), image, value_range=(0, 4095))


def test_a_lambda_works_on_the_pictures_own_scale() -> None:
    image = np.full((4, 4, 1), 4095, np.uint16)
    step = augcore.Lambda(image=lambda image: image - 95, p=1)
    assert (through(step, image, value_range=(0, 4095)) == 4000).all()


def test_a_transform_on_some_channels_leaves_the_others_to_the_bit() -> None:
    image = augcore.testing.samples.picture(SIZE, 4, "uint16") // 16
    inner = augcore.RandomGamma((50, 60), p=1)
    out = through(augcore.SelectiveChannelTransform([inner], channels=(1, 3), p=1), image, value_range=(0, 4095))
    np.testing.assert_array_equal(out[..., [0, 2]], image[..., [0, 2]])
    assert (out[..., [1, 3]] >= image[..., [1, 3]]).all()
    assert out.max() <= 4095


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
@pytest.mark.parametrize("fuse", ["off", "exact"])
def test_after_a_normalisation_values_are_as_they_are(dtype: str, fuse: Any) -> None:
    """What comes after it acts as on the pictures of a pipeline without a range."""
    image = (augcore.testing.samples.picture(SIZE, 3, "uint16") // 16).astype(dtype)
    first = Does(Lookup(range_centred, mean=0.5), p=1)
    rest = [
        augcore.RandomBrightnessContrast((0.3, 0.3), (0, 0), p=1),
        augcore.GaussianBlur(sigma_limit=(1, 1), p=1),
        augcore.CoarseDropout((2, 2), fill="random", p=1),
        Does(PixelFn(range_seen, low=-0.5, high=1.0), p=1),
    ]
    between = through(first, image, value_range=(0, 4095))
    np.testing.assert_allclose(between, image / 4095 - 0.5, atol=1e-6)
    wanted = through(rest, between, fuse=fuse)
    np.testing.assert_array_equal(through([first, *rest], image, fuse=fuse, value_range=(0, 4095)), wanted)


# What transforms see


def test_the_view_tells_the_range_of_the_first_image_as_the_effect_meets_it() -> None:
    image, floats = np.zeros((4, 4, 3), np.uint16), np.zeros((4, 4, 3), np.float32)
    normalise = Does(Lookup(range_centred, mean=0.5), p=1)
    twelve = {"value_range": (0, 4095)}
    assert seen([], {}, image=image) == ((0.0, 65535.0), "uint16")
    assert seen([], {}, image=floats) == ((0.0, 1.0), "float32")
    assert seen([], {}, mask=image) == ((0.0, 255.0), "uint8")
    assert seen([], twelve, image=image) == ((0.0, 4095.0), "uint16")
    assert seen([], twelve, images=[image]) == ((0.0, 4095.0), "uint16")
    assert seen([], twelve, volume=image[None]) == ((0.0, 4095.0), "uint16")
    assert seen([], twelve, volumes=[image[None]]) == ((0.0, 4095.0), "uint16")
    own = {"additional_targets": {"raw": Image((64, 1023))}}
    assert seen([], own, raw=image) == ((64.0, 1023.0), "uint16")
    for fuse in ("off", "exact"):
        for step in (normalise, Does(PixelFn(range_centred, mean=0.5), p=1)):
            for picture in (image, floats):
                assert seen([step], {**twelve, "fuse": fuse}, image=picture) == ((0.0, 1.0), "float32")
    assert seen([augcore.RandomGamma(p=1)], twelve, image=floats) == ((0.0, 4095.0), "float32")


@pytest.mark.parametrize("name", ["image", "images", "volume", "volumes"])
def test_the_mean_that_brightness_refers_to_is_a_part_of_the_range(name: str) -> None:
    image = np.full((6, 7, 1), 2048, np.uint16)
    data = {"image": image, "images": [image, image * 0], "volume": np.stack([image // 2, image * 3 // 2])}
    data["volumes"] = [data["volume"], data["volume"] * 0]
    step = augcore.RandomBrightnessContrast((0.5, 0.5), (0, 0), brightness_by_max=False, p=1)
    out = Compose([step], value_range=(1024, 4096 - 1))(**{name: data[name]})[name]
    first = data[name] if name in ("image", "volume") else data[name][0]
    wanted = np.clip(np.asarray(first, float) + 512, 1024, 4095)
    assert np.abs(np.asarray(out if name in ("image", "volume") else out[0]) - wanted).max() <= 1


@pytest.mark.parametrize("most", [None, 1000.0])
def test_normalising_is_a_formula_on_the_pictures_own_levels(most: float | None) -> None:
    step = augcore.Normalize((0.1, 0.2, 0.3), (0.5, 0.6, 0.7), most)
    for dtype, low, high in (*INTEGERS, ("float32", -10, 50)):
        image = augcore.testing.samples.picture(SIZE, 3, "uint8").astype(dtype)
        white = most or high
        mean, std = np.array([0.1, 0.2, 0.3]) * white, np.array([0.5, 0.6, 0.7]) * white
        out = through(step, image, value_range=(low, high))
        np.testing.assert_allclose(out, (image - mean) / std, atol=2e-6 * 255 / std.min() + 1e-6)


def test_normalising_by_a_white_that_is_not_above_0_is_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"max_pixel_value: None takes white, which is -1 here; give a number"):
        through(augcore.Normalize(0, 1, None), np.zeros((3, 3, 1), np.float32), value_range=(-5, -1))


# Fusion and traces


@pytest.mark.parametrize(("dtype", "low", "high"), [*INTEGERS, ("float32", 0, 50), ("float32", -3, 7)])
def test_merged_effects_give_the_bits_of_those_one_after_the_other(dtype: str, low: float, high: float) -> None:
    unit = unit_picture(3, 4095)
    image = (low + unit * (high - low)).astype(dtype)
    steps = [
        augcore.RandomGamma((40, 200), p=0.8),
        augcore.RandomBrightnessContrast(0.4, 0.4, p=0.8),
        augcore.HorizontalFlip(p=0.5),
        augcore.RandomGamma((40, 200), p=0.8),
        augcore.RandomBrightnessContrast(0.4, 0.4, brightness_by_max=False, p=0.8),
        augcore.RandomGamma((40, 200), p=0.8),
        augcore.Normalize(0.4, 0.3, high, p=0.5),
        augcore.RandomBrightnessContrast(0.4, 0.4, p=0.8),
    ]
    for key in range(12):
        off, exact = (through(steps, image, key, fuse=fuse, value_range=(low, high)) for fuse in ("off", "exact"))
        assert off.dtype == exact.dtype
        np.testing.assert_array_equal(off, exact)


def test_a_pipeline_and_a_trace_keep_the_range_in_files() -> None:
    step = [augcore.RandomGamma((40, 60), p=1), augcore.GaussNoise(p=1), augcore.Normalize(max_pixel_value=None)]
    own = {"raw": Image((64, 1023)), "clip": Images(value_range=(0, 4095)), "ct": Volume((0, 3000), True), "b": "image"}
    pipeline = Compose(step, value_range=(0, 4095), additional_targets=own, seed=1)
    again = augcore.serial.from_yaml(augcore.serial.to_yaml(pipeline.to_dict()), "it")
    again = augcore.serial.from_dict(again)
    assert again == pipeline
    assert again.setup.value_range == (0.0, 4095.0)
    assert again.to_dict()["value_range"] == [0.0, 4095.0]
    image = augcore.testing.samples.picture(SIZE, 3, "uint16") // 16
    data = {"image": image, "raw": image // 4, "clip": [image], "ct": image[None] // 2, "b": image}
    result, trace = pipeline.traced(**data)
    for read in (Trace.from_json(trace.to_json()), Trace.from_yaml(trace.to_yaml())):
        assert augcore.testing.samples.difference(result, read.apply(**data)) == ""


def test_each_target_keeps_to_its_own_range() -> None:
    gamma = augcore.RandomGamma((200, 200), p=1)
    targets = {"raw": Image((0, 1000)), "whole": Image(), "other": "image"}
    pipeline = Compose([gamma], value_range=(0, 4000), additional_targets=targets)
    half = {"image": 2000, "other": 2000, "raw": 500, "whole": 32768, "images": 2000, "volume": 2000, "volumes": 2000}
    shapes = {"images": (2, 4, 5, 1), "volume": (2, 4, 5, 1), "volumes": (1, 2, 4, 5, 1)}
    data = {name: np.full(shapes.get(name, (4, 5, 1)), value, np.uint16) for name, value in half.items()}
    mask = np.full((4, 5), 2000, np.uint16)
    out = pipeline(**data, mask=mask, heatmap=mask.astype(np.float32))
    assert {name: np.unique(out[name]).tolist() for name in half} == {
        name: [16384 if name == "whole" else value // 2] for name, value in half.items()
    }
    np.testing.assert_array_equal(out["mask"], mask)
    np.testing.assert_array_equal(out["heatmap"], mask)


def test_mixing_keeps_to_the_range_and_checks_the_other_sample() -> None:
    image = augcore.testing.samples.picture(SIZE, 3, "uint16") // 16
    out = Compose([MixUp(p=1)], value_range=(0, 4095), source=[{"image": 4095 - image}], seed=1)(image=image)["image"]
    assert out.max() <= 4095
    with pytest.raises(InvalidParameter, match="sample 0 of the source: image: value_range 0, 4095 does not fit uint8"):
        Compose([MixUp(p=1)], value_range=(0, 4095), source=[{"image": np.zeros((4, 4, 3), np.uint8)}])(image=image)
