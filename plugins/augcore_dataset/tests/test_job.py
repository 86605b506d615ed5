"""Jobs: the same bytes for any workers, continued where they stopped, and stopped with what is done intact."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from augcore_dataset import augment, files
from augcore_dataset.job import Job, Stopped, run

import augcore as A  # noqa: N812 - as its users write it

PIPELINE = A.Compose([A.HorizontalFlip(p=0.5), A.RandomCrop(48, 48, p=0.5), A.Rotate(limit=20, p=0.5)])


def job_of(data: Any, **options: Any) -> Job:
    given = {"pipeline": PIPELINE, "images": data.images, "out": data.out, "annotations": data.annotations}
    return Job(**{**given, "copies": 4, "seed": 7, "workers": 1, **options})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def break_jpeg(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-60])


def failing_after(count: int, error: BaseException) -> Callable[..., Any]:
    """`files.whole`, which raises from the count-th file on."""
    made = 0
    whole = files.whole

    def fail(path: Path) -> Any:
        nonlocal made
        made += 1
        if made > count:
            raise error
        return whole(path)

    return fail


# Results


def test_a_job_writes_pictures_annotations_traces_and_a_sheet(data: Any) -> None:
    summary = run(job_of(data))
    found = contents(data.out)
    assert {f"images/a_{copy}.jpg" for copy in range(4)} | {f"images/sub/b_{copy}.jpg" for copy in range(4)} < set(
        found
    )
    assert {"annotations.json", "traces.jsonl", "contact_sheet.png"} < set(found)
    assert summary.pictures == summary.made == 8
    assert summary.count.kept + summary.count.dropped == 16
    tree = json.loads(found["annotations.json"])
    assert len(tree["annotations"]) == summary.count.kept
    assert tree["categories"] == data.tree["categories"]
    assert tree["info"] == {"description": "squares", "augcore": {"seed": 7, "copies": 4}}
    assert tree["images"][1]["origin"] == {"file_name": "a.jpg", "id": 11}
    assert tree["images"][1]["copy"] == 1
    assert tree["images"][1]["license"] == 1
    for image in tree["images"]:
        assert cv2.imread(str(data.out / "images" / image["file_name"])).shape[:2] == (image["height"], image["width"])


def test_traces_replay_their_pictures_bit_for_bit(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[np.ndarray] = []
    encode = augment.pictures.encode_jpeg
    monkeypatch.setattr(augment.pictures, "encode_jpeg", lambda *given: encoded.append(given[1]) or encode(*given))
    run(job_of(data))
    lines = (data.out / "traces.jsonl").read_text().splitlines()
    assert len(lines) == len(encoded) == 8
    for line, image in zip(lines, encoded, strict=True):
        plain = json.loads(line)
        original = cv2.imread(str(data.images / plain["sample"]["file_name"]))[..., ::-1]
        replayed = A.Trace.from_dict(plain).apply(image=np.ascontiguousarray(original))["image"]
        assert (replayed == image).all()


def test_a_seed_gives_the_same_bytes_and_another_seed_others(data: Any) -> None:
    run(job_of(data))
    run(job_of(data, out=data.out.with_name("again")))
    run(job_of(data, out=data.out.with_name("other"), seed=8))
    first = contents(data.out)
    assert contents(data.out.with_name("again")) == first
    assert contents(data.out.with_name("other"))["traces.jsonl"] != first["traces.jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_any_workers_under_any_start_method_give_the_same_bytes(data: Any, method: str) -> None:
    run(job_of(data))
    run(job_of(data, out=data.out.with_name("many"), workers=3, start_method=method))
    assert contents(data.out.with_name("many")) == contents(data.out)


def test_copies_of_one_picture_do_not_depend_on_the_others(data: Any) -> None:
    run(job_of(data))
    data.tree["images"].pop(0)
    data.tree["annotations"] = data.tree["annotations"][3:]
    data.save()
    run(job_of(data, out=data.out.with_name("less")))
    alone, all_of_them = contents(data.out.with_name("less")), contents(data.out)
    assert alone["images/sub/b_2.jpg"] == all_of_them["images/sub/b_2.jpg"]


def test_a_folder_without_annotations_is_augmented_too(data: Any) -> None:
    summary = run(job_of(data, annotations=None))
    assert summary.pictures == 8
    assert len(json.loads((data.out / "annotations.json").read_text())["images"]) == 8


def test_pictures_that_differ_in_suffix_or_case_alone_do_not_overwrite_each_other(data: Any) -> None:
    for number, name in enumerate(("a.png", "A.bmp"), 20):
        cv2.imwrite(str(data.images / name), np.zeros((8, 8, 3), np.uint8))
        data.tree["images"].append({"id": number, "file_name": name, "width": 8, "height": 8})
    data.save()
    run(job_of(data, copies=1, pipeline=A.Compose([])))
    assert {"images/a.jpg_0.jpg", "images/a.png_0.jpg", "images/A.bmp_0.jpg"} < set(contents(data.out))


def test_without_a_seed_one_is_drawn_and_recorded(data: Any) -> None:
    first = run(job_of(data, seed=None)).seed
    assert json.loads((data.out / "annotations.json").read_text())["info"]["augcore"]["seed"] == first
    assert run(job_of(data, seed=None)).seed == first  # the same job continues
    assert run(job_of(data, seed=None, out=data.out.with_name("other"))).seed != first
    assert run(job_of(data, seed=None, out=data.out.with_name("third"), pipeline=A.Compose([], seed=5))).seed == 5


# Continuing


def interrupted(data: Any, monkeypatch: pytest.MonkeyPatch, files_made: int, error: BaseException) -> Stopped:
    with monkeypatch.context() as patch:
        patch.setattr(files, "whole", failing_after(files_made, error))
        with pytest.raises(Stopped) as stopped:
            run(job_of(data))
    return stopped.value


def test_an_interrupted_job_continues_to_the_same_result(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = interrupted(data, monkeypatch, 6, KeyboardInterrupt())  # the job, two samples, a picture without record
    assert stopped.interrupted
    assert "2 of 8 samples are finished and intact" in str(stopped)
    assert "the same command continues" in str(stopped)
    assert not (data.out / "annotations.json").exists()
    summary = run(job_of(data))
    assert (summary.made, summary.pictures) == (6, 8)
    run(job_of(data, out=data.out.with_name("whole")))
    assert contents(data.out) == contents(data.out.with_name("whole"))


def test_a_finished_job_makes_nothing_again(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run(job_of(data)), contents(data.out)
    monkeypatch.setattr(augment.Maker, "make", None)
    again = run(job_of(data))
    assert (again.made, again.pictures, again.count) == (0, 8, before[0].count)
    assert contents(data.out) == before[1]


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"half")])
def test_pictures_that_are_gone_or_cut_are_made_again(data: Any, damage: Callable[[Path], Any]) -> None:
    run(job_of(data))
    before = contents(data.out)
    damage(data.out / "images/a_1.jpg")
    (data.out / "images/.augcore-x.part").write_bytes(b"left over")
    assert run(job_of(data)).made == 1
    assert contents(data.out) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 8}, "seed was 7 and is 8"),
        ({"copies": 5}, "copies was 4 and is 5"),
        ({"quality": 50}, "quality was 95 and is 50"),
        ({"pipeline": A.Compose([A.NoOp()])}, "pipeline has changed"),
    ],
)
def test_a_changed_job_is_refused_and_overwrites_when_told(data: Any, change: dict[str, Any], said: str) -> None:
    run(job_of(data))
    before = contents(data.out)
    with pytest.raises(A.InvalidFile, match=f"begun by another job: {said}; --overwrite"):
        run(job_of(data, **change))
    assert contents(data.out) == before
    run(job_of(data, **change, overwrite=True))
    run(job_of(data, **change, out=data.out.with_name("fresh")))
    assert contents(data.out) == contents(data.out.with_name("fresh"))


def test_a_changed_annotation_file_is_refused(data: Any) -> None:
    run(job_of(data))
    data.tree["annotations"].pop()
    data.save()
    with pytest.raises(A.InvalidFile, match=r"annotation file has changed"):
        run(job_of(data))


def test_a_job_that_has_finished_nothing_may_change(data: Any) -> None:
    with pytest.raises(Stopped, match=r"belong in training code.* 0 of 8 samples"):
        run(job_of(data, pipeline=A.Compose([A.Lambda(image=lambda image: image.astype(np.float32), name="float")])))
    assert run(job_of(data)).pictures == 8


# Folders


def test_a_folder_with_files_of_others_is_left_alone_even_to_overwrite(data: Any) -> None:
    data.out.mkdir()
    (data.out / "annotations.json").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(A.InvalidFile, match=r"holds annotations\.json, which no job wrote; give another folder"):
            run(job_of(data, overwrite=overwrite))
    assert contents(data.out) == {"annotations.json": b"mine"}


def test_overwriting_takes_away_what_the_job_wrote_and_nothing_else(data: Any) -> None:
    run(job_of(data))
    (data.out / "notes.txt").write_text("mine")
    (data.out / "images/own.jpg").write_text("mine")
    run(job_of(data, copies=1, overwrite=True))
    pictures = {name for name in contents(data.out) if name.startswith("images/")}
    assert pictures == {"images/a_0.jpg", "images/sub/b_0.jpg", "images/own.jpg"}
    assert (data.out / "notes.txt").exists()


def test_results_are_not_written_among_the_originals(data: Any) -> None:
    with pytest.raises(A.InvalidFile, match=r"would lie among the originals"):
        run(job_of(data, out=data.images.parent))


@pytest.mark.parametrize(
    "error", [PermissionError(errno.EACCES, "Permission denied"), OSError(errno.EROFS, "Read-only")]
)
def test_a_folder_that_cannot_be_written_is_told(data: Any, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    monkeypatch.setattr(files, "whole", failing_after(0, error))
    with pytest.raises(A.InvalidFile, match=r"out: cannot be written: (permission denied|read-only); give a folder"):
        run(job_of(data))


def test_a_folder_below_a_file_is_told(data: Any) -> None:
    with pytest.raises(A.InvalidFile, match=r"cannot be written: .*give a folder that can"):
        run(job_of(data, out=data.annotations / "out"))


@pytest.mark.parametrize("files_made", [1, 2, 5, 6, 17, 18, 19])
def test_a_full_disk_leaves_what_is_done_and_says_how_to_continue(
    data: Any, monkeypatch: pytest.MonkeyPatch, files_made: int
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    stopped = interrupted_writing(data, monkeypatch, files_made, full)
    finished = min((files_made - 1) // 2, 8)
    assert f"no space left on device; {finished} of 8 samples are finished and intact" in str(stopped)
    assert str(stopped).endswith("make room, and the same command continues")
    assert not list(data.out.rglob("*.part"))
    assert run(job_of(data)).made == 8 - finished
    run(job_of(data, out=data.out.with_name("whole")))
    assert contents(data.out) == contents(data.out.with_name("whole"))


def interrupted_writing(data: Any, monkeypatch: pytest.MonkeyPatch, files_made: int, error: OSError) -> Stopped:
    """The disk is full while a file is being written: at its fsync, after some of its bytes are there."""
    made = 0
    sync = os.fsync

    def fsync(handle: int) -> None:
        nonlocal made
        made += 1
        if made > files_made:
            raise error
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(Stopped) as stopped:
            run(job_of(data))
    return stopped.value


# Pictures that cannot be used


def without(data: Any) -> str:
    (data.images / "a.jpg").unlink()
    return r"a\.jpg"


def truncated(data: Any) -> str:
    break_jpeg(data.images / "a.jpg")
    return r"a\.jpg: truncated"


def resized(data: Any) -> str:
    cv2.imwrite(str(data.images / "a.jpg"), np.zeros((20, 30, 3), np.uint8))
    return r"a\.jpg: is 30×20 pixels \(width × height\), and the annotation file says 80×60"


@pytest.mark.parametrize("spoil", [without, truncated, resized])
def test_a_picture_that_cannot_be_used_stops_the_job_or_is_left_out(data: Any, spoil: Callable[[Any], str]) -> None:
    data.tree["images"].reverse()  # the good one first
    data.save()
    message = spoil(data)
    with pytest.raises(A.AugcoreError, match=f"{message}.*--keep-going") as raised:
        run(job_of(data))
    if isinstance(raised.value, Stopped):
        assert "4 of 8 samples are finished and intact" in str(raised.value)
    summary = run(job_of(data, keep_going=True))
    assert summary.pictures == 4
    assert list(summary.skipped) == ["a.jpg"]
    assert {
        image["origin"]["file_name"] for image in json.loads((data.out / "annotations.json").read_text())["images"]
    } == {"sub/b.png"}


def test_a_mended_picture_is_added_where_the_job_went_on_without_it(data: Any) -> None:
    whole = (data.images / "a.jpg").read_bytes()
    truncated(data)
    run(job_of(data, keep_going=True))
    (data.images / "a.jpg").write_bytes(whole)
    assert run(job_of(data)).made == 4
    run(job_of(data, out=data.out.with_name("whole")))
    assert contents(data.out) == contents(data.out.with_name("whole"))


def test_a_transform_that_fails_names_the_picture_and_the_copy(data: Any) -> None:
    pipeline = A.Compose([A.RandomCrop(62, 62, pad_if_needed=False, p=1)])
    with pytest.raises(Stopped, match=r"a\.jpg, copy 0: "):
        run(job_of(data, pipeline=pipeline))
    summary = run(job_of(data, pipeline=pipeline, keep_going=True))
    assert (summary.pictures, list(summary.skipped)) == (4, ["a.jpg"])


@pytest.mark.parametrize("option", [{"copies": 0}, {"copies": -1}, {"copies": True}, {"workers": 0}, {"quality": 101}])
def test_numbers_that_make_no_sense_are_refused(data: Any, option: dict[str, Any]) -> None:
    with pytest.raises(A.InvalidParameter, match=f"{next(iter(option))}: .* is not a whole number"):
        job_of(data, **option)


# Workers


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_a_failure_in_a_worker_comes_with_its_message(data: Any, method: str) -> None:
    truncated(data)
    with pytest.raises(Stopped, match=r"a\.jpg: truncated"):
        run(job_of(data, workers=2, start_method=method))
    assert run(job_of(data, workers=2, start_method=method, keep_going=True)).pictures == 4


def kill(sample: augment.Sample) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_killed_worker_does_not_hang_the_job(data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augment.Maker, "make", lambda self, sample: kill(sample))
    with pytest.raises(Stopped, match=r"a worker process was killed .* the same command continues"):
        run(job_of(data, workers=2, start_method="fork"))
    monkeypatch.undo()
    assert run(job_of(data)).pictures == 8


def test_progress_counts_to_the_end(data: Any) -> None:
    seen: list[tuple[int, int]] = []
    truncated(data)
    run(job_of(data, keep_going=True), lambda done, total: seen.append((done, total)))
    assert seen == [(done, 8) for done in range(9)]


def test_one_process_leaves_opencvs_threads_as_they_were(data: Any) -> None:
    before = cv2.getNumThreads()
    run(job_of(data))
    assert cv2.getNumThreads() == before


@A.transform
class Borrow(A.Transform):
    """Looks for another sample."""

    def sample(self, rng: A.Rng, view: A.View) -> A.Mix:
        return A.Mix(rng.integer(0, len(view.source) - 1))


def test_a_pipeline_that_mixes_samples_is_told_to_do_so_in_training(data: Any) -> None:
    with pytest.raises(Stopped, match=r"makes each picture of one original; mix while training"):
        run(job_of(data, pipeline=A.Compose([Borrow(p=1)]), keep_going=True))


def test_copies_of_a_picture_that_was_changed_are_made_again(data: Any) -> None:
    run(job_of(data))
    cv2.imwrite(str(data.images / "a.jpg"), np.zeros((60, 80, 3), np.uint8))
    assert run(job_of(data)).made == 4
    run(job_of(data, out=data.out.with_name("fresh")))
    assert contents(data.out) == contents(data.out.with_name("fresh"))


def test_copies_outlive_their_original(data: Any) -> None:
    run(job_of(data))
    (data.images / "a.jpg").unlink()
    summary = run(job_of(data, keep_going=True))
    assert (summary.pictures, summary.made, summary.skipped) == (8, 0, {})


def test_a_job_of_which_nothing_can_be_used_ends_all_the_same(data: Any) -> None:
    for path in (data.images / "a.jpg", data.images / "sub/b.png"):
        path.write_bytes(b"no picture")
    summary = run(job_of(data, keep_going=True))
    assert summary.pictures == 0
    assert set(summary.skipped) == {"a.jpg", "sub/b.png"}
    assert json.loads((data.out / "annotations.json").read_text())["images"] == []
