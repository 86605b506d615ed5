"""Pictures made again from traces, bit for bit, and pictures as files."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import augcore
from augcore.cli import read_picture, write_picture

DATA = Path(__file__).parents[2] / "examples" / "data"
COFFEE = DATA / "images" / "coffee.jpg"
PICTURES = sorted((DATA / "images").glob("*.jpg"))


@pytest.fixture
def traces(steps, tmp_path):
    """A trace file like that of `augcore run`, and the pictures that its lines stand for."""
    pipeline = augcore.Compose([steps.Mirrored(p=0.5), steps.Darkened(most=9), steps.LeftHalf(p=0.5)], seed=5)
    lines, expected = [], []
    for picture in PICTURES[:3]:
        result, trace = pipeline.traced(image=read_picture(picture, colour=True))
        sample = {"file_name": picture.name, "image_id": 1, "copy": 0, "output": "x.jpg"}
        lines.append(json.dumps({**trace.to_dict(), "sample": sample}))
        expected.append(result["image"])
    path = tmp_path / "traces.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path, expected


@pytest.mark.parametrize("suffix", [".png", ".tiff", ".npy"])
def test_a_line_is_made_again_bit_for_bit(run, traces, tmp_path, suffix):
    path, expected = traces
    for number, picture in enumerate(expected, 1):
        out = tmp_path / f"again{suffix}"
        result = run("replay", path, number, "--images", DATA / "images", "-o", out)
        assert result.exit_code == 0, result.output
        again = np.load(out) if suffix == ".npy" else read_picture(out, colour=True)
        np.testing.assert_array_equal(again, picture)


def test_the_original_may_be_given_or_lie_beside_the_traces(run, failed, traces, tmp_path):
    path, expected = traces
    out = tmp_path / "again.png"
    failed(run("replay", path, 1, "-o", out), PICTURES[0].name, "--images")
    assert run("replay", path, 1, "--image", PICTURES[0], "-o", out).exit_code == 0
    (tmp_path / PICTURES[0].name).write_bytes(PICTURES[0].read_bytes())
    out.unlink()
    assert run("replay", path, 1, "-o", out).exit_code == 0
    np.testing.assert_array_equal(read_picture(out, colour=True), expected[0])


def test_another_picture_than_the_original_is_refused(run, failed, traces, tmp_path):
    path, _ = traces
    out = tmp_path / "again.png"
    failed(run("replay", path, 1, "--image", PICTURES[3], "-o", out), PICTURES[3], "height and width")
    line = json.loads(path.read_text().splitlines()[0])
    line["sample"]["sha256"] = "0" * 64
    path.write_text(json.dumps(line))
    failed(run("replay", path, 1, "--image", PICTURES[0], "-o", out), PICTURES[0], "is not the file")
    assert not out.exists()


def test_lines_that_are_not_there_or_not_traces_are_named(run, failed, traces, tmp_path):
    path, _ = traces
    out = ("--images", DATA / "images", "-o", tmp_path / "a.png")
    failed(run("replay", path, 4, *out), "no line 4", "has 3")
    failed(run("replay", path, 0, *out), "0", code=2)
    failed(run("replay", path, 1, "--image", COFFEE, *out), "--image and --images", code=2)
    failed(run("replay", tmp_path / "none.jsonl", 1, *out), "none.jsonl")
    for text in ("{", "[]", '{"augcore": 1}', '{"augcore": 99}', '{"sample": 3}', '"x"', "\x00"):
        path.write_text(text + "\n")
        failed(run("replay", path, 1, *out), "line 1")
    path.write_bytes(b"\xff\xfe\n")
    failed(run("replay", path, 1, *out), path)


def test_a_file_does_not_opt_into_experimental_plugins(run, failed, installed, traces, tmp_path):
    installed(experimental=("lab",), lab="tries")
    path, _ = traces
    line = json.loads(path.read_text().splitlines()[0])
    line["experimental"] = ["lab"]
    line["trace"].append({**line["trace"][0], "effect": {"PixelFn": {"lab.function": {}}}})
    path.write_text(json.dumps(line))
    result = run("replay", path, 1, "--images", DATA / "images", "-o", tmp_path / "a.png")
    failed(result, "'lab' is experimental and not enabled", "--experimental lab")


def test_a_job_of_the_dataset_plugin_is_replayed_bit_for_bit(steps, run, write, tmp_path):
    pytest.importorskip("augcore_dataset")
    pipeline = write(steps.Mirrored(p=0.5), steps.Darkened(), steps.LeftHalf(p=0.5))
    job = ("--coco", DATA / "annotations.json", "--images", DATA / "images", "--out", tmp_path / "job")
    result = run("run", pipeline, *job, "--seed", 3, "--workers", 1)
    assert result.exit_code == 0, result.output
    traces = tmp_path / "job" / "traces.jsonl"
    for number, text in enumerate(traces.read_text().splitlines(), 1):
        assert run("replay", traces, number, "--images", DATA / "images", "-o", tmp_path / "a.png").exit_code == 0
        again = cv2.imread(str(tmp_path / "a.png"))
        written = (tmp_path / "job" / "images" / json.loads(text)["sample"]["output"]).read_bytes()
        assert cv2.imencode(".jpg", again, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes() == written


# Pictures in files


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(7, 9), (7, 9, 3)])
@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_pictures_come_back_from_a_file_as_they_were(tmp_path, dtype, shape, suffix):
    picture = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    path = tmp_path / f"Fluß{suffix}"
    write_picture(path, picture)
    again = read_picture(path)
    assert again.dtype == dtype
    np.testing.assert_array_equal(again, picture)


def test_red_is_the_first_channel_in_memory(tmp_path):
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[..., 0] = 255
    write_picture(tmp_path / "red.png", picture)
    assert cv2.imread(str(tmp_path / "red.png"))[0, 0].tolist() == [0, 0, 255]
    assert read_picture(tmp_path / "red.png")[0, 0].tolist() == [255, 0, 0]


def test_pixels_that_a_format_does_not_hold_are_refused(tmp_path):
    for name, picture in {
        "a.jpg": np.zeros((4, 4, 3), np.uint16),
        "b.png": np.zeros((4, 4, 3), np.float32),
        "c.png": np.zeros((4, 4, 7), np.uint8),
    }.items():
        with pytest.raises(augcore.InvalidFile, match=name):
            write_picture(tmp_path / name, picture)
    assert list(tmp_path.iterdir()) == []
