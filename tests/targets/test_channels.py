"""Any number of channels: each is treated like a picture of its own, by everything that does not mix them."""

from __future__ import annotations

import functools
import re
from typing import Any

import cv2
import numpy as np
import pytest

import augcore
from augcore import (
    AffineMap,
    Border,
    Compose,
    Dense,
    Erase,
    Geometry,
    Interpolation,
    InvalidParameter,
    Lookup,
    Mix,
    PolygonRegion,
    Projective,
    Rectangles,
    ResizeMap,
    Unsupported,
    displacement_field,
    pixel_function,
)
from augcore.effects import PixelFn
from augcore.maps import Lattice
from augcore.targets import Image
from augcore.targets.erasing import fill_region
from augcore.targets.image import blend, paste
from augcore.targets.mask import Mask
from augcore.testing import Case

SIZE = (37, 53)
# Of a fixture's transforms, some of which crop.
LARGE = (130, 160)
COUNTS = (1, 2, 5, 128, 129, 200, 600)
DTYPES = ("uint8", "uint16", "float32")
TOP = {"uint8": 255, "uint16": 65535, "float32": 1.0}


def waves(channels: int, dtype: str = "uint8", size: Any = SIZE) -> Any:
    """Slow waves over most of the range, others in each channel."""
    y, x, phase = np.arange(size[0])[:, None] / 11, np.arange(size[1])[:, None] / 13, np.arange(channels) * 0.7
    values = 0.5 + 0.22 * np.sin(y + phase)[:, None] + 0.22 * np.cos(x - phase)[None]
    return (values * TOP[dtype]).astype(dtype)


def looked_at(channels: int) -> list[int]:
    """The channels at the ends of what OpenCV takes at once, and some between."""
    return sorted(
        {c for c in (0, 1, 2, 3, 4, channels // 2, 127, 128, channels - 2, channels - 1) if 0 <= c < channels}
    )


def fills(channels: int, dtype: str) -> Any:
    """A fill for each channel, within the dtype's range."""
    return tuple(c % 7 / 8 if dtype == "float32" else float((37 * c + 20) % 200) for c in range(channels))


def slack(effect: Geometry, dtype: str) -> float:
    """By how much a channel may differ from the picture of it alone.

    Lattices and nearest interpolation move values. OpenCV's loops for different numbers of channels round differently:
    resizes of integers by one level (cubic for bytes, all for 16 bits; in 4.11 to 5.0), and in 4.14 warps of 16 bits
    also look 1/32 px beside each other, which shows most where the fill meets the picture.
    """
    if isinstance(effect.map, Lattice):
        return 0
    if cv2.__version__.startswith("4.14") and dtype == "uint16" and not isinstance(effect.map, ResizeMap):
        return TOP[dtype]
    if effect.interpolation in (Interpolation.NEAREST, Interpolation.NEAREST_EXACT):
        return 0
    return 1 if isinstance(effect.map, ResizeMap) and dtype != "float32" else 1e-6 if dtype == "float32" else 0


def check_channels(many: Any, one: Any, channels: int, within: float, shape: Any = None) -> None:
    """`one(channel)` gives what the picture of that channel alone becomes."""
    assert many.ndim == 3
    assert many.shape[2] == channels
    for channel in looked_at(channels):
        alone = one(channel)
        assert alone.dtype == many.dtype
        difference = np.abs(many[..., channel].astype(float) - alone[..., 0])
        assert difference.max() <= within or (within > 1 and np.quantile(difference, 0.9) <= 1)


def replayed(trace: Any, image: Any) -> Any:
    return trace.apply(image=image)["image"]


@displacement_field
def channels_ripple(size, *, amplitude):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([amplitude * np.sin(y / 9), amplitude * np.cos(x / 7)], -1)


@pixel_function
def channels_curve(x: Any, *, power: float) -> Any:
    return x**power


@pixel_function
def channels_gains(x: Any, *, gains: tuple[float, ...]) -> Any:
    return x * np.array(gains)


# Geometry

LATTICES = {
    "flip": Lattice.hflip(SIZE),
    "both flips": Lattice.rot90(SIZE, 2),
    "turn": Lattice.rot90(SIZE, 1),
    "transpose": Lattice.rot90(SIZE, 1).then(Lattice.hflip(SIZE[::-1])),
    "crop": Lattice.window(SIZE, 4, 5, 40, 30),
    "pad": Lattice.pad(SIZE, 5, 6, 7, 8),
    "turned pad": Lattice.rot90(SIZE, 3).then(Lattice.pad(SIZE[::-1], 40, 6, 7, 80)),
}
WARPS = {
    "affine": AffineMap.of([[0.8112, 0.3519, 3.0371], [-0.3137, 0.7071, 20.173]], SIZE, (45, 60)),
    "projective": Projective.of([[0.9131, 0.1037, 4.1], [0.0517, 0.8173, 6.2], [0.0031, -0.0021, 1]], SIZE, (40, 61)),
    "dense": Dense.of(channels_ripple, SIZE, amplitude=4.0),
}
RESIZES = {"larger": ResizeMap(SIZE, (81, 60)), "smaller": ResizeMap(SIZE, (20, 31))}


def check_effect(effect: Geometry, channels: int, dtype: str) -> None:
    image, target = waves(channels, dtype), Image()
    if not isinstance(effect.fill, tuple):
        singly = dict.fromkeys(looked_at(channels), effect)
    else:
        changes = {name: getattr(effect, name) for name in ("interpolation", "border")}
        singly = {c: Geometry(effect.map, fill=effect.fill[c], **changes) for c in looked_at(channels)}
    out = target.geometry(image, effect, None)
    check_channels(out, lambda c: target.geometry(image[..., [c]], singly[c], None), channels, slack(effect, dtype))


@pytest.mark.parametrize("channels", COUNTS)
@pytest.mark.parametrize("border", list(Border), ids=lambda border: border.name.lower())
@pytest.mark.parametrize("name", LATTICES | WARPS)
def test_maps_with_every_border_treat_each_channel_alike(name: str, border: Border, channels: int) -> None:
    for dtype in DTYPES:
        fill = fills(channels, dtype)
        for interpolation in (
            (Interpolation.LINEAR,) if name in LATTICES else (Interpolation.NEAREST, Interpolation.LINEAR)
        ):
            check_effect(Geometry((LATTICES | WARPS)[name], interpolation, border=border, fill=fill), channels, dtype)


@pytest.mark.parametrize("channels", COUNTS)
@pytest.mark.parametrize("interpolation", list(Interpolation), ids=lambda kind: kind.name.lower())
@pytest.mark.parametrize("name", WARPS | RESIZES)
def test_maps_with_every_interpolation_treat_each_channel_alike(
    name: str, interpolation: Interpolation, channels: int
) -> None:
    for dtype in DTYPES:
        check_effect(Geometry((WARPS | RESIZES)[name], interpolation, fill=fills(channels, dtype)), channels, dtype)


@pytest.mark.parametrize("channels", COUNTS)
def test_every_geometric_transform_treats_each_channel_alike(geometric: Case, channels: int) -> None:
    dtype = DTYPES[COUNTS.index(channels) % 3]
    image = waves(channels, dtype, LARGE)
    result, trace = Compose([geometric.transform], seed=2).traced(image=image[..., 0])
    assert result["image"].ndim == 2
    within = max(slack(step.effect, dtype) for step in trace.steps)
    check_channels(replayed(trace, image), lambda c: replayed(trace, image[..., [c]]), channels, within)
    np.testing.assert_array_equal(replayed(trace, image[..., [0]])[..., 0], result["image"])


# Fills


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", COUNTS)
@pytest.mark.parametrize("name", ["pad", "window", "affine", "projective", "dense", "content"])
def test_a_fill_reaches_every_channel(name: str, channels: int, dtype: str) -> None:
    map, content = {
        "pad": (Lattice.pad(SIZE, 5, 5, 5, 5), None),
        "window": (Lattice.window(SIZE, 100, 100, 130, 120), None),
        "affine": (AffineMap.of([[1, 0, 500], [0, 1, 0]], SIZE), None),
        "projective": (Projective.of([[1, 0, 500], [0, 1, 0], [1e-4, 0, 1]], SIZE), None),
        "dense": (Dense.of(channels_ripple, SIZE, amplitude=400.0), None),
        "content": (Lattice.identity(SIZE), ((20, 20), (30, 20), (30, 30))),
    }[name]
    image, target = np.full((*SIZE, channels), 3, dtype), Image()
    for fill in (114, fills(channels, dtype)):
        effect = Geometry(map, Interpolation.NEAREST, fill=fill, fill_mask=fill, content=content)
        for out in (target.geometry(image, effect, None), Mask().geometry(image, effect, None)):
            assert out.dtype == image.dtype
            wanted = np.broadcast_to(np.asarray(fill, dtype), (channels,))
            filled = (out == wanted).all(2)
            assert filled[0].all() and filled[:, 0].all() if name != "dense" else filled.any()
            assert (filled | (out == 3).all(2)).all()


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "uint32", "bool", "float64"])
@pytest.mark.parametrize("channels", COUNTS)
def test_masks_with_many_channels_take_a_fill_of_one_number_or_one_each(channels: int, dtype: str) -> None:
    mask = np.ones((*SIZE, channels), dtype)
    steps = (augcore.Pad, augcore.Rotate, augcore.Perspective, augcore.CoarseDropout)
    for fill in (0, tuple(c % 2 for c in range(channels))):
        for step in steps:
            first = {augcore.Rotate: (40, 40), augcore.Perspective: (0.2, 0.2), augcore.CoarseDropout: (3, 3)}.get(
                step, 9
            )
            out = Compose([step(first, fill_mask=fill, p=1)], seed=1)(mask=mask)["mask"]
            assert out.dtype == mask.dtype
            wanted = np.broadcast_to(fill, (channels,))
            filled = (out == wanted).all(2)
            assert filled.any() or step is augcore.Perspective
            assert (filled | (out == 1).all(2)).all()


def test_a_fill_for_another_number_of_channels_is_refused_everywhere() -> None:
    image = waves(5)
    for step in (
        augcore.Pad(3, fill=(1, 2, 3), p=1),
        augcore.Rotate((30, 30), fill=(1, 2, 3), p=1),
        augcore.CoarseDropout(fill=(1, 2, 3), p=1),
        augcore.Perspective(fill=(1, 2, 3), p=1),
    ):
        with pytest.raises(InvalidParameter, match="holds 3 numbers for 5 channels; give one, or one for each"):
            Compose([step])(image=image)


# Colours

# Transforms that mix channels, or draw other noise for each of them.
MIXING = (
    "ChannelDropout",
    "ChannelShuffle",
    "ChannelSwap",
    "ChromaticAberration",
    "ColorJitter",
    "Colorize",
    "Equalize-luma",
    "FancyPCA",
    "HEStain",
    "HueSaturationValue",
    "ISONoise",
    "PhotoMetricDistort",
    "ToGray",
    "ToRGB",
    "ToSepia",
)
POOLED = (
    "Normalize-image",
    "Normalize-min_max",
    "PlasmaBrightnessContrast",
    "PlasmaBrightnessContrast-soft",
    "Superpixels",
    "Superpixels-large",
)
DRAWN_FOR_EACH = (
    "Dithering-random",
    "Halftone",
    "GaussNoise",
    "GaussNoise-coarse",
    "AdditiveNoise-gaussian",
    "MultiplicativeNoise-pixels",
    "RicianNoise",
    "ShotNoise",
)
# Their numbers are drawn for the channels there are.
NUMBERS_FOR_EACH = (
    "AdditiveNoise",
    "MultiplicativeNoise-channels",
    "PlanckianJitter",
    "PlanckianJitter-daylight",
    "RGBShift",
)
# What else refuses some numbers of channels, and what to do about it.
MENDS = {"ChannelDropout": "give images", "ToRGB": "ToGray"}
# The filters' vector loops end in scalar ones, which round sums the other way now and then.
FILTERS = (
    "Emboss",
    "Enhance",
    "RingingOvershoot",
    "Sharpen",
    "AdvancedBlur",
    "AdvancedBlur-wide",
    "Defocus",
    "Defocus-soft",
    "Downscale-smooth",
    "GaussianBlur",
    "GaussianBlur-sizes",
    "GaussNoise-shared",
    "RandomFog",
    "RandomRain",
    "AdditiveNoise-beta",
    "FilmGrain",
    "StochasticConvolution",
    "ZoomBlur",
)


@pytest.mark.parametrize("channels", COUNTS)
def test_every_change_of_colours_treats_each_channel_alike(colour: Case, channels: int) -> None:
    kind = colour.kind.__name__
    for dtype in DTYPES:
        image = waves(channels, dtype)
        trace = drawn(colour, dtype)
        try:
            out = replayed(trace, image)
        except Unsupported as error:
            said = str(error)
            if colour.name in NUMBERS_FOR_EACH:
                assert re.search(f"gives 3 channels for an image of {channels}; give one value, or one for each", said)
                continue
            assert kind in (*MIXING, "RandomRain") or colour.name in MIXING
            mend = MENDS.get(kind, "SelectiveChannel")
            assert re.search(f"needs [123 or]* channels(| or more), and the image has {channels}; {mend}", said), said
            continue
        if kind in MIXING or colour.name in MIXING:
            assert out.shape[:2] == SIZE
            continue
        assert out.shape == image.shape
        flat = replayed(trace, image[..., 0])
        np.testing.assert_array_equal(flat, replayed(trace, image[..., [0]])[..., 0])
        if colour.name not in DRAWN_FOR_EACH and colour.name not in POOLED:
            check_channels(out, functools.partial(alone, trace, image), channels, colour_slack(colour, dtype))


def drawn(colour: Case, dtype: str) -> Any:
    """What the transform decides on a picture of three channels, which none of them refuses."""
    return Compose([colour.transform], seed=4).traced(image=waves(3, dtype))[1]


def alone(trace: Any, image: Any, channel: int) -> Any:
    return replayed(trace, image[..., [channel]])


def colour_slack(colour: Case, dtype: str) -> float:
    if colour.name.startswith("Normalize"):
        return 1e-5
    if dtype == "float32":
        return 1e-6
    return 1 if colour.name in FILTERS else 0


@pytest.mark.parametrize("channels", COUNTS)
def test_grey_of_any_number_of_channels_is_what_its_name_says(channels: int) -> None:
    image = waves(channels, "float32")
    for method, wanted in {
        "average": image.mean(2, dtype=float),
        "max": image.max(2),
        "desaturation": (image.max(2).astype(float) + image.min(2)) / 2,
    }.items():
        for out_channels in (1, 3, channels):
            out = Compose([augcore.ToGray(out_channels, method, p=1)])(image=image)["image"]
            assert out.shape == (*SIZE, out_channels)
            np.testing.assert_allclose(out, np.repeat(wanted[..., None], out_channels, 2), atol=1e-5)


@pytest.mark.parametrize("channels", COUNTS)
def test_noise_of_each_channel_is_its_own_and_as_strong_as_asked(channels: int) -> None:
    image = np.full((*SIZE, channels), 30000, np.uint16)
    out = Compose([augcore.GaussNoise((0.05, 0.05), p=1)], seed=1)(image=image)["image"].astype(float) - 30000
    stds = out.std((0, 1)) / 65535
    assert 0.045 < stds.min() <= stds.max() < 0.055
    rows = out.reshape(-1, channels)[:, looked_at(channels)].T
    alike = np.corrcoef(rows) - np.eye(len(rows)) if len(rows) > 1 else np.zeros(1)
    assert np.abs(alike).max() < 0.1


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", COUNTS)
def test_tables_of_one_curve_and_of_one_for_each_channel_are_exact(channels: int, dtype: str) -> None:
    image, target = waves(channels, dtype), Image()
    gains = tuple(0.2 + c % 9 / 10 for c in range(channels))
    same = target.lookup(image, Lookup(channels_curve, power=0.6), None)
    own = target.lookup(image, Lookup(channels_gains, gains=gains), None)
    for channel in looked_at(channels):
        plane = image[..., channel] / TOP[dtype]
        for out, values in ((same, plane**0.6), (own, plane * gains[channel])):
            np.testing.assert_array_equal(out[..., channel], np.clip(np.rint(values * TOP[dtype]), 0, TOP[dtype]))


@pytest.mark.parametrize("channels", COUNTS)
def test_some_channels_out_of_many_are_changed_and_the_others_left(channels: int) -> None:
    image = waves(channels, "uint16")
    chosen = sorted({0, channels - 1})
    gamma = augcore.RandomGamma((50, 50), p=1)
    out = Compose([augcore.SelectiveChannelTransform([gamma], channels=chosen, p=1)])(image=image)["image"]
    whole = Compose([gamma])(image=image)["image"]
    others = np.setdiff1d(np.arange(channels), chosen)
    np.testing.assert_array_equal(out[..., chosen], whole[..., chosen])
    np.testing.assert_array_equal(out[..., others], image[..., others])


# Erasures and mixes

REGIONS = {
    "rectangles": Rectangles(((3, 4, 20, 15), (15, 10, 45, 30))),
    "polygon": PolygonRegion((((5.0, 5.0), (40.0, 8.0), (20.0, 33.0)),)),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", COUNTS)
@pytest.mark.parametrize("region", REGIONS)
def test_erasures_fill_the_region_in_every_channel(region: str, channels: int, dtype: str) -> None:
    image, where = waves(channels, dtype), REGIONS[region].mask(SIZE)
    for fill in (114, fills(channels, dtype), "random", "random_uniform"):
        out = fill_region(image, Erase(REGIONS[region], fill, seed=7), fill)
        assert out.dtype == image.dtype
        np.testing.assert_array_equal(out[~where], image[~where])
        if not isinstance(fill, str):
            np.testing.assert_array_equal(out[where], np.broadcast_to(np.asarray(fill, dtype), out[where].shape))
        elif fill == "random":
            means = out[where].mean(0, dtype=float) / TOP[dtype]
            assert np.abs(means - 0.5).max() < 0.15
        elif channels > 2:
            assert len(np.unique(out[25, 20])) > channels / 4
    for fill in ("inpaint_telea", "inpaint_ns"):
        if channels == 1 and dtype == "uint8":
            assert fill_region(image, Erase(REGIONS[region], fill), fill).shape == image.shape
            continue
        with pytest.raises(Unsupported, match="give a colour or 'random' instead"):
            fill_region(image, Erase(REGIONS[region], fill), fill)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", COUNTS)
def test_mixes_blend_and_paste_every_channel(channels: int, dtype: str) -> None:
    first, second = waves(channels, dtype), waves(channels, dtype)[::-1, ::-1]
    weight = 0.3
    out = blend(first, second, weight)
    wanted = weight * first.astype(float) + (1 - weight) * second.astype(float)
    assert out.shape == first.shape
    assert out.dtype == first.dtype
    np.testing.assert_allclose(out, wanted, atol=0.51 if dtype == "uint8" else 0.52 if dtype == "uint16" else 1e-6)
    out = paste(first, second, (3, 4, 20, 15))
    np.testing.assert_array_equal(out[4:15, 3:20], second[4:15, 3:20])
    out[4:15, 3:20] = first[4:15, 3:20]
    np.testing.assert_array_equal(out, first)
    mixed = Image().mix(first, Mix(0, weight), None, np.ascontiguousarray(second))
    np.testing.assert_array_equal(mixed, blend(first, second, weight))


def test_a_function_of_three_channels_says_so_to_all_other_numbers() -> None:
    @pixel_function(channels=(3,))
    def channels_three(image: Any) -> Any:
        return image

    effect = PixelFn(channels_three)
    for channels in COUNTS:
        with pytest.raises(Unsupported, match=f"needs 3 channels, and the image has {channels}; SelectiveChannel"):
            Image().pixels(waves(channels), effect, None)
