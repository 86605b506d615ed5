"""The libraries that are compared, and the venv that each of them gets, made on first use in benchmarks/.venvs."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENVS = HERE / ".venvs"

# What runs the kernels must be the same for all who use them.
OPENCV = f"=={version('opencv-python')}"
TORCH = ("torch==2.13.0",)


@dataclass(frozen=True)
class Library:
    """One column of the tables.

    Attributes:
        name: of the adapter in benchmarks/peers.
        title: as the tables have it.
        steps: the arguments of `pip install`, one call after the other.
        home: the name of the venv, where another library's will do.
    """

    name: str
    title: str
    steps: tuple[tuple[str, ...], ...]
    home: str = ""

    @property
    def folder(self) -> Path:
        return VENVS / (self.home or self.name)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def install(self) -> str:
        """Make the venv if it is not there as the steps say. What went wrong, or nothing."""
        marker = self.folder / ".installed"
        recipe = "\n".join(" ".join(step) for step in self.steps)
        if marker.exists() and marker.read_text() == recipe:
            return ""
        print(f"installing {self.title} into {self.folder.relative_to(ROOT)} …", file=sys.stderr)
        venv.create(self.folder, with_pip=True, clear=True)
        for step in self.steps:
            command = [self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *step]
            done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
            if done.returncode:
                return f"pip install {' '.join(step)}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}"
        marker.write_text(recipe)
        return ""


PROJECTS = sorted(path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("plugins/*/pyproject.toml"))
AUGCORE = Library(
    "augcore",
    "augcore",
    (TORCH, (f"opencv-python{OPENCV}", *(word for path in (".", *PROJECTS) for word in ("-e", f"./{path}")))),
)
# The limit: no library at all.
KERNELS = Library("kernels", "bare kernels", AUGCORE.steps, home="augcore")
PEERS = (
    Library("albumentations", "albumentations 2.0.8",
            (TORCH, (f"opencv-python-headless{OPENCV}", "albumentations==2.0.8"))),
    # It imports torch, and brings no OpenCV of its own.
    Library("albumentationsx", "albumentationsx 2.5.1",
            (TORCH, (f"opencv-python-headless{OPENCV}", "albumentationsx==2.5.1"))),
    # Without its dependencies, since they would bring another torch.
    Library("torchvision", "torchvision 0.28.0",
            (TORCH, ("numpy", "pillow==13.0.0"), ("--no-deps", "torchvision==0.28.0"))),
    Library("kornia", "kornia 0.9.0", (TORCH, ("numpy", "kornia==0.9.0"))),
    Library("pillow", "pillow 13.0.0", (("numpy", "pillow==13.0.0"),)),
    # It brings no OpenCV either; the pipelines take pictures apart into planes with it, whoever made them.
    Library("augrs", "augrs-py 0.1.0",
            (TORCH, (f"opencv-python-headless{OPENCV}", "augrs-py==0.1.0"))),
)  # fmt: skip
LIBRARIES = {library.name: library for library in (AUGCORE, *PEERS, KERNELS)}


def installed(names: Iterable[str]) -> tuple[list[Library], dict[str, str]]:
    """Those of the libraries that can be had, and why the others cannot."""
    there, absent = [], {}
    for name in names:
        library = LIBRARIES[name]
        fault = library.install()
        if fault:
            absent[name] = fault
            print(f"{library.title} is absent: {fault}", file=sys.stderr)
        else:
            there.append(library)
    return there, absent
