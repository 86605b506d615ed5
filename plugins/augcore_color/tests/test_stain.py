"""Stains of histology, on pictures made from known stains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from augcore_color import HEStain
from augcore_color.stain import STAINS, macenko, optical_density, restained, restained_by_its_own, unit_rows, vahadane

from augcore import Compose, InvalidParameter, Unsupported, max_value
from augcore.testing.samples import picture

DTYPES = ("uint8", "uint16", "float32")
NONE = {"scales": (1.0, 1.0), "shifts": (0.0, 0.0)}


def through(step: Any, image: Any, seed: int | None = None) -> Any:
    return Compose([step], seed=seed)(image=image)["image"]


def section(stains: Any, dtype: str = "float32", size: tuple[int, int] = (60, 80)) -> Any:
    """Tissue of which each pixel holds mostly the one stain or the other, and its amounts (H, W, 2)."""
    draws = np.random.default_rng(3)
    amounts = (
        draws.uniform(0, 0.06, (*size, 2)) + draws.uniform(0.5, 1.4, (*size, 1)) * np.eye(2)[draws.integers(0, 2, size)]
    )
    values = np.exp(-amounts @ unit_rows(stains)) * max_value(dtype)
    return (values if dtype == "float32" else np.rint(values)).astype(dtype), amounts


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("background", [False, True])
def test_as_much_of_the_stains_and_nothing_added_changes_nothing(dtype: str, background: bool) -> None:
    image = picture((30, 40), 3, dtype)
    image[0, 0] = 0
    out = restained(image, stains=STAINS["dark"], background=background, **NONE)
    np.testing.assert_allclose(out, image, rtol=2e-6, atol=0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_each_stain_becomes_as_much_denser_as_asked(dtype: str) -> None:
    stains = STAINS["ruifrok"]
    image, amounts = section(stains, dtype)
    out = restained(image, stains=stains, scales=(1.3, 0.6), shifts=(0.05, 0.1), background=True)
    exact = np.exp(-(amounts * (1.3, 0.6) + (0.05, 0.1)) @ unit_rows(stains))
    np.testing.assert_allclose(out / max_value(dtype), exact, atol=0.008 if dtype == "uint8" else 1e-4)


def test_what_the_stains_do_not_explain_stays() -> None:
    stains = unit_rows(STAINS["ruifrok"])
    other = np.cross(*stains)
    image, _ = section(stains)
    tinted = (image * np.exp(-0.2 * other)).astype(np.float32)
    how = {"stains": STAINS["ruifrok"], "scales": (0.5, 1.4), "shifts": (0.1, 0.0), "background": True}
    change = np.log(restained(tinted, **how) / restained(image, **how)) @ other
    np.testing.assert_allclose(change, -0.2 * (other @ other), atol=1e-5)


def test_the_empty_slide_stays_unless_asked() -> None:
    image, _ = section(STAINS["standard"])
    image[:, :20] = 0.95
    how = {"stains": STAINS["standard"], "scales": (1.0, 1.0), "shifts": (0.2, 0.2)}
    np.testing.assert_array_equal(restained(image, background=False, **how)[:, :20], image[:, :20])
    assert (restained(image, background=True, **how)[:, :20] < 0.93).any(2).all()
    dark = image[:, 20:] @ (0.299, 0.587, 0.114) < 0.8
    both = (restained(image, background=background, **how)[:, 20:][dark] for background in (False, True))
    np.testing.assert_allclose(*both, rtol=1e-6)


def test_the_change_fades_towards_the_empty_slide() -> None:
    ramp = np.repeat(np.linspace(0.75, 1, 251, dtype=np.float32)[None, :, None], 3, 2)
    out = restained(ramp, stains=STAINS["standard"], scales=(1.0, 1.0), shifts=(0.2, 0.2), background=False)
    assert np.abs(np.diff(out[0], axis=0)).max() < 0.005


@pytest.mark.parametrize("name", sorted(STAINS))
@pytest.mark.parametrize(("estimate", "off"), [(macenko, 0.05), (vahadane, 0.09)])
def test_stains_are_found_in_a_section_of_them(name: str, estimate: Any, off: float) -> None:
    image, _ = section(STAINS[name])
    found = np.array(estimate(optical_density(image).reshape(-1, 3).astype(float)))
    np.testing.assert_allclose(found, unit_rows(STAINS[name]), atol=off)


@pytest.mark.parametrize("method", ["macenko", "vahadane"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_section_is_changed_by_its_own_stains(method: str, dtype: str) -> None:
    stains = STAINS["e_heavy"]
    image, amounts = section(stains, dtype)
    how = {"scales": (1.3, 0.8), "shifts": (0.0, 0.0), "background": True}
    out = restained_by_its_own(image, method=method, **how) / max_value(dtype)
    exact = np.exp(-amounts * how["scales"] @ unit_rows(stains))
    assert np.abs(out - exact).mean() < 0.01


@pytest.mark.parametrize("method", ["macenko", "vahadane"])
@pytest.mark.parametrize("value", [0, 255])
def test_a_picture_without_tissue_takes_standard_stains(method: str, value: int) -> None:
    image = np.full((20, 30, 3), value, np.uint8)
    image[:2, :2] = 120
    how = {"scales": (1.3, 0.8), "shifts": (0.1, 0.0), "background": True}
    if value == 0:
        assert np.isfinite(restained_by_its_own(image, method=method, **how)).all()
    else:
        standard = restained(image, stains=STAINS["standard"], **how)
        np.testing.assert_array_equal(restained_by_its_own(image, method=method, **how), standard)


@pytest.mark.parametrize("method", ["macenko", "vahadane"])
def test_a_grey_picture_has_one_stain_and_is_still_changed(method: str) -> None:
    grey = np.repeat(picture((40, 50), 1, "float32"), 3, 2)
    out = restained_by_its_own(grey, method=method, scales=(1.3, 1.3), shifts=(0.0, 0.0), background=True)
    assert np.isfinite(out).all()
    assert (out <= grey + 1e-6).all()


def arguments(step: Any, count: int) -> list[dict[str, Any]]:
    image, pipeline = picture((20, 20)), Compose([step], seed=7)
    return [dict(pipeline.traced(image=image)[1].steps[0].effect.call.arguments) for _ in range(count)]


def test_presets_are_drawn_or_taken_as_named() -> None:
    drawn = {one["stains"] for one in arguments(HEStain(p=1), 200)}
    assert drawn == set(STAINS.values())
    for name, wanted in (("h_heavy", "h_heavy"), (None, "standard")):
        assert {one["stains"] for one in arguments(HEStain("preset", name, p=1), 20)} == {STAINS[wanted]}


def test_scales_and_shifts_are_drawn_for_each_stain() -> None:
    found = arguments(HEStain("macenko", None, (0.5, 0.9), (-0.05, 0.2), p=1), 300)
    for name, low, high in (("scales", 0.5, 0.9), ("shifts", -0.05, 0.2)):
        drawn = np.array([one[name] for one in found])
        np.testing.assert_allclose(drawn.min(0), low, atol=0.01)
        np.testing.assert_allclose(drawn.max(0), high, atol=0.01)
        assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.15
    assert {one["background"] for one in found} == {False}
    assert {one["background"] for one in arguments(HEStain(augment_background=True, p=1), 3)} == {True}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"method": "reinhard"}, r"HEStain\.method: 'reinhard' is not one of 'preset'"),
        ({"method": "preset", "preset": "dork"}, r"HEStain\.preset: 'dork' is not one of .*'dark'"),
        ({"preset": "dark"}, r"HEStain\.preset: 'dark' with method='random_preset'; give None, or method='preset'"),
        ({"intensity_scale_range": (-1, 1)}, r"HEStain\.intensity_scale_range: -1 is outside \[0, inf\)"),
        ({"intensity_shift_range": (0, 2)}, r"HEStain\.intensity_shift_range: 2 is outside \[-1, 1\]"),
    ],
)
def test_stains_that_are_none_are_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter, match=message):
        HEStain(**given)


@pytest.mark.parametrize("method", ["random_preset", "macenko"])
def test_stains_need_colour(method: str) -> None:
    with pytest.raises(Unsupported, match="needs 3 channels, and the image has 1"):
        through(HEStain(method, p=1), picture((5, 6), 1))
