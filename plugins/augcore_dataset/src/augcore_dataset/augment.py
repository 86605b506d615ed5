"""One sample of a job: read a picture, augment it with its objects, keep the result. The job itself is in job.py."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import attrs

from augcore import AugcoreError, Compose, InvalidFile

from . import objects, pictures
from .coco import Category, Dataset, Id, Picture
from .files import Folder, size_of


class Unusable(InvalidFile):
    """A picture that a sample cannot be made of; a job may go on without it."""


@attrs.frozen
class Sample:
    """A copy of a picture to be made."""

    number: int  # among all samples of the job, from 1
    picture: Picture
    copy: int  # from 0
    output: str  # file name in the folder of pictures


@attrs.frozen
class Count:
    """What became of the objects of a picture."""

    kept: int = 0
    clipped: int = 0
    dropped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.kept + other.kept, self.clipped + other.clipped, self.dropped + other.dropped)


@attrs.frozen
class Maker:
    """Makes samples; everything a worker needs, so it is sent to each once."""

    pipeline: Compose
    categories: Mapping[Id, Category]
    images: Path
    folder: Folder
    quality: int

    def make(self, sample: Sample) -> Count:
        """Augment, write the picture, and record the sample as finished.

        Raises:
            Unusable: the original cannot be read, does not fit its annotations, or does not suit the pipeline.
            InvalidParameter: the pipeline does not give pictures, or needs several originals.
            OSError: the results cannot be written.
        """
        picture, copy = sample.picture, sample.copy
        original = self._original(picture)
        try:
            data = objects.arguments(picture, self.categories)
            result, trace = self.pipeline.keyed(picture.key, copy).traced(image=original.image, **data)
            swaps = self.pipeline.setup.keypoint_params.swap_pairs  # type: ignore[union-attr]
            kept = objects.kept(result, trace, picture, self.categories, swaps)
        except objects.MixesSamples:
            raise
        except Exception as error:  # a transform's defect costs one picture, where the user keeps going
            what = str(error) if isinstance(error, AugcoreError) else f"{type(error).__name__}: {error}"
            raise Unusable(f"{picture.file_name}, copy {copy}: {what}") from error
        content = pictures.encode_jpeg(picture.file_name, result["image"], self.quality)
        count = Count(len(kept.annotations), kept.clipped, kept.dropped)
        origin = {"file_name": picture.file_name, "image_id": picture.id, "sha256": original.digest}
        height, width = result["image"].shape[:2]
        record = {
            "sample": {**origin, "copy": copy, "output": sample.output, "width": width, "height": height},
            "trace": trace.to_dict(),
            "annotations": kept.annotations,
            "count": attrs.asdict(count),
            "read": original.bytes,
        }
        self.folder.finish(sample.number, sample.output, content, record)
        return count

    def _original(self, picture: Picture) -> _Original:
        return _read(self.images / picture.file_name, picture.file_name, picture.size)

    def finished(self, sample: Sample) -> Mapping[str, Any] | None:
        """The record of a sample that was made before, of this picture for this place.

        Files are told by their sizes: reading them all again would take as long as making many of them.
        """
        record = self.folder.record(sample.number)
        if record is None or size_of(self.images / sample.picture.file_name) not in (record.get("read"), None):
            return None
        wanted = (sample.picture.file_name, sample.picture.id, sample.copy, sample.output)
        found = tuple(record["sample"].get(key) for key in ("file_name", "image_id", "copy", "output"))
        return record if found == wanted else None


@attrs.frozen
class _Original:
    image: pictures.Array
    digest: str
    bytes: int


@functools.lru_cache(1)  # the next sample is often another copy of the same picture
def _read(path: Path, name: str, size: tuple[int, int] | None) -> _Original:
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or error
        raise Unusable(f"{name}: cannot be read: {why}; put it into the folder of pictures") from error
    try:
        image = pictures.decode(name, data)
    except InvalidFile as error:
        raise Unusable(str(error)) from None
    if size is not None and size != image.shape[:2]:
        height, width = image.shape[:2]
        raise Unusable(
            f"{name}: is {width}×{height} pixels (width × height), and the annotation file says {size[1]}×{size[0]}; "
            "give the picture that was annotated, or mend its entry"
        )
    image.flags.writeable = False
    return _Original(image, hashlib.sha256(data).hexdigest(), len(data))


def samples(dataset: Dataset, copies: int) -> Iterator[Sample]:
    """All samples of a job, in the order of the annotation file."""
    names = _output_names(dataset)
    for place, picture in enumerate(dataset.pictures):
        for copy in range(copies):
            number = place * copies + copy + 1
            yield Sample(number, picture, copy, f"{names[picture.file_name]}_{copy}.jpg")


def _output_names(dataset: Dataset) -> dict[str, str]:
    """By file name, the name without its suffix, or with it where two pictures would get one name."""
    names = [picture.file_name for picture in dataset.pictures]
    bare = {name: str(PurePosixPath(name.replace("\\", "/")).with_suffix("")) for name in names}
    # Some file systems do not tell upper case from lower.
    taken: dict[str, int] = {}
    for name in bare.values():
        taken[name.casefold()] = taken.get(name.casefold(), 0) + 1
    return {name: short if taken[short.casefold()] == 1 else name for name, short in bare.items()}
