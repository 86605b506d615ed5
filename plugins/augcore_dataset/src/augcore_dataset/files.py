"""The folder a job writes to: whole files only, a record of each finished sample, and what job began it.

Records and the job's description lie in `.samples`; they make a job that was interrupted go on where it stopped.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs

from augcore import InvalidFile

from . import coco

IMAGES, ANNOTATIONS, TRACES, CONTACT_SHEET = "images", "annotations.json", "traces.jsonl", "contact_sheet.png"
_RECORDS, _JOB = ".samples", "job.json"
_TEMPORARY = ".augcore-", ".part"  # how names of unfinished files begin and end


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which is there whole at the end or not at all, also when the disk fills or the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(_TEMPORARY[1], _TEMPORARY[0], path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_MASK)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def size_of(path: Path) -> int | None:
    """In bytes; None where there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_MASK = _umask()


def dumps(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, **options)


@attrs.frozen
class Folder:
    """A job's output folder."""

    root: Path

    def image(self, output: str) -> Path:
        return self.root / IMAGES / output

    def begin(self, job: Mapping[str, Any], overwrite: bool) -> None:
        """Take the folder for this job, which may have begun in it before.

        Raises: InvalidFile: another job began there, or the folder holds files that no job wrote.
        """
        begun = self.begun()
        if begun is None:
            foreign = next((name for name in (ANNOTATIONS, TRACES, CONTACT_SHEET, IMAGES) if self._holds(name)), None)
            if foreign is not None:
                raise InvalidFile(f"{self.root}: holds {foreign}, which no job wrote; give another folder")
        elif overwrite:
            self._clear()
        elif begun != job and self.finished():
            changed = [key for key in {**begun, **job} if begun.get(key) != job.get(key)]
            raise InvalidFile(
                f"{self.root}: was begun by another job: {'; '.join(_change(key, begun, job) for key in changed)}; "
                "--overwrite starts anew, another --out keeps both"
            )
        for leftover in [*self.root.rglob("*".join(_TEMPORARY))]:
            leftover.unlink(missing_ok=True)
        (self.root / IMAGES).mkdir(parents=True, exist_ok=True)
        self._write(_JOB, job)

    def begun(self) -> dict[str, Any] | None:
        """The job that the folder was taken for."""
        return self._read(_JOB)

    def record(self, number: int) -> dict[str, Any] | None:
        """What a finished sample came to; None if it is not finished, or its picture is not as it was written."""
        record = self._read(_record_name(number))
        try:
            whole = record is not None and size_of(self.image(record["sample"]["output"])) == record["written"]
        except (KeyError, TypeError):
            return None
        return record if whole else None

    def finish(self, number: int, output: str, picture: bytes, record: Mapping[str, Any]) -> None:
        """Keep a sample: the picture first, since the record says that it is there."""
        with whole(self.image(output)) as file:
            file.write(picture)
        self._write(_record_name(number), {**record, "written": len(picture)})

    def finished(self) -> int:
        """How many samples have a record."""
        return sum(path.name != _JOB for path in (self.root / _RECORDS).glob("*.json"))

    def _holds(self, name: str) -> bool:
        path = self.root / name
        return any(path.iterdir()) if path.is_dir() else path.exists()

    def _clear(self) -> None:
        """Take away what the job wrote, and nothing else."""
        for path in (self.root / _RECORDS).glob("*.json"):
            output = (self._read(path.name) or {}).get("sample", {}).get("output")
            if isinstance(output, str) and coco.is_inside(output):
                self.image(output).unlink(missing_ok=True)
            path.unlink()
        for name in (ANNOTATIONS, TRACES, CONTACT_SHEET):
            (self.root / name).unlink(missing_ok=True)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            value = json.loads((self.root / _RECORDS / name).read_bytes())
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        with whole(self.root / _RECORDS / name) as file:
            file.write(dumps(value).encode())


def _record_name(number: int) -> str:
    return f"{number:07d}.json"


def _change(key: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    values = [source.get(key) for source in (before, now)]
    if all(isinstance(value, (int, str)) for value in values) and max(len(str(value)) for value in values) < 40:
        return f"{key} was {values[0]} and is {values[1]}"
    return f"{key} has changed"
