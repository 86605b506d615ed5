"""The process of one library: `python -m benchmarks.worker LIBRARY SUITE FOLDER`, run by the interpreter of its venv.

Its first line of output names its cases, as JSON; then it answers each line that names a case with one figure, and a
line that names a case and a file by saving the case's output there. It ends when its input does.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def main(library: str, suite: str, folder: Path) -> None:
    # Whoever interrupts the run interrupts the process that asks, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    # glibc maps blocks above a threshold afresh for every call and gives them back after it, at the price of page
    # faults; each such block that is freed lifts the threshold to its size, up to 32 MiB. So what a library happened to
    # free before would decide what its next output costs. One block just under that limit, freed first, has the heap of
    # every library keep what it gets back, as it does in a process that has been training for a while.
    np.empty(31 << 20, np.uint8)
    adapter = importlib.import_module(f"benchmarks.peers.{library}")
    cases = importlib.import_module(f"benchmarks.suites.{suite}").cases(adapter, folder)
    described = {name: {"unit": case.unit, "note": case.note, "counts": case.counts} for name, case in cases.items()}
    known = versions(("augcore", "albumentations", "albumentationsx", "torchvision", "kornia", "pillow", "augrs-py",
                      "torch", "opencv-python", "opencv-python-headless", "numpy", "stringzilla"))  # fmt: skip
    print(json.dumps({"versions": known, "cases": described}), file=answers)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = ask(adapter, cases[question["case"]], question)
        except Exception as fault:
            # One case that breaks is a finding of its own, and costs the others nothing.
            traceback.print_exc()
            answer = {"fault": f"{type(fault).__name__}: {fault}"}
        print(json.dumps(answer), file=answers)


def ask(adapter: Any, case: Any, question: dict[str, Any]) -> dict[str, Any]:
    if "save" in question:
        for _ in range(question["skip"]):
            next(case.inputs)
        np.save(question["save"], adapter.picture(case.call(next(case.inputs))))
        return {"saved": question["save"]}
    return {"figure": case.measure()}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
