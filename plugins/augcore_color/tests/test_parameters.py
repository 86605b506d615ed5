"""What every transform of the plugin shares: parameters as documented, refusals by name, replay, inputs left alone."""

from __future__ import annotations

from typing import Any

import attrs
import augcore_color as color
import numpy as np
import pytest

from augcore import Compose, InvalidParameter, Trace, Transform, UnknownParameter
from augcore.testing.samples import picture

# As users know them from albumentations 2.0.8: names, order and defaults.
KNOWN: dict[str, dict[str, Any]] = {
    "GaussNoise": {"std_range": (0.2, 0.44), "mean_range": (0, 0), "per_channel": True, "noise_scale_factor": 1},
    "GaussianBlur": {"blur_limit": (0, 0), "sigma_limit": (0.5, 3.0)},
    "HueSaturationValue": {"hue_shift_limit": (-20, 20), "sat_shift_limit": (-30, 30), "val_shift_limit": (-20, 20)},
    "Normalize": {
        "mean": (0.485, 0.456, 0.406),
        "std": (0.229, 0.224, 0.225),
        "max_pixel_value": 255.0,
        "normalization": "standard",
        "p": 1.0,
    },
    "RandomBrightnessContrast": {
        "brightness_limit": (-0.2, 0.2),
        "contrast_limit": (-0.2, 0.2),
        "brightness_by_max": True,
        "ensure_safe_range": False,
    },
    "RandomGamma": {"gamma_limit": (80, 120)},
    "ToGray": {"num_output_channels": 3, "method": "weighted_average"},
}

SETTINGS: list[Transform] = [
    color.GaussNoise((0.01, 0.9), (-0.3, 0.3)),
    color.GaussNoise(per_channel=False),
    color.GaussNoise(noise_scale_factor=0.25, per_channel=False),
    color.GaussianBlur((3, 11), (0, 5)),
    color.GaussianBlur(9, 4),
    color.HueSaturationValue(180, 255, 255),
    color.Normalize(0.5, (0.1, 0.2, 0.3), None),
    *(color.Normalize(normalization=n) for n in ("image", "image_per_channel", "min_max", "min_max_per_channel")),
    color.RandomBrightnessContrast(1.0, (-2, 2), False, True),
    color.RandomBrightnessContrast(0.5, 0.5, False, False),
    color.RandomGamma((1, 1000)),
    *(
        color.ToGray(n, m)
        for n, m in enumerate(("weighted_average", "from_lab", "desaturation", "average", "max", "pca"), 1)
    ),
]


@pytest.mark.parametrize("transform", color.TRANSFORMS, ids=lambda t: t.__name__)
def test_parameters_keep_the_names_order_and_defaults_that_users_know(transform: type[Transform]) -> None:
    known = {"p": 0.5} | KNOWN[transform.__name__]
    made = attrs.asdict(transform())
    assert made == known
    assert [name for name in made if name != "p"] == [name for name in known if name != "p"]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("GaussNoise", {"std_range": (0.1, 1.2)}, r"GaussNoise\.std_range: 1\.2 is outside \[0, 1\]"),
        ("GaussNoise", {"mean_range": (-2, 0)}, r"GaussNoise\.mean_range: -2 is outside \[-1, 1\]"),
        ("GaussNoise", {"noise_scale_factor": 0}, r"GaussNoise\.noise_scale_factor: 0 is outside \(0, 1\]"),
        ("GaussNoise", {"per_channel": 1}, r"GaussNoise\.per_channel: 1 is neither True nor False"),
        ("GaussianBlur", {"sigma_limit": -1}, r"GaussianBlur\.sigma_limit: -1 is outside \[0, inf\)"),
        ("GaussianBlur", {"blur_limit": 2.5}, r"GaussianBlur\.blur_limit: 2\.5 is not a whole number"),
        ("HueSaturationValue", {"hue_shift_limit": 200}, r"HueSaturationValue\.hue_shift_limit: -200 is outside"),
        (
            "HueSaturationValue",
            {"sat_shift_limit": (5, 3)},
            r"HueSaturationValue\.sat_shift_limit: \(5, 3\) is not an interval",
        ),
        (
            "RandomBrightnessContrast",
            {"contrast_limit": "much"},
            r"RandomBrightnessContrast\.contrast_limit: 'much' is not",
        ),
        ("RandomGamma", {"gamma_limit": (0, 100)}, r"RandomGamma\.gamma_limit: 0 is outside \[1, inf\) percent"),
        ("ToGray", {"method": "luma"}, r"ToGray\.method: 'luma' is not one of 'weighted_average'"),
        ("ToGray", {"num_output_channels": 0}, r"ToGray\.num_output_channels: 0 is outside \[1, inf\)"),
    ],
)
def test_values_out_of_range_are_refused_by_name(name: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        getattr(color, name)(**given)


def test_parameters_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownParameter, match=r"GaussNoise: no parameter 'var_limit'; it takes .*std_range"):
        color.GaussNoise(var_limit=(10, 50))
    with pytest.raises(UnknownParameter, match=r"no parameter 'noise_scale'; did you mean 'noise_scale_factor'"):
        color.GaussNoise(noise_scale=0.5)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_replay_through_json_is_equal_to_the_bit_and_inputs_stay(step: Transform, dtype: str) -> None:
    image = picture((37, 41), 3, dtype)
    if isinstance(step, color.Normalize) and isinstance(step.mean, tuple):
        step = attrs.evolve(step, max_pixel_value=None)
    before = image.copy()
    pipeline = Compose([attrs.evolve(step, p=1)], seed=8)
    for _ in range(3):
        result, trace = pipeline.traced(image=image)
        again = Trace.from_json(trace.to_json()).apply(image=image)
        assert result["image"].tobytes() == again["image"].tobytes()
        np.testing.assert_array_equal(image, before)
        assert not np.may_share_memory(result["image"], image) or result["image"] is image


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_a_single_pixel_and_a_single_row_are_pictures_too(step: Transform, dtype: str) -> None:
    for size in ((1, 1), (1, 9), (9, 1)):
        out = Compose([attrs.evolve(step, p=1)], seed=8)(image=picture(size, 3, dtype))["image"]
        assert out.shape[:2] == size
        assert np.isfinite(out).all()


@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_planes_without_a_channel_axis_go_through_like_one_channel(step: Transform) -> None:
    if isinstance(step, color.HueSaturationValue) or (
        isinstance(step, color.Normalize) and isinstance(step.std, tuple)
    ):
        step = color.Normalize(0.5, 0.25)
    plane = picture((20, 21), None)
    flat, deep = (
        Compose([attrs.evolve(step, p=1)], seed=8)(image=image)["image"] for image in (plane, plane[:, :, None])
    )
    wanted = step.num_output_channels if isinstance(step, color.ToGray) else 1
    assert flat.shape == ((20, 21) if wanted == 1 else (20, 21, wanted))
    np.testing.assert_array_equal(flat.reshape(deep.shape), deep)


@pytest.mark.parametrize("step", SETTINGS, ids=str)
def test_views_with_gaps_give_what_their_copies_give(step: Transform) -> None:
    view = picture((40, 42))[4:30:2, 38:3:-1]
    both = (Compose([attrs.evolve(step, p=1)], seed=8)(image=image)["image"] for image in (view, view.copy()))
    np.testing.assert_array_equal(*both)
