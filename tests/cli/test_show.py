"""Sheets of pipelines on the sample pictures, and what is said to wrong input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import augcore
from augcore.cli import read_picture, write_picture
from augcore.pen import colour_of

DATA = Path(__file__).parents[2] / "examples" / "data"
COFFEE = DATA / "images" / "coffee.jpg"
PICTURES = sorted((DATA / "images").glob("*.jpg"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_sheet_of_draws_is_made_of_every_sample_picture(steps, run, write, tmp_path, picture):
    pipeline = write(augcore.OneOf([steps.Mirrored(), steps.Darkened()]))
    result = run("show", pipeline, picture, "--seed", 1, "--grid", "2x3", "-o", tmp_path / "sheet.png")
    assert result.exit_code == 0, result.output
    page = read_picture(tmp_path / "sheet.png")
    height, width = read_picture(picture).shape[:2]
    rows, columns = (page < 250).any(-1).any(1).sum(), (page < 250).any(-1).any(0).sum()
    assert rows > 2 * 450 * min(1, height / width)
    assert columns > 3 * 450 * min(1, width / height)


def test_the_first_picture_of_a_sheet_is_the_original(steps, run, write, tmp_path):
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, :30] = (250, 10, 10)
    write_picture(tmp_path / "a.png", picture)
    run("show", write(steps.Mirrored()), tmp_path / "a.png", "--grid", "1x2", "-o", tmp_path / "sheet.png")
    page = read_picture(tmp_path / "sheet.png")
    columns = np.flatnonzero((page == (250, 10, 10)).all(-1).sum(0) > 50)
    left, right = columns[columns < page.shape[1] / 2], columns[columns > page.shape[1] / 2]
    assert left.max() < page.shape[1] * 0.3  # on the left of the first picture
    assert right.min() > page.shape[1] * 0.7  # on the right of the mirrored one


def test_the_same_seed_gives_the_same_sheet(steps, run, write, tmp_path):
    pipeline = write(steps.Darkened(most=9))
    for name in ("a", "b"):
        run("show", pipeline, COFFEE, "--seed", 7, "-o", tmp_path / f"{name}.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_steps_give_a_picture_each(steps, run, write, tmp_path):
    pipeline = write(steps.Mirrored(), steps.Darkened(), steps.LeftHalf())
    result = run("show", pipeline, COFFEE, "--steps", "-o", tmp_path / "sheet.png")
    assert result.output.strip().endswith("4 pictures")


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(50, 70), (50, 70, 3)])
def test_grey_and_deep_pictures_can_be_shown(steps, run, write, tmp_path, depth, shape):
    write_picture(tmp_path / "a.png", np.full(shape, np.iinfo(depth).max // 2, depth))
    result = run("show", write(steps.Mirrored()), tmp_path / "a.png", "-o", tmp_path / "sheet.png")
    assert result.exit_code == 0, result.output


def test_grey_pictures_become_rgb_when_asked_for(steps, run, failed, write, tmp_path):
    write_picture(tmp_path / "grey.png", np.full((50, 70), 100, np.uint8))
    pipeline = write(augcore.SelectiveChannelTransform([steps.Darkened()], channels=[2]))
    out = tmp_path / "sheet.png"
    failed(run("show", pipeline, tmp_path / "grey.png", "-o", out), "channels (2,)")
    assert run("show", pipeline, tmp_path / "grey.png", "--rgb", "-o", out).exit_code == 0
    page = read_picture(out)
    assert ((page[..., 0] == 100) & (page[..., 2] < 100)).any()


def read_square(annotation_file, image_file):
    """Stands for a plugin's reader: one square object, its outline and a keypoint, in other formats than pipelines'."""
    arguments = {
        "bboxes": [[10, 10, 20, 20], [60, 10, 20, 20]],
        "name": ["left", "right"],
        "polygons": [[], [60, 10, 80, 10, 80, 30, 60, 30]],
        "keypoints": [[20, 20, 2]],
    }
    boxes = augcore.BboxParams(format="coco", label_fields=["name"])
    points = augcore.KeypointParams(format="xyv", remove_invisible=False)
    return arguments, {"bbox_params": boxes, "keypoint_params": points, "edges": [(0, 0)]}


@pytest.mark.parametrize(
    "options", [{}, {"bbox_params": {"format": "yolo", "min_visibility": 0.9, "label_fields": "class"}}]
)
def test_annotations_are_drawn_in_their_colours_before_and_after(steps, run, installed, write, tmp_path, options):
    def augcore_commands(cli):
        cli.annotation_readers["coco"] = read_square

    installed(reader={"augcore_commands": augcore_commands})
    write_picture(tmp_path / "a.png", np.full((40, 100, 3), 128, np.uint8))
    pipeline = write(steps.Mirrored(), steps.LeftHalf(), **options)  # what was left is cut away
    result = run(
        "show", pipeline, tmp_path / "a.png", "--coco", "any.json", "--grid", "1x2", "-o", tmp_path / "sheet.png"
    )
    assert result.exit_code == 0, result.output
    page = read_picture(tmp_path / "sheet.png")
    left, right = page[:, : page.shape[1] // 2], page[:, page.shape[1] // 2 :]
    for label in ("left", "right"):
        assert (left == colour_of(label)).all(-1).sum() > 100
    assert (right == colour_of("right")).all(-1).sum() > 100
    assert not (right == colour_of("left")).all(-1).any()
    # The outline has the colour of its box, though the box before it was dropped.
    tint = (128 * 0.72 + np.array(colour_of("right")) * 0.28).astype(np.uint8)
    assert (right == tint).all(-1).sum() > 1000


def test_coco_without_the_plugin_says_what_to_install(steps, run, failed, installed, write, tmp_path):
    installed()
    result = run("show", write(steps.Mirrored()), COFFEE, "--coco", DATA / "annotations.json", "-o", tmp_path / "a.png")
    failed(result, "augcore-dataset", "pip install augcore-dataset")


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", [("--grid", "1x2"), ("--steps",)], ids=["draws", "steps"])
def test_sample_annotations_are_shown(steps, run, write, tmp_path, picture, kind):
    pytest.importorskip("augcore_dataset")
    pipeline = write(steps.Mirrored(), steps.Darkened(), steps.LeftHalf())
    annotations = ("--coco", DATA / "annotations.json")
    for name, further in (("plain", ()), ("annotated", annotations)):
        result = run("show", pipeline, picture, *kind, "--seed", 1, *further, "-o", tmp_path / f"{name}.png")
        assert result.exit_code == 0, result.output
    plain, annotated = (read_picture(tmp_path / f"{name}.png") for name in ("plain", "annotated"))
    assert plain.shape == annotated.shape
    half = plain.shape[1] // 2
    different = (plain != annotated).any(-1)
    assert different[:, :half].any()
    assert different[:, half:].any()


def test_transforms_that_mix_find_other_pictures_in_source(steps, run, failed, write, tmp_path):
    out = tmp_path / "a.png"
    failed(run("show", write(steps.HalfAndHalf()), COFFEE, "-o", out), "source")
    assert not out.exists()
    result = run("show", write(steps.HalfAndHalf()), PICTURES[0], "--source", COFFEE, "--steps", "-o", out)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("grid", ["3", "0x3", "3x", "axb", "21x1", "3x3x3", "-1x2"])
def test_a_wrong_grid_is_a_usage_error(steps, run, failed, write, tmp_path, grid):
    result = run("show", write(steps.Mirrored()), COFFEE, "--grid", grid, "-o", tmp_path / "a.png")
    failed(result, "ROWSxCOLUMNS", grid, code=2)


def test_an_output_must_be_named(steps, run, failed, write):
    failed(run("show", write(steps.Mirrored()), COFFEE), "'-o'", code=2)


def test_wrong_files_are_named(steps, run, failed, write, tmp_path):
    pipeline, out = write(steps.Mirrored()), tmp_path / "a.png"
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n not a picture")
    empty = tmp_path / "empty.jpg"
    empty.write_bytes(b"")
    for path in (broken, empty, tmp_path / "none.png", tmp_path):
        failed(run("show", pipeline, path, "-o", out), path)
    failed(run("show", tmp_path / "none.yaml", COFFEE, "-o", out), "none.yaml")
    failed(run("show", broken, COFFEE, "-o", out), broken)
    assert not out.exists()


def test_outputs_that_cannot_be_written_are_refused(steps, run, failed, write, tmp_path):
    pipeline = write(steps.Mirrored())
    failed(run("show", pipeline, COFFEE, "-o", tmp_path / "none" / "a.png"), "no folder", tmp_path / "none")
    failed(run("show", pipeline, COFFEE, "-o", tmp_path), tmp_path)
    failed(run("show", pipeline, COFFEE, "-o", tmp_path / "a.xyz"), ".xyz", "name it .png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pipeline.json"]


def test_a_full_disk_leaves_what_was_there(steps, run, failed, write, tmp_path, monkeypatch):
    pipeline, out = write(steps.Mirrored()), tmp_path / "a.png"
    out.write_bytes(b"before")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    failed(run("show", pipeline, COFFEE, "-o", out), out, "No space left")
    assert out.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "pipeline.json"]
