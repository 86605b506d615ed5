"""Writes docs/targets.md and its pictures from the code: `make docs-targets`.

The table comes from running every kind of effect on every kind of target, the texts from the classes' docstrings, and
the pictures from the sample photographs.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np

import augcore as A  # noqa: N812
from augcore.drawing import annotate, sheet
from augcore.maps3d import Lattice3
from augcore.targets import CORE, BboxParams, Heatmap, KeypointParams, Target
from augcore.testing import target_cases
from augcore.testing.pipelines import Fixed
from augcore.testing.samples import blob, difference

HERE = Path(__file__).parent
DATA = HERE.parent / "examples" / "data"
PAGE, PICTURES = HERE / "targets.md", HERE / "pictures" / "targets"

Array = np.ndarray[Any, np.dtype[Any]]


# Samples: what each kind is shown and tried on


@attrs.frozen
class Sample:
    """Arguments of a call, the one that holds the target, and what the pipeline is told."""

    name: str
    data: dict[str, Any]
    options: dict[str, Any] = attrs.field(factory=dict)

    def run(self, *steps: Any, source: Any = None) -> dict[str, Any]:
        return A.Compose(steps, seed=3, source=source, **self.options)(**self.data)


def _photograph(name: str) -> tuple[Array, list[dict[str, Any]]]:
    tree = json.loads((DATA / "annotations.json").read_text("utf-8"))
    entry = next(one for one in tree["images"] if one["file_name"] == name)
    image = cv2.cvtColor(cv2.imread(str(DATA / "images" / name)), cv2.COLOR_BGR2RGB)
    return image, [one for one in tree["annotations"] if one["image_id"] == entry["id"]]


def _mask(image: Array, rings: list[list[float]]) -> Array:
    outlines = [tuple(map(tuple, np.reshape(ring, (-1, 2)).tolist())) for ring in rings]
    return A.PolygonRegion(tuple(outlines)).mask(image.shape[:2]).astype(np.uint8)


def _samples() -> Iterator[tuple[str, Sample]]:
    astronaut, people = _photograph("astronaut.jpg")
    coffee, cups = _photograph("coffee.jpg")
    motorcycle, _ = _photograph("motorcycle.jpg")
    outlined = [one for one in cups if one.get("segmentation")]
    masks = [_mask(coffee, one["segmentation"]) for one in outlined]
    rows = np.reshape(people[0]["keypoints"], (-1, 3)).astype(float).tolist()
    disparity = cv2.imread(str(DATA / "depth" / "motorcycle_disparity.png"), cv2.IMREAD_UNCHANGED) / 256
    depth = np.where(disparity > 0, 193.0 / np.maximum(disparity, 1), 0).astype(np.float32)
    yield "image", Sample("image", {"image": astronaut})
    yield "images", Sample("frames", {"frames": np.stack([astronaut[:, k : k + 440] for k in (0, 30, 60)])})
    volume, organs = _volume()
    yield "volume", Sample("volume", {"volume": volume})
    yield "volumes", Sample("volumes", {"volumes": np.stack([volume, volume[::-1]])})
    yield "mask", Sample("mask", {"image": coffee, "mask": _numbered(masks)})
    yield "masks", Sample("masks", {"image": coffee, "masks": masks})
    yield "mask3d", Sample("mask3d", {"volume": volume, "mask3d": organs})
    yield "masks3d", Sample("masks3d", {"volume": volume, "masks3d": [organs == 1, organs == 2]})
    heat = np.stack([blob(astronaut.shape[:2], (x + 0.5, y + 0.5), 9.0) for x, y, _ in rows], -1)
    heatmap = {"additional_targets": {"heatmap": Heatmap(swap_pairs=[(0, 1), (3, 4)])}}
    yield "heatmap", Sample("heatmap", {"image": astronaut, "heatmap": heat}, heatmap)
    yield "depth", Sample("depth", {"image": motorcycle, "depth": depth[:, : motorcycle.shape[1]]})
    yield "flow", Sample("flow", {"image": motorcycle, "flow": _expanding(motorcycle.shape[:2])})
    boxes = {"bboxes": [one["bbox"] for one in cups], "names": [one["category_id"] for one in cups]}
    yield "bboxes", Sample("bboxes", {"image": coffee, **boxes}, {"bbox_params": BboxParams("coco", ["names"])})
    points = KeypointParams("xyv", remove_invisible=False, swap_pairs=[(0, 1), (3, 4)])
    yield "keypoints", Sample("keypoints", {"image": astronaut, "keypoints": [rows]}, {"keypoint_params": points})
    yield "polygons", Sample("polygons", {"image": coffee, "polygons": [one["segmentation"] for one in outlined]})
    camera = np.array([[995.0, 0, 311], [0, 995, 255], [0, 0, 1]])
    yield "camera_matrix", Sample("camera_matrix", {"image": motorcycle, "camera_matrix": camera})
    yield "label", Sample("label", {"image": astronaut, "label": np.array([0.0, 1.0, 0.0])})
    bound = {"instance_binding": ("masks", "labels")}
    names = [f"object {number}" for number in range(1, len(masks) + 1)]
    yield "labels", Sample("labels", {"image": coffee, "masks": masks, "labels": names}, bound)


def oriented(image: Array, objects: list[dict[str, Any]]) -> Sample:
    """Boxes as narrow as the outlines of objects allow."""
    rows = []
    for one in objects:
        points = np.reshape(one["segmentation"][0], (-1, 2)).astype(np.float32)
        (x, y), (width, height), angle = cv2.minAreaRect(points)
        rows.append((x, y, width, height, angle))
    return Sample(
        "bboxes", {"image": image, "bboxes": rows}, {"bbox_params": BboxParams("cxcywh", bbox_type="obb", clip=True)}
    )


def _numbered(masks: list[Array]) -> Array:
    return np.max([mask * number for number, mask in enumerate(masks, 1)], axis=0).astype(np.uint8)


def _volume() -> tuple[Array, Array]:
    """Something like a head with two organs in it, as grey values and as labels."""
    z, y, x = np.mgrid[:24, :160, :160].astype(float)
    z, y, x = (z - 12) / 12, (y - 80) / 80, (x - 80) / 80
    head = (x / 0.75) ** 2 + (y / 0.9) ** 2 + (z / 0.95) ** 2
    first = ((x + 0.25) / 0.25) ** 2 + (y / 0.35) ** 2 + ((z + 0.2) / 0.6) ** 2 < 1
    second = ((x - 0.3) / 0.2) ** 2 + ((y - 0.1) / 0.3) ** 2 + ((z - 0.2) / 0.6) ** 2 < 1
    grey = np.where(head < 1, 90 + 20 * np.sin(9 * x) * np.cos(7 * y), 5) + 60 * (head > 0.88) * (head < 1)
    grey = grey + 70 * first + 40 * second
    return np.clip(grey, 0, 255).astype(np.uint8), (first + 2 * second).astype(np.uint8)


def _expanding(size: tuple[int, int]) -> Array:
    """The flow of a camera that moves ahead."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    return np.stack([(x - size[1] / 2) * 0.06, (y - size[0] / 2) * 0.06], -1)


# The table


def _flip_slices(view: Any) -> Any:
    return A.Geometry(Lattice3.flip((view.depth or 8, *view.size), (0,)))


def _turned(view: Any) -> Any:
    return A.Geometry(Lattice3.rot90((view.depth or 8, *view.size), 2, (0, 2)))


def _erased(view: Any) -> Any:
    return A.Erase(A.Rectangles(((0, 0, view.width, view.height),)), fill=7)


EFFECTS: dict[str, Callable[[Any], Any]] = {
    "Geometry": target_cases.hflip,
    "… of volumes": _turned,
    "Lookup": target_cases.inverted,
    "PixelFn": target_cases.negated,
    "Erase": _erased,
    "… with fill_mask": target_cases.erased,
    "Mix": target_cases.mixed,
    "PerTarget": target_cases.hflip,  # replaced, so that calls can be counted
}


def cell(sample: Sample, effect: Callable[[Any], Any], words: str) -> str:
    """What an effect does to a target: tried, not told."""
    target = A.Compose([], **sample.options).setup.targets()[sample.name]
    if words == "… of volumes" and not target.takes_volume_maps():
        return "its plane"
    listening = target_cases.Listening()
    if words == "PerTarget":
        effect = lambda view: listening  # noqa: E731
    elif words == "… of volumes" and "volume" not in sample.data and "volumes" not in sample.data:
        return "kept"  # where a volume comes along
    try:
        out = sample.run(Fixed(effect), source=[_partner(sample)])
    except A.Unsupported:
        return "refused"
    if listening.calls:
        return "function"
    return "changed" if difference(sample.data[sample.name], out[sample.name]) else "kept"


def _partner(sample: Sample) -> dict[str, Any]:
    """Another sample to mix with: this one, mirrored."""
    steps = [] if sample.name == "camera_matrix" else [A.HorizontalFlip(p=1)]
    other = sample.run(*steps)
    if sample.name == "label":
        other["label"] = np.array([1.0, 0.0, 0.0])
    return other


def table(samples: dict[str, Sample]) -> list[str]:
    lines = ["| target | " + " | ".join(EFFECTS) + " |", "| --- |" + " --- |" * len(EFFECTS)]
    for kind, sample in samples.items():
        cells = [cell(sample, effect, words) for words, effect in EFFECTS.items()]
        lines.append(f"| [`{kind}`](#{kind}) | " + " | ".join(cells) + " |")
    return lines


# The pictures


TURN = (A.HorizontalFlip(p=1), A.Rotate((20, 20), p=1))
STEPS: dict[str, tuple[Any, ...]] = {
    "image": (*TURN, A.Crop(110, 10, 440, 260)),
    "images": (*TURN, A.Crop(60, 10, 390, 260), A.GaussNoise(std_range=(0.15, 0.15), p=1)),
    "heatmap": (*TURN, A.Crop(110, 10, 440, 260)),
    "keypoints": (*TURN, A.Crop(110, 10, 440, 260)),
    "label": (A.HorizontalFlip(p=1), Fixed(lambda view: A.Mix(0, 0.4, (0, 0, 307, 512)))),
    "labels": (*TURN, A.Crop(40, 240, 280, 390)),
} | dict.fromkeys(("volume", "volumes", "mask3d", "masks3d"), TURN)


def _draw(kind: str, data: dict[str, Any]) -> list[Array]:
    """One picture, or several, of a target's data."""
    image = data.get("image")
    if kind == "images":
        return list(data["frames"])
    if kind in ("volume", "mask3d", "masks3d", "volumes"):
        return _slices(kind, data)
    if kind == "heatmap":
        return [_tinted(image, data["heatmap"].max(2), cv2.COLORMAP_INFERNO)]
    if kind == "depth":
        depth = data["depth"]
        return [_tinted(image, np.where(depth > 0, 1 - depth / depth.max(), 0), cv2.COLORMAP_TURBO)]
    if kind == "flow":
        return [_arrows(image, data["flow"])]
    if kind == "camera_matrix":
        return [_grid(image, data["camera_matrix"])]
    if kind == "keypoints":
        rows = np.array(data["keypoints"][0])
        names = ["right eye", "left eye", "nose", "right of mouth", "left of mouth"]
        return [annotate(image, keypoints=rows[:, :2], visibility=rows[:, 2], keypoint_labels=names)]
    if kind == "bboxes":
        x, y, width, height = np.array(data["bboxes"]).reshape(-1, 4).T
        return [annotate(image, bboxes=np.stack([x, y, x + width, y + height], 1), labels=data["names"])]
    if kind == "oriented":
        return [annotate(image, polygons=[_corners(row) for row in data["bboxes"]])]
    if kind in ("masks", "labels"):
        return [annotate(image, mask=_numbered(data["masks"]), polygons=[], labels=data.get("labels"))]
    return [annotate(image, polygons=data.get("polygons"), mask=data.get("mask"))]


def _corners(row: Any) -> Array:
    x, y, width, height, angle = row
    return np.asarray(cv2.boxPoints(((x, y), (width, height), angle)), float)


def _slices(kind: str, data: dict[str, Any]) -> list[Array]:
    volume = data["volumes"][0] if kind == "volumes" else data["volume"]
    labels = data.get("mask3d")
    if kind == "masks3d":
        labels = np.max([mask * number for number, mask in enumerate(data["masks3d"], 1)], 0)
    chosen = range(len(volume) // 4, len(volume), len(volume) // 4)
    return [annotate(volume[z], mask=None if labels is None else labels[z]) for z in chosen]


def _tinted(image: Array, values: Array, colours: int) -> Array:
    tint = cv2.cvtColor(cv2.applyColorMap((np.clip(values, 0, 1) * 255).astype(np.uint8), colours), cv2.COLOR_BGR2RGB)
    return np.asarray(cv2.addWeighted(image, 0.4, tint, 0.6, 0))


def _arrows(image: Array, flow: Array) -> Array:
    out = (image * 0.7).astype(np.uint8)
    for y in range(20, out.shape[0], 40):
        for x in range(20, out.shape[1], 40):
            end = np.rint((x, y) + flow[y, x]).astype(int).tolist()
            cv2.arrowedLine(out, (x, y), end, (255, 230, 60), 2, cv2.LINE_AA, tipLength=0.3)
    return out


def _grid(image: Array, camera: Array) -> Array:
    """A grid on a plane two metres ahead, as the camera sees it."""
    lines = np.linspace(-0.5, 0.5, 9)
    u, v = np.meshgrid(np.linspace(-0.6, 0.6, 40), lines)
    out = image
    for x, y in [(u[k], v[k]) for k in range(9)] + [(np.full(40, k * 1.2), np.linspace(-0.5, 0.5, 40)) for k in lines]:
        seen = np.column_stack([x, y, np.full(40, 2.0)]) @ camera.T
        points = np.rint((seen[:, :2] / seen[:, 2:] + 0.5) * 16).astype(np.int32)
        out = cv2.polylines(out.copy(), [points], False, (80, 255, 120), 2, cv2.LINE_AA, 4)
    return out


def picture(kind: str, sample: Sample) -> Array:
    """Before and after a flip, a rotation and a crop, or what else concerns the kind."""
    coffee = {"image": cv2.resize(_photograph("coffee.jpg")[0], (512, 512)), "label": np.array([1.0, 0.0, 0.0])}
    out = sample.run(*STEPS.get(kind, (*TURN, A.RandomCrop(270, 380))), source=[coffee])
    before, after = _draw(kind, sample.data), _draw(kind, out)
    if len(before) > 1:
        return sheet([before, after], cell=(200, 220))
    named = (
        [f"{kind}: {data[kind]}" for data in (sample.data, out)] if kind.startswith("label") else ["before", "after"]
    )
    return sheet([[before[0], after[0]]], cell=(260, 340), header=named)


# The page

_INTRODUCTION = """# Targets
*Written by `make docs-targets` from the code; edit the docstrings, not this page.*

A target is a kind of annotated data that knows how to undergo each kind of effect. Which argument of a call is which
target follows from its name, or from `additional_targets={"name": "kind"}`; a kind with options is given as an
instance:

```python
from augcore import Compose, Rotate, targets

pipeline = Compose([Rotate()], additional_targets={"distance": targets.Depth(interpolation="linear")})
```

What each effect does to each target, as tried on the sample data (a flip, an inverted curve, a covered frame, a mix
with its mirror image): *changed*, *kept*, or *refused* with `Unsupported`. *its plane*: maps of volumes reach what lies
in a plane as what they do to every slice, and are refused where they mix slices. *function*: a `PerTarget` calls the
function given for the kind.
"""


def section(kind: str, target: type[Target], pictures: list[str]) -> list[str]:
    names = ", ".join(f"`{name}`" for name in target.default_names) or "none; name it in `additional_targets`"
    text = inspect.cleandoc(target.__doc__ or "")
    about, _, options = text.partition("\nArgs:\n")
    lines = [
        f"## {kind}",
        "",
        f"`augcore.targets.{target.__name__}`. Arguments of a call: {names}.",
        "",
        about.strip(),
        "",
    ]
    if options:
        lines += ["```text", *inspect.cleandoc(options).splitlines(), "```", ""]
    return lines + [f"![{kind}, before and after](pictures/targets/{name}.jpg)\n" for name in pictures]


def page(samples: dict[str, Sample]) -> str:
    lines = [_INTRODUCTION, *table(samples), ""]
    for kind, target in CORE.items():
        lines += section(kind, target, ["bboxes", "oriented"] if kind == "bboxes" else [kind])
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    samples = dict(_samples())
    PICTURES.mkdir(parents=True, exist_ok=True)
    coffee, cups = _photograph("coffee.jpg")
    drawn = samples | {"oriented": oriented(coffee, [one for one in cups if one.get("segmentation")])}
    for kind, sample in drawn.items():
        shown = cv2.cvtColor(picture(kind, sample), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(PICTURES / f"{kind}.jpg"), shown, [cv2.IMWRITE_JPEG_QUALITY, 80])
    PAGE.write_text(page(samples), "utf-8")


if __name__ == "__main__":
    main()
