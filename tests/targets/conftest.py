"""For the tests of targets: every geometric transform, and the sample photographs with their annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np
import pytest

import augcore
from augcore.cli.inspection import kinds_of_effects
from augcore.testing import Case, example, plugin_cases
from augcore.testing.cases import as_case

DATA = Path(__file__).parents[2] / "examples" / "data"

# Files of transforms of volumes and clips, which do not move a picture by itself.
VOLUMETRIC = ("clip", "volume_")

# Where the class alone does not tell what to do to a picture of a few hundred pixels; none shrinks it by half or more.
PARAMETERS = {
    "Affine": augcore.Affine(rotate=(-40, 40), scale=(0.8, 1.2), shear=(-10, 10)),
    "AtLeastOneBBoxRandomCrop": augcore.AtLeastOneBBoxRandomCrop(90, 100),
    "CenterCrop": augcore.CenterCrop(90, 100),
    "Crop": augcore.Crop(5, 6, 150, 120),
    "CropAndPad": augcore.CropAndPad(px=((-30, 0), (5, 20), (-30, 10), 4)),
    "CropNonEmptyMaskIfExists": augcore.CropNonEmptyMaskIfExists(90, 100),
    "ElasticTransform": augcore.ElasticTransform(alpha=300, sigma=10),
    # Gentle enough that the middle of what lies across a line of the grid stays its middle.
    "GridDistortion": augcore.GridDistortion(distort_limit=0.15),
    "GridElasticDeform": augcore.GridElasticDeform((3, 3), 3),
    "LetterBox": augcore.LetterBox((150, 170)),
    "LongestMaxSize": augcore.LongestMaxSize(120),
    "Pad": augcore.Pad((3, 4, 5, 6)),
    "PadIfNeeded": augcore.PadIfNeeded(150, 170),
    "PixelSpread": [],  # points stay, and there is no way back: tested where the plugin is
    "RandomCrop": augcore.RandomCrop(90, 100),
    "RandomCropNearBBox": Case(augcore.RandomCropNearBBox(), data={"cropping_bbox": (5, 6, 150, 120)}),
    "RandomResizedCrop": augcore.RandomResizedCrop((100, 120), scale=(0.5, 1)),
    # Near 1, linear interpolation weighs the pixels of a blob unevenly: 0.02 px in exact arithmetic too.
    "RandomScale": augcore.RandomScale((0.2, 0.4)),
    "RandomSizedBBoxSafeCrop": augcore.RandomSizedBBoxSafeCrop(110, 120),
    "RandomSizedCrop": augcore.RandomSizedCrop((70, 90), (100, 120)),
    "Resize": augcore.Resize(110, 200),
    "SmallestMaxSize": augcore.SmallestMaxSize(150),
}

TEARING = {"RandomGridShuffle"}


def geometric_cases() -> list[Case]:
    """A case, with an instance whose p is 1, for every transform of the geometric plugin that moves pixels."""
    cases = [as_case(subject) for subject in plugin_cases("geometric", **PARAMETERS)]
    cases = [case for case in cases if not case.kind.__module__.rpartition(".")[2].startswith(VOLUMETRIC)]
    kinds = {case.name: kinds_of_effects(case.kind) for case in cases}
    # One that needs more than pictures and annotations is tested where the plugin is.
    moving = [c for c in cases if not c.data and augcore.Geometry in (kinds[c.name] or {augcore.Geometry})]
    return [attrs.evolve(case, transform=_certain(case.transform)) for case in moving]


def continuous_cases() -> list[Case]:
    """Those of them that leave every object in one piece."""
    return [case for case in geometric_cases() if case.name not in TEARING]


def _certain(transform: Any) -> Any:
    return example(transform) if isinstance(transform, type) else attrs.evolve(transform, p=1.0)


# What the class alone would leave out, beside its defaults.
COLOUR_PARAMETERS = {
    "AdditiveNoise": {
        "": {"noise_params": {"ranges": [(0.05, 0.2)]}},
        "gaussian": {"noise_type": "gaussian", "spatial_mode": "per_pixel"},
        "beta": {"noise_type": "beta", "spatial_mode": "shared", "approximation": 0.5},
    },
    "GaussNoise": {
        "": {"std_range": 0.1},
        "shared": {"per_channel": False, "mean_range": (-0.2, 0.2)},
        "coarse": {"std_range": 0.1, "noise_scale_factor": 0.3},
    },
    "AdvancedBlur": {"": {}, "wide": {"blur_limit": (9, 15), "sigma_x_limit": (1, 4), "sigma_y_limit": (1, 4)}},
    "Defocus": {"": {}, "soft": {"radius": (1, 2), "alias_blur": (1, 2)}},
    "GlassBlur": {"": {}, "exact": {"mode": "exact", "sigma": 0}},
    "MedianBlur": {"": {}, "large": {"blur_limit": (7, 7)}},
    "ZoomBlur": {"": {"max_factor": (1.1, 1.5)}},
    "GaussianBlur": {"": {}, "sizes": {"blur_limit": (3, 9), "sigma_limit": 0}},
    "AutoContrast": {"": {}, "line": {"method": "pil", "cutoff": 3}, "marked": {"ignore": 0}},
    "CLAHE": {"": {}, "coarse": {"clip_limit": (5, 40), "tile_grid_size": (2, 3)}},
    "Downscale": {"": {}, "smooth": {"interpolation_pair": ("area", "linear"), "scale_range": (0.3, 0.6)}},
    "Equalize": {"": {}, "pil": {"mode": "pil"}, "luma": {"by_channels": False}},
    "ImageCompression": {
        "": {"quality_range": (9, 60)},
        "webp": {"compression_type": "webp", "quality_range": (9, 60)},
    },
    "RandomToneCurve": {"": {"scale": 0.2}},
    "Solarize": {"": {}, "any": {"threshold_range": (0.1, 0.9)}},
    "ChromaticAberration": {"": {}, "opposite": {"mode": "red_blue", "primary_distortion_limit": 0.2}},
    "Dithering": {"": {}, **{name: {"method": name} for name in ("random", "ordered")}},
    "Enhance": {"": {}, "detail": {"mode": "detail"}},
    "Illumination": {"": {}, **{name: {"mode": name} for name in ("corner", "gaussian")}},
    "PlasmaBrightnessContrast": {"": {}, "soft": {"roughness": 0.5, "plasma_size": 16}},
    "Sharpen": {"": {}, "gaussian": {"method": "gaussian"}},
    "Superpixels": {
        "": {"p_replace": (0.3, 0.6)},
        "large": {"p_replace": (0.2, 0.4), "n_segments": (9, 20), "max_size": None, "interpolation": "nearest"},
    },
    "UnsharpMask": {"": {}, "all": {"threshold": 0}},
    "ChannelDropout": {"": {"channel_drop_range": (1, 2)}},
    "ColorJitter": {"": {}, "wide": {"brightness": 0.5, "contrast": 1.5, "saturation": 1.5, "hue": 0}},
    "FancyPCA": {"": {"alpha": 5}},
    "HEStain": {
        "": {},
        **{method: {"method": method, "augment_background": True} for method in ("preset", "macenko", "vahadane")},
    },
    "HueSaturationValue": {
        "": {},
        "wide": {"hue_shift_limit": 180, "sat_shift_limit": 255, "val_shift_limit": 255},
        "hue": {"hue_shift_limit": 180, "sat_shift_limit": 0, "val_shift_limit": 0},
    },
    "PhotoMetricDistort": {"": {"distort_p": 1.0}},
    "PlanckianJitter": {"": {}, "daylight": {"mode": "cied", "sampling_method": "gaussian"}},
    "MultiplicativeNoise": {
        "": {"multiplier": (0.5, 0.9)},
        "channels": {"multiplier": (0.5, 1.5), "per_channel": True},
        "pixels": {"elementwise": True, "per_channel": True},
    },
    "Normalize": {
        "": {"mean": 0.4, "std": 0.2, "max_pixel_value": None},
        **{name: {"normalization": name} for name in ("image", "image_per_channel", "min_max", "min_max_per_channel")},
    },
    "RandomBrightnessContrast": {
        "": {"brightness_limit": 0.5, "contrast_limit": 0.5},
        "mean": {"brightness_by_max": False, "brightness_limit": 0.5},
        "safe": {"ensure_safe_range": True},
    },
    "RandomGamma": {"": {"gamma_limit": (30, 300)}},
    "RandomRain": {"": {}, "torrent": {"rain_type": "torrential", "drop_width": 3, "blur_value": 1}},
    "ToGray": {
        name: {"method": name} for name in ("weighted_average", "from_lab", "desaturation", "average", "max", "pca")
    },
}


def colour_cases() -> list[Case]:
    """A case, with an instance whose p is 1, for every transform of the colour and weather plugins, and its modes."""
    kinds = [as_case(subject).kind for name in ("color", "weather") for subject in plugin_cases(name)]
    return [
        Case(example(kind, **given), name="-".join(filter(None, [kind.__name__, mode])))
        for kind in kinds
        for mode, given in COLOUR_PARAMETERS.get(kind.__name__, {"": {}}).items()
    ]


def pytest_generate_tests(metafunc: Any) -> None:
    """A test that asks for `geometric`, `continuous` or `colour` runs over all of them, as a `Case`."""
    for name, cases in (("geometric", geometric_cases), ("continuous", continuous_cases), ("colour", colour_cases)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases(), ids=lambda case: case.name)


@attrs.frozen(eq=False)
class Photograph:
    """A sample photograph, RGB, and the COCO annotations of its objects."""

    name: str
    image: Any
    objects: tuple[dict[str, Any], ...]
    categories: dict[int, dict[str, Any]]

    @property
    def size(self) -> tuple[int, int]:
        return self.image.shape[:2]

    @property
    def boxes(self) -> list[list[float]]:
        """COCO boxes, of all objects."""
        return [one["bbox"] for one in self.objects]

    @property
    def outlined(self) -> tuple[dict[str, Any], ...]:
        """The objects with polygons."""
        return tuple(one for one in self.objects if isinstance(one.get("segmentation"), list) and one["segmentation"])

    def mask_of(self, rings: list[list[float]]) -> Any:
        """(H, W) of 0 and 1: the pixels whose centres lie inside rings x, y, x, y, … (even-odd)."""
        outlines = [np.reshape(ring, (-1, 2)).tolist() for ring in rings]
        mask = np.zeros(self.size, bool)
        for outline in outlines:
            mask ^= augcore.PolygonRegion((outline,)).mask(self.size)
        return mask.astype(np.uint8)


def _photographs() -> Iterator[Photograph]:
    tree = json.loads((DATA / "annotations.json").read_text())
    categories = {one["id"]: one for one in tree["categories"]}
    for entry in tree["images"]:
        image = cv2.cvtColor(cv2.imread(str(DATA / "images" / entry["file_name"])), cv2.COLOR_BGR2RGB)
        objects = tuple(one for one in tree["annotations"] if one["image_id"] == entry["id"])
        yield Photograph(entry["file_name"], image, objects, categories)


@pytest.fixture(scope="session")
def photographs() -> list[Photograph]:
    return list(_photographs())


@pytest.fixture(scope="session")
def astronaut(photographs: list[Photograph]) -> Photograph:
    return next(one for one in photographs if one.name == "astronaut.jpg")


@pytest.fixture(scope="session")
def motorcycle(photographs: list[Photograph]) -> Photograph:
    return next(one for one in photographs if one.name == "motorcycle.jpg")


@pytest.fixture(scope="session")
def disparity() -> Any:
    """Of the motorcycle, in pixels, float32; 0 where it is not known."""
    return cv2.imread(str(DATA / "depth" / "motorcycle_disparity.png"), cv2.IMREAD_UNCHANGED).astype(np.float32) / 256
