"""Writes docs/gallery, a picture of every transform of the installed stable plugins: `make docs-gallery`.

Left the original, right some draws, with the annotations of the sample photographs drawn in. A transform that changes
no photograph is shown on a clip or on a volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np
from make_targets import Array, _mask, _numbered, _photograph, _volume

import augcore as A  # noqa: N812
from augcore import plugins
from augcore.cli.inspection import kinds_of_effects
from augcore.drawing import annotate, sheet
from augcore.testing import example
from augcore.testing.samples import difference

GALLERY = Path(__file__).parent / "gallery"
_SIDE = 360  # px, the longer side of the photographs
_CELL = (300, 300)
_SEED = 5
_ANNOTATED = {A.Geometry, A.Erase, A.Mix, A.PerTarget}  # effects that concern more than the pixels

# Where the class alone asks for something, or shows too little on a picture of 360 pixels.
PARAMETERS: dict[str, dict[str, Any]] = {
    "Affine": {"rotate": (-30, 30), "scale": (0.7, 1.2), "shear": (-15, 15), "translate_percent": (-0.1, 0.1)},
    "Affine3D": {"rotate_range": ((-40, 40),) * 3, "scale_range": ((0.7, 1.3),) * 3, "spacing": (7, 1, 1)},
    "AtLeastOneBBoxRandomCrop": {"height": 210, "width": 260},
    "CenterCrop": {"height": 180, "width": 240},
    "CenterCrop3D": {"size": (12, 110, 120)},
    "CoarseDropout": {"num_holes_range": (3, 6)},
    "CoarseDropout3D": {"num_holes_range": (4, 8), "fill": 200},
    "ConstrainedCoarseDropout": {"bbox_labels": ["spoon", "rocket"], "num_holes_range": (3, 5)},
    "Crop": {"x_min": 60, "y_min": 20, "x_max": 300, "y_max": 200},
    "CropAndPad": {"percent": (-0.2, 0.2)},
    "CropNonEmptyMaskIfExists": {"height": 120, "width": 160},
    "ElasticTransform": {"alpha": 400, "sigma": 12},
    "FromFloat": {"max_value": 120},
    "GridElasticDeform": {"num_grid_xy": (5, 4), "magnitude": 12},
    "GuidedCoarseDropout": {"num_holes_range": (4, 6), "protected_labels": ["spoon", "rocket"]},
    "LetterBox": {"size": (300, 300), "fill": 114},
    "LongestMaxSize": {"max_size": 200},
    "Morphological": {"scale": (3, 9)},
    "Pad": {"padding": (20, 10, 60, 30), "fill": 114},
    "Pad3D": {"padding": (2, 10, 30), "fill": 114},
    "PadIfNeeded": {"min_height": 400, "min_width": 400, "position": "random", "fill": 114},
    "PadIfNeeded3D": {"min_zyx": (30, 180, 220), "position": "random", "fill": 114},
    "Perspective": {"scale": (0.1, 0.2)},
    "RandomCrop": {"height": 180, "width": 240},
    "RandomCrop3D": {"size": (12, 110, 120)},
    "RandomResizedCrop": {"size": (240, 240)},
    "RandomResizedCrop3D": {"size": (20, 120, 120), "scale": (0.3, 1)},
    "RandomScale": {"scale_limit": 0.5},
    "RandomSizedBBoxSafeCrop": {"height": 200, "width": 240},
    "RandomSizedCrop": {"min_max_height": (100, 200), "size": (240, 240)},
    "Resize": {"height": 240, "width": 160},
    "Resize3D": {"size": (12, 100, 200)},
    "SmallestMaxSize": {"max_size": 160},
    "UniformTemporalSubsample": {"num_frames": 4},
    "XYMasking": {"num_masks_x": (1, 3), "num_masks_y": (1, 3), "mask_x_length": (10, 40), "mask_y_length": (10, 40)},
}


# What is shown


@attrs.frozen
class Scene:
    """Arguments of a call, and what the pipeline is told about them."""

    data: dict[str, Any]
    options: dict[str, Any]

    def draws(self, transform: Any, count: int) -> list[dict[str, Any]]:
        """The data as it is, and after so many draws."""
        return [self.data, *(self.after(transform, key) for key in range(count))]

    def after(self, transform: Any, key: int) -> dict[str, Any]:
        """The data after the draw of that number."""
        return A.Compose([transform], seed=_SEED, source=[self.data], **self.options).keyed(key)(**self.data)

    def fitted(self) -> Scene:
        """The same within `_SIDE` pixels, and its first box as that of a crop."""
        data = self.after(A.LongestMaxSize(_SIDE, area_for_downscale="image"), 0)
        return attrs.evolve(self, data={**data, "cropping_bbox": _corners(data["bboxes"])[0].tolist()})


def _cups() -> Scene:
    """A still life with boxes, outlines, and a mask."""
    image, cups = _photograph("coffee.jpg")
    masks = [_mask(image, one["segmentation"]) for one in cups]
    data = {
        "image": image,
        "mask": _numbered(masks),
        "bboxes": np.array([one["bbox"] for one in cups], float),
        "names": np.array([("cup", "saucer", "spoon")[one["category_id"] - 5] for one in cups]),
        "polygons": [one["segmentation"] for one in cups],
    }
    return Scene(data, {"bbox_params": A.BboxParams("coco", ["names"])}).fitted()


def _person() -> Scene:
    """A portrait with boxes and keypoints."""
    image, objects = _photograph("astronaut.jpg")
    rows = np.reshape(objects[0]["keypoints"], (-1, 3)).astype(float)
    data = {
        "image": image,
        "bboxes": np.array([one["bbox"] for one in objects], float),
        "names": np.array([("person", "helmet", "rocket")[one["category_id"] - 1] for one in objects]),
        "keypoints": rows,
        "points": np.array(["right", "left", "nose", "", ""]),
    }
    options = {
        "bbox_params": A.BboxParams("coco", ["names"]),
        "keypoint_params": A.KeypointParams("xyv", ["points"], swap_pairs=[("right", "left")]),
    }
    return Scene(data, options).fitted()


def _head() -> Scene:
    """A volume with labels and points."""
    volume, organs = _volume()
    centres = [np.argwhere(organs == label).mean(0)[::-1] for label in (1, 2)]
    return Scene(
        {"volume": volume, "mask3d": organs, "keypoints": np.array(centres)},
        {"keypoint_params": A.KeypointParams("xyz")},
    )


def _clip() -> Scene:
    """The frames of a camera that pans."""
    image, _ = _photograph("astronaut.jpg")
    return Scene({"images": np.stack([image[:300, k : k + 300] for k in range(0, 200, 25)])}, {})


# How it is drawn


def _drawn(data: dict[str, Any], annotated: bool) -> list[Array]:
    """One picture, or three slices or frames."""
    if "images" in data:
        return [data["images"][k] for k in _three(len(data["images"]))]
    if "volume" in data:
        points = np.reshape(data["keypoints"], (-1, 3))
        return [_slice(data, points, z) for z in _three(len(data["volume"]), np.rint(points[:, 2]))]
    if not annotated:
        return [data["image"]]
    shapes = annotate(data["image"], mask=data.get("mask"), polygons=data.get("polygons"))
    rows = np.reshape(data.get("keypoints", ()), (-1, 3))
    return [
        annotate(
            shapes,
            bboxes=_corners(data["bboxes"]),
            labels=data["names"],
            keypoints=rows[:, :2],
            keypoint_labels=data.get("points"),
            visibility=rows[:, 2],
        )
    ]


def _corners(coco: Array) -> Array:
    rows = np.reshape(coco, (-1, 4))
    return np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:]], 1)


def _three(count: int, wanted: Any = ()) -> list[int]:
    """Numbers of three among so many, in order: those that are wanted, and others spread over all."""
    numbers = [int(number) for number in (*wanted, count // 2, count // 4, count - 1 - count // 4, *range(count))]
    return sorted(list(dict.fromkeys(numbers))[:3])


def _slice(data: dict[str, Any], points: Array, z: int) -> Array:
    here = np.where(np.rint(points[:, 2:]) == z, points[:, :2], np.nan)
    return annotate(data["volume"][z], mask=data["mask3d"][z], keypoints=here)


def _size(data: dict[str, Any]) -> str:
    """Slices or frames, height and width."""
    name = next(name for name in ("image", "images", "volume") if name in data)
    return "×".join(map(str, data[name].shape[: 2 if name == "image" else 3]))


# The gallery


def families() -> dict[str, list[type[Any]]]:
    """The transforms of each stable plugin that is installed."""
    return {
        plugin.name: list(plugin.offers["augcore_transforms"])
        for plugin in plugins.load_all()
        if plugin.loaded and not plugin.experimental and plugin.offers["augcore_transforms"]
    }


class Gallery:
    """The scenes, made once, and what transforms make of them."""

    def __init__(self) -> None:
        self.scenes = ([_cups(), _person()], [_clip()], [_head()])

    def draws(self, kind: type[Any], count: int) -> list[list[dict[str, Any]]]:
        """For each scene of the first set that the transform changes: the original and so many draws."""
        transform, refusal = example(kind, **PARAMETERS.get(kind.__name__, {})), None
        for scenes in self.scenes:
            found = []
            for scene in scenes:
                try:
                    found.append(scene.draws(transform, count))
                except A.AugcoreError as error:  # such as a picture without a mask, or no picture at all
                    refusal = refusal or error
            if any(difference(data, draws[0]) for draws in found for data in draws[1:]):
                return found
        raise AssertionError(
            f"{kind.__name__} changes none of the gallery's scenes; give it PARAMETERS that do in docs/make_gallery.py"
        ) from refusal

    def picture(self, kind: type[Any], count: int = 3) -> Array:
        kinds = kinds_of_effects(kind)
        annotated = kinds is None or bool(kinds & _ANNOTATED)
        cells: list[list[Array]] = []
        captions: list[list[str]] = []
        for draws in self.draws(kind, count):
            # A row of pictures; of volumes and clips a row for each slice or frame that is shown.
            rows = [list(row) for row in zip(*(_drawn(data, annotated) for data in draws), strict=True)]
            cells += rows
            captions += [[]] * (len(rows) - 1) + [[_size(data) for data in draws]]
        header = [kind.__name__, *(f"draw {number}" for number in range(1, count + 1))]
        return sheet(cells, captions, cell=_CELL, header=header)


def _page(names: dict[str, list[str]]) -> Iterator[str]:
    yield "# Gallery"
    yield "*Written by `make docs-gallery`: left the original, right three draws of each transform.*"
    for family, transforms in names.items():
        yield f"## {family}"
        yield from (f"### {name}\n![{name}]({family}/{name}.jpg)" for name in transforms)


def write(folder: Path, gallery: Gallery, shown: dict[str, list[type[Any]]]) -> None:
    """A picture of each transform, and the page that shows them."""
    for family, kinds in shown.items():
        (folder / family).mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            picture = cv2.cvtColor(gallery.picture(kind), cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(folder / family / f"{kind.__name__}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    names = {family: [kind.__name__ for kind in kinds] for family, kinds in shown.items()}
    (folder / "README.md").write_text("\n\n".join(_page(names)) + "\n", "utf-8")


def main() -> None:
    write(GALLERY, Gallery(), families())


if __name__ == "__main__":
    main()
