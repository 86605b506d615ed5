"""`augcore run` as it is typed: exit codes, what is said where, Ctrl-C, and the progress bar."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from augcore.cli import Commands

PIPELINE = """
augcore: 1
bbox_params: {format: yolo, min_visibility: 0.1}
transforms:
  - geometric.HorizontalFlip: {p: 0.5}
  - geometric.Rotate: {limit: 20, p: 0.5}
"""


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.yaml"
    path.write_text(PIPELINE)
    return path


def arguments(data: Any, pipeline: Path, *more: str) -> list[str]:
    folders = ["--coco", str(data.annotations), "--images", str(data.images), "--out", str(data.out)]
    return ["run", str(pipeline), *folders, *more]


def run(data: Any, pipeline: Path, *more: str) -> Result:
    return CliRunner().invoke(Commands(), arguments(data, pipeline, *more))


def test_a_summary_counts_pictures_objects_and_seconds(data: Any, pipeline: Path) -> None:
    result = run(data, pipeline, "--copies", "3", "--seed", "7")
    assert result.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert lines["pictures"] == "6"
    assert "kept (" in lines["objects"]
    assert "clipped by the frame), " in lines["objects"]
    assert lines["objects"].endswith("dropped")
    assert float(lines["seconds"]) >= 0
    assert lines["seed"] == "7"
    assert result.stderr == ""  # no progress bar where nobody sees it
    again = run(data, pipeline, "--copies", "3", "--seed", "7")
    assert "pictures  6, 6 of them made before" in again.stdout


def test_without_a_seed_one_is_printed_and_gives_the_same_again(data: Any, pipeline: Path) -> None:
    result = run(data, pipeline)
    seed = result.stdout.splitlines()[0].removeprefix("seed ")
    assert int(seed) >= 0
    first = (data.out / "traces.jsonl").read_bytes()
    data.out = data.out.with_name("again")
    assert run(data, pipeline, "--seed", seed).exit_code == 0
    assert (data.out / "traces.jsonl").read_bytes() == first


def test_a_changed_seed_is_refused_unless_told_to_overwrite(data: Any, pipeline: Path) -> None:
    run(data, pipeline, "--seed", "1")
    result = run(data, pipeline, "--seed", "2")
    assert result.exit_code == 1
    assert "seed was 1 and is 2; --overwrite starts anew" in result.stderr
    assert run(data, pipeline, "--seed", "2", "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    "more",
    [["--copies", "0"], ["--workers", "0"], ["--quality", "101"], ["--images", "nowhere"], ["--coco", "nowhere"]],
)
def test_options_that_make_no_sense_are_usage_errors(data: Any, pipeline: Path, more: list[str]) -> None:
    result = run(data, pipeline, *more)
    assert result.exit_code == 2
    assert more[0] in result.stderr
    assert not data.out.exists()


def test_malformed_annotations_end_in_one_line_and_write_nothing(data: Any, pipeline: Path) -> None:
    data.tree["annotations"][1]["bbox"] = [1, 2, 3]
    data.save()
    result = run(data, pipeline)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "annotation 2 has the bbox [1, 2, 3]; give four numbers" in result.stderr
    assert not data.out.exists()


def test_a_broken_picture_stops_the_job_or_is_listed(data: Any, pipeline: Path) -> None:
    path = data.images / "a.jpg"
    path.write_bytes(path.read_bytes()[:-60])
    result = run(data, pipeline)
    assert result.exit_code == 1
    assert "a.jpg: truncated, the file ends before its picture does" in result.stderr
    assert "--keep-going leaves such pictures out" in result.stderr
    result = run(data, pipeline, "--keep-going", "--overwrite")
    assert result.exit_code == 0
    assert "skipped   1 picture\n  a.jpg: truncated" in result.stdout


def test_a_pipeline_that_normalizes_is_told_to_leave_that_to_training(data: Any, pipeline: Path) -> None:
    pipeline.write_text(f"{PIPELINE}  - color.Normalize: {{p: 1}}\n")
    result = run(data, pipeline)
    assert result.exit_code == 1
    assert "Normalize, ToFloat and the like belong in training code" in result.stderr


def test_a_pipeline_file_without_bbox_params_works(data: Any, pipeline: Path) -> None:
    pipeline.write_text("augcore: 1\ntransforms:\n- geometric.HorizontalFlip\n")
    assert run(data, pipeline).exit_code == 0


def test_a_folder_alone_is_augmented(data: Any, pipeline: Path) -> None:
    result = CliRunner().invoke(
        Commands(), ["run", str(pipeline), "--images", str(data.images), "--out", str(data.out)]
    )
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "pictures  2"


def test_show_and_replay_agree_with_the_job(data: Any, pipeline: Path, tmp_path: Path) -> None:
    run(data, pipeline, "--seed", "7")
    shown = [
        "show",
        str(pipeline),
        str(data.images / "a.jpg"),
        "--coco",
        str(data.annotations),
        "-o",
        str(tmp_path / "s.png"),
    ]
    replayed = [
        "replay",
        str(data.out / "traces.jsonl"),
        "2",
        "--images",
        str(data.images),
        "-o",
        str(tmp_path / "r.png"),
    ]
    for line in (shown, replayed):
        result = CliRunner().invoke(Commands(), line)
        assert result.exit_code == 0, result.output


# Processes of their own


def start(data: Any, pipeline: Path, *more: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", "from augcore.cli import main; main()", *arguments(data, pipeline, *more)]
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=data.images.parent
    )


def wait_for_records(data: Any, count: int) -> None:
    limit = time.monotonic() + 60
    while len(list(data.out.glob(".samples/0*.json"))) < count:
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_what_is_done_and_says_how_to_continue(data: Any, pipeline: Path, workers: str) -> None:
    options = ("--copies", "300", "--seed", "7", "--workers", workers)
    with start(data, pipeline, *options) as process:
        wait_for_records(data, 5)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "of 600 samples are finished and intact" in said
    assert "the same command continues" in said
    made = len(list(data.out.glob(".samples/0*.json")))
    assert f"interrupted; {made} of 600" in said
    result = run(data, pipeline, *options)
    assert f"pictures  600, {made} of them made before" in result.stdout


@pytest.mark.slow
def test_workers_end_when_the_job_is_killed(data: Any, pipeline: Path) -> None:
    with start(data, pipeline, "--copies", "5000", "--seed", "7", "--workers", "2") as process:
        wait_for_records(data, 3)
        process.kill()
        # Both pipes close when the last worker that holds them is gone.
        process.communicate(timeout=60)
    assert not (data.out / "annotations.json").exists()
    for record in data.out.glob(".samples/0*.json"):
        json.loads(record.read_bytes())


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_a_terminal_shows_a_bar(data: Any, pipeline: Path) -> None:
    ours, theirs = os.openpty()
    line = [sys.executable, "-c", "from augcore.cli import main; main()", *arguments(data, pipeline, "--seed", "7")]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True)
    os.close(theirs)
    assert "2/2" in os.read(ours, 100_000).decode()
    os.close(ours)
    assert b"pictures  2" in done.stdout
