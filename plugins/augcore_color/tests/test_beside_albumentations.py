"""Beside albumentations 2.0.8, where the definitions agree. It is no dependency: without it these tests are skipped."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from augcore_color.blur import generalised_gaussian
from augcore_color.motion_blur import motion_kernel
from augcore_color.plasma import plasma, plasma_shadow, plasma_tone
from augcore_color.stain import STAINS, restained, unit_rows
from augcore_color.tone import bezier_curve

import augcore
from augcore.testing.samples import picture

albumentations = pytest.importorskip("albumentations")


# Blurs


def _after(step: Any, image: Any) -> Any:
    return augcore.Compose([step])(image=image)["image"].astype(int)


@pytest.mark.parametrize("size", [3, 5, 7])
def test_box_and_median_blur_are_the_same(size: int) -> None:
    image = picture((60, 71))
    for name in ("Blur", "MedianBlur"):
        theirs = getattr(albumentations, name)((size, size), p=1)(image=image)["image"]
        np.testing.assert_array_equal(_after(getattr(augcore, name)((size, size), p=1), image), theirs)


@pytest.mark.parametrize("size", [3, 7, 15])
@pytest.mark.parametrize("angle", [0, 22, 90, 140, 301])
@pytest.mark.parametrize("direction", [-0.8, 0, 0.3])
def test_lines_of_motion_blur_are_the_same_with_angles_from_the_other_side(
    size: int, angle: float, direction: float
) -> None:
    theirs = albumentations.augmentations.blur.functional.create_motion_kernel(
        size, angle, direction, False, random.Random(1)
    )
    mirrored = motion_kernel(size, 180 - angle, direction)[::-1, ::-1]  # they correlate
    half, room = len(mirrored) // 2, size // 2
    whole = np.zeros((size, size))
    whole[room - half : room + half + 1, room - half : room + half + 1] = mirrored > 0
    np.testing.assert_array_equal(whole, theirs)


@pytest.mark.parametrize("radius", [1, 3, 7])
@pytest.mark.parametrize("alias_blur", [0.1, 0.5])
def test_defocus_is_the_same_up_to_rounding(radius: int, alias_blur: float) -> None:
    image = picture((60, 71))
    how = {"radius": (radius, radius), "alias_blur": (alias_blur, alias_blur)}
    theirs = albumentations.Defocus(**how, p=1)(image=image)["image"]
    assert np.abs(_after(augcore.Defocus(**how, p=1), image) - theirs).max() <= 1


@pytest.mark.parametrize("angle", [0, 30, -75])
def test_kernels_of_advanced_blur_are_the_same_and_turn_the_other_way(angle: float) -> None:
    how: dict[str, Any] = {"sigma_x_limit": (1.5, 1.5), "sigma_y_limit": (0.7, 0.7), "rotate_limit": (angle, angle)}
    limits = {"blur_limit": (7, 7), "beta_limit": (1 - 1e-6, 1 + 1e-6), "noise_limit": (1, 1)}
    theirs = albumentations.AdvancedBlur(**how, **limits).get_params()["kernel"]
    ours = generalised_gaussian(7, 1.5, 0.7, -angle, 1)
    np.testing.assert_allclose(ours / ours.sum(), theirs, atol=1e-5)


# Noise


def _flat_pair(mine: Any, theirs: Any, level: float, dtype: str = "float32") -> tuple[Any, Any]:
    """What both make of an even picture; each with its own noise."""
    image = np.full((300, 300, 3), level, dtype)
    mine = augcore.Compose([mine], seed=1)
    return mine(image=image)["image"].astype(float), theirs(image=image)["image"].astype(float)


@pytest.mark.parametrize("scale", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("level", [0.05, 0.3, 0.6])
def test_shot_noise_has_the_same_values_and_as_often(level: float, scale: float) -> None:
    theirs = albumentations.ShotNoise((scale, scale), p=1)
    mine, other = (np.minimum(out, 1) for out in _flat_pair(augcore.ShotNoise(scale, p=1), theirs, level))
    values = np.unique(np.round(np.concatenate([mine.ravel(), other.ravel()]), 4))
    shares = [np.histogram(out, [*(values - 5e-3), 2])[0] / out.size for out in (mine, other)]
    np.testing.assert_allclose(np.cumsum(shares[0]), np.cumsum(shares[1]), atol=0.006)


@pytest.mark.parametrize("mode", ["per_pixel", "shared"])
@pytest.mark.parametrize(
    ("kind", "ranges"),
    [
        ("uniform", {"ranges": [(-0.1, 0.3)]}),
        ("gaussian", {"mean_range": (0.02, 0.02), "std_range": (0.06, 0.06)}),
        ("laplace", {"mean_range": (-0.05, -0.05), "scale_range": (0.04, 0.04)}),
        ("beta", {"alpha_range": (0.6, 0.6), "beta_range": (2, 2), "scale_range": (0.2, 0.2)}),
    ],
)
def test_additive_noise_has_the_same_quantiles(kind: str, ranges: dict[str, Any], mode: str) -> None:
    theirs = albumentations.AdditiveNoise(kind, mode, ranges, p=1)
    pair = _flat_pair(augcore.AdditiveNoise(kind, mode, ranges, p=1), theirs, 0.5)
    mine, other = (np.quantile(out, np.linspace(0.01, 0.99, 50)) for out in pair)
    np.testing.assert_allclose(mine, other, atol=0.005)


@pytest.mark.parametrize("per_channel", [False, True])
def test_factors_of_pixels_have_the_same_quantiles_and_share_channels_alike(per_channel: bool) -> None:
    given = {"multiplier": (0.5, 1.5), "per_channel": per_channel, "elementwise": True, "p": 1}
    pair = _flat_pair(augcore.MultiplicativeNoise(**given), albumentations.MultiplicativeNoise(**given), 0.5)
    mine, other = (np.quantile(out, np.linspace(0.01, 0.99, 50)) for out in pair)
    np.testing.assert_allclose(mine, other, atol=0.008)
    alike = [np.corrcoef(out[..., 0].ravel(), out[..., 1].ravel())[0, 1] for out in pair]
    assert alike[0] == pytest.approx(alike[1], abs=0.02)


def test_salt_and_pepper_replace_as_many_pixels_in_all_channels() -> None:
    given = {"amount": (0.3, 0.3), "salt_vs_pepper": (0.7, 0.7), "p": 1}
    for out in _flat_pair(augcore.SaltAndPepper(**given), albumentations.SaltAndPepper(**given), 100, "uint8"):
        assert np.mean(out == 255) == pytest.approx(0.21, abs=0.007)
        assert np.mean(out == 0) == pytest.approx(0.09, abs=0.005)
        np.testing.assert_array_equal(out[..., 0], out[..., 1])


# Tone, types, quality


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (augcore.InvertImg(p=1), {"InvertImg": {}}),
        (augcore.Solarize((0.3, 0.3), p=1), {"Solarize": {"threshold_range": (0.3, 0.3)}}),
        (augcore.Posterize(3, p=1), {"Posterize": {"num_bits": 3}}),
        (augcore.Posterize([1, 5, 3], p=1), {"Posterize": {"num_bits": [(1, 1), (5, 5), (3, 3)]}}),
        (augcore.AutoContrast(p=1), {"AutoContrast": {}}),
        (augcore.AutoContrast(method="pil", p=1), {"AutoContrast": {"method": "pil"}}),
        (augcore.Equalize(p=1), {"Equalize": {}}),
        (augcore.Equalize(by_channels=False, p=1), {"Equalize": {"by_channels": False}}),
        (augcore.CLAHE((3, 3), (4, 4), p=1), {"CLAHE": {"clip_limit": (3, 3), "tile_grid_size": (4, 4)}}),
        (augcore.ToFloat(), {"ToFloat": {}}),
        (augcore.ToFloat(90), {"ToFloat": {"max_value": 90}}),
        (
            augcore.Downscale(interpolation_pair=("area", "linear"), p=1),
            {"Downscale": {"interpolation_pair": {"downscale": 3, "upscale": 1}}},
        ),
    ],
    ids=str,
)
def test_what_is_not_drawn_is_the_same_to_a_level(ours: Any, theirs: dict[str, Any]) -> None:
    image = (picture((64, 80)) * 0.7 + 20).astype(np.uint8)
    ((name, given),) = theirs.items()
    out = augcore.Compose([ours])(image=image)["image"].astype(float)
    other = getattr(albumentations, name)(**given, p=1)(image=image)["image"]
    # Halves are rounded either way.
    assert np.abs(out - other).max() <= (1e-6 if name == "ToFloat" else 1)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_from_float_is_the_same(dtype: str) -> None:
    image = picture((40, 50), 3, "float32") * 1.4 - 0.2
    for top in (None, 100):
        theirs = albumentations.FromFloat(dtype, top)(image=image)["image"]
        ours = augcore.Compose([augcore.FromFloat(dtype, top)])(image=image)["image"]
        assert np.abs(ours.astype(int) - theirs).max() <= 1


def test_tone_curves_of_the_same_heights_are_the_same() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None, :]
    for low, high in ((0.2, 0.7), (0.5, 0.4), (0, 1)):
        theirs = albumentations.augmentations.pixel.functional.move_tone_curve(ramp, low, high)
        ours = augcore.pixels.lookup(ramp[..., None], augcore.Lookup(bezier_curve, low=(low,), high=(high,)))[..., 0]
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("codec", ["jpeg", "webp"])
def test_compression_is_the_same_once_red_and_blue_change_places(codec: str) -> None:
    image = picture((64, 80))
    theirs = albumentations.ImageCompression(codec, (30, 30), p=1)(image=image)["image"]
    swapped = np.ascontiguousarray(image[..., ::-1])
    ours = augcore.Compose([augcore.ImageCompression(codec, (30, 30), p=1)])(image=swapped)["image"]
    np.testing.assert_array_equal(ours[..., ::-1], theirs)
    grey = np.ascontiguousarray(image[..., :1])
    theirs = albumentations.ImageCompression(codec, (30, 30), p=1)(image=grey)["image"]
    np.testing.assert_array_equal(_after(augcore.ImageCompression(codec, (30, 30), p=1), grey), theirs)


# Colours and channels


def test_sepia_is_the_same() -> None:
    image = picture((60, 71))
    theirs = albumentations.ToSepia(p=1)(image=image)["image"]
    np.testing.assert_array_equal(_after(augcore.ToSepia(p=1), image), theirs)


def test_grey_is_repeated_in_the_same_way() -> None:
    plane = picture((60, 71), None)
    theirs = albumentations.ToRGB(4, p=1)(image=plane)["image"]
    np.testing.assert_array_equal(_after(augcore.ToRGB(4), plane), theirs)


@pytest.mark.parametrize(
    ("step", "factor"), [("brightness", 1.3), ("contrast", 0.6), ("saturation", 0), ("saturation", 1.6)]
)
def test_a_step_of_color_jitter_is_the_same_up_to_rounding(step: str, factor: float) -> None:
    image = picture((60, 71))
    how: dict[str, Any] = dict.fromkeys(("brightness", "contrast", "saturation"), (1, 1)) | {"hue": (0, 0)}
    how[step] = factor, factor
    theirs = albumentations.ColorJitter(**how, p=1)(image=image)["image"]
    assert np.abs(_after(augcore.ColorJitter(**how, p=1), image) - theirs).max() <= 1


@pytest.mark.parametrize("hue", [-0.4, 0.05, 0.25])
def test_hues_of_color_jitter_are_the_same_up_to_what_8_bits_of_hsv_lose_there(hue: float) -> None:
    image = picture((60, 71))
    still = dict.fromkeys(("brightness", "contrast", "saturation"), (1, 1))
    theirs = albumentations.ColorJitter(**still, hue=(hue, hue), p=1)(image=image)["image"]
    difference = np.abs(_after(augcore.ColorJitter(**still, hue=(hue, hue), p=1), image) - theirs)
    assert difference.max() <= 8
    assert difference.mean() <= 1


def test_shifts_of_channels_are_the_same_up_to_rounding() -> None:
    image = picture((60, 71))
    shifts = {"r_shift_limit": (30, 30), "g_shift_limit": (-90, -90), "b_shift_limit": (7.6, 7.6)}
    theirs = albumentations.RGBShift(**shifts, p=1)(image=image)["image"]
    assert np.abs(_after(augcore.RGBShift(**shifts, p=1), image) - theirs).max() <= 1


def test_an_emptied_channel_holds_the_same_fill() -> None:
    image = picture((60, 71))
    ours = _after(augcore.ChannelDropout(fill=99, p=1), image)
    (emptied,) = np.flatnonzero((ours == 99).all((0, 1)))
    theirs = albumentations.augmentations.dropout.functional.channel_dropout(image, (int(emptied),), 99)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["standard", "dark"])
def test_tissue_of_two_stains_alone_is_stained_in_the_same_way(name: str) -> None:
    amounts = picture((60, 71), 2, "float32")
    stains = unit_rows(STAINS[name])
    image = np.exp(-amounts.astype(float) @ stains).astype(np.float32)
    ours = restained(image, stains=STAINS[name], scales=(1.3, 0.7), shifts=(0.1, -0.05), background=True)
    theirs = albumentations.augmentations.pixel.functional.apply_he_stain_augmentation(
        image, stains, np.array([1.3, 0.7]), np.array([0.1, -0.05]), True
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


# Detail and light


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Sharpen", {"alpha": (0.4, 0.4), "lightness": (0.7, 0.7)}),
        ("Emboss", {"alpha": (0.4, 0.4), "strength": (0.6, 0.6)}),
        ("UnsharpMask", {"blur_limit": (5, 5), "sigma_limit": (1.2, 1.2), "alpha": (0.4, 0.4), "threshold": 0}),
        ("RingingOvershoot", {"blur_limit": (9, 9), "cutoff": (1.1, 1.1)}),
        ("RingingOvershoot", {"blur_limit": (15, 15), "cutoff": (1.5, 1.5)}),
    ],
)
def test_sharpening_and_ringing_are_the_same_up_to_rounding(name: str, given: dict[str, Any]) -> None:
    image = picture((60, 71))
    theirs = getattr(albumentations, name)(**given, p=1)(image=image)["image"]
    assert np.abs(_after(getattr(augcore, name)(**given, p=1), image) - theirs).max() <= 1


def test_sharpening_of_floats_by_a_blur_is_the_same() -> None:
    """Their differences of bytes have no sign, and wrap around."""
    image = picture((60, 71), 3, "float32")
    given = {"alpha": (0.8, 0.8), "method": "gaussian", "kernel_size": 7, "sigma": 2}
    ours, theirs = (kind.Sharpen(**given, p=1) for kind in (augcore, albumentations))
    out = augcore.Compose([ours])(image=image)["image"]
    np.testing.assert_allclose(np.clip(out, 0, 1), theirs(image=image)["image"], atol=1e-5)


@pytest.mark.parametrize(("primary", "secondary"), [(0.02, 0.05), (-0.3, -0.2), (0.3, 0.0)])
def test_chromatic_aberration_of_squares_is_the_same_but_for_the_centre(primary: float, secondary: float) -> None:
    y, x = np.mgrid[:128, :128]
    image = np.stack([128 + 60 * np.sin(x / 9) * np.cos(y / 7 + shift) for shift in range(3)], 2).astype(np.uint8)
    given = {"primary_distortion_limit": (primary,) * 2, "secondary_distortion_limit": (secondary,) * 2}
    theirs = albumentations.ChromaticAberration(**given, p=1)(image=image)["image"]
    # Half a pixel of the centre is half of the growth in the picture, which changes a value by 60 / 7 a pixel at most.
    assert np.abs(_after(augcore.ChromaticAberration(**given, p=1), image) - theirs).max() <= 2 + 60 / 7 * 0.2


def test_gaussian_illumination_is_the_same_but_for_half_a_pixel() -> None:
    image = picture((90, 120))
    given = {"mode": "gaussian", "intensity_range": (0.2, 0.2), "effect_type": "brighten"}
    given |= {"center_range": (0.4, 0.4), "sigma_range": (0.3, 0.3)}
    theirs = albumentations.Illumination(**given, p=1)(image=image)["image"]
    assert np.abs(_after(augcore.Illumination(**given, p=1), image) - theirs).max() <= 1


@pytest.mark.parametrize(("brightness", "contrast"), [(0.25, 0.0), (0.0, 0.3)])
def test_plasma_changes_brightness_contrast_and_shadow_alike(brightness: float, contrast: float) -> None:
    """Where they are not below 0: theirs are cut there, and change nothing."""
    image, clouds = picture((60, 71)), {"roughness": 0.6, "finest": 64, "seed": 3}
    pattern, theirs = plasma(image.shape[:2], **clouds), albumentations.augmentations.pixel.functional
    ours = plasma_tone(image, brightness=brightness, contrast=contrast, **clouds)
    wanted = theirs.apply_plasma_brightness_contrast(image, brightness, contrast, pattern)
    uncut = image * (1 + contrast * pattern[:, :, None]) < 255  # before the mean comes off again
    assert np.abs(ours.astype(int) - wanted)[uncut].max() <= 1
    np.testing.assert_array_equal(theirs.apply_plasma_brightness_contrast(image, -0.3, 0, pattern), image)
    shaded = theirs.apply_plasma_shadow(image, 0.6, pattern)
    assert np.abs(plasma_shadow(image, intensity=0.6, **clouds).astype(int) - shaded).max() <= 1
