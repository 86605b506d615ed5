"""The job of `make demo`, on the sample photographs and with every plugin: its files hold what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_dataset import augment
from augcore_dataset.job import Job, Summary, run
from click.testing import CliRunner
from pycocotools.coco import COCO

import augcore
from augcore.cli import Commands

EXAMPLES = Path(__file__).parent.parent / "examples"
ORIGINALS = EXAMPLES / "data" / "images"
COPIES = 3


def job(out: Path, **options: Any) -> Job:
    pipeline, annotations = augcore.load(EXAMPLES / "pipeline.yaml"), EXAMPLES / "data" / "annotations.json"
    given = {
        "pipeline": pipeline,
        "annotations": annotations,
        "images": ORIGINALS,
        "out": out,
        "copies": COPIES,
        "seed": 7,
    }
    return Job(**{**given, "workers": 1, **options})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary, dict[str, np.ndarray]]:
    """The folder of a job, its summary, and the pictures as they were handed to the encoder."""
    out, encoded = tmp_path_factory.mktemp("demo") / "out", {}
    encode, make = augment.pictures.encode_jpeg, augment.Maker.make
    with pytest.MonkeyPatch.context() as patch:
        made: list[np.ndarray] = []
        patch.setattr(augment.pictures, "encode_jpeg", lambda *given: made.append(given[1].copy()) or encode(*given))
        patch.setattr(
            augment.Maker,
            "make",
            lambda self, sample: (make(self, sample), encoded.update({sample.output: made[-1]}))[0],
        )
        summary = run(job(out))
    return out, summary, encoded


def original(name: str) -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(ORIGINALS / name))[..., ::-1])


def test_every_trace_replays_its_picture_bit_for_bit(demo: Any) -> None:
    out, summary, encoded = demo
    lines = (out / "traces.jsonl").read_text().splitlines()
    assert len(lines) == len(encoded) == summary.pictures == 6 * COPIES
    for line in lines:
        plain = json.loads(line)
        replayed = augcore.Trace.from_dict(plain).apply(image=original(plain["sample"]["file_name"]))["image"]
        assert (replayed == encoded[plain["sample"]["output"]]).all()


def test_augcore_replay_makes_the_same_picture(demo: Any, tmp_path: Path) -> None:
    out, _, encoded = demo
    sample = json.loads((out / "traces.jsonl").read_text().splitlines()[4])["sample"]
    target = tmp_path / "replayed.png"
    line = ["replay", str(out / "traces.jsonl"), "5", "--images", str(ORIGINALS), "-o", str(target)]
    assert CliRunner().invoke(Commands(), line).exit_code == 0
    assert (cv2.imread(str(target))[..., ::-1] == encoded[sample["output"]]).all()


def test_pictures_are_the_jpegs_of_what_was_made(demo: Any) -> None:
    out, _, encoded = demo
    for name, image in encoded.items():
        read = cv2.imread(str(out / "images" / name))[..., ::-1]
        assert read.shape == image.shape
        # JPEG stores colour at half the resolution, so noise in single pixels is lost.
        assert np.abs(cv2.blur(read, (9, 9)).astype(int) - cv2.blur(image, (9, 9))).mean() < 2


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools on NumPy 2
def test_annotations_are_valid_coco(demo: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out, summary, _ = demo
    made = COCO(str(out / "annotations.json"))
    given = COCO(str(EXAMPLES / "data" / "annotations.json"))
    capsys.readouterr()
    assert made.dataset["categories"] == given.dataset["categories"]
    assert len(made.anns) == summary.count.kept > 50
    assert summary.count.clipped > 0
    for annotation in made.anns.values():
        image, source = made.imgs[annotation["image_id"]], given.anns[annotation["origin"]["id"]]
        x, y, width, height = annotation["bbox"]
        assert 0 <= x < x + width <= image["width"]
        assert 0 <= y < y + height <= image["height"]
        assert annotation["category_id"] == source["category_id"]
        assert image["origin"]["id"] == source["image_id"]
        assert annotation["iscrowd"] == 0
        assert ("segmentation" in annotation) == ("segmentation" in source)
        if "segmentation" in annotation:
            mask = made.annToMask(annotation)
            assert mask.shape == (image["height"], image["width"])
            # pycocotools fills pixels whose corners lie within: the rim makes the difference.
            rim = sum(np.hypot(*(np.roll(r, -1, 0) - r).T).sum() for r in map(ring, annotation["segmentation"]))
            assert abs(annotation["area"] - mask.sum()) <= rim + 4
        else:
            assert annotation["area"] == pytest.approx(width * height, abs=1)
        if "keypoints" in source:
            rows = np.reshape(annotation["keypoints"], (-1, 3))
            assert len(rows) == len(given.cats[source["category_id"]]["keypoints"])
            assert annotation["num_keypoints"] == (rows[:, 2] > 0).sum()
            assert (rows[rows[:, 2] == 0] == 0).all()


def ring(values: list[float]) -> np.ndarray:
    return np.reshape(values, (-1, 2))


def test_outlines_lie_within_their_boxes(demo: Any) -> None:
    tree = json.loads((demo[0] / "annotations.json").read_text())
    outlined = [one for one in tree["annotations"] if "segmentation" in one]
    for one in outlined:
        points, (x, y, width, height) = np.concatenate(list(map(ring, one["segmentation"]))), one["bbox"]
        # Elastic bends between the points at which a box's sides are followed may reach a little further.
        assert (points >= (x - 2, y - 2)).all()
        assert (points <= (x + width + 2, y + height + 2)).all()


def test_objects_show_the_same_pixels_where_they_went(demo: Any) -> None:
    """The colours inside an outline, warped back by the trace alone, are those inside the original outline."""
    out, _, encoded = demo
    given = {one["id"]: one for one in json.loads((EXAMPLES / "data" / "annotations.json").read_text())["annotations"]}
    tree = json.loads((out / "annotations.json").read_text())
    traces = [json.loads(line) for line in (out / "traces.jsonl").read_text().splitlines()]
    checked = 0
    for plain, image in zip(traces, tree["images"], strict=True):
        trace = augcore.Trace.from_dict(plain)
        shapes = [one for one in tree["annotations"] if one["image_id"] == image["id"] and "segmentation" in one]
        for one in shapes:
            before = filled(
                given[one["origin"]["id"]]["segmentation"], original(image["origin"]["file_name"]).shape[:2]
            )
            after = filled(one["segmentation"], encoded[image["file_name"]].shape[:2])
            moved = trace.apply(image=original(image["origin"]["file_name"]), mask=before)["mask"]
            both, either = (moved & after).sum(), (moved | after).sum()
            assert both / either > 0.85, (image["file_name"], one["origin"])
            checked += 1
    assert checked > 40


def filled(rings: list[list[float]], size: tuple[int, int]) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.round((ring(one) - 0.5) * 16).astype(np.int32) for one in rings], 1, shift=4)
    return mask


def test_mirrored_copies_are_among_them_and_keep_left_and_right(demo: Any) -> None:
    tree = json.loads((demo[0] / "annotations.json").read_text())
    traces = [json.loads(line) for line in (demo[0] / "traces.jsonl").read_text().splitlines()]
    mirrored = {
        plain["sample"]["output"]
        for plain in traces
        if any(s["name"].endswith("HorizontalFlip") for s in plain["trace"])
    }
    assert 0 < len(mirrored) < len(traces)
    names = {image["id"]: image["file_name"] for image in tree["images"]}
    sides = 0
    for one in tree["annotations"]:
        rows = np.reshape(one.get("keypoints", []), (-1, 3))
        if len(rows) and rows[0, 2] and rows[1, 2]:
            # Both look at the camera: their right eyes are on the left of the picture, mirrored or not.
            assert rows[0, 0] < rows[1, 0], names[one["image_id"]]
            sides += names[one["image_id"]] in mirrored
    assert sides > 0


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "method"), [(2, "spawn"), (3, "fork")])
def test_the_same_seed_gives_the_same_bytes_for_any_workers(
    demo: Any, tmp_path: Path, workers: int, method: str
) -> None:
    run(job(tmp_path / "out", workers=workers, start_method=method))
    assert contents(tmp_path / "out") == contents(demo[0])


def test_the_contact_sheet_is_a_picture(demo: Any) -> None:
    sheet = cv2.imread(str(demo[0] / "contact_sheet.png"))
    assert sheet.shape[0] > 6 * 240
    assert len(np.unique(sheet.reshape(-1, 3), axis=0)) > 1000
