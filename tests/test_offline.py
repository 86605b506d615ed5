"""No import, no call and no command opens a socket."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Python = Callable[..., "subprocess.CompletedProcess[str]"]

# An audit hook sees sockets made in C as well, and cannot be taken back by what runs later.
BLOCKED = """
import sys

def block(event, args):
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect"):
        raise RuntimeError(f"opened a socket: {event} {args}")

sys.addaudithook(block)
"""


def test_the_block_blocks(python: Python) -> None:
    done = python(BLOCKED + "import socket\nsocket.socket()")
    assert "opened a socket: socket.__new__" in done.stderr
    done = python(BLOCKED + "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')")
    assert "opened a socket" in done.stderr


def test_importing_and_loading_everything_opens_none(fake: Path, python: Python) -> None:
    code = """
import augcore, augcore.cli, augcore.drawing, augcore.testing, augcore.trace, augcore.serial
from augcore import plugins
augcore.enable_experimental(*(p.name for p in plugins.discover() if p.experimental))
plugins.load_all()
assert all(p.loaded for p in plugins.discover()), [(p.name, p.error) for p in plugins.discover()]
assert len(dir(augcore)) > 50
"""
    done = python(BLOCKED + code)
    assert done.returncode == 0, done.stderr


def test_pipelines_traces_and_files_open_none(fake: Path, python: Python, tmp_path: Path) -> None:
    code = f"""
import numpy, augcore
image = numpy.zeros((40, 60, 3), "uint8")
steps = [getattr(augcore, n)(p=1)
         for n in ("Mirror", "Wave", "Grain", "Hole", "Speckle", "Blend")]
pipeline = augcore.Compose(steps, bbox_params="coco", seed=1, source=[{{"image": image, "bboxes": []}}])
result, trace = pipeline.traced(image=image, bboxes=[[1, 2, 30, 20]])
augcore.Trace.from_json(trace.to_json()).apply([{{"image": image, "bboxes": []}}], image=image, bboxes=[])
augcore.Trace.from_yaml(trace.to_yaml()).explain()
for name in ("p.yaml", "p.json"):
    augcore.save(pipeline, {str(tmp_path)!r} + "/" + name)
    augcore.load({str(tmp_path)!r} + "/" + name)
try:
    augcore.Rotatte
except AttributeError:
    pass
"""
    done = python(BLOCKED + code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["plugins"], ["transforms"], ["doctor"], ["fake-count"]]
)
def test_commands_open_none(fake: Path, python: Python, arguments: list[str]) -> None:
    pytest.importorskip("click")
    done = python(
        f"{BLOCKED}\nimport sys\nfrom augcore.cli import main\nsys.argv = ['augcore', *{arguments!r}]\nmain()"
    )
    assert "opened a socket" not in done.stderr + done.stdout
    assert done.returncode in (0, 1), done.stderr  # doctor may find something to mend
    assert done.stdout.strip()


def test_showing_a_pipeline_opens_none(fake: Path, python: Python, tmp_path: Path) -> None:
    pytest.importorskip("click")
    data = Path(__file__).parents[1] / "examples" / "data"
    (tmp_path / "p.yaml").write_text(
        "augcore: 1\nbbox_params: {format: coco, label_fields: [category_id]}\ntransforms: [Mirror]\n"
    )
    sheet = tmp_path / "sheet.png"
    arguments = [
        "show",
        tmp_path / "p.yaml",
        data / "images" / "cat.jpg",
        "--coco",
        data / "annotations.json",
        "-o",
        sheet,
    ]
    main = f"sys.argv = ['augcore', *{list(map(str, arguments))!r}]\nfrom augcore.cli import main\nmain()"
    done = python(f"{BLOCKED}\n{main}")
    assert done.returncode == 0, done.stderr + done.stdout
    assert sheet.stat().st_size > 10_000
