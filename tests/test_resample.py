"""Pixels under every map: against NumPy oracles, for all channel counts, dtypes, borders and fills."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcore import (
    AffineMap,
    Border,
    Compose,
    Dense,
    Geometry,
    Interpolation,
    InvalidParameter,
    Lambda,
    Lattice,
    Projective,
    ResizeMap,
    Transform,
    Unsupported,
    displacement_field,
    transform,
)
from augcore import resample as resampling
from augcore.resample import resample, resample_all
from augcore.testing.samples import picture

SIZE = (37, 53)
CHANNELS = (1, 2, 3, 4, 5, 8, 10, 128, 129, 200)
NUMPY_BORDER = {
    Border.REPLICATE: "edge",
    Border.REFLECT: "symmetric",
    Border.WRAP: "wrap",
    Border.REFLECT_101: "reflect",
}


@displacement_field
def resample_ripple(size, *, amplitude):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([amplitude * np.sin(y / 9), amplitude * np.cos(x / 7)], -1)


LATTICES = {
    "flip": Lattice.hflip(SIZE),
    "turn": Lattice.rot90(SIZE, 1),
    "turned pad": Lattice.rot90(SIZE, 3).then(Lattice.pad(SIZE[::-1], 5, 6, 7, 8)),
    "shifted window": Lattice.window(SIZE, -9, 10, 40, 60),
}
WARPS = {
    # Numbers that put no pixel halfway between two others.
    "affine": AffineMap.of([[0.8112, 0.3519, 3.0371], [-0.3137, 0.7071, 20.173]], SIZE, (45, 60)),
    "mirrored affine": AffineMap.of([[-0.9137, 0.2071, 45.137], [0.1031, 1.2137, -8.317]], SIZE, (41, 50)),
    "projective": Projective.of([[0.9131, 0.1037, 4.1], [0.0517, 0.8173, 6.2], [0.0031, -0.0021, 1]], SIZE, (40, 61)),
    "dense": Dense.of(resample_ripple, SIZE, amplitude=4.0),
    "dense back": Dense.of(resample_ripple, SIZE, amplitude=1.5).inverse(),
}
RESIZES = {
    "larger": ResizeMap(SIZE, (81, 60)),
    "smaller": ResizeMap(SIZE, (20, 31)),
    "wider": ResizeMap(SIZE, (19, 99)),
}
MAPS = LATTICES | WARPS | RESIZES


@transform
class MoveBy(Transform):
    """Any geometric effect, as a transform."""

    effect: Geometry = attrs.field()

    def sample(self, rng, view):
        return self.effect


def moved(effect, **data):
    return Compose([MoveBy(effect, p=1)])(**data)


def smooth_picture(channels, dtype="float32", top=1.0):
    """Slow waves, a different one in each channel."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    phase = np.arange(channels) * 0.7
    waves = 0.5 + 0.25 * np.sin(x[..., None] / 11 + phase) + 0.25 * np.cos(y[..., None] / 13 - phase)
    return (waves * top).astype(dtype)


def sources(map):
    """Where each output pixel looks, in pixel indices (H, W, 2)."""
    rows, columns = np.mgrid[: map.output[0], : map.output[1]] + 0.5
    return map.backward(np.stack([columns, rows], -1).reshape(-1, 2)).reshape(*map.output, 2) - 0.5


def bilinear_oracle(image, map, border, fill):
    """Linear interpolation over a widely padded picture."""
    wide = 80
    if border == Border.CONSTANT:
        padded = np.full((SIZE[0] + 2 * wide, SIZE[1] + 2 * wide, image.shape[2]), fill, float)
        padded[wide:-wide, wide:-wide] = image
    else:
        padded = np.pad(image.astype(float), ((wide, wide), (wide, wide), (0, 0)), mode=NUMPY_BORDER[border])
    x, y = np.moveaxis(sources(map) + wide, -1, 0)
    x, y = np.clip(x, 0, padded.shape[1] - 2), np.clip(y, 0, padded.shape[0] - 2)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    a, b = (x - left)[..., None], (y - top)[..., None]
    upper = padded[top, left] * (1 - a) + padded[top, left + 1] * a
    lower = padded[top + 1, left] * (1 - a) + padded[top + 1, left + 1] * a
    return upper * (1 - b) + lower * b


# Values


@pytest.mark.parametrize("border", list(Border), ids=lambda border: border.name.lower())
@pytest.mark.parametrize("name", WARPS)
def test_linear_warps_agree_with_interpolation_in_numpy(name, border):
    map = WARPS[name]
    image = smooth_picture(3)
    out = resample(image, Geometry(map, border=border), Interpolation.LINEAR, 0.5)
    expected = bilinear_oracle(image, map, border, 0.5)
    # OpenCV 4.x rounds source positions to 1/32 px, which shows where the fill, or the far side, meets the picture.
    seamless = border in (Border.REPLICATE, Border.REFLECT, Border.REFLECT_101)
    difference = np.abs(out - expected).max(-1)
    assert np.quantile(difference, 0.95) < 0.003
    assert difference.max() < (0.004 if seamless else 0.04)


@pytest.mark.parametrize("interpolation", [Interpolation.NEAREST, Interpolation.LINEAR])
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("name", WARPS)
def test_pixels_are_gathered_in_words_or_among_four_channels_to_the_same_bits(
    name, dtype, channels, interpolation, monkeypatch
):
    image = picture(SIZE, channels, dtype)
    for border in Border:
        # Words of four bytes that are no number, that are too small for a normal one, and nothing.
        for fill in ((255, 1, 192, 255, 7), (0, 0, 128, 127, 0), (3, 0, 0, 0, 0), 0):
            colour = fill[:channels] if isinstance(fill, tuple) else fill
            effect = Geometry(WARPS[name], border=border)
            out = []
            for gathers in (resampling._GATHERS, False):
                monkeypatch.setattr(resampling, "_GATHERS", gathers)
                out.append(resample(image, effect, interpolation, colour))
            np.testing.assert_array_equal(*out)


@pytest.mark.parametrize("interpolation", [Interpolation.CUBIC, Interpolation.LANCZOS4])
@pytest.mark.parametrize("name", WARPS)
def test_higher_interpolations_agree_with_the_wave_itself(name, interpolation):
    """A slow wave is known between its pixels."""
    map = WARPS[name]
    out = resample(smooth_picture(1), Geometry(map, border=Border.REPLICATE), interpolation, 0)[..., 0]
    x, y = np.moveaxis(sources(map), -1, 0)
    inside = (x > 4) & (x < SIZE[1] - 5) & (y > 4) & (y < SIZE[0] - 5)
    wave = 0.5 + 0.25 * np.sin(x / 11) + 0.25 * np.cos(y / 13)
    assert np.abs(out - wave)[inside].max() < 0.004


@pytest.mark.parametrize("interpolation", list(Interpolation), ids=lambda kind: kind.name.lower())
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64", "int16"])
@pytest.mark.parametrize("name", WARPS | RESIZES)
def test_a_constant_picture_stays_constant_under_every_interpolation(name, dtype, interpolation):
    image = np.full((*SIZE, 3), 77, dtype)
    out = resample(image, Geometry(MAPS[name], border=Border.REFLECT_101), interpolation, 0)
    assert out.dtype == image.dtype
    np.testing.assert_allclose(out, 77, rtol=1e-5, atol=1 if np.issubdtype(dtype, np.integer) else 0)


@pytest.mark.parametrize("name", RESIZES)
def test_linear_resizes_look_between_pixel_centres(name):
    map = RESIZES[name]
    image = smooth_picture(2)
    out = resample(image, Geometry(map), Interpolation.LINEAR, 0)
    np.testing.assert_allclose(out, bilinear_oracle(image, map, Border.REPLICATE, 0), atol=1e-4)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_area_resizes_average(factor):
    image = np.random.default_rng(0).random((6 * factor, 5 * factor, 3), np.float32)
    out = resample(image, Geometry(ResizeMap(image.shape[:2], (6, 5))), Interpolation.AREA, 0)
    np.testing.assert_allclose(out, image.reshape(6, factor, 5, factor, 3).mean((1, 3)), atol=1e-6)


@given(st.tuples(st.integers(1, 20), st.integers(1, 20)), st.tuples(st.integers(1, 40), st.integers(1, 40)))
def test_nearest_resizes_take_the_pixel_under_the_centre(size, output):
    numbered = np.arange(size[0] * size[1], dtype=np.int32).reshape(*size, 1)
    map = ResizeMap(size, output)
    out = resample(numbered, Geometry(map), Interpolation.NEAREST, 0)[..., 0]
    low, high = sources(map) + 0.5 - 1e-3, sources(map) + 0.5 + 1e-3  # on an edge either side will do
    y, x = np.divmod(out, size[1])
    assert ((x >= np.floor(low[..., 0])) & (x <= np.floor(high[..., 0]))).all()
    assert ((y >= np.floor(low[..., 1])) & (y <= np.floor(high[..., 1]))).all()


@pytest.mark.parametrize("name", WARPS)
def test_nearest_warps_take_a_pixel_at_the_centre_or_on_its_edge(name):
    map = WARPS[name]
    numbered = np.arange(SIZE[0] * SIZE[1], dtype=np.int32).reshape(*SIZE, 1)
    out = resample(numbered, Geometry(map), Interpolation.NEAREST, -1)[..., 0]
    y, x = np.divmod(out, SIZE[1])
    distance = np.abs(np.stack([x, y], -1) - sources(map)).max(-1)
    # OpenCV 4.x rounds source positions to 1/32 px.
    assert distance[out >= 0].max() <= 0.5 + 1 / 32
    inside = ((sources(map) > -0.4) & (sources(map) < np.array(SIZE[::-1]) - 0.6)).all(-1)
    assert (out >= 0)[inside].all()


# Channels and dtypes


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("name", MAPS)
def test_every_channel_is_treated_like_a_picture_of_its_own(name, channels, dtype):
    image = smooth_picture(channels, dtype, 1.0 if dtype == "float32" else 250)
    fill = tuple(float(c % 7) for c in range(channels))
    effect = Geometry(MAPS[name], fill=fill)
    out = resample(image, effect, Interpolation.LINEAR, fill)
    assert out.shape == (*effect.map.output, channels)
    assert out.dtype == image.dtype
    for channel in {0, 1 % channels, channels // 2, channels - 1}:
        alone = resample(image[..., [channel]], effect, Interpolation.LINEAR, fill[channel])[..., 0]
        difference = np.abs(out[..., channel].astype(float) - alone)
        # Vectorised loops for several channels may round the other way; OpenCV 4.14 rounds source positions to 1/32 px
        # for some counts of channels, which shows where the fill meets the picture.
        near = 0 if name in LATTICES else 1e-5 if dtype == "float32" else 1
        assert np.quantile(difference, 0.95) <= near
        assert difference.max() <= (0 if near == 0 else image.max() / 32 + 1e-5)


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("name", ["turned pad", "shifted window", "affine", "projective", "dense"])
def test_a_fill_reaches_every_channel(name, channels):
    away = {
        "affine": AffineMap.of([[1, 0, 500], [0, 1, 0]], SIZE),
        "projective": Projective.of([[1, 0, 500], [0, 1, 0], [1e-4, 0, 1]], SIZE),
        "dense": Dense.of(resample_ripple, SIZE, amplitude=0.0),
        "turned pad": Lattice.rot90(SIZE, 3).then(Lattice.pad(SIZE[::-1], 5, 6, 7, 8)),
        "shifted window": Lattice.window(SIZE, 100, 100, 130, 120),
    }[name]
    for dtype in ("uint8", "uint16", "float32"):
        image = np.full((*SIZE, channels), 3, dtype)
        for fill in (114, tuple((7 * c + 20) % 200 for c in range(channels))):
            out = resample(image, Geometry(away), Interpolation.LINEAR, fill)
            expected = np.broadcast_to(np.asarray(fill, dtype), (*out.shape[:2], channels))
            border = out[:5] if name == "turned pad" else out if name != "dense" else out[:0]
            np.testing.assert_array_equal(border, expected[: len(border)])


def test_a_fill_for_another_number_of_channels_is_refused():
    with pytest.raises(InvalidParameter, match="holds 2 numbers for 3 channels"):
        resample(smooth_picture(3), Geometry(Lattice.pad(SIZE, 1)), Interpolation.LINEAR, (1, 2))


def nearby_values(padded, map, slack):
    """The values under each output pixel's centre, and under points `slack` px beside it: (4, H, W, C)."""
    corners = sources(map)[None] + slack * np.array([(-1, -1), (1, -1), (-1, 1), (1, 1)])[:, None, None]
    x, y = np.moveaxis(np.floor(corners + 1.5).astype(int), -1, 0)
    return padded[np.clip(y, 0, padded.shape[0] - 1), np.clip(x, 0, padded.shape[1] - 1)]


def extreme_values(dtype, count):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.arange(count) % 2 == 0
    if dtype.kind == "f":
        return np.linspace(-60000, 60000, count).astype(dtype)
    limits = np.iinfo(dtype)
    corners = np.array([limits.min, limits.max, limits.max // 2, limits.max // 3 + 1], dtype)
    return np.resize(corners, count)


EVERY_DTYPE = [
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("float16", "float32", "float64", "longdouble", ">i4", ">f4", ">u2"),
]


@pytest.mark.parametrize("channels", [1, 3, 5, 33])
@pytest.mark.parametrize("dtype", EVERY_DTYPE)
@pytest.mark.parametrize("name", MAPS)
def test_masks_of_every_dtype_move_bit_for_bit(name, dtype, channels):
    values = extreme_values(dtype, SIZE[0] * SIZE[1] * channels).reshape(*SIZE, channels)
    fill = values[0, 0, 0].item() if np.dtype(dtype).kind != "f" else 7
    out = resample(values, Geometry(MAPS[name]), Interpolation.NEAREST, fill)
    assert out.dtype == values.dtype
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)), constant_values=fill)
    # OpenCV rounds source positions to 1/32 px for some dtypes and not for others.
    exact, either = (nearby_values(padded, MAPS[name], slack) for slack in (0, 1 / 32))
    assert (out[None] == either).any(0).all()
    assert np.mean(out == exact[0]) > 0.98


@pytest.mark.parametrize("dtype", ["bool", "int8", "int32", "int64", "uint32", "float16"])
@pytest.mark.parametrize("interpolation", [Interpolation.LINEAR, Interpolation.CUBIC, Interpolation.AREA])
@pytest.mark.parametrize("name", ["affine", "dense", "smaller"])
def test_interpolating_a_dtype_that_cannot_be_is_refused_in_words(name, interpolation, dtype):
    with pytest.raises(Unsupported, match="use nearest"):
        resample(np.zeros((*SIZE, 1), dtype), Geometry(MAPS[name]), interpolation, 0)


def test_a_picture_too_long_to_be_warped_is_refused_in_words():
    image = np.zeros((1, 40_000, 1), np.uint8)
    with pytest.raises(Unsupported, match="limit"):
        resample(image, Geometry(AffineMap.of(np.eye(3), (1, 40_000))), Interpolation.LINEAR, 0)
    assert resample(image, Geometry(Lattice.hflip((1, 40_000))), Interpolation.LINEAR, 0).shape == image.shape


# Borders


@pytest.mark.parametrize("channels", [1, 3, 4, 5, 129])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "int64", "bool"])
@pytest.mark.parametrize("border", list(Border), ids=lambda border: border.name.lower())
@pytest.mark.parametrize("size", [(7, 9), (1, 4), (1, 1)])
def test_pads_agree_with_numpy_also_when_wider_than_the_picture(size, border, dtype, channels):
    image = np.random.default_rng(0).integers(0, 200, (*size, channels)).astype(dtype)
    top, bottom, left, right = 3, 17, 20, 2
    effect = Geometry(Lattice.pad(size, top, bottom, left, right), border=border)
    out = resample(image, effect, Interpolation.NEAREST, 1)
    sides = ((top, bottom), (left, right), (0, 0))
    if border == Border.CONSTANT:
        expected = np.pad(image, sides, constant_values=1)
    else:
        expected = np.pad(image, sides, mode=NUMPY_BORDER[border])
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("border", [border for border in Border if border != Border.CONSTANT])
def test_a_window_that_shows_nothing_has_nothing_to_repeat(border):
    effect = Geometry(Lattice.window(SIZE, 100, 100, 110, 110), border=border)
    with pytest.raises(InvalidParameter, match="nothing of the picture"):
        resample(smooth_picture(3), effect, Interpolation.LINEAR, 0)


@pytest.mark.parametrize("fill", [-5, 300, 12.6])
def test_fills_are_rounded_and_saturated_alike_by_pads_warps_and_content(fill):
    image = np.full((*SIZE, 3), 50, np.uint8)
    pad = resample(image, Geometry(Lattice.pad(SIZE, 2)), Interpolation.LINEAR, fill)
    many = resample(np.repeat(image, 2, -1), Geometry(Lattice.pad(SIZE, 2)), Interpolation.LINEAR, fill)
    warp = resample(image, Geometry(AffineMap.of([[1, 0, 5], [0, 1, 5]], SIZE)), Interpolation.LINEAR, fill)
    nothing = ((0.0, 0.0), (5.0, 0.0), (5.0, 5.0), (0.0, 5.0))
    kept = resample(image, Geometry(Lattice.identity(SIZE), content=nothing), Interpolation.LINEAR, fill)
    expected = np.uint8(np.clip(round(fill), 0, 255))
    assert pad[0, 0, 0] == many[0, 0, 5] == warp[0, 0, 0] == kept[20, 20, 0] == expected
    assert kept[2, 2, 0] == 50


# Memory


def arrangements(image):
    yield "sliced", np.repeat(np.repeat(image, 2, 0), 2, 1)[::2, ::2]
    yield "upside down", image[::-1].copy()[::-1]
    yield "mirrored", image[:, ::-1].copy()[:, ::-1]
    yield "channels reversed", image[..., ::-1].copy()[..., ::-1]
    yield "Fortran order", np.asfortranarray(image)
    yield "channels first", np.ascontiguousarray(image.transpose(2, 0, 1)).transpose(1, 2, 0)
    frozen = image.copy()
    frozen.flags.writeable = False
    yield "read-only", frozen


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize("name", MAPS)
def test_any_memory_layout_gives_the_same_pixels_and_is_left_as_it_was(name, channels):
    image = smooth_picture(channels, "uint8", 250)
    mask = (smooth_picture(1, "uint8", 4)).astype(np.int64)
    expected = moved(Geometry(MAPS[name]), image=image, mask=mask)
    for layout, same in arrangements(image):
        before = same.copy()
        out = moved(Geometry(MAPS[name]), image=same, mask=np.asfortranarray(mask))
        np.testing.assert_array_equal(out["image"], expected["image"], err_msg=layout)
        np.testing.assert_array_equal(out["mask"], expected["mask"], err_msg=layout)
        np.testing.assert_array_equal(same, before, err_msg=layout)
        assert out["image"].flags.c_contiguous, layout
        assert out["image"].flags.writeable, layout


@pytest.mark.parametrize("channels", [1, 3, 5, 7, 130])
def test_views_that_a_turn_undoes_are_turned_all_the_same(channels):
    """Of a square picture, so that a result which shares the user's memory would pass for the picture itself."""
    image = picture((31, 31), channels, "uint8")
    for map, view in (
        (Lattice.hflip((31, 31)), image[:, ::-1]),
        (Lattice.rot90((31, 31), 2), image[::-1, ::-1]),
        (Lattice.transpose((31, 31)), image.transpose(1, 0, 2)),
    ):
        np.testing.assert_array_equal(moved(Geometry(map), image=view)["image"], image)


def test_an_array_that_the_user_gave_a_part_of_does_not_come_out():
    whole = picture((9, 11), 3, "uint8")
    given = whole[:, ::-1]
    out = Compose([Lambda(image=lambda image: whole, p=1)])(image=given)["image"]
    np.testing.assert_array_equal(out, whole)
    assert not np.may_share_memory(out, whole)


@pytest.mark.parametrize("shape", [SIZE, (*SIZE, 1), (*SIZE, 3), (*SIZE, 7)])
@pytest.mark.parametrize("name", MAPS)
def test_what_comes_out_shares_no_memory_with_what_went_in(name, shape):
    image = np.ones(shape, np.uint8)
    mask = np.ones(SIZE, np.int32)
    out = moved(Geometry(MAPS[name]), image=image, mask=mask, masks=[mask], images=image[None])
    assert out["image"].ndim == image.ndim
    for given_, got in ((image, out["image"]), (mask, out["mask"]), (mask, out["masks"][0]), (image, out["images"])):
        assert not np.may_share_memory(given_, got)


@pytest.mark.parametrize("map", [Lattice.window(SIZE, 3, 4, 20, 30), Lattice.window(SIZE, 0, 0, SIZE[1], 10)])
def test_crops_are_copies_for_the_user(map):
    image = smooth_picture(3)
    out = moved(Geometry(map), image=image)["image"]
    out[:] = -1
    assert image.min() >= 0


@pytest.mark.parametrize("map", [Lattice.identity(SIZE), ResizeMap(SIZE, SIZE), Lattice.rot90(SIZE, 0)])
def test_a_map_that_changes_nothing_gives_the_very_object_back(map):
    image, mask = smooth_picture(3), np.zeros(SIZE, np.int64)
    out = moved(Geometry(map), image=image, mask=mask)
    assert out["image"] is image
    assert out["mask"] is mask


# Several arrays


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.uint16, np.int64, np.float32])
@pytest.mark.parametrize("border", [Border.CONSTANT, Border.REFLECT])
@pytest.mark.parametrize("map", [*WARPS.values(), *LATTICES.values()], ids=[*WARPS, *LATTICES])
def test_arrays_carried_out_together_are_those_carried_out_one_by_one(map, border, dtype):
    draws = np.random.default_rng(0)
    effect = Geometry(map, border=border)
    channels = (1, 1, 1, 2, 1, 1, 1, 3, 1)
    arrays = [draws.integers(0, 2 if dtype is bool else 100, (*SIZE, count)).astype(dtype) for count in channels]
    arrays.insert(4, draws.integers(0, 200, (*SIZE, 1), np.uint8))
    given = [array.copy() for array in arrays]
    for count in range(len(arrays) + 1):
        together = resample_all(arrays[:count], effect, Interpolation.NEAREST, 7)
        assert len(together) == count
        for one, array in zip(together, arrays, strict=False):
            alone = resample(array, effect, Interpolation.NEAREST, 7)
            assert one.dtype == alone.dtype
            np.testing.assert_array_equal(one, alone)
    for array, before in zip(arrays, given, strict=True):
        np.testing.assert_array_equal(array, before)


def test_arrays_carried_out_together_keep_to_the_content_and_check_the_fill():
    masks = [np.full((*SIZE, 1), value, np.uint8) for value in (1, 2, 3, 4, 5)]
    effect = Geometry(WARPS["affine"], content=((5, 5), (30, 5), (20, 40)))
    for mask, out in zip(masks, resample_all(masks, effect, Interpolation.NEAREST, (9,)), strict=True):
        np.testing.assert_array_equal(out, resample(mask, effect, Interpolation.NEAREST, (9,)))
        assert set(np.unique(out)) == {mask[0, 0, 0], 9}
    with pytest.raises(InvalidParameter, match="2 numbers for 1 channels"):
        resample_all(masks, effect, Interpolation.NEAREST, (1, 2))
