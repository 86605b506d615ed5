"""One run of a suite: workers of the libraries that can be had, their figures, and all that is needed to read them."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks import photographs
from benchmarks.libraries import HERE, installed
from benchmarks.rounds import Measured, Table, Worker, measure

RESULTS = HERE / "results"


@dataclass
class Run:
    """What one run found, as it is kept in results/SUITE.json."""

    suite: str
    date: str
    machine: dict[str, str]
    rounds: int
    versions: dict[str, dict[str, str]]
    absent: dict[str, str]
    table: Table

    @property
    def path(self) -> Path:
        return RESULTS / f"{self.suite}.json"

    def save(self) -> None:
        # A line a case, so that a difference between two runs can be read.
        head = asdict(self)
        table = ",\n".join(
            f"  {json.dumps(case)}: {json.dumps(columns)}" for case, columns in head.pop("table").items()
        )
        keep(self.path, f'{json.dumps(head, indent=1)[:-2]},\n "table": {{\n{table}\n }}\n}}\n')

    @classmethod
    def load(cls, suite: str) -> Run:
        data = json.loads((RESULTS / f"{suite}.json").read_text())
        data["table"] = {
            case: {name: Measured(**measured) for name, measured in columns.items()}
            for case, columns in data["table"].items()
        }
        return cls(**data)


def keep(path: Path, text: str) -> None:
    """Write all of a file or nothing."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f"{path.name}.part")
    new.write_text(text)
    new.replace(path)


def machine() -> dict[str, str]:
    model = "unknown"
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": model,
        "cores": str(cores),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


@contextlib.contextmanager
def workers(suite: str, names: Sequence[str]) -> Iterator[tuple[list[Worker], dict[str, str]]]:
    """A process for each library that can be had, and why the others cannot. All are gone afterwards."""
    libraries, absent = installed(names)
    started: list[Worker] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        photographs.write(folder)
        (folder / "rows.json").write_text(json.dumps(rows()))
        try:
            for library in libraries:
                try:
                    started.append(Worker(library, suite, folder))
                except ChildProcessError as fault:
                    absent[library.name] = str(fault)
                    print(fault, file=sys.stderr)
            yield started, absent
        except BaseException:
            # What was interrupted is not waited for.
            for worker in started:
                worker.process.kill()
            raise
        finally:
            for worker in started:
                worker.stop()


def rows() -> dict[str, dict[str, Any]]:
    """The parameters of each row of the public benchmark."""
    listed = yaml.safe_load((HERE / "rows.yaml").read_text())
    return {row["row"]: row["params"] for row in listed}


def run(
    suite: str,
    names: Sequence[str],
    rounds: int,
    wanted: Callable[[str], bool] = lambda _: True,
    say: Callable[[str], None] = lambda _: None,
) -> Run:
    with workers(suite, names) as (started, absent):
        table = measure(started, rounds, wanted, say)
        # Those without a case are no part of it.
        versions = {worker.library.name: worker.versions for worker in started if worker.cases}
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return Run(suite, today, machine(), rounds, versions, absent, table)
