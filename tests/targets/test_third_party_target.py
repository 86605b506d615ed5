"""A target that no part of augcore knows, from the package in `examples/augcore_lidar`, in all that augcore does.

Its own tests stand beside it; here it is installed as pip would leave it. No transform was written with it in mind.
"""

from __future__ import annotations

import ast
import json
import math
import re
from pathlib import Path
from typing import Any

import attrs
import cv2
import numpy as np
import pytest
import yaml
from click.testing import CliRunner

import augcore
from augcore import Compose, InvalidFile, Trace, Unsupported, plugins
from augcore.cli import Commands
from augcore.testing import Case, geometry, samples
from augcore.testing.cases import settled

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKAGE = EXAMPLES / "augcore_lidar"
SIZE = (130, 160)  # wide enough that a blob of four standard deviations stays whole in most draws


@pytest.fixture
def lidar(install: Any) -> type[Any]:
    """The target's class, the package being installed for this test."""
    install("lidar", PACKAGE / "src" / "augcore_lidar")
    return plugins.targets()["lidar"]


# What augcore knows of it


def test_the_kind_is_known_and_listed(lidar: type[Any]) -> None:
    assert lidar.kind == "lidar"
    found = CliRunner().invoke(Commands(), ["plugins", "--json"])
    assert {one["name"]: one["status"] for one in json.loads(found.output)}["lidar"] == "loaded"
    listed = CliRunner().invoke(Commands(), ["transforms", "--target", "lidar"])
    assert listed.exit_code == 0
    assert "geometric.ElasticTransform" in listed.output


def test_the_example_imports_public_names_alone() -> None:
    for path in PACKAGE.glob("src/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level and str(node.module).startswith("augcore"):
                assert node.module == "augcore"
                assert {alias.name for alias in node.names} <= {*augcore.__all__, "params"}
            elif isinstance(node, ast.Import):
                assert not any(alias.name.startswith("augcore.") for alias in node.names)


def code_of_readme() -> list[str]:
    return re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text("utf-8"), re.S)


def test_the_readme_tells_the_truth(lidar: type[Any], install: Any) -> None:
    use, first_step = code_of_readme()
    found: dict[str, Any] = {}
    exec(use, found)
    assert found["result"].shape[1] == 3
    install("marks", first_step)
    image = np.zeros((20, 30, 3), np.uint8)
    steps = (augcore.HorizontalFlip(p=1), augcore.CoarseDropout(p=1))
    flipped, erased = (Compose([step], additional_targets={"m": "marks"}) for step in steps)
    assert flipped(image=image, m=[(0, 1)])["m"].tolist() == [[29, 1]]
    with pytest.raises(Unsupported, match=r"target 'marks' does not define the effect Erase; .*Marks\.erase"):
        erased(image=image, m=[(0, 1)])


# Every transform that moves pixels


def scattered(count: int = 40, seed: int = 0) -> np.ndarray:
    """(x, y, intensity) over the whole of a frame of SIZE."""
    draws = np.random.default_rng(seed)
    return np.column_stack([draws.uniform((-0.5, -0.5), np.array(SIZE[::-1]) - 0.5, (count, 2)), draws.random(count)])


def test_returns_ride_through_every_geometric_transform(geometric: Case, lidar: type[Any]) -> None:
    kinds = {"returns": lidar(remove_hidden=False), "left": lidar()}
    data, options = dict.fromkeys(kinds, scattered()), {"additional_targets": kinds}
    case = settled(attrs.evolve(geometric, size=SIZE, channels=(1,), dtypes=("float32",), data=data, options=options))
    followed = 0
    for key in range(6):
        data = case.sample()
        out, trace = case.traced(data, key)
        assert out["returns"][:, 2].tolist() == data["returns"][:, 2].tolist()
        assert out["left"].tolist() == out["returns"][~np.isnan(out["returns"][:, 0])].tolist()
        motion = geometry.motion_of(case, trace)
        assert motion is not None
        for centre in geometry._centres(SIZE, motion):
            off = distance_to_blob(case, trace, motion, centre)
            if off is not None:
                followed += 1
                exact = motion.is_linear and not geometry._is_rough(trace, case)
                assert off <= (0.02 if exact else 0.1)
    assert followed > 0


def distance_to_blob(case: Case, trace: Trace, motion: geometry.Motion, centre: np.ndarray) -> float | None:
    """From where a return says to where a blob drawn at it is found, in px; None if the blob does not stay whole.

    Where lines bend, the centroid of a blob is not where its centre goes: the mass of the blob is followed then, and
    the return is held against the map.
    """
    disc = centre + geometry._REACH * np.array([(math.cos(a), math.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)])
    if not geometry._frame_holds(SIZE, disc) or not geometry._can_follow(motion, centre, disc):
        return None
    drawn = samples.blob(SIZE, centre)
    row = [(*(centre - 0.5).tolist(), 0.7)]
    given = {"returns": row, "left": row}
    ((x, y, intensity),) = case.replay(trace, {**given, "image": drawn}, "a single return")["left"]
    assert intensity == 0.7
    landed = np.array((x, y)) + 0.5
    np.testing.assert_allclose(landed, motion.forward(centre[None])[0], atol=1e-3)
    shown = geometry._window(geometry._shown(case, trace, drawn, given)["image"], motion.forward(disc))
    wanted = landed if motion.is_linear else geometry._expected(motion, drawn)
    return float(np.hypot(*(samples.centroid(shown) - wanted)))


def test_what_erases_hides_returns(lidar: type[Any]) -> None:
    pipeline = Compose([augcore.CoarseDropout(fill=9, p=1)], seed=3, additional_targets={"returns": "lidar"})
    rows = scattered(400)
    out = pipeline(image=np.zeros((*SIZE, 3), np.uint8), returns=rows)
    x, y = np.rint(rows[:, :2]).astype(int).T
    left = rows[out["image"][y, x, 0] == 0]
    assert 0 < len(left) < len(rows)
    np.testing.assert_allclose(out["returns"], left, atol=1e-12)


# Files, traces, undo


def pipeline_of(lidar: type[Any], *steps: Any) -> Compose:
    return Compose(list(steps), seed=5, additional_targets={"returns": lidar(min_intensity=0.2, remove_hidden=False)})


def test_a_pipeline_with_the_target_and_its_options_is_saved_and_loaded(
    lidar: type[Any], tmp_path: Path, python: Any
) -> None:
    pipeline = pipeline_of(lidar, augcore.Rotate(p=1))
    augcore.save(pipeline, path := tmp_path / "p.yaml")
    written = yaml.safe_load(path.read_text("utf-8"))
    assert written["additional_targets"] == {"returns": {"lidar": {"min_intensity": 0.2, "remove_hidden": False}}}
    assert written["requires"]["augcore-lidar"] == ">=0.1"
    assert augcore.load(path) == pipeline
    image, rows = np.zeros((*SIZE, 3), np.uint8), scattered()
    elsewhere = python(
        f"import augcore, numpy as np\nimage = np.zeros({image.shape}, np.uint8)\n"
        f"print(augcore.load({str(path)!r})(image=image, returns=np.array({rows.tolist()}))['returns'].tolist())"
    )
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert elsewhere.stdout.strip() == str(augcore.load(path)(image=image, returns=rows)["returns"].tolist())


def test_a_trace_with_the_target_replays_from_json(lidar: type[Any]) -> None:
    pipeline = pipeline_of(lidar, augcore.ElasticTransform(p=1), augcore.CoarseDropout(p=1), augcore.Perspective(p=1))
    data = {"image": samples.picture(SIZE), "returns": scattered()}
    out, trace = pipeline.traced(**data)
    assert samples.difference(out, Trace.from_json(trace.to_json()).apply(**data)) == ""


@pytest.mark.parametrize(("name", "tolerance"), [("affine", 0.01), ("dense", 0.1)])
def test_undo_brings_returns_back(lidar: type[Any], name: str, tolerance: float) -> None:
    steps = [augcore.HorizontalFlip(p=1), augcore.Affine(rotate=(-30, 30), scale=(0.8, 1.2), p=1), augcore.Pad(5, p=1)]
    if name == "dense":
        steps.insert(1, augcore.ElasticTransform(alpha=300, sigma=10, p=1))
    rows = scattered(200)
    out, trace = pipeline_of(lidar, *steps).traced(image=np.zeros((*SIZE, 3), np.uint8), returns=rows)
    shown = ~np.isnan(out["returns"][:, 0])
    assert 60 < shown.sum() < 200
    back = trace.undo(returns=out["returns"])["returns"]
    assert np.hypot(*(back - rows)[shown, :2].T).max() <= tolerance
    assert np.isnan(back[~shown, :2]).all()
    assert back[:, 2].tolist() == rows[:, 2].tolist()


# Without the package


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"additional_targets": {"returns": "lidar"}},
            "target kind 'lidar' is not known; known are image, ",
        ),
        (
            {"additional_targets": {"returns": {"lidar": {"with_range": True}}}},
            r"additional_targets\.returns: target kind 'lidar' is not known",
        ),
        (
            {"additional_targets": {"returns": "lidar"}, "requires": {"augcore-lidar": ">=0.1"}},
            "requires augcore-lidar >=0.1, which is not installed; pip install 'augcore-lidar>=0.1'",
        ),
    ],
    ids=["by name", "with options", "as saved"],
)
def test_a_file_that_names_the_kind_says_what_is_missing(
    site: Path, refused_file: Any, given: dict[str, Any], said: str
) -> None:
    plugins.forget()
    assert re.search(said, refused_file({"augcore": 1, **given, "transforms": []}))


def test_a_trace_that_names_the_kind_says_what_is_missing(site: Path) -> None:
    plugins.forget()
    plain = {"augcore": 1, "additional_targets": {"returns": {"lidar": {}}}, "size": [4, 4], "trace": []}
    with pytest.raises(InvalidFile, match=r"trace: additional_targets\.returns: target kind 'lidar' is not known"):
        Trace.from_dict(plain)


# A photograph


def scanned() -> tuple[np.ndarray, np.ndarray]:
    """A grey photograph, and returns (x, y, intensity, range) on lines over it where its depth is known."""
    grey = cv2.imread(str(EXAMPLES / "data" / "images" / "motorcycle.jpg"), cv2.IMREAD_GRAYSCALE)
    disparity = cv2.imread(str(EXAMPLES / "data" / "depth" / "motorcycle_disparity.png"), cv2.IMREAD_UNCHANGED) / 256
    assert grey.shape == disparity.shape
    lattice = np.zeros(grey.shape, bool)
    lattice[4::8, 2::4] = True
    y, x = np.nonzero(lattice & (disparity > 0))
    return grey, np.column_stack([x, y, grey[y, x] / 255, 1000 / disparity[y, x]])


def sampled(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The picture's values at rows of pixel indices, linear between pixels."""
    height, width = picture.shape
    x, y = np.clip(points[:, :2], 0, (width - 1.001, height - 1.001)).T
    column, row = x.astype(int), y.astype(int)
    x, y, p = x - column, y - row, picture.astype(np.float64)
    upper = p[row, column] * (1 - x) + p[row, column + 1] * x
    lower = p[row + 1, column] * (1 - x) + p[row + 1, column + 1] * x
    return upper * (1 - y) + lower * y


STEPS = {
    # What to do, and how far from a return (in px of the original) the pixels lie that a value at it is made of: those
    # around each of the pixels around the place, once for each resampling.
    "HorizontalFlip": ([augcore.HorizontalFlip(p=1)], 0),
    "Rotate": ([augcore.Rotate((-40, 40), p=1)], 3),
    "RandomResizedCrop": ([augcore.RandomResizedCrop((400, 600), scale=(0.4, 0.8), p=1)], 3),
    "ElasticTransform": ([augcore.ElasticTransform(alpha=300, sigma=12, p=1)], 3),
}
STEPS["all of them"] = ([step for steps, _ in STEPS.values() for step in steps], 6)


@pytest.mark.parametrize(("steps", "reach"), STEPS.values(), ids=STEPS)
def test_the_intensity_is_still_the_grey_value_of_the_photograph(
    lidar: type[Any], steps: list[Any], reach: int
) -> None:
    grey, given = scanned()
    kinds = {"returns": lidar(with_range=True), "rows": lidar(with_range=True, remove_hidden=False)}
    pipeline = Compose(steps, seed=2, additional_targets=kinds)
    out, trace = pipeline.traced(image=grey, returns=given, rows=given)
    shown = ~np.isnan(out["rows"][:, 0])
    assert shown.sum() > 3000
    assert out["returns"].tolist() == out["rows"][shown].tolist()
    assert out["returns"][:, 2:].tolist() == given[shown, 2:].tolist()
    # Where a border mixes with the picture, the picture alone tells nothing.
    white = trace.apply(image=np.full_like(grey, 255), returns=given, rows=given)["image"]
    inside = sampled(white, out["returns"]) > 254.9
    assert inside.mean() > 0.95
    places, there = out["returns"][inside, :2], given[shown][inside]
    values = sampled(out["image"], places)
    x, y = there[:, :2].astype(int).T
    around = np.ones((2 * reach + 1,) * 2, np.uint8)
    assert (values > cv2.erode(grey, around)[y, x] - 1.5).all()
    assert (values < cv2.dilate(grey, around)[y, x] + 1.5).all()
    off = np.abs(values - 255 * there[:, 2])
    assert np.median(off) < 3
    # Half a pixel beside it, wherever, the picture fits worse.
    for beside in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)):
        assert off.mean() < 0.9 * np.abs(sampled(out["image"], places + beside) - 255 * there[:, 2]).mean()
