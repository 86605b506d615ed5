"""Downscaling and compression: what is lost, what is not, and that nothing shifts."""

from __future__ import annotations

from typing import Any

import augcore_color.quality as quality
import cv2
import numpy as np
import pytest
from augcore_color import Downscale, ImageCompression
from augcore_color.quality import resized
from hypothesis import given
from hypothesis import strategies as st

from augcore import Compose, Interpolation, Unsupported, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")
SIDES = st.integers(1, 40)


def through(step: Any, image: Any) -> Any:
    return Compose([step])(image=image)["image"]


def fixed(scale: float, down: str = "nearest", up: str = "nearest") -> Downscale:
    return Downscale((scale, scale), {"downscale": down, "upscale": up}, p=1)


# Downscaled


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from([1, 2, 3, 4, 5, 130]), st.sampled_from(DTYPES))
def test_nearest_takes_what_opencv_takes_exactly(a: int, b: int, c: int, d: int, channels: int, dtype: str) -> None:
    image = picture((a, b), channels, dtype)
    wanted = [
        cv2.resize(np.ascontiguousarray(plane), (d, c), interpolation=cv2.INTER_NEAREST_EXACT)
        for plane in np.moveaxis(image, 2, 0)
    ]
    np.testing.assert_array_equal(resized(image, (c, d), Interpolation.NEAREST), np.stack(wanted, 2))


def test_a_quarter_of_the_side_is_blocks_of_four_by_four_of_a_pixel_in_each_ones_middle() -> None:
    image = picture((64, 96))
    out = through(fixed(0.25), image)
    blocks = out.reshape(16, 4, 24, 4, 3)
    np.testing.assert_array_equal(blocks, np.broadcast_to(blocks[:, :1, :, :1], blocks.shape))
    np.testing.assert_array_equal(blocks[:, 0, :, 0], image[2::4, 2::4])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("down", ["area", "linear", "cubic", "nearest"])
@pytest.mark.parametrize("up", ["linear", "cubic", "lanczos4", "nearest"])
def test_a_blob_stays_where_it_is(up: str, down: str, dtype: str) -> None:
    """Its centre of mass moves less than a twentieth of a pixel, and less than one where single pixels are taken."""
    y, x = np.mgrid[:96, :120]
    blob = np.exp(-((x - 60.3) ** 2 + (y - 47.1) ** 2) / (2 * 8**2))
    image = (blob * 0.9 * max_value(dtype)).astype(dtype)
    out = through(fixed(0.5, down, up), image).astype(float)
    centre = (x * out).sum() / out.sum(), (y * out).sum() / out.sum()
    np.testing.assert_allclose(centre, (60.3, 47.1), atol=0.51 if down == "nearest" else 0.05)


def test_means_over_areas_keep_the_mean_and_leave_no_false_patterns() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 200
    smooth, false = through(fixed(0.25, "area"), stripes), through(fixed(0.25), stripes)
    assert (smooth == 100).all()
    assert set(np.unique(false)) <= {0, 200}


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (3, 2)])
def test_at_least_one_pixel_is_left_on_the_way(size: tuple[int, int]) -> None:
    image = picture(size)
    out = through(fixed(0, "area", "linear"), image)
    assert out.shape == image.shape
    np.testing.assert_allclose(out[0, 0], image.mean((0, 1)), atol=1)


def test_at_the_picture_s_own_size_nothing_happens() -> None:
    image = picture((20, 30))
    assert through(fixed(1), image) is image


def test_scales_are_drawn_over_their_interval() -> None:
    ramp = np.arange(400, dtype=np.float32)[None, :].repeat(4, 0)
    pipeline = Compose([Downscale((0.1, 0.5), p=1)], seed=1)
    kept = [len(np.unique(pipeline(image=ramp)["image"])) for _ in range(200)]
    assert 40 <= min(kept) < 44
    assert 195 < max(kept) <= 200


def test_a_pair_is_down_and_up_in_this_order() -> None:
    by_name = Downscale(interpolation_pair={"upscale": "cubic", "downscale": "area"})
    assert by_name == Downscale(interpolation_pair=("area", "cubic"))
    assert by_name == Downscale(interpolation_pair={"downscale": cv2.INTER_AREA, "upscale": cv2.INTER_CUBIC})


# Compressed


def psnr(first: Any, second: Any) -> float:
    return float(-10 * np.log10(((first.astype(float) - second) ** 2).mean() / 255**2))


@pytest.fixture(scope="module")
def scene() -> Any:
    y, x = np.mgrid[:96, :128]
    waves = np.stack([np.sin(x / 9 + y / 17), np.cos(x / 13 - y / 5), np.sin(x * y / 900)], 2)
    return np.rint(127.5 + 100 * waves).astype(np.uint8)


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
def test_the_lower_the_quality_the_more_is_lost(codec: str, scene: Any) -> None:
    found = [psnr(through(ImageCompression(codec, quality, p=1), scene), scene) for quality in (3, 20, 60, 95)]
    assert found == sorted(found)
    assert found[0] < 28
    assert found[-1] > 30


def test_codecs_differ(scene: Any) -> None:
    first, second = (through(ImageCompression(codec, 20, p=1), scene) for codec in ("jpeg", "webp"))
    assert (first != second).any()


def test_three_channels_are_red_green_and_blue() -> None:
    """JPEG and lossy WebP keep green, which is most of luma, better than red, and red better than blue."""
    noise = np.random.default_rng(1).integers(0, 256, (128, 128, 3), np.uint8)
    for codec in ("jpeg", "webp"):
        out = through(ImageCompression(codec, 50, p=1), noise)
        red, green, blue = (psnr(out[..., channel], noise[..., channel]) for channel in range(3))
        assert green > red > blue


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
@pytest.mark.parametrize("channels", [1, 2, 4, 5, 130])
def test_other_channels_are_grey_pictures_of_their_own(channels: int, codec: str) -> None:
    image = picture((24, 40), channels)
    out = through(ImageCompression(codec, 10, p=1), image)
    assert out.shape == image.shape
    for channel in {0, channels // 2, channels - 1}:
        alone = through(ImageCompression(codec, 10, p=1), np.ascontiguousarray(image[..., channel]))
        np.testing.assert_array_equal(out[..., channel], alone)


@pytest.mark.parametrize("channels", [1, 3])
def test_other_dtypes_have_8_bits_on_the_way(channels: int, scene: Any) -> None:
    scene = np.ascontiguousarray(scene[..., :channels])
    step = ImageCompression("jpeg", 30, p=1)
    out = through(step, scene)
    np.testing.assert_array_equal(through(step, scene.astype(np.uint16) * 257), out.astype(np.uint16) * 257)
    np.testing.assert_allclose(through(step, scene.astype(np.float32) / 255) * 255, out, atol=1e-4)


def test_qualities_are_drawn_among_the_whole_numbers_of_their_interval() -> None:
    pipeline = Compose([ImageCompression("jpeg", (10, 12), p=1)], seed=1)
    traces = [pipeline.traced(image=picture((8, 8)))[1] for _ in range(60)]
    drawn = [dict(trace.steps[0].effect.call.arguments)["quality"] for trace in traces]
    assert set(drawn) == {10, 11, 12}


def test_a_picture_too_large_for_the_codec_is_refused_by_name() -> None:
    large = np.zeros((1, 16400), np.uint8)
    with pytest.raises(
        Unsupported, match=r"ImageCompression\.compression_type: 'webp' fails for 16400 pixels a side; giv"
    ):
        through(ImageCompression("webp", p=1), large)


def test_an_opencv_without_the_codec_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(quality._CODECS, "webp", (".nothing", cv2.IMWRITE_WEBP_QUALITY))
    with pytest.raises(Unsupported, match=r"'webp' fails for 9 pixels a side; this OpenCV has no such codec"):
        through(ImageCompression("webp", p=1), picture((9, 8)))
