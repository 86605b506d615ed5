"""The conformance kit over all there is: every registered transform of core and plugins, and the core's targets."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

import augcore
from augcore import BboxParams, KeypointParams, Lambda, NoOp, plugins
from augcore.targets import CORE, Image, Images, Label, Labels, Mask, Masks, Polygons
from augcore.testing import Case, TargetConformance, TransformConformance, plugin_cases
from augcore.testing.samples import LABELS, annotation_rows, label_map, picture

for _plugin in plugins.discover():
    if _plugin.experimental:
        augcore.enable_experimental(_plugin.name)
_LOADED = [plugin.name for plugin in plugins.load_all() if plugin.loaded]

# Transforms


def doubled(array: Any) -> Any:
    return array * 2


def steps() -> list[Any]:
    return [augcore.HorizontalFlip(p=0.5), augcore.Rotate(limit=30, p=1), NoOp(p=0.5)]


class TestCore(TransformConformance):
    cases = plugin_cases(
        "",
        Sequential=augcore.Sequential(steps()),
        OneOf=augcore.OneOf(steps()),
        SomeOf=augcore.SomeOf(steps(), n=2),
        RandomOrder=augcore.RandomOrder(steps()),
        OneOrOther=augcore.OneOrOther(*steps()[:2]),
        SelectiveChannelTransform=augcore.SelectiveChannelTransform([NoOp(p=1)], channels=(0,)),
        Lambda=[
            Case(Lambda(), name="Lambda"),
            Case(
                Lambda(bboxes=doubled, name="doubled boxes"),
                name="named Lambda",
                options={"bbox_params": None},
                targets=("mask",),
            ),
        ],
    )
    expected_failures: ClassVar[Any] = {
        ("Lambda", "pipeline_survives_plain_data"): "a Lambda without a name is not written to files"
    }


# Where the class alone does not tell: defaults that fit no small picture, one of two parameters that must be given, or
# defaults that do nothing. By plugin and name; each plugin's own tests go through more of its parameters.
INSTANCES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "color": {
        # Half of the range is the middle of the sample picture, which resembles nothing once it is folded there.
        "Solarize": lambda kind: kind((0.7, 0.7)),
    },
    "geometric": {
        "Affine": lambda kind: kind(rotate=(-40, 40), scale=(0.8, 1.2)),
        "CenterCrop3D": lambda kind: kind((4, 40, 50)),
        "ConstrainedCoarseDropout": lambda kind: kind(mask_indices=[1, 2]),
        "Crop": lambda kind: kind(5, 6, 80, 60),
        "CropAndPad": lambda kind: kind(px=((-9, 0), (3, 9), (-9, 9), 4)),
        "ElasticTransform": lambda kind: kind(alpha=200, sigma=10),
        "LongestMaxSize": lambda kind: kind(max_size=80),
        "PadIfNeeded": lambda kind: kind(min_height=80, min_width=99),
        "PadIfNeeded3D": lambda kind: kind((8, 70, 0)),
        "RandomCrop3D": lambda kind: kind((4, 40, 50)),
        "RandomCropNearBBox": lambda kind: Case(kind(0.2), data={"cropping_bbox": (20, 10, 80, 60)}),
        "SmallestMaxSize": lambda kind: kind(max_size=50),
        "XYMasking": lambda kind: kind(2, 2, 20, 20),
    },
}


def cases_of(name: str) -> tuple[Any, ...]:
    kinds = {kind.__name__: kind for kind in plugins.transforms().values()}
    given = {kind: make(kinds[kind]) for kind, make in INSTANCES.get(name, {}).items() if kind in kinds}
    return plugin_cases(name, **given)


for _name in _LOADED:
    if _cases := cases_of(_name):
        _class_name = f"Test{_name.capitalize()}"
        globals()[_class_name] = type(_class_name, (TransformConformance,), {"cases": _cases})


def test_every_plugin_is_loaded_and_every_transform_has_a_case() -> None:
    failed = {plugin.name: plugin.error for plugin in plugins.discover() if plugin.error is not None}
    assert not failed
    covered = {
        case.kind
        for name, cls in globals().items()
        if name.startswith("Test")
        for case in getattr(cls, "listed_cases", list)()
    }
    kinds = {kind for name, kind in plugins.transforms().items() if kind.__module__.startswith("augcore")}
    assert kinds - covered == set()


# Targets


class TestImage(TargetConformance):
    target = Image()
    tolerance = 1.0

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"image": picture(size, 3, "uint8", int(rng.integers(99)))}


class TestFloatImage(TargetConformance):
    target = Image()
    tolerance = 1e-5

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"second": picture(size, None, "float32", int(rng.integers(99)))}


class TestImages(TargetConformance):
    target = Images()
    tolerance = 1.0

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"images": [picture(size, 3, "uint8", seed) for seed in rng.permutation(3).tolist()]}


class TestStackOfImages(TestImages):
    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"images": np.stack([picture(size, 5, "uint16", seed) for seed in rng.permutation(3).tolist()])}


class TestMask(TargetConformance):
    target = Mask()
    tolerance = 0.0

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"mask": np.roll(label_map(size), rng.integers(9), 1).astype(np.int64) << 40}


class TestBooleanMask(TestMask):
    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"mask": np.roll(label_map(size), rng.integers(9), 1)[:, :, None] == np.arange(3)}


class TestMasks(TargetConformance):
    target = Masks()
    tolerance = 0.0

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"masks": tuple(np.roll(label_map(size), by, 0) for by in rng.permutation(5).tolist())}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"masks": []}, {"masks": np.zeros((0, *size), np.uint8)}]


class TestBoxes(TargetConformance):
    target = BboxParams(format="pascal_voc", label_fields=("labels",))

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        made = annotation_rows(size)
        return {"bboxes": np.add(made["bboxes"], (0, 0, *rng.uniform(-1, 0, 2))), "labels": list(LABELS)}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"bboxes": np.zeros((0, 4), np.float32), "labels": []}, {"bboxes": [], "labels": np.zeros(0, np.int64)}]


class TestKeypoints(TargetConformance):
    target = KeypointParams(format="xyas", label_fields=("names",))

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        rows = [(x, y, float(rng.uniform(0, 360)), 2.0) for x, y in annotation_rows(size)["keypoints"]]
        return {"keypoints": rows, "names": ["left eye", "right eye", 2**53 + 1, None, 4]}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"keypoints": [], "names": ()}, {"keypoints": np.zeros((0, 4)), "names": []}]


class TestPolygons(TargetConformance):
    target = Polygons()
    indifferent = ("Erase",)

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        x, y = rng.uniform(0, 3, 2)
        triangle = np.array([(10 + x, 10 + y), (30 + x, 12), (20, 30 + y)])
        return {
            "polygons": [triangle, (triangle[::-1] + 5).ravel().tolist(), [triangle.tolist(), (triangle / 2).tolist()]]
        }

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"polygons": []}]


class TestLabel(TargetConformance):
    target = Label()
    indifferent = ("Geometry", "Erase")

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"label": rng.dirichlet(np.ones(4))}


class TestLabels(TargetConformance):
    target = Labels()
    indifferent = ("Geometry", "Erase")

    def sample(self, size: Any, rng: Any) -> dict[str, Any]:
        return {"ids": [2**53 + 1, f"object {rng.integers(99)}", 3.5]}

    def empty(self, size: Any) -> list[dict[str, Any]]:
        return [{"ids": []}, {"ids": np.zeros(0, np.int64)}]


def test_every_target_of_the_core_is_checked() -> None:
    """Here, or in the module that `targets/` has for it."""
    found = set()
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any("Conformance" in ast.unparse(base) for base in node.bases):
                assigned = [one.value for one in node.body if isinstance(one, ast.Assign)]
                found |= {ast.unparse(value.func) for value in assigned if isinstance(value, ast.Call)}
    assert {kind.__name__ for kind in CORE.values()} - found == set()
