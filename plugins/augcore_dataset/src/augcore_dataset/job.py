"""A job from beginning to end: which samples are to be made, which were made before, and what it all comes to."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import cv2

import augcore
from augcore import AugcoreError, Compose, InvalidFile, InvalidParameter

from . import assemble, coco, objects
from .augment import Count, Maker, Unusable, samples
from .coco import Dataset
from .files import IMAGES, Folder, dumps
from .workers import outcomes

Progress = Callable[[int, int], None]

_WORTH_A_WORKER = 50  # samples, of some 20 ms each: starting a process takes about a second


class Stopped(AugcoreError, RuntimeError):
    """A job that ended early; what it had made is intact."""

    interrupted = False


@attrs.frozen(kw_only=True)
class Job:
    """Copies of pictures, augmented with their annotations.

    Args:
        pipeline: what to do; its boxes and keypoints are told their formats here.
        images: the folder of the originals.
        out: the folder of the results.
        annotations: a COCO file; None for all pictures below `images`, without annotations.
        copies: of each picture.
        seed: of the draws; None for the pipeline's, or that of the job that `out` was begun by.
        quality: of the JPEG files.
        workers: processes; 1 for this one alone, None for as many as processors and samples make worthwhile.
        keep_going: leave out pictures that cannot be used, instead of stopping.
        overwrite: start anew if another job began in `out`.
        start_method: of multiprocessing.
    """

    pipeline: Compose
    images: Path = attrs.field(converter=Path)
    out: Path = attrs.field(converter=Path)
    annotations: Path | None = attrs.field(default=None, converter=attrs.converters.optional(Path))
    copies: int = 1
    seed: int | None = None
    quality: int = 95
    workers: int | None = None
    keep_going: bool = False
    overwrite: bool = False
    start_method: str | None = None

    def __attrs_post_init__(self) -> None:
        for name, low, high in (("copies", 1, None), ("workers", 1, None), ("quality", 1, 100)):
            value = getattr(self, name)
            if name == "workers" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < low or (high and value > high):
                allowed = f"from {low} to {high}" if high else f"{low} or more"
                raise InvalidParameter(f"{name}: {value!r} is not a whole number {allowed}; give one")


@attrs.frozen(kw_only=True)
class Summary:
    """What a job came to."""

    pictures: int  # augmented ones, all there are
    made: int  # of them, in this run
    count: Count
    skipped: Mapping[str, str]  # why, by file name
    seed: int
    seconds: float
    out: Path


def run(job: Job, progress: Progress | None = None) -> Summary:
    """Make what is missing in the output folder, and put it together.

    Args:
        progress: called with how many samples are done and how many there are.
    Raises:
        InvalidFile: annotations, pictures or the output folder are not as they must be; nothing was changed.
        Stopped: something went wrong on the way; run again, the same job continues.
    """
    start = time.monotonic()
    dataset = _dataset(job)
    folder, seed = Folder(job.out), chosen_seed(job)
    pipeline = objects.fitted(job.pipeline, dataset.categories, seed)
    maker = Maker(pipeline, dataset.categories, job.images, folder, job.quality)
    try:
        folder.begin(_description(job, pipeline, seed, dataset), job.overwrite)
    except OSError as error:
        raise InvalidFile(f"{job.out}: cannot be written: {_reason(error)}; give a folder that can") from error
    tally = _Tally(len(dataset.pictures) * job.copies)
    with _told_what_is_intact(folder, tally):
        _make_missing(job, maker, dataset, tally, progress or (lambda done, total: None))
        count = assemble.write(maker, dataset, job.copies, {"seed": seed, "copies": job.copies})
    return Summary(
        pictures=tally.done,
        made=tally.made,
        count=count,
        skipped=tally.skipped,
        seed=seed,
        seconds=time.monotonic() - start,
        out=job.out,
    )


def chosen_seed(job: Job) -> int:
    """The job's seed, the pipeline's, that of the job to be continued, or a fresh one."""
    if job.seed is not None:
        return job.seed
    if job.pipeline.seed is not None:
        return job.pipeline.seed
    begun = None if job.overwrite else Folder(job.out).begun()
    return begun["seed"] if begun and isinstance(begun.get("seed"), int) else secrets.randbelow(2**32)


def _dataset(job: Job) -> Dataset:
    if not job.images.is_dir():
        raise InvalidFile(f"{job.images}: is not a folder; give the one that holds the pictures")
    written, originals = (job.out / IMAGES).resolve(), job.images.resolve()
    if written == originals or written in originals.parents:
        raise InvalidFile(f"{job.out}: the results would lie among the originals in {job.images}; give another folder")
    if job.annotations is None:
        return coco.of_folder(job.images, leave_out=job.out)
    dataset = coco.read(job.annotations)
    missing = [one.file_name for one in dataset.pictures if not (job.images / one.file_name).is_file()]
    if missing and not job.keep_going:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise InvalidFile(
            f"{job.annotations}: names {missing[0]}{more}, which {job.images} does not hold; "
            "put them there, or leave them out with --keep-going"
        )
    return dataset


def _description(job: Job, pipeline: Compose, seed: int, dataset: Dataset) -> dict[str, Any]:
    """What a job's results depend on; nothing of where its files are, or of when."""
    if job.annotations is not None:
        content = job.annotations.read_bytes()
    else:
        content = "\n".join(picture.file_name for picture in dataset.pictures).encode()
    tree = {key: value for key, value in augcore.to_dict(pipeline).items() if key != "seed"}
    described = {
        "seed": seed,
        "copies": job.copies,
        "quality": job.quality,
        "annotation file": hashlib.sha256(content).hexdigest(),
        "pipeline": tree,
        "augcore": augcore.__version__,
        "opencv": cv2.__version__,
    }
    return json.loads(dumps(described))  # type: ignore[no-any-return]  # as it will be read again


@attrs.define
class _Tally:
    """How far a job is, in samples."""

    total: int
    done: int = 0
    made: int = 0
    left_out: int = 0
    skipped: dict[str, str] = attrs.Factory(dict)


def _make_missing(job: Job, maker: Maker, dataset: Dataset, tally: _Tally, progress: Progress) -> None:
    missing = [sample for sample in samples(dataset, job.copies) if maker.finished(sample) is None]
    tally.done = tally.total - len(missing)
    progress(tally.done, tally.total)
    with contextlib.closing(outcomes(maker, missing, _workers(job, len(missing)), job.start_method)) as made:
        for sample, outcome in made:
            if isinstance(outcome, Unusable) and job.keep_going:
                tally.left_out += 1
                tally.skipped.setdefault(sample.picture.file_name, str(outcome))
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                tally.done, tally.made = tally.done + 1, tally.made + 1
            progress(tally.done + tally.left_out, tally.total)


def _workers(job: Job, samples: int) -> int:
    if job.workers is not None:
        return max(1, min(job.workers, samples))
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, samples // _WORTH_A_WORKER))


@contextlib.contextmanager
def _told_what_is_intact(folder: Folder, tally: _Tally) -> Iterator[None]:
    """What stops a job, told with what it has made and how to continue."""
    try:
        yield
    except KeyboardInterrupt:
        stopped = Stopped(f"interrupted; {_intact(folder, tally)}; the same command continues")
        stopped.interrupted = True
        raise stopped from None
    except (AugcoreError, OSError) as error:
        raise Stopped(f"{_what(error, folder)}; {_intact(folder, tally)}; {_how_to_continue(error)}") from error


def _intact(folder: Folder, tally: _Tally) -> str:
    return f"{folder.finished()} of {tally.total} samples are finished and intact in {folder.root}"


def _what(error: AugcoreError | OSError, folder: Folder) -> str:
    return f"{error.filename or folder.root}: {_reason(error)}" if isinstance(error, OSError) else str(error)


def _how_to_continue(error: AugcoreError | OSError) -> str:
    if isinstance(error, Unusable):
        return "--keep-going leaves such pictures out"
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        return f"{'make room' if full else 'mend that'}, and the same command continues"
    return "the same command continues"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
